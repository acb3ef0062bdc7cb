"""A framework on paper: the story, every question, consent, and the teller's slip to tear off; A4 or large print.

It asks in the order of the page on which a paper form is typed in, and numbers the questions, so that the eye finds
the way back. A triad is a triangle with a line for each tenth: where the cross stands, its three numbers are read off.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from egenmakt.core.signification.consent import GUARDIANS, PURPOSES, VISIBILITIES
from egenmakt.core.signification.framework import Framework
from egenmakt.core.signification.question import Question, Texts
from egenmakt.core.signification.question import words as text_in
from egenmakt.interfaces.exports.pdf.labels import Words
from egenmakt.interfaces.exports.pdf.parts import require
from egenmakt.interfaces.exports.pdf.typesetting import Content, typeset

Print = Literal["a4", "large"]

KINDS: Final[dict[str, str]] = {
    "change_type": "choice",
    "single": "choice",
    "several": "choice",
    "picture": "choice",
    "slider": "line",
    "dyad": "line",
    "triad": "triad",
    "stones": "stones",
    "text": "lines",
    "number": "short",
    "date": "short",
    "place": "place",
    "audio": "file",
    "photo": "file",
}
"""How each type of question is drawn; a test compares it with the table of types."""


@dataclass(frozen=True, slots=True)
class StoryForm:
    """Which framework is printed, and for whom."""

    framework: Framework
    body: str = ""
    """The partner whose round it is; empty for a form without a round."""
    round: str = ""

    def __post_init__(self) -> None:
        require(bool(self.framework.prompts), "The framework asks for no story.")


def render(data: StoryForm, *, language: str, printed_at: datetime, size: Print = "a4") -> bytes:
    """The paper form as PDF/UA-1; what the framework does not say in the language stands in its first one."""
    words, framework = Words.of(language, for_tellers=True), data.framework

    def said(texts: Texts) -> str:
        return text_in(texts, language, framework.source)

    numbers = {question.code: index for index, question in enumerate(framework.questions, start=1)}
    content: dict[str, Content] = {
        "layout": size,
        "group": {"name": data.body, "currency": "", "place": data.round},
        "prompts": [said(prompt.text) for prompt in framework.prompts],
        "about_story": [_question(each, numbers, said, words, framework) for each in framework.about("story")],
        "about_teller": [_question(each, numbers, said, words, framework) for each in framework.about("teller")],
        "roles": [words.text(f"story_form.role.{role}") for role in ("rights_holder", "partner", "staff")],
        "consent": {
            "intro": said(framework.consent.intro),
            "purposes": [
                said(framework.consent.purposes[name]) for name in PURPOSES if name in framework.consent.purposes
            ],
            "readers": [words.text(f"story_form.reader.{name}") for name in VISIBILITIES],
            "given": [words.text(f"story_form.given.{name}") for name in ("spoken", "written")],
            "guardians": [words.text(f"story_form.guardian.{name}") for name in GUARDIANS],
        },
    }
    title = said(framework.title)
    return typeset(template="story_form", title=title, content=content, words=words, printed_at=printed_at)


def _question(
    question: Question, numbers: dict[str, int], said: Any, words: Words, framework: Framework
) -> dict[str, Content]:
    kind = KINDS[question.type]
    notes = []
    if question.show_if:
        asked = framework.question(question.show_if.question)
        options = [said(each.text) for each in asked.options if each.code in question.show_if.any_of]
        number = words.number(numbers[asked.code])
        notes.append(words.text("story_form.only_if", number=number, options=" / ".join(options)))
    if help_text := said(question.help):
        notes.append(help_text)
    if kind == "choice":
        notes.append(_how_many(question, words))
    elif kind == "short" and question.type == "date":
        notes.append(words.text(f"story_form.date.{question.word('precision', 'month')}"))
    elif kind in ("line", "triad", "stones", "file"):
        notes.append(words.text(f"story_form.how.{kind}"))
    drawn: dict[str, Content] = {
        "kind": kind,
        "number": words.number(numbers[question.code]),
        "text": said(question.text) + ("" if question.required else f" ({words.text('story_form.may_skip')})"),
        "notes": list(notes),
        "options": [said(option.text) for option in question.options],
        "own_words": [option.code == question.word("own_words", "") for option in question.options],
        "ends": [said(question.texts(name)) for name in ("left", "right")] if kind == "line" else [],
        "corners": [said(corner.text) for corner in question.marks("corners")] if kind == "triad" else [],
        "stones": [said(stone.text) for stone in question.marks("stones")] if kind == "stones" else [],
        "axes": [],
        "levels": [said(level.text) for level in question.marks("levels")] if kind == "place" else [],
        "not_apply": words.text("story_form.does_not_apply") if question.may_not_apply else "",
        "rows": "long" if question.own.get("long") else "few",
    }
    if kind == "stones":
        axes = [question.axis(name) for name in ("x", "y")]
        drawn["axes"] = [said(end) for axis in axes for end in (axis.low, axis.high)]
    return drawn


def _how_many(question: Question, words: Words) -> str:
    if question.type in ("single", "picture") or (question.type == "change_type" and not question.own.get("several")):
        return words.text("story_form.choose_one")
    most = question.number("most", 0) or 0
    if question.type == "several" and 0 < most < len(question.options):
        return words.count("story_form.choose_most", most)
    return words.text("story_form.choose_any")
