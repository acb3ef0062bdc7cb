"""Writing down what was done, in the same transaction as the deed itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings
from django.db import transaction

from egenmakt.apps.audit.models import Event, Job

SYSTEM = "Egenmakt"
"""The name in the trail when no person did it: the command line, or a job."""


class NotRecorded(RuntimeError):
    """An event is only true together with its deed: both belong in one transaction."""


class Actor(Protocol):
    """Whoever does something: a user. Only an id and a name are written down."""

    @property
    def id(self) -> UUID: ...
    @property
    def name(self) -> str: ...


def record(
    *,
    by: Actor | None,
    at: datetime,
    deed: str,
    subject_kind: str,
    subject_id: object,
    node_id: UUID | None,
    data: Mapping[str, object] | None = None,
) -> Event:
    """Write an event, and the jobs that the table in project/jobs.py names for its deed.

    Args: by, a user, or None for the system; deed, a word like "meeting.recorded"; data, what can be kept as JSON,
    without personal data beyond what the trail needs. Raises: NotRecorded outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise NotRecorded(f"The event {deed} must be recorded inside the transaction of its deed.")
    event = Event.objects.create(**_about(by, at, deed, subject_kind, subject_id, node_id, data))
    Job.objects.bulk_create(Job(event=event, name=name, not_before=at) for name in settings.JOBS.get(deed, ()))
    return event


def record_many(
    *,
    by: Actor | None,
    at: datetime,
    deed: str,
    subject_kind: str,
    subjects: Iterable[tuple[object, Mapping[str, object]]],
    node_id: UUID | None,
) -> list[Event]:
    """Write one event for each of many subjects to which the same was done at the same moment, and their jobs.

    Args: subjects, the id of each with its data. Raises: NotRecorded outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise NotRecorded(f"The event {deed} must be recorded inside the transaction of its deed.")
    events = Event.objects.bulk_create(
        Event(**_about(by, at, deed, subject_kind, subject_id, node_id, data)) for subject_id, data in subjects
    )
    names = settings.JOBS.get(deed, ())
    Job.objects.bulk_create(Job(event=event, name=name, not_before=at) for event in events for name in names)
    return events


def _about(
    by: Actor | None,
    at: datetime,
    deed: str,
    subject_kind: str,
    subject_id: object,
    node_id: UUID | None,
    data: Mapping[str, object] | None,
) -> dict[str, Any]:
    """The columns of an event."""
    return {
        "at": at,
        "actor_id": by.id if by else None,
        "actor_name": by.name if by else SYSTEM,
        "deed": deed,
        "subject_kind": subject_kind,
        "subject_id": str(subject_id),
        "node_id": node_id,
        "data": dict(data or {}),
    }
