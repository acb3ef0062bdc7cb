"""Grading a group by a mark card, and keeping the result with its card and its measures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import require
from egenmakt.apps.audit.services import record
from egenmakt.apps.groups.models import Grading, OwnGradingCard, SavingsGroup
from egenmakt.core.savings.grading import grade, read_card
from egenmakt.core.savings.intervals import number_words


class NotGraded(ValueError):
    """A measure is missing, so there is no grade to keep."""


def record_grading(
    *,
    id: UUID,
    group: SavingsGroup,
    card: Mapping[str, Any],
    measures: Mapping[str, str],
    graded_on: date,
    by: User,
    at: datetime,
) -> Grading:
    """Keep a grading. The same id again returns it.

    Raises: InvalidGradingCard, OutsideMeasure, NotGraded, NotAllowed.
    """
    require(user=by, deed="group.update", node_id=group.id)
    if known := Grading.objects.filter(id=id, group=group).first():
        return known
    result = grade(card=read_card(dict(card)), measures=measures)
    if result.grade is None:
        raise NotGraded(f"There is no grade before every measure is known; these are missing: {result.missing}.")
    with transaction.atomic():
        kept = Grading.objects.create(
            id=id,
            group=group,
            card=dict(card),
            measures=dict(measures),
            graded_on=graded_on,
            total=number_words(result.total),
            grade=result.grade,
            graded_by=by.id,
            graded_by_name=by.name,
            graded_at=at,
        )
        record(
            by=by,
            at=at,
            deed="group.graded",
            subject_kind="group",
            subject_id=id,
            node_id=group.id,
            data={"card": result.card, "grade": result.grade},
        )
    return kept


def add_own_card(
    *, id: UUID, group: SavingsGroup, content: Mapping[str, Any], by: User, at: datetime
) -> OwnGradingCard:
    """Keep an organisation's own mark card, for all of its groups.

    Raises: InvalidGradingCard, naming every hole and overlap; NotAllowed.
    """
    require(user=by, deed="group.update", node_id=group.id)
    if known := OwnGradingCard.objects.filter(id=id, organisation_id=group.organisation_id).first():
        return known
    card = read_card(dict(content))
    with transaction.atomic():
        own = OwnGradingCard.objects.create(
            id=id,
            organisation_id=group.organisation_id,
            name=card.name,
            content=dict(content),
            added_by=by.id,
            added_at=at,
        )
        record(
            by=by,
            at=at,
            deed="grading_card.added",
            subject_kind="grading_card",
            subject_id=id,
            node_id=group.id,
            data={"name": card.name},
        )
    return own
