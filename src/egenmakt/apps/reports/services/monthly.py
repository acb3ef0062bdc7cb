"""Writing monthly reports: begun, filled in, taken from our own registers, put away and brought back, corrected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import require
from egenmakt.apps.learning.services.common import known, note, organisation_of, said, signed
from egenmakt.apps.people.models import Node
from egenmakt.apps.reports.models import MonthlyLine, MonthlyReport
from egenmakt.apps.reports.queries.monthly_series import first_day, in_force, month_of
from egenmakt.apps.reports.queries.own_figures import own_figures
from egenmakt.core.evidence.counts import Count
from egenmakt.core.evidence.monthly_lines import report_lines
from egenmakt.core.evidence.months import Month

NOTE_LENGTH_MAX = 2000


class AlreadyReported(ValueError):
    """There is a report of the body for the month already."""


class NotReportable(ValueError):
    """A month that has not begun, or a body that is a single group."""


class WrongStep(ValueError):
    """The report is not at the step from which this is done."""


class MovedOn(ValueError):
    """Somebody else wrote figures in the meantime."""


class NotAFigure(ValueError):
    """A figure cannot be read as a whole number."""


class NoOwnFigure(ValueError):
    """Our own registers do not count this."""


class NotTheLatest(ValueError):
    """The edition was corrected already: the latest is corrected."""


@dataclass(frozen=True, slots=True)
class TypedLine:
    """What somebody says of one indicator. Raises: NotAFigure."""

    flow: Count
    accumulated: Count
    note: str = ""

    def __post_init__(self) -> None:
        for count in (self.flow, self.accumulated):
            if count.state == "unreadable":
                raise NotAFigure(f"{count.written!r} is not a whole number.")


def start_draft(*, id: UUID, node: Node, month: Month, by: User, at: datetime) -> MonthlyReport:
    """Begin the report of a body for a month, with its lines empty. The same id returns what is there.

    Raises: AlreadyReported, NotReportable, NotAllowed.
    """
    require(user=by, deed="report.write", node_id=node.id)
    if found := known(MonthlyReport, id):
        return found
    check_reportable(node=node, month=month, on=at.date())
    with transaction.atomic():
        made = create_report(id=id, node=node, month=month, by=by, at=at)
        MonthlyLine.objects.bulk_create(MonthlyLine(report=made, indicator=line.code) for line in report_lines())
        note("monthly.begun", made, node.id, by, at, month=str(month))
    return made


def check_reportable(*, node: Node, month: Month, on: date) -> None:
    """Whether a body reports for a month at all. Raises: NotReportable."""
    if node.kind == Node.Kind.GROUP:
        raise NotReportable("A group does not report by itself: its country or partner does.")
    if first_day(month) > on:
        raise NotReportable("The month has not begun yet.")


def create_report(*, id: UUID, node: Node, month: Month, by: User, at: datetime, **more: object) -> MonthlyReport:
    """A row of a report, inside a transaction. Raises: AlreadyReported."""
    try:
        with transaction.atomic():
            return MonthlyReport.objects.create(
                id=id,
                node=node,
                organisation_id=organisation_of(node),
                month=first_day(month),
                **{**signed(by, at), **more},
            )
    except IntegrityError:
        raise AlreadyReported("There is a report for this month already.") from None


def locked(report: MonthlyReport, *states: str) -> MonthlyReport:
    """The report as it is now, held until the transaction ends. Raises: WrongStep when it is at no such step."""
    now = MonthlyReport.objects.select_for_update(of=("self",)).select_related("node").get(id=report.id)
    if now.state not in states or now.removed_at is not None:
        raise WrongStep(f"The report is {'put away' if now.removed_at else now.state}.")
    return now


def write_figures(
    *, report: MonthlyReport, figures: Mapping[str, TypedLine], changes: int, by: User, at: datetime
) -> MonthlyReport:
    """Write figures and notes into a draft. What is as it was keeps its source and its author.

    Args: changes, how often the figures had been written when they were looked at.
    Raises: WrongStep, MovedOn, NotAllowed.
    """
    require(user=by, deed="report.write", node_id=report.node_id)
    with transaction.atomic():
        now = locked(report, MonthlyReport.State.DRAFT)
        if now.changes != changes:
            raise MovedOn("Somebody else wrote figures in the meantime.")
        written = [
            line
            for line in now.lines.order_by("id")
            if line.indicator in figures and _write(line, figures[line.indicator], by, at)
        ]
        if written:
            MonthlyLine.objects.bulk_update(written, _LINE_FIELDS)
            _changed(now)
            note("monthly.written", now, now.node_id, by, at, lines=[line.indicator for line in written])
    return now


_LINE_FIELDS = (
    "flow", "flow_written", "accumulated", "accumulated_written", "note", "source", "written_by", "written_at",
)  # fmt: skip


def _write(line: MonthlyLine, typed: TypedLine, by: User, at: datetime) -> bool:
    """Write into a line what differs. Returns: whether anything does."""
    text = typed.note.strip()[:NOTE_LENGTH_MAX]
    same_figures = (line.flow, line.accumulated) == (typed.flow.value, typed.accumulated.value)
    if same_figures and line.note == text:
        return False
    if not same_figures:
        line.flow, line.flow_written = typed.flow.value, typed.flow.written.strip()[:200]
        line.accumulated, line.accumulated_written = typed.accumulated.value, typed.accumulated.written.strip()[:200]
        line.source = MonthlyLine.Source.TYPED
    line.note, line.written_by, line.written_at = text, by.id, at
    return True


def _changed(report: MonthlyReport) -> None:
    MonthlyReport.objects.filter(id=report.id).update(changes=F("changes") + 1)
    report.changes += 1


def take_own(*, report: MonthlyReport, indicator: str, by: User, at: datetime) -> MonthlyReport:
    """Put into a line of a draft what our own registers count.

    Raises: NoOwnFigure, WrongStep, NotAllowed.
    """
    require(user=by, deed="report.write", node_id=report.node_id)
    own = own_figures(node_id=report.node_id, month=month_of(report)).get(indicator)
    if own is None:
        raise NoOwnFigure("No register of ours counts this yet.")
    with transaction.atomic():
        now = locked(report, MonthlyReport.State.DRAFT)
        now.lines.filter(indicator=indicator).update(
            flow=own.flow,
            flow_written="",
            accumulated=own.accumulated,
            accumulated_written="",
            source=MonthlyLine.Source.OWN,
            written_by=by.id,
            written_at=at,
        )
        _changed(now)
        note("monthly.own_taken", now, now.node_id, by, at, indicator=indicator)
    return now


def discard(*, report: MonthlyReport, by: User, at: datetime) -> None:
    """Put a draft away; it can be brought back. Raises: WrongStep, NotAllowed."""
    require(user=by, deed="report.write", node_id=report.node_id)
    with transaction.atomic():
        now = locked(report, MonthlyReport.State.DRAFT)
        MonthlyReport.objects.filter(id=now.id).update(removed_at=at)
        note("monthly.discarded", now, now.node_id, by, at)


def bring_back(*, report: MonthlyReport, by: User, at: datetime) -> None:
    """Bring a draft back that was put away. Raises: AlreadyReported when another took its place, NotAllowed."""
    require(user=by, deed="report.write", node_id=report.node_id)
    try:
        with transaction.atomic():
            if MonthlyReport.objects.filter(id=report.id, removed_at__isnull=False).update(removed_at=None):
                note("monthly.brought_back", report, report.node_id, by, at)
    except IntegrityError:
        raise AlreadyReported("Another report for this month has been begun.") from None


def start_correction(*, id: UUID, report: MonthlyReport, reason: str, by: User, at: datetime) -> MonthlyReport:
    """Begin a new edition that corrects a published one, with its figures. The same id returns what is there.

    Raises: ReasonMissing, WrongStep, NotTheLatest, AlreadyReported when a correction is under way, NotAllowed.
    """
    require(user=by, deed="report.write", node_id=report.node_id)
    if found := known(MonthlyReport, id):
        return found
    why = said(reason, "Say why it is corrected.")
    with transaction.atomic():
        now = locked(report, MonthlyReport.State.PUBLISHED)
        if not in_force(MonthlyReport.objects.filter(id=now.id)).exists():
            raise NotTheLatest("This edition was corrected already: correct the latest.")
        made = create_report(
            id=id, node=now.node, month=month_of(now), by=by, at=at, edition=now.edition + 1, corrects=now, reason=why
        )
        lines = []
        for line in now.lines.order_by("id"):
            line.pk, line.id, line.report = None, None, made
            lines.append(line)
        MonthlyLine.objects.bulk_create(lines)
        note("monthly.correction_begun", made, now.node_id, by, at, corrects=str(now.id))
    return made
