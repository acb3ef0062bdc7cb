# ruff: noqa: S608  the SQL is put together from this file's own words only
"""What the database itself refuses: every rule of the ledger as a trigger, on SQLite and on PostgreSQL.

A refusal is an IntegrityError whose message begins with a word and a colon, such as `below_zero:`, so that services
can turn it into an error with a sentence of its own.

The two databases differ in one thing. PostgreSQL checks a whole statement at once, under a lock on the book, so one
book has one writer at a time and accounts never wait for each other in a circle. SQLite, which has one writer anyway,
checks row by row and adds up when the entry is sealed.
"""

from __future__ import annotations

from typing import Final

from egenmakt.apps.audit.guards import Guard
from egenmakt.core.money import MINOR_MAX

APPEND_ONLY: Final = (
    "append_only: what stands in the ledger is never changed or removed; reverse it with a new transfer."
)
SEALED: Final = "sealed: the entry is recorded, and nothing can be added to it."
BALANCE_BY_HAND: Final = "balance_by_hand: an account is changed only by its transfers."
NOT_BORN_EMPTY: Final = "not_born_empty: a new account begins at zero."
EXISTS: Final = "exists: a row of this id, or in this place, is already there."
REVERSED: Final = "reversed: a transfer is reversed at most once."
FOREIGN_ACCOUNT: Final = "foreign_account: an account of the transfer does not exist in its book."
FALSE_MIRROR: Final = "false_mirror: a reversal has the amount of the transfer it names, with its two accounts swapped."
NOT_WHOLE: Final = "not_whole: an amount is a whole number of minor units."
MISCOUNTED: Final = "miscounted: the number, order, sum or book of the transfers is not what their entry says."
BELOW_ZERO: Final = "below_zero: an account would fall below zero."
TOO_LARGE: Final = "too_large: a balance would be too large to be kept exactly."
UNSEALED: Final = "unsealed: transfers were written without the entry that seals them."
FIXED_BOOK: Final = "fixed_book: a book keeps its id, its currency and the day it was opened."


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _sqlite(name: str, when: str, table: str, body: str, *, on: str = "") -> str:
    return f"CREATE TRIGGER {name} {when} ON {table} FOR EACH ROW {on} BEGIN {body} END"


def _abort(message: str) -> str:
    return f"RAISE(ABORT, {_quoted(message)})"


# A function's plans are kept as long as the connection, and may be made when the tables are still empty, for which
# reading a table from end to end seems best. With these the first plan is the one that is right for large tables. And
# a list may be long for all that the plan knows, for which it would be compiled at each call, which takes far longer.
PLAN_FOR_LARGE_TABLES: Final = """SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
    SET plan_cache_mode = force_generic_plan SET jit = off"""

# The message is the trigger's argument: one function serves all flat refusals.
_REFUSE: Final = """
CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = TG_ARGV[0];
END $$;
"""


def _postgresql_refusal(name: str, when: str, table: str, message: str, *, each: str, on: str = "") -> str:
    """A trigger that refuses, for each row or each statement; `on` is a WHEN that narrows it."""
    return (
        f"{_REFUSE} CREATE TRIGGER {name} {when} ON {table} FOR EACH {each} {on} "
        f"EXECUTE FUNCTION ledger_refuse({_quoted(message)});"
    )


def _append_only(table: str) -> list[Guard]:
    guards = []
    for event in ("update", "delete", "truncate"):
        name = f"{table}_no_{event}"
        row = _sqlite(name, f"BEFORE {event.upper()}", table, f"SELECT {_abort(APPEND_ONLY)};")
        statement = _postgresql_refusal(name, f"BEFORE {event.upper()}", table, APPEND_ONLY, each="STATEMENT")
        guards.append(Guard(name, table, "" if event == "truncate" else row, statement))
    return guards


def _never_removed(table: str) -> list[Guard]:
    return [guard for guard in _append_only(table) if not guard.name.endswith("_no_update")]


def _not_replaced(table: str, place: str) -> Guard:
    """SQLite's INSERT OR REPLACE removes the old row without a word, unless every connection sets a pragma."""
    name = f"{table}_no_replace"
    body = f"SELECT {_abort(EXISTS)} WHERE EXISTS (SELECT 1 FROM {table} WHERE {place});"
    return Guard(name, table, _sqlite(name, "BEFORE INSERT", table, body), "")


_BOOK_FIXED = Guard(
    "ledger_book_fixed",
    "ledger_book",
    _sqlite(
        "ledger_book_fixed",
        "BEFORE UPDATE",
        "ledger_book",
        f"SELECT {_abort(FIXED_BOOK)};",
        on="WHEN NEW.id <> OLD.id OR NEW.currency <> OLD.currency OR NEW.created_at <> OLD.created_at",
    ),
    _postgresql_refusal(
        "ledger_book_fixed",
        "BEFORE UPDATE",
        "ledger_book",
        FIXED_BOOK,
        each="ROW",
        on="WHEN (NEW.id <> OLD.id OR NEW.currency <> OLD.currency OR NEW.created_at <> OLD.created_at)",
    ),
)

_ACCOUNT_BORN_EMPTY = Guard(
    "ledger_account_born_empty",
    "ledger_account",
    _sqlite(
        "ledger_account_born_empty",
        "BEFORE INSERT",
        "ledger_account",
        f"SELECT {_abort(NOT_BORN_EMPTY)};",
        on="WHEN NEW.balance_minor IS NOT 0 OR NEW.last_transfer IS NOT NULL",
    ),
    _postgresql_refusal(
        "ledger_account_born_empty",
        "BEFORE INSERT",
        "ledger_account",
        NOT_BORN_EMPTY,
        each="ROW",
        on="WHEN (NEW.balance_minor <> 0 OR NEW.last_transfer IS NOT NULL)",
    ),
)

# SQLite cannot tell a trigger's update from one by hand. So the update must be exactly what the newest transfer adds
# to this account, and each transfer may do it once.
_ACCOUNT_SQLITE_UPDATE: Final = f"""
SELECT {_abort(BALANCE_BY_HAND)} WHERE NOT (
    NEW.id = OLD.id AND NEW.book_id = OLD.book_id AND NEW.kind = OLD.kind AND NEW.owner IS OLD.owner
    AND NEW.may_go_below_zero = OLD.may_go_below_zero AND NEW.grows_on_debit = OLD.grows_on_debit
    AND NEW.last_transfer IS NOT OLD.last_transfer AND typeof(NEW.balance_minor) = 'integer'
    AND EXISTS (
        SELECT 1 FROM ledger_transfer t
        WHERE t.rowid = (SELECT max(rowid) FROM ledger_transfer) AND t.id = NEW.last_transfer
        AND NEW.balance_minor - OLD.balance_minor = t.amount_minor
            * CASE OLD.id WHEN t.debit_account_id THEN 1 WHEN t.credit_account_id THEN -1 END
            * CASE WHEN OLD.grows_on_debit THEN 1 ELSE -1 END
    )
);
"""

_ACCOUNT_UPDATE = Guard(
    "ledger_account_by_transfer_only",
    "ledger_account",
    _sqlite("ledger_account_by_transfer_only", "BEFORE UPDATE", "ledger_account", _ACCOUNT_SQLITE_UPDATE),
    _postgresql_refusal(
        "ledger_account_by_transfer_only",
        "BEFORE UPDATE",
        "ledger_account",
        BALANCE_BY_HAND,
        each="STATEMENT",
        # 0: the update was given by hand; 1: it comes from the trigger on transfers
        on="WHEN (pg_trigger_depth() = 0)",
    ),
)

_TRANSFER_SQLITE_CHECK: Final = f"""
SELECT CASE
    WHEN EXISTS (SELECT 1 FROM ledger_transfer WHERE id = NEW.id) THEN {_abort(EXISTS)}
    WHEN EXISTS (SELECT 1 FROM ledger_transfer WHERE entry_id = NEW.entry_id AND sequence = NEW.sequence)
        THEN {_abort(EXISTS)}
    WHEN EXISTS (SELECT 1 FROM ledger_journalentry WHERE id = NEW.entry_id) THEN {_abort(SEALED)}
    WHEN NOT EXISTS (SELECT 1 FROM ledger_account WHERE id = NEW.debit_account_id AND book_id = NEW.book_id)
        OR NOT EXISTS (SELECT 1 FROM ledger_account WHERE id = NEW.credit_account_id AND book_id = NEW.book_id)
        THEN {_abort(FOREIGN_ACCOUNT)}
    WHEN NEW.reverses_id IS NOT NULL AND EXISTS (SELECT 1 FROM ledger_transfer WHERE reverses_id = NEW.reverses_id)
        THEN {_abort(REVERSED)}
    WHEN NEW.reverses_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM ledger_transfer t WHERE t.id = NEW.reverses_id AND t.book_id = NEW.book_id
        AND t.amount_minor = NEW.amount_minor
        AND t.debit_account_id = NEW.credit_account_id AND t.credit_account_id = NEW.debit_account_id
    ) THEN {_abort(FALSE_MIRROR)}
END;
"""

_TRANSFER_SQLITE_POST: Final = f"""
SELECT {_abort(NOT_WHOLE)} WHERE typeof(NEW.amount_minor) <> 'integer' OR typeof(NEW.sequence) <> 'integer';
UPDATE ledger_account SET last_transfer = NEW.id, balance_minor = balance_minor
    + CASE WHEN grows_on_debit THEN NEW.amount_minor ELSE -NEW.amount_minor END WHERE id = NEW.debit_account_id;
UPDATE ledger_account SET last_transfer = NEW.id, balance_minor = balance_minor
    + CASE WHEN grows_on_debit THEN -NEW.amount_minor ELSE NEW.amount_minor END WHERE id = NEW.credit_account_id;
"""

_TRANSFER_POSTGRESQL_POST: Final = f"""
CREATE OR REPLACE FUNCTION ledger_transfer_post() RETURNS trigger LANGUAGE plpgsql
    {PLAN_FOR_LARGE_TABLES} AS $$
DECLARE
    fault text;
BEGIN
    PERFORM 1 FROM ledger_book WHERE id IN (SELECT book_id FROM posted) ORDER BY id FOR NO KEY UPDATE;

    -- The first transfer of an entry is the one that waits, at commit, for the entry: so it must be there.
    -- Each question is a subquery with the whole key of one index, so no other plan is possible.
    SELECT CASE
        WHEN bool_or((SELECT true FROM ledger_journalentry e WHERE e.id = p.entry_id)) THEN {_quoted(SEALED)}
        WHEN NOT bool_and(coalesce((
            SELECT t.book_id = p.book_id FROM ledger_transfer t WHERE t.entry_id = p.entry_id AND t.sequence = 0
        ), false)) THEN {_quoted(MISCOUNTED)}
    END INTO fault FROM (SELECT DISTINCT entry_id, book_id FROM posted) p;

    IF fault IS NULL AND EXISTS (SELECT 1 FROM posted p WHERE p.reverses_id IS NOT NULL AND NOT coalesce((
        SELECT t.book_id = p.book_id AND t.amount_minor = p.amount_minor
            AND t.debit_account_id = p.credit_account_id AND t.credit_account_id = p.debit_account_id
        FROM ledger_transfer t WHERE t.id = p.reverses_id
    ), false)) THEN
        fault := {_quoted(FALSE_MIRROR)};
    END IF;

    IF fault IS NULL THEN
        WITH effect AS MATERIALIZED (
            SELECT account_id, book_id, sum(debit_minor) AS debit_minor FROM (
                SELECT debit_account_id, book_id, amount_minor FROM posted
                UNION ALL SELECT credit_account_id, book_id, -amount_minor FROM posted
            ) AS sides (account_id, book_id, debit_minor) GROUP BY account_id, book_id
        ), changed AS (
            UPDATE ledger_account a
            SET balance_minor = a.balance_minor + CASE WHEN grows_on_debit THEN debit_minor ELSE -debit_minor END
            FROM effect WHERE a.id = effect.account_id AND a.book_id = effect.book_id
            RETURNING a.kind, a.owner, a.balance_minor, a.may_go_below_zero
        )
        SELECT CASE
            WHEN (SELECT count(*) FROM effect) > count(*) THEN {_quoted(FOREIGN_ACCOUNT)}
            WHEN bool_or(abs(balance_minor) > {MINOR_MAX}) THEN {_quoted(TOO_LARGE)}
            ELSE min(format('below_zero: %s would fall to %s', concat_ws('/', kind, owner), balance_minor))
                FILTER (WHERE balance_minor < 0 AND NOT may_go_below_zero)
        END INTO fault FROM changed;
    END IF;

    IF fault IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = fault;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_transfer_post AFTER INSERT ON ledger_transfer
    REFERENCING NEW TABLE AS posted FOR EACH STATEMENT EXECUTE FUNCTION ledger_transfer_post();
"""

# Deferred: at commit. One question for each entry, where a foreign key would ask it for each transfer.
_TRANSFER_POSTGRESQL_SEALED: Final = f"""
CREATE OR REPLACE FUNCTION ledger_transfer_sealed() RETURNS trigger LANGUAGE plpgsql
    {PLAN_FOR_LARGE_TABLES} AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM ledger_journalentry WHERE id = NEW.entry_id AND book_id = NEW.book_id) THEN
        RAISE EXCEPTION USING ERRCODE = 'foreign_key_violation', MESSAGE = {_quoted(UNSEALED)};
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_transfer_sealed AFTER INSERT ON ledger_transfer
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.sequence = 0) EXECUTE FUNCTION ledger_transfer_sealed();
"""

# Distinct by (entry, sequence) and never below 0: so a last sequence of count - 1 leaves no gap.
_ENTRY_SQLITE_SEAL: Final = f"""
SELECT {_abort(MISCOUNTED)} FROM (
    SELECT count(*) AS number, coalesce(max(sequence), -1) AS last,
        total(book_id <> NEW.book_id) AS strangers
    FROM ledger_transfer WHERE entry_id = NEW.id
) WHERE number <> NEW.transfer_count OR last <> number - 1 OR strangers > 0;
SELECT {_abort(MISCOUNTED)} WHERE NEW.amount_total_minor IS NOT
    (SELECT coalesce(sum(amount_minor), 0) FROM ledger_transfer WHERE entry_id = NEW.id);
SELECT CASE WHEN abs(balance_minor) > {MINOR_MAX} THEN {_abort(TOO_LARGE)}
    WHEN balance_minor < 0 AND NOT may_go_below_zero THEN {_abort(BELOW_ZERO)} END
FROM ledger_account WHERE id IN (
    SELECT debit_account_id FROM ledger_transfer WHERE entry_id = NEW.id
    UNION SELECT credit_account_id FROM ledger_transfer WHERE entry_id = NEW.id
);
"""

_ENTRY_POSTGRESQL_SEAL: Final = f"""
CREATE OR REPLACE FUNCTION ledger_journalentry_seal() RETURNS trigger LANGUAGE plpgsql
    {PLAN_FOR_LARGE_TABLES} AS $$
BEGIN
    PERFORM 1 FROM ledger_book WHERE id IN (SELECT book_id FROM sealed) ORDER BY id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT 1 FROM sealed s CROSS JOIN LATERAL (
            SELECT count(*) AS number, coalesce(sum(amount_minor), 0) AS amount,
                coalesce(max(sequence), -1) AS last, count(*) FILTER (WHERE book_id <> s.book_id) AS strangers
            FROM ledger_transfer WHERE entry_id = s.id
        ) AS found
        WHERE number <> s.transfer_count OR amount <> s.amount_total_minor OR last <> number - 1 OR strangers > 0
    ) THEN
        RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = {_quoted(MISCOUNTED)};
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_journalentry_seal AFTER INSERT ON ledger_journalentry
    REFERENCING NEW TABLE AS sealed FOR EACH STATEMENT EXECUTE FUNCTION ledger_journalentry_seal();
"""

GUARDS: Final[list[Guard]] = [
    *_never_removed("ledger_book"),
    _not_replaced("ledger_book", "id = NEW.id"),
    _BOOK_FIXED,
    *_never_removed("ledger_account"),
    _not_replaced(
        "ledger_account", "id = NEW.id OR (book_id = NEW.book_id AND kind = NEW.kind AND owner IS NEW.owner)"
    ),
    _ACCOUNT_BORN_EMPTY,
    _ACCOUNT_UPDATE,
    *_append_only("ledger_transfer"),
    Guard(
        "ledger_transfer_check",
        "ledger_transfer",
        _sqlite("ledger_transfer_check", "BEFORE INSERT", "ledger_transfer", _TRANSFER_SQLITE_CHECK),
        "",
    ),
    Guard(
        "ledger_transfer_post",
        "ledger_transfer",
        _sqlite("ledger_transfer_post", "AFTER INSERT", "ledger_transfer", _TRANSFER_SQLITE_POST),
        _TRANSFER_POSTGRESQL_POST,
    ),
    Guard("ledger_transfer_sealed", "ledger_transfer", "", _TRANSFER_POSTGRESQL_SEALED),
    *_append_only("ledger_journalentry"),
    _not_replaced("ledger_journalentry", "id = NEW.id"),
    Guard(
        "ledger_journalentry_seal",
        "ledger_journalentry",
        _sqlite("ledger_journalentry_seal", "AFTER INSERT", "ledger_journalentry", _ENTRY_SQLITE_SEAL),
        _ENTRY_POSTGRESQL_SEAL,
    ),
]
"""Every guard of the ledger, in the order in which they are installed."""
