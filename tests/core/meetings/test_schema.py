"""The published schema says what the reader reads."""

from __future__ import annotations

import json
import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from egenmakt.core.meetings.document import read_meeting
from egenmakt.core.meetings.entries.table import ENTRY_FIELDS
from egenmakt.core.meetings.fields import Unreadable
from egenmakt.core.meetings.schema import meeting_schema
from egenmakt.core.savings.templates import TEMPLATES
from tests.core.meetings.test_random_cycles import START, a_group, held
from tests.support.random_cycle import RandomGroup

SPEC = Path(__file__).resolve().parents[3] / "spec"


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    loans = json.loads((SPEC / "loan-calculation.schema.json").read_text(encoding="utf-8"))
    resource = Resource.from_contents(loans)
    base = "https://egenmakt.example/spec/loan-calculation.schema.json"
    return Draft202012Validator(meeting_schema(), registry=Registry().with_resource(base, resource))


def documents(template: str, count: int) -> list[dict[str, Any]]:
    rng = random.Random(template)
    state = a_group(rng, TEMPLATES[template]("KES", 100))
    group = RandomGroup(rng, {member: bytes(32) for member in state.members})
    made = []
    for week in range(1, count + 1):
        on = START + timedelta(days=7 * week)
        made.append(group.meeting(state, on))
        result = held(state, made[-1], on)
        state = result[0] if result else state
    return made


def test_the_published_file_is_the_one_that_is_read() -> None:
    published = json.loads((SPEC / "meeting.schema.json").read_text(encoding="utf-8"))

    assert published == meeting_schema(), "run: python -m egenmakt.core.meetings.schema > spec/meeting.schema.json"


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_meeting_that_we_write_is_as_published(template: str, validator: Draft202012Validator) -> None:
    for document in documents(template, 12):
        errors = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]
        assert errors == []


def spoilt(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The document spoilt in one place each time."""
    entry = document["steps"][0]["entries"][0]
    member = {**document["roll_call"][0], "state": "asleep"}
    return [
        ("no number", {key: value for key, value in document.items() if key != "number"}),
        ("a strange field", {**document, "weather": "fine"}),
        ("text for a number", {**document, "number": "7"}),
        ("a fraction", {**document, "number": 7.5}),
        ("a wrong date", {**document, "held_on": "2 March"}),
        ("a strange mark", {**document, "roll_call": [member]}),
        ("a strange kind", {**document, "kind": "party"}),
        ("a short hash", {**document, "previous": "abc"}),
        ("an unknown entry", _with_entry(document, {"type": "gift"})),
        ("a field too few", _with_entry(document, {"type": entry["type"]})),
        ("a field too many", _with_entry(document, {**entry, "colour": "red"})),
        ("nothing", {}),
    ]


def _with_entry(document: dict[str, Any], entry: dict[str, Any]) -> dict[str, Any]:
    first = document["steps"][0]
    return {**document, "steps": [{**first, "entries": [entry]}, *document["steps"][1:]]}


def test_what_the_schema_refuses_the_reader_refuses_too(validator: Draft202012Validator) -> None:
    (document,) = documents("village_savings_and_loan", 1)

    for name, changed in spoilt(document):
        assert not validator.is_valid(changed), name
        with pytest.raises(Unreadable):
            read_meeting(changed, ENTRY_FIELDS)
