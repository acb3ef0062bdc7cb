"""A story that is withdrawn is taken out of everything that stood on it, and nothing of it stays behind."""

from __future__ import annotations

from datetime import date

from django.apps import apps
from django.db import models
from uuid6 import uuid7

from egenmakt.apps.learning.models import Candidate, Decision, Observation, Outcome, Selection, StoryUse
from egenmakt.apps.learning.queries.workshops import workshop_page
from egenmakt.apps.learning.services.deciding import decide
from egenmakt.apps.learning.services.harvesting import harvest
from egenmakt.apps.learning.services.observing import observe
from egenmakt.apps.learning.services.reviewing import look_again
from egenmakt.apps.learning.services.selecting import bring, choose, open_selection
from egenmakt.apps.learning.services.workshops import lay_out
from egenmakt.apps.stories.models import Story
from egenmakt.apps.stories.services.consenting import change_consent_for_teller
from egenmakt.apps.stories.services.erasing import withdraw_for_teller
from egenmakt.apps.stories.services.moderating import flag_safeguarding
from tests.support.learning import AT, Told, do_jobs, tell_round
from tests.support.tree import Tree


def stand_on(told: Told, stories: list[Story]) -> None:
    """An observation, a decision, an outcome, a selection and a card for each of the stories."""
    tree, workshop, ids = told.tree, told.workshop(), [story.id for story in stories]
    lay_out(workshop=workshop, story_ids=ids, by=tree.amina, at=AT)
    observe(id=uuid7(), workshop=workshop, words="Seen", strength=3, story_ids=ids, by=tree.amina, at=AT)
    decide(
        id=uuid7(), workshop=workshop, words="Go on", responsible="Amina", due_on=date(2026, 6, 1),
        story_ids=ids, by=tree.amina, at=AT,
    )  # fmt: skip
    harvest(
        id=uuid7(), node=tree.north, who="The council", what="pays", when="2026", where="Kisumu",
        contribution="We asked", significance="It had refused", story_ids=ids, by=tree.amina, at=AT,
    )  # fmt: skip
    selection = open_selection(id=uuid7(), node=tree.north, name="Spring", by=tree.amina, at=AT)
    bring(selection=selection, story_ids=ids, by=tree.amina, at=AT)
    choose(selection=selection, id_hash=stories[0].id_hash, reason="It lasts", by=tree.amina, at=AT)


def test_a_withdrawn_story_leaves_every_place_and_words_are_to_be_looked_at(tree: Tree) -> None:
    told = tell_round(tree)
    gone, stays = told.tell(), told.tell()
    stand_on(told, [gone, stays])
    id_hash = gone.id_hash

    withdraw_for_teller(story=gone, by=tree.amina, at=AT)
    do_jobs()

    assert list(StoryUse.objects.values_list("id_hash", flat=True).distinct()) == [stays.id_hash]
    assert StoryUse.objects.count() == 4
    assert list(Candidate.objects.values_list("id_hash", flat=True)) == [stays.id_hash]
    selection = Selection.objects.get()
    assert (selection.chosen_hash, selection.reason) == ("", "It lasts")
    for model in (Observation, Decision, Outcome, Selection):
        assert model.objects.get().review_since == AT, model
    # no column of this wing holds the hash any more
    for model in apps.get_app_config("learning").get_models():
        texts = [field.name for field in model._meta.fields if isinstance(field, models.CharField | models.TextField)]
        assert not any(id_hash in str(row) for row in model._default_manager.values_list(*texts)), model

    look_again(row=Observation.objects.get(), words="Looked at", by=tree.amina, at=AT)
    assert Observation.objects.get().review_since is None


def test_a_story_that_may_not_be_learnt_from_any_more_leaves_as_well(tree: Tree) -> None:
    told = tell_round(tree)
    story = told.tell()
    stand_on(told, [story])
    consent = told.telling.document()["consent"]
    consent["purposes"] |= {"learn": False, "public_text": False}

    change_consent_for_teller(story=story, consent={**consent, "visibility": "team"}, by=tree.amina, at=AT)
    do_jobs()

    assert (StoryUse.objects.count(), Candidate.objects.count()) == (0, 0)


def test_a_flagged_story_is_seen_nowhere_before_any_job_is_done(tree: Tree) -> None:
    told = tell_round(tree)
    story = told.tell()
    stand_on(told, [story])
    workshop = Observation.objects.get().workshop_id
    assert len(workshop_page(user=tree.amina, workshop_id=workshop).cards) == 1

    flag_safeguarding(story=story, concern="He may be found", by=tree.amina, at=AT)

    page = workshop_page(user=tree.amina, workshop_id=workshop)
    assert (page.cards, page.cards_hidden, dict(page.stories)) == ((), 1, {})
