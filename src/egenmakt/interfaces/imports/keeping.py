"""Files between upload and import: kept for a day in a folder that only the site reads, for their sender alone."""

from __future__ import annotations

import json
import secrets
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from egenmakt.apps.access.models import User
from egenmakt.interfaces.imports.files import read_table
from egenmakt.interfaces.imports.mapping import Mapping
from egenmakt.interfaces.imports.tables import Table, base_name

KEPT_SECONDS = 24 * 3600
_TOKEN_BYTES = 18


@dataclass
class Upload:
    """What a user has sent, and how far it has come."""

    token: str
    user_id: str
    kind: str
    below: UUID
    names: list[str]
    sheets: list[str]
    mapping: dict[str, Any] = field(default_factory=dict)
    done: dict[str, Any] = field(default_factory=dict)
    """What was written so far, by its counts."""

    @property
    def folder(self) -> Path:
        """Where its files are."""
        return _home() / self.token

    def content(self, index: int) -> bytes:
        """One of its files."""
        return (self.folder / str(index)).read_bytes()

    def tables(self) -> list[Table]:
        """All of its files as tables. Raises: Unreadable."""
        return [
            read_table(content=self.content(i), name=name, sheet=self.sheets[i]) for i, name in enumerate(self.names)
        ]

    def read_mapping(self) -> Mapping:
        """The mapping as it was last saved."""
        return Mapping.from_json(self.mapping)

    def save(self) -> None:
        """Keep how far it has come."""
        about = {
            "user_id": self.user_id,
            "kind": self.kind,
            "below": str(self.below),
            "names": self.names,
            "sheets": self.sheets,
            "mapping": self.mapping,
            "done": self.done,
        }
        waiting = self.folder / "about.new"
        waiting.write_text(json.dumps(about), encoding="utf-8")
        waiting.replace(self.folder / "about.json")  # a reader never sees half of it


def _home() -> Path:
    return Path(settings.HOME) / "imports"


def keep(*, user: User, kind: str, below: UUID, files: Sequence[tuple[str, bytes]]) -> Upload:
    """Keep files for their sender. What has lain for a day is thrown away first."""
    sweep()
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    names = _different([base_name(name) for name, _content in files])
    upload = Upload(token, str(user.pk), kind, below, names, ["" for _name in names])
    upload.folder.mkdir(parents=True, mode=0o700)
    for index, (_name, content) in enumerate(files):
        path = upload.folder / str(index)
        path.touch(mode=0o600)
        path.write_bytes(content)
    upload.save()
    return upload


def _different(names: list[str]) -> list[str]:
    """Names that tell the files apart, should two have the same."""
    return [name if names.index(name) == i else f"{i + 1}-{name}" for i, name in enumerate(names)]


def find(*, token: str, user: User) -> Upload | None:
    """A user's own upload; nobody else's, and none that is too old."""
    if not token or set(token) - set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"):
        return None
    path = _home() / token / "about.json"
    if not path.is_file() or time.time() - path.stat().st_mtime > KEPT_SECONDS:
        return None
    about = json.loads(path.read_text(encoding="utf-8"))
    if about["user_id"] != str(user.pk):
        return None
    about["below"] = UUID(about["below"])
    return Upload(token=token, **about)


def forget(upload: Upload) -> None:
    """Throw an upload away."""
    shutil.rmtree(upload.folder, ignore_errors=True)


def sweep() -> None:
    """Throw away what has lain for a day."""
    if not _home().is_dir():
        return
    for folder in _home().iterdir():
        if folder.is_dir() and time.time() - folder.stat().st_mtime > KEPT_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)
