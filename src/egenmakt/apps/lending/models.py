"""Loans: who borrowed from which book, on what terms, and what was changed since."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from egenmakt.apps.ledger.models import Book


class Loan(models.Model):
    """A loan from a book's box to a member; or one that the group itself took from outside."""

    class Status(models.TextChoices):
        OPEN = "open"
        REPAID = "repaid"
        WRITTEN_OFF = "written_off"
        REVERSED = "reversed"

    id = models.UUIDField(primary_key=True)
    """Given where the loan was decided, usually on the group's phone."""
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="loans")
    borrower = models.UUIDField(null=True)
    """The membership that borrowed; null when the group borrowed from outside."""
    lender = models.CharField(max_length=2000, blank=True, default="")
    """Who lent to the group; empty for a loan inside it."""
    box = models.CharField(max_length=20)
    schedule = models.JSONField(null=True)
    """The plan in force with its terms, exact and rounded; null for a loan from outside, whose plan is the lender's."""
    principal_minor = models.BigIntegerField()
    lent_minor = models.BigIntegerField()
    """Principal handed out under the plan in force."""
    interest_before_minor = models.BigIntegerField(default=0)
    fees_before_minor = models.BigIntegerField(default=0)
    guarantors = models.JSONField(default=list)
    granted_on = models.DateField()
    meeting = models.UUIDField()
    """The meeting that decided it."""
    status = models.CharField(max_length=12, choices=Status, default=Status.OPEN)
    closed_on = models.DateField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(principal_minor__gt=0), name="lending_loan_principal_above_zero"),
            models.CheckConstraint(condition=Q(lent_minor__gte=0), name="lending_loan_lent_not_below_zero"),
            models.CheckConstraint(
                condition=(Q(borrower__isnull=False) & Q(lender="") & Q(schedule__isnull=False))
                | (Q(borrower__isnull=True) & ~Q(lender="")),
                name="lending_loan_inside_or_outside",
            ),
            models.CheckConstraint(
                condition=Q(status="open", closed_on__isnull=True) | (~Q(status="open") & Q(closed_on__isnull=False)),
                name="lending_loan_closed_with_its_day",
            ),
        )
        indexes = (models.Index(fields=["book", "status"]), models.Index(fields=["borrower"]))

    def __str__(self) -> str:
        return f"{self.principal_minor} of {self.granted_on}"


class LoanChange(models.Model):
    """What a meeting changed in a loan: a tranche, a new plan, a write-off, the last repayment."""

    id = models.BigAutoField(primary_key=True)
    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, related_name="changes")
    meeting = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=20)
    on = models.DateField()
    before = models.JSONField()
    """The loan's fields before the change, so that a correction of the meeting can put them back."""

    class Meta:
        constraints = (models.UniqueConstraint(fields=["loan", "meeting", "kind"], name="lending_change_once"),)

    def __str__(self) -> str:
        return f"{self.kind} on {self.on}"
