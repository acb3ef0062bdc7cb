"""From an observation to a decision: competing interpretations, grounds, outcomes that somebody else confirms."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from uuid6 import uuid7

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import NotAllowed
from egenmakt.apps.learning.models import Interpretation, Observation, Outcome, Substantiation, Workshop
from egenmakt.apps.learning.queries.outcomes import outcomes_of
from egenmakt.apps.learning.queries.workshops import decisions_of, workshop_page, workshops_of
from egenmakt.apps.learning.services.clustering import gather, have_idea
from egenmakt.apps.learning.services.common import NotReachable, NotTogether, ReasonMissing
from egenmakt.apps.learning.services.deciding import decide, follow_up
from egenmakt.apps.learning.services.harvesting import NotATime, OwnOutcome, harvest, substantiate
from egenmakt.apps.learning.services.observing import NotCompeting, NotOurPage, interpret, observe, publish, take_back
from egenmakt.apps.learning.services.reviewing import put_back, remove
from egenmakt.apps.learning.services.workshops import lay_out
from tests.support.learning import AT, Told, tell_round
from tests.support.tree import Tree


@pytest.fixture
def told(tree: Tree) -> Told:
    return tell_round(tree)


@pytest.fixture
def workshop(told: Told) -> Workshop:
    return told.workshop()


def see(workshop: Workshop, by: User, words: str = "Women act together more often", **more: object) -> Observation:
    return observe(id=uuid7(), workshop=workshop, words=words, strength=2, by=by, at=AT, **more)  # type: ignore[arg-type]  # tests


def understand(observation: Observation, by: User, words: str) -> Interpretation:
    return interpret(id=uuid7(), observation=observation, words=words, by=by, at=AT)


def test_an_observation_is_published_with_two_interpretations_that_compete(workshop: Workshop, tree: Tree) -> None:
    seen = see(workshop, tree.amina)
    with pytest.raises(NotCompeting):
        publish(observation=seen, by=tree.amina, at=AT, lone_reason="There is none at all")
    understand(seen, tree.amina, "The training worked")
    with pytest.raises(NotCompeting):
        publish(observation=seen, by=tree.amina, at=AT)
    with pytest.raises(NotCompeting):
        understand(seen, tree.amina, "  the training WORKED! ")
    understand(seen, tree.amina, "Only those who act were asked")

    published = publish(observation=seen, by=tree.amina, at=AT)

    assert (published.published_at, published.lone_reason) == (AT, "")


def test_one_interpretation_alone_needs_a_reason_also_in_the_database(workshop: Workshop, tree: Tree) -> None:
    seen = see(workshop, tree.amina)
    understand(seen, tree.amina, "The training worked")
    with pytest.raises(IntegrityError), transaction.atomic():
        Observation.objects.filter(id=seen.id).update(published_at=AT, published_by=tree.amina.id)

    published = publish(observation=seen, by=tree.amina, at=AT, lone_reason="Everybody in the room said the same")

    assert published.lone_reason == "Everybody in the room said the same"


def test_an_interpretation_is_not_taken_from_under_a_published_observation(workshop: Workshop, tree: Tree) -> None:
    seen = see(workshop, tree.amina)
    one, _other = understand(seen, tree.amina, "The training worked"), understand(seen, tree.amina, "Chance")
    publish(observation=seen, by=tree.amina, at=AT)
    with pytest.raises(NotCompeting):
        remove(row=one, by=tree.amina, at=AT)

    take_back(observation=seen, by=tree.amina, at=AT)
    remove(row=one, by=tree.amina, at=AT)

    page = workshop_page(user=tree.amina, workshop_id=workshop.id)
    assert [each.words for each in page.observations[0].said] == ["Chance"]  # type: ignore[attr-defined]  # prefetched
    assert page.removed == (one,)
    put_back(row=one, by=tree.amina, at=AT)
    assert workshop_page(user=tree.amina, workshop_id=workshop.id).removed == ()


@pytest.mark.parametrize(
    "address", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:x", "/a\nb", "\t//e"]
)
def test_a_reference_leads_to_our_own_pages_only(workshop: Workshop, tree: Tree, address: str) -> None:
    with pytest.raises(NotOurPage):
        see(workshop, tree.amina, reference=address)


def test_writing_twice_writes_once(workshop: Workshop, tree: Tree) -> None:
    id = uuid7()
    for words in ("Seen", "Seen again"):
        observe(id=id, workshop=workshop, words=words, strength=1, by=tree.amina, at=AT)

    assert list(Observation.objects.values_list("words", flat=True)) == ["Seen"]


def test_stories_that_may_not_be_learnt_from_carry_nothing(told: Told, workshop: Workshop, tree: Tree) -> None:
    closed = told.tell(purposes={"learn": False, "public_text": False}, consent={"visibility": "team"})

    with pytest.raises(NotReachable):
        see(workshop, tree.amina, story_ids=[closed.id])
    with pytest.raises(NotReachable):
        lay_out(workshop=workshop, story_ids=[closed.id], by=tree.amina, at=AT)
    assert Observation.objects.count() == 0


def test_what_belongs_together_comes_from_one_workshop(told: Told, workshop: Workshop, tree: Tree) -> None:
    here, there = see(workshop, tree.amina), see(told.workshop(name="Another"), tree.amina)

    with pytest.raises(NotTogether):
        gather(id=uuid7(), workshop=workshop, kind="theme", name="Voice", item_ids=[there.id], by=tree.amina, at=AT)
    theme = gather(id=uuid7(), workshop=workshop, kind="theme", name="Voice", item_ids=[here.id], by=tree.amina, at=AT)

    assert [each.observation for each in theme.items.all()] == [here]


def test_a_decision_stands_on_something_and_is_open_until_it_is_followed_up(
    told: Told, workshop: Workshop, tree: Tree
) -> None:
    def go(**grounds: object):  # type: ignore[no-untyped-def]  # tests
        said = {"words": "Train more leaders", "responsible": "Amina", "due_on": date(2026, 6, 1)}
        return decide(id=uuid7(), workshop=workshop, by=tree.amina, at=AT, **said, **grounds)

    with pytest.raises(ReasonMissing):
        go()
    decision = go(observation_ids=[see(workshop, tree.amina).id], story_ids=[told.tell().id])
    later = go(idea=have_idea(id=uuid7(), workshop=workshop, words="Go to the radio", by=tree.amina, at=AT))
    assert list(decisions_of(user=tree.amina)) == [decision, later]

    follow_up(id=uuid7(), decision=decision, outcome="under_way", words="Two trained", by=tree.amina, at=AT)
    follow_up(id=uuid7(), decision=decision, outcome="done", words="Nine trained", by=tree.amina, at=AT)

    assert list(decisions_of(user=tree.amina)) == [later]
    closed = decisions_of(user=tree.amina, only_open=False).get(id=decision.id)
    assert [each.words for each in closed.came] == ["Nine trained", "Two trained"]


def test_an_outcome_is_confirmed_by_somebody_else(tree: Tree) -> None:
    words = {
        "who": "The district council",
        "what": "pays for the well",
        "where": "Kisumu",
        "contribution": "Thirty women asked for it",
        "significance": "It had refused for years",
    }
    with pytest.raises(NotATime):
        harvest(id=uuid7(), node=tree.north, when="2026-13", by=tree.amina, at=AT, **words)
    outcome = harvest(id=uuid7(), node=tree.north, when="2026-03", by=tree.amina, at=AT, **words)
    found = {"verdict": "confirmed", "source": "Minutes of the council", "at": AT}
    with pytest.raises(OwnOutcome):
        substantiate(id=uuid7(), outcome=outcome, by=tree.amina, **found)
    with pytest.raises(IntegrityError), transaction.atomic():
        Substantiation.objects.create(
            id=uuid7(), outcome=outcome, verdict="confirmed", source="Myself", written_by=tree.amina.id, written_at=AT
        )

    substantiate(id=uuid7(), outcome=outcome, by=tree.monitoring, **found)

    seen = outcomes_of(user=tree.amina).get()
    assert [(each.verdict, each.written_by_name) for each in seen.found] == [("confirmed", "Muthoni")]
    with pytest.raises(IntegrityError), transaction.atomic():
        Substantiation.objects.update(verdict="not_confirmed")


def test_who_has_no_role_there_sees_and_writes_nothing(workshop: Workshop, tree: Tree) -> None:
    for outsider in (tree.beatrice, tree.chipo, tree.nobody, tree.treasurer):
        assert list(workshops_of(user=outsider)) == []
        with pytest.raises(NotAllowed):
            see(workshop, outsider)
    assert [list(workshops_of(user=each)) for each in (tree.amina, tree.auditor)] == [[workshop], [workshop]]
    with pytest.raises(NotAllowed):
        see(workshop, tree.auditor)
    assert Outcome.objects.count() == 0
