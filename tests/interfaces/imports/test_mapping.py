"""Mappings: what is proposed, what is kept, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from egenmakt.interfaces.imports.fields import FIELDS, heading_key, proposed_field
from egenmakt.interfaces.imports.files import read_table
from egenmakt.interfaces.imports.findings import Finding, Source, findings_csv
from egenmakt.interfaces.imports.mapping import InvalidMapping, Mapping, fill, propose
from tests.interfaces.imports.help import csv

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Member No.", "member_number"),
        ("MEDLEMSNUMMER", "member_number"),
        ("Namn", "member_name"),
        ("Kön", "sex"),
        ("Födelseår", "birth_year"),
        ("Insättning (SEK)", "voluntary"),
        ("Savings KES", "voluntary"),
        ("Poupança", "voluntary"),
        ("Närvaro", "attendance"),
        ("Återbetalning", "loan_repaid"),
        ("voluntary", "voluntary"),
        ("kikundi", "group"),
        ("", ""),
        ("shoe size", ""),
    ],
)
def test_headings_are_recognised_in_several_languages(heading: str, field: str) -> None:
    assert proposed_field(heading) == field


def test_every_field_is_proposed_by_its_own_name_and_no_heading_leads_two_ways() -> None:
    words = json.loads((ROOT / "src/egenmakt/interfaces/imports/words.json").read_text(encoding="utf-8"))
    headings = [heading for names in words["headings"].values() for heading in names]

    assert set(words["headings"]) == set(FIELDS)
    assert [proposed_field(name) for name in FIELDS] == list(FIELDS)
    assert sorted({h for h in headings if headings.count(h) > 1}) == []
    assert [h for h in headings if heading_key(h) != h] == []


def test_a_proposal_asks_for_the_day_of_each_period_and_names_unknown_columns() -> None:
    table = read_table(
        content=csv("group,member no,kvartal,sparande,shoe size", "A,1,2.0,5,40", "A,1,1,5,40"), name="a.csv"
    )

    proposed = propose([table], currency="KES")

    assert proposed.files[0].columns == {
        "group": "group", "member no": "member_number", "kvartal": "period", "sparande": "voluntary", "shoe size": "",
    }  # fmt: skip
    assert proposed.periods == {"1": "", "2": ""}


def test_a_mapping_is_the_same_after_it_was_kept() -> None:
    table = read_table(content=csv("group,name,date,savings", "A,Amina,2026-01-05,5"), name="a.csv")
    mapping = propose([table], currency="KES")

    assert Mapping.from_text(mapping.to_text()) == mapping


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"files": [{"name": "a", "columns": {"x": "shoe"}}]}, "mapped to “shoe”"),
        ({"files": [{"name": "a", "columns": {"x": "sex", "y": "sex"}}]}, "2 columns are mapped to “sex”"),
        ({"files": {}}, "must be of type list"),
        ({"periods": {"1": "soon"}}, "“periods/1” is “soon”"),
        ({"currency": "ZZZ"}, "“currency” is “ZZZ”"),
        ({"surplus_decimals": "hide"}, "surplus_decimals"),
        ({"values": {"sex": {"1": "both"}}}, "values/sex"),
        ({"groups": {"kind": "club"}}, "groups/kind"),
        ({"groups": {"name": "{secret}"}}, "groups/name"),
        ({"groups": {"name": "{group.__class__}"}}, "groups/name"),
        ({"colour": "red"}, "“colour” is not known"),
        ({"format": "other"}, "format"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused_with_its_place(change: dict[str, object], words: str) -> None:
    with pytest.raises(InvalidMapping) as refused:
        Mapping.from_text(json.dumps({"format": "egenmakt/import/1", **change}))

    assert words in str(refused.value)


def test_what_is_no_json_is_refused() -> None:
    for text in ("", "[]", "{", "[" * 100_000, b"\xff\xfe"):
        with pytest.raises(InvalidMapping):
            Mapping.from_text(text)


def test_a_name_is_made_of_its_pattern_alone() -> None:
    assert fill("Association {group}", group="{member_number}") == "Association {member_number}"


def test_findings_in_a_spreadsheet_start_no_formula() -> None:
    finding = Finding(Source("a.csv", 2, "x"), "no number", value="=HYPERLINK(1)")

    assert "'=HYPERLINK(1)" in findings_csv([finding])


def test_the_mapping_of_the_guide_can_be_read() -> None:
    mapping = Mapping.from_text((ROOT / "docs/guides/proirri-mapping.json").read_bytes())

    assert [part.name for part in mapping.files] == ["households.csv", "contributions_long.csv"]
