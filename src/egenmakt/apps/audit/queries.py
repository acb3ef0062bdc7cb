"""Reading the trail. Who may read it is asked above, in access."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from egenmakt.apps.audit.models import Event


def events_at(*, node_ids: Iterable[UUID]) -> QuerySet[Event]:
    """What was done at these nodes, the latest first. A query of ids stays one query."""
    return Event.objects.filter(node_id__in=node_ids).order_by("-at", "-id")


def events_about(*, subject_kind: str, subject_id: object) -> QuerySet[Event]:
    """The story of one thing, the latest first."""
    return Event.objects.filter(subject_kind=subject_kind, subject_id=str(subject_id)).order_by("-at", "-id")
