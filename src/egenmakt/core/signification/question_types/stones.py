"""Stones: things that are laid on a canvas with two axes, each where the teller thinks it belongs."""

from __future__ import annotations

from collections.abc import Mapping

from egenmakt.core.signification.problems import Problem, problem
from egenmakt.core.signification.question import Question
from egenmakt.core.signification.question_types.base import QuestionType, check_whole
from egenmakt.core.signification.question_types.fields import CODE_SCHEMA, PICTURE_NAME, AxisWords, JsonSchema, Marks
from egenmakt.core.signification.values import WHOLE
from egenmakt.core.words import _


def _check(question: Question, value: object) -> list[Problem]:
    """Some or all of the stones; one that was not laid is left out."""
    if not isinstance(value, Mapping):
        return [problem("not_an_object")]
    known = [stone.code for stone in question.marks("stones")]
    found = [] if value else [problem("nothing_chosen")]
    for stone, point in value.items():
        if stone not in known:
            names = ", ".join(known)
            found.append(problem("unknown_option", f"/{stone}", given=stone, question=question.code, known=names))
        elif not isinstance(point, list) or len(point) != 2:
            length = len(point) if isinstance(point, list) else 0
            found.append(problem("wrong_number_of_parts", f"/{stone}", length=length, needed=2))
        else:
            for index, number in enumerate(point):
                found += check_whole(number, 0, WHOLE, f"/{stone}/{index}")
    return found


def _schema(question: Question | None) -> JsonSchema:
    number = {"type": "integer", "minimum": 0, "maximum": WHOLE}
    names = {"enum": [stone.code for stone in question.marks("stones")]} if question else CODE_SCHEMA
    return {
        "type": "object",
        "minProperties": 1,
        "propertyNames": names,
        "additionalProperties": {"type": "array", "minItems": 2, "maxItems": 2, "items": number},
    }


TYPE = QuestionType(
    name="stones",
    words=_("Things to lay on a canvas with two axes, each where it belongs."),
    control="stones",
    check=_check,
    schema=_schema,
    fields={"stones": Marks(most=12), "x": AxisWords(), "y": AxisWords(), "picture": PICTURE_NAME},
)
