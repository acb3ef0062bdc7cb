"""What a book tells: balances now, after a meeting or on a day, passbooks, the trial balance and the cash flow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from egenmakt.apps.ledger.models import Account
from egenmakt.apps.ledger.models import Transfer as Row
from egenmakt.core.ledger.chart import CHART, AccountRef
from egenmakt.core.ledger.transfers import HistoryLine, Transfer, TrialBalanceLine, signed
from egenmakt.core.ledger.transfers import trial_balance as columns

BOX_KINDS: Final = sorted(kind.name for kind in CHART.values() if kind.is_box)


def balances(book_id: UUID) -> dict[AccountRef, int]:
    """Every account of a book with its balance now, on the side that makes it grow; empty ones included."""
    rows = Account.objects.filter(book_id=book_id).values_list("kind", "owner", "balance_minor")
    return {AccountRef(kind, owner): balance for kind, owner, balance in rows}


def balances_after(book_id: UUID, position: int) -> dict[AccountRef, int]:
    """The balances after a meeting, with all that was ever corrected in it or before it."""
    return _summed(Row.objects.filter(entry__book_id=book_id, entry__position__lte=position))


def balances_after_each(book_id: UUID, *, first: int, last: int) -> Iterator[tuple[int, dict[AccountRef, int]]]:
    """The balances after each meeting from `first` to `last`, as `balances_after` gives them, read only once."""
    now = balances_after(book_id, first)
    later = Row.objects.filter(entry__book_id=book_id, entry__position__gt=first, entry__position__lte=last)
    changes: defaultdict[int, dict[AccountRef, int]] = defaultdict(dict)
    for side, sign in (("debit", 1), ("credit", -1)):
        columns = ("entry__position", f"{side}_account__kind", f"{side}_account__owner")
        for position, kind, owner, amount in later.values_list(*columns).annotate(Sum("amount_minor")):
            ref = AccountRef(kind, owner)
            grows = 1 if CHART[kind].side == "debit" else -1
            changes[position][ref] = changes[position].get(ref, 0) + sign * grows * int(amount)
    yield first, dict(now)
    for position in range(first + 1, last + 1):
        for ref, amount in changes[position].items():
            now[ref] = now.get(ref, 0) + amount
        yield position, dict(now)


def balances_at(book_id: UUID, on: date) -> dict[AccountRef, int]:
    """The balances at the end of a day, by the day on which each transfer took effect."""
    return _summed(Row.objects.filter(entry__book_id=book_id, effective_on__lte=on))


def _summed(rows: QuerySet[Row]) -> dict[AccountRef, int]:
    total: defaultdict[AccountRef, int] = defaultdict(int)
    for side, sign in (("debit", 1), ("credit", -1)):
        sums = rows.values_list(f"{side}_account__kind", f"{side}_account__owner").annotate(Sum("amount_minor"))
        for kind, owner, amount in sums:
            grows = 1 if CHART[kind].side == "debit" else -1
            total[AccountRef(kind, owner)] += sign * grows * int(amount)
    return dict(total)


_COLUMNS: Final = (
    "id",
    "debit_account__kind",
    "debit_account__owner",
    "credit_account__kind",
    "credit_account__owner",
    "amount_minor",
    "reason",
    "effective_on",
    "reverses_id",
)


def _read(row: tuple[object, ...]) -> Transfer:
    id_, debit_kind, debit_owner, credit_kind, credit_owner, amount, reason, effective_on, reverses = row
    return Transfer(
        id=id_,  # type: ignore[arg-type]  # values_list knows no types for joined columns
        debit=AccountRef(debit_kind, debit_owner),  # type: ignore[arg-type]  # as above
        credit=AccountRef(credit_kind, credit_owner),  # type: ignore[arg-type]  # as above
        amount_minor=amount,  # type: ignore[arg-type]  # as above
        reason=reason,  # type: ignore[arg-type]  # as above
        effective_on=effective_on,  # type: ignore[arg-type]  # as above
        reverses=reverses,  # type: ignore[arg-type]  # as above
    )


def transfers_of(entry_id: UUID) -> list[Transfer]:
    """The transfers of an entry, in the order in which they were recorded."""
    return [_read(row) for row in Row.objects.filter(entry_id=entry_id).order_by("sequence").values_list(*_COLUMNS)]


def trial_balance(book_id: UUID) -> list[TrialBalanceLine]:
    """Every account that is not empty, in debit and credit columns whose sums are equal."""
    return columns(balances(book_id))


@dataclass(frozen=True, slots=True, order=True)
class HistoryKey:
    """A place in an account's history: by the day, then the entry, then the order within the entry."""

    effective_on: date
    entry_id: UUID
    sequence: int


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Lines of a passbook, the newest first, and where to go on; None where the passbook begins."""

    lines: list[HistoryLine]
    before: HistoryKey | None


def account_history(
    book_id: UUID, account: AccountRef, *, limit: int = 50, before: HistoryKey | None = None
) -> HistoryPage:
    """A page of an account's passbook, each line with the balance after it.

    Args: before, the key that the page before this one gave.
    """
    id_ = account.id_in(book_id)
    found: list[tuple[HistoryKey, Transfer]] = []
    # One query for each side, for each has an index of its own.
    for side in ("debit_account", "credit_account"):
        rows = Row.objects.filter(**{side: id_})
        if before:
            rows = rows.filter(_earlier(before))
        rows = rows.order_by("-effective_on", "-entry_id", "-sequence")
        for *key, in_row in (
            (row[0], row[1], row[2], row[3:])
            for row in rows.values_list("effective_on", "entry_id", "sequence", *_COLUMNS)[: limit + 1]
        ):
            found.append((HistoryKey(*key), _read(in_row)))
    found.sort(key=lambda pair: pair[0], reverse=True)

    lines = []
    balance = _balance_before(account, id_, before)
    for _, transfer in found[:limit]:
        change = signed(transfer, account)
        lines.append(HistoryLine(transfer, change, balance))
        balance -= change
    return HistoryPage(lines, found[limit - 1][0] if len(found) > limit else None)


def _earlier(key: HistoryKey) -> Q:
    return (
        Q(effective_on__lt=key.effective_on)
        | Q(effective_on=key.effective_on, entry_id__lt=key.entry_id)
        | Q(effective_on=key.effective_on, entry_id=key.entry_id, sequence__lt=key.sequence)
    )


def _balance_before(account: AccountRef, id_: UUID, before: HistoryKey | None) -> int:
    """The balance when the transfer at the key, and all after it, had not been recorded."""
    balance = Account.objects.filter(id=id_).values_list("balance_minor", flat=True).first() or 0
    if before is None:
        return balance
    later = {}
    for side in ("debit_account", "credit_account"):
        # the day stands alone too, so that the index on account and day is used
        rows = Row.objects.filter(**{side: id_}, effective_on__gte=before.effective_on).exclude(_earlier(before))
        later[side] = int(rows.aggregate(total=Sum("amount_minor"))["total"] or 0)
    change = later["debit_account"] - later["credit_account"]
    return balance - (change if CHART[account.kind].side == "debit" else -change)


@dataclass(frozen=True, slots=True)
class CashFlow:
    """Money that came into the boxes, went out of them, and is held in them, in minor units of one currency."""

    in_minor: int
    """From the transfers; what moves from one box to another is neither in nor out."""
    out_minor: int
    held_minor: int
    """From the balances, so that the proof compares two things that were written apart."""

    @property
    def is_proved(self) -> bool:
        """Whether the money that came in is the money that went out and the money that is held."""
        return self.in_minor == self.out_minor + self.held_minor


def cash_flow(*, book_id: UUID | None = None, organisation_id: UUID | None = None) -> dict[str, CashFlow]:
    """The cash flow by currency: of one book, of an organisation's books, or of all."""
    accounts = Account.objects.filter(kind__in=BOX_KINDS)
    rows = Row.objects.all()
    if book_id:
        accounts, rows = accounts.filter(book_id=book_id), rows.filter(entry__book_id=book_id)
    if organisation_id:
        accounts = accounts.filter(book__organisation_id=organisation_id)
        rows = rows.filter(entry__book__organisation_id=organisation_id)
    debit, credit = Q(debit_account__kind__in=BOX_KINDS), Q(credit_account__kind__in=BOX_KINDS)
    flows = rows.values_list("entry__book__currency").annotate(
        came_in=Sum("amount_minor", filter=debit & ~credit), went_out=Sum("amount_minor", filter=credit & ~debit)
    )
    held = dict(accounts.values_list("book__currency").annotate(Sum("balance_minor")))
    moved = {currency: (int(came_in or 0), int(went_out or 0)) for currency, came_in, went_out in flows}
    return {
        currency: CashFlow(*moved.get(currency, (0, 0)), int(held.get(currency, 0)))
        for currency in sorted(moved.keys() | held.keys())
    }


def transfers_in_force(*, subject: UUID) -> list[Transfer]:
    """The transfers that stand for a meeting now: its own and its corrections', without those that were reversed."""
    rows = Row.objects.filter(entry__subject=subject, reverses__isnull=True, reversals__isnull=True)
    return [_read(row) for row in rows.order_by("entry__posted_at", "sequence").values_list(*_COLUMNS)]
