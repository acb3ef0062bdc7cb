"""The share-out of a group as it would be today, with names, for its own page and for the list on paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from egenmakt.apps.groups.models import SavingsGroup
from egenmakt.apps.groups.queries.members import MemberName, member_names
from egenmakt.apps.groups.queries.overview import share_out_today
from egenmakt.apps.groups.state import state_now
from egenmakt.core.meetings.closing import group_position
from egenmakt.core.meetings.state import GroupState
from egenmakt.core.savings.share_out_result import ShareOut, ShareOutLine


@dataclass(frozen=True)
class ShareOutToday:
    """A simulated share-out: nothing is decided and nothing moves."""

    state: GroupState
    names: dict[UUID, MemberName]
    shares: dict[UUID, int]
    result: ShareOut | None
    """None when the book does not balance, which is a fault in the program."""


def share_out_page(*, group: SavingsGroup, on: date) -> ShareOutToday:
    """What each member would get if the group closed its cycle on a day. Raises: NotReady."""
    state = state_now(group=group, on=on)
    result, _ = share_out_today(state=state, on=on)
    paid = {loan.id: state.paid(loan) for loan in state.loans.values() if loan.borrower is not None}
    members = group_position(state=state, balances=state.balances, paid=paid, on=on).members if result else ()
    shares = {UUID(str(member.member)): member.shares for member in members}
    return ShareOutToday(state, member_names(group_id=group.id), shares, result)


def line_of(*, result: ShareOut | None, member_id: UUID) -> ShareOutLine | None:
    """One member's line; None for somebody who has nothing in the group and owes it nothing."""
    lines = result.lines if result else ()
    return next((line for line in lines if line.member == member_id), None)
