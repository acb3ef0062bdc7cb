"""Who may open the pages of patterns, what stands on them, and that it is what was told."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from egenmakt.apps.stories.models import ReadingLog, Story
from egenmakt.apps.stories.services.moderating import flag_safeguarding
from egenmakt.interfaces.web.patterns import selection, working
from tests.interfaces.web.patterns.pages import read
from tests.interfaces.web.patterns.scene import Scene, framework_of_every_kind, set_scene
from tests.support.tree import Tree, grow

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 4, 1, tzinfo=UTC)
WORDS = {"rights_holder": "Rights-holders", "partner": "Partners", "staff": "Staff"}
PAIRS = (
    ("kind", "who"),
    ("who", "matters"),
    ("matters", "lasts"),
    ("feel", "kind"),
    ("feel.glad", "kind"),
    ("kind", "acted"),
    ("acted", "matters"),
    ("acted", "helped"),
)


def pages(scene: Scene) -> list[str]:
    """Every page that many stories make."""
    return [
        scene.url("pattern_overview"),
        *(scene.url("pattern_question", code) for code in ("kind", "feel", "matters", "acted", "place")),
        scene.url("pattern_triad", "acted"),
        *(scene.url("pattern_compare", *pair) for pair in PAIRS),
        *(
            scene.url("pattern_three", "kind", "who", third)
            for third in ("matters", "feel", "feel.glad")
        ),
        scene.url("pattern_discover"),
        scene.url("pattern_change", "kind") + "?mix=who",
        scene.url("pattern_change", "matters"),
        scene.url("pattern_goals"),
        scene.url("pattern_scales"),
        scene.url("pattern_collectors", scene.rounds[0].round.id),
    ]  # fmt: skip


def told(**where: Any) -> Counter[str]:
    """How many told what, of each kind of change, counted by hand."""
    return Counter(story.answers["kind"]["value"] for story in Story.objects.filter(**where))


def test_every_page_opens_for_who_may_see_patterns_and_for_nobody_else(client: Client, tree: Tree) -> None:
    scene = set_scene(tree, 30)

    answers = {}
    for user in (tree.amina, tree.chipo, tree.beatrice, tree.nobody, tree.facilitator, tree.member):
        client.force_login(user)
        urls = pages(scene) if user == tree.amina else [*pages(scene), scene.url("pattern_stories")]
        answers[user.name] = {client.get(url).status_code for url in urls}
    client.logout()
    answers["signed out"] = {client.get(url).status_code for url in pages(scene)}

    assert answers == {
        "Amina": {200},
        **{name: {403} for name in ("Chipo", "Beatrice", "Nyambura", "Faraja", "Miriam")},
        "signed out": {302},
    }


def test_the_list_of_frameworks_holds_those_whose_patterns_one_may_see(client: Client, tree: Tree) -> None:
    set_scene(tree, 1)

    seen = {}
    for user in (tree.amina, tree.beatrice):
        client.force_login(user)
        seen[user.name] = "Every kind" in client.get(reverse("patterns")).content.decode()

    assert seen == {"Amina": True, "Beatrice": False}


def test_each_number_is_what_was_told_or_hidden(client: Client, tree: Tree) -> None:
    scene = set_scene(tree, 200)
    client.force_login(tree.amina)

    table = read(client.get(scene.url("pattern_question", "kind")).content.decode()).table("What kind of change?")

    shown = {(row[0][0], column): number for row in table.rows for column in WORDS.values()
             if (number := table.number(row[0][0], column)) is not None}  # fmt: skip
    true = {(answer.title(), WORDS[voice]): n for voice in WORDS for answer, n in told(voice=voice).items()}
    assert shown == {place: true.get(place, 0) for place in shown}
    assert not any(0 < n < 5 for n in shown.values())
    assert {place for place, n in true.items() if n < 5}.isdisjoint(shown)
    assert [shown["Better", "Rights-holders"], shown["Same", "Rights-holders"]] == [
        true["Better", "Rights-holders"], true["Same", "Rights-holders"],
    ]  # fmt: skip


def test_a_number_opens_to_exactly_the_stories_that_it_counts(client: Client, tree: Tree) -> None:
    scene = set_scene(tree, 60)
    client.force_login(tree.amina)
    table = read(client.get(scene.url("pattern_question", "kind")).content.decode()).table("What kind of change?")

    page = read(client.get(table.url("Better", "Rights-holders")).content.decode())

    wanted = {str(s.id) for s in Story.objects.filter(voice="rights_holder") if s.answers["kind"]["value"] == "better"}
    opened = {link.split("/")[-2] for row in page.tables[0].rows for _, link in row if "/stories/" in link}
    assert opened == wanted
    assert table.number("Better", "Rights-holders") == len(wanted)


def test_marks_of_bins_triads_stones_and_missing_answers_open_to_their_stories(client: Client, tree: Tree) -> None:
    scene = set_scene(tree, 120)
    client.force_login(tree.amina)
    found = {}
    for name, mark in (
        ("third fifth", "matters:b2of5"),
        ("only they", "acted:t1of5"),
        ("does not apply", "matters:~does_not_apply"),
        ("lower left", "place.women:s0of6"),
        ("not glad", "feel:!glad"),
    ):
        html = client.get(scene.url("pattern_stories"), {"mark": mark}).content.decode()
        found[name] = len(read(html).tables[0].rows) if read(html).tables else 0

    def count(test: Any) -> int:
        return sum(1 for story in Story.objects.all() if test(story.answers))

    assert found == {
        "third fifth": count(lambda a: 40 <= a["matters"].get("value", -1) < 60),
        "only they": count(lambda a: a["acted"].get("value", [0, 0])[1] >= 9900),
        "does not apply": count(lambda a: a["matters"].get("state") == "does_not_apply"),
        "lower left": count(lambda a: max(a["place"]["value"]["women"]) * 6 < 10_000),
        "not glad": min(50, count(lambda a: "glad" not in a["feel"]["value"])),
    }


@pytest.mark.parametrize(
    "mark", ["kind:nothing", "nothing", "matters:b9of5x", "acted:s1of5", "kind:b1of5", "matters:b1of99"]
)
def test_a_mark_that_is_not_there_is_not_found(client: Client, tree: Tree, mark: str) -> None:
    scene = set_scene(tree, 6)
    client.force_login(tree.amina)

    assert client.get(scene.url("pattern_stories"), {"mark": mark}).status_code == 404


def test_stories_whose_tellers_keep_them_to_few_are_counted_and_not_listed(client: Client, tree: Tree) -> None:
    scene = set_scene(tree, 12, visibility="team")
    client.force_login(tree.monitoring)

    page = client.get(scene.url("pattern_stories")).content.decode()

    assert "12 of these are counted" in page
    assert read(page).tables == []


def test_a_story_that_is_opened_is_written_down_and_leads_back_to_its_patterns(client: Client, tree: Tree) -> None:
    scene = set_scene(tree, 6)
    client.force_login(tree.amina)
    story = Story.objects.order_by("id")[1]

    page = client.get(scene.url("pattern_story", story.id)).content.decode()

    assert story.text in page
    assert scene.url("pattern_question", "kind") in page
    assert list(ReadingLog.objects.values_list("story_id", "read_by", "what")) == [(story.id, tree.amina.id, "pattern")]


def test_a_page_asks_the_database_as_often_for_many_stories_as_for_few(client: Client, tree: Tree) -> None:
    client.force_login(tree.amina)
    few = set_scene(tree, 12)
    many = set_scene(tree, 60, 60, 60, document=framework_of_every_kind("many"))

    def asked(scene: Scene) -> list[int]:
        counts = []
        for url in (
            scene.url("pattern_overview"),
            scene.url("pattern_question", "kind"),
            scene.url("pattern_change", "kind"),
            scene.url("pattern_stories"),
        ):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert client.get(url).status_code == 200
            counts.append(len(queries))
        return counts

    assert asked(many) == asked(few)


def test_a_story_that_is_flagged_leaves_the_page_at_once(client: Client, tree: Tree) -> None:
    scene = set_scene(tree, 40)
    client.force_login(tree.amina)
    before = read(client.get(scene.url("pattern_overview")).content.decode()).table("Questions")
    story = Story.objects.filter(voice="rights_holder").order_by("id")[0]

    flag_safeguarding(story=story, concern="Somebody may come to harm.", by=tree.amina, at=NOW)
    after = read(client.get(scene.url("pattern_overview")).content.decode()).table("Questions")

    column = "Answered: Rights-holders"
    assert [each.number("What kind of change?", column) for each in (before, after)] == [32, 31]


def test_filters_choose_among_the_stories(client: Client, tree: Tree) -> None:
    scene = set_scene(tree, 120)
    client.force_login(tree.amina)

    html = client.get(scene.url("pattern_question", "kind"), {"only": "who:men", "voice": "rights_holder"})
    table = read(html.content.decode()).table("What kind of change?")

    stories = Story.objects.filter(voice="rights_holder")
    true = Counter(s.answers["kind"]["value"] for s in stories if s.answers["who"].get("value") == "men")
    assert table.head == ["Answer", "Rights-holders"]
    assert table.number("Better", "Rights-holders") == true["better"] >= 5


def test_all_voices_are_added_together_only_when_somebody_asks_for_it(client: Client, tree: Tree) -> None:
    scene = set_scene(tree, 120)
    client.force_login(tree.amina)
    url = scene.url("pattern_question", "kind")

    apart = read(client.get(url).content.decode()).table("What kind of change?")
    asked = read(client.get(url, {"voice": "together"}).content.decode()).table("What kind of change?")

    assert apart.head == ["Answer", "Rights-holders", "Partners", "Staff"]
    assert asked.head == ["Answer", "All voices together"]


def test_who_may_not_read_stories_gets_no_story_no_dot_and_no_filter_by_answers(client: Client, tree: Tree) -> None:
    scene = set_scene(tree, 60)
    client.force_login(tree.auditor)
    ids = [str(id) for id in Story.objects.values_list("id", flat=True)]

    for name, args in (("pattern_triad", ["acted"]), ("pattern_question", ["matters"]), ("pattern_overview", [])):
        html = client.get(scene.url(name, *args)).content.decode()
        page = read(html)
        assert not any(id in html for id in ids)
        assert not any("/stories/" in link and "mark" in link for link in page.links)
        assert "dot" not in page.classes
        assert 'name="only"' not in html
    assert client.get(scene.url("pattern_stories")).status_code == 403
    assert client.get(scene.url("pattern_story", ids[0])).status_code == 403


def test_who_may_read_stories_sees_each_of_them_as_a_dot(client: Client, tree: Tree) -> None:
    scene = set_scene(tree, 60)
    client.force_login(tree.amina)

    html = client.get(scene.url("pattern_triad", "acted")).content.decode()

    answered = sum("value" in story.answers["acted"] for story in Story.objects.all())
    assert html.count('class="dot"') == answered > 40


def test_nothing_that_is_typed_becomes_part_of_the_page(client: Client, tree: Tree) -> None:
    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    document = framework_of_every_kind()
    for question in document["questions"]:
        question["text"] = {"en": evil + question["code"]}
        for field in ("options", "corners", "stones"):
            for mark in question.get(field, []):
                mark["text"] = {"en": evil + mark["code"]}
        for field in ("left", "right"):
            if field in question:
                question[field] = {"en": evil + field}
    tree.north.name = evil
    tree.north.save(update_fields=["name"])
    scene = set_scene(tree, 30, document=document)
    client.force_login(tree.amina)

    for url in [
        *pages(scene)[:6],
        scene.url("pattern_compare", "kind", "who"),
        scene.url("pattern_stories") + "?mark=kind:better",
    ]:
        html = client.get(url).content.decode()
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert "&lt;script&gt;alert" in html


def test_a_page_that_takes_long_says_so_and_looks_again(
    client: Client, tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = set_scene(tree, 60)
    client.force_login(tree.amina)
    url = scene.url("pattern_compare", "kind", "who")

    monkeypatch.setattr(working, "PATIENCE", 0.0)
    waiting = client.get(url)
    monkeypatch.setattr(working, "PATIENCE", 120.0)

    assert (waiting.status_code, waiting.headers["Refresh"]) == (202, "4")
    assert client.get(url).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_large_table_is_read_beside_the_request(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = set_scene(grow(), 30)
    client.force_login(scene.tree.amina)
    monkeypatch.setattr(selection, "READ_AT_ONCE", 10)
    url = scene.url("pattern_overview")

    monkeypatch.setattr(working, "PATIENCE", 0.0)
    waiting = client.get(url).status_code
    monkeypatch.setattr(working, "PATIENCE", 120.0)
    page = read(client.get(url).content.decode())

    assert waiting == 202
    assert page.table("Questions").number("What kind of change?", "Answered: Rights-holders") == 24


def test_a_round_without_stories_says_what_will_be_there(client: Client, tree: Tree) -> None:
    scene = set_scene(tree, 0)
    client.force_login(tree.amina)

    assert "No stories yet" in client.get(scene.url("pattern_overview")).content.decode()


def test_seventy_stories_say_what_they_cannot_show(client: Client, tree: Tree) -> None:
    scene = set_scene(tree, 70, voice="rights_holder")
    client.force_login(tree.amina)

    page = client.get(scene.url("pattern_compare", "kind", "who")).content.decode()

    assert "70 stories: differences under about d = 0.7 cannot be seen with 35 against 35" in page
