"""A publisher's document is read whole, and every fault in it is named with its place and its remedy."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from egenmakt.interfaces.exports.iati.publisher.document import (
    publisher_schema,
    read_document,
    read_exclusions,
)
from egenmakt.interfaces.exports.iati.publisher.form import DocumentRefused, Fault

pytestmark = pytest.mark.once  # no database is asked

ROOT = Path(__file__).resolve().parents[5]
GUIDE = ROOT / "docs" / "guides" / "iati-publisher.json"
SPEC = ROOT / "spec" / "iati-publisher.schema.json"


@pytest.fixture
def document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(GUIDE.read_text("utf-8"))
    return found


def faults(document: Any) -> list[Fault]:
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    with pytest.raises(DocumentRefused) as refused:
        read_document(data)
    return list(refused.value.faults)


def test_the_published_schema_is_the_one_that_reads() -> None:
    assert json.loads(SPEC.read_text("utf-8")) == publisher_schema()
    Draft202012Validator.check_schema(publisher_schema())


def test_the_document_of_the_guide_is_read_and_agrees_with_the_schema(document: dict[str, Any]) -> None:
    row = read_document(GUIDE.read_bytes())

    assert Draft202012Validator(publisher_schema()).is_valid(document)
    assert [one["code"] for one in row["activities"]] == ["P1", "KE-1", "RW-1", "JO-1"]
    assert row["activities"][1].at("budgets") == "activities 2 (KE-1), budgets"
    assert row["activities"][0]["transactions"][0]["type"] == "11"


def one_of_each(value: Any) -> Any:
    """The document with the first of every list alone."""
    if isinstance(value, dict):
        return {name: one_of_each(one) for name, one in value.items()}
    return [one_of_each(value[0])] if isinstance(value, list) and value else value


def spoilt(document: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Every object of a document with an unknown field, and every field with a value of another kind."""

    def places(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
        inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for name, one in inner:
            yield (*path, name)
            yield from places(one, (*path, name))

    for path in places(document, ()):
        for wrong in (None, 7.5, {"x_": 1}, [[]]):
            changed = copy.deepcopy(document)
            inside = changed
            for name in path[:-1]:
                inside = inside[name]
            inside[path[-1]] = wrong
            yield f"{'/'.join(map(str, path))} = {wrong}", changed


def test_what_the_schema_refuses_the_reader_refuses_too_with_place_and_remedy(document: dict[str, Any]) -> None:
    validator = Draft202012Validator(publisher_schema())

    tried = 0
    for name, changed in spoilt(one_of_each(document)):
        if validator.is_valid(changed):
            continue
        tried += 1
        for fault in faults(changed):
            assert all((fault.place, fault.sentence, fault.remedy)), name
    assert tried > 300


def test_faults_say_where_they_are_and_what_would_be_right(document: dict[str, Any]) -> None:
    first, second, third, _ = document["activities"]
    first["transactions"][1]["on"] = "2026-02-30"
    first["budgets"][0]["valeu"] = first["budgets"][0].pop("value")
    second["status"] = "ongoing"
    third["countries"] = [{"code": "Rwanda"}]

    assert faults(document) == [
        Fault(
            "activities 1 (P1), budgets 1, valeu", "There is no field of this name.", "Did you mean “value”?",
        ),
        Fault("activities 1 (P1), budgets 1, value", "This is missing.", "Write it."),
        Fault("activities 1 (P1), transactions 2, on", "'2026-02-30' is no day.", "Write it like “2026-01-31”."),
        Fault(
            "activities 2 (KE-1), status", "'ongoing' cannot stand here.",
            "Use one of: pipeline, implementation, finalisation, closed, cancelled, suspended.",
        ),
        Fault("activities 3 (RW-1), countries 1 (Rwanda), code", "'Rwanda' cannot stand here.", "Write it like “KE”."),
    ]  # fmt: skip


def test_codes_that_are_nowhere_explained_or_given_twice_are_found(document: dict[str, Any]) -> None:
    first, second, third, fourth = document["activities"]
    first["parent"] = "KE-1"
    document["organisations"]["publisher"] = {"name": {"en": "Somebody else"}}
    third["code"] = "KE-1"
    fourth["parent"] = "P9"
    second["transactions"][1]["to"] = "mwangazza"
    document["organisation"]["recipient_budgets"][0]["organisation"] = "nobody"

    found = {fault.place: fault.sentence for fault in faults(document)}

    assert found["organisations, publisher"] == "“publisher” is the publisher itself."
    assert found["activities 1 (P1), parent"] == "The activity stands above itself."
    assert found["activities 3 (KE-1), code"] == "Another activity has this code."
    assert found["activities 4 (JO-1), parent"] == "There is no activity “P9”."
    assert found["activities 2 (KE-1), transactions 2, to"] == "There is no organisation “mwangazza”."
    assert found["organisation, recipient_budgets 1, organisation"] == "There is no organisation “nobody”."


@pytest.mark.parametrize("sign", ["\n", "\x00", "\x1b", "\ud800", "\ufffe", "\u2028"])
def test_signs_that_no_line_of_xml_can_hold_are_refused_where_they_stand(document: dict[str, Any], sign: str) -> None:
    first = document["activities"][0]
    first["transactions"][0]["ref"] = f"A{sign}"
    first["countries"][0]["code"] = f"KE{sign}"
    first["transactions"][1]["value"] = f"12{sign}"
    first["transactions"][1]["on"] = f"2026-01-31{sign}"

    assert [fault.place.removeprefix("activities 1 (P1), ").split(" (")[0] for fault in faults(document)] == [
        "countries 1", "transactions 1, ref", "transactions 2, on", "transactions 2, value",
    ]  # fmt: skip


def test_what_is_nested_without_end_is_refused_and_crashes_nothing() -> None:
    (fault,) = faults(b"[" * 200_000)

    assert "This is no JSON in UTF-8" in fault.sentence


def test_what_is_no_json_or_says_something_twice_is_refused() -> None:
    (broken,) = faults(b'{"schema": ')
    twice = faults(GUIDE.read_bytes().replace(b'"language": "en",', b'"language": "en", "language": "sv",', 1))

    assert "This is no JSON in UTF-8" in broken.sentence
    assert twice == [Fault("", "An object has the field “language” twice.", "Keep one of them.")]


def test_exclusions_may_stand_in_a_file_of_their_own() -> None:
    row = read_exclusions(b'{"schema": "egenmakt.iati-exclusions.1", "names": ["Amina"], "places": "country"}')

    assert (row["names"], row["places"], row["activities"]) == (("Amina",), "country", ())
    with pytest.raises(DocumentRefused) as refused:
        read_exclusions(b'{"names": "Amina"}')
    assert [fault.place for fault in refused.value.faults] == ["schema", "names"]
