"""What changed: results, indicators, and their values by period and dimension."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from egenmakt.interfaces.exports.iati.values import Document, Words, check_period, refuse


@dataclass(frozen=True, slots=True)
class Reference:
    """A code of an indicator or result in a list; vocabulary 99 is the organisation's own."""

    vocabulary: str
    code: str
    uri: str | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """One value: the total, or a part of it by dimensions such as ("sex", "female")."""

    value: Decimal | None = None
    dimensions: tuple[tuple[str, str], ...] = ()
    comment: Words | None = None
    locations: tuple[str, ...] = ()
    documents: tuple[Document, ...] = ()

    def __post_init__(self) -> None:
        for name in ("dimensions", "locations"):
            object.__setattr__(self, name, tuple(sorted(getattr(self, name))))


@dataclass(frozen=True, slots=True)
class Baseline:
    """Where an indicator started."""

    year: int
    measured: Measured
    on: date | None = None


@dataclass(frozen=True, slots=True)
class IndicatorPeriod:
    """What was aimed at and what was reached in a period."""

    start_on: date
    end_on: date
    targets: tuple[Measured, ...] = ()
    actuals: tuple[Measured, ...] = ()

    def __post_init__(self) -> None:
        check_period(self.start_on, self.end_on, a_year_at_most=False)


@dataclass(frozen=True, slots=True)
class Indicator:
    """A measure of a result: 1 unit, 2 percentage, 3 nominal, 4 ordinal, 5 qualitative."""

    measure: str
    title: Words
    description: Words | None = None
    ascending: bool = True
    aggregates: bool | None = None
    references: tuple[Reference, ...] = ()
    baselines: tuple[Baseline, ...] = ()
    periods: tuple[IndicatorPeriod, ...] = ()
    documents: tuple[Document, ...] = ()

    def __post_init__(self) -> None:
        told = [one.measured for one in self.baselines]
        rows = [tuple(told), *(row for period in self.periods for row in (period.targets, period.actuals))]
        for row in rows:
            for one in row:
                refuse(self.measure == "5" and one.value is not None, "A qualitative indicator has a number.")
                refuse(self.measure != "5" and one.value is None, "An indicator in numbers lacks a value.")
        if self.measure == "1":
            for row in rows[1:]:
                _check_parts(row)


def _check_parts(row: tuple[Measured, ...]) -> None:
    keys = [(one.dimensions, one.locations) for one in row]
    refuse(len(set(keys)) != len(keys), "A period has two values of the same dimensions.")
    totals = [one.value for one in row if not one.dimensions and not one.locations and one.value is not None]
    for one in row:
        if one.dimensions and one.value is not None and totals:
            refuse(one.value > totals[0], f"A part ({one.dimensions}) is larger than the whole.")


@dataclass(frozen=True, slots=True)
class Result:
    """A change: 1 output, 2 outcome, 3 impact, 9 other."""

    kind: str
    title: Words
    indicators: tuple[Indicator, ...]
    description: Words | None = None
    aggregates: bool | None = None
    references: tuple[Reference, ...] = ()
    documents: tuple[Document, ...] = ()

    def __post_init__(self) -> None:
        refuse(not self.indicators, "A result has no indicator.")
        twice = bool(self.references) and any(indicator.references for indicator in self.indicators)
        refuse(twice, "A reference stands both at a result and at its indicator.")
