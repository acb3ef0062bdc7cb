"""How large a difference is, and how sure: effect sizes with 95 % intervals, tellers as units."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from egenmakt.core.patterns.describe import midranks, spearman_rho
from egenmakt.core.patterns.design import resample_weights, unit_sums
from egenmakt.core.patterns.laws import chi2_noncentrality, normal_quantile
from egenmakt.core.patterns.table import FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class Effect:
    """A size and its interval. NaN where there is none to tell."""

    name: str
    size: float
    low: float
    high: float


def design_effect(*, products: FloatArray, units: IntArray) -> float:
    """How many times the variance grows because a teller's stories resemble each other; at least 1."""
    plain = float((products**2).sum())
    if plain <= 0:
        return 1.0
    return max(1.0, float((unit_sums(values=products, units=units) ** 2).sum()) / plain)


def cramers_v(*, counts: IntArray, statistic: float, growth: float = 1.0, confidence: float = 0.95) -> Effect:
    """Cramér's V without its upward bias, with the interval of the non-central chi-squared.

    Args: the table without empty rows; its chi-squared; the design effect, by which it is divided for the interval.
    Source: Bergsma (2013); Smithson (2003) for the interval.
    """
    n, (rows, columns) = int(counts.sum()), counts.shape
    degrees, least = (rows - 1) * (columns - 1), min(rows, columns) - 1
    if least < 1 or n < 2:
        return Effect("cramers_v", float("nan"), float("nan"), float("nan"))
    size = corrected_v(phi2=statistic / n, n=n, rows=rows, columns=columns)
    outside = (1 - confidence) / 2
    low, high = (
        min(1.0, float(np.sqrt(chi2_noncentrality(statistic / growth, degrees, share) * growth / (n * least))))
        for share in (1 - outside, outside)
    )
    return Effect("cramers_v", size, low, max(high, size))


def corrected_v(*, phi2: float, n: int, rows: int, columns: int) -> float:
    """Cramér's V from chi-squared / n, less what chance alone shows. Source: Bergsma (2013)."""
    if n < 2:
        return 0.0
    phi2 = max(0.0, phi2 - (rows - 1) * (columns - 1) / (n - 1))
    rows_c = rows - (rows - 1) ** 2 / (n - 1)
    columns_c = columns - (columns - 1) ** 2 / (n - 1)
    return float(min(1.0, np.sqrt(phi2 / max(min(rows_c - 1, columns_c - 1), 1e-12))))


def cliffs_delta(*, first: FloatArray, second: FloatArray, units: IntArray, confidence: float = 0.95) -> Effect:
    """How much oftener a value of the first group is above one of the second than below, from -1 to 1.

    Args: the units of the first group's stories, then of the second's. The variance is that of the placements,
    summed over units; the interval is Cliff's (1996), which keeps within -1 and 1.
    """
    m, n = first.size, second.size
    if not m or not n:
        return Effect("cliffs_delta", float("nan"), float("nan"), float("nan"))
    own, other = np.sort(first), np.sort(second)
    above = (np.searchsorted(other, first) - (n - np.searchsorted(other, first, side="right"))) / n
    below = ((m - np.searchsorted(own, second, side="right")) * 1.0 - np.searchsorted(own, second)) / m
    delta = float(above.mean())
    influence = np.concatenate([(above - delta) / m, (below - delta) / n])
    sums = unit_sums(values=influence[:, None], units=np.unique(units, return_inverse=True)[1].astype(np.int64))
    variance = float((sums**2).sum()) * sums.shape[0] / max(sums.shape[0] - 1, 1)
    # the variance is never taken for nothing: two groups that do not overlap are few, not certain
    variance = max(variance, (1 - delta**2) / (m * n - 1) if m * n > 1 else 1.0, 1e-12)
    z = normal_quantile(1 - (1 - confidence) / 2)
    if abs(delta) > 1 - 1e-12:
        low = (min(m, n) - z**2) / (min(m, n) + z**2)
        return Effect("cliffs_delta", delta, *((low, 1.0) if delta > 0 else (-1.0, -low)))
    half = z * np.sqrt(variance) * np.sqrt((1 - delta**2) ** 2 + z**2 * variance)
    base = 1 - delta**2 + z**2 * variance
    low, high = (float((delta - delta**3 + side * half) / base) for side in (-1, 1))
    return Effect("cliffs_delta", delta, max(-1.0, low), min(1.0, high))


def spearman_effect(
    *,
    x: FloatArray,
    y: FloatArray,
    units: IntArray,
    rng: np.random.Generator,
    times: int = 500,
    confidence: float = 0.95,
) -> Effect:
    """Spearman's rho with its interval.

    One story for each teller: Fisher's z with the variance of Bonett & Wright (2000). Otherwise whole tellers are
    drawn anew; that resampled middle half of the spread of z replaces the formula.
    """
    rho = spearman_rho(x=x, y=y)
    n = x.size
    if not np.isfinite(rho) or n < 5 or abs(rho) > 1 - 1e-12:
        return Effect("spearman", rho, float("nan"), float("nan"))
    unit = np.unique(units, return_inverse=True)[1].astype(np.int64)
    deviation = float(np.sqrt((1 + rho**2 / 2) / (n - 3)))
    if int(unit.max()) + 1 < n:
        weights = resample_weights(units=unit, times=times, rng=rng)[:, unit]
        drawn = np.array([_weighted_rho(x, y, weight) for weight in weights])
        drawn = np.arctanh(np.clip(drawn[np.isfinite(drawn)], -0.999999, 0.999999))
        deviation = max(deviation, float(drawn.std(ddof=1)))
    z, reach = np.arctanh(rho), normal_quantile(1 - (1 - confidence) / 2) * deviation
    return Effect("spearman", rho, float(np.tanh(z - reach)), float(np.tanh(z + reach)))


def _weighted_rho(x: FloatArray, y: FloatArray, weight: FloatArray) -> float:
    """Spearman's rho of stories that are each there `weight` times."""
    a, b = _weighted_ranks(x, weight), _weighted_ranks(y, weight)
    total = weight.sum()
    a, b = a - (weight @ a) / total, b - (weight @ b) / total
    size = float(np.sqrt((weight @ a**2) * (weight @ b**2)))
    return float(weight @ (a * b)) / size if size > 0 else float("nan")


def _weighted_ranks(values: FloatArray, weight: FloatArray) -> FloatArray:
    _, level = np.unique(values, return_inverse=True)
    mass = np.bincount(level, weights=weight)
    upper = np.cumsum(mass)
    return np.asarray((upper - mass / 2)[level])


def epsilon_squared(*, h: float, n: int, groups: int) -> float:
    """What share of the ranks' spread lies between groups, less what chance alone shows. Source: Tomczak (2014)."""
    return max(0.0, (h - groups + 1) / (n - groups)) if n > groups else 0.0


def epsilon_interval(
    *, values: FloatArray, labels: IntArray, units: IntArray, rng: np.random.Generator, seen: float, times: int = 400
) -> tuple[float, float]:
    """A 95 % interval by drawing whole tellers, moved by the excess that drawing twice brings."""
    unit = np.unique(units, return_inverse=True)[1]
    order = np.argsort(unit, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(unit))])
    many, drawn = int(unit.max()) + 1, np.empty(times)
    for number in range(times):
        units_drawn = rng.integers(0, many, many)
        rows = (
            np.concatenate([order[starts[one] : starts[one + 1]] for one in units_drawn])
            if many < unit.size
            else units_drawn
        )
        h = kruskal_h(values=values[rows], labels=labels[rows])
        groups = np.unique(labels[rows]).size
        drawn[number] = (h - groups + 1) / (rows.size - groups) if np.isfinite(h) else 0.0
    low, high = np.quantile(drawn - (drawn.mean() - seen), [0.025, 0.975])
    return max(0.0, float(low)), min(1.0, max(float(high), seen))


def kruskal_h(*, values: FloatArray, labels: IntArray) -> float:
    """Kruskal-Wallis' H with ties corrected; NaN when all values are the same."""
    return float(kruskal_h_of_each(values=values, labels=labels[None, :])[0])


def kruskal_h_of_each(*, values: FloatArray, labels: IntArray) -> FloatArray:
    """The same H for each row of a table of labels: the same values, grouped otherwise each time."""
    ranks = midranks(values=values)
    times, n = labels.shape
    away = ranks - ranks.mean()
    total = float((away**2).sum())
    if total <= 0:
        return np.full(times, np.nan)
    many = int(labels.max(initial=0)) + 1
    cells = (np.arange(times)[:, None] * many + labels).ravel()
    sums = np.bincount(cells, weights=np.tile(away, times), minlength=times * many).reshape(times, many)
    counts = np.bincount(cells, minlength=times * many).reshape(times, many)
    return np.asarray((n - 1) * (sums**2 / np.maximum(counts, 1)).sum(axis=1) / total)


def mann_whitney(*, first: FloatArray, second: FloatArray) -> tuple[float, float]:
    """Mann & Whitney's U of the first and its z, ties and continuity corrected; z 0 when nothing differs."""
    m, n = first.size, second.size
    ranks = midranks(values=np.concatenate([first, second]))
    u = float(ranks[:m].sum() - m * (m + 1) / 2)
    _, ties = np.unique(ranks, return_counts=True)
    total = m + n
    variance = m * n / 12 * (total + 1 - float((ties**3 - ties).sum()) / (total * (total - 1)))
    if variance <= 0:
        return u, 0.0
    away = u - m * n / 2
    return u, float(np.sign(away) * max(abs(away) - 0.5, 0.0) / np.sqrt(variance))


def chi_squared(*, counts: IntArray) -> tuple[float, int, bool]:
    """Pearson's chi-squared, its degrees, and whether expected counts are large enough for its law (Cochran 1954)."""
    n = counts.sum()
    expected = counts.sum(axis=1)[:, None] * counts.sum(axis=0)[None, :] / n
    statistic = float(((counts - expected) ** 2 / expected).sum())
    large = bool((expected >= 1).all() and (expected < 5).mean() <= 0.2)
    return statistic, (counts.shape[0] - 1) * (counts.shape[1] - 1), large
