"""The words of monthly reports: states, sources, refusals, and what was found in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from egenmakt.apps.learning.services.common import ReasonMissing
from egenmakt.apps.reports.models import MonthlyAnswer, MonthlyLine, MonthlyReport
from egenmakt.apps.reports.queries.monthly import names_of_bodies
from egenmakt.apps.reports.queries.monthly_series import first_day
from egenmakt.apps.reports.services.monthly import (
    AlreadyReported,
    MovedOn,
    NoOwnFigure,
    NotReportable,
    NotTheLatest,
    WrongStep,
)
from egenmakt.apps.reports.services.monthly_steps import NothingFound, NothingReported, OpenFindings, SamePerson
from egenmakt.core.evidence.answering import print_of
from egenmakt.core.evidence.findings import Finding
from egenmakt.core.evidence.monthly_lines import report_lines
from egenmakt.core.evidence.months import Month, read_month
from egenmakt.core.evidence.wording import SEVERITIES, VERDICTS, Wording
from egenmakt.interfaces.web import formats

State = MonthlyReport.State
STATES: Final[Mapping[str, tuple[Any, str]]] = {
    State.DRAFT.value: (_("Draft"), "info"),
    State.CHECKED.value: (_("Checked"), "info"),
    State.APPROVED.value: (_("Approved"), "warning"),
    State.PUBLISHED.value: (_("Published"), "success"),
    "missing": (_("Missing"), "error"),
}
"""State -> its word, and the kind of its badge."""
SOURCES: Final[Mapping[str, Any]] = {
    MonthlyLine.Source.TYPED.value: _("typed in"),
    MonthlyLine.Source.OWN.value: _("our own registers"),
    MonthlyLine.Source.IMPORTED.value: _("a file"),
}
KINDS: Final[Mapping[str, str]] = {"error": "error", "look": "warning", "note": "info"}
"""How grave a finding is -> the kind of its badge."""

REFUSALS: Final[Mapping[type[Exception], Any]] = {
    SamePerson: _("Somebody else approves a report than who wrote or checked it."),
    OpenFindings: _("Something was found that nobody has answered for: correct the figures, or write why they stay."),
    NothingFound: _("This is not found any more: the figures have changed. Look at the check once more."),
    NothingReported: _("No figure has been written yet."),
    AlreadyReported: _("There is a report for this month already, or a correction of it is under way."),
    NotReportable: _("Countries and partners report, and only for months that have begun."),
    WrongStep: _("The report is not at this step any more. Somebody may have gone on with it."),
    MovedOn: _("Somebody else wrote figures in the meantime; theirs stand beside yours. Send again to keep yours."),
    NoOwnFigure: _("No register of ours counts this yet."),
    NotTheLatest: _("This edition was corrected already. Correct the latest one."),
    ReasonMissing: _("Something is missing: say it in words."),
}  # fmt: skip
"""Why a deed was refused -> the sentence for it."""


def line_names(language: str | None = None) -> dict[str, str]:
    """Code -> name of each line of a report."""
    return {line.code: line.named(language or formats.reader()) for line in report_lines()}


def month_words(month: Month) -> str:
    """A month as it is read: mars 2026."""
    return formats.long_month_text(month.year, month.number)


def short_month(month: Month) -> str:
    """A month where there is little room: mar 2026."""
    return formats.month_text(first_day(month))


def wording(report: MonthlyReport) -> Wording:
    """The reader's language for what is found in a report, with the names of its organisation's bodies."""
    bodies = {
        id: formats.isolated_text(name) for id, name in names_of_bodies(organisation_id=report.organisation_id).items()
    }
    return Wording(gettext, formats.number_text, {**bodies, **line_names()}, month=_month_read)


def _month_read(text: str) -> str:
    return month_words(read_month(text).month)


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """A finding as it is read."""

    fingerprint: str
    where: str
    severity: str
    kind: str
    sentence: str
    verdict: str
    causes: tuple[tuple[str, str], ...]
    """What may have happened, the likeliest first, and how likely that is."""
    evidence: tuple[str, ...]
    answer: MonthlyAnswer | None = None
    needs_answer: bool = False


def shown_findings(
    findings: Iterable[Finding], words: Wording, answers: Mapping[str, MonthlyAnswer]
) -> list[ShownFinding]:
    """Findings in the reader's language, with the answers to them."""
    return [_shown(finding, words, answers) for finding in findings]


def _shown(finding: Finding, words: Wording, answers: Mapping[str, MonthlyAnswer]) -> ShownFinding:
    answer = answers.get(print_of(finding))
    first = finding.places[0]
    return ShownFinding(
        fingerprint=print_of(finding),
        where=words.where(first, with_row=False),
        severity=gettext(SEVERITIES[finding.severity]),
        kind=KINDS[finding.severity],
        sentence=words.sentence(finding),
        verdict=gettext(VERDICTS[finding.verdict]) if finding.verdict else "",
        causes=tuple(
            (
                words.sentence(cause)
                + ("" if cause.place == first else f" ({words.where(cause.place, with_row=False)})"),
                # a single cause has a word of its own; several are weighed against each other
                gettext("%(share)s likely") % {"share": _share(cause.share_percent)} if len(finding.causes) > 1 else "",
            )
            for cause in finding.causes
        ),
        evidence=tuple(words.sentence(said) for said in finding.evidence),
        answer=answer,
        needs_answer=finding.severity != "note" and answer is None,
    )


def _share(percent: int) -> str:
    return formats.number_text(percent) + "\u00a0%"
