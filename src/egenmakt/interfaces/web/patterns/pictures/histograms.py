"""Columns over a scale from one end to the other: how many answered where, for one voice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString

from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.charts import Direction, svg_element
from egenmakt.interfaces.web.parts import Column, Row, Table
from egenmakt.interfaces.web.patterns.pictures.base import HIDDEN, Cell, at, followed, joined, lines, text_lines

HEIGHT, TOP = 150, 22
ROOMY = 10_000
"""Numbers from here on do not fit above a tenth of a phone's width."""


@dataclass(frozen=True, slots=True)
class Histogram:
    """A scale's answers in bins of equal width, with what stands at its ends, and the mean where it may be told."""

    title: str
    description: str
    label_heading: str
    value_heading: str
    bins: Sequence[tuple[str, Cell]]
    ends: tuple[str, str]
    mean: float | None = None
    """From 0, the start of the scale, to 1, its end."""

    def table(self) -> Table:
        """The same figures as a table."""
        return Table(
            caption=self.title,
            columns=[Column(self.label_heading), Column(self.value_heading, is_numeric=True)],
            rows=[Row([formats.isolated(label), cell.in_table()]) for label, cell in self.bins],
            narrow="scroll",
        )

    def draw(self, *, direction: Direction = "ltr") -> SafeString:
        """The picture as an SVG element."""
        most = max((cell.number or 0 for _, cell in self.bins), default=0) or 1
        each = 100 / len(self.bins)
        drawn = [format_html('<line class="axis" x1="0" x2="100%" y1="{}" y2="{}"/>', TOP + HEIGHT, TOP + HEIGHT)]
        for place, (label, cell) in enumerate(self.bins):
            x = place * each + each * 0.06
            x = x if direction == "ltr" else 100 - x - each * 0.88
            height = HEIGHT * (cell.number or 0) / most
            middle, top = at(x + each * 0.44), TOP + HEIGHT - height
            words = formats.number_text(cell.number) if cell.number is not None else HIDDEN
            bar = format_html(
                '<rect class="room" x="{}%" y="{}" width="{}%" height="{}"/>'
                '<rect class="fill series-1" x="{}%" y="{}" width="{}%" height="{}"/>'
                '<text x="{}%" y="{}" text-anchor="middle">{}</text>',
                *(at(x), TOP, at(each * 0.88), HEIGHT),
                *(at(x), at(top), at(each * 0.88), at(height)),
                *(middle, at(top - 6), words if (cell.number or 0) < ROOMY else ""),
            )
            drawn.append(followed(bar, label=f"{label}: {cell.text()}", url=cell.url))
        if self.mean is not None:
            x = 100 * (self.mean if direction == "ltr" else 1 - self.mean)
            pointer = '<svg x="{}%" y="{}" width="1" height="1" overflow="visible">{}</svg>'
            path = SafeString('<path class="middle" d="M-7 11L0 1L7 11Z"/>')
            drawn.append(format_html(pointer, at(x), TOP + HEIGHT, path))
        start, end = ("0", "100%") if direction == "ltr" else ("100%", "0")
        low, high = lines(self.ends[0], 17), lines(self.ends[1], 17)
        drawn.append(text_lines(low, x=start, y=TOP + HEIGHT + 28, kind="soft"))
        drawn.append(text_lines(high, x=end, y=TOP + HEIGHT + 28, anchor="end", kind="soft"))
        height = TOP + HEIGHT + 34 + 18 * (max(len(low), len(high)) - 1)
        linked = any(cell.url for _, cell in self.bins)
        return svg_element(self.title, self.description, height, joined(drawn), direction, with_links=linked)

    def legend(self) -> SafeString:
        """Columns carry their numbers themselves."""
        return SafeString("")
