"""Files as they come: encodings, separators, workbooks, and what is broken about them."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from egenmakt.interfaces.imports import workbook as workbook_module
from egenmakt.interfaces.imports.files import read_table
from egenmakt.interfaces.imports.findings import Unreadable
from egenmakt.interfaces.imports.tables import Limits, Table
from egenmakt.interfaces.imports.workbook import sheets_of
from tests.interfaces.imports.help import csv, workbook

LETTERS = st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp", "Cf"))


def _cells(table: Table) -> list[tuple[str, ...]]:
    return [row.cells for row in table.rows]


@pytest.mark.parametrize(
    ("content", "how"),
    [
        (csv("namn;belopp", "Åsa;12,50"), "UTF-8, divided by semicolons"),
        (b"\xef\xbb\xbf" + csv("namn;belopp", "Åsa;12,50"), "UTF-8 with a BOM, divided by semicolons"),
        ("namn\tbelopp\nÅsa\t12,50\n".encode("utf-16"), "UTF-16 with a BOM, divided by tabs"),
        ("namn\tbelopp\nÅsa\t12,50\n".encode("utf-16-le"), "UTF-16 without a BOM, divided by tabs"),
        (csv("namn|belopp", "Åsa|12,50", encoding="latin-1"), "Latin-1 (Windows-1252), divided by bars"),
        (csv("sep=;", "namn;belopp", "Åsa;12,50"), "UTF-8, divided by semicolons"),
        ("namn;belopp\r\nÅsa;12,50\r\n".encode(), "UTF-8, divided by semicolons"),
        ("namn;belopp\rÅsa;12,50\r".encode(), "UTF-8, divided by semicolons"),
    ],
)
def test_encoding_and_separator_are_found_out_and_said(content: bytes, how: str) -> None:
    table = read_table(content=content, name="lista.csv")

    assert (table.header, _cells(table), table.how) == (("namn", "belopp"), [("Åsa", "12,50")], how)


def test_latin_1_with_semicolons_and_a_bom_of_utf_8_is_read_and_both_are_said() -> None:
    content = b"\xef\xbb\xbf" + csv("namn;belopp", "Åsa Öberg;12,50", encoding="latin-1")

    table = read_table(content=content, name="lista.csv")

    assert _cells(table) == [("Åsa Öberg", "12,50")]
    assert table.how == "Latin-1 (Windows-1252), divided by semicolons"
    assert [f.severity for f in table.findings] == ["note", "note"]
    assert "begins with the mark of UTF-8 but is not in it" in str(table.findings[0])
    assert table.findings[1].source.row == 2


def test_windows_1252_keeps_its_own_signs() -> None:
    table = read_table(content=csv("name,note", "Amina,“5 €”", encoding="cp1252"), name="a.csv")

    assert _cells(table) == [("Amina", "“5 €”")]
    assert table.how.startswith("Windows-1252")


def test_names_in_any_script_and_with_emoji_stay_as_they_are() -> None:
    names = ["أمينة محمد", "עמינה", "आमिना", "Amina 🐟", "👩‍👩‍👧", "Ọlá", "\u200fأمينة\u200f"]

    table = read_table(content=csv("name,amount", *(f"{name},1" for name in names)), name="a.csv")

    assert [cells[0] for cells in _cells(table)] == names
    assert table.findings == ()


def test_rows_are_numbered_as_a_spreadsheet_numbers_them() -> None:
    table = read_table(content=csv("name,note", '"Amina","two\nlines"', "", "Beatrice,x"), name="a.csv")

    assert [row.number for row in table.rows] == [2, 4]
    assert table.rows[0].cells == ("Amina", "two\nlines")


def test_ragged_rows_are_named() -> None:
    table = read_table(content=csv("a,b", "1,2,3", "4", "5,6"), name="a.csv")

    assert [(f.source.row, f.severity, f.value) for f in table.findings] == [(2, "error", "3"), (3, "note", "")]
    assert _cells(table) == [("1", "2"), ("4", ""), ("5", "6")]


def test_control_characters_and_nul_are_named_and_left_out() -> None:
    table = read_table(content=b"name,amount\nAm\x07ina,1\nBe\x00a,2\n", name="a.csv")

    assert [cells[0] for cells in _cells(table)] == ["Amina", "Bea"]
    assert [(f.source.row, f.severity) for f in table.findings] == [(3, "error"), (2, "error")]
    assert "U+0007" in str(table.findings[1])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\n\n ;;\n", "no rows"),
        (b"name,amount\n", "a header and no rows"),
        (b'name,amount\n"Amina,1\n', "quotation mark"),
        (b"%PDF-1.7 and so on", "PDF"),
        (b"\xd0\xcf\x11\xe0 old", "old Excel"),
        (b"PK\x03\x04 no zip at all", "damaged"),
        pytest.param(workbook([["a", "b"], [1, 2]])[:900], "damaged", id="a workbook cut off"),
    ],
)
def test_what_cannot_be_read_is_said_with_a_remedy(content: bytes, words: str) -> None:
    with pytest.raises(Unreadable, match=words) as refused:
        read_table(content=content, name="../../etc/book.csv")

    assert str(refused.value).startswith("book.csv")
    assert refused.value.finding.remedy


def test_a_file_that_breaks_off_in_its_last_row_is_named() -> None:
    table = read_table(content=b"group,name,amount\nA,Amina,10\nA,Bea,10\nA,Chi", name="a.csv")

    assert any("cut off" in finding.text for finding in table.findings)


def test_too_much_is_refused_before_it_is_taken_apart() -> None:
    limits = Limits(bytes=50, rows=3)

    with pytest.raises(Unreadable, match="MB"):
        read_table(content=csv("a,b", *["1,2"] * 30), name="a.csv", limits=limits)
    with pytest.raises(Unreadable, match=r"more than 3 rows"):
        read_table(content=csv("a,b", *["1,2"] * 9), name="a.csv", limits=limits)


@settings(max_examples=40, deadline=None)
@given(
    rows=st.lists(st.tuples(st.text(LETTERS, min_size=1, max_size=9), st.integers(0, 10**9)), min_size=1, max_size=8)
)
def test_a_workbook_gives_back_what_was_written_into_it(rows: list[tuple[str, int]]) -> None:
    content = workbook([("name", "amount"), *(("x" + name, amount) for name, amount in rows)])

    table = read_table(content=content, name="a.xlsx")

    assert _cells(table) == [("x" + name, str(amount)) for name, amount in rows]


def test_dates_and_numbers_of_a_workbook_are_exact() -> None:
    midnight = datetime(2026, 3, 31)  # noqa: DTZ001  # workbooks know no time zones
    rows = [["day", "at", "amount", "other", "yes"], [date(2026, 3, 31), midnight, 9216.9, 12.0, True]]

    table = read_table(content=workbook(rows), name="a.xlsx")

    assert _cells(table) == [("2026-03-31", "2026-03-31", "9216.9", "12", "true")]
    assert table.how == "sheet Book"


def test_a_formula_without_a_result_and_merged_cells_are_named() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["name", "amount"], ["Amina", "=1+1"], ["Bea", 3], ["", 4]):
        sheet.append(row)
    sheet.merge_cells("A3:A4")
    out = io.BytesIO()
    book.save(out)

    table = read_table(content=out.getvalue(), name="a.xlsx")

    assert [(f.source.row, f.severity, f.value) for f in table.findings] == [(2, "error", "=1+1"), (3, "note", "")]
    assert "A3:A4" in table.findings[1].text


def test_of_several_sheets_one_is_chosen_by_name() -> None:
    content = workbook([["a", "b"], [1, 2]], Other=[["c", "d"], [3, 4]], Empty=[])

    with pytest.raises(Unreadable, match="2 sheets with content") as refused:
        read_table(content=content, name="a.xlsx")
    table = read_table(content=content, name="a.xlsx", sheet="Other")

    assert refused.value.finding.remedy.endswith("Book, Other.")
    assert _cells(table) == [("3", "4")]
    assert sheets_of(content) == ("Book", "Other", "Empty")
    with pytest.raises(Unreadable, match="no sheet"):
        read_table(content=content, name="a.xlsx", sheet="Missing")


def test_a_workbook_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_module, "UNPACKED_MAX", 2_000_000)
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 50_000_000)

    with pytest.raises(Unreadable, match="unpacks to more"):
        read_table(content=bomb.getvalue(), name="a.xlsx")


def test_a_workbook_that_declares_entities_is_refused() -> None:
    laughs = io.BytesIO()
    with zipfile.ZipFile(laughs, "w") as archive:
        archive.writestr("xl/workbook.xml", '<!DOCTYPE x [<!ENTITY a "ha">]><x>&a;</x>')

    with pytest.raises(Unreadable, match="damaged"):
        read_table(content=laughs.getvalue(), name="a.xlsx")


@settings(max_examples=60, deadline=None)
@given(content=st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_with_a_sentence(content: bytes) -> None:
    try:
        said = bool(read_table(content=content, name="a.csv").how)
    except Unreadable as error:
        said = bool(error.finding.text)

    assert said
