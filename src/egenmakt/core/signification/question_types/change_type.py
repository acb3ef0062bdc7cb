"""Type of change: which kind of change the teller says it was, among them none, a change for the worse, and other."""

from __future__ import annotations

from egenmakt.core.signification.problems import Problem
from egenmakt.core.signification.question import Question
from egenmakt.core.signification.question_types.base import (
    QuestionType,
    check_options,
    choice_fields,
    options_schema,
    own_words_is_an_option,
)
from egenmakt.core.signification.question_types.fields import Flag, JsonSchema
from egenmakt.core.words import _


def _most(question: Question | None) -> int:
    return 1 if question and not question.flag("several") else 0


def _check(question: Question, value: object) -> list[Problem]:
    return check_options(question, value, _most(question))


def _schema(question: Question | None) -> JsonSchema:
    return options_schema(question, _most(question))


TYPE = QuestionType(
    name="change_type",
    words=_("What kind of change it was, in the teller's own judgement; each kind belongs to an outcome area."),
    control="choices",
    check=_check,
    schema=_schema,
    fields={**choice_fields("area", "direction", needs=("direction",)), "several": Flag()},
    check_question=own_words_is_an_option,
)
