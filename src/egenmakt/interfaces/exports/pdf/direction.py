"""Direction: text that runs against the page is fenced, so that its figures and full stops stay in their places."""

from __future__ import annotations

import unicodedata
from typing import Final, Literal

Direction = Literal["ltr", "rtl"]

ISOLATES: Final = frozenset("\u2066\u2067\u2068\u2069")
_OPENING: Final = {"ltr": "\u2066", "rtl": "\u2067"}
_CLOSING: Final = "\u2069"


def direction_of(text: str) -> Direction | None:
    """The direction of the first letter that has one; None for figures and marks alone.

    Source: Unicode Standard Annex 9, rules P2 and P3.
    """
    for sign in text:
        kind = unicodedata.bidirectional(sign)
        if kind == "L" and sign != "\u200e":
            return "ltr"
        if kind in ("R", "AL") and sign != "\u200f":
            return "rtl"
    return None


def fence(text: str, *, within: Direction) -> str:
    """The text as it is, or between isolating marks if it runs against what stands around it."""
    own = direction_of(text)
    return text if own in (None, within) else f"{_OPENING[own]}{text}{_CLOSING}"


def balance_isolates(text: str) -> str:
    """Every fence that is opened is closed within the text, and none is closed that was not opened."""
    depth = 0
    kept: list[str] = []
    for sign in text:
        if sign == _CLOSING:
            if depth == 0:
                continue
            depth -= 1
        elif sign in ISOLATES:
            depth += 1
        kept.append(sign)
    return "".join(kept) + _CLOSING * depth


def without_isolates(text: str) -> str:
    return "".join(sign for sign in text if sign not in ISOLATES)
