"""The cases of spec/stories.json, which the phone must satisfy too."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from egenmakt.core.signification.framework import read_framework
from egenmakt.core.signification.problems import SENTENCES
from egenmakt.core.signification.schema import story_schema
from egenmakt.core.signification.story import StoryRefused, read_story, story_json

CASES = json.loads((Path(__file__).resolve().parents[3] / "spec" / "stories.json").read_text(encoding="utf-8"))
FRAMEWORK = read_framework(CASES["framework"])
SCHEMA = Draft202012Validator(story_schema())


def changed(case: dict[str, Any]) -> dict[str, Any]:
    document = copy.deepcopy(CASES["story"])
    for pointer, value in case.get("set", {}).items():
        *path, last = pointer.removeprefix("/").split("/")
        place = document
        for name in path:
            place = place[name]
        long = isinstance(value, dict) and "repeat" in value
        place[last] = value["repeat"] * value["times"] if long else value
    for pointer in case.get("remove", []):
        *path, last = pointer.removeprefix("/").split("/")
        place = document
        for name in path:
            place = place[name]
        del place[last]
    return document


@pytest.mark.parametrize(
    "case", [each for each in CASES["cases"] if each["expect"] == "accepted"], ids=lambda c: c["name"]
)
def test_accepted(case: dict[str, Any]) -> None:
    document = changed(case)

    assert story_json(read_story(document, framework=FRAMEWORK)) == document
    assert list(SCHEMA.iter_errors(document)) == []


@pytest.mark.parametrize(
    "case", [each for each in CASES["cases"] if each["expect"] != "accepted"], ids=lambda c: c["name"]
)
def test_refused(case: dict[str, Any]) -> None:
    with pytest.raises(StoryRefused) as refused:
        read_story(changed(case), framework=FRAMEWORK)

    found = sorted([each.code, each.where] for each in refused.value.problems)
    assert found == sorted(case["expect"]["refused"])
    assert refused.value.may_keep is case["expect"]["may_keep"]


def test_each_case_differs_from_the_others() -> None:
    names = [case["name"] for case in CASES["cases"]]

    assert len(set(names)) == len(names)
    assert {
        code for case in CASES["cases"] if case["expect"] != "accepted" for code, _ in case["expect"]["refused"]
    } <= set(SENTENCES)
