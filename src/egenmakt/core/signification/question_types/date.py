"""Date: a day, a month or a year, as precise as asked and not more."""

from __future__ import annotations

from datetime import date

from egenmakt.core.signification.problems import Problem, problem
from egenmakt.core.signification.question import Question
from egenmakt.core.signification.question_types.base import QuestionType
from egenmakt.core.signification.question_types.fields import JsonSchema, OneOf
from egenmakt.core.signification.reading import has_form
from egenmakt.core.words import _

FORMS = {"day": r"^\d{4}-\d{2}-\d{2}$", "month": r"^\d{4}-\d{2}$", "year": r"^\d{4}$"}
EXAMPLES = {"day": "2026-03-02", "month": "2026-03", "year": "2026"}


def date_problems(value: object, precisions: tuple[str, ...]) -> list[Problem]:
    """What is wrong with a date that is to be as precise as one of these: day, month or year."""
    fitting = [each for each in precisions if isinstance(value, str) and has_form(FORMS[each], value)]
    if not fitting:
        return [problem("wrong_precision", given=value, form=" / ".join(EXAMPLES[each] for each in precisions))]
    text = str(value)
    try:
        date.fromisoformat(text + "-01-01"[len(text) - 4 :])
    except ValueError:
        return [problem("no_such_date", given=value)]
    return []


def _check(question: Question, value: object) -> list[Problem]:
    return date_problems(value, (question.word("precision"),))


def _schema(question: Question | None) -> JsonSchema:
    if question:
        return {"type": "string", "pattern": FORMS[question.word("precision")]}
    return {"type": "string", "pattern": r"^\d{4}(-\d{2}){0,2}$"}


TYPE = QuestionType(
    name="date",
    words=_("A day, a month or a year."),
    control="date",
    check=_check,
    schema=_schema,
    fields={"precision": OneOf(("day", "month", "year"), default="month")},
)
