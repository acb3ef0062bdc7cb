"""The chain of meetings: each closed meeting names the hash of the one before, and has a code to write down."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Final

JsonValue = None | bool | int | str | list["JsonValue"] | dict[str, "JsonValue"]

# No look-alikes: of 0 O Q, 1 I L, 2 Z, 5 S, 8 B, U V only those stay that cannot be taken for another one kept.
ALPHABET: Final = "34679ACDEFGHJKMNPQRTWXY"
CODE_LENGTH: Final = 8
# the hyphen of a keyboard, and the dashes that phones make of it
_HYPHENS: Final = re.compile("[-\u2010-\u2015\u2212]")


class NotCanonical(ValueError):
    """The document holds something that has no single way to be written, such as a number with a fraction."""


class NotAMeetingCode(ValueError):
    """The code was misread or miswritten: its check character does not fit."""


def canonical(document: JsonValue) -> bytes:
    """A document as bytes that are the same on every device: sorted keys, no spaces, whole numbers, UTF-8.

    Raises: NotCanonical for a fraction, a number too large to be exact on a phone, or a lone surrogate.
    Source: RFC 8785 (JSON Canonicalization Scheme), restricted to whole numbers within 2^53.
    """
    _check(document)
    # RFC 8785 sorts keys by UTF-16 code units; our keys are ASCII, where that is the same as by code points.
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        raise NotCanonical("The document holds half a character (a lone surrogate).") from None


def _check(value: JsonValue, path: str = "") -> None:
    match value:
        case dict():
            for key, item in value.items():
                if not isinstance(key, str) or not key.isascii():
                    raise NotCanonical(f"The key {key!r} at {path or 'the top'} is not plain ASCII.")
                _check(item, f"{path}/{key}")
        case list():
            for index, item in enumerate(value):
                _check(item, f"{path}/{index}")
        case bool() | None | str():
            pass
        case int():
            if abs(value) >= 2**53:
                raise NotCanonical(f"The number at {path} is too large to be kept exactly.")
        case _:
            raise NotCanonical(f"The value at {path} is not a whole number, text, yes/no, list or object.")


def meeting_hash(document: dict[str, JsonValue]) -> str:
    """The fingerprint of a meeting: SHA-256, in hex, of everything in it but the keys that lock it.

    The document names the hash of the meeting before in `previous`, so this one vouches for all before it.
    """
    return fingerprint({key: value for key, value in document.items() if key != "keys"})


def fingerprint(document: JsonValue) -> str:
    """SHA-256, in hex, of a document in its canonical form."""
    return hashlib.sha256(canonical(document)).hexdigest()


def meeting_code(hash_hex: str) -> str:
    """Eight characters to read aloud and write into the passbooks: seven of the hash and one that checks them.

    The check is a weighted sum modulo the prime 23, which finds every single wrong character and every swap.
    """
    number = int(hash_hex, 16)
    digits = []
    for _ in range(CODE_LENGTH - 1):
        number, digit = divmod(number, len(ALPHABET))
        digits.append(digit)
    digits.append(_check_digit(digits))
    return "".join(ALPHABET[digit] for digit in digits)


def _check_digit(digits: list[int]) -> int:
    return sum(weight * digit for weight, digit in enumerate(digits, start=2)) % len(ALPHABET)


def read_code(text: str) -> str:
    """A code as it was written or said, with small letters, spaces or hyphens, in its proper form.

    Raises: NotAMeetingCode, saying whether the length, a character or the check is wrong.
    """
    code = "".join(_HYPHENS.sub(" ", text.upper()).split())
    if len(code) != CODE_LENGTH:
        raise NotAMeetingCode(f"A meeting code has {CODE_LENGTH} characters; {text!r} has {len(code)}.")
    strange = [character for character in code if character not in ALPHABET]
    if strange:
        raise NotAMeetingCode(f"{strange[0]!r} is never used in a meeting code; look at it once more.")
    digits = [ALPHABET.index(character) for character in code]
    if _check_digit(digits[:-1]) != digits[-1]:
        raise NotAMeetingCode(f"{text!r} is not a meeting code: one character is wrong, or two are swapped.")
    return code
