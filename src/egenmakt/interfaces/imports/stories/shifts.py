"""Finding rows whose cells stand one column beside their own, by what the neighbours would accept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    """Whether the cells that have no place would have one in the column beside their own.

    At least two of them must, and all of them: one wrong answer is no shift. Of all cells from the first of them on,
    those that were accepted by chance included, four in five must fit there too.
    """
    closed = [r for r in readers if r.question.how in CLOSED and len(r.columns) == 1 and not r.question.own_words]
    by_index = {reader.columns[0][1]: reader for reader in closed}
    without = [index for index, reader in by_index.items() if reader.question.code in unplaced]
    best: Shift | None = None
    for by in (1, -1):
        fits = sum(_would_fit(by_index, cells, index, index - by) for index in without)
        if fits < FITS_MIN or fits < len(without):
            continue
        beyond = [i for i in by_index if i >= min(without) and cells[i] and i - by in by_index]
        agree = sum(_would_fit(by_index, cells, index, index - by) for index in beyond)
        if agree * 5 >= len(beyond) * 4 and (best is None or agree > best.fits):
            best = Shift(by, by_index[min(without)].columns[0][0], agree)
    return best


def _would_fit(by_index: Mapping[int, AnswerReader], cells: Sequence[str], index: int, other: int) -> bool:
    """Whether the cell of one column is an answer to the question of another."""
    if other not in by_index:
        return False
    moved = list(cells)
    moved[other] = cells[index]
    try:
        answer = by_index[other].read(moved)
    except AtColumn:
        return False
    return answer is not None and "value" in answer
