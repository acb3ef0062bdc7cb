"""The teller's own answers as they are read: each in words, and where a hand has given it, as a small picture too.

Five things are told apart: answered, does not apply, skipped, not asked, and covered: not for this reader to see.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from egenmakt.core.signification.framework import Framework
from egenmakt.core.signification.question import Question, Texts
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.story_pages.words import when_text

WHOLE: Final = 10_000
SIDE: Final = 400
CORNERS: Final = ((200.0, 8.0), (8.0, 340.5), (392.0, 340.5))
"""Of the triangle in which the teller has put the point; the same as in the form."""
OPEN: Final = ("text", "place", "audio", "photo")
"""Types whose answers may name somebody."""
STATES: Final[dict[str, tuple[Any, str]]] = {
    "does_not_apply": (gettext_lazy("Does not apply"), "info"),
    "skipped": (gettext_lazy("Skipped"), "neutral"),
    "not_asked": (gettext_lazy("Not asked"), "neutral"),
    "covered": (gettext_lazy("Not shown: it could tell who told the story"), "warning"),
}


@dataclass(frozen=True, slots=True)
class Point:
    """A mark in a picture, with the number that stands in it."""

    x: str
    y: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """One corner, pole, option or stone: its words, and how much of the answer it is."""

    text: Texts | str
    amount: str = ""
    number: int = 0
    across: str = ""
    up: str = ""
    """Of a stone: how far it lies towards the right end and the upper end of the canvas."""


@dataclass(frozen=True, slots=True)
class Read:
    """One question with the answer as it is read."""

    code: str
    text: Texts
    state: str
    shape: str = ""
    """Which picture is drawn: triad, scale or stones; "" for words alone."""
    parts: Sequence[Part] = ()
    points: Sequence[Point] = ()
    plain: str = ""
    """An answer in words: the teller's own, a number, a date, a place."""
    own_words: str = ""
    ends: Sequence[Texts] = field(default_factory=tuple)
    picture: str = ""
    is_own_class: bool = False
    """Whether it is the teller's own class of the story, which nobody can change."""

    @property
    def state_words(self) -> str:
        return str(STATES[self.state][0]) if self.state in STATES else ""

    @property
    def state_kind(self) -> str:
        return STATES[self.state][1] if self.state in STATES else "neutral"


def read_out(
    framework: Framework, answers: Mapping[str, Any], *, is_personal: bool, is_mirrored: bool = False
) -> list[Read]:
    """Every question of the framework in its order.

    Args: is_personal, whether the reader is shown what could name somebody; is_mirrored, whether pictures run from
    right to left.
    """
    return [_read(question, answers.get(question.code), is_personal, is_mirrored) for question in framework.questions]


def _read(question: Question, answer: Mapping[str, Any] | None, is_personal: bool, is_mirrored: bool) -> Read:
    is_class = question.type == "change_type"
    if answer is None or "value" not in answer:
        state = answer["state"] if answer else "not_asked"
        if answer is None and question.type in OPEN and not is_personal:
            state = "covered"
        return Read(question.code, question.text, state, is_own_class=is_class)
    shown = _shown(question, answer["value"], is_mirrored)
    words = answer.get("own_words", "")
    return Read(question.code, question.text, "answered", own_words=words, is_own_class=is_class, **shown)


def _shown(question: Question, value: Any, is_mirrored: bool) -> dict[str, Any]:
    """What is drawn and said of a value; one branch for each way of asking."""
    match question.type:
        case "triad":
            return _triad(question, value, is_mirrored)
        case "dyad":
            poles = (question.texts("left"), question.texts("right"))
            parts = [Part(text, percent(part)) for text, part in zip(poles, value, strict=True)]
            return {"shape": "scale", "parts": parts, "points": [_along(value[1], is_mirrored)]}
        case "slider":
            poles = (question.texts("left"), question.texts("right"))
            said = _("%(value)s of 100") % {"value": formats.number_text(value)}
            point = _along(value * 100, is_mirrored)
            return {"shape": "scale", "plain": said, "ends": poles, "points": [point]}
        case "stones":
            return _stones(question, value, is_mirrored)
        case "change_type" | "single" | "several" | "picture":
            chosen = [value] if isinstance(value, str) else value
            return {"parts": [Part(option.text) for option in question.options if option.code in chosen]}
        case "date":
            return {"plain": when_text(value)}
        case "place":
            level = next((each.text for each in question.marks("levels") if each.code == value["level"]), {})
            return {"plain": value["name"], "parts": [Part(level)] if level else []}
        case "audio":
            return {"plain": _("A voice was recorded")}
        case "photo":
            return {"plain": _("A photo was taken")}
    return {"plain": str(value)}


def percent(part: int) -> str:
    """A part of ten thousand as a percentage, with decimals only where there are any."""
    return formats.percent_text(Fraction(part, WHOLE), places=2 if part % 100 else 0)


def _triad(question: Question, value: Sequence[int], is_mirrored: bool) -> dict[str, Any]:
    corners = question.marks("corners")
    x, y = (sum(part * corner[axis] for part, corner in zip(value, CORNERS, strict=True)) / WHOLE for axis in (0, 1))
    point = Point(_place(SIDE - x if is_mirrored else x), _place(y))
    parts = [Part(corner.text, percent(part)) for corner, part in zip(corners, value, strict=True)]
    return {"shape": "triad", "parts": parts, "points": [point]}


def _along(part: int, is_mirrored: bool) -> Point:
    x = part * SIDE / WHOLE
    return Point(_place(SIDE - x if is_mirrored else x), "20")


def _stones(question: Question, value: Mapping[str, Sequence[int]], is_mirrored: bool) -> dict[str, Any]:
    """Stones where they were laid; a canvas with a picture is never mirrored, since the picture is not."""
    picture = question.word("picture")
    x_axis, y_axis = question.axis("x"), question.axis("y")
    parts, points = [], []
    for number, stone in enumerate(question.marks("stones"), start=1):
        laid = value.get(stone.code)
        if laid is None:
            parts.append(Part(stone.text, _("not laid"), number))
            continue
        parts.append(Part(stone.text, "", number, percent(laid[0]), percent(laid[1])))
        x = laid[0] * SIDE / WHOLE
        x = SIDE - x if is_mirrored and not picture else x
        points.append(Point(_place(x), _place(SIDE - laid[1] * SIDE / WHOLE), number))
    ends = (x_axis.low, x_axis.high, y_axis.low, y_axis.high)
    return {"shape": "stones", "parts": parts, "points": points, "ends": ends, "picture": picture}


def _place(value: float) -> str:
    """A coordinate as SVG writes it, with one decimal and a full stop in every language."""
    return f"{value:.1f}"
