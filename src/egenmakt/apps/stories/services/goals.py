"""Setting a goal for the stories of the rounds to come, and ending it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import require
from egenmakt.apps.audit.services import record
from egenmakt.apps.people.models import Node
from egenmakt.apps.stories.models import Framework, StoryGoal
from egenmakt.core.patterns.regions import Goal


class GoalEnded(ValueError):
    """The goal was ended before."""


def set_goal(
    *,
    id: UUID,
    framework: Framework,
    node: Node,
    goal: Goal,
    voice: str,
    by: User,
    at: datetime,
    words: str = "",
) -> StoryGoal:
    """Write down that there should be more stories like these, or fewer. The same id is written down once.

    Raises: NotAllowed.
    """
    require(user=by, deed="goal.change", node_id=node.id)
    with transaction.atomic():
        made, is_new = StoryGoal.objects.get_or_create(
            id=id,
            defaults={
                "framework": framework,
                "node": node,
                "region": goal.region.as_json(),
                "voice": voice,
                "wanted": goal.wanted,
                "words": words.strip(),
                "set_at": at,
                "set_by": by.id,
                "set_by_name": by.name,
            },
        )
        if is_new:
            data = {"wanted": goal.wanted, "region": goal.region.as_json(), "voice": voice}
            record(by=by, at=at, deed="goal.set", subject_kind="story_goal", subject_id=id, node_id=node.id, data=data)
    return made


def end_goal(*, goal: StoryGoal, by: User, at: datetime) -> StoryGoal:
    """Follow a goal no longer; what it was stays. Raises: NotAllowed, GoalEnded."""
    require(user=by, deed="goal.change", node_id=goal.node_id)
    with transaction.atomic():
        ended = StoryGoal.objects.filter(id=goal.id, ended_at__isnull=True).update(ended_at=at, ended_by=by.id)
        if not ended:
            raise GoalEnded("The goal was ended before.")
        record(by=by, at=at, deed="goal.ended", subject_kind="story_goal", subject_id=goal.id, node_id=goal.node_id)
    goal.refresh_from_db()
    return goal
