"""A small tree with users in it: an insider, a colleague next door, and an outsider who must see nothing.

Network
├── Umoja (organisation)
│   ├── North (partner)  ── Tumaini (group)
│   └── South (partner)  ── Upendo (group)
└── Elsewhere (organisation)
    └── Far (partner)    ── Mbali (group)
"""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import uuid6
from django.db.models import Model

from egenmakt.apps.access.models import Grant, User
from egenmakt.apps.access.roles import Role
from egenmakt.apps.access.services import create_user, give_grant
from egenmakt.apps.audit.models import Event, Job
from egenmakt.apps.people.models import Country, Node, NodeAncestor
from egenmakt.apps.people.services import add_country, add_node

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Tree:
    """The bodies, and who works where."""

    kenya: Country
    network: Node
    umoja: Node
    north: Node
    tumaini: Node
    south: Node
    upendo: Node
    elsewhere: Node
    far: Node
    mbali: Node
    administrator: User
    """At Umoja."""
    officer: User
    """Programme officer at Umoja."""
    monitoring: User
    """Monitoring and evaluation at Umoja."""
    auditor: User
    """At Umoja."""
    safeguarding: User
    """Named for safeguarding at Umoja."""
    amina: User
    """Partner staff at North: the insider."""
    facilitator: User
    """At North."""
    treasurer: User
    """Of the group Tumaini."""
    member: User
    """Of the group Tumaini."""
    beatrice: User
    """Partner staff at South: the colleague next door."""
    chipo: User
    """Administrator at Elsewhere: the outsider."""
    nobody: User
    """A user without any grant."""


def _user(name: str, role: str | None, node: Node | None) -> User:
    user = create_user(email=f"{name.lower()}@example.org", name=name, by=None, at=AT)
    if role and node:
        give_grant(user=user, role=role, node=node, by=None, at=AT)
    return user


def _node(kind: str, name: str, parent: Node | None, country: Country | None = None) -> Node:
    return add_node(id=uuid6.uuid7(), kind=kind, name=name, parent=parent, country=country, by=None, at=AT)


_ROWS = (Country, Node, NodeAncestor, User, Grant, Event, Job)
"""Where a tree leaves rows, in an order in which they can be put back."""
_kept: bytes | None = None


def plant() -> Tree:
    """The same tree in each test of a process: grown once by the services, and then put back row by row under new ids.

    Growing it takes fifty queries and more time than most tests; what the services do is tested where they are. The ids
    are new each time, so that nothing that a process keeps by id is taken for another test's.
    """
    global _kept  # once for the process
    if Event.objects.exists() or Node.objects.exists():
        return grow()
    if _kept is None:
        grown = grow()
        _kept = pickle.dumps((grown, [list(model._default_manager.order_by("pk")) for model in _ROWS]))
        return grown
    tree, tables = pickle.loads(_kept)
    new: dict[Any, Any] = {}
    for rows in tables:
        for row in rows:
            if isinstance(row.pk, UUID):
                new[row.pk] = uuid6.uuid7()
                new[str(row.pk)] = str(new[row.pk])
    for model, rows in zip(_ROWS, tables, strict=True):
        for row in rows:
            _rename(row, new)
            if model._meta.pk.get_internal_type() == "BigAutoField":
                row.pk = None  # the next number is the database's own
        model._default_manager.bulk_create(rows)
    for name in Tree.__dataclass_fields__:
        _rename(getattr(tree, name), new)
    found: Tree = tree
    return found


def _rename(row: Model, new: dict[Any, Any]) -> None:
    """Put the new ids where the old ones stand, also in what an event says."""
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if isinstance(value, dict):
            value = {key: new.get(one, one) if isinstance(one, str) else one for key, one in value.items()}
            setattr(row, field.attname, value)
        elif value.__hash__ and value in new:
            setattr(row, field.attname, new[value])
    row._state.fields_cache.clear()


def grow() -> Tree:
    """Plant the tree in an empty database."""
    kenya = add_country(code="KE")
    network = _node("network", "Network", None)
    umoja = _node("organisation", "Umoja", network, kenya)
    north, south = _node("partner", "North", umoja), _node("partner", "South", umoja)
    elsewhere = _node("organisation", "Elsewhere", network, kenya)
    far = _node("partner", "Far", elsewhere)
    tumaini = _node("group", "Tumaini", north)
    return Tree(
        kenya=kenya,
        network=network,
        umoja=umoja,
        north=north,
        tumaini=tumaini,
        south=south,
        upendo=_node("group", "Upendo", south),
        elsewhere=elsewhere,
        far=far,
        mbali=_node("group", "Mbali", far),
        administrator=_user("Adhiambo", Role.ADMINISTRATOR, umoja),
        officer=_user("Ochieng", Role.PROGRAMME_OFFICER, umoja),
        monitoring=_user("Muthoni", Role.MONITORING, umoja),
        auditor=_user("Akinyi", Role.AUDITOR, umoja),
        safeguarding=_user("Nafula", Role.SAFEGUARDING, umoja),
        amina=_user("Amina", Role.PARTNER_STAFF, north),
        facilitator=_user("Faraja", Role.FACILITATOR, north),
        treasurer=_user("Tabitha", Role.TREASURER, tumaini),
        member=_user("Miriam", Role.MEMBER, tumaini),
        beatrice=_user("Beatrice", Role.PARTNER_STAFF, south),
        chipo=_user("Chipo", Role.ADMINISTRATOR, elsewhere),
        nobody=_user("Nyambura", None, None),
    )
