"""Finding out how a file of text is written, without holding it in memory."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from egenmakt.interfaces.imports.findings import Finding, Source, Unreadable

_BLOCK = 1 << 20
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_UNDEFINED = frozenset(b"\x81\x8d\x8f\x90\x9d")
"""Bytes that Windows-1252 leaves out."""
_ESCAPED = re.compile("[\udc80-\udcff]+")
_TWICE = re.compile(
    "[\u00c2-\u00f4][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
)
MIXED = 10
"""A file is UTF-8 with some foreign bytes when at least every tenth letter beyond ASCII is good UTF-8."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a file is written: Python's name for it, its name for people, and what is to be said about it."""

    code: str
    shown: str
    findings: tuple[Finding, ...] = ()


def find_encoding(*, path: Path, file: str, stated: str = "") -> Encoding:
    """Read a file through once and say how it is written.

    A file that is UTF-8 but for some bytes is read as UTF-8; those bytes are named where they stand. One that is in
    eight bits all through is read as Windows-1252 or Latin-1, and said to be a guess. Raises: Unreadable.
    """
    if stated:
        try:
            codecs.lookup(stated)
        except LookupError:
            text = _("No program knows the encoding “%(name)s”.") % {"name": stated}
            raise Unreadable(file, text, _("Write utf-8, cp1252, latin-1 or utf-16.")) from None
        return Encoding(stated, stated)
    with path.open("rb") as opened:
        start = opened.read(4000)
    for bom, code, shown in _BOMS:
        if start.startswith(bom):
            found = _look_through(path, file) if code == "utf-8-sig" else None
            if found and found.code != "utf-8":
                text = _("The file begins with the mark of %(name)s but is not in it; the mark is left out.")
                finding = Finding(Source(file), text % {"name": shown}, severity="note")
                return Encoding(found.code, found.shown, (finding, *found.findings))
            return Encoding(code, _("%(name)s with a BOM") % {"name": shown}, found.findings if found else ())
    if start.count(0) > len(start) // 4:
        code = "utf-16-le" if start[1:2] == b"\x00" else "utf-16-be"
        return Encoding(code, _("UTF-16 without a BOM"))
    return _look_through(path, file)


def _look_through(path: Path, file: str) -> Encoding:
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    good = broken = line = first_line = 0
    beyond: set[int] = set()
    sample = ""
    with path.open("rb") as opened:
        while block := opened.read(_BLOCK):
            text = decoder.decode(block)
            if not text.isascii():
                escaped = "".join(_ESCAPED.findall(text))
                if escaped and not broken:
                    at = _ESCAPED.search(text)
                    position = at.start() if at else 0
                    first_line = line + text.count("\n", 0, position) + 1
                    around = text[max(0, text.rfind("\n", 0, position) + 1) : position + 40].split("\n")[0]
                    sample = repaired(around).strip()
                broken += len(escaped)
                good += len(text) - len(text.encode("ascii", "ignore")) - len(escaped)
                beyond.update(ord(c) - 0xDC00 for c in escaped)
            line += text.count("\n")
    if not broken:
        return Encoding("utf-8", "UTF-8")
    if good * MIXED >= broken:
        text = _("The file is in UTF-8, but %(count)s bytes in it are not; each cell that holds some is named.")
        remedy = _("Save the file again in UTF-8 from the program that it came from.")
        finding = Finding(Source(file, first_line), text % {"count": broken}, remedy, sample, "note")
        return Encoding("utf-8", _("UTF-8 with foreign bytes"), (finding,))
    code, shown = ("latin-1", "Latin-1") if beyond & _UNDEFINED else ("cp1252", "Windows-1252")
    finding = Finding(
        Source(file, first_line),
        _("The file is not UTF-8 and is read as %(name)s.") % {"name": shown},
        _("Look whether the letters are right; otherwise save it again in UTF-8."),
        sample,
        "note",
    )
    return Encoding(code, shown, (finding,))


def is_broken(text: str) -> bool:
    """Whether a text holds bytes that are no UTF-8."""
    return not text.isascii() and _ESCAPED.search(text) is not None


def repaired(text: str) -> str:
    """A text with its foreign bytes read as Windows-1252, to be shown; nothing is stored of it."""
    return _ESCAPED.sub(lambda m: bytes(ord(c) - 0xDC00 for c in m[0]).decode("cp1252", "replace"), text)


def was_encoded_twice(text: str) -> bool:
    """Whether a text looks like UTF-8 that was read as Windows-1252 and saved again: fÃ¶r in place of för."""
    if text.isascii() or not _TWICE.search(text):
        return False
    for pair in _TWICE.findall(text):
        try:
            pair.encode("cp1252").decode("utf-8")
        except UnicodeError:
            continue
        return True
    return False
