"""Counting what is asked of the database, by Django's cursors and by the driver beneath them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from unittest.mock import patch

from django.db import connection
from django.test.utils import CaptureQueriesContext

from egenmakt.apps.audit import driver


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    """The statements that were run inside the block, when it is over; those of the driver come first."""
    found: list[str] = []
    whole = driver._run

    def counting(statements: Sequence[driver.Statement], then_commit: bool) -> list[driver.Rows]:
        found.extend(sql for sql, _ in statements)
        return whole(statements, then_commit)

    with patch.object(driver, "_run", counting), CaptureQueriesContext(connection) as captured:
        yield found
    found.extend(query["sql"] for query in captured)
