"""Stones on a canvas: each is laid where it belongs between the ends of two axes; some may stay in the hand."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from egenmakt.interfaces.web.stories.controls.base import Question, Typed, Unreadable, first, name_of, read_hundredths


class Stones:
    """Two numbers from 0 to 100 for each stone: how far along the one axis and along the other."""

    template = "web/stories/controls/stones.html"
    script = "stones"

    def fields(self, question: Question) -> list[str]:
        return [name_of(question, stone["code"], axis) for stone in question["stones"] for axis in ("x", "y")]

    def shown(self, question: Question, typed: Typed) -> dict[str, Any]:
        stones = [
            {
                **stone,
                "number": number,
                "x": {"name": (x := name_of(question, stone["code"], "x")), "value": first(typed, x)},
                "y": {"name": (y := name_of(question, stone["code"], "y")), "value": first(typed, y)},
            }
            for number, stone in enumerate(question["stones"], start=1)
        ]
        return {"stones": stones}

    def read(self, question: Question, typed: Typed) -> object | None:
        laid: dict[str, list[int]] = {}
        for stone in question["stones"]:
            names = [name_of(question, stone["code"], axis) for axis in ("x", "y")]
            texts = [first(typed, name) for name in names]
            if not any(texts):
                continue
            for text, name in zip(texts, names, strict=True):
                if not text:
                    raise Unreadable(_("A stone needs both numbers, or none."), name)
            laid[stone["code"]] = [read_hundredths(t, field=n) for t, n in zip(texts, names, strict=True)]
        return laid or None
