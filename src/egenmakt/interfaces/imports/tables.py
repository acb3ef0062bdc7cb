"""A file as a table of texts: header, rows with the numbers their reader sees, and how the file was read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath

from django.utils.translation import gettext as _

from egenmakt.interfaces.imports.findings import Finding, Source, Unreadable, shown

BYTES_MAX = 30_000_000
ROWS_MAX = 200_000
COLUMNS_MAX = 200
CELL_MAX = 2_000
"""More than this is no paper book but a dump; the sentence says to divide it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a file is read; beyond it a sentence says what to do."""

    bytes: int = BYTES_MAX
    rows: int = ROWS_MAX
    columns: int = COLUMNS_MAX
    cell: int = CELL_MAX


BOOKS = Limits()
"""For paper books and registers of members."""

_ALLOWED = "\t\n\r"
_INVISIBLE = "\ufeff\u200b\u2060"
"""Characters without width that spreadsheets leave behind. Marks of direction and joiners belong to names and stay."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: its number as the reader's program shows it, and its cells as text."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of texts, with how it was read and what was found on the way."""

    file: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    how: str
    """In words: 'UTF-8 with a BOM, divided by semicolons', or 'sheet Book'."""
    findings: tuple[Finding, ...] = ()
    sheets: tuple[str, ...] = ()
    fingerprint: str = ""
    """SHA-256 of the file as it came, by which the trail names it."""

    def column(self, name: str) -> Iterator[tuple[int, str]]:
        """The cells of a column with their row numbers."""
        index = self.header.index(name)
        for row in self.rows:
            yield row.number, row.cells[index]


def make_table(
    *,
    file: str,
    raw: list[tuple[int, list[str]]],
    how: str,
    findings: list[Finding],
    sheets: tuple[str, ...] = (),
    limits: Limits = BOOKS,
) -> Table:
    """Make a table of raw rows: the first that is not empty is the header.

    Ragged rows, control characters and cells that are too long are named. Raises: Unreadable.
    """
    filled = [(number, cells) for number, cells in raw if any(cell.strip() for cell in cells)]
    if not filled:
        raise Unreadable(
            file, _("The file holds no rows."), _("Save the table again with its header in the first row.")
        )
    header_row, header_cells = filled[0]
    header = unique_names(file=file, number=header_row, cells=header_cells, findings=findings, limits=limits)
    rows = []
    for number, cells in filled[1:]:
        extra = [cell for cell in cells[len(header) :] if cell.strip()]
        if extra:
            findings.append(
                Finding(
                    Source(file, number),
                    _("The row has %(given)s cells; the header has %(wanted)s.")
                    % {"given": len(cells), "wanted": len(header)},
                    _("Put text that holds a separator between quotation marks, or name the extra columns."),
                    extra[0],
                )
            )
        elif len(cells) < len(header):
            text = _("The row has %(given)s cells; the %(missing)s that are missing are read as empty.")
            counts = {"given": len(cells), "missing": len(header) - len(cells)}
            findings.append(Finding(Source(file, number), text % counts, severity="note"))
        padded = [*cells[: len(header)], *[""] * (len(header) - len(cells))]
        rows.append(
            Row(number, tuple(_clean(file, number, header[i], c, findings, limits.cell) for i, c in enumerate(padded)))
        )
    if not rows:
        raise Unreadable(file, _("The file holds a header and no rows."), _("Look whether it was saved whole."))
    return Table(file, header, tuple(rows), how, tuple(findings), sheets)


def unique_names(
    *, file: str, number: int, cells: list[str], findings: list[Finding], limits: Limits = BOOKS
) -> tuple[str, ...]:
    """The names of the columns, each once: an empty one by its number, a second of one name with its number behind."""
    while cells and not cells[-1].strip():
        cells = cells[:-1]
    if len(cells) > limits.columns:
        text = _("The file has %(count)s columns; at most %(most)s are read.")
        raise Unreadable(file, text % {"count": len(cells), "most": limits.columns}, _("Leave out what is not needed."))
    names: list[str] = []
    for index, cell in enumerate(cells):
        # the same in every language, since mappings name it
        name = " ".join(_clean(file, number, "", cell, findings, limits.cell).split()) or f"Column {index + 1}"
        if name in names:
            text = _("Two columns are called “%(name)s”; the second is read as “%(other)s”.")
            other = f"{name} ({index + 1})"
            findings.append(Finding(Source(file, number), text % {"name": name, "other": other}, severity="note"))
            name = other
        names.append(name)
    return tuple(names)


def _clean(file: str, number: int, field: str, cell: str, findings: list[Finding], most: int = CELL_MAX) -> str:
    """The cell without invisible leftovers; a control character stays to be seen and is named."""
    text = cell.strip(" \t\r\n\u00a0" + _INVISIBLE)
    strange = [c for c in text if (ord(c) < 32 and c not in _ALLOWED) or c == "\x7f" or 0xD800 <= ord(c) < 0xE000]
    if strange:
        findings.append(
            Finding(
                Source(file, number, field),
                _("The value holds the control character U+%(code)s.") % {"code": f"{ord(strange[0]):04X}"},
                _("Write the value again without it."),
                shown(text),
            )
        )
        text = "".join(c for c in text if c not in strange)
    if len(text) > most:
        findings.append(
            Finding(
                Source(file, number, field),
                _("The value has %(count)s characters; at most %(most)s are read.")
                % {"count": len(text), "most": most},
                _("Look for a quotation mark that is never closed."),
                shown(text),
            )
        )
        text = text[:most]
    return text


def too_large(file: str, size: int, limits: Limits = BOOKS) -> Unreadable:
    """The sentence for a file that is too large."""
    text = _("The file has %(size)s MB; at most %(most)s MB are read.")
    numbers = {"size": -(-size // 1_000_000), "most": limits.bytes // 1_000_000}
    return Unreadable(file, text % numbers, _("Divide it into several files, by group."))


def too_many_rows(file: str, limits: Limits = BOOKS) -> Unreadable:
    """The sentence for a file with too many rows."""
    text = _("The file has more than %(most)s rows.") % {"most": limits.rows}
    return Unreadable(file, text, _("Divide it into several files, by group."))


def base_name(name: str) -> str:
    """A file's name without the folders of whoever sent it."""
    return shown(PurePath(name.replace("\\", "/")).name or "file", 100)
