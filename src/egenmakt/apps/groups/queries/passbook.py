"""A member's passbook: every line of the ledger that is hers, and what she paid into the social fund."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from egenmakt.apps.groups.models import Meeting
from egenmakt.apps.groups.queries.documents import documents_in_force
from egenmakt.apps.ledger.models import Transfer as Row
from egenmakt.apps.lending.models import Loan
from egenmakt.core.ledger.chart import CHART, AccountRef

MEMBER_KINDS: Final = ("shares", "compulsory_savings", "voluntary_savings", "fines_due", "payable")
LOAN_KINDS: Final = ("loan_principal", "loan_interest", "loan_fees")
WITHOUT_BALANCE: Final = ("loan_interest", "loan_fees", "social_fund")
"""What is paid and gone: a balance beside it would mean nothing to the member."""


@dataclass(frozen=True, slots=True)
class PassbookLine:
    """One thing that happened to a member's money, and the balance after it.

    `amount_minor` is what it added to the account; `balance_minor` is None where there is no balance of hers.
    """

    on: date
    meeting_number: int
    meeting_id: UUID | None
    code: str
    kind: str
    """The kind of account, or social_fund for a contribution."""
    reason: str
    amount_minor: int
    balance_minor: int | None
    is_correction: bool
    loan_id: UUID | None = None
    """The loan that it is about."""


def passbook_of(*, group_id: UUID, member_id: UUID) -> list[PassbookLine]:
    """Every line of a member's passbook, oldest first, in five queries."""
    loans = list(Loan.objects.filter(borrower=member_id).values_list("id", flat=True))
    refs = [AccountRef(kind, member_id) for kind in MEMBER_KINDS]
    refs += [AccountRef(kind, loan) for loan in loans for kind in LOAN_KINDS]
    accounts = {ref.id_in(group_id): ref for ref in refs}
    meetings = {meeting.id: meeting for meeting in Meeting.objects.filter(group_id=group_id).defer("arrival")}
    found = [*_from_the_ledger(group_id, accounts, meetings), *_contributions(meetings.values(), member_id)]
    found.sort(key=lambda pair: pair[0])
    return _with_balances(found)


_Key = tuple[int, float, int, str]
_Found = tuple[_Key, AccountRef | None, PassbookLine]


def _from_the_ledger(
    group_id: UUID, accounts: dict[UUID, AccountRef], meetings: dict[UUID, Meeting]
) -> Iterable[_Found]:
    columns = ("id", "amount_minor", "reason", "effective_on", "sequence", "reverses_id")
    entry = ("entry__position", "entry__kind", "entry__subject", "entry__posted_at")
    for side, sign in (("debit_account", 1), ("credit_account", -1)):
        rows = Row.objects.filter(**{f"{side}__in": list(accounts)}).values_list(f"{side}_id", *columns, *entry)
        for account, _id, amount, reason, on, sequence, _reverses, number, kind, subject, posted_at in rows:
            ref = accounts[account]
            meeting = meetings.get(subject)
            if reason.removeprefix("reversal_of_") == "cycle_closed":
                continue  # the cycle's income is taken up: nothing of the member's moves
            line = PassbookLine(
                on=on,
                meeting_number=number,
                meeting_id=subject if meeting else None,
                code=meeting.code if meeting else "",
                kind=ref.kind,
                reason=reason,
                amount_minor=amount * (sign if CHART[ref.kind].side == "debit" else -sign),
                balance_minor=None,
                is_correction=kind == "correction",
                loan_id=ref.owner if ref.kind in LOAN_KINDS else None,
            )
            yield (number, posted_at.timestamp(), sequence, ref.key), ref, line


def _contributions(meetings: Iterable[Meeting], member_id: UUID) -> Iterable[_Found]:
    """What the member paid into the social fund, by the documents: in the ledger that fund is everybody's."""
    for meeting, amount in contributions_of(meetings=list(meetings), member_id=member_id):
        line = PassbookLine(
            on=meeting.held_on,
            meeting_number=meeting.number,
            meeting_id=meeting.id,
            code=meeting.code,
            kind="social_fund",
            reason="social_fund_contribution",
            amount_minor=amount,
            balance_minor=None,
            is_correction=False,
        )
        yield (meeting.number, meeting.recorded_at.timestamp(), -1, ""), None, line


def contributions_of(*, meetings: list[Meeting], member_id: UUID) -> list[tuple[Meeting, int]]:
    """What a member paid into the social fund at each meeting, by the documents in force, in two queries."""
    documents = documents_in_force(meetings=meetings)
    found = []
    for meeting in meetings:
        paid = sum(
            entry["amount"]
            for step in documents[meeting.id]["steps"]
            if step["step"] == "social_fund"
            for entry in step["entries"]
            if entry["type"] == "contribution" and UUID(entry["member"]) == member_id
        )
        if paid:
            found.append((meeting, paid))
    return found


def _with_balances(found: list[_Found]) -> list[PassbookLine]:
    balances: defaultdict[AccountRef, int] = defaultdict(int)
    lines = []
    for _, ref, line in found:
        if ref is None or ref.kind in WITHOUT_BALANCE:
            lines.append(line)
            continue
        balances[ref] += line.amount_minor
        total = sum(balance for other, balance in balances.items() if other.kind == ref.kind)
        lines.append(replace(line, balance_minor=total))
    return lines
