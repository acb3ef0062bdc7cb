"""The parts of an author's text: paragraphs, sentences, quotations, and the places where claims stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

Span = tuple[int, int]
PLACE: Final = re.compile(r"\{\{\s*(?P<code>[^{}:]*?)\s*(?::\s*(?P<part>[^{}]*?)\s*)?\}\}")
"""{{members-ke}} or {{members-ke:share}}."""
_BULLET: Final = re.compile(r"[-*•]\s+")
_ENDS: Final = re.compile(r"[.!?…]+[”“\"»’)]*\s+|\n")
_ABBREVIATIONS: Final = frozenset(
    (
        "t.ex", "bl.a", "dvs", "d.v.s", "m.m", "osv", "o.s.v", "ca", "c:a", "kl", "nr", "s.k", "f.d", "fr.o.m", "t.o.m",
        "resp", "jan", "feb", "apr", "jun", "jul", "aug", "sep", "sept", "okt", "oct", "nov", "dec", "e.g", "i.e",
        "etc", "approx", "vs", "mr", "mrs", "ms", "dr", "st", "no", "prof", "inc",
    )
)  # fmt: skip
_QUOTES: Final = re.compile(
    r"“[^“”]*[”“]|”[^”]*”|„[^“”]*[“”]|»[^«»]*[«»]|«[^«»]*»|\"[^\"]*\"|‘[^‘’]*’(?!\w)|(?<!\w)'[^'\n]+'(?!\w)"
)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, or one item of a list, as it was written."""

    number: int
    """From 1, as an author counts them."""
    text: str
    is_bullet: bool = False


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and where it stands."""

    paragraph: int
    start: int
    text: str
    quoted: tuple[Span, ...]
    """What in it is said by somebody, between quotation marks."""

    def is_quoted(self, start: int, end: int) -> bool:
        """Whether a part of the sentence lies in a quotation."""
        return any(low <= start and end <= high for low, high in self.quoted)

    @property
    def codes(self) -> tuple[str, ...]:
        """The claims that are placed in it, in their order."""
        return tuple(match["code"] for match in PLACE.finditer(self.text))


def paragraphs(text: str) -> tuple[Paragraph, ...]:
    """The paragraphs of a text: an empty line ends one, and each line that begins with a dash is one of a list."""
    found: list[Paragraph] = []
    for chunk in re.split(r"\n\s*\n", text.replace("\r\n", "\n")):
        lines: list[str] = []
        for line in filter(None, (line.strip() for line in chunk.split("\n"))):
            if _BULLET.match(line):
                _add(found, lines)
                found.append(Paragraph(len(found) + 1, _BULLET.sub("", line, count=1), is_bullet=True))
            else:
                lines.append(line)
        _add(found, lines)
    return tuple(found)


def _add(found: list[Paragraph], lines: list[str]) -> None:
    if lines:
        found.append(Paragraph(len(found) + 1, " ".join(lines)))
        lines.clear()


def quotations(text: str) -> tuple[Span, ...]:
    """What stands between quotation marks, with the marks. A mark that is never closed opens nothing."""
    return tuple(match.span() for match in _QUOTES.finditer(text))


def sentences(paragraph: Paragraph) -> Iterator[Sentence]:
    """The sentences of a paragraph. Abbreviations and numbers of headings end none, and neither does a quotation's."""
    text, quoted = paragraph.text, quotations(paragraph.text)
    start = 0
    for match in _ENDS.finditer(text):
        rest = text[match.end() :]
        before = text[start : match.start()]
        last = before.rsplit(None, 1)[-1] if before.strip() else ""
        is_heading = last.isdecimal() and before.strip() == last
        if is_heading or last.strip('(“”"').casefold() in _ABBREVIATIONS:
            continue
        if rest[:1].islower() or any(low < match.start() < high - 1 for low, high in quoted):
            continue
        yield _sentence(paragraph.number, text, start, match.end(), quoted)
        start = match.end()
    if text[start:].strip():
        yield _sentence(paragraph.number, text, start, len(text), quoted)


def _sentence(number: int, text: str, start: int, end: int, quoted: tuple[Span, ...]) -> Sentence:
    inside = tuple((max(low - start, 0), min(high, end) - start) for low, high in quoted if low < end and high > start)
    return Sentence(number, start, text[start:end].rstrip(), inside)
