"""What is done to a book: open it, record an entry in it, reverse an entry."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Final, Literal, Never
from uuid import UUID, uuid5

from django.db import IntegrityError, connection
from django.db.transaction import TransactionManagementError

from egenmakt.apps.ledger.models import KIND_LENGTH, REASON_LENGTH, Account, Book, JournalEntry
from egenmakt.apps.ledger.posting import EntryRow, write_on_postgresql, write_on_sqlite
from egenmakt.apps.ledger.queries import transfers_of
from egenmakt.core.ledger.chart import AccountRef
from egenmakt.core.ledger.transfers import BelowZero, Transfer
from egenmakt.core.money import MINOR_MAX, decimals

Outcome = Literal["recorded", "already_recorded"]

_REFUSAL: Final = re.compile(r"^(\w+): ([^\n]*)")
_BELOW_ZERO: Final = re.compile(r"^below_zero: (\S+) would fall to (-\d+)")


class LedgerRefused(ValueError):
    """The database refused the entry; the message says which rule it broke."""


class ConflictingBook(LedgerRefused):
    """A book of this id is there already, with another currency or organisation."""


class UnknownBook(LedgerRefused):
    """There is no book of this id."""


class UnknownEntry(LedgerRefused):
    """There is no entry of this id in the book."""


class ConflictingEntry(LedgerRefused):
    """An entry or a transfer of this id is there already, with another content. Nothing was written."""


class NotReversible(LedgerRefused):
    """The transfer is reversed already, or the reversal does not mirror it."""


def open_book(*, id: UUID, currency: str, organisation_id: UUID, at: datetime) -> Book:
    """Open a group's book in one currency. Opening the same book again changes nothing and returns it.

    Raises: UnknownCurrency; ConflictingBook.
    """
    decimals(currency)
    book, is_new = Book.objects.get_or_create(
        id=id, defaults={"currency": currency, "organisation_id": organisation_id, "created_at": at}
    )
    if not is_new and (book.currency, book.organisation_id) != (currency, organisation_id):
        raise ConflictingBook(f"The book {id} is already open, in {book.currency} or for another organisation.")
    return book


def post_entry(
    *,
    book_id: UUID,
    entry_id: UUID,
    kind: str,
    position: int,
    effective_on: date,
    transfers: Sequence[Transfer],
    subject: UUID,
    by: UUID | None,
    at: datetime,
) -> Outcome:
    """Record an entry with all its transfers, or nothing of it; sending the same entry twice changes nothing.

    Accounts are made as they are needed. The caller is inside a transaction, and lets it fail when this fails.

    Args: position, the number of the meeting whose balances the entry changes; subject, the id of the meeting,
    correction or share-out that it comes from; by, the person's id; at, with a time zone.
    Returns: recorded, or already_recorded when the same entry with the same transfers is there (whoever sent it).
    Raises: BelowZero, naming the account; ConflictingEntry; NotReversible; UnknownBook; LedgerRefused for the rest.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("Record an entry inside transaction.atomic(), with what it belongs to.")
    entry = EntryRow(entry_id, book_id, kind, position, effective_on, at, by, subject)
    check_entry(entry, transfers)
    write = write_on_postgresql if connection.vendor == "postgresql" else write_on_sqlite
    try:
        outcome = write(entry, transfers)
    except IntegrityError as error:
        _explain(error, entry, transfers)
    if outcome == "unknown_book":
        raise UnknownBook(f"There is no book {book_id}; open it first.")
    if outcome == "exists":
        _compare(entry, transfers)
        return "already_recorded"
    return "recorded"


def check_entry(entry: EntryRow, transfers: Sequence[Transfer]) -> None:
    """What the database would not say in plain words. Raises: LedgerRefused."""
    if not 0 < len(entry.kind) <= KIND_LENGTH:
        raise LedgerRefused(f"The entry's kind {entry.kind!r} must have 1 to {KIND_LENGTH} characters.")
    if entry.position < 0:
        raise LedgerRefused(
            f"The position {entry.position} is below zero; give the number of a meeting, or 0 before all."
        )
    for transfer in transfers:
        if len(transfer.reason) > REASON_LENGTH:
            raise LedgerRefused(f"The reason {transfer.reason!r} has more than {REASON_LENGTH} characters.")
    if (total := sum(transfer.amount_minor for transfer in transfers)) > MINOR_MAX:
        raise LedgerRefused(f"The entry moves {total} in all, which is too large to be kept exactly; divide it.")


def _compare(entry: EntryRow, transfers: Sequence[Transfer]) -> None:
    """Raises ConflictingEntry unless the recorded entry says the same. Who sent it, and when, may differ."""
    recorded = JournalEntry.objects.get(id=entry.id)
    same = (recorded.book_id, recorded.kind, recorded.position, recorded.effective_on, recorded.subject) == (
        entry.book_id,
        entry.kind,
        entry.position,
        entry.effective_on,
        entry.subject,
    )
    if not same or transfers_of(entry.id) != list(transfers):
        raise ConflictingEntry(f"The entry {entry.id} is already recorded with another content; this one was not.")


def _explain(error: IntegrityError, entry: EntryRow, transfers: Sequence[Transfer]) -> Never:
    """Turn the database's refusal into the error that the caller can act on."""
    text = str(error)
    if named := _BELOW_ZERO.match(text):
        raise BelowZero(AccountRef.parse(named[1]), int(named[2])) from error
    refusal = _REFUSAL.match(text)
    code, sentence = (refusal[1], refusal[2]) if refusal else ("", text.splitlines()[0])
    if code == "below_zero":
        raise _first_below_zero(entry, transfers) from error
    if code in ("reversed", "false_mirror") or "ledger_transfer_reversed_once" in text:
        raise NotReversible(f"The entry {entry.id} was refused: {sentence}") from error
    if code in ("exists", "sealed") or "_pkey" in text:
        raise ConflictingEntry(f"The entry {entry.id} uses the id of another entry or transfer: {sentence}") from error
    raise LedgerRefused(f"The entry {entry.id} was refused: {sentence}") from error


def _first_below_zero(entry: EntryRow, transfers: Sequence[Transfer]) -> BelowZero:
    """SQLite's refusals cannot name the account; the transaction still shows which it is."""
    ids = {ref.id_in(entry.book_id) for transfer in transfers for ref in (transfer.debit, transfer.credit)}
    accounts = Account.objects.filter(id__in=ids, balance_minor__lt=0, may_go_below_zero=False)
    account = min(accounts, key=lambda found: found.ref.key)
    return BelowZero(account.ref, account.balance_minor)


def reverse_entry(
    *,
    book_id: UUID,
    entry_id: UUID,
    reverses_entry_id: UUID,
    effective_on: date,
    subject: UUID,
    by: UUID | None,
    at: datetime,
    only: Collection[UUID] | None = None,
    position: int | None = None,
) -> Outcome:
    """Undo an entry, or only some of its transfers, by a new entry whose transfers mirror and name the old ones.

    The new transfers' ids follow from the new entry's id, so sending it twice changes nothing.

    Args: only, the ids of the transfers to undo; position, when it is not the position of the entry that is undone.
    Raises: UnknownEntry; NotReversible, when a transfer is reversed already; and what `post_entry` raises.
    """
    original = JournalEntry.objects.filter(id=reverses_entry_id, book_id=book_id).first()
    if original is None:
        raise UnknownEntry(f"There is no entry {reverses_entry_id} in the book {book_id}.")
    chosen = [transfer for transfer in transfers_of(reverses_entry_id) if only is None or transfer.id in only]
    if only is not None and len(chosen) != len(set(only)):
        raise NotReversible(f"Not all of the transfers to undo are in the entry {reverses_entry_id}.")
    return post_entry(
        book_id=book_id,
        entry_id=entry_id,
        kind="correction",
        position=original.position if position is None else position,
        effective_on=effective_on,
        # the last is undone first, as one takes back what one has laid out
        transfers=[
            transfer.reversal(id=uuid5(entry_id, str(transfer.id)), effective_on=effective_on)
            for transfer in reversed(chosen)
        ],
        subject=subject,
        by=by,
        at=at,
    )
