"""Fines: charged by the group's table, paid now or carried until they are."""

from __future__ import annotations

from egenmakt.core.ledger.chart import AccountRef
from egenmakt.core.meetings.document import Entry
from egenmakt.core.meetings.entries.savings import LOAN_FUND
from egenmakt.core.meetings.fields import Field
from egenmakt.core.meetings.sitting import Sitting

CHARGE = {"member": Field("uuid"), "fine": Field("text"), "amount": Field("amount")}
WAIVE = {"member": Field("uuid"), "amount": Field("amount"), "vote": Field("vote"), "words": Field("text")}


def charge(sitting: Sitting, entry: Entry) -> None:
    """A member is fined. Until it is paid the fine stands beside the book, as money that is not there yet."""
    member = sitting.member(entry["member"], f"{entry.where}/member")
    if member is None:
        return
    agreed = {line.name: line.amount_minor for line in sitting.state.constitution.fines.lines}.get(entry["fine"])
    if agreed is None:
        sitting.refuse("fine_unknown", f"{entry.where}/fine", rule="fines", fine=entry["fine"])
    elif agreed != entry["amount"]:
        sitting.refuse(
            "fine_amount",
            f"{entry.where}/amount",
            rule="fines",
            fine=entry["fine"],
            amount_minor=agreed,
            given_minor=entry["amount"],
        )
    else:
        sitting.move(
            debit=AccountRef("fines_due", member.id),
            credit=AccountRef("fines_charged"),
            amount_minor=agreed,
            reason="fine_charged",
            where=entry.where,
        )


def pay(sitting: Sitting, entry: Entry) -> None:
    """A member pays fines, this meeting's or older ones; the money goes to the loan fund."""
    member = sitting.member(entry["member"], f"{entry.where}/member")
    if member is None or not _within_due(sitting, entry):
        return
    _clear(sitting, entry, "fine_cleared")
    sitting.move(
        debit=LOAN_FUND,
        credit=AccountRef("fines", member.id),
        amount_minor=entry["amount"],
        reason="fine_paid",
        where=entry.where,
    )


def waive(sitting: Sitting, entry: Entry) -> None:
    """The group votes that a fine need not be paid."""
    member = sitting.member(entry["member"], f"{entry.where}/member")
    if member and _within_due(sitting, entry) and sitting.vote_carries(entry["vote"], entry.where):
        _clear(sitting, entry, "fine_waived")


def _within_due(sitting: Sitting, entry: Entry) -> bool:
    due = sitting.balance("fines_due", entry["member"])
    if entry["amount"] > due:
        sitting.refuse(
            "fine_above_due",
            f"{entry.where}/amount",
            member=sitting.label(entry["member"]),
            given_minor=entry["amount"],
            due_minor=due,
        )
        return False
    return True


def _clear(sitting: Sitting, entry: Entry, reason: str) -> None:
    sitting.move(
        debit=AccountRef("fines_charged"),
        credit=AccountRef("fines_due", entry["member"]),
        amount_minor=entry["amount"],
        reason=reason,
        where=entry.where,
    )
