"""How large several things are beside each other: a bar for each, from zero, its number at its tip."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from egenmakt.core.evidence.blocks import Chart
from egenmakt.interfaces.exports.report.charts.drawing import (
    LINE,
    Drawing,
    Label,
    Line,
    Mark,
    Rect,
    letter,
    lines_of,
    style_of,
)
from egenmakt.interfaces.exports.report.charts.legend import legend
from egenmakt.interfaces.exports.report.charts.numbers import Writer, known_values, names_of, texts_of

LONGEST: Final = 60
"""The percentage of the width that the longest bar takes: the rest is for its number."""
BAR: Final = 18
GAP: Final = 6
GUTTER: Final = 22


def draw_bars(chart: Chart, write: Writer) -> Drawing:
    known = known_values(chart)
    low, high = min([0, *known]), max([0, *known])

    def x(value: int) -> Fraction:
        return Fraction(LONGEST * (value - low), (high - low) or 1)

    many = len(chart.series) > 1
    shift = GUTTER if many else 0
    texts = [texts_of(chart, series, write) for series in chart.series]
    marks: list[Mark] = []
    breaks: list[int] = []
    y = 0
    for place, name in enumerate(names_of(chart)):
        breaks.append(y)
        labels = lines_of(name, y)
        marks.extend(labels)
        y += LINE * len(labels) + 4
        top = y
        for i, series in enumerate(chart.series):
            middle = Fraction(y) + Fraction(BAR, 2)
            value = series.values[place]
            if many:
                marks.append(Label(x=Fraction(0), y=middle + 5, text=letter(i), style="strong"))
            tip = x(0)
            if value is not None:
                start, end = sorted((x(0), x(value)))
                marks.append(
                    Rect(x=start, y=y, width=end - start, height=BAR, style=f"fill {style_of(i)}", shift=shift)
                )
                tip = end
            around = _whisker(series.low, series.high, place)
            if around:
                first, last = x(around[0]), x(around[1])
                marks.extend(_range(first, last, middle, shift))
                tip = max(tip, last)
            style = "soft" if value is None else ""
            marks.append(Label(x=tip, y=middle + 5, text=texts[i][place], style=style, shift=shift + 8))
            y += BAR + GAP
        marks.append(Line(x1=x(0), y1=Fraction(top - 3), x2=x(0), y2=Fraction(y - 3), style="axis", shift=shift))
        y += 6
    breaks.append(y)
    if many:
        more, y = legend([series.name for series in chart.series], y=y + 6, sample="fill")
        marks.extend(more)
    return Drawing(marks=tuple(marks), height=y, breaks=tuple(breaks))


def _whisker(low: tuple[int | None, ...], high: tuple[int | None, ...], place: int) -> tuple[int, int] | None:
    if not low or not high:
        return None
    first, last = low[place], high[place]
    return None if first is None or last is None else (first, last)


def _range(first: Fraction, last: Fraction, middle: Fraction, shift: int) -> list[Mark]:
    ends: list[Mark] = [
        Line(x1=end, y1=middle - 5, x2=end, y2=middle + 5, style="range", shift=shift) for end in (first, last)
    ]
    return [Line(x1=first, y1=middle, x2=last, y2=middle, style="range", shift=shift), *ends]
