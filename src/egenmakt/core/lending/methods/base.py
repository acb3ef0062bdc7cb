"""What every loan method is: a name, what its interest is counted on, and how it divides the principal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal, Protocol

InterestOn = Literal["balance", "loan", "nothing"]
"""Interest is counted on what is still owed, on all that was lent, or not at all."""


class Asked(Protocol):
    """What a method may want to know of a loan's terms."""

    @property
    def rate_percent(self) -> Decimal: ...
    @property
    def instalments(self) -> int: ...
    @property
    def percentages(self) -> Sequence[Decimal]: ...
    @property
    def balloon_percent(self) -> Decimal: ...
    @property
    def grace_principal_periods(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Step:
    """One instalment as its method sees it, with exact amounts in minor units."""

    asked: Asked
    number: int
    """Counted from 1; instalments in grace of principal are not asked about."""
    balance: Fraction
    """What is owed before this instalment is paid: all that was lent so far less all principal repaid."""
    lent: Fraction
    interest: Fraction
    """Interest of this instalment's period."""
    growth: Sequence[Fraction]
    """Interest per unit of balance in each later period, at the rate that is in force now."""
    is_news: bool
    """Whether anything changed since the last instalment was calculated: money lent, a rate, a prepayment."""
    last_payment: Fraction
    """Principal and interest of the instalment before this one."""


def no_problem(asked: Asked) -> list[tuple[str, str]]:
    """A method that works with any terms."""
    return []


@dataclass(frozen=True, slots=True)
class Method:
    """One way to repay a loan. `principal` says how much principal an instalment repays."""

    name: str
    words: str
    """The method in one plain sentence."""
    interest_on: InterestOn
    principal: Callable[[Step], Fraction]
    keeps_payment: bool = False
    """Whether, after a prepayment that shortens the loan, the payment stays the same rather than the principal."""
    check: Callable[[Asked], list[tuple[str, str]]] = no_problem
    """The problems that the terms would have under this method, each with its field and a remedy."""


def by_weight(balance: Fraction, weights: Sequence[Fraction | int]) -> Fraction:
    """The part of the balance that belongs to the first of the weights; money lent later is divided over the rest."""
    return balance * weights[0] / sum(weights)


def level_payment(step: Step, left_over: Fraction = Fraction(0)) -> Fraction:
    """The payment that, made now and at every later instalment, leaves exactly `left_over` owed at the end.

    Source: the annuity, solved for periods of any length: balance after = balance * (1 + growth) - payment.
    """
    owed = step.balance + step.interest
    payments = Fraction(1)
    for growth in step.growth:
        owed *= 1 + growth
        payments = payments * (1 + growth) + 1
    return (owed - left_over) / payments
