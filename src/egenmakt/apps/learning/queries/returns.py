"""Pages that go back to those who told: which there are, who has one, and what stands on one today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from egenmakt.apps.access.queries import AnyUser, NotAllowed, nodes_where
from egenmakt.apps.learning.models import Decision, Delivery, Return
from egenmakt.apps.learning.queries.figures import counted_question, figures_of
from egenmakt.apps.learning.queries.stories import for_all_to_hear, story_lines
from egenmakt.apps.people.models import Node
from egenmakt.apps.stories.frameworks import framework_of
from egenmakt.apps.stories.models import Round
from egenmakt.apps.stories.services.reading import Wording
from egenmakt.core.signification.question import words


def returns_of(*, user: AnyUser) -> QuerySet[Return]:
    """The pages that a user may read, the latest first, each with `came`: its deliveries."""
    nodes = nodes_where(user=user, deed="learning.read").values("id")
    came = Delivery.objects.order_by("-delivered_on", "-id")
    return (
        Return.objects.filter(round__node_id__in=nodes)
        .select_related("round__node", "round__framework_version", "node")
        .prefetch_related(Prefetch("deliveries", came, to_attr="came"))
        .order_by("-written_at", "-id")
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """A body that told in a round: how many people, and the pages that were made for it."""

    node: Node
    people: int
    pages: tuple[Return, ...]


def bodies_of(*, user: AnyUser, round: Round) -> list[Waiting]:
    """The round itself and each group above the least number, with their pages. Raises: NotAllowed."""
    if not nodes_where(user=user, deed="learning.read").filter(id=round.node_id).exists():
        raise NotAllowed("You may not see what goes back to the tellers of this round.")
    figures = figures_of(round=round)
    numbers = {str(round.node_id): figures.whole.people, **{id: each.people for id, each in figures.groups.items()}}
    pages: dict[str, list[Return]] = {}
    for page in returns_of(user=user).filter(round=round):
        pages.setdefault(str(page.node_id), []).append(page)
    ids = [UUID(id) for id, people in numbers.items() if people is not None]
    nodes = sorted(Node.objects.filter(id__in=ids), key=lambda node: (node.id != round.node_id, node.name))
    return [Waiting(node, numbers[str(node.id)] or 0, tuple(pages.get(str(node.id), ()))) for node in nodes]


@dataclass(frozen=True, slots=True)
class ToldBack:
    """What stands on a page, in its language; the frame around it is put into words where it is shown."""

    page: Return
    people: int
    question: str
    options: tuple[tuple[str, int], ...]
    """What people chose, the most first; options that are hidden or that nobody chose are left out."""
    is_hidden: bool
    """Whether some numbers are left out because they are small."""
    stories: tuple[Wording, ...]
    decisions: tuple[Decision, ...]


def return_of(*, user: AnyUser, return_id: UUID) -> Return:
    """A page to read. Raises: NotAllowed, also for one that is not there."""
    page = returns_of(user=user).filter(id=return_id).first()
    if page is None:
        raise NotAllowed("You may not see this page.")
    return page


def told_back(*, page: Return) -> ToldBack:
    """What stands on a page now: a story that was withdrawn, hidden or closed since is not on it any more."""
    framework = framework_of(version=page.round.framework_version)
    question = counted_question(page.round)
    shown: Mapping[str, Any] = page.figures.get("options", {})
    options = [
        (words(option.text, page.language, framework.source), shown[option.code])
        for option in (question.options if question else ())
        if shown.get(option.code)
    ]
    uses = list(page.stories.order_by("id").values_list("id_hash", flat=True))
    place = {id_hash: index for index, id_hash in enumerate(uses)}
    lines = sorted(story_lines(for_all_to_hear(id_hashes=uses).defer("answers")), key=lambda line: place[line.id_hash])
    stories = [wording for line in lines if (wording := line.wording(page.language)) is not None]
    decisions = Decision.objects.filter(returns__page=page, review_since__isnull=True).order_by("due_on", "id")
    return ToldBack(
        page=page,
        people=page.figures["people"],
        question=words(question.text, page.language, framework.source) if question else "",
        options=tuple(sorted(options, key=lambda pair: -pair[1])),
        is_hidden=any(number is None for number in shown.values()),
        stories=tuple(stories),
        decisions=tuple(decisions),
    )


def tellable_stories(*, round: Round, node: Node) -> list[Any]:
    """The stories that could stand on a page for a body: open to anyone, with their names covered."""
    found = for_all_to_hear(id_hashes=round.stories.values_list("id_hash", flat=True)).filter(round=round)
    if node.id != round.node_id:
        found = found.filter(group_id=node.id)
    return [line for line in story_lines(found.defer("answers").order_by("received_at", "id")) if line.wordings]


def decisions_for(*, round: Round) -> QuerySet[Decision]:
    """The decisions that were taken because of a round: in a workshop about it."""
    return Decision.objects.filter(workshop__rounds__round=round, review_since__isnull=True).order_by("due_on", "id")
