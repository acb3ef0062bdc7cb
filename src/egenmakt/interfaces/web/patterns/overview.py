"""Where patterns begin: the frameworks, and for each an overview with every question and every way to look at it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from egenmakt.apps.stories.frameworks import framework_of
from egenmakt.apps.stories.queries.patterns import pattern_frameworks
from egenmakt.core.patterns.table import TriadColumn
from egenmakt.core.signification.framework import words
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.parts import Column, Row, Table
from egenmakt.interfaces.web.patterns import blocks
from egenmakt.interfaces.web.patterns.blocks import Block
from egenmakt.interfaces.web.patterns.describing import few_notice
from egenmakt.interfaces.web.patterns.figures import ask_all, state_counts
from egenmakt.interfaces.web.patterns.pictures.base import Cell
from egenmakt.interfaces.web.patterns.published import PublishedCounts, by_state
from egenmakt.interfaces.web.patterns.requests import pattern_page, voice_cells
from egenmakt.interfaces.web.patterns.selection import Reading, Selection, read
from egenmakt.interfaces.web.patterns.words import kind_word, voice_word
from egenmakt.interfaces.web.patterns.working import worked_out
from egenmakt.interfaces.web.reading import link, reading_page

LEFT_OUT_WORDS = {
    "text": gettext_lazy("words of the teller's own: read the stories"),
    "place": gettext_lazy("a place: it could tell who told the story"),
    "photo": gettext_lazy("a picture: look at the stories"),
    "audio": gettext_lazy("a voice: listen to the stories"),
    "date": gettext_lazy("a date: it is not laid against other answers"),
    "not_in_framework": gettext_lazy("not asked any more in the newest version"),
}


@reading_page
def frameworks(request: HttpRequest) -> HttpResponse:
    """The frameworks in whose patterns the reader may look."""
    found = pattern_frameworks(user=request.user)
    columns = [Column(_("What is asked")), Column(_("Version"), is_numeric=True), Column(_("Rounds"), is_numeric=True)]
    rows = []
    for version, rounds in found:
        framework = framework_of(version=version)
        title = words(framework.title, formats.reader(), framework.source) or version.framework.code
        rows.append(
            Row(
                [formats.isolated_text(title), formats.number_text(version.number), formats.number_text(rounds)],
                url=reverse("pattern_overview", args=[version.framework_id]),
            )
        )
    table = Table(caption=_("Frameworks"), columns=columns, rows=rows)
    return render(request, "web/patterns/frameworks.html", {"title": _("Patterns"), "table": table})


def look_over(selection: Selection) -> PublishedCounts:
    """How many answered each question, by voice."""
    counts = selection.counts()
    ask_all(selection, counts)
    for code, column in selection.whole.columns.items():
        counts.ask(f"state/{code}", by_state(code, column))
    if not selection.is_free:
        counts.after([state_counts(selection, code) for code in selection.whole.columns])
    return counts.protect()


@pattern_page
def overview(request: HttpRequest, framework_id: UUID) -> HttpResponse:
    """All questions of a framework, with how many answered each, voice by voice."""
    reading = read(request, framework_id)
    selection = reading.selection
    counts = worked_out(selection.key("overview"), lambda: look_over(selection))
    shown: list[Block] = []
    if not selection.whole.size:
        shown.append(
            Block(
                "empty",
                _(
                    "When stories have been told in these rounds and their tellers let us learn from "
                    "them, their patterns stand here."
                ),
                title=_("No stories yet"),
            )
        )
    else:
        shown = [
            *few_notice(reading, counts),
            _ways(reading),
            blocks.table(_questions(reading, counts)),
            *_left_out(reading),
        ]
    return blocks.show(
        request,
        reading,
        title=reading.words.title(),
        lead=_("What many stories say together. The tellers themselves chose every answer."),
        blocks=shown,
        stories=voice_cells(reading, counts),
        hidden=counts.hidden,
    )


def _ways(reading: Reading) -> Block:
    items = [
        (_("All patterns, ranked"), reading.url("pattern_discover")),
        (_("Voices side by side"), reading.url("pattern_voices")),
        (_("How the scales go together"), reading.url("pattern_scales")),
        (_("More like these, fewer like those"), reading.url("pattern_goals")),
    ]
    items += [
        (
            _("How the collecting went: %(round)s") % {"round": formats.isolated_text(each.name)},
            reading.url("pattern_collectors", each.id),
        )
        for each in reading.selection.chosen
        if each.may_run and each.may_read
    ][:12]
    return blocks.links(items, title=_("Ways to look"))


def _questions(reading: Reading, counts: PublishedCounts) -> Table:
    voices = reading.selection.shown_voices
    columns = [Column(_("Question")), Column(_("Kind"))]
    columns += [
        Column(_("Answered: %(voice)s") % {"voice": voice_word(voice or "together")}, is_numeric=True)
        for voice in voices
    ]
    columns.append(Column(_("From round to round")))
    rows = []
    for code, column in reading.selection.whole.columns.items():
        name = "pattern_triad" if isinstance(column, TriadColumn) else "pattern_question"
        cells = [
            Cell(counts.at(f"state/{code}", "answered", voice), counts.at("all", voice)).in_table() for voice in voices
        ]
        change = link(reading.url("pattern_change", code), _("Change")) if kind_has_change(column) else "–"
        rows.append(
            Row([link(reading.url(name, code), reading.words.question(code)), kind_word(column), *cells, change])
        )
    return Table(caption=_("Questions"), columns=columns, rows=rows)


def kind_has_change(column: object) -> bool:
    """Whether a question has a figure that can be followed from round to round."""
    return any(hasattr(column, name) for name in ("options", "low", "corners"))


def _left_out(reading: Reading) -> list[Block]:
    """Questions that no pattern is made of, and why: none is lost in silence."""
    gone = reading.selection.whole.left_out
    if not gone:
        return []
    lines = [f"{reading.words.question(code)}: {LEFT_OUT_WORDS.get(why, why)}" for code, why in gone.items()]
    return [Block("list", lines, title=_("Not among the patterns"))]


urlpatterns: list[URLPattern] = [
    path("patterns/", frameworks, name="patterns"),
    path("patterns/<uuid:framework_id>/", overview, name="pattern_overview"),
]
