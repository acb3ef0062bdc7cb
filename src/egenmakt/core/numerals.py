"""Numbers and words as people write them, in one form to be read or compared: digits of every script, spaces, case."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_SPACES: Final = " \u00a0\u202f\u2009'’"


def western(text: str) -> str:
    """The text with digits of every script as 0-9, one kind of minus, and Arabic separators as ours."""
    if text.isascii():
        return text.strip()
    digits = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)
    for old, new in (("\u2212", "-"), ("\u066b", "."), ("\u066c", ""), ("\u060c", ",")):
        digits = digits.replace(old, new)
    return digits.strip()


def plain(text: str) -> str:
    """A number without the spaces between its thousands."""
    return re.sub(f"(?<=\\d)[{_SPACES}](?=\\d{{2,3}}(\\D|$))", "", western(text))


def word(text: str) -> str:
    """A word as it is compared: one form of its letters, no difference of case, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
