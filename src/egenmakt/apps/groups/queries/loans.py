"""The loans of a group: where each stands today, how risky they are together, and one loan with its payments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from uuid import UUID

from egenmakt.apps.groups.models import Meeting
from egenmakt.apps.ledger.models import Account
from egenmakt.apps.ledger.models import Transfer as Row
from egenmakt.apps.lending.models import Loan, LoanChange
from egenmakt.core.ledger.chart import AccountRef
from egenmakt.core.lending.cost import Cost, cost
from egenmakt.core.lending.portfolio import arrears_rate, portfolio_at_risk
from egenmakt.core.lending.position import LoanPosition, Paid, position
from egenmakt.core.lending.schedule import Instalment, Schedule
from egenmakt.core.meetings.state import GroupState, LoanState, paid_by

PAYMENT_REASONS = ("repayment", "set_off")


@dataclass(frozen=True, slots=True)
class LoanLine:
    """An open loan to a member, and where it stands on a day."""

    id: UUID
    borrower: UUID
    principal_minor: int
    box: str
    granted_on: date
    schedule: Schedule
    position: LoanPosition
    next_due_minor: int
    """What is to be paid on the next due day, with what is overdue."""


@dataclass(frozen=True, slots=True)
class OutsideLoan:
    """What the group itself owes outside."""

    id: UUID
    lender: str
    left_minor: int
    taken_on: date


@dataclass(frozen=True, slots=True)
class Portfolio:
    """The group's open loans together. A ratio is None where nothing is lent."""

    lines: tuple[LoanLine, ...]
    outstanding_minor: int
    at_risk: Fraction | None
    """Part of the outstanding principal in loans more than 30 days late, or rescheduled."""
    arrears: Fraction | None
    """Overdue principal as a part of the outstanding principal."""

    @property
    def late(self) -> tuple[LoanLine, ...]:
        """The loans of which something is overdue."""
        return tuple(line for line in self.lines if line.position.is_late)


def portfolio_of(*, state: GroupState, on: date) -> Portfolio:
    """All open loans to members on a day, the latest due first; no further query."""
    lines = [_line(state, loan, loan.borrower, on) for loan in state.loans.values() if loan.borrower is not None]
    lines.sort(key=lambda line: (-line.position.days_past_due, line.position.next_due_on or date.max, str(line.id)))
    positions = [line.position for line in lines]
    return Portfolio(
        lines=tuple(lines),
        outstanding_minor=sum(place.outstanding_principal_minor for place in positions),
        at_risk=portfolio_at_risk(positions),
        arrears=arrears_rate(positions),
    )


def _line(state: GroupState, loan: LoanState, borrower: UUID, on: date) -> LoanLine:
    place = position(schedule=loan.schedule, paid=state.paid(loan), on=on)
    return LoanLine(
        id=loan.id,
        borrower=borrower,
        principal_minor=loan.schedule.principal_minor,
        box=loan.box,
        granted_on=loan.granted_on,
        schedule=loan.schedule,
        position=place,
        next_due_minor=_next_due_minor(loan.schedule, state.paid(loan), place),
    )


def _next_due_minor(schedule: Schedule, paid: Paid, place: LoanPosition) -> int:
    if place.next_due_on is None:
        return place.due_minor
    return position(schedule=schedule, paid=paid, on=place.next_due_on).due_minor


def outside_loans(*, state: GroupState) -> list[OutsideLoan]:
    """What the group owes outside, in one query."""
    rows = Loan.objects.filter(book_id=state.group_id, borrower__isnull=True, status=Loan.Status.OPEN)
    found = [
        OutsideLoan(loan.id, loan.lender, state.balance("external_loan", loan.id), loan.granted_on) for loan in rows
    ]
    return [loan for loan in found if loan.left_minor]


@dataclass(frozen=True, slots=True)
class LoanPayment:
    """What one meeting did with a loan: money paid out, repaid, taken as interest or fee, or written off."""

    on: date
    meeting_number: int
    meeting_id: UUID | None
    reason: str
    amount_minor: int
    left_minor: int
    """Principal that is left after it."""


@dataclass(frozen=True, slots=True)
class LoanPage:
    """One loan with everything that is known of it."""

    loan: Loan
    schedule: Schedule | None
    """None for a loan from outside, whose plan is the lender's."""
    position: LoanPosition | None
    cost: Cost | None
    payments: tuple[LoanPayment, ...]
    changes: tuple[tuple[date, str], ...]
    granted_in: Meeting | None

    @property
    def instalments(self) -> Sequence[Instalment]:
        """The rows of the plan in force."""
        return self.schedule.rows if self.schedule else ()


def loan_page(*, loan: Loan, on: date) -> LoanPage:
    """A loan's terms, plan, payments and standing on a day, in five queries."""
    balances = {
        AccountRef(kind, owner): balance
        for kind, owner, balance in Account.objects.filter(book_id=loan.book_id, owner=loan.id).values_list(
            "kind", "owner", "balance_minor"
        )
    }
    schedule = Schedule.from_json(loan.schedule) if loan.schedule else None
    payments = tuple(_payments(loan))
    place = None
    if schedule and loan.status == Loan.Status.OPEN:
        place = position(schedule=schedule, paid=paid_by(loan, balances), on=on)
    return LoanPage(
        loan=loan,
        schedule=schedule,
        position=place,
        cost=cost(schedule) if schedule else None,
        payments=payments,
        changes=tuple(LoanChange.objects.filter(loan=loan).order_by("id").values_list("on", "kind")),
        granted_in=Meeting.objects.filter(id=loan.meeting).first(),
    )


def _payments(loan: Loan) -> list[LoanPayment]:
    """Every transfer on the loan's accounts, oldest first, with the principal that is left after it."""
    kinds = ("external_loan",) if loan.borrower is None else ("loan_principal", "loan_interest", "loan_fees")
    ids = [AccountRef(kind, loan.id).id_in(loan.book_id) for kind in kinds]
    columns = ("id", "amount_minor", "reason", "effective_on", "entry__position", "entry__subject", "entry__posted_at")
    rows = {}
    for side in ("debit_account", "credit_account"):
        for row in Row.objects.filter(**{f"{side}__in": ids}).values_list(*columns, "sequence", f"{side}_id"):
            rows[row[0], side] = (side, row)
    meetings = dict(Meeting.objects.filter(group_id=loan.book_id).values_list("id", "number"))
    ordered = sorted(rows.values(), key=lambda pair: (pair[1][4], pair[1][6], pair[1][7]))
    left, made = 0, []
    for side, (_, amount, reason, on, number, subject, _, _, account) in ordered:
        if account == ids[0]:
            grows = (side == "debit_account") == (loan.borrower is not None)
            left += amount if grows else -amount
        if reason == "cycle_closed":
            continue
        meeting = subject if subject in meetings else None
        made.append(LoanPayment(on, number, meeting, reason, amount, left))
    return made
