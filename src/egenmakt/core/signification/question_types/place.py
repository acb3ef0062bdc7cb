"""Place: coarse, at one of the levels of the question and never finer than its last."""

from __future__ import annotations

from collections.abc import Mapping

from egenmakt.core.signification.problems import Problem, problem
from egenmakt.core.signification.question import Question
from egenmakt.core.signification.question_types.base import QuestionType
from egenmakt.core.signification.question_types.fields import CODE_SCHEMA, JsonSchema, Marks
from egenmakt.core.signification.reading import text_problems
from egenmakt.core.words import _

NAME_MAX = 200


def place_problems(value: object, known: tuple[str, ...]) -> list[Problem]:
    """What is wrong with a place that names one of these levels."""
    if not isinstance(value, Mapping):
        return [problem("not_an_object")]
    found = [problem("missing", field=name) for name in ("level", "name") if name not in value]
    found += [problem("unknown_field", field=name) for name in value if name not in ("level", "name")]
    level, name = value.get("level"), value.get("name")
    if "level" in value and (not isinstance(level, str) or level not in known):
        found.append(problem("not_one_of", "/level", given=level, known=", ".join(known)))
    if "name" in value and not isinstance(name, str):
        found.append(problem("not_text", "/name", given=name))
    elif isinstance(name, str):
        if not name.strip():
            found.append(problem("empty_text", "/name"))
        found += [fault.within("/name") for fault in text_problems(name, NAME_MAX)]
    return found


def place_schema(level: JsonSchema) -> JsonSchema:
    """A place, as JSON Schema."""
    name = {"type": "string", "minLength": 1, "maxLength": NAME_MAX}
    return {
        "type": "object",
        "required": ["level", "name"],
        "additionalProperties": False,
        "properties": {"level": level, "name": name},
    }


def _levels(question: Question) -> tuple[str, ...]:
    return tuple(level.code for level in question.marks("levels"))


def _check(question: Question, value: object) -> list[Problem]:
    return place_problems(value, _levels(question))


def _schema(question: Question | None) -> JsonSchema:
    return place_schema({"enum": list(_levels(question))} if question else CODE_SCHEMA)


TYPE = QuestionType(
    name="place",
    words=_("A coarse place, never finer than the last of its levels."),
    control="place",
    check=_check,
    schema=_schema,
    fields={"levels": Marks(most=6)},
)
