"""Tails of the laws that tests are read against; SciPy's special functions behind plain names."""

from __future__ import annotations

import math

import numpy as np

from egenmakt.core.patterns.table import FloatArray


def chi2_tail(x: float, degrees: float) -> float:
    """P(chi-squared > x)."""
    from scipy import special  # noqa: PLC0415  # takes a tenth of a second: not at the start of every command

    return float(special.chdtrc(degrees, max(x, 0.0)))


def chi2_noncentrality(x: float, degrees: float, probability: float) -> float:
    """The non-centrality at which a value up to x has this probability; 0 when even the central law is above it."""
    from scipy import special  # noqa: PLC0415  # see chi2_tail

    if special.chdtr(degrees, x) <= probability:
        return 0.0
    return float(special.chndtrinc(x, degrees, probability))


def f_tail(x: float, numerator: float, denominator: float) -> float:
    """P(F > x)."""
    from scipy import special  # noqa: PLC0415  # see chi2_tail

    return float(special.fdtrc(numerator, denominator, max(x, 0.0)))


def normal_tail(x: float) -> float:
    """P(Z > x)."""
    return math.erfc(x / math.sqrt(2)) / 2


def normal_quantile(probability: float) -> float:
    """The value below which a standard normal lies with this probability."""
    from scipy import special  # noqa: PLC0415  # see chi2_tail

    return float(special.ndtri(probability))


def t_two_sided(t: float, degrees: float) -> float:
    """P(|T| > |t|)."""
    from scipy import special  # noqa: PLC0415  # see chi2_tail

    return float(2 * special.stdtr(degrees, -abs(t)))


ALIKE = 1e-9
"""Weights that differ by less, in parts of the largest, are one weight and the law is a plain chi-squared."""


def mixture_tail(x: float, weights: FloatArray) -> float:
    """P(sum of weights x chi-squared with one degree each > x).

    Args: weights of at least 0, those of 0 leave the sum. Equal weights: the chi-squared law itself. Otherwise the
    saddlepoint approximation, whose relative error stays below a fifth however far out, on the careful side.
    Source: Kuonen (1999), Biometrika 86(4).
    """
    some = weights[weights > ALIKE * max(float(weights.max(initial=0.0)), 1e-300)]
    if not some.size or x <= 0:
        return 1.0
    top = float(some.max())
    if top - float(some.min()) <= 1e-6 * top:
        return chi2_tail(x / float(some.mean()), some.size)
    some, x = some / top, x / top
    point = _saddlepoint(x, some)
    rest = 1 - 2 * point * some
    w2 = 2 * (point * x + 0.5 * float(np.log(rest).sum()))
    curve = 2 * float(((some / rest) ** 2).sum())
    w = math.copysign(math.sqrt(max(w2, 0.0)), point)
    v = point * math.sqrt(curve)
    if abs(w) < 1e-4:  # at the mean the formula is 0/0; the matched chi-squared is good there
        mean, square = float(some.sum()), float((some**2).sum())
        return chi2_tail(x * mean / square, mean**2 / square)
    return min(1.0, max(0.0, normal_tail(w + math.log(v / w) / w)))


def _saddlepoint(x: float, weights: FloatArray) -> float:
    """Where the slope of the cumulant function is x; the largest weight is 1, so the answer lies below a half."""
    low, high = -weights.size / (2 * x) - 1.0, 0.5 - 1e-15
    point = 0.0
    for _ in range(200):
        rest = 1 - 2 * point * weights
        slope, curve = float((weights / rest).sum()), 2 * float(((weights / rest) ** 2).sum())
        if abs(slope - x) <= 1e-10 * x:
            break
        low, high = (point, high) if slope < x else (low, point)
        step = point - (slope - x) / curve
        point = step if low < step < high else (low + high) / 2
    return point
