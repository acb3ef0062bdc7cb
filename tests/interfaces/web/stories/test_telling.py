"""A story told by a link, page by page, without a script."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from egenmakt.apps.stories.models import Story
from tests.interfaces.web.stories.forms import fill
from tests.support.tree import Tree

ANSWERS: dict[str, Any] = {
    "s.role": "rights_holder",
    "s.prompt": "difference",
    "s.text": "We asked for the water together, and it came.",
    "s.title": "Water",
    "s.month": "2",
    "s.year": "2026",
    "q.kind": ["collective_action"],
    "q.significance": "80",
    "q.who_acted.0": "50",
    "q.who_acted.1": "30",
    "q.who_acted.2": "20",
    "q.against.state": "does_not_apply",
    "q.feeling": ["proud", "glad"],
    "q.lasting": "0",
    "c.keep": "yes",
    "c.learn": "yes",
    "c.visibility": "partner",
}


@pytest.fixture
def round(tree: Tree) -> Any:
    from tests.interfaces.web.stories.rounds import running_round

    return running_round(tree)


def test_a_story_is_told_by_a_link_and_kept_word_for_word(round: Any) -> None:
    page = fill(Client(), round.url, ANSWERS)

    story = Story.objects.get()
    assert page.status_code == 200, page.content.decode()
    assert (story.text, story.title, story.voice, story.collected_by) == (
        ANSWERS["s.text"],
        "Water",
        "rights_holder",
        "self",
    )
    assert story.answers["kind"] == {"value": ["collective_action"]}
    assert story.answers["lasting"] == {"value": 0}
    assert story.answers["who_acted"] == {"value": [5000, 3000, 2000]}
    assert story.answers["against"] == {"state": "does_not_apply"}
    assert story.answers["reach"] == {"state": "skipped"}
    assert "needed" not in story.answers
    assert (story.may_learn, story.may_donor, story.visibility) == (True, False, "partner")
