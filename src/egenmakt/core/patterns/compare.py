"""Compare: two questions, tested and sized; the omnibus before pairs, missing left out, always two-sided."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from egenmakt.core.patterns.compare_choices import choice_choice, choice_scale, scale_scale
from egenmakt.core.patterns.compare_triads import choice_triad, with_triad
from egenmakt.core.patterns.comparison import Comparison, Ready, holm
from egenmakt.core.patterns.design import design_of
from egenmakt.core.patterns.naming import named_column
from egenmakt.core.patterns.table import (
    ANSWERED,
    ChoiceColumn,
    Column,
    NotATable,
    ScaleColumn,
    SeveralColumn,
    StoryTable,
    TriadColumn,
    states_of,
)
from egenmakt.core.patterns.voices import heard


def compare(
    *,
    table: StoryTable,
    first: str,
    second: str,
    seed: int,
    voice: str | None = None,
    least: int = 5,
    alpha: float = 0.05,
    by_facilitator: bool = True,
    by_teller: bool = True,
) -> tuple[Comparison, ...]:
    """Compare two questions by the test that fits them; a question of several answers gives one test for each option.

    Args: two questions; a seed; a voice or TOGETHER; the least stories an option needs to take part.
    With several options tested, their probabilities are corrected for their number (Holm). Raises: NotATable.
    """
    some = heard(table=table, voice=voice)
    design = design_of(table=some, by_facilitator=by_facilitator, by_teller=by_teller)
    left, right = _options(some, first), _options(some, second)
    found = []
    for number, ((a, x), (b, y)) in enumerate((one, other) for one in left for other in right):
        if RANK.get(type(x), 9) > RANK.get(type(y), 9):
            (a, x), (b, y) = (b, y), (a, x)
        test = TESTS.get((type(x), type(y)))
        if test is None:
            raise NotATable(f"{a} and {b} cannot be compared by a test; look at their counts.")
        mask = np.asarray((x.states == ANSWERED) & (y.states == ANSWERED))
        missing = {
            code: {k: v for k, v in states_of(column).items() if k != "answered"} for code, column in ((a, x), (b, y))
        }
        ready = Ready(mask, design, missing, np.random.default_rng((seed, number)))
        found.append(test((a, b), x, y, ready, least, alpha))
    return tuple(found) if len(found) == 1 else _holm_over(found)


def _holm_over(found: Sequence[Comparison]) -> tuple[Comparison, ...]:
    p = holm(p=[one.p for one in found])
    return tuple(
        replace(one, p=value, extra={**one.extra, "p_alone": one.p}) for one, value in zip(found, p, strict=True)
    )


def _options(table: StoryTable, name: str) -> list[tuple[str, Column]]:
    """The question itself, or each of its several options as a question of its own."""
    column = named_column(table=table, name=name)
    if not isinstance(column, SeveralColumn):
        return [(name, column)]
    return [(f"{name}.{option}", named_column(table=table, name=f"{name}.{option}")) for option in column.options]


RANK: dict[type, int] = {ChoiceColumn: 0, ScaleColumn: 1, TriadColumn: 2, SeveralColumn: 3}
TESTS: dict[tuple[type, type], Callable[[tuple[str, str], Column, Column, Ready, int, float], Comparison]] = {
    (ChoiceColumn, ChoiceColumn): choice_choice,
    (ChoiceColumn, ScaleColumn): choice_scale,
    (ScaleColumn, ScaleColumn): scale_scale,
    (ChoiceColumn, TriadColumn): choice_triad,
    (ScaleColumn, TriadColumn): with_triad,
    (TriadColumn, TriadColumn): with_triad,
}
"""Kinds of two questions -> the test that fits them."""
