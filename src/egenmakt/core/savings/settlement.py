"""Setting a member's debts and fines off against what she has coming, until one of the two is used up."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from egenmakt.core.savings.positions import Debt, Decision, MemberPosition


@dataclass(frozen=True, slots=True)
class DebtLine:
    """What became of one debt: what was set off, what was written off, and what is still owed."""

    loan: UUID | str
    decision: Decision | None
    interest_set_off_minor: int
    principal_set_off_minor: int
    interest_forgiven_minor: int
    written_off_minor: int
    """Principal only: interest that was never paid was never income, and forgiving it costs the fund nothing."""
    interest_left_minor: int
    principal_left_minor: int

    @property
    def left_minor(self) -> int:
        """What is still owed on the loan."""
        return self.interest_left_minor + self.principal_left_minor


@dataclass(frozen=True, slots=True)
class Settlement:
    """A claim and what it was used for: debts, then fines, then the member's hand."""

    claim_minor: int
    debts: tuple[DebtLine, ...]
    fines_deducted_minor: int
    fines_left_minor: int
    payout_minor: int
    claim_below_zero_minor: int
    """What the member owes because her claim is below zero; never negative."""
    claim_written_off_minor: int

    @property
    def interest_set_off_minor(self) -> int:
        """Interest paid by setting off, on all loans."""
        return sum(debt.interest_set_off_minor for debt in self.debts)

    @property
    def principal_set_off_minor(self) -> int:
        """Principal repaid by setting off, on all loans."""
        return sum(debt.principal_set_off_minor for debt in self.debts)

    @property
    def written_off_minor(self) -> int:
        """What the group bears: principal written off, and a claim below zero that is not asked for."""
        return sum(debt.written_off_minor for debt in self.debts) + self.claim_written_off_minor

    @property
    def income_minor(self) -> int:
        """Interest and fines that became income by being set off."""
        return self.interest_set_off_minor + self.fines_deducted_minor


def settle(*, claim_minor: int, member: MemberPosition, sets_off_all: bool) -> Settlement:
    """Set off: first interest on every loan, then principal in the order of the loans, then fines.

    Args: the claim, which may be below zero; whether all debts are set off (the fund is emptied) or only those that
    the group decided to have repaid or written off now (the fund goes on, and loans run on by their terms).
    Returns: claim = set off + fines + payout, always, for a claim of zero or more.
    Source: interest before principal, as in Sa-Dhan's order of allocation.
    """
    left = max(0, claim_minor)
    taken = [debt for debt in member.debts if sets_off_all or debt.decision in ("repay", "write_off")]
    interest: dict[UUID | str, int] = {}
    principal: dict[UUID | str, int] = {}
    for debt in taken:
        interest[debt.loan] = min(left, debt.interest_due_minor)
        left -= interest[debt.loan]
    for debt in taken:
        principal[debt.loan] = min(left, debt.principal_minor)
        left -= principal[debt.loan]
    fines = min(left, member.fines_due_minor)
    below_zero = max(0, -claim_minor)
    claim_is_written_off = member.claim_decision == "write_off"
    return Settlement(
        claim_minor=claim_minor,
        debts=tuple(_line(debt, interest.get(debt.loan, 0), principal.get(debt.loan, 0)) for debt in member.debts),
        fines_deducted_minor=fines,
        fines_left_minor=member.fines_due_minor - fines,
        payout_minor=left - fines,
        claim_below_zero_minor=0 if claim_is_written_off else below_zero,
        claim_written_off_minor=below_zero if claim_is_written_off else 0,
    )


def _line(debt: Debt, interest_set_off: int, principal_set_off: int) -> DebtLine:
    interest_left = debt.interest_due_minor - interest_set_off
    principal_left = debt.principal_minor - principal_set_off
    is_written_off = debt.decision == "write_off"
    return DebtLine(
        loan=debt.loan,
        decision=debt.decision,
        interest_set_off_minor=interest_set_off,
        principal_set_off_minor=principal_set_off,
        interest_forgiven_minor=interest_left if is_written_off else 0,
        written_off_minor=principal_left if is_written_off else 0,
        interest_left_minor=0 if is_written_off else interest_left,
        principal_left_minor=0 if is_written_off else principal_left,
    )
