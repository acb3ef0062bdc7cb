"""A teller's own answers in words, in a reader's language: for cards and for files that people read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from typing import Any

from egenmakt.core.signification.framework import Framework
from egenmakt.core.signification.question import Question, Texts
from egenmakt.core.signification.question import words as text_in
from egenmakt.interfaces.exports.pdf.labels import Words

CLOSED = ("change_type", "single", "several", "picture", "slider", "dyad", "triad", "stones", "number", "date")
"""Types whose answers hold no words that the teller wrote, in which a name could stand."""


def answers_in_words(
    *, framework: Framework, answers: Mapping[str, Any], codes: Collection[str], words: Words, language: str
) -> tuple[tuple[str, str], ...]:
    """Question and answer of each of these questions that was shown; `skipped` and `does not apply` are said so."""

    def said(texts: Texts) -> str:
        return text_in(texts, language, framework.source)

    found = []
    for question in framework.questions:
        if question.code not in codes or question.type not in CLOSED or question.code not in answers:
            continue
        answer = answers[question.code]
        state = answer.get("state")
        if state == "skipped":
            text = words.text("story_cards.skipped")
        elif state == "does_not_apply":
            text = words.text("story_form.does_not_apply").lower()
        else:
            text = _in_words(question, answer["value"], said, words)
        found.append((said(question.text), text))
    return tuple(found)


def _in_words(question: Question, value: Any, said: Callable[[Texts], str], words: Words) -> str:
    texts = {option.code: said(option.text) for option in question.options}
    match question.type:
        case "change_type" | "several":
            return ", ".join(texts.get(code, code) for code in value)
        case "single" | "picture":
            return texts.get(value, str(value))
        case "slider":
            ends = {name: said(question.texts(name)) for name in ("left", "right")}
            return words.text("story_cards.scale", number=words.number(value), **ends)
        case "dyad":
            return _parts([said(question.texts("left")), said(question.texts("right"))], value, words)
        case "triad":
            return _parts([said(corner.text) for corner in question.marks("corners")], value, words)
        case "stones":
            names = {stone.code: said(stone.text) for stone in question.marks("stones")}
            placed = [
                f"{names.get(code, code)} ({_percent(x, words)}, {_percent(y, words)})"
                for code, (x, y) in value.items()
            ]
            return ", ".join(placed)
    return str(value)


def _parts(names: list[str], parts: list[int], words: Words) -> str:
    return ", ".join(f"{name} {_percent(part, words)}" for name, part in zip(names, parts, strict=True))


def _percent(part: int, words: Words) -> str:
    """A part of ten thousand as a whole per cent, rounded half up only for reading."""
    return words.percent(Decimal(part) / 100, places=0)
