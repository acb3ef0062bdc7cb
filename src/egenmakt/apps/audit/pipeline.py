"""Several statements in one journey to PostgreSQL, each prepared once for each connection.

Psycopg has pipelines and prepared statements too, made for every case; for half a dozen statements this costs less
processor time. It speaks to the library beneath (`psycopg.pq`), of which it needs a dozen calls.
"""

from __future__ import annotations

import re
import select
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import count, islice, takewhile
from typing import Any, Final, NoReturn
from weakref import WeakKeyDictionary

from psycopg import Connection, InterfaceError, errors
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult

_DONE: Final = frozenset((ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK))
_NAMED: Final = re.compile(r"%\((\w+)\)([sb])")
_TEXT, _BINARY = 0, 1

_prepared: WeakKeyDictionary[Connection[Any], dict[str, bytes]] = WeakKeyDictionary()
"""The names of the statements that each connection has prepared."""
_numbers = count()


@lru_cache(maxsize=256)
def _numbered(sql: str) -> tuple[bytes, tuple[str, ...], tuple[int, ...]]:
    """A statement with numbers for its marks, the names in that order, and the form in which each value travels."""
    forms = {name: _BINARY if form == "b" else _TEXT for name, form in _NAMED.findall(sql)}
    numbers = {name: number for number, name in enumerate(forms, start=1)}
    text = _NAMED.sub(lambda found: f"${numbers[found[1]]}", sql)
    return text.encode(), tuple(forms), tuple(forms.values())


def _readied(sql: str, values: Mapping[str, Any]) -> tuple[bytes, list[bytes | None], tuple[int, ...]]:
    text, names, forms = _numbered(sql)
    return text, [_bytes(values[name]) for name in names], forms


def _bytes(value: Any) -> bytes | None:
    if value is None or isinstance(value, bytes):
        return value
    return str(value).encode()


def run(
    link: Connection[Any], statements: Sequence[tuple[str, Any]], *, then_commit: bool
) -> list[list[tuple[str | None, ...]]]:
    """Run statements in their order. Returns: the rows of each. Raises: psycopg's errors, the first that occurred.

    A transaction is begun when the connection is to have one and has none yet.
    """
    known = _prepared.setdefault(link, {})
    pgconn = link.pgconn
    # all that could fail in here comes before the connection is used
    readied = [(sql, *_readied(sql, values)) for sql, values in statements]
    new: dict[str, bytes] = {}
    sent: list[str] = []  # what each result will be the result of
    pgconn.enter_pipeline_mode()
    if not link.autocommit and pgconn.transaction_status == TransactionStatus.IDLE:
        pgconn.send_query_params(b"BEGIN", None)
        sent.append("begin")
    for sql, text, values, forms in readied:
        name = known.get(sql) or new.get(sql)
        if name is None:
            name = new[sql] = b"egenmakt_%d" % next(_numbers)
            pgconn.send_prepare(name, text)
            sent.append("prepare")
        pgconn.send_query_prepared(name, values, forms)
        sent.append("rows")
    if then_commit:
        pgconn.send_query_params(b"COMMIT", None)
        sent.append("commit")
    pgconn.pipeline_sync()
    results = _results(pgconn)
    pgconn.exit_pipeline_mode()
    done = list(takewhile(lambda result: result.status in _DONE, results))
    known.update(islice(new.items(), sent[: len(done)].count("prepare")))
    if len(done) < len(results):
        _fail(link, results[len(done)])
    return [_rows(result) for what, result in zip(sent, results, strict=True) if what == "rows"]


def _fail(link: Connection[Any], result: PGresult) -> NoReturn:
    error = errors.error_from_result(result)
    if isinstance(error, errors.InvalidSqlStatementName | errors.FeatureNotSupported):
        link.close()  # what was prepared is gone, or fits a table no more: a new connection prepares anew
    raise error


def _results(pgconn: PGconn) -> list[PGresult]:
    """Everything that comes back until the end of the journey is reached."""
    poll = select.poll()
    poll.register(pgconn.socket, select.POLLIN | select.POLLOUT)
    while pgconn.flush():
        if any(event & select.POLLIN for _, event in poll.poll()):
            pgconn.consume_input()
    poll.modify(pgconn.socket, select.POLLIN)
    found: list[PGresult] = []
    while True:
        while pgconn.is_busy():  # asked here, because the library itself would wait without letting other threads work
            poll.poll()
            pgconn.consume_input()
        result = pgconn.get_result()
        if result is None:
            if pgconn.status != ConnStatus.OK:
                raise InterfaceError("the connection is closed")
            continue  # between the results of two statements
        if result.status == ExecStatus.PIPELINE_SYNC:
            return found
        found.append(result)


def _rows(result: PGresult) -> list[tuple[str | None, ...]]:
    columns = range(result.nfields)
    return [tuple(_text(result.get_value(row, column)) for column in columns) for row in range(result.ntuples)]


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode()
