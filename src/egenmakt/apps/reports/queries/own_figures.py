"""What our own registers say of a month: groups, members in them, and of whom women. The rest has no register yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Min, QuerySet

from egenmakt.apps.groups.models import Membership, SavingsGroup
from egenmakt.apps.people.models import Person
from egenmakt.core.evidence.months import Month


@dataclass(frozen=True, slots=True)
class OwnFigure:
    """A line as it is counted: the month, and until its end."""

    flow: int
    accumulated: int


def own_figures(*, node_id: UUID, month: Month) -> Mapping[str, OwnFigure]:
    """Code of a line -> what is counted at a body and below it; a line without a register is not there.

    A group counts from the day on which it was formed, a person from when she first joined a group there; once
    counted they stay in the accumulated figure, so that before + month = now. Groups to learn with are left out.
    A page asks the database itself; a test holds it equal to the catalogue's indicators (`counted_as` of each line).
    """
    from_on = date(month.year, month.number, 1)
    following = month.later(1)
    until_on = date(following.year, following.number, 1)
    groups = SavingsGroup.objects.filter(node__above__ancestor_id=node_id, is_training=False, formed_on__lt=until_on)
    members = Membership.objects.filter(
        group__node__above__ancestor_id=node_id, group__is_training=False, person__isnull=False
    )
    return {
        "groups": OwnFigure(groups.filter(formed_on__gte=from_on).count(), groups.count()),
        "members": _people(members, from_on, until_on),
        "women": _people(members.filter(person__sex=Person.Sex.FEMALE), from_on, until_on),
    }


def _people(members: QuerySet[Membership], from_on: date, until_on: date) -> OwnFigure:
    """Each person once, by the day on which she first joined a group of the body."""
    each = members.values("person").annotate(first=Min("joined_on")).filter(first__lt=until_on)
    return OwnFigure(each.filter(first__gte=from_on).count(), each.count())
