"""Lists of stories: those that may be read, those that wait, those that are flagged, those that arrived in conflict."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Count, QuerySet

from egenmakt.apps.access.queries import AnyUser, nodes_where
from egenmakt.apps.stories.models import ExportedStory, ReadingLog, SafeguardingFlag, Story, StoryArrival
from egenmakt.apps.stories.queries.reach import stories_reached, with_purpose
from egenmakt.apps.stories.queries.search import searched


def visible_stories(
    *, user: AnyUser, round_id: UUID | None = None, purpose: str = "", words: str = "", include_test: bool = False
) -> QuerySet[Story]:
    """The stories that a user may read, the latest first.

    Args: purpose, of consent, such as public_text; words, to search for; include_test, also what was told to try the
    form out. Texts and answers are left to be loaded by need: whoever shows them reads the story through
    `services.reading`, which writes down that it was read.
    """
    found = stories_reached(user=user)
    if not include_test:
        found = found.filter(mode=Story.Mode.REAL)
    if round_id is not None:
        found = found.filter(round_id=round_id)
    if purpose:
        found = with_purpose(found, purpose)
    if words.strip():
        found = searched(found, words)
    return found.select_related("round", "node").defer("answers", "text").order_by("-received_at", "-id")


def moderation_queue(*, user: AnyUser) -> QuerySet[Story]:
    """The stories that wait for the user's decision, the oldest first."""
    waiting = stories_reached(user=user, deed="story.moderate").filter(state=Story.State.WAITING)
    return waiting.select_related("round", "node").order_by("received_at", "id")


def safeguarding_queue(*, user: AnyUser) -> QuerySet[SafeguardingFlag]:
    """What was flagged and not decided yet, for the person named for it, the oldest first."""
    nodes = nodes_where(user=user, deed="safeguarding.receive").values("id")
    open_flags = SafeguardingFlag.objects.filter(lifted_at__isnull=True, story__node_id__in=nodes)
    return open_flags.select_related("story__round", "story__node").order_by("raised_at", "id")


def story_quarantine(*, user: AnyUser) -> QuerySet[StoryArrival]:
    """What was not accepted and waits for somebody, the oldest first. The documents themselves are not loaded."""
    nodes = nodes_where(user=user, deed="quarantine.resolve").values("id")
    waiting = StoryArrival.objects.filter(
        state__in=(StoryArrival.State.QUARANTINED, StoryArrival.State.REFUSED), round__node_id__in=nodes
    )
    return waiting.select_related("round").defer("content").order_by("received_at", "id")


def duplicates(*, user: AnyUser, round_id: UUID) -> list[list[UUID]]:
    """Stories of a round that are the same interview under several ids: each a list of ids, the first received first.

    Texts that are merely alike are found by `core.patterns`, which looks at the whole round.
    """
    stories = stories_reached(user=user).filter(round_id=round_id, mode=Story.Mode.REAL)
    twice = stories.values("interview_hash").annotate(times=Count("id")).filter(times__gt=1).values("interview_hash")
    found: dict[str, list[UUID]] = {}
    rows = stories.filter(interview_hash__in=twice).order_by("received_at", "id").values_list("interview_hash", "id")
    for interview, id in rows:
        found.setdefault(interview, []).append(id)
    return list(found.values())


def readings(*, user: AnyUser, story: Story) -> QuerySet[ReadingLog]:
    """Who read a story with what could tell who told it, for those who may themselves; the latest first."""
    reached = stories_reached(user=user, deed="story.read_personal").filter(id=story.id)
    return ReadingLog.objects.filter(story__in=reached).order_by("-read_at", "-id")


def recipients_to_tell(*, user: AnyUser) -> QuerySet[ExportedStory]:
    """Withdrawn stories in files that left, whose recipients have not been told yet; the oldest first."""
    nodes = nodes_where(user=user, deed="withdrawal.handle").values("id")
    waiting = ExportedStory.objects.filter(recalled_at__isnull=False, told_at__isnull=True, export__node_id__in=nodes)
    return waiting.select_related("export").order_by("recalled_at", "id")
