"""Two choices, a scale by a choice, two scales: chi-squared, Kruskal & Wallis, Mann & Whitney, Spearman."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from egenmakt.core.patterns.comparison import (
    PERMUTATIONS,
    Comparison,
    PairOf,
    Ready,
    by_permutation,
    grouped,
    holm,
    too_few,
)
from egenmakt.core.patterns.describe import spearman_rho
from egenmakt.core.patterns.effects import (
    Effect,
    chi_squared,
    cliffs_delta,
    cramers_v,
    design_effect,
    epsilon_interval,
    epsilon_squared,
    kruskal_h,
    kruskal_h_of_each,
    mann_whitney,
    spearman_effect,
)
from egenmakt.core.patterns.laws import chi2_tail, normal_tail, t_two_sided
from egenmakt.core.patterns.table import BoolArray, ChoiceColumn, Column, FloatArray, IntArray, ScaleColumn


def choice_choice(
    questions: tuple[str, str], x: Column, y: Column, ready: Ready, least: int, alpha: float
) -> Comparison:
    """Two choices: chi-squared, by re-ordering where counts are small or stories resemble each other."""
    assert isinstance(x, ChoiceColumn)
    assert isinstance(y, ChoiceColumn)
    n = int(ready.mask.sum())
    rows, columns = len(x.options), len(y.options)
    counts = np.bincount(x.chosen[ready.mask] * columns + y.chosen[ready.mask], minlength=rows * columns).reshape(
        rows, columns
    )
    used = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    if min(used.shape, default=0) < 2 or n < 2:
        return too_few(questions, "chi_squared", n, ready)
    statistic, degrees, large = chi_squared(counts=used)
    a, b = x.chosen[ready.mask], y.chosen[ready.mask]
    notes: tuple[str, ...] = ()
    p, times, growth = chi2_tail(statistic, degrees), 0, 1.0
    if ready.resembling or not large:
        expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / n
        safe = np.where(expected > 0, expected, 1)

        def again(orders: IntArray) -> FloatArray:
            table = np.arange(len(orders))[:, None] * (rows * columns)
            cells = np.bincount((table + a[orders] * columns + b).ravel(), minlength=len(orders) * rows * columns)
            drawn = cells.reshape(len(orders), rows, columns)
            return np.asarray(((drawn - expected) ** 2 / safe).sum(axis=(1, 2)))

        p, times = by_permutation(ready, ready.mask, again, statistic), PERMUTATIONS
        notes = ("permuted_for_tellers" if ready.resembling else "permuted_for_small_counts",)
        own, other = np.eye(rows)[a] - counts.sum(axis=1) / n, np.eye(columns)[b] - counts.sum(axis=0) / n
        weigh = np.sqrt(np.outer(np.maximum(counts.sum(axis=1), 1), np.maximum(counts.sum(axis=0), 1))).ravel()
        products = (own[:, :, None] * other[:, None, :]).reshape(n, -1) / weigh
        growth = design_effect(products=products, units=ready.design.take(ready.mask).units)
    effect = cramers_v(counts=used, statistic=statistic, growth=growth)
    groups = tuple(zip(x.options, (int(c) for c in counts.sum(axis=1)), strict=True))
    return Comparison(
        questions, "chi_squared", n, ready.missing, statistic, degrees, p, times, effect, groups=groups, notes=notes
    )


def choice_scale(
    questions: tuple[str, str], x: Column, y: Column, ready: Ready, least: int, alpha: float
) -> Comparison:
    """A scale by a choice: all options first, then two by two."""
    assert isinstance(x, ChoiceColumn)
    assert isinstance(y, ScaleColumn)
    inside, labels, names, groups = grouped(x, ready.mask, least)
    values, many = y.values[inside], len(names)
    if many < 2:
        return too_few(questions, "kruskal_wallis", int(inside.sum()), ready, groups)
    notes = ("options_left_out",) if any(0 < n < least for _, n in groups) else ()
    h = kruskal_h(values=values, labels=labels)
    if not np.isfinite(h):
        return too_few(questions, "kruskal_wallis", values.size, ready, groups)
    p, times = chi2_tail(h, many - 1), 0
    if many == 2:
        u, z = mann_whitney(first=values[labels == 0], second=values[labels == 1])
        p = min(1.0, 2 * normal_tail(abs(z)))
    if ready.resembling:
        p = by_permutation(ready, inside, lambda orders: kruskal_h_of_each(values=values, labels=labels[orders]), h)
        times, notes = PERMUTATIONS, (*notes, "permuted_for_tellers")
    units = ready.design.take(inside).units
    if many == 2:
        effect = _delta(values, labels, units, 0, 1)
        return Comparison(
            questions, "mann_whitney", values.size, ready.missing, u, 1, p, times, effect, groups=groups, notes=notes
        )
    pairs = _pairs(values, labels, names, ready, inside, units) if p <= alpha else ()
    size = epsilon_squared(h=h, n=values.size, groups=many)
    effect = Effect(
        "epsilon_squared", size, *epsilon_interval(values=values, labels=labels, units=units, rng=ready.rng, seen=size)
    )
    return Comparison(
        questions, "kruskal_wallis", values.size, ready.missing, h, many - 1, p, times, effect,
        groups=groups, pairs=pairs, notes=notes,
    )  # fmt: skip


def _delta(values: FloatArray, labels: IntArray, units: IntArray, i: int, j: int) -> Effect:
    one, other = labels == i, labels == j
    return cliffs_delta(first=values[one], second=values[other], units=np.concatenate([units[one], units[other]]))


def _pair_by_permutation(
    values: FloatArray, labels: IntArray, pair: tuple[int, int], ready: Ready, inside: BoolArray
) -> float:
    chosen = (labels == pair[0]) | (labels == pair[1])
    part = inside.copy()
    part[inside] = chosen
    own, group = values[chosen], (labels[chosen] == pair[0]).astype(np.int64)
    h = kruskal_h(values=own, labels=group)
    if not np.isfinite(h):
        return 1.0
    return by_permutation(ready, part, lambda orders: kruskal_h_of_each(values=own, labels=group[orders]), h)


def _pairs(
    values: FloatArray, labels: IntArray, names: tuple[str, ...], ready: Ready, inside: BoolArray, units: IntArray
) -> tuple[PairOf, ...]:
    couples = list(combinations(range(len(names)), 2))
    p = []
    for i, j in couples:
        _, z = mann_whitney(first=values[labels == i], second=values[labels == j])
        probability = min(1.0, 2 * normal_tail(abs(z)))
        if ready.resembling:
            probability = _pair_by_permutation(values, labels, (i, j), ready, inside)
        p.append(probability)
    return tuple(
        PairOf(names[i], names[j], value, _delta(values, labels, units, i, j))
        for (i, j), value in zip(couples, holm(p=p), strict=True)
    )


def scale_scale(questions: tuple[str, str], x: Column, y: Column, ready: Ready, least: int, alpha: float) -> Comparison:
    """Two scales: Spearman's rank correlation."""
    assert isinstance(x, ScaleColumn)
    assert isinstance(y, ScaleColumn)
    a, b = x.values[ready.mask], y.values[ready.mask]
    effect = spearman_effect(x=a, y=b, units=ready.design.take(ready.mask).units, rng=ready.rng)
    if a.size < 5 or not np.isfinite(effect.size):
        return too_few(questions, "spearman", a.size, ready)
    rho, times = effect.size, 0
    notes: tuple[str, ...] = ()
    degrees = a.size - 2
    p = t_two_sided(rho * np.sqrt(degrees / max(1 - rho**2, 1e-300)), degrees)
    if ready.resembling:
        p = by_permutation(
            ready,
            ready.mask,
            lambda orders: np.array([abs(spearman_rho(x=a[order], y=b)) for order in orders]),
            abs(rho),
        )
        times, notes = PERMUTATIONS, ("permuted_for_tellers",)
    return Comparison(questions, "spearman", a.size, ready.missing, rho, degrees, p, times, effect, notes=notes)
