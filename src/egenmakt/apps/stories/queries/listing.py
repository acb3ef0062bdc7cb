"""A list of stories that stays quick among many: first the ids of one page along an index, then the page alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, Case, Q, QuerySet, Value, When
from django.db.models.expressions import RawSQL

from egenmakt.apps.access.models import Grant, User
from egenmakt.apps.access.queries import AnyUser, nodes_where
from egenmakt.apps.stories.models import Masking, Round, Story, StoryArrival, Translation
from egenmakt.apps.stories.queries.reach import reach_of
from egenmakt.apps.stories.queries.rounds import rounds_seen
from egenmakt.apps.stories.queries.search import searched

IDS_MAX = 500
"""So many stories may be named one by one, such as those behind a mark of a pattern."""

_SQLITE = "EXISTS (SELECT 1 FROM json_each(stories_story.answers, %s) WHERE value = %s)"
_POSTGRESQL = "(stories_story.answers #> %s) @> to_jsonb(%s::text)"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryFilter:
    """Which stories a list shows."""

    round_id: UUID | None = None
    voice: str = ""
    language: str = ""
    kind: tuple[str, str] | None = None
    """A question about the type of change, and one of its options."""
    state: str = ""
    words: str = ""
    ids: tuple[UUID, ...] = ()
    mode: str = "real"

    def __post_init__(self) -> None:
        if len(self.ids) > IDS_MAX:
            raise ValueError(f"At most {IDS_MAX} stories can be named one by one; there are {len(self.ids)}.")


def listed_stories(*, user: AnyUser, chosen: StoryFilter) -> QuerySet[Story]:
    """The stories that a user may read and that pass the filter, in no order: ids and times alone are loaded.

    Words are searched only in stories that the user may read with names: whoever sees a text covered must not find out
    by searching what is under the cover.
    """
    reach = reach_of(user=user)
    if chosen.words.strip():
        own = Q(pk__in=[]) if not isinstance(user, User) else Q(facilitator=user.id) | Q(received_by=user.id)
        reach &= reach_of(user=user, deed="story.read_personal") | own
    found = Story.objects.filter(is_flagged=False, mode=chosen.mode)
    if chosen.round_id:
        found = found.filter(round_id=chosen.round_id)
    for field in ("voice", "language", "state"):
        if value := getattr(chosen, field):
            found = found.filter(**{field: value})
    if chosen.ids:
        found = found.filter(id__in=chosen.ids)
    if chosen.kind:
        found = found.filter(_answered(*chosen.kind))
    if chosen.words.strip():
        found = searched(found, chosen.words)
    if not chosen.round_id:
        found = found.filter(_place_of(user))
    # as a CASE the circles of readers are looked at row by row: as a plain OR they would make the database gather and
    # sort every story that can be reached before it shows the first
    seen = Case(When(reach, then=Value(True)), default=Value(False), output_field=BooleanField())
    return found.alias(is_seen=seen).filter(is_seen=True).only("id", "received_at")


def _place_of(user: AnyUser) -> Q:
    """The one partner or organisation in which all stories of a reader lie, which names the index to go along."""
    grants = (
        Grant.objects.filter(user=user, revoked_at__isnull=True) if isinstance(user, User) else Grant.objects.none()
    )
    places = Round.objects.filter(node__above__ancestor_id__in=grants.values("node_id"))
    found = set(places.values_list("node_id", "organisation_id").distinct())
    nodes, organisations = {node for node, _ in found}, {organisation for _, organisation in found}
    if len(nodes) == 1:
        return Q(node_id=nodes.pop())
    return Q(organisation_id=organisations.pop()) if len(organisations) == 1 else Q()


def _answered(question: str, option: str) -> RawSQL:
    """Whether an option is among those that the teller chose; both codes hold letters, digits and _ only."""
    if connection.vendor == "sqlite":
        return RawSQL(_SQLITE, [f'$."{question}".value', option], output_field=BooleanField())
    return RawSQL(_POSTGRESQL, [[question, "value"], option], output_field=BooleanField())


def whole_stories(*, ids: Sequence[UUID]) -> list[Story]:
    """The stories of one page of a list, in the order of their ids as given, with what a list says of them."""
    rows = Story.objects.filter(id__in=ids).select_related("round", "node", "framework_version")
    found = {story.id: story for story in rows}
    return [found[id] for id in ids if id in found]


def rounds_to_choose(*, user: AnyUser, limit: int = 200) -> list[Round]:
    """The rounds by which a list can be narrowed, the latest first."""
    rounds = rounds_seen(user=user).select_related("framework_version__framework", "node")
    return list(rounds.order_by("-starts_on", "-id")[:limit])


def latest_maskings(*, stories: Iterable[Story]) -> dict[UUID, Masking]:
    """For each story the masks that were accepted last for its own language."""
    languages = {story.id: story.language for story in stories}
    found: dict[UUID, Masking] = {}
    for masking in Masking.objects.filter(story_id__in=languages).order_by("accepted_at", "id"):
        if masking.language == languages[masking.story_id]:
            found[masking.story_id] = masking
    return found


def translations_signed(*, story: Story) -> dict[str, Translation]:
    """Who made the latest translation into each language, and when; without its words."""
    rows = Translation.objects.filter(story=story).defer("title", "text").order_by("added_at", "id")
    return {each.language: each for each in rows}


def arrivals_waiting(*, user: AnyUser) -> QuerySet[StoryArrival]:
    """What was not accepted and waits for somebody, without what belongs to a flagged story; the oldest first."""
    nodes = nodes_where(user=user, deed="quarantine.resolve").values("id")
    flagged = Story.objects.filter(is_flagged=True).values("id")
    waiting = StoryArrival.objects.filter(state__in=("quarantined", "refused"), round__node_id__in=nodes)
    return waiting.exclude(story_id__in=flagged).select_related("round__node").defer("content")


def rounds_by_end(*, user: AnyUser) -> QuerySet[Round]:
    """The rounds whose stories a user may withdraw, with the day on which they are erased; in no order."""
    nodes = nodes_where(user=user, deed="withdrawal.handle").values("id")
    return Round.objects.filter(node_id__in=nodes).select_related("node")
