"""What audio and photo questions share: their value is the id of an attachment."""

from __future__ import annotations

from egenmakt.core.signification.problems import Problem, problem
from egenmakt.core.signification.question import Question
from egenmakt.core.signification.question_types.fields import JsonSchema
from egenmakt.core.signification.reading import UUID_FORM, has_form


def check_id(question: Question, value: object) -> list[Problem]:
    """The id of an attachment. That it is there, and of the right kind, is checked with the story."""
    if not isinstance(value, str) or not has_form(UUID_FORM, value):
        return [problem("not_an_id", given=value)]
    return []


def id_schema(question: Question | None) -> JsonSchema:
    """The id of an attachment, as JSON Schema."""
    return {"type": "string", "pattern": UUID_FORM}
