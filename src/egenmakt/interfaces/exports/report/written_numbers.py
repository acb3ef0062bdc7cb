"""Numbers that are already written, read back for a workbook: only where that gives the same text again."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from babel.numbers import NumberFormatError, format_decimal, parse_decimal

from egenmakt.interfaces.exports.pdf.labels import Words

_SPACES: Final = dict.fromkeys(map(ord, " \u00a0\u202f\u2009"), "\u00a0")
_MARKS: Final = dict.fromkeys(map(ord, "\u200e\u200f\u061c\u2066\u2067\u2068\u2069"))
_MINUS: Final = "\u2212"
_MANY_DIGITS: Final = 15
"""What a workbook's numbers hold exactly."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number and how a workbook shows it."""

    value: Decimal
    form: str


def read_number(text: str, *, language: str) -> Number | None:
    """A number as it is written in a language, with or without a percent sign; None unless that is certain.

    It is read and written again: only what gives the same text, but for its spaces, was a number in this language.
    """
    plain = text.translate(_MARKS).translate(_SPACES).strip("\u00a0").replace(_MINUS, "-")
    is_share = plain.endswith("%")
    plain = plain.removesuffix("%").rstrip("\u00a0")
    locale = Words.of(language).locale
    try:
        value = parse_decimal(plain, locale=locale, strict=False)
    except NumberFormatError:
        return None
    if not value.is_finite() or len(value.as_tuple().digits) > _MANY_DIGITS:
        return None
    places = max(0, -int(value.as_tuple().exponent))
    for grouped in ("#,##0", "0"):
        pattern = grouped + ("." + "0" * places if places else "")
        again = format_decimal(value, format=pattern, locale=locale, decimal_quantization=False)
        if _bare(again) == _bare(plain):
            form = "0" + ("." + "0" * places if places else "") + "%" if is_share else pattern
            return Number(value.scaleb(-2) if is_share else value, form)
    return None


def _bare(text: str) -> str:
    """Without spaces and marks: whether groups stand apart by a narrow space or a wide one does not matter."""
    return text.translate(_MARKS).translate(dict.fromkeys(map(ord, " \u00a0\u202f\u2009"))).replace(_MINUS, "-")
