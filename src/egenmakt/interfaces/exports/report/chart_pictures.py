"""Charts as pictures in points, for documents that cannot hold a drawing with words of every script.

Word shows SVG, but with whatever fonts the reader has; typst sets the words with the fonts that come along.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

import typst

from egenmakt.core.evidence.blocks import Chart, Report
from egenmakt.interfaces.exports.pdf.fonts import choose_fonts
from egenmakt.interfaces.exports.pdf.typesetting import Content
from egenmakt.interfaces.exports.report.labels import words_of
from egenmakt.interfaces.exports.report.typesetting import TEMPLATES, chart_content

DOTS_PER_INCH: Final = 200
AT_ONCE: Final = 25
"""How many are drawn at once: a hundred would take half a gigabyte."""
TALLEST: Final = 620
"""Points of a page that a picture may take with its caption."""
_MARGIN: Final = 8
"""Points that the page of a picture has on both sides together."""


@dataclass(frozen=True, slots=True)
class ChartPicture:
    """A PNG, and how wide it is meant to be in points."""

    content: bytes
    width: int


def chart_pictures(report: Report) -> list[list[ChartPicture]]:
    """Every chart of the report, in its order, at 200 points an inch, in as many pieces as it needs to fit on pages."""
    charts = [block for block in report.blocks if isinstance(block, Chart)]
    if not charts:
        return []
    labels = words_of(report)
    charts_pieces = [
        chart_content(chart, language=report.language, direction=report.direction, labels=labels) for chart in charts
    ]
    contents = [piece for pieces in charts_pieces for piece in pieces]
    pages = [page for start in range(0, len(contents), AT_ONCE) for page in _pages(contents[start : start + AT_ONCE])]
    pictures = iter([ChartPicture(page, _width(content)) for page, content in zip(pages, contents, strict=True)])
    return [list(islice(pictures, len(pieces))) for pieces in charts_pieces]


def _pages(contents: Sequence[dict[str, Content]]) -> list[bytes]:
    fonts = choose_fonts(text=json.dumps(contents, ensure_ascii=False))
    data = json.dumps({"charts": contents, "fonts": list(fonts.families)}, ensure_ascii=False)
    pages: bytes | list[bytes] = typst.compile(
        str(TEMPLATES / "pictures.typ"),
        root=str(TEMPLATES),
        font_paths=[str(path) for path in fonts.folders],
        ignore_system_fonts=True,
        sys_inputs={"data": data},
        format="png",
        ppi=DOTS_PER_INCH,
    )
    # one page comes as bytes, several as a list of them
    return [pages] if isinstance(pages, bytes) else list(pages)


def _width(content: Mapping[str, Any]) -> int:
    """In points; what would be taller than a page is made narrower."""
    width, height = int(content["width"]) * 3 // 4, int(content["height"]) * 3 // 4
    return width * min(height, TALLEST) // height + _MARGIN
