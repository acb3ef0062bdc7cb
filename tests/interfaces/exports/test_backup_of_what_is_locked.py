"""What is locked when it is published comes back from a backup under the very guards that lock it."""

from __future__ import annotations

import io

import pytest
from django.db import DatabaseError, transaction
from uuid6 import uuid7

from egenmakt.apps.learning.models import Observation
from egenmakt.apps.learning.services.observing import interpret, observe
from egenmakt.apps.learning.services.observing import publish as publish_observation
from egenmakt.apps.reports.models import MonthlyAnswer, MonthlyLine, MonthlyReport
from egenmakt.apps.reports.services.monthly import discard, start_correction
from egenmakt.apps.reports.services.monthly_history import record_history
from egenmakt.apps.reports.services.monthly_steps import approve, check_report, publish
from egenmakt.core.evidence.counts import read_count
from egenmakt.core.evidence.months import Month
from egenmakt.interfaces.exports.backup.dumping import write_backup
from egenmakt.interfaces.exports.backup.restoring import restore
from tests.support.learning import tell_round
from tests.support.monthly_reports import AT, approved, draft, published
from tests.support.tree import Tree, grow

pytestmark = pytest.mark.django_db


def test_monthly_reports_of_every_state_come_back_locked() -> None:
    buffer = io.BytesIO()
    with transaction.atomic():
        tree = grow()
        first = published(tree, tree.north, 0)
        # a correction whose id is older than that of what it corrects
        correction = start_correction(id=_older(first), report=first, reason="A group", by=tree.amina, at=AT)
        check_report(report=correction, by=tree.amina, at=AT)
        approve(report=correction, by=tree.officer, at=AT)
        publish(report=correction, by=tree.officer, at=AT)
        published(tree, tree.north, 1, members=(47, 180))  # answered for
        approved(tree, tree.south, 0)
        discard(report=draft(tree.north, 3, tree.amina), by=tree.amina, at=AT)
        record_history(
            id=uuid7(),
            node=tree.south,
            month=Month(2025, 9),
            lines={"groups": (read_count("l2"), read_count("90"), "")},
            source="x.csv",
            is_published=True,
            by=tree.officer,
            at=AT,
        )
        before = _whole()
        write_backup(into=buffer, at=AT)
        transaction.set_rollback(True)
    assert not MonthlyReport.objects.exists()

    restore(file=io.BytesIO(buffer.getvalue()), at=AT)

    assert _whole() == before
    assert MonthlyAnswer.objects.count() == 1
    for attack in (
        lambda: MonthlyReport.objects.filter(id=first.id).update(reason="x"),
        lambda: MonthlyLine.objects.filter(report_id=first.id).update(flow=1),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            attack()


def _older(report: MonthlyReport) -> object:
    return type(report.id)(int=report.id.int - (1 << 90))


def _whole() -> list[object]:
    reports = MonthlyReport.objects.order_by("id").values_list("id", "month", "edition", "state", "approved_by")
    lines = MonthlyLine.objects.order_by("id").values_list("report_id", "indicator", "flow", "flow_written")
    return [*reports, *lines]


def test_a_report_that_is_put_in_ready_made_is_held_to_the_same_rules(tree: Tree) -> None:
    id, columns = uuid7(), {"node": tree.north, "organisation_id": tree.umoja.id, "month": "2025-10-01"}
    steps = {
        "state": "approved", "checked_by": tree.monitoring.id, "checked_at": AT, "approved_at": AT,
        "written_by": tree.monitoring.id, "written_by_name": "M", "written_at": AT,
    }  # fmt: skip

    def put_in(approver: object, *, with_lines: bool) -> None:
        with transaction.atomic():
            if with_lines:
                line = {"indicator": "jobs", "flow": 1, "written_by": tree.amina.id, "written_at": AT}
                MonthlyLine.objects.create(report_id=id, **line)
            MonthlyReport.objects.create(id=id, approved_by=approver, **columns, **steps)

    for approver in (tree.monitoring.id, tree.amina.id):
        with pytest.raises(DatabaseError, match="Somebody else"):
            put_in(approver, with_lines=True)
    with pytest.raises(DatabaseError, match="begins as a draft"):
        put_in(tree.officer.id, with_lines=False)


def test_a_published_observation_comes_back_with_what_competes_about_it() -> None:
    buffer = io.BytesIO()
    with transaction.atomic():
        tree = grow()
        workshop = tell_round(tree).workshop()
        seen = observe(id=uuid7(), workshop=workshop, words="Women act more", strength=2, by=tree.amina, at=AT)
        for words in ("The training worked", "Only those who act were asked"):
            interpret(id=uuid7(), observation=seen, words=words, by=tree.amina, at=AT)
        publish_observation(observation=seen, by=tree.amina, at=AT)
        write_backup(into=buffer, at=AT)
        transaction.set_rollback(True)

    restore(file=io.BytesIO(buffer.getvalue()), at=AT)

    assert Observation.objects.get().published_at is not None
    with pytest.raises(DatabaseError), transaction.atomic():
        Observation.objects.create(
            id=uuid7(), workshop=Observation.objects.get().workshop, words="Alone", strength=1, published_at=AT,
            published_by=uuid7(), written_by=uuid7(), written_by_name="A", written_at=AT,
        )  # fmt: skip
