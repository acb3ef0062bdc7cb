"""`egenmakt patterns` reads what `egenmakt import stories --out` writes: the same patterns as from a table."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from egenmakt.apps.stories.models import Story
from egenmakt.core.signification.framework import framework_json, shipped
from egenmakt.interfaces.cli.main import group
from tests.support.tree import Tree

STORIES = "id;text;voice;kind;topics\n"
MAPPING: dict[str, Any] = {
    "schema": "egenmakt.story-mapping.1",
    "language": "en",
    "title": "Small",
    "fields": {"source_id": "id", "text": "text", "role": "voice"},
    "roles": {"participant": "rights_holder", "staff": "staff"},
    "questions": [
        {
            "code": "kind", "type": "single", "how": "choice", "columns": ["kind"],
            "options": [{"code": code, "text": code, "values": [code.upper()]} for code in ("a", "b")],
        },
        {
            "code": "topics", "type": "several", "how": "delimited", "delimiter": "|", "columns": ["topics"], "most": 2,
            "options": [{"code": code, "text": code, "values": [code.upper()]} for code in ("p", "q")],
        },
    ],
}  # fmt: skip
EMPTY: dict[str, Any] = {"mode": "real", "teller": {}, "collected": {}, "answers": {}}
STATED = (
    "--documented", "In the file of the project", "--purpose", "keep", "--purpose", "learn", "--collected-by", "self",
    "--collected-on", "2025-06-01", "--language", "en",
)  # fmt: skip


def run(*words: object) -> Result:
    return CliRunner().invoke(group, [str(word) for word in words])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with 120 stories as they came, brought into framework.json and stories.jsonl."""
    rng = random.Random(4)
    lines = []
    for number in range(120):
        kind = rng.choice("AB")
        topics = "|".join(one for one in "PQ" if rng.random() < (0.8 if (one == "P") == (kind == "A") else 0.2))
        voice = "staff" if number % 4 == 0 else "participant"
        lines.append(f"s{number};What happened to us that day, number {number};{voice};{kind};{topics}")
    (tmp_path / "stories.csv").write_text(STORIES + "\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / "mapping.json").write_text(json.dumps(MAPPING), encoding="utf-8")
    out = tmp_path / "out"
    made = run(
        "import", "stories", tmp_path / "stories.csv", "--mapping", tmp_path / "mapping.json", *STATED, "--out", out
    )
    assert made.exit_code == 0, made.output
    return out


def analysis(folder: Path, stories: Path) -> Any:
    out = folder / "found.json"
    answer = run("patterns", folder / "framework.json", stories, "--json", out)
    assert answer.exit_code == 0, answer.output
    return json.loads(out.read_text())


def test_what_an_import_wrote_into_a_folder_gives_the_patterns_of_a_table(folder: Path) -> None:
    rows = ["voice,teller,kind,topics.p,topics.q"]
    documents = [json.loads(line) for line in (folder / "stories.jsonl").read_text(encoding="utf-8").splitlines()]
    for one in documents:
        topics = one["answers"]["topics"].get("value")
        cells = ["skipped", "skipped"] if topics is None else [str(int(code in topics)) for code in ("p", "q")]
        kind = one["answers"]["kind"]["value"]
        rows.append(",".join([one["teller"]["role"], one["teller"]["key"], kind, *cells]))
    (folder / "table.csv").write_text("\n".join(rows), encoding="utf-8")

    found = analysis(folder, folder / "stories.jsonl")
    by_table = analysis(folder, folder / "table.csv")

    assert [(voice["voice"], voice["stories"]["n"]) for voice in found["voices"]] == [
        ("rights_holder", 90),
        ("staff", 30),
    ]
    for voice, same in zip(found["voices"], by_table["voices"], strict=True):
        assert voice["questions"] == same["questions"]
        assert voice["discovery"] == same["discovery"]
    assert found["voices"][0]["discovery"]["found"] > 0
    assert "What happened" not in json.dumps(found)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "stories.jsonl, row 121: is not JSON"),
        ('{"mode": "real"}', "stories.jsonl, row 121, field teller: is not there"),
        ('{"mode": "real", "teller": {}, "collected": {}, "answers": []}', "row 121, field answers: is no object"),
        (
            '{"mode": "real", "teller": {}, "collected": {}, "answers": {"kind": {}}}',
            "row 121, field kind:",
        ),
        (
            json.dumps({**EMPTY, "framework": framework_json(shipped())["id"]}),
            "field framework: ",
        ),
    ],
)  # fmt: skip
def test_a_line_that_is_no_story_is_named(folder: Path, line: str, says: str) -> None:
    with (folder / "stories.jsonl").open("a", encoding="utf-8") as file:
        file.write(line + "\n")

    answer = run("patterns", folder / "framework.json", folder / "stories.jsonl")

    assert answer.exit_code == 1
    assert says in answer.output


def test_a_file_without_a_story_is_said(folder: Path) -> None:
    (folder / "stories.jsonl").write_text("\n")

    answer = run("patterns", folder / "framework.json", folder / "stories.jsonl")

    assert "has no stories" in answer.output


def test_stories_that_their_round_refuses_end_the_command_with_one(folder: Path, tree: Tree) -> None:
    where = folder.parent
    days = ("--starts-on", "2026-01-01", "--until-on", "2027-01-01", "--keep-until-on", "2030-01-01")
    to_round = ("--visibility", "organisation", "--new-round", "2026", "--below", "North", *days)
    files = (where / "stories.csv", "--mapping", where / "mapping.json")

    # collected in 2025, as it is stated for all of them, and the round is of 2026
    answer = run("import", "stories", *files, *STATED, *to_round, "--by", "adhiambo@example.org", "--commit")

    assert answer.exit_code == 1
    assert "The day lies outside the round." in answer.output
    assert "120 stories were refused" in answer.output
    assert Story.objects.count() == 0
