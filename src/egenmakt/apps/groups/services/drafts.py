"""Keeping what is half written, so that a meeting can be gone on with later, by whoever may record it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from uuid6 import uuid7

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import require
from egenmakt.apps.groups.models import Draft, SavingsGroup

DEEDS = {
    Draft.Kind.ORDINARY.value: "meeting.record",
    Draft.Kind.SHARE_OUT.value: "share_out.close",
    Draft.Kind.CUT_OFF.value: "group.update",
}
"""Who may write, and see, a draft of each kind."""


def find_draft(*, group: SavingsGroup, kind: str, by: User) -> Draft | None:
    """The draft that was begun, if there is one. Raises: NotAllowed."""
    require(user=by, deed=DEEDS[kind], node_id=group.id)
    return Draft.objects.filter(group=group, kind=kind).first()


def save_typed(*, group: SavingsGroup, kind: str, step: str, typed: Mapping[str, Any], by: User, at: datetime) -> Draft:
    """Keep what was typed at one step; the other steps stay as they are. Raises: NotAllowed."""
    require(user=by, deed=DEEDS[kind], node_id=group.id)
    with transaction.atomic():
        # the group's row is the lock: two who write at once do not undo each other's steps
        locked = SavingsGroup.objects.select_for_update().get(id=group.id)
        draft = Draft.objects.filter(group=locked, kind=kind).first() or Draft(id=uuid7(), group=locked, kind=kind)
        draft.typed = {**draft.typed, step: dict(typed)}
        draft.saved_by, draft.saved_at = by.id, at
        draft.save()
    return draft


def discard_draft(*, group: SavingsGroup, kind: str, by: User) -> bool:
    """Throw away what was typed. Returns: whether there was anything. Raises: NotAllowed."""
    require(user=by, deed=DEEDS[kind], node_id=group.id)
    deleted, _ = Draft.objects.filter(group=group, kind=kind).delete()
    return bool(deleted)
