"""What a loan costs its borrower: in money, and as a yearly rate that can be compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Final

from egenmakt.core.lending.due_dates import due_dates
from egenmakt.core.lending.parts import FreeDays
from egenmakt.core.lending.schedule import Schedule

PRECISION: Final = 40
"""Digits of the arithmetic; far more than any rate is shown with."""
RATE_MAX: Final = Decimal(1_000)
"""A rate above 100,000 percent in one period is not looked for."""
_STEPS: Final = 140
YEARLY_MAX: Final = Decimal(10) ** 12
"""A yearly percentage above this says nothing any more, and is not named."""


@dataclass(frozen=True, slots=True)
class CashFlow:
    """Money that the borrower gets (positive) or pays (negative), at a time counted in periods from the first."""

    time: Fraction
    amount_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a loan costs. Rates are percentages; None where none exists, as when nothing is received, or above 10^12."""

    received_minor: int
    """Money in hand: what is paid out less the fees taken from it."""
    repaid_minor: int
    """All payments of the schedule."""
    interest_minor: int
    fee_minor: int
    """All fees, those at disbursement included."""
    effective_yearly_percent: Decimal | None
    """By the actual days, a year of 365: what is compared between lenders."""
    period_percent: Decimal | None
    """By periods, each as long as the next."""
    nominal_yearly_percent: Decimal | None
    """The period's rate times the periods in a year."""
    effective_yearly_percent_by_period: Decimal | None
    """The period's rate compounded over the periods in a year."""

    @property
    def total_minor(self) -> int:
        """Interest and fees together: repaid - received."""
        return self.interest_minor + self.fee_minor


def internal_rate(flows: Sequence[CashFlow]) -> Decimal | None:
    """The rate per period at which what is paid is worth what is received; as a part, 0.01 for one percent.

    Solved by bisection in decimal arithmetic of 40 digits, so it never fails to converge. The smallest rate of at
    least zero that brackets a change of sign is returned; for a loan, where money is received before it is paid back,
    there is only one. None, when nothing is received, less is paid than received, or no rate up to 100,000 percent
    fits. Source: Directive 2008/48/EC, Annex I, the basic equation.
    """
    merged: dict[Fraction, int] = {}
    for flow in flows:
        merged[flow.time] = merged.get(flow.time, 0) + flow.amount_minor
    ordered = sorted((time, amount) for time, amount in merged.items() if amount)
    balance = sum(amount for _, amount in ordered)
    if not ordered or ordered[0][1] < 0 or balance > 0 or all(amount > 0 for _, amount in ordered):
        return None
    if balance == 0:
        return Decimal(0)
    with localcontext() as context:
        context.prec = PRECISION
        low, high = Decimal(0), Decimal("0.0001")
        while _present_value(ordered, high) < 0:
            low, high = high, high * 2
            if high > RATE_MAX:
                return None
        for _ in range(_STEPS):
            middle = (low + high) / 2
            if _present_value(ordered, middle) < 0:
                low = middle
            else:
                high = middle
        return high


def _present_value(ordered: Sequence[tuple[Fraction, int]], rate: Decimal) -> Decimal:
    """Worth at the first flow's time, from the last flow back to the first (Horner), so that each gap is one power."""
    worth = Decimal(0)
    powers: dict[Fraction, Decimal] = {}
    later = ordered[-1][0]
    for time, amount in reversed(ordered):
        gap = later - time
        if gap not in powers:
            powers[gap] = (1 + rate) ** -(Decimal(gap.numerator) / gap.denominator)
        worth = worth * powers[gap] + amount
        later = time
    return worth


def _percent(part: Decimal | None, per_year: Fraction | None = None) -> Decimal | None:
    """A rate as a percentage, compounded over a year where `per_year` periods are given."""
    if part is None:
        return None
    with localcontext() as context:
        context.prec = PRECISION
        if per_year is not None:
            part = (1 + part) ** (Decimal(per_year.numerator) / per_year.denominator) - 1
        percent = part * 100
        return percent.quantize(Decimal("1.0000000000")) if percent <= YEARLY_MAX else None


def cost(schedule: Schedule) -> Cost:
    """What a loan costs its borrower, from the rounded payments that are really made.

    Of a rescheduled loan it is the cost of the present terms. A flat rate of 1 % a month over 12 monthly instalments
    is 21.46 % nominal and 23.70 % effective a year, by periods.
    """
    rows = schedule.rows[schedule.rows_before :]
    at_start = [fee for fee in schedule.disbursement_fees if fee.on >= schedule.terms.disbursed_on]
    upfront = sum(fee.amount_minor for fee in at_start)
    begins = schedule.terms.disbursed_on
    flows = [(item.on, item.amount_minor) for item in schedule.terms.disbursements]
    flows += [(fee.on, -fee.amount_minor) for fee in at_start]
    paid = [(row.due_on, -row.payment_minor) for row in rows]
    by_day = internal_rate([CashFlow(Fraction((on - begins).days), amount) for on, amount in flows + paid])
    by_period = internal_rate(_by_period(schedule, flows))
    per_year = schedule.terms.periods_in_year
    nominal = None if by_period is None else by_period * per_year.numerator / per_year.denominator
    return Cost(
        received_minor=schedule.terms.principal_minor - upfront,
        repaid_minor=sum(row.payment_minor for row in rows),
        interest_minor=sum(row.interest_minor for row in rows),
        fee_minor=sum(row.fee_minor for row in rows) + upfront,
        effective_yearly_percent=_percent(by_day, Fraction(365)),
        period_percent=_percent(by_period),
        nominal_yearly_percent=_percent(nominal),
        effective_yearly_percent_by_period=_percent(by_period, per_year),
    )


def _by_period(schedule: Schedule, received: Sequence[tuple[date, int]]) -> list[CashFlow]:
    """The flows at the ends of their periods; what falls within one is placed by its days."""
    terms = schedule.terms
    ends = due_dates(
        disbursed_on=terms.disbursed_on,
        every=terms.every,
        periods=terms.grace_whole_periods + terms.instalments,
        first_due_on=terms.first_due_on,
        free_days=FreeDays(),
    )
    borders = [terms.disbursed_on, *(due.on for due in ends)]
    flows = [CashFlow(_time(borders, on), amount) for on, amount in received]
    rows = schedule.rows[schedule.rows_before :]
    return flows + [CashFlow(_time(borders, row.nominal_due_on), -row.payment_minor) for row in rows]


def _time(borders: Sequence[date], on: date) -> Fraction:
    index = max((place for place, border in enumerate(borders) if border <= on), default=0)
    if index + 1 == len(borders) or on <= borders[0]:
        return Fraction(index)
    return index + Fraction((on - borders[index]).days, (borders[index + 1] - borders[index]).days)
