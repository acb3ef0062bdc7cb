"""Somebody tries to find out hidden numbers from the source of whole pages, with all the arithmetic there is."""

from __future__ import annotations

import random
import re
from collections import Counter
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from django.test import Client
from scipy.optimize import linprog

from egenmakt.apps.access.services import limit_country, limit_node
from egenmakt.apps.people.models import Country
from egenmakt.apps.people.queries import cell_least
from egenmakt.apps.stories.models import Story
from egenmakt.core.disclosure import ProtectedTable, Suppressed
from egenmakt.interfaces.web.patterns.published import sum_may_be_shown
from tests.interfaces.web.patterns.pages import ReadTable, number, read
from tests.interfaces.web.patterns.scene import Scene, answer_at_random, set_scene
from tests.support.attack import Attacker
from tests.support.stories import AT
from tests.support.tree import Tree

pytestmark = pytest.mark.django_db
K = 5
STATES = ("Answered", "Does not apply", "Skipped", "Not asked")


def uneven(chance: random.Random, number: int) -> dict[str, Any]:
    """Answers of which many are rare: the hardest to hide."""
    answers = answer_at_random(chance, number)
    answers["kind"] = {"value": chance.choices(("better", "same", "worse"), (20, 4, 1))[0]}
    answers["who"] = {"value": chance.choices(("women", "men", "both", "others"), (12, 5, 2, 1))[0]}
    if chance.random() < 0.05:
        answers["who"] = {"state": "skipped"}
    return answers


def shown(value: int | None) -> int | Suppressed:
    return Suppressed.PRIMARY if value is None else value


def from_source(table: ReadTable, name: str, *, where: Any, skip: str = "") -> ProtectedTable:
    """What a table of tiles, with its margins, tells who reads the source."""
    rows = [cells[0][0] for cells in table.rows if cells[0][0] != "n"]
    columns = [head for head in table.head[1:] if head != "n"]
    values: dict[tuple[str | None, ...], int | Suppressed] = {}
    for row in [*rows, "n"]:
        for column in [*columns, "n"]:
            place = (None if row == "n" else row, None if column == "n" else column)
            values[place] = shown(table.number(row, column))
    return ProtectedTable(
        name=name, dimensions=(("kind", tuple(rows)), ("who", tuple(columns))), where=where, values=values
    )


def one_way(table: ReadTable, code: str, column: str, *, where: Any, total: int | Suppressed) -> ProtectedTable:
    """What one column of a table tells, with the total that stands elsewhere on the page."""
    rows = [cells[0][0] for cells in table.rows]
    values: dict[tuple[str | None, ...], int | Suppressed] = {(row,): shown(table.number(row, column)) for row in rows}
    return ProtectedTable(name=code, dimensions=((code, tuple(rows)),), where=where, values={**values, (None,): total})


def assert_safe(tables: list[ProtectedTable], true: dict[Any, int]) -> None:
    """Every small number could be k or more, and anything in a range of k - 1 at least."""
    attacker = Attacker(tables)
    for conditions, row in attacker.hidden.items():
        least, most = attacker.bounds(row)
        assert least <= true[conditions] <= most
        if 0 < true[conditions] < K:
            assert most >= K, conditions
            assert most - least >= K - 1, conditions
    assert not [c for c, n in true.items() if 0 < n < K and c in attacker.shown]


def stories_of(scene: Scene, voice: str) -> list[dict[str, Any]]:
    rounds = [telling.round.id for telling in scene.rounds]
    return [story.answers for story in Story.objects.filter(voice=voice, round_id__in=rounds)]


@pytest.mark.parametrize("who", ["amina", "auditor"])
def test_no_hidden_tile_of_two_questions_can_be_worked_out(client: Client, tree: Tree, who: str) -> None:
    scene = set_scene(tree, 110, plan=uneven)
    client.force_login(getattr(tree, who))
    html = client.get(scene.url("pattern_compare", "kind", "who")).content.decode()
    checked = 0
    for voice, word in (("rights_holder", "Rights-holders"), ("partner", "Partners")):
        table = from_source(read(html).table(word), word, where=())
        pairs = [
            (a["kind"]["value"].title(), a["who"]["value"].title())
            for a in stories_of(scene, voice)
            if "value" in a["who"]
        ]
        true: dict[Any, int] = {}
        for kind, whom in table.values:
            conditions = Attacker.conditions(table, (kind, whom))
            true[conditions] = sum((kind in (None, k)) and (whom in (None, w)) for k, w in pairs)
        assert_safe([table], true)
        checked += sum(0 < n < K for n in true.values())
    assert checked > 5


@pytest.mark.parametrize("who", ["amina", "auditor"])
def test_no_hidden_answer_can_be_worked_out_from_who_did_not_answer(client: Client, tree: Tree, who: str) -> None:
    scene = set_scene(tree, 90, plan=uneven)
    client.force_login(getattr(tree, who))
    page = read(client.get(scene.url("pattern_question", "who")).content.decode())
    heads = re.findall(r"<dt>([^<]+)</dt><dd>(?:<a[^>]*>)?([\d,∗]+)", client.get(page_url(scene)).content.decode())
    totals = {name: shown(number(text)) for name, text in heads}
    for voice, word in (("rights_holder", "Rights-holders"), ("partner", "Partners"), ("staff", "Staff")):
        states = one_way(page.table("Who answered"), "state", word, where=(), total=totals[word])
        answered = states.values["Answered",]
        values = one_way(
            page.table("Who made it happen?"), "who", word, where=(("state", ("Answered",)),), total=answered
        )
        answers = stories_of(scene, voice)
        by_state = Counter(a["who"].get("state", "answered").replace("_", " ").capitalize() for a in answers)
        by_value = Counter(a["who"]["value"].title() for a in answers if "value" in a["who"])
        true = {Attacker.conditions(states, (s,)): by_state[s] for s in STATES}
        true[Attacker.conditions(states, (None,))] = len(answers)
        true |= {Attacker.conditions(values, (v,)): by_value[v] for (v,) in values.values if v}
        assert_safe([states, values], true)


def page_url(scene: Scene) -> str:
    return scene.url("pattern_question", "who")


def test_every_number_of_the_source_is_one_that_may_be_shown(client: Client, tree: Tree) -> None:
    """Titles of marks and cells of tables say the same, and a share is said only with its two numbers."""
    scene = set_scene(tree, 110, plan=uneven)
    client.force_login(tree.auditor)
    for code, caption in (("kind", "What kind of change?"), ("who", "Who made it happen?")):
        page = read(client.get(scene.url("pattern_question", code)).content.decode())
        cells = {
            (row[0][0], head, cell[0])
            for caption_ in ("Who answered", caption)
            for row in page.table(caption_).rows
            for head, cell in zip(page.table(caption_).head[1:], row[1:], strict=True)
        }
        marks = set()
        for mark in page.marks:
            place, _colon, text = mark.rpartition(": ")
            row, _comma, head = place.rpartition(", ")
            marks.add((row, head, text))
        assert marks == cells
        for _row, _head, text in cells:
            assert (number(text) is None) == ("%" not in text and not text[:1].isdigit())


def test_a_round_cannot_be_taken_from_all_rounds_by_who_may_not_read_the_stories(client: Client, tree: Tree) -> None:
    scene = set_scene(tree, 60, 45, plan=uneven)
    client.force_login(tree.auditor)
    url = scene.url("pattern_question", "kind")
    rounds = [str(telling.round.id) for telling in scene.rounds]
    column = "Rights-holders"

    apart = [read(client.get(url, {"round": id}).content.decode()).table("What kind of change?") for id in rounds]
    whole = read(client.get(url).content.decode()).table("What kind of change?")

    answers = {
        (round, option): sum(
            s.answers["kind"]["value"] == option.lower()
            for s in Story.objects.filter(round_id=id, voice="rights_holder")
        )
        for round, id in enumerate(rounds)
        for option in ("Better", "Same", "Worse")
    }
    values: dict[tuple[str | None, ...], int | Suppressed] = {}
    for option in ("Better", "Same", "Worse"):
        for round, table in enumerate(apart):
            values[option, str(round)] = shown(table.number(option, column))
        values[option, None] = shown(whole.number(option, column))
    for round, id in enumerate(rounds):
        values[None, str(round)] = Story.objects.filter(round_id=id, voice="rights_holder").count()
    values[None, None] = Story.objects.filter(voice="rights_holder").count()
    table = ProtectedTable(
        name="all", dimensions=(("kind", ("Better", "Same", "Worse")), ("round", ("0", "1"))), where=(), values=values
    )
    true: dict[Any, int] = {}
    for option, round in values:
        n = sum(count for (r, o), count in answers.items() if option in (None, o) and round in (None, str(r)))
        true[Attacker.conditions(table, (option, round))] = n
    assert any(0 < n < K for n in answers.values())
    assert_safe([table], true)


def test_all_voices_together_do_not_give_away_one_of_them(client: Client, tree: Tree) -> None:
    scene = set_scene(tree, 110, plan=uneven)
    client.force_login(tree.amina)
    url = scene.url("pattern_question", "kind")
    words = {"rights_holder": "Rights-holders", "partner": "Partners", "staff": "Staff"}

    apart = read(client.get(url).content.decode()).table("What kind of change?")
    whole = read(client.get(url, {"voice": "together"}).content.decode()).table("What kind of change?")

    values: dict[tuple[str | None, ...], int | Suppressed] = {}
    true: dict[Any, int] = {}
    options = ("Better", "Same", "Worse")
    table = ProtectedTable(name="all", dimensions=(("kind", options), ("voice", tuple(words))), where=(), values=values)
    for voice in (*words, None):
        stories = Story.objects.filter(voice=voice) if voice else Story.objects.all()
        told = Counter(story.answers["kind"]["value"].title() for story in stories)
        for option in (*options, None):
            true[Attacker.conditions(table, (option, voice))] = told[option] if option else told.total()
        for option in options:
            column = words[voice] if voice else "All voices together"
            values[option, voice] = shown((apart if voice else whole).number(option, column))
        values[None, voice] = told.total()
    assert_safe([table], true)


def test_a_mean_stands_beside_hidden_bins_only_where_they_could_hold_others() -> None:
    """Where the rule allows it, k - 1 people can be moved across the scale and the sum stays: by linear programming."""
    chance = np.random.default_rng(3)
    edges, k = np.array([0.0, 20, 40, 60, 80, 100]), 5
    allowed = 0
    for _ in range(200):
        values = chance.uniform(0, 100, int(chance.integers(5, 120)))
        bins = np.minimum(values // 20, 4).astype(int)
        inside = bins != 0
        low, high = edges[bins[inside]], edges[bins[inside] + 1]
        total = values[inside].sum()
        if not sum_may_be_shown(low=low.sum(), value=total, high=high.sum(), k=k, reach=100.0):
            continue
        allowed += 1
        for moved in (-(k - 1) * 100.0, (k - 1) * 100.0):
            found = linprog(
                np.zeros(low.size),
                A_eq=np.ones((1, low.size)),
                b_eq=[total + moved],
                bounds=list(zip(low, high, strict=True)),
            )
            assert found.status == 0
    assert 20 < allowed < 200


def test_the_strictest_limit_of_country_and_bodies_holds(client: Client, tree: Tree) -> None:
    scene = set_scene(tree, 70, voice="rights_holder")
    client.force_login(tree.amina)
    url = scene.url("pattern_question", "who")

    limit_country(country=Country.objects.get(code="KE"), least=8, by=None, at=AT)
    limit_node(node=tree.umoja, least=20, by=tree.administrator, at=AT)
    table = read(client.get(url).content.decode()).table("Who made it happen?")

    numbers = [table.number(row[0][0], "Rights-holders") for row in table.rows]
    assert cell_least(node_ids=[tree.north.id]) == 20
    assert cell_least(node_ids=[tree.far.id]) == 8
    assert all(n is None or n == 0 or n >= 20 for n in numbers)


def test_a_share_is_the_share_of_its_numbers(client: Client, tree: Tree) -> None:
    scene = set_scene(tree, 70, voice="rights_holder")
    client.force_login(tree.amina)

    page = read(client.get(scene.url("pattern_question", "kind")).content.decode())

    answered = page.table("Who answered").number("Answered", "Rights-holders")
    text = next(row[1][0] for row in page.table("What kind of change?").rows if row[0][0] == "Better")
    better = number(text)
    assert answered == 70
    assert better is not None
    assert text.endswith(f"({round(Fraction(100 * better, answered))}%)")
