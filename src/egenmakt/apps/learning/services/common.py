"""What the deeds of this wing share: who may, what is written down, and which stories something may stand on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db.models import Model

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import NotAllowed
from egenmakt.apps.audit.services import record
from egenmakt.apps.learning.models import StoryUse
from egenmakt.apps.people.models import Node, NodeAncestor
from egenmakt.apps.stories.models import Story
from egenmakt.apps.stories.queries.reach import stories_reached, with_purpose

Row = TypeVar("Row", bound=Model)


class ReasonMissing(ValueError):
    """Something was to be done that needs a reason, or words, and none were given."""


class NotTogether(ValueError):
    """Two things were put together that belong to different workshops, bodies or levels."""


class NotReachable(NotAllowed):
    """A story was named that the user may not read, or whose teller did not allow that one learns from it."""


def said(text: str, sentence: str) -> str:
    """The text without space around it. Raises: ReasonMissing with the sentence when nothing is left."""
    stripped = text.strip()
    if not stripped:
        raise ReasonMissing(sentence)
    return stripped


def known(model: type[Row], id: UUID) -> Row | None:
    """What stands under an id already: sending twice records it once."""
    return model._default_manager.filter(pk=id).first()


def signed(by: User, at: datetime) -> dict[str, object]:
    """Who writes a row, and when."""
    return {"written_by": by.id, "written_by_name": by.name, "written_at": at}


def note(deed: str, row: Model, node_id: UUID, by: User | None, at: datetime, **data: object) -> None:
    """Write into the trail what was done."""
    kind = row._meta.model_name or ""
    record(by=by, at=at, deed=deed, subject_kind=kind, subject_id=row.pk, node_id=node_id, data=data)


def organisation_of(node: Node) -> UUID:
    """The organisation that a body belongs to: the nearest above it, or the body itself where there is none."""
    above = NodeAncestor.objects.filter(node=node, ancestor__kind=Node.Kind.ORGANISATION).order_by("depth")
    found = above.values_list("ancestor_id", flat=True).first()
    return found or node.id


def readable(*, by: User, story_ids: Iterable[UUID], node_id: UUID) -> list[Story]:
    """The stories to stand on, by their ids. Raises: NotReachable unless each may be read and learnt from."""
    wanted = set(story_ids)
    below = NodeAncestor.objects.filter(ancestor_id=node_id).values("node_id")
    reached = with_purpose(stories_reached(user=by), "learn").filter(
        id__in=wanted, mode=Story.Mode.REAL, state=Story.State.APPROVED, node_id__in=below
    )
    found = list(reached.defer("answers", "text").order_by("id"))
    if len(found) != len(wanted):
        raise NotReachable("One of the stories may not be read, or not be learnt from; choose among those you see.")
    return found


def use(*, stories: Iterable[Story], at: datetime, **user: Model) -> None:
    """Write down which stories something stands on; once more changes nothing."""
    StoryUse.objects.bulk_create(
        [StoryUse(id_hash=story.id_hash, added_at=at, **user) for story in stories], ignore_conflicts=True
    )
