"""What is seen in the stories, and how it may be understood."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import require
from egenmakt.apps.learning.models import Interpretation, Observation, Workshop
from egenmakt.apps.learning.services.common import known, note, readable, said, signed, use


class NotOurPage(ValueError):
    """A reference that leads out of this installation."""


class NotCompeting(ValueError):
    """Too few interpretations: an observation needs two that compete, or a reason why there is one."""


def observe(
    *,
    id: UUID,
    workshop: Workshop,
    words: str,
    strength: int,
    by: User,
    at: datetime,
    reference: str = "",
    reference_words: str = "",
    story_ids: Iterable[UUID] = (),
) -> Observation:
    """Write down what was seen. The same id again returns what is there.

    Args: reference, the address of the pattern or the stories within this installation, with its filters.
    Raises: ReasonMissing, NotOurPage, NotReachable, NotAllowed.
    """
    require(user=by, deed="learning.write", node_id=workshop.node_id)
    if found := known(Observation, id):
        return found
    stories = readable(by=by, story_ids=story_ids, node_id=workshop.node_id)
    with transaction.atomic():
        made = Observation.objects.create(
            id=id,
            workshop=workshop,
            words=said(words, "Say what you saw."),
            strength=Observation.Strength(strength),
            reference=own_page(reference),
            reference_words=reference_words.strip()[:500],
            **signed(by, at),
        )
        use(stories=stories, at=at, observation=made)
        note("observation.written", made, workshop.node_id, by, at, stories=len(stories))
    return made


def own_page(reference: str) -> str:
    """An address within this installation, or empty. Raises: NotOurPage for one that leads elsewhere."""
    address = reference.strip()
    # a backslash and what is not seen are read by browsers in ways that lead elsewhere
    is_ours = address.startswith("/") and not address.startswith("//") and "\\" not in address
    if address and (not is_ours or len(address) > 2000 or any(unicodedata.category(c)[0] in "CZ" for c in address)):
        raise NotOurPage("The reference is the address of a page here, such as /patterns/…; it begins with one slash.")
    return address


def interpret(*, id: UUID, observation: Observation, words: str, by: User, at: datetime) -> Interpretation:
    """Write down one way to understand an observation. The same id again returns what is there.

    Raises: NotCompeting for one that says the same as another, ReasonMissing, NotAllowed.
    """
    node_id = observation.workshop.node_id
    require(user=by, deed="learning.write", node_id=node_id)
    if found := known(Interpretation, id):
        return found
    text = said(words, "Say how it may be understood.")
    others = Interpretation.objects.filter(observation=observation, removed_at__isnull=True)
    if _folded(text) in {_folded(each) for each in others.values_list("words", flat=True)}:
        raise NotCompeting("This is written down already. Say it otherwise: what would somebody say who disagrees?")
    with transaction.atomic():
        made = Interpretation.objects.create(id=id, observation=observation, words=text, **signed(by, at))
        note("interpretation.written", made, node_id, by, at)
    return made


def _folded(text: str) -> str:
    """A text without what makes no difference: capitals, spaces and marks."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def publish(*, observation: Observation, by: User, at: datetime, lone_reason: str = "") -> Observation:
    """Let an observation be read with its interpretations outside the workshop, such as in what goes back.

    Args: lone_reason, why there is only one interpretation. Raises: NotCompeting, NotAllowed.
    """
    require(user=by, deed="learning.decide", node_id=observation.workshop.node_id)
    if observation.published_at:
        return observation
    with transaction.atomic():
        standing = Interpretation.objects.filter(observation=observation, removed_at__isnull=True).count()
        if standing == 0 or (standing == 1 and not lone_reason.strip()):
            raise NotCompeting(
                "Before it is published, write down two interpretations that compete, or why there is only one."
            )
        observation.lone_reason = lone_reason.strip() if standing == 1 else ""
        observation.published_at, observation.published_by = at, by.id
        observation.save(update_fields=["lone_reason", "published_at", "published_by"])
        note("observation.published", observation, observation.workshop.node_id, by, at, interpretations=standing)
    return observation


def take_back(*, observation: Observation, by: User, at: datetime) -> Observation:
    """Undo the publishing of an observation. Raises: NotAllowed."""
    require(user=by, deed="learning.decide", node_id=observation.workshop.node_id)
    if not observation.published_at:
        return observation
    with transaction.atomic():
        observation.published_at = observation.published_by = None
        observation.lone_reason = ""
        observation.save(update_fields=["published_at", "published_by", "lone_reason"])
        note("observation.taken_back", observation, observation.workshop.node_id, by, at)
    return observation
