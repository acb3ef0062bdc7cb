"""A pack is the same bytes for the same content, agrees with itself, and names what breaks when anything is altered."""

from __future__ import annotations

import json
from typing import Any

import pytest

from egenmakt.core.canonical import canonical, fingerprint
from egenmakt.core.evidence.catalogue.catalogue import shipped
from egenmakt.core.evidence.claims.compare import compare_packs, in_short, without_consent
from egenmakt.core.evidence.claims.pack import altered_rows, pack_bytes, row_marks
from egenmakt.core.evidence.claims.pack_findings import Verification
from egenmakt.core.evidence.claims.pack_report import is_said
from egenmakt.core.evidence.claims.report_json import report_from_json, report_to_json
from egenmakt.core.evidence.claims.verify import read_pack, verify_pack
from egenmakt.core.evidence.facts import Facts
from tests.support.claims import content, edition, many_facts, many_rows, report, small_pack
from tests.support.packs import repacked


def said(found: Verification) -> list[str]:
    return [str(one) for one in found.findings]


def test_the_same_content_is_the_same_bytes() -> None:
    again = pack_bytes(content())
    shuffled = pack_bytes(content(claims=tuple(reversed(edition()))))

    assert again == small_pack()
    assert shuffled == small_pack()


def test_rows_in_another_order_are_the_same_bytes() -> None:
    backwards = Facts.of({name: list(reversed(rows)) for name, rows in many_rows().items()})

    assert pack_bytes(content(facts=backwards)) == small_pack()


def test_a_pack_agrees_with_itself() -> None:
    found = verify_pack(small_pack())

    assert said(found) == []
    assert found.agrees
    assert str(found).startswith("agrees: 17 claims come out as they are written (seal ")
    assert found.data_version == many_facts().data_version


def test_a_pack_is_read_as_it_was_written() -> None:
    pack = read_pack(small_pack())

    assert sorted(pack.claims, key=lambda one: one.code) == sorted(edition(), key=lambda one: one.code)
    assert pack.reports == content().reports
    assert pack.texts == content().texts
    assert pack.facts.data_version == many_facts().data_version
    assert pack.catalogue == shipped()
    assert pack.manifest["seed"] == 7


def test_a_report_is_read_as_it_was_written() -> None:
    shown = report("sv", edition())

    assert report_from_json(json.loads(json.dumps(report_to_json(shown)))) == shown


def _row_of_a_woman(inside: dict[str, bytes]) -> None:
    lines = inside["facts/members.csv"].split(b"\n")
    place = next(at for at, line in enumerate(lines) if b",KE," in line and b",female," in line and b",active" in line)
    lines[place] = lines[place].replace(b",female,", b",male,")
    inside["facts/members.csv"] = b"\n".join(lines)


def test_one_altered_row_names_the_file_the_row_and_each_claim() -> None:
    found = verify_pack(repacked(_row_of_a_woman, sealed=False))

    (row, *rest) = said(found)
    assert row.startswith("facts/members.csv was altered: table members, row ")
    assert rest[0] == "The facts are not the ones that were frozen: their data version is another."
    assert {one.values["claim"]: one.code for one in found.findings if "claim" in one.values} == {
        "women": "claim_breaks",
        "by-country-sex": "claim_breaks",
        "women-by-country": "claim_breaks",
        "members": "claim_touched",
        "members-ke": "claim_touched",
        "over-members": "claim_touched",
    }
    assert "Claim women: " in next(one for one in rest if "women:" in one)


def test_a_row_that_is_altered_with_all_fingerprints_made_to_fit_still_breaks_its_claims() -> None:
    found = verify_pack(repacked(_row_of_a_woman))

    assert {one.values["claim"] for one in found.findings if one.code == "claim_breaks"} == {
        "women", "by-country-sex", "women-by-country",
    }  # fmt: skip
    # every claim says which facts it was made from, and its fingerprint is printed in the report
    assert {one.values["claim"] for one in found.findings if one.code == "claim_other_data"} == set()
    assert found.findings[0].code == "other_data"


def test_what_is_written_against_what_comes_out_is_said() -> None:
    found = verify_pack(repacked(_row_of_a_woman))

    assert 'Claim women: {"high":null,"low":null,"n":100,"of":100,"value":31} is written, and the facts give ' in str(
        found
    )


def _definition(inside: dict[str, bytes]) -> None:
    data = json.loads(inside["indicators.json"])
    one = next(one for one in data["indicators"] if one["code"] == "members")
    one["versions"][0]["measure"]["where"] = [["sex", "is", "female"]]
    inside["indicators.json"] = canonical(data)


def test_an_altered_definition_names_the_claims_that_use_it() -> None:
    found = verify_pack(repacked(_definition, sealed=False))

    assert found.altered == ("indicators.json",)
    assert found.broken == ("members",)


def _claim_value(inside: dict[str, bytes]) -> None:
    data = json.loads(inside["claims.json"])
    one = next(one for one in data["claims"] if one["code"] == "members-ke")
    one["value"]["value"] += 1
    inside["claims.json"] = canonical(data)


def _claim_with_its_fingerprint(inside: dict[str, bytes]) -> None:
    data = json.loads(inside["claims.json"])
    one = next(one for one in data["claims"] if one["code"] == "members-ke")
    one["value"]["value"] += 1
    proof = {name: one[name] for name in ("query", "value", "data_version", "consent")}
    one["fingerprint"] = fingerprint(proof | {"n": one["value"]["n"]})
    inside["claims.json"] = canonical(data)


def test_an_altered_claim_is_named() -> None:
    found = verify_pack(repacked(_claim_value, sealed=False))

    assert found.altered == ("claims.json", "report.en.json", "report.sv.json")
    assert "Claim members-ke: members-ke: its fingerprint is that of another claim" in str(found)
    assert found.broken == ("members-ke",)


def test_an_altered_claim_with_all_fingerprints_made_to_fit_is_named_by_the_facts() -> None:
    found = verify_pack(repacked(_claim_with_its_fingerprint))

    assert found.broken == ("members-ke",)
    assert "claim_breaks" in {one.code for one in found.findings}


def _shown(inside: dict[str, bytes]) -> None:
    data = json.loads(inside["report.sv.json"])
    for block in data["blocks"]:
        for inline in block.get("inlines", []):
            if inline.get("claim") == "members":
                inline["text"] = "1\u00a0100"
    inside["report.sv.json"] = canonical(data)


def test_a_report_that_shows_another_number_than_its_claim_is_found() -> None:
    (finding,) = verify_pack(repacked(_shown)).findings

    assert str(finding) == "report.sv.json shows “1\u00a0100” for claim members, which is 100 / 2025."


@pytest.mark.parametrize(
    ("text", "said", "in_prose", "holds"),
    [
        ("1\u00a0200", {"1,200"}, True, True),
        ("över 1 200", {"1 200"}, False, True),
        ("−12,5", {"−12.5"}, True, True),
        ("12,5", {"−12.5"}, True, False),
        ("41 %", {"41", "41%"}, True, True),
        ("42 %", {"41", "41%"}, True, False),
        ("tolv", {"12", "tolv"}, True, True),
        ("elva", {"12", "tolv"}, True, False),
        ("١٢", {"12"}, True, True),
        ("…", {"12"}, False, True),
    ],
)
def test_what_is_shown_is_compared_by_its_digits_or_its_letters(
    text: str, said: set[str], in_prose: bool, holds: bool
) -> None:
    assert is_said(text, said, in_prose=in_prose) == holds


def _cell(inside: dict[str, bytes]) -> None:
    data = json.loads(inside["report.sv.json"])
    table = next(one for one in data["blocks"] if one["is"] == "table")
    table["rows"][0][1]["text"] = "99"
    inside["report.sv.json"] = canonical(data)


def test_a_table_that_shows_another_number_than_its_claim_is_found() -> None:
    (finding,) = verify_pack(repacked(_cell)).findings

    assert (finding.code, finding.values["claim"], finding.values["shown"]) == (
        "report_differs",
        "by-country-sex",
        "99",
    )


def _quoted(inside: dict[str, bytes]) -> None:
    data = json.loads(inside["report.sv.json"])
    next(one for one in data["blocks"] if one["is"] == "quotation")["text"] = "Jag vågar allt"
    inside["report.sv.json"] = canonical(data)


def test_a_quotation_in_other_words_is_found() -> None:
    found = verify_pack(repacked(_quoted))

    assert [(one.code, one.values["claim"]) for one in found.findings] == [("report_differs", "q-amina")]


def _text(inside: dict[str, bytes]) -> None:
    data = json.loads(inside["texts.json"])
    data["texts"]["sv"]["people"] += " {{membres}}"
    inside["texts.json"] = canonical(data)


def test_an_altered_text_is_found_and_so_is_a_claim_that_is_not_there() -> None:
    found = verify_pack(repacked(_text, sealed=False))

    assert said(found) == [
        "texts.json was altered: its fingerprint is not the one that was frozen.",
        "texts.json, sv, people: there is no claim membres.",
    ]


def _without_consent(inside: dict[str, bytes]) -> None:
    data = json.loads(inside["claims.json"])
    one = next(one for one in data["claims"] if one["code"] == "q-amina")
    one["consent"] = None
    one["fingerprint"] = fingerprint(
        {name: one[name] for name in ("query", "value", "data_version", "consent")} | {"n": 1}
    )
    inside["claims.json"] = canonical(data)


def test_a_quotation_whose_proof_was_taken_away_is_found() -> None:
    found = verify_pack(repacked(_without_consent))

    assert "Claim q-amina has no proof of a consent to publish it." in said(found)


def _small(inside: dict[str, bytes]) -> None:
    manifest = json.loads(inside["pack.json"])
    manifest["k"] = 13
    inside["pack.json"] = canonical(manifest)


def test_a_small_number_that_is_shown_is_found() -> None:
    found = verify_pack(repacked(_small))

    assert said(found) == ["Claim by-country-sex shows a number about fewer than 13 people."]


def _no_table(inside: dict[str, bytes]) -> None:
    del inside["facts/stories.csv"]


def _bad_table(inside: dict[str, bytes]) -> None:
    inside["facts/stories.csv"] += b"one,row\n"


def test_a_table_that_is_gone_or_unreadable_names_its_claims() -> None:
    of_stories = {"income-told", "income-voices", "by-kind"}

    gone = verify_pack(repacked(_no_table, sealed=False))
    unreadable = verify_pack(repacked(_bad_table, sealed=False))

    assert gone.altered == ("facts/stories.csv",)
    assert set(gone.broken) == of_stories
    assert any(one.startswith("facts/stories.csv cannot be read: stories, row ") for one in said(unreadable))
    assert set(unreadable.broken) == of_stories


@pytest.mark.parametrize(
    ("was", "now", "rows"),
    [
        (b"a\nb\nc\n", b"a\nb\nc\n", None),
        (b"a\nb\nc\n", b"a\nx\nc\n", (2, 2)),
        (b"a\nb\nc\n", b"a\nc\n", (2, 2)),
        (b"a\nb\nc\n", b"a\nb\nx\nc\n", (3, 3)),
        (b"a\nb\nc\nd\n", b"a\nx\ny\nd\n", (2, 3)),
        (b"a\nb\n", b"a\nb", None),
        (b"a\nb\n", b"a\n", (2, 2)),
    ],
)
def test_the_altered_rows_are_found(was: bytes, now: bytes, rows: tuple[int, int] | None) -> None:
    assert altered_rows(now, row_marks(was)) == rows


def _worded(value: Any) -> str:
    return in_short(value)


def test_two_packs_are_compared_claim_by_claim() -> None:
    old, new = read_pack(small_pack()), read_pack(small_pack(2))
    defined = read_pack(repacked(_definition))

    changes = {one.claim: one for one in compare_packs(old, new)}

    assert compare_packs(old, old) == ()
    assert {one.what for one in changes.values()} == {"changed"}
    assert "q-amina" not in changes
    assert _worded(changes["women"].was) == "31/100"
    assert _worded(changes["women"].now) == _worded(next(one for one in edition(2) if one.code == "women").value)
    assert [(one.claim, one.what) for one in compare_packs(old, defined)] == [("members", "defined_otherwise")]


def test_claims_that_are_gone_or_new_are_told_apart() -> None:
    fewer = read_pack(pack_bytes(content(claims=edition()[1:], texts={}, reports={})))

    assert [(one.claim, one.what) for one in compare_packs(read_pack(small_pack()), fewer)] == [("members", "gone")]
    assert [(one.claim, one.what) for one in compare_packs(fewer, read_pack(small_pack()))] == [("members", "new")]


def test_a_withdrawn_consent_names_its_claims() -> None:
    claims = edition()

    assert without_consent(claims, records={"b" * 64: "a" * 64}) == ()
    assert [one.code for one in without_consent(claims, records={"b" * 64: "c" * 64})] == ["q-amina"]
    assert [one.code for one in without_consent(claims, records={})] == ["q-amina"]
