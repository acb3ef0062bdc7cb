"""What a group, or a member, wants to reach by when: written down, and given up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import require
from egenmakt.apps.audit.services import record, record_many
from egenmakt.apps.groups.models import Goal, Membership, SavingsGroup


@dataclass(frozen=True, slots=True, kw_only=True)
class NewGoal:
    """What the group wants to reach; or, with a membership, what a member wants."""

    id: UUID
    words: str
    measure: str
    target_minor: int
    set_on: date
    due_on: date
    membership: Membership | None = None


def set_goal(
    *,
    id: UUID,
    group: SavingsGroup,
    words: str,
    measure: str,
    target_minor: int,
    set_on: date,
    due_on: date,
    by: User,
    at: datetime,
    membership: Membership | None = None,
) -> Goal:
    """Write down what the group, or a member, wants to reach, by when. The same id again returns the goal."""
    goal = NewGoal(
        id=id,
        words=words,
        measure=measure,
        target_minor=target_minor,
        set_on=set_on,
        due_on=due_on,
        membership=membership,
    )
    return set_goals(group=group, goals=[goal], by=by, at=at)[0]


def set_goals(*, group: SavingsGroup, goals: Sequence[NewGoal], by: User, at: datetime) -> list[Goal]:
    """Write down goals, all or none, in few statements; they come back in their order.

    A goal whose id is known is returned as it stands. Each has its own event in the trail. Raises: NotAllowed.
    """
    require(user=by, deed="group.update", node_id=group.id)
    here = Goal.objects.in_bulk([goal.id for goal in goals])
    new: dict[UUID, Goal] = {}
    for goal in goals:
        if goal.id not in here and goal.id not in new:
            new[goal.id] = Goal(
                id=goal.id,
                group=group,
                membership=goal.membership,
                words=goal.words,
                measure=goal.measure,
                target_minor=goal.target_minor,
                set_on=goal.set_on,
                due_on=goal.due_on,
            )
    if new:
        with transaction.atomic():
            Goal.objects.bulk_create(new.values())
            done = ((goal.id, {"words": goal.words}) for goal in new.values())
            record_many(by=by, at=at, deed="goal.set", subject_kind="group", subjects=done, node_id=group.id)
    here |= new
    return [here[goal.id] for goal in goals]


def give_up_goal(*, goal: Goal, on: date, by: User, at: datetime) -> None:
    """The group, or the member, no longer follows a goal; it stays readable."""
    require(user=by, deed="group.update", node_id=goal.group_id)
    with transaction.atomic():
        goal.given_up_on = on
        goal.save(update_fields=["given_up_on"])
        record(
            by=by, at=at, deed="goal.given_up", subject_kind="group", subject_id=goal.id, node_id=goal.group_id,
        )  # fmt: skip
