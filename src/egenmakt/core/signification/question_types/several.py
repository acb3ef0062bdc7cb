"""Several choices: any number of options, or at most so many."""

from __future__ import annotations

from egenmakt.core.signification.problems import Problem, problem
from egenmakt.core.signification.question import Question
from egenmakt.core.signification.question_types.base import (
    QuestionType,
    check_options,
    choice_fields,
    options_schema,
    own_words_is_an_option,
)
from egenmakt.core.signification.question_types.fields import JsonSchema, Whole
from egenmakt.core.words import _


def _check(question: Question, value: object) -> list[Problem]:
    return check_options(question, value, question.number("most"))


def _schema(question: Question | None) -> JsonSchema:
    return options_schema(question, question.number("most") if question else 0)


def _check_question(question: Question) -> list[Problem]:
    found = own_words_is_an_option(question)
    most, options = question.number("most"), len(question.options)
    if most > options:
        found.append(problem("most_above_options", "/most", most=most, options=options))
    return found


TYPE = QuestionType(
    name="several",
    words=_("Any number of the options, or at most so many."),
    control="choices",
    check=_check,
    schema=_schema,
    fields={**choice_fields(), "most": Whole(0, 60, default=0)},
    check_question=_check_question,
)
"""`most` 0 means that all may be chosen."""
