"""The code on the teller's slip: who has it can take the story back, without saying who they are."""

from __future__ import annotations

import hashlib
import unicodedata
from typing import Final

from egenmakt.core.codes import code_of, plain, read_checked

LENGTH: Final = 16
"""Fifteen characters of chance and one that checks them: 23^15, which is 67 bits."""
GROUP: Final = 4
BYTES_NEEDED: Final = 16
"""More than the code holds, so that no character is likelier than another by more than one in 2^60."""

# Of 0, O and Q only Q is used. The second row are Cyrillic letters that look like the Latin ones, and their
# keyboards type; U+0405 and others that look like letters we never use are left alone, and so are refused.
_LOOK_ALIKES: Final = str.maketrans("0OАСЕНКМРТХУЈ", "QQACEHKMPTXYJ")


class TooLittleChance(ValueError):
    """A code needs at least so many random bytes; with fewer it could be guessed."""


def withdrawal_code(chance: bytes) -> str:
    """A code for one slip, made from random bytes: four groups of four, to write down and read aloud.

    Raises: TooLittleChance for fewer than 16 bytes.
    """
    if len(chance) < BYTES_NEEDED:
        raise TooLittleChance(f"{len(chance)} random bytes were given; a code needs {BYTES_NEEDED}.")
    return grouped(code_of(int.from_bytes(chance, "big"), length=LENGTH))


def grouped(code: str) -> str:
    """A code in groups, as it is printed."""
    return " ".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def read_withdrawal_code(text: str) -> str:
    """A code as someone types or dictates it, in its proper form without spaces.

    Small letters, blanks, hyphens, wide letters, digits of any script, Cyrillic letters that look Latin, and 0 or O
    for Q are all understood. Raises: NotACode, saying whether the length, a character or the check is wrong.
    """
    simple = unicodedata.normalize("NFKC", text)
    digits = "".join(str(unicodedata.decimal(each)) if each.isdecimal() else each for each in simple)
    return read_checked(plain(digits).translate(_LOOK_ALIKES), length=LENGTH, name="withdrawal code")


def hash_of(code: str) -> str:
    """SHA-256, in hex, of a code however it was typed: what is stored instead of it. Raises: NotACode."""
    return hashlib.sha256(read_withdrawal_code(code).encode()).hexdigest()
