"""Leaving, dying and joining in mid-cycle; turns to the rotating pot."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egenmakt.core.savings.exit import (
    EntryPrice,
    NotAMember,
    dues_of,
    entry_price,
    settle_exit,
    value_of_the_day,
)
from egenmakt.core.savings.positions import Debt, GroupPosition, MemberPosition, NotAPosition, UnbalancedGroup
from egenmakt.core.savings.rotation import Turn, next_to_receive

LAW = settings(max_examples=60, deadline=None)


def group_of(shares, profit=0, price=10, **first):
    members = [MemberPosition(f"member {n}", shares=x, savings_minor=x * price) for n, x in enumerate(shares)]
    members[0] = replace(members[0], **first)
    voluntary = members[0].voluntary_minor
    lent = members[0].principal_minor
    return GroupPosition(
        members=tuple(members),
        loan_fund_cash_minor=sum(shares) * price + profit + voluntary - lent,
        profit_minor=profit,
    )


def test_who_leaves_gets_par_or_the_value_of_the_day():
    group = group_of([30, 70], profit=250)

    par = settle_exit(member="member 0", group=group, exit_value="par")
    day = settle_exit(member="member 0", group=group, exit_value="value_of_the_day")

    assert (par.payout_minor, par.profit_part_minor) == (300, 0)
    assert (day.payout_minor, day.profit_part_minor) == (375, 75)


def test_heirs_get_what_is_left_after_debts_and_fines():
    debts = (Debt("loan-1", 100, 7),)
    group = group_of([30, 70], status="dead", fines_due_minor=5, voluntary_minor=40, debts=debts)

    settled = settle_exit(member="member 0", group=group, exit_value="par")

    assert (settled.pay_to, settled.claim_minor, settled.set_off_minor) == ("heirs", 340, 107)
    assert (settled.fines_deducted_minor, settled.payout_minor, settled.still_owed_minor) == (5, 228, 0)
    assert dues_of(group.members[0]) == 112


def test_a_debt_above_the_savings_is_not_forgotten():
    group = group_of([30, 70], debts=(Debt("loan-1", 500),))

    settled = settle_exit(member="member 0", group=group, exit_value="par")

    assert (settled.payout_minor, settled.set_off_minor, settled.still_owed_minor) == (0, 300, 200)


def test_money_that_is_lent_out_cannot_be_paid_today():
    group = replace(group_of([30, 70], debts=(Debt("loan-1", 900),)), payable_minor=0)

    settled = settle_exit(member="member 1", group=group, exit_value="par")

    assert (settled.payout_minor, settled.shortage_minor) == (700, 600)


def test_a_group_that_saves_in_amounts_weighs_savings():
    group = GroupPosition(
        members=(MemberPosition("Amina", savings_minor=300), MemberPosition("Beatrice", savings_minor=700)),
        loan_fund_cash_minor=1100,
        profit_minor=100,
    )

    assert value_of_the_day(group=group, by="savings") == Fraction(11, 10)
    assert value_of_the_day(group=group, by="shares") is None
    settled = settle_exit(member="Amina", group=group, exit_value="value_of_the_day", by="savings")
    assert settled.payout_minor == 330


shares_of = st.lists(st.integers(1, 200), min_size=2, max_size=12)


@LAW
@given(shares_of, st.integers(-500, 5000))
def test_leaving_at_the_value_of_the_day_takes_nothing_from_those_who_stay(shares, profit):
    group = group_of(shares, profit=max(profit, -sum(shares)))
    before = value_of_the_day(group=group)

    settled = settle_exit(member="member 0", group=group, exit_value="value_of_the_day")

    rest = replace(
        group,
        members=group.members[1:],
        loan_fund_cash_minor=group.loan_fund_cash_minor - settled.payout_minor,
        profit_minor=group.profit_minor - settled.profit_part_minor,
    )
    after = value_of_the_day(group=rest)
    assert before <= after < before + Fraction(1, sum(shares[1:]))


@LAW
@given(shares_of, st.integers(-500, 5000), st.integers(1, 5))
def test_joining_at_the_value_of_the_day_takes_nothing_from_those_who_were_there(shares, profit, bought):
    group = group_of(shares, profit=max(profit, -sum(shares)))
    before = value_of_the_day(group=group)

    price = entry_price(group=group, share_price_minor=10, entry_value="value_of_the_day")

    joined = replace(
        group,
        members=(*group.members, MemberPosition("new", shares=bought, savings_minor=bought * price.par_minor)),
        loan_fund_cash_minor=group.loan_fund_cash_minor + bought * price.price_minor,
        profit_minor=group.profit_minor + bought * price.premium_minor,
    )
    after = value_of_the_day(group=joined)
    assert before <= after < before + 1


def test_joining_at_par_is_the_share_price_whatever_a_share_is_worth():
    group = group_of([30, 70], profit=250)

    assert entry_price(group=group, share_price_minor=10, entry_value="par") == EntryPrice(10, 10)
    day = entry_price(group=group, share_price_minor=10, entry_value="value_of_the_day")
    assert (day, day.premium_minor) == (EntryPrice(13, 10), 3)


def test_the_first_shares_cost_par():
    empty = GroupPosition(members=(), loan_fund_cash_minor=0)

    assert entry_price(group=empty, share_price_minor=10, entry_value="value_of_the_day") == EntryPrice(10, 10)


def test_somebody_else_cannot_leave():
    with pytest.raises(NotAMember, match="Zeus is not a member"):
        settle_exit(member="Zeus", group=group_of([1, 2]), exit_value="par")


def test_a_cut_off_sheet_balances_or_is_refused():
    sheet = group_of([30, 70], profit=250)

    sheet.check_balance()

    with pytest.raises(UnbalancedGroup, match="1 more than"):
        replace(sheet, loan_fund_cash_minor=1251).check_balance()


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: MemberPosition("Amina", shares=-1), "Member Amina: shares is -1"),
        (lambda: MemberPosition("Amina", status="asleep"), "status is 'asleep'; choose one of: active, left, dead"),
        (lambda: MemberPosition("Amina", lot=0), "lot is 0"),
        (lambda: MemberPosition("Amina", claim_decision="forget"), "claim_decision is 'forget'"),
        (lambda: MemberPosition("Amina", debts=(Debt("a", 1), Debt("a", 1))), "loan a is listed 2 times"),
        (lambda: Debt("a", 1.5), "Loan a: principal_minor is 1.5"),
        (lambda: Debt("a", 1, 0, "forget"), "decision is 'forget'"),
        (lambda: GroupPosition(members=(), loan_fund_cash_minor=-1), "loan_fund_cash_minor is -1"),
        (
            lambda: GroupPosition(
                members=(MemberPosition("A", lot=1), MemberPosition("B", lot=1)), loan_fund_cash_minor=0
            ),
            "The lot 1 is there twice",
        ),
    ],
)
def test_a_position_that_cannot_be_is_refused(make, sentence):
    with pytest.raises(NotAPosition, match=sentence):
        make()


def test_the_pot_goes_by_lot_to_each_who_waits_and_then_from_the_beginning():
    turns = [Turn("Amina", 3), Turn("Beatrice", 1), Turn("Chipo", 2)]

    received = []
    for _ in range(3):
        received.append(next_to_receive(turns))
        turns = [replace(turn, has_received=turn.has_received or turn.member == received[-1]) for turn in turns]

    assert received == ["Beatrice", "Chipo", "Amina"]
    assert next_to_receive(turns) == "Beatrice"
    assert next_to_receive((Turn("Amina"), Turn("Beatrice"))) is None
