"""Writing down what a meeting did with loans; the money itself is in the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from egenmakt.apps.groups.state import restore, snapshot
from egenmakt.apps.lending.models import Loan, LoanChange
from egenmakt.core.meetings.sitting import LoanChanged, LoanGranted


def write_loans(*, book_id: UUID, meeting_id: UUID, granted: Sequence[LoanGranted], on: date) -> None:
    """Write down the loans that a meeting decided on."""
    Loan.objects.bulk_create(
        [
            Loan(
                id=loan.id,
                book_id=book_id,
                borrower=loan.member,
                lender=loan.lender,
                box=loan.box,
                schedule=loan.schedule.to_json() if loan.schedule else None,
                principal_minor=loan.principal_minor,
                lent_minor=loan.lent_minor,
                fees_before_minor=loan.fees_before_minor,
                guarantors=[str(member) for member in loan.guarantors],
                granted_on=on,
                meeting=meeting_id,
            )
            for loan in granted
        ]
    )


def write_changes(*, meeting_id: UUID, changed: Sequence[LoanChanged], on: date) -> None:
    """Write down what a meeting changed in open loans, with what they were before."""
    if not changed:
        return
    loans = Loan.objects.in_bulk([change.loan for change in changed])
    for change in changed:
        loan = loans[change.loan]
        LoanChange.objects.create(loan=loan, meeting=meeting_id, kind=change.kind, on=on, before=snapshot(loan))
        _apply(loan, change, on)
    for loan in loans.values():
        loan.save()


def _apply(loan: Loan, change: LoanChanged, on: date) -> None:
    if change.kind == "disbursed":
        loan.lent_minor += change.amount_minor
        loan.fees_before_minor += change.fees_before_minor
    elif change.kind == "rescheduled" and change.schedule is not None:
        loan.schedule = change.schedule.to_json()
        loan.lent_minor = change.amount_minor
        loan.interest_before_minor = change.interest_before_minor
        loan.fees_before_minor = change.fees_before_minor
    elif change.kind == "carried_over":
        loan.interest_before_minor = change.interest_before_minor
        loan.fees_before_minor = change.fees_before_minor
    else:
        loan.status = Loan.Status.REPAID if change.kind == "repaid" else Loan.Status.WRITTEN_OFF
        loan.closed_on = on


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
