"""One way to write a document down, the same bytes on every device, and its fingerprint."""

from __future__ import annotations

import hashlib
import json
from typing import Final

JsonValue = None | bool | int | str | list["JsonValue"] | dict[str, "JsonValue"]


class NotCanonical(ValueError):
    """The document holds something that has no single way to be written, such as a number with a fraction."""


def canonical(document: JsonValue) -> bytes:
    """A document as bytes that are the same on every device: sorted keys, no spaces, whole numbers, UTF-8.

    Raises: NotCanonical for a fraction, a number too large to be exact on a phone, or a lone surrogate.
    Source: RFC 8785 (JSON Canonicalization Scheme), restricted to whole numbers within 2^53.
    """
    if not _is_plain(document):
        _check(document)
    # RFC 8785 sorts keys by UTF-16 code units; our keys are ASCII, where that is the same as by code points.
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        raise NotCanonical("The document holds half a character (a lone surrogate).") from None


_EXACT: Final = 2**53


def _is_plain(document: JsonValue) -> bool:
    """Whether a document surely holds nothing but what has one way to be written; says nothing about where it does."""
    waiting = [document]
    for value in waiting:  # grows while it is walked through
        kind = type(value)
        if kind is str or value is None or kind is bool:
            continue
        if kind is int:
            if not -_EXACT < value < _EXACT:  # type: ignore[operator]  # its type was asked for above
                return False
        elif kind is list:
            waiting += value  # type: ignore[arg-type]  # as above
        elif kind is dict:
            try:
                if not "".join(value).isascii():  # type: ignore[arg-type]  # as above; a key that is no text raises
                    return False
            except TypeError:
                return False
            waiting += value.values()  # type: ignore[union-attr]  # as above
        else:
            return False
    return True


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
            if abs(value) >= _EXACT:
                raise NotCanonical(f"The number at {path} is too large to be kept exactly.")
        case _:
            raise NotCanonical(f"The value at {path} is not a whole number, text, yes/no, list or object.")


def fingerprint(document: JsonValue) -> str:
    """SHA-256, in hex, of a document in its canonical form."""
    return hashlib.sha256(canonical(document)).hexdigest()
