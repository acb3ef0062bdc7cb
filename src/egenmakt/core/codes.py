"""Codes that are read aloud and written on paper: no look-alikes, and a character that finds a slip of the pen."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

# No look-alikes: of 0 O Q, 1 I L, 2 Z, 5 S, 8 B, U V only those stay that cannot be taken for another one kept.
ALPHABET: Final = "34679ACDEFGHJKMNPQRTWXY"
# the hyphen of a keyboard, and the dashes that phones make of it
_HYPHENS: Final = re.compile("[-\u2010-\u2015\u2212]")


class NotACode(ValueError):
    """The code was misread or miswritten: its length, a character or its check character does not fit."""


def check_digit(digits: Sequence[int]) -> int:
    """A weighted sum modulo the prime 23, which finds every single wrong character and every swap."""
    return sum(weight * digit for weight, digit in enumerate(digits, start=2)) % len(ALPHABET)


def code_of(number: int, *, length: int) -> str:
    """So many characters made from a number, the last of which checks the others."""
    digits = []
    for _ in range(length - 1):
        number, digit = divmod(number, len(ALPHABET))
        digits.append(digit)
    digits.append(check_digit(digits))
    return "".join(ALPHABET[digit] for digit in digits)


def plain(text: str) -> str:
    """What was written or said, in capitals and without spaces and hyphens."""
    return "".join(_HYPHENS.sub(" ", text.upper()).split())


def read_checked(text: str, *, length: int, name: str) -> str:
    """A code as it was written or said, with small letters, spaces or hyphens, in its proper form.

    Raises: NotACode, saying whether the length, a character or the check is wrong.
    """
    code = plain(text)
    if len(code) != length:
        raise NotACode(f"A {name} has {length} characters; {text!r} has {len(code)}.")
    strange = [character for character in code if character not in ALPHABET]
    if strange:
        raise NotACode(f"{strange[0]!r} is never used in a {name}; look at it once more.")
    digits = [ALPHABET.index(character) for character in code]
    if check_digit(digits[:-1]) != digits[-1]:
        raise NotACode(f"{text!r} is not a {name}: one character is wrong, or two are swapped.")
    return code
