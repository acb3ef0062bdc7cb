"""A group that is ready to meet, and meetings of it, made the way the group's phone makes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from uuid6 import uuid7

from egenmakt.apps.access.models import User
from egenmakt.apps.groups.models import Membership, SavingsGroup
from egenmakt.apps.groups.services.meetings import Receipt, receive_meeting
from egenmakt.apps.groups.services.members import NewMember, add_members
from egenmakt.apps.groups.services.setup import (
    adopt_constitution,
    create_group,
    give_office,
    set_pin,
    start_cycle,
)
from egenmakt.apps.groups.state import state_now
from egenmakt.core.ledger.chain import canonical
from egenmakt.core.meetings.draft import add_entries, close_document, expected_boxes, open_document
from egenmakt.core.meetings.fields import Vote
from egenmakt.core.meetings.state import GroupState
from egenmakt.core.savings.constitution import Constitution
from egenmakt.core.savings.templates import village_savings_and_loan
from tests.support.tree import Tree

NAMES = ("Amina", "Beatrice", "Chipo", "Dalila", "Esther", "Fatuma", "Grace", "Halima")
START = date(2026, 1, 5)
ALL_FOR = {"for": 5, "against": 0, "abstained": 0}


@dataclass
class Group:
    """A group with its members by name, and what is needed to hold its meetings."""

    row: SavingsGroup
    by: User
    members: dict[str, Membership] = field(default_factory=dict)
    keys: dict[UUID, bytes] = field(default_factory=dict)

    def id(self, name: str) -> str:
        """A member's id as it stands in a document."""
        return str(self.members[name].id)

    def state(self, on: date = START) -> GroupState:
        """The group as its next meeting finds it."""
        self.row.refresh_from_db()
        return state_now(group=self.row, on=on)

    def document(
        self, held_on: date = START, entries: Sequence[Mapping[str, Any]] = (), **options: Any
    ) -> dict[str, Any]:
        """The document of a meeting where everybody is present and every box holds what it should."""
        state = self.state(held_on)
        marks = options.pop("marks", {})
        roll_call = {id: marks.get(id, "present") for id, member in state.members.items() if member.active}
        boxes = options.pop("boxes", None)
        reasons = options.pop("reasons", None)
        draft = open_document(
            state=state, id=options.pop("id", uuid7()), held_on=held_on, roll_call=roll_call, **options
        )
        draft = add_entries(draft, entries, state=state)
        expected = expected_boxes(draft, state=state, today=held_on)
        first, second, third, fourth, fifth = list(self.members.values())[:5]
        counters = [first.id, second.id]
        turning = [
            one for one in (first, fourth, fifth, third, second) if roll_call.get(one.id) in ("present", "late")
        ][:3]
        locks = {member.id: self.keys[member.id] for member in turning}
        return close_document(
            draft, boxes={**expected, **(boxes or {})}, counters=counters, keys=locks, reasons=reasons
        )

    def send(self, document: Mapping[str, Any], at: datetime | None = None) -> Receipt:
        """Send a document as the phone does."""
        when = at or datetime.combine(date.fromisoformat(document["held_on"]), time(12), tzinfo=UTC)
        return receive_meeting(content=canonical(dict(document)), by=self.by, at=when)

    def meet(self, held_on: date = START, entries: Sequence[Mapping[str, Any]] = (), **options: Any) -> dict[str, Any]:
        """Hold a meeting that must be accepted, and return its document."""
        document = self.document(held_on, entries, **options)
        receipt = self.send(document)
        assert receipt.status == "accepted", receipt.findings
        return document


def form_group(
    tree: Tree,
    rules: Constitution | None = None,
    names: Sequence[str] = NAMES[:5],
    name: str = "Tumaini Savings",
    by: User | None = None,
) -> Group:
    """A group of North with Amina in the chair, PINs for all, and its first cycle open from START."""
    rules = rules or village_savings_and_loan("KES", 100)
    by = by or tree.facilitator
    at = datetime(2026, 1, 1, 9, tzinfo=UTC)
    row = create_group(
        id=uuid7(),
        name=name,
        kind=rules.kind,
        parent=tree.north,
        country=tree.kenya,
        currency=rules.currency,
        formed_on=date(2026, 1, 1),
        language="en",
        by=by,
        at=at,
    )
    group = Group(row=row, by=by)
    new = [NewMember(id=uuid7(), name=person, sex="female", joined_on=date(2026, 1, 1)) for person in names]
    for person, member in zip(names, add_members(group=row, members=new, by=by, at=at), strict=True):
        set_pin(membership=member, pin=f"12{member.number:02d}", by=by, at=at)
        group.members[person] = member
        group.keys[member.id] = bytes(member.pin_key or b"")
    for person, office in zip(names, ("chair", "record_keeper", "box_keeper"), strict=False):
        give_office(membership=group.members[person], office=office, from_on=date(2026, 1, 1), by=by, at=at)
    adopt_constitution(
        id=uuid7(),
        group=row,
        rules=rules.to_json(),
        adopted_on=date(2026, 1, 1),
        vote=Vote(len(names), 0, 0),
        by=by,
        at=at,
    )
    start_cycle(id=uuid7(), group=row, starts_on=START, end_planned_on=date(2027, 1, 4), by=by, at=at)
    return group


def loan_terms(amount_minor: int, on: date, **changes: Any) -> dict[str, Any]:
    """The terms of a loan of three monthly instalments at a flat 5 per cent a month."""
    return {
        "currency": "KES",
        "principal_minor": amount_minor,
        "disbursed_on": on.isoformat(),
        "method": "flat",
        "rate_percent": "5",
        "rate_per": "month",
        "instalments": 3,
        "every": {"count": 1, "unit": "month"},
        **changes,
    }
