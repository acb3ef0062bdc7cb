"""Numbers that others published, or that another program gives, against ours."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction

import numpy_financial as npf
import pytest

from egenmakt.core.lending.cost import CashFlow, cost, internal_rate
from egenmakt.core.lending.day_counts import actual_360, actual_365, actual_actual, thirty_360, thirty_360_days
from egenmakt.core.lending.schedule import schedule
from egenmakt.core.lending.terms import Disbursement, Every, RateChange, Rounding
from tests.core.lending.building import loan

# ISDA, "30/360 day count conventions" (22 December 2008), worksheet of examples, column 30/360 Bond Basis
ISDA_30_360 = [
    ("2006-08-20", "2007-02-20", 180),
    ("2007-02-20", "2007-08-20", 180),
    ("2008-02-20", "2008-08-20", 180),
    ("2006-08-31", "2007-02-28", 178),
    ("2007-02-28", "2007-08-31", 183),
    ("2007-08-31", "2008-02-29", 179),
    ("2008-02-29", "2008-08-31", 182),
    ("2006-01-31", "2006-02-28", 28),
    ("2006-01-30", "2006-02-28", 28),
    ("2006-02-28", "2006-03-03", 5),
    ("2006-02-14", "2006-02-28", 14),
    ("2006-09-30", "2006-10-31", 30),
    ("2006-10-31", "2006-11-28", 28),
    ("2008-02-28", "2008-08-30", 182),
    ("2007-02-26", "2008-02-29", 363),
    ("2008-02-29", "2009-02-28", 359),
    ("2008-02-28", "2008-03-30", 32),
    ("2008-02-28", "2008-03-31", 33),
]

# ISDA, "EMU and market conventions: recent developments" (November 1998), examples of actual/actual (ISDA)
ISDA_ACTUAL_ACTUAL = [
    ("2003-11-01", "2004-05-01", Fraction(61, 365) + Fraction(121, 366), 0.497724380567),
    ("1999-02-01", "1999-07-01", Fraction(150, 365), 0.410958904110),
    ("1999-07-01", "2000-07-01", Fraction(184, 365) + Fraction(182, 366), 1.001377348600),
    ("2002-08-15", "2003-07-15", Fraction(334, 365), 0.915068493151),
    ("1999-07-30", "2000-01-30", Fraction(155, 365) + Fraction(29, 366), 0.503892506924),
    ("2000-01-30", "2000-06-30", Fraction(152, 366), 0.415300546448),
]


@pytest.mark.parametrize(("start", "end", "days"), ISDA_30_360)
def test_30_360_gives_the_days_that_isda_published(start: str, end: str, days: int) -> None:
    assert thirty_360_days(date.fromisoformat(start), date.fromisoformat(end)) == days
    assert thirty_360(date.fromisoformat(start), date.fromisoformat(end)) == Fraction(days, 360)


@pytest.mark.parametrize(("start", "end", "exact", "published"), ISDA_ACTUAL_ACTUAL)
def test_actual_actual_gives_what_isda_published(start: str, end: str, exact: Fraction, published: float) -> None:
    share = actual_actual(date.fromisoformat(start), date.fromisoformat(end))

    assert share == exact
    assert float(share) == pytest.approx(published, abs=1e-11)


def test_a_leap_year_has_366_days_of_360_and_of_365_and_is_one_year_by_actual_actual() -> None:
    start, end = date(2024, 1, 1), date(2025, 1, 1)

    assert actual_360(start, end) == Fraction(366, 360)
    assert actual_365(start, end) == Fraction(366, 365)
    assert actual_actual(start, end) == 1


@pytest.mark.parametrize("instalments", [1, 2, 12, 36, 120])
@pytest.mark.parametrize("rate", ["0.5", "1", "2.75", "10"])
def test_equal_instalments_agree_with_numpy_financial(instalments: int, rate: str) -> None:
    rows = schedule(loan(instalments=instalments, rate_percent=Decimal(rate))).exact_rows

    part = float(rate) / 100
    for row in rows:
        assert float(row.payment) == pytest.approx(-npf.pmt(part, instalments, 1_000_000), rel=1e-9)
        assert float(row.interest) == pytest.approx(-npf.ipmt(part, row.number, instalments, 1_000_000), rel=1e-7)
        assert float(row.principal) == pytest.approx(-npf.ppmt(part, row.number, instalments, 1_000_000), rel=1e-7)


def test_a_balloon_agrees_with_numpy_financial() -> None:
    rows = schedule(loan(method="balloon", balloon_percent=Decimal(40))).exact_rows

    payment = -npf.pmt(0.01, 12, 1_000_000, -400_000)
    assert [float(row.payment) for row in rows[:-1]] == pytest.approx([payment] * 11, rel=1e-9)
    assert float(rows[-1].payment) == pytest.approx(payment + 400_000, rel=1e-9)


def test_equal_instalments_over_weeks_take_seven_365ths_of_the_yearly_rate() -> None:
    terms = loan(every=Every(1, "week"), instalments=50, rate_percent=Decimal(24), rate_per="year")

    rows = schedule(terms).exact_rows

    assert float(rows[0].payment) == pytest.approx(-npf.pmt(0.24 * 7 / 365, 50, 1_000_000), rel=1e-9)


def test_an_independent_decimal_calculation_gives_the_same_rows() -> None:
    with localcontext() as context:
        context.prec = 50
        rate, balance, expected = Decimal("0.0275"), Decimal(777_777), []
        payment = balance * rate / (1 - (1 + rate) ** -24)
        for _ in range(24):
            interest = balance * rate
            expected.append((payment - interest, interest))
            balance -= payment - interest

    rows = schedule(loan(principal_minor=777_777, instalments=24, rate_percent=Decimal("2.75"))).exact_rows

    for row, (principal, interest) in zip(rows, expected, strict=True):
        assert abs(Decimal(row.principal.numerator) / row.principal.denominator - principal) < Decimal("1e-15")
        assert abs(Decimal(row.interest.numerator) / row.interest.denominator - interest) < Decimal("1e-15")


def test_equal_principal_by_actual_365_agrees_with_a_sum_by_hand() -> None:
    terms = loan(
        principal_minor=300_000,
        instalments=3,
        method="equal_principal",
        disbursed_on=date(2026, 1, 1),
        rate_percent=Decimal(12),
        rate_per="year",
        day_count="actual/365",
    )

    rows = schedule(terms).exact_rows

    assert [row.principal for row in rows] == [100_000] * 3
    assert [row.interest for row in rows] == [
        Fraction(300_000 * 12 * 31, 36_500),
        Fraction(200_000 * 12 * 28, 36_500),
        Fraction(100_000 * 12 * 31, 36_500),
    ]


def test_several_disbursements_bear_interest_from_their_own_day() -> None:
    terms = loan(
        principal_minor=200_000,
        instalments=2,
        method="bullet",
        disbursed_on=date(2026, 1, 1),
        disbursements=(Disbursement(date(2026, 1, 1), 100_000), Disbursement(date(2026, 1, 21), 100_000)),
        rate_percent=Decimal(10),
        rate_per="year",
        day_count="actual/360",
    )

    rows = schedule(terms).exact_rows

    assert rows[0].interest == Fraction(100_000 * 20 + 200_000 * 11, 3_600)
    assert rows[1].interest == Fraction(200_000 * 28, 3_600)
    assert [row.principal for row in rows] == [0, 200_000]


def test_a_rate_change_within_a_period_counts_each_day_at_its_own_rate() -> None:
    terms = loan(
        instalments=1,
        method="bullet",
        disbursed_on=date(2026, 1, 1),
        rate_percent=Decimal(10),
        rate_per="year",
        day_count="actual/365",
        rate_changes=(RateChange(date(2026, 1, 11), Decimal(20)),),
    )

    rows = schedule(terms).exact_rows

    assert rows[0].interest == Fraction(1_000_000 * (10 * 10 + 20 * 21), 36_500)


def test_after_a_rate_change_equal_instalments_are_those_of_a_new_loan_of_the_balance() -> None:
    terms = loan(rate_changes=(RateChange(date(2026, 4, 30), Decimal(2)),), rounding=Rounding(residue="spread"))

    rows = schedule(terms).exact_rows

    balance = float(rows[2].balance_after)
    assert float(rows[3].payment) == pytest.approx(-npf.pmt(0.02, 9, balance), rel=1e-9)
    assert rows[3].payment == rows[11].payment


# Directive 87/102/EEC as to be amended by COM(96) 79, Annex III, A: examples of calculation on a calendar basis
@pytest.mark.parametrize(
    ("flows", "percent"),
    [
        ([(Fraction(0), 1000), (Fraction(546, 365), -1200)], "12.96"),
        ([(Fraction(0), 950), (Fraction(546, 365), -1200)], "16.9"),
        ([(Fraction(0), 1000), (Fraction(1), -600), (Fraction(2), -600)], "13.07"),
    ],
)
def test_yearly_rates_are_those_of_the_european_examples(flows: list[tuple[Fraction, int]], percent: str) -> None:
    rate = internal_rate([CashFlow(time, amount) for time, amount in flows])

    assert rate is not None
    assert (rate * 100).quantize(Decimal(percent)) == Decimal(percent)


def test_flat_one_percent_a_month_over_a_year_costs_23_70_percent() -> None:
    what = cost(schedule(loan(method="flat", principal_minor=120_000)))

    assert what.nominal_yearly_percent is not None
    assert what.effective_yearly_percent_by_period is not None
    assert round(what.nominal_yearly_percent, 2) == Decimal("21.46")
    assert round(what.effective_yearly_percent_by_period, 2) == Decimal("23.70")
    monthly = npf.rate(12, -11_200, 120_000, 0)
    assert float(what.nominal_yearly_percent) == pytest.approx(monthly * 1200, abs=1e-7)
    assert float(what.effective_yearly_percent_by_period) == pytest.approx(((1 + monthly) ** 12 - 1) * 100, abs=1e-7)


@pytest.mark.parametrize(
    "flows",
    [
        [],
        [(0, -100), (1, 100)],
        [(0, 100), (1, 50)],
        [(0, 100), (1, -50)],
        [(0, 0), (1, -100)],
        [(0, 100), (0, -120)],
    ],
)
def test_where_no_rate_exists_there_is_none(flows: list[tuple[int, int]]) -> None:
    assert internal_rate([CashFlow(Fraction(time), amount) for time, amount in flows]) is None


def test_a_loan_that_costs_nothing_has_the_rate_zero() -> None:
    assert cost(schedule(loan(method="interest_free", rate_percent=Decimal(0)))).effective_yearly_percent == 0
