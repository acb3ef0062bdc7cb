"""What is said on the pages of effect reports: kinds, states, refusals, findings in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from egenmakt.apps.reports.composing import DrawnUp
from egenmakt.apps.reports.models import Edition, EffectReport
from egenmakt.apps.reports.sections.setting import said
from egenmakt.apps.reports.services.effect_freezing import Blocked, NotReady, SamePerson
from egenmakt.apps.reports.services.effect_writing import ChangedMeanwhile, NotAReport, ReasonMissing
from egenmakt.core.evidence.claims.claim import Claim
from egenmakt.core.evidence.claims.honesty.findings import REMEDIES, SENTENCES, HonestyFinding
from egenmakt.core.evidence.claims.outline import OUTLINES, load_outline
from egenmakt.core.evidence.claims.placing import NoSuchPart, written
from egenmakt.core.evidence.claims.queries import TableQuery
from egenmakt.core.evidence.claims.values import Cell as ValueCell
from egenmakt.core.evidence.claims.writing import CldrWriter
from egenmakt.interfaces.web.parts import Crumb, Tab
from egenmakt.interfaces.web.reading import url_of
from egenmakt.interfaces.web.reports.indicator_words import category_word

KINDS: Final[Mapping[str, Any]] = {
    "number": _("A number"),
    "share": _("A share"),
    "money": _("An amount"),
    "at_least": _("At least a round number"),
    "range": _("A range"),
    "comparison": _("A comparison"),
    "table": _("A table"),
    "quotation": _("A quotation"),
    "picture": _("A photograph"),
    "outside": _("Figures from others"),
}
REFUSALS: Final[Mapping[type[Exception], Any]] = {
    ChangedMeanwhile: _("Somebody else saved this while you wrote. Your words are still here: look at both versions."),
    ReasonMissing: _("Write why this may stay as it is, or put it right."),
    SamePerson: _("You have frozen this edition. Ask somebody else to look at it and publish it."),
    Blocked: _("A story that this edition quotes was withdrawn. Freeze a new edition without it."),
    NotReady: _("The report cannot be frozen yet. Look at what was found."),
    NotAReport: _("This cannot be done with the report as it is. Look at the period, the title and the texts."),
}


REASONS: Final[tuple[tuple[str, Any], ...]] = (
    (
        "story may not be quoted any more",
        _("The story may not be quoted any more. Take the claim away, or choose another story."),
    ),
    ("photograph may not be shown any more", _("The photograph may not be shown any more. Take the claim away.")),
    (
        r"is about \d+ people|leaves \d+ people|cannot be shown beside the other claims",
        _("It is about few people, or would give such a number away beside other claims. Ask for a larger group."),
    ),
    ("one person has several of both", _("One person can be in several rows of both columns. Take one of them.")),
    ("less than one step", _("The number is smaller than one step of rounding. Choose a smaller step.")),
    ("Amounts of several currencies", _("Amounts of several currencies are never put together. Name the currency.")),
    ("has no column|is not divided by", _("What this indicator counts is not known by this division.")),
)
"""What core says why a claim cannot be made, as a pattern, and the same for the page, without the small number."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a claim cannot be made. What nobody has put into words for the page stands there in English, and marked."""

    code: str
    words: str
    in_english: str = ""


def reasons_of(sentences: Mapping[str, str]) -> list[Reason]:
    """Why claims cannot be made, by their codes, in the reader's language."""
    return [_reason(code, sentence) for code, sentence in sorted(sentences.items())]


def _reason(code: str, sentence: str) -> Reason:
    for pattern, words in REASONS:
        if re.search(pattern, sentence):
            return Reason(code, str(words))
    return Reason(code, say("It cannot be counted as it was asked for."), sentence.removeprefix(f"{code}: "))


def report_title(report: EffectReport, language: str) -> str:
    """The title in the reader's language, or the one in which the work is done."""
    return str(report.titles.get(language) or report.titles[report.languages[0]])


def outline_names(language: str) -> dict[str, str]:
    """What each outline is called."""
    return {code: said(load_outline(code).name, language) for code in OUTLINES}


def report_tabs() -> list[Tab]:
    """The parts of this wing that this installation has."""
    named = (
        (say("Monthly reports"), "monthly_reports"),
        (say("Effect reports"), "effect_reports"),
        (say("Indicators"), "indicators"),
    )
    return [Tab(name, url) for name, page in named if (url := url_of(page))]


def effect_crumbs(*more: Crumb) -> list[Crumb]:
    """The pages above."""
    return [Crumb(say("Effect reports"), reverse("effect_reports")), *more]


def report_crumb(report: EffectReport, language: str) -> Crumb:
    """The report itself, above a page about something in it."""
    return Crumb(report_title(report, language), reverse("effect_report", args=[report.id]))


def edition_state(edition: Edition, is_withdrawn: bool = False) -> tuple[Any, str]:
    """The state of an edition as a word and a kind of badge."""
    if edition.published_at is not None:
        return say("Published"), "success"
    return (say("Blocked: a story was withdrawn"), "error") if is_withdrawn else (say("Frozen"), "info")


def finding_words(finding: HonestyFinding) -> tuple[str, str]:
    """The sentence of a finding and what to do about it, in the reader's language."""
    remedy = say(REMEDIES[finding.code]) % finding.values if finding.remedy else ""
    return say(SENTENCES[finding.code]) % finding.values, remedy


def claim_value(claim: Claim, language: str) -> str:
    """The value of a claim as it stands in a sentence; nothing for what stands by itself."""
    try:
        return written(claim, writer=CldrWriter.of(language), language=language)
    except NoSuchPart:
        return ""


def category_words(drawn: DrawnUp, claim: Claim, cell: ValueCell, language: str) -> str:
    """What a cell of a table is about: the words for each of its categories."""
    columns = claim.query.by if isinstance(claim.query, TableQuery) else ()
    words = []
    for column, part in zip(columns, cell.key, strict=True):
        known = drawn.labels.get(column, {}).get(str(part))
        words.append(said(known, language) if known and part is not None else category_word(column, part, {}))
    return " · ".join(words)


def section_title(drawn: DrawnUp, code: str, language: str) -> str:
    """The heading of a section in the reader's language."""
    for section in drawn.outline.sections:
        if section.code == code:
            known = language if language in section.heading else drawn.outline.languages[0]
            return section.heading_in(known, organisation=drawn.organisation)
    return say("The report as a whole")
