"""The documents in force: each meeting's own, or what its last correction says instead."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from egenmakt.apps.groups.models import Correction, Meeting


def documents_in_force(*, meetings: Iterable[Meeting]) -> dict[UUID, dict[str, Any]]:
    """The document of each meeting as JSON, which was checked when it was accepted. Two queries."""
    ids = [meeting.id for meeting in meetings]
    contents = dict(Meeting.objects.filter(id__in=ids).values_list("id", "arrival__content"))
    corrected = Correction.objects.filter(meeting__in=ids).order_by("corrected_at", "id")
    contents.update(corrected.values_list("meeting", "content"))
    return {id: json.loads(bytes(content)) for id, content in contents.items()}
