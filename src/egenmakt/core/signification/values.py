"""Whole parts that add up: what a triad and a dyad store, made from percentages or fractions without losing any."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final

WHOLE: Final = 10_000
"""All parts of a triad or a dyad together: hundredths of a percent."""

Value = str | int | tuple["Value", ...] | Mapping[str, "Value"]
"""A value as it is kept: JSON with tuples for lists, so that nobody can change it."""

_ONE_IN_A_MILLION: Final = Fraction(1, 1_000_000)
_TWO_PERCENT: Final = Fraction(2, 100)


class NotParts(ValueError):
    """The numbers are not parts of a whole: one is negative, or they add up to nothing, or to something else."""


def whole_parts(numbers: Sequence[int | Decimal], *, of: int | None = None) -> tuple[int, ...]:
    """Parts that add up to exactly 10,000, from numbers that add up to 1, to 100 or to 10,000.

    Numbers that were rounded before may miss the sum by half a unit of their last decimal each (33 + 33 + 33 is 100),
    but never by more than two percent. The parts are rounded by the largest remainder; of equal ones the first wins.
    Args: exact numbers; `of` says what they add up to when that is known. Raises: NotParts, with the sum.
    Source: Hamilton's method of largest remainders.
    """
    exact = [_exact(number) for number in numbers]
    total = sum(exact, Fraction(0))
    if any(number < 0 for number in exact):
        raise NotParts(f"{min(numbers)} is negative; the parts of a whole are not.")
    slack = sum((_half_unit(number) for number in numbers), Fraction(0))
    scales = (of,) if of else (1, 100, WHOLE)
    if not any(
        abs(total - scale) <= max(min(slack, scale * _TWO_PERCENT), scale * _ONE_IN_A_MILLION) for scale in scales
    ):
        wanted = str(of) if of else "1, 100 or 10000"
        raise NotParts(f"The parts add up to {sum(map(Decimal, numbers))}; they should add up to {wanted}.")
    floors = [number * WHOLE // total for number in exact]
    remainders = [number * WHOLE / total - floor for number, floor in zip(exact, floors, strict=True)]
    by_remainder = sorted(range(len(exact)), key=lambda index: (-remainders[index], index))
    for index in by_remainder[: WHOLE - sum(floors)]:
        floors[index] += 1
    return tuple(floors)


def _exact(number: int | Decimal) -> Fraction:
    if isinstance(number, bool) or not isinstance(number, int | Decimal):
        raise NotParts(f"{number!r} is not an exact number.")
    if isinstance(number, Decimal) and not number.is_finite():
        raise NotParts(f"{number} is not a number that can be a part of a whole.")
    return Fraction(number)


def _half_unit(number: int | Decimal) -> Fraction:
    exponent = number.as_tuple().exponent if isinstance(number, Decimal) else 0
    return Fraction(10) ** min(int(exponent), 0) / 2


def kept(value: object) -> Value:
    """A checked JSON value with tuples for its lists."""
    match value:
        case str() | int():
            return value
        case list() | tuple():
            return tuple(kept(item) for item in value)
        case dict():
            return {name: kept(item) for name, item in value.items()}
    raise TypeError(f"{value!r} is not a value of an answer.")


def as_json(value: Value) -> object:
    """A kept value as JSON, with lists again."""
    match value:
        case tuple():
            return [as_json(item) for item in value]
        case Mapping():
            return {name: as_json(item) for name, item in value.items()}
    return value
