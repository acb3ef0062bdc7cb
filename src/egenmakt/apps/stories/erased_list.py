"""The list of what was erased, kept beside the database: an old backup must not bring a story back."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings


def list_path() -> Path:
    """Where the list lies: one hash of an id on each line, and nothing else."""
    return Path(settings.HOME) / "erased-stories.txt"


def read_list(*, path: Path | None = None) -> frozenset[str]:
    """The hashes on the list; none when there is no list. Lines that are no hash are passed over."""
    file = path or list_path()
    if not file.exists():
        return frozenset()
    return frozenset(line for line in file.read_text().split() if re.fullmatch("[0-9a-f]{64}", line))


def keep_list(*, id_hashes: Iterable[str]) -> None:
    """Write these hashes to the list beside those that stand there, so that it is whole or as it was."""
    before = read_list()
    now = before | set(id_hashes)
    if now == before:
        return
    file = list_path()
    file.parent.mkdir(parents=True, exist_ok=True)
    half = file.with_name(f"{file.name}.part")
    with half.open("w") as handle:
        os.fchmod(handle.fileno(), 0o600)
        handle.write("".join(f"{line}\n" for line in sorted(now)))
        handle.flush()
        os.fsync(handle.fileno())
    half.replace(file)
