"""The annex: exact numbers, every claim, a code book for every column, and no text that becomes a formula."""

from __future__ import annotations

import io
import re
import zipfile
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from egenmakt.core.evidence.blocks import Chart
from egenmakt.interfaces.exports.cells import plain_text
from egenmakt.interfaces.exports.pdf.labels import Words
from egenmakt.interfaces.exports.report.annex import render_annex
from egenmakt.interfaces.exports.report.written_numbers import Number, read_number
from tests.interfaces.exports.report.samples import FORMULA, annex, hostile_report
from tests.support.a_report import LANGUAGES, a_report

pytestmark = pytest.mark.once


def opened(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def rows_of(sheet) -> list[tuple]:
    return list(sheet.iter_rows(values_only=True))


def test_there_is_a_sheet_for_each_table_and_chart_the_claims_and_the_code_book() -> None:
    assert opened(annex("sv")).sheetnames == [
        *("Om", "Diagram 1", "Diagram 2", "Tabell 1", "Diagram 3", "Diagram 4", "Diagram 5", "Diagram 6"),
        *("Påståenden", "Kodbok"),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_charts_stand_there_with_their_exact_numbers(language: str) -> None:
    report, workbook = a_report(language), opened(annex(language))
    charts = [block for block in report.blocks if isinstance(block, Chart)]
    labels = dict(report.labels)

    for i, chart in enumerate(charts, start=1):
        rows = rows_of(workbook[labels["chart"].format(number=i)])
        assert rows[0][0] == chart.title
        scale = {"": 1, "%": 10_000, "KES": 100}[chart.unit]
        for place, series in enumerate(chart.series):
            lines = rows[3 + place * len(chart.keys) :][: len(chart.keys)]
            assert [line[0] for line in lines] == list(chart.keys)
            assert {line[2] for line in lines} == {series.name}
            read = [None if line[3] is None else round(Decimal(str(line[3])) * scale) for line in lines]
            assert read == list(series.values)
            if series.low:
                assert [round(Decimal(str(line[4])) * scale) for line in lines] == list(series.low)


def test_a_table_has_numbers_where_they_are_certain_and_else_what_is_written() -> None:
    rows = rows_of(opened(annex("sv"))["Tabell 1"])

    assert rows[2:6] == [
        ("Land", "Grupper", "Medlemmar i grupper", "Påståenden"),
        ("Kenya", 612, 9800, "groups-ke"),
        ("Nepal", 218, 4400, None),
        ("Palestina", "färre än 5", 12, None),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_claim_stands_there_whole(language: str) -> None:
    report = a_report(language)

    rows = rows_of(opened(annex(language))[dict(report.labels)["claims"]])[3:]

    assert [row[1:] for row in rows] == [
        (line.code, line.statement, line.value, line.n, line.period, line.method, line.source, line.fingerprint)
        for line in report.claims
    ]
    assert [row[0] for row in rows] == [1, 2, 3, 4, 5, 6, 7]


def test_the_code_book_explains_every_column_of_every_sheet() -> None:
    workbook = opened(annex("en"))
    explained = {(row[0], row[1]) for row in rows_of(workbook["Code book"])[1:]}
    meant = [row[4] for row in rows_of(workbook["Code book"])[1:]]

    for sheet in workbook.worksheets[1:-1]:
        heads = [head for head in rows_of(sheet)[2] if head not in (None, "No.")]
        assert [head for head in heads if (sheet.title, head) not in explained] == []
    assert all(meant)


def test_no_text_becomes_a_formula_and_each_can_be_had_back() -> None:
    content = render_annex(hostile_report())

    workbook = opened(content)
    texts = [
        cell.value for sheet in workbook for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)
    ]
    assert {cell.data_type for sheet in workbook for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    assert not [text for text in texts if text[0] in "=+-@"]
    assert FORMULA in map(plain_text, texts)
    assert {"'+1", "'@SUM(A1)"} <= set(texts)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert not [name for name in archive.namelist() if b"<f>" in archive.read(name)]


def test_the_same_report_is_the_same_file_with_the_day_of_the_report() -> None:
    assert render_annex(a_report("ar")) == annex("ar")
    with zipfile.ZipFile(io.BytesIO(annex("ar"))) as archive:
        times = re.findall(rb"<dcterms:\w+[^>]*>([^<]*)<", archive.read("docProps/core.xml"))
    assert set(times) == {b"2026-01-31T00:00:00Z"}


def test_from_right_to_left_the_sheets_begin_at_the_right() -> None:
    assert all(sheet.sheet_view.rightToLeft for sheet in opened(annex("ar")))
    assert not any(sheet.sheet_view.rightToLeft for sheet in opened(annex("sv")))


@pytest.mark.parametrize(
    ("language", "text", "number"),
    [
        ("sv", "1 200,5", Number(Decimal("1200.5"), "#,##0.0")),
        ("sv", "72,0\u00a0%", Number(Decimal("0.720"), "0.0%")),
        ("en", "1,200.50", Number(Decimal("1200.50"), "#,##0.00")),
        ("en", "−12.5", Number(Decimal("-12.5"), "#,##0.0")),
        ("sv", "1.200", None),
        ("en", "1,20", None),
        ("en", "007", None),
        ("en", "3–5", None),
        ("sv", "2025-01", None),
        ("en", "", None),
        ("en", "NaN", None),
        ("en", "1e5", None),
        ("en", "12345678901234567890", None),
    ],
)
def test_a_written_number_is_read_only_where_it_is_certain(language: str, text: str, number: Number | None) -> None:
    assert read_number(text, language=language) == number


@given(st.integers(-(10**14), 10**14), st.sampled_from(["sv", "en", "ar", "ne"]))
def test_what_the_product_writes_is_read_back(value: int, language: str) -> None:
    written = Words.of(language).number(value)

    found = read_number(written, language=language)

    assert found is not None
    assert found.value == value
