"""Slider: a place between two ends, from 0 to 100."""

from __future__ import annotations

from egenmakt.core.signification.problems import Problem
from egenmakt.core.signification.question import Question
from egenmakt.core.signification.question_types.base import QuestionType, check_whole
from egenmakt.core.signification.question_types.fields import JsonSchema, Words
from egenmakt.core.words import _

MOST = 100


def _check(question: Question, value: object) -> list[Problem]:
    return check_whole(value, 0, MOST)


def _schema(question: Question | None) -> JsonSchema:
    return {"type": "integer", "minimum": 0, "maximum": MOST}


TYPE = QuestionType(
    name="slider",
    words=_("A place between two ends, from 0 to 100."),
    control="slider",
    check=_check,
    schema=_schema,
    fields={"left": Words(), "right": Words()},
)
