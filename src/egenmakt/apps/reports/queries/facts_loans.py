"""Facts about loans: where each open loan to a member stood on the last day of each month.

A loan is taken as it was on that day: with the plan that was in force, and with what had been repaid by then. The
arithmetic is that of the group's own page (`core/lending/position.py`), and so are the numbers.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import accumulate
from typing import Any, Final
from uuid import UUID

from django.db.models import Sum

from egenmakt.apps.groups.models import Membership
from egenmakt.apps.groups.state import CHANGING
from egenmakt.apps.ledger.models import Transfer
from egenmakt.apps.lending.models import Loan, LoanChange
from egenmakt.apps.reports.queries.facts_groups import AT_ONCE, Heads, Row, months_after
from egenmakt.apps.reports.queries.facts_hidden import Hidden
from egenmakt.core.ledger.chart import CHART, AccountRef
from egenmakt.core.lending.position import standing
from egenmakt.core.lending.schedule import Schedule
from egenmakt.core.meetings.state import paid_by

GROUPS_AT_ONCE: Final = 500
Change = tuple[date, dict[str, Any]]
"""The day of a change, and what the loan was before it."""
KINDS: Final = ("loan_principal", "loan_interest", "loan_fees")


@dataclass(frozen=True, slots=True)
class LoanThen:
    """A loan's own columns as they were at some time; `paid_by` reads it."""

    id: UUID
    schedule: Any
    lent_minor: int
    interest_before_minor: int
    fees_before_minor: int
    status: str
    closed_on: date | None

    def before(self, change: dict[str, Any]) -> LoanThen:
        """The same before a change."""
        closed = change["closed_on"]
        values = {name: change[name] for name in CHANGING}
        return replace(self, closed_on=date.fromisoformat(closed) if closed else None, **values)


class Balances:
    """What one loan's accounts held at the end of any day."""

    __slots__ = ("_days", "_sums")

    def __init__(self, changes: Mapping[str, Mapping[date, int]]) -> None:
        self._days = {kind: sorted(by_day) for kind, by_day in changes.items()}
        self._sums = {
            kind: list(accumulate(by_day[day] for day in self._days[kind])) for kind, by_day in changes.items()
        }

    def on(self, kind: str, day: date) -> int:
        """One account at the end of a day."""
        place = bisect_right(self._days.get(kind, []), day)
        return self._sums[kind][place - 1] if place else 0


NOTHING_PAID: Final = Balances({})


def ends_of_months(first_on: date, until_on: date) -> list[date]:
    """The last day of each month from a day on, before another day that is exclusive."""
    found = []
    start = months_after(first_on.replace(day=1), 1)
    while start <= until_on:
        found.append(start - timedelta(days=1))
        start = months_after(start, 1)
    return found


def loan_rows(*, heads: Heads, hidden: Hidden, until_on: date) -> Iterator[Row]:
    """A row for each open loan to a member at each end of a month: five queries for every five hundred groups.

    So many at a time, so that the payments of a large programme are never all held at once.
    """
    books = sorted(heads.by_id)
    for start in range(0, len(books), GROUPS_AT_ONCE):
        yield from _rows_of(books[start : start + GROUPS_AT_ONCE], heads, hidden, until_on)


def _rows_of(books: Sequence[UUID], heads: Heads, hidden: Hidden, until_on: date) -> Iterator[Row]:
    members = Membership.objects.filter(group_id__in=books, person__isnull=False)
    sexes = dict(members.values_list("id", "person__sex").iterator(AT_ONCE))
    paid, changed = _balances(books, until_on), _changes(books)
    columns = ("id", "schedule", *CHANGING[1:], "closed_on")
    loans = Loan.objects.filter(book_id__in=books, borrower__isnull=False, granted_on__lt=until_on)
    rows = loans.exclude(status=Loan.Status.REVERSED).values_list("book_id", "borrower", "granted_on", *columns)
    for book, borrower, granted_on, *columns_now in rows.iterator(AT_ONCE):
        now = LoanThen(*columns_now)
        head = heads.by_id[book]
        about = (*head.row, hidden.id(now.id), sexes.get(borrower, "unknown"), head.currency)
        held = paid.get(now.id, NOTHING_PAID)
        for state in _states(now, granted_on, changed.get(now.id, ()), held, until_on):
            yield (*about, *state)


def _states(
    now: LoanThen,
    granted_on: date,
    changes: Sequence[Change],
    balances: Balances,
    until_on: date,
) -> Iterator[tuple[date, int, int, bool]]:
    """Day, outstanding principal, days late, and whether it was rescheduled, at each end of a month."""
    plans: dict[int, Schedule] = {}
    last = min(until_on, months_after(now.closed_on, 1)) if now.closed_on else until_on
    for on in ends_of_months(granted_on, last):
        then, step = now, 0
        for place, (changed_on, before) in enumerate(changes, start=1):
            if changed_on > on:
                then, step = now.before(before), place
        if then.closed_on is not None and then.closed_on <= on:
            continue
        if step not in plans:
            plans[step] = Schedule.from_json(then.schedule)
        held = {AccountRef(kind, now.id): balances.on(kind, on) for kind in KINDS}
        owed, late = standing(schedule=plans[step], paid=paid_by(then, held), on=on)
        yield on, owed, late, plans[step].is_restructured


def _balances(books: Sequence[UUID], until_on: date) -> dict[UUID, Balances]:
    """For each loan of the books, what its accounts held on any day, from both sides of all transfers."""
    changes: defaultdict[UUID, dict[str, dict[date, int]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    for side, sign in (("debit", 1), ("credit", -1)):
        account = f"{side}_account"
        rows = Transfer.objects.filter(
            book_id__in=books, effective_on__lt=until_on, **{f"{account}__kind__in": KINDS}
        ).values_list(f"{account}__owner", f"{account}__kind", "effective_on")
        for loan, kind, on, amount in rows.annotate(amount=Sum("amount_minor")).iterator(AT_ONCE):
            grows = 1 if CHART[kind].side == "debit" else -1
            changes[loan][kind][on] += sign * grows * int(amount)
    return {loan: Balances(by_kind) for loan, by_kind in changes.items()}


def _changes(books: Sequence[UUID]) -> dict[UUID, list[Change]]:
    """The changes of each loan, the latest first, so that the first one that came after a day is met last."""
    rows = LoanChange.objects.filter(loan__book_id__in=books, loan__borrower__isnull=False).order_by("-id")
    found: defaultdict[UUID, list[Change]] = defaultdict(list)
    for loan, on, before in rows.values_list("loan_id", "on", "before").iterator(AT_ONCE):
        found[loan].append((on, before))
    return found
