"""Two questions side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from egenmakt.core.patterns.comparison import Comparison
from egenmakt.core.patterns.table import ScaleColumn, SeveralColumn, StonesColumn
from egenmakt.core.patterns.voices import TOGETHER
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.parts import Crumb
from egenmakt.interfaces.web.patterns import blocks, marking
from egenmakt.interfaces.web.patterns.blocks import Block
from egenmakt.interfaces.web.patterns.describing import few_notice, shareable
from egenmakt.interfaces.web.patterns.figures import only_all
from egenmakt.interfaces.web.patterns.groups import TILES, Compared, Group, column_of, compare_two
from egenmakt.interfaces.web.patterns.pictures.base import HIDDEN, Cell
from egenmakt.interfaces.web.patterns.pictures.grids import SquareGrid
from egenmakt.interfaces.web.patterns.pictures.intervals import Interval, IntervalPicture, interval_text
from egenmakt.interfaces.web.patterns.pictures.tiles import Tile, Tiles, step_of
from egenmakt.interfaces.web.patterns.requests import pattern_page, voice_cells
from egenmakt.interfaces.web.patterns.selection import Reading, read
from egenmakt.interfaces.web.patterns.sentences import coarse, effect_text, headline, number, p_text, sober
from egenmakt.interfaces.web.patterns.side_by_side import applies_block, mark_of, marks_of, triads
from egenmakt.interfaces.web.patterns.words import voice_word
from egenmakt.interfaces.web.patterns.working import worked_out


@pattern_page
def two(request: HttpRequest, framework_id: UUID, first: str, second: str) -> HttpResponse:
    """The page of two questions; one with several answers is compared option by option."""
    reading = read(request, framework_id)
    whole = reading.selection.whole
    one, other = Group.of(first), Group.of(second)
    title = _("%(one)s × %(other)s") % {
        "one": reading.words.question(first),
        "other": reading.words.question(second),
    }
    open_question = next((g for g in (one, other) if isinstance(column_of(whole, g), SeveralColumn)), None)
    if open_question is not None:
        return _choose_option(request, reading, open_question, one, other, title)
    key = reading.selection.key("two", first, second)
    found = worked_out(key, lambda: compare_two(reading.selection, one, other))
    shown = [*few_notice(reading, found.counts), *compared_blocks(reading, found)]
    shown += together_picture(
        reading, [(voice, test) for voice, test in found.tests.items() if test and not _hidden(found, voice)]
    )
    shown += _by_a_third(reading, found)
    return blocks.show(
        request,
        reading,
        title=title,
        blocks=shown,
        stories=voice_cells(reading, found.counts),
        hidden=found.counts.hidden,
        above=[Crumb(reading.words.question(found.first.name), reading.url("pattern_question", found.first.code))],
    )


def _choose_option(
    request: HttpRequest, reading: Reading, group: Group, one: Group, other: Group, title: str
) -> HttpResponse:
    """Several answers are no one thing: which of them is compared is chosen first."""
    column = reading.selection.whole.columns[group.code]
    assert isinstance(column, SeveralColumn)
    items = []
    for option in column.options:
        names = [Group(group.code, option).name if each is group else each.name for each in (one, other)]
        items.append((reading.words.mark(group.code, option), reading.url("pattern_compare", *names)))
    counts = worked_out(reading.selection.key("all"), lambda: only_all(reading.selection))
    shown = [
        blocks.links(
            items,
            title=_("“%(question)s” takes several answers. Which of them?")
            % {"question": reading.words.question(group.code)},
        )
    ]
    return blocks.show(request, reading, title=title, blocks=shown, stories=voice_cells(reading, counts))


def compared_blocks(reading: Reading, found: Compared) -> list[Block]:
    """The picture and the words of each voice."""
    shown: list[Block] = []
    for voice in reading.selection.shown_voices:
        if len(reading.selection.shown_voices) > 1:
            shown.append(blocks.heading(voice_word(voice or TOGETHER)))
        if found.kind == "triads":
            shown.append(applies_block(reading, found, voice))
        if (test := found.tests.get(voice)) is not None:
            shown.append(_finding(reading, found, test, voice))
        shown += PICTURES[found.kind](reading, found, voice)
        if test is not None and test.pairs and not _hidden(found, voice):
            shown.append(_pairs(reading, test))
    return shown


def _hidden(found: Compared, voice: str | None) -> bool:
    """Whether a hidden number of this voice could be worked out from the test's own numbers."""
    return found.counts.anything_hidden("groups" if found.kind == "means" else "pair", voice)


def _finding(reading: Reading, found: Compared, test: Comparison, voice: str | None) -> Block:
    first, second = (reading.words.question(group.name) for group in (found.first, found.second))
    if found.kind == "triads" and found.counts.anything_hidden("applies", voice):
        test = replace(test, applies_p=None)  # from its probability a hidden number could be worked out
    told, inside = shareable(reading, sober(test), hidden=_hidden(found, voice))
    line = headline(test, first=first, second=second)
    if told or "too_few" in test.notes:
        return blocks.finding(line, told, inside=inside)
    return blocks.finding(line, coarse(test), inside=inside)


def _pairs(reading: Reading, test: Comparison) -> Block:
    """The groups two by two, only after the test of all of them; corrected for their number (Holm)."""
    question = test.questions[0]
    rows = []
    for pair in test.pairs:
        label = f"{reading.words.mark(question, pair.first)} – {reading.words.mark(question, pair.second)}"
        text = f"{interval_text(pair.effect.size, pair.effect.low, pair.effect.high, write=number)}; {p_text(pair.p)}"
        rows.append((label, [Interval(pair.effect.size, pair.effect.low, pair.effect.high, text)]))
    return blocks.picture(
        IntervalPicture(
            title=_("The groups two by two"),
            description=_("Cliff's delta with its 95 % interval; p corrected for the number of pairs (Holm)."),
            label_heading=_("Groups"),
            series=[_("Cliff's delta")],
            rows=rows,
            low=-1,
            high=1,
            ends=(_("−1: the first is always lower"), _("1: the first is always higher")),
            line_at=0,
        )
    )


def _tiles(reading: Reading, found: Compared, voice: str | None) -> list[Block]:
    counts, words = found.counts, reading.words
    a, b = (marks_of(reading, group) for group in (found.first, found.second))
    total = counts.at("pair", None, None, voice)

    def tile(row: str, column: str) -> Tile:
        shown = counts.at("pair", row, column, voice)
        url = reading.stories_url(mark_of(found.first, row), mark_of(found.second, column), voice=voice or TOGETHER)
        cell = Cell(shown, counts.at("pair", row, None, voice), url)
        return Tile(
            cell, _step(shown, counts.at("pair", row, None, voice), counts.at("pair", None, column, voice), total)
        )

    return [
        blocks.tiles(
            Tiles(
                title=voice_word(voice or TOGETHER),
                note=_("n = %(n)s who answered both; shares are of the row.") % {"n": Cell(total).text()},
                corner=words.question(found.first.name),
                columns=[words.mark(found.second.name, mark) for mark in b],
                rows=[
                    (
                        words.mark(found.first.name, row),
                        [tile(row, column) for column in b],
                        Cell(counts.at("pair", row, None, voice)),
                    )
                    for row in a
                ],
                foot=[Cell(counts.at("pair", None, column, voice)) for column in b],
                total=Cell(total),
            )
        )
    ]


def _step(shown: object, row: object, column: object, total: object) -> int:
    """How far a tile lies from chance, by numbers that are shown, or nothing."""
    numbers = [each for each in (shown, row, column, total) if isinstance(each, int)]
    if len(numbers) < 4 or not numbers[3]:
        return 0
    seen, across, down, all_ = numbers
    expected = across * down / all_
    spread = expected * (1 - across / all_) * (1 - down / all_)
    return step_of((seen - expected) / spread**0.5) if spread > 0 else 0


def _means(reading: Reading, found: Compared, voice: str | None) -> list[Block]:
    column = column_of(reading.selection.whole, found.second)
    assert isinstance(column, ScaleColumn)
    words, code = reading.words, found.second.code
    rows = []
    for option in marks_of(reading, found.first):
        mean = found.means[voice].get(option)
        label = words.mark(found.first.name, option)
        n = Cell(found.counts.at("groups", option, voice)).text()
        if mean is None:
            rows.append((label, [Interval(None, None, None, f"{HIDDEN}, n = {n}")]))
            continue
        text = interval_text(mean.value, mean.low, mean.high, write=lambda value: number(value, 1))
        rows.append((label, [Interval(mean.value, mean.low, mean.high, f"{text}, n = {n}")]))
    ends = (words.end(code, "left") or number(column.low, 0), words.end(code, "right") or number(column.high, 0))
    title = f"{words.question(found.second.name)} · {voice_word(voice or TOGETHER)}"
    picture = IntervalPicture(
        title=title,
        description=_("Each group's mean with its 95 %% interval. n = %(n)s who answered both.")
        % {"n": Cell(found.counts.at("groups", None, voice)).text()},
        label_heading=words.question(found.first.name),
        series=[_("Mean (95 % interval), n")],
        rows=rows,
        low=column.low,
        high=column.high,
        ends=ends,
    )
    items = [
        (words.mark(found.first.name, option), url)
        for option in marks_of(reading, found.first)
        if (url := reading.stories_url(mark_of(found.first, option), voice=voice or TOGETHER))
    ]
    return [blocks.picture(picture), *([blocks.links(items, title=_("The stories of each group"))] if items else [])]


def _plane(reading: Reading, found: Compared, voice: str | None) -> list[Block]:
    words = reading.words
    a, b = (marks_of(reading, group) for group in (found.first, found.second))

    def ends(group: Group) -> tuple[str, str]:
        name = words.question(group.name)
        left, right = words.end(group.code, "left"), words.end(group.code, "right")
        return (left or _("low: %(name)s") % {"name": name}, right or _("high: %(name)s") % {"name": name})

    cells = [
        [
            Cell(
                found.counts.at("pair", column, row, voice),
                found.counts.at("pair", None, None, voice),
                reading.stories_url(
                    marking.bin_mark(found.first.code, x, TILES),
                    marking.bin_mark(found.second.code, y, TILES),
                    voice=voice or TOGETHER,
                ),
            )
            for x, column in enumerate(a)
        ]
        for y, row in enumerate(b)
    ]
    return [
        blocks.picture(
            SquareGrid(
                title=f"{words.question(found.first.name)} → · {words.question(found.second.name)} ↑",
                description=_("n = %(n)s who answered both. The larger the square, the more stories.")
                % {"n": Cell(found.counts.at("pair", None, None, voice)).text()},
                columns=a,
                rows=b,
                cells=cells,
                x_ends=ends(found.first),
                y_ends=ends(found.second),
                corner=words.question(found.second.name),
            )
        )
    ]


PICTURES = {"tiles": _tiles, "means": _means, "plane": _plane, "triads": triads}


def together_picture(reading: Reading, tests: Sequence[tuple[str | None, Comparison]]) -> list[Block]:
    """The effects of all voices in one picture, beside each other; those of whose tables nothing is hidden."""
    rows, low = [], 0.0
    for voice, test in tests:
        if test.effect is None or "too_few" in test.notes:
            continue
        effect = test.effect
        low = -1.0 if effect.name in ("cliffs_delta", "spearman") else low
        text = f"{effect_text(effect)}, n = {formats.number_text(test.n)}"
        rows.append((voice_word(voice or TOGETHER), [Interval(effect.size, effect.low, effect.high, text)]))
    if len(rows) < 2:
        return []
    return [
        blocks.heading(_("Voice beside voice")),
        blocks.picture(
            IntervalPicture(
                title=_("How large, and how sure"),
                description=_("Each voice's effect with its 95 % interval."),
                label_heading=_("Voice"),
                series=[_("Effect")],
                rows=rows,
                low=low,
                high=1.0,
                ends=(number(low, 0), number(1.0, 0)),
                line_at=0.0,
            )
        ),
    ]


def _by_a_third(reading: Reading, found: Compared) -> list[Block]:
    """Two choices lead on to whether they do something to a third answer together."""
    if found.kind != "tiles":
        return []
    items = [
        (reading.words.question(code), reading.url("pattern_three", found.first.name, found.second.name, code))
        for code, column in reading.selection.whole.columns.items()
        if code not in (found.first.code, found.second.code) and not isinstance(column, StonesColumn)
    ]
    return [blocks.links(items, title=_("What the two do together to a third answer"))] if items else []


urlpatterns: list[URLPattern] = [
    path("patterns/<uuid:framework_id>/compare/<str:first>/<str:second>/", two, name="pattern_compare"),
]
