"""Accumulated before + month = accumulated now: where it does not hold, and one finding for each mistake.

A mistake shows in one difference, or in two that cancel: a wrong accumulated figure does not fit before it, nor after.
The fewest and likeliest mistakes that explain all differences of a series are found together, by dynamic programming.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Final

from egenmakt.core.evidence.findings import Cause, Finding, Place, Said, Value, Verdict
from egenmakt.core.evidence.likely import Hypothesis, Problem, hypotheses
from egenmakt.core.evidence.links import ENOUGH, Link, Scene
from egenmakt.core.evidence.monthly import Figure, Point, Series
from egenmakt.core.evidence.rows import row_hypotheses

A_MISTAKE: Final = math.log(200)
"""What each mistake costs before it is looked at: about one month in two hundred is wrong."""
CORRECTED_COST: Final = 1.0
NO_CHANCE: Final = 1e-12
"""That two figures of another row stand in this one by chance."""
NAMED_SHARE: Final = 0.75
"""A cause is named alone from this share of the belief on: three times as much as all others together."""
SEVERAL_SHARE: Final = 0.2
UNKNOWN_SHARE: Final = 0.4
"""From this share of an error of no known kind on, nothing is named."""


@dataclass(frozen=True)
class Event:
    """One mistake: the problem, and what may explain it."""

    problem: Problem
    ways: tuple[Hypothesis, ...]
    by_chance: float
    is_corrected: bool = False

    @property
    def total(self) -> float:
        """The belief in all explanations together."""
        return sum(way.weight for way in self.ways) + self.by_chance

    @property
    def cost(self) -> float:
        """How badly it explains: less is better."""
        return CORRECTED_COST if self.is_corrected else A_MISTAKE - math.log(max(self.total, 1e-300))

    def weighed(self) -> tuple[Verdict, list[tuple[Hypothesis, float]]]:
        """What can be said, and the causes with their shares of the belief."""
        shares = [(way, way.weight / self.total) for way in self.ways]
        if not shares or self.by_chance / self.total >= UNKNOWN_SHARE:
            return "unexplained", []
        if shares[0][1] >= NAMED_SHARE:
            return "named", shares[:1]
        several = [one for one in shares if one[1] >= SEVERAL_SHARE]
        return ("several", several) if len(several) > 1 else ("unexplained", [])


def events_of(scene: Scene, series: Series) -> list[Event]:
    """The mistakes in the sums of a series, in order."""
    return [event for run in scene.chains[series.key] for event in _solve(scene, series, tuple(run))]


def _solve(scene: Scene, series: Series, run: tuple[Link, ...]) -> list[Event]:
    differences = [link.difference for link in run]
    if not any(differences):
        return []

    @cache
    def best(k: int, carry: int) -> tuple[float, tuple[Event, ...]]:
        """The cheapest explanation from link k on. Args: carry, by how much the figure before it was too high."""
        while k < len(run) and differences[k] + carry == 0:
            k, carry = k + 1, 0
        if k == len(run):
            return 0.0, ()
        difference = differences[k] + carry
        ways = []
        for event, width, passed in _events(scene, series, run, k, carry, difference):
            cost, rest = best(k + width, passed)
            ways.append((event.cost + cost, (event, *rest)))
        return min(ways, key=lambda one: one[0])

    return list(best(0, 0)[1])


def _events(
    scene: Scene, series: Series, run: tuple[Link, ...], k: int, carry: int, difference: int
) -> list[tuple[Event, int, int]]:
    """What may have happened at a link: the mistake, how many links it explains, what it passes on to the next."""
    link = run[k]
    before = (link.before.accumulated.value or 0) - carry
    agreeing = next((i for i in range(k + 1, len(run)) if run[i].difference), len(run)) - k - 1

    def event(put_right: Point | None = None) -> Event:
        problem = Problem(scene, series, link, before, k == 0, 0 if put_right else agreeing, put_right)
        ways, by_chance = hypotheses(problem)
        return Event(problem, tuple(ways), by_chance)

    single = event()
    if link.after.is_corrected:
        return [(Event(single.problem, single.ways, single.by_chance, is_corrected=True), 1, 0)]
    found = [(single, 1, 0)]
    following = run[k + 1] if k + 1 < len(run) else None
    if following is not None:
        found.append((event(following.after), 1, difference))
    ending = k + 1 + agreeing
    if agreeing and ending < len(run) and run[ending].difference == -difference:
        found.append((event(run[ending].after), ending - k + 1, 0))
    problem = single.problem
    if rows := row_hypotheses(problem, None):
        ways = sorted([*rows, *single.ways], key=lambda one: -one.weight)
        found.append((Event(problem, tuple(ways), single.by_chance), 1, 0))
    if following is not None and following.difference and (rows := row_hypotheses(problem, following)):
        found.append((Event(problem, tuple(sorted(rows, key=lambda one: -one.weight)), NO_CHANCE), 2, 0))
    return found


def finding_of(event: Event) -> Finding:
    """A mistake as it is reported."""
    problem, series = event.problem, event.problem.series
    link = problem.link
    here = place(series, link.after, "accumulated")
    values: dict[str, Value] = {
        "before": problem.before,
        "flow": link.flow,
        "expected": problem.fits,
        "shown": problem.after,
        "difference": problem.difference,
    }
    if event.is_corrected:
        said: dict[str, Value] = {"difference": problem.difference, "note": link.after.note}
        return Finding("corrected", "note", (here,), said)
    verdict, weighed = event.weighed()
    causes = tuple(_cause(problem, way, share) for way, share in weighed)
    places = [cause.place for cause in causes] or [here]
    for way, _share in weighed:
        if way.code in ("exchanged", "rows_exchanged") and way.partner is not None:
            key, point = way.partner
            places.append(Place(point.row, str(point.month), key.region, key.indicator, places[0].figure))
    evidence = list(_evidence(event, [way for way, _share in weighed]))
    return Finding("sum", "error", tuple(dict.fromkeys(places)), values, verdict, causes, tuple(evidence))


def _cause(problem: Problem, way: Hypothesis, share: float) -> Cause:
    where = place(problem.series, way.point, way.figure)
    return Cause(way.code, where, way.values, min(round(100 * share), 100))


def place(series: Series, point: Point, figure: Figure) -> Place:
    """A cell as a place."""
    return Place(point.row, str(point.month), series.key.region, series.key.indicator, figure)


def _evidence(event: Event, ways: list[Hypothesis]) -> list[Said]:
    problem = event.problem
    said = []
    if not ways:
        said.append(Said("unexplained"))
    if problem.put_right is not None:
        following = problem.scene.link(problem.key, problem.link.after.month.later(1))
        if following is not None and following.after == problem.put_right:
            after = following.after.accumulated.value or 0
            if problem.fits + following.flow == after:
                said.append(Said("agrees_after", {"fits": problem.fits, "flow": following.flow, "after": after}))
        else:
            said.append(Said("put_right", {"later": str(problem.put_right.month)}))
    elif problem.later_count:
        if not ways or any(way.kept or way.figure == "flow" for way in ways):
            said.append(Said("carried_on", {"count": problem.later_count}))
    else:
        said.append(Said("no_later"))
    before = problem.link.before.accumulated.value or 0
    if problem.after < before:
        said.append(Said("falls", {"before": before, "shown": problem.after}))
    usual = problem.usual
    if usual.size >= ENOUGH and problem.link.flow > max(usual.most, 3):
        said.append(Said("out_of_proportion", {"shown": problem.link.flow, "usual": round(usual.median)}))
    return said
