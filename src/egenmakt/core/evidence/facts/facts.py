"""All tables of one day: checked cell by cell, in one order, with a fingerprint, and ready to be asked.

Rows come from the database or from CSV files; both are checked in the same way and stand in the order of all their
columns, so that equal facts have equal bytes and one fingerprint.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from threading import RLock
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from egenmakt.core.canonical import fingerprint
from egenmakt.core.evidence.facts.tables import (
    EXACT,
    REMEDIES,
    TABLES,
    NotFacts,
    TableOfFacts,
    Value,
    is_of,
    known_table,
    not_in_column,
    schema_of,
)
from egenmakt.core.evidence.facts.written import ROWS_AT_ONCE, sha256_of

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa
    from ibis.backends.duckdb import Backend


@dataclass(frozen=True, eq=False, slots=True)
class Written:
    """An expression in the words of DuckDB, with the columns that it gives; it can be asked of any facts."""

    text: str
    columns: pa.Schema

    @staticmethod
    def of(expression: ir.Table) -> Written:
        """Put an expression over tables of `empty_table` into words. It may hold no rows of its own."""
        import ibis  # noqa: PLC0415  # takes more than a second to load: only where facts are counted

        return Written(str(ibis.to_sql(expression, dialect="duckdb")), expression.schema().to_pyarrow())


def empty_table(name: str) -> ir.Table:
    """A table of facts with its columns and without any facts, for expressions that are put into words."""
    import ibis  # noqa: PLC0415  # see Written.of

    known_table(name)
    return ibis.table(ibis.Schema.from_pyarrow(schema_of(TABLES[name])), name=name)


@dataclass(frozen=True, eq=False)
class Facts:
    """All tables as they were on one day, with a fingerprint. Made by `Facts.of` or read from CSV; never changed."""

    tables: Mapping[str, pa.Table]
    _lock: RLock = field(default_factory=RLock, repr=False)
    answers: dict[Any, Any] = field(default_factory=dict, repr=False)
    """What was asked of them already: facts never change, and a report asks for the same figure in many places."""
    _known: dict[str, ir.Table] = field(default_factory=dict, repr=False)

    @staticmethod
    def of(rows: Mapping[str, Iterable[Sequence[Value]]]) -> Facts:
        """Facts from rows, each as long as its table has columns and in their order; a table left out is empty.

        Raises: NotFacts, naming table, row and column of the first cell that cannot be.
        """
        for name in rows:
            known_table(name)
        return Facts.of_tables({name: _from_rows(table, rows.get(name, ())) for name, table in TABLES.items()})

    @staticmethod
    def of_tables(tables: Mapping[str, pa.Table]) -> Facts:
        """Facts from tables that have the columns already. Each is checked and put in order. Raises: NotFacts."""
        return Facts(
            MappingProxyType(
                {
                    name: _in_order(_checked(table, tables[name])) if name in tables else _from_rows(table, ())
                    for name, table in TABLES.items()
                }
            )
        )

    @cached_property
    def fingerprints(self) -> Mapping[str, str]:
        """SHA-256 of each table's CSV."""
        return {name: sha256_of(self.tables[name]) for name in TABLES}

    @cached_property
    def data_version(self) -> str:
        """The fingerprint of all tables: equal facts have an equal one, and one altered cell makes another."""
        return fingerprint({"schema": "egenmakt.facts.1", "tables": dict(self.fingerprints)})

    @cached_property
    def engine(self) -> Backend:
        """The tables in DuckDB, in memory, for expressions of ibis."""
        import ibis  # noqa: PLC0415  # see Written.of

        with self._lock:
            engine = ibis.duckdb.connect()
            for name, table in self.tables.items():
                engine.con.register("arrow_", table)
                # the names are those of TABLES, none comes from outside
                engine.con.execute(f'CREATE TABLE "{name}" AS SELECT * FROM arrow_')  # noqa: S608  see above
                engine.con.unregister("arrow_")
        return engine

    def table(self, name: str) -> ir.Table:
        """A table for expressions of ibis, which are asked by `asked`."""
        if name not in self._known:
            known_table(name)
            self._known[name] = self.engine.table(name)
        return self._known[name]

    def asked(self, expression: Any) -> list[dict[str, Any]]:
        """The rows of an expression over `engine`. One at a time: the engine is shared by all threads."""
        found: list[dict[str, Any]] = self.arrow(expression).to_pylist()
        return found

    def answered(self, written: Written) -> list[dict[str, Any]]:
        """The rows of an expression that was put into words. Raises: NotFacts, as `arrow`."""
        import pyarrow as pa  # noqa: PLC0415  # see schema_of

        try:
            with self._lock:
                found = self.engine.con.sql(written.text).to_arrow_table()
            rows: list[dict[str, Any]] = found.cast(written.columns).to_pylist()
        except pa.ArrowInvalid:
            raise _too_large() from None
        return rows

    def arrow(self, expression: Any) -> pa.Table:
        """The same as a table of Arrow. Raises: NotFacts where a sum is too large to be exact."""
        import pyarrow as pa  # noqa: PLC0415  # see schema_of

        try:
            with self._lock:
                return expression.to_pyarrow()
        except pa.ArrowInvalid:
            raise _too_large() from None


def _too_large() -> NotFacts:
    # whole numbers, days, texts and yes or no all fit: only a sum can have outgrown eight bytes
    return NotFacts("A sum is too large to be exact. Ask for a smaller cell or a shorter period.")


def _from_rows(table: TableOfFacts, rows: Iterable[Sequence[Value]]) -> pa.Table:
    import pyarrow as pa  # noqa: PLC0415  # see schema_of

    waiting, portions, done = iter(rows), [], 0
    # a portion at a time, so that the rows of a large programme are never all held as they came
    while portion := list(islice(waiting, ROWS_AT_ONCE)):
        portions.append(_portion(table, portion, done))
        done += len(portion)
    return pa.concat_tables([schema_of(table).empty_table(), *portions])


def _portion(table: TableOfFacts, rows: Sequence[Sequence[Value]], done: int) -> pa.Table:
    """Some rows of a table, after so many that are done."""
    import pyarrow as pa  # noqa: PLC0415  # see schema_of

    width = len(table.columns)
    for number, row in enumerate(rows, start=done + 1):
        if len(row) != width:
            raise NotFacts(f"{table.name}, row {number} has {len(row)} values. Give {width}, one for each column.")
    arrays = []
    for column, values, kept in zip(table.columns, zip(*rows, strict=True), schema_of(table), strict=True):
        for number, value in enumerate(values, start=done + 1):
            if value is not None and not is_of(column, value):
                raise not_in_column(table.name, number, column, value)
        try:
            arrays.append(pa.array(values, kept.type))
        except (pa.ArrowInvalid, OverflowError):
            # only a whole number that does not fit into eight bytes is left to fail here
            place, value = next(
                (number, value) for number, value in enumerate(values) if isinstance(value, int) and abs(value) >= EXACT
            )
            raise not_in_column(table.name, done + place + 1, column, value) from None
    return pa.Table.from_arrays(arrays, schema=schema_of(table))


def _checked(table: TableOfFacts, given: pa.Table) -> pa.Table:
    """The table, when each cell can be. Raises: NotFacts."""
    import pyarrow.compute as pc  # noqa: PLC0415  # see schema_of

    schema = schema_of(table)
    if given.schema.names != schema.names:
        raise NotFacts(
            f"{table.name} has the columns {', '.join(given.schema.names)}. It needs {', '.join(schema.names)}."
        )
    given = given.cast(schema)
    for column in table.columns:
        values = given[column.name]
        if column.filled and values.null_count:
            row = pc.index(pc.is_null(values), True).as_py() + 1
            raise NotFacts(
                f"{table.name}, row {row}, column {column.name} is empty. {REMEDIES[column.type]}; never empty."
            )
        wrong = None
        if column.type == "text":
            wrong = pc.match_substring_regex(values, r"[\x00-\x1f\x7f]|^$")
        elif column.type == "whole":
            wrong = pc.or_(pc.greater_equal(values, EXACT), pc.less_equal(values, -EXACT))
        if wrong is not None and (place := pc.index(wrong, True).as_py()) >= 0:
            raise not_in_column(table.name, place + 1, column, values[place].as_py())
    return given


def _in_order(given: pa.Table) -> pa.Table:
    """The rows in the order of all their columns: what is empty first, then by value; texts by their UTF-8 bytes."""
    import pyarrow.compute as pc  # noqa: PLC0415  # see schema_of

    keys = [(name, "ascending", "at_start") for name in given.schema.names]
    return given.take(pc.sort_indices(given, sort_keys=keys)).combine_chunks()
