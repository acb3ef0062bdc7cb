"""Any byte that is altered is found, and what nobody should open is not opened."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egenmakt.core.evidence.claims.pack import NotAPack, packed_again
from egenmakt.core.evidence.claims.pack_findings import Verification
from egenmakt.core.evidence.claims.verify import read_pack, verify_pack
from tests.support.claims import small_pack
from tests.support.packs import members_of, repacked, tiny


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
