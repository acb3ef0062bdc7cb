"""Two questions: how the one goes with the other, voice by voice; counts protected, means where they may be told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import sqrt

import numpy as np

from egenmakt.core.disclosure import Suppressed
from egenmakt.core.patterns.compare import compare
from egenmakt.core.patterns.comparison import Comparison
from egenmakt.core.patterns.design import design_of, unit_sums
from egenmakt.core.patterns.laws import normal_quantile
from egenmakt.core.patterns.naming import named_column
from egenmakt.core.patterns.table import (
    ANSWERED,
    BoolArray,
    ChoiceColumn,
    Column,
    IntArray,
    NotATable,
    ScaleColumn,
    SeveralColumn,
    StonesColumn,
    StoryTable,
    TriadColumn,
)
from egenmakt.core.patterns.triads import Centre, TriadGrid, parts_axis, triad_axis
from egenmakt.core.patterns.voices import TOGETHER
from egenmakt.interfaces.web.patterns.figures import GRID, ask_all, by_bins, centre_of, of_voice, question_counts
from egenmakt.interfaces.web.patterns.published import (
    Divided,
    Given,
    PageCounts,
    PublishedCounts,
    answered,
    by_axis,
    by_option,
    by_state,
)
from egenmakt.interfaces.web.patterns.selection import SEED, Selection

TILES = 5
"""Bins along each scale where two are laid against each other."""
SIDE_GRIDS = {ScaleColumn: TriadGrid(divisions=3), TriadColumn: TriadGrid(divisions=2)}
"""The bins of a triad that is laid side by side for the parts of another question: fewer where there are more parts."""
RANK: dict[type, int] = {ChoiceColumn: 0, SeveralColumn: 0, ScaleColumn: 1, TriadColumn: 2, StonesColumn: 3}


@dataclass(frozen=True, slots=True)
class Group:
    """What divides the stories of a comparison: an option of a choice, or one of several options chosen or not."""

    code: str
    option: str = ""

    @property
    def name(self) -> str:
        """As addresses and tests write it."""
        return f"{self.code}.{self.option}" if self.option else self.code

    @classmethod
    def of(cls, name: str) -> Group:
        """From its name."""
        code, _dot, option = name.partition(".")
        return cls(code, option)


@dataclass(frozen=True, slots=True)
class MeanOf:
    """A group's mean with its 95 % interval, tellers as units; n as it may be shown."""

    n: int
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """Two questions, ready to be shown."""

    first: Group
    second: Group
    kind: str
    """`tiles`, `means`, `plane` or `triads`."""
    counts: PublishedCounts
    tests: Mapping[str | None, Comparison | None]
    means: Mapping[str | None, Mapping[str, MeanOf | None]]
    centres: Mapping[str | None, Mapping[str, Centre | None]]
    grid: TriadGrid = GRID


def column_of(table: StoryTable, group: Group) -> Column:
    """The answers of a question, one option of it as no or yes, or one part of a triad. Raises: NotATable."""
    return named_column(table=table, name=group.name)


def with_column(table: StoryTable, group: Group) -> StoryTable:
    """The table with a column of the group's own name."""
    if not group.option:
        return table
    return StoryTable(
        ids=table.ids,
        tellers=table.tellers,
        facilitators=table.facilitators,
        voices=table.voices,
        rounds=table.rounds,
        columns={**table.columns, group.name: column_of(table, group)},
        left_out=table.left_out,
    )


def side_by_side(table: StoryTable, group: Group) -> tuple[Divided, Given]:
    """What divides the stories that a triad is drawn for: options, thirds of a scale, zones of another triad."""
    own = table.column(group.code)
    if isinstance(own, (ScaleColumn, TriadColumn)) and not group.option:
        parts = by_axis(parts_axis(question=group.code, column=own))
        return replace(parts, code=f"{group.code}|parts"), answered(group.code, own)
    return divided_by(table, group)


def divided_by(table: StoryTable, group: Group, bins: int = TILES, grid: TriadGrid = GRID) -> tuple[Divided, Given]:
    """What a question brings to a table: its categories, given that it was answered."""
    own = table.column(group.code)
    there = answered(group.code, own)
    if isinstance(own, SeveralColumn) and group.option:
        return by_option(group.code, group.option, own.chosen[:, own.options.index(group.option)]), there
    if isinstance(own, TriadColumn):
        found = by_axis(triad_axis(question=group.code, column=own, grid=grid))
        return (found if grid == GRID else replace(found, code=f"{group.code}|{grid.divisions}")), there
    return by_bins(group.code, own, bins), there


def can_be_compared(one: Column, other: Column) -> bool:
    """Whether there is a page for two questions: for any two but stones."""
    return all(RANK[type(column)] <= RANK[TriadColumn] for column in (one, other))


def in_order(table: StoryTable, first: Group, second: Group) -> tuple[Group, Group]:
    """What divides comes before what is measured. Raises: NotATable for what cannot be compared."""
    ranks = [RANK[type(column_of(table, group))] for group in (first, second)]
    if first.name == second.name or not can_be_compared(*(column_of(table, group) for group in (first, second))):
        raise NotATable("These two cannot be compared.")
    return (first, second) if ranks[0] <= ranks[1] else (second, first)


def pair_counts(selection: Selection, first: Group, second: Group) -> PageCounts:
    """What the page of two questions counts; for who sees more pages than stories it fits the page of each of them."""
    a, b = column_of(selection.whole, first), column_of(selection.whole, second)
    kind = kind_of_two(a, b)
    counts = selection.counts()
    ask_all(selection, counts)
    grid = SIDE_GRIDS.get(type(a), GRID)
    divided, there = (side_by_side if kind == "triads" else divided_by)(selection.whole, first)
    other, also = divided_by(selection.whole, second, grid=grid)
    givens = list({given.divided.code: given for given in (there, also)}.values())
    if kind == "means":
        counts.ask("groups", divided, given=givens)
    else:
        counts.ask("pair", divided, other, given=givens)
    if kind == "triads":
        counts.ask("applies", divided, by_state(second.code, b), given=[there])
    if not selection.is_free:
        counts.after([question_counts(selection, code) for code in sorted({first.code, second.code})])
    return counts


def compare_two(selection: Selection, first: Group, second: Group) -> Compared:
    """Count two questions against each other by voice, protect the counts, and test what may be tested."""
    first, second = in_order(selection.whole, first, second)
    a, b = column_of(selection.whole, first), column_of(selection.whole, second)
    kind, grid = kind_of_two(a, b), SIDE_GRIDS.get(type(a), GRID)
    published = pair_counts(selection, first, second).protect()
    voices = selection.shown_voices
    return Compared(
        first=first,
        second=second,
        kind=kind,
        counts=published,
        tests={voice: _tested(selection, first, second, voice) for voice in voices},
        means={
            voice: _means(selection, published, first, second, voice) if kind == "means" else {} for voice in voices
        },
        centres={
            voice: _centres(selection, published, first, second, voice, grid) if kind == "triads" else {}
            for voice in voices
        },
        grid=grid,
    )


def kind_of_two(a: Column, b: Column) -> str:
    """How two questions are shown, what divides first."""
    if isinstance(b, TriadColumn):
        return "triads"
    if isinstance(a, ScaleColumn):
        return "plane"
    return "means" if isinstance(b, ScaleColumn) else "tiles"


def _tested(selection: Selection, first: Group, second: Group, voice: str | None) -> Comparison | None:
    some = with_column(with_column(of_voice(selection.table, voice), first), second)
    columns = [some.columns[group.name] for group in (first, second)]
    if any(isinstance(column, SeveralColumn) for column in columns):
        return None
    try:
        (found,) = compare(table=some, first=first.name, second=second.name, seed=SEED, voice=TOGETHER)
    except NotATable:
        return None
    return found


def _means(
    selection: Selection, counts: PublishedCounts, first: Group, second: Group, voice: str | None
) -> dict[str, MeanOf | None]:
    some = of_voice(selection.table, voice)
    a, b = column_of(some, first), column_of(some, second)
    if not isinstance(a, (ChoiceColumn, SeveralColumn)) or not isinstance(b, ScaleColumn):
        return {}
    units = design_of(table=some).units
    both = np.asarray((a.states == ANSWERED) & (b.states == ANSWERED))
    found: dict[str, MeanOf | None] = {}
    for place, option in enumerate(a.options):
        n = counts.at("groups", option, voice) if isinstance(a, ChoiceColumn) else Suppressed.WITHHELD
        if isinstance(n, Suppressed) or n < selection.k:
            found[option] = None
            continue
        chosen = a.chosen == place if isinstance(a, ChoiceColumn) else a.chosen[:, place]
        found[option] = mean_of(b, both & np.asarray(chosen), units)
    return found


def mean_of(column: ScaleColumn, mask: BoolArray, units: IntArray) -> MeanOf:
    """The mean of some stories and its interval by the sums of each teller's deviations."""
    values = column.values[mask]
    own = np.unique(units[mask], return_inverse=True)[1].astype(np.int64)
    mean, many = float(values.mean()), int(own.max()) + 1
    squares = float((unit_sums(values=(values - mean)[:, None] / values.size, units=own) ** 2).sum())
    reach = normal_quantile(0.975) * sqrt(squares * many / max(many - 1, 1))
    return MeanOf(values.size, mean, max(column.low, mean - reach), min(column.high, mean + reach))


def _centres(
    selection: Selection, counts: PublishedCounts, first: Group, second: Group, voice: str | None, grid: TriadGrid
) -> dict[str, Centre | None]:
    some = of_voice(selection.table, voice)
    divided, _there = side_by_side(some, first)
    found: dict[str, Centre | None] = {}
    for place, mark in enumerate(divided.categories):
        part = some.take(np.asarray(divided.codes == place))
        bins = [counts.at("pair", mark, each, voice) for each in grid.marks()]
        n = counts.at("pair", mark, None, voice)
        found[mark] = centre_of(part, second.code, n=n, bins=bins, k=selection.k, grid=grid)
    return found
