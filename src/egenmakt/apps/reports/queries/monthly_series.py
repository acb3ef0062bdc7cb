"""The series that a monthly report stands in, and what a check of it against them finds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, QuerySet

from egenmakt.apps.people.models import NodeAncestor
from egenmakt.apps.reports.models import MonthlyAnswer, MonthlyLine, MonthlyReport
from egenmakt.core.evidence.answering import print_of, to_answer
from egenmakt.core.evidence.counts import Count, read_count
from egenmakt.core.evidence.findings import Finding
from egenmakt.core.evidence.monthly import FIGURES, Figure, Key, MonthlyTable, Point, Series
from egenmakt.core.evidence.monthly_lines import parts_of_lines, report_lines
from egenmakt.core.evidence.months import Month
from egenmakt.core.evidence.self_check import check

SISTER_MONTHS = 24
"""How far back the other bodies of an organisation are compared with: copied rows are of late."""


def month_of(report: MonthlyReport) -> Month:
    """The month as the self-check has it."""
    return Month(report.month.year, report.month.month)


def first_day(month: Month) -> date:
    """The day by which a month is kept."""
    return date(month.year, month.number, 1)


def in_force(reports: QuerySet[MonthlyReport]) -> QuerySet[MonthlyReport]:
    """The published ones that no published correction has replaced, with their `figures` in one more query."""
    published = MonthlyReport.State.PUBLISHED
    corrected = MonthlyReport.objects.filter(state=published, corrects__isnull=False).values("corrects_id")
    return with_figures(reports.filter(state=published).exclude(id__in=corrected)).order_by("month", "id")


def with_figures(reports: QuerySet[MonthlyReport]) -> QuerySet[MonthlyReport]:
    """Reports with `figures`: their lines."""
    return reports.prefetch_related(Prefetch("lines", MonthlyLine.objects.order_by("id"), to_attr="figures"))


def count_of(line: MonthlyLine, figure: Figure) -> Count:
    """A figure of a line as the self-check reads it: also that it is blank, or what stands there instead."""
    value = line.flow if figure == "flow" else line.accumulated
    written = line.flow_written if figure == "flow" else line.accumulated_written
    if value is not None:
        return Count(written or str(value), "read", value)
    read = read_count(written)
    # what is a number by itself could be read in two ways in the file that it came from
    return Count(written, "unreadable", code="two_ways") if read.state == "read" else read


def table_of(reports: Iterable[MonthlyReport]) -> MonthlyTable:
    """Reports as one table: a body is known by its id, an indicator by its code."""
    points: dict[Key, list[Point]] = {}
    order = [line.code for line in report_lines()]
    for row, report in enumerate(sorted(reports, key=lambda one: (str(one.node_id), one.month)), start=1):
        lines = {line.indicator: line for line in report.figures}  # type: ignore[attr-defined]  # prefetched
        for code in (code for code in order if code in lines):
            flow, accumulated = (count_of(lines[code], figure) for figure in FIGURES)
            point = Point(row, month_of(report), flow, accumulated, lines[code].note)
            points.setdefault(Key(str(report.node_id), code), []).append(point)
    return MonthlyTable(tuple(Series(key, tuple(found)) for key, found in points.items()), parts_of_lines())


@dataclass(frozen=True)
class Check:
    """What was found about a report."""

    mine: tuple[Finding, ...]
    """What it has to answer for, the gravest first."""
    others: tuple[Finding, ...]
    """What is found elsewhere in the body's series, which earlier reports answered for."""
    answers: Mapping[str, MonthlyAnswer]
    """Fingerprint of a finding -> the latest answer to it."""

    @property
    def open(self) -> tuple[Finding, ...]:
        """What keeps it from being published: neither a note, nor answered."""
        return tuple(one for one in self.mine if one.severity != "note" and print_of(one) not in self.answers)


def check_of(report: MonthlyReport) -> Check:
    """Check a report against all published months of its body, and its organisation's other bodies."""
    published = list(in_force(MonthlyReport.objects.filter(node_id=report.node_id)))
    others = _sisters(report)
    this = with_figures(MonthlyReport.objects.filter(id=report.id)).get()
    without = [one for one in published if one.id != report.id]
    beside = [one for one in without if one.month != report.month]
    region = str(report.node_id)
    found, rest = to_answer(
        before=check(table_of([*without, *others]), about=region),
        now=check(table_of([*beside, this, *others]), about=region),
        region=region,
        month=month_of(report),
    )
    return Check(tuple(found), tuple(rest), answers_of(report))


def answers_of(report: MonthlyReport) -> dict[str, MonthlyAnswer]:
    """Fingerprint of a finding -> the latest answer."""
    given = MonthlyAnswer.objects.filter(report=report).order_by("written_at", "id")
    return {answer.fingerprint: answer for answer in given}


def _sisters(report: MonthlyReport) -> Sequence[MonthlyReport]:
    """What the other bodies of the organisation have published: of its kind, neither above nor below it."""
    above = NodeAncestor.objects.filter(node_id=report.node_id).values("ancestor_id")
    below = NodeAncestor.objects.filter(ancestor_id=report.node_id).values("node_id")
    since = first_day(month_of(report).later(-SISTER_MONTHS))
    beside = (
        MonthlyReport.objects.filter(organisation_id=report.organisation_id, node__kind=report.node.kind)
        .filter(month__gte=since)
        .exclude(node_id__in=above)
        .exclude(node_id__in=below)
    )
    return list(in_force(beside))


def before_of(report: MonthlyReport) -> Mapping[str, int]:
    """Code -> the accumulated figure that was published last before the month; where there is none, it is not there."""
    earlier = in_force(MonthlyReport.objects.filter(node_id=report.node_id, month__lt=report.month)).reverse()
    for one in earlier[:1]:
        figures: list[MonthlyLine] = one.figures  # type: ignore[attr-defined]  # prefetched
        return {line.indicator: line.accumulated for line in figures if line.accumulated is not None}
    return {}
