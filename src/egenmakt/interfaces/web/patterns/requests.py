"""What every page of patterns shares: who may open it, what is not there, and a page that is still worked out."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from egenmakt.core.patterns.table import NotATable
from egenmakt.core.patterns.voices import TOGETHER
from egenmakt.interfaces.web.patterns import blocks
from egenmakt.interfaces.web.patterns.pictures.base import Cell
from egenmakt.interfaces.web.patterns.published import PublishedCounts
from egenmakt.interfaces.web.patterns.selection import Reading
from egenmakt.interfaces.web.patterns.words import voice_word
from egenmakt.interfaces.web.patterns.working import StillWorking
from egenmakt.interfaces.web.reading import reading_page

View = TypeVar("View", bound=Callable[..., HttpResponse])


def pattern_page(view: View) -> Any:
    """A page of patterns: to read, never kept by a browser or a proxy between; what is not there is a 404."""

    @wraps(view)
    def answer(request: HttpRequest, framework_id: UUID, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, framework_id, *args, **kwargs)
        except StillWorking:
            return blocks.waiting(request, _("The patterns are being worked out"))
        except (NotATable, LookupError) as problem:
            raise Http404(str(problem)) from problem

    return never_cache(reading_page(answer))


def voice_cells(reading: Reading, counts: PublishedCounts) -> list[tuple[str, Cell]]:
    """How many stories of each voice the page is about."""
    return [
        (
            voice_word(voice or TOGETHER),
            Cell(counts.at("all", voice), url=reading.stories_url(voice=voice or TOGETHER)),
        )
        for voice in reading.selection.shown_voices
    ]
