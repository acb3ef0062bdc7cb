"""Most Significant Change: from group to organisation, with reasons that go back to the level below."""

from __future__ import annotations

from datetime import date

import pytest
from uuid6 import uuid7

from egenmakt.apps.learning.models import Selection
from egenmakt.apps.learning.queries.outcomes import chain_of_reasons, selection_page, selections_of
from egenmakt.apps.learning.services.common import NotTogether, ReasonMissing
from egenmakt.apps.learning.services.selecting import (
    AlreadySaid,
    NotACandidate,
    bring,
    bring_from_below,
    choose,
    open_selection,
    say_back,
    told_back,
)
from egenmakt.apps.people.models import Node
from tests.support.learning import AT, Told, tell_round
from tests.support.tree import Tree


@pytest.fixture
def told(tree: Tree) -> Told:
    return tell_round(tree)


def begin(tree: Tree, node: Node, name: str = "Spring") -> Selection:
    return open_selection(id=uuid7(), node=node, name=name, by=tree.officer, at=AT)


def test_a_story_is_chosen_level_by_level_and_the_reasons_go_back(told: Told, tree: Tree) -> None:
    one, two = told.tell(title="The well"), told.tell(title="The road")
    group, partner, office = begin(tree, tree.tumaini), begin(tree, tree.north), begin(tree, tree.umoja)
    bring(selection=group, story_ids=[one.id, two.id], by=tree.officer, at=AT)
    with pytest.raises(NotTogether):
        bring_from_below(selection=partner, lower=group, by=tree.officer, at=AT)
    with pytest.raises(ReasonMissing):
        choose(selection=group, id_hash=two.id_hash, reason=" ", by=tree.officer, at=AT)
    group = choose(selection=group, id_hash=two.id_hash, reason="All of us use the road", by=tree.officer, at=AT)
    assert selection_page(user=tree.officer, selection_id=partner.id).lower == (group,)
    bring_from_below(selection=partner, lower=group, by=tree.officer, at=AT)
    partner = choose(selection=partner, id_hash=two.id_hash, reason="It opens the market", by=tree.officer, at=AT)
    with pytest.raises(NotTogether):
        bring_from_below(selection=group, lower=partner, by=tree.officer, at=AT)
    bring_from_below(selection=office, lower=partner, by=tree.officer, at=AT)
    assert selection_page(user=tree.officer, selection_id=partner.id).to_tell == (group,)

    said = say_back(id=uuid7(), selection=partner, to=group, words="Yours was chosen", by=tree.officer, at=AT)
    told_back(feedback=said, given_on=date(2026, 5, 2), given_how="At the meeting", by=tree.facilitator, at=AT)

    page = selection_page(user=tree.officer, selection_id=partner.id)
    assert [(each.given_on, each.given_by_name) for each in page.feedback] == [(date(2026, 5, 2), "Faraja")]
    assert selection_page(user=tree.officer, selection_id=group.id).heard == page.feedback
    chain = chain_of_reasons(user=tree.officer, selection=group)
    assert [(each["level"], each["reason"], each["told_on"]) for each in chain] == [
        ("organisation", "", ""),
        ("partner", "It opens the market", ""),
        ("group", "All of us use the road", "2026-05-02"),
    ]  # fmt: skip
    with pytest.raises(AlreadySaid):
        choose(selection=partner, id_hash=two.id_hash, reason="On second thoughts", by=tree.officer, at=AT)


def test_only_what_was_brought_can_be_chosen_and_feedback_goes_to_who_sent(told: Told, tree: Tree) -> None:
    here, elsewhere = told.tell(), told.tell()
    low, partner = begin(tree, tree.tumaini), begin(tree, tree.north)
    bring(selection=partner, story_ids=[here.id], by=tree.officer, at=AT)

    with pytest.raises(NotACandidate):
        choose(selection=partner, id_hash=elsewhere.id_hash, reason="Because", by=tree.officer, at=AT)
    choose(selection=partner, id_hash=here.id_hash, reason="Because", by=tree.officer, at=AT)
    with pytest.raises(NotTogether):
        say_back(id=uuid7(), selection=partner, to=low, words="Thank you", by=tree.officer, at=AT)


def test_a_neighbour_sees_no_selection_and_no_reason_of_another_partner(told: Told, tree: Tree) -> None:
    north = begin(tree, tree.north)

    assert list(selections_of(user=tree.beatrice)) == []
    assert list(selections_of(user=tree.monitoring)) == [north]
    assert chain_of_reasons(user=tree.beatrice, selection=north) == []
