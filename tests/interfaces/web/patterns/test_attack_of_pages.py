"""Somebody lays whole pages beside each other and works out what each hides, with all the arithmetic there is."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from egenmakt.core.disclosure import ProtectedTable, Suppressed
from egenmakt.interfaces.web.patterns.published import PageCounts, PublishedCounts
from tests.interfaces.web.patterns.scene import Plan, Scene, set_scene
from tests.interfaces.web.patterns.test_attack import K, uneven
from tests.support.attack import Attacker
from tests.support.tree import Tree

pytestmark = pytest.mark.django_db
VOICE = "rights_holder"
Seen = list[tuple[PageCounts, PublishedCounts]]


def rare(chance: random.Random, number: int) -> dict[str, Any]:
    """Answers of which many are rare or missing, in triads and on canvases too."""
    answers = uneven(chance, number)
    we = chance.choices((9_950, 7_000, 2_000, 0), (8, 8, 3, 1))[0]
    they = chance.choices((0, (10_000 - we) // 2, 10_000 - we), (6, 3, 1))[0]
    answers["acted"] = {"value": [we, they, 10_000 - we - they]}
    answers["matters"] = {"value": chance.choices((5, 15, 50, 95), (8, 8, 3, 1))[0]}
    x, y = (chance.choices((500, 2_500, 4_500), (6, 3, 1))[0] for _ in range(2))
    answers["place"] = {"value": {"women": [x, y], **({"men": [y, x]} if chance.random() < 0.5 else {})}}
    for code in ("acted", "matters", "who", "kind"):
        if chance.random() < 0.06:
            answers[code] = {"state": "skipped"}
    return answers


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Seen:
    """Every count that was asked for and what was shown of it, page by page."""
    found: Seen = []
    plain = PageCounts.protect

    def watched(self: PageCounts) -> PublishedCounts:
        published = plain(self)
        found.append((self, published))
        return published

    monkeypatch.setattr(PageCounts, "protect", watched)
    return found


def told(seen: Seen, *, voice: str = VOICE, only: str = "") -> tuple[list[ProtectedTable], dict[Any, int]]:
    """All tables of one voice on all pages that were opened, and the true number behind each place."""
    tables: dict[tuple[Any, Any], ProtectedTable] = {}
    true: dict[Any, int] = {}
    for counts, published in seen:
        for (name, whose), table in (published.tables or {}).items():
            divided, given = counts._asked[name]
            if whose != voice or (only and only not in name and name not in ("all", "state")):
                continue
            mask = counts._mask((*given, *counts._parts[whose]))
            for position in table.values:
                inside = mask.copy()
                for each, category in zip(divided, position, strict=True):
                    if category is not None:
                        inside &= each.codes == each.categories.index(category)
                true[Attacker.conditions(table, position)] = int(inside.sum())
            key = (table.where, table.dimensions)
            if key in tables:
                table = replace(table, values={
                    place: value if not isinstance(value, Suppressed) else tables[key].values[place]
                    for place, value in table.values.items()
                })  # fmt: skip
            tables[key] = replace(table, name=str(len(tables)))
    return list(tables.values()), true


def recovered(tables: Sequence[ProtectedTable], true: dict[Any, int]) -> list[tuple[Any, int, float, float]]:
    """Each small number that is shown, or whose bounds are too narrow."""
    attacker = Attacker(tables)
    found: list[tuple[Any, int, float, float]] = [
        (c, true[c], true[c], true[c]) for c in attacker.shown if 0 < true[c] < K
    ]
    for conditions, row in attacker.hidden.items():
        if conditions not in attacker.shown and 0 < true[conditions] < K:
            least, most = attacker.bounds(row)
            assert least <= true[conditions] <= most
            if most < K or most - least < K - 1:
                found.append((conditions, true[conditions], least, most))
    return found


def small(true: dict[Any, int]) -> int:
    return sum(0 < n < K for n in true.values())


def opened(client: Client, scene: Scene, *pages: tuple[str, ...], **query: str) -> None:
    for name, *arguments in pages:
        assert client.get(scene.url(name, *arguments), query).status_code == 200


@pytest.mark.parametrize("who", ["amina", "auditor"])
@pytest.mark.parametrize(
    ("page", "only"),
    [
        (("pattern_triad", "acted"), ""),
        (("pattern_question", "place"), "women"),
        (("pattern_compare", "matters", "acted"), ""),
        (("pattern_compare", "kind", "acted"), ""),
        (("pattern_three", "kind", "who", "matters"), ""),
        (("pattern_three", "kind", "who", "feel.glad"), ""),
    ],
)
def test_nothing_hidden_on_a_page_can_be_worked_out_from_all_its_tables(
    client: Client, tree: Tree, seen: Seen, who: str, page: tuple[str, ...], only: str
) -> None:
    scene = set_scene(tree, 90, plan=rare, voice=VOICE)
    client.force_login(getattr(tree, who))
    opened(client, scene, page)

    tables, true = told(seen, only=only)

    assert small(true) > 1
    assert recovered(tables, true) == []


@pytest.mark.parametrize("who", ["amina", "auditor"])
def test_nothing_hidden_on_the_page_of_change_can_be_worked_out(
    client: Client, tree: Tree, seen: Seen, who: str
) -> None:
    scene = set_scene(tree, 60, 45, 30, plan=rare, voice=VOICE)
    client.force_login(getattr(tree, who))
    opened(client, scene, ("pattern_change", "kind"), part="worse")

    tables, true = told(seen)

    assert small(true) > 1
    assert recovered(tables, true) == []


TWO = (
    ("pattern_overview",),
    ("pattern_question", "kind"),
    ("pattern_question", "who"),
    ("pattern_compare", "kind", "who"),
)
THREE = (
    *TWO,
    ("pattern_question", "feel"),
    ("pattern_compare", "kind", "feel.glad"),
    ("pattern_compare", "who", "feel.glad"),
    ("pattern_three", "kind", "who", "feel.glad"),
)


def uneven_of(seed: int) -> Plan:
    return lambda _chance, number: {**uneven(own := random.Random(100 * seed + number), number), **_skipped(own)}


def _skipped(chance: random.Random) -> dict[str, Any]:
    return {code: {"state": "skipped"} for code in ("kind", "who", "feel") if chance.random() < 0.05}


@pytest.mark.parametrize(
    ("seed", "pages", "about"),
    [
        *((seed, TWO, ("kind", "who")) for seed in (1, 2, 3)),
        pytest.param(0, THREE, ("kind", "who", "feel"), marks=pytest.mark.nightly),
    ],
)
def test_pages_of_different_questions_laid_beside_each_other_give_nothing_away(
    client: Client, tree: Tree, seen: Seen, seed: int, pages: tuple[tuple[str, ...], ...], about: tuple[str, ...]
) -> None:
    scene = set_scene(tree, 80, plan=uneven_of(seed), voice=VOICE)
    client.force_login(tree.auditor)
    opened(client, scene, *pages)

    tables, true = told(seen)
    tables = [one for one in tables if _about(one, *about)]

    assert small(true) > 1
    assert recovered(tables, true) == []
    assert small_differences(tables, true) == []


def test_without_that_care_a_number_is_found_by_laying_two_pages_beside_each_other(
    client: Client, tree: Tree, seen: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That the attack sees what there is to see: pages that know nothing of each other give numbers away."""
    monkeypatch.setattr(PageCounts, "after", lambda self, pages: None)
    scene = set_scene(tree, 80, plan=uneven_of(1), voice=VOICE)
    client.force_login(tree.auditor)
    opened(client, scene, *TWO)

    tables, true = told(seen)
    tables = [one for one in tables if _about(one, "kind", "who")]

    assert recovered(tables, true) + small_differences(tables, true) != []


def small_differences(tables: Sequence[ProtectedTable], true: dict[Any, int]) -> list[tuple[Any, Any]]:
    """Two shown numbers, one of people who are all among the other's, that tell of fewer than k people."""
    shown = list(Attacker(tables).shown)
    return [
        (wide, narrow)
        for wide in shown
        for narrow in shown
        if set(wide) < set(narrow) and 0 < true[wide] - true[narrow] < K
    ]


def _about(table: ProtectedTable, *questions: str) -> bool:
    """Whether a table is about nothing but these questions."""
    codes = {code.partition("~")[0].partition("/")[0].partition("|")[0] for code in _codes(table)}
    return codes <= {*questions, "voice", "round"}


def _codes(table: ProtectedTable) -> list[str]:
    return [code for code, _ in (*table.dimensions, *table.where)]
