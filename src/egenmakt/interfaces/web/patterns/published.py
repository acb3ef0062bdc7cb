"""All counts of one page, protected together before any of them is shown.

Every count that a page shows is asked for here first; then `protect` decides once over all of them. Answers are counted
given that there is one: why there is none is a dimension of its own, so that a hidden number of skipped answers in one
table cannot be had from another.

Each voice is protected by itself: no page need show their sum. The page that does (all voices together, which somebody
asked for by name) is protected with the voices as numbers that were published before. Whoever may read the stories
themselves may choose them by any filter: nothing is hidden from her that she could not read. For all others a filter
could be a subtraction: they may choose a round, and all rounds and each of them are protected together, once, so that
every page of theirs shows its part of the same protected tables.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from egenmakt.core.disclosure import CannotProtect, CountTable, Protected, ProtectedTable, Suppressed, protect
from egenmakt.core.disclosure.protecting import Published
from egenmakt.core.disclosure.tables import Where
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


Part = tuple[Given, ...]
"""Some of the stories: a voice, a round, or both."""


_Place = tuple[Where, tuple[tuple[str, tuple[str, ...]], ...]]
"""What tells a table from all others: its conditions and its dimensions."""


@dataclass(frozen=True, slots=True, eq=False)
class _Decided:
    """What is shown of a page's tables, and all that its reader has then seen, as tables and what is shown of them."""

    shown: Protected
    names: Mapping[_Place, str]
    places: Mapping[tuple[str, str | None], _Place]
    pages: tuple[Published, ...]


class PageCounts:
    """The counts of a page: asked for one by one, protected once, read afterwards.

    Every table is made for each part that the page shows, by the voice that it is read by (None: all together).
    `beside` are parts that the same reader can see on other pages, protected together with these: there they are shown
    just so. `before` are parts that were published by themselves, whatever is shown here.
    """

    def __init__(
        self,
        *,
        k: int,
        size: int,
        parts: Mapping[str | None, Part],
        beside: Sequence[Part] = (),
        before: Sequence[Part] = (),
    ) -> None:
        self._k, self._size = k, size
        self._parts = dict(parts)
        self._beside = [part for part in beside if part not in self._parts.values()]
        self._before = list(before)
        self._asked: dict[str, tuple[tuple[Divided, ...], tuple[Given, ...]]] = {}
        self._after: list[PageCounts] = []

    def ask(self, name: str, *divided: Divided, given: Sequence[Given] = ()) -> None:
        """Count the stories by these, of each part; with nothing to count by, how many there are."""
        self._asked[name] = divided, tuple(given)

    def after(self, pages: Sequence[PageCounts]) -> None:
        """Protect this page against what the same reader sees on these; they are decided about without it."""
        self._after.extend(pages)

    def protect(self) -> PublishedCounts:
        """Decide about all that was asked for."""
        decided = self._decided
        return PublishedCounts(
            self._k,
            None
            if decided is None
            else {key: decided.shown[decided.names[place]] for key, place in decided.places.items()},
        )

    @cached_property
    def _decided(self) -> _Decided | None:
        tables = {
            (name, voice): self._table(f"{name}@{voice or ''}", divided, (*given, *part))
            for name, (divided, given) in self._asked.items()
            for voice, part in self._parts.items()
        }
        beside, earlier = self._all_of(self._beside), self._all_of(self._before)
        # one order whatever is shown, so that each page of the same reader hides the same numbers
        together = sorted((*tables.values(), *beside), key=lambda table: (table.where, table.dimensions))
        together = [replace(table, name=str(number)) for number, table in enumerate(together)]
        also = [page for each in self._after if each._decided is not None for page in each._decided.pages]
        try:
            if earlier:
                also.append((earlier, protect(earlier, k=self._k, known_totals=self._totals(self._before))))
            totals = self._totals([*self._before, *self._beside, *self._parts.values()])
            found = protect(together, k=self._k, also_published=also, known_totals=totals)
        except CannotProtect:
            return None
        return _Decided(
            shown=found,
            names={(table.where, table.dimensions): table.name for table in together},
            places={key: (table.where, table.dimensions) for key, table in tables.items()},
            pages=(*also, (together, found)),
        )

    def _all_of(self, parts: Sequence[Part]) -> list[CountTable]:
        return [
            self._table(f"{name}@{number}", divided, (*given, *part))
            for name, (divided, given) in self._asked.items()
            for number, part in enumerate(parts)
        ]

    def _table(self, name: str, divided: Sequence[Divided], given: Sequence[Given]) -> CountTable:
        mask = self._mask(given)
        shape = tuple(len(each.categories) for each in divided)
        key = np.zeros(int(mask.sum()), dtype=np.int64)
        for each in divided:
            key = key * len(each.categories) + each.codes[mask]
        counts = np.bincount(key, minlength=int(np.prod(shape))).reshape(shape)
        return CountTable(
            name=name,
            dimensions=tuple((each.code, each.categories) for each in divided),
            counts={
                tuple(each.categories[place] for each, place in zip(divided, at, strict=True)): int(counts[tuple(at)])
                for at in (np.argwhere(counts) if divided else [()])
                if counts[tuple(at)]
            },
            where=tuple((one.divided.code, (one.category,)) for one in given),
        )

    def _mask(self, given: Sequence[Given]) -> BoolArray:
        mask = np.ones(self._size, dtype=np.bool_)
        for condition in given:
            mask &= condition.mask
        return mask

    def _totals(self, parts: Sequence[Part]) -> dict[tuple[tuple[str, tuple[str, ...]], ...], int]:
        """How many stories there are in each part, which is told everywhere, unless one of them is too few to tell."""
        counted = {part: int(self._mask(part).sum()) for part in parts}
        if any(0 < n < self._k for n in counted.values()):
            return {}
        return {tuple((one.divided.code, (one.category,)) for one in part): n for part, n in counted.items()}


class PublishedCounts:
    """What may be shown of a page's counts. It holds no hidden number."""

    def __init__(self, k: int, tables: Mapping[tuple[str, str | None], ProtectedTable] | None) -> None:
        self.k = k
        self.tables = tables

    def at(self, name: str, *place: str | None) -> Shown:
        """What is shown at one place of a table: a category or None for each thing counted by, then the voice."""
        if self.tables is None:
            return Suppressed.WITHHELD
        *position, voice = place
        return self.tables[name, voice].at(*position)

    def anything_hidden(self, name: str, voice: str | None) -> bool:
        """Whether a number of a voice's table is hidden."""
        if self.tables is None:
            return True
        return any(isinstance(value, Suppressed) for value in self.tables[name, voice].values.values())

    @property
    def hidden(self) -> int:
        """How many numbers of the page are hidden."""
        if self.tables is None:
            return 1
        return sum(isinstance(value, Suppressed) for table in self.tables.values() for value in table.values.values())


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
