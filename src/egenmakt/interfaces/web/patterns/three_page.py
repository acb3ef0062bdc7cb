"""The page of three questions: the test in words, and each combination with its number."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from egenmakt.core.patterns.comparison import Comparison
from egenmakt.core.patterns.table import ScaleColumn, SeveralColumn, TriadColumn
from egenmakt.core.patterns.voices import TOGETHER
from egenmakt.interfaces.web.patterns import blocks
from egenmakt.interfaces.web.patterns.blocks import Block
from egenmakt.interfaces.web.patterns.comparing import together_picture
from egenmakt.interfaces.web.patterns.describing import few_notice, shareable
from egenmakt.interfaces.web.patterns.figures import only_all
from egenmakt.interfaces.web.patterns.groups import Group, column_of
from egenmakt.interfaces.web.patterns.pictures.base import HIDDEN, Cell
from egenmakt.interfaces.web.patterns.pictures.intervals import Interval, IntervalPicture, interval_text
from egenmakt.interfaces.web.patterns.pictures.tiles import Tile, Tiles, step_of
from egenmakt.interfaces.web.patterns.requests import pattern_page, voice_cells
from egenmakt.interfaces.web.patterns.selection import Reading, read
from egenmakt.interfaces.web.patterns.sentences import coarse, number, sober
from egenmakt.interfaces.web.patterns.side_by_side import mark_of, marks_of
from egenmakt.interfaces.web.patterns.three import Three, compare_all_three
from egenmakt.interfaces.web.patterns.words import voice_word
from egenmakt.interfaces.web.patterns.working import worked_out


@pattern_page
def three(request: HttpRequest, framework_id: UUID, first: str, second: str, third: str) -> HttpResponse:
    """The page of three questions."""
    reading = read(request, framework_id)
    groups = [Group.of(name) for name in (first, second, third)]
    names = [reading.words.question(name) for name in (first, second, third)]
    title = _("%(scale)s by %(one)s and %(other)s") % {"scale": names[2], "one": names[0], "other": names[1]}
    for place, group in enumerate(groups):
        column = column_of(reading.selection.whole, group)
        if isinstance(column, SeveralColumn) or (place == 2 and isinstance(column, TriadColumn)):
            return _choose_part(request, reading, groups, place, title)
    found = worked_out(
        reading.selection.key("three", first, second, third), lambda: compare_all_three(reading.selection, *groups)
    )
    shown: list[Block] = few_notice(reading, found.counts)
    for voice in reading.selection.shown_voices:
        shown += _voice(reading, found, voice)
    shown += together_picture(reading, [
        (voice, test) for voice, test in found.tests.items()
        if test is not None and not found.counts.anything_hidden("cells", voice)
    ])  # fmt: skip
    return blocks.show(
        request,
        reading,
        title=title,
        blocks=shown,
        stories=voice_cells(reading, found.counts),
        hidden=found.counts.hidden,
    )


def _choose_part(request: HttpRequest, reading: Reading, groups: list[Group], place: int, title: str) -> HttpResponse:
    """Several answers and the parts of a triad are no one thing: which of them is compared is chosen first."""
    code = groups[place].code
    column = reading.selection.whole.columns[code]
    parts = column.options if isinstance(column, SeveralColumn) else getattr(column, "corners", ())
    items = []
    for part in parts:
        names = [Group(code, part).name if number == place else group.name for number, group in enumerate(groups)]
        items.append((reading.words.mark(code, part), reading.url("pattern_three", *names)))
    counts = worked_out(reading.selection.key("all"), lambda: only_all(reading.selection))
    title_of_list = (
        _("“%(question)s” takes several answers. Which of them?")
        if isinstance(column, SeveralColumn)
        else _("“%(question)s” has three parts. Which of them?")
    ) % {"question": reading.words.question(code)}
    shown = [blocks.links(items, title=title_of_list)]
    return blocks.show(request, reading, title=title, blocks=shown, stories=voice_cells(reading, counts))


def _voice(reading: Reading, found: Three, voice: str | None) -> list[Block]:
    shown = [blocks.heading(voice_word(voice or TOGETHER))]
    if (test := found.tests[voice]) is not None:
        told, inside = shareable(reading, sober(test), hidden=found.counts.anything_hidden("cells", voice))
        if found.kind != "means" and told:
            told = [*told, _("Shares are compared by adding, in percentage points.")]
        shown.append(blocks.finding(_headline(test), told or coarse(test), inside=inside))
    return [*shown, *(_tiles(reading, found, voice) if found.kind == "tiles" else _means(reading, found, voice))]


def _combinations(reading: Reading, found: Three) -> list[tuple[str, str, str]]:
    """Each combination of the first two, with its words."""
    words, (a, b) = reading.words, (found.first, found.second)
    return [
        (one, other, f"{words.mark(a.name, one)} · {words.mark(b.name, other)}")
        for one in marks_of(reading, a)
        for other in marks_of(reading, b)
    ]


def _means(reading: Reading, found: Three, voice: str | None) -> list[Block]:
    words, third = reading.words, found.third.name
    column = column_of(reading.selection.whole, found.third)
    low, high = (column.low, column.high) if isinstance(column, ScaleColumn) else (0.0, 100.0)
    rows, items = [], []
    for one, other, label in _combinations(reading, found):
        shown_n = found.n(one, other, voice)
        if shown_n == 0:
            continue
        marks = (mark_of(found.first, one), mark_of(found.second, other))
        if url := reading.stories_url(*marks, voice=voice or TOGETHER):
            items.append((label, url))
        n, mean = Cell(shown_n).text(), found.means[voice][one, other]
        if mean is None:
            rows.append((label, [Interval(None, None, None, f"{HIDDEN}, n = {n}")]))
        else:
            text = interval_text(mean.value, mean.low, mean.high, write=lambda value: number(value, 1))
            rows.append((label, [Interval(mean.value, mean.low, mean.high, f"{text}, n = {n}")]))
    description = (
        _("The mean of each combination with its 95 %% interval. n = %(n)s who answered all three.")
        if found.kind == "means"
        else _("Of each combination so many in a hundred, with a 95 %% interval. n = %(n)s who answered all three.")
    ) % {"n": Cell(found.n(None, None, voice)).text()}
    picture = IntervalPicture(
        title=words.question(third),
        description=description,
        label_heading=_("Combination"),
        series=[_("Mean (95 % interval), n") if found.kind == "means" else _("In a hundred (95 % interval), n")],
        rows=rows,
        low=low,
        high=high,
        ends=(
            (not found.third.option and words.end(third, "left")) or number(low, 0),
            (not found.third.option and words.end(third, "right")) or number(high, 0),
        ),
    )
    links = [blocks.links(items, title=_("The stories of each group"))] if items else []
    return [blocks.picture(picture), *links]


def _tiles(reading: Reading, found: Three, voice: str | None) -> list[Block]:
    """For each answer to the third question how many gave it in each combination, and of how many."""
    words, counts = reading.words, found.counts
    a, b = marks_of(reading, found.first), marks_of(reading, found.second)
    whose = voice_word(voice or TOGETHER)

    def cell(one: str | None, other: str | None, answer: str) -> Cell:
        url = ""
        if one is not None and other is not None:
            marks = (mark_of(found.first, one), mark_of(found.second, other), mark_of(found.third, answer))
            url = reading.stories_url(*marks, voice=voice or TOGETHER)
        return Cell(counts.at("cells", one, other, answer, voice), found.n(one, other, voice), url)

    def tile(one: str, other: str, answer: str) -> Tile:
        return Tile(here := cell(one, other, answer), _step(here, cell(None, None, answer)))

    return [
        blocks.tiles(
            Tiles(
                title=" · ".join(
                    [f"{words.question(found.third.name)} – {words.mark(found.third.name, answer)}", whose]
                ),
                note=_("n = %(n)s who answered all three; each share is of its combination.")
                % {"n": Cell(found.n(None, None, voice)).text()},
                corner=words.question(found.first.name),
                columns=[words.mark(found.second.name, other) for other in b],
                rows=[
                    (
                        words.mark(found.first.name, one),
                        [tile(one, other, answer) for other in b],
                        cell(one, None, answer),
                    )
                    for one in a
                ],
                foot=[cell(None, other, answer) for other in b],
                total=cell(None, None, answer),
            )
        )
        for answer in marks_of(reading, found.third)
    ]


def _step(here: Cell, all_: Cell) -> int:
    """How far a share lies from that of all, by numbers that are shown, or nothing."""
    if here.share is None or all_.share is None or not isinstance(here.whole, int):
        return 0
    share, n = float(all_.share), here.whole
    spread = n * share * (1 - share)
    return step_of((float(here.share) * n - n * share) / spread**0.5) if spread > 0 else 0


def _headline(test: Comparison) -> str:
    if "too_few" in test.notes:
        return _("Too few stories to compare these three.")
    if test.p > 0.05:
        return _("It is not shown that the two do something together that neither does alone.")
    return _("The two do something together that neither does alone: where one is so, the other matters otherwise.")


urlpatterns: list[URLPattern] = [
    path("patterns/<uuid:framework_id>/three/<str:first>/<str:second>/<str:third>/", three, name="pattern_three"),
]
