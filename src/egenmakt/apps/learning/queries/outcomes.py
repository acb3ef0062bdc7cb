"""Outcomes and selections to read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Prefetch, QuerySet

from egenmakt.apps.access.queries import AnyUser, NotAllowed, nodes_where
from egenmakt.apps.learning.models import Candidate, Feedback, Outcome, Selection, StoryUse, Substantiation
from egenmakt.apps.learning.queries.stories import StoryLine, lines_by_hash
from egenmakt.apps.people.models import NodeAncestor


def outcomes_of(*, user: AnyUser) -> QuerySet[Outcome]:
    """The outcomes that a user may read, the latest first, each with `found`: its substantiations, the latest first."""
    nodes = nodes_where(user=user, deed="learning.read").values("id")
    found = Substantiation.objects.order_by("-written_at", "-id")
    return (
        Outcome.objects.filter(node_id__in=nodes, removed_at__isnull=True)
        .select_related("node")
        .prefetch_related(Prefetch("substantiations", found, to_attr="found"))
        .order_by("-when", "-id")
    )


def outcome_of(*, user: AnyUser, outcome_id: UUID) -> tuple[Outcome, tuple[StoryLine, ...]]:
    """One outcome with the stories that it stands on. Raises: NotAllowed, also for one that is not there."""
    outcome = outcomes_of(user=user).filter(id=outcome_id).first()
    if outcome is None:
        raise NotAllowed("You may not see this outcome.")
    hashes = StoryUse.objects.filter(outcome=outcome).order_by("id").values_list("id_hash", flat=True)
    return outcome, tuple(lines_by_hash(user=user, id_hashes=hashes).values())


def selections_of(*, user: AnyUser) -> QuerySet[Selection]:
    """The selections that a user may read, the latest first, each with `choices`: how many stories it has."""
    nodes = nodes_where(user=user, deed="learning.read").values("id")
    return (
        Selection.objects.filter(node_id__in=nodes, removed_at__isnull=True)
        .annotate(choices=Count("candidates"))
        .select_related("node", "round")
        .order_by("-written_at", "-id")
    )


@dataclass(frozen=True, slots=True)
class SelectionPage:
    """One level's choice as a reader may see it."""

    selection: Selection
    candidates: tuple[tuple[Candidate, StoryLine | None], ...]
    """Each with the story, or None when this reader may not read it."""
    lower: tuple[Selection, ...]
    """Selections below that have chosen a story which is not here yet."""
    feedback: tuple[Feedback, ...]
    to_tell: tuple[Selection, ...]
    """Levels below that sent a story and for which nothing is written yet."""
    heard: tuple[Feedback, ...]
    """What the level above said to this one."""


def selection_page(*, user: AnyUser, selection_id: UUID) -> SelectionPage:
    """One selection with its candidates and what went back. Raises: NotAllowed, also for one that is not there."""
    selection = selections_of(user=user).filter(id=selection_id).first()
    if selection is None:
        raise NotAllowed("You may not see this selection.")
    candidates = list(selection.candidates.select_related("sent_by__node").order_by("id"))
    lines = lines_by_hash(user=user, id_hashes=[each.id_hash for each in candidates])
    below = NodeAncestor.objects.filter(ancestor_id=selection.node_id, depth__gt=0).values("node_id")
    lower = (
        Selection.objects.filter(node_id__in=below, removed_at__isnull=True)
        .exclude(chosen_hash="")
        .exclude(chosen_hash__in=[each.id_hash for each in candidates])
    )
    feedback = tuple(selection.feedback.select_related("to__node").order_by("written_at", "id"))
    sent = {each.sent_by.id: each.sent_by for each in candidates if each.sent_by}
    for each in feedback:
        sent.pop(each.to_id, None)
    return SelectionPage(
        selection=selection,
        candidates=tuple((each, lines.get(each.id_hash)) for each in candidates),
        lower=tuple(lower.select_related("node").order_by("node__name", "id")),
        feedback=feedback,
        to_tell=tuple(sent.values()),
        heard=tuple(selection.feedback_heard.select_related("selection__node").order_by("written_at", "id")),
    )


def chain_of_reasons(*, user: AnyUser, selection: Selection) -> list[Mapping[str, str]]:
    """From the highest level that a story reached down to the first that chose it: who, why, and whether it went back.

    What stays when a chosen story is withdrawn: the reasons. Levels that the user may not read are left out.
    """
    readable = set(nodes_where(user=user, deed="learning.read").values_list("id", flat=True))
    chain: list[Mapping[str, str]] = []
    level: Selection | None = _lowest(selection)
    seen: set[UUID] = set()
    while level is not None and level.id not in seen:
        seen.add(level.id)
        if level.node_id in readable:
            told = level.feedback_heard.filter(given_on__isnull=False).order_by("given_on").first()
            chain.append(
                {
                    "level": level.node.kind,
                    "body": level.node.name,
                    "selection": level.name,
                    "chosen_on": level.chosen_at.date().isoformat() if level.chosen_at else "",
                    "reason": level.reason,
                    "told_on": told.given_on.isoformat() if told and told.given_on else "",
                    "told_how": told.given_how if told else "",
                }
            )
        up = Candidate.objects.filter(sent_by=level).select_related("selection__node").order_by("id").first()
        level = up.selection if up else None
    return chain[::-1]


def _lowest(selection: Selection) -> Selection:
    """The level at which the story was chosen first."""
    seen = {selection.id}
    while selection.chosen_hash:
        sent = selection.candidates.filter(id_hash=selection.chosen_hash, sent_by__isnull=False)
        below = sent.select_related("sent_by__node").first()
        if below is None or below.sent_by is None or below.sent_by.id in seen:
            break
        selection = below.sent_by
        seen.add(selection.id)
    return selection
