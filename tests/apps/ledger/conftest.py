"""A group with a book: Amina, Beatrice and Chipo save into one box."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from egenmakt.apps.ledger.services import open_book, post_entry
from egenmakt.core.ledger.chart import CHART, AccountRef
from egenmakt.core.ledger.transfers import Transfer

AT = datetime(2026, 3, 4, 10, 30, tzinfo=UTC)
DAY = date(2026, 3, 4)
BOX = AccountRef("loan_fund_box")


@dataclass
class Group:
    """A book with its members, and short ways to write in it: through the service, or by hand in SQL."""

    currency: str = "KES"
    book_id: UUID = field(default_factory=uuid4)
    organisation_id: UUID = field(default_factory=uuid4)
    amina: AccountRef = field(default_factory=lambda: AccountRef("shares", uuid4()))
    beatrice: AccountRef = field(default_factory=lambda: AccountRef("shares", uuid4()))
    chipo: AccountRef = field(default_factory=lambda: AccountRef("shares", uuid4()))

    def open(self) -> Group:
        open_book(id=self.book_id, currency=self.currency, organisation_id=self.organisation_id, at=AT)
        return self

    def post(
        self,
        transfers: Sequence[Transfer],
        *,
        entry_id: UUID | None = None,
        position: int = 1,
        kind: str = "meeting",
        effective_on: date = DAY,
    ) -> str:
        with transaction.atomic():
            return post_entry(
                book_id=self.book_id,
                entry_id=entry_id or uuid4(),
                kind=kind,
                position=position,
                effective_on=effective_on,
                transfers=transfers,
                subject=self.book_id,
                by=None,
                at=AT,
            )

    def account(self, ref: AccountRef) -> UUID:
        """The account's id, after making it if it is not there."""
        run(
            "INSERT INTO ledger_account (id, book_id, kind, owner, balance_minor, may_go_below_zero, grows_on_debit) "
            "SELECT %s, %s, %s, %s, 0, %s, %s WHERE NOT EXISTS (SELECT 1 FROM ledger_account WHERE id = %s)",
            id_ := ref.id_in(self.book_id),
            self.book_id,
            ref.kind,
            ref.owner,
            CHART[ref.kind].may_go_below_zero,
            CHART[ref.kind].side == "debit",
            id_,
        )
        return id_

    def write(self, entry_id: UUID, debit: UUID, credit: UUID, amount: object, **other: object) -> UUID:
        """One transfer in SQL by hand. Returns its id."""
        row = {"id": uuid4(), "entry_id": entry_id, "book_id": self.book_id, "sequence": 0, "debit_account_id": debit}
        row |= {"credit_account_id": credit, "amount_minor": amount, "reason": "by_hand", "effective_on": DAY} | other
        insert("ledger_transfer", **row)
        return row["id"]  # type: ignore[return-value]  # it is a UUID unless a test says otherwise

    def seal(self, entry_id: UUID, *, count: int, total: int, book_id: UUID | None = None) -> None:
        """The entry's row in SQL by hand."""
        insert(
            "ledger_journalentry",
            id=entry_id,
            book_id=book_id or self.book_id,
            kind="meeting",
            position=1,
            effective_on=DAY,
            posted_at=AT,
            subject=self.book_id,
            transfer_count=count,
            amount_total_minor=total,
        )


def move(debit: AccountRef, credit: AccountRef, amount_minor: int, *, on: date = DAY) -> Transfer:
    return Transfer(uuid4(), debit, credit, amount_minor, "share_purchase", on)


def _plain(value: object) -> object:
    return value.hex if isinstance(value, UUID) and connection.vendor == "sqlite" else value


def run(sql: str, *parameters: object) -> None:
    """SQL by hand, past Django's models."""
    with connection.cursor() as cursor:
        cursor.execute(sql, [_plain(value) for value in parameters])  # type: ignore[misc]  # any value may be tried


def insert(table: str, **row: object) -> None:
    run(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(['%s'] * len(row))})", *row.values())


@pytest.fixture
def group(db: None) -> Group:
    return Group().open()


@pytest.fixture
def neighbours(db: None) -> Group:
    """Another group, with a book in another currency."""
    return Group(currency="UGX").open()
