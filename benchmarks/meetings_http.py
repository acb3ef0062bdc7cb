"""How many meetings a second are accepted over HTTP, against the same rows written straight into the database.

    python benchmarks/meetings_http.py                        # SQLite, then PostgreSQL (a throwaway server, fsync on)
    python benchmarks/meetings_http.py --only postgresql --json result.json

Groups of 25 members, meetings of 28 or 29 transfers, each locked by three PINs and chained to the one before; every
meeting is on the disk before it is answered. The phones, the web server and the database share the machine: on two
cores the client's part is printed, so that it can be seen that it is not what is measured.

The other side of the comparison writes just the rows that the server wrote (document, meeting, entry, transfers,
event, the group's last link) into a copy of the same database by the driver alone: prepared statements in a pipeline
on PostgreSQL, executemany on SQLite; once into the same tables with all guards, once into tables without keys,
indexes, constraints or triggers. Nothing is checked there that the guards do not check.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import selectors
import shutil
import socket
import sqlite3
import statistics
import sys
import tempfile
import time
from collections import deque
from multiprocessing import get_context
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from tests.support.site import Site, durable_postgresql, family  # noqa: E402  # after the path is set

MEMBERS = 25
WARM_UP = 4
TICK = os.sysconf("SC_CLK_TCK")
TABLES = ("groups_arrival", "groups_meeting", "ledger_transfer", "ledger_journalentry", "audit_event")
"""What one meeting writes, in an order that every foreign key and trigger accepts."""

Row = tuple[Any, ...]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    parser.add_argument("--groups", type=int, default=48)
    parser.add_argument("--meetings", type=int, default=100, help="measured meetings of each group")
    parser.add_argument(
        "--connections", type=int, help="phones that send at once, each kept alive; 12, on PostgreSQL 32"
    )
    parser.add_argument("--json", help="write the figures to this file too")
    options = parser.parse_args()
    results = []
    if options.only != "postgresql":
        with tempfile.TemporaryDirectory() as home:
            results.append(measure("SQLite", Site(Path(home), "", workers=1, threads=8), options, connections=12))
    if options.only != "sqlite":
        with tempfile.TemporaryDirectory() as home, durable_postgresql() as server:
            site = Site(Path(home), server.url, workers=os.cpu_count() or 1, threads=16)
            assert server.process is not None
            results.append(measure("PostgreSQL", site, options, connections=32, database_pid=server.process.pid))
    show(results)
    if options.json:
        Path(options.json).write_text(json.dumps(results, indent=2))


def measure(
    name: str, site: Site, options: argparse.Namespace, *, connections: int, database_pid: int = 0
) -> dict[str, Any]:
    """Everything about one database, side by side."""
    connections = options.connections or connections
    planted = site.run("plant", str(options.groups), str(WARM_UP + options.meetings), str(MEMBERS))
    chains = planted["chains"]
    other = _copy(site)
    site.start()
    assert site.process is not None
    try:
        send(site.port, planted["secret"], [chain[:WARM_UP] for chain in chains], connections)
        before = (_seconds(site.process.pid), _seconds(database_pid), time.process_time(), time.perf_counter())
        taken = send(site.port, planted["secret"], [chain[WARM_UP:] for chain in chains], connections)
        after = (_seconds(site.process.pid), _seconds(database_pid), time.process_time(), time.perf_counter())
    finally:
        site.kill()
    web, database, client, seconds = (end - begin for begin, end in zip(before, after, strict=True))
    _check(site, planted)
    number = len(taken)
    result = {
        "database": name,
        "meetings": number,
        "http_per_second": number / seconds,
        "p50_ms": statistics.median(taken) * 1000,
        "p99_ms": statistics.quantiles(taken, n=100)[98] * 1000,
        "web_cpu_ms": web / number * 1000,
        "database_cpu_ms": database / number * 1000,
        "client_cpu_ms": client / number * 1000,
    }
    rows = _rows_of(site, [[meeting["id"] for meeting in chain] for chain in chains])
    for side, is_bare in (("straight", False), ("bare", True)):
        rate, cpu = _straight(other, rows, is_bare, database_pid)
        result[f"{side}_per_second"], result[f"{side}_cpu_ms"] = rate, cpu
        result[f"{side}_ratio"] = result["http_per_second"] / rate
        # steadier than the rates on a machine that others use too, and without the phones, which share it here
        result[f"{side}_cpu_ratio"] = cpu / (result["web_cpu_ms"] + result["database_cpu_ms"])
    return result


def _seconds(pid: int) -> float:
    """Processor time of a process and all that it started."""
    total = 0
    for member in family(pid) if pid else ():
        try:
            fields = Path(f"/proc/{member}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        total += sum(map(int, fields[11:15]))  # its own, and that of children which have ended
    return total / TICK


def send(port: int, secret: str, chains: list[list[dict[str, str]]], connections: int) -> list[float]:
    """Send meetings on some connections at once, each group's in order. Returns: the seconds that each answer took.

    One thread on bare sockets, with the requests made beforehand: so the client costs little. Whichever connection is
    free takes the next group in turn, so that all are busy until nothing is left.
    """
    waiting = deque(
        deque(_request(port, secret, base64.b64decode(meeting["content"])) for meeting in chain) for chain in chains
    )
    taken: list[float] = []

    def send_next(link: socket.socket) -> None:
        if not waiting:
            selector.unregister(link)
            link.close()
            return
        chain = waiting.popleft()
        link.sendall(chain.popleft())
        selector.modify(link, selectors.EVENT_READ, [chain, time.perf_counter(), b""])

    with selectors.DefaultSelector() as selector:
        for _ in range(min(connections, len(chains))):
            link = socket.create_connection(("127.0.0.1", port))
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            selector.register(link, selectors.EVENT_READ)
            send_next(link)
        while selector.get_map():
            for key, _ in selector.select():
                link, (chain, began, part) = key.fileobj, key.data
                assert isinstance(link, socket.socket)
                answer = key.data[2] = part + link.recv(65536)
                if not _is_whole(answer):
                    continue
                if not answer.startswith(b"HTTP/1.1 201"):
                    sys.exit(f"A meeting was not accepted: {answer.decode(errors='replace')}")
                taken.append(time.perf_counter() - began)
                if chain:
                    waiting.append(chain)
                send_next(link)
    return taken


def _is_whole(answer: bytes) -> bool:
    head, _, content = answer.partition(b"\r\n\r\n")
    length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
    return bool(length) and len(content) >= int(length)


def _request(port: int, secret: str, content: bytes) -> bytes:
    head = (
        f"POST /api/v1/meetings HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {secret}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


def _check(site: Site, planted: dict[str, Any]) -> None:
    """All meetings are there, once, with the right balances; otherwise the figures mean nothing."""
    found = site.run("inspect")
    expected = sorted([meeting["id"] for meeting in chain] for chain in planted["chains"])
    if sorted(found["chains"].values()) != expected or found["balances"] != planted["balances"]:
        sys.exit("Not every meeting is recorded, or a balance is wrong.")
    if found["faults"] or found["broken"] or found["entries_twice"] or found["others"]:
        sys.exit(f"The book is not right: {found['faults'][:3]} {found['broken'][:3]}")


def _copy(site: Site) -> Site:
    """A second database with the same groups, before they have met."""
    if not site.database_url:
        home = site.home / "straight"
        home.mkdir()
        shutil.copy(site.home / "egenmakt.sqlite3", home)
        return Site(home, "", workers=1)
    import psycopg

    server, _, query = site.database_url.partition("/postgres")
    with psycopg.connect(f"{server}/template1{query}", autocommit=True) as connection:
        connection.execute("CREATE DATABASE straight TEMPLATE postgres")
    return Site(site.home, f"{server}/straight{query}", workers=1)


Meeting = dict[str, list[Row]]
"""The rows of one meeting by table, and under `group` what the group's row becomes."""


def _connect(site: Site) -> Any:
    if site.database_url:
        import psycopg

        return psycopg.connect(site.database_url, autocommit=True)
    link = sqlite3.connect(site.home / "egenmakt.sqlite3", isolation_level=None, timeout=60)
    for pragma in ("journal_mode=wal", "synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON"):
        link.execute(f"PRAGMA {pragma}")
    return link


def _rows_of(site: Site, chains: list[list[str]]) -> dict[str, Any]:
    """What the server has written: columns by table, the accounts, and each group's meetings with their rows."""
    link = _connect(site)
    by_meeting = {
        "groups_arrival": "meeting_id",
        "groups_meeting": "id",
        "ledger_transfer": "entry_id",
        "ledger_journalentry": "id",
        "audit_event": "subject_id",
    }
    columns, found = {}, {}
    for table, column in by_meeting.items():
        cursor = link.execute(f"SELECT * FROM {table} LIMIT 0")
        names = [part[0] for part in cursor.description]
        columns[table] = names
        order = "ORDER BY sequence" if table == "ledger_transfer" else ""
        where = "WHERE deed = 'meeting.recorded'" if table == "audit_event" else ""
        texts = [f"{n}::text" if site.database_url and n in ("findings", "data") else f'"{n}"' for n in names]
        for key, *row in link.execute(f"SELECT {column}, {', '.join(texts)} FROM {table} {where} {order}"):
            found.setdefault(str(key).replace("-", ""), {}).setdefault(table, []).append(tuple(row))
    names = "id, book_id, kind, owner, may_go_below_zero, grows_on_debit"
    accounts = link.execute(f"SELECT {names}, 0 FROM ledger_account").fetchall()
    link.close()
    groups = [[found[id.replace("-", "")] for id in chain] for chain in chains]
    return {"columns": columns, "accounts": accounts, "groups": groups}


def _straight(site: Site, rows: dict[str, Any], is_bare: bool, database_pid: int) -> tuple[float, float]:
    """Write the rows by the driver alone. Returns: meetings a second, and processor milliseconds of a meeting."""
    link = _connect(site)
    mark = "%s" if site.database_url else "?"
    if is_bare:
        for table in (*TABLES, "groups_savingsgroup"):
            link.execute(f"CREATE TABLE bare_{table} AS SELECT * FROM {table} WHERE false")
        link.execute("INSERT INTO bare_groups_savingsgroup SELECT * FROM groups_savingsgroup")
    else:
        insert = (
            "INSERT INTO ledger_account (id, book_id, kind, owner, may_go_below_zero, grows_on_debit, balance_minor)"
        )
        link.cursor().executemany(f"{insert} VALUES ({', '.join([mark] * 7)})", rows["accounts"])
    link.close()
    writers = 4 if site.database_url else 1
    context = get_context("fork")
    gate, ready = context.Event(), context.Queue()
    arguments = [(site, rows["columns"], rows["groups"][n::writers], is_bare, gate, ready) for n in range(writers)]
    processes = [context.Process(target=_writer, args=each) for each in arguments]
    for process in processes:
        process.start()
    for _ in processes:
        ready.get()
    before = _seconds(database_pid)
    began = time.perf_counter()
    gate.set()
    used = [ready.get() for _ in processes]
    seconds = time.perf_counter() - began
    database = _seconds(database_pid) - before
    for process in processes:
        process.join()
    number = sum(len(chain) - WARM_UP for chain in rows["groups"])
    return number / seconds, (sum(used) + database) / number * 1000


def _writer(
    site: Site, columns: dict[str, list[str]], chains: list[list[Meeting]], is_bare: bool, gate: Any, ready: Any
) -> None:
    """One connection: its groups' meetings in turn, each one transaction that is on the disk before the next."""
    link = _connect(site)
    write = (_on_postgresql if site.database_url else _on_sqlite)(link, columns, "bare_" if is_bare else "")
    in_turn = [chain[place] for place in range(max(map(len, chains))) for chain in chains if place < len(chain)]
    warm = WARM_UP * len(chains)
    for meeting in in_turn[:warm]:
        write(meeting)
    ready.put(0.0)
    gate.wait()
    began = time.process_time()
    for meeting in in_turn[warm:]:
        write(meeting)
    ready.put(time.process_time() - began)
    link.close()


def _last_link(columns: dict[str, list[str]], meeting: Meeting) -> Row:
    names, (row,) = columns["groups_meeting"], meeting["groups_meeting"]
    return tuple(row[names.index(name)] for name in ("number", "hash", "held_on", "group_id"))


def _on_postgresql(link: Any, columns: dict[str, list[str]], prefix: str) -> Any:
    """All statements of a meeting in one journey, prepared once; the transfers as one statement over arrays."""
    import psycopg

    kinds = dict.fromkeys(columns["ledger_transfer"], "uuid") | {
        "sequence": "integer",
        "amount_minor": "bigint",
        "reason": "text",
        "effective_on": "date",
    }
    inserts = {}
    for table in TABLES:
        names = ", ".join(f'"{name}"' for name in columns[table])
        if table == "ledger_transfer":
            arrays = ", ".join(f"%s::{kinds[name]}[]" for name in columns[table])
            inserts[table] = f"INSERT INTO {prefix}{table} ({names}) SELECT * FROM unnest({arrays})"
        else:
            marks = ", ".join("%s::jsonb" if name in ("findings", "data") else "%s" for name in columns[table])
            inserts[table] = f"INSERT INTO {prefix}{table} ({names}) VALUES ({marks})"
    update = f"UPDATE {prefix}groups_savingsgroup SET last_number = %s, last_hash = %s, last_held_on = %s WHERE id = %s"

    def write(meeting: Meeting) -> None:
        with link.pipeline(), link.transaction(), psycopg.Cursor(link) as cursor:
            for table in TABLES:
                rows = meeting[table]
                values = list(map(list, zip(*rows, strict=True))) if table == "ledger_transfer" else rows[0]
                cursor.execute(inserts[table], values, prepare=True)
            cursor.execute(update, _last_link(columns, meeting), prepare=True)

    return write


def _on_sqlite(link: Any, columns: dict[str, list[str]], prefix: str) -> Any:
    """executemany on each table, in one transaction."""
    inserts = {}
    for table in TABLES:
        names = columns[table]
        inserts[table] = f"INSERT INTO {prefix}{table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
    update = f"UPDATE {prefix}groups_savingsgroup SET last_number = ?, last_hash = ?, last_held_on = ? WHERE id = ?"

    def write(meeting: Meeting) -> None:
        link.execute("BEGIN IMMEDIATE")
        for table in TABLES:
            link.executemany(inserts[table], meeting[table])
        link.execute(update, _last_link(columns, meeting))
        link.execute("COMMIT")

    return write


def show(results: list[dict[str, Any]]) -> None:
    """The figures as a table."""
    lines = (
        ("accepted over HTTP, a second", "http_per_second", ".0f"),
        ("half are answered within, ms", "p50_ms", ".1f"),
        ("99 of 100 are answered within, ms", "p99_ms", ".1f"),
        ("processor time: web server, ms a meeting", "web_cpu_ms", ".2f"),
        ("processor time: database, ms a meeting", "database_cpu_ms", ".2f"),
        ("processor time: client, ms a meeting", "client_cpu_ms", ".2f"),
        ("same rows straight, guards on, a second", "straight_per_second", ".0f"),
        ("  their processor time, ms a meeting", "straight_cpu_ms", ".2f"),
        ("  HTTP divided by it", "straight_ratio", ".2f"),
        ("  it divided by HTTP's, in processor time", "straight_cpu_ratio", ".2f"),
        ("same rows into bare tables, a second", "bare_per_second", ".0f"),
        ("  HTTP divided by it", "bare_ratio", ".2f"),
    )
    print(f"{'':44}" + "".join(f"{result['database']:>12}" for result in results))
    for words, name, form in lines:
        print(f"{words:44}" + "".join(f"{result[name]:12{form}}" for result in results))


if __name__ == "__main__":
    main()
