"""A group as a phone needs it to hold the next meeting without a network."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q
from ninja import Schema

from egenmakt.apps.groups.models import Meeting, Membership, OfficeHeld, SavingsGroup
from egenmakt.apps.groups.state import state_now
from egenmakt.core.meetings.state import GroupState, LoanState, Member


class CycleOut(Schema):
    """The open cycle."""

    id: UUID
    number: int
    starts_on: date
    end_planned_on: date


class ConstitutionOut(Schema):
    """The rules in force, as the group voted for them."""

    number: int
    hash: str
    """The fingerprint that every meeting names as `rules`."""
    rules: dict[str, Any]


class MemberOut(Schema):
    """A member, left ones too: old loans and meetings name them."""

    id: UUID
    number: int
    name: str
    symbol: str
    is_active: bool
    in_committee: bool
    has_drawn_pot: bool
    has_pin: bool
    pin_key: str | None
    """The secret made from her PIN, in hex; only for the phone that was enrolled for this group alone."""


class OfficeOut(Schema):
    """Who holds which office."""

    member: UUID
    office: str
    from_on: date


class LoanOut(Schema):
    """An open loan with its plan; what has been paid stands in the balances."""

    id: UUID
    borrower: UUID | None
    box: str
    lent_minor: int
    granted_on: date
    interest_before_minor: int
    fees_before_minor: int
    schedule: dict[str, Any]


class LoanNoteOut(Schema):
    """Whose a loan is and which box it came from, closed ones too."""

    id: UUID
    borrower: UUID | None
    box: str


class LastOut(Schema):
    """The last link of the chain."""

    number: int
    hash: str
    held_on: date | None


class StateOut(Schema):
    """Everything that decides whether the next meeting is allowed, and what it does to the book."""

    group: UUID
    name: str
    currency: str
    language: str
    on: date
    cycle: CycleOut
    constitution: ConstitutionOut
    members: list[MemberOut]
    offices: list[OfficeOut]
    loans: list[LoanOut]
    loan_notes: list[LoanNoteOut]
    balances: dict[str, int]
    """Account to minor units: `loan_fund_box`, or `shares/` and the member's id."""
    last: LastOut
    last_share_out_minor: int


class MeetingOut(Schema):
    """A recorded meeting: a link of the chain, with the document where it was asked for."""

    id: UUID
    number: int
    kind: str
    source: str
    held_on: date
    previous: str
    hash: str
    code: str
    document: str | None
    """The document word for word, as text, so that its bytes can be hashed again."""


class MeetingsOut(Schema):
    """Meetings in the order of their numbers."""

    meetings: list[MeetingOut]
    is_last: bool
    """Whether these reach to the group's last meeting."""


def state_json(*, group_id: UUID, on: date, with_pin_keys: bool) -> dict[str, Any]:
    """The group on a day. Raises: NotReady."""
    group = SavingsGroup.objects.select_related("node").get(id=group_id)
    state = state_now(group=group, on=on)
    return {
        "group": str(group_id),
        "name": group.node.name,
        "currency": state.currency,
        "language": group.language,
        "on": on.isoformat(),
        "cycle": {
            "id": str(state.cycle_id),
            "number": state.cycle_number,
            "starts_on": state.cycle_starts_on.isoformat(),
            "end_planned_on": state.cycle_end_planned_on.isoformat(),
        },
        "constitution": {
            "number": state.constitution_version,
            "hash": state.rules_hash,
            "rules": state.constitution.to_json(),
        },
        "members": _members(state, with_pin_keys),
        "offices": _offices(group_id, on),
        "loans": [_loan(loan) for loan in state.loans.values()],
        "loan_notes": [
            {"id": str(id), "borrower": str(note.borrower) if note.borrower else None, "box": note.box}
            for id, note in state.loan_notes.items()
        ],
        "balances": {ref.key: balance for ref, balance in sorted(state.balances.items(), key=lambda item: item[0].key)},
        "last": {
            "number": state.last_number,
            "hash": state.last_hash,
            "held_on": state.last_held_on.isoformat() if state.last_held_on else None,
        },
        "last_share_out_minor": state.last_share_out_minor,
    }


def _members(state: GroupState, with_pin_keys: bool) -> list[dict[str, Any]]:
    rows = Membership.objects.filter(group_id=state.group_id).values_list("id", "number", "symbol", "pin_key")
    return [
        _member(state.members[id], number, symbol, bytes(key) if key else None, with_pin_keys)
        for id, number, symbol, key in rows.order_by("number")
    ]


def _member(member: Member, number: int, symbol: str, key: bytes | None, with_pin_keys: bool) -> dict[str, Any]:
    return {
        "id": str(member.id),
        "number": number,
        "name": member.label.removesuffix(f" ({number})"),
        "symbol": symbol,
        "is_active": member.active,
        "in_committee": member.in_committee,
        "has_drawn_pot": member.has_drawn_pot,
        "has_pin": key is not None,
        "pin_key": key.hex() if key and with_pin_keys else None,
    }


def _offices(group_id: UUID, on: date) -> list[dict[str, Any]]:
    held = OfficeHeld.objects.filter(Q(until_on__isnull=True) | Q(until_on__gt=on), membership__group_id=group_id)
    rows = held.filter(from_on__lte=on).order_by("office", "from_on").values_list("membership_id", "office", "from_on")
    return [
        {"member": str(member), "office": office, "from_on": from_on.isoformat()} for member, office, from_on in rows
    ]


def _loan(loan: LoanState) -> dict[str, Any]:
    return {
        "id": str(loan.id),
        "borrower": str(loan.borrower) if loan.borrower else None,
        "box": loan.box,
        "lent_minor": loan.lent_minor,
        "granted_on": loan.granted_on.isoformat(),
        "interest_before_minor": loan.interest_before_minor,
        "fees_before_minor": loan.fees_before_minor,
        "schedule": dict(loan.schedule_json),
    }


def meetings_json(*, group_id: UUID, after: int, limit: int, with_documents: bool) -> dict[str, Any]:
    """The group's recorded meetings after a number, the oldest first."""
    rows = Meeting.objects.filter(group_id=group_id, number__gt=after).order_by("number")
    found = list((rows.select_related("arrival") if with_documents else rows)[: limit + 1])
    return {
        "meetings": [
            {
                "id": str(meeting.id),
                "number": meeting.number,
                "kind": meeting.kind,
                "source": meeting.source,
                "held_on": meeting.held_on.isoformat(),
                "previous": meeting.previous_hash,
                "hash": meeting.hash,
                "code": meeting.code,
                "document": bytes(meeting.arrival.content).decode() if with_documents else None,
            }
            for meeting in found[:limit]
        ],
        "is_last": len(found) <= limit,
    }
