"""The whole of a real file: 2,139 submissions from Zambia with gender, age band and goals that their tellers chose.

UNDP Accelerator Labs (MIT). What is expected is counted here by a few lines of its own, not by the importer. The texts
are personal data: nothing of them is copied here.
"""

from __future__ import annotations

import csv
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from egenmakt.apps.stories.models import Round, Story
from egenmakt.interfaces.cli.main import group
from egenmakt.interfaces.imports.stories.formats import plan_of
from egenmakt.interfaces.imports.stories.mapping import StoryMapping
from egenmakt.interfaces.imports.stories.plan import Plan
from egenmakt.interfaces.imports.stories.rows import StoryFile
from egenmakt.interfaces.imports.stories.writing import NewRound, bring_in, rehearse
from tests.interfaces.imports.stories.help import DATA, ROOT, documents, errors, stated, tried
from tests.support.tree import Tree

FILE = DATA / "undp_acclabs" / "zambia_ideas.csv"
MAPPING = ROOT / "docs" / "guides" / "stories-zambia-mapping.json"
NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
DAY = date(2025, 12, 31)

pytestmark = pytest.mark.skipif(
    not FILE.exists(), reason="the submissions are not at ../shared/data/stories/undp_acclabs"
)


def _rows() -> list[dict[str, str]]:
    with FILE.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def plan() -> Plan:
    mapping = StoryMapping.from_text(MAPPING.read_bytes())
    return plan_of(files=[StoryFile(FILE.name, FILE)], mapping=mapping)


def test_the_counts_of_every_goal_gender_and_age_are_those_of_the_file(plan: Plan) -> None:
    found = documents(plan, collected_on=DAY, guardian="parent")

    rows = _rows()
    assert len(found) == len(rows) == 2139
    words = {
        question.code: {option.code: option.values[0] for option in question.options}
        for question in plan.mapping.questions
    }
    for code, column in (("gender", "gender"), ("age", "age"), ("has_prototype", "prototype")):
        imported = Counter(words[code][document["answers"][code]["value"]] for document in found)
        assert imported == Counter(row[column] for row in rows)
    goals = Counter(words["goals"][code] for document in found for code in document["answers"]["goals"]["value"])
    assert goals == Counter(goal for row in rows for goal in row["sdgs"].split("|"))
    assert (sum(goals.values()), goals["1. No poverty"], goals["14. Life below water"]) == (6127, 1052, 24)


def test_every_text_is_the_one_in_the_file_and_nothing_of_the_machine_comes_along(plan: Plan) -> None:
    found = documents(plan, collected_on=DAY, guardian="parent")

    rows = _rows()
    assert [d["text"] for d in found] == [row["description"].strip() for row in rows]
    assert [d["title"] for d in found] == [row["title"].strip() for row in rows]
    assert plan.mapping.left_out["thematic_areas"] == "Made by a machine: it is not the teller's own answer."
    asked = {question["code"] for question in plan.framework["questions"]}
    assert asked == {"goals", "has_prototype", "gender", "age"}
    assert len({d["id"] for d in found}) == 2139


def test_children_stay_out_until_somebody_states_who_agreed_for_them(plan: Plan) -> None:
    trial = tried(plan, collected_on=DAY)

    assert (trial.new, trial.left_out) == (2106, 33)
    assert {finding.source.row - 2 for finding in trial.errors} == {
        index for index, row in enumerate(_rows()) if row["age"] == "below 18"
    }
    assert all("A parent or guardian must agree too" in error for error in errors(trial))
    assert len(trial.notes) == 2  # one text stands in three rows


def test_what_is_in_the_database_counts_as_the_file_does_however_often_it_is_brought_in(
    tree: Tree, tmp_path: Path
) -> None:
    first = tmp_path / "first.csv"
    rows = _rows()[:300]
    with first.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    mapping = StoryMapping.from_text(MAPPING.read_bytes())
    plan = plan_of(files=[StoryFile(first.name, first)], mapping=mapping)
    into = NewRound(tree.umoja, "Zambia 2025", date(2025, 1, 1), date(2026, 1, 1), date(2030, 1, 1), ("en",))
    statement = stated(collected_on=DAY, missing=plan.to_be_stated)
    trial = rehearse(plan=plan, statement=statement, into=into, by=tree.officer)

    for _time in range(2):
        outcomes = list(bring_in(trial=trial, statement=statement, into=into, by=tree.officer, at=NOW, partly=True))

    grown = [row for row in rows if row["age"] != "below 18"]
    assert outcomes[-1].counts["already_recorded"] == Story.objects.count() == len(grown)
    kept = Counter(
        goal for answers in Story.objects.values_list("answers", flat=True) for goal in answers["goals"]["value"]
    )
    assert kept["no_poverty"] == sum("1. No poverty" in row["sdgs"].split("|") for row in grown)
    assert sum(kept.values()) == sum(len(row["sdgs"].split("|")) for row in grown)


def test_the_command_of_the_guide_does_what_the_guide_says(tree: Tree, tmp_path: Path) -> None:
    words = [
        "import", "stories", str(FILE), "--mapping", str(MAPPING),
        "--documented", "Terms of the challenge, as published with the data", "--purpose", "keep", "--purpose", "learn",
        "--visibility", "organisation", "--role", "rights_holder", "--collected-by", "self",
        "--collected-on", "2025-12-31", "--new-round", "Zambia 2025", "--below", "Umoja",
        "--starts-on", "2025-01-01", "--until-on", "2026-01-01", "--keep-until-on", "2030-01-01",
        "--by", tree.officer.email,
    ]  # fmt: skip

    dry = CliRunner().invoke(group, words)

    assert dry.exit_code == 1
    assert "2,106  new stories" in dry.stdout
    assert "33  rows with errors" in dry.stdout
    assert "33 values have no place; nothing was written." in dry.stderr
    assert (Story.objects.count(), Round.objects.count()) == (0, 0)
