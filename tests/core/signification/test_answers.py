"""Answers: four states that are never mixed up, and skip logic."""

from __future__ import annotations

from typing import Any

import pytest

from egenmakt.core.signification.answers import NOT_ASKED, Answer, answers_json, is_minor, read_answers
from tests.support.signification import a_framework, options, question

WIDTH: dict[str, Any] = {"left": {"en": "Little"}, "right": {"en": "Much"}, "may_not_apply": True}
CHAIN = a_framework(
    question("lent", "single", options=options("yes", "no"), may_not_apply=True),
    question("repaid", "single", options=options("yes", "no"), show_if={"question": "lent", "any_of": ["yes"]}),
    question("why", "text", show_if={"question": "repaid", "any_of": ["no"]}),
    question("weight", "slider", **WIDTH),
    question("age", "single", about="teller", options=options("child", "adult")),
    question("town", "text", about="teller"),
)


def read(**given: Any) -> tuple[dict[str, Answer], list[tuple[str, str]]]:
    answers, problems = read_answers({"weight": {"value": 0}, **given}, framework=CHAIN)
    return answers, [(each.code, each.where) for each in problems]


def test_zero_does_not_apply_skipped_and_not_asked_are_four_different_things() -> None:
    found = [
        read(lent={"value": "no"}, weight=answer)[0]["weight"]
        for answer in ({"value": 0}, {"state": "does_not_apply"}, {"state": "skipped"})
    ]
    not_asked = read(lent={"value": "no"})[0]["repaid"]

    assert [(each.state, each.value) for each in (*found, not_asked)] == [
        ("answered", 0),
        ("does_not_apply", None),
        ("skipped", None),
        ("not_asked", None),
    ]
    assert not_asked == NOT_ASKED


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({"lent": {"value": "no"}}, ["lent"]),
        ({"lent": {"state": "skipped"}}, ["lent"]),
        ({"lent": {"state": "does_not_apply"}}, ["lent"]),
        ({"lent": {"value": "yes"}, "repaid": {"value": "yes"}}, ["lent", "repaid"]),
        ({"lent": {"value": "yes"}, "repaid": {"state": "skipped"}}, ["lent", "repaid"]),
        ({"lent": {"value": "yes"}, "repaid": {"value": "no"}, "why": {"value": "Rain"}}, ["lent", "repaid", "why"]),
    ],
)
def test_a_question_is_shown_only_after_the_answer_that_asks_for_it(given: dict[str, Any], shown: list[str]) -> None:
    answers, problems = read(**given)

    assert problems == []
    assert [code for code in ("lent", "repaid", "why") if answers[code] != NOT_ASKED] == shown
    assert list(answers_json(answers)) == [*shown, "weight"]


def test_what_hangs_on_a_question_that_was_not_shown_is_not_shown_either() -> None:
    _, problems = read(lent={"value": "no"}, repaid={"value": "no"}, why={"value": "Rain"})

    assert problems == [("not_shown", "/answers/repaid"), ("not_shown", "/answers/why")]


def test_the_teller_is_asked_once_and_then_wholly() -> None:
    assert read(lent={"value": "no"})[1] == []
    assert read(lent={"value": "no"}, age={"value": "adult"})[1] == [("answer_missing", "/answers")]
    assert read(lent={"value": "no"}, age={"value": "adult"}, town={"state": "skipped"})[1] == []


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ({}, ("missing", "/answers/lent")),
        ({"state": "not_asked"}, ("not_one_of", "/answers/lent/state")),
        ({"state": None}, ("not_one_of", "/answers/lent/state")),
        ({"state": "skipped", "own_words": "no"}, ("no_own_words", "/answers/lent/own_words")),
        ({"value": "no", "own_words": "no"}, ("no_own_words", "/answers/lent/own_words")),
        ({"value": None}, ("not_text", "/answers/lent/value")),
        ({"value": "no", "mood": 5}, ("unknown_field", "/answers/lent")),
        ("no", ("not_an_object", "/answers/lent")),
        (None, ("not_an_object", "/answers/lent")),
    ],
)
def test_what_is_neither_a_value_nor_a_state_is_refused(answer: object, problem: tuple[str, str]) -> None:
    assert read(lent=answer)[1] == [problem]


@pytest.mark.parametrize("junk", [None, [], "{}", 5])
def test_answers_are_an_object(junk: object) -> None:
    answers, problems = read_answers(junk, framework=CHAIN)

    assert answers == {}
    assert [each.code for each in problems] == ["not_an_object"]


def test_an_answer_checks_itself() -> None:
    with pytest.raises(ValueError, match="exactly when it is answered"):
        Answer("skipped", 0)
    with pytest.raises(ValueError, match="exactly when it is answered"):
        Answer("answered")
    with pytest.raises(ValueError, match="belong to a value"):
        Answer("skipped", own_words="because")


def test_a_teller_is_a_child_by_an_option_that_says_so() -> None:
    bands = [{**band, "minor": band["code"] == "child"} for band in options("child", "adult")]
    framework = a_framework(question("age", "single", about="teller", options=bands))

    assert is_minor(framework, {"age": Answer("answered", "child")})
    assert not is_minor(framework, {"age": Answer("answered", "adult")})
    assert not is_minor(framework, {"age": Answer("skipped")})
    assert not is_minor(framework, {})
