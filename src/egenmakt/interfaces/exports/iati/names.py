"""Find names in texts however they are written, so that none of them is published."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from urllib.parse import unquote

LONG = 6
"""From so many letters on, a name is found inside other words and across spaces and hyphens too."""

_WITHOUT_SPACES = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]")
"""Thai, Lao, Burmese, Khmer, Japanese and Chinese: there is no space at which a word would end."""
_ENDING = 2
_Span = tuple[int, int]


class TooShortAName(ValueError):
    """A name of one letter would be found everywhere."""


def _folded(text: str) -> tuple[str, list[int]]:
    """The text in small letters without accents, everything else as spaces; and where each letter came from."""
    letters: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        for part in unicodedata.normalize("NFKD", sign).casefold():
            if unicodedata.category(part) in ("Mn", "Mc", "Me", "Cf") or part == "\u0640":  # accents, joiners, tatweel
                continue
            letters.append(part if part.isalnum() else " ")
            places.append(place)
    return "".join(letters), places


@dataclass(frozen=True, slots=True)
class Names:
    """Names that must not be seen, and identifiers that must not: these are found only as a whole."""

    names: tuple[str, ...]
    identifiers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in self.names:
            if len(_folded(name)[0].replace(" ", "")) < 2:
                raise TooShortAName(f"{name!r} is too short to be looked for.")

    @classmethod
    def of(cls, names: Iterable[str], identifiers: Iterable[str] = ()) -> Names:
        """Names in any order, blank ones left out."""
        return cls(tuple(sorted({name.strip() for name in names} - {""})), tuple(sorted(set(identifiers))))

    def spans(self, text: str) -> list[_Span]:
        """Where names stand, as whole words: start and end of each place, in order and apart from each other."""
        folded, places = _folded(text)
        found = [
            _whole_words(text, places[start], places[end - 1] + 1)
            for name in self.names
            for start, end in _matches(_folded(name)[0].split(), folded)
        ]
        for identifier in self.identifiers:
            found += [one.span() for one in re.finditer(rf"(?<![\w-]){re.escape(identifier)}(?![\w-])", text)]
        return _merged(found)

    def found_in(self, text: str) -> bool:
        """Whether a name stands in a text, also as part of an address."""
        ways = {text, unquote(text), unescape(text), unquote(unescape(text)), _readable_host(text)}
        return any(self.spans(way) for way in ways)

    def covered(self, text: str, neutral: str) -> str:
        """The text with neutral words in the place of names."""
        parts, last = [], 0
        for start, end in self.spans(text):
            parts += [text[last:start], neutral]
            last = end
        return "".join([*parts, text[last:]])


def _matches(name: list[str], folded: str) -> Iterator[_Span]:
    compact = "".join(name)
    if len(compact) >= LONG or _WITHOUT_SPACES.search(compact):
        letters = [place for place, sign in enumerate(folded) if sign != " "]
        whole = folded.replace(" ", "")
        start = whole.find(compact)
        while start >= 0:
            yield letters[start], letters[start + len(compact) - 1] + 1
            start = whole.find(compact, start + 1)
        return
    # A short name is a word or some words, perhaps with an ending (Alis) or, outside Latin script, a beginning.
    before = "" if compact.isascii() else rf"\w{{0,{_ENDING}}}"
    for pattern in {r"\s+".join(map(re.escape, name)), re.escape(compact)}:
        for one in re.finditer(rf"(?<!\w){before}{pattern}\w{{0,{_ENDING}}}(?!\w)", folded):
            yield one.span()


def _whole_words(text: str, start: int, end: int) -> _Span:
    def joins(sign: str) -> bool:
        letter = sign.isalnum() or unicodedata.category(sign) in ("Mn", "Mc", "Me", "Cf")
        return letter and not _WITHOUT_SPACES.match(sign)

    while start > 0 and joins(text[start - 1]):
        start -= 1
    while end < len(text) and joins(text[end]):
        end += 1
    return start, end


def _merged(spans: list[_Span]) -> list[_Span]:
    found: list[_Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _readable_host(text: str) -> str:
    """An address with its host in letters: xn--… hides what everybody's browser shows."""

    def decoded(match: re.Match[str]) -> str:
        try:
            return match[0].encode("ascii").decode("idna")
        except UnicodeError:
            return match[0]

    return re.sub(r"xn--[a-z0-9-]+", decoded, text, flags=re.IGNORECASE)
