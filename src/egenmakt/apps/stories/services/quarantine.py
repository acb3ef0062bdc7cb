"""Deciding about documents that were not accepted: trying them once more, or saying that nothing more is needed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import require
from egenmakt.apps.stories.marks import note
from egenmakt.apps.stories.models import Round, StoryArrival
from egenmakt.apps.stories.parsing import parse
from egenmakt.apps.stories.services.receiving import Arrived, Receipt, Sender, receive_arrived


def accept_quarantined(*, arrival: StoryArrival, by: User, at: datetime) -> Receipt:
    """Try a document in quarantine once more; one that looks like the same interview is then taken for another one.

    Raises: NotAllowed.
    """
    require(user=by, deed="quarantine.resolve", node_id=arrival.round.node_id)
    content = bytes(arrival.content)
    round = Round.objects.select_related("framework_version").get(id=arrival.round_id)
    arrived = Arrived(content, parse(content), arrival.story_id, arrival.id_hash, round, arrival.received_at)
    return receive_arrived(arrived, Sender(by, may_stand_in=True), ignored=("same_interview",))


def settle_arrival(*, arrival: StoryArrival, words: str, by: User, at: datetime) -> StoryArrival:
    """Say that a document in quarantine, or a refused one, needs no more work, and why. Raises: NotAllowed."""
    require(user=by, deed="quarantine.resolve", node_id=arrival.round.node_id)
    with transaction.atomic():
        changed = StoryArrival.objects.filter(
            id=arrival.id, state__in=(StoryArrival.State.QUARANTINED, StoryArrival.State.REFUSED)
        ).update(state=StoryArrival.State.SETTLED, settled_by=by.id, settled_at=at, settled_words=words)
        if changed:
            note(deed="story.settled", id_hash=arrival.id_hash, node_id=arrival.round.node_id, by=by, at=at)
    arrival.refresh_from_db()
    return arrival
