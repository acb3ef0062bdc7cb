"""A triad: every answer in its triangle; corners and edges are marks of their own, and no dot is cut off or dropped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from egenmakt.core.patterns.triads import Point, TriadGrid
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.charts import Direction, svg_element
from egenmakt.interfaces.web.parts import Column, Row, Table
from egenmakt.interfaces.web.patterns.pictures.base import (
    HIDDEN,
    Cell,
    at,
    followed,
    joined,
    lines,
    mirrored,
    text_lines,
)

WIDTH, SIDE, TOP = 320.0, 240.0, 62.0
RISE = SIDE * 3**0.5 / 2
CORNERS = ((WIDTH / 2 - SIDE / 2, TOP + RISE), (WIDTH / 2, TOP), (WIDTH / 2 + SIDE / 2, TOP + RISE))
"""Left, top and right, as in the form that the teller filled in."""
OUTSIDE = 13.0
"""How far beyond the border the marks of corners and edges lie, clear of those inside."""
HEIGHT = TOP + RISE + 74


def place(parts: Point, direction: Direction) -> tuple[float, float]:
    """Where three parts lie in the drawing."""
    x = sum(part * corner[0] for part, corner in zip(parts, CORNERS, strict=True))
    y = sum(part * corner[1] for part, corner in zip(parts, CORNERS, strict=True))
    return mirrored(x, WIDTH, direction), y


@dataclass(frozen=True, slots=True)
class TriadPicture:
    """A triad's bins, the dots of stories that the reader may read, with the centre and its region.

    `cells` has one cell for each bin of the grid, which the table beside names in words.
    """

    title: str
    description: str
    corners: tuple[str, str, str]
    place_heading: str
    count_heading: str
    grid: TriadGrid
    cells: Sequence[Cell]
    dots: Sequence[tuple[Point, str]] = ()
    """Where each story lies, and its address."""
    centre: Point | None = None
    region: Sequence[Point] = ()

    def table(self) -> Table:
        """The same figures as a table: each bin that is not empty, by how much of each corner it holds."""
        named = zip(self.grid.marks(), range(self.grid.size), self.cells, strict=True)
        return Table(
            caption=self.title,
            columns=[Column(self.place_heading), Column(self.count_heading, is_numeric=True)],
            rows=[
                Row([self._bin_name(mark, place), cell.in_table()]) for mark, place, cell in named if cell.number != 0
            ],
            narrow="scroll",
        )

    def draw(self, *, direction: Direction = "ltr") -> SafeString:
        """The picture as an SVG element."""
        drawn = [self._frame(direction)]
        drawn += self._bins(direction)
        drawn += [self._dot(point, url, direction) for point, url in self.dots]
        if self.region:
            path = "L".join(f"{at(x)} {at(y)}" for x, y in (place(point, direction) for point in self.region))
            drawn.append(format_html('<path class="region" d="M{}Z"/>', path))
        if self.centre is not None:
            x, y = place(self.centre, direction)
            drawn.append(format_html('<path class="centre" d="M{0} {1}m-7 0h14m-7 -7v14"/>', at(x), at(y)))
        linked = any(cell.url for cell in self.cells) or any(url for _, url in self.dots)
        box = f"0 0 {at(WIDTH)} {at(HEIGHT)}"
        return svg_element(self.title, self.description, 0, joined(drawn), direction, view_box=box, with_links=linked)

    def _frame(self, direction: Direction) -> SafeString:
        points = [(mirrored(x, WIDTH, direction), y) for x, y in CORNERS]
        outline = "L".join(f"{at(x)} {at(y)}" for x, y in points)
        left, top, right = (lines(corner, 20)[:3] for corner in self.corners)
        below = TOP + RISE + 30
        near, far = at(mirrored(2, WIDTH, direction)), at(mirrored(WIDTH - 2, WIDTH, direction))
        return joined(
            [
                format_html('<path class="track" d="M{}Z"/>', outline),
                text_lines(lines(self.corners[1], 40)[:2] if top else [], x=at(WIDTH / 2), y=16, anchor="middle"),
                text_lines(left, x=near, y=below),
                text_lines(right, x=far, y=below, anchor="end"),
            ]
        )

    def _bins(self, direction: Direction) -> list[SafeString]:
        most = max((cell.number or 0 for cell in self.cells), default=0) or 1
        names = self.grid.marks()
        found = []
        for mark, cell in enumerate(self.cells):
            corners = [place(point, direction) for point in self.grid.polygon(mark=mark)]
            if len(corners) == 3:
                found.append(
                    format_html('<path class="grid" d="M{}Z"/>', "L".join(f"{at(x)} {at(y)}" for x, y in corners))
                )
            if cell.number == 0:
                continue
            part = ((cell.number or 0) / most) ** 0.5
            shape = _hidden(corners) if cell.number is None else _SHAPES[len(corners)](corners, part)
            found.append(followed(shape, label=f"{self._bin_name(names[mark], mark)}: {cell.text()}", url=cell.url))
        return found

    def _bin_name(self, name: str, mark: int) -> str:
        kind, _colon, rest = name.partition(":")
        if kind == "corner":
            return _("Only %(name)s") % {"name": self.corners["abc".index(rest)]}
        points = self.grid.polygon(mark=mark)
        parts = [
            f"{corner} {_span(min(point[side] for point in points), max(point[side] for point in points))}"
            for side, corner in enumerate(self.corners)
            if max(point[side] for point in points) > 0
        ]
        return ", ".join(parts)

    @staticmethod
    def _dot(point: Point, url: str, direction: Direction) -> SafeString:
        x, y = place(point, direction)
        mark = format_html('<circle class="dot" cx="{}" cy="{}" r="3.2"/>', at(x), at(y))
        return followed(mark, label=_("One story"), url=url)

    def legend(self) -> SafeString:
        """What the cross and the line around it are."""
        shown = []
        if self.centre is not None:
            shown.append(
                (SafeString('<path class="centre" d="M22 12m-8 0h16m-8 -8v16"/>'), _("Centre: the mean of all answers"))
            )
        if self.region:
            shown.append(
                (
                    SafeString('<path class="region" d="M6 12a16 8 0 1 0 32 0a16 8 0 1 0 -32 0Z"/>'),
                    _("Where the centre lies, 95 % sure"),
                )
            )
        if self.grid is not None:
            shown.append(
                (
                    SafeString('<path class="fill series-1" d="M14 20L22 6L30 20Z"/>'),
                    _("The larger the mark, the more stories"),
                )
            )
        return format_html_join(
            "", '<li><svg viewBox="0 0 44 24" aria-hidden="true" focusable="false">{}</svg>{}</li>', shown
        )


def _span(low: float, high: float) -> str:
    """From how many per cent to how many."""
    return "–".join(formats.percent_text(Fraction(round(each * 100), 100)) for each in (low, high))


Drawn = list[tuple[float, float]]
MIDDLE = (WIDTH / 2, TOP + RISE * 2 / 3)


def _outward(x: float, y: float, far: float) -> tuple[float, float]:
    dx, dy = x - MIDDLE[0], y - MIDDLE[1]
    length = (dx * dx + dy * dy) ** 0.5 or 1.0
    return x + dx / length * far, y + dy / length * far


def _corner(points: Drawn, part: float) -> SafeString:
    x, y = _outward(*points[0], OUTSIDE)
    return format_html('<circle class="fill series-1" cx="{}" cy="{}" r="{}"/>', at(x), at(y), at(max(2.0, 11 * part)))


def _edge(points: Drawn, part: float) -> SafeString:
    """A piece of an edge as a box beside it, as high as its number."""
    (x1, y1), (x2, y2) = points
    dx, dy = x2 - x1, y2 - y1
    length = (dx * dx + dy * dy) ** 0.5
    nx, ny = -dy / length, dx / length
    if (x1 - MIDDLE[0]) * nx + (y1 - MIDDLE[1]) * ny < 0:
        nx, ny = -nx, -ny
    high = max(1.5, 12 * part)
    inset = 0.1
    ax, ay, bx, by = (
        x1 + dx * inset + nx * 2,
        y1 + dy * inset + ny * 2,
        x2 - dx * inset + nx * 2,
        y2 - dy * inset + ny * 2,
    )
    corners = ((ax, ay), (bx, by), (bx + nx * high, by + ny * high), (ax + nx * high, ay + ny * high))
    return format_html('<path class="fill series-1" d="M{}Z"/>', "L".join(f"{at(x)} {at(y)}" for x, y in corners))


def _cell(points: Drawn, part: float) -> SafeString:
    """A triangle inside, its area as its number."""
    mx, my = sum(x for x, _ in points) / 3, sum(y for _, y in points) / 3
    size = max(0.12, 0.94 * part)
    smaller = ((mx + (x - mx) * size, my + (y - my) * size) for x, y in points)
    return format_html('<path class="fill series-1" d="M{}Z"/>', "L".join(f"{at(x)} {at(y)}" for x, y in smaller))


def _hidden(points: Drawn) -> SafeString:
    x, y = sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)
    if len(points) < 3:
        x, y = _outward(x, y, OUTSIDE * 0.7)
    return format_html('<text class="soft" x="{}" y="{}" text-anchor="middle">{}</text>', at(x), at(y + 5), HIDDEN)


_SHAPES = {1: _corner, 2: _edge, 3: _cell}
