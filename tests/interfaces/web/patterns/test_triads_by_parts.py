"""A triad with a scale and with another triad: what the pages say is what was told, part by part."""

from __future__ import annotations

import random
from typing import Any

import pytest
from django.test import Client

from egenmakt.apps.stories.models import Story
from tests.interfaces.web.patterns.pages import read
from tests.interfaces.web.patterns.scene import answer_at_random, set_scene
from tests.support.tree import Tree

pytestmark = pytest.mark.django_db
LOW = "How much does it matter? – the low third, towards “Nothing”"


def leaning(chance: random.Random, number: int) -> dict[str, Any]:
    """The more it matters, the more we acted ourselves; and where we acted, courage helped."""
    answers = answer_at_random(chance, number)
    matters = chance.randint(0, 100)
    we = round(9_000 * (0.8 * matters / 100 + 0.2 * chance.random()))
    they = chance.randint(0, 9_500 - we)
    courage = round(0.9 * we)
    answers["matters"] = {"value": matters}
    answers["acted"] = {"value": [we, they, 10_000 - we - they]}
    answers["helped"] = {"value": [round((10_000 - courage) * 0.5), courage, 10_000 - courage - round(
        (10_000 - courage) * 0.5)]}  # fmt: skip
    if number % 9 == 0:
        answers["acted"] = {"state": "does_not_apply"}
    return answers


def test_a_triad_lies_otherwise_where_a_scale_is_higher(client: Client, tree: Tree) -> None:
    scene = set_scene(tree, 150, plan=leaning, voice="rights_holder")
    client.force_login(tree.amina)

    html = client.get(scene.url("pattern_compare", "acted", "matters")).content.decode()

    page = read(html)
    answers = [story.answers for story in Story.objects.all()]
    low = [a for a in answers if a["matters"]["value"] < 33.4]
    who = page.table("Who answered “Who acted?”")
    assert "They go together: a large difference in “Who acted?” by “How much does it matter?”" in html
    assert "PERMANOVA of the place on ranks or on another place" in html
    assert who.number(LOW, "Answered") == sum("value" in a["acted"] for a in low)
    assert who.number(LOW, "Does not apply") == sum("state" in a["acted"] for a in low) >= 5
    assert f"n = {sum('value' in a['acted'] for a in low)}" in html


def test_a_triad_by_the_zones_of_another_opens_to_exactly_its_stories(client: Client, tree: Tree) -> None:
    scene = set_scene(tree, 150, plan=leaning, voice="rights_holder")
    client.force_login(tree.amina)

    html = client.get(scene.url("pattern_compare", "acted", "helped")).content.decode()

    page = read(html)
    row = next(cells for cells in page.table("Who answered “What helped?”").rows if cells[0][0] == "Who acted? – We")
    opened = read(client.get(row[1][1]).content.decode())
    ids = {link.split("/")[-2] for cells in opened.tables[0].rows for _, link in cells if "/stories/" in link}
    we = {str(s.id) for s in Story.objects.all() if s.answers["acted"].get("value", [0])[0] >= 6_000}
    assert "a large difference in “What helped?” by “Who acted?”" in html
    assert row[1][0].startswith(str(len(we)))
    assert ids == we


def test_discovery_leads_to_the_page_of_two_triads_and_says_the_same(client: Client, tree: Tree) -> None:
    scene = set_scene(tree, 150, plan=leaning, voice="rights_holder")
    client.force_login(tree.amina)

    rows = read(client.get(scene.url("pattern_discover")).content.decode()).table("Patterns, the clearest first").rows

    led = {row[0][0]: row for row in rows}
    for name, first, second in (
        ("How much does it matter? × Who acted?", "matters", "acted"),
        ("Who acted? × What helped?", "acted", "helped"),
    ):
        assert led[name][2][0] == "large"
        assert led[name][3][0].endswith("found")
        assert led[name][0][1].startswith(scene.url("pattern_compare", first, second))
        assert client.get(led[name][0][1]).status_code == 200


def test_a_zone_that_is_not_one_of_seven_is_not_found(client: Client, tree: Tree) -> None:
    scene = set_scene(tree, 6)
    client.force_login(tree.amina)

    for mark in ("acted:z1of6", "matters:z1of7", "kind:z1of7"):
        assert client.get(scene.url("pattern_stories"), {"mark": mark}).status_code == 404
