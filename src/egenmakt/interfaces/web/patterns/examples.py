"""One picture of each kind with invented numbers, for the design page; a number of each is hidden, as on real pages."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from egenmakt.core.disclosure import Suppressed
from egenmakt.core.patterns.triads import TriadGrid
from egenmakt.interfaces.web.patterns.pictures.bars import GroupedBars
from egenmakt.interfaces.web.patterns.pictures.base import Cell
from egenmakt.interfaces.web.patterns.pictures.grids import SquareGrid
from egenmakt.interfaces.web.patterns.pictures.histograms import Histogram
from egenmakt.interfaces.web.patterns.pictures.intervals import Interval, IntervalPicture, interval_text
from egenmakt.interfaces.web.patterns.pictures.tiles import Tile, Tiles
from egenmakt.interfaces.web.patterns.pictures.triangles import TriadPicture
from egenmakt.interfaces.web.patterns.published import Shown
from egenmakt.interfaces.web.patterns.sentences import number

HIDDEN = Suppressed.PRIMARY
BINS = (
    (1, 12), (3, 5), (8, 6), (9, 9), (12, 14), (18, 22), (19, 17), (20, 8), (22, 11), (30, 6),
)  # fmt: skip
"""Invented: bins of a triad cut by three, and how many stories lie in each."""


def example_pictures() -> list[Any]:
    """Bars by voice, a histogram, intervals, a triangle and squares, each with its table beside."""
    return [_bars(), _histogram(), _intervals(), _triad(), _squares()]


def _cells(*numbers: Shown, of: int = 120) -> list[Cell]:
    return [Cell(each, of) for each in numbers]


def _bars() -> GroupedBars:
    rows = ((_("School"), (48, 9)), (_("Tree"), (41, 21)), (_("Other"), (31, HIDDEN)))
    return GroupedBars(
        title=_("Where does the group meet?"),
        description=_("Shares are of those who answered."),
        label_heading=_("Answer"),
        groups=[_("Rights-holders"), _("Partners")],
        bars=[(label, [Cell(own, 120), Cell(other, 34)]) for label, (own, other) in rows],
    )


def _histogram() -> Histogram:
    counts = (HIDDEN, 9, 14, 22, 31, 26, 11, 7)
    return Histogram(
        title=_("Rights-holders"),
        description=_("n = %(n)s who answered") % {"n": "124"},
        label_heading=_("From–to"),
        value_heading=_("Stories"),
        bins=[(f"{place * 12.5:g}–{(place + 1) * 12.5:g}", cell) for place, cell in enumerate(_cells(*counts, of=124))],
        ends=(number(0, 0), number(100, 0)),
        mean=0.54,
    )


def _intervals() -> IntervalPicture:
    told = ((_("School"), 61.0, 55.0, 67.0), (_("Tree"), 48.0, 41.0, 55.0), (_("Other"), None, None, None))
    rows = [(label, [Interval(value, low, high, _text(value, low, high))]) for label, value, low, high in told]
    return IntervalPicture(
        title=_("Means with their intervals"),
        description=_("Each group's mean with its 95 %% interval. n = %(n)s who answered both.") % {"n": "118"},
        label_heading=_("Group"),
        series=[_("Mean (95 % interval), n")],
        rows=rows,
        low=0,
        high=100,
        ends=(number(0, 0), number(100, 0)),
    )


def _text(value: float | None, low: float | None, high: float | None) -> str:
    if value is None or low is None or high is None:
        return "∗"
    return interval_text(value, low, high, write=lambda each: number(each, 1))


def _triad() -> TriadPicture:
    grid = TriadGrid(divisions=3)
    counts: list[Shown] = [0] * grid.size
    for place, many in BINS:
        if place < grid.size:
            counts[place] = many
    counts[2] = HIDDEN
    return TriadPicture(
        title=_("A triad"),
        description=_("n = %(n)s who answered. Corners and edges are marks of their own, outside the border.")
        % {"n": "96"},
        corners=(_("School"), _("Tree"), _("Other")),
        place_heading=_("How much of each"),
        count_heading=_("Stories"),
        grid=grid,
        cells=_cells(*counts, of=96),
        dots=[((0.7, 0.2, 0.1), ""), ((0.5, 0.3, 0.2), ""), ((0.2, 0.6, 0.2), ""), ((1.0, 0.0, 0.0), "")],
        centre=(0.45, 0.34, 0.21),
        region=[(0.5, 0.32, 0.18), (0.45, 0.4, 0.15), (0.38, 0.38, 0.24), (0.42, 0.3, 0.28)],
    )


def _squares() -> SquareGrid:
    rows = ((7, 11, 5), (9, 24, 12), (HIDDEN, 16, 21))
    return SquareGrid(
        title=_("Two scales against each other"),
        description=_("n = %(n)s who answered both. The larger the square, the more stories.") % {"n": "108"},
        columns=["0–33", "33–67", "67–100"],
        rows=["0–33", "33–67", "67–100"],
        cells=[_cells(*row, of=108) for row in rows],
        x_ends=(_("Low"), _("High")),
        y_ends=(_("Low"), _("High")),
        corner=_("Row, from above"),
    )


def example_tiles() -> Tiles:
    """Two choices against each other; a sign tells where it is more or fewer than by chance."""
    rows = (
        (_("School"), ((34, 2), (14, -1)), 48),
        (_("Tree"), ((12, -2), (29, 1)), 41),
        (_("Other"), ((17, 0), (14, 0)), 31),
    )
    return Tiles(
        title=_("Two choices against each other"),
        note=_("n = %(n)s who answered both; shares are of the row.") % {"n": "120"},
        corner=_("Answer"),
        columns=[_("Every week"), _("Every month")],
        rows=[
            (label, [Tile(Cell(many, whole), step) for many, step in tiles], Cell(whole))
            for label, tiles, whole in rows
        ],
        foot=[Cell(63), Cell(57)],
        total=Cell(120),
    )
