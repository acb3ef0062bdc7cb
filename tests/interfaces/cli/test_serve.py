"""How many processes and threads the server starts when nobody says."""

from __future__ import annotations

import pytest

from egenmakt.interfaces.cli.serve import _chosen

CONNECTIONS_OF_POSTGRESQL = 100
"""What PostgreSQL takes as it is installed, `max_connections`."""


def test_sqlite_is_written_by_one_process() -> None:
    assert _chosen(is_sqlite=True, processors=16)[0] == 1


WRITERS = 2
"""How many gatherings of meetings a process writes at once, each by a connection beside those of the threads."""


@pytest.mark.parametrize("processors", [1, 2, 3, 4, 6, 8, 12, 16, 64])
def test_each_processor_has_its_process_and_every_thread_gets_its_connection(processors: int) -> None:
    processes, threads = _chosen(is_sqlite=False, processors=processors)

    assert processes == min(processors, 16)
    assert threads >= 2
    assert processes * (threads + WRITERS) <= CONNECTIONS_OF_POSTGRESQL - 30  # the rest for jobs, backups and people
