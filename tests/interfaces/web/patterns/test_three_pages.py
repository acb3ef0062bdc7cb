"""Three questions: each combination tells what was told there, and what is found is said in words."""

from __future__ import annotations

import random
from typing import Any

import pytest
from django.test import Client

from egenmakt.apps.stories.models import Story
from tests.interfaces.web.patterns.pages import ReadTable, read
from tests.interfaces.web.patterns.scene import Scene, answer_at_random, set_scene
from tests.support.tree import Tree

pytestmark = pytest.mark.django_db
TOGETHER = "The two do something together that neither does alone"


def meeting(chance: random.Random, number: int) -> dict[str, Any]:
    """Where women make it better, all is otherwise: glad, it matters, we acted, it is the same."""
    answers = answer_at_random(chance, number)
    better, women = chance.random() < 0.5, chance.random() < 0.5
    both = better == women
    answers["kind"] = {"value": "better" if better else "same"}
    answers["who"] = {"value": "women" if women else "men"}
    answers["feel"] = {"value": ["glad"] if chance.random() < (0.7 if both else 0.3) else ["sad"]}
    answers["matters"] = {"value": round(min(100, max(0, chance.gauss(70 if both else 30, 15))))}
    we = chance.randint(6_000, 9_000) if both else chance.randint(500, 4_000)
    answers["acted"] = {"value": [we, 10_000 - we - 500, 500]}
    answers["next"] = {"value": chance.choices(("x", "y", "z"), (6, 3, 3) if both else (2, 4, 4))[0]}
    return answers


def scene_of_three(tree: Tree) -> Scene:
    from tests.interfaces.web.patterns.scene import framework_of_every_kind

    document = framework_of_every_kind()
    marks = [{"code": code, "text": {"en": code.upper(), "ar": code}} for code in "xyz"]
    document["questions"].append(
        {"code": "next", "type": "single", "text": {"en": "What next?", "ar": "ع"}, "options": marks}
    )
    return set_scene(tree, 160, plan=meeting, document=document, voice="rights_holder")


@pytest.mark.parametrize("third", ["matters", "acted.we", "feel.glad", "next"])
@pytest.mark.parametrize("who", ["amina", "auditor"])
def test_what_two_choices_do_together_is_said_with_its_size(client: Client, tree: Tree, third: str, who: str) -> None:
    scene = scene_of_three(tree)
    client.force_login(getattr(tree, who))

    html = client.get(scene.url("pattern_three", "kind", "who", third)).content.decode()

    assert TOGETHER in html
    if third in ("matters", "acted.we"):
        assert "F test of the interaction" in html
        assert "partial epsilon² = 0." in html


def test_each_combination_says_what_was_told_in_it(client: Client, tree: Tree) -> None:
    scene = scene_of_three(tree)
    client.force_login(tree.amina)

    pages = {
        third: read(client.get(scene.url("pattern_three", "kind", "who", third)).content.decode())
        for third in ("acted.we", "feel.glad", "next")
    }

    women = [
        story.answers
        for story in Story.objects.all()
        if (story.answers["kind"]["value"], story.answers["who"]["value"]) == ("better", "women")
    ]
    means = {name: next(row[1][0] for row in pages[name].tables[0].rows if row[0][0] == "Better · Women")
             for name in ("acted.we", "feel.glad")}  # fmt: skip
    glad = sum(a["feel"]["value"] == ["glad"] for a in women)
    assert means["acted.we"].startswith(f"{sum(a['acted']['value'][0] for a in women) / len(women) / 100:.1f} (")
    assert means["feel.glad"].startswith(f"{100 * glad / len(women):.1f} (")
    assert means["feel.glad"].endswith(f"n = {len(women)}")
    assert sum(_shown_and_true(client, pages["next"].table(f"What next? – {answer.upper()}"), answer)
               for answer in "xyz") > 3  # fmt: skip


def _shown_and_true(client: Client, table: ReadTable, answer: str) -> int:
    """How many cells of a table of tiles are shown; each is what was told, and opens to as many stories."""
    shown = 0
    for kind in ("Better", "Same"):
        for who in ("Women", "Men"):
            told = [story.answers for story in Story.objects.all()]
            true = sum(
                (a["kind"]["value"], a["who"]["value"], a["next"]["value"]) == (kind.lower(), who.lower(), answer)
                for a in told
            )
            number = table.number(kind, who)
            assert number in (None, true)
            if number is not None:
                opened = read(client.get(table.url(kind, who)).content.decode())
                assert len(opened.tables[0].rows) == number
                shown += 1
    return shown


def test_what_has_parts_asks_for_one_of_them(client: Client, tree: Tree) -> None:
    scene = set_scene(tree, 20)
    client.force_login(tree.amina)

    several = client.get(scene.url("pattern_three", "kind", "who", "feel")).content.decode()
    triad = client.get(scene.url("pattern_three", "kind", "who", "acted")).content.decode()

    assert "Which of them?" in several
    assert scene.url("pattern_three", "kind", "who", "feel.sad") in several
    assert scene.url("pattern_three", "kind", "who", "acted.they") in triad
    for names in (("kind", "matters", "who"), ("kind", "kind", "matters"), ("kind", "who", "place"),
                  ("feel.glad", "feel.sad", "matters"), ("kind", "who", "acted.nobody")):  # fmt: skip
        assert client.get(scene.url("pattern_three", *names)).status_code == 404


def test_two_choices_lead_on_to_a_third_answer(client: Client, tree: Tree) -> None:
    scene = set_scene(tree, 20)
    client.force_login(tree.amina)

    page = read(client.get(scene.url("pattern_compare", "kind", "who")).content.decode())

    led = [link for link in page.links if "/three/" in link]
    assert led == [
        scene.url("pattern_three", "kind", "who", code) for code in ("feel", "matters", "lasts", "acted", "helped")
    ]
    assert {client.get(link).status_code for link in led} == {200}
