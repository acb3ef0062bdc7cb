"""Which module draws which kind of chart."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Final

from egenmakt.core.evidence.blocks import Chart, ChartKind, Direction
from egenmakt.interfaces.exports.pdf.labels import Words
from egenmakt.interfaces.exports.report.charts.bars import draw_bars
from egenmakt.interfaces.exports.report.charts.drawing import Drawing, Label, mirrored
from egenmakt.interfaces.exports.report.charts.intervals import draw_intervals
from egenmakt.interfaces.exports.report.charts.lines import draw_lines
from egenmakt.interfaces.exports.report.charts.maps import draw_map
from egenmakt.interfaces.exports.report.charts.numbers import Writer
from egenmakt.interfaces.exports.report.charts.shares import draw_shares

Labels = Mapping[str, str]

KINDS: Final[dict[ChartKind, Callable[[Chart, Writer, Labels], Drawing]]] = {
    "bars": lambda chart, write, labels: draw_bars(chart, write),
    "lines": lambda chart, write, labels: draw_lines(chart, write),
    "shares": lambda chart, write, labels: draw_shares(chart, write, not_shown=labels["not_shown"]),
    "intervals": lambda chart, write, labels: draw_intervals(chart, write),
    "map": lambda chart, write, labels: draw_map(chart, write, borders=labels["borders"]),
}


def drawn(chart: Chart, *, language: str, direction: Direction, labels: Labels) -> Drawing:
    """A chart as a drawing, mirrored where the report is read from right to left. Nothing to show is said in words."""
    if not chart.keys or not chart.series:
        drawing = Drawing(
            marks=(Label(x=Fraction(0), y=Fraction(16), text=labels["not_shown"], style="soft"),), height=24
        )
    else:
        drawing = KINDS[chart.kind](chart, Writer(unit=chart.unit, words=Words.of(language)), labels)
    return mirrored(drawing) if direction == "rtl" else drawing
