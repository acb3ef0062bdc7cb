"""What a mark card measures, as far as the group's own books know it: exact, and with what it was read from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from egenmakt.apps.groups.models import Meeting, SavingsGroup
from egenmakt.apps.ledger.models import Transfer
from egenmakt.apps.ledger.queries import balances
from egenmakt.apps.lending.models import Loan
from egenmakt.core.ledger.chart import AccountRef
from egenmakt.core.lending.position import position
from egenmakt.core.lending.schedule import Schedule
from egenmakt.core.meetings.state import paid_by
from egenmakt.core.savings.indicators import mean_attendance

MONTH = timedelta(days=30)
QUARTER = timedelta(days=90)
SAVING_REASONS = ("share_purchase", "compulsory_saving", "voluntary_saving", "buy_in")


@dataclass(frozen=True, slots=True)
class Measured:
    """A value that was read from the books, and the source: a word, and the days it covers."""

    value: Fraction
    source: str
    from_on: date
    until_on: date


def measures_of(*, group: SavingsGroup, on: date) -> dict[str, Measured]:
    """Each measure that the ledger or the roll calls can tell; those that they cannot are left out."""
    found = {}
    for name, (measure, source, span) in MEASURES.items():
        since = on - span if span else group.formed_on
        value = measure(group, since, on)
        if value is not None:
            found[name] = Measured(value, source, since, on)
    return found


def _meetings(group: SavingsGroup, since: date, on: date) -> Fraction | None:
    if not group.last_number:
        return None
    return Fraction(Meeting.objects.filter(group=group, held_on__gt=since, held_on__lte=on).count())


def _attendance(group: SavingsGroup, since: date, on: date) -> Fraction | None:
    rows = Meeting.objects.filter(group=group, held_on__gt=since, held_on__lte=on)
    counts = [
        (present + late, active) for present, late, active in rows.values_list("present", "late", "members_active")
    ]
    share = mean_attendance(meetings=counts)
    return None if share is None else share * 100


def _savers(group: SavingsGroup, since: date, on: date) -> Fraction | None:
    """Active members who saved at least once in every thirty days of the span."""
    active = set(group.memberships.filter(status="active").values_list("id", flat=True))
    if not active or not group.last_number:
        return None
    regular = set(active)
    start = since
    while start < on:
        end = min(start + MONTH, on)
        rows = Transfer.objects.filter(
            entry__book_id=group.book_id,
            reason__in=SAVING_REASONS,
            effective_on__gt=start,
            effective_on__lte=end,
            reverses__isnull=True,
            reversals__isnull=True,
        )
        regular &= set(rows.values_list("credit_account__owner", flat=True))
        start = end
    return Fraction(len(regular) * 100, len(active))


def _borrowers(group: SavingsGroup, _since: date, on: date) -> Fraction | None:
    active = set(group.memberships.filter(status="active").values_list("id", flat=True))
    if not active:
        return None
    loans = Loan.objects.filter(book_id=group.book_id, granted_on__lte=on).exclude(status=Loan.Status.REVERSED)
    return Fraction(len(active & set(loans.values_list("borrower", flat=True))) * 100, len(active))


def _recovery(group: SavingsGroup, _since: date, on: date) -> Fraction | None:
    """Of all that has fallen due on loans to members, how much was paid, in percent."""
    now = balances(book_id=group.book_id)
    due = unpaid = 0
    loans = Loan.objects.filter(book_id=group.book_id, borrower__isnull=False, granted_on__lte=on)
    for loan in loans.exclude(status=Loan.Status.REVERSED):
        schedule = Schedule.from_json(loan.schedule or {})
        fallen = [row for row in schedule.rows if row.due_on <= on]
        due += sum(row.payment_minor for row in fallen)
        if loan.status == Loan.Status.OPEN:
            unpaid += position(schedule=schedule, paid=paid_by(loan, now), on=on).due_minor
        elif loan.status == Loan.Status.WRITTEN_OFF:
            unpaid += min(now.get(AccountRef("loan_losses", loan.id), 0), sum(row.principal_minor for row in fallen))
    return Fraction((due - unpaid) * 100, due) if due else None


Measure = Callable[[SavingsGroup, date, date], Fraction | None]

MEASURES: dict[str, tuple[Measure, str, timedelta | None]] = {
    "meetings_a_month": (_meetings, "meetings", MONTH),
    "attendance_percent": (_attendance, "roll_calls", QUARTER),
    "members_saving_percent": (_savers, "savings", QUARTER),
    "members_with_internal_loan_percent": (_borrowers, "loans", None),
    "recovery_percent": (_recovery, "repayments", None),
}
"""By the name that a card gives the measure: how it is read, from what, and how far back; None from the beginning."""
