"""Deciding what is done, and writing down what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import require
from egenmakt.apps.learning.models import Decision, DecisionGround, FollowUp, Idea, Observation, Workshop
from egenmakt.apps.learning.services.common import NotTogether, ReasonMissing, known, note, readable, said, signed, use


def decide(
    *,
    id: UUID,
    workshop: Workshop,
    words: str,
    responsible: str,
    due_on: date,
    by: User,
    at: datetime,
    idea: Idea | None = None,
    observation_ids: Iterable[UUID] = (),
    story_ids: Iterable[UUID] = (),
) -> Decision:
    """Decide something because of what was seen: who sees to it, and by when. The same id returns what is there.

    Raises: ReasonMissing also when it stands on nothing, NotTogether, NotReachable, NotAllowed.
    """
    require(user=by, deed="learning.decide", node_id=workshop.node_id)
    if found := known(Decision, id):
        return found
    grounds = set(observation_ids)
    if idea and idea.workshop_id != workshop.id:
        raise NotTogether("The idea is of another workshop.")
    here = Observation.objects.filter(workshop=workshop, id__in=grounds, removed_at__isnull=True).count()
    if here != len(grounds):
        raise NotTogether("One of the observations is not of this workshop, or was taken away.")
    stories = readable(by=by, story_ids=story_ids, node_id=workshop.node_id)
    if not grounds and not stories and not idea:
        raise ReasonMissing("Say what the decision stands on: an observation, a story or an idea.")
    with transaction.atomic():
        made = Decision.objects.create(
            id=id,
            node=workshop.node,
            workshop=workshop,
            idea=idea,
            words=said(words, "Say what is decided."),
            responsible=said(responsible, "Say who sees to it."),
            due_on=due_on,
            **signed(by, at),
        )
        DecisionGround.objects.bulk_create(
            DecisionGround(decision=made, observation_id=each) for each in sorted(grounds)
        )
        use(stories=stories, at=at, decision=made)
        note("learning.decided", made, workshop.node_id, by, at, due_on=due_on.isoformat())
    return made


def follow_up(*, id: UUID, decision: Decision, outcome: str, words: str, by: User, at: datetime) -> FollowUp:
    """Write down what came of a decision. A decision that is done or dropped is opened again by "under way".

    Raises: ReasonMissing, NotAllowed.
    """
    require(user=by, deed="learning.write", node_id=decision.node_id)
    if found := known(FollowUp, id):
        return found
    chosen = FollowUp.Outcome(outcome)
    state = Decision.State.OPEN if chosen == FollowUp.Outcome.UNDER_WAY else Decision.State(chosen.value)
    with transaction.atomic():
        made = FollowUp.objects.create(
            id=id, decision=decision, outcome=chosen, words=said(words, "Say what came of it."), **signed(by, at)
        )
        Decision.objects.filter(id=decision.id).update(state=state)
        note("learning.followed_up", made, decision.node_id, by, at, outcome=chosen.value)
    decision.state = state
    return made
