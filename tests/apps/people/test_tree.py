"""The tree of bodies, and who stands below whom."""

from __future__ import annotations

from datetime import timedelta

import pytest
import uuid6
from django.db import IntegrityError, transaction

from egenmakt.apps.audit.models import Event
from egenmakt.apps.people.models import Node, NodeAncestor, Person
from egenmakt.apps.people.queries import ancestors, breadcrumbs, descendants, people_below
from egenmakt.apps.people.services import (
    ConflictingId,
    NotInTheTree,
    UnknownCountry,
    add_country,
    add_node,
    add_person,
    add_place,
    move_node,
)
from tests.support.tree import AT, Tree


def test_everything_below_is_found_and_nothing_beside_it(tree: Tree) -> None:
    below = descendants(node_id=tree.umoja.id)

    assert set(below) == {tree.umoja, tree.north, tree.south, tree.tumaini, tree.upendo}
    assert set(descendants(node_id=tree.umoja.id, kind="group")) == {tree.tumaini, tree.upendo}


def test_the_way_down_begins_at_the_top(tree: Tree) -> None:
    assert breadcrumbs(node_id=tree.tumaini.id) == [tree.network, tree.umoja, tree.north, tree.tumaini]
    assert list(ancestors(node_id=tree.tumaini.id)) == [tree.tumaini, tree.north, tree.umoja, tree.network]


def _closure_by_walking() -> set[tuple[object, object, int]]:
    found = set()
    for node in Node.objects.all():
        above: Node | None = node
        depth = 0
        while above is not None:
            found.add((above.id, node.id, depth))
            above, depth = above.parent, depth + 1
    return found


def test_the_closure_is_what_walking_up_finds_also_after_a_move(tree: Tree) -> None:
    assert set(NodeAncestor.objects.values_list("ancestor_id", "node_id", "depth")) == _closure_by_walking()

    move_node(node=tree.north, parent=tree.elsewhere, by=None, at=AT)

    assert set(NodeAncestor.objects.values_list("ancestor_id", "node_id", "depth")) == _closure_by_walking()
    assert breadcrumbs(node_id=tree.tumaini.id) == [tree.network, tree.elsewhere, tree.north, tree.tumaini]


def test_a_body_cannot_stand_below_itself(tree: Tree) -> None:
    below = add_node(id=uuid6.uuid7(), kind="organisation", name="Below", parent=tree.umoja, by=None, at=AT)

    with pytest.raises(NotInTheTree, match="Umoja cannot stand below Below"):
        move_node(node=tree.umoja, parent=below, by=None, at=AT)


def test_a_group_stands_below_an_organisation_or_a_network(tree: Tree) -> None:
    with pytest.raises(NotInTheTree, match="a group cannot stand below a group"):
        add_node(id=uuid6.uuid7(), kind="group", name="Lost", parent=tree.tumaini, by=None, at=AT)
    with pytest.raises(NotInTheTree, match="say which"):
        add_node(id=uuid6.uuid7(), kind="group", name="Lost", parent=None, by=None, at=AT)
    with pytest.raises(NotInTheTree, match="'club' is not a kind"):
        add_node(id=uuid6.uuid7(), kind="club", name="Lost", parent=tree.north, by=None, at=AT)


def test_the_database_itself_refuses_a_group_without_a_parent(tree: Tree) -> None:
    with pytest.raises(IntegrityError, match="people_node_only_networks_and_organisations_are_roots"):
        Node.objects.create(id=uuid6.uuid7(), kind="group", name="Lost", country=tree.kenya, created_at=AT)


def test_sending_a_body_twice_changes_nothing(tree: Tree) -> None:
    id = uuid6.uuid7()
    first = add_node(id=id, kind="group", name="Neema", parent=tree.north, by=None, at=AT)

    again = add_node(id=id, kind="group", name="Neema", parent=tree.north, by=None, at=AT + timedelta(days=1))

    assert (again, again.created_at) == (first, AT)
    assert Event.objects.filter(subject_id=str(id)).count() == 1


def test_the_same_id_with_another_name_is_refused(tree: Tree) -> None:
    with pytest.raises(ConflictingId, match="already has the id"):
        add_node(id=tree.tumaini.id, kind="group", name="Other", parent=tree.north, by=None, at=AT)


def test_a_person_is_written_down_once_and_the_trail_keeps_no_particulars(tree: Tree) -> None:
    id = uuid6.uuid7()
    for _ in range(2):
        add_person(id=id, node=tree.tumaini, name="Zawadi", sex="female", birth_year=1990, by=tree.amina, at=AT)

    assert list(people_below(node_id=tree.umoja.id)) == [Person.objects.get(id=id)]
    assert list(people_below(node_id=tree.elsewhere.id)) == []
    event = Event.objects.get(subject_kind="person")
    assert (event.deed, event.actor_name, event.data) == ("person.added", "Amina", {})
    with pytest.raises(ConflictingId):
        add_person(id=id, node=tree.tumaini, name="Zawadi", sex="male", by=tree.amina, at=AT)


@pytest.mark.parametrize(
    ("code", "currency", "free"),
    [("KE", "KES", [5, 6]), ("IN", "INR", [6]), ("NP", "NPR", [5, 6]), ("SE", "SEK", [5, 6]), ("EG", "EGP", [4, 5])],
)
def test_a_country_comes_with_its_money_and_its_free_days(db: None, code: str, currency: str, free: list[int]) -> None:
    country = add_country(code=code)

    assert (country.currency, country.weekly_free_days) == (currency, free)
    assert add_country(code=code, currency="EUR").currency == currency


def test_what_is_known_better_there_wins(db: None) -> None:
    assert add_country(code="NP", weekly_free_days=[5], locale="ne_NP").weekly_free_days == [5]
    with pytest.raises(UnknownCountry, match="'XX' is not a country code"):
        add_country(code="XX")


def test_a_place_has_its_name_once_inside_another(db: None) -> None:
    kenya = add_country(code="KE")
    county = add_place(id=uuid6.uuid7(), country=kenya, level="county", name="Kisumu")
    add_place(id=uuid6.uuid7(), country=kenya, level="ward", name="Ahero", parent=county)

    with pytest.raises(IntegrityError), transaction.atomic():
        add_place(id=uuid6.uuid7(), country=kenya, level="ward", name="Ahero", parent=county)
    with pytest.raises(IntegrityError), transaction.atomic():
        add_place(id=uuid6.uuid7(), country=kenya, level="county", name="Kisumu")
