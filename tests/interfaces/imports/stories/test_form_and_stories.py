"""A form and its stories: every way in which such a table writes its answers, made up here, and the real samples."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from egenmakt.interfaces.imports.findings import Unreadable
from egenmakt.interfaces.imports.stories.formats import format_of, plan_of
from egenmakt.interfaces.imports.stories.plan import Plan
from egenmakt.interfaces.imports.stories.rows import StoryFile
from tests.interfaces.imports.stories.help import DATA, answers, documents, errors, tried, write

SAMPLES = DATA / "narrafirma"
HEAD = "Data column name,Type,About,Short name,Long name,Options,Answers"
needs_samples = pytest.mark.skipif(
    not SAMPLES.exists(), reason="the sample forms are not at ../shared/data/stories/narrafirma"
)


def pair(folder: Path, form: list[str], stories: list[str], bom: bool = False) -> Plan:
    mark = b"\xef\xbb\xbf" if bom else b""
    return plan_of(
        files=[
            write(folder, "stories.csv", mark + "\n".join([*stories, ""]).encode()),
            write(folder, "form.csv", mark + "\n".join(["; a form,,", HEAD, *form, ""]).encode()),
        ]
    )


def test_a_form_is_told_by_its_header_in_any_order_of_the_files(tmp_path: Path) -> None:
    plan = pair(tmp_path, ["Kind,Single choice,story,Kind,Which?,,a,b"], ["Story text,Kind", "One,a"], bom=True)

    assert plan.rows.file == "stories.csv"
    assert (
        format_of([StoryFile("form.csv", tmp_path / "form.csv"), StoryFile("s.csv", tmp_path / "stories.csv")])
        == "form"
    )
    assert answers(plan, "kind") == [{"value": "a"}]


@pytest.mark.parametrize(
    ("question", "header", "cells", "expected"),
    [
        ("K,Single choice,story,k,,,a|Shown A,b", "K", "a", {"value": "shown_a"}),
        ("K,Single choice indexed,story,k,,,first,second", "K", "2", {"value": "second"}),
        ("K,Scale,story,k,,,low,high,1,10", "K", "4", {"value": 33}),
        ("K,Scale,story,k,,,low,high,1,10", "K", "Does not apply", {"state": "does_not_apply"}),
        ("K,Scale,story,k,,,low,high", "K", "7", {"value": 7}),
        ("K,Multi-choice multi-column texts,story,k,,,a,b,c", "K,K,K", "a,,c", {"value": ["a", "c"]}),
        ("K,Multi-choice multi-column yes/no,story,k,,,a,b", "K: a,K: b", "Yes,", {"value": ["a"]}),
        ("K,Multi-choice single-column delimited,story,k,,,a,b", "K", '"a, b"', {"value": ["a", "b"]}),
        ("K,Multi-choice single-column delimited indexed,story,k,,,a,b,c", "K", '"1,3"', {"value": ["a", "c"]}),
        ("K,Multi-choice single-column delimited indexed,story,k,,,a,b,c", "K", "1 3", {"value": ["a", "c"]}),
        ("K,Boolean,story,k,,", "K", "Yes", {"value": "yes"}),
        ("K,Text,participant,k,,", "K", "=2+5", {"value": "=2+5"}),
        ("K,Single choice,story,k,,,a,b", "K", "", {"state": "skipped"}),
    ],
)
def test_every_type_of_the_form_is_read(
    tmp_path: Path, question: str, header: str, cells: str, expected: dict[str, object]
) -> None:
    plan = pair(tmp_path, [question], [f"Story text,{header}", f"One,{cells}"])

    assert tried(plan).errors_count == 0
    assert answers(plan, "k") == [expected]


def test_settings_of_the_form_change_how_its_columns_are_found(tmp_path: Path) -> None:
    form = [
        ",Story text column name,import,,,,Tale",
        ",Participant ID column name,import,,,,Who",
        ",Yes no questions Q-A separator,import,,,,[",
        ",Yes no questions Q-A ending,import,,,,]",
        ",Yes no questions yes indicator,import,,,,Ja",
        ",Multi choice single column delimiter,import,,,,;",
        ",Scale range,import,,,,-5,5",
        "N,Multi-choice multi-column yes/no,story,N,,,a,b",
        "D,Multi-choice single-column delimited,story,D,,,a,b",
        "S,Scale,story,S,,,low,high",
    ]

    plan = pair(tmp_path, form, ["Tale,Who,N [a],N [b],D,S", "One,7,Ja,Nej,a;b,0", "Two,7,Nej,Ja,b,-5"])

    assert answers(plan, "n") == [{"value": ["a"]}, {"value": ["b"]}]
    assert answers(plan, "d") == [{"value": ["a", "b"]}, {"value": ["b"]}]
    assert answers(plan, "s") == [{"value": 50}, {"value": 0}]
    assert len({document["teller"]["key"] for document in documents(plan)}) == 1


def test_answers_that_are_shown_as_one_are_kept_as_they_were_too(tmp_path: Path) -> None:
    form = ["K,Single choice,story,k,Which?,,very good|good,rather good|good,bad"]

    plan = pair(tmp_path, form, ["Story text,K", "One,very good", "Two,rather good", "Three,bad"])

    assert [a["value"] for a in answers(plan, "k")] == ["good", "good", "bad"]
    assert [a["value"] for a in answers(plan, "k_original")] == ["very_good", "rather_good", "bad"]


def test_words_of_the_tellers_own_stand_in_a_column_or_among_the_answers(tmp_path: Path) -> None:
    form = [
        "A,Multi-choice single-column delimited,story,A,,maxNumAnswers=1|writeInTextBoxLabel=Other,x,y",
        "B,Single choice,story,B,,writeInTextBoxLabel=Other|writeInTextsAreInSeparateColumn=no,x,y",
    ]

    plan = pair(tmp_path, form, ["Story text,A,WRITEIN_A,B", "One,x,more of it,x", "Two,,only this,mine"])

    assert answers(plan, "a") == [
        {"value": ["x", "other"], "own_words": "more of it"},
        {"value": ["other"], "own_words": "only this"},
    ]
    assert answers(plan, "b") == [{"value": "x"}, {"value": "other", "own_words": "mine"}]


def test_comments_and_trial_entries_are_passed_over_and_prompts_are_kept(tmp_path: Path) -> None:
    form = ["Asked,eliciting,eliciting,Asked,,,Best|What was best?,Worst|Worst|What was worst?"]
    stories = ["Story text,Asked", "; a comment,", "One,Worst", "testing123,Best", "Two,What was best?"]

    plan = pair(tmp_path, form, stories)

    trial = tried(plan)
    assert (trial.rows, trial.new, trial.trial_rows) == (3, 2, 1)
    assert [d["prompt"] for d in documents(plan)] == ["worst", "best"]
    assert [p["text"]["en"] for p in plan.framework["prompts"]] == ["What was best?", "What was worst?"]


def test_what_the_form_does_not_list_is_named(tmp_path: Path) -> None:
    form = ["K,Single choice,story,k,,,a,b", "M,Multi-choice multi-column texts,story,m,,maxNumAnswers=1,a,b,c"]

    trial = tried(pair(tmp_path, form, ["Story text,K,M,M,M", "One,c,a,,", "Two,a,a,b,"]))

    assert [(f.source.row, f.source.field) for f in trial.errors] == [(2, "K"), (3, "M, M (4)")]
    assert "2 options are chosen; at most 1 may be" in errors(trial)[1]


def test_two_files_of_which_none_is_a_form_are_refused(tmp_path: Path) -> None:
    two = [write(tmp_path, "a.csv", "x,y\n1,2\n"), write(tmp_path, "b.csv", "x,y\n1,2\n")]

    with pytest.raises(Unreadable, match="must be a form"):
        plan_of(files=two, format="form")


@needs_samples
@pytest.mark.parametrize(
    ("name", "stories", "questions"), [("narrafirma_example", 80, 17), ("narrafirma_import_guide_example", 3, 8)]
)
def test_a_real_pair_imports_without_one_unexplained_cell(name: str, stories: int, questions: int) -> None:
    plan = plan_of(files=[StoryFile(f, SAMPLES / f) for f in (f"{name}_story_form.csv", f"{name}_stories.csv")])

    trial = tried(plan, purposes=frozenset({"keep"}))

    assert (trial.new, trial.errors, trial.notes) == (stories, [], [])
    assert len(trial.questions) == questions
    assert plan.mapping.left_out == {}
    assert all(sum((t.answered, t.blank, t.does_not_apply)) == stories for t in trial.questions)
    used = {*plan.mapping.fields.values(), *(c for q in plan.mapping.questions for c in q.all_columns)}
    assert used == set(plan.rows.header)


@needs_samples
def test_five_ways_of_writing_one_question_give_the_same_answers_in_the_real_sample() -> None:
    name = "narrafirma_example"
    plan = plan_of(files=[StoryFile(f, SAMPLES / f) for f in (f"{name}_story_form.csv", f"{name}_stories.csv")])

    found = documents(plan)

    for codes in (("needed", "needed_delimited", "needed_index_delimited", "needed_yes_no"), ("scope", "scope_index")):
        first = [document["answers"][codes[0]] for document in found]
        for code in codes[1:]:
            assert [document["answers"][code] for document in found] == first
    with (SAMPLES / f"{name}_stories.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.reader(file) if not row[0].startswith(";")]
    places = [index for index, heading in enumerate(rows[0]) if heading == "Needed"]
    independent = Counter(row[index] for row in rows[1:] for index in places if row[index])
    texts = {o.code: o.text for o in next(q for q in plan.mapping.questions if q.code == "needed").options}
    imported = Counter(texts[code] for d in found for code in d["answers"]["needed"].get("value", []))
    assert imported == independent


@needs_samples
def test_the_sample_without_one_option_names_every_cell_that_has_lost_its_place() -> None:
    name = "narrafirma_import_guide_example"
    plan = plan_of(files=[StoryFile(f, SAMPLES / f) for f in (f"{name}_story_form.csv", f"{name}_stories.csv")])
    question = next(q for q in plan.mapping.questions if q.code == "how_long_ago")
    fewer = replace(question, options=question.options[1:])
    others = tuple(fewer if q is question else q for q in plan.mapping.questions)

    trial = tried(replace(plan, mapping=replace(plan.mapping, questions=others)))

    assert [(f.source.row, f.source.field) for f in trial.errors] == [(4, "LongAgo")]
