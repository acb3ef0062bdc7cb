"""Who told what to whom: stories of one teller resemble each other, and so do those one facilitator heard.

Tests compare within facilitators (blocks) and count tellers (units), not stories, as the things observed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from egenmakt.core.patterns.table import BoolArray, FloatArray, IntArray, NotATable, StoryTable


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """For each story its block (facilitator) and its unit (teller), as whole numbers from 0."""

    blocks: IntArray
    units: IntArray

    def __post_init__(self) -> None:
        if self.blocks.shape != self.units.shape:
            raise NotATable("Each story has one block and one unit.")

    @property
    def clustered(self) -> bool:
        """Whether some teller told more than one story."""
        return bool(self.units.size and np.unique(self.units).size < self.units.size)

    @property
    def blocked(self) -> bool:
        """Whether there is more than one facilitator."""
        return bool(self.blocks.size and (self.blocks != self.blocks[0]).any())

    def take(self, mask: BoolArray) -> Design:
        """The design of some of the stories, numbered anew."""
        return Design(_numbered(self.blocks[mask]), _numbered(self.units[mask]))


def _numbered(values: IntArray) -> IntArray:
    return np.unique(values, return_inverse=True)[1].astype(np.int64)


def design_of(*, table: StoryTable, by_facilitator: bool = True, by_teller: bool = True) -> Design:
    """The design of a table.

    A story whose teller is not known is a unit of its own. Stories whose facilitator is not known, such as those
    that tellers wrote themselves, are one block. Either can be switched off, to see what it does.
    """
    units = table.tellers.codes.copy() if by_teller else np.full(table.size, -1, dtype=np.int64)
    unknown = units < 0
    units[unknown] = len(table.tellers.names) + np.arange(int(unknown.sum()))
    blocks = table.facilitators.codes if by_facilitator else np.zeros(table.size, dtype=np.int64)
    return Design(_numbered(blocks), _numbered(units))


def permutations(*, design: Design, times: int, rng: np.random.Generator) -> Iterator[IntArray]:
    """Orders of the stories that are as likely as the one seen when two answers have nothing to do with each other.

    Whole tellers change places with tellers of the same facilitator who told as many stories, and a teller's own
    stories change places with each other. A teller's unit is taken inside each of her facilitators.
    """
    size = design.units.size
    if not design.clustered and not design.blocked:
        for _ in range(times):
            yield rng.permutation(size)
        return
    units = _numbered(design.blocks * (int(design.units.max(initial=0)) + 1) + design.units)
    told = np.bincount(units)[units]
    stratum = design.blocks * (int(told.max(initial=0)) + 1) + told
    places = np.lexsort((np.arange(size), units, stratum))
    for _ in range(times):
        order = np.empty(size, dtype=np.int64)
        drawn = rng.permutation(int(units.max(initial=-1)) + 1)
        order[places] = np.lexsort((rng.permutation(size), drawn[units], stratum))
        yield order


def resample_weights(*, units: IntArray, times: int, rng: np.random.Generator) -> FloatArray:
    """How often each unit is drawn in each resample: times x units, each row adding to the number of units."""
    many = int(units.max(initial=-1)) + 1
    return rng.multinomial(many, np.full(many, 1 / many), size=times).astype(np.float64)


def unit_sums(*, values: FloatArray, units: IntArray) -> FloatArray:
    """The sum of each column of values over the stories of each unit."""
    many = int(units.max(initial=-1)) + 1
    sums = np.empty((many, values.shape[1]))
    for place in range(values.shape[1]):
        sums[:, place] = np.bincount(units, weights=values[:, place], minlength=many)
    return sums
