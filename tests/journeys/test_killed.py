"""The server is killed at any moment, again and again: what was acknowledged is there, once, and the money is right.

Real processes on real files: granian with its workers, and a PostgreSQL that waits for the disk. SIGKILL goes to the
whole process group, so nothing can be put in order first. What a kill of the processes cannot show is a disk that
lies about having written; that is between the database and the machine.
"""

from __future__ import annotations

import base64
import json
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import pytest

from tests.support.site import DurablePostgresql, Site, durable_postgresql

pytestmark = pytest.mark.once

PHONES = 4
ACKNOWLEDGED = (200, 201)


@dataclass
class Phone:
    """Sends the meetings of its groups, each group's in order, and again whatever was not acknowledged."""

    site: Site
    secret: str
    chains: list[list[dict[str, str]]]
    rng: random.Random
    acknowledged: set[str] = field(default_factory=set)
    strange: list[Any] = field(default_factory=list)
    sent: int = 0
    cut_off: int = 0
    connection: HTTPConnection | None = None

    def send_all(self, stop: threading.Event) -> None:
        """Send until everything is acknowledged and the killing is over; one in ten is sent twice on purpose."""
        waiting = [list(chain) for chain in self.chains]
        while not stop.is_set() or any(waiting):
            open_chains = [chain for chain in waiting if chain]
            is_new = bool(open_chains) and self.rng.random() > 0.1
            chain = self.rng.choice(open_chains if is_new else self.chains)
            meeting = chain[0] if is_new else self.rng.choice(chain)
            if not is_new and meeting["id"] not in self.acknowledged:
                continue
            status = self.send(meeting)
            if status in ACKNOWLEDGED:
                self.acknowledged.add(meeting["id"])
                if is_new:
                    chain.pop(0)
            elif status is None or status >= 500:
                self.cut_off += 1
                time.sleep(0.05)
            else:
                self.strange.append((status, meeting["id"]))
                return

    def send(self, meeting: dict[str, str]) -> int | None:
        """The status that came back; None when nothing did."""
        self.sent += 1
        try:
            if self.connection is None:
                self.connection = HTTPConnection("127.0.0.1", self.site.port, timeout=20)
            content = base64.b64decode(meeting["content"])
            headers = {"Authorization": f"Bearer {self.secret}", "Content-Type": "application/json"}
            self.connection.request("POST", "/api/v1/meetings", content, headers)
            answer = self.connection.getresponse()
            receipt = json.loads(answer.read() or b"{}")
            if answer.status in ACKNOWLEDGED:
                assert receipt["meeting_id"] == meeting["id"]
            return answer.status
        except (OSError, HTTPException, ValueError):
            if self.connection:
                self.connection.close()
            self.connection = None
            return None


@contextmanager
def _site(database: str, home: Path) -> Iterator[tuple[Site, DurablePostgresql | None]]:
    if database == "sqlite":
        site = Site(home, "", workers=1)
        try:
            yield site, None
        finally:
            site.kill()
    else:
        with durable_postgresql() as server:
            site = Site(home, server.url, workers=2)
            try:
                yield site, server
            finally:
                site.kill()


def _kill_something(site: Site, server: DurablePostgresql | None, rng: random.Random) -> str:
    """Kill the web server, or PostgreSQL, or both at once, and start it again."""
    what = rng.choice(("web", "web", "database", "both")) if server else "web"
    if what in ("web", "both"):
        site.kill()
    if server and what in ("database", "both"):
        server.kill()
        server.start()
    if what in ("web", "both"):
        site.start()
    return what


@dataclass(frozen=True)
class Aftermath:
    """What was seen when the killing was over."""

    killed: list[str]
    phones: list[Phone]
    lost: set[str]
    """Acknowledged, and not in the database."""
    before: dict[str, Any]
    """The database after the last kill, while the phones go on."""
    statuses: set[int | None]
    """What everything was answered with when all of it was sent once more."""
    after: dict[str, Any]
    chains: list[list[dict[str, str]]]
    balances: dict[str, dict[str, int]]
    """What every account holds when all meetings are recorded, worked out without the server."""


def _kill_again_and_again(database: str, kills: int, home: Path) -> Aftermath:
    rng = random.Random(kills)
    with _site(database, home) as (site, server):
        planted = site.run("plant", "12", str(max(12, kills)), "5")
        chains = planted["chains"]
        phones = [Phone(site, planted["secret"], chains[n::PHONES], random.Random(n)) for n in range(PHONES)]
        site.start()
        stop = threading.Event()
        threads = [threading.Thread(target=phone.send_all, args=(stop,)) for phone in phones]
        for thread in threads:
            thread.start()
        killed = []
        for _ in range(kills):
            time.sleep(rng.uniform(0.02, 0.5))
            killed.append(_kill_something(site, server, rng))
        acknowledged = {meeting for phone in phones for meeting in list(phone.acknowledged)}
        before = site.run("inspect")
        stop.set()
        for thread in threads:
            thread.join()
        present = {meeting for chain in before["chains"].values() for meeting in chain}
        again = Phone(site, planted["secret"], chains, rng)
        statuses = {again.send(meeting) for chain in chains for meeting in chain}
        after = site.run("inspect")
    return Aftermath(killed, phones, acknowledged - present, before, statuses, after, chains, planted["balances"])


def _assert_nothing_lost_and_nothing_twice(seen: Aftermath) -> None:
    meetings = [meeting for chain in seen.chains for meeting in chain]
    ids = sorted([meeting["id"] for meeting in chain] for chain in seen.chains)

    assert [phone.strange for phone in seen.phones] == [[]] * PHONES
    assert seen.lost == set()
    assert seen.statuses == {200}
    for state in (seen.before, seen.after):
        assert (state["broken"], state["entries_twice"], state["faults"], state["others"]) == ([], [], [], [])
        assert state["entries"] == state["accepted"] == sum(len(chain) for chain in state["chains"].values())
    assert sorted(filter(None, seen.after["chains"].values())) == ids
    assert seen.after["balances"] == seen.balances
    assert seen.after["documents"] == {meeting["id"]: meeting["content"] for meeting in meetings}
    # the kills really met the phones at work
    assert sum(phone.cut_off for phone in seen.phones) >= len(seen.killed) // 2


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def test_what_was_acknowledged_survives_being_killed(database: str, tmp_path: Path) -> None:
    seen = _kill_again_and_again(database, 6, tmp_path)

    _assert_nothing_lost_and_nothing_twice(seen)


@pytest.mark.nightly
@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def test_two_hundred_kills_lose_nothing(database: str, tmp_path: Path) -> None:
    seen = _kill_again_and_again(database, 200, tmp_path)

    _assert_nothing_lost_and_nothing_twice(seen)
    sent, cut_off = (sum(getattr(phone, what) for phone in seen.phones) for what in ("sent", "cut_off"))
    print(f"{database}: {len(seen.killed)} kills, {sent} requests, {cut_off} cut off")  # noqa: T201  # for the record
