"""One test for every pair of questions: how far two answers go together within facilitators, beyond chance.

A choice enters as one yes or no for each option, a scale by its ranks, a triad by its place in the plane. The
statistic is the squared length of the sum of their products, each whitened by its spread within the blocks:
Pearson's chi-squared for two choices, Kruskal-Wallis for a scale by a choice, Spearman for two scales, PERMANOVA's
sum of squares between for a triad by a choice. Its law under independence is the one of re-ordering within blocks
(exact mean and variance matrix), with the teller's own resemblance added where she told several stories.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from egenmakt.core.patterns.design import Design, unit_sums
from egenmakt.core.patterns.laws import mixture_tail
from egenmakt.core.patterns.table import BoolArray, FloatArray, IntArray

TINY = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Feature:
    """What a question brings to a test: a code for each story (choice) or numbers (n x q); never both.

    `whiten` is false for a triad: there the plain distances on the triangle count.
    """

    question: str
    kind: str
    answered: BoolArray
    complete: bool
    codes: IntArray | None = None
    options: tuple[str, ...] = ()
    values: FloatArray | None = None
    whiten: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Sums over the stories that answered both, block by block: F x p, F x q and their products."""

    n: FloatArray
    x: FloatArray
    y: FloatArray
    xx: FloatArray
    yy: FloatArray
    xy: FloatArray


def both(first: Feature, second: Feature) -> BoolArray | None:
    """Which stories answered both; None for all of them."""
    if first.complete and second.complete:
        return None
    return np.asarray(first.answered & second.answered)


def sums_by(key: IntArray, weights: FloatArray | None, size: int) -> FloatArray:
    """How many stories have each key, or the sum of their weights."""
    return np.bincount(key, weights=weights, minlength=size).astype(np.float64)


def _part(values: IntArray, mask: BoolArray | None) -> IntArray:
    return values if mask is None else values[mask]


def _spread(values: FloatArray, blocks: IntArray, many: int) -> tuple[FloatArray, FloatArray]:
    """Sums and sums of products of numbers, block by block."""
    width = values.shape[1]
    total = np.stack([sums_by(blocks, values[:, i], many) for i in range(width)], axis=1)
    square = np.empty((many, width, width))
    for i in range(width):
        for j in range(i + 1):
            square[:, i, j] = square[:, j, i] = sums_by(blocks, values[:, i] * values[:, j], many)
    return total, square


def _diagonal(counts: FloatArray) -> FloatArray:
    found = np.zeros((*counts.shape, counts.shape[1]))
    places = np.arange(counts.shape[1])
    found[:, places, places] = counts
    return found


def moments(*, x: Feature, y: Feature, blocks: IntArray, many: int, least: int) -> Moments:
    """The sums of a pair; options with fewer than `least` stories in it are left out. A choice comes first."""
    mask = both(x, y)
    places = _part(blocks, mask)
    if x.codes is not None and y.codes is not None:
        a, b = len(x.options), len(y.options)
        key = (places * a + _part(x.codes, mask)) * b + _part(y.codes, mask)
        xy = sums_by(key, None, many * a * b).reshape(many, a, b)
        keep_a, keep_b = enough(xy.sum(axis=0), least)
        xy = xy[:, keep_a][:, :, keep_b]
        first, second = xy.sum(axis=2), xy.sum(axis=1)
        return Moments(first.sum(axis=1), first, second, _diagonal(first), _diagonal(second), xy)
    assert y.values is not None
    values = y.values if mask is None else y.values[mask]
    if x.codes is not None:
        codes = _part(x.codes, mask)
        counts = np.bincount(codes, minlength=len(x.options))
        keep = counts >= least
        if not keep.all():
            inside = keep[codes]
            codes, places, values = (np.cumsum(keep) - 1)[codes[inside]], places[inside], values[inside]
        a = int(keep.sum())
        key = places * a + codes
        first = sums_by(key, None, many * a).reshape(many, a)
        xy = np.stack([sums_by(key, values[:, i], many * a).reshape(many, a) for i in range(values.shape[1])], axis=2)
        total, square = _spread(values, places, many)
        return Moments(first.sum(axis=1), first, total, _diagonal(first), square, xy)
    assert x.values is not None
    other = x.values if mask is None else x.values[mask]
    total_x, square_x = _spread(other, places, many)
    total_y, square_y = _spread(values, places, many)
    xy = np.empty((many, other.shape[1], values.shape[1]))
    for i in range(other.shape[1]):
        for j in range(values.shape[1]):
            xy[:, i, j] = sums_by(places, other[:, i] * values[:, j], many)
    return Moments(sums_by(places, None, many), total_x, total_y, square_x, square_y, xy)


def enough(counts: FloatArray, least: int) -> tuple[BoolArray, BoolArray]:
    """Rows and columns with at least so many stories, when those of too small ones are gone."""
    rows = np.ones(counts.shape[0], dtype=np.bool_)
    columns = np.ones(counts.shape[1], dtype=np.bool_)
    while True:
        small_rows = rows & (counts[:, columns].sum(axis=1) < least)
        small_columns = columns & (counts[rows].sum(axis=0) < least)
        if not small_rows.any() and not small_columns.any():
            return rows, columns
        rows &= ~small_rows
        columns &= ~small_columns


@dataclass(frozen=True, slots=True, eq=False)
class Score:
    """A pair, tested: `length` is the statistic, `law` its variance matrix (d x d), `n` the stories compared.

    `white_x` and `white_y` turn centred answers into the coordinates of the test, for `with_units`.
    """

    n: int
    length: float
    law: FloatArray
    p: float
    degrees: int
    explained: float
    """The statistic as a share of its largest possible value: rho squared, R squared, chi-squared / n."""
    white_x: FloatArray
    white_y: FloatArray


def _whitening(spread: FloatArray, whiten: bool) -> FloatArray:
    """A matrix that makes the spread one in every direction it has; for a triad only drops empty directions."""
    size, vectors = np.linalg.eigh(spread)
    kept = size > TINY * max(float(size.max(initial=0.0)), TINY)
    if not whiten:
        return np.asarray(vectors[:, kept])
    return np.asarray(vectors[:, kept] / np.sqrt(size[kept]))


def score(*, sums: Moments, whiten_y: bool = True) -> Score | None:
    """Test a pair from its sums; None when one of the two never varies within a block."""
    used = sums.n > 1
    n, x, y = sums.n[used], sums.x[used], sums.y[used]
    if not n.size:
        return None
    xx = sums.xx[used] - x[:, :, None] * x[:, None, :] / n[:, None, None]
    yy = sums.yy[used] - y[:, :, None] * y[:, None, :] / n[:, None, None]
    xy = (sums.xy[used] - x[:, :, None] * y[:, None, :] / n[:, None, None]).sum(axis=0)
    white_x, white_y = _whitening(xx.sum(axis=0), True), _whitening(yy.sum(axis=0), whiten_y)
    if not white_x.shape[1] or not white_y.shape[1]:
        return None
    u = white_x.T @ xy @ white_y
    in_x = np.einsum("ia,fij,jb->fab", white_x, xx, white_x, optimize=True)
    in_y = np.einsum("ia,fij,jb->fab", white_y, yy, white_y, optimize=True)
    p, q = u.shape
    joined = (in_x / (n - 1)[:, None, None]).reshape(-1, p * p).T @ in_y.reshape(-1, q * q)
    law = joined.reshape(p, p, q, q).transpose(0, 2, 1, 3).reshape(p * q, p * q)
    length = float((u**2).sum())
    spread_y = float(np.trace(in_y.sum(axis=0)))
    largest = spread_y if not whiten_y else float(min(p, q))
    return Score(
        n=int(n.sum()),
        length=length,
        law=law,
        p=mixture_tail(length, np.linalg.eigvalsh(law)),
        degrees=p * q,
        explained=length / largest if largest > 0 else 0.0,
        white_x=white_x,
        white_y=white_y,
    )


def _numbers(feature: Feature, mask: BoolArray | None) -> FloatArray:
    if feature.values is not None:
        return feature.values if mask is None else feature.values[mask]
    assert feature.codes is not None
    codes = _part(feature.codes, mask)
    return np.asarray(codes[:, None] == np.arange(len(feature.options)), dtype=np.float64)


def centred(values: FloatArray, blocks: IntArray) -> FloatArray:
    """Values less the mean of their block."""
    many = int(blocks.max(initial=-1)) + 1
    n = np.maximum(np.bincount(blocks, minlength=many), 1)[:, None]
    return np.asarray(values - (unit_sums(values=values, units=blocks) / n)[blocks])


def resemblance(*, products: FloatArray, units: IntArray) -> FloatArray:
    """What tellers of several stories add to a variance matrix: products of different stories of one teller."""
    several = np.bincount(units)[units] > 1
    some = products[several]
    if not some.size:
        return np.zeros((products.shape[1], products.shape[1]))
    sums = unit_sums(values=some, units=np.unique(units[several], return_inverse=True)[1])
    return np.asarray(sums.T @ sums - some.T @ some)


def with_units(*, found: Score, x: Feature, y: Feature, design: Design, least: int) -> float:
    """The probability of a pair when a teller's stories resemble each other; never below the plain one.

    Source: Rao & Scott (1981), with the variance of cluster totals and the mixture law in place of its mean.
    """
    mask = both(x, y)
    inside = np.ones(design.units.size, dtype=np.bool_) if mask is None else mask.copy()
    first, second = _numbers(x, None), _numbers(y, None)
    if x.codes is not None and y.codes is not None:
        rows, columns = enough(first[inside].T @ second[inside], least)
        inside &= first[:, rows].any(axis=1) & second[:, columns].any(axis=1)
        first, second = first[:, rows], second[:, columns]
    elif x.codes is not None:
        rows = np.asarray(first[inside].sum(axis=0) >= least)
        first = first[:, rows]
        inside &= first.any(axis=1)
    part = design.take(inside)
    a = centred(first[inside], part.blocks) @ found.white_x
    b = centred(second[inside], part.blocks) @ found.white_y
    products = (a[:, :, None] * b[:, None, :]).reshape(a.shape[0], -1)
    law = found.law + resemblance(products=products, units=part.units)
    size = np.clip(np.linalg.eigvalsh(law), 0.0, None)
    return max(found.p, mixture_tail(found.length, np.asarray(size)))
