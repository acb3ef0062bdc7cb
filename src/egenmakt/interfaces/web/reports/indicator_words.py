"""Indicators in words: levels, sources, categories, and a figure as it is read."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from egenmakt.core.evidence.facts import Value
from egenmakt.core.evidence.indicators import Indicator
from egenmakt.core.evidence.measures.figure import Figure
from egenmakt.core.signification.framework import shipped as shipped_framework
from egenmakt.core.signification.question import words as words_in
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.charts import Writer, count_writer, money_writer
from egenmakt.interfaces.web.patterns.words import voice_word
from egenmakt.interfaces.web.reading import money_text
from egenmakt.interfaces.web.reading_words import GROUP_KINDS

Words = Mapping[str, Promise]
PERMILLE: Final = 1000

LEVELS: Final[Words] = {
    "individual": _("Individuals"),
    "group": _("Groups"),
    "household": _("Households"),
    "community": _("Communities"),
    "institution": _("Institutions"),
}
SOURCES: Final[Words] = {
    "register": _("the registers of groups and members"),
    "ledger": _("the groups' books"),
    "story": _("stories that their tellers classified"),
    "assessment": _("assessments"),
    "survey": _("surveys"),
    "outside_table": _("tables that others hand in"),
}
KINDS: Final[Words] = {
    "periodic": _("what came in the period"),
    "state": _("how it stood at the end of the period"),
    "cumulative": _("all there has been until the end of the period"),
    "share": _("a part of a whole"),
}
DIVISIONS: Final[Words] = {
    "sex": _("Women and men"),
    "age_band": _("Age when joining"),
    "disability": _("Disability"),
    "country": _("Country"),
    "partner": _("Partner"),
    "group_kind": _("Kind of group"),
    "voice": _("Who told it"),
    "change": _("Kind of change"),
    "area": _("Area of change"),
    "direction": _("For better or worse"),
}
CATEGORIES: Final[Mapping[str, Words]] = {
    "sex": {"female": _("Women"), "male": _("Men"), "other": _("Other"), "unknown": _("Not known")},
    "age_band": {
        "under_15": _("Under 15"),
        "15_24": _("15 to 24"),
        "25_35": _("25 to 35"),
        "36_59": _("36 to 59"),
        "60_over": _("60 and over"),
    },
    "area": {
        "collective_action": _("Collective action"),
        "economic_independence": _("Economic independence"),
        "participation": _("Participation and influence"),
        "organisation": _("Stronger organisations"),
    },
    "direction": {
        "better": _("For the better"),
        "none": _("No change"),
        "worse": _("For the worse"),
        "other": _("Something else"),
    },
    "group_kind": GROUP_KINDS,
}


def language() -> str:
    """The reader's language."""
    return get_language() or "en"


def category_word(division: str, value: Value, names: Mapping[str, str]) -> str:
    """A category as it is read. Args: names, of countries and partners by what stands for them among the facts."""
    if value is None:
        return say("Not known")
    if isinstance(value, bool):
        return say("With a disability") if value else say("Without a disability")
    text = str(value)
    if division == "voice":
        return voice_word(text)
    if division == "change":
        return _change_word(text)
    if division in ("country", "partner"):
        return names.get(text, text)
    return str(CATEGORIES.get(division, {}).get(text, text))


def _change_word(code: str) -> str:
    """A kind of change in the words of the framework that ships; its code where it is not from there."""
    framework = shipped_framework()
    for question in framework.questions:
        for option in question.options if question.type == "change_type" else ():
            if option.code == code:
                return words_in(option.text, language(), framework.languages[0])
    return code.replace("_", " ")


def figure_text(indicator: Indicator, found: Figure | None, currency: str = "") -> str:
    """A figure as it is read: an amount, a percentage or a number; a dash where it is not shown, or there is none."""
    if found is None or found.value is None:
        return "–"
    if indicator.kind == "share":
        return "–" if found.share is None else formats.percent_text(found.share, places=1)
    return money_text(found.value, currency) if indicator.is_money else formats.number_text(found.value)


def chart_value(indicator: Indicator, found: Figure | None) -> int | None:
    """A figure as a whole number for a chart: a share in thousandths."""
    if found is None:
        return None
    if indicator.kind != "share":
        return found.value
    return None if found.share is None else round(found.share * PERMILLE)


def chart_writer(indicator: Indicator, currency: str) -> Writer:
    """How the chart writes its numbers."""
    if indicator.kind == "share":
        return lambda value: formats.percent_text(Fraction(value, PERMILLE), places=1)
    return money_writer(currency) if indicator.is_money else count_writer()


def aim_text(indicator: Indicator, value: int | None, of: int | None, currency: str) -> str:
    """A target or a baseline as it is read."""
    return figure_text(indicator, Figure(value, of, 0, 0), currency)
