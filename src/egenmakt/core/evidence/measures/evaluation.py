"""Figures out of facts: one, many, one for each cell of a table, one for each period, and the rows behind them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

from egenmakt.core.evidence.facts import EXACT, Facts, Value, Written, empty_table
from egenmakt.core.evidence.measures.expressions import (
    PERIOD,
    ROWS,
    VALUE,
    N,
    Period,
    rows_of,
    taken,
    taken_by_period,
    taken_together,
)
from egenmakt.core.evidence.measures.figure import Cell, Figure, FigureSpec
from egenmakt.core.evidence.measures.measure import Measure, NotAMeasure

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

Key = tuple[Value, ...]
NOTHING = Figure(0, None, 0, 0)
AT_ONCE = 25
"""Measures in one query: an engine plans a query of hundreds of columns more slowly than several of fewer."""


class Asked(Protocol):
    """Facts that answer an expression: `Facts` does by DuckDB, and any other engine that ibis knows can."""

    def table(self, name: str, /) -> ir.Table: ...
    def asked(self, expression: Any, /) -> list[dict[str, Any]]: ...


def figure(facts: Asked, spec: FigureSpec) -> Figure:
    """The answer to a figure. Raises: NotAMeasure where currencies would be mixed."""
    known = facts.answers if isinstance(facts, Facts) else {}
    if spec not in known:
        _one_currency(spec, ())
        parts = [_single(facts, spec, measure) for measure in spec.measures]
        known[spec] = _together(parts[0], parts[1] if spec.of is not None else None)
    found: Figure = known[spec]
    return found


def figures(facts: Asked, specs: Sequence[FigureSpec]) -> list[Figure]:
    """The answers to many figures, in their order, in one pass over each table that they count.

    Raises: NotAMeasure where currencies would be mixed.
    """
    known = facts.answers if isinstance(facts, Facts) else {}
    new = [spec for spec in dict.fromkeys(specs) if spec not in known]
    for spec in new:
        _one_currency(spec, ())
    wanted: dict[str, dict[_Part, None]] = {}
    for spec in new:
        for measure in spec.measures:
            wanted.setdefault(measure.table, {})[measure, spec.cell, (spec.from_on, spec.until_on)] = None
    answers: dict[_Part, Figure] = {}
    for name, parts in wanted.items():
        answers |= _in_one_pass(facts, name, list(parts))
    for spec in new:
        period = (spec.from_on, spec.until_on)
        whole = None if spec.of is None else answers[spec.of, spec.cell, period]
        known[spec] = _together(answers[spec.measure, spec.cell, period], whole)
    return [known[spec] for spec in specs]


_Part = tuple[Measure, Cell, Period]


def _in_one_pass(facts: Asked, name: str, parts: Sequence[_Part]) -> dict[_Part, Figure]:
    answers = {}
    plain = [part for part in parts if part[0].take != "median"]
    for start in range(0, len(plain), AT_ONCE):
        some = plain[start : start + AT_ONCE]
        row = _asked(facts, name, taken_together, asked=tuple(some))[0]
        for place, part in enumerate(some):
            names = {kept: f"{kept}{place}" for kept in (VALUE, N, ROWS)}
            answers[part] = _read({kept: row[numbered] for kept, numbered in names.items()})
    for part in parts:
        if part not in answers:
            measure, cell, (from_on, until_on) = part
            answers[part] = _single(facts, FigureSpec(measure, from_on, until_on, cell), measure)
    return answers


def table(facts: Asked, spec: FigureSpec, by: Sequence[str]) -> dict[Key, Figure]:
    """A figure for each combination of one or two columns that occurs, in one query for each measure.

    Keys are in the order of `by`; None is an empty cell. Raises: NotAMeasure.
    """
    known = facts.answers if isinstance(facts, Facts) else {}
    if (spec, *by) not in known:
        known[spec, *by] = _table(facts, spec, by)
    return dict(known[spec, *by])


def _table(facts: Asked, spec: FigureSpec, by: Sequence[str]) -> dict[Key, Figure]:
    if not 1 <= len(by) <= 2 or len(set(by)) != len(by) or set(by) & {name for name, _ in spec.cell}:
        raise NotAMeasure("A table is by one or two columns, each once, and by none that its cell names.")
    _one_currency(spec, by)
    parts = []
    for measure in spec.measures:
        for name in by:
            measure.of_table.column(name)
        period = (spec.from_on, spec.until_on)
        rows = _asked(facts, measure.table, taken, measure=measure, cell=spec.cell, period=period, by=tuple(by))
        parts.append(_keyed(rows, by))
    return _all_together(parts)


def series(facts: Asked, spec: FigureSpec, periods: Sequence[Period], by: str = "") -> list[dict[Key, Figure]]:
    """A figure for each of several periods, in one query for each measure; by a column too, where one is named.

    Returns: for each period the figures by key, which is () without `by`. Raises: NotAMeasure.
    """
    columns = [by] if by else []
    _one_currency(spec, columns)
    for start, end in periods:
        replace(spec, from_on=start, until_on=end)
    parts = []
    for measure in spec.measures:
        expression = taken_by_period(
            table=facts.table(measure.table), periods=periods, measure=measure, cell=spec.cell, by=columns
        )
        parts.append(_keyed(facts.asked(expression), [PERIOD, *columns]))
    together = _all_together(parts)
    found: list[dict[Key, Figure]] = [{} for _ in periods]
    for (place, *key), answer in together.items():
        found[place][tuple(key)] = answer  # type: ignore[index]  # the place of a period is a whole number
    if not by:
        empty = _together(_nothing(spec.measure), None if spec.of is None else _nothing(spec.of))
        for one in found:
            one.setdefault((), empty)
    return found


def rows_behind(facts: Facts, spec: FigureSpec, *, of: bool = False, first: int = 0, most: int = 1000) -> pa.Table:
    """The rows of facts that a figure counts, in the order of the table; those of its whole with `of`.

    Args: first and most, for a page of them.
    """
    measure = spec.measure if not of or spec.of is None else spec.of
    facts_table = facts.table(measure.table)
    chosen = rows_of(table=facts_table, measure=measure, cell=spec.cell, period=(spec.from_on, spec.until_on))
    names = [column.name for column in measure.of_table.columns]
    ordered = chosen.order_by([chosen[name].asc(nulls_first=True) for name in names])
    return facts.arrow(ordered.limit(most, offset=first))


def _asked(facts: Asked, name: str, taking: Callable[..., ir.Table], **how: Hashable) -> list[dict[str, Any]]:
    """The rows of what is taken of a table, by the text that was written of it before where DuckDB is asked."""
    if isinstance(facts, Facts):
        return facts.answered(_written(name, taking, tuple(how.items())))
    return facts.asked(taking(table=facts.table(name), **how))


@lru_cache(maxsize=1024)
def _written(name: str, taking: Callable[..., ir.Table], how: tuple[tuple[str, Hashable], ...]) -> Written:
    """An expression put into words for DuckDB: all facts have the same columns, so the same words serve them all."""
    return Written.of(taking(table=empty_table(name), **dict(how)))


def _single(facts: Asked, spec: FigureSpec, measure: Measure) -> Figure:
    period = (spec.from_on, spec.until_on)
    found = _asked(facts, measure.table, taken, measure=measure, cell=spec.cell, period=period)
    return _read(found[0]) if found else _nothing(measure)


def _keyed(rows: Sequence[Mapping[str, Any]], by: Sequence[str]) -> dict[Key, Figure]:
    return {tuple(row[name] for name in by): _read(row) for row in rows}


def _read(row: Mapping[str, Any]) -> Figure:
    value = row[VALUE]
    if value is not None and not -EXACT < value < EXACT:
        raise NotAMeasure("A figure is too large to be exact everywhere. Ask for a smaller cell or a shorter period.")
    return Figure(value, None, row[N], row[ROWS])


def _nothing(measure: Measure) -> Figure:
    """The answer where no row is: nothing of a sum is 0, and of a lowest there is none."""
    return NOTHING if measure.take in ("rows", "distinct", "sum") else replace(NOTHING, value=None)


def _together(part: Figure, whole: Figure | None) -> Figure:
    return part if whole is None else Figure(part.value, whole.value, whole.n, whole.rows)


def _all_together(parts: Sequence[dict[Key, Figure]]) -> dict[Key, Figure]:
    """Cell by cell; where the whole has nothing, or the part has nothing, it is 0."""
    if len(parts) == 1:
        return parts[0]
    part, whole = parts
    return {key: _together(part.get(key, NOTHING), whole.get(key, NOTHING)) for key in part.keys() | whole.keys()}


def _one_currency(spec: FigureSpec, by: Sequence[str]) -> None:
    if spec.lacks_currency and "currency" not in by:
        raise NotAMeasure("Amounts of several currencies are never added: name the currency in the cell.")
