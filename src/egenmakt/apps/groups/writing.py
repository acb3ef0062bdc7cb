"""The transaction in which a meeting is written, by a connection kept for that and lent from thread to thread."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Final, cast

from django.db import connection, connections, transaction

if TYPE_CHECKING:
    from django.db.backends.postgresql.base import DatabaseWrapper as PostgresqlWrapper
    from django.db.backends.sqlite3.base import DatabaseWrapper as SqliteWrapper

    Wrapper = SqliteWrapper | PostgresqlWrapper


@contextmanager
def writing(*, is_alive: bool = False) -> Iterator[None]:
    """One transaction. A thread that is inside one already goes on with its own connection.

    Args: is_alive, whether the connection is taken to live without being asked, which would cost a journey: a dead one
    fails at once, with nothing written, and the caller then goes a way that asks.

    On SQLite our own threads queue up here: SQLite itself makes a writer that finds the database locked sleep and try
    again, longer each time, so that some would wait for seconds while others pass them.
    """
    if connection.in_atomic_block:
        with transaction.atomic():
            yield
    else:
        with _WRITERS.lent(is_alive), transaction.atomic():
            yield


class _Writers:
    """The connections that write meetings: one on SQLite, on PostgreSQL as many as there are at the same moment.

    The one that was given back last is lent first. On SQLite every connection drops the pages that it keeps in memory
    when another one has written: as long as the same one writes, it finds there what the meetings before have left. On
    PostgreSQL each has a process of its own in the server, which plans every statement once: the fewer there are, the
    more seldom that is, and the more of what they keep stays in the processor's reach.
    """

    def __init__(self) -> None:
        self._one_at_a_time = threading.Lock()
        self._kept: list[Wrapper] = []

    @contextmanager
    def lent(self, is_alive: bool) -> Iterator[None]:
        """Let this thread write by one while the block lasts, which no transaction of its own may be around."""
        alias = connection.alias
        own = cast("Wrapper", connections[alias])
        # one in memory is only a test's; two connections to it would not wait for each other's locks
        if own.vendor == "sqlite" and cast("SqliteWrapper", own).is_in_memory_db():
            with self._one_at_a_time:
                yield
            return
        turn: AbstractContextManager[object] = self._one_at_a_time if own.vendor == "sqlite" else nullcontext()
        with turn:
            writer = self._taken(own)
            writer.health_check_done = is_alive  # type: ignore[union-attr]  # Django's own, without a type
            connections[alias] = writer
            try:
                yield
            finally:
                connections[alias] = own
                self._kept.append(writer)

    def _taken(self, own: Wrapper) -> Wrapper:
        """A connection to the same database as a thread's own, without anything that a fault has left in it."""
        try:
            writer = self._kept.pop()
        except IndexError:
            return self._new(own)
        if writer.settings_dict["NAME"] != own.settings_dict["NAME"]:
            writer.close()
            return self._new(own)
        writer.close_if_unusable_or_obsolete()
        return writer

    def _new(self, own: Wrapper) -> Wrapper:
        new = own.copy()
        new.inc_thread_sharing()
        return new


_WRITERS: Final = _Writers()
