"""Putting together what belongs together, and what could be done about it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import require
from egenmakt.apps.learning.models import Cluster, ClusterItem, Idea, Interpretation, Observation, Workshop
from egenmakt.apps.learning.services.common import NotTogether, known, note, said, signed


def gather(
    *, id: UUID, workshop: Workshop, kind: str, name: str, item_ids: Iterable[UUID], by: User, at: datetime
) -> Cluster:
    """Make a theme of observations, or a perspective of interpretations. The same id again returns what is there.

    Raises: NotTogether when one of them is not of this workshop, ReasonMissing, NotAllowed.
    """
    require(user=by, deed="learning.write", node_id=workshop.node_id)
    if found := known(Cluster, id):
        return found
    chosen, wanted = Cluster.Kind(kind), set(item_ids)
    if not wanted:
        raise NotTogether("Choose what belongs together.")
    if chosen == Cluster.Kind.THEME:
        column = "observation_id"
        here = Observation.objects.filter(workshop=workshop, id__in=wanted, removed_at__isnull=True).count()
    else:
        column = "interpretation_id"
        here = Interpretation.objects.filter(
            observation__workshop=workshop, id__in=wanted, removed_at__isnull=True
        ).count()
    if here != len(wanted):
        raise NotTogether("One of them is not of this workshop, or was taken away.")
    with transaction.atomic():
        made = Cluster.objects.create(
            id=id, workshop=workshop, kind=chosen, name=said(name, "Give it a name."), **signed(by, at)
        )
        ClusterItem.objects.bulk_create(ClusterItem(cluster=made, **{column: each}) for each in sorted(wanted))
        note("cluster.made", made, workshop.node_id, by, at, kind=chosen.value, items=len(wanted))
    return made


def have_idea(
    *,
    id: UUID,
    workshop: Workshop,
    words: str,
    by: User,
    at: datetime,
    interpretation: Interpretation | None = None,
    cluster: Cluster | None = None,
) -> Idea:
    """Write down what could be done. The same id again returns what is there.

    Raises: NotTogether, ReasonMissing, NotAllowed.
    """
    require(user=by, deed="learning.write", node_id=workshop.node_id)
    if found := known(Idea, id):
        return found
    if interpretation and interpretation.observation.workshop_id != workshop.id:
        raise NotTogether("The interpretation is of another workshop.")
    if cluster and cluster.workshop_id != workshop.id:
        raise NotTogether("What was put together is of another workshop.")
    with transaction.atomic():
        made = Idea.objects.create(
            id=id,
            workshop=workshop,
            interpretation=interpretation,
            cluster=cluster,
            words=said(words, "Say what could be done."),
            **signed(by, at),
        )
        note("idea.written", made, workshop.node_id, by, at)
    return made
