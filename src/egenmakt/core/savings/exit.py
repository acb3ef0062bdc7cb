"""Leaving, dying and joining in mid-cycle: at par, or at the value of the day, as the constitution says."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from egenmakt.core.savings.checks import one_of, whole_number
from egenmakt.core.savings.positions import GroupPosition, MemberKey, MemberPosition
from egenmakt.core.savings.settlement import DebtLine, settle
from egenmakt.core.savings.share_out import EXIT_VALUES, ExitValue

Weight = Literal["shares", "savings"]


class NotAMember(ValueError):
    """The member is not in the group's position."""


def value_of_the_day(*, group: GroupPosition, by: Weight = "shares") -> Fraction | None:
    """What one share, or one unit of savings, is worth today: (savings + profit + kept profit) / all of them.

    Exact. Loans count as good; interest that is not paid and grants to the group do not count.
    Returns: None when nobody has any. Raises: UnbalancedGroup.
    Source: VSLA formula v = F / S, applied on any day.
    """
    group.check_balance()
    one_of(field="by", value=by, choices=("shares", "savings"))
    weight = group.savings_minor if by == "savings" else sum(member.shares for member in group.members)
    if weight == 0:
        return None
    return Fraction(group.savings_minor + group.profit_minor + group.retained_minor, weight)


@dataclass(frozen=True, slots=True)
class ExitSettlement:
    """What a member who leaves, or her heirs, gets: savings, part of the profit or loss, less debts and fines."""

    member: MemberKey
    pay_to: Literal["member", "heirs"]
    savings_back_minor: int
    voluntary_back_minor: int
    profit_part_minor: int
    claim_minor: int
    debts: tuple[DebtLine, ...]
    set_off_minor: int
    fines_deducted_minor: int
    payout_minor: int
    still_owed_minor: int
    fines_still_due_minor: int
    shortage_minor: int
    """How much of the payout is not in the box or the bank today."""


def settle_exit(
    *, member: MemberKey, group: GroupPosition, exit_value: ExitValue, by: Weight = "shares"
) -> ExitSettlement:
    """Pay out a member who leaves or has died, in mid-cycle.

    Args: the member; the group's position with her in it; at par or at the value of the day; whether shares or
    savings weigh.
    At the value of the day the part of a unit is rounded down and stays with those who stay. Her debts and fines are
    set off, whatever was decided about them; what is left of them is still owed.
    Raises: NotAMember, UnbalancedGroup.
    """
    one_of(field="exit_value", value=exit_value, choices=EXIT_VALUES)
    leaving = next((position for position in group.members if position.member == member), None)
    if leaving is None:
        raise NotAMember(f"{member} is not a member of this group; check the name.")
    value = value_of_the_day(group=group, by=by)
    weight = leaving.shares if by == "shares" else leaving.savings_minor
    worth = leaving.savings_minor if exit_value == "par" or value is None else math.floor(value * weight)
    claim = worth + leaving.voluntary_minor
    settled = settle(claim_minor=claim, member=leaving, sets_off_all=True)
    set_off = settled.interest_set_off_minor + settled.principal_set_off_minor
    return ExitSettlement(
        member=member,
        pay_to="heirs" if leaving.status == "dead" else "member",
        savings_back_minor=leaving.savings_minor,
        voluntary_back_minor=leaving.voluntary_minor,
        profit_part_minor=worth - leaving.savings_minor,
        claim_minor=claim,
        debts=settled.debts,
        set_off_minor=set_off,
        fines_deducted_minor=settled.fines_deducted_minor,
        payout_minor=settled.payout_minor,
        still_owed_minor=sum(debt.left_minor for debt in settled.debts) + settled.claim_below_zero_minor,
        fines_still_due_minor=settled.fines_left_minor,
        shortage_minor=max(0, settled.payout_minor - max(0, group.money_minor - group.payable_minor)),
    )


@dataclass(frozen=True, slots=True)
class EntryPrice:
    """What a newcomer pays for a share in mid-cycle: the par that is booked as savings, and what goes to the fund."""

    price_minor: int
    par_minor: int

    @property
    def premium_minor(self) -> int:
        """What is paid above par; below zero when a share is worth less than its price."""
        return self.price_minor - self.par_minor


def entry_price(*, group: GroupPosition, share_price_minor: int, entry_value: ExitValue) -> EntryPrice:
    """The price of one share for somebody who joins in mid-cycle.

    At the value of the day the part of a unit is rounded up, so that those who were there before lose nothing; it is
    at least one unit. Before there are shares, it is par.
    Raises: UnbalancedGroup; ValueError for an unknown entry value.
    """
    one_of(field="entry_value", value=entry_value, choices=EXIT_VALUES)
    whole_number(field="share_price_minor", value=share_price_minor, minimum=1)
    value = value_of_the_day(group=group)
    if entry_value == "par" or value is None:
        return EntryPrice(share_price_minor, share_price_minor)
    return EntryPrice(max(1, math.ceil(value)), share_price_minor)


def dues_of(member: MemberPosition) -> int:
    """All that a member owes the group today: principal, interest due and fines."""
    return member.principal_minor + member.interest_due_minor + member.fines_due_minor
