"""Early warnings from a group's own book: what to look at before it becomes a loss."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from fractions import Fraction
from typing import Literal
from uuid import UUID

from egenmakt.core.savings.checks import whole_number
from egenmakt.core.words import _

Severity = Literal["notice", "warning", "alarm"]

SENTENCES: Mapping[str, str] = {
    "falling_attendance": _(
        "Attendance fell from %(before_percent)s to %(now_percent)s percent (%(meetings)s meetings)."
    ),
    "few_borrowers": _("%(borrowers)s of %(members)s members have borrowed in this cycle."),
    "loans_among_few": _("%(largest)s members hold %(part_percent)s percent of all loans."),
    "idle_cash": _("%(part_percent)s percent of the fund has lain in the box for %(meetings)s meetings."),
    "loan_beyond_cycle": _("Loan %(loan)s falls due on %(last_due_on)s, after the cycle ends on %(cycle_ends_on)s."),
    "loan_too_slow": _(
        "Loan %(loan)s cannot be repaid in time: %(outstanding_minor)s left, %(expected_minor)s expected."
    ),
    "unpaid_fines": _("%(part_percent)s percent of the fines charged in this cycle are unpaid."),
    "counts_always_equal": _("In %(meetings)s meetings running the count was exactly what the book expected."),
    "counts_too_round": _("In %(meetings)s meetings running a round amount was counted."),
    "repeated_differences": _(
        "In %(differences)s of the last %(meetings)s meetings the box did not agree with the book."
    ),
}
"""What each warning says, ready to be translated; filled with its parameters."""


@dataclass(frozen=True, slots=True)
class Warning:  # the package's own word, never mixed with Python's builtin: it is imported by name
    """One thing to look at: what it is, how serious, and its numbers."""

    code: str
    severity: Severity
    parameters: Mapping[str, str]

    @property
    def sentence(self) -> str:
        """The warning in English."""
        return SENTENCES[self.code] % self.parameters


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When a warning is given, as data. Percentages are whole numbers of one hundred."""

    attendance_meetings: int = 4
    """How many meetings are compared with as many before them."""
    attendance_fall_percent: int = 10
    """Percentage points that attendance must fall."""
    attendance_least_percent: int = 70
    borrowers_least_percent: int = 50
    """Looked at from the middle of the cycle on."""
    few_hold_percent: int = 60
    """How much of all loans the largest borrowers may hold together."""
    few_part_percent: int = 25
    """Who the largest borrowers are: this part of the members, at least one."""
    idle_percent: int = 50
    idle_meetings: int = 4
    unpaid_fines_percent: int = 30
    equal_counts_meetings: int = 12
    round_counts_meetings: int = 8
    round_unit: int = 100
    """A count is round when it is a multiple of this many minor units times ten."""
    difference_meetings: int = 6
    differences_most: int = 2

    def __post_init__(self) -> None:
        for item in fields(self):
            whole_number(field=item.name, value=getattr(self, item.name), minimum=1)


@dataclass(frozen=True, slots=True)
class LoanAhead:
    """A running loan: what is left, when its last instalment is due, and what has been paid at each meeting."""

    loan: UUID | str
    outstanding_minor: int
    last_due_on: date
    paid_minor: tuple[int, ...] = ()
    """What was repaid at each meeting since the loan was given, oldest first; empty for a new loan."""


@dataclass(frozen=True, slots=True)
class GroupSeries:
    """A group's history as the warnings need it: one value for each meeting of the cycle, oldest first."""

    members: int
    attendance: tuple[int, ...] = ()
    """How many came."""
    borrowers_this_cycle: int = 0
    loans_by_member_minor: tuple[int, ...] = ()
    cash_minor: tuple[int, ...] = ()
    loans_minor: tuple[int, ...] = ()
    fines_charged_minor: int = 0
    fines_unpaid_minor: int = 0
    counts_minor: tuple[tuple[int, int], ...] = ()
    """Expected and counted."""
    loans_ahead: tuple[LoanAhead, ...] = ()
    meetings_left: int = 0
    cycle_ends_on: date | None = None


def early_warnings(*, series: GroupSeries, thresholds: Thresholds | None = None) -> list[Warning]:
    """Everything to look at in a group now, the alarms first.

    Source: signs of risk that facilitators look for (SEEP 2008; groups' own controls); the limits are data.
    """
    limits = thresholds or Thresholds()
    found = [
        *_attendance(series, limits),
        *_borrowers(series, limits),
        *_idle(series, limits),
        *_loans(series),
        *_fines(series, limits),
        *_counts(series, limits),
    ]
    order: Sequence[Severity] = ("alarm", "warning", "notice")
    return sorted(found, key=lambda warning: order.index(warning.severity))


def _percent(part: int | Fraction, whole: int | Fraction) -> Fraction:
    return Fraction(part) * 100 / whole


def _rounded(percent: Fraction) -> str:
    # to the nearest whole, half up; shown to people, never counted with
    return str((percent.numerator * 2 + percent.denominator) // (2 * percent.denominator))


def _attendance(series: GroupSeries, limits: Thresholds) -> list[Warning]:
    window = limits.attendance_meetings
    if series.members == 0 or len(series.attendance) < 2 * window:
        return []
    now = _percent(sum(series.attendance[-window:]), window * series.members)
    before = _percent(sum(series.attendance[-2 * window : -window]), window * series.members)
    if before - now < limits.attendance_fall_percent:
        return []
    severity: Severity = "alarm" if now < limits.attendance_least_percent else "warning"
    numbers = {"before_percent": _rounded(before), "now_percent": _rounded(now), "meetings": str(window)}
    return [Warning("falling_attendance", severity, numbers)]


def _borrowers(series: GroupSeries, limits: Thresholds) -> list[Warning]:
    found = []
    held = len(series.attendance)
    is_second_half = held > 0 and held >= series.meetings_left
    few = series.members and _percent(series.borrowers_this_cycle, series.members) < limits.borrowers_least_percent
    if is_second_half and few:
        numbers = {"borrowers": str(series.borrowers_this_cycle), "members": str(series.members)}
        found.append(Warning("few_borrowers", "notice", numbers))
    total = sum(series.loans_by_member_minor)
    # at least one, and rounded up: 25 percent of 10 members are 3
    count = max(1, -(-series.members * limits.few_part_percent // 100))
    if total and series.members > 2 * count:
        largest = sorted(series.loans_by_member_minor, reverse=True)[:count]
        part = _percent(sum(largest), total)
        if part > limits.few_hold_percent:
            numbers = {"largest": str(len(largest)), "part_percent": _rounded(part)}
            found.append(Warning("loans_among_few", "warning", numbers))
    return found


def _idle(series: GroupSeries, limits: Thresholds) -> list[Warning]:
    window = limits.idle_meetings
    pairs = list(zip(series.cash_minor, series.loans_minor, strict=True))[-window:]
    if len(pairs) < window or any(cash + loans == 0 for cash, loans in pairs):
        return []
    parts = [_percent(cash, cash + loans) for cash, loans in pairs]
    if min(parts) <= limits.idle_percent:
        return []
    return [Warning("idle_cash", "notice", {"part_percent": _rounded(min(parts)), "meetings": str(window)})]


def _loans(series: GroupSeries) -> list[Warning]:
    found = []
    for loan in series.loans_ahead:
        if loan.outstanding_minor == 0 or series.cycle_ends_on is None:
            continue
        if loan.last_due_on > series.cycle_ends_on:
            numbers = {
                "loan": str(loan.loan),
                "last_due_on": loan.last_due_on.isoformat(),
                "cycle_ends_on": series.cycle_ends_on.isoformat(),
            }
            found.append(Warning("loan_beyond_cycle", "alarm", numbers))
            continue
        expected = sum(loan.paid_minor) * series.meetings_left // max(1, len(loan.paid_minor))
        if loan.paid_minor and expected < loan.outstanding_minor:
            numbers = {
                "loan": str(loan.loan),
                "outstanding_minor": str(loan.outstanding_minor),
                "expected_minor": str(expected),
            }
            found.append(Warning("loan_too_slow", "warning", numbers))
    return found


def _fines(series: GroupSeries, limits: Thresholds) -> list[Warning]:
    if series.fines_charged_minor == 0:
        return []
    part = _percent(series.fines_unpaid_minor, series.fines_charged_minor)
    if part <= limits.unpaid_fines_percent:
        return []
    return [Warning("unpaid_fines", "notice", {"part_percent": _rounded(part)})]


def _counts(series: GroupSeries, limits: Thresholds) -> list[Warning]:
    found = []
    counts = series.counts_minor
    equal = _running([expected == counted for expected, counted in counts])
    if equal >= limits.equal_counts_meetings:
        found.append(Warning("counts_always_equal", "notice", {"meetings": str(equal)}))
    unit = limits.round_unit * 10
    # a box that ought to hold a round amount is no sign of anything
    round_counts = _running([counted % unit == 0 and expected % unit != 0 for expected, counted in counts])
    if round_counts >= limits.round_counts_meetings:
        found.append(Warning("counts_too_round", "warning", {"meetings": str(round_counts)}))
    last = counts[-limits.difference_meetings :]
    differences = sum(expected != counted for expected, counted in last)
    if differences > limits.differences_most:
        numbers = {"differences": str(differences), "meetings": str(len(last))}
        found.append(Warning("repeated_differences", "alarm", numbers))
    return found


def _running(signs: Sequence[bool]) -> int:
    """How many of the last signs in a row are true."""
    return next((n for n, sign in enumerate(reversed(signs)) if not sign), len(signs))
