"""The expression of each measure: written once with ibis, and run unchanged on DuckDB and on Spark."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from egenmakt.core.evidence.measures.figure import Cell
from egenmakt.core.evidence.measures.measure import AnyOf, Condition, Measure

if TYPE_CHECKING:
    import ibis.expr.types as ir

VALUE: Final = "value_"
N: Final = "n_"
ROWS: Final = "rows_"
PERIOD: Final = "period_"
_FROM, _UNTIL, _STATE = "from_", "until_", "state_"

Period = tuple[date, date]


def state_day(until_on: date) -> date:
    """The day of the state at the end of a period: the last end of a month before the exclusive last day."""
    return until_on.replace(day=1) - timedelta(days=1)


def rows_of(*, table: ir.Table, measure: Measure, cell: Cell, period: Period, by: Sequence[str] = ()) -> ir.Table:
    """The rows of facts that a measure counts."""
    import ibis  # noqa: PLC0415  # takes more than a second to load: only where facts are counted

    chosen = _chosen(table, measure, cell, by)
    from_on, until_on = period
    return chosen.filter(
        _in_time(chosen, measure, ibis.literal(from_on), ibis.literal(until_on), ibis.literal(state_day(until_on)))
    )


def taken(*, table: ir.Table, measure: Measure, cell: Cell, period: Period, by: Sequence[str] = ()) -> ir.Table:
    """What a measure takes of its rows: value, n and rows, for each combination of the columns `by`."""
    return _aggregated(rows_of(table=table, measure=measure, cell=cell, period=period, by=by), measure, by)


def taken_by_period(
    *, table: ir.Table, periods: Sequence[Period], measure: Measure, cell: Cell, by: Sequence[str] = ()
) -> ir.Table:
    """The same for each of several periods, in one pass; `period_` is the place of a period in the list."""
    import ibis  # noqa: PLC0415  # see rows_of

    rows = [(place, *period, state_day(period[1])) for place, period in enumerate(periods)]
    named = ibis.memtable(
        [dict(zip((PERIOD, _FROM, _UNTIL, _STATE), row, strict=True)) for row in rows],
        schema={PERIOD: "int64", _FROM: "date", _UNTIL: "date", _STATE: "date"},
    )
    chosen = _chosen(table, measure, cell, by).cross_join(named)
    inside = chosen.filter(_in_time(chosen, measure, chosen[_FROM], chosen[_UNTIL], chosen[_STATE]))
    return _aggregated(inside, measure, [PERIOD, *by])


def taken_together(*, table: ir.Table, asked: Sequence[tuple[Measure, Cell, Period]]) -> ir.Table:
    """What several measures take of one table, in one pass: value, n and rows of each, numbered in their order.

    Args: asked, whose measures are of this table, and none of them a median, which needs the rows in an order.
    """
    import ibis  # noqa: PLC0415  # see rows_of

    columns = {}
    for place, (measure, cell, (from_on, until_on)) in enumerate(asked):
        days = (ibis.literal(from_on), ibis.literal(until_on), ibis.literal(state_day(until_on)))
        counts = _in_time(table, measure, *days)
        for condition in _conditions(table, measure, cell, ()):
            counts = counts & condition
        columns[f"{VALUE}{place}"] = _value(table, measure, counts).cast("int64")
        columns[f"{N}{place}"] = table[measure.of_table.who].nunique(where=counts)
        columns[f"{ROWS}{place}"] = table.count(where=counts)
    return table.aggregate(**columns)


def _chosen(table: ir.Table, measure: Measure, cell: Cell, by: Sequence[str]) -> ir.Table:
    """The rows of a cell that meet all conditions, at any time."""
    conditions = _conditions(table, measure, cell, by)
    return table.filter(conditions) if conditions else table


def _conditions(table: ir.Table, measure: Measure, cell: Cell, by: Sequence[str]) -> list[Any]:
    """What a row of a cell meets, at any time. No condition is ever unknown: it is met or it is not."""
    asked = {name for name, _ in cell} | set(by)
    conditions = [_met(table, one) for one in measure.where]
    conditions += [
        table[name].isnull() if value is None else table[name].notnull() & (table[name] == value)
        for name, value in cell
    ]
    # a row that is a part of another row counts only where its part is asked for
    conditions += [table[name].isnull() for name in measure.of_table.parts if name not in asked]
    return conditions


def _met(table: ir.Table, condition: Condition | AnyOf) -> Any:
    if isinstance(condition, AnyOf):
        first, *others = (_met(table, one) for one in condition.conditions)
        for other in others:
            first = first | other
        return first
    column, values = table[condition.column], condition.values
    match condition.operator:
        case "is":
            met = column == values[0]
        case "is_not":
            return column.isnull() | (column != values[0])
        case "in":
            met = column.isin(list(values))
        case "at_least":
            met = column >= values[0]
        case "at_most":
            met = column <= values[0]
        case "empty":
            return column.isnull()
        case "filled":
            return column.notnull()
    # what is empty meets no condition; said aloud, so that one of several conditions is never unknown
    return column.notnull() & met


def _in_time(rows: ir.Table, measure: Measure, from_on: Any, until_on: Any, state_on: Any) -> Any:
    """Whether a row counts in a period whose last day is exclusive."""
    table = measure.of_table
    if table.name == "outside":
        starts, ends = rows[table.starts], rows[table.ends]
        # somebody else's figure has a period of its own: new ones lie in ours, states end with it
        return (starts >= from_on) & (ends <= until_on) if measure.time == "periodic" else ends == until_on
    day = rows[measure.day or table.day]
    if measure.time == "periodic":
        return day.notnull() & (day >= from_on) & (day < until_on)
    if measure.time == "cumulative":
        return day.notnull() & (day < until_on)
    if table.is_state:
        return day == state_on
    ends = rows[table.ends]
    return (day < until_on) & (ends.isnull() | (ends >= until_on))


def _aggregated(rows: ir.Table, measure: Measure, by: Sequence[str]) -> ir.Table:
    if measure.take == "median":
        rows = _ranked(rows, measure.column, by)
    whole = {N: rows[measure.of_table.who].nunique(), ROWS: rows.count()}
    keyed = rows.group_by(list(by)) if by else rows
    return keyed.aggregate(**{VALUE: _value(rows, measure).cast("int64")}, **whole)


def _value(rows: ir.Table, measure: Measure, counts: Any = None) -> Any:
    """What is taken of the rows, or of those of them that count."""
    import ibis  # noqa: PLC0415  # see rows_of

    if measure.take == "rows":
        return rows.count(where=counts)
    column = rows[measure.column]
    match measure.take:
        case "distinct":
            return column.nunique(where=counts)
        case "sum":
            return ibis.coalesce(column.sum(where=counts), 0)
        case "lowest":
            return column.min(where=counts)
        case "highest":
            return column.max(where=counts)
        case _:
            # the value in the middle, the lower one of two: it occurs among the rows, and is whole
            return column.max(where=(rows["rank_"] + 1) * 2 <= rows["filled_"] + 1)


def _ranked(rows: ir.Table, column: str, by: Sequence[str]) -> ir.Table:
    """The rows with their place from 0 by a column that is not empty, and how many such rows there are."""
    import ibis  # noqa: PLC0415  # see rows_of

    keys = list(by)
    filled = rows[column].count().over(ibis.window(group_by=keys))
    rank = ibis.row_number().over(ibis.window(group_by=[*keys, rows[column].isnull()], order_by=rows[column]))
    return rows.mutate(rank_=rank.cast("int64"), filled_=filled.cast("int64"))
