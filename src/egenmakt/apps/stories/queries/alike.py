"""Stories like one that is being read, among those that the reader may read too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from egenmakt.apps.access.queries import AnyUser, NotAllowed
from egenmakt.apps.stories.models import Story
from egenmakt.apps.stories.queries.reach import stories_reached
from egenmakt.apps.stories.queries.stories import visible_stories
from egenmakt.core.patterns.likeness import Embedder, most_alike

COMPARED_MOST: Final = 2000
"""With how many stories one is compared, the latest first: about half a second."""


@dataclass(frozen=True, slots=True)
class LikeStory:
    """A story, and how alike it is: 1 is the same words, 0 has none in common."""

    story: Story
    likeness: float


def stories_like(*, user: AnyUser, story_id: UUID, most: int = 10, embedder: Embedder | None = None) -> list[LikeStory]:
    """The stories most like one, the likest first. Two queries.

    Args: embedder, a better way to compare texts, handed in by an installation that has one. Raises: NotAllowed, also
    for a story that is not there.
    """
    story = stories_reached(user=user).filter(id=story_id).first()
    if story is None:
        raise NotAllowed("You may not read this story.")
    others = list(visible_stories(user=user).exclude(id=story_id).defer(None).defer("answers")[:COMPARED_MOST])
    ranked = most_alike(query=_words(story), texts=[_words(other) for other in others], most=most, embedder=embedder)
    return [LikeStory(others[each.place], each.likeness) for each in ranked]


def _words(story: Story) -> str:
    return f"{story.title} {story.text}"
