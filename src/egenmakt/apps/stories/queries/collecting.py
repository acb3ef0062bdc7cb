"""What a round's own page needs beside the round: who has collected how much, and with what one can be opened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet

from egenmakt.apps.access.models import Grant, User
from egenmakt.apps.access.queries import AnyUser, nodes_where
from egenmakt.apps.access.roles import roles_with
from egenmakt.apps.groups.models import SavingsGroup
from egenmakt.apps.people.models import Node
from egenmakt.apps.stories.models import Framework, Round, RoundFacilitator, Story


@dataclass(frozen=True, slots=True)
class Collector:
    """Somebody who collects in a round, and how far she has come."""

    user_id: UUID | None
    """None for what was told alone, by a link."""
    name: str
    stories: int
    last_on: date | None


def collectors_of(*, round: Round) -> list[Collector]:
    """Who collects in a round, with nought for those who have not begun; and what was told alone. Two queries."""
    rows = (
        Story.objects.filter(round=round, mode=Story.Mode.REAL)
        .exclude(state=Story.State.SET_ASIDE)
        .values("facilitator")
        .annotate(stories=Count("id"), last_at=Max("received_at"))
        .order_by("facilitator")
    )
    found = {row["facilitator"]: row for row in rows}
    people = RoundFacilitator.objects.filter(round=round).select_related("user").order_by("user__name", "id")
    named = {each.user_id: each.user.name for each in people if each.ended_at is None or each.user_id in found}
    collectors = []
    for id, name in [*named.items(), *((id, "") for id in found if id not in named)]:
        row = found.get(id)
        last = row["last_at"].date() if row else None
        collectors.append(Collector(id, name, row["stories"] if row else 0, last))
    return collectors


def partners_for_rounds(*, user: AnyUser) -> QuerySet[Node]:
    """The bodies at which a user may open a round; groups have none of their own."""
    return nodes_where(user=user, deed="round.change").exclude(kind=Node.Kind.GROUP).order_by("name", "id")


def may_collect(*, node: Node) -> QuerySet[User]:
    """Everybody whose role lets her collect stories at a body."""
    held = Grant.objects.filter(
        revoked_at__isnull=True, role__in=roles_with("story.collect"), node__below__node=node
    ).values("user_id")
    return User.objects.filter(id__in=held, is_active=True).order_by("name", "id")


def frameworks_seen(*, user: AnyUser) -> QuerySet[Framework]:
    """The frameworks that a user may write, or with which she may open a round: of bodies above and below her own."""
    writes = nodes_where(user=user, deed="framework.change")
    opens = nodes_where(user=user, deed="round.change")
    above = Node.objects.filter(below__node__in=opens)
    return Framework.objects.select_related("node").filter(Q(node__in=writes) | Q(node__in=above)).distinct()


def group_names(*, node_id: UUID) -> list[tuple[str, str]]:
    """All groups at a body and below it, closed ones too, by id and name: what a file from elsewhere may name."""
    groups = SavingsGroup.objects.filter(node__above__ancestor_id=node_id, is_training=False).order_by("id")
    return [(str(id), name) for id, name in groups.values_list("id", "node__name")]


GROUPS_MAX = 300


def groups_below(*, node_id: UUID) -> list[tuple[str, str]]:
    """The open groups at a body and below it, by name: those that a story, a quota or a link may name."""
    named = SavingsGroup.objects.filter(
        node__above__ancestor_id=node_id, closed_on__isnull=True, is_training=False
    ).order_by("node__name", "id")[:GROUPS_MAX]
    return [(str(id), name) for id, name in named.values_list("id", "node__name")]
