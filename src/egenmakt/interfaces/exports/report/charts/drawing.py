"""A drawing that belongs to no medium yet: marks and words at their places, to be written as SVG or set on paper.

Across, a place is a percentage of the width and a shift in pixels; down, it is pixels. So a drawing fills 328 or 640
pixels while its words keep their size. Charts are drawn from left to right and mirrored as a whole at the end.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final, Literal

Anchor = Literal["start", "middle", "end"]
"""Which part of the words stands at the place; `start` is what is at the left once the drawing is mirrored."""

SHAPES: Final = ("circle", "square", "triangle", "diamond", "cross", "ring")
SERIES_STYLES: Final = 6
LETTERS_ACROSS: Final = 42
"""What fits beside each other at 14 pixels on a phone of 360 pixels."""
LINE: Final = 18


@dataclass(frozen=True, slots=True)
class Rect:
    x: Fraction
    y: int
    width: Fraction
    height: int
    style: str
    shift: int = 0
    fixed_width: int = 0
    """A width in pixels, in place of the percentage, such as for the samples of a legend."""


@dataclass(frozen=True, slots=True)
class Line:
    x1: Fraction
    y1: Fraction
    x2: Fraction
    y2: Fraction
    style: str
    shift: int = 0
    reach: int = 0
    """How many pixels further its second end lies."""


@dataclass(frozen=True, slots=True)
class Path:
    """A line through points, broken where there is none."""

    points: tuple[tuple[Fraction, Fraction] | None, ...]
    style: str


@dataclass(frozen=True, slots=True)
class Marker:
    x: Fraction
    y: Fraction
    shape: str
    style: str
    shift: int = 0


@dataclass(frozen=True, slots=True)
class Circle:
    """A circle whose area is a number. It holds its place when the drawing is mirrored, as places on a map do."""

    x: Fraction
    y: Fraction
    radius: Fraction
    style: str


@dataclass(frozen=True, slots=True)
class Outline:
    """Land, as an SVG path in pixels: drawings with outlines have a width of their own. Never mirrored."""

    path: str
    style: str


@dataclass(frozen=True, slots=True)
class Label:
    x: Fraction
    y: Fraction
    text: str
    anchor: Anchor = "start"
    style: str = ""
    shift: int = 0
    holds: bool = False
    """Whether it holds its place when the drawing is mirrored."""


Mark = Rect | Line | Path | Marker | Circle | Outline | Label


@dataclass(frozen=True, slots=True)
class Drawing:
    """Marks, how high they stand, and how wide where the width is not free."""

    marks: tuple[Mark, ...]
    height: int
    width: int | None = None
    breaks: tuple[int, ...] = ()
    """Heights at which it may be cut so that it fits on pages: where a row begins."""


def mirrored(drawing: Drawing) -> Drawing:
    """The drawing for a page that is read from right to left; what lies on a map stays."""
    return replace(drawing, marks=tuple(_mirrored(mark) for mark in drawing.marks))


def _mirrored(mark: Mark) -> Mark:
    match mark:
        case Rect():
            return replace(mark, x=100 - mark.x - mark.width, shift=-mark.shift - mark.fixed_width)
        case Line():
            return replace(mark, x1=100 - mark.x1, x2=100 - mark.x2, shift=-mark.shift, reach=-mark.reach)
        case Path():
            return replace(mark, points=tuple(point and (100 - point[0], point[1]) for point in mark.points))
        case Marker():
            return replace(mark, x=100 - mark.x, shift=-mark.shift)
        case Label(holds=False):
            other: Anchor = {"start": "end", "end": "start"}.get(mark.anchor, "middle")  # type: ignore[assignment]  # one of three
            return replace(mark, x=100 - mark.x, shift=-mark.shift, anchor=other)
        case _:
            return mark


def cut(drawing: Drawing, tallest: int) -> list[Drawing]:
    """A drawing in pieces that are no taller than a page, cut between rows; whole where it has no rows."""
    if drawing.height <= tallest or not drawing.breaks:
        return [drawing]
    starts = [0]
    for before, at in zip((0, *drawing.breaks), (*drawing.breaks, drawing.height), strict=True):
        if at - starts[-1] > tallest and before > starts[-1]:
            starts.append(before)
    return [
        replace(
            drawing,
            marks=tuple(_moved_up(mark, start) for mark in drawing.marks if start <= _height_of(mark) < end),
            height=end - start,
            breaks=(),
        )
        for start, end in zip(starts, (*starts[1:], drawing.height), strict=True)
    ]


def _height_of(mark: Mark) -> Fraction | int:
    match mark:
        case Line():
            return mark.y1
        case Rect() | Marker() | Label():
            return mark.y
        case _:
            raise TypeError(f"A drawing that can be cut has no {type(mark).__name__}.")


def _moved_up(mark: Mark, by: int) -> Mark:
    match mark:
        case Line():
            return replace(mark, y1=mark.y1 - by, y2=mark.y2 - by)
        case Rect():
            return replace(mark, y=mark.y - by)
        case Marker() | Label():
            return replace(mark, y=mark.y - by)
        case _:
            raise TypeError(f"A drawing that can be cut has no {type(mark).__name__}.")


def wrapped(text: str, letters: int = LETTERS_ACROSS) -> list[str]:
    """Words on lines of at most so many letters; a longer word has a line of its own."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if len(longer) <= letters or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def lines_of(text: str, y: int, *, letters: int = LETTERS_ACROSS, style: str = "", shift: int = 0) -> list[Label]:
    """Words from a height downwards, a label for each line."""
    return [
        Label(x=Fraction(0), y=Fraction(y + 14 + LINE * i), text=line, style=style, shift=shift)
        for i, line in enumerate(wrapped(text, letters))
    ]


def letter(i: int) -> str:
    """A, B, … Z, A2, B2: which of several, without colour."""
    return chr(ord("A") + i % 26) + ("" if i < 26 else str(i // 26 + 1))


def style_of(i: int) -> str:
    return f"s{i % SERIES_STYLES + 1}"


def shape_of(i: int) -> str:
    return SHAPES[i % len(SHAPES)]


def position(value: Fraction | int) -> str:
    """A place with two decimals at most, without a float: 12.5, 33.33, 7."""
    sign = "-" if value < 0 else ""
    whole, rest = divmod(round(abs(Fraction(value)) * 100), 100)
    digits = f"{whole}.{rest:02d}".rstrip("0").rstrip(".") if rest else str(whole)
    return "0" if digits == "0" else sign + digits
