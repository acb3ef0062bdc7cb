"""A plain table of stories: what is proposed for it, how its cells become answers, and what has no place."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from egenmakt.interfaces.imports.stories.formats import plan_of
from egenmakt.interfaces.imports.stories.mapping import InvalidMapping, OptionMap, PromptMap, QuestionMap, StoryMapping
from egenmakt.interfaces.imports.stories.statement import NotStated, Target
from tests.interfaces.imports.help import workbook
from tests.interfaces.imports.stories.help import ROUND, answers, documents, errors, placed, stated, table, tried, write

KINDS = (OptionMap("together", "We acted together", ("A",)), OptionMap("money", "My own money", ("B",)))
KIND = QuestionMap("kind", "single", "choice", columns=("kind",), options=KINDS)


def mapping(*questions: QuestionMap, **more: object) -> StoryMapping:
    return StoryMapping(fields={"text": "text", **more.pop("fields", {})}, questions=questions, **more)  # type: ignore[arg-type, dict-item]  # what a test gives


def test_a_mapping_is_proposed_by_headings_and_by_what_stands_in_the_columns(tmp_path: Path) -> None:
    rows = [f"{i},T{i},A long story number {i},{'sw' if i % 2 else 'en'},{i % 5 + 1},a|b,Female,x" for i in range(20)]

    plan = table(tmp_path, "id,title,story,lang,feeling,topics,sex,same", *rows)

    assert plan.problems == []
    assert plan.mapping.fields == {"source_id": "id", "title": "title", "text": "story", "language": "lang"}
    assert [(q.code, q.type, q.how) for q in plan.mapping.questions] == [
        ("feeling", "slider", "scale"),
    ]
    assert set(plan.mapping.left_out) == {"topics", "sex", "same"}


def test_a_proposal_knows_choices_scales_and_lists(tmp_path: Path) -> None:
    rows = [f"A long story number {i},{i % 5 + 1},{'a|b' if i % 3 else 'b'},{'f' if i % 2 else 'm'}" for i in range(20)]

    plan = table(tmp_path, "story,feeling,topics,sex", *rows)

    kinds = {q.code: (q.type, q.how, q.low, q.high, q.delimiter) for q in plan.mapping.questions}
    assert kinds == {
        "feeling": ("slider", "scale", "1", "5", ""),
        "topics": ("several", "delimited", "", "", "|"),
        "sex": ("single", "choice", "", "", ""),
    }
    assert answers(plan, "topics")[:2] == [{"value": ["b"]}, {"value": ["a", "b"]}]


def test_a_choice_is_found_by_its_value_its_code_and_its_text(tmp_path: Path) -> None:
    plan = table(tmp_path, "text,kind", "S1,A", "S2,money", "S3,we ACTED  together", "S4,", mapping=mapping(KIND))

    assert answers(plan, "kind") == [
        {"value": "together"}, {"value": "money"}, {"value": "together"}, {"state": "skipped"},
    ]  # fmt: skip


def test_a_choice_that_is_none_of_the_options_is_named_with_row_column_value_and_remedy(tmp_path: Path) -> None:
    trial = tried(table(tmp_path, "text,kind", "S1,A", "S2,C", mapping=mapping(KIND)))

    assert (trial.new, trial.left_out) == (1, 1)
    assert errors(trial) == [
        "stories.csv, row 3, field kind: “C” This is none of: We acted together, My own money. — "
        "Write one of them, or add the word under “values” of an option in the mapping."
    ]


@pytest.mark.parametrize(
    ("low", "high", "cell", "value"),
    [("1", "5", "1", 0), ("1", "5", "5", 100), ("1", "5", "3", 50), ("-2", "2", "-1", 25), ("1", "7", "5.667", 78),
     ("0", "10", "0", 0), ("5", "1", "5", 0), ("1", "8", "2", 14)],
)  # fmt: skip
def test_a_scale_of_any_range_is_taken_to_0_to_100_in_a_straight_line(
    tmp_path: Path, low: str, high: str, cell: str, value: int
) -> None:
    ends = (OptionMap("l", "little"), OptionMap("m", "much"))
    scale = QuestionMap("much", "slider", "scale", columns=("much",), low=low, high=high, options=ends)

    plan = table(tmp_path, "text,much", f"S1,{cell}", mapping=mapping(scale))

    assert answers(plan, "much") == [{"value": value}]


def test_zero_skipped_and_does_not_apply_are_three_different_things(tmp_path: Path) -> None:
    ends = (OptionMap("l", "little"), OptionMap("m", "much"))
    scale = QuestionMap(
        "much", "slider", "scale", columns=("much",), low="0", high="10", options=ends, not_applicable=("n/a",)
    )

    plan = table(tmp_path, "text,much", "S1,0", "S2,", "S3,N/A", mapping=mapping(scale))

    assert answers(plan, "much") == [{"value": 0}, {"state": "skipped"}, {"state": "does_not_apply"}]
    counts = tried(plan).questions[0]
    assert (counts.answered, counts.blank, counts.does_not_apply, counts.unplaced) == (1, 1, 1, 0)


def test_an_option_may_hold_the_separator_of_the_list(tmp_path: Path) -> None:
    options = (OptionMap("industry", "Industry, innovation"), OptionMap("water", "Water"))
    goals = QuestionMap("goals", "several", "delimited", columns=("goals",), delimiter=",", options=options)

    plan = table(tmp_path, "text,goals", 'S1,"Water, Industry, innovation"', mapping=mapping(goals))

    assert answers(plan, "goals") == [{"value": ["industry", "water"]}]


def test_columns_of_zeros_and_ones_are_one_answer(tmp_path: Path) -> None:
    options = (OptionMap("a", columns=("a",)), OptionMap("b", columns=("b",)))
    topics = QuestionMap("topics", "several", "columns", options=options)

    plan = table(tmp_path, "text,a,b", "S1,1,0", "S2,1,1", "S3,0,0", "S4,,", mapping=mapping(topics))

    assert answers(plan, "topics") == [
        {"value": ["a"]}, {"value": ["a", "b"]}, {"state": "skipped"}, {"state": "skipped"},
    ]  # fmt: skip


def test_a_triad_is_read_from_three_columns_and_from_a_point(tmp_path: Path) -> None:
    corners = [OptionMap(c, c, columns=(c,)) for c in ("top", "left", "right")]
    parts = QuestionMap("parts", "triad", "triad_parts", options=tuple(corners))
    bare = tuple(replace(c, columns=()) for c in corners)
    point = QuestionMap("point", "triad", "triad_xy", columns=("x", "y"), options=bare, whole="100", height="full")

    plan = table(
        tmp_path, "text,top,left,right,x,y", "S1,0.5,0.25,0.25,50,50", "S2,33.33,33.33,33.34,100,0",
        mapping=mapping(parts, point),
    )  # fmt: skip

    assert answers(plan, "parts") == [{"value": [5000, 2500, 2500]}, {"value": [3333, 3333, 3334]}]
    assert answers(plan, "point") == [{"value": [5000, 2500, 2500]}, {"value": [0, 0, 10000]}]


@pytest.mark.parametrize("parts", ["0,0,0", "0.5,0.5,0.3", "1.3,0,0", "-0.5,1,0.5", "0.5,,0.5", "a,b,c"])
def test_a_triad_that_is_none_is_named(tmp_path: Path, parts: str) -> None:
    corners = tuple(OptionMap(c, c, columns=(c,)) for c in ("top", "left", "right"))
    plan = table(
        tmp_path, "text,top,left,right", f"S1,{parts}",
        mapping=mapping(QuestionMap("parts", "triad", "triad_parts", options=corners)),
    )  # fmt: skip

    trial = tried(plan)

    assert (trial.new, trial.left_out, trial.errors_count) == (0, 1, 1)


def test_a_row_without_a_story_is_named(tmp_path: Path) -> None:
    assert errors(tried(table(tmp_path, "text,kind", "S1,A", ",B", mapping=mapping(KIND)))) == [
        "stories.csv, row 3, field text: The row has no story. — Fill in the text."
    ]


def test_html_formulas_and_line_breaks_are_kept_letter_by_letter(tmp_path: Path) -> None:
    text = "=2+5 <b>'\"</b>\nsecond line & <script>alert(1)</script>"
    quoted = '"' + text.replace('"', '""') + '"'

    found = documents(
        table(tmp_path, "text,title", f'{quoted},"=HYPERLINK(""x"")"', mapping=mapping(fields={"title": "title"}))
    )

    assert (found[0]["text"], found[0]["title"]) == (text, '=HYPERLINK("x")')


def test_a_story_that_is_longer_than_any_can_be_is_named_and_not_cut(tmp_path: Path) -> None:
    plan = table(tmp_path, "text", "x" * 200_000, "x" * 50_000, mapping=mapping())

    trial = tried(plan)

    assert (trial.new, trial.left_out) == (1, 1)
    assert "200000 characters" in errors(trial)[0]


def test_the_same_row_twice_and_the_same_id_twice_are_named(tmp_path: Path) -> None:
    same_row = tried(
        table(tmp_path, "text,kind", "A story of ours,A", "Other,B", "A story of ours,A", mapping=mapping(KIND))
    )
    same_id = tried(table(tmp_path, "text,id", "One,7", "Two,7", mapping=mapping(fields={"source_id": "id"})))

    assert errors(same_row) == [
        "stories.csv, row 4: The row is the same as row 2 in every cell. — Leave one of the two out."
    ]
    assert errors(same_id) == [
        "stories.csv, row 3, field id: “7” The id stands in row 2 too. — Leave one of the two out."
    ]


def test_the_same_text_with_other_answers_is_brought_in_and_noted(tmp_path: Path) -> None:
    story = "We walked to the office and asked for water."

    trial = tried(table(tmp_path, "text,kind", f"{story},A", f"{story.upper()},B", mapping=mapping(KIND)))

    assert (trial.new, trial.errors_count) == (2, 0)
    assert "The same text stands in row 2." in str(trial.notes[0])


def test_a_day_outside_the_round_is_named(tmp_path: Path) -> None:
    plan = table(
        tmp_path,
        "text,day",
        "S1,2026-03-31",
        "S2,2026-04-01",
        "S3,2026-02-28",
        "S4,31/3/2026",
        mapping=mapping(fields={"collected_on": "day"}),
    )

    trial = tried(plan, target=Target(ROUND, date(2026, 3, 1), date(2026, 4, 1)))

    assert [finding.source.row for finding in trial.errors] == [3, 4]
    assert trial.new == 2


def test_a_date_that_can_be_read_in_two_ways_is_refused_until_its_order_is_said(tmp_path: Path) -> None:
    given = mapping(fields={"collected_on": "day"})

    open_date = tried(table(tmp_path, "text,day", "S1,3/4/2026", mapping=given))
    said = documents(table(tmp_path, "text,day", "S1,3/4/2026", mapping=replace(given, dates="day_first")))

    assert "two ways" in errors(open_date)[0]
    assert said[0]["collected"]["finished_at"] == "2026-04-03T12:00:00Z"


def test_the_day_of_an_event_is_kept_as_its_month(tmp_path: Path) -> None:
    plan = table(tmp_path, "text,when", "S1,2026-03-14", "S2,2026", mapping=mapping(fields={"when": "when"}))

    assert [document["when"] for document in documents(plan)] == ["2026-03", "2026"]


def test_shifted_cells_are_named_as_shifted(tmp_path: Path) -> None:
    sex = QuestionMap(
        "sex",
        "single",
        "choice",
        columns=("sex",),
        options=(OptionMap("f", values=("female",)), OptionMap("m", values=("male",))),
    )
    age = QuestionMap("age", "single", "choice", columns=("age",), options=(OptionMap("young"), OptionMap("old")))
    more = QuestionMap("more", "single", "choice", columns=("more",), options=(OptionMap("yes"), OptionMap("no")))
    plan = table(
        tmp_path, "text,sex,age,more,spare", "S1,female,young,yes,", "S2,,male,old,no", "S3,young,no,,",
        "S4,female,wrong,yes,",
        mapping=mapping(sex, age, more, left_out={"spare": "empty"}),
    )  # fmt: skip

    trial = tried(plan)

    shifted = [str(f) for f in trial.errors if "too far" in f.text]
    assert shifted == [
        "stories.csv, row 3, field age: The cells of this row stand one column too far to the right, from “age” on. — "
        "2 values fit the column beside theirs: move the cells of the row back.",
        "stories.csv, row 4, field sex: The cells of this row stand one column too far to the left, from “sex” on. — "
        "2 values fit the column beside theirs: move the cells of the row back.",
    ]


def test_a_column_that_nothing_explains_stops_the_import(tmp_path: Path) -> None:
    plan = table(tmp_path, "text,kind,odd", "S1,A,x", mapping=mapping(KIND))

    assert ["“odd”" in problem for problem in plan.problems] == [True]


def test_ids_are_the_same_each_time_and_follow_the_row_and_not_its_place(tmp_path: Path) -> None:
    first = documents(table(tmp_path, "text,kind", "S1,A", "S2,B", mapping=mapping(KIND)))
    later = documents(table(tmp_path, "text,kind", "S0,A", "S2,B", "S1,A", mapping=mapping(KIND)))

    assert {d["text"]: d["id"] for d in first}.items() <= {d["text"]: d["id"] for d in later}.items()
    assert len({d["id"] for d in later}) == 3


def test_tellers_share_a_key_that_names_nobody(tmp_path: Path) -> None:
    found = documents(
        table(tmp_path, "text,who", "S1,Amina", "S2,Bea", "S3,Amina", "S4,", mapping=mapping(fields={"teller": "who"}))
    )

    keys = [document["teller"]["key"] for document in found]
    assert keys[0] == keys[2]
    assert len(set(keys)) == 3
    assert "Amina" not in json.dumps(found)


def test_the_voice_comes_from_a_column_or_must_be_stated(tmp_path: Path) -> None:
    plan = table(
        tmp_path, "text,role", "S1,participant", "S2,staff", "S3,somebody",
        mapping=mapping(fields={"role": "role"}, roles={"participant": "rights_holder"}),
    )  # fmt: skip

    rows = placed(plan, role="", missing=plan.to_be_stated)

    assert [row.document["teller"]["role"] for row in rows if row.document] == ["rights_holder", "staff"]
    assert "none of: rights_holder, partner, staff" in str(rows[2].findings[0])
    with pytest.raises(NotStated, match="whose voices"):
        stated(role="")


def test_the_consent_is_stated_and_says_where_it_is_documented(tmp_path: Path) -> None:
    document = documents(table(tmp_path, "text", "S1", mapping=mapping()))[0]

    consent = document["consent"]
    assert (consent["given"], consent["documented"]) == ("documented", "Register of consents, folder 3")
    assert [name for name, agreed in consent["purposes"].items() if agreed] == ["keep", "learn"]
    assert document["withdrawal"] is None


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"documented": " "}, "where the consent is documented"),
        ({"purposes": frozenset({"learn"})}, "Without consent to keep"),
        ({"purposes": frozenset({"keep", "public_text"})}, "needs consent to learn"),
        ({"purposes": frozenset({"keep", "photo"})}, "No photos and voices"),
        ({"purposes": frozenset({"keep", "sell"})}, "none of the purposes"),
        ({"collected_by": ""}, "how the stories were collected"),
        ({"collected_by": "facilitator"}, "nothing says who"),
        ({"collected_on": None}, "on which day"),
        ({"language": ""}, "in which language"),
        ({"visibility": "all"}, "who may read"),
        ({"guardian": "teacher"}, "agreed for a child"),
    ],
)
def test_what_is_not_stated_is_asked_for(changes: dict[str, object], sentence: str) -> None:
    with pytest.raises(NotStated, match=sentence):
        stated(**changes)


def test_a_teller_who_did_not_agree_is_left_out_and_only_counted(tmp_path: Path) -> None:
    plan = table(
        tmp_path, "text,keep,learn", "S1,yes,no", "S2,no,yes", "S3,,", "S4,perhaps,yes",
        mapping=mapping(consent={"keep": "keep", "learn": "learn"}),
    )  # fmt: skip

    trial = tried(plan)

    assert (trial.new, trial.without_consent, trial.errors_count) == (1, 3, 0)
    purposes = trial.samples[0].document["consent"]["purposes"]  # type: ignore[index]  # a sample has a document
    assert (purposes["keep"], purposes["learn"]) == (True, False)


def test_a_child_is_taken_in_only_when_it_is_stated_who_agreed_for_it(tmp_path: Path) -> None:
    age = QuestionMap(
        "age", "single", "choice", columns=("age",), options=(OptionMap("child", minor=True), OptionMap("grown"))
    )
    plan = table(tmp_path, "text,age", "S1,child", "S2,grown", mapping=mapping(age))

    alone = tried(plan)
    with_parent = documents(plan, guardian="parent")

    assert (alone.new, alone.left_out) == (1, 1)
    assert "A parent or guardian must agree too" in errors(alone)[0]
    assert [d["consent"]["minor"] for d in with_parent] == [{"given_by": "parent", "assent": True}, None]


def test_which_of_several_prompts_was_answered_must_be_said(tmp_path: Path) -> None:
    two = (PromptMap("best", "The best", ("B",)), PromptMap("worst", "The worst", ("W",)))
    plan = table(tmp_path, "text,asked", "S1,B", "S2,", mapping=mapping(fields={"prompt": "asked"}, prompts=two))

    assert [row.document is None for row in placed(plan)] == [False, True]
    assert [d["prompt"] for d in documents(plan, prompt="worst")] == ["best", "worst"]


def test_a_workbook_is_read_like_a_table(tmp_path: Path) -> None:
    content = workbook(
        [("text", "kind", "day"), ("Story <b>", "A", date(2026, 3, 4)), ("Other", "B", date(2026, 3, 5))]
    )

    plan = plan_of(files=[write(tmp_path, "book.xlsx", content)], mapping=mapping(KIND, fields={"collected_on": "day"}))

    found = documents(plan)
    assert [d["text"] for d in found] == ["Story <b>", "Other"]
    assert [d["collected"]["finished_at"][:10] for d in found] == ["2026-03-04", "2026-03-05"]


def test_a_mapping_is_the_same_after_it_was_written_and_read() -> None:
    given = mapping(KIND, fields={"title": "t"}, roles={"x": "staff"}, left_out={"y": "why"}, dates="day_first")

    assert StoryMapping.from_text(given.to_text()) == given


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "not JSON"),
        ("[]", "schema"),
        ('{"schema": "egenmakt.story-mapping.1"}', "which column holds the story"),
        ('{"schema": "egenmakt.story-mapping.1", "fields": {"text": "t"}, "odd": 1}', "no place for “odd”"),
        ('{"schema": "egenmakt.story-mapping.1", "fields": {"text": 1}}', "cannot be"),
        ('{"schema": "egenmakt.story-mapping.1", "fields": {"text": "t"}, "questions": [{"code": "a"}]}', "missing"),
        ('{"schema": "egenmakt.story-mapping.1", "fields": {"text": "t"}, "place_level": "village"}', "place_level"),
        ('{"schema": "egenmakt.story-mapping.1", "fields": {"text": "t"}, "questions": [{"code": "a", '
         '"type": "slider", "how": "scale", "columns": ["a"]}]}', "needs “low”"),
    ],
)  # fmt: skip
def test_a_mapping_that_cannot_be_used_says_why(text: str, sentence: str) -> None:
    with pytest.raises(InvalidMapping, match=sentence):
        StoryMapping.from_text(text)
