"""What is found, followed and asked about: planted patterns, goals, collectors; and pictures that drop nothing."""

from __future__ import annotations

import random
import re
from typing import Any

import numpy as np
import pytest
from django.test import Client
from uuid6 import uuid7

from egenmakt.apps.access.queries import NotAllowed
from egenmakt.apps.access.services import limit_country, limit_node
from egenmakt.apps.people.services import LimitOutOfRange
from egenmakt.apps.stories.models import Story, StoryGoal
from egenmakt.apps.stories.services.goals import GoalEnded, end_goal, set_goal
from egenmakt.core.patterns.regions import Goal, Region
from egenmakt.core.patterns.triads import TriadGrid
from egenmakt.interfaces.web.patterns.pictures.base import Cell
from egenmakt.interfaces.web.patterns.pictures.grids import SquareGrid
from egenmakt.interfaces.web.patterns.pictures.tiles import step_of
from egenmakt.interfaces.web.patterns.pictures.triangles import HEIGHT, WIDTH, TriadPicture
from tests.interfaces.web.patterns.pages import read
from tests.interfaces.web.patterns.scene import answer_at_random, set_scene, tell_many
from tests.support.stories import AT
from tests.support.tree import Tree

pytestmark = pytest.mark.django_db


def planted(chance: random.Random, number: int) -> dict[str, Any]:
    """Women make it better, and it matters more then."""
    answers = answer_at_random(chance, number)
    women = chance.random() < 0.5
    answers["who"] = {"value": "women" if women else "men"}
    answers["kind"] = {"value": "better" if chance.random() < (0.8 if women else 0.4) else "same"}
    answers["matters"] = {"value": min(100, max(0, round(chance.gauss(65 if women else 45, 20))))}
    return answers


def test_a_planted_pattern_is_found_named_and_led_to(client: Client, tree: Tree) -> None:
    scene = set_scene(tree, 300, plan=planted, voice="rights_holder")
    client.force_login(tree.amina)

    page = read(client.get(scene.url("pattern_discover")).content.decode())

    rows = {row[0][0]: (row[3][0], row[0][1]) for row in page.table("Patterns, the clearest first").rows}
    for name in ("What kind of change? × Who made it happen?", "Who made it happen? × How much does it matter?"):
        assert rows[name][0].endswith("found")
        assert client.get(rows[name][1]).status_code == 200


def test_two_questions_say_in_words_what_the_numbers_say(client: Client, tree: Tree) -> None:
    scene = set_scene(tree, 200, plan=planted, voice="rights_holder")
    client.force_login(tree.auditor)

    tiles = client.get(scene.url("pattern_compare", "kind", "who")).content.decode()
    means = client.get(scene.url("pattern_compare", "who", "matters")).content.decode()

    assert "They go together" in tiles
    assert "▲" in tiles
    assert "chi-squared test" in tiles
    assert "Mann–Whitney test, two-sided" in means
    stories = [s.answers for s in Story.objects.all()]
    women = [a["matters"]["value"] for a in stories if a["who"]["value"] == "women"]
    text = next(row[1][0] for row in read(means).tables[0].rows if row[0][0] == "Women")
    assert text.startswith(f"{np.mean(women):.1f} (")
    assert text.endswith(f"n = {len(women)}")


def test_a_goal_is_saved_followed_and_ended(client: Client, tree: Tree) -> None:
    scene = set_scene(tree, 120, plan=planted, voice="rights_holder")
    client.force_login(tree.amina)
    page = client.get(scene.url("pattern_question", "kind")).content.decode()
    assert "More stories like these" in page
    form = {
        "id": str(uuid7()),
        "wanted": "more",
        "mark": "better",
        "voice": "rights_holder",
        "node": str(tree.north.id),
    }

    saved = client.post(scene.url("pattern_goal_set", "kind"), {**form, "words": "<b>Because</b>"})
    again = client.post(scene.url("pattern_goal_set", "kind"), {**form, "words": "<b>Because</b>"})
    StoryGoal.objects.update(set_at=AT.replace(month=1, day=20))
    later = set_round_after(scene)
    followed = client.get(scene.url("pattern_goals")).content.decode()

    assert (saved.status_code, again.status_code, StoryGoal.objects.count()) == (302, 302, 1)
    assert later.name in followed
    assert "It moved the way that was wanted." in followed
    assert "&lt;b&gt;Because" in followed
    goal = StoryGoal.objects.get()
    assert client.post(scene.url("pattern_goal_end", goal.id)).status_code == 302
    assert "No goals yet" in client.get(scene.url("pattern_goals")).content.decode()
    with pytest.raises(GoalEnded):
        end_goal(goal=goal, by=tree.amina, at=AT)


def set_round_after(scene: Any) -> Any:
    from datetime import date

    from tests.support.stories import begin_round

    telling = begin_round(
        scene.tree, version=scene.rounds[0].version, name="The round after", languages=["en"],
        starts_on=date(2026, 2, 1), until_on=date(2026, 2, 27),
    )  # fmt: skip

    def all_better(chance: random.Random, number: int) -> dict[str, Any]:
        return {**planted(chance, number), "kind": {"value": "same" if number % 10 == 0 else "better"}}

    tell_many(telling, 120, plan=all_better, seed=9, voice="rights_holder")
    return telling.round


def test_nobody_sets_a_goal_where_she_may_not(client: Client, tree: Tree) -> None:
    scene = set_scene(tree, 30)
    goal = Goal(Region("kind", options=("better",)), "more")
    given: dict[str, Any] = {"framework": scene.rounds[0].version.framework, "node": tree.north, "goal": goal}

    for user in (tree.auditor, tree.beatrice, tree.facilitator):
        with pytest.raises(NotAllowed):
            set_goal(id=uuid7(), voice="staff", by=user, at=AT, **given)
    client.force_login(tree.auditor)

    assert "More stories like these" not in client.get(scene.url("pattern_question", "kind")).content.decode()


def test_limits_are_set_by_who_may_and_never_below_three(client: Client, tree: Tree) -> None:
    with pytest.raises(NotAllowed):
        limit_node(node=tree.umoja, least=10, by=tree.amina, at=AT)
    with pytest.raises(NotAllowed):  # Elsewhere works in Kenya, too
        limit_country(country=tree.kenya, least=10, by=tree.administrator, at=AT)
    with pytest.raises(LimitOutOfRange):
        limit_node(node=tree.umoja, least=2, by=tree.administrator, at=AT)
    client.force_login(tree.administrator)
    url = "/settings/small-numbers/"

    assert "Umoja" in client.get(url).content.decode()
    assert client.post(url, {"which": f"node:{tree.umoja.id}", "least": "12"}).status_code == 302
    assert client.post(url, {"which": f"node:{tree.umoja.id}", "least": "1"}).status_code == 422
    assert client.post(url, {"which": f"node:{tree.elsewhere.id}", "least": "12"}).status_code == 403
    tree.umoja.refresh_from_db()
    assert tree.umoja.cell_least == 12


def test_a_facilitator_whose_stories_are_copies_is_asked_about(client: Client, tree: Tree) -> None:
    scene = set_scene(tree, 40)
    same = "We went to the office together and asked for the water that was promised to us in the spring."
    tell_many(scene.rounds[0], 20, seed=8, facilitator=tree.beatrice.id, text=same)
    client.force_login(tree.amina)

    page = client.get(scene.url("pattern_collectors", scene.rounds[0].round.id)).content.decode()

    assert "20 of Beatrice&#x27;s 20 stories are nearly the same text" in page
    assert "in at most 5% of cases" in page
    assert same not in page


def cells(chance: random.Random, size: int) -> list[Cell]:
    return [Cell(chance.choice((0, 0, 7, 12))) for _ in range(size)]


def points(svg: str) -> list[tuple[float, float]]:
    """Every point of marks in a drawing."""
    found = [(float(x), float(y)) for x, y in re.findall(r'cx="([-\d.]+)" cy="([-\d.]+)"', svg)]
    for path in re.findall(r'class="fill series-1" d="([^"]+)"', svg):
        found += [(float(x), float(y)) for x, y in re.findall(r"([-\d.]+) ([-\d.]+)", path)]
    return found


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_no_mark_or_dot_of_a_triad_is_cut_off_or_dropped(direction: Any) -> None:
    chance = random.Random(2)
    grid = TriadGrid(divisions=5)
    corners = [((1.0, 0.0, 0.0), ""), ((0.0, 1.0, 0.0), ""), ((0.0, 0.0, 1.0), ""), ((0.5, 0.5, 0.0), "")]
    drawn_cells = cells(chance, grid.size)
    picture = TriadPicture(
        title="T", description="D", corners=("We", "They", "Chance"), place_heading="P", count_heading="N",
        grid=grid, cells=drawn_cells, dots=corners,
    )  # fmt: skip

    svg = str(picture.draw(direction=direction))

    assert svg.count('class="dot"') == 4
    assert len(re.findall(r'class="fill series-1"', svg)) == sum(1 for cell in drawn_cells if cell.number)
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in points(svg))
    assert len(picture.table().rows) == sum(1 for cell in drawn_cells if cell.number)


def test_a_mirrored_triad_is_the_same_seen_in_a_mirror() -> None:
    grid = TriadGrid(divisions=5)
    picture = TriadPicture(
        title="T", description="D", corners=("We", "They", "Chance"), place_heading="P", count_heading="N",
        grid=grid, cells=cells(random.Random(2), grid.size), dots=[((0.7, 0.2, 0.1), "")],
    )  # fmt: skip

    here, there = (points(str(picture.draw(direction=way))) for way in ("ltr", "rtl"))

    def rounded(found: list[tuple[float, float]]) -> list[tuple[float, float]]:
        return sorted((round(x, 1), round(y, 1)) for x, y in found)

    mirrored = rounded([(WIDTH - x, y) for x, y in there if True])
    assert np.allclose(np.array(rounded(here)).mean(axis=0), np.array(mirrored).mean(axis=0), atol=0.5)
    assert max(x for x, _ in here) == pytest.approx(WIDTH - min(x for x, _ in there), abs=0.1)


def test_the_area_of_a_square_is_its_number() -> None:
    rows = [[Cell(4), Cell(16)], [Cell(0), Cell(64)]]
    picture = SquareGrid(
        title="T", description="D", columns=("1", "2"), rows=("1", "2"), cells=rows, x_ends=("a", "b"),
        y_ends=("c", "d"), corner="",
    )  # fmt: skip

    sides = [float(side) for side in re.findall(r'class="fill series-1" [^>]*width="([\d.]+)"', str(picture.draw()))]

    assert [round(side**2 / sides[0] ** 2) for side in sides] == [1, 4, 16]


def test_a_tile_says_which_way_it_lies_out_only_when_it_does() -> None:
    assert [step_of(residual) for residual in (-4.0, -2.5, -1.9, 0.0, 1.9, 2.5, 4.0)] == [-2, -1, 0, 0, 0, 1, 2]
