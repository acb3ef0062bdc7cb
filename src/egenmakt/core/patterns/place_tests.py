"""Whether the place in a triangle goes with a scale or with another triangle: how much a straight relation tells.

PERMANOVA with numbers in the place of groups, on the plain distances of the triangle. Sources: McArdle & Anderson
(2001), "Fitting multivariate models to community data"; for the share that is explained Rao (1964).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from egenmakt.core.patterns.describe import midranks
from egenmakt.core.patterns.design import resample_weights, unit_sums
from egenmakt.core.patterns.scores import TINY
from egenmakt.core.patterns.table import BoolArray, FloatArray, IntArray, ScaleColumn, TriadColumn
from egenmakt.core.patterns.triads import in_plane


@dataclass(frozen=True, slots=True, eq=False)
class Explained:
    """How far places follow numbers: sums of squares, and the numbers without what they share (n x degrees)."""

    explained: float
    total: float
    white: FloatArray
    away: FloatArray
    """The places less their mean, n x 2."""

    @property
    def degrees(self) -> int:
        """How many directions the numbers have."""
        return int(self.white.shape[1])

    @property
    def r_squared(self) -> float:
        """The share of the squared distances that the numbers explain."""
        return self.explained / self.total if self.total > 0 else 0.0

    @property
    def f(self) -> float:
        """Pseudo-F, as PERMANOVA has it."""
        left = self.white.shape[0] - self.degrees - 1
        rest = self.total - self.explained
        return (self.explained / self.degrees) / (rest / left) if left > 0 and rest > 0 else float("inf")

    def again(self, orders: IntArray) -> FloatArray:
        """What would be explained if the stories' numbers stood in another order: for each row of a table of orders."""
        turned = self.white[orders].transpose(0, 2, 1) @ self.away
        return np.asarray((turned**2).sum(axis=(1, 2)))


def numbers_of(*, column: ScaleColumn | TriadColumn, mask: BoolArray) -> FloatArray:
    """What a question brings as numbers: a scale its ranks, ties in the middle of theirs; a triad its place."""
    if isinstance(column, TriadColumn):
        return in_plane(parts=column.parts[mask])
    return np.asarray(midranks(values=column.values[mask])[:, None] / max(int(mask.sum()), 1))


def explained_by(*, numbers: FloatArray, points: FloatArray) -> Explained | None:
    """How much of the places n x 2 the numbers n x q explain; None when one of the two never varies."""
    if points.shape[0] < 2:
        return None
    own, away = numbers - numbers.mean(axis=0), points - points.mean(axis=0)
    size, vectors = np.linalg.eigh(own.T @ own)
    kept = size > TINY * max(float(size.max(initial=0.0)), TINY)
    total = float((away**2).sum())
    if not kept.any() or total <= TINY:
        return None
    white = own @ (vectors[:, kept] / np.sqrt(size[kept]))
    return Explained(float(((white.T @ away) ** 2).sum()), total, np.asarray(white), np.asarray(away))


def explained_interval(
    *, numbers: FloatArray, points: FloatArray, units: IntArray, rng: np.random.Generator, times: int = 999
) -> tuple[float, float]:
    """A 95 % interval of the share by drawing whole tellers, moved by the excess that drawing twice brings."""
    own, away = numbers - numbers.mean(axis=0), points - points.mean(axis=0)
    p, q = own.shape[1], away.shape[1]
    products = [own, away, *(own[:, [i]] * own for i in range(p)), *(own[:, [i]] * away for i in range(p)),
                (away**2).sum(axis=1, keepdims=True), np.ones((own.shape[0], 1))]  # fmt: skip
    unit = np.unique(units, return_inverse=True)[1].astype(np.int64)
    drawn = resample_weights(units=unit, times=times, rng=rng) @ unit_sums(
        values=np.concatenate(products, axis=1), units=unit
    )
    x, y, xx, xy, yy, n = np.split(drawn, np.cumsum([p, q, p * p, p * q, 1]), axis=1)
    xx = xx.reshape(-1, p, p) - x[:, :, None] * x[:, None, :] / n[:, :, None]
    xy = xy.reshape(-1, p, q) - x[:, :, None] * y[:, None, :] / n[:, :, None]
    total = yy[:, 0] - (y**2).sum(axis=1) / n[:, 0]
    between = np.einsum("tiq,tij,tjq->t", xy, np.linalg.pinv(xx, rcond=TINY, hermitian=True), xy, optimize=True)
    replicas = between / np.maximum(total, TINY)
    whole = explained_by(numbers=numbers, points=points)
    seen = whole.r_squared if whole is not None else 0.0
    low, high = np.quantile(replicas - (replicas.mean() - seen), [0.025, 0.975])
    return max(0.0, float(low)), min(1.0, max(seen, float(high)))
