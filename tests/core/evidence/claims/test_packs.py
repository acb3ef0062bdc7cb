"""A pack is the same bytes for the same content, agrees with itself, and names what breaks when anything is altered."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egenmakt.core.canonical import JsonValue, canonical, fingerprint
from egenmakt.core.evidence.catalogue.catalogue import shipped
from egenmakt.core.evidence.claims.compare import compare_packs, in_short, without_consent
from egenmakt.core.evidence.claims.freeze import make_claims
from egenmakt.core.evidence.claims.pack import NotAPack, altered_rows, pack_bytes, packed_again, row_marks
from egenmakt.core.evidence.claims.pack_findings import Verification
from egenmakt.core.evidence.claims.report_json import report_from_json, report_to_json
from egenmakt.core.evidence.claims.verify import read_pack, verify_pack
from egenmakt.core.evidence.facts import Facts
from tests.support.claims import content, draft, edition, figure, many_facts, many_rows, members, report, small_pack


def members_of(pack: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(pack)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def repacked(change: Callable[[dict[str, bytes]], None], *, sealed: bool = True, pack: bytes = b"") -> bytes:
    """A pack with a change, with every fingerprint made to fit where it is sealed again."""
    inside = members_of(pack or small_pack())
    change(inside)
    if sealed:
        manifest = json.loads(inside.pop("pack.json"))
        tables: dict[str, JsonValue] = {
            name[6:-4]: row_marks(data) for name, data in inside.items() if name.startswith("facts/")
        }
        inside["rows.json"] = canonical({"schema": "egenmakt.rows.1", "tables": tables})
        manifest["files"] = {
            name: {"sha256": sha256(data).hexdigest(), "bytes": len(data)} for name, data in inside.items()
        }
        del manifest["seal"]
        inside["pack.json"] = canonical({**manifest, "seal": fingerprint(manifest)})
    return packed_again(inside)


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


TINY: dict[str, bytes] = {}


def tiny() -> bytes:
    """A pack of two claims about one table, quick to verify."""
    if not TINY:
        rows = {"members": many_rows()["members"][:60]}
        facts = Facts.of(rows)
        asked = [
            draft("all", "number", {"figure": figure(members())}),
            draft("women", "share", {"figure": figure(members(["sex", "is", "female"]), of=members())}),
        ]
        claims = make_claims(drafts=asked, facts=facts, catalogue=shipped(), k=2)
        TINY["pack"] = pack_bytes(content(facts=facts, claims=claims, texts={}, reports={}, k=2))
    return TINY["pack"]


@given(data=st.data())
@settings(max_examples=20, deadline=None)
def test_any_byte_altered_anywhere_in_the_file_is_found(data: st.DataObject) -> None:
    pack = bytearray(tiny())
    place = data.draw(st.integers(0, len(pack) - 1))
    pack[place] ^= data.draw(st.integers(1, 255))

    assert not verify_pack(bytes(pack)).agrees


@given(data=st.data())
@settings(max_examples=8, deadline=None)
def test_any_byte_altered_in_a_row_that_is_counted_names_its_claims(data: st.DataObject) -> None:
    """With the checksum of the ZIP made to fit, as whoever alters a row would do it."""
    inside = members_of(tiny())
    table = bytearray(inside["facts/members.csv"])
    header = table.index(b"\n") + 1
    place = data.draw(st.integers(header, len(table) - 1))
    table[place] ^= data.draw(st.integers(1, 255))
    inside["facts/members.csv"] = bytes(table)

    found = verify_pack(packed_again(inside))

    assert "facts/members.csv" in found.altered
    assert set(found.broken) == {"all", "women"}


@given(data=st.data())
@settings(max_examples=10, deadline=None)
def test_any_byte_altered_in_a_claim_is_found(data: st.DataObject) -> None:
    inside = members_of(tiny())
    claims = bytearray(inside["claims.json"])
    claims[data.draw(st.integers(0, len(claims) - 1))] ^= data.draw(st.integers(1, 255))
    inside["claims.json"] = bytes(claims)

    assert "claims.json" in verify_pack(packed_again(inside)).altered


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


def hostile(write: Callable[[zipfile.ZipFile], None]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        write(archive)
    return file.getvalue()


def _bomb(archive: zipfile.ZipFile) -> None:
    archive.writestr("pack.json", b" " * 10_000_000, zipfile.ZIP_DEFLATED)


def _path(archive: zipfile.ZipFile) -> None:
    archive.writestr("../../etc/passwd", b"")


def _many(archive: zipfile.ZipFile) -> None:
    for number in range(100):
        archive.writestr(f"facts/{number}.csv", b"")


def _twice(archive: zipfile.ZipFile) -> None:
    archive.writestr("pack.json", b"{}")
    with pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("pack.json", b"{}")


def _nothing(archive: zipfile.ZipFile) -> None:
    archive.writestr("pack.json", b"{}")


def _deep(archive: zipfile.ZipFile) -> None:
    for name in ("claims.json", "indicators.json", "texts.json", "rows.json"):
        archive.writestr(name, b"{}")
    archive.writestr("pack.json", b"[" * 200_000)


@pytest.mark.parametrize(
    ("write", "why"),
    [
        (_bomb, "pack.json is compressed; the members of a pack are stored as they are."),
        (_path, "'../../etc/passwd' is no member of a pack."),
        (_many, "The file has 100 members; a pack has 64 at most."),
        (_twice, "A member of the pack stands twice."),
        (_nothing, "The pack lacks claims.json, indicators.json, rows.json, texts.json."),
        (_deep, "pack.json is no JSON of a pack: maximum recursion depth exceeded"),
    ],
)
def test_a_file_that_nobody_should_open_is_refused(write: Callable[[zipfile.ZipFile], None], why: str) -> None:
    (finding,) = verify_pack(hostile(write)).findings

    assert str(finding).startswith(f"This is no pack that can be verified: {why}")


ANYTHING: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**60), 2**60),
    st.sampled_from(["", "x", "KE", "loans", "sum", "2025-02-30"]),
    st.just([]), st.just({}), st.just([["sex", "is"]]), st.just({"any": []}),
)  # fmt: skip


def places(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a document."""
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [path, *(place for key, value in inner for place in places(value, (*path, key)))]


@given(data=st.data(), name=st.sampled_from(["claims.json", "indicators.json", "texts.json", "rows.json", "pack.json"]))
@settings(max_examples=15, deadline=None)
def test_whatever_stands_in_a_pack_gets_an_answer(data: st.DataObject, name: str) -> None:
    """Anything at any place, with fingerprints that fit: an answer comes, and never an error."""
    inside = members_of(tiny())
    document = json.loads(inside[name])
    *way, last = data.draw(st.sampled_from(places(document)[1:]))
    part = document
    for step in way:
        part = part[step]
    part[last] = data.draw(ANYTHING)

    def change(members: dict[str, bytes]) -> None:
        members[name] = json.dumps(document).encode()

    pack = repacked(change, sealed=name not in ("pack.json", "rows.json"), pack=tiny())

    assert isinstance(verify_pack(pack), Verification)


def _large(inside: dict[str, bytes]) -> None:
    row = b"group,KE,,savings,2025-03-01,savings,KES,9999999999999999\n"
    inside["facts/money.csv"] += row


def test_a_number_that_is_too_large_to_be_exact_is_said_with_its_place() -> None:
    found = verify_pack(repacked(_large, pack=tiny()))

    assert "facts/money.csv cannot be read: money, row " in str(found)


@pytest.mark.parametrize("data", [b"", b"PK", b"a,b\n1,2\n", b"\x00" * 100])
def test_what_is_no_zip_is_no_pack(data: bytes) -> None:
    assert [one.code for one in verify_pack(data).findings] == ["not_a_pack"]
    with pytest.raises(NotAPack):
        read_pack(data)


def test_members_that_lie_over_each_other_are_refused() -> None:
    pack = bytearray(small_pack())
    with zipfile.ZipFile(io.BytesIO(bytes(pack))) as archive:
        names = {info.filename: info for info in archive.infolist()}
    end = bytes(pack).rindex(b"PK\x01\x02")
    # the last entry of the directory claims to be as long as the file
    pack[end + 20 : end + 28] = len(pack).to_bytes(4, "little") * 2

    assert names
    assert "larger than the file" in str(verify_pack(bytes(pack)))


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
