"""The bodies of the programme and the people who work there, each of whom can be tried by one click."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from egenmakt.apps.access.models import User
from egenmakt.apps.access.roles import Role
from egenmakt.apps.access.services import create_user, found_node, give_grant
from egenmakt.apps.people.models import Country, Node, Place
from egenmakt.apps.people.services import add_country, add_place
from egenmakt.interfaces.cli.demo_programme.chance import Chance
from egenmakt.interfaces.cli.demo_programme.countries import (
    COUNTRIES,
    NORTH,
    ORGANISATIONS,
    SOUTH,
    CountrySetUp,
)

OFFICE: tuple[tuple[str, str, str, str], ...] = (
    ("administrator", "Astrid Berg", Role.ADMINISTRATOR, NORTH),
    ("officer", "Omar Haddad", Role.PROGRAMME_OFFICER, NORTH),
    ("monitoring", "Ellen Njoroge", Role.MONITORING, NORTH),
    ("auditor", "Karin Ek", Role.AUDITOR, NORTH),
    ("safeguarding", "Nadia Karlsson", Role.SAFEGUARDING, NORTH),
    ("administrator.south", "Pablo Ruiz", Role.ADMINISTRATOR, SOUTH),
    ("officer.south", "Maya Gurung", Role.PROGRAMME_OFFICER, SOUTH),
)
"""First part of the address, name, role, organisation."""

STAFF: tuple[tuple[str, str], ...] = (("KE", "Peter Ouma"), ("JO", "ليث العمري"))
"""Partner staff: the country of the partner, and the name."""


@dataclass(frozen=True, slots=True)
class Branch:
    """What a group of one country hangs on: its partner, places, and who works there."""

    country: Country
    partner: Node
    places: tuple[Place, ...]
    facilitator: User
    officer: User
    """Programme officer of the organisation: decides about disputed meetings and brings in paper books."""


def grow(*, chance: Chance, at: datetime) -> Mapping[str, Branch]:
    """Found both organisations with their partners and users. Returns: the branch of each country, by its code."""
    countries = {
        setup.code: add_country(code=setup.code, currency=setup.currency, locale=setup.locale) for setup in COUNTRIES
    }
    heads = {
        name: found_node(
            id=chance.id(at, "node", name),
            kind="organisation",
            name=name,
            parent=None,
            country=countries[home],
            by=None,
            at=at,
        )
        for name, home in ORGANISATIONS.items()
    }
    office = {key: add_user(chance, key, name, role, heads[where], at) for key, name, role, where in OFFICE}
    officers = {NORTH: office["officer"], SOUTH: office["officer.south"]}
    partners = {
        setup.code: found_node(
            id=chance.id(at, "node", setup.partner),
            kind="partner",
            name=setup.partner,
            parent=heads[setup.organisation],
            country=countries[setup.code],
            by=officers[setup.organisation],
            at=at,
        )
        for setup in COUNTRIES
    }
    for code, name in STAFF:
        add_user(chance, f"staff.{code.lower()}", name, Role.PARTNER_STAFF, partners[code], at)
    return {
        setup.code: Branch(
            country=countries[setup.code],
            partner=partners[setup.code],
            places=_places(chance, setup, countries[setup.code], at),
            facilitator=add_user(
                chance,
                f"facilitator.{setup.code.lower()}",
                setup.facilitator,
                Role.FACILITATOR,
                partners[setup.code],
                at,
            ),
            officer=officers[setup.organisation],
        )
        for setup in COUNTRIES
    }


def add_group_users(*, chance: Chance, node: Node, at: datetime) -> None:
    """A group's own record-keeper and one of its members, who sign in as such."""
    add_user(chance, "treasurer", "Rehema Achieng", Role.TREASURER, node, at)
    add_user(chance, "member", "Pendo Mutua", Role.MEMBER, node, at)


def add_user(chance: Chance, key: str, name: str, role: str, node: Node, at: datetime) -> User:
    """Somebody with a role; who is here from before stays as she is."""
    id = chance.id(at, "user", key)
    known = User.objects.filter(id=id).first()  # a programme that was interrupted goes on with its users
    # one second after the other, so that lists show them in this order
    at += timedelta(seconds=User.objects.count())
    user = known or create_user(id=id, email=f"{key}@demo.example", name=name, by=None, at=at, node_id=node.id)
    give_grant(user=user, role=role, node=node, by=None, at=at)
    return user


def _places(chance: Chance, setup: CountrySetUp, country: Country, at: datetime) -> tuple[Place, ...]:
    found = []
    for region, names in setup.places.items():
        upper = add_place(
            id=chance.id(at, "place", setup.code, region), country=country, level=setup.levels[0], name=region
        )
        found += [
            add_place(
                id=chance.id(at, "place", setup.code, region, name),
                country=country,
                level=setup.levels[1],
                name=name,
                parent=upper,
            )
            for name in names
        ]
    return tuple(found)
