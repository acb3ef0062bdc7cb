"""Checks that speak in sentences: the field, the value that was given, and what to write instead."""

from __future__ import annotations

from collections.abc import Collection

from egenmakt.core.money import MINOR_MAX


def whole_number(*, field: str, value: object, minimum: int | None = 0, maximum: int = MINOR_MAX) -> int:
    """A whole number within its limits. Raises ValueError naming field, value and remedy."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"{field} is {value!r}; write a whole number, in the smallest unit of the currency for money.")
    lowest = -maximum if minimum is None else minimum
    if not lowest <= value <= maximum:
        raise ValueError(f"{field} is {value}; write a whole number from {lowest} to {maximum}.")
    return value


def one_of(*, field: str, value: object, choices: Collection[str]) -> str:
    """One of some words. Raises ValueError naming field, value and the words that are allowed."""
    if not isinstance(value, str) or value not in choices:
        raise ValueError(f"{field} is {value!r}; choose one of: {', '.join(choices)}.")
    return value
