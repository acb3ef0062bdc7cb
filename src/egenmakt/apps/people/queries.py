"""Reading the tree: what stands below, what above."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import Max, QuerySet

from egenmakt.apps.people.models import CELL_LEAST_DEFAULT, Node, Person


def descendants(*, node_id: UUID, kind: str | None = None) -> QuerySet[Node]:
    """The body itself and everything below it, of one kind when it is given."""
    below = Node.objects.filter(above__ancestor_id=node_id)
    return below.filter(kind=kind) if kind else below


def ancestors(*, node_id: UUID) -> QuerySet[Node]:
    """The body itself and everything above it, the nearest first."""
    return Node.objects.filter(below__node_id=node_id).order_by("below__depth")


def breadcrumbs(*, node_id: UUID) -> list[Node]:
    """The way down to the body, from the top of the tree to itself."""
    return list(ancestors(node_id=node_id).reverse())


def people_below(*, node_id: UUID) -> QuerySet[Person]:
    """Everybody in the registers of a body and of everything below it, by name."""
    return Person.objects.filter(node__above__ancestor_id=node_id).order_by("name", "id")


def cell_least(*, node_ids: Collection[UUID]) -> int:
    """The smallest number of people that may be published about these bodies together: the strictest of their limits.

    A body is held to its country's limit, to its own, and to that of every body above it. One query.
    """
    found = Node.objects.filter(id__in=list(node_ids)).aggregate(
        country=Max("country__cell_least"), above=Max("above__ancestor__cell_least")
    )
    limits = [limit for limit in found.values() if limit is not None]
    return max(limits, default=CELL_LEAST_DEFAULT)
