"""A triad by itself: who it does not apply to, then every answer in it, dot by dot for who may read the stories."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from egenmakt.core.patterns.table import TriadColumn
from egenmakt.interfaces.web.parts import Crumb
from egenmakt.interfaces.web.patterns import blocks, goals_form
from egenmakt.interfaces.web.patterns.describing import (
    DOTS_MOST,
    dots_of,
    few_notice,
    states_block,
    triad_picture,
    triad_words,
)
from egenmakt.interfaces.web.patterns.figures import describe_question
from egenmakt.interfaces.web.patterns.groups import can_be_compared
from egenmakt.interfaces.web.patterns.requests import pattern_page, voice_cells
from egenmakt.interfaces.web.patterns.selection import read
from egenmakt.interfaces.web.patterns.working import worked_out


@pattern_page
def triad(request: HttpRequest, framework_id: UUID, code: str) -> HttpResponse:
    """The page of a triad."""
    reading = read(request, framework_id)
    selection = reading.selection
    column = selection.whole.columns.get(code)
    if not isinstance(column, TriadColumn):
        raise Http404(code)
    found = worked_out(selection.key("question", code), lambda: describe_question(selection, code))
    pictures = [
        replace(triad_picture(reading, found, code, column, voice), dots=dots_of(reading, code, voice))
        for voice in selection.shown_voices
    ]
    shown = [
        *few_notice(reading, found.counts),
        blocks.words(
            _("Look first at who did not answer: if the question does not apply to many, the dots are of the others.")
        ),
        states_block(reading, found, code),
        blocks.side_by_side(pictures),
        *triad_words(reading, found, code, column),
    ]
    if selection.is_free and not any(picture.dots for picture in pictures):
        shown.append(
            blocks.words(
                _("Dots are drawn for up to %(most)s stories; beyond, the marks say more.") % {"most": DOTS_MOST},
                soft=True,
            )
        )
    if not selection.is_free:
        shown.append(blocks.words(_("Single dots are shown to those who may read the stories."), soft=True))
    shown += goals_form.blocks_for(request, reading, code)
    groups = [
        (reading.words.question(other), reading.url("pattern_compare", other, code))
        for other, there in selection.whole.columns.items()
        if other != code and can_be_compared(column, there)
    ]
    shown.append(blocks.links(groups, title=_("By the parts of another question, side by side")))
    return blocks.show(
        request,
        reading,
        title=reading.words.question(code),
        lead=_("Triad"),
        blocks=shown,
        stories=voice_cells(reading, found.counts),
        hidden=found.counts.hidden,
        above=[Crumb(reading.words.question(code), reading.url("pattern_question", code))],
    )


urlpatterns: list[URLPattern] = [
    path("patterns/<uuid:framework_id>/triad/<slug:code>/", triad, name="pattern_triad"),
]
