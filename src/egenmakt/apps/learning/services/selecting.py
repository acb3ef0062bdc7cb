"""Most Significant Change: a level chooses among stories, says why, and tells the level below."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import require
from egenmakt.apps.learning.models import Candidate, Feedback, Selection
from egenmakt.apps.learning.services.common import NotTogether, known, note, organisation_of, readable, said, signed
from egenmakt.apps.people.models import Node, NodeAncestor
from egenmakt.apps.stories.models import Round, Story


class NotACandidate(ValueError):
    """The story is not among those that this level chooses from."""


class AlreadySaid(ValueError):
    """The choice has gone back to a level below: it is not changed any more."""


def open_selection(*, id: UUID, node: Node, name: str, by: User, at: datetime, round: Round | None = None) -> Selection:
    """Begin a choice at one level. The same id again returns what is there. Raises: ReasonMissing, NotAllowed."""
    require(user=by, deed="learning.write", node_id=node.id)
    if found := known(Selection, id):
        return found
    with transaction.atomic():
        made = Selection.objects.create(
            id=id,
            node=node,
            organisation_id=organisation_of(node),
            round=round,
            name=said(name, "Give the selection a name."),
            **signed(by, at),
        )
        note("selection.opened", made, node.id, by, at)
    return made


def bring(*, selection: Selection, story_ids: Iterable[UUID], by: User, at: datetime) -> int:
    """Bring stories to choose among. Returns: how many there are now. Raises: NotReachable, NotAllowed."""
    require(user=by, deed="learning.write", node_id=selection.node_id)
    above = selection.node_id if selection.node.kind != Node.Kind.GROUP else selection.node.parent_id
    stories = readable(by=by, story_ids=story_ids, node_id=above or selection.node_id)
    with transaction.atomic():
        Candidate.objects.bulk_create(
            [Candidate(selection=selection, id_hash=story.id_hash) for story in stories], ignore_conflicts=True
        )
        note("selection.stories_brought", selection, selection.node_id, by, at, stories=len(stories))
    return selection.candidates.count()


def bring_from_below(*, selection: Selection, lower: Selection, by: User, at: datetime) -> int:
    """Bring the story that a level below chose. Returns: how many there are now.

    Raises: NotTogether when it is not below or has not chosen, NotAllowed.
    """
    require(user=by, deed="learning.write", node_id=selection.node_id)
    is_below = NodeAncestor.objects.filter(ancestor_id=selection.node_id, node_id=lower.node_id, depth__gt=0).exists()
    if not is_below or not lower.chosen_hash:
        raise NotTogether("Only a level below sends a story up, when it has chosen one.")
    with transaction.atomic():
        Candidate.objects.update_or_create(selection=selection, id_hash=lower.chosen_hash, defaults={"sent_by": lower})
        note("selection.story_sent_up", selection, selection.node_id, by, at, sent_by=str(lower.id))
    return selection.candidates.count()


def choose(*, selection: Selection, id_hash: str, reason: str, by: User, at: datetime) -> Selection:
    """Choose the story of the most significant change, and say why. It can be chosen anew until it has gone back.

    Raises: NotACandidate, AlreadySaid, ReasonMissing, NotAllowed.
    """
    require(user=by, deed="learning.write", node_id=selection.node_id)
    why = said(reason, "Say why this change is the most significant: the reason goes back to those who sent it.")
    with transaction.atomic():
        row = Selection.objects.select_for_update(of=("self",)).get(id=selection.id)
        if row.feedback.filter(given_on__isnull=False).exists():
            raise AlreadySaid("The choice has been told to a level below; begin a new selection instead.")
        is_there = Story.objects.filter(id_hash=id_hash, is_flagged=False, may_learn=True).exists()
        if not is_there or not row.candidates.filter(id_hash=id_hash).exists():
            raise NotACandidate("Choose one of the stories that were brought here.")
        row.chosen_hash, row.reason, row.chosen_at = id_hash, why, at
        row.chosen_by, row.chosen_by_name, row.review_since = by.id, by.name, None
        row.save(update_fields=["chosen_hash", "reason", "chosen_at", "chosen_by", "chosen_by_name", "review_since"])
        note("selection.chosen", row, row.node_id, by, at)
    return row


def say_back(*, id: UUID, selection: Selection, to: Selection, words: str, by: User, at: datetime) -> Feedback:
    """Write what a level below is to be told about the choice. The same id again returns what is there.

    Raises: NotTogether unless that level sent a story here and there is a choice, ReasonMissing, NotAllowed.
    """
    require(user=by, deed="learning.write", node_id=selection.node_id)
    if found := known(Feedback, id):
        return found
    if not selection.chosen_at or not selection.candidates.filter(sent_by=to).exists():
        raise NotTogether("Feedback goes to a level that sent a story, when one has been chosen.")
    with transaction.atomic():
        made = Feedback.objects.create(
            id=id,
            selection=selection,
            to=to,
            words=said(words, "Say what they are to be told, with the reason for the choice."),
            **signed(by, at),
        )
        note("selection.feedback_written", made, selection.node_id, by, at)
    return made


def told_back(*, feedback: Feedback, given_on: date, given_how: str, by: User, at: datetime) -> Feedback:
    """Write down that a level below was told. Raises: ReasonMissing, NotAllowed."""
    require(user=by, deed="return.deliver", node_id=feedback.to.node_id)
    with transaction.atomic():
        feedback.given_on, feedback.given_by_name = given_on, by.name
        feedback.given_how = said(given_how, "Say how they were told.")
        feedback.save(update_fields=["given_on", "given_how", "given_by_name"])
        note("selection.feedback_given", feedback, feedback.to.node_id, by, at)
    return feedback
