"""Stories like one that is being read."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as say
from django.views.decorators.cache import never_cache

from egenmakt.apps.learning.queries.stories import story_lines
from egenmakt.apps.stories.queries.alike import COMPARED_MOST, stories_like
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.learning.pages import story_words
from egenmakt.interfaces.web.parts import Crumb
from egenmakt.interfaces.web.reading import reading_page
from egenmakt.interfaces.web.writing import address


@never_cache
@reading_page
def alike(request: HttpRequest, id: UUID) -> HttpResponse:
    """The stories that share the most with one, as far as the reader may read them; covered words only."""
    found = stories_like(user=request.user, story_id=id)
    lines = {line.id: line for line in story_lines([each.story for each in found])}
    context = {
        "title": say("Stories like this one"),
        "crumbs": [Crumb(say("Stories"), address("stories")), Crumb(say("The story"), address("story", id))],
        "found": [(story_words(lines[each.story.id]), reverse("story", args=[each.story.id])) for each in found],
        "most": formats.number_text(COMPARED_MOST),
    }
    return render(request, "web/learning/alike.html", context)


urlpatterns: list[URLPattern] = [path("stories/<uuid:id>/alike/", alike, name="story_alike")]
