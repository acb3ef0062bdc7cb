"""Where a group stands on a day: what each member has saved and owes, and what the loan fund holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from egenmakt.core.savings.checks import one_of, whole_number

MemberKey = UUID | str
Decision = Literal["repay", "carry_over", "write_off"]
DECISIONS: tuple[Decision, ...] = ("repay", "carry_over", "write_off")
MemberStatus = Literal["active", "left", "dead"]
STATUSES: tuple[MemberStatus, ...] = ("active", "left", "dead")


class NotAPosition(ValueError):
    """A number or word in the position cannot be right."""


class UnbalancedGroup(ValueError):
    """What the group has is not what it owes and owns: the sheet does not balance."""

    def __init__(self, difference_minor: int) -> None:
        super().__init__(
            f"Cash, bank and loans are {abs(difference_minor)} {'more' if difference_minor > 0 else 'less'} than "
            f"savings, debts, grants and profit together; find the difference before going on."
        )
        self.difference_minor = difference_minor


@dataclass(frozen=True, slots=True)
class Debt:
    """What a member owes the loan fund on one loan, and what the group has decided about it."""

    loan: UUID | str
    principal_minor: int
    interest_due_minor: int = 0
    """Interest and fees that are due and not paid. Cash basis: they are no income before they are paid."""
    decision: Decision | None = None

    def __post_init__(self) -> None:
        try:
            whole_number(field="principal_minor", value=self.principal_minor)
            whole_number(field="interest_due_minor", value=self.interest_due_minor)
            if self.decision is not None:
                one_of(field="decision", value=self.decision, choices=DECISIONS)
        except ValueError as problem:
            raise NotAPosition(f"Loan {self.loan}: {problem}") from None

    @property
    def owed_minor(self) -> int:
        """Principal and interest together."""
        return self.principal_minor + self.interest_due_minor


@dataclass(frozen=True, slots=True)
class MemberPosition:
    """What a member has in the group and owes it."""

    member: MemberKey
    shares: int = 0
    savings_minor: int = 0
    """Savings that belong to the loan fund: paid for shares, or compulsory."""
    voluntary_minor: int = 0
    fines_due_minor: int = 0
    interest_paid_minor: int = 0
    """Interest and fees that the member paid in this cycle."""
    debts: tuple[Debt, ...] = ()
    status: MemberStatus = "active"
    lot: int | None = None
    """The number that the member drew, 1 first; for what is left over, or for the turn to the pot."""
    has_received_pot: bool = False
    """Whether the member has had the rotating pot in this round."""
    claim_decision: Decision | None = None
    """What the group decided about a claim below zero, if the rule gives the member one."""

    def __post_init__(self) -> None:
        amounts = ("shares", "savings_minor", "voluntary_minor", "fines_due_minor", "interest_paid_minor")
        try:
            for field in amounts:
                whole_number(field=field, value=getattr(self, field))
            one_of(field="status", value=self.status, choices=STATUSES)
            if self.lot is not None:
                whole_number(field="lot", value=self.lot, minimum=1)
            if self.claim_decision is not None:
                one_of(field="claim_decision", value=self.claim_decision, choices=DECISIONS)
        except ValueError as problem:
            raise NotAPosition(f"Member {self.member}: {problem}") from None
        loans = [debt.loan for debt in self.debts]
        for loan in loans:
            if loans.count(loan) > 1:
                raise NotAPosition(f"Member {self.member}: loan {loan} is listed {loans.count(loan)} times.")

    @property
    def principal_minor(self) -> int:
        """Principal on all loans."""
        return sum(debt.principal_minor for debt in self.debts)

    @property
    def interest_due_minor(self) -> int:
        """Interest due on all loans."""
        return sum(debt.interest_due_minor for debt in self.debts)


@dataclass(frozen=True, slots=True)
class GroupPosition:
    """A group's loan fund on a day, with all its members. The social fund stands beside it and is not part of it."""

    members: tuple[MemberPosition, ...]
    loan_fund_cash_minor: int
    bank_minor: int = 0
    profit_minor: int = 0
    """Income less expenses and losses of this cycle, as far as it was paid."""
    retained_minor: int = 0
    external_debt_minor: int = 0
    grants_minor: int = 0
    social_fund_minor: int = 0
    payable_minor: int = 0
    """Promised earlier to members and not yet handed over."""

    def __post_init__(self) -> None:
        try:
            for field in ("loan_fund_cash_minor", "bank_minor", "external_debt_minor", "grants_minor"):
                whole_number(field=field, value=getattr(self, field))
            for field in ("social_fund_minor", "payable_minor"):
                whole_number(field=field, value=getattr(self, field))
            for field in ("profit_minor", "retained_minor"):
                whole_number(field=field, value=getattr(self, field), minimum=None)
        except ValueError as problem:
            raise NotAPosition(str(problem)) from None
        _refuse_twice("member", [str(member.member) for member in self.members])
        _refuse_twice("lot", [str(member.lot) for member in self.members if member.lot is not None])

    @property
    def money_minor(self) -> int:
        """Cash of the loan fund and money at the bank."""
        return self.loan_fund_cash_minor + self.bank_minor

    @property
    def principal_minor(self) -> int:
        """Loans outstanding, principal only."""
        return sum(member.principal_minor for member in self.members)

    @property
    def savings_minor(self) -> int:
        """All savings of the loan fund, voluntary ones left out."""
        return sum(member.savings_minor for member in self.members)

    @property
    def voluntary_minor(self) -> int:
        """All voluntary savings."""
        return sum(member.voluntary_minor for member in self.members)

    @property
    def difference_minor(self) -> int:
        """What the group has less what it owes and owns; zero when the sheet balances."""
        owed = self.savings_minor + self.voluntary_minor + self.external_debt_minor + self.payable_minor
        owned = self.grants_minor + self.retained_minor + self.profit_minor
        return self.money_minor + self.principal_minor - owed - owned

    def check_balance(self) -> None:
        """Refuse a sheet that does not balance, such as the cut-off of a group that starts in mid-cycle.

        Raises: UnbalancedGroup, with the difference.
        """
        if self.difference_minor:
            raise UnbalancedGroup(self.difference_minor)


def _refuse_twice(what: str, values: list[str]) -> None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise NotAPosition(f"The {what} {value} is there twice; each one belongs to one member.")
        seen.add(value)
