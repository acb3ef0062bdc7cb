"""Answers that are written: words, a number, a date as precise as it is asked for, a coarse place."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from egenmakt.interfaces.web.stories.controls.base import (
    Question,
    Typed,
    Unreadable,
    first,
    name_of,
    plain_number,
    read_number,
)

PRECISIONS = {"year": 1, "month": 2, "day": 3}


class Words:
    """Words in the teller's own language, in one line or in many."""

    template = "web/stories/controls/text.html"
    script = ""

    def fields(self, question: Question) -> list[str]:
        return [name_of(question)]

    def shown(self, question: Question, typed: Typed) -> dict[str, Any]:
        return {"value": first(typed, name_of(question)), "is_long": bool(question.get("long"))}

    def read(self, question: Question, typed: Typed) -> object | None:
        field = name_of(question)
        text = first(typed, field).replace("\r\n", "\n")
        most = question.get("most")
        if most and len(text) > most:
            raise Unreadable(
                _("This has %(length)s letters; there is room for %(most)s. Make it shorter.")
                % {"length": len(text), "most": most},
                field,
            )
        return text or None


class Number:
    """A number between the least and the most that the question allows."""

    template = "web/stories/controls/number.html"
    script = ""

    def fields(self, question: Question) -> list[str]:
        return [name_of(question)]

    def shown(self, question: Question, typed: Typed) -> dict[str, Any]:
        return {
            "value": first(typed, name_of(question)),
            "keyboard": "decimal" if question.get("decimals") else "numeric",
        }

    def read(self, question: Question, typed: Typed) -> object | None:
        field = name_of(question)
        text = first(typed, field)
        return plain_number(read_number(text, field=field)) if text else None


class Day:
    """A day, a month or a year, in fields that need no calendar on the screen."""

    template = "web/stories/controls/date.html"
    script = ""

    def fields(self, question: Question) -> list[str]:
        return [
            name_of(question, part)
            for part in ("year", "month", "day")[: PRECISIONS[question.get("precision", "month")]]
        ]

    def shown(self, question: Question, typed: Typed) -> dict[str, Any]:
        fields = self.fields(question)
        values = {name.rsplit(".", 1)[1]: {"name": name, "value": first(typed, name)} for name in fields}
        return {"when": values, "target": fields[-1]}

    def read(self, question: Question, typed: Typed) -> object | None:
        return read_when({field: first(typed, field) for field in self.fields(question)})


class Place:
    """A place, never nearer than the last of the levels that are asked for."""

    template = "web/stories/controls/place.html"
    script = ""

    def fields(self, question: Question) -> list[str]:
        return [name_of(question), name_of(question, "level")]

    def shown(self, question: Question, typed: Typed) -> dict[str, Any]:
        levels = question["levels"]
        chosen = first(typed, name_of(question, "level")) or levels[-1]["code"]
        return {
            "value": first(typed, name_of(question)),
            "levels": [{**level, "is_chosen": level["code"] == chosen} for level in levels],
        }

    def read(self, question: Question, typed: Typed) -> object | None:
        name = first(typed, name_of(question))
        if not name:
            return None
        level = first(typed, name_of(question, "level")) or question["levels"][-1]["code"]
        return {"level": level, "name": name}


def read_when(fields: dict[str, str]) -> str | None:
    """A year, month or day from its fields, the year first: 2026, 2026-03, 2026-03-08. Raises: Unreadable."""
    if not any(fields.values()):
        return None
    numbers = []
    for field, text in fields.items():
        if not text:
            raise Unreadable(_("A part of the date is missing."), field)
        number = read_number(text, field=field)
        if number != int(number):
            raise Unreadable(_("“%(text)s” is not part of a date.") % {"text": text[:60]}, field)
        numbers.append(int(number))
    try:
        date(*[*numbers, 1, 1][:3])
    except (ValueError, OverflowError):
        raise Unreadable(_("There is no such date. Look at the numbers once more."), next(iter(fields))) from None
    return "-".join(f"{number:0{4 if place == 0 else 2}d}" for place, number in enumerate(numbers))
