"""What stands for a story where the story itself must not be named: the hash of its id, and of what was told."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from egenmakt.apps.audit.services import Actor, record, record_many

_MARK: Final = 40
"""As much of the hash as an audit event's subject holds: 160 bits."""


def hash_of_id(id: UUID) -> str:
    """SHA-256 of an id, in hex. A UUID of version 7 holds 74 random bits, so it cannot be guessed back."""
    return hashlib.sha256(str(id).encode()).hexdigest()


def note(
    *,
    deed: str,
    id_hash: str,
    node_id: UUID | None,
    by: Actor | None,
    at: datetime,
    data: Mapping[str, object] | None = None,
) -> None:
    """Write into the trail what was done with a story, by the hash of its id.

    The trail is kept for ever, and so must not hold what an erasure has to remove.
    """
    record(
        by=by,
        at=at,
        deed=deed,
        subject_kind="story",
        subject_id=id_hash[:_MARK],
        node_id=node_id,
        data={"id_hash": id_hash, **(data or {})},
    )


def note_many(
    *, deed: str, stories: Iterable[tuple[str, Mapping[str, object]]], node_id: UUID, by: Actor, at: datetime
) -> None:
    """Write into the trail what was done with many stories at once, each by the hash of its id and with its data."""
    record_many(
        by=by,
        at=at,
        deed=deed,
        subject_kind="story",
        subjects=((id_hash[:_MARK], {"id_hash": id_hash, **data}) for id_hash, data in stories),
        node_id=node_id,
    )


def place_in_facts(*, organisation_id: UUID, received_at: datetime) -> dict[str, object]:
    """In which file of facts a story stands, as the trail's data say it."""
    return {"organisation": str(organisation_id), "month": received_at.astimezone(UTC).strftime("%Y-%m")}
