"""What every control shares: the names of its fields, what was typed, and numbers as people write them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Protocol

from django.utils.translation import gettext as _

Question = Mapping[str, Any]
"""A question as it stands in the framework's document (Any: each type has fields of its own)."""

Typed = Mapping[str, Sequence[str]]
"""What was typed, by the name of the field, exactly as it was sent."""

HUNDREDTHS: Final = 100


class Unreadable(ValueError):
    """What was typed is no answer to the question: the sentence says why and what to do, the field where."""

    def __init__(self, sentence: str, field: str) -> None:
        super().__init__(sentence)
        self.field = field


class Control(Protocol):
    """One way to ask: which fields it has, what its template needs, and how the fields become a value."""

    template: str
    script: str
    """The small module that makes it a thing to touch; "" where plain fields are best."""

    def fields(self, question: Question) -> list[str]:
        """The names of its fields, the first of them where a mistake leads to."""

    def shown(self, question: Question, typed: Typed) -> dict[str, Any]:
        """What its template needs beside the question."""

    def read(self, question: Question, typed: Typed) -> object | None:
        """The value, or None where nothing was filled in. Raises: Unreadable."""


def name_of(question: Question, *parts: str) -> str:
    """The name of a field: q.code, q.code.part. No code has a full stop in it, so no two names meet."""
    return ".".join(("q", question["code"], *parts))


def first(typed: Typed, name: str) -> str:
    """The one thing that was typed in a field, without blanks around it."""
    values = typed.get(name) or ("",)
    return values[0].strip()


def read_number(text: str, *, field: str) -> Decimal:
    """A number as people write it: 12, 12,5, 12.5, १२, ١٢٫٥, with or without %. Raises: Unreadable."""
    plain = "".join(
        str(unicodedata.digit(c)) if c.isdigit() and unicodedata.digit(c, None) is not None else c for c in text
    )
    plain = plain.replace("٫", ".").replace(",", ".").replace("\u2212", "-").strip().rstrip("%٪").strip()
    if not re.fullmatch(r"-?\d{1,20}(\.\d{1,20})?", plain):
        raise Unreadable(_("“%(text)s” is not a number. Write digits alone, such as 40.") % {"text": text[:60]}, field)
    try:
        return Decimal(plain)
    except InvalidOperation:  # pragma: no cover - the pattern above lets only numbers through
        raise Unreadable(_("“%(text)s” is not a number.") % {"text": text[:60]}, field) from None


def read_hundredths(text: str, *, field: str) -> int:
    """A per cent from 0 to 100 as ten-thousandths: 33.3 is 3330. Raises: Unreadable."""
    number = read_number(text, field=field) * HUNDREDTHS
    if not 0 <= number <= 100 * HUNDREDTHS:
        raise Unreadable(_("%(text)s is outside 0 to 100. Write a number between them.") % {"text": text[:60]}, field)
    if number != int(number):
        raise Unreadable(_("%(text)s has more than two decimals. Leave some out.") % {"text": text[:60]}, field)
    return int(number)


def plain_number(value: Decimal) -> str:
    """A decimal as text without needless zeros, never in powers of ten."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
