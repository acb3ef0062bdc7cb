"""Triad: how much of each of three, as three parts of a whole; also a mark in a triangle."""

from __future__ import annotations

from egenmakt.core.signification.problems import Problem
from egenmakt.core.signification.question import Question
from egenmakt.core.signification.question_types.base import QuestionType, check_parts, parts_schema
from egenmakt.core.signification.question_types.fields import JsonSchema, Marks
from egenmakt.core.words import _


def _check(question: Question, value: object) -> list[Problem]:
    return check_parts(value, 3)


def _schema(question: Question | None) -> JsonSchema:
    return parts_schema(3)


TYPE = QuestionType(
    name="triad",
    words=_("How much of each of three: three parts of a whole, or a mark in a triangle."),
    control="triad",
    check=_check,
    schema=_schema,
    fields={"corners": Marks(least=3, most=3)},
)
