"""Where a loan stands, and how a payment is divided."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egenmakt.core.lending.allocation import ORDERS, Allocation, Bucket, NotAnOrder, NotAPayment, Order, allocate
from egenmakt.core.lending.position import NotPaid, Paid, position, standing
from egenmakt.core.lending.schedule import schedule
from egenmakt.core.lending.terms import Disbursement, Fee, LoanTerms
from tests.core.lending.building import loan, loans

FEBRUARY, MARCH, APRIL = date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)
FLAT = loan(
    method="flat",
    principal_minor=120_000,
    future_interest="accrued",
    fees=(Fee("service", amount_minor=50, when="each_instalment"),),
)
"""12 instalments of 10,000 principal, 1,200 interest and 50 fee."""


def test_nothing_is_due_before_the_first_day() -> None:
    stands = position(schedule=schedule(FLAT), paid=Paid(), on=date(2026, 2, 27))

    assert (stands.due_minor, stands.overdue_minor, stands.days_past_due, stands.is_late) == (0, 0, 0, False)
    assert stands.next_due_on == FEBRUARY
    assert stands.outstanding_principal_minor == 120_000


def test_on_the_day_an_instalment_is_due_and_a_day_later_it_is_overdue() -> None:
    on_the_day = position(schedule=schedule(FLAT), paid=Paid(), on=FEBRUARY)
    next_day = position(schedule=schedule(FLAT), paid=Paid(), on=date(2026, 3, 1))

    assert (on_the_day.due_minor, on_the_day.overdue_minor, on_the_day.days_past_due) == (11_250, 0, 0)
    assert (next_day.due_minor, next_day.overdue_minor, next_day.days_past_due) == (11_250, 11_250, 1)
    assert (on_the_day.next_due_on, next_day.next_due_on) == (FEBRUARY, MARCH)


def test_days_past_due_count_from_the_oldest_instalment_that_is_not_fully_paid() -> None:
    stands = position(schedule=schedule(FLAT), paid=Paid(10_000, 1_199, 50), on=APRIL)

    assert stands.days_past_due == (APRIL - FEBRUARY).days
    assert stands.overdue_interest_minor == 1 + 1_200
    assert stands.due_principal_minor == 20_000


def test_settling_costs_what_has_grown_by_the_day() -> None:
    stands = position(schedule=schedule(FLAT), paid=Paid(10_000, 1_200, 50), on=FEBRUARY + timedelta(days=10))

    assert stands.accrued_interest_minor == 387  # 1,200 * 10 / 31 = 387.1
    assert stands.settle_today_minor == 110_000 + 387


def test_a_flat_loan_owes_all_interest_to_come_unless_its_terms_say_otherwise() -> None:
    stands = position(schedule=schedule(replace(FLAT, future_interest="as_method")), paid=Paid(), on=FEBRUARY)

    assert stands.settle_today_minor == 120_000 + 12 * 1_250


def test_interest_of_a_whole_grace_is_owed_by_who_settles_after_it() -> None:
    terms = loan(method="equal_principal", grace_whole_periods=2, earlier_interest="spread", principal_minor=60_000)

    stands = position(schedule=schedule(terms), paid=Paid(), on=date(2026, 3, 31))

    assert stands.accrued_interest_minor == 1_200


def test_money_that_is_not_paid_out_yet_is_not_outstanding() -> None:
    terms = loan(disbursements=(Disbursement(date(2026, 1, 31), 400_000), Disbursement(date(2026, 3, 1), 600_000)))

    outstanding = [
        position(schedule=schedule(terms), paid=Paid(), on=on).outstanding_principal_minor
        for on in (date(2026, 1, 30), date(2026, 1, 31), date(2026, 3, 1))
    ]

    assert outstanding == [0, 400_000, 1_000_000]


def test_no_interest_grows_after_the_principal_is_repaid() -> None:
    paid = Paid(120_000, 1_200, 50, principal_repaid_on=FEBRUARY)

    stands = position(schedule=schedule(FLAT), paid=paid, on=date(2027, 6, 1))

    assert stands.is_repaid
    assert (stands.due_minor, stands.settle_today_minor, stands.next_due_on) == (0, 0, None)


@pytest.mark.parametrize("amount", [-1, True, 1.0])
def test_what_was_paid_is_a_whole_amount(amount: object) -> None:
    with pytest.raises(NotPaid, match="not a whole amount of at least zero"):
        Paid(amount)  # type: ignore[arg-type]  # what is not an amount


# on 31 March two instalments are owed: one of February, overdue, and one of today; 15,000 come in
@pytest.mark.parametrize(
    ("order", "principal", "interest", "fee"),
    [
        ("sa_dhan", 12_600, 2_400, 0),
        ("principal_first", 15_000, 0, 0),
        ("fees_first", 12_500, 2_400, 100),
        ("overdue_first", 12_500, 2_400, 100),
        ("overdue_principal_first", 13_750, 1_200, 50),
        ("oldest_instalment_first", 12_500, 2_400, 100),
    ],
)
def test_each_order_divides_the_same_payment_in_its_own_way(
    order: str, principal: int, interest: int, fee: int
) -> None:
    given_parts = allocate(schedule=schedule(FLAT), paid=Paid(), amount_minor=15_000, on=MARCH, order=order)

    assert given_parts == Allocation(principal, interest, fee, 0)


def test_the_oldest_instalment_first_pays_it_whole_before_the_next() -> None:
    on = date(2026, 4, 1)

    by_bucket = allocate(schedule=schedule(FLAT), paid=Paid(), amount_minor=11_250, on=on, order="fees_first")
    by_instalment = allocate(
        schedule=schedule(FLAT), paid=Paid(), amount_minor=11_250, on=on, order="oldest_instalment_first"
    )

    assert by_bucket == Allocation(8_750, 2_400, 100, 0)
    assert by_instalment == Allocation(10_000, 1_200, 50, 0)


def test_an_order_of_ones_own_is_a_list_of_buckets() -> None:
    own = ["fee_due", "fee_overdue", "principal_due", "principal_overdue", "interest_due", "interest_overdue"]

    given_parts = allocate(schedule=schedule(FLAT), paid=Paid(), amount_minor=10_100, on=MARCH, order=own)

    assert given_parts == Allocation(10_000, 0, 100, 0)


def test_an_order_that_is_unknown_or_incomplete_is_refused_with_what_there_is() -> None:
    with pytest.raises(NotAnOrder, match="'fifo' is not known; choose one of sa_dhan"):
        allocate(schedule=schedule(FLAT), paid=Paid(), amount_minor=1, on=MARCH, order="fifo")
    with pytest.raises(NotAnOrder, match="exactly once"):
        Order(("fee_due",))


@pytest.mark.parametrize("amount", [0, -5, True, 1.5])
def test_a_payment_is_a_whole_amount_above_zero(amount: object) -> None:
    with pytest.raises(NotAPayment, match="not above zero"):
        allocate(schedule=schedule(FLAT), paid=Paid(), amount_minor=amount, on=MARCH)  # type: ignore[arg-type]  # as above


def test_an_advance_repays_principal_and_no_interest_of_months_to_come() -> None:
    given_parts = allocate(schedule=schedule(FLAT), paid=Paid(), amount_minor=31_250, on=FEBRUARY)

    assert given_parts == Allocation(30_000, 1_200, 50, 0)


def test_an_advance_on_a_flat_loan_pays_the_next_instalments_whole() -> None:
    terms = replace(FLAT, future_interest="as_method")

    given_parts = allocate(schedule=schedule(terms), paid=Paid(), amount_minor=3 * 11_250, on=FEBRUARY)

    assert given_parts == Allocation(30_000, 3_600, 150, 0)


def test_more_than_the_whole_debt_is_left_over() -> None:
    given_parts = allocate(schedule=schedule(FLAT), paid=Paid(), amount_minor=200_000, on=FEBRUARY)

    assert given_parts == Allocation(120_000, 1_200, 50, 78_750, repays_all=True)


def test_the_last_principal_is_not_repaid_while_interest_has_grown() -> None:
    on = FEBRUARY + timedelta(days=10)
    paid = Paid(10_000, 1_200, 50)

    given_parts = allocate(schedule=schedule(FLAT), paid=paid, amount_minor=110_000, on=on)

    assert given_parts == Allocation(109_613, 387, 0, 0)


@settings(max_examples=60, deadline=None)
@given(data=st.data(), terms=loans())
def test_nothing_of_a_payment_is_lost_in_any_order(data: st.DataObject, terms: LoanTerms) -> None:
    plan = schedule(terms)
    on = terms.disbursed_on + timedelta(days=data.draw(st.integers(0, 300)))
    order = Order(tuple(data.draw(st.permutations(get_args(Bucket)))), by_instalment=data.draw(st.booleans()))
    paid = Paid()
    for _ in range(3):
        before = position(schedule=plan, paid=paid, on=on)
        amount = data.draw(st.integers(1, 2 * terms.principal_minor))
        part = allocate(schedule=plan, paid=paid, amount_minor=amount, on=on, order=order)
        paid = Paid(
            paid.principal_minor + part.principal_minor,
            paid.interest_minor + part.interest_minor,
            paid.fee_minor + part.fee_minor,
        )
        after = position(schedule=plan, paid=paid, on=on)

        assert min(part.principal_minor, part.interest_minor, part.fee_minor, part.left_over_minor) >= 0
        assert part.total_minor == amount
        assert part.left_over_minor == max(0, amount - before.settle_today_minor)
        assert after.outstanding_principal_minor == before.outstanding_principal_minor - part.principal_minor
        assert after.settle_today_minor == before.settle_today_minor - (amount - part.left_over_minor)
        assert after.overdue_minor <= before.overdue_minor


@settings(max_examples=60, deadline=None)
@given(terms=loans())
def test_who_pays_every_instalment_on_its_day_is_never_late_and_ends_repaid(terms: LoanTerms) -> None:
    plan = schedule(terms)
    paid = Paid()
    for row in plan.rows:
        if row.payment_minor:
            due = position(schedule=plan, paid=paid, on=row.due_on).due_minor
            assert due >= row.payment_minor
            part = allocate(schedule=plan, paid=paid, amount_minor=row.payment_minor, on=row.due_on)
            assert part.left_over_minor == 0
            paid = Paid(
                paid.principal_minor + part.principal_minor,
                paid.interest_minor + part.interest_minor,
                paid.fee_minor + part.fee_minor,
            )
        assert not position(schedule=plan, paid=paid, on=row.due_on).is_late

    stands = position(schedule=plan, paid=paid, on=plan.rows[-1].due_on + timedelta(days=400))
    assert stands.is_repaid
    assert (stands.days_past_due, stands.settle_today_minor) == (0, 0)


def test_there_are_at_least_four_named_orders() -> None:
    assert len(ORDERS) >= 4
    assert len(set(ORDERS.values())) == len(ORDERS)


IN_TWO_PARTS = loan(
    principal_minor=90_000,
    disbursed_on=date(2026, 1, 1),
    method="equal_principal",
    instalments=3,
    disbursements=(Disbursement(date(2026, 1, 1), 60_000), Disbursement(date(2026, 1, 15), 30_000)),
)


def test_a_tranche_that_was_not_handed_over_on_its_day_is_not_owed() -> None:
    plan, on = schedule(IN_TWO_PARTS), date(2026, 2, 1)
    all_of_it, a_part = (position(schedule=plan, paid=Paid(lent_minor=lent), on=on) for lent in (90_000, 60_000))

    assert all_of_it == position(schedule=plan, paid=Paid(), on=on)
    assert (all_of_it.outstanding_principal_minor, a_part.outstanding_principal_minor) == (90_000, 60_000)
    assert a_part.due_principal_minor == all_of_it.due_principal_minor == 30_000
    assert all_of_it.settle_today_minor - a_part.settle_today_minor == 30_000
    repaid = allocate(schedule=plan, paid=Paid(lent_minor=60_000), amount_minor=a_part.settle_today_minor, on=on)
    assert (repaid.principal_minor, repaid.left_over_minor, repaid.repays_all) == (60_000, 0, False)
    paid = Paid(60_000, sum(row.interest_minor for row in plan.rows), lent_minor=60_000)
    last = position(schedule=plan, paid=paid, on=date(2026, 4, 2))
    assert (last.outstanding_principal_minor, last.overdue_minor, last.days_past_due) == (0, 0, 0)


def test_a_tranche_that_was_handed_over_early_is_owed_at_once() -> None:
    early = position(schedule=schedule(IN_TWO_PARTS), paid=Paid(lent_minor=90_000), on=date(2026, 1, 8))

    assert early.outstanding_principal_minor == 90_000


@settings(max_examples=60, deadline=None)
@given(data=st.data(), terms=loans())
def test_the_short_answer_about_many_loans_is_that_of_the_whole_position(data: st.DataObject, terms: LoanTerms) -> None:
    plan = schedule(terms)
    on = terms.disbursed_on + timedelta(days=data.draw(st.integers(0, 400)))
    paid = Paid(
        *(data.draw(st.integers(0, whole)) for whole in (plan.principal_minor, plan.interest_minor, plan.fee_minor))
    )

    whole = position(schedule=plan, paid=paid, on=on)

    assert standing(schedule=plan, paid=paid, on=on) == (whole.outstanding_principal_minor, whole.days_past_due)
