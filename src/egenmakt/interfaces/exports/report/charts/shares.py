"""What wholes are made of: a bar of 100 percent for each, its parts told apart by letters."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from egenmakt.core.evidence.blocks import Chart
from egenmakt.interfaces.exports.report.charts.drawing import (
    LINE,
    Drawing,
    Label,
    Mark,
    Rect,
    letter,
    lines_of,
    style_of,
)
from egenmakt.interfaces.exports.report.charts.legend import legend
from egenmakt.interfaces.exports.report.charts.numbers import Writer, names_of

WHOLE: Final = 10_000
BAR: Final = 28
_ROOM_FOR_LETTER: Final = 6
_ROOM_FOR_SHARE: Final = 16
_ROOM_FOR_WORDS: Final = 26
_ROOM_BELOW: Final = 4


class NotParts(ValueError):
    """A part of a whole is never below zero."""


def shares_of(values: list[int | None], *, unit: str) -> list[Fraction | None]:
    """Each part of its whole; None where it is not shown, and for all where the whole is not known.

    Parts of ten thousand have a known whole; counts have theirs only when every part is shown.
    Raises: NotParts.
    """
    known = [value for value in values if value is not None]
    if any(value < 0 for value in known):
        raise NotParts(f"{known} are no parts of a whole: one is below zero.")
    total = sum(known)
    if unit == "%":
        total = max(total, WHOLE)
    elif len(known) < len(values):
        return [None] * len(values)
    return [None if value is None or not total else Fraction(value, total) for value in values]


def draw_shares(chart: Chart, write: Writer, *, not_shown: str) -> Drawing:
    marks: list[Mark] = []
    breaks: list[int] = []
    y = 0
    for place, name in enumerate(names_of(chart)):
        breaks.append(y)
        labels = lines_of(name, y)
        marks.extend(labels)
        y += LINE * len(labels) + 4
        shares = shares_of([series.values[place] for series in chart.series], unit=chart.unit)
        marks.extend(_bar(shares, y, write, not_shown))
        is_thin = any(share and share * 100 < _ROOM_FOR_LETTER for share in shares)
        y += BAR + (28 if is_thin else 14)
    breaks.append(y)
    more, y = legend([series.name for series in chart.series], y=y, sample="fill")
    return Drawing(marks=(*marks, *more), height=y, breaks=tuple(breaks))


def _bar(shares: list[Fraction | None], y: int, write: Writer, not_shown: str) -> list[Mark]:
    marks: list[Mark] = [Rect(x=Fraction(0), y=y, width=Fraction(100), height=BAR, style="track")]
    before, below = Fraction(0), Fraction(-_ROOM_BELOW)
    for i, share in enumerate(shares):
        if share is None:
            continue
        width = share * 100
        marks.append(Rect(x=before, y=y, width=width, height=BAR, style=f"fill part {style_of(i)}"))
        middle = before + width / 2
        if width >= _ROOM_FOR_LETTER:
            text = letter(i) + (f" {write.axis(_rounded(share))}" if width >= _ROOM_FOR_SHARE else "")
            marks.append(Label(x=middle, y=Fraction(y + 19), text=text, anchor="middle", style=f"on {style_of(i)}"))
        elif width and middle - below >= _ROOM_BELOW:
            below = min(middle, Fraction(98))
            marks.append(Label(x=below, y=Fraction(y + BAR + 15), text=letter(i), anchor="middle", style="strong"))
        before += width
    if 100 - before >= _ROOM_FOR_WORDS:
        middle = (100 + before) / 2
        marks.append(Label(x=middle, y=Fraction(y + 19), text=not_shown, anchor="middle", style="soft"))
    return marks


def _rounded(share: Fraction) -> int:
    """In whole percent, half up, as parts of ten thousand: the exact number stands in the table."""
    return int(share * 100 + Fraction(1, 2)) * 100
