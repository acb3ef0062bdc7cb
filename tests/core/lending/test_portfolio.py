"""Many loans together, against sums by hand."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egenmakt.core.lending.changes import reschedule
from egenmakt.core.lending.portfolio import (
    BUCKETS,
    BrokenBuckets,
    Bucket,
    Buckets,
    PortfolioLoan,
    ageing,
    arrears_rate,
    borrowers_per_officer,
    loans_per_member,
    operating_cost_ratio,
    operational_self_sufficiency,
    portfolio_at_risk,
    portfolio_yield,
    provision,
    repayment_rate,
    total_cost_ratio,
    write_off_ratio,
)
from egenmakt.core.lending.position import Paid, position
from egenmakt.core.lending.schedule import schedule
from tests.core.lending.building import loan

AMINA = PortfolioLoan(outstanding_principal_minor=500_000)
BEATRICE = PortfolioLoan(outstanding_principal_minor=300_000, overdue_principal_minor=20_000, days_past_due=12)
CHIPO = PortfolioLoan(outstanding_principal_minor=200_000, overdue_principal_minor=50_000, days_past_due=45)
LOANS = [AMINA, BEATRICE, CHIPO]


def test_portfolio_at_risk_counts_the_whole_loan_and_the_arrears_rate_only_what_is_late() -> None:
    assert portfolio_at_risk(LOANS, days=30) == Fraction(200_000, 1_000_000)
    assert portfolio_at_risk(LOANS, days=1) == Fraction(500_000, 1_000_000)
    assert arrears_rate(LOANS) == Fraction(70_000, 1_000_000)


def test_late_means_more_than_the_days_and_not_just_as_many() -> None:
    on_the_edge = PortfolioLoan(outstanding_principal_minor=10, overdue_principal_minor=1, days_past_due=30)

    assert portfolio_at_risk([on_the_edge], days=30) == 0
    assert portfolio_at_risk([on_the_edge], days=29) == 1


def test_a_restructured_loan_is_at_risk_without_being_late() -> None:
    anew = PortfolioLoan(outstanding_principal_minor=250_000, is_restructured=True)

    assert portfolio_at_risk([*LOANS, anew]) == Fraction(450_000, 1_250_000)
    assert portfolio_at_risk([*LOANS, anew], include_restructured=False) == Fraction(200_000, 1_250_000)


def test_positions_can_be_put_in_as_they_are() -> None:
    plan = schedule(loan(method="equal_principal", principal_minor=120_000))
    on = date(2026, 5, 1)
    good = position(schedule=plan, paid=Paid(30_000, 3_300), on=on)
    late = position(schedule=plan, paid=Paid(10_000, 1_200), on=on)
    anew = position(
        schedule=reschedule(schedule=plan, paid=Paid(20_000, 2_300), on=on, instalments=6).schedule,
        paid=Paid(20_000, 2_300),
        on=on,
    )

    assert portfolio_at_risk([good, late, anew]) == Fraction(110_000 + 100_000, 90_000 + 110_000 + 100_000)
    assert arrears_rate([good, late, anew]) == Fraction(20_000, 300_000)


def test_an_ageing_table_gives_the_provision_summed_by_hand() -> None:
    lines = ageing(LOANS)

    assert [(line.bucket.name, line.loans, line.outstanding_principal_minor) for line in lines if line.loans] == [
        ("on time", 1, 500_000),
        ("1 to 30 days", 1, 300_000),
        ("31 to 60 days", 1, 200_000),
    ]
    assert provision(LOANS) == 300_000 * Fraction(10, 100) + 200_000 * Fraction(25, 100) == 80_000


@pytest.mark.parametrize(
    ("days", "name"),
    [
        (0, "on time"),
        (1, "1 to 30 days"),
        (30, "1 to 30 days"),
        (31, "31 to 60 days"),
        (90, "61 to 90 days"),
        (180, "91 to 180 days"),
        (365, "181 to 365 days"),
        (366, "over 365 days"),
        (9_999, "over 365 days"),
    ],
)
def test_every_day_has_its_bucket(days: int, name: str) -> None:
    assert BUCKETS.buckets[BUCKETS.of(days)].name == name


@pytest.mark.parametrize("days", [[], [1, 30], [0, 30, 30], [0, 60, 30]])
def test_buckets_with_holes_or_overlaps_are_refused(days: list[int]) -> None:
    with pytest.raises(BrokenBuckets, match="begin at 0 and let each begin after the one before"):
        Buckets(tuple(Bucket(str(day), day, Fraction(0)) for day in days))


def test_a_bucket_provides_no_more_than_everything() -> None:
    with pytest.raises(BrokenBuckets, match="write 0 to 100"):
        Buckets((Bucket("on time", 0, Fraction(101)),))


def test_a_restructured_loan_can_have_a_least_provision() -> None:
    buckets = Buckets(BUCKETS.buckets, restructured_percent=Fraction(50))

    assert provision([PortfolioLoan(outstanding_principal_minor=100, is_restructured=True)], buckets=buckets) == 50


def test_where_there_is_nothing_there_is_no_ratio() -> None:
    repaid = [PortfolioLoan(outstanding_principal_minor=0)]

    assert [portfolio_at_risk([]), portfolio_at_risk(repaid), arrears_rate([])] == [None] * 3
    assert repayment_rate(collected_minor=5, prepaid_minor=0, due_minor=0) is None
    assert write_off_ratio(written_off_minor=1, mean_portfolio_minor=0) is None
    assert operating_cost_ratio(operating_cost_minor=1, mean_portfolio_minor=0) is None
    assert portfolio_yield(interest_and_fees_received_minor=1, mean_portfolio_minor=0) is None
    assert borrowers_per_officer(borrowers=3, officers=0) is None
    assert loans_per_member(loans=3, members=0) is None
    assert (
        operational_self_sufficiency(
            operating_income_minor=1, operating_cost_minor=0, financial_cost_minor=0, provision_minor=0
        )
        is None
    )
    assert provision([]) == 0


def test_the_ratios_are_those_of_a_small_lender_by_hand() -> None:
    assert repayment_rate(collected_minor=95_000, prepaid_minor=5_000, due_minor=100_000) == Fraction(9, 10)
    assert write_off_ratio(written_off_minor=20_000, mean_portfolio_minor=1_000_000) == Fraction(2, 100)
    assert operating_cost_ratio(operating_cost_minor=150_000, mean_portfolio_minor=1_000_000) == Fraction(15, 100)
    assert portfolio_yield(interest_and_fees_received_minor=240_000, mean_portfolio_minor=1_000_000) == Fraction(
        24, 100
    )
    assert borrowers_per_officer(borrowers=600, officers=2) == 300
    assert loans_per_member(loans=8, members=20) == Fraction(2, 5)
    assert operational_self_sufficiency(
        operating_income_minor=240_000,
        operating_cost_minor=150_000,
        financial_cost_minor=30_000,
        provision_minor=20_000,
    ) == Fraction(12, 10)
    assert total_cost_ratio(
        operating_cost_minor=150_000,
        financial_cost_minor=30_000,
        provision_minor=20_000,
        mean_portfolio_minor=1_000_000,
    ) == Fraction(2, 10)


def test_more_overdue_than_outstanding_is_no_loan() -> None:
    with pytest.raises(ValueError, match="not between 0 and the outstanding 5"):
        PortfolioLoan(outstanding_principal_minor=5, overdue_principal_minor=6)


@st.composite
def _any_loan(draw: st.DrawFn) -> PortfolioLoan:
    outstanding = draw(st.integers(0, 10_000))
    days = draw(st.integers(0, 500))
    overdue = draw(st.integers(0, outstanding)) if days else 0
    return PortfolioLoan(outstanding_principal_minor=outstanding, overdue_principal_minor=overdue, days_past_due=days)


@settings(max_examples=60, deadline=None)
@given(loans=st.lists(_any_loan(), max_size=12))
def test_arrears_are_never_more_than_the_portfolio_at_risk_and_buckets_hold_every_loan(
    loans: list[PortfolioLoan],
) -> None:
    at_risk, late = portfolio_at_risk(loans, days=0), arrears_rate(loans)

    outstanding = sum(one.outstanding_principal_minor for one in loans)
    assert sum(line.outstanding_principal_minor for line in ageing(loans)) == outstanding
    assert [at_risk is None, late is None] == [outstanding == 0] * 2
    if at_risk is not None and late is not None:
        assert 0 <= late <= at_risk <= 1
        assert at_risk >= (portfolio_at_risk(loans, days=30) or 0)
