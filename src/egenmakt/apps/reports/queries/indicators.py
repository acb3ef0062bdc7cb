"""What is aimed at, and which figures came from outside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from egenmakt.apps.access.queries import AnyUser, require
from egenmakt.apps.reports.models import Aim, OutsideFigure, OutsideTable
from egenmakt.apps.reports.queries.facts_hidden import Hidden
from egenmakt.core.evidence.facts import Value

AT_ONCE = 5000


@dataclass(frozen=True, slots=True)
class AimKey:
    """What an aim is for; of several with the same key, the last that was set stands."""

    indicator: str
    kind: str
    currency: str
    from_on: date
    until_on: date


def aims_in_force(*, node_id: UUID, indicator: str = "") -> dict[AimKey, Aim]:
    """The targets and baselines of a body that stand now, of one indicator or of all. One query."""
    rows = Aim.objects.filter(node_id=node_id).order_by("set_at", "id")
    if indicator:
        rows = rows.filter(indicator=indicator)
    last = {AimKey(aim.indicator, aim.kind, aim.currency, aim.from_on, aim.until_on): aim for aim in rows}
    return {key: aim for key, aim in last.items() if aim.value is not None}


def aim_history(*, node_id: UUID, indicator: str) -> list[Aim]:
    """Every target and baseline that was ever set, the last first."""
    return list(Aim.objects.filter(node_id=node_id, indicator=indicator).order_by("-set_at", "-id"))


def counting(*, node_id: UUID) -> QuerySet[OutsideFigure]:
    """The figures from outside that count at a body: of its own tables and those below, which nothing has replaced."""
    return OutsideFigure.objects.filter(table__node__above__ancestor_id=node_id, table__replaced_by__isnull=True)


def outside_tables(*, user: AnyUser, node_id: UUID) -> list[OutsideTable]:
    """The tables that were handed in for a body, the last first. Raises: NotAllowed."""
    require(user=user, deed="report.read", node_id=node_id)
    return list(
        OutsideTable.objects.filter(node__above__ancestor_id=node_id)
        .select_related("node", "replaced_by")
        .order_by("-entered_at", "-id")
    )


def outside_rows(*, node_id: UUID, hidden: Hidden, until_on: date) -> Iterator[tuple[Value, ...]]:
    """The facts from outside: a row for each figure whose period was over by then. The partner's country is its own."""
    columns = ("indicator", "country_id", "partner_id", "partner__country_id", "sex", "currency")
    rest = ("from_on", "until_on", "value", "of", "table__title", "table__source", "table__received_on")
    rows = counting(node_id=node_id).filter(until_on__lte=until_on).values_list(*columns, *rest)
    for (
        indicator,
        country,
        partner,
        land,
        sex,
        currency,
        from_on,
        until,
        value,
        of,
        title,
        source,
        received,
    ) in rows.iterator(AT_ONCE):
        whom = (country or land, hidden.id(partner) if partner else None, sex or None, currency or None)
        words = " ".join(f"{title}. {source} ({received.isoformat()})".split())
        yield (indicator, *whom, from_on, until, value, of, words)
