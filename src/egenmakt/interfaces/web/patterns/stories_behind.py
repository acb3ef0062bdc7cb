"""From a mark to the stories behind it, and from a story back to its patterns. Each reading is written down."""

from __future__ import annotations

from uuid import UUID

import numpy as np
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _

from egenmakt.apps.access.queries import NotAllowed
from egenmakt.apps.stories.queries.patterns import goals_of
from egenmakt.apps.stories.queries.stories import visible_stories
from egenmakt.apps.stories.services.reading import StoryPage, read_story_page
from egenmakt.core.patterns.regions import Region, inside
from egenmakt.core.patterns.table import STATES, TriadColumn
from egenmakt.core.patterns.voices import TOGETHER
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.parts import Column, Crumb, Row, Table
from egenmakt.interfaces.web.patterns import blocks, goals_form, marking
from egenmakt.interfaces.web.patterns.requests import pattern_page
from egenmakt.interfaces.web.patterns.selection import Reading, read
from egenmakt.interfaces.web.patterns.word_groups import stories_with
from egenmakt.interfaces.web.patterns.words import STATE_WORDS, voice_word
from egenmakt.interfaces.web.reading import link, short_day
from egenmakt.interfaces.web.templatetags.parts import own_name
from egenmakt.interfaces.web.writing import me

AT_ONCE = 50


@pattern_page
def stories(request: HttpRequest, framework_id: UUID) -> HttpResponse:
    """The stories behind a mark, the latest told first. The list holds no text: a story is opened to be read."""
    reading = read(request, framework_id)
    if not reading.selection.is_free:
        raise NotAllowed("You may see these patterns, but not read the stories behind them.")
    marks = request.GET.getlist("mark")
    ids, word = _ids(reading, marks), request.GET.get("word", "")
    if word:
        behind_word = stories_with(request, reading, word)
        ids = [id for id in ids if id in behind_word]
    first = _offset(request, len(ids))
    page = ids[first : first + AT_ONCE]
    rows = list(visible_stories(user=request.user).filter(id__in=page))
    columns = [Column(_("Story")), Column(_("Whose")), Column(_("Round")), Column(_("Told in")), Column(_("Received"))]
    told = [
        Row(
            [
                link(reading.url("pattern_story", story.id), _("Read the story")),
                voice_word(story.voice),
                formats.isolated(story.round.name),
                own_name(story.language),
                short_day(story.received_at.date()),
            ]
        )
        for story in sorted(rows, key=lambda story: str(story.id), reverse=True)
    ]
    context = {
        "title": _("Stories behind the mark") if marks or word else _("Stories behind the page"),
        "crumbs": blocks.crumbs(reading),
        "marks": [
            *(mark_words(reading, mark) for mark in marks),
            *([_("The word “%(word)s”") % {"word": formats.isolated_text(word)}] if word else []),
        ],
        "count": len(ids),
        "first": first + 1 if ids else 0,
        "last": min(first + AT_ONCE, len(ids)),
        "unreadable": len(page) - len(rows),
        "table": Table(caption=_("Stories"), columns=columns, rows=told),
        "earlier": _page_url(request, first - AT_ONCE) if first else "",
        "later": _page_url(request, first + AT_ONCE) if first + AT_ONCE < len(ids) else "",
    }
    return render(request, "web/patterns/stories.html", context)


def _ids(reading: Reading, marks: list[str]) -> list[str]:
    table = reading.selection.table
    mask = np.ones(table.size, dtype=np.bool_)
    voice = reading.selection.filters.voice
    if voice and voice != TOGETHER:
        names = table.voices.names
        mask &= table.voices.codes == (names.index(voice) if voice in names else -2)
    try:
        for mark in marks:
            mask &= marking.behind(table, mark)
    except marking.UnknownMark as problem:
        raise Http404(str(problem)) from problem
    return sorted((table.ids[place] for place in np.flatnonzero(mask)), reverse=True)


def _offset(request: HttpRequest, size: int) -> int:
    text = request.GET.get("from", "0")
    first = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
    return first - first % AT_ONCE if first < max(size, 1) else 0


def _page_url(request: HttpRequest, first: int) -> str:
    query = request.GET.copy()
    query["from"] = str(max(first, 0))
    return f"{request.path}?{query.urlencode()}"


def mark_words(reading: Reading, mark: str) -> str:
    """A mark in words: the question and the answer."""
    code, _colon, name = mark.partition(":")
    question = reading.words.question(code)
    if name.startswith("~"):
        return f"{question}: {STATE_WORDS.get(name[1:], name[1:])}"
    if name.startswith("!"):
        return _("%(question)s: not “%(answer)s”") % {
            "question": question,
            "answer": reading.words.mark(code, name[1:]),
        }
    column = reading.selection.whole.columns.get(code.partition(".")[0])
    if column is not None and name not in getattr(column, "options", ()):
        return _("%(question)s: one place in the picture") % {"question": question}
    return f"{question}: {reading.words.mark(code, name)}"


@pattern_page
def story(request: HttpRequest, framework_id: UUID, story_id: UUID) -> HttpResponse:
    """One story, with the patterns it is in. That it was read is written down where it could tell who told it."""
    reading = read(request, framework_id)
    page = read_story_page(story_id=story_id, by=me(request), at=timezone.now(), what="pattern")
    if page.story.framework_version.framework_id != framework_id:
        raise Http404(str(story_id))
    table = reading.selection.data.table
    place = next((row for row, id in enumerate(table.ids) if id == str(story_id)), None)
    context = {
        "title": _title(page),
        "crumbs": [*blocks.crumbs(reading), Crumb(_("Stories"), reading.url("pattern_stories"))],
        "page": page,
        "voice": voice_word(page.story.voice),
        "answers": _answers(reading, place) if place is not None else [],
        "goals": _goals(request, reading, place) if place is not None else [],
        "is_counted": place is not None,
        "goals_url": reading.url("pattern_goals"),
    }
    return render(request, "web/patterns/story.html", context)


def _title(page: StoryPage) -> str:
    told = next((each.title for each in page.wordings if each.title), "")
    return formats.isolated_text(told) if told else _("A story")


def _answers(reading: Reading, place: int) -> list[tuple[str, str, str]]:
    """Each question with the teller's own answer, and the page on which this answer is one of many."""
    one = reading.selection.data.table.take(np.array([place]))
    found = []
    for code, column in one.columns.items():
        state = STATES[int(column.states[0])]
        answer = str(STATE_WORDS[state]) if state != "answered" else reading_answer(reading, code, column)
        name = "pattern_triad" if isinstance(column, TriadColumn) else "pattern_question"
        url = reading.url(name, code) if code in reading.selection.whole.columns else ""
        found.append((reading.words.question(code), answer, url))
    return found


def reading_answer(reading: Reading, code: str, column: object) -> str:
    """One story's answer in words."""
    words = reading.words
    chosen, values = getattr(column, "chosen", None), getattr(column, "values", None)
    if chosen is not None and chosen.ndim == 1:
        return words.mark(code, getattr(column, "options", ())[int(chosen[0])])
    if chosen is not None:
        names = [
            words.mark(code, option)
            for option, yes in zip(getattr(column, "options", ()), chosen[0], strict=True)
            if yes
        ]
        return ", ".join(names) or _("None of them")
    if values is not None:
        high = getattr(column, "high", 100)
        return formats.number_text(round(float(values[0]) * (100 if high == 1 else 1)))
    if isinstance(column, TriadColumn):
        return ", ".join(
            f"{words.mark(code, corner)} {formats.number_text(round(float(part) * 100))} %"
            for corner, part in zip(column.corners, column.parts[0], strict=True)
        )
    return _("Laid on the canvas")


def _goals(request: HttpRequest, reading: Reading, place: int) -> list[str]:
    """The goals that this story counts to."""
    one = reading.selection.data.table.take(np.array([place]))
    voice = one.voices.present()
    return [
        goals_form.region_words(reading, goal)
        for goal in goals_of(user=request.user, framework_id=reading.framework_id)[:20]
        if goal.voice in voice and bool(inside(table=one, region=Region.from_json(goal.region))[1][0])
    ]


urlpatterns: list[URLPattern] = [
    path("patterns/<uuid:framework_id>/stories/", stories, name="pattern_stories"),
    path("patterns/<uuid:framework_id>/stories/<uuid:story_id>/", story, name="pattern_story"),
]
