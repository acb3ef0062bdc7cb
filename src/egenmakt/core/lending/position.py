"""Where a loan stands on a day: what is owed, due, overdue, and what would repay it all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from egenmakt.core.lending.accrual import grown_interest
from egenmakt.core.lending.schedule import Instalment, Schedule

Part = Literal["principal", "interest", "fee"]


class NotPaid(ValueError):
    """What is said to be paid is not a whole amount of at least zero."""


@dataclass(frozen=True, slots=True)
class Paid:
    """All that was paid on a loan so far, by what it was for; fees at disbursement are not in it.

    `principal_repaid_on` is the day on which the last principal was repaid, once it is: no interest grows after it.
    Left out, interest is owed as the schedule has it, which is right unless a loan was repaid early and its schedule
    was not settled. `lent_minor` is what was really handed over; left out, what the schedule had planned by the day.
    """

    principal_minor: int = 0
    interest_minor: int = 0
    fee_minor: int = 0
    principal_repaid_on: date | None = None
    lent_minor: int | None = None

    def __post_init__(self) -> None:
        for amount in (self.principal_minor, self.interest_minor, self.fee_minor, self.lent_minor or 0):
            if isinstance(amount, bool) or not isinstance(amount, int) or amount < 0:
                raise NotPaid(f"{amount!r} is not a whole amount of at least zero; count what was paid in minor units.")

    def of(self, part: Part) -> int:
        """What was paid of one part."""
        return {"principal": self.principal_minor, "interest": self.interest_minor, "fee": self.fee_minor}[part]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanPosition:
    """A loan on a day, in minor units. What is due includes what is overdue; overdue means due before the day."""

    on: date
    outstanding_principal_minor: int
    due_principal_minor: int
    due_interest_minor: int
    due_fee_minor: int
    overdue_principal_minor: int
    overdue_interest_minor: int
    overdue_fee_minor: int
    days_past_due: int
    """Days since the oldest instalment that is not fully paid fell due; 0 when nothing is overdue."""
    next_due_on: date | None
    """The next day, this one included, on which something unpaid falls due."""
    accrued_interest_minor: int
    """Interest that settling today adds to what is due: grown since the last due date, or all that is to come."""
    settle_today_minor: int
    is_restructured: bool

    @property
    def due_minor(self) -> int:
        """Everything that is due."""
        return self.due_principal_minor + self.due_interest_minor + self.due_fee_minor

    @property
    def overdue_minor(self) -> int:
        """Everything that is overdue."""
        return self.overdue_principal_minor + self.overdue_interest_minor + self.overdue_fee_minor

    @property
    def is_late(self) -> bool:
        """Whether anything is overdue."""
        return self.overdue_minor > 0

    @property
    def is_repaid(self) -> bool:
        """Whether nothing is owed and nothing is still to be paid out."""
        return self.settle_today_minor == 0 and self.next_due_on is None


def lent_minor(schedule: Schedule, on: date) -> int:
    """What the rows of a schedule had lent at the end of a day."""
    return min(schedule.principal_minor, schedule.earlier_principal_minor + schedule.terms.lent_by(on))


def handed_over_minor(schedule: Schedule, paid: Paid, on: date) -> int:
    """What the borrower had got at the end of a day."""
    return lent_minor(schedule, on) if paid.lent_minor is None else paid.lent_minor


def amount_of(row: Instalment, part: Part) -> int:
    """One part of a row."""
    return {"principal": row.principal_minor, "interest": row.interest_minor, "fee": row.fee_minor}[part]


def scheduled(rows: Sequence[Instalment], part: Part) -> int:
    """One part of several rows together."""
    return sum(amount_of(row, part) for row in rows)


def unpaid_by_row(schedule: Schedule, paid: Paid, on: date) -> list[dict[Part, int]]:
    """What is unpaid of each row, when what was paid covers the oldest rows first, part by part.

    Principal that should have been paid out by the day, and was not, is not owed: the last rows are smaller by it.
    """
    left: dict[Part, int] = {"principal": paid.principal_minor, "interest": paid.interest_minor, "fee": paid.fee_minor}
    result = []
    for row in schedule.rows:
        unpaid: dict[Part, int] = {}
        for part in left:
            covered = min(left[part], amount_of(row, part))
            left[part] -= covered
            unpaid[part] = amount_of(row, part) - covered
        result.append(unpaid)
    not_lent = max(0, lent_minor(schedule, on) - handed_over_minor(schedule, paid, on))
    for unpaid in reversed(result):
        less = min(not_lent, unpaid["principal"])
        unpaid["principal"] -= less
        not_lent -= less
    return result


def owed_rows(schedule: Schedule, paid: Paid, on: date) -> list[Instalment]:
    """The rows that have fallen due by the end of a day; none after principal was repaid early, unless owed in full."""
    until = on
    if paid.principal_repaid_on is not None and not schedule.terms.owes_future_interest:
        until = min(on, paid.principal_repaid_on)
    return [row for row in schedule.rows if row.due_on <= until]


def accrued_interest(schedule: Schedule, paid: Paid, on: date) -> int:
    """Interest that is not due yet and that settling on this day still costs.

    Where interest of periods to come is owed in full: all of it. Else what has grown since the last due date.
    """
    if schedule.is_closed or on < schedule.terms.disbursed_on:
        return 0
    if schedule.terms.owes_future_interest:
        grown = scheduled([row for row in schedule.rows if row.due_on > on], "interest")
    elif paid.principal_repaid_on is None:
        grown = grown_interest(schedule=schedule, on=on)
    else:
        return 0
    paid_ahead = max(0, paid.interest_minor - scheduled(owed_rows(schedule, paid, on), "interest"))
    return max(0, grown - paid_ahead)


def position(*, schedule: Schedule, paid: Paid, on: date) -> LoanPosition:
    """Where a loan stands at the end of a day.

    Args: the schedule; all that was paid up to and including the day; the day.
    Returns: amounts in minor units, none negative.
    """
    unpaid = unpaid_by_row(schedule, paid, on)
    owed = owed_rows(schedule, paid, on)
    until = max((row.due_on for row in owed), default=date.min)
    due = _total(schedule, unpaid, until)
    before = [row for row in owed if row.due_on < on]
    overdue = _total(schedule, unpaid, max((row.due_on for row in before), default=date.min))
    outstanding = _outstanding(schedule, paid, on)
    accrued = accrued_interest(schedule, paid, on)
    future_fees = _future_fees(schedule, unpaid, on)
    return LoanPosition(
        on=on,
        outstanding_principal_minor=outstanding,
        due_principal_minor=due["principal"],
        due_interest_minor=due["interest"],
        due_fee_minor=due["fee"],
        overdue_principal_minor=overdue["principal"],
        overdue_interest_minor=overdue["interest"],
        overdue_fee_minor=overdue["fee"],
        days_past_due=_days_past_due(schedule, unpaid, owed, on),
        next_due_on=_next_due_on(schedule, paid, unpaid, on),
        accrued_interest_minor=accrued,
        settle_today_minor=outstanding + due["interest"] + due["fee"] + accrued + future_fees,
        is_restructured=schedule.is_restructured,
    )


def standing(*, schedule: Schedule, paid: Paid, on: date) -> tuple[int, int]:
    """Outstanding principal and days past due of a loan at the end of a day, as `position` has them.

    For many loans at once: what would settle them, which takes most of the work, is not asked.
    """
    unpaid = unpaid_by_row(schedule, paid, on)
    days = _days_past_due(schedule, unpaid, owed_rows(schedule, paid, on), on)
    return _outstanding(schedule, paid, on), days


def _outstanding(schedule: Schedule, paid: Paid, on: date) -> int:
    return max(0, handed_over_minor(schedule, paid, on) - paid.principal_minor)


def _days_past_due(schedule: Schedule, unpaid: Sequence[dict[Part, int]], owed: Sequence[Instalment], on: date) -> int:
    until = max((row.due_on for row in owed), default=date.min)
    late = [
        row.due_on
        for row, parts in zip(schedule.rows, unpaid, strict=True)
        if row.due_on < on and row.due_on <= until and any(parts.values())
    ]
    return (on - min(late)).days if late else 0


def _total(schedule: Schedule, unpaid: Sequence[dict[Part, int]], until: date) -> dict[Part, int]:
    parts: tuple[Part, ...] = ("principal", "interest", "fee")
    pairs = list(zip(schedule.rows, unpaid, strict=True))
    return {part: sum(row_unpaid[part] for row, row_unpaid in pairs if row.due_on <= until) for part in parts}


def _future_fees(schedule: Schedule, unpaid: Sequence[dict[Part, int]], on: date) -> int:
    if not schedule.terms.owes_future_interest or schedule.is_closed or on < schedule.terms.disbursed_on:
        return 0
    return sum(parts["fee"] for row, parts in zip(schedule.rows, unpaid, strict=True) if row.due_on > on)


def _next_due_on(schedule: Schedule, paid: Paid, unpaid: Sequence[dict[Part, int]], on: date) -> date | None:
    if paid.principal_repaid_on is not None and not schedule.terms.owes_future_interest:
        return None
    days = [
        row.due_on for row, parts in zip(schedule.rows, unpaid, strict=True) if row.due_on >= on and any(parts.values())
    ]
    return min(days, default=None)
