"""What the database keeps of a group's history, attacked by hand in SQL on whichever database runs."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from uuid6 import uuid7

from egenmakt.apps.audit.guards import all_guards, missing
from egenmakt.apps.groups.guards import GUARDS
from egenmakt.apps.groups.models import Meeting
from egenmakt.apps.groups.services.corrections import correct_meeting
from egenmakt.apps.groups.services.cut_off import set_up_in_mid_cycle
from egenmakt.core.ledger.chain import canonical
from tests.support.groups import START, Group, form_group
from tests.support.tree import Tree

TABLES = (
    "groups_constitutionversion",
    "groups_correction",
    "groups_cutoffsheet",
    "groups_meeting",
    "groups_arrival",
)
MEETING = ["id", "group_id", "cycle_id", "number", "kind", "held_on", "previous_hash", "hash", "code", "arrival_id"]
ARRIVAL = ["id", "meeting_id", "content", "content_hash", "received_at"]
AT = datetime(2026, 2, 1, 12, tzinfo=UTC)
OTHER = {
    "number": "number + 7",
    "held_on": "'2020-01-01'",
    "received_at": "'2020-01-01 00:00:00+00:00'",
    "content": "groups_arrival.content_hash",
}


@pytest.fixture
def group(tree: Tree) -> Group:
    """A group with a cut-off sheet, two meetings, and a correction of the first."""
    group = form_group(tree)
    sheet = {
        "schema": "egenmakt/cut-off-sheet/1",
        "id": str(uuid7()),
        "group": str(group.row.id),
        "cut_off_on": "2026-01-04",
        "balances": {"loan_fund_box": 20_000},
        "members": [{"member": group.id("Amina"), "shares": 20_000}],
        "loans": [],
        "external": [],
    }
    set_up_in_mid_cycle(group=group.row, content=canonical(sheet), by=group.by, at=AT)
    document = group.meet(entries=[{"type": "shares", "member": group.id("Amina"), "shares": 2}])
    group.meet(START + timedelta(days=7))
    changed = json.loads(json.dumps(document))
    changed["steps"][0]["entries"][0]["shares"] = 1
    changed["closing"][0]["reason"] = "one share too many was written"
    correct_meeting(
        id=uuid7(),
        meeting=Meeting.objects.get(group=group.row, number=1),
        content=canonical({**changed, "keys": []}),
        reason="one share too many was written",
        by=group.by,
        at=AT,
    )
    return group


def rows(table: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} ORDER BY id")
        return [tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in cursor.fetchall()]


def attack(sql: str, table: str, *, match: str) -> None:
    """Try it, be refused by the guard, and find every row as it was."""
    before = rows(table)
    assert before

    with pytest.raises(DatabaseError, match=match), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)

    assert rows(table) == before


def test_every_guard_of_the_groups_stands(db: None) -> None:
    assert missing(connection, GUARDS) == []
    assert {guard.table for guard in GUARDS} == set(TABLES)
    assert GUARDS[0] in all_guards()


def test_no_row_is_deleted(group: Group) -> None:
    for table in TABLES:
        attack(f"DELETE FROM {table}", table, match="append-only")


@pytest.mark.parametrize("table", TABLES)
def test_no_table_is_emptied(group: Group, table: str) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL has TRUNCATE")
    others = [guard for guard in all_guards() if guard.name.endswith("_no_truncate") and guard.table != table]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # or what waits for the commit would answer first
        for guard in others:  # and so would theirs
            cursor.execute(f"DROP TRIGGER {guard.name} ON {guard.table}")

    attack(f"TRUNCATE {table} CASCADE", table, match=f"{table} is append-only")


def test_no_row_is_replaced(group: Group) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite has REPLACE")

    for table in TABLES:
        attack(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}", table, match="append-only")


def test_a_row_that_only_grows_is_never_changed(group: Group) -> None:
    for table in TABLES[:3]:
        attack(f"UPDATE {table} SET id = id", table, match="append-only")


def test_what_makes_a_meeting_is_not_changed(group: Group) -> None:
    for column in MEETING:
        attack(_change("groups_meeting", column), "groups_meeting", match="never overwritten")


def test_a_document_that_arrived_is_not_changed(group: Group) -> None:
    for column in ARRIVAL:
        attack(_change("groups_arrival", column), "groups_arrival", match="never overwritten")


def _change(table: str, column: str) -> str:
    """An update that gives one column another value of the right type."""
    if column in ("id", "group_id", "cycle_id", "arrival_id", "meeting_id"):
        other = uuid7()
        value = f"'{other if connection.vendor == 'postgresql' else other.hex}'"
    else:
        value = OTHER.get(column, "'x'")
    if column == "content" and connection.vendor == "postgresql":
        value = "'x'::bytea"
    return f"UPDATE {table} SET {column} = {value}"


def test_what_follows_a_meeting_may_still_be_written(group: Group) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE groups_arrival SET state = 'settled'")
        cursor.execute("UPDATE groups_meeting SET present = 4")

    assert set(Meeting.objects.values_list("present", flat=True)) == {4}
