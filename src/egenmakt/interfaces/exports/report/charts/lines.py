"""How something went over time: lines that differ by dash, by the shape of their points and by a letter."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from egenmakt.core.evidence.blocks import Chart, Series
from egenmakt.interfaces.exports.report.charts.drawing import (
    LETTERS_ACROSS,
    Drawing,
    Label,
    Line,
    Mark,
    Marker,
    Path,
    letter,
    shape_of,
    style_of,
)
from egenmakt.interfaces.exports.report.charts.legend import legend
from egenmakt.interfaces.exports.report.charts.numbers import Writer, known_values, names_of, ticks_of

TOP: Final = 34
BOTTOM: Final = 214
FIRST: Final = 15
LAST: Final = 94
_MARKERS_MAX: Final = 26


def draw_lines(chart: Chart, write: Writer) -> Drawing:
    count = len(chart.keys)
    ticks = ticks_of(known_values(chart))

    def x(place: int) -> Fraction:
        return Fraction(FIRST) + Fraction((LAST - FIRST) * place, max(count - 1, 1))

    def y(value: int) -> Fraction:
        return BOTTOM - Fraction((BOTTOM - TOP) * (value - ticks[0]), ticks[-1] - ticks[0])

    marks: list[Mark] = []
    if write.is_money:
        marks.append(Label(x=Fraction(0), y=Fraction(12), text=write.unit, style="soft"))
    for tick in ticks:
        style = "axis" if tick == 0 else "grid"
        marks.append(Line(x1=Fraction(0), y1=y(tick), x2=Fraction(100), y2=y(tick), style=style))
        marks.append(Label(x=Fraction(0), y=y(tick) - 4, text=write.axis(tick), style="soft"))
    for i, series in enumerate(chart.series):
        marks.extend(_series(i, series, [x(place) for place in range(count)], y, with_letter=len(chart.series) > 1))
    marks.extend(_names(names_of(chart), x))
    if len(chart.series) == 1:
        return Drawing(marks=tuple(marks), height=BOTTOM + 26)
    more, end = legend([series.name for series in chart.series], y=BOTTOM + 36, sample="line")
    return Drawing(marks=(*marks, *more), height=end)


def _series(i, series: Series, places: list[Fraction], y, *, with_letter: bool) -> list[Mark]:
    points = tuple(
        None if value is None else (place, y(value)) for place, value in zip(places, series.values, strict=True)
    )
    marks: list[Mark] = []
    for place, low, high in zip(places, series.low, series.high, strict=bool(series.low and series.high)):
        if low is not None and high is not None:
            marks.append(Line(x1=place, y1=y(low), x2=place, y2=y(high), style="range"))
    marks.append(Path(points=points, style=f"line {style_of(i)}"))
    shown = [point for point in points if point]
    # a point that stands alone would be no line, so that it always has its mark
    alone = {
        point
        for before, point, after in zip((None, *points[:-1]), points, (*points[1:], None), strict=True)
        if point and not before and not after
    }
    marks.extend(
        Marker(x=point[0], y=point[1], shape=shape_of(i), style=f"fill {style_of(i)}")
        for point in shown
        if len(shown) <= _MARKERS_MAX or point in alone or point in (shown[0], shown[-1])
    )
    if with_letter and shown:
        marks.append(Label(x=shown[-1][0], y=shown[-1][1] + 5, text=letter(i), style="strong", shift=10))
    return marks


def _names(names: list[str], x) -> list[Mark]:
    """The first and the last name, and those between that have room: never two on top of each other."""
    last = len(names) - 1
    height = Fraction(BOTTOM + 20)
    if last == 0:
        return [Label(x=x(0), y=height, text=names[0], anchor="middle", style="soft")]
    marks: list[Mark] = [
        Label(x=x(0), y=height, text=names[0], anchor="middle" if len(names[0]) < 9 else "start", style="soft"),
        Label(x=Fraction(100), y=height, text=names[-1], anchor="end", style="soft"),
    ]
    longest = max(len(name) for name in names)
    fits = max(LETTERS_ACROSS // (longest + 2), 2)
    if fits > 2:
        step = -(-last // (fits - 1))
        marks.extend(
            Label(x=x(place), y=height, text=names[place], anchor="middle", style="soft")
            for place in range(step, last - step // 2, step)
        )
    return marks
