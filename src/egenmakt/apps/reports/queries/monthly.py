"""Monthly reports to read: which month of which body has come how far, one report with all about it, a series."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from egenmakt.apps.access.queries import AnyUser, NotAllowed, nodes_where
from egenmakt.apps.people.models import Node
from egenmakt.apps.reports.models import MonthlyLine, MonthlyReport, MonthlyReturn
from egenmakt.apps.reports.queries.monthly_series import before_of, first_day, in_force, month_of, with_figures
from egenmakt.apps.reports.queries.own_figures import OwnFigure, own_figures
from egenmakt.core.evidence.months import Month

NODES_SHOWN_MAX = 200


def reports_of(*, user: AnyUser) -> QuerySet[MonthlyReport]:
    """The reports that a user may read, those put away too."""
    nodes = nodes_where(user=user, deed="report.read").exclude(kind=Node.Kind.GROUP).values("id")
    return MonthlyReport.objects.filter(node_id__in=nodes).select_related("node", "node__country", "corrects")


def report_of(*, user: AnyUser, report_id: UUID) -> MonthlyReport:
    """One report with its `figures`. Raises: NotAllowed, also for one that is not there."""
    report = with_figures(reports_of(user=user)).filter(id=report_id).first()
    if report is None:
        raise NotAllowed("You may not see this report.")
    return report


@dataclass(frozen=True, slots=True)
class MonthCell:
    """A month of a body in the overview."""

    month: Month
    state: str = ""
    """A state of a report; `missing` where there should be one; empty where nobody has reported yet."""
    report_id: UUID | None = None
    edition: int = 1
    correction_id: UUID | None = None
    """A correction that is not published yet."""


@dataclass(frozen=True, slots=True)
class BodyRow:
    """A body with its months, the earliest first."""

    node: Node
    cells: tuple[MonthCell, ...]
    may_write: bool

    @property
    def missing(self) -> int:
        """How many months are missing."""
        return sum(cell.state == "missing" for cell in self.cells)


def overview(*, user: AnyUser, from_month: Month, until_month: Month, on: date) -> list[BodyRow]:
    """Each country and partner that the user may see, by name, with its months from the first until before the last.

    A body is there when it has reported, or is a partner. A month is missing when it is over, and a month before it
    was reported.
    """
    readable = nodes_where(user=user, deed="report.read").exclude(kind=Node.Kind.GROUP)
    reported = MonthlyReport.objects.filter(removed_at__isnull=True)
    nodes = list(
        readable.filter(Q(kind=Node.Kind.PARTNER) | Q(id__in=reported.values("node_id")))
        .select_related("country")
        .order_by("name", "id")[:NODES_SHOWN_MAX]
    )
    writable = set(nodes_where(user=user, deed="report.write").values_list("id", flat=True))
    by_node: dict[UUID, dict[Month, list[MonthlyReport]]] = {node.id: {} for node in nodes}
    for report in reported.filter(node_id__in=list(by_node), month__lt=first_day(until_month)).order_by("edition"):
        by_node[report.node_id].setdefault(month_of(report), []).append(report)
    months = [from_month.later(step) for step in range(from_month.until(until_month))]
    return [
        BodyRow(node, tuple(_cell(month, by_node[node.id], on) for month in months), node.id in writable)
        for node in nodes
    ]


def _cell(month: Month, reports: Mapping[Month, Sequence[MonthlyReport]], on: date) -> MonthCell:
    here = reports.get(month, ())
    published = [one for one in here if one.state == MonthlyReport.State.PUBLISHED]
    if published:
        last, waiting = published[-1], next((one.id for one in here if one.edition > published[-1].edition), None)
        return MonthCell(month, last.state, last.id, last.edition, waiting)
    if here:
        return MonthCell(month, here[-1].state, here[-1].id, here[-1].edition)
    is_over = first_day(month.later(1)) <= on
    return MonthCell(month, "missing" if is_over and any(one < month for one in reports) else "")


@dataclass(frozen=True)
class ReportPage:
    """A report with what belongs beside it."""

    report: MonthlyReport
    lines: Mapping[str, MonthlyLine]
    before: Mapping[str, int]
    """The accumulated figures that were published last before it."""
    own: Mapping[str, OwnFigure]
    """What our own registers count."""
    editions: tuple[MonthlyReport, ...]
    """All editions of the month that stand, the first first, each with its `figures`."""
    returns: tuple[MonthlyReturn, ...] = field(default=())

    @property
    def corrected(self) -> Mapping[str, MonthlyLine]:
        """The lines of the edition before."""
        before = next((one for one in self.editions if one.id == self.report.corrects_id), None)
        return lines_of(before) if before else {}

    @property
    def later(self) -> MonthlyReport | None:
        """The published edition that corrects this one, if there is one."""
        published = MonthlyReport.State.PUBLISHED
        return next(
            (one for one in self.editions if one.corrects_id == self.report.id and one.state == published), None
        )


def report_page(*, user: AnyUser, report_id: UUID) -> ReportPage:
    """One report with what belongs beside it. Raises: NotAllowed, also for one that is not there."""
    return page_of(report_of(user=user, report_id=report_id))


def page_of(report: MonthlyReport) -> ReportPage:
    """What belongs beside a report with its `figures`, for whoever may read it."""
    same = MonthlyReport.objects.filter(node_id=report.node_id, month=report.month, removed_at__isnull=True)
    return ReportPage(
        report=report,
        lines=lines_of(report),
        before=before_of(report),
        own=own_figures(node_id=report.node_id, month=month_of(report)),
        editions=tuple(with_figures(same).order_by("edition", "id")),
        returns=tuple(report.returns.order_by("written_at", "id")),
    )


def lines_of(report: MonthlyReport) -> dict[str, MonthlyLine]:
    """Code -> line, of a report with its figures."""
    figures: list[MonthlyLine] = report.figures  # type: ignore[attr-defined]  # prefetched
    return {line.indicator: line for line in figures}


def published_series(*, user: AnyUser, node_id: UUID) -> tuple[Node, list[MonthlyReport]]:
    """A body with its published months as they are in force, the earliest first. Raises: NotAllowed."""
    node = nodes_where(user=user, deed="report.read").filter(id=node_id).select_related("country").first()
    if node is None:
        raise NotAllowed("You may not see these reports.")
    return node, list(in_force(MonthlyReport.objects.filter(node_id=node_id).select_related("node")))


def latest_of(*, node_id: UUID, month: Month, only_published: bool = False) -> MonthlyReport | None:
    """The last edition of a body's month with its `figures`; for the server's own hand, which may read everything."""
    reports = MonthlyReport.objects.filter(node_id=node_id, month=first_day(month), removed_at__isnull=True)
    if only_published:
        reports = reports.filter(state=MonthlyReport.State.PUBLISHED)
    return with_figures(reports).select_related("node", "node__country", "corrects").order_by("-edition").first()


def discarded_of(*, user: AnyUser) -> QuerySet[MonthlyReport]:
    """The drafts that were put away and that the user may bring back, the latest first."""
    nodes = nodes_where(user=user, deed="report.write").values("id")
    return (
        MonthlyReport.objects.filter(node_id__in=nodes, removed_at__isnull=False)
        .select_related("node")
        .order_by("-removed_at", "-id")
    )


def names_of_bodies(*, organisation_id: UUID) -> dict[str, str]:
    """Id -> name of the bodies of an organisation that report, for sentences about them."""
    reported = MonthlyReport.objects.filter(organisation_id=organisation_id).values("node_id")
    return {str(id): name for id, name in Node.objects.filter(id__in=reported).values_list("id", "name")}
