"""Cells without a number: what cannot be read, and what is not there, with the number that would fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Final

from egenmakt.core.evidence.findings import Cause, Finding, Place, Said
from egenmakt.core.evidence.links import Scene
from egenmakt.core.evidence.monthly import FIGURES, Figure, Point, Series

CODES: Final[Mapping[str, str]] = {
    "not_a_number": "unreadable",
    "too_large": "unreadable",
    "not_whole": "not_whole",
    "two_ways": "two_ways",
}


def check_cells(scene: Scene) -> Iterator[Finding]:
    """One finding for each cell without a number; rows on which nothing stands are one."""
    for series in scene.table.series:
        for point in series.points:
            states = {figure: point.count(figure).state for figure in FIGURES}
            if set(states.values()) == {"blank"}:
                where = Place(point.row, str(point.month), series.key.region, series.key.indicator)
                yield Finding("blank", "look", (where,))
                continue
            for figure in FIGURES:
                if states[figure] != "read":
                    yield _finding(scene, series, point, figure)
        yield from _gaps(series)


def _finding(scene: Scene, series: Series, point: Point, figure: Figure) -> Finding:
    where = Place(point.row, str(point.month), series.key.region, series.key.indicator, figure)
    count = point.count(figure)
    fits = that_fits(scene, series, point, figure)
    evidence = () if fits is None else (Said("fits", {"fits": fits}),)
    if count.state == "blank":
        return Finding("blank", "look", (where,), evidence=evidence)
    values = {"written": count.written}
    if fits is not None and fits in count.guesses:
        cause = Cause("look_alike", where, {"written": count.written, "fits": fits}, 100)
        return Finding(CODES[count.code], "error", (where,), values, "named", (cause,), evidence)
    return Finding(CODES[count.code], "error", (where,), values, "", (), evidence)


def that_fits(scene: Scene, series: Series, point: Point, figure: Figure) -> int | None:
    """The number that the neighbours of a missing one ask for; None where they do not agree or do not say."""
    before = scene.point(series.key, point.month.later(-1))
    total = before.accumulated.value if before is not None else None
    if figure == "flow":
        now = point.accumulated.value
        return None if total is None or now is None else now - total
    after = scene.point(series.key, point.month.later(1))
    said = set()
    if total is not None and point.flow.value is not None:
        said.add(total + point.flow.value)
    if after is not None and after.accumulated.value is not None and after.flow.value is not None:
        said.add(after.accumulated.value - after.flow.value)
    return said.pop() if len(said) == 1 else None


def _gaps(series: Series) -> Iterator[Finding]:
    for before, after in pairwise(series.points):
        missing = before.month.until(after.month) - 1
        if missing:
            where = Place(after.row, str(after.month), series.key.region, series.key.indicator)
            yield Finding("missing_month", "look", (where,), {"count": missing, "first": str(before.month.later(1))})


def check_falls(scene: Scene) -> Iterator[Finding]:
    """The accumulated figure never falls, unless a correction is written beside it."""
    for series in scene.table.series:
        known = [point for point in series.points if point.accumulated.value is not None]
        for before, after in pairwise(known):
            first, then = before.accumulated.value or 0, after.accumulated.value or 0
            if then >= first or after.is_corrected:
                continue
            where = Place(after.row, str(after.month), series.key.region, series.key.indicator, "accumulated")
            yield Finding("falls", "error", (where,), {"before": first, "shown": then})
