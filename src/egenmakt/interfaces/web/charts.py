"""Charts drawn by the server as SVG that can be read aloud, printed and mirrored for right-to-left text.

A chart holds whole numbers (minor units for money) and a writer that turns one into text. Across, positions are
percentages, so that a chart fills 360 or 1280 pixels while its text keeps its size. All positions are computed with
Fractions. Nothing is told by colour alone: lines differ by dash, parts of a bar by letter, and a table stands beside.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from hashlib import blake2s
from typing import Literal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from egenmakt.core.money import Money, decimals
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.parts import Column, Row, Table

Direction = Literal["ltr", "rtl"]
Writer = Callable[[int], str]

SERIES_MAX = 4
PLOT_HEIGHT = 240
PLOT_TOP = 32
PLOT_BOTTOM = 208
AXIS_LETTER = 9
AXIS_GAP = 10
BAR_ROW = 52
LABEL_LETTERS_MAX = 20
"""What fits below a chart on a phone of 360 pixels."""
EMPTY = "–"


def money_writer(currency: str, *, language: str | None = None) -> Writer:
    """Write minor units of a currency as an amount in the reader's language."""
    return lambda minor: formats.money_text(Money(minor, currency), language=language)


def axis_writer(currency: str, *, language: str | None = None) -> Writer:
    """Write minor units for the axis, whose unit is said once: 25,000; with decimals only where they are not zero."""
    unit = 10 ** decimals(currency)

    def write(minor: int) -> str:
        if minor % unit:
            return formats.amount_text(Money(minor, currency), language=language)
        return formats.number_text(minor // unit, language=language)

    return write


def count_writer(*, language: str | None = None) -> Writer:
    """Write a count in the reader's language."""
    return lambda count: formats.number_text(count, language=language)


@dataclass(frozen=True, slots=True)
class Series:
    """One line of a line chart: a value, or None where nothing is known, for each label."""

    name: str
    values: Sequence[int | None]


@dataclass(frozen=True, slots=True)
class LineChart:
    """How something went over time: at most four series over the same labels.

    Raises: ValueError for no label, too many series, or a series of another length than the labels.
    """

    title: str
    description: str
    labels: Sequence[str]
    series: Sequence[Series]
    write: Writer
    label_heading: str
    write_axis: Writer | None = None
    axis_unit: str = ""

    def __post_init__(self) -> None:
        if not self.labels or not self.series:
            raise ValueError(f"The chart {self.title!r} has nothing to show; show an empty state instead.")
        if len(self.series) > SERIES_MAX:
            raise ValueError(f"The chart {self.title!r} has {len(self.series)} lines; people tell {SERIES_MAX} apart.")
        for series in self.series:
            if len(series.values) != len(self.labels):
                raise ValueError(
                    f"The line {series.name!r} has {len(series.values)} values for {len(self.labels)} labels; "
                    "give one value, or None, for each label."
                )

    def table(self) -> Table:
        """The same figures as a table."""
        columns = [Column(self.label_heading), *(Column(series.name, is_numeric=True) for series in self.series)]
        rows = [
            Row([label, *(_text(series.values[i], self.write) for series in self.series)])
            for i, label in enumerate(self.labels)
        ]
        return Table(caption=self.title, columns=columns, rows=rows, narrow="scroll")

    def draw(self, *, direction: Direction = "ltr") -> SafeString:
        """The chart as an SVG element."""
        known = [value for series in self.series for value in series.values if value is not None]
        low, high, step = scale(known)
        place = _Plane(direction=direction, count=len(self.labels), low=low, high=high)
        ticks = range(low, high + 1, step)
        inner = [_grid(place, ticks)]
        inner += [_line(place, series, number) for number, series in enumerate(self.series, start=1)]
        inner.append(_axis_labels(place, self.labels))
        drawing = svg_element(self.title, self.description, PLOT_HEIGHT, joined(inner), direction)
        axis = _axis(place, ticks, self.write_axis or self.write, self.axis_unit)
        return format_html('<div class="plot">{}{}</div>', axis, drawing)

    def legend(self) -> SafeString:
        """Which line is which, by its dash and its shape."""
        return format_html_join(
            "",
            '<li><svg viewBox="0 0 44 24" aria-hidden="true" focusable="false">'
            '<path class="line series-{}" d="M2 12H42"/>{}</svg>{}</li>',
            (
                (number, _marker(number, Fraction(22), Fraction(12)), series.name)
                for number, series in enumerate(self.series, start=1)
            ),
        )


@dataclass(frozen=True, slots=True)
class BarChart:
    """How large several things are beside each other: one bar for each, its name above it, its amount beside it.

    Raises: ValueError for no bar or a negative one (show those in a table).
    """

    title: str
    description: str
    bars: Sequence[tuple[str, int]]
    write: Writer
    label_heading: str
    value_heading: str

    def __post_init__(self) -> None:
        if not self.bars:
            raise ValueError(f"The chart {self.title!r} has nothing to show; show an empty state instead.")
        for name, value in self.bars:
            if value < 0:
                raise ValueError(f"The bar {name!r} is {value}; a bar cannot be negative, show a table instead.")

    def table(self) -> Table:
        """The same figures as a table."""
        return Table(
            caption=self.title,
            columns=[Column(self.label_heading), Column(self.value_heading, is_numeric=True)],
            rows=[Row([name, self.write(value)]) for name, value in self.bars],
            narrow="scroll",
        )

    def draw(self, *, direction: Direction = "ltr") -> SafeString:
        """The chart as an SVG element."""
        longest = max(value for _name, value in self.bars) or 1
        start, end = ("0", "100%") if direction == "ltr" else ("100%", "0")
        rows = []
        for i, (name, value) in enumerate(self.bars):
            width = Fraction(100 * value, longest)
            x = Fraction(0) if direction == "ltr" else 100 - width
            top = i * BAR_ROW
            rows.append(
                format_html(
                    '<text x="{}" y="{}">{}</text><text x="{}" y="{}" text-anchor="end">{}</text>'
                    '<rect class="fill series-1" x="{}%" y="{}" width="{}%" height="18" rx="3"/>',
                    *(start, top + 16, name, end, top + 16, self.write(value)),
                    *(position(x), top + 24, position(width)),
                )
            )
        return svg_element(self.title, self.description, len(self.bars) * BAR_ROW - 6, joined(rows), direction)

    def legend(self) -> SafeString:
        """Bars carry their names themselves."""
        return SafeString("")


@dataclass(frozen=True, slots=True)
class StackedBar:
    """What a whole is made of: one bar, at most four parts, each with a letter that the legend explains.

    Raises: ValueError for no part, too many, a negative one, or a whole of nothing.
    """

    title: str
    description: str
    parts: Sequence[tuple[str, int]]
    write: Writer
    label_heading: str
    value_heading: str

    def __post_init__(self) -> None:
        if not 1 <= len(self.parts) <= SERIES_MAX:
            raise ValueError(f"The bar {self.title!r} has {len(self.parts)} parts; give one to {SERIES_MAX}.")
        if any(value < 0 for _name, value in self.parts) or not sum(value for _name, value in self.parts):
            raise ValueError(f"The bar {self.title!r} needs a whole above zero and no negative part.")

    def _shares(self) -> list[Fraction]:
        whole = sum(value for _name, value in self.parts)
        return [Fraction(value, whole) for _name, value in self.parts]

    def table(self) -> Table:
        """The same figures as a table, with each part's share."""
        rows = [
            Row([f"{letter(i)} {name}", self.write(value), formats.percent_text(share, places=1)])
            for i, ((name, value), share) in enumerate(zip(self.parts, self._shares(), strict=True))
        ]
        whole = self.write(sum(value for _name, value in self.parts))
        return Table(
            caption=self.title,
            columns=[
                Column(self.label_heading),
                Column(self.value_heading, True),
                Column(_("Share of the whole"), True),
            ],
            rows=rows,
            foot=Row([_("Together"), whole, formats.percent_text(1)]),
            narrow="scroll",
        )

    def draw(self, *, direction: Direction = "ltr") -> SafeString:
        """The chart as an SVG element."""
        drawn, before = [], Fraction(0)
        for i, share in enumerate(self._shares()):
            width = share * 100
            x = before if direction == "ltr" else 100 - before - width
            before += width
            rect = '<rect class="fill part series-{}" x="{}%" y="2" width="{}%" height="40"/>'
            drawn.append(format_html(rect, i + 1, position(x), position(width)))
            if width >= 8:
                text = '<text class="on-fill" x="{}%" y="27" text-anchor="middle">{}</text>'
                drawn.append(format_html(text, position(x + width / 2), letter(i)))
        return svg_element(self.title, self.description, 44, joined(drawn), direction)

    def legend(self) -> SafeString:
        """Each part by its letter, with its amount and its share."""
        return format_html_join(
            "",
            '<li><svg viewBox="0 0 44 24" aria-hidden="true" focusable="false">'
            '<rect class="fill series-{}" x="6" width="32" height="24" rx="3"/>'
            '<text class="on-fill" x="22" y="17" text-anchor="middle">{}</text></svg>'
            "<span>{} <bdi>{}</bdi> ({})</span></li>",
            (
                (i + 1, letter(i), name, self.write(value), formats.percent_text(share))
                for i, ((name, value), share) in enumerate(zip(self.parts, self._shares(), strict=True))
            ),
        )


Chart = LineChart | BarChart | StackedBar


def sparkline(values: Sequence[int], *, label: str, direction: Direction = "ltr") -> SafeString:
    """A line the size of a word, beside the figure that it belongs to. `label` says in words how it went."""
    if len(values) < 2:
        raise ValueError(f"The line {label!r} has {len(values)} values; a line needs two.")
    low, high = min(values), max(values)
    span = (high - low) or 1
    points = []
    for i, value in enumerate(values):
        x = Fraction(4) + Fraction(88 * i, len(values) - 1)
        points.append((x if direction == "ltr" else 96 - x, Fraction(24) - Fraction(20 * (value - low), span)))
    path = "M" + "L".join(f"{position(x)} {position(y)}" for x, y in points)
    return format_html(
        '<svg class="sparkline" viewBox="0 0 96 28" role="img" aria-label="{}"><path class="line series-1" d="{}"/>'
        '<circle class="fill series-1" cx="{}" cy="{}" r="3.5"/></svg>',
        *(label, path, position(points[-1][0]), position(points[-1][1])),
    )


def progress_bar(*, reached: int, goal: int, label: str, direction: Direction = "ltr") -> SafeString:
    """How far towards a goal. `label` says it in words; a goal that is passed fills the bar and no more."""
    if goal <= 0:
        raise ValueError(f"The goal of {label!r} is {goal}; a goal is above zero.")
    width = max(Fraction(0), min(Fraction(100), Fraction(100 * reached, goal)))
    x = Fraction(0) if direction == "ltr" else 100 - width
    return format_html(
        '<svg class="progress" width="100%" height="20" role="img" aria-label="{}">'
        '<rect class="track" x="0.5" y="0.5" width="99.6%" height="19" rx="9.5"/>'
        '<rect class="fill series-1" x="{}%" y="0" width="{}%" height="20" rx="10"/></svg>',
        *(label, position(x), position(width)),
    )


def scale(values: Sequence[int]) -> tuple[int, int, int]:
    """Round figures for the axis: lowest, highest and step (1, 2 or 5 times a power of ten), with zero inside.

    Zero is always on the axis, so that a small change never looks like a large one. At most six lines.
    """
    low, high = min([0, *values]), max([0, *values])
    span = max(high - low, 1)
    step, power = 1, 1
    while True:
        for factor in (1, 2, 5):
            step = factor * power
            bottom, top = (low // step) * step, -((-high) // step) * step
            if (top - bottom) // step <= 5 and span <= 5 * step:
                return bottom, max(top, bottom + step), step
        power *= 10


@dataclass(frozen=True, slots=True)
class _Plane:
    """Where a value of the series stands in the drawing: x in percent of the width, y in pixels from the top."""

    direction: Direction
    count: int
    low: int
    high: int

    def x(self, i: int) -> Fraction:
        if self.count == 1:
            return Fraction(50)
        along = Fraction(2) + Fraction(96 * i, self.count - 1)
        return along if self.direction == "ltr" else 100 - along

    def y(self, value: int) -> Fraction:
        return PLOT_BOTTOM - Fraction((PLOT_BOTTOM - PLOT_TOP) * (value - self.low), self.high - self.low)


def _grid(place: _Plane, ticks: Sequence[int]) -> SafeString:
    return format_html_join(
        "",
        '<line class="{}" x1="0" x2="100%" y1="{}" y2="{}"/>',
        (
            ("axis" if tick == 0 else "grid", position(y), position(y))
            for tick, y in ((tick, place.y(tick)) for tick in ticks)
        ),
    )


def _axis(place: _Plane, ticks: Sequence[int], write: Writer, unit: str) -> SafeString:
    """The figures beside the lines, in a drawing of their own, as wide as the longest needs."""
    written = [(tick, write(tick)) for tick in ticks]
    width = AXIS_GAP + AXIS_LETTER * max(len(text) for text in (unit, *(text for _tick, text in written)))
    start = 0 if place.direction == "ltr" else width
    texts = [(start, str(PLOT_TOP - 20), unit)] if unit else []
    texts += [(start, position(place.y(tick) + 4), text) for tick, text in written]
    return format_html(
        '<svg width="{}" height="{}" direction="{}" aria-hidden="true" focusable="false">{}</svg>',
        *(width, PLOT_HEIGHT, place.direction),
        format_html_join("", '<text class="soft" x="{}" y="{}">{}</text>', texts),
    )


def _line(place: _Plane, series: Series, number: int) -> SafeString:
    """The line, with a gap where a value is not known, and a marker at each value."""
    points = [None if value is None else (place.x(i), place.y(value)) for i, value in enumerate(series.values)]
    path, is_drawing = "", False
    for point in points:
        if point:
            path += f"{'L' if is_drawing else 'M'}{position(point[0])} {position(point[1])}"
        is_drawing = point is not None
    # an svg within the svg, stretched to the width, so that a path too can run from 0 to 100 percent
    line = format_html(
        '<svg width="100%" height="{}" viewBox="0 0 100 {}" preserveAspectRatio="none" overflow="visible">'
        '<path class="line series-{}" vector-effect="non-scaling-stroke" d="{}"/></svg>',
        *(PLOT_HEIGHT, PLOT_HEIGHT, number, path),
    )
    markers = format_html_join(
        "",
        '<svg x="{}%" y="{}" overflow="visible">{}</svg>',
        (
            (position(point[0]), position(point[1]), _marker(number, Fraction(0), Fraction(0)))
            for point in points
            if point
        ),
    )
    return line + markers


def _marker(number: int, x: Fraction, y: Fraction) -> SafeString:
    """Circle, square, triangle or diamond: shape tells the lines apart as well as dash and colour."""
    path = {
        1: "m-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0z",
        2: "m-5-5h10v10h-10z",
        3: "m0-6l6 11h-12z",
        4: "m0-7l6 7l-6 7l-6-7z",
    }[number]
    return format_html('<path class="fill series-{}" d="M{} {}{}"/>', number, position(x), position(y), path)


def _axis_labels(place: _Plane, labels: Sequence[str]) -> SafeString:
    """The first and the last label, and the middle one where there is room: never labels on top of each other."""
    last = len(labels) - 1
    if not last:
        return format_html(
            '<text class="soft" x="50%" y="{}" text-anchor="middle">{}</text>', PLOT_HEIGHT - 8, labels[0]
        )
    wanted = [(0, "start"), (last, "end")]
    if last >= 4 and len(labels[0] + labels[last // 2] + labels[last]) <= LABEL_LETTERS_MAX:
        wanted.append((last // 2, "middle"))
    edge = {"start": "0" if place.direction == "ltr" else "100%", "end": "100%" if place.direction == "ltr" else "0"}
    return format_html_join(
        "",
        '<text class="soft" x="{}" y="{}" text-anchor="{}">{}</text>',
        ((edge.get(anchor, f"{position(place.x(i))}%"), PLOT_HEIGHT - 8, anchor, labels[i]) for i, anchor in wanted),
    )


def svg_element(
    title: str,
    description: str,
    height: int,
    inner: SafeString,
    direction: Direction,
    *,
    view_box: str = "",
    with_links: bool = False,
) -> SafeString:
    """A drawing with its title and description.

    Args: view_box, for a drawing that keeps its proportions instead of its height; with_links, where marks can be
    followed: what is one image to a screen reader holds nothing that can be followed, so such a drawing is a group.
    """
    # the id is made from the content, so that pages are the same each time they are drawn
    key = blake2s(f"{title}\0{description}\0{inner}".encode(), digest_size=6).hexdigest()
    size = format_html('viewBox="{}"', view_box) if view_box else format_html('height="{}"', height)
    return format_html(
        '<svg width="100%" {} direction="{}" role="{}" aria-labelledby="chart-{}-title chart-{}-description">'
        '<title id="chart-{}-title">{}</title><desc id="chart-{}-description">{}</desc>{}</svg>',
        *(size, direction, "group" if with_links else "img", key, key, key, title, key, description, inner),
    )


def _text(value: int | None, write: Writer) -> str:
    return EMPTY if value is None else write(value)


def letter(i: int) -> str:
    return "ABCD"[i]


def joined(parts: Sequence[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def position(value: Fraction) -> str:
    """A position with two decimals at most, without a float: 12.5, 33.33, 7."""
    hundredths = round(value * 100)
    sign = "-" if hundredths < 0 else ""
    whole, rest = divmod(abs(hundredths), 100)
    return f"{sign}{whole}" + (f".{rest:02d}".rstrip("0") if rest else "")
