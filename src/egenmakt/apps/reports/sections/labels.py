"""What the codes of the facts are called, in every language that is known: countries, sexes, ages, kinds."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final
from uuid import UUID

from babel import Locale

from egenmakt.apps.people.models import Country
from egenmakt.apps.reports.sections.setting import Words
from egenmakt.apps.stories.frameworks import framework_of
from egenmakt.apps.stories.models import FrameworkVersion
from egenmakt.core.evidence.claims.outline import OUTLINES, load_outline

SEX: Final[Mapping[str, Words]] = {
    "female": {"en": "Women", "sv": "Kvinnor"},
    "male": {"en": "Men", "sv": "Män"},
    "other": {"en": "Other", "sv": "Annat"},
    "unknown": {"en": "Not known", "sv": "Ej känt"},
}
VOICE: Final[Mapping[str, Words]] = {
    "rights_holder": {"en": "Rights-holders", "sv": "Rättighetsbärare"},
    "partner": {"en": "Partners", "sv": "Partners"},
    "staff": {"en": "Staff", "sv": "Personal"},
}
DIRECTION: Final[Mapping[str, Words]] = {
    "better": {"en": "For the better", "sv": "Till det bättre"},
    "none": {"en": "No change", "sv": "Ingen förändring"},
    "worse": {"en": "For the worse", "sv": "Till det sämre"},
    "other": {"en": "Something else", "sv": "Något annat"},
}
GROUP_KIND: Final[Mapping[str, Words]] = {
    "self_help": {"en": "Self-help groups", "sv": "Självhjälpsgrupper"},
    "savings": {"en": "Savings groups", "sv": "Spargrupper"},
    "credit": {"en": "Credit groups", "sv": "Kreditgrupper"},
    "cooperative": {"en": "Cooperatives", "sv": "Kooperativ"},
    "youth": {"en": "Youth groups", "sv": "Ungdomsgrupper"},
    "farmers": {"en": "Farmers' groups", "sv": "Jordbrukargrupper"},
    "disability": {"en": "Groups of people with disabilities", "sv": "Grupper av personer med funktionsnedsättning"},
    "network": {"en": "Networks of groups", "sv": "Nätverk av grupper"},
}


AGE_BAND: Final[Mapping[str, Words]] = {
    "under_15": {"en": "Under 15", "sv": "Under 15"},
    "15_24": {"en": "15–24", "sv": "15–24"},
    "25_35": {"en": "25–35", "sv": "25–35"},
    "36_59": {"en": "36–59", "sv": "36–59"},
    "60_over": {"en": "60 and over", "sv": "60 och äldre"},
}


def labels_of_facts(*, node_id: UUID) -> Mapping[str, Mapping[str, Words]]:
    """Column of facts -> code -> words. Kinds of change are called what their tellers were shown."""
    return {
        "country": _countries(),
        "sex": SEX,
        "voice": VOICE,
        "direction": DIRECTION,
        "group_kind": GROUP_KIND,
        "age_band": AGE_BAND,
        "kind": _kinds(node_id),
    }


def _countries() -> dict[str, Words]:
    locales = {language: Locale.parse(language) for language in _languages()}
    return {
        code: {language: locale.territories.get(code, name) for language, locale in locales.items()}
        for code, name in Country.objects.values_list("code", "name").order_by("code")
    }


@cache
def _languages() -> frozenset[str]:
    return frozenset({"en"} | {language for code in OUTLINES for language in load_outline(code).languages})


def _kinds(node_id: UUID) -> dict[str, Words]:
    """The options of every type of change that stories below a body were told with, the newest wording."""
    found: dict[str, Words] = {}
    used = FrameworkVersion.objects.filter(rounds__node__above__ancestor_id=node_id).distinct().order_by("number")
    for version in used:
        framework = framework_of(version=version)
        for question in framework.questions:
            if question.type == "change_type":
                for option in question.options:
                    words = dict(option.text)
                    words.setdefault("en", words[framework.source])
                    found[option.code] = words
    return found
