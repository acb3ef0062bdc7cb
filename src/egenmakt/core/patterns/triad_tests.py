"""Triads between groups: on plain distances, every answer kept; spread beside place; chance by re-ordering tellers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from egenmakt.core.patterns.design import Design, permutations, resample_weights, unit_sums
from egenmakt.core.patterns.laws import mixture_tail
from egenmakt.core.patterns.table import FloatArray, IntArray
from egenmakt.core.patterns.triads import TriadGrid, whole_parts

ENERGY_EXACT_MOST = 2_000
"""Above so many stories the energy distance is worked out on a fine grid: a matrix of all pairs would not fit."""

ENERGY_STEPS = 50
"""Steps along each side of that grid; a point moves by at most a hundredth of the side."""


@dataclass(frozen=True, slots=True)
class Permuted:
    """A statistic and its probability by `times` re-orderings, the one seen counted as one of them."""

    statistic: float
    p: float
    times: int


@dataclass(frozen=True, slots=True)
class TriadComparison:
    """Groups compared on a triad: place (PERMANOVA, with R squared and its interval), spread and energy."""

    n: int
    groups: int
    permanova: Permuted
    r_squared: float
    r_squared_interval: tuple[float, float]
    dispersion: Permuted
    energy: Permuted
    energy_exact: bool


def permanova_f(*, points: FloatArray, labels: IntArray) -> float:
    """Pseudo-F of PERMANOVA on Euclidean distances, by sums of squares: no matrix of distances is made.

    Source: Anderson (2001). The sum of squared distances in a group is its size times its spread about its mean.
    """
    within, total, groups = _sums_of_squares(points, labels)
    left = points.shape[0] - groups
    if within <= 0 or left < 1 or groups < 2:
        return float("nan")
    return float(((total - within) / (groups - 1)) / (within / left))


def _sums_of_squares(points: FloatArray, labels: IntArray) -> tuple[float, float, int]:
    n = np.bincount(labels)
    means = unit_sums(values=points, units=labels) / np.maximum(n, 1)[:, None]
    total = float(((points - points.mean(axis=0)) ** 2).sum())
    between = float((n * ((means - points.mean(axis=0)) ** 2).sum(axis=1)).sum())
    return max(total - between, 0.0), total, int((n > 0).sum())


def distances_to_centres(*, points: FloatArray, labels: IntArray) -> FloatArray:
    """How far each point lies from the mean of its group."""
    means = unit_sums(values=points, units=labels) / np.maximum(np.bincount(labels), 1)[:, None]
    return np.asarray(np.sqrt(((points - means[labels]) ** 2).sum(axis=1)))


def permdisp_f(*, points: FloatArray, labels: IntArray) -> float:
    """F of the distances to the groups' centres. Source: Anderson (2006), centroids."""
    return permanova_f(points=distances_to_centres(points=points, labels=labels)[:, None], labels=labels)


def energy_between(*, distances: FloatArray, counts: FloatArray) -> float:
    """Between-sample energy of groups: 0 when all lie alike, for any difference more. Source: Rizzo & Székely (2010).

    Args: distances between places, m x m; how many stories of each group lie at each place, groups x m.
    """
    n = counts.sum(axis=1)
    used = n > 0
    share = counts[used] / n[used, None]
    mean = share @ distances @ share.T
    energy = 2 * mean - np.diag(mean)[:, None] - np.diag(mean)[None, :]
    some = n[used]
    return float((some[:, None] * some[None, :] * energy).sum() / (4 * some.sum()))


def _places(points: FloatArray, parts: FloatArray) -> tuple[FloatArray, IntArray, bool]:
    """The places at which stories lie and each story's: its own point, or the nearest point of a fine grid."""
    if points.shape[0] <= ENERGY_EXACT_MOST:
        where, index = np.unique(np.round(points, 12), axis=0, return_inverse=True)
        return where, index.ravel().astype(np.int64), True
    step = np.rint(parts[:, :2] * ENERGY_STEPS).astype(np.int64)
    _, index = np.unique(step[:, 0] * 1_000 + step[:, 1], return_inverse=True)
    many = np.bincount(index)
    return unit_sums(values=points, units=index.astype(np.int64)) / many[:, None], index.astype(np.int64), False


def _permuted(statistic: Callable[[IntArray], float], labels: IntArray, orders: list[IntArray]) -> Permuted:
    seen = statistic(labels)
    further = sum(statistic(labels[order]) >= seen * (1 - 1e-9) for order in orders)
    return Permuted(seen, (further + 1) / (len(orders) + 1), len(orders))


def compare_triads(
    *,
    parts: FloatArray,
    points: FloatArray,
    labels: IntArray,
    design: Design,
    rng: np.random.Generator,
    times: int = 999,
) -> TriadComparison:
    """Compare groups on a triad by all three tests.

    Args: answered parts n x 3 and the same in the plane n x 2; groups from 0, all with stories; the design of the
    same stories; a generator. Whole tellers are re-ordered within facilitators.
    """
    orders = list(permutations(design=design, times=times, rng=rng))
    spread = distances_to_centres(points=points, labels=labels)[:, None]
    where, index, exact = _places(points, parts)
    distances = np.sqrt(((where[:, None, :] - where[None, :, :]) ** 2).sum(axis=2))
    groups, places = int(labels.max()) + 1, where.shape[0]

    def energy(some: IntArray) -> float:
        counts = np.bincount(some * places + index, minlength=groups * places).reshape(groups, places)
        return energy_between(distances=distances, counts=counts.astype(np.float64))

    within, total, _ = _sums_of_squares(points, labels)
    return TriadComparison(
        n=points.shape[0],
        groups=groups,
        permanova=_permuted(lambda some: permanova_f(points=points, labels=some), labels, orders),
        r_squared=1 - within / total if total > 0 else 0.0,
        r_squared_interval=_r_squared_interval(points, labels, design.units, rng),
        dispersion=_permuted(lambda some: permanova_f(points=spread, labels=some), labels, orders),
        energy=_permuted(energy, labels, orders),
        energy_exact=exact,
    )


def _r_squared_interval(
    points: FloatArray, labels: IntArray, units: IntArray, rng: np.random.Generator, times: int = 999
) -> tuple[float, float]:
    """A 95 % interval of R squared by drawing whole tellers, moved by the excess that drawing twice brings."""
    groups = int(labels.max()) + 1
    own = np.eye(groups)[labels]
    columns = np.concatenate(
        [own, *(own * points[:, [axis]] for axis in range(points.shape[1])), (points**2).sum(axis=1, keepdims=True)],
        axis=1,
    )
    sums = unit_sums(values=columns, units=units)
    drawn = resample_weights(units=units, times=times, rng=rng) @ sums
    n = drawn[:, :groups]
    means = [drawn[:, groups * (axis + 1) : groups * (axis + 2)] for axis in range(points.shape[1])]
    there = np.maximum(n, 1e-12)
    middle = sum(m.sum(axis=1) ** 2 for m in means) / n.sum(axis=1)
    between = sum((m**2 / there).sum(axis=1) for m in means) - middle
    total = np.maximum(drawn[:, -1] - middle, 1e-12)
    within, whole, _ = _sums_of_squares(points, labels)
    seen = 1 - within / whole if whole > 0 else 0.0
    replicas = between / total
    low, high = np.quantile(replicas - (replicas.mean() - seen), [0.025, 0.975])
    return max(0.0, float(low)), min(1.0, max(0.0, float(high)))


@dataclass(frozen=True, slots=True)
class Scattered:
    """Whether dots lie as if thrown at random: chi-squared over triangles of equal size, read with tellers as units."""

    n: int
    statistic: float
    degrees: int
    p: float
    divisions: int


def against_uniform(*, parts: FloatArray, units: IntArray) -> Scattered | None:
    """Test dots against Dirichlet(1, 1, 1), chance itself; None when there are too few (five for each triangle).

    Triangles of equal size have equal chance. Points on an edge or in a corner count in the triangle they touch.
    """
    n = parts.shape[0]
    divisions = max((m for m in (2, 3, 4, 5) if 5 * m * m <= n), default=0)
    if not divisions:
        return None
    grid = TriadGrid(divisions=divisions, border=0)
    whole = whole_parts(parts=parts)
    # the border is opened by one ten-thousandth, so that every point lies inside and counts in a triangle
    inside = np.maximum(whole, 1)
    inside[np.arange(n), inside.argmax(axis=1)] -= inside.sum(axis=1) - 10_000
    cell = grid.codes(whole=inside) - 3 - 3 * divisions
    cells = divisions**2
    away = np.eye(cells)[cell] - 1 / cells
    # products of one teller's different stories are added to the plain variance of the counts
    several = np.bincount(units)[units] > 1
    law = n * (np.eye(cells) / cells - 1 / cells**2)
    if several.any():
        sums = unit_sums(values=away[several], units=np.unique(units[several], return_inverse=True)[1])
        law = law + sums.T @ sums - away[several].T @ away[several]
    statistic = float((away.sum(axis=0) ** 2).sum()) * cells / n
    size = np.clip(np.linalg.eigvalsh(law * cells / n), 0.0, None)
    return Scattered(n, statistic, cells - 1, mixture_tail(statistic, np.asarray(size)), divisions)
