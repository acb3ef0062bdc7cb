"""Writing down countries, places, bodies and people.

These are building blocks without a permission of their own, since permissions rest on the tree: a deed that a user
asks for lives above (`access.services.found_node`, the services of groups) and asks there who may do it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from babel import Locale, UnknownLocaleError
from babel.languages import get_official_languages
from babel.numbers import get_territory_currencies
from django.db import transaction

from egenmakt.apps.audit.services import Actor, record, record_many
from egenmakt.apps.people.models import CELL_LEAST_RANGE, Country, Node, NodeAncestor, Person, Place
from egenmakt.core.money import decimals


class UnknownCountry(ValueError):
    """The code is not a country of ISO 3166-1 that has a currency."""


class NotInTheTree(ValueError):
    """The body cannot stand there: the kind of its parent does not fit, or it would stand below itself."""


class ConflictingId(ValueError):
    """The same id was sent before with other content."""


class LimitOutOfRange(ValueError):
    """The smallest number that may be published is below three or above a hundred."""


PARENTS: dict[str, frozenset[str]] = {
    Node.Kind.NETWORK: frozenset({Node.Kind.NETWORK, Node.Kind.ORGANISATION, Node.Kind.PARTNER}),
    Node.Kind.ORGANISATION: frozenset({Node.Kind.NETWORK, Node.Kind.ORGANISATION}),
    Node.Kind.PARTNER: frozenset({Node.Kind.NETWORK, Node.Kind.ORGANISATION, Node.Kind.PARTNER}),
    Node.Kind.GROUP: frozenset({Node.Kind.NETWORK, Node.Kind.ORGANISATION, Node.Kind.PARTNER}),
}
"""What each kind of body may stand below. A network of groups may belong to a partner."""


def add_country(
    *,
    code: str,
    name: str = "",
    currency: str = "",
    weekly_free_days: Sequence[int] | None = None,
    locale: str = "",
) -> Country:
    """Add a country, or return it as it stands. What is not given comes from Unicode's CLDR (by Babel).

    Raises: UnknownCountry; core.money.UnknownCurrency.
    """
    if known := Country.objects.filter(code=code).first():
        return known
    territory = Locale("en").territories.get(code)
    currencies = get_territory_currencies(code) if territory else []
    if territory is None or not (currency or currencies):
        raise UnknownCountry(f"{code!r} is not a country code of ISO 3166-1, such as KE or SE.")
    chosen = currency or currencies[0]
    decimals(chosen)
    language = _locale(code, locale)
    days = weekly_free_days if weekly_free_days is not None else _weekend(language)
    return Country.objects.create(
        code=code, name=name or territory, currency=chosen, weekly_free_days=list(days), locale=str(language)
    )


def _locale(code: str, wanted: str) -> Locale:
    languages = [wanted] if wanted else [f"{x}_{code}" for x in (*get_official_languages(code), "en")]
    for name in languages:
        try:
            return Locale.parse(name)
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse(f"und_{code}")


def _weekend(locale: Locale) -> list[int]:
    first, last = locale.weekend_start, locale.weekend_end
    return [(first + offset) % 7 for offset in range((last - first) % 7 + 1)]


def add_place(*, id: UUID, country: Country, level: str, name: str, parent: Place | None = None) -> Place:
    """Add a place below another, or return the one that has this id."""
    place, _ = Place.objects.get_or_create(
        id=id, defaults={"country": country, "level": level, "name": name, "parent": parent}
    )
    return place


def add_node(
    *,
    id: UUID,
    kind: str,
    name: str,
    parent: Node | None,
    by: Actor | None,
    at: datetime,
    country: Country | None = None,
    place: Place | None = None,
) -> Node:
    """Add a body to the tree. The same id with the same content is returned as it stands.

    Args: country, its parent's when not given. Raises: NotInTheTree, ConflictingId.
    """
    country = country or (parent.country if parent else None)
    content = {
        "kind": kind,
        "name": name.strip(),
        "parent_id": parent.id if parent else None,
        "country_id": country.code if country else None,
        "place_id": place.id if place else None,
    }
    if known := Node.objects.filter(id=id).first():
        if any(getattr(known, field) != value for field, value in content.items()):
            raise ConflictingId(f"{known.kind} {known.name} already has the id {id}; give the new one another id.")
        return known
    _check_parent(kind, name, parent)
    with transaction.atomic():
        node = Node.objects.create(id=id, created_at=at, **content)
        above = parent.above.values_list("ancestor_id", "depth") if parent else []
        NodeAncestor.objects.bulk_create(
            [
                NodeAncestor(ancestor=node, node=node, depth=0),
                *(NodeAncestor(ancestor_id=ancestor, node=node, depth=depth + 1) for ancestor, depth in above),
            ]
        )
        record(by=by, at=at, deed="node.added", subject_kind=kind, subject_id=id, node_id=id, data={"name": name})
    return node


def _check_parent(kind: str, name: str, parent: Node | None) -> None:
    if kind not in PARENTS:
        raise NotInTheTree(f"{name}: {kind!r} is not a kind of body; choose one of {', '.join(sorted(PARENTS))}.")
    if parent is None and kind in (Node.Kind.PARTNER, Node.Kind.GROUP):
        raise NotInTheTree(f"{name}: a {kind} stands below an organisation or a network; say which.")
    if parent is not None and parent.kind not in PARENTS[kind]:
        raise NotInTheTree(f"{name}: a {kind} cannot stand below a {parent.kind} ({parent.name}).")


def move_node(*, node: Node, parent: Node, by: Actor | None, at: datetime) -> Node:
    """Move a body, with everything below it, to stand below another one.

    Raises: NotInTheTree when the new parent does not fit or stands below the body itself.
    """
    _check_parent(node.kind, node.name, parent)
    if NodeAncestor.objects.filter(ancestor=node, node=parent).exists():
        raise NotInTheTree(f"{node.name} cannot stand below {parent.name}, which is itself or stands below it.")
    with transaction.atomic():
        before = node.parent_id
        below = dict(node.below.values_list("node_id", "depth"))
        for member, depth in below.items():
            NodeAncestor.objects.filter(node_id=member, depth__gt=depth).delete()
        above = list(parent.above.values_list("ancestor_id", "depth"))
        NodeAncestor.objects.bulk_create(
            NodeAncestor(ancestor_id=ancestor, node_id=member, depth=up + 1 + down)
            for member, down in below.items()
            for ancestor, up in above
        )
        node.parent = parent
        node.save(update_fields=["parent"])
        data = {"from": str(before) if before else None, "to": str(parent.id)}
        record(by=by, at=at, deed="node.moved", subject_kind=node.kind, subject_id=node.id, node_id=node.id, data=data)
    return node


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """A person as she is written down."""

    id: UUID
    name: str
    sex: str = Person.Sex.UNKNOWN
    birth_year: int | None = None
    has_disability: bool | None = None
    phone: str = ""

    def content(self, node: Node) -> dict[str, Any]:
        """Her columns in the register of a body."""
        return {
            "node_id": node.id,
            "name": self.name.strip(),
            "sex": self.sex,
            "birth_year": self.birth_year,
            "has_disability": self.has_disability,
            "phone": self.phone,
        }


def add_person(
    *,
    id: UUID,
    node: Node,
    name: str,
    by: Actor | None,
    at: datetime,
    sex: str = Person.Sex.UNKNOWN,
    birth_year: int | None = None,
    has_disability: bool | None = None,
    phone: str = "",
) -> Person:
    """Write down a person in the register of a body, as `add_people` does with many. Raises: ConflictingId."""
    new = NewPerson(id=id, name=name, sex=sex, birth_year=birth_year, has_disability=has_disability, phone=phone)
    return add_people(node=node, people=[new], by=by, at=at)[0]


def add_people(*, node: Node, people: Sequence[NewPerson], by: Actor | None, at: datetime) -> list[Person]:
    """Write down people in the register of a body, all or none, in few statements; they come back in their order.

    The same id with the same content is returned as it stands. The audit trail keeps for each that it was done, not
    what is known about her. Raises: ConflictingId.
    """
    here = Person.objects.in_bulk([new.id for new in people])
    added: list[Person] = []
    for new in people:
        content = new.content(node)
        known = here.get(new.id)
        if known is None:
            here[new.id] = Person(id=new.id, created_at=at, **content)
            added.append(here[new.id])
        elif any(getattr(known, field) != value for field, value in content.items()):
            raise ConflictingId(f"{known.name} already has the id {new.id}; give the new person another id.")
    if added:
        with transaction.atomic():
            Person.objects.bulk_create(added)
            done: Iterator[tuple[object, dict[str, object]]] = ((person.id, {}) for person in added)
            record_many(by=by, at=at, deed="person.added", subject_kind="person", subjects=done, node_id=node.id)
    return [here[new.id] for new in people]


def _check_limit(least: int) -> None:
    low, high = CELL_LEAST_RANGE
    if not low <= least <= high:
        raise LimitOutOfRange(f"The smallest number that may be published is {low} to {high}, not {least}.")


def set_country_limit(*, country: Country, least: int, by: Actor | None, at: datetime) -> Country:
    """Set the smallest number of people in a country that may be published. Raises: LimitOutOfRange."""
    _check_limit(least)
    with transaction.atomic():
        country.cell_least = least
        country.save(update_fields=["cell_least"])
        record(
            by=by, at=at, deed="country.limit_set", subject_kind="country", subject_id=country.code, node_id=None,
            data={"cell_least": least},
        )  # fmt: skip
    return country


def set_node_limit(*, node: Node, least: int | None, by: Actor | None, at: datetime) -> Node:
    """Set a stricter limit than the country's for a body and all below it, or none. Raises: LimitOutOfRange."""
    if least is not None:
        _check_limit(least)
    with transaction.atomic():
        node.cell_least = least
        node.save(update_fields=["cell_least"])
        record(
            by=by, at=at, deed="node.limit_set", subject_kind=node.kind, subject_id=node.id, node_id=node.id,
            data={"cell_least": least},
        )  # fmt: skip
    return node
