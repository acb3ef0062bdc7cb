"""Stories of a round that are the same interview, and texts that are nearly the same: something to learn from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from egenmakt.apps.access.queries import require
from egenmakt.apps.stories.queries.listing import whole_stories
from egenmakt.apps.stories.queries.reach import stories_reached
from egenmakt.apps.stories.queries.rounds import open_round_of
from egenmakt.apps.stories.queries.stories import duplicates
from egenmakt.core.patterns.collectors import similar_texts
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.reading import reading_page
from egenmakt.interfaces.web.stories.rounds import round_crumbs
from egenmakt.interfaces.web.story_pages.listing import table_of

STORIES_MAX: Final = 3000
"""Of a larger round the latest stories are compared."""
SHOWN_MAX: Final = 100


@dataclass(frozen=True, slots=True)
class Alike:
    """Two stories whose texts share most of their pieces."""

    one_url: str
    other_url: str
    percent: str
    is_same_collector: bool


@never_cache
@reading_page
def in_round(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """What looks like the same interview told twice, without showing a word of it. Raises: NotAllowed."""
    round = open_round_of(user=request.user, round_id=round_id)
    require(user=request.user, deed="story.moderate", node_id=round.node_id)
    groups = duplicates(user=request.user, round_id=round.id)
    rows = list(
        stories_reached(user=request.user)
        .filter(round_id=round.id, mode="real")
        .order_by("-received_at", "-id")
        .values_list("id", "facilitator", "text")[:STORIES_MAX]
    )
    pairs = similar_texts([text for _id, _by, text in rows])
    known = {frozenset(pair) for group in groups for pair in _pairs(group)}
    found = [(a, b, share) for a, b, share in pairs if frozenset((rows[a][0], rows[b][0])) not in known]
    found.sort(key=lambda each: -each[2])
    context = {
        "title": _("Told twice?"),
        "round": round,
        "crumbs": round_crumbs(round),
        "groups": [
            table_of(whole_stories(ids=group), caption=_("The same answers and the same text, under several ids"))
            for group in groups[:SHOWN_MAX]
        ],
        "alike": [_alike(rows[a], rows[b], share) for a, b, share in found[:SHOWN_MAX]],
        "more": max(0, len(found) - SHOWN_MAX),
        "compared": len(rows),
        "is_cut": len(rows) == STORIES_MAX,
    }
    return render(request, "web/story_pages/duplicates.html", context)


def _pairs(ids: Sequence[UUID]) -> list[tuple[UUID, UUID]]:
    return [(one, other) for place, one in enumerate(ids) for other in ids[place + 1 :]]


def _alike(one: tuple[UUID, UUID | None, str], other: tuple[UUID, UUID | None, str], share: float) -> Alike:
    return Alike(
        one_url=reverse("story", args=[one[0]]),
        other_url=reverse("story", args=[other[0]]),
        percent=formats.percent_text(Decimal(str(round(share, 2)))),
        is_same_collector=one[1] is not None and one[1] == other[1],
    )
