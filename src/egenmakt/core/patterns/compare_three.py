"""Three questions compared: does an answer differ by two choices together otherwise than by each of them alone?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from egenmakt.core.patterns.comparison import Comparison
from egenmakt.core.patterns.design import Design, design_of
from egenmakt.core.patterns.effects import Effect
from egenmakt.core.patterns.interactions import InCells, interaction_by_re_ordering, interaction_interval
from egenmakt.core.patterns.naming import named_column
from egenmakt.core.patterns.scores import Feature
from egenmakt.core.patterns.search import features_of, own_values
from egenmakt.core.patterns.table import (
    ANSWERED,
    BoolArray,
    ChoiceColumn,
    Column,
    FloatArray,
    NotATable,
    ScaleColumn,
    StoryTable,
    states_of,
)
from egenmakt.core.patterns.threes import cell_keys, cells_of, interaction, interaction_with_units
from egenmakt.core.patterns.voices import heard

RE_ORDERED = 1_999
NAN = float("nan")


def compare_three(
    *,
    table: StoryTable,
    first: str,
    second: str,
    third: str,
    seed: int,
    voice: str | None = None,
    least: int = 20,
    re_ordered: int = RE_ORDERED,
) -> Comparison:
    """Whether two choices do something to an answer together that neither does alone, beyond adding up.

    Args: the names of three questions or parts of them (see `naming`): two of one choice, then a choice, a scale or a
    part of a triad; a seed; a voice or TOGETHER; the least stories of an option; how often residuals are re-ordered.
    A scale is tested by the F test of the interaction, a choice by the shares of its options and re-ordered residuals;
    within facilitators, tellers as units. The size is partial epsilon squared with a 95 % interval. Raises: NotATable.
    """
    some = heard(table=table, voice=voice)
    questions = (first, second, third)
    columns = {name: named_column(table=some, name=name) for name in questions}
    a, b, y = (columns[name] for name in questions)
    if not isinstance(y, (ScaleColumn, ChoiceColumn)) or not all(isinstance(one, ChoiceColumn) for one in (a, b)):
        raise NotATable("Three are compared as choice, choice, and a choice, a scale or a part of a triad.")
    if len({name.partition(".")[0] for name in questions}) < len(questions):
        raise NotATable("Three parts of one question are no pattern: they are answered together.")
    missing = {
        code: {state: n for state, n in states_of(column).items() if state != "answered"}
        for code, column in columns.items()
    }
    (one,), (other,) = (features_of(code=name, column=columns[name]) for name in questions[:2])
    design = design_of(table=some)
    stories = _in_cells(one, other, y, design, least)
    fit = stories.fit() if stories is not None else None
    if stories is None or fit is None or fit.degrees < 1 or fit.left < 1 or fit.between + fit.rest <= 0:
        return Comparison(questions, "interaction", 0, missing, NAN, 0, 1.0, 0, None, notes=("too_few",))
    rng = np.random.default_rng(seed)
    name = "interaction"
    if isinstance(y, ScaleColumn):
        p, times = _scale_probability(one, other, third, y, design, least), 0
    else:
        p, times, name = interaction_by_re_ordering(stories=stories, rng=rng, times=re_ordered), re_ordered, "shares"
    f = (fit.between / fit.degrees) / (fit.rest / fit.left) if fit.rest > 0 else float("inf")
    size = Effect("partial_epsilon_squared", max(0.0, fit.effect), *interaction_interval(stories=stories, rng=rng))
    return Comparison(
        questions, name, stories.cell.size, missing, f, fit.degrees, p, times, size,
        notes=("cells_left_out",) if stories.cell.size < int(_all_answered(columns).sum()) else (),
    )  # fmt: skip


def _all_answered(columns: Mapping[str, Column]) -> BoolArray:
    return np.asarray(np.all([column.states == ANSWERED for column in columns.values()], axis=0))


def _scale_probability(a: Feature, b: Feature, name: str, y: ScaleColumn, design: Design, least: int) -> float:
    own = own_values(code=name, column=y)
    keys = cell_keys(a=a, b=b, blocks=design.blocks)
    found = interaction(a=a, b=b, y=own, keys=keys, many=int(design.blocks.max(initial=-1)) + 1, least=least)
    if found is None:
        return 1.0
    if design.clustered:
        return interaction_with_units(found=found, a=a, b=b, y=own, design=design, least=least)
    return found.p


def _in_cells(a: Feature, b: Feature, y: ChoiceColumn | ScaleColumn, design: Design, least: int) -> InCells | None:
    """The stories that answered all three and lie in cells with enough of them."""
    assert a.codes is not None
    inside = np.asarray(a.answered & b.answered & (y.states == ANSWERED))
    key = cell_keys(a=a, b=b, blocks=np.zeros(inside.size, dtype=np.int64))
    cells = cells_of(key[inside], len(a.options), len(b.options), 1, least)
    if cells is None:
        return None
    inside = inside & np.isin(key, cells.kept)
    return InCells(
        cell=np.searchsorted(cells.kept, key[inside]).astype(np.int64),
        values=_numbers(y)[inside],
        design=design.take(inside),
        incidence=cells.incidence,
    )


def _numbers(y: ChoiceColumn | ScaleColumn) -> FloatArray:
    """A scale as it is; a choice as one share for each of its options."""
    if isinstance(y, ScaleColumn):
        return np.asarray(y.values[:, None])
    return np.asarray(y.chosen[:, None] == np.arange(len(y.options)), dtype=np.float64)
