# ruff: noqa: S608  the SQL is put together from this file's own words and marks for values only
"""Writing down what a meeting did with loans; the money itself is in the ledger."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from egenmakt.apps.groups.meeting_sql import object_words, write
from egenmakt.apps.groups.state import restore
from egenmakt.apps.lending.models import Loan, LoanChange
from egenmakt.core.meetings.sitting import LoanChanged, LoanGranted

_GRANTED: Final = """
INSERT INTO lending_loan (id, book_id, borrower, lender, box, schedule, principal_minor, lent_minor,
    interest_before_minor, fees_before_minor, guarantors, granted_on, meeting, status)
VALUES (%(loan)s, %(book)s, %(borrower)s, %(lender)s, %(box)s, %(schedule)s, %(principal)s, %(lent)s, 0, %(fees)s,
    %(guarantors)s, %(on)s, %(meeting)s, 'open')
"""


def write_loans(*, book_id: UUID, meeting_id: UUID, granted: Sequence[LoanGranted], on: date) -> None:
    """Write down the loans that a meeting decided on."""
    for loan in granted:
        write(
            _GRANTED,
            {
                "loan": loan.id,
                "book": book_id,
                "borrower": loan.member,
                "lender": loan.lender,
                "box": loan.box,
                "schedule": json.dumps(loan.schedule.to_json()) if loan.schedule else None,
                "principal": loan.principal_minor,
                "lent": loan.lent_minor,
                "fees": loan.fees_before_minor,
                "guarantors": json.dumps([str(member) for member in loan.guarantors]),
                "on": on,
                "meeting": meeting_id,
            },
        )


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
    "carried_over": "interest_before_minor = %(interest)s, fees_before_minor = %(fees)s",
    "repaid": "status = 'repaid', closed_on = %(on)s",
    "written_off": "status = 'written_off', closed_on = %(on)s",
}
"""What each kind of change sets."""


def write_changes(*, meeting_id: UUID, changed: Sequence[LoanChanged], on: date) -> None:
    """Write down what a meeting changed in open loans, with what they were before."""
    for change in changed:
        values = {
            "loan": change.loan,
            "meeting": meeting_id,
            "kind": change.kind,
            "on": on,
            "schedule": json.dumps(change.schedule.to_json()) if change.schedule else None,
            "amount": change.amount_minor,
            "interest": change.interest_before_minor,
            "fees": change.fees_before_minor,
        }
        write(_KEPT.format_map(object_words()), values)
        write(f"UPDATE lending_loan SET {_SET[change.kind]} WHERE id = %(loan)s", values)


class LoanInUse(ValueError):
    """An old meeting cannot be corrected so that a loan disappears which later meetings have repaid or changed."""


def undo_loans(*, meeting_id: UUID, keep: set[UUID], on: date) -> None:
    """Take back what an old meeting did with loans, before its correction is written down.

    Args: keep, the loans that the corrected meeting grants again under the same id.
    Raises: LoanInUse when a later meeting has changed a loan that would disappear.
    """
    for change in LoanChange.objects.filter(meeting=meeting_id).select_related("loan").order_by("-id"):
        if LoanChange.objects.filter(loan=change.loan, id__gt=change.id).exclude(meeting=meeting_id).exists():
            raise LoanInUse(
                f"The loan of {change.loan.granted_on} was changed again after this meeting. "
                "Correct the later one first."
            )
        restore(change.loan, change.before)
        change.loan.save()
        change.delete()
    for loan in Loan.objects.filter(meeting=meeting_id).exclude(id__in=keep):
        if LoanChange.objects.filter(loan=loan).exclude(meeting=meeting_id).exists():
            raise LoanInUse(
                f"The loan of {loan.principal_minor} minor units was changed by a later meeting, so it cannot be taken "
                "away. Correct the later meeting first."
            )
        loan.status = Loan.Status.REVERSED
        loan.closed_on = on
        loan.save()
