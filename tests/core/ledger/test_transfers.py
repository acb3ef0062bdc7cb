"""Transfers: balanced by construction, undone only by a reversal that names them."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import accumulate
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egenmakt.core.ledger.chart import CHART, AccountRef
from egenmakt.core.ledger.transfers import (
    BelowZero,
    HistoryLine,
    NotATransfer,
    Transfer,
    TrialBalanceLine,
    balances_at,
    history,
    post,
    signed,
    trial_balance,
)
from egenmakt.core.money import MINOR_MAX

LAW = settings(max_examples=60, deadline=None)
START = date(2026, 1, 5)
AMINA, BEATRICE = UUID(int=1), UUID(int=2)
BOX = AccountRef("loan_fund_box")
SHARES = AccountRef("shares", AMINA)

owners = {True: (AMINA, BEATRICE), False: (None,)}
accounts = st.sampled_from([AccountRef(kind.name, who) for kind in CHART.values() for who in owners[kind.owned]])


@st.composite
def transfers(draw):
    debit, credit = draw(st.lists(accounts, min_size=2, max_size=2, unique=True))
    return Transfer(
        id=draw(st.uuids()),
        debit=debit,
        credit=credit,
        amount_minor=draw(st.integers(1, 10**9)),
        reason=draw(st.sampled_from(["share_purchase", "fine_paid", "loan"])),
        effective_on=START + timedelta(days=draw(st.integers(0, 60))),
    )


books = st.lists(transfers(), max_size=25)


def bought(amount=300, **changes):
    return replace(Transfer(UUID(int=9), BOX, SHARES, amount, "share_purchase", START), **changes)


@LAW
@given(books)
def test_the_two_columns_of_a_trial_balance_are_equal(book):
    lines = trial_balance(post({}, book, guard=False))

    assert sum(line.debit_minor for line in lines) == sum(line.credit_minor for line in lines)
    assert all((line.debit_minor == 0) != (line.credit_minor == 0) for line in lines)
    assert all(line.debit_minor >= 0 and line.credit_minor >= 0 for line in lines)


@LAW
@given(books, transfers(), st.uuids())
def test_a_reversal_restores_every_balance(book, transfer, id):
    before = post({}, book, guard=False)

    after = post(before, [transfer, transfer.reversal(id=id)], guard=False)

    assert {account: x for account, x in after.items() if x} == {account: x for account, x in before.items() if x}


@LAW
@given(transfers(), st.uuids(), st.uuids())
def test_a_reversal_of_a_reversal_is_the_deed_again_and_names_what_it_undoes(transfer, first, second):
    once = transfer.reversal(id=first)
    twice = once.reversal(id=second)

    assert once.reverses == transfer.id
    assert once.reason == f"reversal_of_{transfer.reason}"
    assert twice == replace(transfer, id=second, reverses=first)


def test_a_reversal_can_take_effect_on_another_day():
    later = START + timedelta(days=7)

    assert bought().reversal(id=UUID(int=10), effective_on=later).effective_on == later
    assert bought().reversal(id=UUID(int=10)).effective_on == START


@LAW
@given(books)
def test_the_order_of_transfers_does_not_change_where_they_lead(book):
    assert post({}, book, guard=False) == post({}, reversed(book), guard=False)


@LAW
@given(books, accounts)
def test_a_passbook_ends_at_the_balance(book, account):
    lines = history(book, account)

    assert sum(line.change_minor for line in lines) == post({}, book, guard=False).get(account, 0)
    assert [line.balance_minor for line in lines] == list(accumulate(line.change_minor for line in lines))
    assert [line.transfer for line in lines] == [x for x in book if account in (x.debit, x.credit)]


@LAW
@given(books, st.integers(-1, 61))
def test_the_balances_of_a_day_are_those_of_all_that_took_effect_until_then(book, days):
    day = START + timedelta(days=days)

    until = [transfer for transfer in book if transfer.effective_on <= day]
    assert balances_at(book, day) == post({}, until, guard=False)
    assert balances_at(book, START + timedelta(days=60)) == post({}, book, guard=False)


@LAW
@given(transfers(), accounts)
def test_a_transfer_touches_its_two_accounts_and_no_other(transfer, account):
    assert (signed(transfer, account) != 0) == (account in (transfer.debit, transfer.credit))


def test_buying_shares_fills_the_box_and_the_member_s_savings():
    assert post({}, [bought()]) == {BOX: 300, SHARES: 300}
    assert trial_balance({BOX: 300, SHARES: 300}) == [TrialBalanceLine(BOX, 300, 0), TrialBalanceLine(SHARES, 0, 300)]


def test_an_account_below_zero_stands_in_the_other_column_and_an_empty_one_nowhere():
    loss = AccountRef("cash_difference")

    lines = trial_balance({BOX: 0, loss: -40, AccountRef("expenses"): -40})
    assert lines == [TrialBalanceLine(loss, 40, 0), TrialBalanceLine(AccountRef("expenses"), 0, 40)]


def test_a_passbook_shows_each_step():
    out = Transfer(UUID(int=11), SHARES, BOX, 120, "share_out", START)

    assert history([bought(), out], SHARES) == [HistoryLine(bought(), 300, 300), HistoryLine(out, -120, 180)]


def test_posting_does_not_change_the_balances_it_was_given():
    before = {BOX: 5}

    post(before, [bought()])

    assert before == {BOX: 5}


def test_a_box_cannot_pay_what_it_does_not_hold():
    lend = Transfer(UUID(int=12), AccountRef("loan_principal", AMINA), BOX, 301, "loan", START)

    with pytest.raises(BelowZero, match="loan_fund_box would fall to -1") as refused:
        post({}, [bought(), lend])

    assert (refused.value.account, refused.value.balance_minor) == (BOX, -1)


def test_a_debt_cannot_be_repaid_twice():
    loan = AccountRef("loan_principal", AMINA)
    lend = Transfer(UUID(int=12), loan, BOX, 300, "loan", START)
    repay = Transfer(UUID(int=13), BOX, loan, 300, "repayment_principal", START)

    with pytest.raises(BelowZero, match="would fall to -300"):
        post({}, [bought(), lend, repay, replace(repay, id=UUID(int=14))])


@pytest.mark.parametrize("kind", [kind.name for kind in CHART.values() if kind.may_go_below_zero])
def test_accounts_of_income_and_loss_may_go_below_zero(kind):
    account = AccountRef(kind, AMINA if CHART[kind].owned else None)
    away = Transfer(UUID(int=15), account, BOX, 10, "correction", START)
    home = Transfer(UUID(int=15), BOX, account, 10, "correction", START)

    is_credit = CHART[kind].side == "credit"
    assert post({BOX: 10}, [away if is_credit else home])[account] == -10


@pytest.mark.parametrize("amount", [0, -1, True, 1.5, "3", None, MINOR_MAX + 1])
def test_a_transfer_needs_a_positive_whole_amount(amount):
    with pytest.raises(NotATransfer):
        bought(amount)


def test_money_cannot_move_from_an_account_to_itself():
    with pytest.raises(NotATransfer, match="from loan_fund_box to itself"):
        bought(credit=BOX)


@LAW
@given(accounts)
def test_an_account_is_read_back_from_its_key(account):
    assert AccountRef.parse(account.key) == account


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("treasure", "not in the chart"),
        ("shares", "needs owner"),
        (f"bank/{AMINA}", "has no owner"),
        ("shares/nobody", "badly formed"),
        ("bank/", "write 'bank'"),
        ("shares/00000000000000000000000000000001", "write 'shares/00000000-"),
    ],
)
def test_a_key_that_is_no_account_is_refused(key, sentence):
    with pytest.raises(ValueError, match=sentence):
        AccountRef.parse(key)


@LAW
@given(accounts, accounts, st.uuids(), st.uuids())
def test_an_account_s_id_is_the_same_everywhere_and_of_no_other(one, other, book, second_book):
    assert one.id_in(book) == AccountRef.parse(one.key).id_in(book)
    assert (one.id_in(book) == other.id_in(book)) == (one == other)
    assert (one.id_in(book) == one.id_in(second_book)) == (book == second_book)


def test_assets_and_expenses_grow_on_the_debit_side_and_the_rest_on_the_credit_side():
    for kind in CHART.values():
        if kind.nature != "memorandum":
            assert kind.side == ("debit" if kind.nature in ("asset", "expense") else "credit")
        assert not kind.is_box or kind.nature == "asset"
