"""Frameworks: what is refused and where, what may follow, and the one that is shipped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from egenmakt.core.signification.consent import PURPOSES
from egenmakt.core.signification.differences import differences, successor_problems, unmapped
from egenmakt.core.signification.framework import Framework, Unreadable, read_framework, shipped, words
from egenmakt.core.signification.question_types import QUESTION_TYPES
from egenmakt.core.signification.translations import missing
from egenmakt.core.signification.washington_group import (
    ANSWERS,
    DOMAINS,
    PREFIX,
    QUESTIONS,
    washington_group_questions,
    washington_group_status,
)
from tests.support.signification import a_framework, framework_document, id_of, options, question

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "forms"


def refused(*questions: dict[str, Any], **changes: Any) -> list[tuple[str, str]]:
    with pytest.raises(Unreadable) as unreadable:
        read_framework(framework_document(*questions, **changes))
    return sorted((each.code, each.where) for each in unreadable.value.problems)


CHOICE = question("kind", "single", options=options("good", "bad"))
TRIAD = question("who", "triad", corners=options("we", "they", "chance"))
PICTURES = question("face", "picture", options=options("x", "y"), own_words="x")


@pytest.mark.parametrize(
    ("questions", "problems"),
    [
        ([question("a", "oracle", ball="glass")], [("unknown_type", "/questions/0/type")]),
        ([question("a", "slider")], [("missing", "/questions/0"), ("missing", "/questions/0")]),
        ([CHOICE, CHOICE], [("twice", "/questions/1/code")]),
        ([question("a", "single", options=options("x", "x"))], [("twice", "/questions/0/options/1/code")]),
        ([question("a", "single", options=options("x"))], [("too_few", "/questions/0/options")]),
        ([question("a", "triad", corners=options("x", "y"))], [("too_few", "/questions/0/corners")]),
        ([question("A b", "text")], [("not_a_code", "/questions/0/code")]),
        ([question("a", "text", required=1)], [("not_yes_or_no", "/questions/0/required")]),
        ([question("a", "text", most=True)], [("not_whole", "/questions/0/most")]),
        ([question("a", "several", options=options("x", "y"), most=3)], [("most_above_options", "/questions/0/most")]),
        ([PICTURES], [("no_picture", "/questions/0/options/1")]),
        ([question("a", "number", least="5", most="2")], [("least_above_most", "/questions/0/least")]),
        ([question("a", "number", least=5)], [("not_decimal", "/questions/0/least")]),
        ([question("a", "number", least="-0")], [("negative_zero", "/questions/0/least")]),
        ([CHOICE | {"own_words": "else"}], [("unknown_option", "/questions/0/own_words")]),
        ([CHOICE | {"text": {}}], [("no_source_text", "/questions/0/text")]),
        ([CHOICE | {"text": {"en": "What?", "sv": "Vad?"}}], [("language_not_listed", "/questions/0/text")]),
        ([CHOICE | {"text": {"en": " "}}], [("empty_text", "/questions/0/text/en")]),
        ([CHOICE | {"text": {"en": "a\ud800"}}], [("half_character", "/questions/0/text/en")]),
    ],
)  # fmt: skip
def test_a_broken_question_is_refused_at_its_place(
    questions: list[dict[str, Any]], problems: list[tuple[str, str]]
) -> None:
    assert refused(*questions) == sorted(problems)


@pytest.mark.parametrize(
    ("show_if", "problem"),
    [
        ({"question": "later", "any_of": ["good"]}, ("not_earlier", "/questions/2/show_if/question")),
        ({"question": "asked", "any_of": ["good"]}, ("not_earlier", "/questions/2/show_if/question")),
        ({"question": "who", "any_of": ["we"]}, ("not_a_choice", "/questions/2/show_if/question")),
        ({"question": "kind", "any_of": ["ugly"]}, ("unknown_option", "/questions/2/show_if/any_of/0")),
        ({"question": "kind", "any_of": []}, ("too_few", "/questions/2/show_if/any_of")),
    ],
)
def test_only_an_earlier_choice_decides_whether_a_question_is_shown(
    show_if: dict[str, Any], problem: tuple[str, str]
) -> None:
    later = question("later", "single", options=options("good", "bad"))

    assert refused(CHOICE, TRIAD, question("asked", "text", show_if=show_if), later) == [problem]


def test_every_problem_is_named_at_once() -> None:
    found = refused(
        question("a", "oracle"),
        schema="egenmakt.framework.0",
        id="7",
        version=0,
        languages=["en", "en", "English"],
        mapping={"gone": "nowhere", "a": "a"},
        translation_state={"en": "machine", "fr": "machine"},
        colour="red",
        consent={"version": "1", "intro": {"en": "Hello"}, "purposes": {"learn": {"en": "Learn?"}, "sell": {}}},
    )

    assert found == [
        ("language_not_listed", "/translation_state/fr"),
        ("mapping_from_present", "/mapping/a"),
        ("mapping_to_nothing", "/mapping/gone"),
        ("no_keep_text", "/consent/purposes"),
        ("not_a_language", "/languages/2"),
        ("not_an_id", "/id"),
        ("out_of_range", "/version"),
        ("translation_of_source", "/translation_state/en"),
        ("twice", "/languages/1"),
        ("unknown_field", ""),
        ("unknown_field", "/consent/purposes"),
        ("unknown_type", "/questions/0/type"),
        ("wrong_schema", "/schema"),
    ]


@pytest.mark.parametrize("junk", [None, [], "{}", 5, True])
def test_what_is_not_an_object_is_no_framework(junk: object) -> None:
    with pytest.raises(Unreadable, match="object with named fields"):
        read_framework(junk)


def next_version(*questions: dict[str, Any], **changes: Any) -> Framework:
    return a_framework(*questions, version=2, **changes)


def test_a_used_version_can_only_be_followed_by_the_next() -> None:
    old = a_framework(CHOICE, TRIAD)

    assert successor_problems(old, old, used=True) == []
    assert successor_problems(old, a_framework(CHOICE), used=False) == []
    assert [each.code for each in successor_problems(old, a_framework(CHOICE), used=True)] == ["frozen"]
    assert successor_problems(old, next_version(CHOICE), used=True) == []
    assert [each.code for each in successor_problems(old, a_framework(version=3), used=True)] == ["version_not_next"]
    other = next_version(id=id_of(10))
    assert [each.code for each in successor_problems(old, other, used=True)] == ["other_framework_follows"]


def test_a_question_that_was_removed_after_use_is_named_and_its_answers_are_kept() -> None:
    old, new = a_framework(CHOICE, TRIAD), next_version(CHOICE)

    (change,) = differences(old, new)
    assert (change.kind, change.old, change.breaks_series) == ("question_removed", "who", True)
    assert str(change) == "The question who is gone. Its answers are kept."
    assert [each.values["given"] for each in unmapped(old, new)] == ["who"]


def test_a_question_and_an_option_that_were_renamed_stay_one_series_by_mapping() -> None:
    renamed = question("sort", "single", options=options("better", "bad"))
    mapping = {"kind": "sort", "kind/good": "sort/better"}

    changes = differences(a_framework(CHOICE), next_version(renamed, mapping=mapping))

    assert [(each.kind, each.old, each.new) for each in changes] == [
        ("question_renamed", "kind", "sort"),
        ("option_renamed", "kind/good", "sort/better"),
        ("text_changed", "questions/sort/text", "questions/sort/text"),
        ("text_changed", "questions/sort/options/better", "questions/sort/options/better"),
    ]
    assert not any(each.breaks_series for each in changes)


def test_other_consent_texts_need_a_version_of_their_own() -> None:
    old = a_framework(languages=["en", "sv"])
    texts = {"version": "1", "intro": {"en": "You decide."}, "purposes": {"keep": {"en": "May we keep?"}}}
    same = {name: {"en": f"May we {name}?"} for name in PURPOSES}
    translated = {name: {**text, "sv": "Får vi?"} for name, text in same.items()}
    reworded = {**same, "donor": {"en": "May donors read it?"}}

    def refusals(**consent: Any) -> list[str]:
        new = next_version(languages=["en", "sv"], consent=texts | consent)
        return [each.code for each in successor_problems(old, new, used=True)]

    assert refusals(purposes=same) == refusals(purposes=translated) == []
    assert refusals() == refusals(purposes=reworded) == ["consent_not_new"]
    assert refusals(purposes=same, intro={"en": "We decide."}) == ["consent_not_new"]
    assert refusals(purposes=reworded, version="2") == []


def test_every_kind_of_change_is_told() -> None:
    new = next_version(
        question("who", "dyad", left={"en": "We"}, right={"en": "They"}),
        CHOICE | {"required": True, "options": options("good", "ugly")},
        question("why", "text"),
        languages=["en", "sv"],
        prompts=[{"code": "day", "text": {"en": "Which day?"}}],
        consent={"version": "2", "intro": {"en": "You decide."}, "purposes": {"keep": {"en": "May we keep?"}}},
    )

    assert [(each.kind, each.old, each.new) for each in differences(a_framework(CHOICE, TRIAD), new)] == [
        ("question_added", "", "why"),
        ("question_moved", "", ""),
        ("rules_changed", "kind", "kind"),
        ("type_changed", "who", "who"),
        ("option_removed", "kind/bad", ""),
        ("option_added", "", "kind/ugly"),
        ("prompt_added", "", "day"),
        ("prompt_removed", "change", ""),
        ("language_added", "", "sv"),
        ("consent_changed", "1", "2"),
    ]


CHANGE = shipped()


def test_the_shipped_framework_asks_about_ten_questions_besides_the_profile() -> None:
    assert " ".join(question.code for question in CHANGE.about("story")) == (
        "kind needed significance who_acted against feeling made_possible reach lasting step place"
    )
    assert [question.code for question in CHANGE.about("teller")] == [
        "age_band",
        "sex",
        *(PREFIX + each for each in DOMAINS),
    ]
    assert len(CHANGE.prompts) == 3


def test_the_shipped_framework_is_whole_in_all_its_languages_and_says_how_they_came_about() -> None:
    assert CHANGE.languages == ("en", "sv", "ar", "ne")
    assert missing(CHANGE) == ()
    assert dict(CHANGE.translation_state) == {"sv": "unreviewed", "ar": "machine", "ne": "machine"}
    assert tuple(CHANGE.consent.purposes) == tuple(PURPOSES)


def test_the_types_of_change_are_the_four_areas_and_none_worse_and_other() -> None:
    kind = CHANGE.question("kind")

    assert [(each.area, each.direction) for each in kind.options] == [
        ("collective_action", "better"),
        ("economic_independence", "better"),
        ("participation", "better"),
        ("organisation", "better"),
        ("", "none"),
        ("", "worse"),
        ("", "other"),
    ]
    assert kind.own_words == "other"
    assert kind.flag("several")
    assert [each.code for each in CHANGE.question("age_band").options if each.minor] == ["under_18"]


def test_words_are_given_in_the_readers_language_or_the_source() -> None:
    title = CHANGE.title

    assert words(title, "sv-FI", "en") == "En förändring, som du ser den"
    assert words(title, "uk", "en") == "A change, as you see it"


def test_the_shipped_framework_asks_the_washington_group_questions_as_they_are() -> None:
    for expected in washington_group_questions():
        asked = CHANGE.question(expected.code)
        assert {language: asked.text[language] for language in ("en", "sv")} == expected.text
        assert {
            option.code: {language: option.text[language] for language in ("en", "sv")} for option in asked.options
        } == ANSWERS
        assert {language: text for language, text in asked.help.items() if language in ("en", "sv")} == expected.help


def test_the_wording_of_the_washington_group_is_the_one_used_in_the_field() -> None:
    if not SHARED.exists():
        pytest.skip("the form with the set, ../shared/data/forms, is not here")
    (path,) = SHARED.glob("*.xlsx")
    book = openpyxl.load_workbook(path, read_only=True)
    cells = {str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell}

    # the form asks about others and leaves out the grammar: "Does he/she has difficulty seeing"
    for text in QUESTIONS.values():
        about_others = text["en"].replace("Do you have", "Does he/she has").replace("do you have", "does he/she has")
        assert about_others.replace("your usual", "his/her usual") in cells
    assert {answer["en"] for answer in ANSWERS.values()} <= cells


@pytest.mark.parametrize(
    ("severe", "others", "status"),
    [
        ({}, "no_difficulty", "without_disability"),
        ({}, "some_difficulty", "without_disability"),
        ({"seeing": "a_lot_of_difficulty"}, "no_difficulty", "with_disability"),
        ({"self_care": "cannot_do_at_all"}, "some_difficulty", "with_disability"),
        ({"walking": "a_lot_of_difficulty"}, None, "with_disability"),
        ({"walking": "no_difficulty"}, None, "unknown"),
        ({"walking": None}, "some_difficulty", "unknown"),
    ],
)
def test_disability_is_one_domain_at_a_lot_of_difficulty(
    severe: dict[str, str | None], others: str | None, status: str
) -> None:
    assert washington_group_status(dict.fromkeys(DOMAINS, others) | severe) == status


def test_an_answer_that_is_not_of_the_set_is_not_scored() -> None:
    with pytest.raises(ValueError, match="blurry is not of the Washington Group"):
        washington_group_status({"seeing": "blurry"})


def test_each_question_type_has_one_line_and_its_own_name() -> None:
    assert {name: kind.name for name, kind in QUESTION_TYPES.items()} == {name: name for name in QUESTION_TYPES}
    assert list(QUESTION_TYPES) == [
        "change_type", "single", "several", "picture", "slider", "dyad", "triad", "stones", "text", "number", "date",
        "place", "audio", "photo",
    ]  # fmt: skip
