"""Photos and voices keep nothing of where, when and with what they were made; facts hold no word that was told."""

from __future__ import annotations

import hashlib
import io
import struct
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from uuid6 import uuid7

from egenmakt.apps.access.queries import NotAllowed
from egenmakt.apps.audit.models import Job
from egenmakt.apps.audit.queue import work_off
from egenmakt.apps.stories.facts import path_of, write_facts, write_missing_facts
from egenmakt.apps.stories.files import path_of as file_of
from egenmakt.apps.stories.media import NotTaken, clean_audio, clean_photo
from egenmakt.apps.stories.models import Attachment, FileToRemove, ReadingLog, Story
from egenmakt.apps.stories.services.attachments import NoConsent, OtherBytes, read_attachment, store_attachment
from egenmakt.apps.stories.services.consenting import change_consent
from egenmakt.apps.stories.services.erasing import withdraw
from egenmakt.apps.stories.services.moderating import flag_safeguarding
from tests.support.stories import AT, Telling, begin_round, slip
from tests.support.tree import Tree


@pytest.fixture(autouse=True)
def _home(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path


def photo_with_a_place() -> bytes:
    """A photo with where and by which camera it was taken, and a comment."""
    exif = Image.Exif()
    exif[0x010F] = "MAKERqxz"
    exif[0x0112] = 6  # lies on its side
    exif.get_ifd(0x8825).update({1: "N", 2: (1.0, 17.0, 0.0), 3: "E", 4: (36.0, 49.0, 0.0)})
    out = io.BytesIO()
    Image.new("RGB", (80, 40), (10, 120, 200)).save(out, "JPEG", exif=exif, comment=b"COMMENTqxz")
    return out.getvalue()


def _attached(telling: Telling, content: bytes, kind: str = "photo") -> Attachment:
    attachment = {
        "id": str(uuid7()),
        "kind": kind,
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
        "media_type": "image/jpeg" if kind == "photo" else "audio/ogg",
    }
    purpose = "photo" if kind == "photo" else "voice"
    telling.tell(attachments=[attachment], purposes={purpose: True}, code=slip("Amina"))
    return Attachment.objects.get(id=attachment["id"])


def test_a_photo_loses_its_place_camera_and_comment_and_stands_upright() -> None:
    content = photo_with_a_place()
    assert b"MAKERqxz" in content
    with Image.open(io.BytesIO(content)) as before:
        assert before.getexif().get_ifd(0x8825)

    cleaned = clean_photo(content=content)

    assert cleaned.media_type == "image/jpeg"
    assert b"qxz" not in cleaned.content
    with Image.open(io.BytesIO(cleaned.content)) as after:
        assert (after.size, dict(after.getexif()), "comment" in after.info) == ((40, 80), {}, False)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_other_kinds_of_photo_are_cleaned_too(kind: str) -> None:
    exif = Image.Exif()
    exif[0x010F] = "MAKERqxz"
    out = io.BytesIO()
    Image.new("RGB", (3000, 10)).save(out, kind, exif=exif)

    cleaned = clean_photo(content=out.getvalue())

    assert b"qxz" not in cleaned.content
    with Image.open(io.BytesIO(cleaned.content)) as after:
        assert (after.format, after.width) == (kind, 2048)


@pytest.mark.parametrize(
    "content", [b"", b"<svg onload=alert(1)>", b"%PDF-1.7", photo_with_a_place()[:300], b"GIF89a" + bytes(50)]
)
def test_what_is_no_photo_is_not_taken_whatever_it_calls_itself(content: bytes) -> None:
    with pytest.raises(NotTaken):
        clean_photo(content=content)


def _box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", 8 + len(content)) + kind + content


def test_a_recording_loses_the_tags_that_can_hold_a_place() -> None:
    sound = _box(b"mdat", b"sound" * 20)
    tags = _box(b"udta", _box(b"\xa9xyz", b"+01.28+36.82qxz"))
    movie = _box(b"ftyp", b"M4A ") + _box(b"moov", _box(b"mvhd", bytes(20)) + tags) + sound

    cleaned = clean_audio(content=movie)

    assert (cleaned.media_type, len(cleaned.content)) == ("audio/mp4", len(movie))
    assert b"qxz" not in cleaned.content
    assert sound in cleaned.content
    tagged = b"ID3\x04\x00\x00\x00\x00\x00\x0aplace qxz." + b"\xff\xfb\x90\x00" + bytes(300)
    assert clean_audio(content=tagged).content == b"\xff\xfb\x90\x00" + bytes(300)
    for damaged in (b"not a sound", _box(b"ftyp", b"M4A ") + b"\x00\x00\xff\xffmoov", b"", b"<html>"):
        with pytest.raises(NotTaken):
            clean_audio(content=damaged)


def test_an_attachment_is_kept_once_cleaned_and_read_by_few(tree: Tree) -> None:
    telling, content = begin_round(tree), photo_with_a_place()
    attachment = _attached(telling, content)

    with pytest.raises(OtherBytes):
        store_attachment(attachment=attachment, content=content + b" ", by=tree.facilitator, at=AT)
    with pytest.raises(NotAllowed):
        store_attachment(attachment=attachment, content=content, by=tree.amina, at=AT)
    assert store_attachment(attachment=attachment, content=content, by=tree.facilitator, at=AT) == "stored"
    assert store_attachment(attachment=attachment, content=content, by=tree.facilitator, at=AT) == "already_recorded"

    kept, media_type = read_attachment(attachment=attachment, by=tree.amina, at=AT)
    assert (b"qxz" in kept, media_type) == (False, "image/jpeg")
    assert hashlib.sha256(kept).hexdigest() == attachment.stored_sha256
    assert file_of(attachment_id=attachment.id).stat().st_mode & 0o077 == 0
    assert ReadingLog.objects.get().what == "photo"
    for user in (tree.administrator, tree.auditor, tree.beatrice, tree.chipo):
        with pytest.raises(NotAllowed):
            read_attachment(attachment=attachment, by=user, at=AT)


def test_the_photo_goes_when_its_consent_does_and_the_story_stays(
    tree: Tree, django_capture_on_commit_callbacks: Any
) -> None:
    telling, content = begin_round(tree), photo_with_a_place()
    attachment = _attached(telling, content)
    store_attachment(attachment=attachment, content=content, by=tree.facilitator, at=AT)
    path = file_of(attachment_id=attachment.id)
    assert path.exists()
    consent = telling.document()["consent"]

    with django_capture_on_commit_callbacks(execute=True):
        change_consent(code=slip("Amina"), consent=consent, at=AT)

    assert (Attachment.objects.count(), FileToRemove.objects.count(), path.exists()) == (0, 0, False)
    assert Story.objects.count() == 1


def test_without_consent_to_the_photo_its_file_is_not_kept(tree: Tree) -> None:
    telling, content = begin_round(tree), photo_with_a_place()
    attachment = _attached(telling, content)
    Story.objects.update(may_photo=False)
    attachment.refresh_from_db()

    with pytest.raises(NoConsent):
        store_attachment(attachment=attachment, content=content, by=tree.facilitator, at=AT)
    assert not file_of(attachment_id=attachment.id).exists()


def _facts(organisation_id: Any) -> Any:
    # not at the top: the library is loaded by those who need it
    import pyarrow.parquet as parquet

    return parquet.read_table(path_of(organisation_id=organisation_id, month="2026-03"), partitioning=None)


def test_facts_hold_every_closed_answer_and_no_word_that_was_told(tree: Tree) -> None:
    telling = begin_round(tree)
    stories = [telling.tell(where={"level": "district", "name": "qxzplace"}) for _ in range(6)]
    telling.tell(purposes={"learn": False, "public_text": False})
    telling.tell(mode="test")

    assert write_facts(organisation_id=tree.umoja.id, month="2026-03") == 6

    rows = _facts(tree.umoja.id).to_pylist()
    assert {row["story"] for row in rows} == {str(story.id) for story in stories}
    triad = next(each.code for each in telling.framework.questions if each.type == "triad")
    for story in stories:
        answer = story.answers.get(triad, {"state": "not_asked"})
        found = [row for row in rows if row["story"] == str(story.id) and row["question"] == triad]
        if "value" in answer:
            assert [row["number"] for row in found] == [float(part) for part in answer["value"]]
        else:
            assert [row["state"] for row in found] == [answer["state"]]
    content = path_of(organisation_id=tree.umoja.id, month="2026-03").read_bytes()
    assert b"qxzplace" not in content
    assert {row["question"] for row in rows}.isdisjoint(
        {each.code for each in telling.framework.questions if each.type in ("text", "place", "audio", "photo")}
    )


def test_facts_follow_withdrawal_and_flags(tree: Tree, django_capture_on_commit_callbacks: Any) -> None:
    telling = begin_round(tree)
    first, second, third = telling.tell(code=slip("Amina")), telling.tell(), telling.tell()
    assert write_missing_facts() == 1
    path = path_of(organisation_id=tree.umoja.id, month="2026-03")

    with django_capture_on_commit_callbacks(execute=True):
        withdraw(code=slip("Amina"), at=AT)
        flag_safeguarding(story=second, concern="x", by=tree.amina, at=AT)
    assert not path.exists()
    work_off(limit=20, now=lambda: AT)

    assert Job.objects.exclude(state="done").count() == 0
    assert {row["story"] for row in _facts(tree.umoja.id).to_pylist()} == {str(third.id)}
    assert first.id != third.id
