"""Broken, huge and hostile files: a finding that says what is wrong, and never an error of the program."""

from __future__ import annotations

import copy
import io
import json
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

import egenmakt_verify.reading
from egenmakt.interfaces.exports.group_file import export_group
from egenmakt_verify import verify
from egenmakt_verify.main import main
from tests.support.tree import grow
from tests.verify.example import busy_group
from tests.verify.forging import put_together, taken_apart
from tests.verify.test_sound import NOW

pytestmark = pytest.mark.django_db  # so that the database is there for the one export


@pytest.fixture(scope="module")
def sound(django_db_setup: None, django_db_blocker: Any) -> bytes:
    """One sound export to break."""
    with django_db_blocker.unblock(), transaction.atomic():
        group, _ = busy_group(grow())
        content = export_group(group.row.id, by=None, at=NOW)
        transaction.set_rollback(True)
    return content


def said(folder: Path, content: bytes) -> str:
    file = folder / "file.zip"
    file.write_bytes(content)
    report = verify(file)
    assert not report.agrees
    return str(report)


def test_a_file_that_is_no_zip_or_is_not_there(tmp_path: Path) -> None:
    assert "cannot be read as the export of a group" in said(tmp_path, b"not a zip")
    assert "cannot be read as the export of a group" in said(tmp_path, b"")
    assert "cannot be read" in str(verify(tmp_path / "nowhere.zip"))
    assert "cannot be read" in str(verify(tmp_path))


def test_every_truncation_is_a_finding(sound: bytes, tmp_path: Path) -> None:
    for length in range(0, len(sound), max(1, len(sound) // 60)):
        assert "does not agree" in said(tmp_path, sound[:length])


def test_flipped_bits_are_never_an_error(sound: bytes, tmp_path: Path) -> None:
    chance = random.Random(1)
    for _ in range(60):
        broken = bytearray(sound)
        broken[chance.randrange(len(broken))] ^= 1 << chance.randrange(8)
        file = tmp_path / "file.zip"
        file.write_bytes(broken)
        verify(file)  # a bit in a comment or a time changes nothing; but nothing may be raised


def test_a_zip_bomb_is_stopped_while_it_unpacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(egenmakt_verify.reading, "PART_BYTES_MAX", 1_000_000)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in egenmakt_verify.reading.PARTS:
            archive.writestr(part, b"[" * 50_000_000 if part == "group.json" else b"")

    words = said(tmp_path, buffer.getvalue())

    assert "group.json: unpacks to more than 1000000 bytes" in words


@pytest.mark.parametrize(
    "text",
    [
        "", "null", "[]", "{}", "[" * 100_000, '{"schema": 1e999}', '{"schema": NaN}', "9" * 10_000, "\ufeff{}",
        '{"a":1,"a":1}',
        '{"schema":"egenmakt/group-export/1"}', '"\\ud800"',
    ],
)  # fmt: skip
def test_strange_json_is_a_finding(sound: bytes, tmp_path: Path, text: str) -> None:
    _, parts = taken_apart(sound)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in {**parts, "group.json": text.encode()}.items():
            archive.writestr(name, content)

    assert "group.json" in said(tmp_path, buffer.getvalue())


def test_other_parts_in_the_zip_are_a_finding(sound: bytes, tmp_path: Path) -> None:
    data, parts = taken_apart(sound)

    assert "does not hold the parts" in said(tmp_path, put_together(data, {**parts, "../../etc/passwd": b"x"}))
    assert "does not hold the parts" in said(tmp_path, put_together(data, {"transfers.csv": b""}))


JUNK = (None, True, 0, -1, 2**70, "", "x", "\ud800", [], [None], {}, {"a": []}, "0192f0c1-2b3c-7d4e-8f90-1a2b3c4d5e6f")


def _places(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*way, key)
        yield from _places(inner, (*way, key))


def _put(data: Any, way: tuple[Any, ...], junk: Any) -> None:
    for key in way[:-1]:
        data = data[key]
    data[way[-1]] = junk


def test_junk_in_any_place_is_never_an_error(sound: bytes, tmp_path: Path) -> None:
    data, parts = taken_apart(sound)
    chance = random.Random(2)
    places = list(_places(data))
    for way in chance.sample(places, 150):
        broken = copy.deepcopy(data)
        _put(broken, way, chance.choice(JUNK))
        file = tmp_path / "file.zip"
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("group.json", json.dumps(broken))
            for name, content in parts.items():
                archive.writestr(name, content)
        verify(file)


def test_junk_in_a_document_that_is_sealed_again_is_never_an_error(sound: bytes, tmp_path: Path) -> None:
    from egenmakt.core.ledger.chain import NotCanonical
    from tests.verify.forging import rewrite

    data, parts = taken_apart(sound)
    chance = random.Random(3)
    for _ in range(120):
        broken = copy.deepcopy(data)
        number = chance.randint(1, 5)

        def change(document: dict[str, Any]) -> None:
            places = [way for way in _places(document) if way[0] not in ("previous", "schema")]
            _put(document, chance.choice(places), chance.choice(JUNK))

        try:
            rewrite(broken, number, change)
        except NotCanonical:
            continue
        file = tmp_path / "file.zip"
        file.write_bytes(put_together(broken, parts))
        verify(file)


def test_the_command_says_it_and_ends_with_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x.zip").write_bytes(b"no")

    assert main([str(tmp_path / "x.zip")]) == 1
    assert capsys.readouterr().out.startswith("does not agree: x.zip")
    assert main([str(tmp_path / "x.zip"), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["finding"]["file"] == "x.zip"
