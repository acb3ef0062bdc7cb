"""Encodings: what a file is written in is found out and said, and what is spoiled is named where it stands."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from egenmakt.interfaces.imports.findings import Unreadable
from egenmakt.interfaces.imports.stories.formats import plan_of
from egenmakt.interfaces.imports.stories.mapping import StoryMapping
from egenmakt.interfaces.imports.stories.plan import Plan
from egenmakt.interfaces.imports.stories.rows import StoryFile, read_rows
from tests.interfaces.imports.stories.help import documents, errors, tried, write

TEXT = "Vi gick tillsammans till kontoret för att få vatten åt byn – och fick det."
MAPPING = StoryMapping(fields={"text": "text", "title": "title"})


def plan(folder: Path, content: bytes, mapping: StoryMapping = MAPPING) -> Plan:
    return plan_of(files=[write(folder, "stories.csv", content)], format="table", mapping=mapping)


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", "UTF-8, divided by semicolons"),
        ("utf-8-sig", "UTF-8 with a BOM, divided by semicolons"),
        ("utf-16", "UTF-16 with a BOM, divided by semicolons"),
        ("utf-16-le", "UTF-16 without a BOM, divided by semicolons"),
        ("utf-16-be", "UTF-16 without a BOM, divided by semicolons"),
        ("cp1252", "Windows-1252, divided by semicolons"),
    ],
)
def test_every_usual_encoding_is_found_out_and_said(tmp_path: Path, encoding: str, said: str) -> None:
    found = plan(tmp_path, f"title;text\r\nByn;{TEXT}\r\n".encode(encoding))

    assert found.rows.how == said
    assert documents(found)[0]["text"] == TEXT


def test_a_file_in_eight_bits_is_read_and_said_to_be_a_guess(tmp_path: Path) -> None:
    trial = tried(plan(tmp_path, f"title;text\nByn;{TEXT}\n".encode("cp1252")))

    assert trial.new == 1
    assert [f.source.row for f in trial.notes] == [2]
    assert "not UTF-8 and is read as Windows-1252" in str(trial.notes[0])


def test_foreign_bytes_in_a_utf_8_file_are_named_cell_by_cell_and_not_swallowed(tmp_path: Path) -> None:
    good = f"title;text\nåäö;{TEXT}\nBea;{TEXT} igen\n".encode()

    trial = tried(plan(tmp_path, good + b"Chipo;" + "Vi fick låna".encode("latin-1") + b"\n"))

    assert (trial.new, trial.left_out) == (2, 1)
    assert errors(trial) == [
        "stories.csv, row 4, field text: “Vi fick låna” The value holds bytes that are no UTF-8; read as Windows-1252 "
        "it would be this. — Save the file again in UTF-8, or state its encoding in the mapping."
    ]
    assert "1 bytes in it are not" in str(trial.notes[0])


def test_a_stated_encoding_is_used_as_it_is(tmp_path: Path) -> None:
    found = plan(tmp_path, b"title;text\nX;\xc4\xd3\xcd\n", StoryMapping(fields=MAPPING.fields, encoding="koi8-r"))

    assert documents(found)[0]["text"] == "дсм"


def test_an_encoding_that_nobody_knows_is_named(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="No program knows"):
        plan(tmp_path, b"title;text\nX;Y\n", StoryMapping(fields=MAPPING.fields, encoding="klingon"))


@pytest.mark.parametrize(("strange", "code"), [("\x00", "0000"), ("\x07", "0007"), ("\x1b", "001B"), ("\x7f", "007F")])
def test_a_control_character_is_named_with_its_number(tmp_path: Path, strange: str, code: str) -> None:
    trial = tried(plan(tmp_path, f"title;text\nA;Before{strange}after\nB;Good\n".encode()))

    assert (trial.new, trial.left_out) == (1, 1)
    assert f"control character U+{code}" in errors(trial)[0]
    assert "row 2, field text" in errors(trial)[0]


def test_text_that_was_encoded_twice_or_lost_its_letters_is_noted_and_kept(tmp_path: Path) -> None:
    twice = TEXT.encode().decode("cp1252")

    trial = tried(plan(tmp_path, f"title;text\nA;{twice}\nB;Vi fick l\ufffdna\nC;{TEXT}\nD;Ã…r och dagar\n".encode()))

    assert trial.new == 4
    assert [(f.source.row, f.text[:24]) for f in trial.notes] == [
        (2, "The value looks as if it"), (3, "Letters were lost before"), (5, "The value looks as if it"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text", ["L'été à São Paulo, où l'on dîne", "Größe", "ÂME", "naïve café", "Ação", "مرحبا بكم", "नमस्ते", "ñandú", "Ã"]
)
def test_real_letters_are_not_taken_for_spoiled_ones(tmp_path: Path, text: str) -> None:
    assert tried(plan(tmp_path, f"title;text\nA;{text}\n".encode())).notes == []


def test_a_quotation_mark_that_is_never_closed_is_named_with_its_row(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="row 3"):
        tried(plan(tmp_path, b'title;text\nA;B\nC;"never closed\n'))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"", "empty"), (b"\n\n", "empty"), (b"\xd0\xcf\x11\xe0abcdefgh", "old Excel"), (b"PK\x03\x04broken", "damaged")],
)
def test_a_file_that_is_no_table_is_refused_with_a_remedy(tmp_path: Path, content: bytes, sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        plan(tmp_path, content)


def test_rows_are_numbered_as_a_spreadsheet_numbers_them(tmp_path: Path) -> None:
    content = b'title;text\nA;"two\nlines"\nB;C\n\nD;E\n'

    rows = list(read_rows(write(tmp_path, "a.csv", content)))

    assert [(row.number, row.cells) for row in rows] == [(2, ("A", "two\nlines")), (3, ("B", "C")), (5, ("D", "E"))]


def test_a_row_with_too_many_cells_is_named_and_one_with_too_few_is_noted(tmp_path: Path) -> None:
    trial = tried(plan(tmp_path, b"title;text\nA;B;C\nD\nE;F\n"))

    assert "3 cells; the header has 2" in errors(trial)[0]
    assert trial.new == 1


def test_a_large_file_is_read_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("title,text\n")
        for number in range(20_000):
            file.write(f"T{number},{'A story that is told again. ' * 20}{number}\n")
    size = path.stat().st_size
    tracemalloc.start()

    count = sum(1 for _row in read_rows(StoryFile("large.csv", path)))

    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 20_000
    assert size > 11_000_000
    assert peak < size / 2
