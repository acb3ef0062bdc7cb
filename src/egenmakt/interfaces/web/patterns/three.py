"""Three questions: what two do together that neither does alone, to a scale, a choice, an option or part of a triad."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from egenmakt.core.disclosure import Suppressed
from egenmakt.core.patterns.compare_three import compare_three
from egenmakt.core.patterns.comparison import Comparison
from egenmakt.core.patterns.design import design_of
from egenmakt.core.patterns.table import ANSWERED, ChoiceColumn, Column, NotATable, ScaleColumn, StoryTable
from egenmakt.core.patterns.voices import TOGETHER
from egenmakt.interfaces.web.patterns.figures import ask_all, of_voice
from egenmakt.interfaces.web.patterns.groups import Group, MeanOf, column_of, divided_by, in_order, mean_of, pair_counts
from egenmakt.interfaces.web.patterns.published import PublishedCounts, Shown
from egenmakt.interfaces.web.patterns.selection import SEED, Selection


@dataclass(frozen=True, slots=True, eq=False)
class Three:
    """Two choices and what differs by them, ready to be shown."""

    first: Group
    second: Group
    third: Group
    kind: str
    """`means` of a scale, `shares` of a yes, or `tiles` of a choice of more options."""
    counts: PublishedCounts
    tests: Mapping[str | None, Comparison | None]
    means: Mapping[str | None, Mapping[tuple[str, str], MeanOf | None]]

    def n(self, first: str | None, second: str | None, voice: str | None) -> Shown:
        """How many stories answered all three, of one combination of the first two."""
        place = (first, second) if self.kind == "means" else (first, second, None)
        return self.counts.at("cells", *place, voice)


def kind_of(column: Column) -> str:
    """How the third question is shown. Raises: NotATable for what cannot be the third."""
    if isinstance(column, ScaleColumn):
        return "means"
    if isinstance(column, ChoiceColumn):
        return "shares" if column.options == ("no", "yes") else "tiles"
    raise NotATable("The third is a choice, an option, a scale or a part of a triad.")


def compare_all_three(selection: Selection, first: Group, second: Group, third: Group) -> Three:
    """Count, protect, and test the interaction. Raises: NotATable."""
    whole = selection.whole
    kind = kind_of(column_of(whole, third))
    if not all(isinstance(column_of(whole, group), ChoiceColumn) for group in (first, second)) or len(
        {group.code for group in (first, second, third)}
    ) < len((first, second, third)):
        raise NotATable("Three are compared as choice, choice, and a choice, a scale or a part of a triad.")
    counts = selection.counts()
    ask_all(selection, counts)
    (a, a_there), (b, b_there), (y, y_there) = (divided_by(whole, group) for group in (first, second, third))
    givens = [a_there, b_there, y_there]
    counts.ask("cells", *((a, b) if kind == "means" else (a, b, y)), given=givens)
    if not selection.is_free:
        pairs = ((first, second), (first, third), (second, third))
        counts.after([pair_counts(selection, *in_order(whole, *pair)) for pair in pairs])
    published = counts.protect()
    voices = selection.shown_voices
    found = Three(first, second, third, kind, published, {}, {})
    return Three(
        first=first,
        second=second,
        third=third,
        kind=kind,
        counts=published,
        tests={voice: _tested(selection, first, second, third, voice) for voice in voices},
        means={voice: _means(selection, found, voice) if kind != "tiles" else {} for voice in voices},
    )


def _tested(selection: Selection, first: Group, second: Group, third: Group, voice: str | None) -> Comparison | None:
    some = of_voice(selection.table, voice)
    names = (first.name, second.name, third.name)
    try:
        return compare_three(
            table=some, first=names[0], second=names[1], third=names[2], seed=SEED, voice=TOGETHER,
            least=max(20, selection.k),
        )  # fmt: skip
    except NotATable:
        return None


def _means(selection: Selection, found: Three, voice: str | None) -> dict[tuple[str, str], MeanOf | None]:
    """The mean, or the share of yes in per cent, of each combination whose numbers may be told."""
    some = of_voice(selection.table, voice)
    a, b, y = column_of(some, found.first), column_of(some, found.second), _measured(some, found.third)
    assert isinstance(a, ChoiceColumn)
    assert isinstance(b, ChoiceColumn)
    units = design_of(table=some).units
    told: dict[tuple[str, str], MeanOf | None] = {}
    for i, one in enumerate(a.options):
        for j, other in enumerate(b.options):
            needed = [found.n(one, other, voice)]
            if found.kind == "shares":
                needed.append(found.counts.at("cells", one, other, "yes", voice))
            mask = np.asarray((a.chosen == i) & (b.chosen == j) & (y.states == ANSWERED))
            is_told = not any(isinstance(n, Suppressed) for n in needed) and mask.sum() >= selection.k
            told[one, other] = mean_of(y, mask, units) if is_told else None
    return told


def _measured(table: StoryTable, third: Group) -> ScaleColumn:
    column = column_of(table, third)
    if isinstance(column, ScaleColumn):
        return column
    assert isinstance(column, ChoiceColumn)
    values = np.where(column.states == ANSWERED, 100.0 * (column.chosen == 1), np.nan)
    return ScaleColumn(column.states, values, 0.0, 100.0)
