"""Drawings as SVG: with their words for a page, or their shapes alone for paper, where the words are set beside.

On paper the words are set by typst itself: text inside an SVG loses its conjuncts in Devanagari, and its direction.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from hashlib import blake2s
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from egenmakt.core.evidence.blocks import Chart, Direction
from egenmakt.interfaces.exports.pdf.direction import fence
from egenmakt.interfaces.exports.report.charts.drawing import (
    Circle,
    Drawing,
    Label,
    Line,
    Mark,
    Marker,
    Outline,
    Path,
    Rect,
    cut,
    position,
)
from egenmakt.interfaces.exports.report.charts.table import drawn

PAPER_WIDTH: Final = 600
"""How many pixels wide a chart is drawn for paper."""
PAPER_HEIGHT: Final = 780
"""How many pixels of a chart fit on one page below its caption."""

_SHAPES: Final = {
    "circle": "m-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0z",
    "square": "m-5-5h10v10h-10z",
    "triangle": "m0-6l6 11h-12z",
    "diamond": "m0-7l6 7l-6 7l-6-7z",
    "cross": "m-6-2h4v-4h4v4h4v4h-4v4h-4v-4h-4z",
    "ring": "m-6 0a6 6 0 1 0 12 0a6 6 0 1 0-12 0zm3 0a3 3 0 1 1 6 0a3 3 0 1 1-6 0z",
}
# Light paper and dark ink: what the page's own style has for the light theme.
COLOURS: Final = {
    "s1": "#1d6b55",
    "s2": "#a8500f",
    "s3": "#3f5f9e",
    "s4": "#85406f",
    "s5": "#5f5a12",
    "s6": "#4a4f55",
}
DASHES: Final = {"s2": "7 4", "s3": "2 4", "s4": "11 4 2 4", "s5": "4 2", "s6": "1 3"}

PAPER_STYLE: Final = "".join(
    (
        *(f".fill.{name}{{fill:{colour}}}.line.{name}{{stroke:{colour}}}" for name, colour in COLOURS.items()),
        *(f".line.{name}{{stroke-dasharray:{dash}}}" for name, dash in DASHES.items()),
        ".line{fill:none;stroke-width:2.5}.part{stroke:#fff;stroke-width:2}.grid{stroke:#d9cfc0}.axis{stroke:#5c5248}",
        ".range{stroke:#2b2520;stroke-width:2}.track{fill:#f1eadf;stroke:#857763}.sea{fill:#eef3f5}",
        ".land{fill:#fffdf9;stroke:#b3a793;stroke-width:.7}.here{fill:#dfe8d8;stroke:#2b2520;stroke-width:1.4}",
        ".world{fill:#d9cfc0}.frame{fill:none;stroke:#a3400f;stroke-width:2}.amount{fill:#1d6b55;stroke:#fff}",
        ".ring{fill:none;stroke:#2b2520;stroke-width:1.6}",
    )
)


def draw_svg(
    chart: Chart, *, language: str, direction: Direction, labels: Mapping[str, str], name: str = ""
) -> SafeString:
    """A chart as an SVG element for a page: it fills its frame, mirrors, and takes its colours from the page's style.

    Args: name, what its ids begin with, for a page that may hold the same chart twice.
    """
    drawing = drawn(chart, language=language, direction=direction, labels=labels)
    inner = _joined(_Fluid(drawing.width).write(mark) for mark in drawing.marks)
    # ids begin with a letter; the id is made from the content, so that the file is the same each time it is written
    key = name or "c" + blake2s(f"{chart.title}\0{chart.description}\0{inner}".encode(), digest_size=6).hexdigest()
    if drawing.width:
        size = format_html('viewBox="0 0 {} {}" class="map"', drawing.width, drawing.height)
    else:
        size = format_html('height="{}"', drawing.height)
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" width="100%" {} direction="ltr" role="img" '
        'aria-labelledby="{}-t {}-d"><title id="{}-t">{}</title><desc id="{}-d">{}</desc>{}</svg>',
        *(size, key, key, key, chart.title, key, chart.description, inner),
    )


@dataclass(frozen=True, slots=True)
class PaperDrawing:
    """The shapes of a drawing as SVG, its words with their places in pixels, and its size."""

    svg: str
    labels: tuple[Label, ...]
    width: int
    height: int

    def left(self, label: Label) -> Fraction:
        return label.x * self.width / 100 + label.shift


def draw_for_paper(
    chart: Chart, *, language: str, direction: Direction, labels: Mapping[str, str]
) -> list[PaperDrawing]:
    """A chart for paper, always in the colours of paper, in as many pieces as it needs to fit on pages."""
    drawing = drawn(chart, language=language, direction=direction, labels=labels)
    return [_on_paper(piece) for piece in cut(drawing, PAPER_HEIGHT)]


def _on_paper(drawing: Drawing) -> PaperDrawing:
    width = drawing.width or PAPER_WIDTH
    writer = _Fixed(width)
    shapes = _joined(writer.write(mark) for mark in drawing.marks)
    svg = format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="{}" viewBox="0 0 {} {}"><style>{}</style>{}</svg>',
        *(width, drawing.height, width, drawing.height, SafeString(PAPER_STYLE), shapes),
    )
    words = tuple(mark for mark in drawing.marks if isinstance(mark, Label) and mark.text)
    return PaperDrawing(svg=str(svg), labels=words, width=width, height=drawing.height)


class _Writer(ABC):
    """What both ways of writing have in common; they differ in how a place across is written."""

    @abstractmethod
    def across(self, percent: Fraction, pixels: int = 0) -> str: ...

    @abstractmethod
    def length(self, percent: Fraction) -> str: ...

    @abstractmethod
    def moved(self, x: Fraction, shift: int, inner: SafeString) -> SafeString:
        """Something drawn at zero, at its place across."""

    @abstractmethod
    def path(self, mark: Path) -> SafeString: ...

    @abstractmethod
    def label(self, mark: Label) -> SafeString: ...

    def write(self, mark: Mark) -> SafeString:
        match mark:
            case Rect():
                width = str(mark.fixed_width) if mark.fixed_width else self.length(mark.width)
                rect = format_html(
                    '<rect class="{}" y="{}" width="{}" height="{}"/>', mark.style, mark.y, width, mark.height
                )
                return self.moved(mark.x, mark.shift, rect)
            case Line(reach=0):
                return self._line(mark)
            case Line():
                y = position(mark.y1)
                line = format_html('<line class="{}" x2="{}" y1="{}" y2="{}"/>', mark.style, mark.reach, y, y)
                return self.moved(mark.x1, mark.shift, line)
            case Path():
                return self.path(mark)
            case Marker():
                shape = format_html('<path class="{}" d="M0 {}{}"/>', mark.style, position(mark.y), _SHAPES[mark.shape])
                return self.moved(mark.x, mark.shift, shape)
            case Circle():
                return format_html(
                    '<circle class="{}" cx="{}" cy="{}" r="{}"/>',
                    *(mark.style, self.across(mark.x), position(mark.y), position(mark.radius)),
                )
            case Outline():
                return format_html('<path class="{}" d="{}"/>', mark.style, mark.path)
            case Label():
                return self.label(mark)

    def _line(self, mark: Line) -> SafeString:
        shifted = format_html(' transform="translate({} 0)"', mark.shift) if mark.shift else ""
        return format_html(
            '<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}"{}/>',
            *(mark.style, self.across(mark.x1), position(mark.y1), self.across(mark.x2), position(mark.y2), shifted),
        )


@dataclass(frozen=True, slots=True)
class _Fluid(_Writer):
    """For a page: percentages, unless the drawing has a width of its own."""

    width: int | None

    def across(self, percent: Fraction, pixels: int = 0) -> str:
        if self.width:
            return position(percent * self.width / 100 + pixels)
        return f"{position(percent)}%"

    def length(self, percent: Fraction) -> str:
        return self.across(percent)

    def moved(self, x: Fraction, shift: int, inner: SafeString) -> SafeString:
        shifted = format_html('<g transform="translate({} 0)">{}</g>', shift, inner) if shift else inner
        if x == 0:
            return shifted
        return format_html('<svg x="{}" overflow="visible">{}</svg>', self.across(x), shifted)

    def path(self, mark: Path) -> SafeString:
        # stretched to the width, so that a path too can run from 0 to 100 percent
        return format_html(
            '<svg width="100%" height="100" viewBox="0 0 100 100" preserveAspectRatio="none" overflow="visible">'
            '<path class="{}" vector-effect="non-scaling-stroke" d="{}"/></svg>',
            *(mark.style, _path_of(mark, Fraction(1))),
        )

    def label(self, mark: Label) -> SafeString:
        anchor = "" if mark.anchor == "start" else format_html(' text-anchor="{}"', mark.anchor)
        shift = format_html(' dx="{}"', mark.shift) if mark.shift else ""
        style = format_html(' class="{}"', mark.style) if mark.style else ""
        return format_html(
            '<text x="{}" y="{}"{}{}{}>{}</text>',
            *(self.across(mark.x), position(mark.y), shift, anchor, style, fence(mark.text, within="ltr")),
        )


@dataclass(frozen=True, slots=True)
class _Fixed(_Writer):
    """For paper: pixels."""

    width: int

    def across(self, percent: Fraction, pixels: int = 0) -> str:
        return position(percent * self.width / 100 + pixels)

    def length(self, percent: Fraction) -> str:
        return self.across(percent)

    def moved(self, x: Fraction, shift: int, inner: SafeString) -> SafeString:
        return format_html('<g transform="translate({} 0)">{}</g>', self.across(x, shift), inner)

    def path(self, mark: Path) -> SafeString:
        return format_html('<path class="{}" d="{}"/>', mark.style, _path_of(mark, Fraction(self.width, 100)))

    def label(self, mark: Label) -> SafeString:
        """Nothing: on paper the words are set by the typesetter, where they can be searched."""
        return SafeString("")


def _path_of(mark: Path, scale: Fraction) -> str:
    path, is_drawing = "", False
    for point in mark.points:
        if point:
            path += f"{'L' if is_drawing else 'M'}{position(point[0] * scale)} {position(point[1])}"
        is_drawing = point is not None
    return path


def _joined(parts) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))
