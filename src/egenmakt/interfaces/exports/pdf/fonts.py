"""Fonts: which letters can be put on paper, and with which font.

PDF/UA-1 refuses a sign that no font can show, so a name with an emoji in it would stop the printing. Here every text is
made printable first: a sign without a glyph becomes U+FFFD, the sign for "something stood here".
"""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from egenmakt.interfaces.exports.pdf.direction import ISOLATES, balance_isolates

VENDORED_FOLDER: Final = Path(__file__).parent / "fonts"
"""The fonts that always come along (SIL Open Font License): enough for the same bytes on every machine."""
INSTALLED_FOLDER: Final = Path("/usr/share/fonts/truetype/noto")
"""Where Debian's fonts-noto-core lies: used only for signs that the vendored fonts do not have."""

VENDORED: Final = {
    "Noto Sans": "NotoSans-Regular.ttf",
    "Noto Sans Arabic": "NotoSansArabic-Regular.ttf",
    "Noto Sans Devanagari": "NotoSansDevanagari-Regular.ttf",
    "Noto Sans Bengali": "NotoSansBengali-Regular.ttf",
    "Noto Sans Tamil": "NotoSansTamil-Regular.ttf",
    "Noto Sans Ethiopic": "NotoSansEthiopic-Regular.ttf",
}
INSTALLED: Final = {
    f"Noto Sans {script}": f"NotoSans{script}-Regular.ttf"
    for script in (
        *("Armenian", "Georgian", "Gujarati", "Gurmukhi", "Hebrew", "Kannada", "Khmer", "Lao", "Malayalam", "Myanmar"),
        *("NKo", "Oriya", "Sinhala", "Symbols", "Symbols2", "Telugu", "Thaana", "Thai", "Tifinagh", "Vai"),
    )
}

UNSHOWABLE: Final = "\ufffd"
_LONGEST_WORD: Final = 22
_JOINERS: Final = frozenset("\u200c\u200d")
# Signs without a shape of their own that every font takes: places to break, joiners, marks of direction.
_SHAPELESS: Final = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f") | ISOLATES


@dataclass(frozen=True, slots=True)
class FontChoice:
    """The font families, in order, and the folders to find them in."""

    families: tuple[str, ...]
    folders: tuple[Path, ...]


def choose_fonts(*, text: str) -> FontChoice:
    """The fonts for a text: the vendored ones, and the machine's own only if a sign needs them."""
    extra = [
        name
        for name, signs in _installed_coverage().items()
        if any(ord(sign) in signs for sign in set(text) - _SHAPELESS if not _is_vendored(sign))
    ]
    if not extra:
        return FontChoice(families=tuple(VENDORED), folders=(VENDORED_FOLDER,))
    return FontChoice(families=(*VENDORED, *extra), folders=(VENDORED_FOLDER, INSTALLED_FOLDER))


def printable(text: str) -> str:
    """A text that can always be set: composed, without control signs, unshowable signs as U+FFFD.

    A sign and the marks upon it must come from one font; a mark that does not fit its sign is left out. Words of more
    than 22 signs get invisible places to break, so that no name runs over its neighbour.
    """
    shown: list[str] = []
    run = 0
    for cluster in _clusters(balance_isolates(unicodedata.normalize("NFC", text))):
        cluster = _showable(cluster)
        run = 0 if cluster.isspace() or cluster == "-" else run + len(cluster)
        if run > _LONGEST_WORD:
            shown.append("\u200b")
            run = len(cluster)
        shown.append(cluster)
    return "".join(shown)


def _clusters(text: str) -> Iterator[str]:
    """The text sign by sign, each with its combining marks and joiners; control signs become spaces or nothing.

    Marks that turn letters round by hand are left out: in a name they can only mislead its reader.
    """
    cluster = ""
    for sign in text:
        category = unicodedata.category(sign)
        if category == "Cs" or (category == "Cf" and sign not in _SHAPELESS):
            continue
        if category in ("Cc", "Zl", "Zp"):
            sign, category = " ", "Zs"
        if cluster and (category in ("Mn", "Mc", "Me") or sign in _JOINERS):
            cluster += sign
            continue
        if cluster:
            yield cluster
        cluster = sign
    if cluster:
        yield cluster


def _showable(cluster: str) -> str:
    signs = {ord(sign) for sign in cluster if sign not in _SHAPELESS}
    if not signs:
        return cluster
    if any(signs <= coverage for coverage in (*_vendored_coverage().values(), *_installed_coverage().values())):
        return cluster
    if _is_known(cluster[0]) and not unicodedata.category(cluster[0]).startswith("M"):
        return cluster[0]
    return UNSHOWABLE


def _is_vendored(sign: str) -> bool:
    return any(ord(sign) in coverage for coverage in _vendored_coverage().values())


def _is_known(sign: str) -> bool:
    return _is_vendored(sign) or any(ord(sign) in coverage for coverage in _installed_coverage().values())


@cache
def _vendored_coverage() -> dict[str, frozenset[int]]:
    return {family: read_coverage(VENDORED_FOLDER / file) for family, file in VENDORED.items()}


@cache
def _installed_coverage() -> dict[str, frozenset[int]]:
    return {
        family: read_coverage(INSTALLED_FOLDER / file)
        for family, file in INSTALLED.items()
        if (INSTALLED_FOLDER / file).is_file()
    }


def read_coverage(path: Path) -> frozenset[int]:
    """The code points that a TrueType font has glyphs for.

    Source: OpenType 1.9, table "cmap", subtable formats 4 and 12. Private-use signs are left out.
    """
    data = path.read_bytes()
    table_count = struct.unpack_from(">H", data, 4)[0]
    records = (struct.unpack_from(">4sIII", data, 12 + 16 * index) for index in range(table_count))
    start = next(offset for tag, _, offset, _ in records if tag == b"cmap")
    subtable_count = struct.unpack_from(">H", data, start + 2)[0]
    points: set[int] = set()
    for index in range(subtable_count):
        offset = start + struct.unpack_from(">I", data, start + 4 + 8 * index + 4)[0]
        points.update(_read_subtable(data, offset))
    return frozenset(point for point in points if unicodedata.category(chr(point)) not in ("Co", "Cn", "Cs", "Cc"))


def _read_subtable(data: bytes, offset: int) -> Iterator[int]:
    form = struct.unpack_from(">H", data, offset)[0]
    if form == 12:
        for index in range(struct.unpack_from(">I", data, offset + 12)[0]):
            first, last, glyph = struct.unpack_from(">III", data, offset + 16 + 12 * index)
            yield from range(first + (glyph == 0), last + 1)
    elif form == 4:
        yield from _read_segments(data, offset)


def _read_segments(data: bytes, offset: int) -> Iterator[int]:
    size = struct.unpack_from(">H", data, offset + 6)[0]  # twice the number of segments
    for step in range(0, size, 2):
        last = struct.unpack_from(">H", data, offset + 14 + step)[0]
        first = struct.unpack_from(">H", data, offset + 16 + size + step)[0]
        delta = struct.unpack_from(">H", data, offset + 16 + 2 * size + step)[0]
        place = offset + 16 + 3 * size + step
        reach = struct.unpack_from(">H", data, place)[0]
        for point in range(first, last + 1):
            if reach == 0:
                glyph = (point + delta) % 65536
            else:
                glyph = struct.unpack_from(">H", data, place + reach + 2 * (point - first))[0]
            if glyph and point != 0xFFFF:
                yield point
