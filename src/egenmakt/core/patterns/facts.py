"""The same counts over files of facts: expressions that DuckDB works out where the stories do not fit in memory.

A table of facts has one row for each story. A question has the column `QUESTION` and, where it may be unanswered,
`QUESTION__state` (0 answered, 1 does not apply, 2 skipped, 3 not asked). A choice is its option's code, a scale a
number, a question of several answers a yes or no in `QUESTION__OPTION`, a triad three whole numbers that add to 10,000
in `QUESTION__a`, `__b` and `__c`. Expressions run on any engine that ibis knows; nothing is read before they are run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from egenmakt.core.patterns.table import (
    ANSWERED,
    STATES,
    ChoiceColumn,
    IntArray,
    NotATable,
    ScaleColumn,
    SeveralColumn,
    StoryTable,
    TriadColumn,
)
from egenmakt.core.patterns.triads import WHOLE, ZONES, TriadGrid, whole_parts
from egenmakt.core.patterns.voices import TOGETHER

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

VOICE = "voice"


@dataclass(frozen=True, slots=True, eq=False)
class FactCount:
    """Counts by marks, as `describe.Counted`: n stories answered all, `missing` tells why the others did not."""

    counts: IntArray
    n: int
    size: int


@dataclass(frozen=True, slots=True)
class Marks:
    """One thing to count by: the question and how its answers become marks from 0 to `size` - 1."""

    question: str
    kind: str
    size: int
    options: tuple[str, ...] = ()
    low: float = 0.0
    high: float = 100.0
    grid: TriadGrid | None = None


def choice_marks(*, question: str, options: Sequence[str]) -> Marks:
    """Count by the options of a choice, in their order."""
    return Marks(question, "choice", len(options), options=tuple(options))


def scale_marks(*, question: str, bins: int = 10, low: float = 0.0, high: float = 100.0) -> Marks:
    """Count by bins of equal width; the high end belongs to the last."""
    return Marks(question, "scale", bins, low=low, high=high)


def triad_marks(*, question: str, grid: TriadGrid | None = None) -> Marks:
    """Count by a triad's bins, or by its seven zones."""
    return Marks(question, "triad", len(ZONES) if grid is None else grid.size, grid=grid)


def fact_table(*, table: StoryTable, voice: str = TOGETHER) -> pa.Table:
    """The facts of a table of stories, to be written as Parquet. The voice is a column: nothing is pooled by it."""
    import pyarrow as pa  # noqa: PLC0415  # a large library that a page without facts does not need

    columns: dict[str, Any] = {"id": list(table.ids)}
    for name, labels in ((VOICE, table.voices), ("round", table.rounds), ("facilitator", table.facilitators)):
        columns[name] = pa.array([labels.names[code] if code >= 0 else None for code in labels.codes], pa.string())
    for code, column in table.columns.items():
        answered = column.states == ANSWERED
        columns[f"{code}__state"] = pa.array(column.states)
        if isinstance(column, ChoiceColumn):
            indices = pa.array(column.chosen, mask=~answered)
            columns[code] = pa.DictionaryArray.from_arrays(indices, pa.array(column.options, pa.string()))
        elif isinstance(column, ScaleColumn):
            columns[code] = pa.array(column.values, mask=~answered)
        elif isinstance(column, SeveralColumn):
            for place, option in enumerate(column.options):
                columns[f"{code}__{option}"] = pa.array(column.chosen[:, place], mask=~answered)
        elif isinstance(column, TriadColumn):
            whole = np.zeros((table.size, 3), dtype=np.int32)
            whole[answered] = whole_parts(parts=column.parts[answered])
            for place, part in enumerate("abc"):
                columns[f"{code}__{part}"] = pa.array(whole[:, place], mask=~answered)
    return pa.table(columns)


def chosen(*, facts: ir.Table, where: Mapping[str, Any]) -> ir.Table:
    """The facts that meet all conditions: a value, several values, or (low, high) for a scale, both in it."""
    for code, wanted in where.items():
        column = facts[code]
        if isinstance(wanted, tuple):
            facts = facts.filter(column.between(*wanted))
        elif isinstance(wanted, list):
            facts = facts.filter(column.isin(wanted))
        else:
            facts = facts.filter(column == wanted)
    return facts


def count_facts(
    *, facts: ir.Table, marks: Sequence[Marks], voice: str, where: Mapping[str, Any] | None = None
) -> FactCount:
    """Count stories by any marks, those with all answers, in one pass over the facts.

    Args: a table that ibis knows; what to count by; a voice by name, or TOGETHER said aloud; conditions.
    The numbers are those of `describe.count` over the same stories. Raises: NotATable.
    """
    if not marks:
        raise NotATable("Name at least one thing to count by.")
    some = _heard(facts, voice, where)
    return _folded(_grouped(some, [_mark(some, one) for one in marks]), marks, range(len(marks)))


def _heard(facts: ir.Table, voice: str, where: Mapping[str, Any] | None) -> ir.Table:
    some = chosen(facts=facts, where=where or {})
    return some if voice == TOGETHER else some.filter(some[VOICE] == voice)


Groups = list[tuple[tuple[int | None, ...], int]]


def _grouped(facts: ir.Table, columns: Sequence[ir.Value]) -> Groups:
    """How many stories have each combination of marks, in one pass."""
    names = [f"m{place}" for place in range(len(columns))]
    marked = facts.select(**dict(zip(names, columns, strict=True)))
    found = marked.group_by(names).aggregate(n=marked.count()).to_pyarrow().to_pydict()
    cells = zip(*(found[name] for name in names), strict=True)
    return list(zip(cells, found["n"], strict=True))


def _folded(groups: Groups, marks: Sequence[Marks], places: Sequence[int]) -> FactCount:
    """Counts by some of the marks of a pass."""
    counts = np.zeros([one.size for one in marks], dtype=np.int64)
    size = n = 0
    for cell, number in groups:
        size += number
        chosen_marks = [cell[place] for place in places]
        known = tuple(int(mark) for mark in chosen_marks if mark is not None)
        if len(known) == len(chosen_marks):
            counts[known] += number
            n += number
    return FactCount(counts, n, size)


@dataclass(frozen=True, slots=True, eq=False)
class TriadPage:
    """All that a page of one triad shows: zones, bins, bins by a choice, and why answers are not there."""

    zones: FactCount
    bins: FactCount
    by: FactCount | None
    missing: dict[str, int]


def triad_page_facts(
    *,
    facts: ir.Table,
    question: str,
    voice: str,
    grid: TriadGrid,
    by: Marks | None = None,
    where: Mapping[str, Any] | None = None,
) -> TriadPage:
    """The counts of a triad's page, all in one pass over the facts."""
    some = _heard(facts, voice, where)
    zones, bins = triad_marks(question=question), triad_marks(question=question, grid=grid)
    columns = [_mark(some, zones), _mark(some, bins), some[f"{question}__state"].cast("int64")]
    groups = _grouped(some, columns if by is None else [*columns, _mark(some, by)])
    states = [sum(n for cell, n in groups if cell[2] == state) for state in range(len(STATES))]
    return TriadPage(
        zones=_folded(groups, [zones], [0]),
        bins=_folded(groups, [bins], [1]),
        by=None if by is None else _folded(groups, [by, bins], [3, 1]),
        missing=dict(zip(STATES, states, strict=True)),
    )


def missing_facts(
    *, facts: ir.Table, question: str, voice: str, where: Mapping[str, Any] | None = None
) -> dict[str, int]:
    """How many answered a question and how many did not, and why; they add up to all that were chosen."""
    some = _heard(facts, voice, where)
    state = some[f"{question}__state"]
    found = some.group_by(state=state).aggregate(n=some.count()).to_pyarrow().to_pydict()
    told = dict(zip(found["state"], found["n"], strict=True))
    return {name: int(told.get(code, 0)) for code, name in enumerate(STATES)}


def _mark(facts: ir.Table, marks: Marks) -> ir.Value:
    """The number of a story's mark, empty where there is no answer."""
    import ibis  # noqa: PLC0415  # takes more than a second to load: only where facts are counted

    if marks.kind == "choice":
        column = facts[marks.question].cast("string")
        return ibis.cases(
            *((column == option, place) for place, option in enumerate(marks.options)), else_=ibis.null("int64")
        )
    if marks.kind == "scale":
        place = ((facts[marks.question] - marks.low) * marks.size / (marks.high - marks.low)).floor().cast("int64")
        # DuckDB's least() skips what is empty: an unanswered question would land in the last bin
        return ibis.cases((place.notnull(), ibis.least(place, ibis.literal(marks.size - 1))), else_=ibis.null("int64"))
    a, b, c = (facts[f"{marks.question}__{part}"].cast("int64") for part in "abc")
    answered = a.notnull()
    found = _zone(a, b, c) if marks.grid is None else _bin(a, b, c, marks.grid)
    return ibis.cases((answered, found), else_=ibis.null("int64"))


def _zone(a: Any, b: Any, c: Any) -> Any:
    import ibis  # noqa: PLC0415  # see _mark

    corner, side = WHOLE * 3 // 5, WHOLE // 5
    return ibis.cases(
        (c >= corner, 2), (b >= corner, 1), (a >= corner, 0), (c <= side, 3), (b <= side, 5), (a <= side, 4), else_=6
    )


def _bin(a: Any, b: Any, c: Any, grid: TriadGrid) -> Any:
    """The same whole-number steps as `TriadGrid.codes`, so that no point falls on another side of a line."""
    import ibis  # noqa: PLC0415  # see _mark

    m, border = grid.divisions, grid.border
    i, j, k = ((part * m) // WHOLE for part in (a, b, c))
    over = i + j + k == m
    take_i, take_j = over & (i > 0), over & (i == 0) & (j > 0)
    row, second = i - take_i.cast("int64"), j - take_j.cast("int64")
    third = k - (over & ~take_i & ~take_j).cast("int64")
    down = (row + second + third == m - 2).cast("int64")
    cell = 3 + 3 * m + m * m - (m - row) * (m - row) + 2 * second + down

    def edge(side: int, start: Any, end: Any) -> Any:
        return 3 + side * m + ibis.least((end * m) // ibis.greatest(start + end, 1), m - 1)

    return ibis.cases(
        (a >= WHOLE - border, 0),
        (b >= WHOLE - border, 1),
        (c >= WHOLE - border, 2),
        (a <= border, edge(0, b, c)),
        (b <= border, edge(1, c, a)),
        (c <= border, edge(2, a, b)),
        else_=cell,
    )
