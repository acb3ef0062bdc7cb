"""Recording and reversing entries, once, twice and at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from egenmakt.apps.ledger.checks import audit_books, audit_entries
from egenmakt.apps.ledger.models import Account, Book, JournalEntry
from egenmakt.apps.ledger.models import Transfer as Row
from egenmakt.apps.ledger.queries import balances, transfers_of
from egenmakt.apps.ledger.services import (
    ConflictingBook,
    ConflictingEntry,
    LedgerRefused,
    NotReversible,
    UnknownBook,
    UnknownEntry,
    open_book,
    post_entry,
    reverse_entry,
)
from egenmakt.core.ledger.chart import CHART, AccountRef
from egenmakt.core.ledger.transfers import BelowZero, Transfer, post
from egenmakt.core.money import UnknownCurrency
from tests.apps.ledger.conftest import AT, BOX, DAY, Group, move
from tests.support.statements import counted_statements


def undo(group: Group, undone: UUID, **other: object) -> str:
    words = {"entry_id": uuid4(), "effective_on": DAY, "subject": group.book_id, "by": None, "at": AT} | other
    with transaction.atomic():
        return reverse_entry(book_id=group.book_id, reverses_entry_id=undone, **words)  # type: ignore[arg-type]  # a test's own words


def test_an_entry_is_recorded_with_its_accounts_and_transfers(group: Group) -> None:
    entry, by = uuid4(), uuid4()
    saved, lent = move(BOX, group.amina, 500), move(AccountRef("loan_principal", uuid4()), BOX, 200)

    with transaction.atomic():
        outcome = post_entry(
            book_id=group.book_id,
            entry_id=entry,
            kind="meeting",
            position=7,
            effective_on=DAY,
            transfers=[saved, lent],
            subject=entry,
            by=by,
            at=AT,
        )

    assert outcome == "recorded"
    assert transfers_of(entry) == [saved, lent]
    assert balances(group.book_id) == {BOX: 300, group.amina: 500, lent.debit: 200}
    row = JournalEntry.objects.values().get(id=entry)
    assert row == {
        "id": entry,
        "book_id": group.book_id,
        "kind": "meeting",
        "position": 7,
        "effective_on": DAY,
        "posted_at": AT,
        "posted_by": by,
        "subject": entry,
        "transfer_count": 2,
        "amount_total_minor": 700,
    }
    assert {account.ref: account.id for account in Account.objects.all()} == {
        ref: ref.id_in(group.book_id) for ref in (BOX, group.amina, lent.debit)
    }


def test_sending_an_entry_twice_changes_nothing(group: Group) -> None:
    entry, transfers = uuid4(), [move(BOX, group.amina, 500), move(BOX, group.beatrice, 300)]
    group.post(transfers, entry_id=entry)
    before = balances(group.book_id)

    outcome = group.post(transfers, entry_id=entry)

    assert outcome == "already_recorded"
    assert balances(group.book_id) == before
    assert Row.objects.count() == 2


def test_an_entry_is_the_same_whoever_sends_it_again(group: Group) -> None:
    entry, transfers = uuid4(), [move(BOX, group.amina, 500)]
    group.post(transfers, entry_id=entry)

    with transaction.atomic():
        outcome = post_entry(
            book_id=group.book_id,
            entry_id=entry,
            kind="meeting",
            position=1,
            effective_on=DAY,
            transfers=transfers,
            subject=group.book_id,
            by=uuid4(),
            at=AT + timedelta(days=2),
        )

    assert outcome == "already_recorded"


def test_the_same_id_with_another_content_is_a_conflict(group: Group) -> None:
    entry, first, second = uuid4(), move(BOX, group.amina, 500), move(BOX, group.beatrice, 300)
    group.post([first, second], entry_id=entry)
    others: list[tuple[list[Transfer], dict[str, object]]] = [
        ([first], {}),
        ([second, first], {}),
        ([first, second, move(BOX, group.chipo, 1)], {}),
        ([replace(first, amount_minor=501), second], {}),
        ([replace(first, credit=group.chipo), second], {}),
        ([replace(first, reason="gift"), second], {}),
        ([replace(first, id=uuid4()), second], {}),
        ([replace(first, effective_on=DAY + timedelta(days=1)), second], {}),
        ([first, second], {"position": 2}),
        ([first, second], {"kind": "correction"}),
        ([first, second], {"effective_on": DAY + timedelta(days=1)}),
    ]

    for transfers, differs in others:
        with pytest.raises(ConflictingEntry, match=str(entry)):
            group.post(transfers, entry_id=entry, **differs)  # type: ignore[arg-type]  # a test's own words

    assert balances(group.book_id) == {BOX: 800, group.amina: 500, group.beatrice: 300}


def test_an_entry_of_another_book_is_a_conflict(group: Group, neighbours: Group) -> None:
    entry = uuid4()
    group.post([move(BOX, group.amina, 500)], entry_id=entry)

    with pytest.raises(ConflictingEntry):
        neighbours.post([move(BOX, neighbours.amina, 500)], entry_id=entry)


def test_a_transfer_that_stands_in_another_entry_is_a_conflict(group: Group) -> None:
    saved = move(BOX, group.amina, 500)
    group.post([saved])

    with pytest.raises(ConflictingEntry):
        group.post([move(BOX, group.beatrice, 1), saved])

    assert balances(group.book_id) == {BOX: 500, group.amina: 500}


def test_money_that_is_not_in_the_box_is_not_paid_out(group: Group) -> None:
    group.post([move(BOX, group.amina, 500)])
    loan = AccountRef("loan_principal", uuid4())

    with pytest.raises(BelowZero) as refusal:
        group.post([move(BOX, group.beatrice, 100), move(loan, BOX, 700)])

    assert (refusal.value.account, refusal.value.balance_minor) == (BOX, -100)
    assert balances(group.book_id) == {BOX: 500, group.amina: 500}


def test_a_member_does_not_take_out_more_than_her_savings(group: Group) -> None:
    group.post([move(BOX, group.amina, 500), move(BOX, group.beatrice, 500)])

    with pytest.raises(BelowZero) as refusal:
        group.post([move(group.amina, BOX, 501)])

    assert (refusal.value.account, refusal.value.balance_minor) == (group.amina, -1)


def test_expenses_may_be_larger_than_income(group: Group) -> None:
    group.post([move(BOX, group.amina, 500), move(AccountRef("retained"), BOX, 400)])

    assert balances(group.book_id) == {BOX: 100, group.amina: 500, AccountRef("retained"): -400}


def test_a_meeting_where_no_money_moved_is_recorded_too(group: Group) -> None:
    entry = uuid4()

    outcomes = [group.post([], entry_id=entry), group.post([], entry_id=entry)]

    assert outcomes == ["recorded", "already_recorded"]
    assert transfers_of(entry) == []


def test_a_large_entry_is_recorded_whole(group: Group) -> None:
    members = [AccountRef("shares", uuid4()) for _ in range(700)]
    entry, transfers = uuid4(), [move(BOX, member, 3) for member in members]

    group.post(transfers, entry_id=entry)

    assert transfers_of(entry) == transfers
    assert balances(group.book_id) == {BOX: 2100} | dict.fromkeys(members, 3)


def test_a_reason_may_hold_any_character(group: Group) -> None:
    entry = uuid4()
    odd = [
        replace(move(BOX, group.amina, 1), reason=text) for text in ('a,b "c" {d}', "O'Hara\\n", "100%s", "NULL", "")
    ]

    group.post(odd, entry_id=entry)

    assert transfers_of(entry) == odd


def test_a_book_that_was_not_opened_takes_no_entry(db: None) -> None:
    nowhere = Group()

    with pytest.raises(UnknownBook):
        nowhere.post([move(BOX, nowhere.amina, 500)])


def test_what_cannot_be_kept_is_refused_with_a_sentence(group: Group) -> None:
    saved = move(BOX, group.amina, 500)

    with pytest.raises(LedgerRefused, match="position -1 is below zero"):
        group.post([saved], position=-1)
    with pytest.raises(LedgerRefused, match="kind ''"):
        group.post([saved], kind="")
    with pytest.raises(LedgerRefused, match="more than 64 characters"):
        group.post([replace(saved, reason="x" * 65)])
    with pytest.raises(LedgerRefused, match="too large"):
        group.post([replace(saved, amount_minor=2**53 - 1), move(BOX, group.beatrice, 1)])
    assert balances(group.book_id) == {}
    group.post([replace(saved, amount_minor=2**53 - 1)])
    with pytest.raises(LedgerRefused, match="too large"):
        group.post([move(BOX, group.beatrice, 1)])


@pytest.mark.django_db(transaction=True)
def test_an_entry_is_recorded_only_inside_a_transaction() -> None:
    group = Group().open()

    with pytest.raises(TransactionManagementError, match="atomic"):
        post_entry(
            book_id=group.book_id,
            entry_id=uuid4(),
            kind="meeting",
            position=1,
            effective_on=DAY,
            transfers=[move(BOX, group.amina, 500)],
            subject=uuid4(),
            by=None,
            at=AT,
        )


def test_opening_a_book_twice_changes_nothing(db: None) -> None:
    id_, organisation = uuid4(), uuid4()
    first = open_book(id=id_, currency="KES", organisation_id=organisation, at=AT)

    again = open_book(id=id_, currency="KES", organisation_id=organisation, at=AT + timedelta(days=1))

    assert (again, again.created_at) == (first, AT)
    with pytest.raises(ConflictingBook):
        open_book(id=id_, currency="UGX", organisation_id=organisation, at=AT)
    with pytest.raises(UnknownCurrency):
        open_book(id=uuid4(), currency="XXZ", organisation_id=organisation, at=AT)
    assert Book.objects.count() == 1


def test_a_reversed_entry_leaves_nothing_behind(group: Group) -> None:
    group.post([move(BOX, group.amina, 500)])
    entry, correction = uuid4(), uuid4()
    group.post([move(BOX, group.beatrice, 300), move(group.amina, BOX, 100)], entry_id=entry, position=4)

    outcomes = [undo(group, entry, entry_id=correction), undo(group, entry, entry_id=correction)]

    assert outcomes == ["recorded", "already_recorded"]
    assert balances(group.book_id) == {BOX: 500, group.amina: 500, group.beatrice: 0}
    row = JournalEntry.objects.get(id=correction)
    assert (row.kind, row.position) == ("correction", 4)
    assert [t.reverses for t in transfers_of(correction)] == [t.id for t in reversed(transfers_of(entry))]


def test_one_transfer_of_an_entry_is_reversed_alone(group: Group) -> None:
    entry, amina, beatrice = uuid4(), move(BOX, group.amina, 500), move(BOX, group.beatrice, 300)
    group.post([amina, beatrice], entry_id=entry)

    undo(group, entry, only=[beatrice.id])

    assert balances(group.book_id) == {BOX: 500, group.amina: 500, group.beatrice: 0}
    with pytest.raises(NotReversible, match="once"):
        undo(group, entry)
    with pytest.raises(NotReversible, match="Not all"):
        undo(group, entry, only=[uuid4()])


def test_a_reversal_can_itself_be_reversed(group: Group) -> None:
    entry, correction = uuid4(), uuid4()
    group.post([move(BOX, group.amina, 500)], entry_id=entry)
    undo(group, entry, entry_id=correction)

    undo(group, correction)

    assert balances(group.book_id) == {BOX: 500, group.amina: 500}


def test_money_that_was_lent_since_cannot_be_reversed(group: Group) -> None:
    entry = uuid4()
    group.post([move(BOX, group.amina, 500)], entry_id=entry)
    group.post([move(AccountRef("loan_principal", uuid4()), BOX, 400)])

    with pytest.raises(BelowZero) as refusal:
        undo(group, entry)

    assert (refusal.value.account, refusal.value.balance_minor) == (BOX, -400)


def test_an_entry_of_another_book_is_not_reversed_here(group: Group, neighbours: Group) -> None:
    entry = uuid4()
    neighbours.post([move(BOX, neighbours.amina, 500)], entry_id=entry)

    with pytest.raises(UnknownEntry):
        undo(group, entry)


@pytest.mark.parametrize("number", [1, 30])
def test_an_entry_takes_the_same_number_of_statements_however_long_it_is(group: Group, number: int) -> None:
    transfers = [move(BOX, AccountRef("shares", uuid4()), 5) for _ in range(number)]

    with counted_statements() as counted:
        group.post(transfers)

    assert sum("SAVEPOINT" not in sql for sql in counted) == (1 if connection.vendor == "postgresql" else 5)


OWNERS = [UUID(int=number) for number in range(1, 4)]
REFS = [AccountRef(kind.name, owner) for kind in CHART.values() for owner in (OWNERS if kind.owned else [None])]
PAIRS = st.tuples(st.sampled_from(REFS), st.sampled_from(REFS)).filter(lambda pair: pair[0] != pair[1])
MOVES = st.lists(st.tuples(PAIRS, st.integers(1, 10**9)), max_size=6)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(entries=st.lists(MOVES, max_size=5))
def test_the_database_adds_up_as_core_does_and_refuses_what_core_refuses(
    db: None, entries: list[list[tuple[tuple[AccountRef, AccountRef], int]]]
) -> None:
    group, expected = Group().open(), dict[AccountRef, int]()

    for moves in entries:
        transfers = [move(debit, credit, amount) for (debit, credit), amount in moves]
        after = post(expected, transfers, guard=False)
        # within an entry the order does not matter to the database: what counts is how it ends
        below = {r: b for r, b in after.items() if b < 0 and not CHART[r.kind].may_go_below_zero}
        touched = {ref for transfer in transfers for ref in (transfer.debit, transfer.credit)}
        if below:
            with pytest.raises(BelowZero) as refusal:
                group.post(transfers)
            assert below[refusal.value.account] == refusal.value.balance_minor
            assert refusal.value.account in touched
        else:
            group.post(transfers)
            expected = after

    assert balances(group.book_id) == expected
    assert audit_books(organisation_id=group.organisation_id) == []


def at_once(number: int, work: object) -> list[object]:
    """Do something in as many threads, which begin together, each with a connection of its own."""
    barrier = Barrier(number)

    def one(index: int) -> object:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=20)
            return work(index)  # type: ignore[operator]  # a function of the thread's number
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))


@pytest.mark.django_db(transaction=True)
def test_two_who_write_at_once_in_one_book_lose_nothing_and_never_block_each_other_for_ever() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    group = Group().open()
    refs = [group.amina, group.beatrice, group.chipo]

    def write(thread: int) -> int:
        for _ in range(25):
            # the accounts in opposite order, which is how two writers come to wait for each other in a circle
            group.post([move(BOX, ref, 10) for ref in (refs if thread % 2 else reversed(refs))])
        return thread

    done = at_once(4, write)

    assert done == [0, 1, 2, 3]
    assert balances(group.book_id) == {BOX: 3000} | dict.fromkeys(refs, 1000)
    assert (audit_books(), audit_entries()) == ([], [])


@pytest.mark.django_db(transaction=True)
def test_one_entry_sent_from_many_phones_at_once_is_recorded_once() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    group = Group().open()
    entry, transfers = uuid4(), [move(BOX, group.amina, 500), move(BOX, group.beatrice, 300)]

    outcomes = at_once(6, lambda _: group.post(transfers, entry_id=entry))

    assert sorted(map(str, outcomes)) == ["already_recorded"] * 5 + ["recorded"]
    assert balances(group.book_id) == {BOX: 800, group.amina: 500, group.beatrice: 300}


@pytest.mark.django_db(transaction=True)
def test_two_who_pay_out_the_last_money_at_once_do_not_both_succeed() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    group = Group().open()
    group.post([move(BOX, group.amina, 500), move(BOX, group.beatrice, 500)])

    def pay_out(thread: int) -> str:
        try:
            return group.post([move(AccountRef("loan_principal", UUID(int=thread)), BOX, 400)])
        except BelowZero as refusal:
            return refusal.account.kind

    outcomes = at_once(4, pay_out)

    assert sorted(map(str, outcomes)) == ["loan_fund_box", "loan_fund_box", "recorded", "recorded"]
    assert balances(group.book_id)[BOX] == 200
    assert (audit_books(), audit_entries()) == ([], [])
