"""Published monthly tables: for each region and indicator the figure of the month, and the accumulated one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from egenmakt.core.evidence.counts import Count
from egenmakt.core.evidence.months import Month
from egenmakt.core.numerals import word

Figure = Literal["flow", "accumulated"]
FIGURES: Final[tuple[Figure, ...]] = ("flow", "accumulated")
CORRECTION_WORDS: Final = (
    "correct", "revis", "adjust", "restat", "rebas", "rätt", "korriger", "justera", "omräkn", "corrig", "rectif",
    "révis", "ajust",
)  # fmt: skip
"""Beginnings of words by which a note says that a figure was put right, in English, Swedish, French, Spanish."""


@dataclass(frozen=True, slots=True)
class Point:
    """One row of a published table: a month of a series."""

    row: int
    month: Month
    flow: Count
    accumulated: Count
    note: str = ""

    @property
    def is_corrected(self) -> bool:
        """Whether the note says that something was put right."""
        return any(part.startswith(CORRECTION_WORDS) for part in word(self.note).split())

    def count(self, figure: Figure) -> Count:
        """The cell of the month, or the accumulated one."""
        return self.flow if figure == "flow" else self.accumulated

    def value(self, figure: Figure) -> int | None:
        """The number in the cell; None where there is none."""
        return self.count(figure).value


@dataclass(frozen=True, slots=True)
class Key:
    """Which series: a country or partner, and what is counted there."""

    region: str
    indicator: str


@dataclass(frozen=True, slots=True)
class Series:
    """All months of one indicator in one region, in order, each once."""

    key: Key
    points: tuple[Point, ...]

    def __post_init__(self) -> None:
        months = [point.month for point in self.points]
        if not months or months != sorted(set(months)):
            raise ValueError(f"{self.key}: the months are not in order, each once.")

    def at(self, month: Month) -> Point | None:
        """The row of a month; None where it is missing."""
        return next((point for point in self.points if point.month == month), None)


@dataclass(frozen=True, slots=True)
class MonthlyTable:
    """A set of series that were published together."""

    series: tuple[Series, ...]
    part_of: Mapping[str, str]
    """Indicator -> the whole that it is a part of: women -> members."""

    def __post_init__(self) -> None:
        keys = [one.key for one in self.series]
        if len(set(keys)) != len(keys):
            raise ValueError("A series is there twice.")

    def get(self, key: Key) -> Series | None:
        """The series of a region and an indicator."""
        return next((one for one in self.series if one.key == key), None)

    def parts(self) -> Iterator[tuple[Series, Series]]:
        """Each part with its whole, in the same region."""
        by_key = {one.key: one for one in self.series}
        for one in self.series:
            whole = by_key.get(Key(one.key.region, self.part_of.get(one.key.indicator, "")))
            if whole is not None:
                yield one, whole
