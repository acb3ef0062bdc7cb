"""Planning a workshop and keeping its record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import require
from egenmakt.apps.learning.models import StoryUse, Workshop, WorkshopRound
from egenmakt.apps.learning.services.common import (
    NotTogether,
    known,
    note,
    organisation_of,
    readable,
    said,
    signed,
    use,
)
from egenmakt.apps.people.models import Node, NodeAncestor
from egenmakt.apps.stories.models import Round

KINDS = ("rights_holders", "leaders", "facilitators", "partner", "staff", "duty_bearers", "others")
"""Who may take part in a workshop."""


class UnknownKind(ValueError):
    """A kind of participant that is not in the table."""


def open_workshop(
    *,
    id: UUID,
    node: Node,
    name: str,
    starts_on: date,
    until_on: date,
    kinds: Sequence[str],
    languages: Sequence[str],
    rounds: Iterable[Round],
    by: User,
    at: datetime,
    place: str = "",
    plan: str = "",
) -> Workshop:
    """Plan a workshop about the stories of some rounds. The same id again returns what is there.

    Args: until_on, the day after the last. Raises: ReasonMissing, NotTogether, UnknownKind, NotAllowed.
    """
    require(user=by, deed="learning.write", node_id=node.id)
    if found := known(Workshop, id):
        return found
    if unknown := set(kinds) - set(KINDS):
        raise UnknownKind(f"{', '.join(sorted(unknown))}: there are {', '.join(KINDS)}.")
    chosen = list(rounds)
    below = NodeAncestor.objects.filter(ancestor=node, node_id__in=[each.node_id for each in chosen])
    if set(below.values_list("node_id", flat=True)) != {each.node_id for each in chosen}:
        raise NotTogether("A round belongs to a body that does not stand below the one of the workshop.")
    with transaction.atomic():
        made = Workshop.objects.create(
            id=id,
            node=node,
            organisation_id=organisation_of(node),
            name=said(name, "Give the workshop a name."),
            place=place.strip(),
            starts_on=starts_on,
            until_on=until_on,
            kinds=list(kinds),
            languages=list(languages),
            plan=plan.strip(),
            **signed(by, at),
        )
        WorkshopRound.objects.bulk_create(WorkshopRound(workshop=made, round=each) for each in chosen)
        note("workshop.opened", made, node.id, by, at, rounds=len(chosen))
    return made


def write_record(*, workshop: Workshop, record: str, by: User, at: datetime) -> Workshop:
    """Keep what happened at the workshop, in place of what stood there. Raises: NotAllowed."""
    require(user=by, deed="learning.write", node_id=workshop.node_id)
    with transaction.atomic():
        workshop.record = record.strip()
        workshop.save(update_fields=["record"])
        note("workshop.recorded", workshop, workshop.node_id, by, at)
    return workshop


def lay_out(*, workshop: Workshop, story_ids: Iterable[UUID], by: User, at: datetime) -> int:
    """Lay stories on the table, to read and to print as cards; once more changes nothing. Returns: how many lie there.

    Raises: NotReachable, NotAllowed.
    """
    require(user=by, deed="learning.write", node_id=workshop.node_id)
    stories = readable(by=by, story_ids=story_ids, node_id=workshop.node_id)
    with transaction.atomic():
        use(stories=stories, at=at, workshop=workshop)
        note("workshop.stories_laid_out", workshop, workshop.node_id, by, at, stories=len(stories))
    return StoryUse.objects.filter(workshop=workshop).count()


def take_away(*, workshop: Workshop, id_hash: str, by: User, at: datetime) -> None:
    """Take a story from the table. Raises: NotAllowed."""
    require(user=by, deed="learning.write", node_id=workshop.node_id)
    with transaction.atomic():
        gone, _ = StoryUse.objects.filter(workshop=workshop, id_hash=id_hash).delete()
        if gone:
            note("workshop.story_taken_away", workshop, workshop.node_id, by, at)
