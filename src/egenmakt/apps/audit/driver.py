"""The database's own driver, beneath Django's cursors: for the few statements that every phone causes at once.

Django's cursors write the values into the statement's text on PostgreSQL, which the database then takes apart and
plans each time, and each statement is a journey to it and back. Here a statement is prepared once for each connection,
and all that is asked for at once travels together.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.db import connection

Statement = tuple[str, Mapping[str, Any] | Sequence[Any]]
"""A statement whose values are marked as %(name)s, and values by name, among which may stand more than it uses.

A value is as the database reads it: text, a number, nothing, or the bytes of a document, marked as %(name)b. On SQLite
the values may also be marked as ? and be given in their order.
"""
Rows = list[tuple[Any, ...]]
"""What came back: on PostgreSQL every value as text, on SQLite as it is kept."""


def run(statements: Sequence[Statement], *, then_commit: bool = False) -> list[Rows]:
    """Run statements in their order, in one journey. Returns: the rows of each. Raises: Django's errors.

    Args: then_commit, whether the transaction ends with this journey, on the disk; only for the outermost one, whose
    own end then finds nothing more to do.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors:
        return _run(statements, then_commit)


def _run(statements: Sequence[Statement], then_commit: bool) -> list[Rows]:
    if connection.vendor == "postgresql":
        from egenmakt.apps.audit import pipeline  # noqa: PLC0415  it loads psycopg, which SQLite does not need

        return pipeline.run(connection.connection, statements, then_commit=then_commit)
    found = [connection.connection.execute(_for_sqlite(sql), values).fetchall() for sql, values in statements]
    if then_commit:
        connection.connection.commit()
    return found


_NAMED = re.compile(r"%\((\w+)\)[sb]")


@lru_cache(maxsize=256)
def _for_sqlite(sql: str) -> str:
    return _NAMED.sub(r":\1", sql)
