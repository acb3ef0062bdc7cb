"""Taking in the photos and voices of a story: cleaned before they touch the disk."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import transaction

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import NotAllowed
from egenmakt.apps.stories.files import read_file, remove_files, write_file
from egenmakt.apps.stories.marks import note
from egenmakt.apps.stories.media import Cleaned, NotTaken, clean_audio, clean_photo
from egenmakt.apps.stories.models import Attachment, ReadingLog, RoundLink
from egenmakt.apps.stories.queries.reach import stories_reached
from egenmakt.apps.stories.services.beside import NoConsent


class OtherBytes(ValueError):
    """What was sent is not what the story says is attached to it."""


def store_attachment(
    *, attachment: Attachment, content: bytes, at: datetime, by: User | None = None, link: RoundLink | None = None
) -> str:
    """Keep the file of an attachment that a story named.

    Args: by or link, the same through whom the story came. Returns: stored, or already_recorded.
    Raises: OtherBytes, NotTaken, NoConsent, NotAllowed.
    """
    story = attachment.story
    same_user = by is not None and story.received_by == by.id
    same_link = link is not None and story.link_id == link.id
    if not (same_user or same_link):
        raise NotAllowed("An attachment comes the same way as its story.")
    is_photo = attachment.kind == Attachment.Kind.PHOTO
    if not (story.may_photo if is_photo else story.may_voice):
        raise NoConsent("The teller did not allow that this is kept.")
    if hashlib.sha256(content).hexdigest() != attachment.sent_sha256 or len(content) != attachment.sent_bytes:
        raise OtherBytes("The file is not the one that the story names: its SHA-256 differs. Send it once more.")
    if attachment.stored_at is not None:
        return "already_recorded"
    cleaned: Cleaned = clean_photo(content=content) if is_photo else clean_audio(content=content)
    try:
        with transaction.atomic():
            sha256 = write_file(attachment_id=attachment.id, content=cleaned.content)
            kept = Attachment.objects.filter(id=attachment.id).update(
                media_type=cleaned.media_type,
                stored_sha256=sha256,
                stored_bytes=len(cleaned.content),
                stored_at=at,
            )
            if not kept:
                raise NoConsent("The story was withdrawn meanwhile.")
            note(deed="story.attachment_stored", id_hash=story.id_hash, node_id=story.node_id, by=by, at=at)
    except BaseException:
        remove_files(attachment_ids=[attachment.id])
        raise
    attachment.refresh_from_db()
    return "stored"


def read_attachment(*, attachment: Attachment, by: User, at: datetime) -> tuple[bytes, str]:
    """A photo or voice to look at or hear: what tells most about a teller, so each reading is written down.

    Returns: its bytes and media type. Raises: NotAllowed; FileNotFoundError when it has not arrived.
    """
    reached = stories_reached(user=by, deed="story.read_personal").filter(id=attachment.story_id)
    if not reached.exists():
        raise NotAllowed("You may not see what could tell who told this story.")
    content = read_file(attachment_id=attachment.id)
    ReadingLog.objects.create(
        story_id=attachment.story_id, read_by=by.id, read_by_name=by.name, read_at=at, what=attachment.kind
    )
    return content, attachment.media_type


__all__ = ["NoConsent", "NotTaken", "OtherBytes", "read_attachment", "store_attachment"]
