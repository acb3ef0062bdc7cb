"""From the first page and from a group to the stories: each role is shown what it can open and what waits for it."""

from __future__ import annotations

from datetime import date, timedelta

from django.urls import reverse
from django.utils import timezone

from egenmakt.apps.access.models import User
from tests.interfaces.web.story_pages.told import get
from tests.support.learning import savings_groups
from tests.support.stories import begin_round
from tests.support.tree import Tree

PAGES = ("stories", "story_rounds", "patterns", "learning", "story_frameworks")


def _linked(user: User) -> list[str]:
    body = get(user, "home").content.decode()
    return [name for name in PAGES if f'class="row-link" href="{reverse(name)}"' in body]


def test_the_first_page_links_only_to_what_a_role_can_open(tree: Tree) -> None:
    links = {user.name: _linked(user) for user in (tree.officer, tree.auditor, tree.facilitator, tree.member)}

    assert links == {
        "Ochieng": list(PAGES),
        "Akinyi": ["story_rounds", "patterns", "learning"],
        "Faraja": ["stories", "story_rounds", "learning"],
        "Miriam": [],
    }


def test_the_first_page_says_in_how_many_rounds_one_collects(tree: Tree) -> None:
    before = get(tree.facilitator, "home").content.decode()
    begin_round(tree, until_on=timezone.now().date() + timedelta(days=9), keep_until_on=_in_two_years())

    after = get(tree.facilitator, "home").content.decode()

    assert "Rounds in which you collect now" not in before
    assert "Rounds in which you collect now</a> <strong>1</strong>" in after
    assert "Rounds in which you collect now" not in get(tree.amina, "home").content.decode()


def test_a_groups_page_names_the_rounds_that_run_above_it_to_who_may_see_them(tree: Tree) -> None:
    (group,) = savings_groups(tree, ["Amani"])
    running = begin_round(tree, until_on=timezone.now().date() + timedelta(days=9), keep_until_on=_in_two_years())
    over = begin_round(tree, version=running.version, name="Last year")

    seen = {user.name: get(user, "group", group).content.decode() for user in (tree.amina, tree.administrator)}

    for body in seen.values():
        assert reverse("story_round", args=[running.round.id]) in body
        assert reverse("story_round", args=[over.round.id]) not in body


def test_a_round_whose_time_is_over_begins_no_interview_but_takes_paper(tree: Tree) -> None:
    over = begin_round(tree)
    soon = timezone.now().date() + timedelta(days=9)
    running = begin_round(tree, version=over.version, until_on=soon, keep_until_on=_in_two_years())

    offered = {
        name: [page for page in ("story_interview", "story_paper") if reverse(page, args=[round.id]) in body]
        for name, round in (("over", over.round), ("running", running.round))
        for body in (get(tree.facilitator, "story_round", round.id).content.decode(),)
    }

    assert offered == {"over": ["story_paper"], "running": ["story_interview", "story_paper"]}


def _in_two_years() -> date:
    return timezone.now().date() + timedelta(days=700)
