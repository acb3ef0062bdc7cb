"""Noting which step of the method a group has reached."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import require
from egenmakt.apps.audit.services import record
from egenmakt.apps.groups.models import SavingsGroup, StepReached


def note_step(*, group: SavingsGroup, step: str, from_on: date, by: User, at: datetime) -> StepReached:
    """Write down the step that a group has reached from a day on; the same day again puts that day's step right.

    Raises: NotAllowed.
    """
    require(user=by, deed="group.update", node_id=group.id)
    with transaction.atomic():
        noted, is_new = StepReached.objects.get_or_create(
            group=group, from_on=from_on, defaults={"step": step, "noted_at": at, "noted_by": by.id}
        )
        if not is_new and noted.step == step:
            return noted
        if not is_new:
            noted.step, noted.noted_at, noted.noted_by = step, at, by.id
            noted.save(update_fields=["step", "noted_at", "noted_by"])
        data = {"step": step, "from_on": from_on.isoformat()}
        record(by=by, at=at, deed="group.step", subject_kind="group", subject_id=group.id, node_id=group.id, data=data)
    return noted
