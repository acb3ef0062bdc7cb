"""Three questions at once: what two of them do together that neither does alone.

Choice x choice x scale asks whether a scale differs by the two choices beyond what each does by itself (the
interaction of an additive model within facilitators). Choice x scale x scale asks whether two scales go together
otherwise in one group than in another.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from egenmakt.core.patterns.design import Design
from egenmakt.core.patterns.laws import chi2_tail, f_tail, mixture_tail
from egenmakt.core.patterns.scores import TINY, Feature, centred, enough, resemblance, sums_by
from egenmakt.core.patterns.table import BoolArray, FloatArray, IntArray

CELL_LEAST = 5
"""Stories in a cell of two choices below which the cell is left out of a test of three."""


@dataclass(frozen=True, slots=True, eq=False)
class Three:
    """Three questions, tested."""

    n: int
    statistic: float
    degrees: int
    p: float
    effect: float
    """Partial epsilon squared, or the largest difference between two groups' correlations."""


def _all(*features: Feature) -> BoolArray | None:
    if all(feature.complete for feature in features):
        return None
    mask = features[0].answered.copy()
    for feature in features[1:]:
        mask &= feature.answered
    return mask


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """The stories of a test by block and cell, small options and small cells gone."""

    first: int
    second: int
    kept: IntArray
    counts: FloatArray
    incidence: FloatArray


def cell_keys(*, a: Feature, b: Feature, blocks: IntArray) -> IntArray:
    """One number for each story: block, first option, second option; made once for all scales."""
    assert a.codes is not None
    assert b.codes is not None
    return (blocks * len(a.options) + a.codes) * len(b.options) + b.codes


def cells_of(keys: IntArray, a: int, b: int, many: int, least: int) -> Cells | None:
    """The cells of two choices that hold enough stories, from keys of block, first and second option."""
    counts = sums_by(keys, None, many * a * b).reshape(many, a, b)
    total = counts.sum(axis=0)
    rows, columns = enough(total, least)
    kept = np.flatnonzero((rows[:, None] & columns[None, :] & (total >= CELL_LEAST)).ravel())
    if rows.sum() < 2 or columns.sum() < 2 or kept.size < 4:
        return None
    incidence = np.concatenate(
        [kept[None, :] // b == np.arange(a)[:, None], kept[None, :] % b == np.arange(b)[:, None]]
    ).astype(np.float64)
    return Cells(a, b, kept, counts.reshape(many, a * b)[:, kept], incidence)


def _inverse(matrix: FloatArray) -> tuple[FloatArray, int]:
    size, vectors = np.linalg.eigh(matrix)
    kept = size > TINY * max(float(size.max(initial=0.0)), TINY)
    half = vectors[:, kept] / np.sqrt(size[kept])
    return np.asarray(half @ half.T), int(kept.sum())


@dataclass(frozen=True, slots=True)
class Fit:
    """What cells tell of numbers beyond both main effects, within blocks: sums of squares and their degrees."""

    between: float
    rest: float
    degrees: int
    left: int

    @property
    def effect(self) -> float:
        """Partial epsilon squared, not yet cut at nothing: the share explained, less what chance alone explains."""
        whole = self.between + self.rest
        return (self.between - self.degrees * self.rest / self.left) / whole if whole > 0 and self.left > 0 else 0.0


def fit_cells(*, counts: FloatArray, sums: FloatArray, squares: float, incidence: FloatArray) -> Fit:
    """The interaction of two choices by sums: blocks x cells, the same times q numbers, and all squares added.

    Source: sums of squares of nested models, as in any analysis of variance; for q numbers they are added over them.
    """
    n_block, y_block = counts.sum(axis=1), sums.sum(axis=1)
    there = n_block > 0
    share = counts[there] / n_block[there, None]
    gram = np.diag(counts.sum(axis=0)) - counts[there].T @ share
    u = sums.sum(axis=0) - share.T @ y_block[there]
    total = squares - float((y_block[there] ** 2 / n_block[there, None]).sum())
    whole, rank = _inverse(gram)
    plain, rank_plain = _inverse(incidence @ gram @ incidence.T)
    main = incidence @ u
    explained, additive = float((u * (whole @ u)).sum()), float((main * (plain @ main)).sum())
    left = round(float(n_block.sum())) - int(there.sum()) - rank
    return Fit(max(explained - additive, 0.0), max(total - explained, 0.0), rank - rank_plain, left)


def interaction(*, a: Feature, b: Feature, y: Feature, keys: IntArray, many: int, least: int) -> Three | None:
    """The F test of the interaction of two choices on a scale, additive within blocks; None when there is none to test.

    The scale's own values are used: ranks would turn two plain effects into an interaction. Spread is taken to be
    the same in all cells.
    """
    assert y.values is not None
    mask = _all(a, b, y)
    some, values = (keys, y.values[:, 0]) if mask is None else (keys[mask], y.values[mask, 0])
    cells = cells_of(some, len(a.options), len(b.options), many, least)
    if cells is None:
        return None
    sums = sums_by(some, values, many * cells.first * cells.second).reshape(many, -1)[:, cells.kept]
    squares = sums_by(some % (cells.first * cells.second), values**2, cells.first * cells.second)[cells.kept]
    found = fit_cells(
        counts=cells.counts, sums=sums[:, :, None], squares=float(squares.sum()), incidence=cells.incidence
    )
    if found.degrees < 1 or found.left < 1 or found.rest <= TINY * max(found.between + found.rest, TINY):
        return None
    f = (found.between / found.degrees) / (found.rest / found.left)
    n = int(cells.counts.sum())
    return Three(n, f, found.degrees, f_tail(f, found.degrees, found.left), max(0.0, found.effect))


def _root(columns: FloatArray) -> FloatArray:
    """What makes columns stand at right angles, with length one."""
    size, vectors = np.linalg.eigh(columns.T @ columns)
    kept = size > TINY * max(float(size.max(initial=0.0)), TINY)
    return np.asarray(vectors[:, kept] / np.sqrt(size[kept]))


def without_own(
    *, residual: FloatArray, basis: FloatArray, blocks: IntArray, units: IntArray, power: float = 1.0
) -> FloatArray:
    """How far each story lies from what the stories of all other tellers say of it, blocks and cells taken together.

    A teller's own stories draw the fit towards themselves, so that plain residuals resemble each other too little.
    Args: `basis` spans the cells within blocks at right angles; power 1 is the jackknife, which errs on the careful
    side, and 1/2 the form without bias, for cells that hold few tellers. Source: Bell & McCaffrey (2002).
    """
    found = residual.copy()
    n_block = np.bincount(blocks)
    told = np.bincount(units)
    order = np.argsort(units, kind="stable")
    starts = np.concatenate([[0], np.cumsum(told)])
    for size in np.unique(told[told > 1]):
        rows = np.stack([order[starts[unit] : starts[unit] + size] for unit in np.flatnonzero(told == size)])
        own = basis[rows]
        drawn = own @ own.transpose(0, 2, 1)
        same = blocks[rows][:, :, None] == blocks[rows][:, None, :]
        drawn = drawn + same / n_block[blocks[rows]][:, :, None]
        left = np.eye(size) - drawn
        # a teller who is alone in a cell leaves nothing to compare with: her pull is taken as it is
        length, vectors = np.linalg.eigh(left)
        safe = length[:, 0] > 0.05
        turned = vectors[safe].transpose(0, 2, 1) @ residual[rows[safe]][:, :, None]
        found[rows[safe]] = (vectors[safe] @ (turned / length[safe][:, :, None] ** power))[:, :, 0]
    return found


def interaction_with_units(*, found: Three, a: Feature, b: Feature, y: Feature, design: Design, least: int) -> float:
    """The probability of an interaction when a teller's stories resemble each other; never below the plain one."""
    assert y.values is not None
    mask = _all(a, b, y)
    inside = np.ones(design.units.size, dtype=np.bool_) if mask is None else mask
    pair = cell_keys(a=a, b=b, blocks=np.zeros(design.units.size, dtype=np.int64))
    cells = cells_of(pair[inside], len(a.options), len(b.options), 1, least)
    assert cells is not None
    inside = inside & np.isin(pair, cells.kept)
    part = design.take(inside)
    own = centred(np.asarray(pair[inside][:, None] == cells.kept[None, :], dtype=np.float64), part.blocks)
    values = centred(y.values[inside][:, :1], part.blocks)[:, 0]
    main = own @ cells.incidence.T
    inverse, _ = _inverse(main.T @ main)
    extra = own - main @ (inverse @ (main.T @ own))
    size, vectors = np.linalg.eigh(extra.T @ extra)
    top = np.argsort(size)[::-1][: found.degrees]
    white = extra @ (vectors[:, top] / np.sqrt(size[top]))
    whole, rank = _inverse(own.T @ own)
    residual = values - own @ (whole @ (own.T @ values))
    left = values.size - int(part.blocks.max(initial=-1)) - 1 - rank
    spread = float(residual @ residual) / max(left, 1)
    apart = without_own(residual=residual, basis=own @ _root(own), blocks=part.blocks, units=part.units)
    law = spread * np.eye(found.degrees) + resemblance(products=white * apart[:, None], units=part.units)
    length = float(((white.T @ values) ** 2).sum())
    size = np.clip(np.linalg.eigvalsh(law), 0.0, None)
    return max(found.p, mixture_tail(length, np.asarray(size)))


@dataclass(frozen=True, slots=True, eq=False)
class Correlations:
    """Two scales, group by group: how many stories beyond the blocks, and how they go together there."""

    options: IntArray
    rho: FloatArray
    weight: FloatArray


def correlations(
    *, group: Feature, x: Feature, y: Feature, blocks: IntArray, many: int, least: int
) -> tuple[Correlations, int]:
    """The rank correlation of two scales in each group, within blocks, and the number of stories used.

    Ranks are made once, over all stories. The variance of Fisher's z is (1 + rho^2 / 2) / (n - 3)
    (Bonett & Wright 2000); n is less by one for each further block.
    """
    assert group.codes is not None
    assert x.values is not None
    assert y.values is not None
    mask = _all(group, x, y)
    k = len(group.options)
    key, first, second = blocks * k + group.codes, x.values[:, 0], y.values[:, 0]
    if mask is not None:
        key, first, second = key[mask], first[mask], second[mask]
    shape = (many, k)
    n, sx, sy, sxx, syy, sxy = (
        sums_by(key, values, many * k).reshape(shape)
        for values in (None, first, second, first * first, second * second, first * second)
    )
    there = np.maximum(n, 1)
    within = [(a - b * c / there).sum(axis=0) for a, b, c in ((sxx, sx, sx), (syy, sy, sy), (sxy, sx, sy))]
    free = n.sum(axis=0) - (n > 0).sum(axis=0) + 1
    kept = np.flatnonzero((n.sum(axis=0) >= least) & (within[0] > TINY) & (within[1] > TINY) & (free > 6))
    rho = np.clip(within[2][kept] / np.sqrt(within[0][kept] * within[1][kept]), -0.999999, 0.999999)
    weight = (free[kept] - 3) / (1 + rho**2 / 2)
    return Correlations(kept, rho, weight), int(n[:, kept].sum())


def differing(*, found: Correlations, n: int) -> Three | None:
    """Whether two scales go together alike in all groups: chi-squared of Fisher's z; None for fewer than two groups."""
    if found.rho.size < 2:
        return None
    z = np.arctanh(found.rho)
    middle = float((found.weight * z).sum() / found.weight.sum())
    statistic = float((found.weight * (z - middle) ** 2).sum())
    degrees = found.rho.size - 1
    return Three(n, statistic, degrees, chi2_tail(statistic, degrees), float(found.rho.max() - found.rho.min()))


def differing_with_units(
    *, plain: Three, found: Correlations, group: Feature, x: Feature, y: Feature, design: Design
) -> float:
    """The probability of differing correlations when a teller's stories resemble each other; never below the plain.

    Each story's influence on its group's z gives what tellers of several stories add to the variance matrix.
    """
    assert group.codes is not None
    assert x.values is not None
    assert y.values is not None
    mask = _all(group, x, y)
    inside = np.isin(group.codes, found.options) & (True if mask is None else mask)
    part, codes = design.take(inside), group.codes[inside]
    place = np.searchsorted(found.options, codes)
    cell = part.blocks * found.options.size + place
    cell = np.unique(cell, return_inverse=True)[1].astype(np.int64)
    both = centred(np.column_stack([x.values[inside][:, 0], y.values[inside][:, 0]]), cell)
    n = np.bincount(place, minlength=found.options.size)
    deviation = np.stack(
        [np.sqrt(np.bincount(place, weights=both[:, i] ** 2, minlength=n.size) / n) for i in (0, 1)], axis=1
    )
    none = np.zeros((codes.size, 0))
    apart = [without_own(residual=each, basis=none, blocks=cell, units=part.units, power=0.5) for each in both.T]
    first, second = (np.stack(apart, axis=1) / deviation[place]).T
    rho = found.rho[place]
    influence = (first * second - rho * (first**2 + second**2) / 2) / (1 - rho**2) / n[place]
    spread = np.zeros((influence.size, n.size))
    spread[np.arange(influence.size), place] = influence
    law = np.diag(1 / found.weight) + resemblance(products=spread, units=part.units)
    z = np.arctanh(found.rho)
    root = np.sqrt(found.weight)
    # the part of the z that is not their weighted mean, in coordinates in which the plain law is the identity
    away = np.eye(n.size) - np.outer(root, root) / found.weight.sum()
    white = away @ (root[:, None] * law * root[None, :]) @ away
    length = float(((away @ (root * z)) ** 2).sum())
    size = np.clip(np.linalg.eigvalsh((white + white.T) / 2), 0.0, None)
    return max(plain.p, mixture_tail(length, np.asarray(size)))
