"""Many groups in a list: which of them the reader may see, and their figures for one page of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, DateField, Exists, OuterRef, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from egenmakt.apps.access.queries import AnyUser, nodes_where
from egenmakt.apps.groups.models import Arrival, Membership, SavingsGroup
from egenmakt.apps.ledger.models import Account
from egenmakt.apps.lending.models import Loan
from egenmakt.apps.people.models import Country, Node

SAVINGS_KINDS: Final = ("shares", "compulsory_savings", "voluntary_savings")
SILENT_AFTER: Final = timedelta(days=35)
"""A group that has not met for so long needs a call: a monthly meeting and some days of grace."""
CHOICES_MAX: Final = 300
"""A reader with more partners than this searches by name instead of choosing from a list."""
NEVER: Final = date(1, 1, 1)


@dataclass(frozen=True, slots=True)
class GroupFilter:
    """What the reader asked for; what is left empty does not narrow the list."""

    name: str = ""
    under: UUID | None = None
    """A body in the tree: only groups below it."""
    country: str = ""
    kind: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether the whole list is asked for."""
        return self == GroupFilter()


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """A group's figures in a list, in minor units of its own currency."""

    members: int = 0
    savings_minor: int = 0
    loans_minor: int = 0
    """Principal that members owe."""
    late_loans: int = 0
    """Loans with principal that should have been repaid before the day."""
    documents_waiting: int = 0
    """Meetings that were refused or in conflict and that nobody has settled."""
    is_silent: bool = False
    """Whether the group has not met for five weeks."""


def groups_to_read(*, user: AnyUser, chosen: GroupFilter | None = None) -> QuerySet[SavingsGroup]:
    """The groups that a user may read, narrowed by what was asked for, with just enough of each to be put in order.

    `last_on` is the day of the last meeting, or the first day of all for a group that has not met. What is shown of
    a page of them is read by `with_names`: ordering many thousands of whole rows would take several times as long.
    """
    asked = chosen or GroupFilter()
    rows = SavingsGroup.objects.filter(node__in=nodes_where(user=user, deed="group.read"))
    if asked.name:
        rows = rows.filter(node__name__icontains=asked.name)
    if asked.under:
        rows = rows.filter(node__above__ancestor_id=asked.under)
    if asked.country:
        rows = rows.filter(node__country_id=asked.country)
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    last = Coalesce("last_held_on", Value(NEVER, output_field=DateField()))
    return rows.annotate(last_on=last).select_related("node").only("id", "node__name")


def with_names(groups: Iterable[SavingsGroup]) -> list[SavingsGroup]:
    """The same groups in the same order, whole, with node, parent and country. One query."""
    ids = [group.id for group in groups]
    found = SavingsGroup.objects.select_related("node__parent", "node__country").in_bulk(ids)
    return [found[id] for id in ids]


def documents_waiting(*, user: AnyUser) -> QuerySet[Arrival]:
    """Documents of meetings that wait for a decision of this user: two that contradict each other, or one refused."""
    nodes = nodes_where(user=user, deed="quarantine.resolve").values("id")
    return Arrival.objects.filter(group__node__in=nodes, state__in=("quarantined", "refused"))


def figures_of(*, groups: Sequence[SavingsGroup], on: date) -> dict[UUID, GroupFigures]:
    """The figures of some groups, in four queries however many they are."""
    ids = [group.id for group in groups]
    members = dict(
        Membership.objects.filter(group__in=ids, status=Membership.Status.ACTIVE)
        .values_list("group")
        .annotate(Count("id"))
    )
    waiting = dict(
        Arrival.objects.filter(group__in=ids, state__in=("quarantined", "refused"))
        .values_list("group")
        .annotate(Count("id"))
    )
    sums: dict[tuple[UUID, str], int] = {}
    rows = Account.objects.filter(book__in=ids, kind__in=(*SAVINGS_KINDS, "loan_principal"))
    for book, kind, total in rows.values_list("book", "kind").annotate(Sum("balance_minor")):
        sums[book, kind] = int(total)
    late = _late_loans(ids, on)
    return {
        group.id: GroupFigures(
            members=members.get(group.id, 0),
            savings_minor=sum(sums.get((group.id, kind), 0) for kind in SAVINGS_KINDS),
            loans_minor=sums.get((group.id, "loan_principal"), 0),
            late_loans=late.get(group.id, 0),
            documents_waiting=waiting.get(group.id, 0),
            is_silent=group.closed_on is None and on - (group.last_held_on or group.formed_on) > SILENT_AFTER,
        )
        for group in groups
    }


def _late_loans(books: Iterable[UUID], on: date) -> dict[UUID, int]:
    """How many open loans of each book have principal that fell due before the day and is not repaid.

    It reads the agreed rows as they are kept, which is enough for a badge; the loan's own page has every part.
    """
    found = Loan.objects.filter(book__in=books, status=Loan.Status.OPEN, borrower__isnull=False)
    rows = list(found.values_list("id", "book", "schedule", "lent_minor"))
    owed = dict(
        Account.objects.filter(book__in=books, kind="loan_principal", balance_minor__gt=0).values_list(
            "owner", "balance_minor"
        )
    )
    late: dict[UUID, int] = {}
    for id, book, schedule, lent in rows:
        if owed.get(id, 0) > 0 and _due_before(schedule, on) > lent - owed[id]:
            late[book] = late.get(book, 0) + 1
    return late


def _due_before(schedule: dict[str, Any] | None, on: date) -> int:
    rows = schedule["rows"] if schedule else []
    return sum(row["principal_minor"] for row in rows if row["due_on"] < on.isoformat())


@dataclass(frozen=True, slots=True)
class FilterChoices:
    """What the list can be narrowed to: the bodies above groups that the reader works for, and the countries."""

    bodies: tuple[tuple[UUID, str], ...]
    countries: tuple[tuple[str, str], ...]


def filter_choices(*, user: AnyUser) -> FilterChoices:
    """The choices for a reader, in two queries."""
    kinds = (Node.Kind.ORGANISATION, Node.Kind.PARTNER)
    mine = nodes_where(user=user, deed="group.read").filter(id=OuterRef("id"))
    bodies = Node.objects.filter(Exists(mine), kind__in=kinds).order_by("name", "id")
    # asked of each country, of which there are few, and not of each group
    here = Node.objects.filter(kind=Node.Kind.GROUP, country=OuterRef("code"))
    countries = Country.objects.filter(Exists(here)).order_by("name")
    return FilterChoices(
        tuple(bodies.values_list("id", "name")[:CHOICES_MAX]), tuple(countries.values_list("code", "name"))
    )
