"""Picture choice: one of several pictures, for those who read little."""

from __future__ import annotations

from egenmakt.core.signification.problems import Problem, problem
from egenmakt.core.signification.question import Question
from egenmakt.core.signification.question_types.base import (
    QuestionType,
    check_option,
    choice_fields,
    option_schema,
    own_words_is_an_option,
)
from egenmakt.core.words import _


def _check_question(question: Question) -> list[Problem]:
    return own_words_is_an_option(question) + [
        problem("no_picture", f"/options/{index}", option=option.code)
        for index, option in enumerate(question.options)
        if not option.picture and option.code != question.own_words
    ]


TYPE = QuestionType(
    name="picture",
    words=_("One of several pictures; its text is read to those who cannot see it."),
    control="pictures",
    check=check_option,
    schema=option_schema,
    fields=choice_fields(),
    check_question=_check_question,
)
