"""Many loans together: ageing, provisions, portfolio at risk and the ratios that lenders are judged by.

Every ratio is an exact fraction (1/10 is ten percent), or None where there is nothing to divide by: no loans is not
no risk.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Final, Protocol


class BrokenBuckets(ValueError):
    """Ageing buckets overlap, leave a gap, or do not begin with loans that are on time."""


class LoanStanding(Protocol):
    """What the portfolio needs to know of a loan; a LoanPosition has it."""

    @property
    def outstanding_principal_minor(self) -> int: ...
    @property
    def overdue_principal_minor(self) -> int: ...
    @property
    def days_past_due(self) -> int: ...
    @property
    def is_restructured(self) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PortfolioLoan:
    """A loan of which only the sums are known, such as one brought in from a register."""

    outstanding_principal_minor: int
    overdue_principal_minor: int = 0
    days_past_due: int = 0
    is_restructured: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.overdue_principal_minor <= self.outstanding_principal_minor or self.days_past_due < 0:
            raise ValueError(
                f"Overdue principal {self.overdue_principal_minor} is not between 0 and the outstanding "
                f"{self.outstanding_principal_minor}, or days past due {self.days_past_due} are negative."
            )


@dataclass(frozen=True, slots=True)
class Bucket:
    """Loans from so many days past due on, and the percentage of their principal to provide for."""

    name: str
    from_days: int
    rate_percent: Fraction


@dataclass(frozen=True, slots=True)
class Buckets:
    """Ageing buckets as data, from on time upwards; each ends where the next begins, so there are no holes.

    Restructured loans are provided for at `restructured_percent` at least.
    """

    buckets: tuple[Bucket, ...]
    restructured_percent: Fraction = Fraction(0)

    def __post_init__(self) -> None:
        days = [bucket.from_days for bucket in self.buckets]
        if not days or days[0] != 0 or any(later <= earlier for earlier, later in pairwise(days)):
            raise BrokenBuckets(
                f"The buckets begin at {days} days; begin at 0 and let each begin after the one before."
            )
        for bucket in self.buckets:
            if not 0 <= bucket.rate_percent <= 100:
                raise BrokenBuckets(
                    f"The bucket {bucket.name!r} provides {bucket.rate_percent} percent; write 0 to 100."
                )

    def of(self, days_past_due: int) -> int:
        """The place of the bucket that a loan belongs to."""
        return max(index for index, bucket in enumerate(self.buckets) if bucket.from_days <= days_past_due)


# bounds and rates are an example of common practice; every organisation writes its own
BUCKETS: Final = Buckets(
    (
        Bucket("on time", 0, Fraction(0)),
        Bucket("1 to 30 days", 1, Fraction(10)),
        Bucket("31 to 60 days", 31, Fraction(25)),
        Bucket("61 to 90 days", 61, Fraction(50)),
        Bucket("91 to 180 days", 91, Fraction(75)),
        Bucket("181 to 365 days", 181, Fraction(90)),
        Bucket("over 365 days", 366, Fraction(100)),
    )
)


@dataclass(frozen=True, slots=True)
class AgeingLine:
    """One bucket of the portfolio: how many loans, their whole outstanding principal, and the provision for it."""

    bucket: Bucket
    loans: int
    outstanding_principal_minor: int
    provision_minor: Fraction
    """Exact; round it once, in the accounts."""


def ageing(loans: Iterable[LoanStanding], *, buckets: Buckets = BUCKETS) -> list[AgeingLine]:
    """The portfolio by days past due: every loan is in one bucket, with all of its outstanding principal."""
    counts = [0] * len(buckets.buckets)
    sums = [0] * len(buckets.buckets)
    provisions = [Fraction(0)] * len(buckets.buckets)
    for loan in loans:
        index = buckets.of(loan.days_past_due)
        rate = buckets.buckets[index].rate_percent
        rate = max(rate, buckets.restructured_percent) if loan.is_restructured else rate
        counts[index] += 1 if loan.outstanding_principal_minor else 0
        sums[index] += loan.outstanding_principal_minor
        provisions[index] += loan.outstanding_principal_minor * rate / 100
    return [AgeingLine(*line) for line in zip(buckets.buckets, counts, sums, provisions, strict=True)]


def provision(loans: Iterable[LoanStanding], *, buckets: Buckets = BUCKETS) -> Fraction:
    """What to set aside for loans that may not be repaid: the sum over buckets of principal * rate, exact.

    Source: Sa-Dhan; CGAP (2003), loan loss provision by ageing.
    """
    return sum((line.provision_minor for line in ageing(loans, buckets=buckets)), Fraction(0))


def _ratio(part: int | Fraction, whole: int | Fraction) -> Fraction | None:
    return Fraction(part) / whole if whole else None


def portfolio_at_risk(
    loans: Sequence[LoanStanding], days: int = 30, *, include_restructured: bool = True
) -> Fraction | None:
    """The part of the portfolio that is in loans with any payment more than `days` days late.

    Formula: whole outstanding principal of those loans, and of restructured ones whatever their days, divided by all
    outstanding principal. Accrued interest is left out. None when nothing is outstanding.
    Source: CGAP and others (2003), Microfinance Consensus Guidelines: Definitions of Selected Financial Terms.
    """
    at_risk = sum(
        loan.outstanding_principal_minor
        for loan in loans
        if loan.days_past_due > days or (include_restructured and loan.is_restructured)
    )
    return _ratio(at_risk, sum(loan.outstanding_principal_minor for loan in loans))


def arrears_rate(loans: Sequence[LoanStanding]) -> Fraction | None:
    """The late principal itself as a part of all outstanding principal. It is not portfolio at risk, and never more.

    Formula: overdue principal / outstanding principal. Source: CGAP (1999), Measuring Microcredit Delinquency.
    """
    late = sum(loan.overdue_principal_minor for loan in loans)
    return _ratio(late, sum(loan.outstanding_principal_minor for loan in loans))


def repayment_rate(*, collected_minor: int, prepaid_minor: int, due_minor: int) -> Fraction | None:
    """What was collected of what fell due in a period.

    Formula: (collected - prepaid) / due in the period; more than 1 when old arrears are caught up. None when nothing
    fell due. Source: Sa-Dhan, current repayment rate.
    """
    return _ratio(collected_minor - prepaid_minor, due_minor)


def write_off_ratio(*, written_off_minor: int, mean_portfolio_minor: int) -> Fraction | None:
    """Principal written off in a period / mean outstanding portfolio. Source: CGAP (2003)."""
    return _ratio(written_off_minor, mean_portfolio_minor)


def operational_self_sufficiency(
    *, operating_income_minor: int, operating_cost_minor: int, financial_cost_minor: int, provision_minor: int
) -> Fraction | None:
    """Whether income covers cost.

    Formula: operating income / (operating cost + financial cost + provision for loan losses). Source: CGAP (2003).
    """
    return _ratio(operating_income_minor, operating_cost_minor + financial_cost_minor + provision_minor)


def operating_cost_ratio(*, operating_cost_minor: int, mean_portfolio_minor: int) -> Fraction | None:
    """Operating cost / mean outstanding portfolio. Source: CGAP (2003), operating expense ratio; Sa-Dhan."""
    return _ratio(operating_cost_minor, mean_portfolio_minor)


def total_cost_ratio(
    *, operating_cost_minor: int, financial_cost_minor: int, provision_minor: int, mean_portfolio_minor: int
) -> Fraction | None:
    """(Operating cost + financial cost + provision) / mean outstanding portfolio. Source: Sa-Dhan, total cost ratio."""
    return _ratio(operating_cost_minor + financial_cost_minor + provision_minor, mean_portfolio_minor)


def portfolio_yield(*, interest_and_fees_received_minor: int, mean_portfolio_minor: int) -> Fraction | None:
    """Interest and fees received in cash / mean outstanding portfolio. Source: CGAP (2003), portfolio yield."""
    return _ratio(interest_and_fees_received_minor, mean_portfolio_minor)


def borrowers_per_officer(*, borrowers: int, officers: int) -> Fraction | None:
    """Borrowers / loan officers, one loan officer being who handles loans directly. Source: CGAP (2003)."""
    return _ratio(borrowers, officers)


def loans_per_member(*, loans: int, members: int) -> Fraction | None:
    """Open loans / members of the group. Source: SAVIX, members with loans outstanding, counted in loans."""
    return _ratio(loans, members)
