"""Dyad: how much of one and how much of the other, as two parts of a whole."""

from __future__ import annotations

from egenmakt.core.signification.problems import Problem
from egenmakt.core.signification.question import Question
from egenmakt.core.signification.question_types.base import QuestionType, check_parts, parts_schema
from egenmakt.core.signification.question_types.fields import JsonSchema, Words
from egenmakt.core.words import _


def _check(question: Question, value: object) -> list[Problem]:
    return check_parts(value, 2)


def _schema(question: Question | None) -> JsonSchema:
    return parts_schema(2)


TYPE = QuestionType(
    name="dyad",
    words=_("How much of one and how much of the other: two parts of a whole."),
    control="dyad",
    check=_check,
    schema=_schema,
    fields={"left": Words(), "right": Words()},
)
