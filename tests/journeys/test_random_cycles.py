"""Whole random cycles through the services and the database, with the independent verifier at the end."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from egenmakt.apps.groups.models import Arrival, Meeting
from egenmakt.apps.groups.services.corrections import (
    CycleClosed,
    NothingChanged,
    WouldFallBelowZero,
    correct_meeting,
)
from egenmakt.apps.groups.services.loans import LoanInUse
from egenmakt.apps.groups.services.setup import start_cycle
from egenmakt.apps.ledger.checks import audit_books
from egenmakt.apps.ledger.queries import cash_flow
from egenmakt.core.ledger.chain import canonical
from egenmakt.core.meetings.refusals import MeetingRefused
from egenmakt.core.savings.templates import TEMPLATES
from egenmakt.interfaces.exports.group_file import export_group
from egenmakt_verify import verify
from tests.conftest import ON_POSTGRESQL
from tests.support.groups import Group, form_group
from tests.support.random_cycle import RandomGroup, new_id
from tests.support.tree import Tree

NAMES = ("Amina", "Beatrice", "Chipo", "Dalila", "Esther", "Fatuma", "Grace", "Halima", "Imani")


class Life:
    """A group that meets at random: it sends twice, out of order and wrongly, corrects, and shares out."""

    def __init__(self, tree: Tree, template: str, rng: random.Random) -> None:
        self.rng = rng
        self.group: Group = form_group(tree, TEMPLATES[template]("KES", 100), names=NAMES, name=f"Random {template}")
        self.writer = RandomGroup(rng, self.group.keys)
        self.accepted = 0
        self.on = date(2026, 1, 5)

    @property
    def noon(self) -> datetime:
        return datetime.combine(self.on, time(12), tzinfo=UTC)

    def live(self, meetings: int) -> None:
        """Hold meetings until so many were accepted."""
        while self.accepted < meetings:
            self.on += timedelta(days=7)
            closes = self.accepted and self.rng.random() < 0.02
            document = self._document(bool(closes))
            if document is None:
                continue
            receipt = self.group.send(document, at=self.noon)
            assert receipt.status in ("accepted", "refused"), receipt.findings
            if receipt.status == "accepted":
                self.accepted += 1
                self._after(document, receipt.followed_by)
            if document["kind"] == "share_out" and receipt.status == "accepted":
                self._next_cycle()
            elif self.rng.random() < 0.05:
                self._correct()

    def _document(self, closes: bool) -> dict[str, Any] | None:
        state = self.group.state(self.on)
        rules = state.constitution.share_out.kind
        if closes and rules != "rotating_pot":
            return self.writer.share_out(state, self.on)
        return self.writer.meeting(state, self.on)

    def _after(self, document: dict[str, Any], followed: tuple[UUID, ...]) -> None:
        """Now and then the phone sends again, or somebody changes what was sealed."""
        assert followed == ()
        if self.rng.random() < 0.1:
            assert self.group.send(document, at=self.noon).status == "already_recorded"
        if self.rng.random() < 0.05:
            assert self.group.send({**document, "notes": "changed"}, at=self.noon).status == "quarantined"

    def _next_cycle(self) -> None:
        start_cycle(
            id=UUID(new_id(self.rng)),
            group=self.group.row,
            starts_on=self.on,
            end_planned_on=self.on + timedelta(days=365),
            by=self.group.by,
            at=self.noon,
        )

    def _correct(self) -> None:
        """Put right a random meeting of the cycle: one member saved something else than was written."""
        meetings = list(Meeting.objects.filter(group=self.group.row, cycle__closed_on__isnull=True, kind="ordinary"))
        if not meetings:
            return
        meeting = self.rng.choice(meetings)
        content = corrected(bytes(Arrival.objects.get(id=meeting.arrival_id).content), self.rng)
        try:
            correct_meeting(
                id=UUID(new_id(self.rng)),
                meeting=meeting,
                content=content,
                reason="written wrongly",
                by=self.group.by,
                at=self.noon,
            )
        except (NothingChanged, WouldFallBelowZero, MeetingRefused, LoanInUse, CycleClosed):
            return


def corrected(content: bytes, rng: random.Random) -> bytes:
    """A meeting's document in which one entry of a member is left out; the boxes keep their counts."""
    import json

    document = json.loads(content)
    saving = [
        (step, entry)
        for step in document["steps"]
        for entry in step["entries"]
        if entry["type"] in ("shares", "voluntary", "contribution", "repayment", "disbursement", "loan")
    ]
    if saving:
        step, entry = rng.choice(saving)
        step["entries"].remove(entry)
        for closing in document["closing"]:
            closing["reason"] = "the count stands; the saving was written wrongly"
    return canonical({**document, "keys": []})


def holds(life: Life, folder: Path) -> None:
    """Everything that must be true of a group at any time."""
    group = life.group
    assert audit_books() == []
    assert all(flow.is_proved for flow in cash_flow(book_id=group.row.book_id).values())
    file = folder / "group.zip"
    file.write_bytes(export_group(group.row.id, by=group.by, at=life.noon))
    report = verify(file)
    assert report.agrees, str(report)
    assert report.counts["meetings"] == life.accepted


# the suite holds 2,000 meetings on SQLite and 500 on PostgreSQL; the nightly run 100,000 on each
MEETINGS = 500 if ON_POSTGRESQL else 2000


@pytest.mark.parametrize("seed", range(len(TEMPLATES)))
def test_random_cycles_agree_with_the_independent_verifier(tree: Tree, tmp_path: Path, seed: int) -> None:
    template = list(TEMPLATES)[seed]
    life = Life(tree, template, random.Random(seed))

    life.live(meetings=-(-MEETINGS // len(TEMPLATES)))

    holds(life, tmp_path)


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(100, 300))
def test_a_hundred_thousand_meetings_agree(tree: Tree, tmp_path: Path, seed: int) -> None:
    template = list(TEMPLATES)[seed % len(TEMPLATES)]
    life = Life(tree, template, random.Random(seed))

    life.live(meetings=500)

    holds(life, tmp_path)
