"""Documents that were not accepted: reading one beside what is recorded, and deciding about it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import NotAllowed, require
from egenmakt.apps.stories.frameworks import framework_of
from egenmakt.apps.stories.marks import note
from egenmakt.apps.stories.models import Round, Story, StoryArrival
from egenmakt.apps.stories.parsing import parse
from egenmakt.apps.stories.queries.reach import READERS, circles_at, stories_reached
from egenmakt.apps.stories.services.reading import note_readings
from egenmakt.apps.stories.services.receiving import Arrived, Receipt, Sender, interview_hash, receive_arrived
from egenmakt.core.signification.consent import VISIBILITIES
from egenmakt.core.signification.story import read_story


class NotForYou(NotAllowed):
    """The teller's choice of readers leaves somebody else to decide about this document."""


@dataclass(frozen=True, slots=True)
class ArrivalPage:
    """A document that was not accepted, and the story that it contradicts or repeats, as one reader may see both."""

    arrival: StoryArrival
    document: Mapping[str, Any]
    recorded: Story | None


def read_arrival(*, arrival: StoryArrival, by: User, at: datetime) -> ArrivalPage:
    """Open a document to decide about it, beside the recorded story; that both were read is written down.

    Raises: NotAllowed, also when the recorded story is flagged; NotForYou when the teller lets others alone read it.
    """
    require(user=by, deed="quarantine.resolve", node_id=arrival.round.node_id)
    document = parse(bytes(arrival.content))
    recorded = _not_flagged(arrival, document)
    reached = stories_reached(user=by, deed="story.read_personal")
    may_read_it = may_read_document(document, circles=circles_at(user=by, node_id=arrival.round.node_id))
    if not may_read_it or (recorded is not None and not reached.filter(id=recorded.id).exists()):
        raise NotForYou("The teller lets others alone read this. Ask somebody at the partner to decide about it.")
    with transaction.atomic():
        if recorded is not None:
            note_readings(stories=[recorded], by=by, at=at, what="quarantine")
        note(deed="story.arrival_read", id_hash=arrival.id_hash, node_id=arrival.round.node_id, by=by, at=at)
    return ArrivalPage(arrival, document, recorded)


def _not_flagged(arrival: StoryArrival, document: Mapping[str, Any]) -> Story | None:
    """What is recorded; a flagged story and its twin are for the person named for safeguarding. Raises: NotAllowed."""
    recorded = _recorded(arrival, document)
    if recorded is not None and recorded.is_flagged:
        raise NotAllowed("You may not read this story.")
    return recorded


def _recorded(arrival: StoryArrival, document: Mapping[str, Any]) -> Story | None:
    """The story under the same id, or else the same interview under another: a flagged one before all others."""
    same = Story.objects.select_related("framework_version", "round", "node")
    if found := same.filter(id=arrival.story_id).first():
        return found
    if not any(finding["code"] == "same_interview" for finding in arrival.findings):
        return None
    framework = framework_of(version=arrival.round.framework_version)
    story = read_story(document, framework=framework)
    told = same.filter(interview_hash=interview_hash(story), mode=story.mode)
    return told.order_by("-is_flagged", "received_at", "id").first()


def may_read_document(document: Mapping[str, Any], *, circles: Collection[str]) -> bool:
    """Whether a teller's choice of readers, as a document says it, reaches any of these circles.

    What cannot be read as a choice counts as the narrowest: the team.
    """
    consent = document.get("consent")
    consent = consent if isinstance(consent, Mapping) else {}
    purposes = consent.get("purposes")
    allowed = {name for name, said in purposes.items() if said is True} if isinstance(purposes, Mapping) else set()
    chosen = consent.get("visibility")
    reach = VISIBILITIES.index(chosen) if chosen in VISIBILITIES else 0
    return any(reach >= VISIBILITIES.index(circle) and READERS[circle] in {*allowed, "keep"} for circle in circles)


def accept_quarantined(*, arrival: StoryArrival, by: User, at: datetime) -> Receipt:
    """Try a document in quarantine once more; one that looks like the same interview is then taken for another one.

    Raises: NotAllowed, also when the recorded story is flagged.
    """
    require(user=by, deed="quarantine.resolve", node_id=arrival.round.node_id)
    content = bytes(arrival.content)
    document = parse(content)
    _not_flagged(arrival, document)
    round = Round.objects.select_related("framework_version").get(id=arrival.round_id)
    arrived = Arrived(content, document, arrival.story_id, arrival.id_hash, round, arrival.received_at)
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
