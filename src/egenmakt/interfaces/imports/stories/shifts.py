"""Finding rows whose cells stand one column beside their own, by what the neighbours would accept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from egenmakt.interfaces.imports.stories.answers import AnswerReader, AtColumn

CLOSED = ("choice", "delimited", "scale", "date", "number")
"""Ways of writing that refuse most of what does not belong there."""
FITS_MIN = 2


@dataclass(frozen=True, slots=True)
class Shift:
    """Cells that stand one column to the right (1) or left (-1) of their own, and how many prove it."""

    by: int
    column: str
    fits: int


def shift_of(*, readers: Sequence[AnswerReader], cells: Sequence[str], unplaced: set[str]) -> Shift | None:
    """Whether moving the cells by one column would give places to those that have none.

    At least two cells without a place must find one, and none may still be without: one wrong answer is no shift.
    """
    closed = [r for r in readers if r.question.how in CLOSED and len(r.columns) == 1 and r.question.own_words == ""]
    without = [r for r in closed if r.question.code in unplaced]
    best: Shift | None = None
    for by in (1, -1):
        first = min((r.columns[0][1] for r in without), default=0)
        moved = _moved(cells, by)
        fits = sum(_is_read(r, moved) for r in without)
        beyond = [r for r in closed if r.columns[0][1] > first]
        agree = sum(_is_read(r, moved) or not moved[r.columns[0][1]] for r in beyond)
        if fits >= FITS_MIN and fits == len(without) and agree * 10 >= len(beyond) * 8:
            shift = Shift(by, _first_column(closed, cells, first), fits)
            best = shift if best is None or shift.fits > best.fits else best
    return best


def _moved(cells: Sequence[str], by: int) -> list[str]:
    """The cells as they would be, had they not been moved."""
    return [*cells[1:], ""] if by > 0 else ["", *cells[:-1]]


def _is_read(reader: AnswerReader, cells: Sequence[str]) -> bool:
    try:
        answer = reader.read(cells)
    except AtColumn:
        return False
    return answer is not None and "value" in answer


def _first_column(closed: Sequence[AnswerReader], cells: Sequence[str], index: int) -> str:
    return next(r.columns[0][0] for r in closed if r.columns[0][1] == index)
