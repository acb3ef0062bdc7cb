"""Deciding whether others may read a story, and taking one out of all views when somebody may come to harm."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from uuid6 import uuid7

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import NotAllowed, require
from egenmakt.apps.stories.facts import drop_facts, month_of
from egenmakt.apps.stories.marks import note, place_in_facts
from egenmakt.apps.stories.models import ModerationDecision, SafeguardingFlag, Story
from egenmakt.apps.stories.queries.reach import require_story, stories_reached

_STATE = {
    ModerationDecision.Decision.APPROVE: Story.State.APPROVED,
    ModerationDecision.Decision.SET_ASIDE: Story.State.SET_ASIDE,
    ModerationDecision.Decision.WAIT: Story.State.WAITING,
}


class ReasonMissing(ValueError):
    """A story is not set aside, and not put back in the queue, without a reason."""


class NotFlagged(ValueError):
    """The story is not flagged, so there is nothing to lift."""


def _note(deed: str, story: Story, by: User, at: datetime, **data: object) -> None:
    """Write it into the trail, and take the facts of the story's month away until they are written anew."""
    organisation_id, received_at = story.organisation_id, story.received_at
    place = place_in_facts(organisation_id=organisation_id, received_at=received_at)
    note(deed=deed, id_hash=story.id_hash, node_id=story.node_id, by=by, at=at, data={**place, **data})
    transaction.on_commit(lambda: drop_facts(organisation_id=organisation_id, month=month_of(received_at)))


def moderate(*, id: UUID, story: Story, decision: str, by: User, at: datetime, reason: str = "") -> ModerationDecision:
    """Decide about a story: approve it, set it aside, or let it wait. The same id again returns what is there.

    Raises: ReasonMissing, NotAllowed.
    """
    require_story(user=by, deed="story.moderate", story=story)
    if known := ModerationDecision.objects.filter(id=id, story=story).first():
        return known
    chosen = ModerationDecision.Decision(decision)
    if chosen != ModerationDecision.Decision.APPROVE and not reason.strip():
        raise ReasonMissing("Say why: whoever collected the story should be able to learn from it.")
    with transaction.atomic():
        made = ModerationDecision.objects.create(
            id=id,
            story=story,
            decision=chosen,
            reason=reason.strip(),
            decided_by=by.id,
            decided_by_name=by.name,
            decided_at=at,
        )
        Story.objects.filter(id=story.id).update(state=_STATE[chosen])
        _note("story.moderated", story, by, at, decision=chosen.value)
    story.refresh_from_db()
    return made


def flag_safeguarding(*, story: Story, concern: str, by: User, at: datetime) -> SafeguardingFlag:
    """Say that somebody may come to harm. The story is at once seen by the person named for it alone.

    Whoever can read the story can do it. One that is flagged stays so. Raises: NotAllowed.
    """
    if open_flag := SafeguardingFlag.objects.filter(story=story, lifted_at__isnull=True).first():
        require(user=by, deed="safeguarding.receive", node_id=story.node_id)
        return open_flag
    if not stories_reached(user=by).filter(id=story.id).exists():
        raise NotAllowed("You may not read this story.")
    with transaction.atomic():
        flag = SafeguardingFlag.objects.create(id=uuid7(), story=story, concern=concern, raised_by=by.id, raised_at=at)
        Story.objects.filter(id=story.id).update(is_flagged=True)
        _note("story.flagged", story, by, at)
    story.refresh_from_db()
    return flag


def lift_flag(*, story: Story, outcome: str, by: User, at: datetime) -> SafeguardingFlag:
    """Let a story be seen again as before, and say what was done. Raises: ReasonMissing, NotFlagged, NotAllowed."""
    require(user=by, deed="safeguarding.receive", node_id=story.node_id)
    if not outcome.strip():
        raise ReasonMissing("Say what was done, before the story is seen again.")
    with transaction.atomic():
        flag = SafeguardingFlag.objects.select_for_update().filter(story=story, lifted_at__isnull=True).first()
        if flag is None:
            raise NotFlagged("The story is not flagged.")
        flag.lifted_by, flag.lifted_by_name, flag.lifted_at, flag.outcome = by.id, by.name, at, outcome.strip()
        flag.save(update_fields=["lifted_by", "lifted_by_name", "lifted_at", "outcome"])
        Story.objects.filter(id=story.id).update(is_flagged=False)
        _note("story.flag_lifted", story, by, at)
    story.refresh_from_db()
    return flag
