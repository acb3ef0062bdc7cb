"""The pack of a frozen report: all that is needed to work out its claims again, in one file, the same bytes always.

A ZIP whose members are stored and not compressed: two versions of a compressor make different bytes of the same
content, and what is stored cannot grow when it is opened. Names are in a fixed order, times are those of 1980.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from egenmakt.core.canonical import JsonValue, canonical, fingerprint
from egenmakt.core.evidence.blocks import Report
from egenmakt.core.evidence.catalogue.catalogue import Catalogue
from egenmakt.core.evidence.claims.claim import Claim
from egenmakt.core.evidence.claims.report_json import report_to_json
from egenmakt.core.evidence.facts import TABLES, Facts, csv_of

SCHEMA: Final = "egenmakt.pack.1"
FILES_MOST: Final = 64
BYTES_MOST: Final = 1_000_000_000
JSON_MOST: Final = 64_000_000
DIRECTORY_ENTRY_MOST: Final = 256
END_MOST: Final = 65_557
"""Where the end of a ZIP begins at the earliest: a comment is no longer than 65,535 bytes."""
MARK: Final = 8
"""Digits of the fingerprint of a row: enough to find the one that was altered."""
_NAME: Final = re.compile(
    rf"pack\.json|rows\.json|indicators\.json|claims\.json|texts\.json|facts/(?:{'|'.join(TABLES)})\.csv"
    r"|report\.[a-z]{2,3}(?:-[a-z0-9]{2,8})*\.json"
)
_TIME: Final = (1980, 1, 1, 0, 0, 0)
"""The first moment that a ZIP can name."""


class NotAPack(ValueError):
    """A file is no pack, or is one that nobody should open. It says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackContent:
    """What is frozen: which edition, of which outline, with which claims, out of which facts and definitions."""

    edition: Mapping[str, JsonValue]
    """Title, number, organisation, period: whatever names it."""
    outline: Mapping[str, JsonValue]
    """The outline's document."""
    seed: int
    """With which anything drawn by chance was drawn; 0 where nothing was."""
    k: int
    facts: Facts
    catalogue: Catalogue
    claims: Sequence[Claim]
    texts: Mapping[str, Mapping[str, str]]
    """Language -> section -> what the author wrote."""
    reports: Mapping[str, Report]
    """Language -> what the reader is shown."""


def write_pack(content: PackContent, file: IO[bytes]) -> str:
    """Write a pack. Returns: its seal, the one fingerprint that says that it is this pack and no other."""
    members = _members(content)
    manifest: dict[str, JsonValue] = {
        "schema": SCHEMA,
        "edition": dict(content.edition),
        "outline": dict(content.outline),
        "seed": content.seed,
        "k": content.k,
        "data_version": content.facts.data_version,
        "files": {
            name: {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)} for name, data in members.items()
        },
    }
    seal = fingerprint(manifest)
    members["pack.json"] = canonical({**manifest, "seal": seal})
    _write(members, file)
    return seal


def pack_bytes(content: PackContent) -> bytes:
    """A pack as bytes."""
    file = io.BytesIO()
    write_pack(content, file)
    return file.getvalue()


def packed_again(members: Mapping[str, bytes]) -> bytes:
    """The file that these members make: a pack that is anything else was altered outside them."""
    file = io.BytesIO()
    _write(members, file)
    return file.getvalue()


def open_pack(source: Path | bytes) -> tuple[dict[str, bytes], bytes]:
    """The members of a pack by their names, and the file itself. Raises: NotAPack, before anything large is read."""
    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    if size > BYTES_MOST:
        raise NotAPack(f"The file has {size} bytes; a pack has {BYTES_MOST} at most.")
    data = source if isinstance(source, bytes) else source.read_bytes()
    _check_directory(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            _check(infos, size)
            return {info.filename: _stored(info, data) for info in infos}, data
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise NotAPack(f"The file is no ZIP that can be read: {error}") from None


def _stored(info: zipfile.ZipInfo, data: bytes) -> bytes:
    """The bytes of a member as they are, whatever its checksum says: an altered member is named, not only refused."""
    start = info.header_offset
    name, extra = (int.from_bytes(data[at : at + 2], "little") for at in (start + 26, start + 28))
    begin = start + 30 + name + extra
    if data[start : start + 4] != b"PK\x03\x04" or begin + info.file_size > len(data):
        raise NotAPack(f"{info.filename} is not where the file says it is.")
    return data[begin : begin + info.file_size]


def row_marks(table: bytes) -> str:
    """Eight digits for each line of a CSV file, by which an altered one is found without the original."""
    return "".join(hashlib.sha256(line).hexdigest()[:MARK] for line in table.split(b"\n")[:-1])


def altered_rows(table: bytes, marks: str) -> tuple[int, int] | None:
    """The first and the last row that are not as they were marked; the header is row 1. None where all are."""
    was = [marks[at : at + MARK] for at in range(0, len(marks), MARK)]
    now = row_marks(table if table.endswith(b"\n") else table + b"\n")
    now_marks = [now[at : at + MARK] for at in range(0, len(now), MARK)]
    if was == now_marks:
        return None
    first = next((at for at, (one, other) in enumerate(zip(was, now_marks, strict=False)) if one != other), None)
    if first is None:
        first = min(len(was), len(now_marks))
    last = 0
    while last < min(len(was), len(now_marks)) - first and was[-1 - last] == now_marks[-1 - last]:
        last += 1
    return first + 1, max(first + 1, len(now_marks) - last)


def read_json(name: str, data: bytes) -> Any:
    """A member of a pack as JSON. Raises: NotAPack for what is no JSON, nests too deeply or names a key twice."""
    if len(data) > JSON_MOST:
        raise NotAPack(f"{name} has {len(data)} bytes; it has {JSON_MOST} at most.")
    try:
        return json.loads(
            data.decode("utf-8"), object_pairs_hook=_once, parse_float=_no_fraction, parse_constant=_no_fraction
        )
    except (ValueError, RecursionError) as error:
        raise NotAPack(f"{name} is no JSON of a pack: {error}") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return made


def _no_fraction(text: str) -> None:
    raise ValueError(f"{text} is a fraction, and all numbers are whole")


def _members(content: PackContent) -> dict[str, bytes]:
    claims: list[JsonValue] = [claim.to_json() for claim in sorted(content.claims, key=_by_code)]
    texts: dict[str, JsonValue] = {language: dict(said) for language, said in content.texts.items()}
    members = {
        "claims.json": canonical({"schema": "egenmakt.claims.1", "claims": claims}),
        "indicators.json": canonical(content.catalogue.to_json()),
        "texts.json": canonical({"schema": "egenmakt.texts.1", "texts": texts}),
    }
    for name, table in content.facts.tables.items():
        members[f"facts/{name}.csv"] = b"".join(csv_of(table))
    marks: dict[str, JsonValue] = {name: row_marks(members[f"facts/{name}.csv"]) for name in content.facts.tables}
    members["rows.json"] = canonical({"schema": "egenmakt.rows.1", "tables": marks})
    for language, report in content.reports.items():
        members[f"report.{language}.json"] = canonical(report_to_json(report))
    return members


def _by_code(claim: Claim) -> str:
    return claim.code


def _write(members: Mapping[str, bytes], file: IO[bytes]) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name in _order(members):
            info = zipfile.ZipInfo(name, _TIME)
            info.create_system = 3  # the same on every system, as if written on Unix
            info.external_attr = 0o644 << 16
            archive.writestr(info, members[name])


def _order(members: Mapping[str, bytes]) -> Iterator[str]:
    """What the pack is comes first, so that a reader who opens it by hand meets it first."""
    if "pack.json" in members:
        yield "pack.json"
    yield from sorted(name for name in members if name != "pack.json")


def _check_directory(data: bytes) -> None:
    """Before the list of members is read: that it is no longer than a pack's. Raises: NotAPack."""
    end = data.rfind(b"PK\x05\x06", max(0, len(data) - END_MOST))
    if end < 0 or end + 22 > len(data):
        raise NotAPack("The file is no ZIP that can be read.")
    many, size = (
        int.from_bytes(data[end + 10 : end + 12], "little"),
        int.from_bytes(data[end + 12 : end + 16], "little"),
    )
    if many > FILES_MOST or size > FILES_MOST * DIRECTORY_ENTRY_MOST:
        raise NotAPack(f"The file has {many} members; a pack has {FILES_MOST} at most.")


def _check(infos: Sequence[zipfile.ZipInfo], size: int) -> None:
    if len(infos) > FILES_MOST:
        raise NotAPack(f"The file has {len(infos)} members; a pack has {FILES_MOST} at most.")
    names = [info.filename for info in infos]
    for info in infos:
        if not _NAME.fullmatch(info.filename):
            raise NotAPack(f"{info.filename!r:.80} is no member of a pack.")
        if info.compress_type != zipfile.ZIP_STORED or info.compress_size != info.file_size:
            raise NotAPack(f"{info.filename} is compressed; the members of a pack are stored as they are.")
        if info.flag_bits & 0x1:
            raise NotAPack(f"{info.filename} is encrypted.")
    if len(set(names)) != len(names):
        raise NotAPack("A member of the pack stands twice.")
    # members that lie over each other would be more when they are read than the file is
    if sum(info.file_size for info in infos) > size:
        raise NotAPack("The members of the pack are larger than the file.")
    if missing := {"pack.json", "rows.json", "claims.json", "indicators.json", "texts.json"} - set(names):
        raise NotAPack(f"The pack lacks {', '.join(sorted(missing))}.")
