"""Ranges of a measure, exactly: which values are in none of them, and which are in more than one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

# A cut lies just before a value (value, 0) or just after it (value, 1), so that every range is [cut, cut).
Cut = tuple[Fraction, int]
LOWEST: Cut = (Fraction(-(10**30)), 0)
HIGHEST: Cut = (Fraction(10**30), 1)


@dataclass(frozen=True, slots=True)
class Interval:
    """A range of numbers. The start is in it and the end is not, unless said otherwise; None is without limit."""

    start: Fraction | None
    end: Fraction | None
    start_excluded: bool = False
    end_included: bool = False

    def __post_init__(self) -> None:
        if self.start_cut >= self.end_cut:
            raise ValueError(f"The range {self} holds no value; its end must lie above its start.")

    @property
    def start_cut(self) -> Cut:
        """Where the range begins."""
        return LOWEST if self.start is None else (self.start, int(self.start_excluded))

    @property
    def end_cut(self) -> Cut:
        """Where the range ends."""
        return HIGHEST if self.end is None else (self.end, int(self.end_included))

    def __contains__(self, value: Fraction) -> bool:
        return self.start_cut <= (value, 0) < self.end_cut

    def __str__(self) -> str:
        if self.start is not None and self.start == self.end:
            return f"exactly {number_words(self.start)}"
        start = "" if self.start is None else f"{'above' if self.start_excluded else 'from'} {number_words(self.start)}"
        upper = "" if self.end is None else f"{'up to' if self.end_included else 'below'} {number_words(self.end)}"
        return " and ".join(part for part in (start, upper) if part) or "any value"


def number_words(value: Fraction) -> str:
    """A number as a reader writes it: 12.5, or 1/3 where no decimal is exact."""
    if value.denominator == 1:
        return str(value.numerator)
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest != 1:
        return f"{value.numerator}/{value.denominator}"
    places = next(n for n in range(1, 100) if (value * 10**n).denominator == 1)
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    return f"{'-' if value < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def _between(start: Cut, end: Cut) -> Interval:
    return Interval(
        None if start == LOWEST else start[0],
        None if end == HIGHEST else end[0],
        start_excluded=start != LOWEST and start[1] == 1,
        end_included=end != HIGHEST and end[1] == 1,
    )


def _whole(cut: Cut) -> Cut:
    # among whole numbers, just after 5 is the same place as just before 6
    if cut in (LOWEST, HIGHEST):
        return cut
    value, after = cut
    return (Fraction(math.floor(value) + 1 if after else math.ceil(value)), 0)


def _whole_words(start: Cut, end: Cut) -> Interval:
    if end == HIGHEST:
        return _between(start, end)
    return _between(start, (end[0] - 1, 1))


@dataclass(frozen=True, slots=True)
class Overlap:
    """Values that lie in two ranges, by the places of the two in their list."""

    interval: Interval
    first: int
    second: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is wrong with some ranges: the values in none, and those in two."""

    holes: tuple[Interval, ...]
    overlaps: tuple[Overlap, ...]


def coverage(*, intervals: Sequence[Interval], domain: Interval, is_whole: bool = False) -> Coverage:
    """Every hole and every overlap of some ranges within a domain.

    Args: the ranges; the domain that they must cover; whether the measure takes whole numbers only, so that 60-89
    and 90-100 leave nothing out. Exact: no value is tried, the ends are compared as fractions.
    """
    adjust = _whole if is_whole else lambda cut: cut
    words = _whole_words if is_whole else _between
    low, high = adjust(domain.start_cut), adjust(domain.end_cut)
    clipped = [(max(low, adjust(x.start_cut)), min(high, adjust(x.end_cut)), i) for i, x in enumerate(intervals)]
    spans = sorted(span for span in clipped if span[0] < span[1])
    holes = []
    reached = low
    for start, end, _ in spans:
        if start > reached:
            holes.append(words(reached, start))
        reached = max(reached, end)
    if reached < high:
        holes.append(words(reached, high))
    overlaps = [
        Overlap(words(max(a[0], b[0]), min(a[1], b[1])), min(a[2], b[2]), max(a[2], b[2]))
        for place, a in enumerate(spans)
        for b in spans[place + 1 :]
        if max(a[0], b[0]) < min(a[1], b[1])
    ]
    return Coverage(tuple(holes), tuple(overlaps))
