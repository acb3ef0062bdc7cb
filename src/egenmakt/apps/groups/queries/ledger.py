"""A group's book for people: whose each account is, its history, and the proof that no money was lost."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from egenmakt.apps.groups.models import Meeting, SavingsGroup
from egenmakt.apps.groups.queries.members import MemberName, member_names
from egenmakt.apps.ledger.models import JournalEntry
from egenmakt.apps.ledger.queries import CashFlow, HistoryKey, account_history, cash_flow, transfers_of, trial_balance
from egenmakt.apps.lending.models import Loan
from egenmakt.core.ledger.chart import CHART, AccountRef
from egenmakt.core.ledger.transfers import HistoryLine, Transfer, TrialBalanceLine

LINES_PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class LoanName:
    """What tells one loan from another on a page."""

    borrower: UUID | None
    lender: str
    principal_minor: int


@dataclass(frozen=True)
class Owners:
    """Whose the accounts of a book are."""

    members: dict[UUID, MemberName]
    loans: dict[UUID, LoanName]


def owners_of(*, group: SavingsGroup) -> Owners:
    """Everybody and every loan that an account of the group can belong to, in two queries."""
    rows = Loan.objects.filter(book_id=group.book_id).values_list("id", "borrower", "lender", "principal_minor")
    return Owners(
        member_names(group_id=group.id),
        {id: LoanName(borrower, lender, principal) for id, borrower, lender, principal in rows},
    )


@dataclass(frozen=True)
class BookPage:
    """The trial balance of a book, whose two columns agree, and the proof by the money in the boxes."""

    lines: tuple[TrialBalanceLine, ...]
    flow: CashFlow
    owners: Owners

    @property
    def debit_minor(self) -> int:
        """The sum of the debit column."""
        return sum(line.debit_minor for line in self.lines)

    @property
    def credit_minor(self) -> int:
        """The sum of the credit column."""
        return sum(line.credit_minor for line in self.lines)


def book_page(*, group: SavingsGroup) -> BookPage:
    """A group's book now, in five queries."""
    flow = cash_flow(book_id=group.book_id).get(group.currency, CashFlow(0, 0, 0))
    return BookPage(tuple(trial_balance(group.book_id)), flow, owners_of(group=group))


class UnknownAccount(LookupError):
    """The chart has no such account."""


def account_of(*, kind: str, owner: UUID | None) -> AccountRef:
    """An account by the words of an address. Raises: UnknownAccount."""
    if kind not in CHART or CHART[kind].owned != (owner is not None):
        raise UnknownAccount(f"There is no account {kind} of {owner}.")
    return AccountRef(kind, owner)


@dataclass(frozen=True)
class AccountPage:
    """One page of an account's history, the newest line first."""

    account: AccountRef
    lines: tuple[HistoryLine, ...]
    before: HistoryKey | None
    owners: Owners


def account_page(*, group: SavingsGroup, account: AccountRef, before: HistoryKey | None) -> AccountPage:
    """A page of what happened on an account. The number of queries does not depend on how much did."""
    page = account_history(group.book_id, account, limit=LINES_PER_PAGE, before=before)
    return AccountPage(account, tuple(page.lines), page.before, owners_of(group=group))


@dataclass(frozen=True, slots=True)
class MeetingTransfer:
    """A line of the ledger that belongs to a meeting: its own, or one that a correction added."""

    transfer: Transfer
    is_correction: bool


def transfers_of_meeting(*, meeting: Meeting) -> list[MeetingTransfer]:
    """All lines of a meeting, its own first and then those of each correction, in the order they were recorded."""
    entries = JournalEntry.objects.filter(subject=meeting.id).order_by("posted_at").values_list("id", "kind")
    return [
        MeetingTransfer(transfer, kind == "correction") for entry, kind in entries for transfer in transfers_of(entry)
    ]
