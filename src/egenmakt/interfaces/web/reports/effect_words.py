"""What is said on the pages of effect reports: kinds, states, refusals, findings in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
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
from egenmakt.core.evidence.claims.writing import CldrWriter
from egenmakt.interfaces.web.parts import Crumb, Tab
from egenmakt.interfaces.web.reading import url_of

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


def section_title(drawn: DrawnUp, code: str, language: str) -> str:
    """The heading of a section in the reader's language."""
    for section in drawn.outline.sections:
        if section.code == code:
            known = language if language in section.heading else drawn.outline.languages[0]
            return section.heading_in(known, organisation=drawn.organisation)
    return say("The report as a whole")
