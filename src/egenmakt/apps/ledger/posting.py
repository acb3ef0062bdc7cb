# ruff: noqa: S608  the SQL is put together from this file's own words and marks for values only
"""How an entry is written: one call of a function inside PostgreSQL, three statements on SQLite."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from django.db import connection

from egenmakt.apps.audit.arrays import array_of, elements
from egenmakt.apps.audit.driver import run
from egenmakt.apps.ledger.guards import PLAN_FOR_LARGE_TABLES
from egenmakt.core.ledger.chart import CHART, AccountRef
from egenmakt.core.ledger.transfers import Transfer

ENTRY_COLUMNS: Final = {
    "entries": "uuid",
    "books": "uuid",
    "entry_kinds": "text",
    "positions": "integer",
    "days": "date",
    "times": "timestamptz",
    "posters": "uuid",
    "subjects": "uuid",
    "counts": "integer",
    "totals": "bigint",
    "accounts": "uuid",
    "account_books": "uuid",
    "account_kinds": "text",
    "owners": "uuid",
    "below_zero": "boolean",
    "on_debit": "boolean",
    "transfers": "uuid",
    "places": "integer",
    "sequences": "integer",
    "debits": "integer",
    "credits": "integer",
    "amounts": "bigint",
    "reasons": "text",
    "dates": "date",
    "reversed": "uuid",
}
"""What the function in PostgreSQL is given, each as a list: of every entry; of every account that is touched; of every
transfer, with the place of its entry and of its two accounts in their lists, counted from 1."""

_OF_ENTRY: Final = tuple(ENTRY_COLUMNS)[:10]
_OF_ACCOUNT: Final = tuple(ENTRY_COLUMNS)[10:16]
_OF_TRANSFER: Final = tuple(ENTRY_COLUMNS)[16:]

# Inside the database, because its statements are planned once for each connection and not for each meeting; of several
# entries at once, because each statement is made ready once for all of them.
CREATE_POST_ENTRIES: Final = f"""
CREATE OR REPLACE FUNCTION ledger_post_entries(
    {", ".join(f"the_{name} {kind}[]" for name, kind in ENTRY_COLUMNS.items())}
) RETURNS text LANGUAGE plpgsql {PLAN_FOR_LARGE_TABLES} AS $$
BEGIN
    PERFORM 1 FROM ledger_book WHERE id = ANY (the_books) ORDER BY id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT 1 FROM unnest(the_books) AS asked (id)
        WHERE NOT EXISTS (SELECT 1 FROM ledger_book WHERE ledger_book.id = asked.id)
    ) THEN
        RETURN 'unknown_book';
    END IF;
    IF EXISTS (SELECT 1 FROM ledger_journalentry WHERE id = ANY (the_entries)) THEN
        RETURN 'exists';
    END IF;

    INSERT INTO ledger_account (id, book_id, kind, owner, may_go_below_zero, grows_on_debit, balance_minor)
    SELECT a.id, a.book, a.kind, a.owner, a.below_zero, a.on_debit, 0
    FROM unnest(the_accounts, the_account_books, the_account_kinds, the_owners, the_below_zero, the_on_debit)
        AS a (id, book, kind, owner, below_zero, on_debit)
    WHERE NOT EXISTS (SELECT 1 FROM ledger_account WHERE ledger_account.id = a.id);

    INSERT INTO ledger_transfer (id, entry_id, book_id, sequence, debit_account_id, credit_account_id,
        amount_minor, reason, effective_on, reverses_id)
    SELECT t.id, the_entries[t.place], the_books[t.place], t.sequence, the_accounts[t.debit], the_accounts[t.credit],
        t.amount, t.reason, t.day, t.reversed
    FROM unnest(the_transfers, the_places, the_sequences, the_debits, the_credits, the_amounts, the_reasons, the_dates,
        the_reversed) AS t (id, place, sequence, debit, credit, amount, reason, day, reversed);

    INSERT INTO ledger_journalentry (id, book_id, kind, position, effective_on, posted_at, posted_by, subject,
        transfer_count, amount_total_minor)
    SELECT * FROM unnest(the_entries, the_books, the_entry_kinds, the_positions, the_days, the_times, the_posters,
        the_subjects, the_counts, the_totals);
    RETURN 'recorded';
END $$;
"""
DROP_POST_ENTRIES: Final = "DROP FUNCTION IF EXISTS ledger_post_entries;"

Value = int | str | None
"""What SQLite's driver is given; ids as 32 characters, days and instants as text."""

_CALL: Final = f"SELECT ledger_post_entries({', '.join(f'%({name})b' for name in ENTRY_COLUMNS)})"


@dataclass(frozen=True, slots=True)
class EntryRow:
    """What an entry says about its transfers: whose they are, where they belong, who recorded them and when."""

    id: UUID
    book_id: UUID
    kind: str
    position: int
    effective_on: date
    posted_at: datetime
    posted_by: UUID | None
    subject: UUID


Posting = tuple[EntryRow, Sequence[Transfer]]
"""An entry with all its transfers."""


def _accounts(transfers: Sequence[Transfer]) -> dict[AccountRef, int]:
    """Each account that is touched, with its number from 1."""
    numbers: dict[AccountRef, int] = {}
    for transfer in transfers:
        numbers.setdefault(transfer.debit, len(numbers) + 1)
        numbers.setdefault(transfer.credit, len(numbers) + 1)
    return numbers


@lru_cache(maxsize=65_536)
def _account_row(ref: AccountRef, book_id: UUID) -> tuple[bytes, ...]:
    """An account as PostgreSQL is given it, in the order of its columns: most are touched again at the next meeting."""
    kind = CHART[ref.kind]
    values = (ref.id_in(book_id), book_id, ref.kind, ref.owner, kind.may_go_below_zero, kind.side == "debit")
    return tuple(_one(ENTRY_COLUMNS[name], value) for name, value in zip(_OF_ACCOUNT, values, strict=True))


@lru_cache(maxsize=4096)
def _one(kind: str, value: Any) -> bytes:
    return elements(kind, [value])[0]


def entry_lists(postings: Sequence[Posting]) -> dict[str, bytes]:
    """Entries of different books, with their accounts and transfers, as `ENTRY_COLUMNS` names them."""
    rows: list[tuple[Any, ...]] = []
    accounts: list[tuple[bytes, ...]] = []
    moved: dict[str, list[bytes]] = {name: [] for name in _OF_TRANSFER}
    for place, (entry, transfers) in enumerate(postings, start=1):
        numbers, before, count = _accounts(transfers), len(accounts), len(transfers)
        amounts = [transfer.amount_minor for transfer in transfers]
        rows.append((*_entry_row(entry), count, sum(amounts)))
        accounts += [_account_row(ref, entry.book_id) for ref in numbers]
        moved["transfers"] += elements("uuid", [transfer.id for transfer in transfers])
        moved["places"] += [_one("integer", place)] * count
        moved["sequences"] += [_one("integer", number) for number in range(count)]
        moved["debits"] += [_one("integer", before + numbers[transfer.debit]) for transfer in transfers]
        moved["credits"] += [_one("integer", before + numbers[transfer.credit]) for transfer in transfers]
        moved["amounts"] += elements("bigint", amounts)
        moved["reasons"] += [_one("text", transfer.reason) for transfer in transfers]
        moved["dates"] += [_one("date", transfer.effective_on) for transfer in transfers]
        moved["reversed"] += elements("uuid", [transfer.reverses for transfer in transfers])
    lists = {name: elements(ENTRY_COLUMNS[name], values) for name, values in _columns(_OF_ENTRY, rows)}
    lists.update(_columns(_OF_ACCOUNT, accounts))
    return {name: array_of(ENTRY_COLUMNS[name], parts) for name, parts in (lists | moved).items()}


def _columns(names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> Iterator[tuple[str, list[Any]]]:
    """Rows turned into columns, of which there is one for each name even when there are no rows."""
    yield from zip(names, map(list, zip(*rows, strict=True)) if rows else ([] for _ in names), strict=True)


def _entry_row(entry: EntryRow) -> tuple[Any, ...]:
    return (
        entry.id,
        entry.book_id,
        entry.kind,
        entry.position,
        entry.effective_on,
        entry.posted_at,
        entry.posted_by,
        entry.subject,
    )


def write_on_postgresql(entry: EntryRow, transfers: Sequence[Transfer]) -> str:
    """Write the whole entry in one round trip. Returns: recorded, exists or unknown_book."""
    return str(run([(_CALL, entry_lists([(entry, transfers)]))])[0][0][0])


# SQLite takes 32,766 parameters in a statement, and its driver keeps 128 statements ready: so whole blocks and a rest.
_BLOCK: Final = 32


def _hex(id_: UUID | None) -> str | None:
    return id_.hex if id_ else None


def _insert_rows(sql: str, rows: Sequence[tuple[Value, ...]]) -> None:
    """Write rows by statements of many rows each, which costs less than a statement for each row."""
    for start in range(0, len(rows), _BLOCK):
        block = rows[start : start + _BLOCK]
        marks = f"({','.join('?' * len(block[0]))})"
        run([(sql + ",".join([marks] * len(block)), [value for row in block for value in row])])


def write_on_sqlite(entry: EntryRow, transfers: Sequence[Transfer]) -> str:
    """Write the accounts that are new, the transfers, and the entry last. Returns as `write_on_postgresql`."""
    book = entry.book_id.hex
    refs = {ref: ref.id_in(entry.book_id).hex for ref in _accounts(transfers)}
    question = (
        "SELECT EXISTS (SELECT 1 FROM ledger_book WHERE id = ?), "
        "EXISTS (SELECT 1 FROM ledger_journalentry WHERE id = ?)"
    )
    [[(has_book, has_entry)]] = run([(question, (book, entry.id.hex))])
    if not has_book or has_entry:
        return "exists" if has_book else "unknown_book"
    known = _known_accounts(list(refs.values()))
    _insert_rows(
        "INSERT INTO ledger_account (id, book_id, kind, owner, may_go_below_zero, grows_on_debit, balance_minor) "
        "VALUES ",
        [
            (id_, book, ref.kind, _hex(ref.owner), kind.may_go_below_zero, kind.side == "debit", 0)
            for ref, id_ in refs.items()
            if id_ not in known and (kind := CHART[ref.kind])
        ],
    )
    _insert_rows(
        "INSERT INTO ledger_transfer (id, entry_id, book_id, sequence, debit_account_id, credit_account_id, "
        "amount_minor, reason, effective_on, reverses_id) VALUES ",
        [
            (
                transfer.id.hex,
                entry.id.hex,
                book,
                number,
                refs[transfer.debit],
                refs[transfer.credit],
                transfer.amount_minor,
                transfer.reason,
                transfer.effective_on.isoformat(),
                _hex(transfer.reverses),
            )
            for number, transfer in enumerate(transfers)
        ],
    )
    _insert_rows(
        "INSERT INTO ledger_journalentry (id, book_id, kind, position, effective_on, posted_at, posted_by, subject, "
        "transfer_count, amount_total_minor) VALUES ",
        [
            (
                entry.id.hex,
                book,
                entry.kind,
                entry.position,
                entry.effective_on.isoformat(),
                connection.ops.adapt_datetimefield_value(entry.posted_at),
                _hex(entry.posted_by),
                entry.subject.hex,
                len(transfers),
                sum(transfer.amount_minor for transfer in transfers),
            )
        ],
    )
    return "recorded"


def _known_accounts(ids: list[str]) -> set[str]:
    known: set[str] = set()
    for start in range(0, len(ids), 500):
        block = ids[start : start + 500]
        [rows] = run([(f"SELECT id FROM ledger_account WHERE id IN ({','.join('?' * len(block))})", block)])
        known.update(id for (id,) in rows)
    return known
