"""A group on one page: its money, its cycle, its loans, its members, and what to look at now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from egenmakt.apps.groups.models import Arrival, Meeting, SavingsGroup
from egenmakt.apps.groups.queries.loans import OutsideLoan, Portfolio, outside_loans, portfolio_of
from egenmakt.apps.groups.queries.members import (
    GoalProgress,
    MemberName,
    MemberStanding,
    goals_of,
    member_names,
    offices_on,
    standing_of,
)
from egenmakt.apps.groups.queries.series import meetings_left, next_meeting_on, warnings_of
from egenmakt.apps.groups.state import NotReady, state_now
from egenmakt.core.meetings.closing import if_closed_today, profit
from egenmakt.core.meetings.state import GroupState
from egenmakt.core.savings.positions import UnbalancedGroup
from egenmakt.core.savings.share_out_result import ShareOut
from egenmakt.core.savings.warnings import Warning

MEETINGS_SHOWN = 12
BORROWER_KINDS = ("shares", "compulsory_savings", "voluntary_savings")


@dataclass(frozen=True)
class GroupOverview:
    """Everything that a group's page shows, in minor units of the group's currency.

    `state` is None while the group has no rules or no open cycle; `not_ready` then says which.
    """

    group: SavingsGroup
    on: date
    state: GroupState | None
    not_ready: str
    names: dict[UUID, MemberName]
    members: tuple[MemberStanding, ...]
    meetings: tuple[Meeting, ...]
    """The last meetings, the latest first."""
    meetings_in_cycle: int
    portfolio: Portfolio
    outside: tuple[OutsideLoan, ...]
    goals: tuple[GoalProgress, ...]
    warnings: tuple[Warning, ...]
    share_out: ShareOut | None
    is_unbalanced: bool
    """Whether the book does not balance, which is a fault in the program and never in the group."""
    documents_waiting: int
    next_meeting_on: date | None
    meetings_left: int

    def balance(self, kind: str) -> int:
        """The sum of the accounts of one kind; 0 before there is a cycle."""
        balances = self.state.balances if self.state else {}
        return sum(balance for ref, balance in balances.items() if ref.kind == kind)

    @property
    def savings_minor(self) -> int:
        """Everything that members have saved in the loan fund."""
        return sum(self.balance(kind) for kind in BORROWER_KINDS)

    @property
    def profit_minor(self) -> int:
        """Income less expenses and losses of this cycle, as far as it was paid."""
        return profit(self.state, self.state.balances) if self.state else 0

    @property
    def active_members(self) -> int:
        """How many members are active."""
        return sum(name.is_active for name in self.names.values())


_NOTHING_LENT = Portfolio((), 0, None, None)


def group_overview(*, group: SavingsGroup, on: date) -> GroupOverview:
    """A group's page on a day. The number of queries does not depend on how many members, loans or meetings it has."""
    names = member_names(group_id=group.id)
    last = list(Meeting.objects.filter(group=group).order_by("-number")[:MEETINGS_SHOWN])
    waiting = Arrival.objects.filter(group=group, state__in=("quarantined", "refused")).count()
    try:
        state = state_now(group=group, on=on)
    except NotReady as problem:
        return _not_ready(group, on, str(problem), names, last, waiting)
    in_cycle = list(Meeting.objects.filter(group=group, cycle_id=state.cycle_id).order_by("number"))
    portfolio = portfolio_of(state=state, on=on)
    offices = offices_on(group_id=group.id, on=on)
    shared, is_unbalanced = share_out_today(state=state, on=on)
    return GroupOverview(
        group=group,
        on=on,
        state=state,
        not_ready="",
        names=names,
        members=tuple(
            standing_of(member=name, balances=state.balances, notes=state.loan_notes, offices=offices)
            for name in names.values()
        ),
        meetings=tuple(last),
        meetings_in_cycle=len(in_cycle),
        portfolio=portfolio,
        outside=tuple(outside_loans(state=state)),
        goals=tuple(goals_of(group_id=group.id, balances=state.balances)),
        warnings=tuple(warnings_of(state=state, meetings=in_cycle, portfolio=portfolio, on=on)),
        share_out=shared,
        is_unbalanced=is_unbalanced,
        documents_waiting=waiting,
        next_meeting_on=next_meeting_on(state=state),
        meetings_left=meetings_left(state=state, on=on),
    )


def _not_ready(
    group: SavingsGroup, on: date, why: str, names: dict[UUID, MemberName], last: list[Meeting], waiting: int
) -> GroupOverview:
    offices = offices_on(group_id=group.id, on=on)
    return GroupOverview(
        group=group,
        on=on,
        state=None,
        not_ready=why,
        names=names,
        members=tuple(standing_of(member=name, balances={}, notes={}, offices=offices) for name in names.values()),
        meetings=tuple(last),
        meetings_in_cycle=0,
        portfolio=_NOTHING_LENT,
        outside=(),
        goals=(),
        warnings=(),
        share_out=None,
        is_unbalanced=False,
        documents_waiting=waiting,
        next_meeting_on=None,
        meetings_left=0,
    )


def share_out_today(*, state: GroupState, on: date) -> tuple[ShareOut | None, bool]:
    """The share-out as it would be today, and whether the book is out of balance so that none can be worked out."""
    try:
        return if_closed_today(state=state, on=on), False
    except UnbalancedGroup:
        return None, True
