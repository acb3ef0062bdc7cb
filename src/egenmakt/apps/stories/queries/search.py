"""Finding stories by their words, in every language and script, the same on both databases."""

from __future__ import annotations

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from egenmakt.apps.stories.models import SearchText, Story
from egenmakt.apps.stories.words import fold

_SQLITE = "SELECT rowid FROM stories_search WHERE stories_search MATCH %s"
_POSTGRESQL = (
    "SELECT id FROM stories_searchtext WHERE array_to_tsvector(string_to_array(words, ' ')) @@ CAST(%s AS tsquery)"
)


def searched(stories: QuerySet[Story], words: str) -> QuerySet[Story]:
    """Those of the stories in which every word occurs, or begins a word, in the original or a translation.

    Accents, capitals and spellings of apostrophes make no difference. Without a word to look for, nothing is found.
    """
    wanted = fold(words).split()
    if not wanted:
        return stories.none()
    # folded words hold letters, digits and marks only, so that nothing in them has a meaning to the index
    if connection.vendor == "sqlite":
        found = RawSQL(_SQLITE, [" AND ".join(f'"{word}"*' for word in wanted)])
    else:
        found = RawSQL(_POSTGRESQL, [" & ".join(f"'{word}':*" for word in wanted)])
    return stories.filter(id__in=SearchText.objects.filter(id__in=found).values("story_id"))
