"""Indicators of savings groups: exact fractions, each with its formula and source; None where nothing is divided.

Source of the set: SEEP (2008), ratios and indicators for savings groups, and the categories of SAVIX. A ratio is a
fraction of one (0.85, not 85); amounts are minor units; periods are said by whoever asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction


def _ratio(numerator: int | Fraction, denominator: int | Fraction) -> Fraction | None:
    return Fraction(numerator) / denominator if denominator else None


def attendance(*, present: int, registered: int) -> Fraction | None:
    """How many of the members came: present / registered, at one meeting. Source: SEEP (2008), SAVIX."""
    return _ratio(present, registered)


def mean_attendance(*, meetings: Sequence[tuple[int, int]]) -> Fraction | None:
    """Attendance over a stated period: Σ present / Σ registered, over all meetings given as (present, registered).

    All meetings of the period count, not only the last ones. Source: SEEP (2008), SAVIX.
    """
    return _ratio(sum(present for present, _ in meetings), sum(registered for _, registered in meetings))


def dropout(*, dropouts: int, members_at_start: int, joined: int) -> Fraction | None:
    """How many left: dropouts / (members at start + joined). Source: SEEP (2008), SAVIX."""
    return _ratio(dropouts, members_at_start + joined)


def retention(*, dropouts: int, members_at_start: int, joined: int) -> Fraction | None:
    """How many stayed: 1 − dropout. Source: SEEP (2008), SAVIX."""
    left = dropout(dropouts=dropouts, members_at_start=members_at_start, joined=joined)
    return None if left is None else 1 - left


def membership_growth(*, members_now: int, members_at_start: int) -> Fraction | None:
    """How the group grew: (members now − at start) / at start. Source: SEEP (2008), SAVIX."""
    return _ratio(members_now - members_at_start, members_at_start)


def average_savings_minor(*, savings_minor: int, members: int) -> Fraction | None:
    """Savings per member: savings this cycle / members, in minor units. Source: SEEP (2008), SAVIX."""
    return _ratio(savings_minor, members)


def return_on_savings(*, fund_value_minor: int, savings_minor: int) -> Fraction | None:
    """What saving brought: (share-out value of the fund − savings) / savings. Source: SEEP (2008), SAVIX."""
    return _ratio(fund_value_minor - savings_minor, savings_minor)


def annualised_return_on_assets(*, profit_minor: int, mean_assets_minor: int, weeks: int) -> Fraction | None:
    """What the money earned in a year: profit / mean assets × 52 / weeks elapsed. Source: SEEP (2008), SAVIX."""
    earned = _ratio(profit_minor, mean_assets_minor)
    return None if earned is None or weeks == 0 else earned * 52 / weeks


def assets_minor(
    *,
    loan_fund_cash_minor: int,
    loans_outstanding_minor: int,
    social_fund_minor: int,
    bank_minor: int = 0,
    property_minor: int = 0,
    external_debt_minor: int = 0,
) -> int:
    """What the group has: loan-fund cash + loans + social fund + bank + property − external debt, in minor units.

    Source: glossary of DreamInsights (the first three); SAVIX (bank, property and external debt).
    """
    held = loan_fund_cash_minor + loans_outstanding_minor + social_fund_minor + bank_minor + property_minor
    return held - external_debt_minor


def fund_utilisation(
    *, loans_outstanding_minor: int, loan_fund_cash_minor: int, bank_minor: int = 0
) -> Fraction | None:
    """How much of the fund works: loans / (loans + loan-fund cash + bank). Source: SEEP (2008), SAVIX."""
    return _ratio(loans_outstanding_minor, loans_outstanding_minor + loan_fund_cash_minor + bank_minor)


def members_with_loan(*, borrowers: int, members: int) -> Fraction | None:
    """How many have a loan: borrowers / members, each person once. Source: SEEP (2008), SAVIX."""
    return _ratio(borrowers, members)


def loans_per_member(*, active_loans: int, members: int) -> Fraction | None:
    """Active loans / members. Source: SEEP (2008), SAVIX."""
    return _ratio(active_loans, members)


def mean_loan_minor(*, loans_outstanding_minor: int, active_loans: int) -> Fraction | None:
    """The mean loan: outstanding / active loans, in minor units. Source: SEEP (2008), SAVIX."""
    return _ratio(loans_outstanding_minor, active_loans)


def write_off_ratio(*, written_off_minor: int, mean_outstanding_minor: int | Fraction) -> Fraction | None:
    """What was lost: written off in the period / mean outstanding in the period. Source: SEEP (2008), CGAP (2003)."""
    return _ratio(written_off_minor, mean_outstanding_minor)


def share_of_idle_cash(*, loan_fund_cash_minor: int, loans_outstanding_minor: int) -> Fraction | None:
    """How much lies in the box: loan-fund cash / (loans + loan-fund cash). Source: SEEP (2008), SAVIX."""
    return _ratio(loan_fund_cash_minor, loans_outstanding_minor + loan_fund_cash_minor)


def graduated_groups(*, independent_groups: int, trained_groups: int) -> Fraction | None:
    """Groups in cycle two or later without supervision / groups trained. Source: SEEP (2008), SAVIX."""
    return _ratio(independent_groups, trained_groups)


def groups_per_officer(*, groups: int, officers: int) -> Fraction | None:
    """Groups / field officers. Source: SEEP (2008), efficiency of the implementer."""
    return _ratio(groups, officers)


def members_per_officer(*, members: int, officers: int) -> Fraction | None:
    """Members / field officers. Source: SEEP (2008), efficiency of the implementer."""
    return _ratio(members, officers)


def cost_per_member_minor(*, cost_minor: int, members: int) -> Fraction | None:
    """Programme cost of the period / members assisted, in minor units. Source: SEEP (2008)."""
    return _ratio(cost_minor, members)
