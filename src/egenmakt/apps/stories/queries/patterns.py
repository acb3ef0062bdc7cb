"""What the pages of patterns read: the table of a framework's stories, kept per process, and who may see which rounds.

The table of a framework holds all its stories that count, of every round and organisation; what a reader may see of it
is decided by rounds, afterwards. It is read once and kept until something was written about any story: the trail is
never shortened, so the number of its events about stories, with the number of the framework's stories beside it for
what is brought in without an event each, names a state of the data. Asking for that costs two short counts.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from threading import Lock
from typing import Any
from uuid import UUID

import numpy as np
from django.conf import settings
from django.db.models import Q, QuerySet

from egenmakt.apps.access.queries import AnyUser, NotAllowed, deeds_at, nodes_where
from egenmakt.apps.audit.models import Event
from egenmakt.apps.people.models import Node
from egenmakt.apps.stories.frameworks import framework_of
from egenmakt.apps.stories.models import FrameworkVersion, Round, Story, StoryGoal
from egenmakt.apps.stories.queries.reach import with_purpose
from egenmakt.apps.stories.queries.table import story_rows
from egenmakt.core.patterns.reading import table_of
from egenmakt.core.patterns.table import IntArray, Labels, StoryTable
from egenmakt.core.signification.framework import Framework

KEPT_MOST = 4
"""Tables that a process keeps; a table of 100,000 stories and twenty questions takes some 60 MB."""


@dataclass(frozen=True, slots=True)
class RoundOf:
    """A round whose patterns a reader may see."""

    id: UUID
    name: str
    node_id: UUID
    partner: str
    country: str
    country_name: str
    starts_on: date
    may_read: bool
    """Whether the reader may read stories there, too: then no filter can tell what could not be read."""
    may_run: bool
    """Whether the reader runs rounds there, and so sees how the collecting went."""


@dataclass(frozen=True, slots=True, eq=False)
class PatternTable:
    """All stories of a framework that count, in one table; its rounds are in the order in which they began."""

    framework: Framework
    table: StoryTable
    languages: Labels
    version: str
    """The same as long as nothing is written about any story."""

    def of_rounds(self, rounds: Sequence[UUID]) -> IntArray:
        """The places of the stories of these rounds."""
        wanted = {str(each) for each in rounds}
        codes = [code for code, name in enumerate(self.table.rounds.names) if name in wanted]
        return np.flatnonzero(np.isin(self.table.rounds.codes, codes))


@dataclass(frozen=True, slots=True)
class DataVersion:
    """The state of a framework's stories: the same as long as nothing is written about any story."""

    name: str
    stories: int


def data_version(*, framework_id: UUID) -> DataVersion:
    """The present state of a framework's stories. Two queries."""
    events = Event.objects.filter(subject_kind="story").count()
    stories = Story.objects.filter(framework_version__framework_id=framework_id).count()
    return DataVersion(f"{framework_id}:{events}:{stories}", stories)


_kept: OrderedDict[tuple[str, UUID], PatternTable] = OrderedDict()
_lock = Lock()


def kept_table(*, framework_id: UUID, version: str) -> PatternTable | None:
    """The table of a framework's stories in this state, if it is kept."""
    found = _kept.get((str(settings.DATABASES["default"]["NAME"]), framework_id))
    return found if found is not None and found.version == version else None


def pattern_table(*, framework_id: UUID, version: str) -> PatternTable | None:
    """The table of a framework's stories, read when it is not kept; None before its first round.

    It is for pages that ask `pattern_rounds` which of it the reader may see.
    """
    key = (str(settings.DATABASES["default"]["NAME"]), framework_id)
    with _lock:
        found = _kept.get(key)
        if found is None or found.version != version:
            read = _read(framework_id, version)
            if read is None:
                return None
            _kept[key] = found = read
        _kept.move_to_end(key)
        while len(_kept) > KEPT_MOST:
            _kept.popitem(last=False)
    return found


def forget_tables() -> None:
    """Let go of every table that is kept, as at the start of a process."""
    with _lock:
        _kept.clear()


def _read(framework_id: UUID, version: str) -> PatternTable | None:
    versions = FrameworkVersion.objects.filter(framework_id=framework_id, state=FrameworkVersion.State.IN_USE)
    newest = versions.order_by("-number").first()
    if newest is None:
        return None
    counted = Story.objects.filter(
        framework_version__framework_id=framework_id, mode=Story.Mode.REAL, is_flagged=False
    ).exclude(state=Story.State.SET_ASIDE)
    rows = story_rows(with_purpose(counted, "learn"))
    document: Mapping[str, Any] = json.loads(newest.content)
    languages = Labels.of([row["language"] for row in rows])
    starts = Round.objects.filter(framework_version__framework_id=framework_id).order_by("starts_on", "id")
    names = tuple(str(id) for id in starts.values_list("id", flat=True))
    table = table_of(document, rows)
    return PatternTable(framework_of(version=newest), _in_order(table, names), languages, version)


def _in_order(table: StoryTable, names: tuple[str, ...]) -> StoryTable:
    place = np.array([names.index(name) for name in table.rounds.names], dtype=np.int64)
    codes = place[table.rounds.codes] if place.size else table.rounds.codes
    return replace(table, rounds=Labels(codes, names))


def pattern_frameworks(*, user: AnyUser) -> list[tuple[FrameworkVersion, int]]:
    """The frameworks in whose patterns a reader may look, the newest version of each, with the number of its rounds."""
    nodes = nodes_where(user=user, deed="pattern.read").values("id")
    rounds: dict[UUID, int] = {}
    for framework in Round.objects.filter(node_id__in=nodes).values_list("framework_version__framework_id", flat=True):
        rounds[framework] = rounds.get(framework, 0) + 1
    newest: dict[UUID, FrameworkVersion] = {}
    used = FrameworkVersion.objects.filter(framework_id__in=list(rounds), state=FrameworkVersion.State.IN_USE)
    for version in used.select_related("framework__node").order_by("framework__code", "framework_id", "number"):
        newest[version.framework_id] = version
    return [(version, rounds[id]) for id, version in newest.items()]


def pattern_rounds(*, user: AnyUser, framework_id: UUID) -> list[RoundOf]:
    """The rounds of a framework whose patterns a user may see, in the order in which they began.

    Raises: NotAllowed when there are none, also for a framework that is not there. Three queries.
    """
    seen = nodes_where(user=user, deed="pattern.read").values("id")
    rows = list(
        Round.objects.filter(framework_version__framework_id=framework_id, node_id__in=seen)
        .select_related("node__country")
        .order_by("starts_on", "id")
    )
    if not rows:
        raise NotAllowed("You may not see patterns here. Ask the one who gives the roles in your organisation.")
    nodes = {row.node_id for row in rows}
    reads = set(nodes_where(user=user, deed="story.read").filter(id__in=nodes).values_list("id", flat=True))
    runs = set(nodes_where(user=user, deed="round.change").filter(id__in=nodes).values_list("id", flat=True))
    return [
        RoundOf(
            id=row.id,
            name=row.name,
            node_id=row.node_id,
            partner=row.node.name,
            country=row.node.country_id or "",
            country_name=row.node.country.name if row.node.country else "",
            starts_on=row.starts_on,
            may_read=row.node_id in reads,
            may_run=row.node_id in runs,
        )
        for row in rows
    ]


def goals_of(*, user: AnyUser, framework_id: UUID) -> QuerySet[StoryGoal]:
    """The goals that are followed with a framework, at bodies whose patterns the user may see; the latest first."""
    seen = nodes_where(user=user, deed="pattern.read").values("id")
    goals = StoryGoal.objects.filter(framework_id=framework_id, node_id__in=seen, ended_at__isnull=True)
    return goals.select_related("node").order_by("-set_at", "-id")


def goal_nodes(*, user: AnyUser, node_ids: Sequence[UUID]) -> list[Node]:
    """Where a user may set a goal for the rounds at these bodies: the bodies, and those above them; widest first."""
    may = nodes_where(user=user, deed="goal.change")
    return list(may.filter(Q(below__node_id__in=list(node_ids))).distinct().order_by("kind", "name", "id"))


def rounds_below(*, node_id: UUID, rounds: Sequence[RoundOf]) -> list[RoundOf]:
    """Those of the rounds that stand at a body or below it. One query."""
    below = set(Node.objects.filter(above__ancestor_id=node_id).values_list("id", flat=True))
    return [each for each in rounds if each.node_id in below]


def collected_in(*, user: AnyUser, round_id: UUID) -> list[dict[str, Any]]:
    """What the comparison of collectors needs of a round's stories, texts included, for a program to read.

    Nothing of it is shown. Raises: NotAllowed for whoever does not run rounds there and read stories there.
    """
    round = Round.objects.filter(id=round_id).first()
    deeds = deeds_at(user=user, node_id=round.node_id) if round else frozenset()
    if not {"round.change", "story.read"} <= deeds:
        raise NotAllowed("You may not see how the collecting went in this round.")
    stories = Story.objects.filter(round_id=round_id, mode=Story.Mode.REAL, is_flagged=False)
    kept = stories.exclude(state=Story.State.SET_ASIDE).filter(facilitator__isnull=False).order_by("id")
    return [dict(row) for row in kept.values("id", "facilitator", "started_at", "finished_at", "title", "text")]
