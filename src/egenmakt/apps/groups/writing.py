"""The transaction in which a meeting is written; on SQLite, which has one writer, by one connection for the process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, cast

from django.db import connection, connections, transaction

if TYPE_CHECKING:
    from django.db.backends.sqlite3.base import DatabaseWrapper as SqliteWrapper


@contextmanager
def writing() -> Iterator[None]:
    """One transaction. On SQLite our own threads queue up here.

    SQLite itself makes a writer that finds the database locked sleep and try again, longer each time, so that some
    would wait for seconds while others pass them.
    """
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with _WRITER.lent(), transaction.atomic():
            yield
    else:
        with transaction.atomic():
            yield


class _Writer:
    """The one connection that writes meetings on SQLite, lent to one thread at a time.

    Every connection drops the pages that it keeps in memory when another one has written. As long as the same one
    writes, it finds there what the meetings before have left.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: SqliteWrapper | None = None

    @contextmanager
    def lent(self) -> Iterator[None]:
        """Let this thread write by it for as long as the block lasts, which no transaction of its own may be around."""
        with self._lock:
            alias = connection.alias
            own = cast("SqliteWrapper", connections[alias])
            # one in memory is only a test's; two connections to it would not wait for each other's locks
            connections[alias] = own if own.is_in_memory_db() else self._of(own)
            try:
                yield
            finally:
                connections[alias] = own

    def _of(self, own: SqliteWrapper) -> SqliteWrapper:
        """The connection to the same file as a thread's own, without anything that a fault has left in it."""
        kept = self._kept
        if kept is None or kept.settings_dict["NAME"] != own.settings_dict["NAME"]:
            if kept is not None:
                kept.close()
            kept = self._kept = own.copy()
            kept.inc_thread_sharing()
        kept.close_if_unusable_or_obsolete()
        return kept


_WRITER: Final = _Writer()
