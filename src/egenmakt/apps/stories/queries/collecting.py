"""Rounds as those who collect see them: which there are, how far each has come, and who is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet

from egenmakt.apps.access.models import Grant, User
from egenmakt.apps.access.queries import AnyUser, nodes_where
from egenmakt.apps.access.roles import roles_with
from egenmakt.apps.people.models import Node
from egenmakt.apps.stories.models import Framework, FrameworkVersion, Round, RoundFacilitator, RoundLink, Story
from egenmakt.core.signification.answers import Answer
from egenmakt.core.signification.rounds import Progress, Quota, RoundTarget, Told, facts_of, progress
from egenmakt.core.signification.washington_group import ANSWERS, PREFIX


def rounds_seen(*, user: AnyUser) -> QuerySet[Round]:
    """The rounds that a user changes, sees the patterns of, or collects in."""
    reached = Q(node__in=nodes_where(user=user, deed="round.change"))
    reached |= Q(node__in=nodes_where(user=user, deed="pattern.read"))
    if isinstance(user, User):
        own = RoundFacilitator.objects.filter(user=user, ended_at__isnull=True).values("round_id")
        reached |= Q(id__in=own, node__in=nodes_where(user=user, deed="story.collect"))
    return Round.objects.select_related("node", "framework_version__framework").filter(reached)


def counted(*, round_ids: list[UUID]) -> dict[UUID, int]:
    """How many stories count in each round. What was told to try the form out does not."""
    rows = Story.objects.filter(round_id__in=round_ids, mode=Story.Mode.REAL).values("round_id")
    return {row["round_id"]: row["stories"] for row in rows.annotate(stories=Count("id")).order_by("round_id")}


@dataclass(frozen=True, slots=True)
class Collector:
    """Somebody who collects in a round, and how far she has come."""

    user_id: UUID | None
    """None for what was told alone, by a link."""
    name: str
    stories: int
    last_on: date | None


def progress_of(*, round: Round) -> Progress:
    """How far a round has come, by its quotas. Two queries."""
    quotas = tuple(Quota(each["by"], each["value"], each["target"]) for each in round.quotas)
    stories = list(
        Story.objects.filter(round=round, mode=Story.Mode.REAL)
        .order_by("received_at", "id")
        .values_list("teller_key", "voice", "group_id", "answers")
    )
    # a teller is asked about herself with her first story, which may stand in an earlier round
    tellers = {key for key, *_rest in stories}
    profiles: dict[UUID, Mapping[str, Any]] = {}
    if quotas:
        for key, answers in (
            Story.objects.filter(teller_key__in=tellers, mode=Story.Mode.REAL, node_id=round.node_id)
            .order_by("received_at", "id")
            .values_list("teller_key", "answers")
        ):
            profiles[key] = {**answers, **profiles.get(key, {})}
    told = [
        Told(_facts(profiles.get(key, answers), voice, str(group) if group else None))
        for key, voice, group, answers in stories
    ]
    return progress(RoundTarget(round.target, quotas), told)


def _facts(answers: Mapping[str, Any], voice: str, group: str | None) -> dict[str, str | None]:
    read = {}
    for code, answer in answers.items():
        value = answer.get("value")
        is_known = code in ("sex", "age_band") or (code.startswith(PREFIX) and value in ANSWERS)
        if is_known and isinstance(value, str):
            read[code] = Answer("answered", value)
    return facts_of(read, role=voice, group=group)


def collectors_of(*, round: Round) -> list[Collector]:
    """Who collects in a round, with nought for those who have not begun; and what was told alone. Two queries."""
    rows = (
        Story.objects.filter(round=round, mode=Story.Mode.REAL)
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


def links_of(*, round: Round) -> QuerySet[RoundLink]:
    """The links by which stories may come, the latest first, each with how many have come."""
    return (
        RoundLink.objects.filter(round=round)
        .annotate(told=Count("stories", filter=Q(stories__mode=Story.Mode.REAL)))
        .order_by("-made_at", "id")
    )


def partners_for_rounds(*, user: AnyUser) -> QuerySet[Node]:
    """The bodies at which a user may open a round; groups have none of their own."""
    return nodes_where(user=user, deed="round.change").exclude(kind=Node.Kind.GROUP).order_by("name", "id")


def versions_for(*, node: Node) -> QuerySet[FrameworkVersion]:
    """The framework versions with which a round can be opened at a body: its own, and those of the bodies above it."""
    return (
        FrameworkVersion.objects.filter(framework__node__below__node=node)
        .select_related("framework")
        .order_by("framework__code", "-number")
    )


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
