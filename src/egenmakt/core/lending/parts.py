"""The parts of a loan's terms: how often, how it is paid out, rounded, charged, and when days are free."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Final, Literal, get_args

from egenmakt.core.money import MINOR_MAX

RatePer = Literal["year", "month", "week", "period"]
Unit = Literal["day", "week", "fortnight", "month"]
DayCount = Literal["equal_periods", "30/360", "actual/360", "actual/365", "actual/actual"]
Mode = Literal["half_even", "half_up", "up", "down"]
Residue = Literal["first", "last", "spread"]
FeeWhen = Literal["disbursement", "first_instalment", "each_instalment"]
Move = Literal["next", "previous", "stay"]
InterestTo = Literal["nominal", "moved"]
FirstPeriod = Literal["whole", "by_days"]
EarlierInterest = Literal["first", "spread"]
FutureInterest = Literal["as_method", "accrued", "in_full"]
Effect = Literal["shorten", "lower"]

RATE_MAX: Final = Decimal(1_000_000)
"""A rate above a million percent is a slip of the keyboard."""
DECIMALS_MAX: Final = 12
COUNT_MAX: Final = 366

Problem = tuple[str, str]
"""The field, and a sentence that says what is wrong with it and what to do."""


class InvalidTerms(ValueError):
    """The terms of a loan contradict themselves or leave something open; each problem names its field."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: list[Problem] = list(problems)
        super().__init__(" ".join(f"{name}: {message}" for name, message in self.problems))


def refuse(problems: list[Problem]) -> None:
    """Raise InvalidTerms when there is any problem."""
    if problems:
        raise InvalidTerms(problems)


def one_of(name: str, value: object, choices: object) -> list[Problem]:
    """The problem of a word that is not among the choices of a Literal, if it is one."""
    words = get_args(choices)
    return [] if value in words else [(name, f"{value!r} is not known; choose one of {', '.join(words)}.")]


def whole(name: str, value: object, *, least: int = 0, most: int = MINOR_MAX) -> list[Problem]:
    """The problem of a number that is not whole or lies outside its range, if there is one."""
    if isinstance(value, bool) or not isinstance(value, int):
        return [(name, f"{value!r} is not a whole number; write one from {least} to {most}.")]
    return [] if least <= value <= most else [(name, f"{value} is out of range; write one from {least} to {most}.")]


def percent(name: str, value: object, *, most: Decimal = RATE_MAX) -> list[Problem]:
    """The problem of a percentage that is no number, negative, too large or written with too many decimals."""
    if not isinstance(value, Decimal) or not value.is_finite():
        return [(name, f"{value!r} is not a percentage; write a number such as 1.5.")]
    if value < 0:
        return [(name, f"{value} is negative; a loan never pays its borrower interest: write 0 or more.")]
    if value > most:
        return [(name, f"{value} is more than {most}; write a smaller percentage.")]
    if value and value.normalize().as_tuple().exponent < -DECIMALS_MAX:  # type: ignore[operator]  # finite: an int
        return [(name, f"{value} has more than {DECIMALS_MAX} decimals; round it.")]
    return []


def a_date(name: str, value: object) -> list[Problem]:
    """The problem of something that is not a date, if it is not."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return []
    return [(name, f"{value!r} is not a date; write it like 2026-01-31.")]


@dataclass(frozen=True, slots=True)
class Every:
    """How often an instalment falls due: every `count` days, weeks, fortnights or months."""

    count: int = 1
    unit: Unit = "month"

    def __post_init__(self) -> None:
        refuse(whole("every.count", self.count, least=1, most=COUNT_MAX) + one_of("every.unit", self.unit, Unit))


@dataclass(frozen=True, slots=True)
class Disbursement:
    """Money paid out to the borrower on a day."""

    on: date
    amount_minor: int

    def __post_init__(self) -> None:
        refuse(a_date("disbursements.on", self.on) + whole("disbursements.amount_minor", self.amount_minor, least=1))


@dataclass(frozen=True, slots=True)
class Rounding:
    """How exact amounts become payable ones: the mode, the multiple, and which instalment takes the residue.

    `multiple_minor` is the smallest amount that can be handed over: 100 where the smallest coin is one shilling of
    100 cents. `half_even` sends a tie to the even multiple, `half_up` away from zero. The residue, what rounding
    every instalment leaves over or short, goes to the first or last instalment that repays principal, or is
    re-divided over all of them (`spread`).
    """

    mode: Mode = "half_even"
    multiple_minor: int = 1
    residue: Residue = "last"

    def __post_init__(self) -> None:
        refuse(
            one_of("rounding.mode", self.mode, Mode)
            + whole("rounding.multiple_minor", self.multiple_minor, least=1)
            + one_of("rounding.residue", self.residue, Residue)
        )


@dataclass(frozen=True, slots=True)
class Fee:
    """A named cost beside interest: a fixed amount, or a percentage of what is lent.

    At `disbursement` a percentage is taken of each amount paid out and a fixed amount once, at the first. At
    `first_instalment` and at `each_instalment` a percentage is of the whole principal.
    """

    name: str
    amount_minor: int | None = None
    percent: Decimal | None = None
    when: FeeWhen = "disbursement"

    def __post_init__(self) -> None:
        problems = one_of("fees.when", self.when, FeeWhen)
        if not self.name or not isinstance(self.name, str):
            problems.append(("fees.name", "The fee has no name; say what it pays for."))
        if (self.amount_minor is None) == (self.percent is None):
            problems.append(("fees", f"The fee {self.name!r} needs either amount_minor or percent, and not both."))
        if self.amount_minor is not None:
            problems += whole("fees.amount_minor", self.amount_minor)
        if self.percent is not None:
            problems += percent("fees.percent", self.percent, most=Decimal(100))
        refuse(problems)


@dataclass(frozen=True, slots=True)
class RateChange:
    """Another rate, in force from a day on."""

    on: date
    rate_percent: Decimal

    def __post_init__(self) -> None:
        refuse(a_date("rate_changes.on", self.on) + percent("rate_changes.rate_percent", self.rate_percent))


@dataclass(frozen=True, slots=True)
class Prepayment:
    """Principal paid back before it is due, and what it does: fewer instalments, or lower ones."""

    on: date
    amount_minor: int
    effect: Effect = "shorten"

    def __post_init__(self) -> None:
        refuse(
            a_date("prepayments.on", self.on)
            + whole("prepayments.amount_minor", self.amount_minor, least=1)
            + one_of("prepayments.effect", self.effect, Effect)
        )


@dataclass(frozen=True, slots=True)
class FreeDays:
    """Days on which nothing falls due: weekdays (0 is Monday), dates such as a country's holidays, and the move.

    A due date on a free day moves to the next or the previous day that is not free, or stays; the dates after it do
    not move. `interest_to` says whether days of interest are counted to the nominal date or to the moved one.
    """

    weekdays: frozenset[int] = field(default_factory=frozenset)
    dates: frozenset[date] = field(default_factory=frozenset)
    move: Move = "next"
    interest_to: InterestTo = "nominal"

    def __post_init__(self) -> None:
        problems = one_of("free_days.move", self.move, Move)
        problems += one_of("free_days.interest_to", self.interest_to, InterestTo)
        for weekday in self.weekdays:
            problems += whole("free_days.weekdays", weekday, most=6)
        if len(self.weekdays) >= 7:
            problems.append(("free_days.weekdays", "All seven weekdays are free; leave at least one to pay on."))
        for day in self.dates:
            problems += a_date("free_days.dates", day)
        refuse(problems)

    def is_free(self, day: date) -> bool:
        """Whether nothing falls due on this day."""
        return day.weekday() in self.weekdays or day in self.dates
