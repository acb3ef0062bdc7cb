"""The published JSON Schema of a meeting document, drawn from the same tables that read it."""

from __future__ import annotations

import json
import sys
from typing import Any

from egenmakt.core.meetings.document import (
    CLOSING,
    COUNT,
    HEADER,
    KEY,
    KINDS_OF_MEETING,
    OPENING,
    ROLL_CALL,
    SCHEMA,
    SOURCES,
)
from egenmakt.core.meetings.entries.table import ENTRY_TYPES
from egenmakt.core.meetings.fields import object_schema
from egenmakt.core.savings.fines import ATTENDANCE


def meeting_schema() -> dict[str, Any]:
    """The schema as JSON (draft 2020-12): the header, roll call, counts, steps with their entries, and keys."""
    header = object_schema(HEADER)
    steps = sorted({entry.step for entry in ENTRY_TYPES.values()})
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://egenmakt.example/spec/meeting.schema.json",
        "title": "Egenmakt meeting document, version 1",
        "description": "One meeting of a group. Amounts are whole minor units; the hash is SHA-256 of the canonical "
        "JSON (RFC 8785) of the document without `keys`; `previous` is the hash of the meeting before.",
        "type": "object",
        "additionalProperties": False,
        "required": [
            "schema",
            "kind",
            "source",
            *header["required"],
            "roll_call",
            "opening",
            "steps",
            "closing",
            "keys",
        ],
        "properties": {
            "schema": {"const": SCHEMA},
            "kind": {"enum": list(KINDS_OF_MEETING)},
            "source": {"enum": list(SOURCES)},
            **header["properties"],
            "roll_call": _list_of(_with(object_schema(ROLL_CALL), "state", {"enum": list(ATTENDANCE)})),
            "opening": _list_of(object_schema(OPENING)),
            "steps": _list_of(_step(steps)),
            "closing": _list_of(_with(object_schema(CLOSING), "counts", _list_of(object_schema(COUNT)))),
            "keys": _list_of(object_schema(KEY)),
        },
        "$defs": {
            name: object_schema(entry.fields, type=name) | {"description": _first_line(entry.post.__doc__)}
            for name, entry in ENTRY_TYPES.items()
        },
    }


def _first_line(text: str | None) -> str:
    return (text or "").strip().splitlines()[0]


def _list_of(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": item}


def _with(schema: dict[str, Any], name: str, value: dict[str, Any]) -> dict[str, Any]:
    return {
        **schema,
        "required": [*schema["required"], name],
        "properties": {**schema["properties"], name: value},
    }


def _step(names: list[str]) -> dict[str, Any]:
    choices = [
        {
            "properties": {
                "step": {"const": name},
                "entries": _list_of(
                    {"oneOf": [{"$ref": f"#/$defs/{kind}"} for kind, e in ENTRY_TYPES.items() if e.step == name]}
                ),
            }
        }
        for name in names
    ]
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["step", "entries"],
        "properties": {"step": {"enum": names}, "entries": {"type": "array"}},
        "oneOf": choices,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(meeting_schema(), indent=2, ensure_ascii=False) + "\n")
