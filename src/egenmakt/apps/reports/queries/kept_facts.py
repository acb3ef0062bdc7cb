"""Facts that a process keeps for the pages: gathered once, and again when something was written since.

The trail is never shortened, so the number of its events names a state of the data. Where gathering takes long, facts
are kept for a hundred times as long as it took, so that it never takes more than a hundredth of the time; pages say
from when they are.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from threading import Lock
from time import perf_counter
from typing import Final
from uuid import UUID

from egenmakt.apps.access.queries import AnyUser, require
from egenmakt.apps.audit.models import Event
from egenmakt.apps.reports.queries.facts import facts_of
from egenmakt.core.evidence.facts import Facts
from egenmakt.core.evidence.measures.evaluation import Key, figure, figures, table
from egenmakt.core.evidence.measures.figure import Figure, FigureSpec

KEPT_MOST: Final = 4
QUICK_SECONDS: Final = 3.0
"""What is gathered as quickly as this is gathered again whenever something was written."""
PATIENCE: Final = 100


@dataclass(frozen=True, eq=False)
class KeptFacts:
    """Facts with what was asked of them, so that a page that is looked at twice is counted once."""

    facts: Facts
    until_on: date
    made_at: datetime
    events: int
    seconds: float
    _figures: dict[FigureSpec, Figure] = field(default_factory=dict, repr=False)
    _tables: dict[tuple[FigureSpec, tuple[str, ...]], dict[Key, Figure]] = field(default_factory=dict, repr=False)

    @classmethod
    def gathered(cls, *, node_id: UUID, until_on: date, now: datetime) -> KeptFacts:
        """The facts of a body for one look at them, such as a command's, where nobody has to be asked."""
        return cls(facts_of(node_id=node_id, until_on=until_on), until_on, now, events=0, seconds=0.0)

    def figure(self, spec: FigureSpec) -> Figure:
        """The answer to a figure."""
        if spec not in self._figures:
            self._figures[spec] = figure(self.facts, spec)
        return self._figures[spec]

    def prepare(self, specs: Iterable[FigureSpec]) -> None:
        """Count many figures in few passes, before they are asked for one by one."""
        new = [spec for spec in dict.fromkeys(specs) if spec not in self._figures and not spec.lacks_currency]
        self._figures.update(zip(new, figures(self.facts, new), strict=True))

    def table(self, spec: FigureSpec, *by: str) -> dict[Key, Figure]:
        """A figure for each combination of one or two columns."""
        if (spec, by) not in self._tables:
            self._tables[spec, by] = table(self.facts, spec, by)
        return self._tables[spec, by]

    def is_good(self, *, events: int, now: datetime) -> bool:
        """Whether it can still be shown."""
        if events == self.events:
            return True
        age = (now - self.made_at).total_seconds()
        return self.seconds > QUICK_SECONDS and age < PATIENCE * self.seconds


_kept: OrderedDict[tuple[UUID, date], KeptFacts] = OrderedDict()
_lock = Lock()


def kept_facts(*, user: AnyUser, node_id: UUID, until_on: date, now: datetime) -> KeptFacts:
    """The facts of a body until a day, for a reader of its figures. Raises: NotAllowed."""
    require(user=user, deed="report.read", node_id=node_id)
    events = Event.objects.count()
    key = (node_id, until_on)
    with _lock:
        found = _kept.get(key)
        if found is None or not found.is_good(events=events, now=now):
            begun = perf_counter()
            facts = facts_of(node_id=node_id, until_on=until_on)
            found = _kept[key] = KeptFacts(facts, until_on, now, events, perf_counter() - begun)
        _kept.move_to_end(key)
        while len(_kept) > KEPT_MOST:
            _kept.popitem(last=False)
    return found


def forget() -> None:
    """Let go of everything that is kept."""
    with _lock:
        _kept.clear()
