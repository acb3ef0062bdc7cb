"""Bars by group, one below the other: how many chose each option, voice beside voice, never added together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from egenmakt.interfaces.web.charts import Direction, letter, svg_element
from egenmakt.interfaces.web.parts import Column, Row, Table
from egenmakt.interfaces.web.patterns.pictures.base import LINE, Cell, at, followed, joined, lines, text_lines

BAR, GAP, WIDEST = 16, 6, 62
"""Heights in pixels; the share of the width that the longest bar takes, so that its number stands beside it."""


@dataclass(frozen=True, slots=True)
class GroupedBars:
    """For each label one bar for each group, as long as its share of the group; its number beside it.

    Raises: ValueError for more than four groups, which nobody tells apart, or a label without a cell for each.
    """

    title: str
    description: str
    label_heading: str
    groups: Sequence[str]
    bars: Sequence[tuple[str, Sequence[Cell]]]

    def __post_init__(self) -> None:
        if not 1 <= len(self.groups) <= 4:
            raise ValueError(f"The picture {self.title!r} has {len(self.groups)} groups; give one to four.")
        for label, cells in self.bars:
            if len(cells) != len(self.groups):
                raise ValueError(f"The bars of {label!r} are {len(cells)}; give one for each group.")

    def table(self) -> Table:
        """The same figures as a table."""
        return Table(
            caption=self.title,
            columns=[Column(self.label_heading), *(Column(group, is_numeric=True) for group in self.groups)],
            rows=[Row([label, *(cell.in_table() for cell in cells)]) for label, cells in self.bars],
            narrow="scroll",
        )

    def draw(self, *, direction: Direction = "ltr") -> SafeString:
        """The picture as an SVG element."""
        longest = max((cell.share or Fraction(0) for _, cells in self.bars for cell in cells), default=Fraction(0))
        start, end = ("0", "100%") if direction == "ltr" else ("100%", "0")
        drawn, y = [], 0.0
        for label, cells in self.bars:
            words = lines(label)
            drawn.append(text_lines(words, x=start, y=y + 14))
            y += LINE * len(words) + 2
            for place, cell in enumerate(cells):
                share = float((cell.share or 0) / longest) if longest else 0.0
                width = WIDEST * share
                x = 0.0 if direction == "ltr" else 100 - width
                name = f"{letter(place)} " if len(self.groups) > 1 else ""
                bar = format_html(
                    '<rect class="track" x="{}%" y="{}" width="{}%" height="{}"/>'
                    '<rect class="fill series-{}" x="{}%" y="{}" width="{}%" height="{}" rx="2"/>'
                    '<text x="{}" y="{}" text-anchor="end">{}{}</text>',
                    *(0 if direction == "ltr" else 100 - WIDEST, at(y), WIDEST, BAR),
                    *(place + 1, at(x), at(y), at(width), BAR),
                    *(end, at(y + 13), name, cell.text()),
                )
                drawn.append(followed(bar, label=f"{label}, {self.groups[place]}: {cell.text()}", url=cell.url))
                y += BAR + 4
            y += GAP
        linked = any(cell.url for _, cells in self.bars for cell in cells)
        return svg_element(self.title, self.description, round(y), joined(drawn), direction, with_links=linked)

    def legend(self) -> SafeString:
        """Which group is which, by its letter."""
        if len(self.groups) == 1:
            return SafeString("")
        return format_html_join(
            "",
            '<li><svg viewBox="0 0 44 24" aria-hidden="true" focusable="false">'
            '<rect class="fill series-{}" x="6" width="32" height="24" rx="3"/>'
            '<text class="on-fill" x="22" y="17" text-anchor="middle">{}</text></svg><bdi>{}</bdi></li>',
            ((place + 1, letter(place), group) for place, group in enumerate(self.groups)),
        )
