"""All counts of one page, protected together before any of them is shown.

Every count that a page shows is asked for here first; then `protect` decides once over all of them. Answers are counted
given that there is one: why there is none is a dimension of its own, so that a hidden number of skipped answers in one
table cannot be had from another.

Whoever may read the stories themselves may choose them by any filter: nothing on a page is hidden from her that she
could not read. For all others a filter could be a subtraction: every table of theirs is divided by round, over all
rounds that they may see, protected so, and the page shows its part of it. Whichever round they choose, it is the same
protected table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from egenmakt.core.disclosure import CannotProtect, CountTable, Protected, Suppressed, protect
from egenmakt.core.patterns.axes import Axis
from egenmakt.core.patterns.table import ANSWERED, STATES, BoolArray, Column, IntArray, Labels

Shown = int | Suppressed
"""A number that may be published, or why it may not."""

NOT_KNOWN = "not_known"
VOICE, ROUND = "voice", "round"


@dataclass(frozen=True, slots=True, eq=False)
class Divided:
    """Something that divides stories: for each its category, -1 for those that are not counted by it."""

    code: str
    categories: tuple[str, ...]
    codes: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """Only stories in one category, such as those who answered."""

    divided: Divided
    category: str

    @property
    def mask(self) -> BoolArray:
        """Which stories these are."""
        return np.asarray(self.divided.codes == self.divided.categories.index(self.category))


def by_labels(code: str, labels: Labels) -> Divided:
    """By voice, round or language; not known is a category where it occurs."""
    unknown = bool((labels.codes < 0).any())
    names = (*labels.names, NOT_KNOWN) if unknown else labels.names
    return Divided(code, names, np.where(labels.codes < 0, len(labels.names), labels.codes))


def by_state(question: str, column: Column) -> Divided:
    """By whether there is an answer, and why not."""
    return Divided(f"{question}~", STATES, column.states.astype(np.int64))


def answered(question: str, column: Column) -> Given:
    """Only those who answered."""
    return Given(by_state(question, column), STATES[ANSWERED])


def by_axis(axis: Axis) -> Divided:
    """By the marks of an axis with one mark for each story."""
    assert axis.codes is not None
    return Divided(axis.question, axis.marks, axis.codes)


def by_option(question: str, option: str, chosen: BoolArray) -> Divided:
    """By whether one of several options was chosen."""
    return Divided(f"{question}/{option}", ("no", "yes"), chosen.astype(np.int64))


class PageCounts:
    """The counts of a page: asked for one by one, protected once, read afterwards."""

    def __init__(self, *, k: int, always: Sequence[tuple[Divided, str | None]] = ()) -> None:
        """`always` divides every table, and the page shows the category named, or (None) all together."""
        self._k = k
        self._always = tuple(always)
        self._tables: dict[str, CountTable] = {}
        self._protected: Protected | None = None

    def ask(self, name: str, *divided: Divided, given: Sequence[Given] = ()) -> None:
        """Count the stories by these, together with what divides every table."""
        dimensions = (*divided, *(each for each, _ in self._always))
        size = dimensions[0].codes.shape[0]
        mask = np.ones(size, dtype=np.bool_)
        for condition in given:
            mask &= condition.mask
        shape = tuple(len(each.categories) for each in dimensions)
        key = np.zeros(int(mask.sum()), dtype=np.int64)
        for each in dimensions:
            key = key * len(each.categories) + each.codes[mask]
        counts = np.bincount(key, minlength=int(np.prod(shape))).reshape(shape)
        self._tables[name] = CountTable(
            name=name,
            dimensions=tuple((each.code, each.categories) for each in dimensions),
            counts={
                tuple(each.categories[place] for each, place in zip(dimensions, at, strict=True)): int(
                    counts[tuple(at)]
                )
                for at in np.argwhere(counts)
            },
            where=tuple((one.divided.code, (one.category,)) for one in given),
        )

    def protect(self) -> PublishedCounts:
        """Decide about all that was asked for."""
        try:
            protected = protect(list(self._tables.values()), k=self._k)
        except CannotProtect:
            protected = None
        return PublishedCounts(self._k, protected, tuple(shown for _, shown in self._always))


class PublishedCounts:
    """What may be shown of a page's counts. It holds no hidden number."""

    def __init__(self, k: int, protected: Protected | None, always: tuple[str | None, ...]) -> None:
        self.k = k
        self.protected = protected
        self._always = always

    def at(self, name: str, *position: str | None) -> Shown:
        """What is shown at one place of a table; None for a margin."""
        if self.protected is None:
            return Suppressed.WITHHELD
        return self.protected[name].at(*position, *self._always)

    def anything_hidden(self, name: str, *fixed: str | None) -> bool:
        """Whether a number of this table is hidden where its last dimensions are as given, or all taken together."""
        if self.protected is None:
            return True
        table = self.protected[name]
        end = (*fixed, *self._always)
        start = len(table.dimensions) - len(end)
        return any(isinstance(value, Suppressed) for position, value in table.values.items() if position[start:] == end)

    @property
    def hidden(self) -> int:
        """How many numbers of the page's own part are hidden."""
        if self.protected is None:
            return 1
        size = len(self._always)
        return sum(
            isinstance(value, Suppressed)
            for table in self.protected.tables
            for position, value in table.values.items()
            if not size or position[-size:] == self._always
        )


def known(value: Shown) -> int | None:
    """The number, or None where it is hidden."""
    return None if isinstance(value, Suppressed) else value


def sum_may_be_shown(*, low: float, value: float, high: float, k: int, reach: float) -> bool:
    """Whether a sum may stand beside counts of which some are hidden.

    Args: the least that the sum of the shown bins' answers can be by their bins alone, what it is, and the most; k; how
    far apart two answers can lie. A reader who knows the sum could tell who is in the hidden bins if the answers in
    the shown ones left no room: moving k - 1 people from one end to the other must be made up for within them.
    """
    room = (k - 1) * reach
    return value - low >= room and high - value >= room
