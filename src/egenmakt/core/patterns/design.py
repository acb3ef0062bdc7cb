"""Who told what to whom: stories of one teller resemble each other, and so do those one facilitator heard.

Tests compare within facilitators (blocks) and count tellers (units), not stories, as the things observed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from egenmakt.core.patterns.table import BoolArray, FloatArray, IntArray, NotATable, StoryTable

CELLS_AT_ONCE, ORDERS_AT_ONCE = 2**18, 500
"""How much is re-ordered in one go: enough to be quick, and never so much that memory is felt."""


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
    for orders in orders_at_once(design=design, times=times, rng=rng):
        yield from orders


def orders_at_once(*, design: Design, times: int, rng: np.random.Generator) -> Iterator[IntArray]:
    """The same orders as of `permutations`, many at a time: tables of orders x stories."""
    size = design.units.size
    most = min(max(CELLS_AT_ONCE // max(size, 1), 1), ORDERS_AT_ONCE)
    lots = [min(most, times - done) for done in range(0, times, most)]
    if not design.clustered and not design.blocked:
        yield from (_drawn([size], lot, rng)[0] for lot in lots)
        return
    units = _numbered(design.blocks * (int(design.units.max(initial=0)) + 1) + design.units)
    told = np.bincount(units)
    many = told.size
    blocks = np.zeros(many, dtype=np.int64)
    blocks[units] = design.blocks
    strata = blocks * (int(told.max(initial=0)) + 1) + told
    places = np.lexsort((np.arange(size), units, strata[units]))
    for lot in lots:
        drawn, own = _drawn([many, size], lot, rng)
        turns = np.argsort(np.argsort(strata * many + drawn, axis=1), axis=1)  # each unit's turn, stratum by stratum
        orders = np.empty((lot, size), dtype=np.int64)
        orders[:, places] = np.argsort(turns[:, units] * size + own, axis=1)
        yield orders


def _drawn(sizes: Sequence[int], times: int, rng: np.random.Generator) -> list[IntArray]:
    """So many times in turn a re-ordering of each size: one table for each size."""
    tables = [np.empty((times, size), dtype=np.int64) for size in sizes]
    for number in range(times):
        for table, size in zip(tables, sizes, strict=True):
            table[number] = rng.permutation(size)
    return tables


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
