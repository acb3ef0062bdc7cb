"""Interest that has grown and is not due yet: what settling a loan between two due dates costs."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from egenmakt.core.lending.exact import grace_interest, share_of_earlier
from egenmakt.core.lending.rounding import round_to
from egenmakt.core.lending.schedule import Instalment, Schedule


def grown_interest(*, schedule: Schedule, on: date) -> int:
    """Interest since the last due date, by the days that have passed of the current instalment's period.

    Interest of a whole grace grows over the days of that grace, interest carried from before is owed from the first
    day; what of them the later instalments would have brought is included. Rounded to the minor unit as the terms say.
    """
    terms = schedule.terms
    instalments = [row for row in schedule.rows[schedule.rows_before :] if row.kind == "instalment"]
    later = [index for index, row in enumerate(instalments) if row.due_on > on]
    if not later or on < terms.disbursed_on:
        return 0
    in_grace = grace_interest(terms)
    current = later[0]
    grace_ends = (
        terms.due_dates()[terms.grace_whole_periods - 1].on if terms.grace_whole_periods else terms.disbursed_on
    )
    carried = sum(share_of_earlier(terms, Fraction(terms.carried_interest_minor), index) for index in later)
    of_grace = sum(share_of_earlier(terms, in_grace, index) for index in later)
    own = instalments[current].interest_minor - share_of_earlier(
        terms, in_grace + terms.carried_interest_minor, current
    )
    begins = _begins(instalments, current, grace_ends)
    grown = (
        carried
        + of_grace * _passed(terms.disbursed_on, grace_ends, on)
        + max(own, Fraction(0)) * _passed(begins, instalments[current].due_on, on)
    )
    return round_to(amount=Fraction(grown), mode=terms.rounding.mode)


def _begins(instalments: list[Instalment], index: int, grace_ends: date) -> date:
    return instalments[index - 1].due_on if index else grace_ends


def _passed(begins: date, ends: date, on: date) -> Fraction:
    """The part of a stretch of days that has passed."""
    if on >= ends:
        return Fraction(1)
    if on <= begins:
        return Fraction(0)
    return Fraction((on - begins).days, (ends - begins).days)
