"""The tables of facts as CSV files that are written and read back.

The rows stand in the order of all their columns, a day as 2026-03-14, yes and no as true and false, a whole number in
digits alone. Reading names table, row and column of the first cell that cannot be; the header is row 1.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Final

from egenmakt.core.evidence.facts.facts import Facts
from egenmakt.core.evidence.facts.tables import (
    TABLES,
    Column,
    NotFacts,
    TableOfFacts,
    known_table,
    not_in_column,
    schema_of,
)
from egenmakt.core.evidence.facts.written import csv_of

if TYPE_CHECKING:
    import pyarrow as pa

PATTERNS: Final = {
    "text": r"^[^\x00-\x1f\x7f]*$",
    "whole": r"^(0|-?[1-9][0-9]{0,15})?$",
    "day": r"^([0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01]))?$",
    "yes": r"^(true|false)?$",
}


def write_facts(facts: Facts, folder: Path) -> dict[str, str]:
    """Write each table to `folder/NAME.csv`. Returns: the fingerprint of each file by its table."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in TABLES:
        with (folder / f"{name}.csv").open("wb") as file:
            file.writelines(csv_of(facts.tables[name]))
    return dict(facts.fingerprints)


def write_parquet(facts: Facts, folder: Path) -> None:
    """Write each table to `folder/NAME.parquet`, for engines that read files: DuckDB, or Spark on many machines."""
    import pyarrow.parquet as parquet  # noqa: PLC0415  # a large library that a page without facts does not need

    folder.mkdir(parents=True, exist_ok=True)
    for name in TABLES:
        parquet.write_table(facts.tables[name], folder / f"{name}.parquet", compression="zstd")


def read_facts(folder: Path) -> Facts:
    """Facts from the CSV files of a folder; a table without a file is empty. Raises: NotFacts."""
    return Facts.of_tables(
        {name: table_of(path.read_bytes(), name) for name in TABLES if (path := folder / f"{name}.csv").exists()}
    )


def table_of(content: bytes, name: str) -> pa.Table:
    """A table from the bytes of its CSV file, its rows as they stand there.

    Raises: NotFacts, naming table, row (the header is row 1) and column of the first cell that cannot be.
    """
    table = known_table(name)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotFacts(f"{name} is not UTF-8 at byte {error.start}. Save it as CSV in UTF-8.") from None
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    columns: list[list[str]] = [[] for _ in table.columns]
    names = [column.name for column in table.columns]
    try:
        for number, row in enumerate(rows, start=1):
            if number == 1:
                if row != names:
                    raise NotFacts(f"{name}, row 1 has the columns {', '.join(row)}. It needs {', '.join(names)}.")
                continue
            if len(row) != len(names):
                raise NotFacts(f"{name}, row {number} has {len(row)} cells. Give {len(names)}, one for each column.")
            for values, value in zip(columns, row, strict=True):
                values.append(value)
    except csv.Error as error:
        raise NotFacts(f"{name}, row {rows.line_num}: {error}. Save it as CSV with commas and double quotes.") from None
    if not content:
        raise NotFacts(f"{name} is empty. Its first row names the columns: {', '.join(names)}.")
    return _typed(table, columns)


def _typed(table: TableOfFacts, columns: list[list[str]]) -> pa.Table:
    import pyarrow as pa  # noqa: PLC0415  # a large library that a page without facts does not need
    import pyarrow.compute as pc  # noqa: PLC0415  # a large library that a page without facts does not need

    arrays = []
    for column, values in zip(table.columns, columns, strict=True):
        texts = pa.array(values, pa.string())
        fits = pc.match_substring_regex(texts, PATTERNS[column.type])
        empty = pc.equal(texts, "")
        wrong = pc.or_(pc.invert(fits), empty) if column.filled else pc.invert(fits)
        if (place := pc.index(wrong, True).as_py()) >= 0:
            raise not_in_column(table.name, place + 2, column, values[place])
        kept = pc.if_else(empty, pa.scalar(None, pa.string()), texts)
        arrays.append(_cast(table, column, kept, values))
    return pa.Table.from_arrays(arrays, schema=schema_of(table))


def _cast(table: TableOfFacts, column: Column, kept: pa.Array, values: list[str]) -> pa.Array:
    import pyarrow as pa  # noqa: PLC0415  # a large library that a page without facts does not need

    wanted = schema_of(table).field(column.name).type
    try:
        return kept.cast(wanted)
    except pa.ArrowInvalid:
        # the thirtieth of February has the form of a day and is none
        for number, value in enumerate(values):
            try:
                pa.array([value or None], pa.string()).cast(wanted)
            except pa.ArrowInvalid:
                raise not_in_column(table.name, number + 2, column, value) from None
        raise
