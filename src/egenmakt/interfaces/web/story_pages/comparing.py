"""Two versions of a story side by side: line by line, and in long texts word by word, with what differs marked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from egenmakt.core.signification.consent import PURPOSES
from egenmakt.core.signification.framework import Framework
from egenmakt.core.signification.question import Question, words
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.stories.consenting import NAMES
from egenmakt.interfaces.web.story_pages.answers import STATES, percent
from egenmakt.interfaces.web.story_pages.words import COLLECTED, READERS, language_text, voice_text

WORDS_MAX = 3000
"""Longer texts are not compared word by word: that takes a time that grows with the square."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One thing of a story in both versions."""

    name: str
    one: SafeString | str
    other: SafeString | str
    differs: bool


def compared(one: Mapping[str, Any] | None, other: Mapping[str, Any], *, framework: Framework) -> list[Compared]:
    """Everything that stands in either document, what differs first. Args: one, the recorded story's, or None."""
    left = lines_of(one, framework) if one is not None else {}
    right = lines_of(other, framework)
    found = []
    for name in dict.fromkeys((*left, *right)):
        before, after = left.get(name, ""), right.get(name, "")
        differs = one is not None and before != after
        marked = marked_words(before, after) if differs else (format_html("{}", before), format_html("{}", after))
        found.append(Compared(name, marked[0], marked[1], differs))
    return sorted(found, key=lambda line: not line.differs)


def marked_words(one: str, other: str) -> tuple[SafeString, SafeString]:
    """Both texts, the words that stand in one alone marked."""
    left, right = one.split(" "), other.split(" ")
    if len(left) + len(right) > WORDS_MAX:
        return format_html("{}", one), format_html("{}", other)
    shown: tuple[list[SafeString], list[SafeString]] = ([], [])
    for same, a, b, c, d in SequenceMatcher(a=left, b=right, autojunk=False).get_opcodes():
        for into, piece in ((shown[0], left[a:b]), (shown[1], right[c:d])):
            if piece:
                into.append(format_html("{}" if same == "equal" else "<mark>{}</mark>", " ".join(piece)))
    return tuple(format_html_join(" ", "{}", ((piece,) for piece in each)) for each in shown)  # type: ignore[return-value]  # two of them


def lines_of(document: Mapping[str, Any], framework: Framework) -> dict[str, str]:
    """A document as lines that people can compare. A refused one may hold anything: nothing is trusted."""
    teller, collected = _object(document.get("teller")), _object(document.get("collected"))
    where = _object(document.get("where"))
    consent = _object(document.get("consent"))
    found = {
        _("Title"): _text(document.get("title")),
        _("Text"): _text(document.get("text")),
        _("Language"): language_text(_text(document.get("language"))),
        _("Happened"): _text(document.get("when")),
        _("Where"): _text(where.get("name")),
        _("Voice"): voice_text(_text(teller.get("role"))),
        _("Collected"): str(COLLECTED.get(_text(collected.get("by")), _text(collected.get("by")))),
        _("Begun"): _text(collected.get("started_at")),
        _("Ended"): _text(collected.get("finished_at")),
    }
    answers = _object(document.get("answers"))
    for question in framework.questions:
        name = words(question.text, formats.reader(), framework.source)
        found[name] = answer_text(question, answers.get(question.code), framework)
    purposes = _object(consent.get("purposes"))
    found[_("Allowed")] = ", ".join(str(NAMES[name]) for name in PURPOSES if purposes.get(name) is True)
    found[_("Who may read it")] = str(READERS.get(_text(consent.get("visibility")), _text(consent.get("visibility"))))
    return found


def answer_text(question: Question, answer: object, framework: Framework) -> str:
    """An answer in one line."""
    given = _object(answer)
    if "value" not in given:
        state = _text(given.get("state")) or "not_asked"
        return str(STATES[state][0]) if state in STATES else state
    value, own = given["value"], _text(given.get("own_words"))
    named = {option.code: words(option.text, formats.reader(), framework.source) for option in question.options}
    if question.type in ("triad", "dyad") and isinstance(value, list) and all(type(part) is int for part in value):
        ends = [corner.text for corner in question.marks("corners")] or [
            question.texts("left"),
            question.texts("right"),
        ]
        parts = zip_longest((words(each, formats.reader(), framework.source) for each in ends), value, fillvalue="")
        said = ", ".join(f"{name} {percent(part) if isinstance(part, int) else part}" for name, part in parts)
    elif isinstance(value, list):
        said = "; ".join(named.get(str(code), str(code)) for code in value)
    elif question.type == "place":
        said = _text(_object(value).get("name"))
    elif isinstance(value, dict):
        said = ", ".join(f"{name}: {each}" for name, each in value.items())
    else:
        said = named.get(str(value), str(value))
    return f"{said} ({own})" if own else said


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)
