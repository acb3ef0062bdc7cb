"""What a group's page and a member's page cost with 10, 1,000 and 100,000 groups in the database.

    python benchmarks/pages.py                       # SQLite, then PostgreSQL (a throwaway server)
    python benchmarks/pages.py --only sqlite --sizes 10 1000

One group has 25 members and a dozen meetings; the others are light (two members, four accounts, a cycle each) and
stand below the same partner, so that the reader may see them all. Queries are counted; the processor time is that of
the page and of the database together, half of the runs needing less. A page is right when the last columns say 1.0.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from tests.support.site import Site, durable_postgresql  # noqa: E402  # after the path is set

MEETINGS = 12
RUNS = 15
TICK = os.sysconf("SC_CLK_TCK")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    parser.add_argument("--sizes", type=int, nargs="+", default=[10, 1_000, 100_000])
    parser.add_argument("--json", help="write the figures to this file too")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        print(json.dumps(measure(options.sizes)))
        return
    results = {}
    with tempfile.TemporaryDirectory() as home:
        if options.only != "postgresql":
            results["SQLite"] = in_a_process(Site(Path(home), "", workers=1), options.sizes)
        if options.only != "sqlite":
            with durable_postgresql() as server:
                results["PostgreSQL"] = in_a_process(Site(Path(home), server.url, workers=1), options.sizes)
    show(results)
    if options.json:
        Path(options.json).write_text(json.dumps(results, indent=2))


def in_a_process(site: Site, sizes: list[int]) -> list[dict[str, Any]]:
    """Measure with the settings of one database, which a process has only once."""
    import subprocess

    (site.home / "static").mkdir(exist_ok=True)
    words = [sys.executable, __file__, "--inside", "--sizes", *map(str, sizes)]
    done = subprocess.run(words, env=site.environment, check=True, stdout=subprocess.PIPE)
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def measure(sizes: list[int]) -> list[dict[str, Any]]:
    """Fill up to each size and ask for both pages."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from datetime import UTC, datetime

    from django.db import connection
    from django.test import Client
    from django.urls import reverse
    from tests.support.many import hold_meetings, plant_groups
    from tests.support.tree import grow

    from egenmakt.apps.groups.services.meetings import receive_meeting

    tree = grow()
    (planted,) = plant_groups(parent=tree.north, groups=1)
    now = datetime.now(UTC)
    for held in hold_meetings(planted, MEETINGS):
        assert receive_meeting(content=held.content, by=tree.facilitator, at=now).status == "accepted"
    client = Client()
    client.force_login(tree.facilitator, backend="django.contrib.auth.backends.ModelBackend")
    addresses = {
        "group": reverse("group", args=[planted.state.group_id]),
        "member": reverse("member", args=[next(iter(planted.state.members))]),
    }
    filled, results = 1, []
    for size in sizes:
        fill(tree.north.id, tree.umoja.id, tree.network.id, first=filled, last=size)
        filled = size
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        for page, address in addresses.items():
            results.append({"groups": size, "page": page, **_ask(client, address)})
    return results


def _ask(client: Any, address: str) -> dict[str, float]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    number = len(queries)  # now: the next request forgets them
    client.get(address)
    spent = []
    database = _database_seconds()
    for _ in range(RUNS):
        began = time.process_time()
        client.get(address)
        spent.append(time.process_time() - began)
    # the kernel counts the server's time in hundredths of a second: so all runs together
    database = (_database_seconds() - database) / RUNS
    return {"queries": number, "cpu_ms": (statistics.median(spent) + database) * 1000}


def _database_seconds() -> float:
    from django.db import connection

    if connection.vendor != "postgresql":
        return 0.0
    stat = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text()
    fields = stat.rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def fill(parent: UUID, organisation: UUID, network: UUID, *, first: int, last: int) -> None:
    """Add light groups below a body, by the driver's own fast way: COPY, or executemany."""
    from django.db import connection, transaction

    groups = [(uuid4(), number) for number in range(first, last)]
    with transaction.atomic():
        for table, columns, rows in _tables(groups, (parent, organisation, network)):
            with connection.cursor() as cursor:
                if connection.vendor == "postgresql":
                    with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as stream:
                        for row in rows:
                            stream.write_row(row)
                else:
                    marks = ", ".join(["%s"] * len(columns.split(",")))
                    plain = ([v.hex if isinstance(v, UUID) else v for v in row] for row in rows)
                    cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", plain)


Table = tuple[str, str, Iterator[tuple[Any, ...]]]


def _tables(groups: list[tuple[UUID, int]], above: tuple[UUID, UUID, UUID]) -> Iterator[Table]:
    day, instant = date(2024, 1, 1).isoformat(), "2024-01-01 09:00:00+00"
    parent, organisation, _ = above
    members = {group: [(uuid4(), uuid4(), number) for number in (1, 2)] for group, _ in groups}
    yield (
        "people_node",
        "id, kind, name, parent_id, country_id, created_at",
        ((g, "group", f"Group {n}", parent, "KE", instant) for g, n in groups),
    )
    yield (
        "people_nodeancestor",
        "ancestor_id, node_id, depth",
        ((up, g, depth) for g, _ in groups for depth, up in enumerate((g, *above))),
    )
    yield (
        "ledger_book",
        "id, currency, organisation_id, created_at",
        ((g, "KES", organisation, instant) for g, _ in groups),
    )
    yield (
        "groups_savingsgroup",
        "id, node_id, book_id, organisation_id, kind, currency, language, formed_on, is_training, last_number, "
        "last_hash",
        ((g, g, g, organisation, "savings", "KES", "en", day, False, 0, "") for g, _ in groups),
    )
    yield (
        "groups_cycle",
        "id, group_id, number, starts_on, end_planned_on, shared_out_minor",
        ((uuid4(), g, 1, day, "2030-01-01", 0) for g, _ in groups),
    )
    yield (
        "people_person",
        "id, node_id, name, sex, phone, created_at",
        ((p, g, f"Member {n}", "female", "", instant) for g, _ in groups for _, p, n in members[g]),
    )
    yield (
        "groups_membership",
        "id, group_id, person_id, number, symbol, joined_on, status, pin_failures, has_drawn_pot",
        ((m, g, p, n, "", day, "active", 0, False) for g, _ in groups for m, p, n in members[g]),
    )
    yield "ledger_account", ACCOUNT, _accounts(groups, members)


ACCOUNT = "id, book_id, kind, owner, may_go_below_zero, grows_on_debit, balance_minor"


def _accounts(
    groups: list[tuple[UUID, int]], members: dict[UUID, list[tuple[UUID, UUID, int]]]
) -> Iterator[tuple[Any, ...]]:
    for group, _ in groups:
        for box in ("loan_fund_box", "social_fund_box"):
            yield uuid4(), group, box, None, False, True, 0
        for member, _, _ in members[group]:
            yield uuid4(), group, "shares", member, False, False, 0


def show(results: dict[str, list[dict[str, Any]]]) -> None:
    """The figures as a table, each size beside the smallest."""
    print(f"{'database':12}{'page':8}{'groups':>9}{'queries':>9}{'CPU ms':>9}{'queries ÷':>11}{'CPU ÷':>8}")
    for database, rows in results.items():
        for row in rows:
            first = next(other for other in rows if other["page"] == row["page"])
            ratios = row["queries"] / first["queries"], row["cpu_ms"] / first["cpu_ms"]
            print(
                f"{database:12}{row['page']:8}{row['groups']:9,}{row['queries']:9.0f}{row['cpu_ms']:9.1f}"
                f"{ratios[0]:11.2f}{ratios[1]:8.2f}"
            )


if __name__ == "__main__":
    main()
