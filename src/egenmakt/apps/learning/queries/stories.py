"""The stories that something stands on, as far as its reader may see them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from egenmakt.apps.access.queries import AnyUser
from egenmakt.apps.stories.models import Story
from egenmakt.apps.stories.queries.reach import stories_reached, with_purpose
from egenmakt.apps.stories.services.reading import Wording, masked_wordings


@dataclass(frozen=True, slots=True)
class StoryLine:
    """A story in a list: with the words that somebody accepted for leaving, if there are any."""

    id: UUID
    id_hash: str
    told_of: str
    language: str
    wordings: tuple[Wording, ...]

    def wording(self, language: str) -> Wording | None:
        """The words in a language, or else the teller's own."""
        return next((each for each in self.wordings if each.language == language), next(iter(self.wordings), None))


def story_lines(stories: Iterable[Story]) -> list[StoryLine]:
    """Stories with their covered words, in the same order; two queries beside the stories' own."""
    listed = list(stories)
    wordings = masked_wordings(stories=listed)
    return [StoryLine(each.id, each.id_hash, each.told_of, each.language, wordings[each.id]) for each in listed]


def lines_by_hash(*, user: AnyUser, id_hashes: Iterable[str]) -> Mapping[str, StoryLine]:
    """Those of the stories that the user may read now, by the hash of their ids."""
    wanted = set(id_hashes)
    if not wanted:
        return {}
    reached = with_purpose(stories_reached(user=user), "learn").filter(id_hash__in=wanted).defer("answers")
    return {line.id_hash: line for line in story_lines(reached)}


def for_all_to_hear(*, id_hashes: Iterable[str]) -> QuerySet[Story]:
    """Those of the stories that may be read aloud and hung on a wall now: allowed, approved, open to anyone."""
    return with_purpose(
        Story.objects.filter(
            id_hash__in=set(id_hashes),
            mode=Story.Mode.REAL,
            state=Story.State.APPROVED,
            is_flagged=False,
            visibility=Story.Visibility.ANYONE,
        ),
        "public_text",
    )
