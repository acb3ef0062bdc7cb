"""The words of stories for a program to count: of those that a reader may read, covered where she may not see all."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from egenmakt.apps.access.queries import AnyUser
from egenmakt.apps.stories.models import Story
from egenmakt.apps.stories.queries.reach import stories_reached
from egenmakt.apps.stories.queries.stories import visible_stories
from egenmakt.apps.stories.services.reading import masked_wordings


def texts_of(*, user: AnyUser, round_ids: Collection[UUID], language: str, most: int) -> dict[str, str]:
    """The titles and texts, by id, of stories told in a language that a user may read, the latest received first.

    Only stories that count in patterns. Where she may not see who a story points to, its masked text is taken; without
    accepted masks it is left out. Nothing is shown of it but words that many tellers use. Five queries.
    """
    read = (
        visible_stories(user=user, purpose="learn")
        .filter(round_id__in=list(round_ids), language=language)
        .exclude(state=Story.State.SET_ASIDE)
        .defer(None)
        .only("id", "title", "text", "language", "received_at")
        .select_related(None)
    )
    stories = list(read[:most])
    whole = set(
        stories_reached(user=user, deed="story.read_personal")
        .filter(round_id__in=list(round_ids), language=language)
        .values_list("id", flat=True)
    )
    covered = masked_wordings(stories=[story for story in stories if story.id not in whole])
    found = {}
    for story in stories:
        if story.id in whole:
            found[str(story.id)] = f"{story.title}\n{story.text}"
        else:
            told = [each for each in covered.get(story.id, ()) if each.language == language]
            found |= {str(story.id): f"{each.title}\n{each.text}" for each in told[:1]}
    return found
