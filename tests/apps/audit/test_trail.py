"""The trail cannot be changed, and what follows from an event is done once."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
import uuid6
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from egenmakt.apps.audit.guards import GUARDS, Guard, NotAGuard, all_guards, append_only, missing, remove
from egenmakt.apps.audit.models import Event, Job
from egenmakt.apps.audit.queries import events_about, events_at
from egenmakt.apps.audit.queue import TRIES_MAX, WorkedOff, work_off
from egenmakt.apps.audit.services import SYSTEM, NotRecorded, record

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NODE = uuid6.uuid7()


def _record(deed: str = "meeting.recorded", subject_id: str = "1") -> Event:
    return record(by=None, at=AT, deed=deed, subject_kind="meeting", subject_id=subject_id, node_id=NODE)


def _now() -> datetime:
    return AT


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE audit_event SET actor_name = 'somebody else'",
        "UPDATE audit_event SET id = id",
        "DELETE FROM audit_event",
        "INSERT OR REPLACE INTO audit_event SELECT id, at, actor_id, 'Mallory', deed, subject_kind, subject_id, "
        "node_id, data FROM audit_event",
        "INSERT INTO audit_event (id, at, actor_id, actor_name, deed, subject_kind, subject_id, node_id, data) "
        "SELECT id, at, actor_id, 'Mallory', deed, subject_kind, subject_id, node_id, data FROM audit_event WHERE true "
        "ON CONFLICT (id) DO UPDATE SET actor_name = excluded.actor_name",
        "REPLACE INTO audit_event SELECT * FROM audit_event",
        "TRUNCATE audit_event CASCADE",
    ],
)
def test_the_trail_refuses_every_change(db: None, attack: str) -> None:
    _record()
    before = list(Event.objects.values())
    only_sqlite, only_postgresql = "REPLACE INTO" in attack or "OR REPLACE" in attack, attack.startswith("TRUNCATE")
    if (only_sqlite and connection.vendor != "sqlite") or (only_postgresql and connection.vendor != "postgresql"):
        with pytest.raises(DatabaseError, match="syntax error"), transaction.atomic():
            connection.cursor().execute(attack)
        return

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(attack)

    assert list(Event.objects.values()) == before


def test_the_trail_refuses_djangos_own_ways(db: None) -> None:
    event = _record()

    for change in (event.save, event.delete, Event.objects.all().delete, lambda: Event.objects.update(deed="x")):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()


def test_an_event_outside_a_transaction_is_refused(transactional_db: None) -> None:
    with pytest.raises(NotRecorded):
        _record()


def test_who_did_it_is_kept_by_name_and_the_system_has_one_too(db: None) -> None:
    assert (_record().actor_name, _record().actor_id) == (SYSTEM, None)


def test_events_are_found_by_place_and_by_subject_the_latest_first(db: None) -> None:
    first, second = _record(subject_id="1"), _record(subject_id="2")

    assert list(events_at(node_ids=[NODE])) == [second, first]
    assert list(events_at(node_ids=[uuid6.uuid7()])) == []
    assert list(events_about(subject_kind="meeting", subject_id=1)) == [first]


def test_every_guard_stands_after_all_migrations(db: None) -> None:
    assert {guard.table for guard in all_guards()} >= {"audit_event"}
    assert missing(connection, all_guards()) == []


def test_a_guard_that_was_taken_away_or_replaced_is_noticed_and_put_back(transactional_db: None) -> None:
    with connection.schema_editor() as editor:
        remove(GUARDS, editor)
    wanted = [guard.name for guard in GUARDS if guard.statement(connection.vendor)]
    assert missing(connection, GUARDS) == wanted

    call_command("migrate", verbosity=0)

    assert missing(connection, all_guards()) == []


def test_guards_survive_a_table_that_is_built_anew(transactional_db: None) -> None:
    if connection.vendor == "sqlite":
        with connection.schema_editor() as editor:
            editor._remake_table(Event)  # what Django does for nearly every change of a table
        assert missing(connection, GUARDS) != []
    else:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE audit_event DISABLE TRIGGER USER")
        assert missing(connection, GUARDS) != []

    call_command("migrate", verbosity=0)

    assert missing(connection, all_guards()) == []


def test_a_guard_must_create_the_trigger_that_it_is_named_after() -> None:
    with pytest.raises(NotAGuard):
        Guard(name="a", table="t", sqlite="CREATE TRIGGER b BEFORE DELETE ON t BEGIN SELECT 1; END", postgresql="")
    with pytest.raises(NotAGuard):
        Guard(name="a; DROP TABLE t", table="t", sqlite="", postgresql="")
    assert [guard.name for guard in append_only("t")] == ["t_no_update", "t_no_delete", "t_no_truncate"]


DONE: list[str] = []


def note(event: Event) -> None:
    """A job for the tests: it writes to the database and remembers."""
    record(by=None, at=AT, deed="noted", subject_kind="event", subject_id=event.id, node_id=NODE)
    DONE.append(str(event.id))


def stumble(event: Event) -> None:
    """A job for the tests that writes and then fails."""
    note(event)
    raise RuntimeError("no network")


@pytest.fixture
def jobs(settings):
    DONE.clear()
    settings.JOBS = {"meeting.recorded": (f"{__name__}.note",), "cycle.closed": (f"{__name__}.stumble",)}


@pytest.mark.usefixtures("jobs")
def test_each_job_is_done_once(db: None) -> None:
    events = [_record() for _ in range(3)]
    _record(deed="nothing.follows")

    assert work_off(limit=2, now=_now) == WorkedOff(done=2, failed=0)
    assert work_off(limit=10, now=_now) == WorkedOff(done=1, failed=0)
    assert work_off(limit=10, now=_now) == WorkedOff(done=0, failed=0)
    assert [str(event.id) for event in events] == DONE
    assert list(Job.objects.values_list("state", "tries")) == [("done", 1)] * 3


@pytest.mark.usefixtures("jobs")
def test_a_job_that_fails_leaves_nothing_behind_and_is_tried_later(db: None) -> None:
    _record(deed="cycle.closed")
    now = AT

    for tries in range(1, TRIES_MAX + 1):
        assert work_off(limit=10, now=lambda now=now: now) == WorkedOff(done=0, failed=1)
        assert work_off(limit=10, now=lambda now=now: now) == WorkedOff(done=0, failed=0)
        job = Job.objects.get()
        assert (job.tries, job.error) == (tries, "RuntimeError: no network")
        now += timedelta(minutes=4**tries)

    assert (job.state, Event.objects.filter(deed="noted").count()) == ("failed", 0)
    assert work_off(limit=10, now=lambda: now + timedelta(days=9)) == WorkedOff(done=0, failed=0)


@pytest.mark.usefixtures("jobs")
def test_a_deed_that_is_rolled_back_leaves_no_job(db: None) -> None:
    with transaction.atomic():
        _record()
        transaction.set_rollback(True)

    assert list(Job.objects.all()) == []


@pytest.mark.usefixtures("jobs")
def test_two_workers_at_once_do_each_job_once(transactional_db: None) -> None:
    with transaction.atomic():
        events = [_record() for _ in range(20)]

    def work() -> None:
        try:
            work_off(limit=20, now=_now)
        finally:
            connection.close()

    if connection.vendor == "sqlite":
        work()  # on SQLite writes go through one process; a second round shows that nothing is done again
        work_off(limit=20, now=_now)
    else:
        workers = [threading.Thread(target=work) for _ in range(3)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

    assert sorted(DONE) == sorted(str(event.id) for event in events)
    assert Event.objects.filter(deed="noted").count() == 20
