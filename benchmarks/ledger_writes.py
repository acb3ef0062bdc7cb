"""How fast a meeting's money is recorded, with every guard, against the same rows written to bare tables.

    python benchmarks/ledger_writes.py                       # SQLite, then PostgreSQL (a throwaway server, fsync on)
    python benchmarks/ledger_writes.py --only postgresql --writers 4

Both sides write the same entries in the same run, turn by turn, each entry in a transaction of its own that is on
the disk before the next begins. The bare side has tables without keys, indexes, constraints, balances or triggers,
and the driver's fastest way in: COPY on PostgreSQL, executemany on SQLite. The ratio says what the ledger's
promises cost.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID, uuid4

from uuid6 import uuid7

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from tests.support.site import durable_postgresql  # noqa: E402  # after the path is set

MEMBERS = 25
ROUNDS = 6
TRANSFER_COLUMNS = "id, entry_id, book_id, sequence, debit, credit, amount, reason, effective_on, reverses"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    parser.add_argument("--entries", type=int, default=1200, help="entries on each side (default 1200)")
    parser.add_argument("--books", type=int, default=40, help="groups that take turns (default 40)")
    parser.add_argument("--writers", type=int, default=1, help="processes that write at once (default 1)")
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        print(json.dumps(measure(entries=options.entries, books=options.books)))
        return
    if options.only != "postgresql":
        with tempfile.TemporaryDirectory() as home:
            report("SQLite", run_writers(options, {"EGENMAKT_HOME": home, "DATABASE_URL": ""}))
    if options.only != "sqlite":
        with tempfile.TemporaryDirectory() as home, durable_postgresql() as server:
            report("PostgreSQL", run_writers(options, {"EGENMAKT_HOME": home, "DATABASE_URL": server.url}))


def run_writers(options: argparse.Namespace, environment: dict[str, str]) -> list[dict[str, float]]:
    """Make the tables once, then let the writers write at the same time."""
    environment = {
        **os.environ,
        **environment,
        "DJANGO_SETTINGS_MODULE": "egenmakt.project.settings",
        "PYTHONPATH": str(ROOT / "src"),
    }
    migrate = [sys.executable, "-m", "django", "migrate", "ledger", "--verbosity=0"]
    subprocess.run(migrate, env=environment, check=True)
    command = [sys.executable, __file__, "--inside=1", f"--entries={options.entries}", f"--books={options.books}"]
    writers = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(options.writers)
    ]
    results = []
    for writer in writers:
        output, _ = writer.communicate()
        if writer.returncode:
            sys.exit(writer.returncode)
        results.append(json.loads(output))
    return results


def report(name: str, results: list[dict[str, float]]) -> None:
    """One line for each side, and the ratio."""
    for side in ("ledger", "bare"):
        rate = sum(result[f"{side}_rate"] for result in results)
        python, server = (
            sum(result[f"{side}_{where}_ms"] for result in results) / len(results) for where in ("python", "server")
        )
        print(f"{name:10} {side:6} {rate:7.0f} entries/s   CPU {python:5.2f} ms Python + {server:5.2f} ms server")
    ratio = sum(r["ledger_rate"] for r in results) / sum(r["bare_rate"] for r in results)
    print(f"{name:10} ratio  {ratio:7.2f}   ({MEMBERS + 3} transfers an entry, {len(results)} writers)")


def measure(*, entries: int, books: int) -> dict[str, float]:
    """Write on both sides in turns. Returns: entries a second and CPU milliseconds an entry of each."""
    import django

    django.setup()
    from egenmakt.apps.ledger.services import open_book

    now = datetime(2026, 1, 1, tzinfo=UTC)
    groups = [(uuid4(), [uuid4() for _ in range(MEMBERS)]) for _ in range(books)]
    for book, _ in groups:
        open_book(id=book, currency="KES", organisation_id=book, at=now)
    sides = {"ledger": ledger_side(now), "bare": bare_side(now)}
    for position, side in enumerate(sides.values()):  # a warm start: plans, caches, accounts
        for index in range(books):
            side(*groups[index], position)
    spent = {f"{side}_{what}": 0.0 for side in sides for what in ("seconds", "python", "server")}
    for turn in range(ROUNDS):
        for name, side in sides.items():
            meetings = [(*groups[i % books], 10 + turn) for i in range(entries // ROUNDS)]
            before = (time.perf_counter(), time.process_time(), server_seconds())
            for meeting in meetings:
                side(*meeting)
            after = (time.perf_counter(), time.process_time(), server_seconds())
            for what, start, end in zip(("seconds", "python", "server"), before, after, strict=True):
                spent[f"{name}_{what}"] += end - start
    number = entries // ROUNDS * ROUNDS
    result = {}
    for name in sides:
        result[f"{name}_rate"] = number / spent[f"{name}_seconds"]
        result[f"{name}_python_ms"] = spent[f"{name}_python"] / number * 1000
        result[f"{name}_server_ms"] = spent[f"{name}_server"] / number * 1000
    return result


def meeting(book: UUID, members: list[UUID]):
    """The transfers of a usual meeting: everyone saves, one borrows, one pays a fine, some put into the social fund."""
    from egenmakt.core.ledger.chart import AccountRef
    from egenmakt.core.ledger.transfers import Transfer

    day = date(2026, 1, 7)
    box, social = AccountRef("loan_fund_box"), AccountRef("social_fund_box")
    moves = [(box, AccountRef("shares", member), 50_000, "share_purchase") for member in members]
    moves.append((AccountRef("loan_principal", members[0]), box, 90_000, "loan_disbursement"))
    moves.append((box, AccountRef("fines", members[1]), 500, "fine_paid"))
    moves.append((social, AccountRef("social_fund"), 2_500, "social_fund_contribution"))
    return [Transfer(uuid7(), debit, credit, amount, reason, day) for debit, credit, amount, reason in moves]


def ledger_side(now: datetime):
    """An entry through the service, as a meeting does it."""
    from django.db import transaction

    from egenmakt.apps.ledger.services import post_entry

    def write(book: UUID, members: list[UUID], position: int) -> None:
        transfers = meeting(book, members)
        with transaction.atomic():
            post_entry(
                book_id=book,
                entry_id=uuid7(),
                kind="meeting",
                position=position,
                effective_on=transfers[0].effective_on,
                transfers=transfers,
                subject=book,
                by=members[0],
                at=now,
            )

    return write


def bare_side(now: datetime):
    """The same rows into bare tables, with the driver alone."""
    from django.db import connection

    connection.ensure_connection()
    on_postgresql = connection.vendor == "postgresql"
    kinds = ("uuid", "bigint", "text", "date", "timestamptz") if on_postgresql else ("", "", "", "", "")
    uuid, number, text, day, instant = kinds
    with connection.cursor() as cursor:
        if on_postgresql:
            cursor.execute("SELECT pg_advisory_lock(1)")
        cursor.execute(
            f"CREATE TABLE IF NOT EXISTS bare_entry (id {uuid}, book_id {uuid}, kind {text}, position {number}, "
            f"effective_on {day}, posted_at {instant}, posted_by {uuid}, subject {uuid}, count {number}, "
            f"total {number})"
        )
        cursor.execute(
            f"CREATE TABLE IF NOT EXISTS bare_transfer (id {uuid}, entry_id {uuid}, book_id {uuid}, sequence {number}, "
            f"debit {uuid}, credit {uuid}, amount {number}, reason {text}, effective_on {day}, reverses {uuid})"
        )
        if on_postgresql:
            cursor.execute("SELECT pg_advisory_unlock(1)")
    raw = connection.connection

    def rows(book: UUID, members: list[UUID], position: int):
        entry, transfers = uuid7(), meeting(book, members)
        as_is = (lambda id_: id_) if on_postgresql else (lambda id_: id_ and id_.hex)
        first = transfers[0].effective_on if on_postgresql else transfers[0].effective_on.isoformat()
        lines = [
            (
                as_is(t.id),
                as_is(entry),
                as_is(book),
                index,
                as_is(t.debit.id_in(book)),
                as_is(t.credit.id_in(book)),
                t.amount_minor,
                t.reason,
                first,
                None,
            )
            for index, t in enumerate(transfers)
        ]
        at = now if on_postgresql else now.isoformat()
        total = sum(t.amount_minor for t in transfers)
        head = (as_is(entry), as_is(book), "meeting", position, first, at, as_is(members[0]), as_is(book))
        return (*head, len(lines), total), lines

    def copy(book: UUID, members: list[UUID], position: int) -> None:
        head, lines = rows(book, members, position)
        with raw.transaction(), raw.cursor() as cursor:
            cursor.execute(f"INSERT INTO bare_entry VALUES ({','.join(['%s'] * len(head))})", head)
            with cursor.copy(f"COPY bare_transfer ({TRANSFER_COLUMNS}) FROM STDIN") as stream:
                for line in lines:
                    stream.write_row(line)

    def executemany(book: UUID, members: list[UUID], position: int) -> None:
        head, lines = rows(book, members, position)
        raw.execute("BEGIN IMMEDIATE")
        raw.execute(f"INSERT INTO bare_entry VALUES ({','.join('?' * len(head))})", head)
        raw.executemany(f"INSERT INTO bare_transfer VALUES ({','.join('?' * 10)})", lines)
        raw.execute("COMMIT")

    return copy if on_postgresql else executemany


def server_seconds() -> float:
    """CPU seconds that this connection's PostgreSQL process has used; 0 on SQLite, which is in our own process."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return 0.0
    process = Path(f"/proc/{connection.connection.info.backend_pid}/stat")
    if not process.exists():  # the server is on another machine
        return 0.0
    fields = process.read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
