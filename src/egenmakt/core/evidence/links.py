"""Where sums can be checked: from one accumulated figure to the next, with the months between them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median
from typing import Final

from egenmakt.core.evidence.monthly import Key, MonthlyTable, Point, Series
from egenmakt.core.evidence.months import Month

ENOUGH: Final = 6
"""Fewer months than this say nothing about what a usual one is."""
TENTH_ABOVE: Final = 1.2816
"""A tenth of a normal spread lies so many standard deviations above the middle."""
T_PEAK: Final = 0.3796
"""The density of Student's t with five degrees of freedom at nought."""
BELOW_NOUGHT: Final = 1e-5
"""How rare a month is in which more is taken away than added."""
MAD_TO_SPREAD: Final = 1.4826
"""The median absolute deviation times this is the standard deviation, where the spread is normal (Hampel 1974)."""


@dataclass(frozen=True, slots=True)
class Link:
    """From one known accumulated figure to the next known one, with every month between known."""

    before: Point
    after: Point
    flows: tuple[Point, ...]

    def __post_init__(self) -> None:
        if self.before.accumulated.value is None or self.after.accumulated.value is None or not self.flows:
            raise ValueError("A link joins two accumulated figures that are known.")

    @property
    def flow(self) -> int:
        """What came in the months between."""
        return sum(point.flow.value or 0 for point in self.flows)

    @property
    def difference(self) -> int:
        """By how much the accumulated figure is above what it should be."""
        return (self.after.accumulated.value or 0) - (self.before.accumulated.value or 0) - self.flow


def chains(series: Series) -> list[list[Link]]:
    """The links of a series, in unbroken runs. A missing month or a figure that is not there breaks a run."""
    found: list[list[Link]] = []
    run: list[Link] = []
    before: Point | None = None
    flows: list[Point] = []
    previous: Point | None = None
    for point in series.points:
        if previous is None or previous.month.until(point.month) != 1 or point.flow.value is None:
            before = None
        flows.append(point)
        previous = point
        if point.accumulated.value is None:
            continue
        if before is None:
            found.append(run)
            run = []
        else:
            run.append(Link(before, point, tuple(flows)))
        before, flows = point, []
    return [one for one in [*found, run] if one]


@dataclass(frozen=True)
class Usual:
    """What a usual month of a series is like: median and spread of its figures, on the scale of ratios."""

    median: float
    spread: float
    size: int
    largest: int = 0

    @property
    def most(self) -> float:
        """Above this a month is out of the ordinary: four spreads, counted in ratios."""
        return math.expm1(math.log1p(self.median) + 4 * self.spread)

    def probability(self, flow: int) -> float:
        """How probable just this figure is for a month of the series, if nothing is wrong with it.

        Student's t with five degrees of freedom on the scale of ratios: seasons and pauses make long tails.
        """
        if flow < 0:
            return BELOW_NOUGHT / (1 - flow)
        middle, spread = (math.log1p(self.median), self.spread) if self.size >= ENOUGH else (2.0, 3.0)
        distance = (math.log1p(flow) - middle) / spread
        never_seen = 0.1 if self.size >= ENOUGH and flow > 3 * self.largest else 1.0
        return min(never_seen * T_PEAK * (1 + distance**2 / 5) ** -3 / spread / (1 + flow), 1.0)


def usual_of(series: Series, *, without: Month | None = None) -> Usual:
    """The usual month of a series. Months without anything are left out: seasons and pauses are no spread."""
    logs = sorted(
        math.log1p(p.flow.value)
        for p in series.points
        if p.flow.value is not None and p.flow.value > 0 and p.month != without
    )
    if not logs:
        return Usual(0.0, 1.0, 0)
    middle = median(logs)
    mad = median(abs(one - middle) for one in logs)
    # series that are quiet in most months and busy in some are spread upwards
    upwards = logs[(len(logs) * 9) // 10] - middle
    # small counts vary by chance alone: the spread of the logarithm of a Poisson count is one over its root
    floor = 1 / math.sqrt(max(math.expm1(middle), 1))
    spread = max(MAD_TO_SPREAD * mad, upwards / TENTH_ABOVE, floor, 0.25)
    return Usual(math.expm1(middle), spread, len(logs), round(math.expm1(logs[-1])))


@dataclass(frozen=True)
class Scene:
    """A table with what is asked of it again and again: the rows of a month, and each series' links."""

    table: MonthlyTable

    @cached_property
    def by_month(self) -> Mapping[Month, Sequence[tuple[Key, Point]]]:
        """All rows of each month."""
        found: dict[Month, list[tuple[Key, Point]]] = {}
        for series in self.table.series:
            for point in series.points:
                found.setdefault(point.month, []).append((series.key, point))
        return found

    @cached_property
    def chains(self) -> Mapping[Key, list[list[Link]]]:
        """The links of each series, in unbroken runs."""
        return {series.key: chains(series) for series in self.table.series}

    @cached_property
    def _links(self) -> Mapping[tuple[Key, Month], Link]:
        return {(key, link.after.month): link for key, runs in self.chains.items() for run in runs for link in run}

    @cached_property
    def _points(self) -> Mapping[tuple[Key, Month], Point]:
        return {(series.key, point.month): point for series in self.table.series for point in series.points}

    def link(self, key: Key, month: Month) -> Link | None:
        """The link that ends in a month."""
        return self._links.get((key, month))

    def point(self, key: Key, month: Month) -> Point | None:
        """A series' row of a month."""
        return self._points.get((key, month))

    def share_equal(self, key: Key, other: Key, *, without: Month) -> float:
        """How often two series have the same figure of the month, noughts and one month left out."""
        series = self.table.get(key)
        points = () if series is None else series.points
        both = [
            (p.flow.value, there.flow.value)
            for p in points
            if p.month != without and p.flow.value and (there := self.point(other, p.month)) is not None
        ]
        return sum(a == b for a, b in both) / len(both) if both else 0.0

    def others(self, key: Key, month: Month) -> list[tuple[Key, Point]]:
        """The rows of the same month that a figure could have been taken from: its region's, or its indicator's."""
        return [
            (other, point)
            for other, point in self.by_month.get(month, [])
            if other != key and (other.region == key.region or other.indicator == key.indicator)
        ]
