"""Taking away and putting back; and looking again at words when a story that they stood on is gone."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import require
from egenmakt.apps.learning.models import Cluster, Decision, Idea, Interpretation, Observation, Outcome, Selection
from egenmakt.apps.learning.services.common import note, said
from egenmakt.apps.learning.services.observing import NotCompeting

Removed = Observation | Interpretation | Cluster | Idea | Outcome | Selection
Looked = Observation | Decision | Outcome | Selection

_WORDS = {Observation: "words", Decision: "words", Outcome: "what", Selection: "reason"}
"""Where each of them says what a story may have said."""


def node_of(row: Removed | Looked) -> UUID:
    """The body that something belongs to."""
    match row:
        case Interpretation():
            return row.observation.workshop.node_id
        case Observation() | Cluster() | Idea():
            return row.workshop.node_id
    return row.node_id


def remove(*, row: Removed, by: User, at: datetime) -> None:
    """Take something away; it can be put back. Raises: NotCompeting where what is published needs it, NotAllowed."""
    require(user=by, deed="learning.write", node_id=node_of(row))
    if row.removed_at:
        return
    try:
        with transaction.atomic():
            row.removed_at = at
            row.save(update_fields=["removed_at"])
            note(f"{row._meta.model_name}.removed", row, node_of(row), by, at)
    except IntegrityError as error:
        row.removed_at = None
        raise NotCompeting("The observation is published and needs this interpretation; take it back first.") from error


def put_back(*, row: Removed, by: User, at: datetime) -> None:
    """Put back what was taken away. Raises: NotAllowed."""
    require(user=by, deed="learning.write", node_id=node_of(row))
    if not row.removed_at:
        return
    with transaction.atomic():
        row.removed_at = None
        row.save(update_fields=["removed_at"])
        note(f"{row._meta.model_name}.put_back", row, node_of(row), by, at)


def look_again(*, row: Looked, words: str, by: User, at: datetime) -> None:
    """Say that somebody looked at words that may have repeated a story which is gone, and write them as they are now.

    Raises: ReasonMissing, NotAllowed.
    """
    require(user=by, deed="learning.write", node_id=node_of(row))
    field = _WORDS[type(row)]
    with transaction.atomic():
        setattr(row, field, said(words, "Something must stand there, even if it is only that it was taken away."))
        row.review_since = None
        row.save(update_fields=[field, "review_since"])
        note(f"{row._meta.model_name}.looked_at_again", row, node_of(row), by, at)
