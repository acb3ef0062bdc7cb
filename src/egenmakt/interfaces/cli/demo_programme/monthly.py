"""Monthly reports in the programme: a year of two countries, with a draft, a correction and something that is open."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction

from egenmakt.apps.access.models import User
from egenmakt.apps.reports.models import MonthlyReport
from egenmakt.apps.reports.queries.own_figures import own_figures
from egenmakt.apps.reports.services.monthly import TypedLine, start_correction, start_draft, write_figures
from egenmakt.apps.reports.services.monthly_steps import OpenFindings, answer_finding, approve, check_report, publish
from egenmakt.core.evidence.answering import print_of
from egenmakt.core.evidence.counts import Count
from egenmakt.core.evidence.monthly_lines import report_lines
from egenmakt.core.evidence.months import Month
from egenmakt.interfaces.cli.demo_programme.chance import Chance
from egenmakt.interfaces.cli.demo_programme.forming import instant
from egenmakt.interfaces.cli.demo_programme.tree import Branch

MONTHS_MAX: Final = 12
COUNTRIES: Final[Mapping[str, int]] = {"KE": 7, "JO": 4}
"""Country -> how many groups a month its partner forms whose books are kept on paper alone; the rest follows."""
CORRECTED_BEFORE_LAST: Final = 3
STAFF: Final = {"KE": "staff.ke@demo.example", "JO": "staff.jo@demo.example"}
CHECKS, APPROVES = "monitoring@demo.example", "officer@demo.example"
Figures = dict[str, tuple[int, int]]


class MonthlyReporting:
    """The monthly reports of one country in the database that is set up."""

    def __init__(self, *, chance: Chance, code: str, branch: Branch) -> None:
        self._chance, self._code, self._node = chance, code, branch.partner
        users = User.objects.in_bulk([STAFF[code], CHECKS, APPROVES], field_name="email")
        self._writes, self._checks, self._approves = users[STAFF[code]], users[CHECKS], users[APPROVES]

    def make(self, *, months: int, until: date) -> None:
        """All its months until the last day, in one transaction; a country that has reported stays as it is."""
        if MonthlyReport.objects.filter(node=self._node).exists():
            return
        count = min(months, MONTHS_MAX)
        last = Month(until.year, until.month)
        made: list[MonthlyReport] = []
        figures: Figures = {}
        with transaction.atomic():
            for place in range(count):
                month = last.later(place + 1 - count)
                figures = self._next(month, figures)
                is_last = place == count - 1
                made.append(self._report(month, figures, until, is_last=is_last))
            if self._code == "KE" and count > CORRECTED_BEFORE_LAST:
                self._correct(made[-1 - CORRECTED_BEFORE_LAST], instant(until))

    def _next(self, month: Month, before: Figures) -> Figures:
        """The figures of a month: what is in the books here, and what the partner has on paper beside them."""
        random = self._chance.random("monthly", self._code, month)
        groups = random.randint(1, 2 * COUNTRIES[self._code])
        members = groups * random.randint(16, 22) + random.randint(0, 9)
        on_paper = {
            "groups": groups,
            "members": members,
            "women": members * random.randint(78, 92) // 100,
            "enterprises": random.randint(2, 5) * COUNTRIES[self._code] + random.randint(0, 6),
            "jobs": random.randint(3, 8) * COUNTRIES[self._code] + random.randint(0, 9),
        }
        here = own_figures(node_id=self._node.id, month=month)
        found: Figures = {}
        for line in report_lines():
            own = here.get(line.code)
            flow = on_paper[line.code] + (own.flow if own else 0)
            start = (own.accumulated - own.flow if own else 0) + 40 * on_paper[line.code]
            found[line.code] = (flow, (before[line.code][1] if before else start) + flow)
        return found

    def _report(self, month: Month, figures: Figures, until: date, *, is_last: bool) -> MonthlyReport:
        following = month.later(1)
        at = min(instant(date(following.year, following.number, 1) + timedelta(days=4)), instant(until, 16))
        shown = dict(figures)
        if is_last and self._code == "JO":  # one digit too many in what is accumulated: it waits for an answer
            shown["members"] = (shown["members"][0], _doubled(shown["members"][1]))
        made = start_draft(
            id=self._chance.id(at, "monthly", self._code, month), node=self._node, month=month, by=self._writes, at=at
        )
        write_figures(report=made, figures=_typed(shown), changes=0, by=self._writes, at=at)
        if is_last and self._code == "KE":
            return made
        self._go_on(made, at, is_published=not is_last)
        return made

    def _go_on(self, report: MonthlyReport, at: datetime, *, is_published: bool) -> None:
        check_report(report=report, by=self._checks, at=at + timedelta(hours=2))
        approve(report=report, by=self._approves, at=at + timedelta(hours=3))
        if not is_published:
            return
        at += timedelta(hours=4)
        try:
            publish(report=report, by=self._approves, at=at)
        except OpenFindings as found:
            for number, finding in enumerate(found.findings):
                answer_finding(
                    id=self._chance.id(at, "monthly answer", report.id, number),
                    report=report,
                    fingerprint=print_of(finding),
                    words="Counted again by the partner: it is so.",
                    by=self._checks,
                    at=at,
                )
            publish(report=report, by=self._approves, at=at)

    def _correct(self, report: MonthlyReport, at: datetime) -> None:
        """Five jobs were counted that had been counted the month before."""
        made = start_correction(
            id=self._chance.id(at, "monthly correction", report.id),
            report=report,
            reason="Five jobs had been counted the month before already.",
            by=self._writes,
            at=at,
        )
        line = made.lines.get(indicator="jobs")
        flow, accumulated = (line.flow or 0) - 5, (line.accumulated or 0) - 5
        note = "Correction: five fewer; the accumulated figures of later months are still to follow."
        typed = TypedLine(Count(str(flow), "read", flow), Count(str(accumulated), "read", accumulated), note)
        write_figures(report=made, figures={"jobs": typed}, changes=0, by=self._writes, at=at)
        self._go_on(made, at, is_published=True)


def _doubled(value: int) -> int:
    """The number with its first digit doubled."""
    text = str(value)
    return int(text[0] + text)


def _typed(figures: Figures) -> dict[str, TypedLine]:
    return {
        code: TypedLine(Count(str(flow), "read", flow), Count(str(accumulated), "read", accumulated))
        for code, (flow, accumulated) in figures.items()
    }
