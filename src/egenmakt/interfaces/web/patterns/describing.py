"""One question: how many answered what, voice beside voice; what is missing and why; where to look next."""

from __future__ import annotations

from uuid import UUID

import numpy as np
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from egenmakt.core.patterns.describe import ScaleSummary
from egenmakt.core.patterns.table import (
    ANSWERED,
    STATES,
    Column,
    ScaleColumn,
    SeveralColumn,
    StonesColumn,
    TriadColumn,
)
from egenmakt.core.patterns.voices import TOGETHER
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.patterns import blocks, goals_form, marking
from egenmakt.interfaces.web.patterns.blocks import Block
from egenmakt.interfaces.web.patterns.figures import GRID, SQUARES, Described, describe_question, of_voice, value_axis
from egenmakt.interfaces.web.patterns.groups import can_be_compared
from egenmakt.interfaces.web.patterns.pictures.bars import GroupedBars
from egenmakt.interfaces.web.patterns.pictures.base import Cell
from egenmakt.interfaces.web.patterns.pictures.grids import SquareGrid
from egenmakt.interfaces.web.patterns.pictures.histograms import Histogram
from egenmakt.interfaces.web.patterns.pictures.triangles import TriadPicture
from egenmakt.interfaces.web.patterns.published import PublishedCounts
from egenmakt.interfaces.web.patterns.requests import pattern_page, voice_cells
from egenmakt.interfaces.web.patterns.selection import Reading, read
from egenmakt.interfaces.web.patterns.sentences import FEW, number, p_text, seen_least
from egenmakt.interfaces.web.patterns.words import STATE_WORDS, kind_word, voice_word
from egenmakt.interfaces.web.patterns.working import worked_out

DOTS_MOST = 2_000
"""More dots than these cover each other; the bins say more."""


@pattern_page
def question(request: HttpRequest, framework_id: UUID, code: str) -> HttpResponse:
    """The page of one question."""
    reading = read(request, framework_id)
    selection = reading.selection
    if code not in selection.whole.columns:
        raise Http404(code)
    found = worked_out(selection.key("question", code), lambda: describe_question(selection, code))
    column = selection.whole.columns[code]
    title = reading.words.question(code)
    shown = [states_block(reading, found, code), *_answers(reading, found, code, column)]
    shown += goals_form.blocks_for(request, reading, code)
    shown.append(_further(reading, code))
    return blocks.show(
        request,
        reading,
        title=title,
        lead=kind_word(column),
        blocks=shown,
        stories=voice_cells(reading, found.counts),
        hidden=found.counts.hidden,
    )


def states_block(reading: Reading, found: Described, code: str) -> Block:
    """How many answered, and why the others did not: four kinds that add up to all."""
    voices = reading.selection.shown_voices
    bars = [
        (
            str(STATE_WORDS[state]),
            [
                Cell(
                    found.counts.at("state", state, voice),
                    found.counts.at("state", None, voice),
                    reading.stories_url(marking.state_mark(code, state), voice=voice or TOGETHER)
                    if state != "answered"
                    else "",
                )
                for voice in voices
            ],
        )
        for state in STATES
    ]
    return blocks.picture(
        GroupedBars(
            title=_("Who answered"),
            description=_("Zero is an answer; the other three are not."),
            label_heading=_("Answer"),
            groups=[voice_word(voice or TOGETHER) for voice in voices],
            bars=bars,
        )
    )


def _answers(reading: Reading, found: Described, code: str, column: Column) -> list[Block]:
    voices = reading.selection.shown_voices
    if not voices:
        return []
    if isinstance(column, ScaleColumn):
        return [
            blocks.side_by_side([histogram(reading, found, code, column, voice) for voice in voices]),
            *(blocks.words(line, soft=True) for voice in voices if (line := mean_line(found.summaries[voice], voice))),
            *(
                blocks.notice(
                    _("%(voice)s: the mean is not shown, since hidden numbers could be worked out from it.")
                    % {"voice": voice_word(voice or TOGETHER)}
                )
                for voice in voices
                if found.summaries[voice] is None
            ),
        ]
    if isinstance(column, TriadColumn):
        pictures = [triad_picture(reading, found, code, column, voice) for voice in voices]
        return [blocks.side_by_side(pictures), *triad_words(reading, found, code, column)]
    if isinstance(column, StonesColumn):
        return [
            blocks.side_by_side([_canvas(reading, found, code, column, stone, voice) for voice in voices])
            for stone in column.stones
        ]
    return [blocks.picture(_bars(reading, found, code, column))]


def _bars(reading: Reading, found: Described, code: str, column: Column) -> GroupedBars:
    voices = reading.selection.shown_voices
    several = isinstance(column, SeveralColumn)
    options = getattr(column, "options", ())
    return GroupedBars(
        title=reading.words.question(code),
        description=_("Several answers could be chosen; shares are of those who answered.")
        if several
        else _("Shares are of those who answered."),
        label_heading=_("Answer"),
        groups=[voice_word(voice or TOGETHER) for voice in voices],
        bars=[
            (
                reading.words.mark(code, option),
                [
                    Cell(
                        found.counts.at(f"value/{option}", "yes", voice)
                        if several
                        else found.counts.at("value", option, voice),
                        found.counts.at("state", "answered", voice),
                        reading.stories_url(marking.option_mark(code, option), voice=voice or TOGETHER),
                    )
                    for voice in voices
                ],
            )
            for option in options
        ],
    )


def histogram(reading: Reading, found: Described, code: str, column: ScaleColumn, voice: str | None) -> Histogram:
    """A scale for one voice."""
    axis = value_axis(code, column, found.bins)
    told = found.summaries[voice]
    mean = None
    if told is not None and told.mean is not None:
        mean = (told.mean - column.low) / (column.high - column.low)
    left, right = reading.words.end(code, "left"), reading.words.end(code, "right")
    n = Cell(found.counts.at("state", "answered", voice)).text()
    return Histogram(
        title=voice_word(voice or TOGETHER),
        description=_("n = %(n)s who answered") % {"n": n},
        label_heading=_("From–to"),
        value_heading=_("Stories"),
        bins=[
            (
                mark,
                Cell(
                    found.counts.at("value", mark, voice),
                    found.counts.at("state", "answered", voice),
                    reading.stories_url(marking.bin_mark(code, place, found.bins), voice=voice or TOGETHER),
                ),
            )
            for place, mark in enumerate(axis.marks)
        ],
        ends=(left or number(column.low, 0), right or number(column.high, 0)),
        mean=mean,
    )


def mean_line(told: ScaleSummary | None, voice: str | None) -> str:
    """A scale's mean and middle half in words, as far as they may be told."""
    if told is None or told.mean is None:
        return ""
    values = {"voice": voice_word(voice or TOGETHER), "mean": number(told.mean, 1), "n": formats.number_text(told.n)}
    if told.median is None or told.quarter is None or told.three_quarters is None:
        return _("%(voice)s: mean %(mean)s, n = %(n)s.") % values
    values |= {
        "median": number(told.median, 1),
        "low": number(told.quarter, 1),
        "high": number(told.three_quarters, 1),
    }
    return (
        _("%(voice)s: mean %(mean)s, middle %(median)s, half of all between %(low)s and %(high)s, n = %(n)s.") % values
    )


def triad_picture(
    reading: Reading, found: Described, code: str, column: TriadColumn, voice: str | None
) -> TriadPicture:
    """A triad for one voice: bins for all, and dots where the reader may read the stories."""
    middle = found.centres[voice]
    a, b, c = (reading.words.mark(code, corner) for corner in column.corners)
    return TriadPicture(
        title=voice_word(voice or TOGETHER),
        description=_("n = %(n)s who answered. Corners and edges are marks of their own, outside the border.")
        % {"n": Cell(found.counts.at("state", "answered", voice)).text()},
        corners=(a, b, c),
        place_heading=_("How much of each"),
        count_heading=_("Stories"),
        grid=GRID,
        cells=[
            Cell(
                found.counts.at("value", mark, voice),
                found.counts.at("state", "answered", voice),
                reading.stories_url(marking.triad_mark(code, place, GRID.divisions), voice=voice or TOGETHER),
            )
            for place, mark in enumerate(GRID.marks())
        ],
        centre=middle.gravity if middle else None,
        region=middle.region if middle else (),
    )


def dots_of(reading: Reading, code: str, voice: str | None) -> list[tuple[tuple[float, float, float], str]]:
    """Where each story lies, with its address, for a reader who may read all of them; nothing for anybody else."""
    if not reading.selection.is_free:
        return []
    some = of_voice(reading.selection.table, voice)
    column = some.columns[code]
    assert isinstance(column, TriadColumn)
    places = np.flatnonzero(column.states == ANSWERED)
    if places.size > DOTS_MOST:
        return []
    return [
        ((float(a), float(b), float(c)), reading.url("pattern_story", some.ids[place]))
        for place, (a, b, c) in zip(places, column.parts[places], strict=True)
    ]


def triad_words(reading: Reading, found: Described, code: str, column: TriadColumn) -> list[Block]:
    """The centre in words, the log-ratio centre with what hangs on its zero rule, and chance itself."""
    shown = []
    for voice in reading.selection.shown_voices:
        middle, scattered = found.centres[voice], found.scattered[voice]
        name = voice_word(voice or TOGETHER)
        if middle is None:
            shown.append(
                blocks.notice(
                    _(
                        "%(voice)s: the centre is not shown; there are too few answers, or hidden numbers "
                        "could be worked out from it."
                    )
                    % {"voice": name}
                )
            )
            continue
        corners = [reading.words.mark(code, corner) for corner in column.corners]
        band = "; ".join(f"{number(delta * 100, 2)} % → {_in_words(corners, point)}" for delta, point in middle.band)
        exact = [
            _("Centre of log-ratios: %(centre)s; %(zeros)s of %(n)s answers have a zero, taken for %(delta)s %%.")
            % {
                "centre": _in_words(corners, middle.ilr),
                "zeros": formats.number_text(middle.zeros),
                "n": formats.number_text(middle.n),
                "delta": number(middle.delta * 100, 2),
            },
            _("What hangs on that rule: %(band)s.") % {"band": band},
        ]
        if scattered is not None:
            exact.append(
                _("Against dots thrown at random: %(p)s, by %(count)s triangles of equal size.")
                % {"p": p_text(scattered.p), "count": formats.number_text(scattered.divisions**2)}
            )
        sober, inside = shareable(reading, exact, hidden=found.counts.anything_hidden("value", voice))
        if not middle.region:
            sober.append(_("Fewer than ten tellers: no region is drawn, it would promise what nobody knows."))
        headline = _("%(voice)s: on average %(centre)s (n = %(n)s, of %(units)s tellers).") % {
            "voice": name,
            "centre": _in_words(corners, middle.gravity),
            "n": formats.number_text(middle.n),
            "units": formats.number_text(middle.units),
        }
        shown.append(blocks.finding(headline, sober, inside=inside))
    return shown


def shareable(reading: Reading, exact: list[str], *, hidden: bool) -> tuple[list[str], list[str]]:
    """Exact numbers for everybody where nothing is hidden; else only inside, for who may read the stories."""
    if not hidden:
        return exact, []
    return [], exact if reading.selection.is_free else []


def _in_words(corners: list[str], point: tuple[float, float, float]) -> str:
    return ", ".join(f"{corner} {number(part * 100, 0)} %" for corner, part in zip(corners, point, strict=True))


def _canvas(
    reading: Reading, found: Described, code: str, column: StonesColumn, stone: str, voice: str | None
) -> SquareGrid:
    """Where one stone lies on its canvas, for one voice."""
    words = reading.words
    laid = Cell(found.counts.at(f"laid/{stone}", "yes", voice), found.counts.at("state", "answered", voice))
    names = [formats.number_text(place + 1) for place in range(SQUARES)]
    cells = [
        [
            Cell(
                found.counts.at(f"value/{stone}", f"{x + 1},{y + 1}", voice),
                found.counts.at(f"laid/{stone}", "yes", voice),
                reading.stories_url(marking.stone_mark(code, stone, y * SQUARES + x, SQUARES), voice=voice or TOGETHER),
            )
            for x in range(SQUARES)
        ]
        for y in range(SQUARES)
    ]
    return SquareGrid(
        title=f"{words.mark(code, stone)} · {voice_word(voice or TOGETHER)}",
        description=_("n = %(n)s who laid this stone. The larger the square, the more stories.") % {"n": laid.text()},
        columns=names,
        rows=names,
        cells=cells,
        x_ends=(words.axis_end(code, "x", "low"), words.axis_end(code, "x", "high")),
        y_ends=(words.axis_end(code, "y", "low"), words.axis_end(code, "y", "high")),
        corner=_("Row, from above"),
    )


def few_notice(reading: Reading, counts: PublishedCounts) -> list[Block]:
    """What cannot be seen with so few stories, where they are few."""
    found = []
    for voice in reading.selection.shown_voices:
        n = counts.at("all", voice)
        if isinstance(n, int) and 4 <= n < FEW and (line := seen_least(n)):
            found.append(blocks.notice(f"{voice_word(voice or TOGETHER)}: {line}"))
    return found


def _further(reading: Reading, code: str) -> Block:
    selection = reading.selection
    column = selection.whole.columns[code]
    items = []
    if isinstance(column, TriadColumn):
        items.append((_("This triad by groups, dot by dot"), reading.url("pattern_triad", code)))
    if selection.is_free and not isinstance(column, StonesColumn):
        items.append((_("The words that tellers differ by here"), reading.url("pattern_words", code)))
    items += [
        (reading.words.question(other), reading.url("pattern_compare", code, other))
        for other, there in selection.whole.columns.items()
        if other != code and can_be_compared(column, there)
    ]
    return blocks.links(items, title=_("Compare with"))


urlpatterns: list[URLPattern] = [
    path("patterns/<uuid:framework_id>/question/<slug:code>/", question, name="pattern_question"),
]
