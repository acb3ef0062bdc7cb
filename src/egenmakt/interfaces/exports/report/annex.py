"""The data annex: a workbook with a sheet for each table and chart, the claims, and a code book that explains them."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from decimal import Decimal
from typing import Final

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from egenmakt.core.evidence.blocks import Chart, Report, Table
from egenmakt.core.money import decimals
from egenmakt.interfaces.exports.cells import safe_text
from egenmakt.interfaces.exports.pdf.labels import Words
from egenmakt.interfaces.exports.report.charts.numbers import Writer, texts_of
from egenmakt.interfaces.exports.report.labels import filled, words_of
from egenmakt.interfaces.exports.report.packing import packed_again, xml_text
from egenmakt.interfaces.exports.report.reading import Counter, edition_facts
from egenmakt.interfaces.exports.report.written_numbers import Number, read_number

LONGEST_CELL: Final = 32_767
"""What a cell of a workbook holds."""
_HEAD: Final = PatternFill("solid", fgColor="F1EADF")
_WIDEST: Final = 60

Value = str | Number | None


def render_annex(report: Report) -> bytes:
    """The numbers of a report as XLSX: the same bytes for the same report, and no text that becomes a formula."""
    book = _Book(report=report, labels=words_of(report))
    book.about()
    for block in report.blocks:
        match block:
            case Table():
                book.table(block)
            case Chart():
                book.chart(block)
            case _:
                pass
    book.claims()
    book.code_book()
    return book.saved()


@dataclass(frozen=True, slots=True)
class Meaning:
    """A line of the code book: a column, what kind of value it holds, and what that means."""

    sheet: str
    column: str
    kind: str
    meaning: str
    unit: str = ""


@dataclass(slots=True)
class _Book:
    report: Report
    labels: dict[str, str]
    workbook: Workbook = field(default_factory=lambda: _empty_workbook())
    counter: Counter = field(default_factory=Counter)
    meanings: list[Meaning] = field(default_factory=list)

    def label(self, code: str, **values: str) -> str:
        return filled(self.labels, code, within=self.report.direction, **values)

    def about(self) -> None:
        report = self.report
        rows: list[Sequence[Value]] = [
            (self.label("title"), report.title),
            (self.label("organisation"), report.organisation),
            (self.label("period"), report.period),
            (self.label("language"), report.language),
            *(("", fact) for fact in edition_facts(report, self.labels)),
        ]
        if report.is_draft:
            rows.append(("", self.label("draft")))
        rows.append(("", self.label("neutralised")))
        self.sheet(self.label("about"), heads=(), rows=rows, widths=(24, _WIDEST))

    def table(self, table: Table) -> None:
        name = self.label("table", number=str(self.counter.table()))
        heads = [*(column.label for column in table.columns), self.label("claims")]
        rows: list[Sequence[Value]] = []
        for row in table.rows:
            cells: list[Value] = [
                self.number(cell.text) if column.is_number else cell.text
                for column, cell in zip(table.columns, row, strict=True)
            ]
            rows.append([*cells, ", ".join(cell.claim for cell in row if cell.claim)])
        self.sheet(name, heads=heads, rows=rows, title=table.caption, notes=(table.note,))
        for column in table.columns:
            kind = self.label("kind_number" if column.is_number else "kind_text")
            meaning = self.label("meaning_value" if column.is_number else "meaning_name")
            self.meanings.append(Meaning(name, column.label, kind, meaning))
        self.meanings.append(Meaning(name, self.label("claims"), self.label("kind_text"), self.label("meaning_claims")))

    def number(self, text: str) -> Value:
        """A written number as a number where that is certain; else as it is written."""
        return read_number(text, language=self.report.language) or text

    def chart(self, chart: Chart) -> None:
        """One line for each category and series, with the exact numbers behind the drawing."""
        name = self.label("chart", number=str(self.counter.chart()))
        write = Writer(unit=chart.unit, words=Words.of(self.report.language))
        named = (("code", "meaning_key"), ("category", "meaning_name"), ("series", "meaning_name"))
        valued = (("value", "meaning_value"), ("low", "meaning_bound"), ("high", "meaning_bound"))
        last = (("written", "meaning_written"), ("claims", "meaning_claims"))
        rows: list[Sequence[Value]] = []
        for series in chart.series:
            texts = texts_of(chart, series, write)
            for i, key in enumerate(chart.keys):
                bounds = (series.low[i] if series.low else None, series.high[i] if series.high else None)
                numbers = [_exact(number, chart.unit) for number in (series.values[i], *bounds)]
                line = chart.table.rows[i]
                claims = ", ".join(dict.fromkeys([*chart.claims, *(cell.claim for cell in line if cell.claim)]))
                rows.append((key, line[0].text, series.name, *numbers, texts[i], claims))
        heads = [self.label(code) for code, _ in (*named, *valued, *last)]
        self.sheet(name, heads=heads, rows=rows, title=chart.title, notes=(chart.description, chart.table.note))
        for pairs, kind, unit in (
            (named, "kind_text", ""),
            (valued, "kind_number", self.unit(chart)),
            (last, "kind_text", ""),
        ):
            self.meanings.extend(
                Meaning(name, self.label(code), self.label(kind), self.label(meaning), unit) for code, meaning in pairs
            )

    def unit(self, chart: Chart) -> str:
        if chart.unit == "%":
            return self.label("unit_share")
        return self.label("unit_money", currency=chart.unit) if chart.unit else self.label("unit_count")

    def claims(self) -> None:
        columns = ("number", "code", "statement", "value", "n", "period", "method", "source", "fingerprint")
        rows: list[Sequence[Value]] = [
            (
                *(Number(Decimal(i), "0"), line.code, line.statement, line.value, line.n, line.period),
                *(line.method, line.source, line.fingerprint),
            )
            for i, line in enumerate(self.report.claims, start=1)
        ]
        name = self.label("claims")
        self.sheet(name, heads=[self.label(column) for column in columns], rows=rows, title=self.label("claims_title"))
        text, written = self.label("kind_text"), self.label("meaning_written")
        self.meanings.extend(Meaning(name, self.label(column), text, written) for column in columns[1:-1])
        self.meanings.append(Meaning(name, self.label("fingerprint"), text, self.label("meaning_fingerprint")))

    def code_book(self) -> None:
        heads = [self.label(code) for code in ("sheet", "column", "kind", "unit", "meaning")]
        rows: list[Sequence[Value]] = [
            (line.sheet, line.column, line.kind, line.unit, line.meaning) for line in self.meanings
        ]
        self.sheet(self.label("code_book"), heads=heads, rows=rows)

    def sheet(
        self,
        name: str,
        *,
        heads: Sequence[str],
        rows: Sequence[Sequence[Value]],
        title: str = "",
        notes: Iterable[str] = (),
        widths: Sequence[int] = (),
    ) -> None:
        sheet: Worksheet = self.workbook.create_sheet(_sheet_name(name))
        sheet.sheet_view.rightToLeft = self.report.direction == "rtl"
        for i, width in enumerate(widths or _widths(heads, rows), start=1):
            sheet.column_dimensions[get_column_letter(i)].width = width
        place = 1
        if title:
            _fill(sheet, place, 1, title, bold=True)
            place += 2
        if heads:
            for i, head in enumerate(heads, start=1):
                _fill(sheet, place, i, head, bold=True, shaded=True)
            place += 1
            sheet.freeze_panes = f"A{place}"
        for row in rows:
            for i, value in enumerate(row, start=1):
                _fill(sheet, place, i, value)
            place += 1
        for note in (note for note in notes if note):
            place += 1
            _fill(sheet, place, 1, note)
            place += 1

    def saved(self) -> bytes:
        report, properties = self.report, self.workbook.properties
        properties.title, properties.creator = xml_text(report.title), xml_text(report.organisation)
        properties.language = report.language
        properties.created = datetime.combine(report.as_of, time())
        buffer = io.BytesIO()
        self.workbook.save(buffer)
        return packed_again(buffer.getvalue(), on=report.as_of)


def _exact(value: int | None, unit: str) -> Number | None:
    """Parts of ten thousand as a share, minor units as an amount, counts as they are."""
    if value is None:
        return None
    if unit == "%":
        return Number(Decimal(value).scaleb(-4), "0.00%")
    places = decimals(unit) if unit else 0
    return Number(Decimal(value).scaleb(-places), "#,##0" + ("." + "0" * places if places else ""))


def _fill(sheet: Worksheet, row: int, column: int, value: Value, *, bold: bool = False, shaded: bool = False) -> None:
    """Write into a cell what it is to hold: a number as a number, a text as a text and never as a formula."""
    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell)  # none is merged with another
    if isinstance(value, Number):
        cell.value = value.value
        cell.number_format = value.form
        return
    if value:
        cell.value = safe_text(xml_text(value))[:LONGEST_CELL]
        cell.data_type = "s"  # openpyxl would take what begins with = for a formula
    if bold:
        cell.font = Font(bold=True)
    if shaded:
        cell.fill = _HEAD
        cell.alignment = Alignment(wrap_text=True, vertical="top")


def _widths(heads: Sequence[str], rows: Sequence[Sequence[Value]]) -> list[int]:
    lines: list[Sequence[Value]] = [heads, *rows]
    longest = [0] * max(len(line) for line in lines)
    for line in lines:
        for i, value in enumerate(line):
            longest[i] = max(longest[i], len(str(value.value) if isinstance(value, Number) else value or ""))
    return [min(max(length + 2, 10), _WIDEST) for length in longest]


def _empty_workbook() -> Workbook:
    workbook = Workbook()
    for sheet in workbook.worksheets:
        workbook.remove(sheet)
    return workbook


def _sheet_name(name: str) -> str:
    """A name that a workbook takes: 31 signs, none of those that mean something in a formula."""
    return "".join(sign for sign in xml_text(name) if sign not in "[]:*?/\\'\u2066\u2067\u2068\u2069")[:31]
