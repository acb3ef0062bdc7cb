"""Writing down which stories left in which file, so that a withdrawal can name the file and whom to tell."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import require
from egenmakt.apps.audit.services import record
from egenmakt.apps.people.models import Node
from egenmakt.apps.stories.models import ExportedStory, ExportMade
from egenmakt.apps.stories.queries.reach import stories_reached, with_purpose


class NotForThisPurpose(PermissionError):
    """A story was chosen whose teller did not allow this, or that you may not take out. Nothing leaves."""


def mark_in_file(*, export_id: UUID, id_hash: str) -> str:
    """What stands for a story in a file that leaves: another in each file, so that no two can be joined by it.

    It follows from what is kept after the story is gone, so that its recipient can be told which one to remove.
    """
    return hashlib.sha256(f"{export_id} {id_hash}".encode()).hexdigest()[:12]


def record_export(
    *,
    id: UUID,
    node: Node,
    story_ids: Iterable[UUID],
    purpose: str,
    format: str,
    file_name: str,
    recipient: str,
    by: User,
    at: datetime,
) -> ExportMade:
    """Write down an export before its file is handed over: every story in it must be allowed for its purpose.

    Args: purpose, as in a consent, or empty for the organisation's own keeping. The same id again returns what is
    there. Raises: NotForThisPurpose, NotAllowed.
    """
    require(user=by, deed="story.export", node_id=node.id)
    if known := ExportMade.objects.filter(id=id).first():
        return known
    wanted = set(story_ids)
    reached = stories_reached(user=by, deed="story.export")
    allowed = with_purpose(reached, purpose) if purpose else reached
    hashes: list[str] = []
    listed = sorted(wanted)
    for start in range(0, len(listed), 500):
        hashes += allowed.filter(id__in=listed[start : start + 500]).values_list("id_hash", flat=True)
    if len(hashes) != len(wanted):
        raise NotForThisPurpose(f"{len(wanted) - len(hashes)} of {len(wanted)} stories may not leave for this purpose.")
    with transaction.atomic():
        made = ExportMade.objects.create(
            id=id,
            node=node,
            purpose=purpose,
            format=format,
            file_name=file_name,
            recipient=recipient,
            stories=len(hashes),
            made_by=by.id,
            made_by_name=by.name,
            made_at=at,
        )
        ExportedStory.objects.bulk_create(ExportedStory(export=made, id_hash=each) for each in sorted(hashes))
        data = {"stories": len(hashes), "purpose": purpose, "format": format}
        record(
            by=by, at=at, deed="story.exported", subject_kind="story_export", subject_id=id, node_id=node.id, data=data
        )
    return made


def mark_told(*, entry: ExportedStory, by: User, at: datetime) -> None:
    """Write down that the recipient of a file was told of a withdrawal. Raises: NotAllowed."""
    require(user=by, deed="withdrawal.handle", node_id=entry.export.node_id)
    with transaction.atomic():
        told = ExportedStory.objects.filter(id=entry.id, recalled_at__isnull=False, told_at__isnull=True)
        if told.update(told_at=at, told_by=by.id):
            record(
                by=by,
                at=at,
                deed="story.recipient_told",
                subject_kind="story_export",
                subject_id=entry.export_id,
                node_id=entry.export.node_id,
            )
