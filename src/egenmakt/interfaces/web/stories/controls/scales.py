"""Scales: a slider that knows whether it was touched, and a dyad between two poles."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.stories.controls.base import (
    HUNDREDTHS,
    Question,
    Typed,
    Unreadable,
    first,
    name_of,
    read_hundredths,
    read_number,
)


class Slider:
    """A whole number from 0 to 100 between two ends. Left alone it is skipped: it is never 50 by itself."""

    template = "web/stories/controls/slider.html"
    script = "slider"

    def fields(self, question: Question) -> list[str]:
        return [name_of(question)]

    def shown(self, question: Question, typed: Typed) -> dict[str, Any]:
        return {"value": first(typed, name_of(question))}

    def read(self, question: Question, typed: Typed) -> object | None:
        field = name_of(question)
        text = first(typed, field)
        if not text:
            return None
        number = read_number(text, field=field)
        if number != int(number) or not 0 <= number <= 100:
            raise Unreadable(_("%(text)s is not a whole number from 0 to 100.") % {"text": text[:60]}, field)
        return int(number)


class Parts:
    """Two or three numbers in per cent that make 100 together: a dyad, a triad."""

    def __init__(self, *, template: str, script: str) -> None:
        self.template = template
        self.script = script

    def fields(self, question: Question) -> list[str]:
        return [name_of(question, str(place)) for place in range(len(ends(question)))]

    def shown(self, question: Question, typed: Typed) -> dict[str, Any]:
        named = zip(ends(question), self.fields(question), strict=True)
        return {"parts": [{"text": text, "name": name, "value": first(typed, name)} for text, name in named]}

    def read(self, question: Question, typed: Typed) -> object | None:
        fields = self.fields(question)
        texts = [first(typed, field) for field in fields]
        if not any(texts):
            return None
        for text, field in zip(texts, fields, strict=True):
            if not text:
                raise Unreadable(_("One of the numbers is missing. Write 0 where nothing belongs."), field)
        parts = [read_hundredths(text, field=field) for text, field in zip(texts, fields, strict=True)]
        missing = 100 * HUNDREDTHS - sum(parts)
        if missing:
            told = {
                "sum": formats.number_text(_percent(sum(parts))),
                "difference": formats.number_text(_percent(abs(missing))),
            }
            sentence = (
                _("The numbers make %(sum)s together, not 100. Give %(difference)s more.")
                if missing > 0
                else _("The numbers make %(sum)s together, not 100. Take %(difference)s away.")
            )
            raise Unreadable(sentence % told, fields[0])
        return parts


def _percent(parts: int) -> Any:
    whole, rest = divmod(parts, HUNDREDTHS)
    return whole if not rest else Decimal(parts) / HUNDREDTHS


def ends(question: Question) -> list[Any]:
    """What stands at the corners of a triad or the poles of a dyad, in the order of the value."""
    if question["type"] == "triad":
        return [corner["text"] for corner in question["corners"]]
    return [question["left"], question["right"]]
