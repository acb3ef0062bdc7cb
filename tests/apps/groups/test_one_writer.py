"""On SQLite one connection writes meetings, whichever thread brings them; each thread keeps its own for all else."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import TypeVar

import pytest
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.sqlite3.base import DatabaseWrapper

from egenmakt.apps.groups.writing import writing

Done = TypeVar("Done")


@pytest.fixture
def own(tmp_path: Path) -> Callable[[], DatabaseWrapper]:
    """Makes a thread's own connection to a file with one table, set as the site's are."""
    settings = {
        **connections.databases[DEFAULT_DB_ALIAS],
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(tmp_path / "book.sqlite3"),
        "CONN_HEALTH_CHECKS": False,
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 0, "init_command": "PRAGMA journal_mode=wal;"},
    }
    with sqlite3.connect(settings["NAME"]) as link:
        link.execute("CREATE TABLE said (word TEXT PRIMARY KEY)")
    link.close()
    return lambda: DatabaseWrapper({**settings}, DEFAULT_DB_ALIAS)


@pytest.fixture(autouse=True)
def _the_tests_own_connection_comes_back(db: None) -> Iterator[None]:
    before = connections[DEFAULT_DB_ALIAS]
    yield
    connections[DEFAULT_DB_ALIAS] = before


def say(word: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO said (word) VALUES (%s)", [word])


def said() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT word FROM said")
        return {word for (word,) in cursor.fetchall()}


def in_threads(own: Callable[[], DatabaseWrapper], number: int, work: Callable[[int], Done]) -> list[Done]:
    """Do something in as many threads at once, each with a connection of its own."""
    barrier = Barrier(number)

    def one(index: int) -> Done:
        mine = connections[DEFAULT_DB_ALIAS] = own()
        barrier.wait(timeout=20)
        try:
            return work(index)
        finally:
            assert connections[DEFAULT_DB_ALIAS] is mine
            mine.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))


def test_all_threads_write_by_one_connection_and_none_finds_the_database_locked(
    own: Callable[[], DatabaseWrapper],
) -> None:
    def write(thread: int) -> set[BaseDatabaseWrapper]:
        used = set()
        for turn in range(20):
            with writing():
                used.add(connections[DEFAULT_DB_ALIAS])
                say(f"{thread}/{turn}")
            assert f"{thread}/{turn}" in said()  # its own connection sees at once what was written
        return used

    used = in_threads(own, 4, write)

    (first,) = used[0]
    assert used == [{first}] * 4
    connections[DEFAULT_DB_ALIAS] = own()
    assert said() == {f"{thread}/{turn}" for thread in range(4) for turn in range(20)}


def test_a_fault_takes_back_what_was_written_and_the_next_thread_writes_as_if_nothing_had_been(
    own: Callable[[], DatabaseWrapper],
) -> None:
    connections[DEFAULT_DB_ALIAS] = mine = own()

    with pytest.raises(ZeroDivisionError):
        _break_off_after("half")
    assert connections[DEFAULT_DB_ALIAS] is mine

    in_threads(own, 1, lambda _: _write("whole"))
    assert said() == {"whole"}


def test_a_connection_that_was_left_inside_a_transaction_is_opened_anew(own: Callable[[], DatabaseWrapper]) -> None:
    connections[DEFAULT_DB_ALIAS] = own()
    with writing():
        say("first")
        writer = connections[DEFAULT_DB_ALIAS]
    writer.set_autocommit(False)
    say_by(writer, "never said to be done")

    _write("second")

    assert said() == {"first", "second"}


def test_another_file_gets_another_writer(own: Callable[[], DatabaseWrapper], tmp_path: Path) -> None:
    connections[DEFAULT_DB_ALIAS] = own()
    _write("here")
    other = own()
    other.settings_dict["NAME"] = str(tmp_path / "other.sqlite3")
    connections[DEFAULT_DB_ALIAS] = other
    with sqlite3.connect(other.settings_dict["NAME"]) as link:
        link.execute("CREATE TABLE said (word TEXT PRIMARY KEY)")
    link.close()

    _write("there")

    assert said() == {"there"}
    connections[DEFAULT_DB_ALIAS] = own()
    assert said() == {"here"}


def test_inside_a_transaction_the_threads_own_connection_goes_on(own: Callable[[], DatabaseWrapper]) -> None:
    connections[DEFAULT_DB_ALIAS] = mine = own()

    with transaction.atomic():
        with writing():
            assert connections[DEFAULT_DB_ALIAS] is mine
            say("inside")
        transaction.set_rollback(True)

    assert said() == set()


def _break_off_after(word: str) -> None:
    with writing():
        say(word)
        raise ZeroDivisionError


def _write(word: str) -> None:
    with writing():
        say(word)


def say_by(writer: BaseDatabaseWrapper, word: str) -> None:
    with writer.cursor() as cursor:
        cursor.execute("INSERT INTO said (word) VALUES (%s)", [word])
