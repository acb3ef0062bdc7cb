"""The tables of facts: equal rows have equal bytes, and a cell that cannot be is named with its place and a remedy."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from random import Random

import pyarrow.parquet as parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egenmakt.core.evidence.facts import (
    EXACT,
    TABLES,
    Facts,
    NotFacts,
    Value,
    csv_of,
    read_facts,
    write_facts,
    write_parquet,
)
from egenmakt.core.evidence.facts.files import table_of
from tests.support.facts import invented_facts, invented_rows

GROUP = ("g1", "KE", None, "savings", date(2025, 1, 31), None, None)
HEADER = "group,country,partner,group_kind,formed_on,support_ended_on,closed_on"


def refused(content: str) -> str:
    with pytest.raises(NotFacts) as caught:
        table_of(content.encode(), "groups")
    return str(caught.value)


def test_a_table_is_written_as_it_was_said_to_be() -> None:
    facts = Facts.of({"groups": [("g2", "MW", 'p "1", west', "youth", date(2024, 2, 29), None, None), GROUP]})

    assert b"".join(csv_of(facts.tables["groups"])).decode() == (
        f'{HEADER}\ng1,KE,,savings,2025-01-31,,\ng2,MW,"p ""1"", west",youth,2024-02-29,,\n'
    )


@pytest.mark.parametrize("seed", range(3))
def test_the_order_in_which_rows_come_changes_no_byte(seed: int) -> None:
    rows = invented_rows(seed=seed)
    mixed = {name: Random(seed).sample(given_rows, len(given_rows)) for name, given_rows in rows.items()}  # no secret

    assert Facts.of(mixed).data_version == Facts.of(rows).data_version


@pytest.mark.parametrize("seed", range(3))
def test_what_is_written_and_read_back_is_the_same_and_is_written_the_same(seed: int, tmp_path: Path) -> None:
    facts = invented_facts(seed=seed)

    files = write_facts(facts, tmp_path / "one")
    read = read_facts(tmp_path / "one")

    assert read.data_version == facts.data_version
    assert write_facts(read, tmp_path / "two") == files
    assert [path.name for path in sorted((tmp_path / "two").iterdir())] == sorted(f"{name}.csv" for name in TABLES)


def test_what_is_written_for_other_engines_is_the_same_rows(tmp_path: Path) -> None:
    facts = invented_facts(seed=1)

    write_parquet(facts, tmp_path)

    for name in TABLES:
        assert parquet.read_table(tmp_path / f"{name}.parquet").equals(facts.tables[name])


@pytest.mark.parametrize("seed", range(2))
def test_one_altered_cell_makes_another_version(seed: int) -> None:
    rows = invented_rows(seed=seed)
    before = Facts.of(rows).data_version
    first = rows["members"][0]
    rows["members"][0] = (*first[:5], "male" if first[5] != "male" else "female", *first[6:])

    assert Facts.of(rows).data_version != before


@settings(deadline=None)
@given(st.lists(st.tuples(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1), st.booleans())))
def test_any_text_of_one_line_comes_back_as_it_was(given_rows: list[tuple[str, bool]]) -> None:
    rows: list[tuple[Value, ...]] = [
        (f"g{place}", "KE", text, "savings", 6, date(2025, 1, 1), met) for place, (text, met) in enumerate(given_rows)
    ]
    facts = Facts.of({"survival": rows})

    read = table_of(b"".join(csv_of(facts.tables["survival"])), "survival")

    assert read.equals(facts.tables["survival"])
    assert {(row["group"], row["partner"], row["met"]) for row in read.to_pylist()} == {
        (f"g{place}", text, met) for place, (text, met) in enumerate(given_rows)
    }


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "groups is empty. Its first row names the columns"),
        ("group,country\n", "row 1 has the columns group, country"),
        (f"{HEADER}\ng1,KE,,savings,2025-01-31,\n", "row 2 has 6 cells. Give 7"),
        (
            f"{HEADER}\ng1,KE,,savings,2025-01-31,,\ng2,KE,,savings,2025-02-30,,\n",
            "row 3, column formed_on: '2025-02-30'",
        ),
        (f"{HEADER}\ng1,KE,,savings,31/1/2025,,\n", "Write a day as YYYY-MM-DD"),
        (f"{HEADER}\ng1,,,savings,2025-01-31,,\n", "row 2, column country: ''"),
        (f'{HEADER}\n"g\x00",KE,,savings,2025-01-31,,\n', "row 2, column group"),
        (f'{HEADER}\n"g1,KE,,savings,2025-01-31,,\n', "Save it as CSV with commas and double quotes"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_place_and_a_remedy(content: str, words: str) -> None:
    assert words in refused(content)


def test_a_file_that_is_not_utf_8_is_refused() -> None:
    with pytest.raises(NotFacts, match="not UTF-8 at byte 0"):
        table_of("ÿ".encode("latin-1"), "groups")


@pytest.mark.parametrize(
    ("table", "column", "value", "words"),
    [
        ("meetings", "present", EXACT, "2\\^53"),
        ("meetings", "present", 10**30, "2\\^53"),
        ("meetings", "present", True, "in digits alone"),
        ("meetings", "present", 2.0, "in digits alone"),
        ("meetings", "present", None, "is empty"),
        ("meetings", "held_on", "2025-01-01", "YYYY-MM-DD"),
        ("meetings", "after_support", 1, "true or false"),
        ("meetings", "country", "", "one line"),
        ("meetings", "country", "K\nE", "one line"),
    ],
)
def test_a_row_that_cannot_be_is_refused_with_its_place_and_a_remedy(
    table: str, column: str, value: Value, words: str
) -> None:
    good = ("g1", "KE", None, "savings", "m1", date(2025, 1, 1), 1, 2, False)
    names = [one.name for one in TABLES[table].columns]
    bad = tuple(value if name == column else kept for name, kept in zip(names, good, strict=True))

    with pytest.raises(NotFacts, match=f"{table}, row 2, column {column}.*{words}"):
        Facts.of({table: [good, bad]})


def test_a_row_of_another_length_and_a_table_that_is_not_there_are_refused() -> None:
    with pytest.raises(NotFacts, match=r"groups, row 2 has 6 values\. Give 7"):
        Facts.of({"groups": [GROUP, GROUP[:-1]]})
    with pytest.raises(NotFacts, match="no table of facts 'persons'"):
        Facts.of({"persons": []})


def test_every_table_names_columns_that_it_has() -> None:
    for table in TABLES.values():
        for name in (table.who, table.day, *filter(None, (table.ends,)), *table.parts):
            assert table.column(name)
        assert table.column(table.day).type == "day"
        assert table.column(table.who).filled
