"""Reading XLSX: one sheet of a workbook as a table of texts, without trusting the file about its own size."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.exceptions import InvalidFileException

from egenmakt.interfaces.imports.findings import Finding, Source, Unreadable
from egenmakt.interfaces.imports.tables import (
    BOOKS,
    BYTES_MAX,
    Limits,
    Table,
    make_table,
    too_large,
    too_many_rows,
)

UNPACKED_MAX = 300_000_000
PARTS_MAX = 2_000
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell [^>]*ref="([A-Z0-9:]+)"')
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_DAMAGED = (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, EOFError, OSError, SyntaxError)


def read_workbook(*, content: bytes, file: str, sheet: str = "", limits: Limits = BOOKS) -> Table:
    """Read one sheet: the one that is named, or the only one that is not empty.

    Dates become 2026-03-31, numbers are written as exactly as the sheet holds them. A formula without a kept result,
    and merged cells, are named. Raises: Unreadable.
    """
    if len(content) > limits.bytes:
        raise too_large(file, len(content), limits)
    merged = _look_inside(content, file)
    try:
        return _read(content, file, sheet, merged, limits)
    except Unreadable:
        raise
    except _DAMAGED as error:
        raise _damaged(file, error) from None


def _damaged(file: str, error: Exception) -> Unreadable:
    text = _("The workbook is damaged or cut off, or is no XLSX file.")
    return Unreadable(file, text, _("Open it in its program and save it again as XLSX (%(error)s).") % {"error": error})


def _look_inside(content: bytes, file: str) -> dict[str, list[str]]:
    """Unpack every part once, counting as it goes: a bomb is refused before it is large. Returns merged ranges."""
    merged: dict[str, list[str]] = {}
    unpacked = 0
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if len(archive.infolist()) > PARTS_MAX:
                raise zipfile.BadZipFile(f"{len(archive.infolist())} parts")
            for info in archive.infolist():
                if info.flag_bits & 1:
                    raise Unreadable(file, _("The workbook is locked by a password."), _("Save it without one."))
                tail = b""
                found: list[str] = []
                with archive.open(info) as part:
                    while block := part.read(1 << 20):
                        unpacked += len(block)
                        if unpacked > UNPACKED_MAX:
                            raise Unreadable(
                                file,
                                _("The workbook unpacks to more than %(most)s MB.")
                                % {"most": UNPACKED_MAX // 1_000_000},
                                _("Leave out pictures and empty formatted rows, or divide it."),
                            )
                        window = tail + block
                        if b"<!DOCTYPE" in window or b"<!ENTITY" in window:
                            raise zipfile.BadZipFile("a part declares entities")
                        if _SHEET.fullmatch(info.filename):
                            found += [match.decode() for match in _MERGED.findall(window)]
                        tail = block[-200:]
                merged[info.filename] = list(dict.fromkeys(found))
    except Unreadable:
        raise
    except (*_DAMAGED, RuntimeError, NotImplementedError) as error:
        raise _damaged(file, error) from None
    return merged


def _read(content: bytes, file: str, wanted: str, merged: dict[str, list[str]], limits: Limits) -> Table:
    values = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    formulas = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
    names = tuple(sheet.title for sheet in values.worksheets)
    findings: list[Finding] = []
    chosen = wanted or _only_filled(values, file, names)
    if chosen not in names:
        text = _("There is no sheet “%(sheet)s”.") % {"sheet": chosen}
        raise Unreadable(file, text, _("Choose one of: %(names)s.") % {"names": ", ".join(names)})
    shown, hidden = values[chosen], formulas[chosen]
    shown.reset_dimensions()  # the file's own word about its size is often wrong
    hidden.reset_dimensions()
    raw: list[tuple[int, list[str]]] = []
    for number, (cells, sources) in enumerate(
        zip(shown.iter_rows(values_only=True), hidden.iter_rows(values_only=True), strict=False), start=1
    ):
        if len(raw) > limits.rows:
            raise too_many_rows(file, limits)
        if any(cell is not None for cell in sources):
            raw.append((number, _cells(file, number, cells, sources, findings, limits.columns)))
    _name_merged(file, merged.get(str(getattr(shown, "_worksheet_path", "")).lstrip("/"), []), findings)
    how = _("sheet %(name)s") % {"name": chosen}
    return make_table(file=file, raw=raw, how=how, findings=findings, sheets=names, limits=limits)


def sheets_of(content: bytes) -> tuple[str, ...]:
    """The names of a workbook's sheets; none for what is no workbook."""
    if not content.startswith(b"PK\x03\x04") or len(content) > BYTES_MAX:
        return ()
    try:
        _look_inside(content, "")
        return tuple(load_workbook(io.BytesIO(content), read_only=True, keep_links=False).sheetnames)
    except (Unreadable, *_DAMAGED):
        return ()


def _only_filled(book: Any, file: str, names: tuple[str, ...]) -> str:
    filled = []
    for sheet in book.worksheets:
        sheet.reset_dimensions()
        if any(cell is not None for row in sheet.iter_rows(values_only=True, max_row=50) for cell in row):
            filled.append(sheet.title)
    if len(filled) > 1:
        text = _("The workbook has %(count)s sheets with content.") % {"count": len(filled)}
        raise Unreadable(file, text, _("Say which one to read: %(names)s.") % {"names": ", ".join(filled)})
    if not filled:
        raise Unreadable(file, _("The workbook holds no rows."), _("Look whether it was saved whole."))
    return str(filled[0])


def _cells(
    file: str, number: int, cells: tuple[object, ...], sources: tuple[object, ...], findings: list[Finding], most: int
) -> list[str]:
    texts = []
    for index, (cell, source) in enumerate(zip(cells, sources, strict=False)):
        if index >= most and cell is None:
            continue
        if cell is None and isinstance(source, str) and source.startswith("="):
            findings.append(
                Finding(
                    Source(file, number, _("column %(number)s") % {"number": index + 1}),
                    _("The formula has no result in the file."),
                    _("Open the workbook in its program, let it calculate, and save it."),
                    source,
                )
            )
        texts.append(cell_text(cell))
    return texts


def cell_text(cell: object) -> str:
    """A cell as text: dates as 2026-03-31, numbers with the shortest digits that are the same number."""
    match cell:
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case datetime() if cell.time() == time(0):
            return cell.date().isoformat()
        case datetime() | date() | time():
            return cell.isoformat()
        case float():
            return format(Decimal(repr(cell)), "f").removesuffix(".0")
        case _:
            return str(cell)


def _name_merged(file: str, ranges: list[str], findings: list[Finding]) -> None:
    for area in ranges:
        first_column, first_row, last_column, last_row = range_boundaries(area)
        if (first_row, first_column) != (last_row, last_column):
            findings.append(
                Finding(
                    Source(file, first_row or 0),
                    _("The cells %(area)s are merged: only the first of them has a value.") % {"area": area},
                    _("Undo the merging and write the value into each cell, if it is meant for each."),
                    severity="note",
                )
            )
