"""Whole rows that stand in the wrong place: both figures of a month are those of another row."""

from __future__ import annotations

from collections.abc import Iterator

from egenmakt.core.evidence.findings import Value
from egenmakt.core.evidence.likely import COMMON, SECOND_SERIES, Hypothesis, Problem
from egenmakt.core.evidence.links import Link
from egenmakt.core.evidence.monthly import Key, Point


def row_hypotheses(problem: Problem, following: Link | None) -> list[Hypothesis]:
    """Rows that this one may have been taken from. Args: following, the link after it, whose difference it explains.

    Where it explains nothing of the link after, that one was built upon it: then no rows have changed places.
    Both figures must be those of the other row; for two rows that changed places, each must fit where the other is.
    """
    point, usual = problem.link.after, problem.usual
    flow = point.flow.value
    if len(problem.link.flows) != 1 or not flow:
        return []
    fits = _fits(problem, following)
    if fits is not None and fits - problem.before == flow:
        return []  # only one of the two figures is wrong
    is_free = following is not None or problem.later_count == 0
    odds = (1.0 if fits is None else usual.probability(fits - problem.before)) / usual.probability(flow)
    found = list(_others(problem, fits, following, odds, is_free=is_free))
    before = problem.scene.point(problem.key, point.month.later(-1))
    if before is not None and before.flow.value == flow and before.accumulated.value == problem.after:
        found.append(_row(problem, "row_repeated", COMMON["row_repeated"] * odds, fits))
    return found


def _fits(problem: Problem, following: Link | None) -> int | None:
    """The accumulated figure that the month after asks for."""
    if following is None:
        return None
    return (following.after.accumulated.value or 0) - following.flow


def _others(
    problem: Problem, fits: int | None, following: Link | None, odds: float, *, is_free: bool
) -> Iterator[Hypothesis]:
    point = problem.link.after
    others = problem.scene.others(problem.key, point.month)
    for other, row in others:
        if is_free and _changed_places(problem, other, row, following):
            weight = COMMON["rows_exchanged"] * SECOND_SERIES * odds / len(others)
            yield _row(problem, "rows_exchanged", weight, row.accumulated.value, partner=(other, row))
        elif row.flow.value == point.flow.value and row.accumulated.value == problem.after:
            weight = COMMON["row_of_other"] * odds / len(others)
            yield _row(problem, "row_of_other", weight, fits, partner=(other, row))


def _changed_places(problem: Problem, other: Key, row: Point, following: Link | None) -> bool:
    """Whether each row fits where the other one stands."""
    theirs = problem.scene.link(other, row.month)
    flow, accumulated = row.flow.value, row.accumulated.value
    ours = problem.link.after.flow.value
    if theirs is None or flow is None or accumulated is None or ours is None or not theirs.difference:
        return False
    if accumulated != problem.before + flow or problem.after != (theirs.before.accumulated.value or 0) + ours:
        return False
    return following is None or accumulated == _fits(problem, following)


def _row(
    problem: Problem, code: str, weight: float, fits: int | None, partner: tuple[Key, Point] | None = None
) -> Hypothesis:
    point = problem.link.after
    values: dict[str, Value] = {"flow": point.flow.value or 0, "shown": problem.after}
    if partner is not None:
        here, there = problem.key, partner[0]
        name = there.indicator if here.region == there.region else there.region
        values["other"] = name
    right = problem.after if fits is None else fits
    return Hypothesis(code, point, "accumulated", problem.after, right, weight, fits is None, values, partner)
