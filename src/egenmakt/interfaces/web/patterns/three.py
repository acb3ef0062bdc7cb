"""Three questions: what two do together that neither does alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from egenmakt.core.disclosure import Suppressed
from egenmakt.core.patterns.compare_three import compare_three
from egenmakt.core.patterns.comparison import Comparison
from egenmakt.core.patterns.design import design_of
from egenmakt.core.patterns.table import ANSWERED, ChoiceColumn, NotATable, ScaleColumn
from egenmakt.core.patterns.voices import TOGETHER
from egenmakt.interfaces.web.patterns import blocks, marking
from egenmakt.interfaces.web.patterns.blocks import Block
from egenmakt.interfaces.web.patterns.describing import few_notice, shareable
from egenmakt.interfaces.web.patterns.figures import ask_all, of_voice
from egenmakt.interfaces.web.patterns.groups import Group, MeanOf, column_of, divided_by, mean_of, with_column
from egenmakt.interfaces.web.patterns.pictures.base import HIDDEN, Cell
from egenmakt.interfaces.web.patterns.pictures.intervals import Interval, IntervalPicture, interval_text
from egenmakt.interfaces.web.patterns.published import PublishedCounts
from egenmakt.interfaces.web.patterns.requests import pattern_page, voice_cells
from egenmakt.interfaces.web.patterns.selection import Reading, Selection, read
from egenmakt.interfaces.web.patterns.sentences import coarse, number, sober
from egenmakt.interfaces.web.patterns.words import voice_word
from egenmakt.interfaces.web.patterns.working import worked_out


@dataclass(frozen=True, slots=True, eq=False)
class Three:
    """Two choices and a scale, ready to be shown."""

    counts: PublishedCounts
    tests: Mapping[str | None, Comparison | None]
    means: Mapping[str | None, Mapping[tuple[str, str], MeanOf | None]]


def compare_all_three(selection: Selection, first: Group, second: Group, scale: str) -> Three:
    """Count, protect, and test the interaction. Raises: NotATable."""
    whole = selection.whole
    y = whole.column(scale)
    if (
        not isinstance(y, ScaleColumn)
        or not all(isinstance(column_of(whole, group), ChoiceColumn) for group in (first, second))
        or first.name == second.name
    ):
        raise NotATable("Three are compared as choice, choice and scale.")
    counts = selection.counts()
    ask_all(selection, counts)
    (a, a_there), (b, b_there) = divided_by(whole, first), divided_by(whole, second)
    _bins, y_there = divided_by(whole, Group(scale))
    givens = {given.divided.code: given for given in (a_there, b_there, y_there)}
    counts.ask("cells", a, b, given=list(givens.values()))
    published = counts.protect()
    voices = selection.shown_voices
    return Three(
        counts=published,
        tests={voice: _tested(selection, first, second, scale, voice) for voice in voices},
        means={voice: _means(selection, published, first, second, scale, voice) for voice in voices},
    )


def _tested(selection: Selection, first: Group, second: Group, scale: str, voice: str | None) -> Comparison | None:
    some = with_column(with_column(of_voice(selection.table, voice), first), second)
    try:
        return compare_three(table=some, first=first.name, second=second.name, scale=scale, voice=TOGETHER)
    except NotATable:
        return None


def _means(
    selection: Selection, counts: PublishedCounts, first: Group, second: Group, scale: str, voice: str | None
) -> dict[tuple[str, str], MeanOf | None]:
    some = of_voice(selection.table, voice)
    a, b, y = column_of(some, first), column_of(some, second), some.columns[scale]
    assert isinstance(a, ChoiceColumn)
    assert isinstance(b, ChoiceColumn)
    assert isinstance(y, ScaleColumn)
    units = design_of(table=some).units
    found: dict[tuple[str, str], MeanOf | None] = {}
    for i, one in enumerate(a.options):
        for j, other in enumerate(b.options):
            n = counts.at("cells", one, other, voice)
            mask = np.asarray((a.chosen == i) & (b.chosen == j) & (y.states == ANSWERED))
            found[one, other] = None if isinstance(n, Suppressed) or n < selection.k else mean_of(y, mask, units)
    return found


@pattern_page
def three(request: HttpRequest, framework_id: UUID, first: str, second: str, scale: str) -> HttpResponse:
    """The page of three questions."""
    reading = read(request, framework_id)
    one, other = Group.of(first), Group.of(second)
    found = worked_out(
        reading.selection.key("three", first, second, scale),
        lambda: compare_all_three(reading.selection, one, other, scale),
    )
    names = [reading.words.question(name) for name in (first, second, scale)]
    shown: list[Block] = few_notice(reading, found.counts)
    for voice in reading.selection.shown_voices:
        shown += _voice(reading, found, one, other, scale, voice)
    return blocks.show(
        request,
        reading,
        title=_("%(scale)s by %(one)s and %(other)s") % {"scale": names[2], "one": names[0], "other": names[1]},
        blocks=shown,
        stories=voice_cells(reading, found.counts),
        hidden=found.counts.hidden,
    )


def _voice(reading: Reading, found: Three, first: Group, second: Group, scale: str, voice: str | None) -> list[Block]:
    words, counts = reading.words, found.counts
    column = reading.selection.whole.columns[scale]
    assert isinstance(column, ScaleColumn)
    shown = [blocks.heading(voice_word(voice or TOGETHER))]
    if (test := found.tests[voice]) is not None:
        told, inside = shareable(reading, sober(test), hidden=counts.anything_hidden("cells", voice))
        shown.append(blocks.finding(_headline(test), told or coarse(test), inside=inside))
    rows = []
    items = []
    for (one, other), mean in found.means[voice].items():
        label = f"{words.mark(first.name, one)} · {words.mark(second.name, other)}"
        shown_n = counts.at("cells", one, other, voice)
        if shown_n == 0:
            continue
        marks = [marking.group_mark(group.code, group.option, mark) for group, mark in ((first, one), (second, other))]
        if url := reading.stories_url(*marks, voice=voice or TOGETHER):
            items.append((label, url))
        n = Cell(shown_n).text()
        if mean is None:
            rows.append((label, [Interval(None, None, None, f"{HIDDEN}, n = {n}")]))
        else:
            text = interval_text(mean.value, mean.low, mean.high, write=lambda value: number(value, 1))
            rows.append((label, [Interval(mean.value, mean.low, mean.high, f"{text}, n = {n}")]))
    shown.append(
        blocks.picture(
            IntervalPicture(
                title=words.question(scale),
                description=_("The mean of each combination with its 95 %% interval. n = %(n)s who answered all three.")
                % {"n": Cell(counts.at("cells", None, None, voice)).text()},
                label_heading=_("Combination"),
                series=[_("Mean (95 % interval), n")],
                rows=rows,
                low=column.low,
                high=column.high,
                ends=(
                    words.end(scale, "left") or number(column.low, 0),
                    words.end(scale, "right") or number(column.high, 0),
                ),
            )
        )
    )
    return [*shown, *([blocks.links(items, title=_("The stories of each group"))] if items else [])]


def _headline(test: Comparison) -> str:
    if "too_few" in test.notes:
        return _("Too few stories to compare these three.")
    if test.p > 0.05:
        return _("It is not shown that the two do something together that neither does alone.")
    return _("The two do something together that neither does alone: where one is so, the other matters otherwise.")


urlpatterns: list[URLPattern] = [
    path("patterns/<uuid:framework_id>/three/<str:first>/<str:second>/<slug:scale>/", three, name="pattern_three"),
]
