"""Dyad: how much of one and how much of the other, as two parts of a whole."""

from __future__ import annotations

from egenmakt.core.signification.question_types.base import QuestionType, check_parts, parts_schema
from egenmakt.core.signification.question_types.fields import Words
from egenmakt.core.words import _

TYPE = QuestionType(
    name="dyad",
    words=_("How much of one and how much of the other: two parts of a whole."),
    control="dyad",
    check=check_parts(2),
    schema=parts_schema(2),
    fields={"left": Words(), "right": Words()},
)
