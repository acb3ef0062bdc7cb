"""Outlines are data: those that ship are whole, and one with a hole is refused by its name."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from egenmakt.core.evidence.claims.outline import OUTLINES, OutlineRefused, load_outline, owned, read_outline

ROOT = Path(__file__).parents[4]
FOLDER = ROOT / "src/egenmakt/core/evidence/claims/outlines"
SEED = ROOT.parent / "shared/seeds/000_262bbd0a8c0b26cf.txt"
SCHEMA = json.loads((ROOT / "spec/outline.schema.json").read_text())


def effect() -> dict[str, Any]:
    document: dict[str, Any] = json.loads((FOLDER / "effect.json").read_text())
    return document


@pytest.mark.parametrize("code", OUTLINES)
def test_each_outline_that_ships_is_read_and_fits_its_schema(code: str) -> None:
    document = json.loads((FOLDER / f"{code}.json").read_text())

    assert list(Draft202012Validator(SCHEMA).iter_errors(document)) == []
    assert [section.code for section in load_outline(code).sections] == [one["code"] for one in document["sections"]]


def test_the_effect_report_has_the_headings_of_the_published_one_in_their_order() -> None:
    if not SEED.exists():
        pytest.skip(f"the published report is not at ../shared/seeds/{SEED.name}")
    # line breaks of the page stand inside headings
    published = " ".join(SEED.read_text().split())
    place = 0
    for section in load_outline("effect").sections:
        heading = section.heading_in("sv", organisation="IM")
        found = published.find(heading, place)
        assert found >= 0, heading
        place = found + len(heading)


def test_the_effect_report_has_its_six_questions_and_both_sides_of_what_was_learnt() -> None:
    outline = load_outline("effect")

    tops = [section.heading_in("sv").split("?")[0] for section in outline.sections if section.level == 1]
    assert tops == [
        "Vad arbetar vi för", "Vad har vi gjort", "Vad har det skett för förändring",
        "Hur har vi bidragit till förändringen", "Hur vet vi att vi gör rätt saker",
    ]  # fmt: skip
    assert {s.balance: s.level for s in outline.sections if s.balance} == {"worked": 3, "better": 3}


def test_the_older_template_asks_five_questions() -> None:
    outline = load_outline("questions")

    assert [section.code for section in outline.sections if section.level == 1] == [
        "aims", "strategies", "capacity", "progress", "achieved",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "language", "expected"),
    [
        ("IM", "sv", "IM:s"), ("Hoppet", "sv", "Hoppets"), ("Byarnas", "sv", "Byarnas"), ("IM", "en", "IM's"),
    ],
)  # fmt: skip
def test_a_name_is_written_as_an_owner(name: str, language: str, expected: str) -> None:
    assert owned(name, language) == expected
    assert load_outline("effect").section("tracker").heading_in(language, organisation=name).find(expected) > 0


def _repeat(document: dict[str, Any]) -> None:
    document["sections"][3]["code"] = "people"


def _skip_level(document: dict[str, Any]) -> None:
    document["sections"][1]["level"] = 3


def _wrong_level(document: dict[str, Any]) -> None:
    document["sections"][0]["level"] = 4


def _hole(document: dict[str, Any]) -> None:
    document["sections"][2]["heading"]["en"] = " "


def _no_hint(document: dict[str, Any]) -> None:
    del document["sections"][2]["hint"]["sv"]


def _same_heading(document: dict[str, Any]) -> None:
    document["sections"][2]["heading"]["sv"] = document["sections"][1]["heading"]["sv"]


def _one_sided(document: dict[str, Any]) -> None:
    del document["sections"][-1]["balance"]


def _no_module(document: dict[str, Any]) -> None:
    document["sections"][2]["module"] = ""


def _unknown(document: dict[str, Any]) -> None:
    document["sections"][2]["expects"] = "miracles"


def _misspelt(document: dict[str, Any]) -> None:
    document["sections"][2]["autored"] = True


@pytest.mark.parametrize(
    ("break_it", "sentence"),
    [
        (_repeat, "Outline effect: the code people stands twice."),
        (_skip_level, "Outline effect: section change_sought has the level 3 after 1: a level is left out."),
        (_wrong_level, "Outline effect: section work_for has the level 4, which is none of 1, 2, 3."),
        (_hole, "Outline effect: the heading of people is missing in en."),
        (_no_hint, "Outline effect: the hint of people is missing in sv."),
        (_same_heading, "Outline effect: sections change_sought and people have the same heading in sv."),
        (_one_sided, "Outline effect: exactly one section says what can be better."),
        (_no_module, "Outline effect: section people names no module that fills it."),
        (
            _unknown,
            "Outline effect: section people: expects is 'miracles', none of aims, outputs, outcomes, method, "
            "contribution, learning.",
        ),
        (_misspelt, "Outline effect: section people has the unknown field autored."),
    ],
)
def test_an_outline_with_a_fault_is_refused_with_its_name(
    break_it: Callable[[dict[str, Any]], None], sentence: str
) -> None:
    document = copy.deepcopy(effect())
    break_it(document)

    with pytest.raises(OutlineRefused) as refused:
        read_outline(document)

    assert str(refused.value) == sentence


def test_what_is_no_outline_at_all_is_refused() -> None:
    for document in (None, [], {}, {"code": "Effect"}, {"code": "effect", "schema": "other"}):
        with pytest.raises(OutlineRefused):
            read_outline(document)
