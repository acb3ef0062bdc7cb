"""The list: who sees which stories, finding them, and as many queries for three as for one."""

from __future__ import annotations

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from uuid6 import uuid7

from egenmakt.apps.access.models import User
from egenmakt.apps.stories.models import Story
from egenmakt.apps.stories.queries.listing import IDS_MAX, StoryFilter, listed_stories
from egenmakt.apps.stories.queries.stories import visible_stories
from egenmakt.interfaces.web.paging import keyset_page
from tests.interfaces.web.story_pages.told import MARKERS, cover, flag, get, named_story
from tests.interfaces.web.test_recording import signed_in
from tests.support.reading import queries_of, words_of
from tests.support.stories import begin_round
from tests.support.tree import Tree


def listed(user: User, query: str = "") -> set[str]:
    answer = get(user, "stories", query=query)
    assert answer.status_code == 200
    return {str(story.id) for story in answer.context["page"].rows}


def test_the_list_leads_to_each_story_and_shows_no_uncovered_word(tree: Tree) -> None:
    telling = begin_round(tree)
    plain, covered = named_story(telling), telling.tell(title="Otieno's")
    cover(covered, tree)

    answer = get(tree.amina, "stories")

    page = answer.content.decode()
    assert reverse("story", args=[plain.id]) in page
    assert reverse("story", args=[covered.id]) in page
    assert "[name]" in page
    assert not [marker for marker in MARKERS if marker in page]


def test_the_list_shows_just_the_stories_that_may_be_read(tree: Tree) -> None:
    telling = begin_round(tree)
    for visibility in ("team", "partner", "organisation", "anyone"):
        telling.tell(consent={"visibility": visibility})
    telling.tell(purposes={"partner": False})
    telling.tell(mode="test")
    begin_round(tree, tree.south, by=tree.beatrice, version=telling.version).tell()
    flag(telling.tell(), tree.amina)

    for user in (tree.amina, tree.officer, tree.monitoring, tree.administrator, tree.facilitator, tree.beatrice):
        expected = {str(id) for id in visible_stories(user=user).values_list("id", flat=True)}
        assert expected, user
        assert listed(user) == expected, user
    for user in (tree.chipo, tree.nobody, tree.member, tree.auditor, tree.safeguarding):
        assert listed(user) == set(), user


def test_words_are_found_in_every_script_and_in_translations(tree: Tree) -> None:
    telling = begin_round(tree, languages=["en", "ne", "ar"])
    nepali = telling.tell(language="ne", text="हामीले पानी माग्यौं र पायौं")
    arabic = telling.tell(language="ar", text="ذهبنا معًا إلى المكتب")

    assert listed(tree.amina, "?q=पानी") == {str(nepali.id)}
    assert listed(tree.amina, "?q=المكتب") == {str(arabic.id)}
    assert listed(tree.amina, "?q=elephant") == set()
    assert "No story fits" in words_of(get(tree.amina, "stories", query="?q=elephant"))


def test_nobody_finds_out_by_searching_what_is_covered(tree: Tree) -> None:
    story = named_story(begin_round(tree))
    cover(story, tree)

    assert listed(tree.administrator) == {str(story.id)}
    assert listed(tree.administrator, "?q=Otieno") == set()
    assert "you cannot search in their words" in words_of(get(tree.administrator, "stories", query="?q=Otieno"))
    assert listed(tree.amina, "?q=Otieno") == {str(story.id)}
    assert listed(tree.facilitator, "?q=Otieno") == {str(story.id)}


def test_filters_narrow_and_join(tree: Tree) -> None:
    telling = begin_round(tree)
    other = begin_round(tree, version=telling.version, name="Autumn")
    worse = telling.tell(answers={"kind": {"value": ["worse"]}}, teller={"key": str(tree.amina.id), "role": "staff"})
    none = telling.tell(answers={"kind": {"value": ["no_change"]}}, language="sw")
    elsewhere = other.tell(answers={"kind": {"value": ["worse"]}})
    trial = other.tell(mode="test")
    Story.objects.filter(id=none.id).update(state="set_aside")

    def found(query: str) -> set[str]:
        return listed(tree.amina, query)

    assert found("?kind=kind/worse") == {str(worse.id), str(elsewhere.id)}
    assert found(f"?kind=kind/worse&round={other.round.id}") == {str(elsewhere.id)}
    assert found("?voice=staff") == {str(worse.id)}
    assert found("?language=sw") == {str(none.id)}
    assert found("?state=set_aside") == {str(none.id)}
    assert found("?state=test") == {str(trial.id)}
    assert found(f"?ids={worse.id},{elsewhere.id},nonsense") == {str(worse.id), str(elsewhere.id)}
    assert found(f"?ids={worse.id}&ids={none.id}&voice=staff") == {str(worse.id)}
    assert found("?kind=kind/'%22--") == found("")


def test_more_ids_than_can_be_named_are_refused() -> None:
    with pytest.raises(ValueError, match="At most"):
        StoryFilter(ids=tuple(uuid7() for _ in range(IDS_MAX + 1)))


def test_pages_follow_each_other_without_a_gap(tree: Tree) -> None:
    telling = begin_round(tree)
    told = [telling.tell().id for _ in range(7)]
    seen: list[object] = []
    query = QueryDict()
    for _page in range(4):
        found = keyset_page(
            listed_stories(user=tree.amina, chosen=StoryFilter()), order=("-received_at", "-id"), query=query, size=2
        )
        seen += [story.id for story in found.rows]
        query = QueryDict(found.next_query[1:])

    assert seen == told[::-1]  # all arrived at one moment: the ids alone keep them in order


def test_the_list_goes_along_an_index_and_sorts_nothing(tree: Tree) -> None:
    telling = begin_round(tree)
    telling.tell()
    begin_round(tree, tree.south, by=tree.beatrice, version=telling.version).tell()
    for user in (tree.amina, tree.officer):
        found = listed_stories(user=user, chosen=StoryFilter()).order_by("-received_at", "-id")[:26]
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                # two rows are sorted as cheaply as they are read: it sorts only where no index has the order
                cursor.execute(
                    "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off"
                )
        plan = found.explain()
        assert "TEMP B-TREE FOR ORDER" not in plan, plan
        assert "Sort Key" not in plan, plan


def test_three_stories_take_as_many_queries_as_one(tree: Tree) -> None:
    telling = begin_round(tree)
    client = signed_in(tree.amina)
    telling.tell()
    one = queries_of(client, reverse("stories"))
    telling.tell()
    cover(telling.tell(title="Otieno"), tree)

    assert queries_of(client, reverse("stories")) == one
    assert one <= 16


def test_the_home_page_says_what_waits_for_whom(tree: Tree) -> None:
    telling = begin_round(tree, is_moderated=True)
    telling.tell()
    flag(telling.tell(), tree.amina)

    assert "Stories to look at 1" in words_of(get(tree.amina, "home"))
    assert "Somebody may come to harm" not in words_of(get(tree.amina, "home"))
    assert "Somebody may come to harm 1" in words_of(get(tree.safeguarding, "home"))
    assert "Waiting for you" not in words_of(get(tree.beatrice, "home"))
    with CaptureQueriesContext(connection) as queries:
        get(tree.nobody, "home")
    assert not [query for query in queries if "stories_" in query["sql"]]
