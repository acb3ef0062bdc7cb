"""How sure a share is, in whole parts of ten thousand: the same digits on every machine.

Worked out in decimals of fifty digits, not in floating point, so that a pack gives the same interval bit for bit
wherever it is verified. The ends are rounded outwards: an interval never looks narrower than it is.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from typing import Final, Literal

WHOLE: Final = 10_000
"""A share of one, in the parts that values are written in: 41.5 % is 4150."""
_EXACT: Final = Context(prec=50, rounding=ROUND_HALF_EVEN)
_Z: Final = Decimal("1.959963984540054235524594430520551527955")
"""The 97.5 % point of the normal distribution: for intervals of 95 %."""
Ends = tuple[Decimal, Decimal]


class NotAShare(ValueError):
    """A part is larger than its whole, or there is no whole."""


def parts(value: int, of: int) -> int:
    """A share in parts of ten thousand, rounded half to even. Raises: NotAShare."""
    _check(value, of)
    return round(Fraction(value * WHOLE, of))


def wilson(*, value: int, of: int) -> tuple[int, int]:
    """The 95 % interval of a share of a sample, in parts of ten thousand. Raises: NotAShare.

    Source: Wilson, "Probable inference" (1927), without correction for continuity.
    """
    low, high = _wilson(value, of)
    return _rounded(low, "down"), _rounded(high, "up")


def newcombe(*, value: int, of: int, against: int, against_of: int) -> tuple[int, int]:
    """The 95 % interval of the difference between two shares of separate samples, first minus second.

    Raises: NotAShare. Source: Newcombe, "Interval estimation for the difference between independent proportions"
    (1998), method 10: hybrid of two Wilson intervals.
    """
    first_low, first_high = _wilson(value, of)
    second_low, second_high = _wilson(against, against_of)
    c = _EXACT
    first, second = c.divide(Decimal(value), Decimal(of)), c.divide(Decimal(against), Decimal(against_of))
    difference = c.subtract(first, second)
    below = _length(c.subtract(first, first_low), c.subtract(second_high, second))
    above = _length(c.subtract(first_high, first), c.subtract(second, second_low))
    return _rounded(c.subtract(difference, below), "down"), _rounded(c.add(difference, above), "up")


def _wilson(value: int, of: int) -> Ends:
    _check(value, of)
    c, x, n = _EXACT, Decimal(value), Decimal(of)
    z2 = c.multiply(_Z, _Z)
    spread = c.divide(c.multiply(4 * x, n - x), n)
    reach = c.multiply(_Z, c.sqrt(c.add(z2, spread)))
    middle, size = c.add(2 * x, z2), c.multiply(Decimal(2), c.add(n, z2))
    # at the ends of the scale the interval ends there too; rounding would leave a last digit of the fifty
    low = Decimal(0) if value == 0 else c.divide(c.subtract(middle, reach), size)
    high = Decimal(1) if value == of else c.divide(c.add(middle, reach), size)
    return low, high


def _length(one: Decimal, other: Decimal) -> Decimal:
    return _EXACT.sqrt(_EXACT.add(_EXACT.multiply(one, one), _EXACT.multiply(other, other)))


def _rounded(value: Decimal, way: Literal["down", "up"]) -> int:
    rounding = ROUND_FLOOR if way == "down" else ROUND_CEILING
    scaled = _EXACT.multiply(value, Decimal(WHOLE))
    # what is whole to forty digits is whole: the last digits are those of the working, not of the share
    near = scaled.quantize(Decimal(1).scaleb(-40), context=_EXACT)
    return int(near.to_integral_value(rounding=rounding))


def _check(value: int, of: int) -> None:
    if of <= 0 or not 0 <= value <= of:
        raise NotAShare(f"{value} of {of} is no share.")
