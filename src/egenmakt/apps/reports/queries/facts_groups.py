"""Facts about groups: the groups themselves, their members, meetings and money, and whether they last."""

from __future__ import annotations

import calendar
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final
from uuid import UUID

from django.db.models import F, QuerySet, Sum

from egenmakt.apps.groups.models import Meeting, Membership, SavingsGroup
from egenmakt.apps.ledger.models import Transfer
from egenmakt.apps.people.models import Node, NodeAncestor
from egenmakt.apps.reports.queries.facts_hidden import Hidden, age_band
from egenmakt.core.evidence.facts import Value

AT_ONCE: Final = 5000
Row = tuple[Value, ...]

WHAT: Final[Mapping[str, tuple[str, int]]] = MappingProxyType(
    {
        "share_purchase": ("savings", 1),
        "compulsory_saving": ("savings", 1),
        "voluntary_saving": ("savings", 1),
        "buy_in": ("savings", 1),
        "withdrawal": ("savings_back", 1),
        "exit_savings": ("savings_back", 1),
        "pot_drawn": ("savings_back", 1),
        "social_fund_contribution": ("social_fund", 1),
        "social_fund_grant": ("social_fund_out", 1),
        "fine_paid": ("fines", 1),
        "set_off_fine": ("fines", 1),
        "loan_disbursed": ("loan_out", 1),
        "repayment_principal": ("principal_back", 1),
        "set_off_principal": ("principal_back", 1),
        "repayment_interest": ("interest", 1),
        "repayment_fee": ("interest", 1),
        "set_off_interest": ("interest", 1),
        "loan_written_off": ("written_off", 1),
        "share_out_savings": ("share_out", 1),
        "share_out_profit": ("share_out", 1),
        "share_out_loss": ("share_out", -1),
    }
)
"""What a reason of the ledger is among the facts, and whether it adds or takes away.

Left out: what only moves between accounts (the bank, the closing of a cycle), and what was brought in from an old book,
for nobody knows in which period it was saved.
"""
LASTING_MONTHS: Final = (6, 12)
WINDOW_MONTHS: Final = 3
"""A group is still there when it met at least once in so many months from the day on which it is asked about."""


@dataclass(frozen=True, slots=True)
class Head:
    """What every row about a group begins with, and the days that its other rows are compared with."""

    group: str
    country: str
    partner: str | None
    kind: str
    currency: str
    formed_on: date
    support_ended_on: date | None
    closed_on: date | None

    @property
    def row(self) -> Row:
        """The first columns."""
        return (self.group, self.country, self.partner, self.kind)


@dataclass(frozen=True, slots=True)
class Heads:
    """The groups below a body that count, by their id."""

    node_id: UUID
    by_id: Mapping[UUID, Head]

    def rows(self) -> QuerySet[SavingsGroup]:
        """The groups again, as a part of other queries."""
        return SavingsGroup.objects.filter(node__above__ancestor_id=self.node_id, is_training=False)


def heads_of(*, node_id: UUID, hidden: Hidden) -> Heads:
    """Every group below a body but those made to learn with, in two queries."""
    partners = partners_below(node_id=node_id)
    columns = ("id", "node__country_id", "kind", "currency", "formed_on", "support_ended_on", "closed_on")
    rows = SavingsGroup.objects.filter(node__above__ancestor_id=node_id, is_training=False).values_list(*columns)
    found = {}
    for id, country, kind, currency, formed_on, support_ended_on, closed_on in rows.iterator(AT_ONCE):
        partner = hidden.id(partners[id]) if id in partners else None
        found[id] = Head(hidden.id(id), country, partner, kind, currency, formed_on, support_ended_on, closed_on)
    return Heads(node_id, found)


def partners_below(*, node_id: UUID) -> dict[UUID, UUID]:
    """For each body below another one: the nearest partner that it is, or belongs to."""
    rows = NodeAncestor.objects.filter(node__above__ancestor_id=node_id, ancestor__kind=Node.Kind.PARTNER)
    found: dict[UUID, UUID] = {}
    for node, partner in rows.order_by("-depth").values_list("node_id", "ancestor_id").iterator(AT_ONCE):
        found[node] = partner
    return found


def known(day: date | None, until_on: date) -> date | None:
    """A day, when it is known on another one that is exclusive."""
    return day if day is not None and day < until_on else None


def group_rows(*, heads: Heads, until_on: date) -> Iterator[Row]:
    """A row for each group that was formed by then."""
    for head in heads.by_id.values():
        if head.formed_on < until_on:
            ended, closed = known(head.support_ended_on, until_on), known(head.closed_on, until_on)
            yield (*head.row, head.formed_on, ended, closed)


def member_rows(*, heads: Heads, hidden: Hidden, until_on: date) -> Iterator[Row]:
    """A row for each membership of a person; groups that are members of a network are no people."""
    rows = Membership.objects.filter(group__in=heads.rows(), person__isnull=False, joined_on__lt=until_on)
    about = ("person__sex", "person__birth_year", "person__has_disability", "joined_on", "left_on", "status")
    for group, person, sex, born, disability, joined, left, status in rows.values_list(
        "group_id", "person_id", *about
    ).iterator(AT_ONCE):
        left_on = known(left, until_on)
        band = age_band(birth_year=born, in_year=joined.year)
        ended = (joined, left_on, status if left_on else str(Membership.Status.ACTIVE))
        yield (*heads.by_id[group].row, hidden.id(person), sex, band, disability, *ended)


def meeting_rows(*, heads: Heads, hidden: Hidden, until_on: date) -> Iterator[Row]:
    """A row for each meeting with a roll call; who came late has come."""
    rows = Meeting.objects.filter(group__in=heads.rows(), held_on__lt=until_on).annotate(
        called=F("present") + F("late") + F("excused") + F("on_leave") + F("absent")
    )
    for id, group, held_on, present, late, active in (
        rows.filter(called__gt=0)
        .values_list("id", "group_id", "held_on", "present", "late", "members_active")
        .iterator(AT_ONCE)
    ):
        head = heads.by_id[group]
        ended = known(head.support_ended_on, until_on)
        is_after = ended is not None and held_on >= ended
        yield (*head.row, hidden.id(id), held_on, present + late, active, is_after)


def money_rows(*, heads: Heads, until_on: date) -> Iterator[Row]:
    """What each group's book moved on each day, by what it was for; without what was reversed, and the reversal."""
    rows = Transfer.objects.filter(
        book__group__in=heads.rows(),
        reason__in=list(WHAT),
        effective_on__lt=until_on,
        reverses__isnull=True,
        reversals__isnull=True,
    )
    sums: defaultdict[tuple[UUID, date, str], int] = defaultdict(int)
    summed = rows.values_list("book_id", "effective_on", "reason").annotate(amount=Sum("amount_minor"))
    for book, on, reason, amount in summed.iterator(AT_ONCE):
        what, sign = WHAT[reason]
        sums[book, on, what] += sign * int(amount)
    for (book, on, what), amount in sums.items():
        head = heads.by_id[book]
        yield (*head.row, on, what, head.currency, amount)


def survival_rows(*, heads: Heads, until_on: date) -> Iterator[Row]:
    """For each group that its partner left: whether it still met so many months later, once that can be known."""
    left = {id: head for id, head in heads.by_id.items() if known(head.support_ended_on, until_on)}
    if not left:
        return
    held: defaultdict[UUID, list[date]] = defaultdict(list)
    rows = Meeting.objects.filter(
        group__in=heads.rows().filter(support_ended_on__isnull=False),
        held_on__gte=F("group__support_ended_on"),
        held_on__lt=until_on,
    )
    for group, held_on in rows.order_by("held_on").values_list("group_id", "held_on").iterator(AT_ONCE):
        held[group].append(held_on)
    for id, head in left.items():
        if head.support_ended_on is None:  # left holds only those that have it
            continue
        for months in LASTING_MONTHS:
            asked_on = months_after(head.support_ended_on, months)
            known_on = months_after(head.support_ended_on, months + WINDOW_MONTHS)
            if known_on < until_on:
                place = bisect_left(held[id], asked_on)
                met = place < len(held[id]) and held[id][place] < known_on
                yield (*head.row, months, known_on, met)


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the last day of a month that is too short for it."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
