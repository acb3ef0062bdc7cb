"""A member on one page: her standing, her loans, her passbook, and what she would get today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from egenmakt.apps.groups.models import Membership, SavingsGroup
from egenmakt.apps.groups.queries.loans import LoanLine, portfolio_of
from egenmakt.apps.groups.queries.members import (
    GoalProgress,
    MemberName,
    MemberStanding,
    goals_of,
    member_names,
    offices_on,
    standing_of,
)
from egenmakt.apps.groups.queries.overview import share_out_today
from egenmakt.apps.groups.queries.passbook import PassbookLine, passbook_of
from egenmakt.apps.groups.queries.share_out import line_of
from egenmakt.apps.groups.state import NotReady, state_now
from egenmakt.apps.ledger.queries import balances
from egenmakt.apps.lending.models import Loan
from egenmakt.core.meetings.state import LoanNote
from egenmakt.core.savings.share_out_result import ShareOutLine


@dataclass(frozen=True)
class MemberPage:
    """Everything that a member's page shows, in minor units of the group's currency."""

    name: MemberName
    standing: MemberStanding
    shares: int | None
    """How many shares she has; None where the group does not save in shares."""
    loans: tuple[LoanLine, ...]
    old_loans: tuple[Loan, ...]
    lines: tuple[PassbookLine, ...]
    """Oldest first."""
    goals: tuple[GoalProgress, ...]
    share_out_line: ShareOutLine | None

    @property
    def contributed_minor(self) -> int:
        """All that she has paid to the social fund."""
        return sum(line.amount_minor for line in self.lines if line.kind == "social_fund")


def member_page(*, group: SavingsGroup, membership: Membership, on: date) -> MemberPage:
    """A member's page on a day. The number of queries does not depend on how long her passbook is."""
    name = member_names(group_id=group.id)[membership.id]
    offices = offices_on(group_id=group.id, on=on)
    lines = tuple(passbook_of(group_id=group.id, member_id=membership.id))
    old = tuple(Loan.objects.filter(borrower=membership.id).exclude(status=Loan.Status.OPEN).order_by("-granted_on"))
    try:
        state = state_now(group=group, on=on)
    except NotReady:
        now = balances(book_id=group.book_id)
        notes = {loan.id: LoanNote(loan.borrower, loan.box) for loan in old}
        standing = standing_of(member=name, balances=now, notes=notes, offices=offices)
        goals = tuple(goals_of(group_id=group.id, balances=now, member_id=membership.id))
        return MemberPage(name, standing, None, (), old, lines, goals, None)
    portfolio = portfolio_of(state=state, on=on)
    result, _ = share_out_today(state=state, on=on)
    standing = standing_of(member=name, balances=state.balances, notes=state.loan_notes, offices=offices)
    price = state.constitution.share_price_minor if state.constitution.savings_form == "shares" else 0
    return MemberPage(
        name=name,
        standing=standing,
        shares=standing.shares_minor // price if price else None,
        loans=tuple(line for line in portfolio.lines if line.borrower == membership.id),
        old_loans=old,
        lines=lines,
        goals=tuple(goals_of(group_id=group.id, balances=state.balances, member_id=membership.id)),
        share_out_line=line_of(result=result, member_id=membership.id),
    )
