"""Terms that cannot be wrong, dates that do not drift, and rounding by name."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egenmakt.core.lending.due_dates import moved, step
from egenmakt.core.lending.parts import InvalidTerms
from egenmakt.core.lending.rounding import round_to
from egenmakt.core.lending.schedule import Instalment, NotASchedule, schedule
from egenmakt.core.lending.terms import Disbursement, Every, Fee, FreeDays, LoanTerms, RateChange
from tests.core.lending.building import loan

GOOD: dict[str, Any] = {
    "currency": "KES",
    "principal_minor": 100_000,
    "disbursed_on": "2026-01-31",
    "method": "flat",
    "instalments": 12,
}


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({"currency": "KEX"}, "currency", "not a currency code"),
        ({"principal_minor": 0}, "principal_minor", "write one from 1"),
        ({"principal_minor": 10.5}, "principal_minor", "not a whole number"),
        ({"disbursed_on": "31/01/2026"}, "disbursed_on", "write it like 2026-01-31"),
        ({"method": "annuity"}, "method", "choose one of flat, equal_instalments"),
        ({"instalments": 0}, "instalments", "write one from 1"),
        ({"instalments": 601}, "instalments", "to 600"),
        ({"instalments": None}, "instalments", "missing"),
        ({"rate_percent": "-1"}, "rate_percent", "never pays its borrower interest"),
        ({"rate_percent": "NaN"}, "rate_percent", "not a number"),
        ({"rate_percent": float("inf")}, "rate_percent", "not a number"),
        ({"rate_percent": "1e9"}, "rate_percent", "smaller percentage"),
        ({"rate_percent": "0.0000000000001"}, "rate_percent", "decimals"),
        ({"rate_percent": True}, "rate_percent", "not a number"),
        ({"rate_per": "decade"}, "rate_per", "choose one of year, month, week, period"),
        ({"every": {"count": 0}}, "every.count", "write one from 1"),
        ({"every": {"unit": "moon"}}, "every.unit", "choose one of day, week, fortnight, month"),
        ({"every": "month"}, "every.", "not an object"),
        ({"first_due_on": "2026-01-31"}, "first_due_on", "not after 2026-01-31"),
        ({"grace_principal_periods": 12}, "grace_principal_periods", "leave one that"),
        ({"grace_whole_periods": -1}, "grace_whole_periods", "write one from 0"),
        ({"day_count": "30E/360"}, "day_count", "choose one of equal_periods"),
        ({"rounding": {"mode": "ceiling"}}, "rounding.mode", "choose one of half_even"),
        ({"rounding": {"multiple_minor": 0}}, "rounding.multiple_minor", "write one from 1"),
        ({"rounding": {"residue": "middle"}}, "rounding.residue", "choose one of first, last, spread"),
        ({"fees": [{"name": "x"}]}, "fees[0].fees", "either amount_minor or percent"),
        ({"fees": [{"name": "x", "percent": "101"}]}, "fees[0].percent", "more than 100"),
        ({"fees": [{"percent": "1"}]}, "fees[0].name", "no name"),
        ({"fees": [{"name": "x", "percent": "1", "at": 3}]}, "fees[0].at", "not known"),
        ({"fees": {"name": "x"}}, "fees", "not a list"),
        ({"percentages": ["100"]}, "percentages", "leave them out"),
        ({"balloon_percent": "10"}, "balloon_percent", "write 0"),
        ({"method": "balloon"}, "balloon_percent", "write 1 to 100"),
        ({"method": "interest_free", "rate_percent": "1"}, "rate_percent", "interest-free"),
        ({"method": "own_percentages", "percentages": ["50", "50"]}, "percentages", "give one for each"),
        ({"method": "own_percentages", "instalments": 2, "percentages": ["50", "40"]}, "percentages", "must make 100"),
        (
            {"method": "own_percentages", "instalments": 2, "percentages": ["100", "0"]},
            "percentages",
            "last percentage",
        ),
        ({"disbursements": [{"on": "2026-01-31", "amount_minor": 1}]}, "disbursements", "add up to 1"),
        ({"disbursements": [{"on": "2026-02-01", "amount_minor": 100_000}]}, "disbursements", "must be on 2026-01-31"),
        ({"rate_changes": [{"on": "2026-02-01"}]}, "rate_changes[0].rate_percent", "missing"),
        ({"prepayments": [{"on": "2028-01-01", "amount_minor": 5}]}, "prepayments", "not between"),
        ({"prepayments": [{"on": "2026-05-01", "amount_minor": 100_000}]}, "prepayments", "whole loan"),
        ({"free_days": {"weekdays": [0, 1, 2, 3, 4, 5, 6]}}, "free_days.weekdays", "leave at least one"),
        ({"free_days": {"weekdays": [7]}}, "free_days.weekdays", "write one from 0 to 6"),
        ({"free_days": {"dates": ["2026-13-01"]}}, "free_days.dates", "write it like"),
        ({"intrest": "1"}, "intrest", "not known"),
        ({"disbursed_on": "9999-06-01"}, "instalments", "beyond the year 9999"),
    ],
)
def test_each_mistake_is_named_with_its_field_and_a_remedy(change: dict[str, Any], field: str, says: str) -> None:
    with pytest.raises(InvalidTerms) as caught:
        LoanTerms.from_json({**GOOD, **change})

    assert [(name, message) for name, message in caught.value.problems if name == field and says in message], (
        caught.value.problems
    )


def test_several_mistakes_are_told_at_once() -> None:
    with pytest.raises(InvalidTerms) as caught:
        LoanTerms.from_json({**GOOD, "currency": "KEX", "rate_percent": "-1", "day_count": "lunar"})

    assert {name for name, _ in caught.value.problems} == {"currency", "rate_percent", "day_count"}


def test_disbursements_out_of_order_are_refused() -> None:
    later, first = Disbursement(date(2026, 3, 1), 1), Disbursement(date(2026, 1, 31), 999_999)

    with pytest.raises(InvalidTerms, match="not in the order of their dates"):
        loan(disbursements=(later, first))


def test_an_interest_free_loan_has_no_rate_change_either() -> None:
    with pytest.raises(InvalidTerms, match="on a loan without interest"):
        loan(
            method="interest_free",
            rate_percent=Decimal(0),
            rate_changes=(RateChange(date(2026, 3, 1), Decimal(1)),),
        )


@given(anchor=st.dates(date(2000, 1, 1), date(2100, 1, 1)), times=st.integers(0, 600))
@settings(max_examples=60)
def test_a_monthly_date_never_drifts(anchor: date, times: int) -> None:
    day = step(anchor, Every(1, "month"), times)

    next_month_begins = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    assert day.day == anchor.day or (day.day < anchor.day and day + timedelta(days=1) == next_month_begins)
    assert (day.year - anchor.year) * 12 + day.month - anchor.month == times


@given(
    begins=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    weekdays=st.frozensets(st.integers(0, 6), max_size=6),
    count=st.integers(1, 5),
    move=st.sampled_from(["next", "previous"]),
)
@settings(max_examples=60)
def test_free_days_move_a_date_off_them_and_leave_the_others(
    begins: date, weekdays: frozenset[int], count: int, move: Any
) -> None:
    terms = loan(disbursed_on=begins, every=Every(count, "week"))
    free = loan(disbursed_on=begins, every=Every(count, "week"), free_days=FreeDays(weekdays=weekdays, move=move))

    assert [due.nominal_on for due in free.due_dates()] == [due.on for due in terms.due_dates()]
    for due in free.due_dates():
        assert due.on.weekday() not in weekdays
        assert abs((due.on - due.nominal_on).days) <= 6
        assert due.on > begins


def test_previous_becomes_next_where_it_would_come_before_the_money() -> None:
    free = FreeDays(weekdays=frozenset({5, 6}), move="previous")
    saturday = date(2026, 5, 30)

    assert moved(saturday, free, not_before=saturday) == date(2026, 6, 1)
    assert moved(saturday, free, not_before=date(2026, 5, 29)) == date(2026, 5, 29)
    assert moved(saturday, FreeDays(weekdays=frozenset({5, 6}), move="stay"), not_before=saturday) == saturday


def test_days_of_interest_can_be_counted_to_the_day_that_is_paid() -> None:
    common: dict[str, Any] = {
        "disbursed_on": date(2026, 4, 30),
        "instalments": 2,
        "method": "bullet",
        "rate_percent": Decimal("36.5"),
        "rate_per": "year",
        "day_count": "actual/365",
    }
    sunday = {"weekdays": frozenset({5, 6})}

    nominal = schedule(loan(**common, free_days=FreeDays(**sunday)))
    to_moved = schedule(loan(**common, free_days=FreeDays(**sunday, interest_to="moved")))

    # 30 May 2026 is a Saturday, paid on Monday 1 June; then to 30 June
    assert [row.interest_minor for row in nominal.rows] == [30_000, 31_000]
    assert [row.interest_minor for row in to_moved.rows] == [32_000, 29_000]


def test_a_short_first_period_can_count_by_its_days() -> None:
    common: dict[str, Any] = {"method": "flat", "first_due_on": date(2026, 2, 14), "disbursed_on": date(2026, 1, 30)}

    whole = schedule(loan(**common))
    by_days = schedule(loan(**common, first_period="by_days"))

    assert whole.exact_rows[0].interest == 10_000
    assert by_days.exact_rows[0].interest == Fraction(10_000 * 15, 31)
    assert by_days.exact_rows[1].interest == 10_000


def test_a_long_first_period_never_makes_principal_negative() -> None:
    terms = loan(first_due_on=date(2030, 1, 31), day_count="actual/365", rate_percent=Decimal(24), rate_per="year")

    rows = schedule(terms).exact_rows

    assert rows[0].principal == 0
    assert rows[0].interest > rows[1].payment
    assert len({row.payment for row in rows[1:]}) == 1


@pytest.mark.parametrize(
    ("amount", "multiple", "mode", "rounded"),
    [
        (Fraction(25, 10), 1, "half_even", 2),
        (Fraction(35, 10), 1, "half_even", 4),
        (Fraction(25, 10), 1, "half_up", 3),
        (Fraction(21, 10), 1, "up", 3),
        (Fraction(29, 10), 1, "down", 2),
        (Fraction(150), 100, "half_even", 200),
        (Fraction(250), 100, "half_even", 200),
        (Fraction(250), 100, "half_up", 300),
        (Fraction(200), 100, "up", 200),
        (Fraction(0), 100, "up", 0),
    ],
)
def test_each_mode_rounds_as_its_name_says(amount: Fraction, multiple: int, mode: Any, rounded: int) -> None:
    assert round_to(amount=amount, multiple_minor=multiple, mode=mode) == rounded


def test_fees_at_disbursement_are_taken_of_each_payout_and_a_fixed_one_once() -> None:
    terms = loan(
        disbursements=(Disbursement(date(2026, 1, 31), 400_000), Disbursement(date(2026, 3, 1), 600_000)),
        fees=(Fee("share", percent=Decimal(1)), Fee("form", amount_minor=250)),
    )

    charged = [(fee.on, fee.amount_minor) for fee in schedule(terms).disbursement_fees]

    assert charged == [(date(2026, 1, 31), 4_250), (date(2026, 3, 1), 6_000)]


def test_a_row_that_is_negative_cannot_be_made() -> None:
    with pytest.raises(NotASchedule, match="negative amount"):
        Instalment(1, date(2026, 1, 1), date(2026, 1, 1), 5, -1, 0, 0)
