"""Which step of the method a group had reached on a day."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from egenmakt.apps.groups.models import StepReached


def step_on(*, group_id: UUID, on: date) -> str:
    """The step that a group had reached on a day; empty where nobody has noted one."""
    reached = StepReached.objects.filter(group_id=group_id, from_on__lte=on).order_by("-from_on")
    return reached.values_list("step", flat=True).first() or ""
