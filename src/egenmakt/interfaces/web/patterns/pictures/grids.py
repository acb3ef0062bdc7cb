"""Squares of a plane: two scales against each other, or a canvas with stones; as large as the number in each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString

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

SIDE, EDGE, LABELS = 300, 10, 44
"""The plane's side, the room around it, and the room for the words at its ends, above and below."""


@dataclass(frozen=True, slots=True)
class SquareGrid:
    """Squares from lower left, row by row: the area of each mark is its number; a hidden number is a sign."""

    title: str
    description: str
    columns: Sequence[str]
    rows: Sequence[str]
    """What the columns and rows are called in the table, rows from below."""
    cells: Sequence[Sequence[Cell]]
    """One list for each row, from below."""
    x_ends: tuple[str, str]
    y_ends: tuple[str, str]
    corner: str
    """What the table's first column holds."""

    def table(self) -> Table:
        """The same figures as a table, its first row the uppermost."""
        return Table(
            caption=self.title,
            columns=[Column(self.corner), *(Column(name, is_numeric=True) for name in self.columns)],
            rows=[
                Row([name, *(cell.in_table() for cell in cells)])
                for name, cells in reversed(list(zip(self.rows, self.cells, strict=True)))
            ],
            narrow="scroll",
        )

    def draw(self, *, direction: Direction = "ltr") -> SafeString:
        """The picture as an SVG element."""
        across, up = len(self.columns), len(self.rows)
        wide, high = SIDE / across, SIDE / up
        most = max((cell.number or 0 for row in self.cells for cell in row), default=0) or 1
        width = SIDE + 2 * EDGE
        drawn = [format_html('<path class="grid" d="{}"/>', "".join(self._rules(across, up, direction)))]
        for row, cells in enumerate(self.cells):
            for column, cell in enumerate(cells):
                x = mirrored(EDGE + wide * (column + 0.5), width, direction)
                y = LABELS + SIDE - high * (row + 0.5)
                label = f"{self.columns[column]}, {self.rows[row]}: {cell.text()}"
                if cell.number is None:
                    mark = format_html(
                        '<text class="soft" x="{}" y="{}" text-anchor="middle">{}</text>', at(x), at(y + 5), HIDDEN
                    )
                elif not cell.number:
                    continue
                else:
                    part = (cell.number / most) ** 0.5
                    a, b = wide * part * 0.94, high * part * 0.94
                    mark = format_html(
                        '<rect class="fill series-1" x="{}" y="{}" width="{}" height="{}" rx="1"/>',
                        *(at(x - a / 2), at(y - b / 2), at(a), at(b)),
                    )
                drawn.append(followed(mark, label=label, url=cell.url))
        drawn.append(self._words(direction, width))
        linked = any(cell.url for row in self.cells for cell in row)
        box = f"0 0 {width} {SIDE + 2 * LABELS + 18}"
        return svg_element(self.title, self.description, 0, joined(drawn), direction, view_box=box, with_links=linked)

    def _rules(self, across: int, up: int, direction: Direction) -> list[str]:
        width = SIDE + 2 * EDGE
        found = []
        for column in range(across + 1):
            x = at(mirrored(EDGE + SIDE * column / across, width, direction))
            found.append(f"M{x} {LABELS}V{LABELS + SIDE}")
        for row in range(up + 1):
            found.append(f"M{EDGE} {at(LABELS + SIDE * row / up)}H{EDGE + SIDE}")
        return found

    def _words(self, direction: Direction, width: float) -> SafeString:
        start, end = at(mirrored(EDGE, width, direction)), at(mirrored(EDGE + SIDE, width, direction))
        below = LABELS + SIDE + 18
        return joined(
            [
                text_lines(lines(f"↑ {self.y_ends[1]}", 40)[:2], x=start, y=14, kind="soft"),
                text_lines(lines(self.x_ends[0], 19)[:2], x=start, y=below, kind="soft"),
                text_lines(lines(self.x_ends[1], 19)[:2], x=end, y=below, anchor="end", kind="soft"),
                text_lines(lines(f"↓ {self.y_ends[0]}", 40)[:1], x=start, y=below + 38, kind="soft"),
            ]
        )

    def legend(self) -> SafeString:
        """Squares are explained in words."""
        return SafeString("")
