"""A part is never above its whole: women among members, in the month and accumulated."""

from __future__ import annotations

from collections.abc import Iterator

from egenmakt.core.evidence.findings import Finding, Place, Said, Value
from egenmakt.core.evidence.links import Scene
from egenmakt.core.evidence.monthly import FIGURES, Figure, Point, Series

Above = tuple[Point, Point]


def check_parts(scene: Scene) -> Iterator[Finding]:
    """One finding for each run of months in which a part is above its whole."""
    for part, whole in scene.table.parts():
        for figure in FIGURES:
            run: list[Above] = []
            for point in part.points:
                other = whole.at(point.month)
                if other is not None and _is_above(point, other, figure):
                    run.append((point, other))
                elif run:
                    yield _finding(part, whole, figure, run)
                    run = []
            if run:
                yield _finding(part, whole, figure, run)


def _is_above(point: Point, other: Point, figure: Figure) -> bool:
    """Whether it is above; months that were put right with words, or that take away, are not compared."""
    part, whole = point.value(figure), other.value(figure)
    if part is None or whole is None or part <= whole:
        return False
    return figure == "accumulated" or not (whole < 0 or point.is_corrected or other.is_corrected)


def _finding(part: Series, whole: Series, figure: Figure, run: list[Above]) -> Finding:
    point, other = run[0]
    places = tuple(
        Place(row.row, str(row.month), series.key.region, series.key.indicator, figure)
        for series, row in ((part, point), (whole, other))
    )
    values: dict[str, Value] = {
        "part": part.key.indicator,
        "whole": whole.key.indicator,
        "part_count": point.value(figure) or 0,
        "whole_count": other.value(figure) or 0,
    }
    evidence = (Said("run", {"count": len(run), "later": str(run[-1][0].month)}),) if len(run) > 1 else ()
    return Finding("part_above_whole", "error", places, values, evidence=evidence)
