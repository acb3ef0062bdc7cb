"""Words and charts on their way to typst: printable, and fenced where they run against the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from egenmakt.core.evidence.blocks import Chart, Direction, Table
from egenmakt.interfaces.exports.pdf.direction import direction_of, fence
from egenmakt.interfaces.exports.pdf.fonts import printable
from egenmakt.interfaces.exports.pdf.typesetting import Content
from egenmakt.interfaces.exports.report.charts.drawing import position
from egenmakt.interfaces.exports.report.svg import PaperDrawing, draw_for_paper

TEMPLATES: Final = Path(__file__).parent / "templates"


def printed(text: str, *, within: Direction) -> str:
    """A name, a number or a cell: fenced if it runs against what stands around it.

    Numbers without a letter are fenced too from right to left, or their minus and percent signs would change sides.
    """
    shown = printable(text)
    if within == "rtl" and direction_of(shown) is None and any(sign.isdecimal() for sign in shown):
        return f"\u2066{shown}\u2069"
    return fence(shown, within=within)


def unbroken(text: str) -> str:
    """Codes and fingerprints, which must be the same when they are copied: without invisible places to break."""
    return printable(text).replace("\u200b", "")


def printable_chart(chart: Chart) -> Chart:
    """The chart with every word such that a font can show it."""
    return replace(
        chart,
        title=printable(chart.title),
        description=printable(chart.description),
        series=tuple(replace(series, name=printable(series.name)) for series in chart.series),
        table=printable_table(chart.table),
    )


def printable_table(table: Table) -> Table:
    return replace(
        table,
        caption=printable(table.caption),
        note=printable(table.note),
        columns=tuple(replace(column, label=printable(column.label)) for column in table.columns),
        rows=tuple(tuple(replace(cell, text=printable(cell.text)) for cell in row) for row in table.rows),
    )


def chart_content(
    chart: Chart, *, language: str, direction: Direction, labels: Mapping[str, str]
) -> list[dict[str, Content]]:
    """A chart as `charts.typ` draws it, piece by piece. Places are decimal texts: exact, and no float on the way."""
    pieces = draw_for_paper(printable_chart(chart), language=language, direction=direction, labels=labels)
    return [_content(piece) for piece in pieces]


def _content(drawing: PaperDrawing) -> dict[str, Content]:
    words: list[Content] = [
        {
            "text": label.text,
            "x": position(drawing.left(label)),
            "y": position(label.y),
            "anchor": label.anchor,
            "small": label.style == "soft",
            "strong": label.style not in ("", "soft"),
            "on": label.style.startswith("on "),
            "rtl": (direction_of(label.text) or "ltr") == "rtl",
        }
        for label in drawing.labels
    ]
    return {"svg": drawing.svg, "width": drawing.width, "height": drawing.height, "labels": words}
