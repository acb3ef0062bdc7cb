"""Reports of months that were published before, elsewhere: taken in as they were, or as drafts to go the usual way."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db import transaction

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import require
from egenmakt.apps.learning.services.common import note
from egenmakt.apps.people.models import Node
from egenmakt.apps.reports.models import MonthlyLine, MonthlyReport
from egenmakt.apps.reports.queries.monthly_series import first_day
from egenmakt.apps.reports.services.monthly import NOTE_LENGTH_MAX, check_reportable, create_report
from egenmakt.core.evidence.counts import Count
from egenmakt.core.evidence.monthly_lines import report_lines
from egenmakt.core.evidence.months import Month

Outcome = Literal["recorded", "already_recorded", "different"]
WRITTEN_LENGTH_MAX = 200


def record_history(
    *,
    id: UUID,
    node: Node,
    month: Month,
    lines: Mapping[str, tuple[Count, Count, str]],
    source: str,
    is_published: bool,
    by: User,
    at: datetime,
) -> Outcome:
    """Take in a month of a body as it stood in a file. A month that is here is left as it is: the outcome says how.

    Args: lines, code -> the month, accumulated, note; source, the file with its fingerprint; is_published, whether
    it was published before, which only who may approve can say.
    Raises: NotReportable, NotAllowed.
    """
    require(user=by, deed="import.data", node_id=node.id)
    require(user=by, deed="report.approve" if is_published else "report.write", node_id=node.id)
    check_reportable(node=node, month=month, on=at.date())
    if outcome := known_history(node_id=node.id, month=month, lines=lines):
        return outcome
    origin = MonthlyReport.Origin.IMPORTED if is_published else MonthlyReport.Origin.OWN
    with transaction.atomic():
        made = create_report(id=id, node=node, month=month, by=by, at=at, origin=origin, source=source[:300])
        MonthlyLine.objects.bulk_create(
            MonthlyLine(report=made, indicator=line.code, **_columns(lines.get(line.code), by, at))
            for line in report_lines()
        )
        if is_published:
            MonthlyReport.objects.filter(id=made.id).update(
                state=MonthlyReport.State.PUBLISHED, published_by=by.id, published_by_name=by.name, published_at=at
            )
        note("monthly.imported", made, node.id, by, at, month=str(month), published=is_published, source=source[:300])
    return "recorded"


def known_history(
    *, node_id: UUID, month: Month, lines: Mapping[str, tuple[Count, Count, str]]
) -> Outcome | Literal[""]:
    """Whether the month is here already, with the same figures or with others; "" when it is not."""
    reports = MonthlyReport.objects.filter(node_id=node_id, month=first_day(month), removed_at__isnull=True)
    if not reports.exists():
        return ""
    given = {code: (flow.value, accumulated.value) for code, (flow, accumulated, _note) in lines.items()}
    for report in reports:
        kept = {line.indicator: (line.flow, line.accumulated) for line in report.lines.all()}
        if all(kept.get(code) == figures for code, figures in given.items()):
            return "already_recorded"
    return "different"


def _columns(given: tuple[Count, Count, str] | None, by: User, at: datetime) -> dict[str, object]:
    """A line as it stood in the file; an indicator that the file has not stays empty."""
    if given is None:
        return {"source": MonthlyLine.Source.IMPORTED}
    flow, accumulated, words = given
    return {
        "flow": flow.value,
        "flow_written": flow.written[:WRITTEN_LENGTH_MAX],
        "accumulated": accumulated.value,
        "accumulated_written": accumulated.written[:WRITTEN_LENGTH_MAX],
        "note": words[:NOTE_LENGTH_MAX],
        "source": MonthlyLine.Source.IMPORTED,
        "written_by": by.id,
        "written_at": at,
    }
