"""Several statements in one journey by the database's own driver."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from egenmakt.apps.audit.driver import Rows, run

pytestmark = pytest.mark.django_db

INSERT = "INSERT INTO journeys (number, content) VALUES (%(number)s, %(content)b)"
COUNT = "SELECT count(*) FROM journeys"


@pytest.fixture(autouse=True)
def table(db: None) -> None:
    kind = "bytea" if connection.vendor == "postgresql" else "blob"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE journeys (number integer PRIMARY KEY, content {kind} NOT NULL)")


def _insert(number: int, content: bytes = b"") -> tuple[str, dict[str, Any]]:
    return INSERT, {"number": number, "content": content, "more than is used": 1}


def _as_text(found: list[Rows]) -> list[list[tuple[str, ...]]]:
    return [[tuple(map(str, row)) for row in rows] for rows in found]


def test_each_statement_brings_its_own_rows_in_the_order_of_the_statements() -> None:
    numbers = ("SELECT number FROM journeys WHERE number > %(least)s ORDER BY number", {"least": 1})

    found = run([_insert(1), _insert(2), _insert(3), numbers, (COUNT, {})])

    assert _as_text(found) == [[], [], [], [("2",), ("3",)], [("3",)]]


def test_a_document_arrives_as_it_was_sent() -> None:
    content = bytes(range(256)) * 4000

    run([_insert(1, content)])

    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM journeys")
        assert bytes(cursor.fetchone()[0]) == content


def test_what_the_database_refuses_is_djangos_error_and_the_connection_goes_on() -> None:
    run([_insert(1)])
    for statements in ([_insert(2), _insert(1), _insert(3)], [_insert(1)], [("SELECT 1", {}), _insert(1)]):
        with pytest.raises(IntegrityError), transaction.atomic():
            run(statements)

        assert _as_text(run([(COUNT, {})])) == [[("1",)]]


def test_a_statement_that_is_wrong_can_be_followed_by_one_that_is_right() -> None:
    right = ("SELECT 1 + 1", {})

    with pytest.raises(DatabaseError), transaction.atomic():
        run([("SELECT no_such_column FROM journeys", {}), right])

    assert _as_text(run([right, right])) == [[("2",)], [("2",)]]


def test_a_value_that_is_missing_is_found_before_anything_is_sent() -> None:
    with pytest.raises((KeyError, DatabaseError)), transaction.atomic():
        run([_insert(1), (INSERT, {"number": 2})])

    assert len(run([(COUNT, {})])) == 1
