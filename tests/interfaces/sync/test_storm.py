"""The reconnect storm: many groups' phones send weeks of meetings at once, twice and out of order."""

from __future__ import annotations

import base64
import json
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from tests.support.site import Site, durable_postgresql

pytestmark = pytest.mark.once

GROUPS, MEETINGS, PHONES = 12, 8, 6


def _post(connection: HTTPConnection, secret: str, address: str, content: bytes) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    connection.request("POST", address, content, headers)
    answer = connection.getresponse()
    receipt: dict[str, Any] = json.loads(answer.read())
    assert answer.status < 500, receipt
    return receipt


def _storm(site: Site, secret: str, contents: list[bytes], seed: int) -> Counter[str]:
    """One phone's share of the storm: some meetings alone, some in batches, as chance will have it."""
    rng, fates = random.Random(seed), Counter[str]()
    connection = HTTPConnection("127.0.0.1", site.port, timeout=60)
    while contents:
        count = rng.choice((1, 1, 2, 5))
        taken, contents = contents[:count], contents[count:]
        if count == 1:
            receipts = [_post(connection, secret, "/api/v1/meetings", taken[0])]
        else:
            receipts = _post(connection, secret, "/api/v1/meetings/batch", b"\n".join(taken))["receipts"]
        fates.update(receipt["status"] for receipt in receipts)
    connection.close()
    return fates


def _weather(site: Site) -> tuple[Counter[str], dict[str, Any], dict[str, Any]]:
    """Everything sent at least twice, by phones that share the groups, in any order."""
    planted = site.run("plant", str(GROUPS), str(MEETINGS), "6")
    site.start()
    try:
        rng = random.Random(7)
        sent = [base64.b64decode(meeting["content"]) for chain in planted["chains"] for meeting in chain] * 2
        rng.shuffle(sent)
        with ThreadPoolExecutor(PHONES) as phones:
            storms = [phones.submit(_storm, site, planted["secret"], sent[n::PHONES], seed=n) for n in range(PHONES)]
            fates = sum((storm.result() for storm in storms), Counter[str]())
        return fates, planted, site.run("inspect")
    finally:
        site.kill()


def _assert_as_in_order(fates: Counter[str], planted: dict[str, Any], found: dict[str, Any]) -> None:
    assert set(fates) <= {"accepted", "already_recorded", "held"}
    assert fates["held"] > 0
    assert sorted(found["chains"].values()) == sorted([m["id"] for m in chain] for chain in planted["chains"])
    assert found["balances"] == planted["balances"]
    assert found["documents"] == {m["id"]: m["content"] for chain in planted["chains"] for m in chain}
    assert (found["broken"], found["entries_twice"], found["faults"], found["others"]) == ([], [], [], [])


def test_any_order_and_number_of_times_gives_the_state_that_order_gives_on_sqlite(tmp_path: Path) -> None:
    fates, planted, found = _weather(Site(tmp_path, "", workers=1))

    _assert_as_in_order(fates, planted, found)


@pytest.mark.postgresql
def test_any_order_and_number_of_times_gives_the_state_that_order_gives_on_postgresql(tmp_path: Path) -> None:
    with durable_postgresql() as server:
        fates, planted, found = _weather(Site(tmp_path, server.url, workers=2))

    _assert_as_in_order(fates, planted, found)
