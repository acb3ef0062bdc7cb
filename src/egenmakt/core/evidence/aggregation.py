"""Putting figures together, and refusing what would be a wrong sum: over time, over places, over kinds of people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise

from egenmakt.core.evidence.indicators import Indicator, Version


class WrongSum(ValueError):
    """Figures that may not be put together in this way. It reads as a sentence that says what may be done instead."""


@dataclass(frozen=True, slots=True)
class Observation:
    """A figure of an indicator for some people or places, in a period whose last day is exclusive."""

    indicator: str
    cell: frozenset[tuple[str, str]]
    """Whom it is about: {("country", "Kenya"), ("sex", "women")}. What is not named is everybody."""
    from_on: date
    until_on: date
    value: int
    of: int | None = None
    """For a share: how many it is a part of."""

    def __post_init__(self) -> None:
        if self.from_on >= self.until_on:
            raise ValueError("A period has at least one day.")
        if len({name for name, _value in self.cell}) != len(self.cell):
            raise ValueError("A figure is about one value of each kind.")
        if self.of is not None and not 0 <= self.value <= self.of:
            raise ValueError(f"{self.value} is no part of {self.of}.")


@dataclass(frozen=True, slots=True)
class Total:
    """Figures put together: a number, or for shares a part of a whole, and the breaks that lie between them."""

    value: int
    of: int | None
    breaks: tuple[Version, ...] = ()

    @property
    def share(self) -> Fraction | None:
        """The share, exactly; None where there is nothing to be a part of."""
        return Fraction(self.value, self.of) if self.of else None


def over_time(*, indicator: Indicator, observations: Sequence[Observation]) -> Total:
    """What the periods make together, for the same people.

    Periodic figures are added and shares weighted by their wholes; of a state or an accumulated figure the last one
    stands for all. Raises: WrongSum for different people, for periods that overlap, and across a break of the series.
    """
    given = _known(indicator, observations)
    if len({one.cell for one in given}) > 1:
        raise WrongSum(f"{indicator.name}: figures of different people are not one series. Add them period by period.")
    ordered = sorted(given, key=lambda one: (one.from_on, one.until_on))
    if any(one.until_on > other.from_on for one, other in pairwise(ordered)):
        raise WrongSum(f"{indicator.name}: the periods overlap, and would be counted twice.")
    breaks = indicator.breaks(from_on=ordered[0].from_on, until_on=ordered[-1].until_on)
    if indicator.kind in ("state", "cumulative"):
        return Total(ordered[-1].value, None, breaks)
    if breaks:
        days = ", ".join(str(version.from_on) for version in breaks)
        raise WrongSum(f"{indicator.name}: the definition changed on {days}. Give a figure for each side of it.")
    return _sum(indicator, ordered)


def over_cells(*, indicator: Indicator, observations: Sequence[Observation]) -> Total:
    """What different people or places make together in the same period.

    Raises: WrongSum where two of them may overlap (women and Kenya; members and women), or for different periods.
    """
    given = _known(indicator, observations)
    if len({(one.from_on, one.until_on) for one in given}) > 1:
        raise WrongSum(f"{indicator.name}: the periods differ. Put each together by itself.")
    for number, one in enumerate(given):
        for other in given[number + 1 :]:
            if not are_apart(one.cell, other.cell):
                raise WrongSum(
                    f"{indicator.name}: {_words(one.cell)} and {_words(other.cell)} may be the same people. "
                    "Add only what differs in one kind, such as country by country."
                )
    return _sum(indicator, given)


def added_up(*, indicators: Sequence[Indicator], known: Sequence[Indicator] = ()) -> None:
    """Whether figures of several indicators may be added.

    Args: known, all other indicators, by which it is seen that a part of a part is a part. Raises: WrongSum where one
    is a part of another, where two are parts of one whole, or where units or kinds differ.
    """
    if len({indicator.code for indicator in indicators}) != len(indicators):
        raise WrongSum("The same indicator would be counted twice.")
    if len({(indicator.unit, indicator.kind) for indicator in indicators}) > 1:
        raise WrongSum("Figures in different units, or of different kinds, are not added.")
    by_code = {indicator.code: indicator for indicator in (*known, *indicators)}
    wholes = {indicator.code: _wholes(indicator, by_code) for indicator in indicators}
    for number, indicator in enumerate(indicators):
        if indicator.kind == "share":
            raise WrongSum(f"{indicator.name} is a share: shares of different things are not added.")
        for other in indicators[:number]:
            if wholes[indicator.code] & {other.code} or wholes[other.code] & {indicator.code}:
                raise WrongSum(f"One of {other.name} and {indicator.name} is a part of the other.")
            if wholes[indicator.code] & wholes[other.code]:
                raise WrongSum(f"{other.name} and {indicator.name} may overlap: both are parts of one whole.")


def _wholes(indicator: Indicator, by_code: Mapping[str, Indicator]) -> set[str]:
    """Everything that an indicator is a part of, one step after the other."""
    found: set[str] = set()
    code = indicator.subset_of
    while code and code not in found:
        found.add(code)
        code = by_code[code].subset_of if code in by_code else ""
    return found


def are_apart(one: frozenset[tuple[str, str]], other: frozenset[tuple[str, str]]) -> bool:
    """Whether nobody can be in both: they have different values of the same kind."""
    first, second = dict(one), dict(other)
    return any(name in second and second[name] != value for name, value in first.items())


def _known(indicator: Indicator, observations: Sequence[Observation]) -> list[Observation]:
    if not observations:
        raise WrongSum(f"{indicator.name}: there is no figure to put together.")
    for one in observations:
        if one.indicator != indicator.code:
            raise WrongSum(f"{one.indicator} is not {indicator.code}.")
        if (one.of is None) == (indicator.kind == "share"):
            raise WrongSum(f"{indicator.name}: a share comes with its whole, and nothing else does.")
    return list(observations)


def _sum(indicator: Indicator, given: Sequence[Observation]) -> Total:
    value = sum(one.value for one in given)
    return Total(value, sum(one.of or 0 for one in given) if indicator.kind == "share" else None)


def _words(cell: frozenset[tuple[str, str]]) -> str:
    return ", ".join(f"{name} {value}" for name, value in sorted(cell)) or "everybody"
