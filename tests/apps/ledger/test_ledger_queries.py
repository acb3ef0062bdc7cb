"""Balances, passbooks, cash flow and the ledger's checks of itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from egenmakt.apps.ledger.checks import BalanceFault, EntryFault, audit_books, audit_entries
from egenmakt.apps.ledger.queries import (
    CashFlow,
    HistoryKey,
    account_history,
    balances,
    balances_after,
    balances_after_each,
    balances_at,
    cash_flow,
    trial_balance,
)
from egenmakt.apps.ledger.services import reverse_entry
from egenmakt.core.ledger import transfers as core
from egenmakt.core.ledger.chart import AccountRef
from egenmakt.core.ledger.transfers import TrialBalanceLine
from tests.apps.ledger.conftest import AT, BOX, DAY, Group, move, run

SOCIAL_BOX, SOCIAL_FUND, GRANTS = AccountRef("social_fund_box"), AccountRef("social_fund"), AccountRef("grants")


def week(number: int) -> date:
    return DAY + timedelta(weeks=number)


def test_the_balances_after_a_meeting_include_its_later_correction(group: Group) -> None:
    wrong = uuid4()
    group.post([move(BOX, group.amina, 500, on=week(1))], position=1)
    group.post([move(BOX, group.beatrice, 900, on=week(2))], position=2, entry_id=wrong)
    group.post([move(BOX, group.amina, 200, on=week(3))], position=3)
    with transaction.atomic():
        reverse_entry(
            book_id=group.book_id,
            entry_id=uuid4(),
            reverses_entry_id=wrong,
            effective_on=week(4),
            subject=uuid4(),
            by=None,
            at=AT,
        )
    group.post([move(BOX, group.beatrice, 90, on=week(4))], position=2, kind="correction")

    assert balances_after(group.book_id, 0) == {}
    assert balances_after(group.book_id, 1) == {BOX: 500, group.amina: 500}
    assert balances_after(group.book_id, 2) == {BOX: 590, group.amina: 500, group.beatrice: 90}
    assert balances_after(group.book_id, 3) == {BOX: 790, group.amina: 700, group.beatrice: 90}
    assert balances_after(group.book_id, 3) == balances(group.book_id)
    one_by_one = [(number, balances_after(group.book_id, number)) for number in (1, 2, 3)]
    assert list(balances_after_each(group.book_id, first=1, last=3)) == one_by_one


def test_the_balances_on_a_day_follow_the_day_of_each_transfer(group: Group, neighbours: Group) -> None:
    transfers = [move(BOX, group.amina, 100 + n, on=week(n)) for n in (3, 1, 2)] + [
        move(BOX, group.chipo, 7, on=week(2))
    ]
    group.post(transfers)
    neighbours.post([move(BOX, neighbours.amina, 999, on=week(1))])

    for day in (week(1) - timedelta(days=1), week(1), week(2), week(9)):
        assert balances_at(group.book_id, day) == core.balances_at(transfers, day)


def test_the_columns_of_the_trial_balance_agree(group: Group) -> None:
    loan = AccountRef("loan_principal", uuid4())
    group.post([move(BOX, group.amina, 500), move(loan, BOX, 300), move(AccountRef("expenses"), BOX, 20)])

    lines = trial_balance(group.book_id)

    assert lines == [
        TrialBalanceLine(BOX, 180, 0),
        TrialBalanceLine(loan, 300, 0),
        TrialBalanceLine(group.amina, 0, 500),
        TrialBalanceLine(AccountRef("expenses"), 20, 0),
    ]
    assert sum(line.debit_minor for line in lines) == sum(line.credit_minor for line in lines)


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
@pytest.mark.parametrize("kind", ["box", "savings"])
def test_a_passbook_read_page_by_page_is_the_whole_history(group: Group, limit: int, kind: str) -> None:
    account = BOX if kind == "box" else group.amina
    entries = {uuid4(): week(number // 2) for number in range(6)}  # two on a day
    written = []
    for entry, day in entries.items():
        moves = [
            move(BOX, group.amina, 50, on=day),
            move(BOX, group.chipo, 9, on=day),
            move(group.amina, BOX, 3, on=day),
        ]
        group.post(moves, entry_id=entry, effective_on=day)
        written += [(HistoryKey(day, entry, number), transfer) for number, transfer in enumerate(moves)]
    expected = core.history([transfer for _, transfer in sorted(written, key=lambda pair: pair[0])], account)

    lines, before = [], None
    for _ in range(40):
        page = account_history(group.book_id, account, limit=limit, before=before)
        lines += page.lines
        assert len(page.lines) <= limit
        if (before := page.before) is None:
            break

    assert lines == expected[::-1]


def test_the_passbook_of_an_account_that_was_never_used_is_empty(group: Group) -> None:
    page = account_history(group.book_id, group.amina)

    assert (page.lines, page.before) == ([], None)


def test_money_in_is_money_out_and_money_held(group: Group, neighbours: Group) -> None:
    loan = AccountRef("loan_principal", uuid4())
    group.post([move(BOX, group.amina, 500), move(SOCIAL_BOX, SOCIAL_FUND, 40), move(loan, BOX, 300)])
    group.post([move(AccountRef("bank"), BOX, 100), move(BOX, loan, 50), move(SOCIAL_FUND, SOCIAL_BOX, 15)])
    neighbours.post([move(BOX, GRANTS, 7)])

    own = cash_flow(book_id=group.book_id)

    assert own == {"KES": CashFlow(in_minor=590, out_minor=315, held_minor=275)}
    assert cash_flow(organisation_id=neighbours.organisation_id) == {"UGX": CashFlow(7, 0, 7)}
    assert cash_flow() == own | {"UGX": CashFlow(7, 0, 7)}
    assert all(flow.is_proved for flow in cash_flow().values())
    assert not CashFlow(7, 0, 8).is_proved


@pytest.fixture
def unguarded(db: None) -> Callable[[str], None]:
    """A way round the guards, as a thief with the keys of the server has it."""

    def change(sql: str) -> None:
        if connection.vendor == "postgresql":
            run("SET LOCAL session_replication_role = replica")
            run(sql)
            run("SET LOCAL session_replication_role = origin")
        else:
            with connection.cursor() as cursor:
                cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
                triggers = cursor.fetchall()
            for name, _ in triggers:
                run(f"DROP TRIGGER {name}")
            run(sql)
            for _, text in triggers:
                with connection.cursor() as cursor:
                    cursor.execute(text)

    return change


def test_a_balance_that_was_changed_behind_the_guards_is_found(
    group: Group, neighbours: Group, unguarded: Callable[[str], None]
) -> None:
    group.post([move(BOX, group.amina, 500)])
    neighbours.post([move(BOX, neighbours.amina, 500)])
    assert audit_books() == []

    unguarded("UPDATE ledger_account SET balance_minor = 400 WHERE kind = 'loan_fund_box'")

    faults = [BalanceFault(book.book_id, "loan_fund_box", 400, 500) for book in (group, neighbours)]
    assert sorted(audit_books(), key=lambda fault: fault.book_id) == sorted(faults, key=lambda fault: fault.book_id)
    assert audit_books(organisation_id=neighbours.organisation_id) == faults[1:]
    assert audit_entries() == []
    assert not cash_flow(book_id=group.book_id)["KES"].is_proved


def test_a_transfer_that_was_changed_behind_the_guards_is_found(group: Group, unguarded: Callable[[str], None]) -> None:
    entry = uuid4()
    group.post([move(BOX, group.amina, 500), move(BOX, group.beatrice, 300)], entry_id=entry)

    unguarded("UPDATE ledger_transfer SET amount_minor = 400 WHERE sequence = 0")

    assert sorted(audit_books(), key=lambda fault: fault.account) == [
        BalanceFault(group.book_id, "loan_fund_box", 800, 700),
        BalanceFault(group.book_id, group.amina.key, 500, 400),
    ]
    assert audit_entries() == [EntryFault(entry, 2, 2)]


def test_a_transfer_that_was_removed_behind_the_guards_is_found(group: Group, unguarded: Callable[[str], None]) -> None:
    whole, half = uuid4(), uuid4()
    group.post([move(BOX, group.amina, 500)], entry_id=whole)
    group.post([move(BOX, group.amina, 30), move(BOX, group.amina, 40)], entry_id=half)

    unguarded("DELETE FROM ledger_transfer WHERE amount_minor IN (500, 40)")

    assert {fault.entry_id: fault for fault in audit_entries()} == {
        whole: EntryFault(whole, 1, 0),
        half: EntryFault(half, 2, 1),
    }


@pytest.mark.parametrize(
    ("query", "number"),
    [
        (lambda group: balances(group.book_id), 1),
        (lambda group: balances_after(group.book_id, 9), 2),
        (lambda group: balances_at(group.book_id, week(9)), 2),
        (lambda group: account_history(group.book_id, BOX), 3),
        (lambda group: trial_balance(group.book_id), 1),
        (lambda group: cash_flow(book_id=group.book_id), 2),
        (lambda group: audit_books(), 1),
        (lambda group: audit_entries(), 1),
    ],
    ids=["balances", "after", "at", "history", "trial", "cash", "audit_books", "audit_entries"],
)
def test_a_question_takes_as_many_statements_for_one_transfer_as_for_many(
    group: Group, query: Callable[[Group], object], number: int
) -> None:
    for entries in (1, 3):
        for _ in range(entries):
            group.post([move(BOX, AccountRef("shares", uuid4()), 5) for _ in range(entries)])

        with CaptureQueriesContext(connection) as captured:
            query(group)

        assert len(captured) == number
