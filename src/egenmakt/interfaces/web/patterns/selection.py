"""Which stories a page of patterns is about: the framework, the rounds that the reader may see, and her filters."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

import numpy as np
from django.db import connection
from django.http import HttpRequest, QueryDict
from django.urls import reverse

from egenmakt.apps.people.queries import cell_least
from egenmakt.apps.stories.queries.patterns import (
    DataVersion,
    PatternTable,
    RoundOf,
    data_version,
    kept_table,
    pattern_rounds,
    pattern_table,
)
from egenmakt.core.patterns.regions import Region
from egenmakt.core.patterns.table import BoolArray, ChoiceColumn, SeveralColumn, StoryTable
from egenmakt.core.patterns.voices import TOGETHER
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.patterns.published import ROUND, VOICE, Divided, Given, PageCounts, Part, by_labels
from egenmakt.interfaces.web.patterns.words import FrameworkWords
from egenmakt.interfaces.web.patterns.working import worked_out

READ_AT_ONCE = 10_000
"""More stories than these are read beside the request, and the reader is told that it takes a while."""
SEED = 20260301
"""The same everywhere, so that a page is the same each time; it stands on the page."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What the reader chose, as it stands in the address."""

    country: str = ""
    partner: str = ""
    round: str = ""
    voice: str = ""
    language: str = ""
    only: str = ""
    """`question:option`: those who answered so."""

    @classmethod
    def of(cls, query: QueryDict) -> Filters:
        """The filters of an address; what is not known there is left out where it is used."""
        return cls(**{name: query.get(name, "") for name in cls.__dataclass_fields__})

    def as_query(self, **changes: str) -> str:
        """The same filters as the end of an address, with some of them changed."""
        query = QueryDict(mutable=True)
        for name in self.__dataclass_fields__:
            if value := changes.pop(name, getattr(self, name)):
                query[name] = value
        for name, value in changes.items():
            if value:
                query[name] = value
        return f"?{query.urlencode()}" if query else ""


class Selection:
    """The stories of one page, and how their numbers may be shown."""

    def __init__(self, *, data: PatternTable, rounds: list[RoundOf], filters: Filters, k: int) -> None:
        self.data, self.rounds, self.k = data, rounds, k
        chosen = [
            each
            for each in rounds
            if (not filters.country or each.country == filters.country)
            and (not filters.partner or str(each.node_id) == filters.partner)
            and (not filters.round or str(each.id) == filters.round)
        ]
        self.is_free = bool(chosen) and all(each.may_read for each in chosen)
        """Whether the reader may read all these stories, and so may choose them as she likes."""
        if not self.is_free:
            filters = Filters(round=filters.round, voice=filters.voice)
            chosen = [each for each in rounds if not filters.round or str(each.id) == filters.round]
        self.filters, self.chosen = filters, chosen
        whole = chosen if self.is_free else rounds
        rows = data.of_rounds([each.id for each in whole])
        if self.is_free:
            rows = rows[self._kept()[rows]]
        table = data.table
        self.whole: StoryTable = table if rows.size == table.size else table.take(rows)
        """The stories that the page's numbers are protected among."""

    def _kept(self) -> BoolArray:
        table, mask = self.data.table, np.ones(self.data.table.size, dtype=np.bool_)
        languages = self.data.languages
        if self.filters.language in languages.names:
            mask &= languages.codes == languages.names.index(self.filters.language)
        code, _colon, option = self.filters.only.partition(":")
        column = table.columns.get(code)
        if isinstance(column, ChoiceColumn) and option in column.options:
            mask &= column.chosen == column.options.index(option)
        if isinstance(column, SeveralColumn) and option in column.options:
            mask &= column.chosen[:, column.options.index(option)]
        return np.asarray(mask)

    @cached_property
    def table(self) -> StoryTable:
        """The stories that the page is about."""
        if self.is_free or not self.filters.round:
            return self.whole
        code = self.whole.rounds.names.index(self.filters.round) if self._is_round else -2
        return self.whole.take(np.asarray(self.whole.rounds.codes == code))

    @property
    def _is_round(self) -> bool:
        return self.filters.round in self.whole.rounds.names

    @cached_property
    def voices(self) -> tuple[str, ...]:
        """The voices that occur, in the order in which they are shown."""
        order = ("rights_holder", "partner", "staff")
        present = self.whole.voices.present()
        return tuple(each for each in order if each in present) + tuple(sorted(set(present) - set(order)))

    @cached_property
    def shown_voices(self) -> tuple[str | None, ...]:
        """The voices of the page, side by side; None stands for all together, which somebody asked for."""
        if self.filters.voice == TOGETHER:
            return (None,)
        if self.filters.voice in self.voices:
            return (self.filters.voice,)
        return self.voices

    @cached_property
    def by_voice(self) -> Divided:
        """The voice as a dimension of every table."""
        return by_labels(VOICE, self.whole.voices)

    def counts(self) -> PageCounts:
        """The page's counts, to be asked for and protected."""
        by_voice = {voice: Given(self.by_voice, voice) for voice in self.by_voice.categories}
        by_round = {name: Given(self._by_round, name) for name in self._by_round.categories}
        voices: list[Part] = [(voice,) for voice in by_voice.values()]
        if self.is_free or len(by_round) < 2:
            return self._made(self._parts(by_voice, ()), [], voices)
        inside = (by_round[self.filters.round],) if self._is_round else ()
        beside = [*voices, *((voice, part) for voice in by_voice.values() for part in by_round.values())]
        return self._made(self._parts(by_voice, inside), beside, beside)

    def _made(self, parts: dict[str | None, Part], beside: list[Part], apart: list[Part]) -> PageCounts:
        is_pooled = None in self.shown_voices
        return PageCounts(
            k=self.k,
            size=self.whole.size,
            parts=parts,
            beside=[] if is_pooled else beside,
            before=apart if is_pooled else [],
        )

    def _parts(self, by_voice: Mapping[str, Given], within: Part) -> dict[str | None, Part]:
        return {voice: (*((by_voice[voice],) if voice else ()), *within) for voice in self.shown_voices}

    def counts_over_rounds(self, voices: Sequence[str | None]) -> PageCounts:
        """The counts of a page that has the rounds beside each other, and so needs none of them before."""
        by_voice = {voice: Given(self.by_voice, voice) for voice in self.by_voice.categories}
        before: list[Part] = [(voice,) for voice in by_voice.values()] if None in voices else []
        parts: dict[str | None, Part] = {voice: (by_voice[voice],) if voice else () for voice in voices}
        return PageCounts(k=self.k, size=self.whole.size, parts=parts, before=before)

    @cached_property
    def _by_round(self) -> Divided:
        seen = [name for name in self.whole.rounds.names if name in {str(each.id) for each in self.rounds}]
        places = np.array([seen.index(name) if name in seen else -1 for name in self.whole.rounds.names])
        return Divided(ROUND, tuple(seen), places[self.whole.rounds.codes])

    def key(self, page: str, *more: Hashable) -> tuple[Hashable, ...]:
        """What a page is made from: the state of the data, the stories chosen, k, the seed."""
        filters = self.filters
        chosen = tuple(str(each.id) for each in (self.chosen if self.is_free else self.rounds))
        apart = () if self.is_free else (filters.round,)
        voices = self.shown_voices
        return (self.data.version, page, chosen, voices, filters.language, filters.only, apart, self.k, SEED, *more)


@dataclass(frozen=True, slots=True)
class Reading:
    """One request for a page of patterns."""

    framework_id: UUID
    selection: Selection
    words: FrameworkWords

    def url(self, name: str, *args: object, **query: str) -> str:
        """The address of another page about the same stories."""
        return reverse(name, args=[self.framework_id, *args]) + self.selection.filters.as_query(**query)

    def stories_url(self, *marks: str, **query: str) -> str:
        """The address of the stories behind a mark, or "" for a reader who may not read them."""
        if not self.selection.is_free:
            return ""
        base = self.url("pattern_stories", **query)
        end = QueryDict(mutable=True)
        end.setlist("mark", list(marks))
        return f"{base}{'&' if '?' in base else '?'}{end.urlencode()}" if marks else base


def read(request: HttpRequest, framework_id: UUID) -> Reading:
    """What a request asks for. Raises: NotAllowed. Eight queries, however many stories and rounds there are."""
    rounds = pattern_rounds(user=request.user, framework_id=framework_id)
    k = cell_least(node_ids={each.node_id for each in rounds})
    data = _table(framework_id, data_version(framework_id=framework_id))
    if data is None:
        raise LookupError("The framework has no version in use.")
    selection = Selection(data=data, rounds=rounds, filters=Filters.of(request.GET), k=k)
    return Reading(framework_id, selection, FrameworkWords(data.framework, formats.reader()))


def _table(framework_id: UUID, version: DataVersion) -> PatternTable | None:
    """The table as it is now: kept, or read at once, or, where that takes long, read beside. Raises: StillWorking."""
    kept = kept_table(framework_id=framework_id, version=version.name)
    if kept is not None or version.stories <= READ_AT_ONCE:
        return kept or pattern_table(framework_id=framework_id, version=version.name)

    def read_beside() -> PatternTable | None:
        try:
            return pattern_table(framework_id=framework_id, version=version.name)
        finally:
            connection.close()  # this thread's own, which nobody else would close

    return worked_out((version.name, "table"), read_beside)


def region_of(code: str, mark: str) -> Region | None:
    """The region of answers behind a mark that can be a goal; None for one that cannot."""
    if mark.startswith("zone:"):
        return Region(code, zones=(mark.removeprefix("zone:"),))
    if "–" in mark:
        low, _dash, high = mark.partition("–")
        return Region(code, low=float(low), high=float(high))
    return Region(code, options=(mark,))
