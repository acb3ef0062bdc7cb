"""When instalments fall due: counted from one anchor, so that neither February nor a holiday makes them drift."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

from egenmakt.core.lending.day_counts import DAYS_IN_YEAR, MONTHS_IN_YEAR
from egenmakt.core.lending.parts import Every, FreeDays

_DAYS: Final = {"day": 1, "week": 7, "fortnight": 14}


def step(anchor: date, every: Every, times: int) -> date:
    """The day that lies `times` intervals after the anchor; a month without the anchor's day gives its last day.

    Raises: OverflowError beyond the year 9999 or before the year 1.
    """
    if every.unit != "month":
        return anchor + timedelta(days=_DAYS[every.unit] * every.count * times)
    months = anchor.year * 12 + anchor.month - 1 + every.count * times
    year, month = divmod(months, 12)
    if not 1 <= year <= 9999:
        raise OverflowError(f"The year {year} is beyond the calendar.")
    return date(year, month + 1, min(anchor.day, monthrange(year, month + 1)[1]))


def year_share(every: Every) -> Fraction:
    """The part of a year that one interval is: months of twelve, days of 365."""
    if every.unit == "month":
        return Fraction(every.count, MONTHS_IN_YEAR)
    return Fraction(_DAYS[every.unit] * every.count, DAYS_IN_YEAR)


def moved(day: date, free_days: FreeDays, *, not_before: date) -> date:
    """The day on which something due on a free day is paid.

    `previous` turns into `next` where it would come before `not_before`, the day after the loan was paid out.
    """
    if free_days.move == "stay" or not free_days.is_free(day):
        return day
    one_day = timedelta(days=1)
    if free_days.move == "previous":
        earlier = day
        while earlier >= not_before and free_days.is_free(earlier):
            earlier -= one_day
        if earlier >= not_before:
            return earlier
    while free_days.is_free(day):
        day += one_day
    return day


@dataclass(frozen=True, slots=True)
class Due:
    """The end of a period: the day by the rule, and the day on which it is paid."""

    nominal_on: date
    on: date


def due_dates(
    *, disbursed_on: date, every: Every, periods: int, first_due_on: date | None, free_days: FreeDays
) -> list[Due]:
    """The ends of all periods. The first is `first_due_on` where it is given, else one interval after disbursement.

    Raises: OverflowError, when the last one lies beyond the year 9999.
    """
    anchor, first = (disbursed_on, 1) if first_due_on is None else (first_due_on, 0)
    earliest = disbursed_on + timedelta(days=1)
    days = [step(anchor, every, first + number) for number in range(periods)]
    return [Due(day, moved(day, free_days, not_before=earliest)) for day in days]
