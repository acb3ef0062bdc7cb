"""Words as they are searched: small letters, no accents, split the same way on both databases and in every script."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Final

WORD_LENGTH_MAX: Final = 100
WORDS_BYTES_MAX: Final = 600_000
"""PostgreSQL takes up to 1 MB of words in one row's index."""

_APOSTROPHES: Final = frozenset("'\u2019\u02bc\u2018\u02b9`")
_OTHER_LETTERS: Final = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "ħ": "h", "þ": "th", "ى": "ي", "ـ": ""}
)
"""Letters that Unicode does not take apart, and that people write in two ways."""


def _is_accent(character: str) -> bool:
    """Whether a mark can be left out without making another word.

    By its combining class: accents of Latin, Greek and Cyrillic (200 and more), points of Hebrew and Arabic (10 to 35),
    the nukta of Devanagari (7). The vowel signs and the virama of Hindi and Nepali (0 and 9) are letters, and stay.
    """
    kind = unicodedata.combining(character)
    return kind >= 200 or 10 <= kind <= 36 or kind == 7


def fold(text: str) -> str:
    """The words of a text, folded, with one space between them.

    A word is a run of letters, digits and marks; an apostrophe inside it is left out (k'iche', п'ять).
    """
    plain = unicodedata.normalize("NFKD", text.casefold()).translate(_OTHER_LETTERS)
    words: list[str] = []
    current: list[str] = []
    for character in plain:
        if _is_accent(character) or character in _APOSTROPHES or unicodedata.category(character) == "Cf":
            continue
        if unicodedata.category(character)[0] in "LNM":
            current.append(character)
        elif current:
            words.append("".join(current)[:WORD_LENGTH_MAX])
            current = []
    if current:
        words.append("".join(current)[:WORD_LENGTH_MAX])
    return unicodedata.normalize("NFC", " ".join(words)).encode()[:WORDS_BYTES_MAX].decode(errors="ignore")


def words_as_written(text: str) -> Iterator[tuple[str, str]]:
    """Each word of a text folded, and as it stands there: `fold` says the same words in the same order."""
    current: list[str] = []
    for character in f"{text} ":
        kind = unicodedata.category(character)
        if kind[0] in "LNM" or kind == "Cf" or character in _APOSTROPHES:
            current.append(character)
        elif unicodedata.category(unicodedata.normalize("NFKD", character)[0])[0] in "LNM":
            current.append(character)  # a sign that is taken apart into letters, such as a fraction
        elif current:
            written = "".join(current).strip("".join(_APOSTROPHES))
            yield from ((word, written) for word in fold(written).split())
            current = []
