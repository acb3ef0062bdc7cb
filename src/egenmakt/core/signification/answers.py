"""Answers: a value, does not apply, skipped and not asked are four different things; and which questions are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from egenmakt.core.signification.framework import Framework
from egenmakt.core.signification.problems import Problem, problem
from egenmakt.core.signification.question import Question
from egenmakt.core.signification.question_types import QUESTION_TYPES
from egenmakt.core.signification.reading import Reading
from egenmakt.core.signification.values import Value, as_json, kept

State = Literal["answered", "does_not_apply", "skipped", "not_asked"]
STATES: Final = ("does_not_apply", "skipped")
"""The states that a document may name. A question that was not asked has no answer in it."""
OWN_WORDS_MAX: Final = 2000


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one question. Zero is a value like any other."""

    state: State
    value: Value | None = None
    own_words: str = ""

    def __post_init__(self) -> None:
        if (self.state == "answered") != (self.value is not None):
            raise ValueError("An answer has a value exactly when it is answered.")
        if self.own_words and self.state != "answered":
            raise ValueError("Own words belong to a value.")

    @property
    def chosen(self) -> tuple[str, ...]:
        """The options chosen, as a list also where only one could be."""
        if isinstance(self.value, str):
            return (self.value,)
        return tuple(item for item in self.value if isinstance(item, str)) if isinstance(self.value, tuple) else ()


NOT_ASKED: Final = Answer("not_asked")


def is_shown(question: Question, answers: Mapping[str, Answer]) -> bool:
    """Whether skip logic shows a question after these answers to the earlier ones.

    An earlier question that was itself not shown, skipped or does not apply shows nothing.
    """
    if question.show_if is None:
        return True
    decider = answers.get(question.show_if.question, NOT_ASKED)
    return decider.state == "answered" and any(code in question.show_if.any_of for code in decider.chosen)


def read_answers(
    data: object, *, framework: Framework, where: str = "/answers"
) -> tuple[dict[str, Answer], list[Problem]]:
    """The answers to every question of the framework in its order, and every problem.

    Questions about the teller are asked once for a teller: a later story may leave all of them out together.
    """
    reading = Reading()
    if not isinstance(data, Mapping):
        return {}, [problem("not_an_object", where)]
    known = {question.code for question in framework.questions}
    for code in data:
        if code not in known:
            reading.note("unknown_question", f"{where}/{code}", question=code)
    teller_asked = any(question.code in data for question in framework.about("teller"))
    answers: dict[str, Answer] = {}
    for question in framework.questions:
        here = f"{where}/{question.code}"
        shown = is_shown(question, answers)
        if question.about == "teller" and not teller_asked:
            shown = False
        if question.code in data:
            if not shown:
                reading.note("not_shown", here, question=question.code)
                answers[question.code] = NOT_ASKED
            else:
                answers[question.code] = _read_answer(reading, data[question.code], here, question)
        else:
            if shown:
                reading.note("answer_missing", where, question=question.code)
            answers[question.code] = NOT_ASKED
    return answers, reading.problems


def _read_answer(reading: Reading, value: object, where: str, question: Question) -> Answer:
    given = reading.fields(value, where, required=(), optional=("value", "state", "own_words"))
    if not isinstance(value, Mapping):
        return NOT_ASKED
    if ("value" in given) == ("state" in given):
        if "value" in given:
            reading.note("value_and_state", where)
        else:
            reading.note("missing", where, field="value")
        return NOT_ASKED
    if "state" in given:
        return _read_state(reading, given, where, question)
    problems = QUESTION_TYPES[question.type].check(question, given["value"])
    reading.add(problems, f"{where}/value")
    if problems:
        return NOT_ASKED
    answer = Answer("answered", kept(given["value"]))
    if "own_words" not in given:
        return answer
    return Answer(
        "answered", answer.value, _read_own_words(reading, given["own_words"], where, question, answer.chosen)
    )


def _read_state(reading: Reading, given: Mapping[str, object], where: str, question: Question) -> Answer:
    state = reading.one_of(given["state"], f"{where}/state", STATES)
    if "own_words" in given:
        reading.note("no_own_words", f"{where}/own_words")
    if given["state"] == "does_not_apply" and not question.may_not_apply:
        reading.note("always_applies", f"{where}/state", question=question.code)
    if given["state"] == "skipped" and question.required:
        reading.note("answer_required", f"{where}/state", question=question.code)
    return Answer("does_not_apply" if state == "does_not_apply" else "skipped")


def _read_own_words(reading: Reading, value: object, where: str, question: Question, chosen: Sequence[str]) -> str:
    own_words = reading.text(value, f"{where}/own_words", most=OWN_WORDS_MAX)
    if not question.own_words:
        reading.note("no_own_words", f"{where}/own_words")
    elif question.own_words not in chosen:
        reading.note("own_words_without_option", f"{where}/own_words", option=question.own_words)
    return own_words


def answers_json(answers: Mapping[str, Answer]) -> dict[str, Any]:
    """The answers as they stand in a story document: what was not asked is not there."""
    return {code: _answer_json(answer) for code, answer in answers.items() if answer.state != "not_asked"}


def _answer_json(answer: Answer) -> dict[str, object]:
    if answer.value is None:
        return {"state": answer.state}
    written: dict[str, object] = {"value": as_json(answer.value)}
    return written | ({"own_words": answer.own_words} if answer.own_words else {})


def is_minor(framework: Framework, answers: Mapping[str, Answer]) -> bool:
    """Whether the teller is a child by an option that says so, such as an age band under 18."""
    return any(
        option.minor and option.code in answers[question.code].chosen
        for question in framework.questions
        if QUESTION_TYPES[question.type].is_choice and question.code in answers
        for option in question.options
    )
