"""Rows of a file of stories, one after the other: the largest file needs no more memory than a small one."""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from django.utils.translation import gettext as _

from egenmakt.interfaces.imports.csv_file import DELIMITERS, declared, sniff
from egenmakt.interfaces.imports.findings import Finding, Source, Unreadable, shown
from egenmakt.interfaces.imports.stories.encoding import find_encoding, is_broken, repaired, was_encoded_twice
from egenmakt.interfaces.imports.tables import Limits, unique_names
from egenmakt.interfaces.imports.workbook import read_workbook

CELL_MAX = 1_000_000
LIMITS = Limits(bytes=100_000_000, rows=1_048_576, columns=2_000, cell=CELL_MAX)
"""For workbooks, which are held in memory; a CSV may be of any length."""
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_C1 = re.compile("[\x80-\x84\x86-\x9f]")
_OUTSIDE = " \t\r\n\u00a0\ufeff\u200b\u2060"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"

csv.field_size_limit(CELL_MAX)  # a story of 200,000 characters is longer than Python's own limit


@dataclass(frozen=True, slots=True)
class StoryFile:
    """A file as it was given: its name, where it lies, and how it is to be read where that was said."""

    name: str
    path: Path
    sheet: str = ""
    encoding: str = ""
    delimiter: str = ""
    comment: str = ""
    """Rows whose first cell begins with this are passed over."""
    is_ragged: bool = False
    """Whether rows may go on beyond the header, as in a form whose answers have no headings."""


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row: its number as the reader's program shows it, its cells, and what was found in them."""

    number: int
    cells: tuple[str, ...]
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Rows:
    """A file that can be gone through again and again."""

    file: str
    path: Path
    header: tuple[str, ...]
    """Each name once."""
    headings: tuple[str, ...]
    """The names as they stand in the file: several columns may have the same."""
    how: str
    findings: tuple[Finding, ...]
    _open: Callable[[], Iterator[tuple[int, list[str]]]] = field(repr=False)
    is_ragged: bool = False

    def __iter__(self) -> Iterator[RawRow]:
        """The rows below the header. Raises: Unreadable, where a row cannot be taken apart."""
        width = len(self.header)
        for number, cells in self._open():
            if any(cells) and any(cell.strip() for cell in cells):
                yield _row(self.file, self.header, max(width, len(cells)) if self.is_ragged else width, number, cells)

    def first(self, count: int) -> list[RawRow]:
        """The first rows, to be looked at."""
        rows = []
        for row in self:
            rows.append(row)
            if len(rows) >= count:
                break
        return rows


def read_rows(file: StoryFile) -> Rows:
    """Open a CSV file or a workbook, by what is in it. Raises: Unreadable, with a remedy."""
    with file.path.open("rb") as opened:
        start = opened.read(8)
    if not start.strip(b"\x00 \r\n\t"):
        raise Unreadable(file.name, _("The file is empty."), _("Save the table again and send it once more."))
    if start.startswith(_OLD_EXCEL):
        raise Unreadable(
            file.name, _("This is an old Excel file, or one with a password."), _("Save it as XLSX or CSV.")
        )
    return _workbook(file) if start.startswith(b"PK\x03\x04") else _csv(file)


def fingerprint(path: Path) -> str:
    """SHA-256 of a file as it came, by which the trail names it."""
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _workbook(file: StoryFile) -> Rows:
    size = file.path.stat().st_size
    content = file.path.read_bytes() if size <= LIMITS.bytes else b"PK" + b"\x00" * (LIMITS.bytes + 1)
    table = read_workbook(content=content, file=file.name, sheet=file.sheet, limits=LIMITS)
    rows = [
        (row.number, list(row.cells))
        for row in table.rows
        if not (file.comment and row.cells[0].startswith(file.comment))
    ]
    return Rows(file.name, file.path, table.header, table.header, table.how, table.findings, lambda: iter(rows))


def _csv(file: StoryFile) -> Rows:
    encoding = find_encoding(path=file.path, file=file.name, stated=file.encoding)

    def opened() -> IO[str]:
        return file.path.open(encoding=encoding.code, errors=errors, newline="")

    errors = "surrogateescape" if encoding.code.startswith("utf-8") else "strict"
    try:
        with opened() as stream:
            sample = stream.read(100_000)
    except UnicodeError as error:
        text = _("The file is not in %(encoding)s.") % {"encoding": encoding.shown}
        raise Unreadable(file.name, text, str(error)) from None
    delimiter = file.delimiter or declared(sample) or sniff(_without_comments(sample, file.comment))
    skipped = 1 if declared(sample) else 0

    def raw() -> Iterator[tuple[int, list[str]]]:
        with opened() as stream:
            yield from _parted(stream, delimiter, file, skipped)

    header_row, cells = next(
        ((number, cells) for number, cells in raw() if any(cell.strip() for cell in cells)), (0, [])
    )
    if not cells:
        raise Unreadable(
            file.name, _("The file holds no rows."), _("Save the table again with its header in the first row.")
        )
    findings = list(encoding.findings)
    header = unique_names(file=file.name, number=header_row, cells=cells, findings=findings, limits=LIMITS)
    headings = tuple(" ".join(cell.strip(_OUTSIDE).split()) for cell in cells[: len(header)])
    how = _("%(encoding)s, divided by %(delimiter)s") % {
        "encoding": encoding.shown,
        "delimiter": DELIMITERS.get(delimiter, repr(delimiter)),
    }

    def below() -> Iterator[tuple[int, list[str]]]:
        for number, found in raw():
            if number > header_row:
                yield number, found

    return Rows(file.name, file.path, header, headings, how, tuple(findings), below, file.is_ragged)


def _without_comments(sample: str, comment: str) -> str:
    """A comment of one cell says nothing about the separator."""
    if not comment:
        return sample
    return "".join(line for line in sample.splitlines(keepends=True) if not line.startswith(comment))


def _parted(stream: IO[str], delimiter: str, file: StoryFile, skipped: int) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(stream, delimiter=delimiter, strict=True)
    number = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Unreadable(
                file.name,
                _("The row cannot be taken apart: a quotation mark is opened and never closed, or stands in a cell."),
                _("Write a quotation mark inside a text twice, or look whether the file was cut off (%(error)s).")
                % {"error": error},
                row=number + 1,
            ) from None
        except UnicodeError as error:
            text = _("The file breaks off inside a letter, or is in another encoding than it seems.")
            raise Unreadable(file.name, text, str(error), row=number + 1) from None
        number += 1
        if number > skipped and not (file.comment and cells and cells[0].lstrip(_OUTSIDE).startswith(file.comment)):
            yield number, cells


def _row(file: str, header: tuple[str, ...], width: int, number: int, cells: list[str]) -> RawRow:
    findings: list[Finding] = []
    if len(cells) > width and any(cell.strip() for cell in cells[width:]):
        extra = next(cell for cell in cells[width:] if cell.strip())
        text = _("The row has %(given)s cells; the header has %(wanted)s.")
        remedy = _("Put text that holds a separator between quotation marks, or name the extra columns.")
        counts = {"given": len(cells), "wanted": width}
        findings.append(Finding(Source(file, number), text % counts, remedy, extra))
    elif len(cells) < width:
        text = _("The row has %(given)s cells; the %(missing)s that are missing are read as empty.")
        counts = {"given": len(cells), "missing": width - len(cells)}
        findings.append(Finding(Source(file, number), text % counts, severity="note"))
    padded = [*cells[:width], *[""] * (width - len(cells))]
    clean = tuple(
        cell if cell.isprintable() and cell.isascii() and cell[:1] != " " and cell[-1:] != " "
        else _clean(Source(file, number, name), cell, findings)
        for name, cell in zip((*header, *("" for _extra in range(width - len(header)))), padded, strict=True)
    )  # fmt: skip
    return RawRow(number, clean, tuple(findings))


def _clean(source: Source, cell: str, findings: list[Finding]) -> str:
    """A cell without blanks around it. What an encoding has spoiled stays as it is and is named."""
    text = cell.strip(_OUTSIDE)
    if is_broken(text):
        text = repaired(text)
        findings.append(
            Finding(
                source,
                _("The value holds bytes that are no UTF-8; read as Windows-1252 it would be this."),
                _("Save the file again in UTF-8, or state its encoding in the mapping."),
                text,
            )
        )
    control = _CONTROL.search(text)
    if control:
        findings.append(
            Finding(
                source,
                _("The value holds the control character U+%(code)s.") % {"code": f"{ord(control[0]):04X}"},
                _("Write the value again without it."),
                shown(text[max(0, control.start() - 20) : control.start() + 40]),
            )
        )
    if not text.isascii():
        _note_spoiled(source, text, findings)
    return text


def _note_spoiled(source: Source, text: str, findings: list[Finding]) -> None:
    """Say where letters were lost before the file came here; they cannot be put back, and the text is kept as it is."""
    if "\ufffd" in text:
        said = _("Letters were lost before the file was made: a � stands in their place.")
    elif was_encoded_twice(text):
        said = _("The value looks as if it was encoded twice.")
    elif _C1.search(text):
        said = _("The value holds control characters in place of letters; it may be Windows-1252 read as Latin-1.")
    else:
        return
    findings.append(Finding(source, said, _("Look for an earlier copy of the file."), shown(text), "note"))
