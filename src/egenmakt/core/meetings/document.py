"""One meeting as one document: what is in it, and how it is read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from egenmakt.core.ledger.chain import JsonValue, NotCanonical, canonical, meeting_code, meeting_hash
from egenmakt.core.meetings.fields import Field, Problem, Unreadable, read_fields
from egenmakt.core.savings.fines import ATTENDANCE

SCHEMA = "egenmakt/meeting/1"
BYTES_MAX = 1_000_000
"""A meeting of 200 members is about 60 kB; anything above a million bytes is not a meeting."""

KINDS_OF_MEETING = ("ordinary", "share_out")
HERE = ("present", "late")
"""The marks at the roll call of those who take part."""
SOURCES = ("meeting", "paper")
"""Recorded in the meeting itself, with counters and keys; or brought in later from the group's paper book."""

HEADER: dict[str, Field] = {
    "id": Field("uuid"),
    "group": Field("uuid"),
    "cycle": Field("uuid"),
    "number": Field("count"),
    "held_on": Field("date"),
    "constitution": Field("count"),
    "rules": Field("hash"),
    "previous": Field("hash"),
    "notes": Field("text", required=False, default=""),
}
_LISTS = ("roll_call", "opening", "steps", "closing", "keys")
ROLL_CALL: dict[str, Field] = {"member": Field("uuid")}
OPENING: dict[str, Field] = {
    "box": Field("box"),
    "expected": Field("balance"),
    "counted": Field("balance"),
    "reason": Field("text", required=False, default=""),
}
CLOSING: dict[str, Field] = {"box": Field("box"), "reason": Field("text", required=False, default="")}
COUNT: dict[str, Field] = {"by": Field("uuid"), "amount": Field("balance")}
STEP: dict[str, Field] = {"step": Field("text")}
KEY: dict[str, Field] = {"member": Field("uuid"), "proof": Field("hash")}


@dataclass(frozen=True, slots=True)
class OpeningCount:
    """A box counted when the meeting opens: what the ledger expects, what is there, and why they differ."""

    box: str
    expected_minor: int
    counted_minor: int
    reason: str


@dataclass(frozen=True, slots=True)
class ClosingCount:
    """A box counted when the meeting closes: who counted how much, and why it differs from the ledger."""

    box: str
    counts: tuple[tuple[UUID, int], ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was done: its type, its fields, and its place in the document."""

    type: str
    fields: Mapping[str, Any]
    where: str

    def __getitem__(self, name: str) -> Any:
        return self.fields[name]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the meeting with what was done in it."""

    name: str
    entries: tuple[Entry, ...]
    where: str


@dataclass(frozen=True, slots=True)
class Key:
    """A member who locked the meeting, and the proof made with the member's PIN."""

    member: UUID
    proof: str


@dataclass(frozen=True, slots=True)
class MeetingDocument:
    """A meeting that can be read. Whether the group's rules allow it is another question."""

    id: UUID
    group: UUID
    cycle: UUID
    number: int
    held_on: date
    constitution: int
    rules: str
    """The fingerprint of the constitution, so that the chain vouches for the rules as well."""
    previous: str
    notes: str
    kind: str
    source: str
    roll_call: tuple[tuple[UUID, str], ...]
    opening: tuple[OpeningCount, ...]
    steps: tuple[Step, ...]
    closing: tuple[ClosingCount, ...]
    keys: tuple[Key, ...]
    hash: str
    away: frozenset[UUID] = field(init=False)
    """Who was not there by the roll call: excused, on leave or absent."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "away", frozenset(id for id, state in self.roll_call if state not in HERE))

    @property
    def code(self) -> str:
        """The meeting code to write into the passbooks."""
        return meeting_code(self.hash)


def parse_json(content: bytes) -> dict[str, JsonValue]:
    """Bytes as they arrived, as JSON. Raises Unreadable, saying whether they are too many, cut off or not text."""
    if len(content) > BYTES_MAX:
        raise Unreadable([Problem("", f"has {len(content)} bytes; a meeting has at most {BYTES_MAX}")])
    try:
        value = json.loads(content.decode("utf-8"), parse_constant=_no_constant, object_pairs_hook=_no_twice)
    except UnicodeDecodeError:
        raise Unreadable([Problem("", "is not text in UTF-8")]) from None
    except RecursionError:
        raise Unreadable([Problem("", "is nested too deeply")]) from None
    except ValueError as error:
        raise Unreadable([Problem("", f"is cut off or is not JSON ({error})")]) from None
    if not isinstance(value, dict):
        raise Unreadable([Problem("", "must be an object")])
    return value


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number")


def _no_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a field stands twice in one object")
    return found


def read_meeting(value: dict[str, JsonValue], entry_fields: Mapping[str, Mapping[str, Field]]) -> MeetingDocument:
    """Read a meeting document.

    Args: the JSON object; the fields of each type of entry.
    Returns: the document. Raises: Unreadable with every problem and its place (a JSON pointer).
    """
    problems: list[Problem] = []
    if value.get("schema") != SCHEMA:
        problems.append(Problem("/schema", f"must be {SCHEMA!r}"))
    kind = _choice(value, "kind", KINDS_OF_MEETING, problems)
    source = _choice(value, "source", SOURCES, problems)
    header = read_fields(value, HEADER, "", problems, ignore=("schema", "kind", "source", *_LISTS))
    lists = {name: _list(value, name, "", problems) for name in _LISTS}
    roll_call = [_roll(item, f"/roll_call/{i}", problems) for i, item in enumerate(lists["roll_call"])]
    opening = [_opening(item, f"/opening/{i}", problems) for i, item in enumerate(lists["opening"])]
    closing = [_closing(item, f"/closing/{i}", problems) for i, item in enumerate(lists["closing"])]
    steps = [_step(item, f"/steps/{i}", entry_fields, problems) for i, item in enumerate(lists["steps"])]
    keys = [_key(item, f"/keys/{i}", problems) for i, item in enumerate(lists["keys"])]
    try:
        fingerprint = meeting_hash(value)
    except NotCanonical as error:
        problems.append(Problem("", str(error)))
    if problems or header is None:
        raise Unreadable(problems)
    return MeetingDocument(
        **header,
        kind=kind,
        source=source,
        roll_call=tuple(item for item in roll_call if item),
        opening=tuple(item for item in opening if item),
        steps=tuple(item for item in steps if item),
        closing=tuple(item for item in closing if item),
        keys=tuple(item for item in keys if item),
        hash=fingerprint,
    )


def _choice(value: Mapping[str, Any], name: str, allowed: tuple[str, ...], problems: list[Problem]) -> str:
    if value.get(name) not in allowed:
        problems.append(Problem(f"/{name}", f"must be one of {', '.join(allowed)}"))
    return str(value.get(name))


def _list(value: Mapping[str, Any], name: str, where: str, problems: list[Problem]) -> list[Any]:
    found = value.get(name)
    if not isinstance(found, list):
        problems.append(Problem(f"{where}/{name}", "is missing" if found is None else "must be a list"))
        return []
    return found


def _roll(item: Any, where: str, problems: list[Problem]) -> tuple[UUID, str] | None:
    found = read_fields(item, ROLL_CALL, where, problems, ignore=("state",))
    if not found:
        return None
    if item.get("state") not in ATTENDANCE:
        problems.append(Problem(f"{where}/state", f"must be one of {', '.join(ATTENDANCE)}"))
        return None
    return found["member"], item["state"]


def _opening(item: Any, where: str, problems: list[Problem]) -> OpeningCount | None:
    found = read_fields(item, OPENING, where, problems)
    if not found:
        return None
    return OpeningCount(found["box"], found["expected"], found["counted"], found["reason"])


def _closing(item: Any, where: str, problems: list[Problem]) -> ClosingCount | None:
    found = read_fields(item, CLOSING, where, problems, ignore=("counts",))
    if not found:
        return None
    counts = [
        read_fields(count, COUNT, f"{where}/counts/{i}", problems)
        for i, count in enumerate(_list(item, "counts", where, problems))
    ]
    return ClosingCount(found["box"], tuple((c["by"], c["amount"]) for c in counts if c), found["reason"])


def _step(
    item: Any, where: str, entry_fields: Mapping[str, Mapping[str, Field]], problems: list[Problem]
) -> Step | None:
    found = read_fields(item, STEP, where, problems, ignore=("entries",))
    if not found:
        return None
    entries = []
    for index, entry in enumerate(_list(item, "entries", where, problems)):
        place = f"{where}/entries/{index}"
        kind = entry.get("type") if isinstance(entry, dict) else None
        if not isinstance(kind, str) or kind not in entry_fields:
            problems.append(Problem(f"{place}/type", f"must be one of {', '.join(entry_fields)}"))
            continue
        fields = read_fields(entry, entry_fields[kind], place, problems, ignore=("type",))
        if fields is not None:
            entries.append(Entry(kind, fields, place))
    return Step(found["step"], tuple(entries), where)


def _key(item: Any, where: str, problems: list[Problem]) -> Key | None:
    found = read_fields(item, KEY, where, problems)
    return Key(found["member"], found["proof"]) if found else None


def content_bytes(value: dict[str, JsonValue]) -> bytes:
    """A document as the bytes in which it is sent and kept."""
    return canonical(value)
