"""Two choices with rare combinations: where chi-squared's law is not to be trusted, tables are drawn instead."""

from __future__ import annotations

import numpy as np

from egenmakt.core.patterns.scores import Moments, Score
from egenmakt.core.patterns.table import FloatArray

STEPS = (500, 5_000, 50_000)
"""How many tables are drawn, and how many more when hardly any of them is as far from chance as the one seen."""

ENOUGH = 20
"""So many tables at least as far as the one seen make a probability that needs no more of them."""


def rare(*, sums: Moments) -> bool:
    """Whether a table of two choices has expected counts too small for the law: Cochran's rule (1954).

    That is more than a fifth of them below 5, or any below 1; expected within blocks, then added.
    """
    there = np.maximum(sums.n, 1)
    expected = (sums.x[:, :, None] * sums.y[:, None, :] / there[:, None, None]).sum(axis=0)
    return bool((expected < 5).mean() > 0.2 or (expected < 1).any())


def rare_probability(*, sums: Moments, found: Score, rng: np.random.Generator) -> float:
    """The share of tables, drawn block by block with the same margins, at least as far from chance as the one seen.

    The one seen counts as one of them: never zero, and valid at any number of draws; drawing goes on only while the
    probability is too small to be told.
    """
    drawn = further = 0
    for steps in STEPS:
        further += int((_lengths(sums, found, steps - drawn, rng) >= found.length * (1 - 1e-9)).sum())
        drawn = steps
        if further >= ENOUGH:
            break
    return (further + 1) / (drawn + 1)


def _lengths(sums: Moments, found: Score, times: int, rng: np.random.Generator) -> FloatArray:
    from scipy.stats import random_table  # noqa: PLC0415  # scipy.stats takes a second to load: only when it is needed

    rows, columns = sums.x.shape[1], sums.y.shape[1]
    total = np.zeros((times, rows, columns))
    expected = np.zeros((rows, columns))
    for n, x, y in zip(sums.n, sums.x, sums.y, strict=True):
        if n > 0:
            total += random_table(x.astype(np.int64), y.astype(np.int64)).rvs(times, random_state=rng)
            expected += np.outer(x, y) / n
    u = np.einsum("ia,tij,jb->tab", found.white_x, total - expected, found.white_y, optimize=True)
    return np.asarray((u**2).sum(axis=(1, 2)))
