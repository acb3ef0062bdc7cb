"""The file store: photos and voices of stories, one file each, named by the attachment's id alone."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from django.conf import settings


def store_folder() -> Path:
    """Where the files lie."""
    return Path(settings.HOME) / "files" / "stories"


def path_of(*, attachment_id: UUID) -> Path:
    """Where an attachment's file lies. The last letters of an id are random, so the folders fill evenly."""
    name = str(attachment_id)
    return store_folder() / name[-2:] / name


def write_file(*, attachment_id: UUID, content: bytes) -> str:
    """Write a file so that it is whole or not there at all. Returns: its SHA-256."""
    path = path_of(attachment_id=attachment_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f"{path.name}.part")
    with half.open("wb") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)
    return hashlib.sha256(content).hexdigest()


def read_file(*, attachment_id: UUID) -> bytes:
    """The content of an attachment. Raises: FileNotFoundError."""
    return path_of(attachment_id=attachment_id).read_bytes()


def remove_files(*, attachment_ids: Iterable[UUID]) -> None:
    """Overwrite files with zeros and remove them; those that are gone already are no error.

    Overwriting helps on plain disks. Flash memory and file systems that copy on write may keep older blocks: only an
    encrypted disk answers for those (docs/decisions/erasure.md).
    """
    for id in attachment_ids:
        path = path_of(attachment_id=id)
        for each in (path, path.with_name(f"{path.name}.part")):
            overwrite(each)


def overwrite(path: Path) -> None:
    """Write zeros over a file and remove it; one that is gone already is no error."""
    if not path.exists():
        return
    with path.open("r+b") as file:
        file.write(bytes(path.stat().st_size))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
