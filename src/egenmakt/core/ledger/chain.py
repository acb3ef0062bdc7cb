"""The chain of meetings: each closed meeting names the hash of the one before, and has a code to write down."""

from __future__ import annotations

from typing import Final

from egenmakt.core.canonical import JsonValue, NotCanonical, canonical, fingerprint
from egenmakt.core.codes import ALPHABET, NotACode, code_of, read_checked

__all__ = [
    "ALPHABET",
    "CODE_LENGTH",
    "JsonValue",
    "NotAMeetingCode",
    "NotCanonical",
    "canonical",
    "fingerprint",
    "meeting_code",
    "meeting_hash",
    "read_code",
]

CODE_LENGTH: Final = 8

NotAMeetingCode = NotACode
"""The code was misread or miswritten: its check character does not fit."""


def meeting_hash(document: dict[str, JsonValue]) -> str:
    """The fingerprint of a meeting: SHA-256, in hex, of everything in it but the keys that lock it.

    The document names the hash of the meeting before in `previous`, so this one vouches for all before it.
    """
    return fingerprint({key: value for key, value in document.items() if key != "keys"})


def meeting_code(hash_hex: str) -> str:
    """Eight characters to read aloud and write into the passbooks: seven of the hash and one that checks them."""
    return code_of(int(hash_hex, 16), length=CODE_LENGTH)


def read_code(text: str) -> str:
    """A code as it was written or said, with small letters, spaces or hyphens, in its proper form.

    Raises: NotAMeetingCode, saying whether the length, a character or the check is wrong.
    """
    return read_checked(text, length=CODE_LENGTH, name="meeting code")
