"""Two questions against each other as tiles with numbers; a sign tells where it is more or fewer than by chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from egenmakt.interfaces.web.patterns.pictures.base import Cell

CLEAR, STRONG = 2.0, 3.5
"""Standardised residuals from which a tile is said to be more or fewer, and much more or fewer, than by chance."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A number, and how far it lies from what chance would bring: from -2, far fewer, to 2, many more."""

    cell: Cell
    step: int = 0

    @property
    def kind(self) -> str:
        """The name of how it looks."""
        return {-2: "far-fewer", -1: "fewer", 0: "", 1: "more", 2: "far-more"}[self.step]

    @property
    def sign(self) -> str:
        """What is told by shape."""
        return {-2: "▼▼", -1: "▼", 0: "", 1: "▲", 2: "▲▲"}[self.step]

    @property
    def words(self) -> str:
        """What is told to who does not see the sign."""
        return {
            -2: _("far fewer than by chance"),
            -1: _("fewer than by chance"),
            0: "",
            1: _("more than by chance"),
            2: _("many more than by chance"),
        }[self.step]


def step_of(residual: float) -> int:
    """How far a standardised residual lies out."""
    size = 2 if abs(residual) >= STRONG else 1 if abs(residual) >= CLEAR else 0
    return size if residual > 0 else -size


@dataclass(frozen=True, slots=True)
class Tiles:
    """A table of tiles; `foot` are the columns' totals."""

    title: str
    note: str
    corner: str
    columns: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Tile], Cell]]
    foot: Sequence[Cell]
    total: Cell
    is_signed: bool = True
    """Whether signs stand in it, which are then explained."""
