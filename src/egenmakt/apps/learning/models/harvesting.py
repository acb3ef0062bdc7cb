"""Outcome harvest: what somebody does differently, what contributed to it, and whether somebody else can confirm it.

Source: Wilson-Grau and Britt, "Outcome Harvesting" (2012).
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from egenmakt.apps.learning.models.base import Removable, Reviewed, Written
from egenmakt.apps.people.models import Node


class Outcome(Written, Removable, Reviewed):
    """A change in what somebody does: who changed what, when and where, how we contributed, why it matters."""

    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="outcomes")
    organisation_id = models.UUIDField(db_index=True)
    who = models.TextField()
    what = models.TextField()
    when = models.CharField(max_length=10)
    """`2026`, `2026-03` or `2026-03-14`, as precisely as it is known."""
    where = models.CharField(max_length=200)
    contribution = models.TextField()
    significance = models.TextField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(who="") & ~Q(what="") & ~Q(where="") & ~Q(contribution="") & ~Q(significance=""),
                name="learning_outcome_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(when__regex=r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"), name="learning_outcome_when"
            ),
        )
        indexes = (models.Index(fields=["node", "when"], name="learning_outcome_by_node"),)

    def __str__(self) -> str:
        return self.what[:60]


class Substantiation(Written):
    """What somebody else than the author found out about an outcome. Never changed: a later one is a new row."""

    class Verdict(models.TextChoices):
        CONFIRMED = "confirmed"
        PARTLY = "partly"
        NOT_CONFIRMED = "not_confirmed"

    outcome = models.ForeignKey(Outcome, on_delete=models.PROTECT, related_name="substantiations")
    verdict = models.CharField(max_length=14, choices=Verdict)
    source = models.CharField(max_length=500)
    """Whom or what it was asked: a role or a document, and no name that could harm."""
    words = models.TextField(blank=True, default="")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(verdict__in=["confirmed", "partly", "not_confirmed"]),
                name="learning_substantiation_verdict",
            ),
            models.CheckConstraint(condition=~Q(source=""), name="learning_substantiation_has_a_source"),
            models.CheckConstraint(
                condition=Q(verdict="confirmed") | ~Q(words=""), name="learning_substantiation_says_what_is_doubted"
            ),
        )

    def __str__(self) -> str:
        return self.verdict
