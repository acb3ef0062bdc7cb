"""A backup holds the stories with their files, and never brings back one that was erased since."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from PIL import Image
from uuid6 import uuid7

from egenmakt.apps.stories.erased_list import keep_list, list_path, read_list
from egenmakt.apps.stories.files import path_of, store_folder
from egenmakt.apps.stories.marks import hash_of_id
from egenmakt.apps.stories.models import Attachment, Erased, Story
from egenmakt.apps.stories.queries.search import searched
from egenmakt.apps.stories.services.attachments import store_attachment
from egenmakt.apps.stories.services.erasing import withdraw
from egenmakt.interfaces.exports.backup.dumping import write_backup
from egenmakt.interfaces.exports.backup.restoring import restore
from egenmakt.interfaces.exports.backup.tables import NotABackup
from tests.support.stories import AT, begin_round, slip
from tests.support.tree import grow

pytestmark = pytest.mark.django_db


@pytest.fixture
def backup(settings: Any, tmp_path: Path) -> tuple[bytes, dict[str, UUID]]:
    """A backup of two stories with a photo each, and the ids of both; database and file store are empty again."""
    settings.HOME = tmp_path / "old"
    ids: dict[str, UUID] = {}
    buffer = io.BytesIO()
    with transaction.atomic():
        telling = begin_round(grow())
        for name in ("Amina", "Beatrice"):
            out = io.BytesIO()
            Image.new("RGB", (20, 20), (len(name), 0, 0)).save(out, "JPEG")
            photo = {
                "id": str(uuid7()),
                "kind": "photo",
                "sha256": hashlib.sha256(out.getvalue()).hexdigest(),
                "bytes": len(out.getvalue()),
                "media_type": "image/jpeg",
            }
            story = telling.tell(
                code=slip(name), text=f"I am {name} and sold goats", attachments=[photo], purposes={"photo": True}
            )
            ids[name] = story.id
            attachment = Attachment.objects.get(id=photo["id"])
            store_attachment(attachment=attachment, content=out.getvalue(), by=telling.by, at=AT)
        write_backup(into=buffer, at=AT)
        transaction.set_rollback(True)
    settings.HOME = tmp_path / "new"
    return buffer.getvalue(), ids


def _files() -> int:
    return sum(path.is_file() for path in store_folder().rglob("*"))


def test_stories_come_back_with_their_files_and_are_found(backup: tuple[bytes, dict[str, UUID]]) -> None:
    content, ids = backup

    restore(file=io.BytesIO(content), at=AT)

    assert set(Story.objects.values_list("id", flat=True)) == set(ids.values())
    for attachment in Attachment.objects.all():
        kept = path_of(attachment_id=attachment.id).read_bytes()
        assert hashlib.sha256(kept).hexdigest() == attachment.stored_sha256
    assert [story.id for story in searched(Story.objects.all(), "beatrice goats")] == [ids["Beatrice"]]


@pytest.mark.parametrize("by_option", [True, False])
def test_a_story_that_was_erased_after_the_backup_does_not_come_back(
    backup: tuple[bytes, dict[str, UUID]], by_option: bool
) -> None:
    content, ids = backup
    gone = hash_of_id(ids["Amina"])
    if not by_option:
        keep_list(id_hashes=[gone])

    restore(file=io.BytesIO(content), at=AT, erased=[gone] if by_option else [])

    assert list(Story.objects.values_list("id", flat=True)) == [ids["Beatrice"]]
    assert Erased.objects.get().id_hash == gone
    assert _files() == 1
    assert list(searched(Story.objects.all(), "Amina")) == []


def test_an_erasure_writes_the_list_beside_the_database(
    backup: tuple[bytes, dict[str, UUID]], django_capture_on_commit_callbacks: Any
) -> None:
    content, ids = backup
    restore(file=io.BytesIO(content), at=AT)

    with django_capture_on_commit_callbacks(execute=True):
        withdraw(code=slip("Amina"), at=AT)

    assert read_list() == {hash_of_id(ids["Amina"])}
    assert str(ids["Amina"]) not in list_path().read_text()
    assert list_path().stat().st_mode & 0o077 == 0
    assert _files() == 1


def test_a_file_that_was_changed_in_the_backup_is_refused_and_nothing_stays(
    backup: tuple[bytes, dict[str, UUID]],
) -> None:
    content, _ = backup
    forged = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(forged, "w") as new:
        names = old.namelist()
        for name in names:
            changed = name == max(each for each in names if each.startswith("files/"))
            new.writestr(name, b"something else" if changed else old.read(name))
    forged.seek(0)

    with pytest.raises(NotABackup, match="SHA-256"):
        restore(file=forged, at=AT)

    assert (Story.objects.count(), _files()) == (0, 0)
