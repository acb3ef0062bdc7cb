"""Many groups at once, with the meetings that their phones have held: for storms, crashes and measurements.

The rows are written in bulk and the meetings worked out without a database, so that thousands are ready in seconds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from uuid6 import uuid7

from egenmakt.apps.groups.models import ConstitutionVersion, Cycle, Membership, OfficeHeld, SavingsGroup
from egenmakt.apps.ledger.models import Book
from egenmakt.apps.people.models import Node, NodeAncestor, Person
from egenmakt.core.ledger.chain import canonical
from egenmakt.core.meetings.document import read_meeting
from egenmakt.core.meetings.draft import add_entries, close_document, expected_boxes, open_document
from egenmakt.core.meetings.entries.table import ENTRY_FIELDS
from egenmakt.core.meetings.following import after
from egenmakt.core.meetings.meeting import work_out
from egenmakt.core.meetings.state import GroupState, Member
from egenmakt.core.savings.constitution import Constitution
from egenmakt.core.savings.templates import village_savings_and_loan

START = date(2020, 1, 6)
"""Long ago, so that hundreds of weekly meetings lie before any day on which the tests are run."""
WEEK = timedelta(days=7)
AT = datetime(2020, 1, 1, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Planted:
    """A group that is in the database and has not met yet, with the secrets of the three who lock its meetings."""

    state: GroupState
    keys: dict[UUID, bytes]


@dataclass(frozen=True)
class Held:
    """A meeting that a phone has held: its id and the bytes that it sends."""

    id: UUID
    group: UUID
    number: int
    content: bytes
    balances_after: dict[str, int]
    """Every account of the group after it, by the account's key."""


def plant_groups(*, parent: Node, groups: int, members: int = 25) -> list[Planted]:
    """Write groups below a body of the tree in bulk, ready for their first meeting."""
    rules = village_savings_and_loan("KES", 100)
    above = list(NodeAncestor.objects.filter(node=parent).order_by("depth").values_list("ancestor_id", flat=True))
    ids = [uuid7() for _ in range(groups)]
    versions = {id: uuid7() for id in ids}
    cycles = {id: uuid7() for id in ids}
    people = {id: [(uuid7(), uuid7()) for _ in range(members)] for id in ids}
    Node.objects.bulk_create(
        [
            Node(id=id, kind="group", name=f"Group {n}", parent=parent, country=parent.country, created_at=AT)
            for n, id in enumerate(ids, start=1)
        ]
    )
    NodeAncestor.objects.bulk_create(
        [NodeAncestor(node_id=id, ancestor_id=up, depth=depth) for id in ids for depth, up in enumerate((id, *above))]
    )
    Book.objects.bulk_create([Book(id=id, currency="KES", organisation_id=above[1], created_at=AT) for id in ids])
    SavingsGroup.objects.bulk_create(
        [
            SavingsGroup(
                id=id,
                node_id=id,
                book_id=id,
                organisation_id=above[1],
                kind=rules.kind,
                currency="KES",
                language="en",
                formed_on=START,
            )
            for id in ids
        ]
    )
    Person.objects.bulk_create(
        [
            Person(id=person, node_id=id, name=f"Member {n}", sex="female", created_at=AT)
            for id in ids
            for n, (_, person) in enumerate(people[id], start=1)
        ]
    )
    Membership.objects.bulk_create(
        [
            Membership(id=m, group_id=id, person_id=p, number=n, joined_on=START, pin_key=_key(m) if n <= 3 else None)
            for id in ids
            for n, (m, p) in enumerate(people[id], start=1)
        ]
    )
    OfficeHeld.objects.bulk_create(
        [OfficeHeld(membership_id=people[id][0][0], office="chair", from_on=START) for id in ids]
    )
    ConstitutionVersion.objects.bulk_create(
        [
            ConstitutionVersion(
                id=versions[id],
                group_id=id,
                number=1,
                adopted_on=START,
                votes_for=members,
                votes_against=0,
                votes_abstained=0,
                rules=rules.to_json(),
            )
            for id in ids
        ]
    )
    Cycle.objects.bulk_create(
        [Cycle(id=cycles[id], group_id=id, number=1, starts_on=START, end_planned_on=START + 520 * WEEK) for id in ids]
    )
    return [_planted(id, cycles[id], [m for m, _ in people[id]], rules) for id in ids]


def _key(member: UUID) -> bytes:
    """A secret as long as one made from a PIN, without the tenth of a second that making it takes on purpose."""
    return hashlib.sha256(member.bytes).digest()


def _planted(id: UUID, cycle: UUID, members: Sequence[UUID], rules: Constitution) -> Planted:
    state = GroupState(
        group_id=id,
        currency="KES",
        cycle_id=cycle,
        cycle_number=1,
        cycle_starts_on=START,
        cycle_end_planned_on=START + 520 * WEEK,
        constitution=rules,
        constitution_version=1,
        members={m: Member(m, f"Member {n} ({n})", in_committee=n == 1) for n, m in enumerate(members, start=1)},
        loans={},
        balances={},
    )
    return Planted(state, {member: _key(member) for member in members[:3]})


def hold_meetings(planted: Planted, count: int) -> list[Held]:
    """The group's next meetings as its phone held them, each chained to the one before."""
    state, held = planted.state, []
    for n in range(count):
        on = START + WEEK * n
        value = _document(state, planted.keys, on)
        document = read_meeting(value, ENTRY_FIELDS)
        outcome = work_out(state=state, document=document, today=on)
        state = after(state=state, document=document, outcome=outcome)
        balances = {ref.key: balance for ref, balance in state.balances.items()}
        held.append(Held(document.id, state.group_id, document.number, canonical(value), balances))
    return held


def _document(state: GroupState, keys: dict[UUID, bytes], on: date) -> dict[str, Any]:
    members = list(state.members)
    roll_call = {member: "late" if n == state.last_number % 7 + 3 else "present" for n, member in enumerate(members)}
    draft = open_document(state=state, id=uuid7(), held_on=on, roll_call=roll_call)
    draft = add_entries(draft, _entries(state, members, on), state=state)
    boxes = expected_boxes(draft, state=state, today=on)
    return close_document(draft, boxes=boxes, counters=members[:2], keys=keys)


def _entries(state: GroupState, members: list[UUID], on: date) -> list[dict[str, Any]]:
    """A usual meeting, 28 or 29 transfers for 25 members: all save, a fine, the social fund, a loan or a repayment."""
    ids = [str(member) for member in members]
    number = state.last_number + 1
    entries: list[dict[str, Any]] = [
        {"type": "shares", "member": member, "shares": 1 + (number + n) % 3} for n, member in enumerate(ids)
    ]
    entries.append({"type": "contribution", "member": ids[number % len(ids)], "amount": 2000})
    for loan in state.loans.values():
        entries.append({"type": "repayment", "loan": str(loan.id), "amount": 31_500})
    if not state.loans and number > 1:
        terms = {
            "currency": "KES",
            "principal_minor": 30_000,
            "disbursed_on": on.isoformat(),
            "method": "flat",
            "rate_percent": "5",
            "rate_per": "month",
            "instalments": 1,
            "every": {"count": 1, "unit": "month"},
        }
        vote = {"for": len(ids), "against": 0, "abstained": 0}
        loan_id = str(uuid5(state.group_id, f"loan {number}"))
        entries.append({"type": "loan", "id": loan_id, "member": ids[number % 3], "terms": terms, "vote": vote})
    fined = ids[state.last_number % len(ids)]
    entries.append({"type": "fine", "member": fined, "fine": "rule forgotten", "amount": 2000})
    entries.append({"type": "fine_payment", "member": fined, "amount": 2000})
    return entries
