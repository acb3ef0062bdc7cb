"""CSV files that a spreadsheet reads as what they are: text stays text, and never becomes a formula."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from egenmakt.core.money import decimals

FORMULA_SIGNS = frozenset("=+-@|%\t\r\n'")
"""What a spreadsheet may take for the start of a formula; and the apostrophe, so that taking it off is exact.

Source: OWASP, "CSV Injection"; `|` and `%` start a DDE call or a macro in some programs.
"""

Cell = str | int | None


@dataclass(frozen=True, slots=True)
class Table:
    """One CSV file: its name, its columns in their order, and which of them are numbers."""

    name: str
    columns: tuple[str, ...]
    numbers: frozenset[str]


def safe_text(text: str) -> str:
    """Text that every spreadsheet shows as text: with an apostrophe in front where it could be a formula.

    Spaces, invisible characters and the full-width forms of the signs are seen through. Whoever reads the file by a
    program takes one apostrophe off a text cell that begins with one, and has the exact text again.
    """
    if text[:1] in FORMULA_SIGNS and text:
        return f"'{text}"
    for character in unicodedata.normalize("NFKC", text):
        if character in FORMULA_SIGNS:
            return f"'{text}"
        # spaces, and what is not seen at all: zero-width characters, marks of direction, controls
        if not character.isspace() and unicodedata.category(character) not in ("Cf", "Cc", "Zs", "Zl", "Zp"):
            break
    return text


def plain_text(cell: str) -> str:
    """A text cell as it was before `safe_text`."""
    return cell.removeprefix("'")


def amount(minor: int | None, currency: str) -> str | None:
    """Minor units as a decimal number with a point: 12345 of KES is 123.45."""
    return None if minor is None else f"{Decimal(minor).scaleb(-decimals(currency)):f}"


def csv_lines(table: Table, rows: Iterable[Mapping[str, Cell]]) -> Iterator[bytes]:
    """A table as lines of UTF-8 without a byte order mark, ended as RFC 4180 has it."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(table.columns)
    for row in rows:
        writer.writerow(_cells(table, row))
        if buffer.tell() > 1 << 16:
            yield _take(buffer)
    yield _take(buffer)


def _cells(table: Table, row: Mapping[str, Cell]) -> Sequence[str]:
    cells = []
    for column in table.columns:
        value = row[column]
        if value is None:
            cells.append("")
        elif column in table.numbers:
            cells.append(str(value))
        else:
            cells.append(safe_text(str(value)))
    return cells


def _take(buffer: io.StringIO) -> bytes:
    content = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return content
