"""What goes back to the tellers: only for groups above the least number, and only stories open to anyone."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from uuid6 import uuid7

from egenmakt.apps.access.queries import NotAllowed
from egenmakt.apps.learning.models import Return
from egenmakt.apps.learning.queries.figures import Counted, differs_by_few, figures_of
from egenmakt.apps.learning.queries.returns import bodies_of, return_of, tellable_stories, told_back
from egenmakt.apps.learning.services.returning import NotForAll, TooFew, deliver, make_return
from egenmakt.apps.people.models import Node
from egenmakt.apps.stories.services.erasing import withdraw_for_teller
from tests.support.learning import AT, Told, do_jobs, savings_groups, tell_round
from tests.support.tree import Tree


@pytest.fixture
def told(tree: Tree) -> Told:
    """Twelve people of Tumaini and thirteen of Nuru told; eight and nine of them of acting together, the rest of none.

    Three of Baraka told as well: too few to be spoken of.
    """
    told = tell_round(tree)
    for name, (acted, other) in {"Tumaini 2": (8, 4), "Nuru": (9, 4), "Baraka": (3, 0)}.items():
        (group,) = savings_groups(tree, [name])
        for kind, number in (("collective_action", acted), ("no_change", other + (name == "Tumaini 2") * 2)):
            for _ in range(number):
                told.tell(kind=kind, group=group, is_covered=False)
    return told


def node(name: str) -> Node:
    return Node.objects.get(name=name)


def page(told: Told, name: str, language: str = "en", **more: object) -> Return:
    options = {"by": told.tree.amina, "at": AT, "language": language, **more}
    return make_return(id=uuid7(), round=told.telling.round, node=node(name), **options)  # type: ignore[arg-type]  # tests


def test_people_are_counted_and_nothing_below_the_least_number_is_shown(told: Told, tree: Tree) -> None:
    figures = figures_of(round=told.telling.round)

    shown = {node_id: each.people for node_id, each in figures.groups.items()}
    assert shown[str(node("Baraka").id)] is None
    assert figures.true(node("Baraka").id, told.telling.round).people == 3
    for each in (figures.whole, *figures.groups.values()):
        numbers = [number for number in each.options.values() if number is not None]
        assert all(number == 0 or number >= 5 for number in numbers)
    # nor by subtraction: with the total and every other group shown, Baraka would be known
    others = [people for people in (figures.whole.people, *shown.values()) if people is None]
    assert len(others) >= 2
    assert {each.node.name for each in bodies_of(user=tree.amina, round=told.telling.round)} <= {
        "North", "Tumaini 2", "Nuru",
    }  # fmt: skip


def test_a_group_of_too_few_has_no_page(told: Told) -> None:
    with pytest.raises(TooFew):
        page(told, "Baraka")
    assert Return.objects.count() == 0


def test_who_told_three_stories_is_one_person(tree: Tree) -> None:
    told = tell_round(tree)
    teller = {"key": str(uuid7()), "role": "rights_holder"}
    for _ in range(6):
        told.tell(kind="no_change", teller=teller, is_covered=False)

    assert figures_of(round=told.telling.round).true_whole.people == 1
    with pytest.raises(TooFew):
        page(told, "North")


def _eight(tree: Tree) -> tuple[Told, UUID]:
    told = tell_round(tree)
    (group,) = savings_groups(tree, ["Imani"])
    for _ in range(8):
        told.tell(kind="collective_action", group=group, is_covered=False)
    return told, group


def test_a_page_has_versions_in_languages_and_its_deliveries(tree: Tree) -> None:
    told, group = _eight(tree)
    story = told.tell(kind="collective_action", group=group, title="The well", text="We asked, and water came.")
    assert [line.id for line in tellable_stories(round=told.telling.round, node=node("Imani"))] == [story.id]

    first = page(told, "Imani", story_ids=[story.id], greeting="Thank you")
    second, swedish = page(told, "Imani"), page(told, "Imani", language="sv")
    deliver(
        id=uuid7(), page=first, delivered_on=date(2026, 4, 20), how="read_aloud", people=11,
        questions="When does the training begin?", by=tree.facilitator, at=AT,
    )  # fmt: skip

    assert [each.version for each in (first, second, swedish)] == [1, 2, 1]
    shown = told_back(page=first)
    acted = told.telling.framework.question("kind").options[0].text
    assert (shown.people, shown.options) == (9, ((acted["en"], 9),))
    assert [(each.title, each.text) for each in shown.stories] == [("The well", "We asked, and water came.")]
    assert told_back(page=swedish).options == ((acted["sv"], 9),)
    came = return_of(user=tree.amina, return_id=first.id).came
    assert [(each.how, each.written_by_name, each.questions) for each in came] == [
        ("read_aloud", "Faraja", "When does the training begin?")
    ]
    for outsider in (tree.beatrice, tree.chipo, tree.nobody):
        with pytest.raises(NotAllowed):
            return_of(user=outsider, return_id=first.id)


@pytest.mark.parametrize(
    "changes",
    [
        {"is_covered": False},
        {"consent": {"visibility": "partner"}},
        {"purposes": {"public_text": False}},
    ],
)
def test_a_story_that_is_not_open_to_anyone_or_not_covered_does_not_go_back(
    tree: Tree, changes: dict[str, object]
) -> None:
    told, group = _eight(tree)
    closed = told.tell(kind="collective_action", group=group, **changes)  # type: ignore[arg-type]  # tests

    assert tellable_stories(round=told.telling.round, node=node("Imani")) == []
    with pytest.raises(NotForAll):
        page(told, "Imani", story_ids=[closed.id])


def test_a_withdrawn_story_is_on_no_page_at_once_and_the_page_is_to_be_made_anew(tree: Tree) -> None:
    told, group = _eight(tree)
    story = told.tell(kind="collective_action", group=group, text="Marker words of Amina.")
    made = page(told, "Imani", story_ids=[story.id])

    withdraw_for_teller(story=story, by=tree.amina, at=AT)

    assert told_back(page=made).stories == ()
    do_jobs()
    made.refresh_from_db()
    assert made.renew_since == AT
    assert list(made.stories.all()) == []
    # one person left: the next page would, beside the first, say what she told; only the number stays
    again = page(told, "Imani")
    assert (again.figures["people"], set(again.figures["options"].values())) == (8, {None})
    assert told_back(page=again).options == ()


def test_a_page_is_to_be_made_anew_when_somebody_who_was_counted_withdraws(tree: Tree) -> None:
    told, group = _eight(tree)
    counted = told.tell(kind="no_change", group=group, is_covered=False)
    made = page(told, "Imani")

    withdraw_for_teller(story=counted, by=tree.amina, at=AT)
    do_jobs()

    made.refresh_from_db()
    assert made.renew_since == AT


def test_numbers_that_changed_by_a_few_are_not_laid_beside_each_other() -> None:
    def counted(people: int, yes: int) -> Counted:
        return Counted(people, {"yes": yes})

    assert not differs_by_few(counted(20, 10), counted(20, 10), 5)
    assert differs_by_few(counted(20, 10), counted(21, 10), 5)
    assert differs_by_few(counted(20, 10), counted(25, 11), 5)
    assert not differs_by_few(counted(20, 10), counted(25, 15), 5)
    assert differs_by_few(counted(20, 10), Counted(25, {"other": 3}), 5)
