"""What one question says, voice by voice: counts as they may be shown, and means only where they give nothing away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from egenmakt.core.disclosure import Suppressed
from egenmakt.core.patterns.axes import Axis, axis_of
from egenmakt.core.patterns.describe import ScaleSummary, summary
from egenmakt.core.patterns.design import design_of
from egenmakt.core.patterns.table import (
    ANSWERED,
    BoolArray,
    ChoiceColumn,
    Column,
    ScaleColumn,
    SeveralColumn,
    StonesColumn,
    StoryTable,
    TriadColumn,
)
from egenmakt.core.patterns.triad_tests import Scattered, against_uniform
from egenmakt.core.patterns.triads import Centre, TriadGrid, centre, triad_axis
from egenmakt.core.patterns.voices import TOGETHER, heard
from egenmakt.interfaces.web.patterns.published import (
    Divided,
    Given,
    PageCounts,
    PublishedCounts,
    Shown,
    answered,
    by_axis,
    by_option,
    by_state,
    sum_may_be_shown,
)
from egenmakt.interfaces.web.patterns.selection import SEED, Selection

GRID = TriadGrid(divisions=5)
BINS = (10, 5, 2)
"""Bins of a scale, the finest first: the first in which the largest voice has no bin too small to show."""
RESAMPLES = (200, 1_000)
DRAWN_MOST = 4_000_000
"""Fewest and most resamples of a centre's region, and how many numbers are drawn for them at most: 32 MB."""
SQUARES = 6
"""Squares along each side of a canvas."""


@dataclass(frozen=True, slots=True, eq=False)
class Described:
    """One question, ready to be shown: it holds no number that may not be."""

    counts: PublishedCounts
    bins: int
    summaries: Mapping[str | None, ScaleSummary | None]
    """Of a scale, for each voice; None where it would give hidden numbers away."""
    centres: Mapping[str | None, Centre | None]
    scattered: Mapping[str | None, Scattered | None]


def of_voice(table: StoryTable, voice: str | None) -> StoryTable:
    """The stories of a voice; None for all together, which the reader asked for by name."""
    return heard(table=table, voice=voice or TOGETHER)


def ask_all(selection: Selection, counts: PageCounts) -> None:
    """How many stories each voice has."""
    counts.ask("all")


def only_all(selection: Selection) -> PublishedCounts:
    """Nothing but how many stories each voice has."""
    counts = selection.counts()
    ask_all(selection, counts)
    return counts.protect()


def bins_of(selection: Selection, column: ScaleColumn) -> int:
    """In how many bins to show a scale; fewer where many would hold too few."""
    codes = selection.whole.voices.codes[column.states == ANSWERED]
    if not codes.size:
        return BINS[0]
    largest = int(np.bincount(codes + 1).argmax()) - 1
    for bins in BINS:
        axis = axis_of(question="", column=column, bins=bins)
        assert axis.codes is not None
        mine = axis.codes[(selection.whole.voices.codes == largest) & axis.answered]
        held = np.bincount(mine, minlength=bins)
        if not ((held > 0) & (held < selection.k)).any():
            return bins
    return 5


def state_counts(selection: Selection, code: str) -> PageCounts:
    """Who answered a question and why the others did not: the first that is decided about, by itself."""
    counts = selection.counts()
    ask_all(selection, counts)
    counts.ask("state", by_state(code, selection.whole.column(code)))
    return counts


def question_counts(selection: Selection, code: str) -> PageCounts:
    """What the page of a question counts; for who sees more pages than stories it fits what the overview shows."""
    column = selection.whole.column(code)
    counts = selection.counts()
    ask_all(selection, counts)
    counts.ask("state", by_state(code, column))
    bins = bins_of(selection, column) if isinstance(column, ScaleColumn) else 0
    for name, divided, given in values_of(code, column, bins):
        counts.ask(name, divided, given=given)
    if not selection.is_free:
        counts.after([state_counts(selection, code)])
    return counts


def describe_question(selection: Selection, code: str) -> Described:
    """Count a question by voice, protect the counts, and work out what may stand beside them."""
    column = selection.whole.column(code)
    bins = bins_of(selection, column) if isinstance(column, ScaleColumn) else 0
    published = question_counts(selection, code).protect()
    voices = selection.shown_voices
    return Described(
        counts=published,
        bins=bins,
        summaries={voice: _summary(selection, published, code, bins, voice) for voice in voices},
        centres={voice: _centre(selection, published, code, voice) for voice in voices},
        scattered={voice: _scattered(selection, published, code, voice) for voice in voices},
    )


def values_of(code: str, column: Column, bins: int) -> list[tuple[str, Divided, list[Given]]]:
    """The tables of a question's answers: one, or one for each of several options, or for each stone."""
    there = answered(code, column)
    if isinstance(column, SeveralColumn):
        return [
            (f"value/{option}", by_option(code, option, column.chosen[:, place]), [there])
            for place, option in enumerate(column.options)
        ]
    if isinstance(column, TriadColumn):
        return [("value", by_axis(triad_axis(question=code, column=column, grid=GRID)), [there])]
    if isinstance(column, StonesColumn):
        return [each for stone in column.stones for each in _stone(code, column, stone, there)]
    return [("value", by_bins(code, column, bins), [there])]


def by_bins(code: str, column: Column, bins: int) -> Divided:
    """By the options of a choice or the bins of a scale; other bins are another dimension."""
    found = by_axis(value_axis(code, column, bins))
    return replace(found, code=f"{code}|{len(found.categories)}") if isinstance(column, ScaleColumn) else found


def value_axis(code: str, column: Column, bins: int) -> Axis:
    """The axis of a choice or a scale as the pages show it."""
    return axis_of(question=code, column=column, bins=bins or BINS[0])


def _stone(code: str, column: StonesColumn, stone: str, there: Given) -> list[tuple[str, Divided, list[Given]]]:
    laid: BoolArray = np.asarray(~np.isnan(column.points[:, column.stones.index(stone), :]).any(axis=1))
    is_laid = by_option(f"{code}.{stone}", "laid", laid)
    squares = by_axis(axis_of(question=code, column=column, stone=stone, bins=SQUARES))
    return [(f"laid/{stone}", is_laid, [there]), (f"value/{stone}", squares, [there, Given(is_laid, "yes")])]


def _summary(
    selection: Selection, counts: PublishedCounts, code: str, bins: int, voice: str | None
) -> ScaleSummary | None:
    some = of_voice(selection.table, voice)
    column = some.columns[code]
    if not isinstance(column, ScaleColumn):
        return None
    n = counts.at("state", "answered", voice)
    values = column.values[column.states == ANSWERED]
    if isinstance(n, Suppressed) or n < selection.k:
        return None
    told = summary(values=values)
    if not counts.anything_hidden("value", voice):
        return told
    axis = value_axis(code, column, bins)
    assert axis.codes is not None
    edges = np.linspace(column.low, column.high, bins + 1)
    place = axis.codes[column.states == ANSWERED]
    shown = np.array([not isinstance(counts.at("value", mark, voice), Suppressed) for mark in axis.marks])
    inside = shown[place]
    if not sum_may_be_shown(
        low=float(edges[place[inside]].sum()),
        value=float(values[inside].sum()),
        high=float(edges[place[inside] + 1].sum()),
        k=selection.k,
        reach=column.high - column.low,
    ):
        return None
    return ScaleSummary(told.n, told.mean, None, None, None, None)


def _parts(table: StoryTable, code: str) -> tuple[TriadColumn, BoolArray] | None:
    column = table.columns[code]
    return (column, np.asarray(column.states == ANSWERED)) if isinstance(column, TriadColumn) else None


def _centre(selection: Selection, counts: PublishedCounts, code: str, voice: str | None) -> Centre | None:
    some = of_voice(selection.table, voice)
    if not isinstance(some.columns[code], TriadColumn):
        return None
    bins = [counts.at("value", mark, voice) for mark in GRID.marks()]
    return centre_of(some, code, n=counts.at("state", "answered", voice), bins=bins, k=selection.k)


def centre_of(
    some: StoryTable, code: str, *, n: Shown, bins: Sequence[Shown], k: int, grid: TriadGrid = GRID
) -> Centre | None:
    """The centre of a triad for some stories, where it may stand beside what is shown of its bins."""
    found = _parts(some, code)
    if found is None or isinstance(n, Suppressed) or n < k:
        return None
    column, there = found
    if any(isinstance(each, Suppressed) for each in bins) and not _has_room(column, code, bins, k, grid):
        return None
    units = design_of(table=some, by_facilitator=False).units[there]
    many = int(np.unique(units).size)
    resamples = max(RESAMPLES[0], min(RESAMPLES[1], DRAWN_MOST // max(many, 1)))
    return centre(parts=column.parts[there], units=units, rng=np.random.default_rng(SEED), resamples=resamples)


def _has_room(column: TriadColumn, code: str, shown_bins: Sequence[Shown], k: int, grid: TriadGrid) -> bool:
    """Whether the shown bins leave each of the three parts enough room; see `sum_may_be_shown`.

    Bins inside are triangles with sides along the three parts, so what their sum can be is the hexagon that the least
    and the most of each part bound.
    """
    axis = triad_axis(question=code, column=column, grid=grid)
    assert axis.codes is not None
    there = np.asarray(column.states == ANSWERED)
    shown = np.array([not isinstance(each, Suppressed) for each in shown_bins])
    bins, parts = axis.codes[there], column.parts[there]
    inside = shown[bins]
    spans = [np.array(grid.polygon(mark=mark)) for mark in range(grid.size)]
    low = np.array([span.min(axis=0) for span in spans])[bins[inside]].sum(axis=0)
    high = np.array([span.max(axis=0) for span in spans])[bins[inside]].sum(axis=0)
    value = parts[inside].sum(axis=0)
    return all(
        sum_may_be_shown(low=float(low[side]), value=float(value[side]), high=float(high[side]), k=k, reach=1)
        for side in range(3)
    )


def _scattered(selection: Selection, counts: PublishedCounts, code: str, voice: str | None) -> Scattered | None:
    some = of_voice(selection.table, voice)
    found = _parts(some, code)
    n = counts.at("state", "answered", voice)
    # chi-squared over few large triangles, from hundreds of stories: no bin can be had from it
    if found is None or isinstance(n, Suppressed) or n < 4 * selection.k:
        return None
    column, there = found
    units = design_of(table=some, by_facilitator=False).units[there]
    return against_uniform(parts=column.parts[there], units=units)


def choice_options(column: Column) -> tuple[str, ...]:
    """The options of a choice or of several."""
    return column.options if isinstance(column, (ChoiceColumn, SeveralColumn)) else ()
