"""What can happen to a loan on the way, with principal conserved each time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from egenmakt.core.lending.allocation import Allocation
from egenmakt.core.lending.changes import CannotChange, change_rate, prepay, reschedule, settle, write_off
from egenmakt.core.lending.parts import InvalidTerms
from egenmakt.core.lending.position import Paid, position
from egenmakt.core.lending.schedule import Schedule, schedule
from egenmakt.core.lending.terms import LoanTerms, Prepayment
from tests.core.lending.building import loan, loans

FEBRUARY, MARCH = date(2026, 2, 28), date(2026, 3, 31)
PRINCIPAL = loan(method="equal_principal", principal_minor=120_000)
"""12 instalments of 10,000; interest falls from 1,200 by 100 a month."""
some = settings(max_examples=50, deadline=None)


def _paid_until(plan: Schedule, on: date) -> Paid:
    rows = [row for row in plan.rows if row.due_on <= on]
    return Paid(
        sum(row.principal_minor for row in rows),
        sum(row.interest_minor for row in rows),
        sum(row.fee_minor for row in rows),
    )


def _plus(paid: Paid, part: Allocation) -> Paid:
    return Paid(
        paid.principal_minor + part.principal_minor,
        paid.interest_minor + part.interest_minor,
        paid.fee_minor + part.fee_minor,
    )


def _numbers(plan: Schedule) -> list[tuple[int, int]]:
    return [(row.principal_minor, row.interest_minor) for row in plan.rows]


def test_a_prepayment_that_shortens_keeps_the_principal_of_each_instalment() -> None:
    changed = prepay(
        schedule=schedule(PRINCIPAL), paid=Paid(10_000, 1_200), amount_minor=71_100, on=MARCH, effect="shorten"
    )

    assert changed.allocation == Allocation(70_000, 1_100, 0, 0)
    assert _numbers(changed.schedule) == [
        (10_000, 1_200),
        (10_000, 1_100),
        (60_000, 0),
        (10_000, 400),
        (10_000, 300),
        (10_000, 200),
        (10_000, 100),
    ]
    assert [change.kind for change in changed.schedule.history] == ["prepaid"]


def test_a_prepayment_that_lowers_keeps_the_number_of_instalments() -> None:
    changed = prepay(
        schedule=schedule(PRINCIPAL), paid=Paid(10_000, 1_200), amount_minor=71_100, on=MARCH, effect="lower"
    )

    assert _numbers(changed.schedule)[2:5] == [(60_000, 0), (4_000, 400), (4_000, 360)]
    assert len([row for row in changed.schedule.rows if row.kind == "instalment"]) == 12


def test_equal_instalments_that_are_shortened_stay_as_high_as_they_were() -> None:
    changed = prepay(schedule=schedule(loan()), paid=Paid(), amount_minor=200_000, on=FEBRUARY)

    payments = [row.payment_minor for row in changed.schedule.rows if row.kind == "instalment"]
    assert set(payments[:-1]) == {88_849}
    assert len(payments) == 11


def test_what_is_not_more_than_due_is_a_payment_and_no_prepayment() -> None:
    with pytest.raises(CannotChange, match="not more than the 11200 that is due on 2026-02-28; record it as a payment"):
        prepay(schedule=schedule(PRINCIPAL), paid=Paid(), amount_minor=11_200, on=FEBRUARY)


def test_a_prepayment_of_everything_settles_the_loan() -> None:
    changed = prepay(schedule=schedule(PRINCIPAL), paid=Paid(), amount_minor=130_000, on=FEBRUARY)

    assert changed.allocation == Allocation(120_000, 1_200, 0, 8_800, repays_all=True)
    assert position(schedule=changed.schedule, paid=Paid(120_000, 1_200), on=date(2027, 12, 1)).is_repaid


def test_a_planned_prepayment_larger_than_the_debt_is_refused() -> None:
    with pytest.raises(InvalidTerms, match="larger than what is owed"):
        schedule(replace(PRINCIPAL, prepayments=(Prepayment(date(2026, 12, 31), 30_000, "lower"),)))


@some
@given(data=st.data(), terms=loans())
def test_a_prepayment_conserves_principal_and_never_costs_more(data: st.DataObject, terms: LoanTerms) -> None:
    terms = replace(terms, disbursements=())
    plan = schedule(terms)
    days = (plan.rows[-1].nominal_due_on - terms.disbursed_on).days
    on = terms.disbursed_on + timedelta(days=data.draw(st.integers(0, days - 1)))
    paid = _paid_until(plan, on)
    stands = position(schedule=plan, paid=paid, on=on)
    assume(stands.due_minor == 0 and stands.outstanding_principal_minor > 1)

    changed = prepay(
        schedule=plan,
        paid=paid,
        amount_minor=data.draw(st.integers(1, stands.outstanding_principal_minor - 1)),
        on=on,
        effect=data.draw(st.sampled_from(["shorten", "lower"])),
    )

    assert changed.schedule.principal_minor == terms.principal_minor
    past = [row for row in plan.rows if row.due_on <= on]
    # what is past keeps its own rounding; what comes after it is rounded as a whole
    later = changed.schedule.interest_minor - sum(row.interest_minor for row in past)
    assert later < sum(row.interest for row in plan.exact_rows[len(past) :]) + terms.rounding.multiple_minor
    kept = [row for row in changed.schedule.rows if row.kind == "instalment"][: len(past)]
    assert [replace(row, number=0) for row in kept] == [replace(row, number=0) for row in past]
    after = position(schedule=changed.schedule, paid=_plus(paid, changed.allocation), on=on)
    assert after.due_minor == 0
    assert after.outstanding_principal_minor == stands.outstanding_principal_minor - changed.allocation.principal_minor


def test_a_new_rate_changes_only_what_comes_after_it() -> None:
    before = schedule(PRINCIPAL)

    after = change_rate(schedule=before, on=MARCH, rate_percent=Decimal(2))

    assert after.rows[:2] == before.rows[:2]
    assert [row.interest_minor for row in after.rows[2:5]] == [2_000, 1_800, 1_600]
    assert after.principal_minor == 120_000
    assert after.history[-1].words == "The rate changed from 1 to 2 percent a month."


def test_a_rate_cannot_change_after_the_end() -> None:
    with pytest.raises(CannotChange, match="not within the loan, which ends on 2027-01-31"):
        change_rate(schedule=schedule(PRINCIPAL), on=date(2027, 1, 31), rate_percent=Decimal(2))


@some
@given(data=st.data(), terms=loans())
def test_past_rows_stay_and_principal_is_conserved_at_any_rate_change(data: st.DataObject, terms: LoanTerms) -> None:
    assume(terms.rule.interest_on != "nothing")
    plan = schedule(terms)
    days = (plan.rows[-1].nominal_due_on - terms.disbursed_on).days
    on = terms.disbursed_on + timedelta(days=data.draw(st.integers(0, days - 1)))

    after = change_rate(schedule=plan, on=on, rate_percent=Decimal(data.draw(st.integers(0, 40))))

    past = [row for row in plan.rows if row.due_on <= on]
    assert list(after.rows[: len(past)]) == past
    assert after.principal_minor == terms.principal_minor
    assert Schedule.from_json(after.to_json()) == after


def test_a_reschedule_divides_what_is_owed_anew_and_carries_the_interest() -> None:
    result = reschedule(schedule=schedule(PRINCIPAL), paid=Paid(10_000, 1_200), on=date(2026, 4, 1), instalments=11)

    # the interest of March, 1,100, and one day of April's 1,000: 1,000 / 30 = 33.3
    assert result.carried_interest_minor == 1_133
    assert _numbers(result.schedule)[:3] == [(10_000, 1_200), (10_000, 1_100 + 1_133), (10_000, 1_000)]
    assert result.schedule.principal_minor == 120_000
    assert result.schedule.is_restructured


def test_carried_interest_can_be_spread_or_waived() -> None:
    common = {"schedule": schedule(PRINCIPAL), "paid": Paid(10_000, 1_200), "on": MARCH, "instalments": 11}

    spread = reschedule(**common, carried="spread")  # type: ignore[arg-type]  # one dict of mixed values
    waived = reschedule(**common, carried="waived")  # type: ignore[arg-type]  # as above

    assert [interest for _, interest in _numbers(spread.schedule)[1:4]] == [1_200, 1_100, 1_000]
    assert [interest for _, interest in _numbers(waived.schedule)[1:4]] == [1_100, 1_000, 900]
    assert (spread.carried_interest_minor, waived.waived_interest_minor) == (1_100, 1_100)


@some
@given(data=st.data(), terms=loans())
def test_a_reschedule_conserves_principal_and_leaves_nothing_overdue(data: st.DataObject, terms: LoanTerms) -> None:
    terms = replace(terms, disbursements=())
    plan = schedule(terms)
    days = (plan.rows[-1].nominal_due_on - terms.disbursed_on).days
    on = terms.disbursed_on + timedelta(days=data.draw(st.integers(0, days + 100)))
    paid = Paid(data.draw(st.integers(0, terms.principal_minor - 1)), data.draw(st.integers(0, plan.interest_minor)))

    result = reschedule(
        schedule=plan,
        paid=paid,
        on=on,
        instalments=6,
        method="equal_instalments" if terms.method in ("own_percentages", "interest_free") else None,
        carried=data.draw(st.sampled_from(["first", "spread", "waived"])),
    )

    stands = position(schedule=result.schedule, paid=paid, on=on)
    assert result.schedule.principal_minor == terms.principal_minor
    assert stands.outstanding_principal_minor == terms.principal_minor - paid.principal_minor
    assert (stands.overdue_minor, stands.due_minor, stands.days_past_due) == (0, 0, 0)
    assert stands.is_restructured
    assert Schedule.from_json(result.schedule.to_json()) == result.schedule


def test_a_repaid_loan_is_not_rescheduled() -> None:
    with pytest.raises(CannotChange, match="nothing to reschedule"):
        reschedule(schedule=schedule(PRINCIPAL), paid=Paid(120_000), on=MARCH, instalments=3)


def test_settling_with_too_little_is_refused_with_what_it_costs() -> None:
    with pytest.raises(CannotChange, match="121199 is less than the 121200"):
        settle(schedule=schedule(PRINCIPAL), paid=Paid(), amount_minor=121_199, on=FEBRUARY)


@some
@given(data=st.data(), terms=loans())
def test_a_settled_loan_is_repaid_for_ever(data: st.DataObject, terms: LoanTerms) -> None:
    terms = replace(terms, disbursements=())
    plan = schedule(terms)
    days = (plan.rows[-1].nominal_due_on - terms.disbursed_on).days
    on = terms.disbursed_on + timedelta(days=data.draw(st.integers(0, days + 50)))
    paid = _paid_until(plan, on - timedelta(days=data.draw(st.integers(0, 60))))
    price = position(schedule=plan, paid=paid, on=on).settle_today_minor
    assume(price > 0)

    changed = settle(schedule=plan, paid=paid, amount_minor=price + 7, on=on)

    assert changed.allocation.left_over_minor == 7
    assert changed.allocation.total_minor == price + 7
    assert changed.schedule.principal_minor == terms.principal_minor
    later = position(schedule=changed.schedule, paid=_plus(paid, changed.allocation), on=on + timedelta(days=5000))
    assert later.is_repaid


def test_a_write_off_and_what_was_repaid_make_the_loan() -> None:
    paid = Paid(25_000, 1_200)

    result = write_off(schedule=schedule(PRINCIPAL), paid=paid, on=date(2026, 7, 1))

    assert result.principal_minor + paid.principal_minor == 120_000
    assert result.interest_minor == 1_100 + 1_000 + 900 + 800
    stands = position(schedule=result.schedule, paid=paid, on=date(2027, 7, 1))
    assert (stands.outstanding_principal_minor, stands.due_minor, stands.days_past_due) == (0, 0, 0)


def test_a_closed_loan_does_not_change_any_more() -> None:
    closed = write_off(schedule=schedule(PRINCIPAL), paid=Paid(), on=MARCH).schedule

    for change in (
        lambda: prepay(schedule=closed, paid=Paid(), amount_minor=1, on=MARCH),
        lambda: change_rate(schedule=closed, on=MARCH, rate_percent=Decimal(1)),
        lambda: reschedule(schedule=closed, paid=Paid(), on=MARCH, instalments=1),
        lambda: settle(schedule=closed, paid=Paid(), amount_minor=1, on=MARCH),
        lambda: write_off(schedule=closed, paid=Paid(), on=MARCH),
    ):
        with pytest.raises(CannotChange, match="settled or written off"):
            change()


def test_a_loan_that_is_rescheduled_twice_keeps_its_history() -> None:
    first = reschedule(schedule=schedule(PRINCIPAL), paid=Paid(10_000, 1_200), on=MARCH, instalments=11).schedule
    second = reschedule(schedule=first, paid=Paid(15_000, 2_300), on=date(2026, 6, 1), instalments=4).schedule
    third = change_rate(schedule=second, on=date(2026, 7, 5), rate_percent=Decimal(0))

    assert [change.kind for change in third.history] == ["rescheduled", "rescheduled", "rate_changed"]
    assert third.principal_minor == 120_000
    assert sum(row.principal_minor for row in third.rows if row.kind == "paid_before") == 15_000
