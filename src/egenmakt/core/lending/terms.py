"""The terms of a loan: everything that decides its schedule, checked when they are made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Final, Self

from egenmakt.core.lending import terms_json
from egenmakt.core.lending.day_counts import DAYS_IN_YEAR, MONTHS_IN_YEAR
from egenmakt.core.lending.due_dates import Due, due_dates, year_share
from egenmakt.core.lending.methods import METHODS
from egenmakt.core.lending.methods.base import Method
from egenmakt.core.lending.parts import (
    DayCount,
    Disbursement,
    EarlierInterest,
    Every,
    Fee,
    FirstPeriod,
    FreeDays,
    FutureInterest,
    InvalidTerms,
    Prepayment,
    Problem,
    RateChange,
    RatePer,
    Rounding,
    a_date,
    one_of,
    percent,
    refuse,
    whole,
)
from egenmakt.core.money import UnknownCurrency, decimals

__all__ = [
    "INSTALMENTS_MAX",
    "Disbursement",
    "Every",
    "Fee",
    "FreeDays",
    "InvalidTerms",
    "LoanTerms",
    "Prepayment",
    "RateChange",
    "Rounding",
]

MONTHLY: Final = Every()
TO_THE_UNIT: Final = Rounding()
NO_FREE_DAYS: Final = FreeDays()
INSTALMENTS_MAX: Final = 600
"""Fifty years of months or eleven of weeks; each instalment is calculated exactly, which takes time for so many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanTerms:
    """What was agreed about a loan. Amounts are whole minor units, rates are percentages, dates are days.

    Periods: the first runs from `disbursed_on` to the first due date, and each later one to the next. There are
    `grace_whole_periods + instalments` of them. In a grace of the whole instalment nothing is paid, so the first
    instalment comes that many periods later; in a grace of principal the first instalments are only interest, and the
    principal is divided over the rest. The first `interest_free_periods` bear no interest, whether or not they are
    in grace.

    Raises: InvalidTerms, with every problem and its field.
    """

    currency: str
    principal_minor: int
    disbursed_on: date
    method: str
    instalments: int
    disbursements: tuple[Disbursement, ...] = ()
    """What is paid out and when; left empty, the principal at once on `disbursed_on`."""
    rate_percent: Decimal = Decimal(0)
    rate_per: RatePer = "month"
    every: Every = MONTHLY
    first_due_on: date | None = None
    """The end of the first period; the dates after it are counted from this one."""
    first_period: FirstPeriod = "whole"
    """With `equal_periods`: whether the first period counts as a whole one or by its days."""
    grace_principal_periods: int = 0
    grace_whole_periods: int = 0
    earlier_interest: EarlierInterest = "first"
    """Where interest of a whole grace, or carried from before, is paid: with the first instalment, or spread."""
    interest_free_periods: int = 0
    day_count: DayCount = "equal_periods"
    rounding: Rounding = TO_THE_UNIT
    fees: tuple[Fee, ...] = ()
    percentages: tuple[Decimal, ...] = ()
    balloon_percent: Decimal = Decimal(0)
    rate_changes: tuple[RateChange, ...] = ()
    free_days: FreeDays = NO_FREE_DAYS
    prepayments: tuple[Prepayment, ...] = ()
    future_interest: FutureInterest = "as_method"
    """Whether who pays early owes the interest of periods to come: none but what has `accrued`, or all `in_full`.
    As the method has it, a flat loan owes it in full and every other only what has accrued."""
    carried_interest_minor: int = 0
    """Interest owed from before these terms, such as at a reschedule or when a loan is brought in from paper."""
    carried_fee_minor: int = 0
    """Fees owed from before these terms; due with the first instalment."""

    def __post_init__(self) -> None:
        if not self.disbursements and not a_date("disbursed_on", self.disbursed_on):
            single = () if whole("", self.principal_minor, least=1) else (self._single(),)
            object.__setattr__(self, "disbursements", single)
        problems = self._simple_problems()
        if not problems:
            problems = self._method_problems() + self._money_problems() + self._date_problems()
        refuse(problems)

    def _single(self) -> Disbursement:
        return Disbursement(self.disbursed_on, self.principal_minor)

    def _simple_problems(self) -> list[Problem]:
        problems = whole("principal_minor", self.principal_minor, least=1)
        try:
            decimals(self.currency)
        except UnknownCurrency as error:
            problems.append(("currency", str(error)))
        if self.method not in METHODS:
            problems.append(("method", f"{self.method!r} is not known; choose one of {', '.join(METHODS)}."))
        problems += a_date("disbursed_on", self.disbursed_on)
        if self.first_due_on is not None:
            problems += a_date("first_due_on", self.first_due_on)
        problems += whole("instalments", self.instalments, least=1, most=INSTALMENTS_MAX)
        for name in ("grace_principal_periods", "grace_whole_periods", "interest_free_periods"):
            problems += whole(name, getattr(self, name), most=INSTALMENTS_MAX)
        for name in ("carried_interest_minor", "carried_fee_minor"):
            problems += whole(name, getattr(self, name))
        problems += percent("rate_percent", self.rate_percent)
        problems += percent("balloon_percent", self.balloon_percent, most=Decimal(100))
        for percentage in self.percentages:
            problems += percent("percentages", percentage, most=Decimal(100))
        problems += one_of("rate_per", self.rate_per, RatePer) + one_of("day_count", self.day_count, DayCount)
        problems += one_of("first_period", self.first_period, FirstPeriod)
        problems += one_of("earlier_interest", self.earlier_interest, EarlierInterest)
        return problems + one_of("future_interest", self.future_interest, FutureInterest)

    def _method_problems(self) -> list[Problem]:
        method = METHODS[self.method]
        problems = method.check(self)
        if self.grace_principal_periods >= self.instalments:
            problems.append(
                (
                    "grace_principal_periods",
                    f"{self.grace_principal_periods} of {self.instalments} instalments repay nothing; leave one that "
                    f"does.",
                )
            )
        if self.percentages and self.method != "own_percentages":
            problems.append(("percentages", "Only the method own_percentages uses these; leave them out."))
        if self.balloon_percent and self.method != "balloon":
            problems.append(("balloon_percent", "Only the method balloon uses this; write 0."))
        if method.interest_on == "nothing":
            problems += [
                ("rate_changes", f"A rate of {change.rate_percent} on a loan without interest; leave it out.")
                for change in self.rate_changes
                if change.rate_percent
            ]
        return problems

    def _money_problems(self) -> list[Problem]:
        total = sum(disbursement.amount_minor for disbursement in self.disbursements)
        problems = []
        if total != self.principal_minor:
            problems.append(
                (
                    "disbursements",
                    f"They add up to {total}, but the principal is {self.principal_minor}; make them equal.",
                )
            )
        if sum(prepayment.amount_minor for prepayment in self.prepayments) >= self.principal_minor:
            problems.append(("prepayments", "They repay the whole loan; leave something for the instalments."))
        return problems

    def _date_problems(self) -> list[Problem]:
        try:
            # a free day may move the last instalment to an earlier day: nothing is lent on it or after it
            last = min(self.due_dates()[-1].nominal_on, self.due_dates()[-1].on)
        except OverflowError:
            return [("instalments", f"{self.instalments} instalments last beyond the year 9999; take fewer.")]
        problems = _order_problems("disbursements", [item.on for item in self.disbursements])
        problems += _order_problems("rate_changes", [item.on for item in self.rate_changes])
        problems += _order_problems("prepayments", [item.on for item in self.prepayments])
        if self.disbursements[0].on != self.disbursed_on:
            problems.append(
                ("disbursements", f"The first is on {self.disbursements[0].on}; it must be on {self.disbursed_on}.")
            )
        if self.first_due_on is not None and self.first_due_on <= self.disbursed_on:
            problems.append(
                ("first_due_on", f"{self.first_due_on} is not after {self.disbursed_on}; write a later day.")
            )
        if self.disbursements[-1].on >= last:
            problems.append(
                (
                    "disbursements",
                    f"The last, on {self.disbursements[-1].on}, is not before {last}, when the loan ends.",
                )
            )
        problems += [
            (
                "prepayments",
                f"{prepayment.on} is not between {self.disbursed_on} and {last}; choose a day between them.",
            )
            for prepayment in self.prepayments
            if not self.disbursed_on <= prepayment.on < last
        ]
        return problems

    @property
    def rule(self) -> Method:
        """The method itself."""
        return METHODS[self.method]

    @property
    def owes_future_interest(self) -> bool:
        """Whether interest of periods to come is owed even when the loan is repaid early."""
        if self.future_interest == "as_method":
            return self.rule.interest_on == "loan"
        return self.future_interest == "in_full"

    @property
    def periods_in_year(self) -> Fraction:
        """How many intervals a year has: 12 for months, 365/7 for weeks."""
        return 1 / year_share(self.every)

    def due_dates(self) -> list[Due]:
        """The end of every period, those in grace included."""
        return due_dates(
            disbursed_on=self.disbursed_on,
            every=self.every,
            periods=self.grace_whole_periods + self.instalments,
            first_due_on=self.first_due_on,
            free_days=self.free_days,
        )

    def yearly(self, rate_percent: Decimal) -> Fraction:
        """A rate of these terms as a part of the balance per year: 2 % a month is 24/100."""
        return _yearly(rate_percent, self.rate_per, self.every)

    def rate_on(self, day: date) -> Decimal:
        """The rate in force on a day, in percent."""
        rate = self.rate_percent
        for change in self.rate_changes:
            if change.on <= day:
                rate = change.rate_percent
        return rate

    def lent_by(self, day: date) -> int:
        """What had been paid out at the end of a day."""
        return sum(disbursement.amount_minor for disbursement in self.disbursements if disbursement.on <= day)

    def lent_before(self, day: date) -> int:
        """What had been paid out when a day began."""
        return sum(disbursement.amount_minor for disbursement in self.disbursements if disbursement.on < day)

    @classmethod
    def from_json(cls, document: Mapping[str, object]) -> Self:
        """Read terms from a JSON object. Raises InvalidTerms with every problem, also for an unknown field."""
        return cls(**terms_json.read(document))

    def to_json(self) -> dict[str, object]:
        """The terms as a JSON object with every option, in which rates are text and dates are ISO 8601."""
        return terms_json.write(self)


@lru_cache(maxsize=1024)  # two for each period of a plan, and a loan has one rate or a few
def _yearly(rate_percent: Decimal, rate_per: RatePer, every: Every) -> Fraction:
    per_year = {
        "year": Fraction(1),
        "month": Fraction(MONTHS_IN_YEAR),
        "week": Fraction(DAYS_IN_YEAR, 7),
        "period": 1 / year_share(every),
    }
    return Fraction(rate_percent) / 100 * per_year[rate_per]


def _order_problems(name: str, days: list[date]) -> list[Problem]:
    return [] if days == sorted(days) else [(name, "They are not in the order of their dates; sort them.")]
