"""Shares, deposits, the social fund, fines and the count of the box."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egenmakt.core.savings.counts import BoxCount, CountersDisagree, DifferenceNeedsReason, agree_on_count
from egenmakt.core.savings.deposits import (
    CompulsorySavingsStay,
    Deposit,
    NotTheCompulsoryAmount,
    VoluntarySavingsNotAllowed,
    Withdrawal,
    divide_deposit,
    withdraw,
)
from egenmakt.core.savings.fines import (
    ATTENDANCE,
    FineLine,
    FinePayment,
    FineTable,
    NotAFineTable,
    ProposedFine,
    UnpaidFine,
    pay_fines,
    proposed_fines,
)
from egenmakt.core.savings.shares import NotEnoughShares, SharePurchase, TooManyShares, buy_shares
from egenmakt.core.savings.social_fund import SocialFundMayNotLend, SocialFundTooSmall, pay_from_social_fund

LAW = settings(max_examples=60, deadline=None)


@pytest.mark.parametrize(
    ("money", "expected"),
    [(2000, SharePurchase(4, 2000, 0)), (1000, SharePurchase(2, 1000, 0)), (2300, SharePurchase(4, 2000, 300))],
)
def test_ama_buys_shares_as_in_the_published_example(money, expected):
    """SPEX documentation, VSLA contributions: Ama's three weeks at GHS 5 a share; the third leaves GHS 3 over."""
    assert buy_shares(money_minor=money, share_price_minor=500, shares_min=1, shares_max=5) == expected


@LAW
@given(st.integers(0, 10**9), st.integers(1, 10**6), st.integers(0, 3), st.integers(3, 9))
def test_money_on_the_table_is_paid_or_handed_back(money, price, fewest, most):
    try:
        bought = buy_shares(money_minor=money, share_price_minor=price, shares_min=fewest, shares_max=most)
    except NotEnoughShares:
        assert money < fewest * price
    except TooManyShares:
        assert money >= (most + 1) * price
    else:
        assert bought.shares * price == bought.paid_minor
        assert bought.paid_minor + bought.left_over_minor == money
        assert 0 <= bought.left_over_minor < price
        assert fewest <= bought.shares <= most


def test_too_little_or_too_much_money_is_refused_with_the_numbers():
    with pytest.raises(NotEnoughShares, match="99 buys 0 shares of 100; the fewest at a meeting is 1, which costs 100"):
        buy_shares(money_minor=99, share_price_minor=100, shares_min=1, shares_max=5)
    with pytest.raises(TooManyShares, match="600 would buy 6 shares of 100; the most at a meeting is 5"):
        buy_shares(money_minor=600, share_price_minor=100, shares_min=1, shares_max=5)


@pytest.mark.parametrize(
    "wrong", [{"share_price_minor": 0}, {"money_minor": 1.5}, {"money_minor": -1}, {"shares_max": 0}]
)
def test_a_purchase_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        buy_shares(**{"money_minor": 100, "share_price_minor": 100, "shares_min": 1, "shares_max": 5, **wrong})


def test_compulsory_and_voluntary_savings_are_booked_apart():
    assert divide_deposit(money_minor=130, compulsory_savings_minor=100, voluntary_allowed=True) == Deposit(100, 30)
    with pytest.raises(NotTheCompulsoryAmount, match="10 is missing"):
        divide_deposit(money_minor=90, compulsory_savings_minor=100, voluntary_allowed=True)
    with pytest.raises(VoluntarySavingsNotAllowed, match="give 30 back"):
        divide_deposit(money_minor=130, compulsory_savings_minor=100, voluntary_allowed=False)


def test_compulsory_savings_stay_until_the_member_leaves():
    assert withdraw(amount_minor=30, compulsory_minor=100, voluntary_minor=30, is_leaving=False) == Withdrawal(0, 30)
    with pytest.raises(CompulsorySavingsStay, match="the compulsory 100 stay"):
        withdraw(amount_minor=31, compulsory_minor=100, voluntary_minor=30, is_leaving=False)
    assert withdraw(amount_minor=130, compulsory_minor=100, voluntary_minor=30, is_leaving=True) == Withdrawal(100, 30)
    with pytest.raises(ValueError, match="131 is more than the 130"):
        withdraw(amount_minor=131, compulsory_minor=100, voluntary_minor=30, is_leaving=True)


def test_the_social_fund_pays_from_its_own_box_and_lends_only_if_it_may():
    assert pay_from_social_fund(amount_minor=70, box_minor=100, purpose="grant", may_lend=False) == 30
    assert pay_from_social_fund(amount_minor=100, box_minor=100, purpose="loan", may_lend=True) == 0
    with pytest.raises(SocialFundMayNotLend):
        pay_from_social_fund(amount_minor=70, box_minor=100, purpose="loan", may_lend=False)
    with pytest.raises(SocialFundTooSmall, match="holds 100; 101"):
        pay_from_social_fund(amount_minor=101, box_minor=100, purpose="grant", may_lend=False)


TABLE = FineTable((FineLine("late", 20, "late"), FineLine("absent", 50, "absent"), FineLine("rule forgotten", 10)))


def test_fines_are_proposed_from_the_roll_call():
    roll = dict(zip(["Amina", "Beatrice", "Chipo", "Dalia", "Esi"], ATTENDANCE, strict=True))

    assert proposed_fines(TABLE, roll) == [ProposedFine("Beatrice", "late", 20), ProposedFine("Esi", "absent", 50)]


def test_a_mark_that_is_not_at_the_roll_call_is_refused():
    with pytest.raises(ValueError, match="The attendance of Amina is 'asleep'; choose one of: present, late"):
        proposed_fines(TABLE, {"Amina": "asleep"})


def test_a_fine_table_names_each_fine_once_and_gives_it_an_amount():
    assert TABLE.amount_minor("rule forgotten") == 10
    with pytest.raises(NotAFineTable, match="no fine called singing"):
        TABLE.amount_minor("singing")
    with pytest.raises(NotAFineTable, match="late stands in the table 2 times"):
        FineTable((FineLine("late", 20), FineLine("late", 30)))
    for wrong in (("late", 0, None), (" ", 5, None), ("late", 5, "asleep"), ("late", 1.5, None)):
        with pytest.raises(NotAFineTable):
            FineLine(*wrong)


def test_unpaid_fines_are_carried_the_oldest_paid_first():
    unpaid = [UnpaidFine("week 1", 20), UnpaidFine("week 2", 50), UnpaidFine("week 3", 20)]

    assert pay_fines(unpaid=unpaid, money_minor=45) == FinePayment(
        (("week 1", 20), ("week 2", 25)), (UnpaidFine("week 2", 25), UnpaidFine("week 3", 20)), 0
    )


@LAW
@given(st.lists(st.integers(1, 500), max_size=8), st.integers(0, 3000))
def test_no_fine_and_no_money_is_forgotten(fines, money):
    result = pay_fines(unpaid=[UnpaidFine(str(n), fine) for n, fine in enumerate(fines)], money_minor=money)

    paid = sum(amount for _, amount in result.paid)
    assert paid + result.left_over_minor == money
    assert paid + sum(fine.due_minor for fine in result.carried) == sum(fines)
    assert result.left_over_minor == 0 or result.carried == ()


def test_a_difference_of_one_needs_a_reason():
    assert BoxCount(1000, 1000).difference_minor == 0
    with pytest.raises(DifferenceNeedsReason, match="say why it differs by -1"):
        BoxCount(1000, 999, "  ")
    assert BoxCount(1000, 999, "a coin fell into the well").difference_minor == -1


def test_two_counters_must_agree_and_a_third_decides():
    assert agree_on_count(counts_minor=(500, 500)) == 500
    with pytest.raises(CountersDisagree, match=r"so far: 500, 510\. Let one more person count"):
        agree_on_count(counts_minor=(500, 510))
    assert agree_on_count(counts_minor=(500, 510, 510)) == 510
    with pytest.raises(CountersDisagree, match="so far: none"):
        agree_on_count(counts_minor=())
