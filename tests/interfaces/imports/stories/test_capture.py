"""A capture: its definition becomes a framework, its table answers, and its age is found out by its numbers."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from egenmakt.core.signification.framework import read_framework
from egenmakt.interfaces.imports.findings import Unreadable
from egenmakt.interfaces.imports.stories.formats import format_of, plan_of
from egenmakt.interfaces.imports.stories.mapping import StoryMapping
from egenmakt.interfaces.imports.stories.plan import Plan
from egenmakt.interfaces.imports.stories.rows import StoryFile
from tests.interfaces.imports.stories import captures
from tests.interfaces.imports.stories.captures import DYAD, HEADER, LIST, SEVERAL, STONES, STORY, TICK, TRIAD, triad
from tests.interfaces.imports.stories.help import answers, documents, errors, tried, write


def capture(folder: Path, *rows: dict[str, str], **more: Any) -> Plan:
    return plan_of(files=files(folder, *rows, header=more.pop("header", None)), **more)


def files(folder: Path, *rows: dict[str, str], header: list[str] | None = None) -> list[StoryFile]:
    content = captures.table(*rows, header=header)
    return [write(folder, "data.csv", content), write(folder, "definition.json", captures.definition())]


def test_the_definition_becomes_a_framework_that_the_core_takes(tmp_path: Path) -> None:
    plan = capture(tmp_path, triad(("0.5", "0.3", "0.2")))

    assert format_of(files(tmp_path, {})) == "capture"
    framework = read_framework(plan.framework)
    assert [(q.code, q.type) for q in framework.questions] == [
        ("who_acted", "single"), ("what_helped", "several"), ("it_came_from", "triad"), ("it_was", "dyad"),
        ("where_do_they_stand", "stones"), ("only_for_the_team", "single"),
    ]  # fmt: skip
    assert [corner.text["en"] for corner in framework.question("it_came_from").marks("corners")] == [
        "courage", "need", "custom",
    ]  # fmt: skip
    assert framework.question("what_helped").number("most") == 2
    assert capture(tmp_path, triad(("0.5", "0.3", "0.2"))).framework["id"] == plan.framework["id"]


def test_the_answers_are_read_by_their_ids(tmp_path: Path) -> None:
    row = {
        LIST: "i-they", f"{SEVERAL}_i-a": "1", f"{SEVERAL}_i-c": "1", **triad(("0.5", "0.3", "0.2")),
        f"{DYAD}_percentX": "0.75", f"{DYAD}_l-slow": "0.25", f"{DYAD}_l-fast": "0.75",
        f"{STONES}_s-us_percentX": "0.1", f"{STONES}_s-us_percentY": "0.98765", TICK: "i-yes",
        "meta_started": "1772611200000",
    }  # fmt: skip

    document = documents(capture(tmp_path, row))[0]

    assert document["answers"] == {
        "who_acted": {"value": "they"},
        "what_helped": {"value": ["money", "time"]},
        "it_came_from": {"value": [5000, 3000, 2000]},
        "it_was": {"value": [2500, 7500]},
        "where_do_they_stand": {"value": {"us": [1000, 9877]}},
        "only_for_the_team": {"value": "please"},
    }
    assert document["text"] == "The story of number 1."
    assert document["collected"]["started_at"] == "2026-03-04T08:00:00Z"
    assert document["collected"]["finished_at"] == "2026-03-04T09:00:00Z"


def test_does_not_apply_is_kept_apart_from_not_answered_for_every_kind(tmp_path: Path) -> None:
    na = {f"{question}_NA": "1" for question in (TRIAD, DYAD, STONES, SEVERAL)}
    no = {f"{question}_NA": "0" for question in (TRIAD, DYAD, STONES, SEVERAL)}

    plan = capture(tmp_path, na, {}, no, triad(("0.5", "0.3", "0.2")))

    for code in ("it_came_from", "it_was", "where_do_they_stand", "what_helped"):
        assert answers(plan, code)[:3] == [{"state": "does_not_apply"}, {"state": "skipped"}, {"state": "skipped"}]


def test_an_answer_that_is_marked_as_not_applying_too_is_named(tmp_path: Path) -> None:
    trial = tried(capture(tmp_path, {**triad(("0.5", "0.3", "0.2")), f"{TRIAD}_NA": "1"}))

    assert "marked as not applying and has an answer too" in errors(trial)[0]


@pytest.mark.parametrize(
    ("whole", "factor", "said"),
    [
        (1, "1", "y is the part of the top corner: the newer export"),
        (100, "1", "y is the part of the top corner: the newer export"),
        (100, "0.8660254", "y is the part of the top corner times 0.866: the older export"),
    ],
)
def test_both_exports_give_the_same_whole_parts_and_say_why(tmp_path: Path, whole: int, factor: str, said: str) -> None:
    cells = [("0.5", "0.3", "0.2"), ("0.9", "0.05", "0.05"), ("0.333", "0.333", "0.334"), ("0", "1", "0")]

    plan = capture(tmp_path, *(triad(c, whole=whole, factor=factor) for c in cells))

    assert answers(plan, "it_came_from") == [
        {"value": [5000, 3000, 2000]}, {"value": [9000, 500, 500]}, {"value": [3330, 3330, 3340]},
        {"value": [0, 10000, 0]},
    ]  # fmt: skip
    assert any(said in reason for reason in plan.reasons)


def test_without_parts_the_points_must_prove_how_y_is_counted(tmp_path: Path) -> None:
    header = [name for name in HEADER if not name.startswith(f"{TRIAD}_l-")]
    low = [triad(("0.4", "0.3", "0.3"), with_parts=False)]
    high = [*low, triad(("0.94", "0.03", "0.03"), with_parts=False)]

    proved = capture(tmp_path, *high, header=header)

    assert answers(proved, "it_came_from") == [{"value": [4000, 3000, 3000]}, {"value": [9400, 300, 300]}]
    with pytest.raises(Unreadable, match="fits both exports"):
        capture(tmp_path, *low, header=header)


def test_what_the_file_does_not_show_can_be_stated(tmp_path: Path) -> None:
    header = [name for name in HEADER if not name.startswith(f"{TRIAD}_l-")]
    low = triad(("0.4", "0.3", "0.3"), whole=100, factor="0.8660254", with_parts=False)
    said = StoryMapping(fields={"text": STORY}, triads="0.866", language="")

    plan = capture(tmp_path, low, header=header, mapping=said)

    assert answers(plan, "it_came_from") == [{"value": [4000, 3000, 3000]}]
    assert plan.reasons == ("How y is counted was stated in the mapping.",)


@pytest.mark.parametrize("parts", [("0.5", "0.5", "0.3"), ("0", "0", "0")])
def test_a_triad_that_does_not_close_is_named_and_the_others_are_read(
    tmp_path: Path, parts: tuple[str, str, str]
) -> None:
    good = triad(("0.5", "0.3", "0.2"))
    bad = {**good, **{f"{TRIAD}_l-{name}": part for name, part in zip(("top", "left", "right"), parts, strict=True)}}

    trial = tried(capture(tmp_path, good, bad, good))

    assert (trial.new, trial.left_out) == (2, 1)
    assert f"row 3, field {TRIAD}_l-top" in errors(trial)[0]


def test_an_item_that_the_definition_does_not_have_is_named(tmp_path: Path) -> None:
    trial = tried(capture(tmp_path, {LIST: "i-nobody"}, triad(("0.5", "0.3", "0.2"))))

    assert f"field {LIST}: “i-nobody” This is none of: We did, They." in errors(trial)[0]


def test_a_table_of_another_definition_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="does not explain these columns: q-new, q-other_percentX"):
        capture(tmp_path, {}, header=[*HEADER, "q-new", "q-other_percentX"])


def test_a_definition_alone_and_a_json_of_something_else_are_refused(tmp_path: Path) -> None:
    alone = [write(tmp_path, "definition.json", captures.definition())]
    other = [write(tmp_path, "other.json", json.dumps({"a": 1})), write(tmp_path, "data.csv", "a,b\n1,2\n")]

    with pytest.raises(Unreadable, match="two files"):
        plan_of(files=alone)
    with pytest.raises(Unreadable, match="no definition of a capture"):
        plan_of(files=other)


def test_every_column_of_the_table_has_a_place_or_a_reason(tmp_path: Path) -> None:
    plan = capture(tmp_path, triad(("0.5", "0.3", "0.2")))

    used = {*plan.mapping.fields.values(), *(c for q in plan.mapping.questions for c in q.all_columns)}
    assert used | set(plan.mapping.left_out) == set(HEADER)
    assert all(plan.mapping.left_out.values())
    assert replace(plan.mapping, left_out={}).problems(plan.rows.header) != []
