# ruff: noqa: S608  the SQL is put together from the chart's own words only
"""The ledger checks itself: every balance added up again, every entry counted again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import connection

from egenmakt.core.ledger.chart import CHART


@dataclass(frozen=True, slots=True)
class BalanceFault:
    """An account whose stored balance is not the sum of its transfers, or is below zero where it may not be."""

    book_id: UUID
    account: str
    stored_minor: int
    recomputed_minor: int


@dataclass(frozen=True, slots=True)
class EntryFault:
    """An entry whose transfers are not those that it counted when it was sealed, or that has no row at all."""

    entry_id: UUID
    counted: int | None
    found: int


# The side comes from the chart and not from the row, so that a row that was tampered with is found.
_DEBIT_KINDS: Final = ", ".join(f"'{kind.name}'" for kind in CHART.values() if kind.side == "debit")
_MAY_KINDS: Final = ", ".join(f"'{kind.name}'" for kind in CHART.values() if kind.may_go_below_zero)

_BALANCES: Final = f"""
WITH recomputed AS (
    SELECT account_id, sum(debit_minor) AS debit_minor FROM (
        SELECT debit_account_id AS account_id, amount_minor AS debit_minor FROM ledger_transfer
        UNION ALL SELECT credit_account_id, -amount_minor FROM ledger_transfer
    ) AS sides GROUP BY account_id
), compared AS (
    SELECT a.book_id, a.kind, a.owner, a.balance_minor,
        CASE WHEN a.kind IN ({_DEBIT_KINDS}) THEN coalesce(r.debit_minor, 0)
             ELSE -coalesce(r.debit_minor, 0) END AS sum_minor
    FROM ledger_account a LEFT JOIN recomputed r ON r.account_id = a.id
)
SELECT c.book_id, c.kind, c.owner, c.balance_minor, c.sum_minor
FROM compared c JOIN ledger_book b ON b.id = c.book_id
WHERE (c.balance_minor <> c.sum_minor OR (c.balance_minor < 0 AND c.kind NOT IN ({_MAY_KINDS}))) {{only}}
ORDER BY 1, 2, 3
"""

_ENTRIES: Final = """
WITH found AS (
    SELECT t.entry_id, count(*) AS number, sum(t.amount_minor) AS amount, min(t.sequence) AS first,
        max(t.sequence) AS last, min(e.transfer_count) AS counted, min(e.amount_total_minor) AS total,
        sum(CASE WHEN t.book_id = e.book_id AND d.book_id = e.book_id AND c.book_id = e.book_id THEN 0 ELSE 1 END)
            AS strangers
    FROM ledger_transfer t
    LEFT JOIN ledger_journalentry e ON e.id = t.entry_id
    LEFT JOIN ledger_account d ON d.id = t.debit_account_id
    LEFT JOIN ledger_account c ON c.id = t.credit_account_id
    GROUP BY t.entry_id
)
SELECT entry_id, counted, number FROM found
WHERE counted IS NULL OR counted <> number OR total <> amount OR first <> 0 OR last <> number - 1 OR strangers > 0
UNION ALL
SELECT e.id, e.transfer_count, 0 FROM ledger_journalentry e
WHERE e.transfer_count > 0 AND NOT EXISTS (SELECT 1 FROM ledger_transfer t WHERE t.entry_id = e.id)
"""


def _uuid(value: object) -> UUID:
    # PostgreSQL gives a UUID, SQLite its 32 characters
    return value if isinstance(value, UUID) else UUID(str(value))


def audit_books(*, organisation_id: UUID | None = None) -> list[BalanceFault]:
    """Add up every balance again from its transfers, in one statement, and name the accounts that differ."""
    only, parameters = "", []
    if organisation_id:
        only = "AND b.organisation_id = %s"
        parameters = [organisation_id if connection.vendor == "postgresql" else organisation_id.hex]
    with connection.cursor() as cursor:
        cursor.execute(_BALANCES.format(only=only), parameters)
        return [
            BalanceFault(_uuid(book), kind if owner is None else f"{kind}/{_uuid(owner)}", int(stored), int(computed))
            for book, kind, owner, stored, computed in cursor.fetchall()
        ]


def audit_entries() -> list[EntryFault]:
    """Count every entry's transfers again, in one statement, and name the entries that differ."""
    with connection.cursor() as cursor:
        cursor.execute(_ENTRIES)
        return [EntryFault(_uuid(entry), counted, found) for entry, counted, found in cursor.fetchall()]
