"""Asking: which questions are asked of whom, in which order and on which page, and reading what was typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from django.utils.translation import gettext as _

from egenmakt.interfaces.web.stories.controls.base import Control, Question, Typed, Unreadable, first, name_of
from egenmakt.interfaces.web.stories.controls.table import CONTROLS

DOES_NOT_APPLY: Final = "does_not_apply"
SKIPPED: Final = "skipped"
FILES: Final = ("audio", "photo")
WEIGHTS: Final = {"triad": 3, "stones": 3, "dyad": 2, "slider": 2, "picture": 2, "change_type": 3, "several": 2}
"""How much of a small screen a type of question takes; those that are missing here take one."""
A_PAGE: Final = 3
SECONDS: Final = {"change_type": 60, "triad": 60, "stones": 90, "several": 45, "text": 60, "audio": 90, "photo": 60}
"""How long an answer takes, roughly: only for "about so many minutes left"."""


@dataclass(frozen=True)
class Mistake:
    """What is wrong with an answer, and the field to go to."""

    sentence: str
    field: str


@dataclass(frozen=True)
class Asked:
    """A question as it stands on a page, with what was typed and what is wrong with it."""

    question: Question
    typed: Typed = field(default_factory=dict)
    mistake: Mistake | None = None

    @property
    def control(self) -> Control:
        return CONTROLS[self.question["type"]]

    @cached_property
    def control_context(self) -> dict[str, Any]:
        return {**self.control.shown(self.question, self.typed), "control_template": self.control.template}

    @property
    def error(self) -> str:
        return self.mistake.sentence if self.mistake else ""

    @property
    def id(self) -> str:
        return name_of(self.question)

    @property
    def target(self) -> str:
        """Where a link to the question leads."""
        return self.mistake.field if self.mistake else self.control.fields(self.question)[0]

    @property
    def state_name(self) -> str:
        return name_of(self.question, "state")

    @property
    def does_not_apply(self) -> bool:
        return first(self.typed, self.state_name) == DOES_NOT_APPLY


def names_of(question: Question) -> list[str]:
    """Every field of a question, with the one that says that it does not apply."""
    return [*CONTROLS[question["type"]].fields(question), name_of(question, "state")]


def read_answer(question: Question, typed: Typed) -> dict[str, Any]:
    """The answer: a value, "does not apply" or "skipped"; nothing is guessed. Raises: Unreadable."""
    value = CONTROLS[question["type"]].read(question, typed)
    if first(typed, name_of(question, "state")) == DOES_NOT_APPLY:
        if value is not None:
            raise Unreadable(
                _("There is an answer, and it is ticked that this does not apply. Keep one of them."),
                name_of(question, "state"),
            )
        return {"state": DOES_NOT_APPLY}
    if value is None:
        if question.get("required"):
            remedy = (
                _("Please answer this one, or tick that it does not apply.")
                if question.get("may_not_apply")
                else _("Please answer this one; the story cannot be understood without it.")
            )
            raise Unreadable(remedy, CONTROLS[question["type"]].fields(question)[0])
        return {"state": SKIPPED}
    answer: dict[str, Any] = {"value": value}
    own = question.get("own_words")
    if own and own in (value if isinstance(value, list) else [value]):
        words = first(typed, name_of(question, "own_words"))
        if words:
            answer["own_words"] = words
    return answer


def chosen_codes(answer: Mapping[str, Any] | None) -> list[str]:
    """The option codes of an answer; none where it was skipped or does not apply."""
    value = (answer or {}).get("value")
    return [value] if isinstance(value, str) else [str(code) for code in value] if isinstance(value, list) else []


def is_shown(question: Question, answers: Mapping[str, Any]) -> bool:
    """Whether the skip logic shows a question, after the answers to those before it."""
    condition = question.get("show_if")
    if not condition:
        return True
    return bool(set(condition["any_of"]) & set(chosen_codes(answers.get(condition["question"]))))


def read_answers(questions: Sequence[Question], typed: Typed) -> tuple[dict[str, dict[str, Any]], dict[str, Mistake]]:
    """The answers to all questions that are shown, and what is wrong, by the question's code.

    A question that the skip logic hides has no answer, whatever was typed there before.
    """
    answers: dict[str, dict[str, Any]] = {}
    mistakes: dict[str, Mistake] = {}
    for question in questions:
        if not is_shown(question, answers):
            continue
        try:
            answers[question["code"]] = read_answer(question, typed)
        except Unreadable as problem:
            mistakes[question["code"]] = Mistake(str(problem), problem.field)
    return answers, mistakes


def pages_of(questions: Sequence[Question]) -> list[list[Question]]:
    """The questions in pages that fit a phone: a few small ones or one large one, the order kept.

    A page ends before a question that depends on one of the same page, so that skipping works without a script; and
    where the questions turn from the story to the teller.
    """
    pages: list[list[Question]] = []
    weight = 0
    for question in questions:
        own = WEIGHTS.get(question["type"], 1)
        page = pages[-1] if pages else []
        depends = (question.get("show_if") or {}).get("question")
        if (
            not page
            or weight + own > A_PAGE
            or any(earlier["code"] == depends for earlier in page)
            or page[-1].get("about", "story") != question.get("about", "story")
        ):
            pages.append([question])
            weight = own
        else:
            page.append(question)
            weight += own
    return pages


def minutes_left(questions: Sequence[Question]) -> int:
    """About how many minutes these questions take, at least one."""
    return max(1, round(sum(SECONDS.get(question["type"], 30) for question in questions) / 60))


def scripts_of(questions: Sequence[Question]) -> list[str]:
    """The small modules that these questions need, each once, with the one that all pages need."""
    return sorted({"story", *(s for q in questions if (s := CONTROLS[q["type"]].script))})
