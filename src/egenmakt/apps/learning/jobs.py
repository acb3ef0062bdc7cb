"""What is done up here when a story is withdrawn, hidden, or allowed for less: from the table in project/jobs.py."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from egenmakt.apps.audit.models import Event
from egenmakt.apps.learning.models import Candidate, Decision, Observation, Outcome, Return, Selection, StoryUse
from egenmakt.apps.learning.queries.figures import figures_of
from egenmakt.apps.learning.services.returning import has_changed
from egenmakt.apps.stories.models import Round, Story


def follow_story(event: Event) -> None:
    """Take a story out of everything that may not stand on it any more. Doing it twice changes nothing.

    It leaves cards, observations, decisions, outcomes, selections and pages when it is gone or may not be learnt from;
    pages alone when it may not be heard by anyone. Words of others are marked to be looked at again, and pages that
    showed it, or counted it, to be made anew.
    """
    id_hash = str(event.data.get("id_hash", ""))
    story = Story.objects.filter(id_hash=id_hash).first()
    if story is None or not story.may_learn:
        _forget(id_hash, event.at)
    elif not _may_be_heard(story):
        _off_pages(id_hash, event.at)
    if round_id := event.data.get("round") or (story and story.round_id):
        _count_anew(UUID(str(round_id)), event.at)


def _may_be_heard(story: Story) -> bool:
    return (
        story.may_public_text
        and story.visibility == Story.Visibility.ANYONE
        and story.state == Story.State.APPROVED
        and not story.is_flagged
    )


def _off_pages(id_hash: str, at: datetime) -> None:
    uses = StoryUse.objects.filter(id_hash=id_hash, page__isnull=False)
    _mark_pages(uses.values_list("page_id", flat=True), at)
    uses.delete()


def _mark_pages(ids: object, at: datetime) -> None:
    Return.objects.filter(id__in=list(ids), renew_since__isnull=True).update(renew_since=at)  # type: ignore[call-overload]  # a list of values


def _forget(id_hash: str, at: datetime) -> None:
    _off_pages(id_hash, at)
    uses = StoryUse.objects.filter(id_hash=id_hash)
    for model, column in ((Observation, "observation"), (Decision, "decision"), (Outcome, "outcome")):
        touched = uses.filter(**{f"{column}__isnull": False}).values(f"{column}_id")
        model._default_manager.filter(id__in=touched, review_since__isnull=True).update(review_since=at)
    # what a decision stands on through an observation may have got into its words as well
    through = uses.filter(observation__isnull=False).values("observation_id")
    Decision.objects.filter(grounds__observation_id__in=through, review_since__isnull=True).update(review_since=at)
    uses.delete()
    chosen = Selection.objects.filter(Q(chosen_hash=id_hash) | Q(candidates__id_hash=id_hash)).values("id")
    Selection.objects.filter(id__in=list(chosen.values_list("id", flat=True)), review_since__isnull=True).update(
        review_since=at
    )
    Selection.objects.filter(chosen_hash=id_hash).update(chosen_hash="")
    Candidate.objects.filter(id_hash=id_hash).delete()


def _count_anew(round_id: UUID, at: datetime) -> None:
    pages = list(Return.objects.filter(round_id=round_id, renew_since__isnull=True).select_related("round__node"))
    if not pages:
        return
    figures = figures_of(round=Round.objects.select_related("framework_version").get(id=round_id))
    _mark_pages([page.id for page in pages if has_changed(page=page, figures=figures)], at)
