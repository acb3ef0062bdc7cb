"""A list of members, or of goals, written at once is written as if one came after the other, and refused as one is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db import models, transaction
from uuid6 import uuid7

from egenmakt.apps.access.queries import NotAllowed
from egenmakt.apps.audit.models import Event, Job
from egenmakt.apps.groups.models import Goal, Membership, SavingsGroup
from egenmakt.apps.groups.services.goals import NewGoal, set_goal, set_goals
from egenmakt.apps.groups.services.members import AlreadyAMember, NewMember, NumberTaken, add_member, add_members
from egenmakt.apps.groups.services.setup import create_group
from egenmakt.apps.people.models import Person
from egenmakt.apps.people.services import ConflictingId
from tests.support.groups import Group, form_group
from tests.support.statements import counted_statements
from tests.support.tree import AT, Tree

DAY = date(2026, 2, 2)
Way = Callable[[SavingsGroup, Sequence[NewMember], Any], list[Membership]]


def as_words(new: Any) -> dict[str, Any]:
    """What a list says of one, as the deed for one is told it."""
    return {field.name: getattr(new, field.name) for field in fields(new)}


def one_by_one(group: SavingsGroup, members: Sequence[NewMember], by: Any) -> list[Membership]:
    return [add_member(group=group, by=by, at=AT, **as_words(member)) for member in members]


def at_once(group: SavingsGroup, members: Sequence[NewMember], by: Any) -> list[Membership]:
    return add_members(group=group, members=members, by=by, at=AT)


each_way = pytest.mark.parametrize("way", [one_by_one, at_once])


def person(name: str = "Diana", **said: Any) -> NewMember:
    return NewMember(id=uuid7(), person_id=uuid7(), joined_on=DAY, name=name, **said)


def rows(model: type[models.Model], without: Sequence[str] = ()) -> list[tuple[tuple[str, Any], ...]]:
    """All rows of a table, in an order that does not hang on when they were written."""
    found = model._default_manager.values()
    return sorted((tuple((name, row[name]) for name in row if name not in without) for row in found), key=repr)


def written() -> dict[str, list[Any]]:
    """Everything that taking in members and setting goals can write."""
    plain: tuple[type[models.Model], ...] = (Person, Membership, Goal, Job)
    return {**{model.__name__: rows(model) for model in plain}, "Event": rows(Event, without=["id"])}


@contextmanager
def taken_back() -> Iterator[None]:
    """Whatever is written inside the block is gone after it."""
    point = transaction.savepoint()
    yield
    transaction.savepoint_rollback(point)


@pytest.fixture
def group(tree: Tree) -> Group:
    return form_group(tree)


def test_a_list_writes_the_same_rows_as_one_after_the_other(tree: Tree, group: Group) -> None:
    first = person("Grace", sex="female", birth_year=1990, has_disability=False, phone="+254 700 000001")
    members = [
        first,
        person("Halima", number=40, symbol="drum"),
        person("Ida"),  # the number after the highest, not the first that is free
        person(" Jane ", number=7, sex="male", has_disability=True),
        person("Ida", number=0),
        replace(first, name="Somebody else"),  # a membership that is known by now
        NewMember(id=group.members["Amina"].id, joined_on=DAY, name="Nobody"),
    ]
    found = {}
    for way in (one_by_one, at_once):
        with taken_back():
            before = written()
            made = way(group.row, members, tree.facilitator)
            found[way] = [(row.id, row.number, row.person_id, row.joined_on) for row in made], written()
            assert len(found[way][1]["Event"]) == len(before["Event"]) + 2 * 5
            assert [row.number for row in made] == [6, 40, 41, 7, 42, 6, 1]

    assert found[one_by_one] == found[at_once]


def test_groups_join_a_network_in_a_list_as_one_after_the_other(tree: Tree, group: Group) -> None:
    network = _network(tree)
    members = [
        NewMember(id=uuid7(), joined_on=DAY, member_group=group.row, symbol="star"),
        NewMember(id=uuid7(), joined_on=DAY, member_group=form_group(tree, name="Upendo").row),
        person("Amina", number=9),
    ]
    found = {}
    for way in (one_by_one, at_once):
        with taken_back():
            way(network, members, tree.facilitator)
            found[way] = written()

    assert found[one_by_one] == found[at_once]
    assert len(found[at_once]["Membership"]) == 5 + 5 + 3


def _network(tree: Tree) -> SavingsGroup:
    return create_group(
        id=uuid7(), name="All of North", kind="network", parent=tree.north, country=tree.kenya, formed_on=DAY,
        language="en", by=tree.facilitator, at=AT,
    )  # fmt: skip


@each_way
def test_a_number_that_is_taken_is_refused_in_the_group_and_in_the_list(way: Way, tree: Tree, group: Group) -> None:
    before = written()

    with pytest.raises(NumberTaken, match=r"Member number 3 is taken in this group; choose another\."):
        way(group.row, [person(number=3)], tree.facilitator)
    with pytest.raises(NumberTaken, match=r"Member number 8 is taken"), transaction.atomic():
        way(group.row, [person(number=8), person("Grace", number=8)], tree.facilitator)

    assert written() == before


@each_way
def test_who_is_an_active_member_is_refused_in_the_group_and_in_the_list(way: Way, tree: Tree, group: Group) -> None:
    amina = Person.objects.get(memberships=group.members["Amina"])
    again = NewMember(id=uuid7(), joined_on=DAY, name="Amina", sex="female", person_id=amina.id)
    new = person()
    before = written()

    with pytest.raises(AlreadyAMember, match=r"Amina is an active member of this group already\."):
        way(group.row, [again], tree.facilitator)
    with pytest.raises(AlreadyAMember, match="Diana is an active member"), transaction.atomic():
        way(group.row, [new, replace(new, id=uuid7())], tree.facilitator)

    assert written() == before


@each_way
def test_who_has_left_may_come_back_and_a_group_joins_once(way: Way, tree: Tree, group: Group) -> None:
    amina = Person.objects.get(memberships=group.members["Amina"])
    Membership.objects.filter(person=amina).update(status="left", left_on=DAY)
    network = _network(tree)
    joining = [NewMember(id=uuid7(), joined_on=DAY, member_group=group.row) for _ in range(2)]

    [back] = way(
        group.row,
        [NewMember(id=uuid7(), joined_on=DAY, name="Amina", sex="female", person_id=amina.id)],
        tree.facilitator,
    )

    assert (back.person_id, back.number) == (amina.id, 6)
    with pytest.raises(AlreadyAMember, match="That group is a member already"), transaction.atomic():
        way(network, joining, tree.facilitator)
    way(network, joining[:1], tree.facilitator)
    with pytest.raises(AlreadyAMember, match="That group is a member already"):
        way(network, joining[1:], tree.facilitator)
    assert list(network.memberships.values_list("id", flat=True)) == [joining[0].id]


@each_way
def test_another_person_under_a_known_id_is_refused(way: Way, tree: Tree, group: Group) -> None:
    amina = Person.objects.get(memberships=group.members["Amina"])
    shared = uuid7()
    two = [replace(person("Grace"), person_id=shared), replace(person("Halima"), person_id=shared)]
    before = written()

    with pytest.raises(ConflictingId, match="Amina already has the id"):
        way(group.row, [replace(person("Grace"), person_id=amina.id)], tree.facilitator)
    with pytest.raises(ConflictingId, match="Grace already has the id"), transaction.atomic():
        way(group.row, two, tree.facilitator)

    assert written() == before


@each_way
def test_who_may_not_change_the_group_takes_in_nobody(way: Way, tree: Tree, group: Group) -> None:
    before = written()

    for outsider in (tree.beatrice, tree.member):
        with pytest.raises(NotAllowed):
            way(group.row, [person(), person("Grace")], outsider)

    assert written() == before


def test_one_bad_line_keeps_the_whole_list_out(tree: Tree, group: Group) -> None:
    before = written()

    with pytest.raises(NumberTaken):
        at_once(group.row, [person("Grace"), person("Halima"), person(number=1)], tree.facilitator)

    assert written() == before


def test_a_long_list_takes_no_more_statements_than_a_short_one(tree: Tree, group: Group) -> None:
    counts = []
    for count in (1, 3, 30):
        with taken_back(), counted_statements() as statements:
            at_once(group.row, [person(f"Grace {number}") for number in range(count)], tree.facilitator)
        counts.append(len(statements))

    assert counts == [counts[0]] * 3


def _goals(group: Group, ids: Sequence[UUID]) -> list[NewGoal]:
    rest: dict[str, Any] = {"measure": "savings", "set_on": DAY, "due_on": date(2026, 12, 1)}
    return [
        NewGoal(id=ids[0], words="A goat", target_minor=500_00, membership=group.members["Amina"], **rest),
        NewGoal(id=ids[1], words="A well", target_minor=90_000_00, **rest),
        NewGoal(id=ids[0], words="Two goats", target_minor=1_000_00, **rest),
    ]


def test_a_list_of_goals_writes_the_same_rows_as_one_after_the_other(tree: Tree, group: Group) -> None:
    goals = _goals(group, [uuid7(), uuid7()])
    by, found = tree.facilitator, []
    with taken_back():
        made = [set_goal(group=group.row, by=by, at=AT, **as_words(goal)) for goal in goals]
        found.append(([goal.words for goal in made], written()))
    with taken_back():
        made = set_goals(group=group.row, goals=goals, by=by, at=AT)
        found.append(([goal.words for goal in made], written()))

    assert found[0] == found[1]
    assert found[0][0] == ["A goat", "A well", "A goat"]
    with pytest.raises(NotAllowed):
        set_goals(group=group.row, goals=goals, by=tree.beatrice, at=AT)
    assert not Goal.objects.exists()
