# ruff: noqa: S608  the SQL is put together from this file's own words and marks for values only
"""Writing down what a meeting did with loans; the money itself is in the ledger."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from egenmakt.apps.groups.meeting_calls import Named, object_words, write
from egenmakt.apps.groups.state import CHANGING, restore
from egenmakt.apps.lending.models import Loan, LoanChange
from egenmakt.core.ledger.chart import AccountRef
from egenmakt.core.meetings.meeting import Outcome
from egenmakt.core.meetings.sitting import LoanChanged, LoanGranted
from egenmakt.core.meetings.state import plan_json

_GRANTED: Final = """
INSERT INTO lending_loan (id, book_id, borrower, lender, box, schedule, principal_minor, lent_minor,
    interest_before_minor, fees_before_minor, guarantors, granted_on, meeting, status)
VALUES (%(loan)s, %(book)s, %(borrower)s, %(lender)s, %(box)s, %(schedule)s, %(principal)s, %(lent)s, 0, %(fees)s,
    %(guarantors)s, %(on)s, %(meeting)s, 'open')
"""


def loans_granted(*, book_id: UUID, meeting_id: UUID, granted: Sequence[LoanGranted], on: date) -> list[Named]:
    """What writes down the loans that a meeting decided on."""
    return [
        (
            _GRANTED,
            {
                "loan": loan.id,
                "book": book_id,
                "borrower": loan.member,
                "lender": loan.lender,
                "box": loan.box,
                "schedule": plan_json(loan.schedule) if loan.schedule else None,
                "principal": loan.principal_minor,
                "lent": loan.lent_minor,
                "fees": loan.fees_before_minor,
                "guarantors": json.dumps([str(member) for member in loan.guarantors]),
                "on": on,
                "meeting": meeting_id,
            },
        )
        for loan in granted
    ]


def write_loans(*, book_id: UUID, meeting_id: UUID, granted: Sequence[LoanGranted], on: date) -> None:
    """Write down the loans that a meeting decided on."""
    write(loans_granted(book_id=book_id, meeting_id=meeting_id, granted=granted, on=on))


# What the loan was before, as `state.restore` puts it back.
_KEPT: Final = """
INSERT INTO lending_loanchange (loan_id, meeting, kind, "on", before)
SELECT id, %(meeting)s, %(kind)s, %(on)s, {object}('schedule', {plan}, 'lent_minor', lent_minor,
    'interest_before_minor', interest_before_minor, 'fees_before_minor', fees_before_minor, 'status', status,
    'closed_on', closed_on)
FROM lending_loan WHERE id = %(loan)s
"""
_SET: Final = {
    "disbursed": "lent_minor = lent_minor + %(amount)s, fees_before_minor = fees_before_minor + %(fees)s",
    "rescheduled": "schedule = %(schedule)s, lent_minor = %(amount)s, interest_before_minor = %(interest)s, "
    "fees_before_minor = %(fees)s",
    "prepaid": "schedule = %(schedule)s",
    "rate_changed": "schedule = %(schedule)s",
    "carried_over": "interest_before_minor = %(interest)s, fees_before_minor = %(fees)s",
    "repaid": "status = 'repaid', closed_on = %(on)s",
    "written_off": "status = 'written_off', closed_on = %(on)s",
}
"""What each kind of change sets."""


def loans_changed(*, meeting_id: UUID, changed: Sequence[LoanChanged], on: date) -> list[Named]:
    """What writes down the changes of a meeting in open loans, with what they were before."""
    statements: list[Named] = []
    for change in changed:
        values = {
            "loan": change.loan,
            "meeting": meeting_id,
            "kind": change.kind,
            "on": on,
            "schedule": plan_json(change.schedule) if change.schedule else None,
            "amount": change.amount_minor,
            "interest": change.interest_before_minor,
            "fees": change.fees_before_minor,
        }
        statements.append((_KEPT.format_map(object_words()), values))
        statements.append((f"UPDATE lending_loan SET {_SET[change.kind]} WHERE id = %(loan)s", values))
    return statements


def write_changes(*, meeting_id: UUID, changed: Sequence[LoanChanged], on: date) -> None:
    """Write down what a meeting changed in open loans, with what they were before."""
    write(loans_changed(meeting_id=meeting_id, changed=changed, on=on))


class LoanInUse(ValueError):
    """An old meeting cannot be corrected so that a loan changes, or disappears, which a later meeting has changed."""


def loans_altered(*, meeting_id: UUID, outcome: Outcome, touched: Iterable[AccountRef]) -> set[UUID]:
    """The loans that a corrected meeting leaves otherwise than the meeting did; all others need not be written again.

    Args: touched, the accounts of which the correction changes the balance.
    """
    then = {loan.id: loan for loan in Loan.objects.filter(meeting=meeting_id).exclude(status=Loan.Status.REVERSED)}
    now = {loan.id: loan for loan in outcome.granted}
    altered = {ref.owner for ref in touched if ref.owner and ref.kind in LOAN_KINDS} | (then.keys() ^ now.keys())
    altered |= {id for id in then.keys() & now.keys() if _granted_then(then[id]) != _granted_now(now[id])}
    changes = {(change.loan_id, change.kind): change for change in LoanChange.objects.filter(meeting=meeting_id)}
    again = {(change.loan, change.kind): change for change in outcome.changed}
    altered |= {loan for loan, _ in changes.keys() ^ again.keys()}
    for key in changes.keys() & again.keys():
        plan = again[key].schedule
        if plan is not None and _as_json(plan.to_json()) != _left_by(changes[key])["schedule"]:
            altered.add(key[0])
    return altered


def check_later_changes(*, altered: set[UUID], gone: set[UUID], later_meetings: Iterable[UUID]) -> None:
    """A loan that a later meeting gave another plan, paid out further or wrote off cannot be altered before that one.

    Args: gone, the loans among them that the corrected meeting does not grant any more, and that no later meeting may
    have repaid either. Raises: LoanInUse, with the remedy.
    """
    later = LoanChange.objects.filter(loan__in=altered, meeting__in=list(later_meetings)).select_related("loan")
    for change in later.order_by("id"):
        if change.kind != "repaid" or change.loan_id in gone:
            raise LoanInUse(
                f"The loan of {change.loan.granted_on} was changed again on {change.on}, after this meeting. "
                "Correct the later meeting first."
            )


def undo_loans(*, meeting_id: UUID, altered: set[UUID], keep: set[UUID], on: date) -> None:
    """Take back what an old meeting did with these loans, before its correction is written down.

    Args: altered, the loans that are written again; keep, those that the corrected meeting grants under the same id.
    """
    changes = LoanChange.objects.filter(meeting=meeting_id, loan__in=altered).select_related("loan")
    for change in changes.order_by("-id"):
        restore(change.loan, change.before)
        change.loan.save()
        change.delete()
    gone = Loan.objects.filter(meeting=meeting_id, id__in=altered - keep)
    gone.update(status=Loan.Status.REVERSED, closed_on=on)


def close_or_reopen(*, altered: set[UUID], later_meetings: Iterable[UUID], balances: Mapping[AccountRef, int]) -> None:
    """A loan that a later meeting repaid is repaid still, or open again where the correction leaves a debt."""
    later = LoanChange.objects.filter(loan__in=altered, meeting__in=list(later_meetings), kind="repaid")
    for change in later.select_related("loan"):
        loan = change.loan
        loan.status, loan.closed_on = Loan.Status.OPEN, None
        change.before = {**{name: getattr(loan, name) for name in CHANGING}, "closed_on": None}
        change.save(update_fields=["before"])
        if balances.get(AccountRef("loan_principal" if loan.borrower else "external_loan", loan.id), 0) == 0:
            loan.status, loan.closed_on = Loan.Status.REPAID, change.on
        loan.save(update_fields=["status", "closed_on"])


LOAN_KINDS: Final = ("loan_principal", "loan_interest", "loan_fees", "loan_losses", "external_loan")


def _as_json(value: object) -> object:
    return json.loads(json.dumps(value))


def _left_by(change: LoanChange) -> Mapping[str, object]:
    """A loan as a change left it: as the next change found it, or as it is."""
    following = LoanChange.objects.filter(loan=change.loan_id, id__gt=change.id).order_by("id").first()
    return following.before if following else {name: getattr(change.loan, name) for name in CHANGING}


def _granted_then(loan: Loan) -> list[object]:
    first = LoanChange.objects.filter(loan=loan).order_by("id").first()
    as_granted = first.before if first else {name: getattr(loan, name) for name in CHANGING}
    plan, lent, fees = (as_granted[name] for name in ("schedule", "lent_minor", "fees_before_minor"))
    return [loan.borrower, loan.lender, loan.box, loan.principal_minor, loan.guarantors, plan, lent, fees]


def _granted_now(loan: LoanGranted) -> list[object]:
    plan = _as_json(loan.schedule.to_json()) if loan.schedule else None
    guarantors = [str(member) for member in loan.guarantors]
    whose = [loan.member, loan.lender, loan.box, loan.principal_minor, guarantors]
    return [*whose, plan, loan.lent_minor, loan.fees_before_minor]
