"""Exports of KoboToolbox and ODK: with their form and without, by names and by labels."""

from __future__ import annotations

from pathlib import Path

import pytest

from egenmakt.interfaces.imports.findings import Unreadable
from egenmakt.interfaces.imports.stories.formats import format_of, plan_of
from egenmakt.interfaces.imports.stories.mapping import StoryMapping
from egenmakt.interfaces.imports.stories.plan import Plan
from tests.interfaces.imports.help import workbook
from tests.interfaces.imports.stories.help import answers, documents, errors, tried, write

SURVEY = [
    ("type", "name", "label::English (en)", "label::Svenska (sv)", "parameters"),
    ("start", "start", "", "", ""),
    ("end", "end", "", "", ""),
    ("note", "hello", "Welcome", "Välkommen", ""),
    ("begin_group", "about", "About it", "Om det", ""),
    ("text", "story", "What happened?", "Vad hände?", ""),
    ("select_one kinds", "kind", "Which kind?", "Vilket slag?", ""),
    ("select_multiple helps", "helped", "What helped?", "Vad hjälpte?", ""),
    ("end_group", "", "", "", ""),
    ("range", "sure", "How sure?", "Hur säker?", "start=0 end=10 step=1"),
    ("integer", "people", "How many?", "Hur många?", ""),
    ("date", "day", "Which day?", "Vilken dag?", ""),
    ("geopoint", "place", "Where?", "Var?", ""),
    ("audio", "voice", "Your voice", "Din röst", ""),
    ("calculate", "score", "", "", ""),
    ("begin_repeat", "others", "Others", "Andra", ""),
    ("text", "name", "Name", "Namn", ""),
    ("end_repeat", "", "", "", ""),
]
CHOICES = [
    ("list_name", "name", "label::English (en)", "label::Svenska (sv)"),
    ("kinds", "1", "We acted", "Vi handlade"),
    ("kinds", "2", "I acted", "Jag handlade"),
    ("helps", "money", "Money", "Pengar"),
    ("helps", "words", "Kind words", "Vänliga ord"),
]
NAMES = (
    "start;end;about/story;about/kind;about/helped;about/helped/money;about/helped/words;sure;people;day;place;"
    "_place_latitude;_place_longitude;voice;score;_id;_uuid;_submission_time;_submitted_by;_index"
)
ROW = (
    "2026-03-04T10:00:00.000+02:00;2026-03-04T10:20:00.000+02:00;We walked to the well.;1;money words;1;1;7;12;"
    "2026-03-01;-1.2 36.8 0 0;-1.2;36.8;rec_1.m4a;3;17;uuid-17;2026-03-04T08:21:00;amina;1"
)
SKIPPED = ";;Another story.;2;n/a;n/a;n/a;;n/a;;;;;;;18;uuid-18;2026-03-04T09:00:00;bea;2"


def form() -> bytes:
    return workbook(
        [("type", "name")], survey=SURVEY, choices=CHOICES, settings=[("form_title", "form_id"), ("Water", "w")]
    )


def export(
    folder: Path, *rows: str, header: str = NAMES, with_form: bool = True, mapping: StoryMapping | None = None
) -> Plan:
    files = [write(folder, "export.csv", "\n".join([header, *rows, ""]))]
    if with_form:
        files.append(write(folder, "form.xlsx", form()))
    return plan_of(files=files, mapping=mapping)


def test_a_form_explains_its_export(tmp_path: Path) -> None:
    plan = export(tmp_path, ROW, SKIPPED)

    found = documents(plan, collected_by="facilitator")

    assert found[0]["answers"] == {
        "kind": {"value": "option_1"},
        "helped": {"value": ["money", "words"]},
        "sure": {"value": 70},
        "people": {"value": "12"},
        "day": {"value": "2026-03-01"},
        "voice": {"value": "rec_1.m4a"},
    }
    assert found[0]["text"] == "We walked to the well."
    assert found[0]["collected"]["started_at"] == "2026-03-04T08:00:00Z"
    assert found[0]["collected"]["facilitator"] != found[1]["collected"]["facilitator"]
    assert [p["text"] for p in plan.framework["questions"][:1]] == [{"en": "Which kind?"}]
    assert plan.framework["title"] == {"en": "Water"}


def test_what_was_not_asked_is_counted_apart_from_what_was_skipped(tmp_path: Path) -> None:
    trial = tried(export(tmp_path, ROW, SKIPPED), collected_by="facilitator")

    counts = {t.name: (t.answered, t.blank, t.not_asked) for t in trial.questions}
    assert counts["helped"] == (1, 0, 1)
    assert counts["people"] == (1, 0, 1)
    assert counts["sure"] == (1, 1, 0)
    assert trial.errors == []


def test_places_that_are_too_fine_and_what_is_about_the_export_stay_out_with_a_reason(tmp_path: Path) -> None:
    left_out = export(tmp_path, ROW).mapping.left_out

    assert {name for name, why in left_out.items() if "finer" in why} == {
        "place",
        "_place_latitude",
        "_place_longitude",
    } - {name for name, why in left_out.items() if "export" in why}
    assert left_out["about/helped"] == "The same answers stand in a column for each option."
    assert left_out["score"] == "It was shown or reckoned, not asked."


def test_files_and_repeated_groups_that_do_not_come_along_are_noted(tmp_path: Path) -> None:
    notes = [str(finding) for finding in export(tmp_path, ROW).findings]

    assert any("only the names of the files" in note for note in notes)
    assert any("repeated group “others”" in note for note in notes)


@pytest.mark.parametrize("separator", ["/", "-", ""])
def test_groups_are_named_with_a_slash_a_hyphen_or_not_at_all(tmp_path: Path, separator: str) -> None:
    start = f"about{separator}" if separator else ""
    header = f"{start}story,{start}kind,KEY,SubmissionDate"

    plan = export(tmp_path, "Our story,2,uuid:1,2026-03-04T08:00:00Z", header=header)

    assert answers(plan, "kind") == [{"value": "option_2"}]


def test_labels_in_any_language_stand_for_questions_and_options(tmp_path: Path) -> None:
    header = "Vad hände?;Vilket slag?;Vad hjälpte?;Vad hjälpte?/Pengar;Vad hjälpte?/Vänliga ord;_uuid;_submission_time"

    plan = export(tmp_path, "Vi gick.;Vi handlade;Pengar;1;0;u1;2026-03-04T08:00:00", header=header)

    assert answers(plan, "kind") == [{"value": "option_1"}]
    assert answers(plan, "helped") == [{"value": ["money"]}]


def test_one_column_with_all_answers_is_divided_where_there_are_no_others(tmp_path: Path) -> None:
    plan = export(
        tmp_path, "Ours;words money;u1;2026-03-04T08:00:00", header="about/story;about/helped;_uuid;_submission_time"
    )

    assert answers(plan, "helped") == [{"value": ["money", "words"]}]


def test_an_answer_that_the_form_does_not_have_is_named(tmp_path: Path) -> None:
    trial = tried(export(tmp_path, ROW.replace(";1;money", ";9;money")), collected_by="facilitator")

    assert "export.csv, row 2, field about/kind: “9”" in errors(trial)[0]


def test_an_export_without_its_form_is_told_by_its_columns_and_options_are_gathered(tmp_path: Path) -> None:
    rows = [
        f"S{i};A long story with number {i};{i % 2 + 1};money;{i % 2};1;u{i};2026-03-04T08:00:00;x" for i in range(12)
    ]
    header = (
        "title;about/story;about/kind;about/helped;about/helped/money;about/helped/words;_uuid;_submission_time;_id"
    )
    plan = export(tmp_path, *rows, header=header, with_form=False)

    assert format_of([write(tmp_path, "e.csv", header + "\n" + rows[0])]) == "odk"
    assert plan.problems == []
    assert plan.mapping.fields["text"] == "about/story"
    assert answers(plan, "helped")[:2] == [{"value": ["words"]}, {"value": ["money", "words"]}]
    assert set(plan.mapping.left_out) >= {"_id"}


def test_a_consent_question_can_be_named_by_a_mapping(tmp_path: Path) -> None:
    said = StoryMapping(fields={"text": "about/story"}, consent={"keep": "about/kind"})

    trial = tried(export(tmp_path, ROW, SKIPPED, mapping=said), collected_by="facilitator")

    assert (trial.new, trial.without_consent) == (1, 1)
    assert "kind" not in {tally.name for tally in trial.questions}


def test_two_tables_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="One table is read"):
        plan_of(files=[write(tmp_path, "a.csv", "a,b\n1,2\n"), write(tmp_path, "b.csv", "a,b\n1,2\n")], format="odk")
