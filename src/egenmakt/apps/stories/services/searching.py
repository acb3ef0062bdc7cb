"""Keeping the words of a story where they are searched, in the same transaction as the story itself."""

from __future__ import annotations

from uuid import UUID

from egenmakt.apps.stories.models import SearchText, Story, Translation
from egenmakt.apps.stories.words import fold


def index_story(*, story_id: UUID) -> None:
    """Write down a story's words and those of its translations as they are searched."""
    told = Story.objects.filter(id=story_id).values_list("title", "text")
    translated = Translation.objects.filter(story_id=story_id).order_by("added_at").values_list("title", "text")
    words = fold("\n".join(part for row in (*told, *translated) for part in row))
    SearchText.objects.update_or_create(story_id=story_id, defaults={"words": words})
