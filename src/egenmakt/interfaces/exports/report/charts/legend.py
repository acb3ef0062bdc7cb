"""Which mark is which: a sample, a letter and a name for each series, below the drawing."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from egenmakt.interfaces.exports.report.charts.drawing import (
    LINE,
    Label,
    Line,
    Mark,
    Marker,
    Rect,
    letter,
    lines_of,
    shape_of,
    style_of,
)

TEXT_SHIFT: Final = 54
_LETTERS: Final = 36
_START: Final = Fraction(0)


def legend(names: list[str], *, y: int, sample: str) -> tuple[list[Mark], int]:
    """The samples with their names from a height downwards, and where they end. `sample`: fill, line or marker."""
    marks: list[Mark] = []
    for i, name in enumerate(names):
        marks.extend(_sample(i, y, sample))
        labels = lines_of(name, y, letters=_LETTERS, shift=TEXT_SHIFT)
        marks.extend(labels)
        y += LINE * len(labels) + 6
    return marks, y


def _sample(i: int, y: int, sample: str) -> list[Mark]:
    middle = Fraction(y + 9)
    label = Label(x=_START, y=middle + 5, text=letter(i), style="strong", shift=38)
    if sample == "fill":
        return [Rect(x=_START, y=y, width=_START, height=18, style=f"fill {style_of(i)}", fixed_width=30), label]
    marker = Marker(x=_START, y=middle, shape=shape_of(i), style=f"fill {style_of(i)}", shift=15)
    if sample == "marker":
        return [marker, label]
    line = Line(x1=_START, y1=middle, x2=_START, y2=middle, style=f"line {style_of(i)}", reach=30)
    return [line, marker, label]
