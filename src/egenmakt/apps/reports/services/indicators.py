"""Setting targets and baselines, and entering what others counted, with its source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import require
from egenmakt.apps.audit.services import record
from egenmakt.apps.people.models import Node
from egenmakt.apps.reports.models import Aim, OutsideFigure, OutsideTable
from egenmakt.apps.reports.queries.indicators import counting
from egenmakt.core.evidence.catalogue.catalogue import shipped
from egenmakt.core.evidence.facts import EXACT


class NotAnAim(ValueError):
    """A target or a baseline contradicts itself or its indicator. It reads as a sentence that says how."""


class NotAnOutsideTable(ValueError):
    """A table from outside cannot be entered as it is. `row` is the place of the figure among those given, from 0."""

    def __init__(self, words: str, row: int | None = None) -> None:
        super().__init__(words)
        self.row = row


def set_aim(
    *,
    id: UUID,
    node: Node,
    indicator: str,
    kind: str,
    from_on: date,
    until_on: date,
    value: int | None,
    by: User,
    at: datetime,
    of: int | None = None,
    currency: str = "",
    words: str = "",
) -> Aim:
    """Set a target or a baseline; the one before stays in the history. The same id is set once.

    Args: until_on, exclusive; value, None to take the one before back; of, for a share: 85 of 100.
    Raises: NotAllowed, NotAnAim, NotAnIndicator.
    """
    require(user=by, deed="indicator.change", node_id=node.id)
    known = shipped().indicator(indicator)
    if kind not in Aim.Kind.values:
        raise NotAnAim(f"{kind!r} is neither a target nor a baseline.")
    if from_on >= until_on:
        raise NotAnAim("A period has at least one day.")
    if value is not None and (known.kind == "share") != (of is not None):
        raise NotAnAim("A share is aimed at as a part of a whole, such as 85 of 100, and nothing else is.")
    if (value is not None and not 0 <= value < EXACT) or (of is not None and not 0 < of < EXACT):
        raise NotAnAim("The number is below nought, or too large.")
    if value is not None and of is not None and value > of:
        raise NotAnAim("A part is never more than its whole.")
    if known.is_money != bool(currency):
        raise NotAnAim("An amount is aimed at in a currency, and nothing else is.")
    with transaction.atomic():
        made, is_new = Aim.objects.get_or_create(
            id=id,
            defaults={
                "node": node,
                "indicator": indicator,
                "kind": kind,
                "currency": currency,
                "from_on": from_on,
                "until_on": until_on,
                "value": value,
                "of": of if value is not None else None,
                "words": words.strip(),
                "set_at": at,
                "set_by": by.id,
                "set_by_name": by.name,
            },
        )
        if is_new:
            data = {
                "indicator": indicator,
                "kind": kind,
                "period": [from_on.isoformat(), until_on.isoformat()],
                "value": value,
                "of": made.of,
                "currency": currency,
            }
            record(by=by, at=at, deed="indicator.aimed", subject_kind="aim", subject_id=id, node_id=node.id, data=data)
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """One figure that was handed in."""

    indicator: str
    from_on: date
    until_on: date
    value: int
    of: int | None = None
    country: str = ""
    partner: UUID | None = None
    sex: str = ""
    currency: str = ""
    row: int | None = None

    @property
    def about(self) -> tuple[object, ...]:
        """Whom and what it is about, without when."""
        return (self.indicator, self.country, self.partner, self.sex, self.currency)


def enter_outside_table(
    *,
    id: UUID,
    node: Node,
    title: str,
    source: str,
    received_on: date,
    figures: Sequence[Handed],
    by: User,
    at: datetime,
    file_name: str = "",
    file_sha256: str = "",
    replaces: OutsideTable | None = None,
) -> OutsideTable:
    """Enter a table from outside, whole or not at all. The same id is entered once.

    Args: figures, empty to take the table that it replaces back; replaces, which counts no more from now on.
    Raises: NotAllowed; NotAnOutsideTable for the first figure that cannot be, or that would be counted twice.
    """
    require(user=by, deed="indicator.change", node_id=node.id)
    if entered := OutsideTable.objects.filter(id=id).first():
        return entered
    if not title.strip() or not source.strip():
        raise NotAnOutsideTable("A table has a title, and says where its figures come from.")
    if not figures and replaces is None:
        raise NotAnOutsideTable("The table holds no figure.")
    if replaces is not None and (
        replaces.node_id != node.id or OutsideTable.objects.filter(replaces_id=replaces.id).exists()
    ):
        raise NotAnOutsideTable("The table that it replaces was replaced before, or belongs to another body.")
    refuse_wrong(node=node, figures=figures, replaces=replaces)
    with transaction.atomic():
        made = OutsideTable.objects.create(
            id=id,
            node=node,
            title=title.strip(),
            source=source.strip(),
            received_on=received_on,
            file_name=file_name,
            file_sha256=file_sha256,
            replaces=replaces,
            entered_at=at,
            entered_by=by.id,
            entered_by_name=by.name,
        )
        OutsideFigure.objects.bulk_create(
            [
                OutsideFigure(
                    table=made,
                    indicator=one.indicator,
                    country_id=one.country or None,
                    partner_id=one.partner,
                    sex=one.sex,
                    currency=one.currency,
                    from_on=one.from_on,
                    until_on=one.until_on,
                    value=one.value,
                    of=one.of,
                    row=one.row,
                )
                for one in figures
            ]
        )
        data = {"title": made.title, "source": made.source, "file": file_sha256, "figures": len(figures)}
        record(
            by=by,
            at=at,
            deed="outside.entered",
            subject_kind="outside_table",
            subject_id=id,
            node_id=node.id,
            data=data,
        )
    return made


def refuse_wrong(*, node: Node, figures: Sequence[Handed], replaces: OutsideTable | None = None) -> None:
    """Look at each figure, alone and beside those that count already. Raises: NotAnOutsideTable for the first."""
    partners = set(Node.objects.filter(above__ancestor_id=node.id, kind=Node.Kind.PARTNER).values_list("id", flat=True))
    counted: dict[tuple[object, ...], list[tuple[date, date]]] = {}
    others = counting(node_id=node.id).filter(indicator__in={one.indicator for one in figures})
    if replaces is not None:
        others = others.exclude(table=replaces)
    columns = ("indicator", "country_id", "partner_id", "sex", "currency", "from_on", "until_on")
    for indicator, country, partner, sex, currency, from_on, until_on in others.values_list(*columns):
        counted.setdefault((indicator, country or "", partner, sex, currency), []).append((from_on, until_on))
    for place, one in enumerate(figures):
        if problem := problem_of(one, partners):
            raise NotAnOutsideTable(problem, place)
        there = counted.setdefault(one.about, [])
        if any(start < one.until_on and one.from_on < end for start, end in there):
            raise NotAnOutsideTable("The same is counted already for this period, or a part of it.", place)
        there.append((one.from_on, one.until_on))


def problem_of(one: Handed, partners: set[UUID]) -> str:
    """What is wrong with a figure alone; empty when nothing is."""
    known = shipped().indicators.get(one.indicator)
    if known is None:
        return f"There is no indicator {one.indicator!r}."
    if one.from_on >= one.until_on:
        return "A period has at least one day."
    if (known.kind == "share") != (one.of is not None):
        return "A share comes with its whole, and nothing else does."
    if not 0 <= one.value < EXACT or (one.of is not None and not one.value <= one.of < EXACT):
        return "The number is below nought, larger than its whole, or too large to be exact."
    if known.is_money != bool(one.currency):
        return "An amount has a currency, and nothing else has."
    if one.partner is not None and one.partner not in partners:
        return "The partner does not belong to this body."
    return ""
