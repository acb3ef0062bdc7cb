"""Tables of counts before and after small cells are hidden.

A **cell** is a number of people (or stories) that all meet the same conditions: kind = a and sex = f. Every table on a
page is made of such cells, and so are its margins (kind = a) and its total (no condition). The same cell in two tables
has the same conditions; that is how tables are linked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from itertools import product

Key = frozenset[tuple[str, frozenset[str]]]
"""What defines a cell: a set of (code, categories that count)."""
Position = tuple[str | None, ...]
"""A place in a table: one category for each dimension, None where a margin takes them all together."""
Where = tuple[tuple[str, tuple[str, ...]], ...]


class Suppressed(Enum):
    """Why a number is not shown."""

    PRIMARY = "fewer than k"
    COMPLEMENTARY = "would give away another number by subtraction"
    WITHHELD = "linked with too many other tables to be checked"


class TablesDisagree(ValueError):
    """Two tables say different things about the same people, or a table does not divide its people into its rows."""


@dataclass(frozen=True, kw_only=True)
class CountTable:
    """How many there are in each combination of categories. Margins and total follow, and are published too.

    The categories of a dimension divide all people of the table: a category for those who did not answer belongs to
    them. A question with several answers is one dimension (yes, no) for each option. A dimension that occurs in
    several tables has the same categories in all.

    `where` is the filter of the table or of its page: (("district", ("north", "west")),). It is a condition of every
    cell. A day of publication is such a condition too, if people were added between two publications.
    """

    name: str
    dimensions: tuple[tuple[str, tuple[str, ...]], ...]
    counts: Mapping[tuple[str, ...], int]
    where: Where = ()

    def __post_init__(self) -> None:
        codes = [code for code, _ in (*self.dimensions, *self.where)]
        if len(set(codes)) != len(codes):
            raise ValueError(f"{self.name}: a dimension or condition occurs twice among {codes}")
        for code, categories in (*self.dimensions, *self.where):
            if not categories or len(set(categories)) != len(categories):
                raise ValueError(f"{self.name}: {code} has no categories, or one of them twice")
        places = set(product(*(categories for _, categories in self.dimensions)))
        for place, count in self.counts.items():
            if place not in places:
                raise ValueError(f"{self.name}: {place} is not a combination of its categories")
            if isinstance(count, bool) or not isinstance(count, int) or count < 0:
                raise ValueError(f"{self.name}: {place} holds {count!r}, not a whole number of people")

    @property
    def codes(self) -> tuple[str, ...]:
        """The dimensions and the conditions of the filter."""
        return tuple(code for code, _ in (*self.dimensions, *self.where))

    def positions(self) -> Iterator[Position]:
        """Every place: inner cells, margins and, with None alone, the total."""
        return product(*((*categories, None) for _, categories in self.dimensions))

    def key(self, position: Position) -> Key:
        """The conditions of one place. A condition that everybody meets is none."""
        chosen = {
            (code, frozenset((category,)))
            for (code, categories), category in zip(self.dimensions, position, strict=True)
            if category is not None and len(categories) > 1
        }
        return frozenset(chosen | {(code, frozenset(categories)) for code, categories in self.where})

    @cached_property
    def numbers(self) -> dict[Position, int]:
        """The true count at every place. Not for publication."""
        numbers = dict.fromkeys(self.positions(), 0)
        for place, count in self.counts.items():
            for position in product(*((category, None) for category in place)):
                numbers[position] += count
        return numbers


@dataclass(frozen=True, kw_only=True)
class Secret:
    """A number of people that nobody may find out: a cell, or the difference between two cells (`within` − `key`)."""

    key: Key
    within: Key | None
    count: int
    most_at_least: int
    """Some world must have this many, or more."""
    width: int
    """The most and the least in any world must lie so far apart."""
    table: int
    """The table where it was met first."""


@dataclass(frozen=True, kw_only=True)
class ProtectedTable:
    """A table that may be published: at each place a number, or why there is none. It holds no hidden number."""

    name: str
    dimensions: tuple[tuple[str, tuple[str, ...]], ...]
    where: Where
    values: Mapping[Position, int | Suppressed]

    def at(self, *position: str | None) -> int | Suppressed:
        """What is shown at one place: `at("a", None)` is the margin of a, `at(None, None)` the total."""
        return self.values[position]


@dataclass(frozen=True, kw_only=True)
class Protected:
    """All tables of a page, safe together."""

    k: int
    tables: tuple[ProtectedTable, ...]

    def __getitem__(self, name: str) -> ProtectedTable:
        for table in self.tables:
            if table.name == name:
                return table
        raise KeyError(name)


def safe_value(n: int | Suppressed, value: float, *, k: int = 5) -> float | Suppressed:
    """A mean, median or other figure about n people, only where n itself is shown and is at least k.

    `n` is what `protect` left of the count. Where the count is hidden the mean is hidden: a mean and a count are a
    sum, and sums can be subtracted like counts. Where all counts with a mean are shown, a hidden group's sum can be
    had by subtraction only if its count can, and that has been ruled out.
    """
    if isinstance(n, Suppressed):
        return n
    return value if n >= k else Suppressed.PRIMARY


def safe_share(part: int | Suppressed, whole: int | Suppressed) -> tuple[int, int] | Suppressed:
    """A share as (part, whole), only where both numbers are shown: a percentage of a known whole is a count."""
    if isinstance(part, Suppressed):
        return part
    if isinstance(whole, Suppressed):
        return whole
    return part, whole
