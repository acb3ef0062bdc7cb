"""May this loan be given? The constitution's own limits, each refusal quoting its clause."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from egenmakt.core.money import Money
from egenmakt.core.savings.checks import whole_number
from egenmakt.core.savings.constitution import Constitution


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason against a loan: the rule, and a sentence with the numbers and the clause."""

    rule: str
    sentence: str


class LoanRefused(ValueError):
    """The loan breaks a rule, or the box cannot pay it; `refusals` has every reason."""

    def __init__(self, refusals: tuple[Refusal, ...]) -> None:
        super().__init__(" ".join(refusal.sentence for refusal in refusals))
        self.refusals = refusals


def largest_loan_minor(*, constitution: Constitution, own_savings_minor: int, owed_minor: int) -> int | None:
    """The largest further loan that the rules allow a member: None where there is no limit.

    Args: the member's own savings and the principal she owes already, in minor units.
    The multiple of savings counts all her loans together, and is rounded down to a whole unit.
    """
    limits = []
    if constitution.loan_multiple is not None:
        limits.append(math.floor(Fraction(constitution.loan_multiple) * own_savings_minor) - owed_minor)
    if constitution.loan_max_minor is not None:
        limits.append(constitution.loan_max_minor - owed_minor)
    return max(0, min(limits)) if limits else None


def check_loan(
    *,
    constitution: Constitution,
    amount_minor: int,
    own_savings_minor: int,
    owed_minor: int,
    box_minor: int,
    guarantors: int,
    instalments: int,
) -> None:
    """Refuse a loan that the constitution does not allow or that the box cannot pay.

    Raises: LoanRefused, with every reason and its clause.
    """
    whole_number(field="amount_minor", value=amount_minor, minimum=1)
    refusals = []

    def refuse(rule: str, sentence: str) -> None:
        refusals.append(Refusal(rule, f"{sentence} {constitution.quote(rule)}".strip()))

    def words(minor: int) -> str:
        return str(Money(minor, constitution.currency))

    multiple = constitution.loan_multiple
    if multiple is not None and amount_minor + owed_minor > Fraction(multiple) * own_savings_minor:
        refuse(
            "loan_multiple",
            f"With {words(owed_minor)} owed already, {words(amount_minor)} is more than {multiple} times the savings "
            f"of {words(own_savings_minor)}.",
        )
    most = constitution.loan_max_minor
    if most is not None and amount_minor + owed_minor > most:
        refuse("loan_max_minor", f"{words(amount_minor + owed_minor)} in all is more than {words(most)}.")
    if instalments > constitution.loan_instalments_max:
        refuse("loan_instalments_max", f"{instalments} instalments are too many.")
    if guarantors < constitution.guarantors_needed:
        refuse("guarantors_needed", f"{guarantors} guarantors are too few.")
    if amount_minor > box_minor:
        sentence = f"The box holds {words(box_minor)}; {words(amount_minor)} cannot be paid from it."
        refusals.append(Refusal("loan_fund_box", sentence))
    if refusals:
        raise LoanRefused(tuple(refusals))


def check_external_loan(
    *, constitution: Constitution, amount_minor: int, cycle_number: int, last_share_out_minor: int, owed_minor: int = 0
) -> None:
    """Refuse a loan to the group from outside that comes too early or is too large.

    Args: the cycle's number, 1 for the first; what was shared out at the end of the last one; what is owed outside.
    Raises: LoanRefused. Source: VSLA practice: none in the first cycle, then at most the previous share-out.
    """
    whole_number(field="amount_minor", value=amount_minor, minimum=1)
    refusals = []
    if cycle_number < constitution.external_loan_from_cycle:
        rule = "external_loan_from_cycle"
        refusals.append(Refusal(rule, f"This is cycle {cycle_number}. {constitution.quote(rule)}"))
    is_limited = constitution.external_loan_limit == "last_share_out"
    if is_limited and amount_minor + owed_minor > last_share_out_minor:
        rule = "external_loan_limit"
        asked, shared = (Money(x, constitution.currency) for x in (amount_minor + owed_minor, last_share_out_minor))
        refusals.append(
            Refusal(rule, f"{asked} is more than the last share-out of {shared}. {constitution.quote(rule)}")
        )
    if refusals:
        raise LoanRefused(tuple(refusals))
