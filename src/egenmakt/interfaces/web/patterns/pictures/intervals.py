"""Values with their intervals, one below the other: effects, means of groups, a figure from round to round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from egenmakt.interfaces.web.charts import Direction, svg_element
from egenmakt.interfaces.web.parts import Column, Row, Table
from egenmakt.interfaces.web.patterns.pictures.base import HIDDEN, LINE, at, joined, lines, mirrored, text_lines


@dataclass(frozen=True, slots=True)
class Interval:
    """A value, where it may lie, and how it is written. None is hidden, or there is none."""

    value: float | None
    low: float | None
    high: float | None
    text: str = HIDDEN

    @property
    def is_drawn(self) -> bool:
        """Whether there is something to draw."""
        return all(each is not None and isfinite(each) for each in (self.value, self.low, self.high))


@dataclass(frozen=True, slots=True)
class IntervalPicture:
    """For each label a value with its interval in each series, over one axis from `low` to `high`."""

    title: str
    description: str
    label_heading: str
    series: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Interval]]]
    low: float
    high: float
    ends: tuple[str, str]
    line_at: float | None = None
    """Where no difference is, if the axis has such a place."""

    def table(self) -> Table:
        """The same figures as a table."""
        return Table(
            caption=self.title,
            columns=[Column(self.label_heading), *(Column(name) for name in self.series)],
            rows=[Row([label, *(each.text for each in each_row)]) for label, each_row in self.rows],
            narrow="scroll",
        )

    def draw(self, *, direction: Direction = "ltr") -> SafeString:
        """The picture as an SVG element."""
        start, end = ("0", "100%") if direction == "ltr" else ("100%", "0")
        drawn, y = [], 0.0
        for label, each_row in self.rows:
            words = lines(label)
            drawn.append(text_lines(words, x=start, y=y + 14))
            y += LINE * len(words)
            for place, each in enumerate(each_row):
                drawn.append(text_lines([each.text], x=start, y=y + 14, kind="soft"))
                if each.is_drawn:
                    drawn.append(self._mark(each, place, y + 28, direction))
                y += 38
            y += 6
        if self.line_at is not None:
            x = at(self._x(self.line_at, direction))
            drawn.insert(0, format_html('<line class="axis" x1="{}%" x2="{}%" y1="0" y2="{}"/>', x, x, at(y)))
        drawn.append(format_html('<line class="axis" x1="0" x2="100%" y1="{}" y2="{}"/>', at(y), at(y)))
        low, high = lines(self.ends[0], 17), lines(self.ends[1], 17)
        drawn.append(text_lines(low, x=start, y=y + 18, kind="soft"))
        drawn.append(text_lines(high, x=end, y=y + 18, anchor="end", kind="soft"))
        height = y + 24 + LINE * (max(len(low), len(high)) - 1)
        return svg_element(self.title, self.description, round(height), joined(drawn), direction)

    def _x(self, value: float, direction: Direction) -> float:
        share = (value - self.low) / (self.high - self.low)
        return mirrored(2 + 96 * min(1.0, max(0.0, share)), 100, direction)

    def _mark(self, each: Interval, place: int, y: float, direction: Direction) -> SafeString:
        assert each.value is not None
        assert each.low is not None
        assert each.high is not None
        low, value, high = (self._x(one, direction) for one in (each.low, each.value, each.high))
        shape = '<circle class="fill series-{}" cx="{}%" cy="{}" r="5.5"/>'
        if place:  # a second figure for the same thing is told by its shape too
            shape = (
                '<svg class="series-{}" x="{}%" y="{}" width="1" height="1" overflow="visible">'
                '<path class="fill" d="M-7 0L0 -7L7 0L0 7Z"/></svg>'
            )
        return format_html(
            '<line class="whisker series-{}" x1="{}%" x2="{}%" y1="{}" y2="{}"/>{}',
            *(place + 1, at(low), at(high), at(y), at(y)),
            format_html(shape, place + 1, at(value), at(y)),
        )

    def legend(self) -> SafeString:
        """Which mark is which."""
        if len(self.series) < 2:
            return SafeString("")
        shapes = (
            '<circle class="fill series-1" cx="22" cy="12" r="7"/>',
            '<path class="fill series-2" d="M12 12L22 2L32 12L22 22Z"/>',
        )
        return format_html_join(
            "",
            '<li><svg viewBox="0 0 44 24" aria-hidden="true" focusable="false">{}</svg>{}</li>',
            ((SafeString(shape), name) for shape, name in zip(shapes, self.series, strict=False)),
        )


def interval_text(value: float, low: float, high: float, *, write: object) -> str:
    """A value and its interval in words: 0.31 (0.12 to 0.47)."""
    assert callable(write)
    if not (isfinite(low) and isfinite(high)):
        return str(write(value))
    return _("%(value)s (%(low)s to %(high)s)") % {"value": write(value), "low": write(low), "high": write(high)}
