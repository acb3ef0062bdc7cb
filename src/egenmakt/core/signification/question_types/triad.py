"""Triad: how much of each of three, as three parts of a whole; also a mark in a triangle."""

from __future__ import annotations

from egenmakt.core.signification.question_types.base import QuestionType, check_parts, parts_schema
from egenmakt.core.signification.question_types.fields import Marks
from egenmakt.core.words import _

TYPE = QuestionType(
    name="triad",
    words=_("How much of each of three: three parts of a whole, or a mark in a triangle."),
    control="triad",
    check=check_parts(3),
    schema=parts_schema(3),
    fields={"corners": Marks(least=3, most=3)},
)
