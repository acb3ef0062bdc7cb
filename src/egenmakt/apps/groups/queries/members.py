"""The members of a group: their names for every page, and the table with what each has and owes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from egenmakt.apps.groups.models import Goal, Membership, OfficeHeld
from egenmakt.apps.groups.queries.listing import SAVINGS_KINDS
from egenmakt.core.ledger.chart import AccountRef
from egenmakt.core.meetings.state import LoanNote

Balances = Mapping[AccountRef, int]


@dataclass(frozen=True, slots=True)
class MemberName:
    """Who a member is: the name of the person or of the group, and the number in the books."""

    id: UUID
    name: str
    number: int
    symbol: str
    status: str
    joined_on: date
    left_on: date | None

    @property
    def is_active(self) -> bool:
        """Whether she has neither left nor died."""
        return self.status == Membership.Status.ACTIVE


def member_names(*, group_id: UUID) -> dict[UUID, MemberName]:
    """Everybody who is or was a member, by number, in one query."""
    rows = Membership.objects.filter(group_id=group_id).order_by("number")
    columns = ("id", "person__name", "member_group__node__name", "number", "symbol", "status", "joined_on", "left_on")
    return {
        id: MemberName(id, name or group_name or "", number, symbol, status, joined, left)
        for id, name, group_name, number, symbol, status, joined, left in rows.values_list(*columns)
    }


def offices_on(*, group_id: UUID, on: date) -> dict[UUID, tuple[str, ...]]:
    """The offices that members hold on a day, in one query."""
    rows = OfficeHeld.objects.filter(
        Q(until_on__isnull=True) | Q(until_on__gt=on), membership__group_id=group_id, from_on__lte=on
    )
    held: dict[UUID, tuple[str, ...]] = {}
    for member, office in rows.order_by("from_on", "id").values_list("membership", "office"):
        held[member] = (*held.get(member, ()), office)
    return held


@dataclass(frozen=True, slots=True)
class MemberStanding:
    """What a member has in the group and owes it, in minor units."""

    member: MemberName
    shares_minor: int
    """Paid for shares in this cycle."""
    savings_minor: int
    """All savings: shares, compulsory and voluntary."""
    loans_minor: int
    fines_due_minor: int
    payable_minor: int
    """Promised and not handed over yet."""
    offices: tuple[str, ...] = ()


def standing_of(
    *,
    member: MemberName,
    balances: Balances,
    notes: Mapping[UUID, LoanNote],
    offices: Mapping[UUID, tuple[str, ...]] | None = None,
) -> MemberStanding:
    """A member's standing by the ledger."""
    own = [loan for loan, note in notes.items() if note.borrower == member.id]
    return MemberStanding(
        member=member,
        shares_minor=balances.get(AccountRef("shares", member.id), 0),
        savings_minor=sum(balances.get(AccountRef(kind, member.id), 0) for kind in SAVINGS_KINDS),
        loans_minor=sum(balances.get(AccountRef("loan_principal", loan), 0) for loan in own),
        fines_due_minor=balances.get(AccountRef("fines_due", member.id), 0),
        payable_minor=balances.get(AccountRef("payable", member.id), 0),
        offices=(offices or {}).get(member.id, ()),
    )


@dataclass(frozen=True, slots=True)
class GoalProgress:
    """A goal, and how far the ledger says it has come."""

    words: str
    target_minor: int
    reached_minor: int
    due_on: date
    member_id: UUID | None


def goals_of(*, group_id: UUID, balances: Balances, member_id: UUID | None = None) -> list[GoalProgress]:
    """The goals that were not given up, of the group itself or of one member, in one query."""
    rows = Goal.objects.filter(group_id=group_id, given_up_on__isnull=True)
    rows = rows.filter(membership_id=member_id) if member_id else rows.filter(membership__isnull=True)
    return [
        GoalProgress(goal.words, goal.target_minor, _reached(goal, balances), goal.due_on, goal.membership_id)
        for goal in rows.order_by("due_on", "id")
    ]


def _reached(goal: Goal, balances: Balances) -> int:
    if goal.measure == Goal.Measure.SOCIAL_FUND:
        return balances.get(AccountRef("social_fund"), 0)
    if goal.membership_id:
        return sum(balances.get(AccountRef(kind, goal.membership_id), 0) for kind in SAVINGS_KINDS)
    return sum(balance for ref, balance in balances.items() if ref.kind in SAVINGS_KINDS)
