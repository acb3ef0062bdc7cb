"""A group's history as the early warnings need it: one value for each meeting of the cycle."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Sum

from egenmakt.apps.groups.models import Meeting
from egenmakt.apps.groups.queries.documents import documents_in_force
from egenmakt.apps.groups.queries.loans import Portfolio
from egenmakt.apps.ledger.models import Transfer as Row
from egenmakt.apps.lending.models import Loan
from egenmakt.core.meetings.state import GroupState
from egenmakt.core.savings.warnings import GroupSeries, LoanAhead, Warning, early_warnings

DAYS_BETWEEN: Final[Mapping[str, int]] = {"week": 7, "fortnight": 14, "month": 30}
"""From one meeting to the next, for the question how many are left; a month is taken as 30 days."""
COUNTS_LOOKED_AT: Final = 12


def next_meeting_on(*, state: GroupState) -> date | None:
    """When the group should meet next by its own rules; None before its first meeting."""
    if state.last_held_on is None:
        return None
    return state.last_held_on + timedelta(days=DAYS_BETWEEN[state.constitution.meeting_every])


def meetings_left(*, state: GroupState, on: date) -> int:
    """How many meetings the cycle still has, by the group's own interval."""
    days = (state.cycle_end_planned_on - on).days
    return max(0, days // DAYS_BETWEEN[state.constitution.meeting_every])


def warnings_of(*, state: GroupState, meetings: Sequence[Meeting], portfolio: Portfolio, on: date) -> list[Warning]:
    """Everything to look at in a group now, the alarms first.

    Args: meetings of the open cycle, oldest first. Seven queries, however many meetings and loans there are.
    """
    active = sum(member.active for member in state.members.values())
    cash, lent = _money_after(state, meetings)
    unpaid = sum(balance for ref, balance in state.balances.items() if ref.kind == "fines_due")
    return early_warnings(
        series=GroupSeries(
            members=active,
            attendance=tuple(meeting.present + meeting.late for meeting in meetings if _has_roll_call(meeting)),
            borrowers_this_cycle=_borrowers(state),
            loans_by_member_minor=_loans_by_member(state),
            cash_minor=cash,
            loans_minor=lent,
            fines_charged_minor=max(unpaid, _fines_charged(state)),
            fines_unpaid_minor=unpaid,
            counts_minor=_counts(meetings),
            loans_ahead=_loans_ahead(meetings, portfolio, state),
            meetings_left=meetings_left(state=state, on=on),
            cycle_ends_on=state.cycle_end_planned_on,
        )
    )


def _has_roll_call(meeting: Meeting) -> bool:
    """A period that was brought in from a paper book may have none, which is not the same as nobody coming."""
    return bool(meeting.present + meeting.late + meeting.excused + meeting.on_leave + meeting.absent)


def _borrowers(state: GroupState) -> int:
    rows = Loan.objects.filter(
        book_id=state.group_id, borrower__isnull=False, granted_on__gte=state.cycle_starts_on
    ).exclude(status=Loan.Status.REVERSED)
    return rows.values("borrower").distinct().count()


def _loans_by_member(state: GroupState) -> tuple[int, ...]:
    owed: defaultdict[UUID, int] = defaultdict(int)
    for ref, balance in state.balances.items():
        note = state.loan_notes.get(ref.owner) if ref.owner and ref.kind == "loan_principal" else None
        if note and note.borrower and balance:
            owed[note.borrower] += balance
    return tuple(owed.values())


def _fines_charged(state: GroupState) -> int:
    rows = Row.objects.filter(
        entry__book_id=state.group_id,
        reason="fine_charged",
        effective_on__gte=state.cycle_starts_on,
        reversals__isnull=True,
    )
    return int(rows.aggregate(total=Sum("amount_minor"))["total"] or 0)


def _money_after(state: GroupState, meetings: Sequence[Meeting]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Cash of the loan fund, and loans, after each meeting of the cycle."""
    change: defaultdict[tuple[int, bool], int] = defaultdict(int)
    for side, sign in (("debit_account", 1), ("credit_account", -1)):
        rows = Row.objects.filter(
            entry__book_id=state.group_id, **{f"{side}__kind__in": ("loan_fund_box", "bank", "loan_principal")}
        )
        sums = rows.values_list("entry__position", f"{side}__kind").annotate(Sum("amount_minor"))
        for position, kind, amount in sums:
            change[position, kind == "loan_principal"] += sign * int(amount)
    both: list[list[int]] = [[], []]
    for is_loan in (False, True):
        for meeting in meetings:
            amounts = (amount for (at, loan), amount in change.items() if at <= meeting.number and loan == is_loan)
            both[is_loan].append(sum(amounts))
    return tuple(both[0]), tuple(both[1])


def _counts(meetings: Sequence[Meeting]) -> tuple[tuple[int, int], ...]:
    """What the loan fund's box should have held and did hold when the last meetings opened."""
    last = meetings[-COUNTS_LOOKED_AT:]
    documents = documents_in_force(meetings=last)
    return tuple(
        (count["expected"], count["counted"])
        for meeting in last
        for count in documents[meeting.id]["opening"]
        if count["box"] == "loan_fund_box"
    )


def _loans_ahead(meetings: Sequence[Meeting], portfolio: Portfolio, state: GroupState) -> tuple[LoanAhead, ...]:
    """Each open loan with what was repaid of it at each meeting since it was given."""
    paid: defaultdict[tuple[UUID, int], int] = defaultdict(int)
    ids = {line.id for line in portfolio.lines}
    rows = Row.objects.filter(
        entry__book_id=state.group_id,
        credit_account__kind="loan_principal",
        credit_account__owner__in=ids,
        reverses__isnull=True,
        reversals__isnull=True,
    )
    sums = rows.values_list("credit_account__owner", "entry__position").annotate(Sum("amount_minor"))
    for loan, position, amount in sums:
        paid[loan, position] += int(amount)
    return tuple(
        LoanAhead(
            loan=line.id,
            outstanding_minor=line.position.outstanding_principal_minor,
            last_due_on=line.schedule.rows[-1].due_on,
            paid_minor=tuple(
                paid[line.id, meeting.number] for meeting in meetings if meeting.held_on > line.granted_on
            ),
        )
        for line in portfolio.lines
    )
