"""How sure a number is: a point with the range in which it lies, on a common axis."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from egenmakt.core.evidence.blocks import Chart, Series
from egenmakt.interfaces.exports.report.charts.drawing import (
    LINE,
    Anchor,
    Drawing,
    Label,
    Line,
    Mark,
    Marker,
    letter,
    lines_of,
    shape_of,
    style_of,
)
from egenmakt.interfaces.exports.report.charts.legend import legend
from egenmakt.interfaces.exports.report.charts.numbers import Writer, known_values, names_of, texts_of, ticks_of

FIRST: Final = 4
LAST: Final = 96
ROW: Final = 24
_NAME_LETTERS: Final = 26


def draw_intervals(chart: Chart, write: Writer) -> Drawing:
    ticks = ticks_of(known_values(chart))

    def x(value: int) -> Fraction:
        return Fraction(FIRST) + Fraction((LAST - FIRST) * (value - ticks[0]), ticks[-1] - ticks[0])

    many = len(chart.series) > 1
    marks: list[Mark] = []
    bands: list[tuple[int, int]] = []
    breaks: list[int] = []
    y = 0
    for place, name in enumerate(names_of(chart)):
        breaks.append(y)
        labels = lines_of(name, y, letters=42 if many else _NAME_LETTERS)
        marks.extend(labels)
        height = y
        y += LINE * len(labels) + 2
        top = y
        for i, series in enumerate(chart.series):
            text = texts_of(chart, series, write)[place]
            if many:
                marks.append(Label(x=Fraction(0), y=Fraction(y + 14), text=letter(i), style="strong"))
                marks.append(Label(x=Fraction(100), y=Fraction(y + 14), text=text, anchor="end"))
                y += LINE
            else:
                marks.append(Label(x=Fraction(100), y=Fraction(height + 14), text=text, anchor="end"))
            marks.extend(_interval(i, series, place, Fraction(y + 10), x))
            y += ROW
        bands.append((top, y))
        y += 6
    # the lines stand in the rows of the ranges alone, so that none runs through a name
    below = [
        Line(x1=x(tick), y1=Fraction(top), x2=x(tick), y2=Fraction(end), style="axis" if tick == 0 else "grid")
        for top, end in bands
        for tick in ticks
    ]
    for tick in ticks:
        anchor: Anchor = "start" if tick == ticks[0] else "end" if tick == ticks[-1] else "middle"
        edge = Fraction(0) if anchor == "start" else Fraction(100) if anchor == "end" else x(tick)
        text = write.axis(tick) if tick != ticks[-1] or not write.is_money else write.full(tick)
        marks.append(Label(x=edge, y=Fraction(y + 16), text=text, anchor=anchor, style="soft"))
    y += 26
    if many:
        more, y = legend([series.name for series in chart.series], y=y + 4, sample="marker")
        marks.extend(more)
    return Drawing(marks=(*below, *marks), height=y, breaks=tuple(breaks))


def _interval(i: int, series: Series, place: int, middle: Fraction, x) -> list[Mark]:
    marks: list[Mark] = []
    low = series.low[place] if series.low else None
    high = series.high[place] if series.high else None
    if low is not None and high is not None:
        marks.append(Line(x1=x(low), y1=middle, x2=x(high), y2=middle, style="range"))
        marks.extend(Line(x1=x(end), y1=middle - 6, x2=x(end), y2=middle + 6, style="range") for end in (low, high))
    value = series.values[place]
    if value is not None:
        marks.append(Marker(x=x(value), y=middle, shape=shape_of(i), style=f"fill {style_of(i)}"))
    return marks
