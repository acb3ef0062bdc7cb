"""Workshops to read: the list, and one with everything that was seen, understood, thought and decided in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet

from egenmakt.apps.access.queries import AnyUser, NotAllowed, Rights, nodes_where
from egenmakt.apps.learning.models import (
    Cluster,
    ClusterItem,
    Decision,
    FollowUp,
    Idea,
    Interpretation,
    Observation,
    StoryUse,
    Workshop,
)
from egenmakt.apps.learning.queries.stories import StoryLine, lines_by_hash


def workshops_of(*, user: AnyUser) -> QuerySet[Workshop]:
    """The workshops that a user may read, the latest first, each with how much was seen and is still to be done."""
    nodes = nodes_where(user=user, deed="learning.read").values("id")
    return (
        Workshop.objects.filter(node_id__in=nodes)
        .annotate(
            seen=Count("observations", filter=Q(observations__removed_at__isnull=True), distinct=True),
            open_decisions=Count("decisions", filter=Q(decisions__state="open"), distinct=True),
        )
        .select_related("node")
        .order_by("-starts_on", "-id")
    )


def open_workshop_of(*, user: AnyUser, workshop_id: UUID) -> Workshop:
    """A workshop to read. Raises: NotAllowed, also for one that is not there."""
    found = workshops_of(user=user).filter(id=workshop_id).first()
    if found is None:
        raise NotAllowed("You may not see this workshop.")
    return found


@dataclass(frozen=True, slots=True)
class WorkshopPage:
    """A workshop as one reader may see it. Lists leave out what was taken away, which stands in `removed`."""

    workshop: Workshop
    rights: Rights
    rounds: tuple[str, ...]
    observations: tuple[Observation, ...]
    clusters: tuple[Cluster, ...]
    ideas: tuple[Idea, ...]
    decisions: tuple[Decision, ...]
    removed: tuple[Observation | Interpretation | Cluster | Idea, ...]
    cards: tuple[StoryLine, ...]
    cards_hidden: int
    """Stories on the table that this reader may not read."""
    stories: Mapping[UUID, tuple[StoryLine, ...]]
    """By the id of the observation or decision that stands on them."""

    def may(self, deed: str) -> bool:
        return self.rights.may(deed, self.workshop.node_id)


def workshop_page(*, user: AnyUser, workshop_id: UUID) -> WorkshopPage:
    """Everything of a workshop, in the same number of queries however much there is. Raises: NotAllowed."""
    workshop = open_workshop_of(user=user, workshop_id=workshop_id)
    interpretations = Interpretation.objects.order_by("written_at", "id")
    observed = list(
        Observation.objects.filter(workshop=workshop)
        .prefetch_related(Prefetch("interpretations", interpretations, to_attr="said"))
        .order_by("written_at", "id")
    )
    items = ClusterItem.objects.select_related("observation", "interpretation").order_by("id")
    clusters = list(
        Cluster.objects.filter(workshop=workshop)
        .prefetch_related(Prefetch("items", items, to_attr="held"))
        .order_by("kind", "written_at", "id")
    )
    ideas = list(
        Idea.objects.filter(workshop=workshop).select_related("interpretation", "cluster").order_by("written_at", "id")
    )
    decisions = list(decisions_with_follow_ups(Decision.objects.filter(workshop=workshop)).order_by("due_on", "id"))
    uses = list(
        StoryUse.objects.filter(
            Q(workshop=workshop) | Q(observation__workshop=workshop) | Q(decision__workshop=workshop)
        ).order_by("id")
    )
    lines = lines_by_hash(user=user, id_hashes=[use.id_hash for use in uses])
    by_thing: dict[UUID, list[StoryLine]] = {}
    for each in uses:
        thing = each.observation_id or each.decision_id
        if thing and each.id_hash in lines:
            by_thing.setdefault(thing, []).append(lines[each.id_hash])
    on_table = [each.id_hash for each in uses if each.workshop_id]
    standing: list[Observation] = []
    removed: list[Observation | Interpretation | Cluster | Idea] = []
    for observation in observed:
        said = observation.said
        removed += [each for each in said if each.removed_at and not observation.removed_at]
        observation.said = [each for each in said if not each.removed_at]
        (removed if observation.removed_at else standing).append(observation)
    removed += [cluster for cluster in clusters if cluster.removed_at]
    removed += [idea for idea in ideas if idea.removed_at]
    return WorkshopPage(
        workshop=workshop,
        rights=Rights(user),
        rounds=tuple(workshop.rounds.order_by("round__starts_on", "id").values_list("round__name", flat=True)),
        observations=tuple(standing),
        clusters=tuple(each for each in clusters if not each.removed_at),
        ideas=tuple(each for each in ideas if not each.removed_at),
        decisions=tuple(decisions),
        removed=tuple(removed),
        cards=tuple(lines[each] for each in on_table if each in lines),
        cards_hidden=sum(each not in lines for each in on_table),
        stories={thing: tuple(found) for thing, found in by_thing.items()},
    )


def decisions_with_follow_ups(decisions: QuerySet[Decision]) -> QuerySet[Decision]:
    """Decisions, each with `came`: what came of it, the latest first."""
    came = FollowUp.objects.order_by("-written_at", "-id")
    return decisions.select_related("idea", "workshop", "node").prefetch_related(
        Prefetch("follow_ups", came, to_attr="came")
    )


def decisions_of(*, user: AnyUser, only_open: bool = True) -> QuerySet[Decision]:
    """The decisions that a user may read; those that are due first come first."""
    nodes = nodes_where(user=user, deed="learning.read").values("id")
    found = Decision.objects.filter(node_id__in=nodes)
    if only_open:
        found = found.filter(state=Decision.State.OPEN)
    return decisions_with_follow_ups(found).order_by("due_on", "id")
