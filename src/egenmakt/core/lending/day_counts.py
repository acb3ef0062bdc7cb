"""How much of a year lies between two days: one rule for each convention, each an exact fraction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from typing import Final

DAYS_IN_YEAR: Final = 365
MONTHS_IN_YEAR: Final = 12


def thirty_360_days(start: date, end: date) -> int:
    """Days between two dates when every month has thirty.

    Source: 2006 ISDA Definitions, section 4.16(f), "30/360" or "Bond Basis": the 31st counts as the 30th at the
    start, and at the end when the start is the 30th or 31st. February is not lengthened.
    """
    first = min(start.day, 30)
    last = 30 if end.day == 31 and first == 30 else end.day
    return 360 * (end.year - start.year) + 30 * (end.month - start.month) + last - first


def thirty_360(start: date, end: date) -> Fraction:
    """Part of a year by 30/360."""
    return Fraction(thirty_360_days(start, end), 360)


def actual_360(start: date, end: date) -> Fraction:
    """Days that passed, of 360. Source: 2006 ISDA Definitions, section 4.16(e)."""
    return Fraction((end - start).days, 360)


def actual_365(start: date, end: date) -> Fraction:
    """Days that passed, of 365, leap year or not. Source: 2006 ISDA Definitions, section 4.16(d)."""
    return Fraction((end - start).days, 365)


def actual_actual(start: date, end: date) -> Fraction:
    """Days in leap years of 366 and the other days of 365. Source: 2006 ISDA Definitions, section 4.16(b)."""
    total = Fraction(0)
    for year in range(start.year, end.year + 1):
        begins = max(start, date(year, 1, 1))
        days_to_end = (end - begins).days if year == end.year else (date(year, 12, 31) - begins).days + 1
        total += Fraction(days_to_end, 366 if _is_leap(year) else 365)
    return total


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


DAY_COUNTS: Final[Mapping[str, Callable[[date, date], Fraction]]] = {
    "30/360": thirty_360,
    "actual/360": actual_360,
    "actual/365": actual_365,
    "actual/actual": actual_actual,
}
"""The conventions that look at dates. `equal_periods` does not: there every period is as long as the next."""
