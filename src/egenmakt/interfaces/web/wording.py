"""A framework's texts in the teller's language, and what is said when a text has no translation yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from egenmakt.interfaces.web import formats


@dataclass(frozen=True, slots=True)
class Said:
    """A text and the language that it is really in."""

    text: str
    language: str


def said(text: Mapping[str, str] | str | None, *, language: str, languages: Sequence[str] = ()) -> Said:
    """The text in the language asked for, or else in the first of the framework's languages that has it."""
    if not text:
        return Said("", language)
    if not isinstance(text, Mapping):
        return Said(str(text), language)
    for code in (language, *languages, *text):
        if text.get(code, "").strip():
            return Said(text[code], code)
    return Said("", language)


def marked(found: Said, *, page_language: str) -> SafeString:
    """The text, with its language and direction marked where they are not those of the page."""
    if found.language == page_language:
        return format_html("{}", found.text)
    direction = formats.text_direction(found.language)
    return format_html('<span lang="{}" dir="{}">{}</span>', found.language, direction, found.text)


def language_of(framework: Mapping[str, Any], asked: str) -> str:
    """The language to tell in: the one asked for where the framework speaks it, a near one, or else the first."""
    languages: list[str] = list(framework["languages"])
    if asked in languages:
        return asked
    near = [code for code in languages if asked and code.split("-")[0] == asked.split("-")[0]]
    return near[0] if near else languages[0]


def asked_after(document: Mapping[str, Any], question: Mapping[str, Any], *, language: str) -> dict[str, Any] | None:
    """The place of the question that decides whether this one is asked, and after which answers it is."""
    condition = question.get("show_if")
    if not condition:
        return None
    questions = enumerate(document["questions"], start=1)
    place, decider = next((place, each) for place, each in questions if each["code"] == condition["question"])
    words = {option["code"]: option["text"] for option in decider.get("options", ())}
    after = [
        said(words.get(code, code), language=language, languages=document["languages"]) for code in condition["any_of"]
    ]
    return {"number": place, "options": [each.text for each in after]}
