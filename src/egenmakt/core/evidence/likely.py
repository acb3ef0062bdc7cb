"""Which causes explain a difference, and how well: the more exactly a cause foretells the number, the better.

Each cause says which number it would have made; its weight is how common it is, divided by how many numbers it could
have made, times how usual the figures are that it takes for right. Beside them stands an error of no known kind, which
could have made any number: a coincidence of small numbers is therefore never named. docs/decisions/likely-causes.md has
the reasons and what was measured.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from egenmakt.core.evidence.findings import Value
from egenmakt.core.evidence.links import Link, Scene, Usual, usual_of
from egenmakt.core.evidence.monthly import Figure, Key, Point, Series
from egenmakt.core.evidence.slips import slips

COMMON: Final[Mapping[str, float]] = {
    "late": 0.10, "late_first": 0.10, "left_out": 0.06, "twice_before": 0.05, "twice": 0.05, "subtracted": 0.07,
    "digit_missing": 0.08, "digit_doubled": 0.06, "digit_added": 0.03, "digits_swapped": 0.10, "digit_wrong": 0.10,
    "thousands": 0.06, "sign": 0.02, "other_region": 0.05, "other_indicator": 0.05, "month_before": 0.04,
    "other_column": 0.02, "exchanged": 0.05, "row_of_other": 0.03, "row_repeated": 0.02, "rows_exchanged": 0.03,
    "rebased": 0.04, "unexplained": 0.02,
}  # fmt: skip
"""How common each cause is held to be before looking. Only rough: a factor of two changes few verdicts."""
WHERE: Final[Mapping[str, float]] = {"flow": 0.5, "once": 0.35, "kept": 0.15}
"""Of slips: in the figure of the month, in one accumulated figure, in one that the later ones were built upon."""
SECOND_SERIES: Final = 1e4
"""What a cause gains that explains the difference of another series too."""
AGREEING: Final = 3
"""A new base is named only where so many later months agree with it."""
LEAST_BASE: Final = 10
"""What moves less than this, or less than two usual months, is not called a new base."""
SELDOM: Final = 0.1
"""Two series that agree more often than this are no evidence for a figure taken from the other."""


@dataclass(frozen=True)
class Hypothesis:
    """One way in which a difference may have come about."""

    code: str
    point: Point
    figure: Figure
    shown: int
    fits: int
    weight: float
    kept: bool = False
    """Whether the accumulated figures after it are built upon the mistake."""
    values: Mapping[str, Value] = field(default_factory=dict)
    partner: tuple[Key, Point] | None = None


@dataclass(frozen=True)
class Problem:
    """A difference to be explained, with all that may explain it."""

    scene: Scene
    series: Series
    link: Link
    before: int
    """The accumulated figure before, put right if an earlier finding said so."""
    is_first: bool = False
    later_count: int = 0
    """How many later months agree."""
    put_right: Point | None = None
    """The month in which the accumulated figure is right again, if it ever is."""

    @property
    def key(self) -> Key:
        """The series."""
        return self.series.key

    @property
    def after(self) -> int:
        """The accumulated figure that does not fit."""
        return self.link.after.accumulated.value or 0

    @property
    def fits(self) -> int:
        """The accumulated figure that would fit."""
        return self.before + self.link.flow

    @property
    def difference(self) -> int:
        """By how much the accumulated figure is too high."""
        return self.after - self.fits

    @property
    def usual(self) -> Usual:
        """A usual month of the series, the one in question left out."""
        return usual_of(self.series, without=self.link.after.month)

    def by_chance(self) -> float:
        """How probable just this difference is for an error of no known kind: every order of magnitude alike."""
        largest = max((abs(p.accumulated.value or 0) for p in self.series.points), default=1)
        return 1 / (2 * abs(self.difference) * math.log(10 * max(largest, 2)))


def hypotheses(problem: Problem) -> tuple[list[Hypothesis], float]:
    """All that explains a difference, the best first, and the weight of an error of no known kind."""
    usual = problem.usual
    found = list(_process(problem))
    by_chance = COMMON["unexplained"] * problem.by_chance()
    if problem.put_right is None:
        found += _in_flows(problem, usual)
        found += _in_accumulated(problem, "kept")
        if problem.is_first:
            found += _in_the_first(problem)
        if problem.later_count >= AGREEING and abs(problem.difference) > max(2 * usual.median, LEAST_BASE):
            values = {"difference": problem.difference, "later_count": problem.later_count}
            weight = COMMON["rebased"] * problem.by_chance()
            found.append(_accumulated(problem, "rebased", weight, kept=True, **values))
        if len(problem.link.flows) == 1:
            # a wrong figure of the month, where the accumulated ones are right: they say what it should have been
            by_chance *= _odds(usual, shown=problem.link.flow, fits=problem.link.flow + problem.difference)
    else:
        found += _in_accumulated(problem, "once")
    return sorted(found, key=lambda one: -one.weight), by_chance


def _accumulated(problem: Problem, code: str, weight: float, *, kept: bool, **values: Value) -> Hypothesis:
    given = {"before": problem.before, "flow": problem.link.flow, "shown": problem.after, "fits": problem.fits}
    return Hypothesis(
        code, problem.link.after, "accumulated", problem.after, problem.fits, weight, kept, {**given, **values}
    )


def _odds(usual: Usual, *, shown: int, fits: int) -> float:
    """How much more probable the figure that fits is for the series than the one that is shown."""
    return usual.probability(fits) / usual.probability(shown)


def _process(problem: Problem) -> Iterator[Hypothesis]:
    """The month was handled wrongly when the sum was made: left out, late, twice, subtracted."""
    if len(problem.link.flows) != 1 or problem.link.flow < 0:
        return
    flow, difference = problem.link.flow, problem.difference
    kept = problem.put_right is None
    earlier = problem.link.before.flow.value
    if difference == -flow:  # never nought: a problem has a difference
        if problem.put_right is not None:
            later = str(problem.put_right.month)
            yield _accumulated(problem, "late", COMMON["late"], kept=False, later=later)
        else:
            yield _accumulated(problem, "left_out", COMMON["left_out"], kept=True)
    if difference == -2 * flow:
        yield _accumulated(problem, "subtracted", COMMON["subtracted"], kept=kept)
    if difference == flow:
        yield _accumulated(problem, "twice", COMMON["twice"], kept=kept)
    if earlier and earlier > 0 and difference == earlier:
        code = "late_first" if problem.is_first and kept else "twice_before"
        yield _accumulated(problem, code, COMMON[code], kept=kept, earlier=earlier)


def _in_flows(problem: Problem, usual: Usual) -> Iterator[Hypothesis]:
    """The figure of a month is wrong, and the accumulated one is right."""
    for point in problem.link.flows:
        shown = point.flow.value or 0
        fits = shown + problem.difference
        odds = WHERE["flow"] * _odds(usual, shown=shown, fits=fits)
        for slip in slips(shown=shown, fits=fits):
            weight = COMMON[slip.code] * odds / slip.alternatives
            yield _cell(point, "flow", slip.code, shown, fits, weight)
        yield from _from_elsewhere(problem, point, "flow", shown, fits, odds, kept=False)


def _in_accumulated(problem: Problem, where: str) -> Iterator[Hypothesis]:
    """The accumulated figure is wrong, once or with all that is built upon it."""
    kept = where == "kept"
    for slip in slips(shown=problem.after, fits=problem.fits):
        weight = COMMON[slip.code] * WHERE[where] / slip.alternatives
        yield _cell(problem.link.after, "accumulated", slip.code, problem.after, problem.fits, weight, kept=kept)
    yield from _from_elsewhere(
        problem, problem.link.after, "accumulated", problem.after, problem.fits, WHERE[where], kept=kept
    )


def _in_the_first(problem: Problem) -> Iterator[Hypothesis]:
    """The first accumulated figure is wrong: nothing before it could say so."""
    fits = problem.before + problem.difference
    for slip in slips(shown=problem.before, fits=fits):
        weight = COMMON[slip.code] * WHERE["once"] / slip.alternatives
        yield _cell(problem.link.before, "accumulated", slip.code, problem.before, fits, weight)
    yield from _from_elsewhere(
        problem, problem.link.before, "accumulated", problem.before, fits, WHERE["once"], kept=False
    )


def _cell(
    point: Point, figure: Figure, code: str, shown: int, fits: int, weight: float, *,
    kept: bool = False, partner: tuple[Key, Point] | None = None, **values: Value,
) -> Hypothesis:  # fmt: skip
    return Hypothesis(code, point, figure, shown, fits, weight, kept, {"shown": shown, "fits": fits, **values}, partner)


def _from_elsewhere(
    problem: Problem, point: Point, figure: Figure, shown: int, fits: int, odds: float, *, kept: bool
) -> Iterator[Hypothesis]:
    """The figure belongs to another region, another indicator, another column or the month before."""
    others = problem.scene.others(problem.key, point.month)
    share = odds / max(len(others), 1)
    for other, row in others:
        if not kept and row.value(figure) == fits and _needs(problem, other, row, figure) == shown:
            weight = COMMON["exchanged"] * share * SECOND_SERIES
            yield _cell(
                point, figure, "exchanged", shown, fits, weight,
                kept=kept, partner=(other, row), other=_name(problem.key, other),
            )  # fmt: skip
        elif shown and row.value(figure) == shown:  # nought stands in too many places to say whose it is
            if figure == "flow" and problem.scene.share_equal(problem.key, other, without=point.month) > SELDOM:
                continue
            code = "other_region" if other.region != problem.key.region else "other_indicator"
            weight = COMMON[code] * share
            yield _cell(
                point, figure, code, shown, fits, weight,
                kept=kept, partner=(other, row), other=_name(problem.key, other),
            )  # fmt: skip
    if not shown:
        return
    if point.value("accumulated" if figure == "flow" else "flow") == shown:
        yield _cell(point, figure, "other_column", shown, fits, COMMON["other_column"] * odds, kept=kept)
    before = problem.scene.point(problem.key, point.month.later(-1))
    # an accumulated figure that is that of the month before is a month left out, which says more
    if figure == "flow" and before is not None and before.flow.value == shown:
        yield _cell(point, figure, "month_before", shown, fits, COMMON["month_before"] * odds)


def _needs(problem: Problem, other: Key, row: Point, figure: Figure) -> int | None:
    """The number that would fit in another series' cell; None where nothing is amiss there."""
    link = problem.scene.link(other, row.month)
    shown = row.value(figure)
    if link is None or shown is None or not link.difference:
        return None
    return shown + link.difference if figure == "flow" else shown - link.difference


def _name(here: Key, there: Key) -> str:
    """The other place, as short as it can be said."""
    if here.region == there.region:
        return there.indicator
    return there.region if here.indicator == there.indicator else f"{there.region}, {there.indicator}"
