"""The file store of editions: a folder each, with the pack, its photographs, and what was drawn from it."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

from django.conf import settings

from egenmakt.apps.stories.files import overwrite

PACK = "report.pack.zip"
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,80}")


def folder_of(*, edition_id: UUID) -> Path:
    """Where an edition's files lie."""
    return Path(settings.HOME) / "files" / "reports" / str(edition_id)


def pack_path(*, edition_id: UUID) -> Path:
    """The pack of an edition."""
    return folder_of(edition_id=edition_id) / PACK


def write(*, edition_id: UUID, name: str, content: bytes) -> str:
    """Write a file so that it is whole or not there at all. Returns: its SHA-256."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name of a file of an edition.")
    path = folder_of(edition_id=edition_id) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f"{name}.part")
    with half.open("wb") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)
    return hashlib.sha256(content).hexdigest()


def read(*, edition_id: UUID, name: str) -> bytes | None:
    """A file of an edition; None where it is not there."""
    path = folder_of(edition_id=edition_id) / name
    if not _NAME.fullmatch(name) or not path.is_file():
        return None
    return path.read_bytes()


def photographs(*, edition_id: UUID) -> dict[str, bytes]:
    """The photographs of an edition, by the SHA-256 of their bytes."""
    folder = folder_of(edition_id=edition_id)
    return {path.stem: path.read_bytes() for path in sorted(folder.glob("*.photo"))}


def photograph_names(pictures: Mapping[str, bytes]) -> dict[str, bytes]:
    """Photographs under the names of their files."""
    return {f"{sha256}.photo": content for sha256, content in pictures.items()}


def remove(*, edition_id: UUID, names: list[str]) -> None:
    """Overwrite files with zeros and remove them; those that are gone already are no error."""
    for name in names:
        for path in (folder_of(edition_id=edition_id) / name, folder_of(edition_id=edition_id) / f"{name}.part"):
            overwrite(path)


def drawn_names(*, edition_id: UUID) -> list[str]:
    """What was drawn from the pack and can be drawn again: pages, PDF, documents, annexes."""
    folder = folder_of(edition_id=edition_id)
    return [path.name for path in sorted(folder.glob("*")) if path.name != PACK and path.suffix != ".photo"]
