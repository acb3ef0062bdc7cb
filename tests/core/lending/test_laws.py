"""Laws that hold for every loan method, whatever the terms."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from egenmakt.core.lending.cost import cost
from egenmakt.core.lending.methods import METHODS
from egenmakt.core.lending.schedule import Schedule, schedule
from egenmakt.core.lending.terms import (
    Disbursement,
    Every,
    FreeDays,
    InvalidTerms,
    LoanTerms,
    Prepayment,
    RateChange,
    Rounding,
)
from tests.core.lending.building import loan, loans

each_method = pytest.mark.parametrize("method", sorted(METHODS))
few = settings(max_examples=8, deadline=None)
"""Per method; there are seven or more."""
many = settings(max_examples=50, deadline=None)


@each_method
@few
@given(data=st.data())
def test_principal_comes_back_exactly(method: str, data: st.DataObject) -> None:
    terms = data.draw(loans(method))

    result = schedule(terms)

    assert sum(row.principal_minor for row in result.rows) == terms.principal_minor
    assert sum((row.principal for row in result.exact_rows), Fraction(0)) == terms.principal_minor
    assert result.rows[-1].balance_after_minor == 0


def on_free_mondays(method: str, **given: Any) -> LoanTerms:
    """Two shillings of three are paid out on a Monday, on which an instalment would be due if it were not free."""
    usual: dict[str, Any] = {
        "currency": "UGX",
        "principal_minor": 3,
        "disbursed_on": date(2023, 2, 1),
        "disbursements": (Disbursement(date(2023, 2, 1), 1), Disbursement(date(2023, 2, 27), 2)),
        "instalments": 12,
        "every": Every(2, "day"),
        "grace_whole_periods": 2,
        "day_count": "actual/365",
        "rounding": Rounding(residue="first"),
        "free_days": FreeDays(weekdays=frozenset({0}), interest_to="moved"),
    }
    return loan(method=method, **{**usual, **given})


@pytest.mark.parametrize("method", ["flat", "equal_principal", "equal_instalments"])
@pytest.mark.parametrize("interest_to", ["nominal", "moved"])
@pytest.mark.parametrize("move", ["next", "previous", "stay"])
def test_a_tranche_on_a_free_day_counts_alike_in_exact_and_rounded_rows(
    method: str, interest_to: Any, move: Any
) -> None:
    free = FreeDays(weekdays=frozenset({0}), move=move, interest_to=interest_to)
    terms = on_free_mondays(method, free_days=free)

    result = schedule(terms)

    assert result.principal_minor == terms.principal_minor
    for row, exact in zip(result.rows, result.exact_rows, strict=True):
        lent = sum(item.amount_minor for item in terms.disbursements if item.on < row.due_on)
        assert exact.lent_minor <= lent
        assert exact.balance_after == exact.lent_minor - sum(
            item.principal for item in result.exact_rows[: exact.number]
        )
        assert row.balance_after_minor == exact.lent_minor - sum(
            item.principal_minor for item in result.rows[: row.number]
        )


@many
@example(terms=on_free_mondays("flat"))
@example(terms=on_free_mondays("equal_principal"))
@example(terms=on_free_mondays("flat", free_days=FreeDays(weekdays=frozenset({0}), move="previous")))
@given(terms=loans())
def test_what_is_repaid_is_never_more_than_what_was_lent_before_that_day(terms: LoanTerms) -> None:
    rows = schedule(terms).rows

    for row in rows:
        lent = sum(item.amount_minor for item in terms.disbursements if item.on < row.due_on)
        assert sum(other.principal_minor for other in rows[: row.number]) <= lent
    assert sum(row.principal_minor for row in rows) == terms.principal_minor


@each_method
@few
@given(data=st.data())
def test_nothing_in_a_rounded_row_is_negative_and_each_payment_is_its_parts(method: str, data: st.DataObject) -> None:
    result = schedule(data.draw(loans(method)))

    for row in result.rows:
        assert min(row.principal_minor, row.interest_minor, row.fee_minor, row.balance_after_minor) >= 0
        assert row.payment_minor == row.principal_minor + row.interest_minor + row.fee_minor
    for exact in result.exact_rows:
        assert min(exact.principal, exact.interest, exact.fee, exact.balance_after) >= 0


@each_method
@few
@given(data=st.data())
def test_rounded_interest_differs_from_the_exact_by_less_than_one_multiple(method: str, data: st.DataObject) -> None:
    terms = data.draw(loans(method))

    result = schedule(terms)

    exact = sum((row.interest for row in result.exact_rows), Fraction(0))
    assert abs(result.interest_minor - exact) < terms.rounding.multiple_minor or exact == 0 == result.interest_minor


@each_method
@few
@given(data=st.data())
def test_to_the_unit_only_the_row_with_the_residue_is_not_the_exact_one_rounded(
    method: str, data: st.DataObject
) -> None:
    terms = data.draw(loans(method))
    to_the_unit = replace(terms.rounding, multiple_minor=1)
    terms = replace(terms, principal_minor=4_000_000, disbursements=(), rounding=to_the_unit)

    result = schedule(terms)

    paying = [index for index, row in enumerate(result.exact_rows) if row.principal]
    residue = {"first": paying[0], "last": len(result.rows) - 1, "spread": None}[to_the_unit.residue]
    bound = 2 if residue is None else 1
    interest_left = result.interest_minor
    for index, (row, exact) in enumerate(zip(result.rows, result.exact_rows, strict=True)):
        interest_left -= row.interest_minor
        payment = row.principal_minor + row.interest_minor
        # rounded up, the interest can be all taken before the end: then the last rows have none
        if index != residue and interest_left:
            assert abs(payment - (exact.principal + exact.interest)) < bound
            assert abs(row.interest_minor - exact.interest) < bound
        assert abs(payment - (exact.principal + exact.interest)) <= len(result.rows)


@each_method
@few
@given(data=st.data())
def test_where_money_comes_in_multiples_every_payment_is_one(method: str, data: st.DataObject) -> None:
    terms = data.draw(loans(method, fees=(), carried_fee_minor=0, carried_interest_minor=0))
    principal = -(-terms.principal_minor // 1000) * 1000
    terms = replace(
        terms, principal_minor=principal, disbursements=(), rounding=replace(terms.rounding, multiple_minor=1000)
    )

    result = schedule(terms)

    assert [row.payment_minor % 1000 for row in result.rows] == [0] * len(result.rows)


@each_method
@few
@given(data=st.data())
def test_in_grace_of_principal_only_interest_is_paid(method: str, data: st.DataObject) -> None:
    terms = data.draw(loans(method))

    rows = schedule(terms).rows

    assert [row.principal_minor for row in rows[: terms.grace_principal_periods]] == [0] * terms.grace_principal_periods


@each_method
@few
@given(data=st.data())
def test_a_whole_grace_moves_the_first_instalment_and_keeps_their_number(method: str, data: st.DataObject) -> None:
    terms = data.draw(loans(method))

    rows = schedule(terms).rows
    without = replace(terms, grace_whole_periods=0, disbursements=())

    assert len(rows) == terms.instalments
    assert [row.due_on for row in rows] == [due.on for due in terms.due_dates()[terms.grace_whole_periods :]]
    assert rows[0].nominal_due_on >= schedule(without).rows[0].nominal_due_on


@each_method
@few
@given(data=st.data())
def test_without_a_rate_no_method_takes_interest(method: str, data: st.DataObject) -> None:
    terms = data.draw(loans(method, rate_changes=(), carried_interest_minor=0))
    terms = replace(terms, rate_percent=terms.rate_percent * 0)

    assert schedule(terms).interest_minor == 0


@each_method
@few
@given(data=st.data())
def test_a_higher_rate_never_costs_less(method: str, data: st.DataObject) -> None:
    terms = data.draw(loans(method, rate_changes=()))
    if METHODS[method].interest_on == "nothing":
        return

    exact = [
        sum((row.interest for row in schedule(replace(terms, rate_percent=rate)).exact_rows), Fraction(0))
        for rate in (terms.rate_percent, terms.rate_percent + 1)
    ]

    assert exact[0] <= exact[1]


@each_method
@few
@given(data=st.data())
def test_a_schedule_and_its_terms_survive_json(method: str, data: st.DataObject) -> None:
    terms = data.draw(loans(method))

    result = schedule(terms)

    assert LoanTerms.from_json(terms.to_json()) == terms
    assert Schedule.from_json(result.to_json()) == result


@each_method
@few
@given(data=st.data())
def test_a_later_rate_change_leaves_the_rows_before_it_as_they_were(method: str, data: st.DataObject) -> None:
    terms = data.draw(loans(method, rate_changes=()))
    if METHODS[method].interest_on == "nothing":
        return
    days = data.draw(st.integers(0, (terms.due_dates()[-1].nominal_on - terms.disbursed_on).days - 1))
    change = RateChange(terms.disbursed_on + timedelta(days=days), terms.rate_percent + 5)
    before = schedule(terms).exact_rows
    after = schedule(replace(terms, rate_changes=(change,))).exact_rows

    borders = terms.due_dates()[terms.grace_whole_periods :]
    same = [
        (old, new)
        for old, new, due in zip(before, after, borders, strict=True)
        if max(due.on, due.nominal_on) <= change.on
    ]
    assert [new for _, new in same] == [old for old, _ in same]


def in_two_tranches() -> LoanTerms:
    """Half of a loan today and half tomorrow: today no more can be prepaid than was paid out today."""
    tranches = (Disbursement(date(2023, 1, 1), 61), Disbursement(date(2023, 1, 2), 62))
    return loan(
        method="bullet",
        principal_minor=123,
        disbursed_on=date(2023, 1, 1),
        disbursements=tranches,
        instalments=2,
        every=Every(1, "day"),
        rate_percent=Decimal(0),
    )


@each_method
@few
@given(data=st.data())
def test_prepayments_keep_every_law(method: str, data: st.DataObject) -> None:
    terms = data.draw(loans(method))
    terms = replace(terms, disbursements=())
    plain = schedule(terms)
    index = data.draw(st.integers(0, len(plain.rows) - 1))
    begins = terms.disbursed_on if index == 0 else plain.exact_rows[index - 1].nominal_due_on
    on = begins + timedelta(days=data.draw(st.integers(0, 3)))
    owed = int(plain.exact_rows[index].principal)
    end = terms.due_dates()[-1]
    if on >= min(end.nominal_on, end.on) or owed < 2:
        return
    prepayment = Prepayment(on, data.draw(st.integers(1, owed - 1)), data.draw(st.sampled_from(["shorten", "lower"])))

    result = schedule(replace(terms, prepayments=(prepayment,)))

    assert result.principal_minor == terms.principal_minor
    assert [row.principal_minor for row in result.rows if row.kind == "prepayment"] == [prepayment.amount_minor]
    exact = [sum((row.interest for row in item.exact_rows), Fraction(0)) for item in (plain, result)]
    assert exact[1] <= exact[0]
    assert result.rows[-1].balance_after_minor == 0


def problems_or_schedule(terms: LoanTerms, prepayments: tuple[Prepayment, ...]) -> tuple[set[str], Schedule | None]:
    """The fields that are refused, or the schedule."""
    try:
        return set(), schedule(replace(terms, prepayments=prepayments))
    except InvalidTerms as error:
        return {name for name, _ in error.problems}, None


@many
@example(days=[0, 0], parts=[Fraction(21, 123), Fraction(41, 123)], terms=in_two_tranches())
@given(
    terms=loans(),
    days=st.lists(st.integers(0, 60), min_size=2, max_size=2),
    parts=st.lists(st.fractions(Fraction(1, 100), Fraction(1, 3)), min_size=2, max_size=2),
)
def test_prepayments_are_refused_in_words_or_keep_every_law(
    terms: LoanTerms, days: list[int], parts: list[Fraction]
) -> None:
    amounts = [max(1, int(terms.principal_minor * part)) for part in parts]
    early = tuple(
        Prepayment(terms.disbursed_on + timedelta(days=day), amount, effect)
        for day, amount, effect in zip(sorted(days), amounts, ("shorten", "lower"), strict=True)
    )

    refused, result = problems_or_schedule(terms, early)

    if result is None:
        assert refused == {"prepayments"}
        return
    assert result.principal_minor == terms.principal_minor
    assert result.rows[-1].balance_after_minor == 0
    assert Schedule.from_json(result.to_json()) == result


@many
@given(terms=loans("bullet", interest_free_periods=0, day_count="equal_periods", first_period="whole"))
def test_a_balloon_of_the_whole_loan_is_a_bullet(terms: LoanTerms) -> None:
    terms = replace(terms, rate_changes=(), disbursements=())

    balloon = schedule(replace(terms, method="balloon", balloon_percent=Decimal(100))).exact_rows

    assert balloon == schedule(terms).exact_rows


@many
@given(terms=loans("equal_instalments", grace_principal_periods=0, grace_whole_periods=0, interest_free_periods=0))
def test_equal_instalments_are_equal(terms: LoanTerms) -> None:
    terms = replace(
        terms,
        disbursements=(),
        rate_changes=(),
        day_count="equal_periods",
        first_period="whole",
        carried_interest_minor=0,
    )

    payments = {row.principal + row.interest for row in schedule(terms).exact_rows}

    assert len(payments) == 1


@many
@given(terms=loans("flat", interest_free_periods=0, grace_principal_periods=0))
def test_flat_is_principal_times_rate_times_time_in_equal_parts(terms: LoanTerms) -> None:
    terms = replace(
        terms,
        disbursements=(),
        rate_changes=(),
        rate_per="period",
        day_count="equal_periods",
        first_period="whole",
        grace_whole_periods=0,
        carried_interest_minor=0,
    )

    rows = schedule(terms).exact_rows

    interest = Fraction(terms.principal_minor) * Fraction(terms.rate_percent) / 100 * terms.instalments
    each = (terms.principal_minor + interest) / terms.instalments
    assert [row.principal + row.interest for row in rows] == [each] * terms.instalments


@each_method
@few
@given(data=st.data())
def test_the_yearly_rate_makes_all_payments_worth_what_was_received(method: str, data: st.DataObject) -> None:
    terms = data.draw(loans(method, every=loan().every, fees=(), carried_interest_minor=0, carried_fee_minor=0))
    to_the_unit = replace(terms.rounding, multiple_minor=1)
    terms = replace(terms, principal_minor=terms.principal_minor + 1_000, disbursements=(), rounding=to_the_unit)
    result = schedule(terms)

    rate = cost(result).effective_yearly_percent

    assert rate is not None
    worth = sum(
        row.payment_minor / (1 + float(rate) / 100) ** ((row.due_on - terms.disbursed_on).days / 365)
        for row in result.rows
    )
    assert worth == pytest.approx(terms.principal_minor, rel=1e-6, abs=1e-3)
