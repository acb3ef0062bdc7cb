"""What may be quoted: only what its teller opened to everybody, with names covered, and the proof of her consent."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from uuid6 import uuid7

from egenmakt.apps.reports.queries.quoting import Quotable, quotable_in, quotables
from egenmakt.apps.stories.models import ConsentRecord, Story
from egenmakt.apps.stories.services.beside import accept_masks, add_translation
from tests.support.learning import AT, Told, tell_round
from tests.support.tree import Tree


@pytest.fixture
def told(tree: Tree) -> Told:
    return tell_round(tree)


def found(tree: Tree) -> list[Quotable]:
    return quotable_in(node_id=tree.umoja.id, from_on=date(2000, 1, 1), until_on=date(2100, 1, 1))


def test_a_story_that_is_open_to_all_comes_with_its_covered_words_and_its_proof(told: Told, tree: Tree) -> None:
    story = told.tell(title="The well", text="We asked Amina Otieno, and the water came.", is_covered=False)
    assert found(tree) == []  # nobody has looked for names yet
    start = story.text.index("Amina")
    masks = [{"field": "text", "start": start, "end": start + len("Amina Otieno"), "replacement": "a neighbour"}]
    cover(story, masks, tree)
    (one,) = found(tree)
    assert one.wordings[0].text == "We asked a neighbour, and the water came."
    assert (one.id_hash, one.country, one.language) == (story.id_hash, "KE", "en")
    record = ConsentRecord.objects.get(story=story)
    assert one.consent["recorded_at"] == record.recorded_at.isoformat()
    assert len(str(one.consent["fingerprint"])) == 64
    assert not {"recorded_by", "asked_by"} & set(one.consent)
    assert quotables(id_hashes=[story.id_hash, "0" * 64]) == {story.id_hash: one}


def cover(story: Story, masks: list[Any], tree: Tree, language: str = "en") -> None:
    accept_masks(id=uuid7(), story=story, language=language, masks=masks, by=tree.amina, at=AT)


@pytest.mark.parametrize(
    "change",
    [
        {"may_public_text": False},
        {"visibility": Story.Visibility.ORGANISATION},
        {"is_flagged": True},
        {"state": Story.State.SET_ASIDE},
    ],
)
def test_what_its_teller_or_a_moderator_closed_is_not_quoted(told: Told, tree: Tree, change: dict[str, Any]) -> None:
    story = told.tell()
    assert len(found(tree)) == 1
    Story.objects.filter(id=story.id).update(**change)
    assert found(tree) == []
    assert quotables(id_hashes=[story.id_hash]) == {}


def test_a_translation_comes_beside_the_tellers_own_words(told: Told, tree: Tree) -> None:
    story = told.tell(title="Kisima", text="Maji yalikuja.", language="sw")
    assert found(tree)[0].wording("en") is None
    add_translation(
        id=uuid7(), story=story, language="en", title="The well", text="The water came.", by=tree.amina, at=AT
    )
    cover(story, [], tree, "en")
    translation = found(tree)[0].wording("en")
    assert translation is not None
    assert (translation.text, translation.made) == ("The water came.", "human")
    assert found(tree)[0].wordings[0].text == "Maji yalikuja."


def test_only_what_was_told_in_the_period_is_offered(told: Told, tree: Tree) -> None:
    told.tell()
    assert quotable_in(node_id=tree.umoja.id, from_on=date(2000, 1, 1), until_on=date(2001, 1, 1)) == []
    assert quotable_in(node_id=tree.elsewhere.id, from_on=date(2000, 1, 1), until_on=date(2100, 1, 1)) == []
