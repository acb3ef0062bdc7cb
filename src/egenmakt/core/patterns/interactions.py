"""What two choices do to an answer together: its size with an interval, and chance where the answer is a choice too."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from egenmakt.core.patterns.design import Design, permutations, resample_weights
from egenmakt.core.patterns.scores import TINY, centred, sums_by
from egenmakt.core.patterns.table import FloatArray, IntArray
from egenmakt.core.patterns.threes import Fit, fit_cells


@dataclass(frozen=True, slots=True, eq=False)
class InCells:
    """The stories of a test: the cell of each (from 0), numbers n x q, the design, and each cell's two options."""

    cell: IntArray
    values: FloatArray
    design: Design
    incidence: FloatArray
    """First options, then second ones, by cells: 1 where the cell has the option."""

    def fit(self, weights: FloatArray | None = None) -> Fit:
        """The interaction, each story counted as often as its weight says."""
        cells, blocks = self.incidence.shape[1], int(self.design.blocks.max(initial=0)) + 1
        key, size = self.design.blocks * cells + self.cell, cells * blocks
        counts = sums_by(key, weights, size).reshape(blocks, cells)
        own = self.values if weights is None else self.values * weights[:, None]
        sums = np.stack([sums_by(key, each, size).reshape(blocks, cells) for each in own.T], axis=2)
        return fit_cells(counts=counts, sums=sums, squares=float((own * self.values).sum()), incidence=self.incidence)


def interaction_interval(*, stories: InCells, rng: np.random.Generator, times: int = 400) -> tuple[float, float]:
    """A 95 % interval of partial epsilon squared by drawing whole tellers, moved by what drawing twice brings."""
    seen = stories.fit().effect
    weights = resample_weights(units=stories.design.units, times=times, rng=rng)
    drawn = np.array([stories.fit(weight[stories.design.units]).effect for weight in weights])
    low, high = np.quantile(drawn - (drawn.mean() - seen), [0.025, 0.975])
    return min(1.0, max(0.0, float(low))), min(1.0, max(0.0, float(high), seen))


def interaction_by_re_ordering(*, stories: InCells, rng: np.random.Generator, times: int = 1_999) -> float:
    """How often what is left beyond both main effects shows as much when whole tellers change places with it.

    Sources: Freedman & Lane (1983); Anderson & ter Braak (2003). Re-ordered within facilitators.
    """
    blocks = stories.design.blocks
    own = centred(np.eye(stories.incidence.shape[1])[stories.cell], blocks)
    main = _basis(own @ stories.incidence.T)
    beyond = _basis(own - main @ (main.T @ own))
    left = centred(stories.values, blocks)
    left = left - main @ (main.T @ left)
    total, both = float((left**2).sum()), np.concatenate([beyond, main], axis=1)

    def ratio(residuals: FloatArray) -> float:
        squares = ((both.T @ residuals) ** 2).sum(axis=1)
        between = float(squares[: beyond.shape[1]].sum())
        return between / max(total - float(squares.sum()), TINY)

    seen = ratio(left)
    orders = permutations(design=stories.design, times=times, rng=rng)
    return (sum(ratio(left[order]) >= seen * (1 - 1e-9) for order in orders) + 1) / (times + 1)


def _basis(columns: FloatArray) -> FloatArray:
    """Directions at right angles that span the columns."""
    size, vectors = np.linalg.eigh(columns.T @ columns)
    kept = size > TINY * max(float(size.max(initial=0.0)), TINY)
    return np.asarray(columns @ (vectors[:, kept] / np.sqrt(size[kept])))
