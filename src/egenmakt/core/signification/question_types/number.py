"""Number: a decimal number within limits, kept exactly as text."""

from __future__ import annotations

from decimal import Decimal

from egenmakt.core.signification.problems import Problem, problem
from egenmakt.core.signification.question import Question
from egenmakt.core.signification.question_types.base import QuestionType
from egenmakt.core.signification.question_types.fields import (
    DECIMAL,
    LIMIT,
    JsonSchema,
    Whole,
    is_decimal,
    is_negative_zero,
)
from egenmakt.core.words import _


def _form(value: object, decimals: int) -> list[Problem]:
    if not isinstance(value, str) or not is_decimal(value):
        return [problem("not_decimal", given=value)]
    if is_negative_zero(value):
        return [problem("negative_zero", given=value)]
    if len(value.partition(".")[2]) > decimals:
        return [problem("too_many_decimals", given=value, most=decimals)]
    return []


def _check(question: Question, value: object) -> list[Problem]:
    found = _form(value, question.number("decimals"))
    if found:
        return found
    least, most = question.word("least"), question.word("most")
    number = Decimal(str(value))
    if (least and number < Decimal(least)) or (most and number > Decimal(most)):
        return [problem("out_of_range", given=value, least=least or "−∞", most=most or "∞")]
    return []


def _schema(question: Question | None) -> JsonSchema:
    return {"type": "string", "pattern": DECIMAL}


def _check_question(question: Question) -> list[Problem]:
    least, most = question.word("least"), question.word("most")
    found = [
        fault.within(f"/{name}")
        for name, limit in (("least", least), ("most", most))
        if limit
        for fault in _form(limit, question.number("decimals"))
    ]
    if not found and least and most and Decimal(least) > Decimal(most):
        found.append(problem("least_above_most", "/least", least=least, most=most))
    return found


TYPE = QuestionType(
    name="number",
    words=_("A number within limits."),
    control="number",
    check=_check,
    schema=_schema,
    fields={"least": LIMIT, "most": LIMIT, "decimals": Whole(0, 9, default=0)},
    check_question=_check_question,
)
"""`least` and `most` may be left out: then there is no limit on that side."""
