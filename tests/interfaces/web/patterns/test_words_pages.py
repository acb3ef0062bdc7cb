"""Words that groups differ by: in every script, only of stories that one may read, never of few tellers."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from uuid6 import uuid7

from egenmakt.apps.stories.models import Story
from egenmakt.apps.stories.services.beside import accept_masks
from egenmakt.apps.stories.services.wording import texts_of
from egenmakt.apps.stories.words import fold, words_as_written
from tests.interfaces.web.patterns.pages import read
from tests.interfaces.web.patterns.scene import Scene, answer_at_random, set_scene, tell_many
from tests.support.stories import AT
from tests.support.tree import Tree


def by_women(chance: random.Random, number: int) -> dict[str, Any]:
    answers = answer_at_random(chance, number)
    answers["who"] = {"value": "women" if number % 2 else "men"}
    return answers


def scene_told(tree: Tree, size: int, say: Callable[[int], str], language: str = "en", **changes: Any) -> Scene:
    """A round whose every story has a text of its own; odd numbers are of women."""
    scene = set_scene(tree, 0)
    for number in range(size):
        tell_many(
            scene.rounds[0], 1, plan=lambda chance, _n, place=number: by_women(chance, place), seed=1_000 + number,
            text=say(number), title="", language=language, voice="rights_holder", **changes,
        )  # fmt: skip
    return scene


@given(st.text(max_size=60))
def test_words_as_written_are_the_words_that_are_searched(text: str) -> None:
    assert [word for word, _ in words_as_written(text)] == fold(text).split()


@pytest.mark.parametrize(
    ("text", "words", "written"),
    [
        ("हामी कार्यालय गयौं, पानी माग्यौं।", ["हामी", "कार्यालय", "गयौं", "पानी", "माग्यौं"], "कार्यालय"),
        ("ذهبنا إلى المكتبِ، وطلبنا الماء؟", ["ذهبنا", "الي", "المكتب", "وطلبنا", "الماء"], "إلى"),
        ("Mɔ̃ dɔ́, k’iche’ Ruta-A", ["mɔ", "dɔ", "kiche", "ruta", "a"], "k’iche"),
    ],
)
def test_words_are_cut_right_in_every_script(text: str, words: list[str], written: str) -> None:
    cut = list(words_as_written(text))

    assert [word for word, _ in cut] == words
    assert written in [each for _, each in cut]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "women", "all_"),
    [("en", "water", "we asked"), ("ne", "पानी", "हामी गयौं"), ("ar", "الماء", "ذهبنا معًا")],
)
def test_the_word_of_one_group_is_found_and_opens_to_its_stories(
    client: Client, tree: Tree, language: str, women: str, all_: str
) -> None:
    scene = scene_told(tree, 60, lambda number: f"{all_} {women if number % 2 and number % 5 else ''}.", language)
    client.force_login(tree.amina)

    page = read(client.get(scene.url("pattern_words", "who")).content.decode())

    row = page.table("Words, the clearest first").rows[0]
    opened = read(client.get(row[2][1]).content.decode())
    ids = {link.split("/")[-2] for cells in opened.tables[0].rows for _, link in cells if "/stories/" in link}
    true = {str(s.id) for s in Story.objects.all() if women in s.text and s.answers["who"]["value"] == "women"}
    assert women in row[0][0]
    assert (row[1][0], row[2][0].split(" ")[0], row[4][0]) == ("Women", str(len(true)), "only there")
    assert ids == true


@pytest.mark.django_db
def test_a_word_of_few_tellers_and_a_story_one_may_not_read_are_not_on_the_page(client: Client, tree: Tree) -> None:
    def say(number: int) -> str:
        return "we asked for water secretword" if number in (1, 3, 5, 7) else "we asked"

    scene = scene_told(tree, 40, say)
    for number in range(12):  # told to the team alone: many tellers, all of women
        tell_many(
            scene.rounds[0], 1, plan=lambda chance, _n: by_women(chance, 1), seed=5_000 + number, text="teamword here",
            title="", language="en", voice="rights_holder", visibility="team",
        )  # fmt: skip
    pages = {}
    for user in (tree.amina, tree.monitoring):
        client.force_login(user)
        pages[user.name] = client.get(scene.url("pattern_words", "who")).content.decode()
    client.force_login(tree.auditor)

    assert all("secretword" not in page for page in pages.values())
    assert "teamword" in pages["Amina"]
    assert "teamword" not in pages[tree.monitoring.name]
    assert "left out: 12." in pages[tree.monitoring.name]
    assert client.get(scene.url("pattern_words", "who")).status_code == 403
    assert client.get(scene.url("pattern_words", "place")).status_code == 403


@pytest.mark.django_db
def test_who_may_not_see_names_counts_the_words_of_masked_texts_only(tree: Tree) -> None:
    scene = scene_told(tree, 3, lambda number: "Leila went for water.")
    story = Story.objects.order_by("id")[0]
    masks = [{"field": "text", "start": 0, "end": 5, "replacement": "[name]"}]
    accept_masks(id=uuid7(), story=story, language="en", masks=masks, by=tree.amina, at=AT)
    rounds = [scene.rounds[0].round.id]

    all_ = texts_of(user=tree.amina, round_ids=rounds, language="en", most=10)
    covered = texts_of(user=tree.chipo, round_ids=rounds, language="en", most=10)

    assert len(all_) == 3
    assert set(covered.values()) <= {"\n[name] went for water."}
    assert texts_of(user=tree.beatrice, round_ids=rounds, language="en", most=10) == {}
    assert texts_of(user=tree.amina, round_ids=rounds, language="sw", most=10) == {}


@pytest.mark.django_db
def test_groups_that_do_not_differ_say_so_and_several_answers_are_chosen_first(client: Client, tree: Tree) -> None:
    scene = set_scene(tree, 60)
    client.force_login(tree.amina)

    none = client.get(scene.url("pattern_words", "who")).content.decode()
    several = client.get(scene.url("pattern_words", "feel")).content.decode()

    assert "No word is shown to differ" in none
    assert scene.url("pattern_words", "feel.sad") in several
    for name in ("feel.sad", "matters", "acted"):
        assert client.get(scene.url("pattern_words", name)).status_code == 200
    assert client.get(scene.url("pattern_words", "place")).status_code == 404
    assert client.get(scene.url("pattern_words", "nothing")).status_code == 404
