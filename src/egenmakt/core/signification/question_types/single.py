"""Single choice: one of several options."""

from __future__ import annotations

from egenmakt.core.signification.question_types.base import (
    QuestionType,
    check_option,
    choice_fields,
    option_schema,
    own_words_is_an_option,
)
from egenmakt.core.words import _

TYPE = QuestionType(
    name="single",
    words=_("One of several options."),
    control="choices",
    check=check_option,
    schema=option_schema,
    fields=choice_fields(),
    check_question=own_words_is_an_option,
)
