# ruff: noqa: S608  the SQL is put together from this file's own words and marks for values only
"""How an entry is written: one call of a function inside PostgreSQL, three statements on SQLite."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db import connection

from egenmakt.apps.audit.driver import run
from egenmakt.apps.ledger.guards import PLAN_FOR_LARGE_TABLES
from egenmakt.core.ledger.chart import CHART, AccountRef
from egenmakt.core.ledger.transfers import Transfer

# Inside the database, because its statements are planned once for each connection and not for each meeting.
CREATE_POST_ENTRY: Final = f"""
CREATE OR REPLACE FUNCTION ledger_post_entry(
    the_id uuid, the_book uuid, the_kind text, the_position integer, the_date date, the_time timestamptz,
    the_poster uuid, the_subject uuid, the_total bigint,
    accounts uuid[], kinds text[], owners uuid[], below_zero boolean[], on_debit boolean[],
    transfers uuid[], debits integer[], credits integer[], amounts bigint[], reasons text[], dates date[],
    reversed uuid[]
) RETURNS text LANGUAGE plpgsql {PLAN_FOR_LARGE_TABLES} AS $$
BEGIN
    PERFORM 1 FROM ledger_book WHERE id = the_book FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN 'unknown_book';
    END IF;
    IF EXISTS (SELECT 1 FROM ledger_journalentry WHERE id = the_id) THEN
        RETURN 'exists';
    END IF;

    INSERT INTO ledger_account (id, book_id, kind, owner, may_go_below_zero, grows_on_debit, balance_minor)
    SELECT a.id, the_book, a.kind, a.owner, a.below_zero, a.on_debit, 0
    FROM unnest(accounts, kinds, owners, below_zero, on_debit) AS a (id, kind, owner, below_zero, on_debit)
    WHERE NOT EXISTS (SELECT 1 FROM ledger_account WHERE ledger_account.id = a.id);

    INSERT INTO ledger_transfer (id, entry_id, book_id, sequence, debit_account_id, credit_account_id,
        amount_minor, reason, effective_on, reverses_id)
    SELECT t.id, the_id, the_book, t.number - 1, accounts[t.debit], accounts[t.credit],
        t.amount, t.reason, t.day, t.reversed
    FROM unnest(transfers, debits, credits, amounts, reasons, dates, reversed)
        WITH ORDINALITY AS t (id, debit, credit, amount, reason, day, reversed, number);

    INSERT INTO ledger_journalentry (id, book_id, kind, position, effective_on, posted_at, posted_by, subject,
        transfer_count, amount_total_minor)
    VALUES (the_id, the_book, the_kind, the_position, the_date, the_time, the_poster, the_subject,
        cardinality(transfers), the_total);
    RETURN 'recorded';
END $$;
"""
DROP_POST_ENTRY: Final = "DROP FUNCTION IF EXISTS ledger_post_entry;"

Value = int | str | None
"""What SQLite's driver is given; ids as 32 characters, days and instants as text."""

ENTRY_ARRAYS: Final = {
    "total": "bigint",
    "accounts": "uuid[]",
    "account_kinds": "text[]",
    "owners": "uuid[]",
    "below_zero": "boolean[]",
    "on_debit": "boolean[]",
    "transfers": "uuid[]",
    "debits": "integer[]",
    "credits": "integer[]",
    "amounts": "bigint[]",
    "reasons": "text[]",
    "dates": "date[]",
    "reversed": "uuid[]",
}
"""What the function in PostgreSQL is given of an entry's accounts and transfers, in its order."""

_ENTRY: Final = ("id", "book", "kind", "position", "day", "time", "poster", "subject")
_CALL: Final = f"SELECT ledger_post_entry({', '.join(f'%({name})s' for name in (*_ENTRY, *ENTRY_ARRAYS))})"


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


def _array(values: Sequence[object]) -> str:
    """A PostgreSQL array of ids, numbers, days or yes/no, none of which ever needs a quotation mark."""
    return "{" + ",".join(["NULL" if value is None else str(value) for value in values]) + "}"


def _texts(values: Sequence[str]) -> str:
    """A PostgreSQL array of words that may hold anything."""
    return "{" + ",".join(['"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' for value in values]) + "}"


def _accounts(transfers: Sequence[Transfer]) -> dict[AccountRef, int]:
    """Each account that is touched, with its number from 1."""
    numbers: dict[AccountRef, int] = {}
    for transfer in transfers:
        numbers.setdefault(transfer.debit, len(numbers) + 1)
        numbers.setdefault(transfer.credit, len(numbers) + 1)
    return numbers


def entry_values(entry: EntryRow, transfers: Sequence[Transfer]) -> dict[str, Value]:
    """An entry's accounts and transfers as `ENTRY_ARRAYS` names them, each list written as PostgreSQL reads it."""
    numbers = _accounts(transfers)
    kinds = [CHART[ref.kind] for ref in numbers]
    return {
        "total": sum([transfer.amount_minor for transfer in transfers]),
        "accounts": _array([ref.id_in(entry.book_id).hex for ref in numbers]),
        "account_kinds": _array([ref.kind for ref in numbers]),
        "owners": _array([_hex(ref.owner) for ref in numbers]),
        "below_zero": _array([kind.may_go_below_zero for kind in kinds]),
        "on_debit": _array([kind.side == "debit" for kind in kinds]),
        "transfers": _array([transfer.id.hex for transfer in transfers]),
        "debits": _array([numbers[transfer.debit] for transfer in transfers]),
        "credits": _array([numbers[transfer.credit] for transfer in transfers]),
        "amounts": _array([transfer.amount_minor for transfer in transfers]),
        "reasons": _texts([transfer.reason for transfer in transfers]),
        "dates": _array([transfer.effective_on for transfer in transfers]),
        "reversed": _array([_hex(transfer.reverses) for transfer in transfers]),
    }


def write_on_postgresql(entry: EntryRow, transfers: Sequence[Transfer]) -> str:
    """Write the whole entry in one round trip. Returns: recorded, exists or unknown_book."""
    values = entry_values(entry, transfers) | {
        "id": entry.id.hex,
        "book": entry.book_id.hex,
        "kind": entry.kind,
        "position": entry.position,
        "day": entry.effective_on,
        "time": entry.posted_at,
        "poster": _hex(entry.posted_by),
        "subject": entry.subject.hex,
    }
    return str(run([(_CALL, values)])[0][0][0])


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
