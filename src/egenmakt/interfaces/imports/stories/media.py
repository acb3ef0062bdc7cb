"""The photos and voices that come with a table: a ZIP, or a folder, and the columns that name its files."""

from __future__ import annotations

import hashlib
import zipfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Final

from django.utils.translation import gettext as _

from egenmakt.apps.stories.media import AUDIO_BYTES_MAX, PHOTO_BYTES_MAX, NotTaken, clean_audio, clean_photo
from egenmakt.interfaces.imports.findings import Unreadable
from egenmakt.interfaces.imports.stories.framework import code_of
from egenmakt.interfaces.imports.stories.mapping import QuestionMap, StoryMapping
from egenmakt.interfaces.imports.stories.rows import Rows, StoryFile
from egenmakt.interfaces.imports.values import NotRead

FILES_MAX: Final = 50_000
LOOKED_AT: Final = 200
BYTES_MAX: Final = {"photo": PHOTO_BYTES_MAX, "audio": AUDIO_BYTES_MAX}
PURPOSE: Final = {"photo": "photo", "audio": "voice"}
"""What a teller must have agreed to, so that a file of this kind is kept."""
_PHOTO_ENDS: Final = (".jpg", ".jpeg", ".png", ".webp", ".heic", ".gif", ".bmp", ".tif", ".tiff")
_CLEAN: Final = {"photo": clean_photo, "audio": clean_audio}


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that a row names, as the story's document lists it, and by what it is found again."""

    question: str
    kind: str
    name: str
    sha256: str
    bytes: int
    media_type: str


def is_media(file: StoryFile) -> bool:
    """Whether a file is a ZIP of other files, and not a workbook, which is one too."""
    if not zipfile.is_zipfile(file.path):
        return False
    with zipfile.ZipFile(file.path) as archive:
        return "[Content_Types].xml" not in archive.namelist()


class MediaFiles:
    """The files of a ZIP or a folder by their names, without the folders that they lie in.

    Raises: Unreadable for an archive that is damaged or holds too many files.
    """

    def __init__(self, *, archives: Sequence[StoryFile] = (), folder: Path | None = None) -> None:
        self._places: dict[str, list[tuple[zipfile.ZipFile | None, str]]] = {}
        self._seen: dict[tuple[str, str], tuple[str, int, str]] = {}
        for file in archives:
            try:
                archive = zipfile.ZipFile(file.path)  # read row by row, so it stays open with this object
            except (zipfile.BadZipFile, OSError) as error:
                raise Unreadable(file.name, _("The ZIP is damaged or cut short."), str(error)) from None
            for info in archive.infolist():
                if not info.is_dir():
                    self._note(file.name, PurePosixPath(info.filename).name, archive, info.filename)
        for path in sorted(folder.rglob("*")) if folder else ():
            if path.is_file() and not path.is_symlink():
                self._note(str(folder), path.name, None, str(path))

    def _note(self, where: str, name: str, archive: zipfile.ZipFile | None, place: str) -> None:
        self._places.setdefault(name.casefold(), []).append((archive, place))
        if len(self._places) > FILES_MAX:
            text = _("There are more than %(most)s files in it.") % {"most": FILES_MAX}
            raise Unreadable(where, text, _("Divide them, and bring the table in by parts."))

    def __len__(self) -> int:
        return sum(len(places) for places in self._places.values())

    def has(self, name: str) -> bool:
        """Whether a file has this name."""
        return _base(name).casefold() in self._places

    def read(self, name: str, kind: str) -> bytes:
        """The bytes of a file. Raises: NotRead, where it is missing, named twice, too large or damaged."""
        places = self._places.get(_base(name).casefold(), [])
        if not places:
            text = _("No file with this name came with the table.")
            raise NotRead(text, _("Put it into the ZIP, or empty the cell."))
        if len(places) > 1:
            text = _("Several files have this name, in different folders.")
            raise NotRead(text, _("Give them different names, in the table too."))
        most, (archive, place) = BYTES_MAX[kind], places[0]
        try:
            with archive.open(place) if archive else Path(place).open("rb") as opened:
                content: bytes = opened.read(most + 1)  # what an archive says of its sizes need not be true
        except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError):
            text = _("The file cannot be taken out: it is damaged, or has a password.")
            raise NotRead(text, _("Make the ZIP again, without a password.")) from None
        if len(content) > most:
            text = _("The file is larger than %(most)s MB.") % {"most": most // 1_000_000}
            raise NotRead(text, _("Make it smaller, or empty the cell."))
        return content

    def look(self, *, question: str, name: str, kind: str) -> Attached:
        """A file that can be kept, cleaned once to be sure of it. Raises: NotRead with the remedy."""
        found = self._seen.get((name, kind))
        if found is None:
            content = self.read(name, kind)
            try:
                cleaned = _CLEAN[kind](content=content)
            except NotTaken:
                known = _("JPEG, PNG and WebP") if kind == "photo" else _("Ogg, WebM, MP4, MP3, WAV and AMR")
                text = _("The file is damaged or of a kind that is not taken; these are: %(kinds)s.")
                remedy = _("Save it as one of them, or empty the cell.")
                raise NotRead(text % {"kinds": known}, remedy) from None
            found = (hashlib.sha256(content).hexdigest(), len(content), cleaned.media_type)
            self._seen[name, kind] = found
        return Attached(question, kind, name, *found)


def _base(name: str) -> str:
    """The name alone: exports write paths, and addresses, of either kind of slash."""
    return name.replace("\\", "/").rpartition("/")[2].partition("?")[0]


def with_media(*, rows: Rows, mapping: StoryMapping, media: MediaFiles) -> StoryMapping:
    """The mapping with every column that names files of the ZIP as a photo or a voice of the teller's."""
    if any(question.how == "file" for question in mapping.questions):
        return mapping
    taken = {*mapping.fields.values(), *mapping.consent.values()}
    named: dict[str, Counter[str]] = {column: Counter() for column in rows.header if column not in taken}
    filled: Counter[str] = Counter()
    for row in rows.first(LOOKED_AT):
        for column, cell in zip(rows.header, row.cells, strict=False):
            if cell and column in named:
                filled[column] += 1
                if media.has(cell):
                    named[column]["photo" if _base(cell).casefold().endswith(_PHOTO_ENDS) else "audio"] += 1
    # a column of files may name some that are missing; one of other words names none
    kinds = {column: counts.most_common(1)[0][0] for column, counts in named.items() if counts}
    kinds = {column: kind for column, kind in kinds.items() if named[column].total() * 2 >= filled[column]}
    if not kinds:
        return mapping
    kept = tuple(question for question in mapping.questions if not set(question.all_columns) & kinds.keys())
    codes = [question.code for question in kept]
    for column, kind in kinds.items():
        code = code_of(column, codes, kind)
        codes.append(code)
        before = next((q for q in mapping.questions if column in q.all_columns), None)
        text = before.text if before else column
        kept = (*kept, QuestionMap(code=code, type=kind, how="file", text=text, columns=(column,)))
    left_out = {column: why for column, why in mapping.left_out.items() if column not in kinds}
    return replace(mapping, questions=kept, left_out=left_out)
