"""Rounds: which there are, how far each has come, and who is missing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import AnyUser, NotAllowed, may, nodes_where
from egenmakt.apps.people.models import NodeAncestor
from egenmakt.apps.stories.frameworks import target_of
from egenmakt.apps.stories.models import Framework, FrameworkVersion, Round, RoundFacilitator, RoundLink, Story
from egenmakt.core.signification.answers import Answer
from egenmakt.core.signification.rounds import Progress, Told, facts_of, progress
from egenmakt.core.signification.values import kept
from egenmakt.core.signification.washington_group import DOMAINS, PREFIX

_PROFILE = ("sex", "age_band", *(f"{PREFIX}{domain}" for domain in DOMAINS))
"""The questions that quotas look at, as `facts_of` knows them."""


def rounds_seen(*, user: AnyUser) -> QuerySet[Round]:
    """The rounds that a user may see, in no order. Whoever only collects sees the rounds in which she does."""
    wide = nodes_where(user=user, deed="story.read").values("id")
    figures = nodes_where(user=user, deed="pattern.read").values("id")
    seen = Q(node_id__in=wide) | Q(node_id__in=figures)
    if isinstance(user, User):
        mine = RoundFacilitator.objects.filter(round=OuterRef("pk"), user=user, ended_at__isnull=True)
        own = nodes_where(user=user, deed="story.collect").values("id")
        seen |= Q(Exists(mine), node_id__in=own)
    return Round.objects.filter(seen)


def rounds_of(*, user: AnyUser) -> QuerySet[Round]:
    """The rounds that a user may see, the latest first, each with `told`: its real stories."""
    counted = Count("stories", filter=Q(stories__mode="real") & ~Q(stories__state="set_aside"))
    rounds = rounds_seen(user=user).annotate(told=counted)
    return rounds.select_related("framework_version__framework", "node", "place").order_by("-starts_on", "-id")


def rounds_about(*, user: AnyUser, node_id: UUID, on: date) -> QuerySet[Round]:
    """The rounds that run on a day at a body or above it, as far as a user may see them; the latest first."""
    above = NodeAncestor.objects.filter(node_id=node_id).values("ancestor_id")
    running = rounds_of(user=user).filter(closed_at__isnull=True, starts_on__lte=on, until_on__gt=on)
    return running.filter(node_id__in=above)


def open_round_of(*, user: AnyUser, round_id: UUID) -> Round:
    """A round to look at. Raises: NotAllowed, also for one that is not there."""
    found = rounds_of(user=user).filter(id=round_id).first()
    if found is None:
        raise NotAllowed("You may not see this round.")
    return found


def rounds_to_collect_in(*, user: AnyUser, at: datetime) -> QuerySet[Round]:
    """The open rounds in which a user collects now: what a phone needs to know."""
    if not isinstance(user, User):
        return Round.objects.none()
    nodes = nodes_where(user=user, deed="story.collect").values("id")
    mine = RoundFacilitator.objects.filter(round=OuterRef("pk"), user=user, ended_at__isnull=True)
    now = Round.objects.filter(Exists(mine), node_id__in=nodes, closed_at__isnull=True, until_on__gt=at.date())
    return now.select_related("framework_version__framework", "node").order_by("starts_on", "id")


def progress_of(*, user: AnyUser, round: Round) -> Progress:
    """How far a round has come, and who is missing. Stories that were set aside do not count.

    Raises: NotAllowed.
    """
    open_round_of(user=user, round_id=round.id)
    return progress(target_of(target=round.target, quotas=round.quotas), _told(round))


def _told(round: Round) -> Iterator[Told]:
    """A teller's profile is asked once: her later stories have the facts of the one in which it was."""
    rows = (
        Story.objects.filter(round=round)
        .exclude(state=Story.State.SET_ASIDE)
        .order_by("received_at", "id")
        .values_list("teller_key", "voice", "group_id", "mode", "answers")
    )
    known: dict[UUID, dict[str, str | None]] = {}
    for teller, voice, group, mode, answers in rows.iterator():
        # answers were checked when they came, so only those that quotas look at are read
        given = {code: answers[code]["value"] for code in _PROFILE if "value" in answers.get(code, {})}
        read = {code: Answer("answered", kept(value)) for code, value in given.items()}
        facts = facts_of(read, role=voice, group=str(group) if group else None)
        earlier = known.setdefault(teller, {})
        earlier.update({name: value for name, value in facts.items() if value is not None})
        yield Told({**earlier, "role": voice}, is_counted=mode == Story.Mode.REAL)


def facilitators_of(*, user: AnyUser, round: Round) -> QuerySet[RoundFacilitator]:
    """Who collects in a round now, by name. Raises: NotAllowed."""
    open_round_of(user=user, round_id=round.id)
    return round.facilitators.filter(ended_at__isnull=True).select_related("user").order_by("user__name", "id")


def links_of(*, user: AnyUser, round: Round) -> QuerySet[RoundLink]:
    """The links of a round, for those who may make and stop them; the latest first. Raises: NotAllowed."""
    if not may(user=user, deed="round.change", node_id=round.node_id):
        raise NotAllowed("You may not see the links of this round.")
    return round.links.select_related("group__node").order_by("-made_at", "-id")


def frameworks_for(*, user: AnyUser, node_id: UUID) -> QuerySet[FrameworkVersion]:
    """The versions of frameworks that a round at a body may use: its own and those from above, the latest first.

    Raises: NotAllowed for those who may neither change rounds there nor frameworks.
    """
    if not any(may(user=user, deed=deed, node_id=node_id) for deed in ("round.change", "framework.change")):
        raise NotAllowed("You may not see the frameworks of this body.")
    above = NodeAncestor.objects.filter(node_id=node_id).values("ancestor_id")
    owned = Framework.objects.filter(node_id__in=above).values("id")
    versions = FrameworkVersion.objects.filter(framework_id__in=owned).select_related("framework__node")
    return versions.order_by("framework__code", "framework_id", "-number")
