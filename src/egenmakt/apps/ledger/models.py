"""The book as the database remembers it: accounts, entries and transfers, which are added and never changed."""

from __future__ import annotations

from itertools import groupby
from typing import Final

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.db.models.functions import Length

from egenmakt.core.ledger.chart import CHART, AccountKind, AccountRef
from egenmakt.core.money import MINOR_MAX

KIND_LENGTH: Final = 32
REASON_LENGTH: Final = 64

# so that a constraint can say currency__length=3
models.CharField.register_lookup(Length)


def _traits(kind: AccountKind) -> tuple[bool, bool, bool]:
    return kind.may_go_below_zero, kind.side == "debit", kind.owned


def _as_in_the_chart() -> Q:
    """An account's kind, its flags and its owner, as the chart has them; a new kind therefore makes a migration."""
    allowed = Q()
    for (below_zero, on_debit, owned), kinds in groupby(sorted(CHART.values(), key=_traits), key=_traits):
        allowed |= Q(
            kind__in=sorted(kind.name for kind in kinds),
            may_go_below_zero=below_zero,
            grows_on_debit=on_debit,
            owner__isnull=not owned,
        )
    return allowed


class Book(models.Model):
    """One group's book, in one currency."""

    id = models.UUIDField(primary_key=True)
    currency = models.CharField(max_length=3)
    # the organisation's node; no foreign key, so that books can live in another database than the people
    organisation_id = models.UUIDField(db_index=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (CheckConstraint(name="ledger_book_currency_has_three_letters", condition=Q(currency__length=3)),)

    def __str__(self) -> str:
        return f"{self.id} ({self.currency})"


class Account(models.Model):
    """One account of a book. Its balance is the sum of its transfers, kept by the database itself."""

    id = models.UUIDField(primary_key=True)
    """`AccountRef.id_in(book)`: the same on every device."""
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="accounts", db_index=False)
    kind = models.CharField(max_length=KIND_LENGTH)
    owner = models.UUIDField(null=True)
    balance_minor = models.BigIntegerField(default=0)
    may_go_below_zero = models.BooleanField()
    grows_on_debit = models.BooleanField()
    # SQLite only, where a trigger cannot tell who updates: a balance follows the newest transfer, and it only once
    last_transfer = models.UUIDField(null=True)

    class Meta:
        constraints = (
            CheckConstraint(name="ledger_account_is_as_in_the_chart", condition=_as_in_the_chart()),
            UniqueConstraint(name="ledger_account_once_for_each_owner", fields=("book", "kind", "owner")),
            UniqueConstraint(
                name="ledger_account_once_without_owner", fields=("book", "kind"), condition=Q(owner__isnull=True)
            ),
        )

    def __str__(self) -> str:
        return self.ref.key

    @property
    def ref(self) -> AccountRef:
        """The account as core names it."""
        return AccountRef(self.kind, self.owner)


class JournalEntry(models.Model):
    """What seals a set of transfers: who recorded them, when, and to which meeting of the book they belong.

    The transfers are written first and this row last; after that nothing can be added to the entry.
    """

    id = models.UUIDField(primary_key=True)
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="entries", db_index=False)
    kind = models.CharField(max_length=KIND_LENGTH)
    """meeting, correction, opening, share_out, exit, manual …"""
    position = models.PositiveIntegerField()
    """The number of the meeting whose balances it changes; a correction carries the number of the meeting it mends."""
    effective_on = models.DateField()
    posted_at = models.DateTimeField()
    posted_by = models.UUIDField(null=True)
    subject = models.UUIDField()
    transfer_count = models.PositiveIntegerField()
    amount_total_minor = models.BigIntegerField()

    class Meta:
        verbose_name_plural = "journal entries"
        constraints = (
            CheckConstraint(name="ledger_entry_has_a_kind", condition=~Q(kind="")),
            CheckConstraint(
                name="ledger_entry_total_fits_count",
                condition=Q(transfer_count=0, amount_total_minor=0)
                | Q(transfer_count__gt=0, amount_total_minor__gte=F("transfer_count")),
            ),
        )
        indexes = (
            models.Index(name="ledger_entry_by_position", fields=("book", "position")),
            models.Index(name="ledger_entry_by_subject", fields=("subject",)),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.position}"


class Transfer(models.Model):
    """An amount from one account to another, written once and for ever.

    Only the entry has a foreign key in the database, deferred to the end of the transaction: it is what refuses
    transfers that nobody sealed. Book, accounts and the reversed transfer are verified by triggers, which ask the
    same and more (the accounts are of this book; a reversal mirrors what it names) for a fraction of the work.
    """

    id = models.UUIDField(primary_key=True)
    entry = models.ForeignKey(JournalEntry, on_delete=models.PROTECT, related_name="transfers", db_index=False)
    book = models.ForeignKey(
        Book, on_delete=models.PROTECT, related_name="transfers", db_index=False, db_constraint=False
    )
    sequence = models.PositiveIntegerField()
    debit_account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="debits", db_index=False, db_constraint=False
    )
    credit_account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="credits", db_index=False, db_constraint=False
    )
    amount_minor = models.BigIntegerField()
    reason = models.CharField(max_length=REASON_LENGTH)
    effective_on = models.DateField()
    reverses = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="reversals", db_index=False, db_constraint=False
    )

    class Meta:
        constraints = (
            CheckConstraint(
                name="ledger_transfer_amount_above_zero", condition=Q(amount_minor__gt=0, amount_minor__lte=MINOR_MAX)
            ),
            CheckConstraint(name="ledger_transfer_two_accounts", condition=~Q(debit_account=F("credit_account"))),
            UniqueConstraint(name="ledger_transfer_in_order", fields=("entry", "sequence")),
            UniqueConstraint(
                name="ledger_transfer_reversed_once", fields=("reverses",), condition=Q(reverses__isnull=False)
            ),
        )
        indexes = (
            models.Index(name="ledger_transfer_by_debit", fields=("debit_account", "effective_on")),
            models.Index(name="ledger_transfer_by_credit", fields=("credit_account", "effective_on")),
        )

    def __str__(self) -> str:
        return f"{self.reason} {self.amount_minor}"
