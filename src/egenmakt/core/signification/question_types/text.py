"""Free text: the teller's own words, on a line or in a field."""

from __future__ import annotations

from egenmakt.core.signification.problems import Problem, problem
from egenmakt.core.signification.question import Question
from egenmakt.core.signification.question_types.base import QuestionType
from egenmakt.core.signification.question_types.fields import Flag, JsonSchema, Whole
from egenmakt.core.signification.reading import text_problems
from egenmakt.core.words import _

MOST = 10_000


def _most(question: Question | None) -> int:
    return question.number("most", MOST) if question else MOST


def _check(question: Question, value: object) -> list[Problem]:
    if not isinstance(value, str):
        return [problem("not_text", given=value)]
    if not value.strip():
        return [problem("empty_text")]
    return text_problems(value, _most(question))


def _schema(question: Question | None) -> JsonSchema:
    return {"type": "string", "minLength": 1, "maxLength": _most(question)}


TYPE = QuestionType(
    name="text",
    words=_("The teller's own words, on a line or in a large field."),
    control="text",
    check=_check,
    schema=_schema,
    fields={"long": Flag(), "most": Whole(1, MOST, default=2000)},
)
