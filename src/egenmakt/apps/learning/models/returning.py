"""The way back: what a group is told of its own stories, and that it was told."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from egenmakt.apps.learning.models.base import Written
from egenmakt.apps.learning.models.workshops import Decision
from egenmakt.apps.people.models import Node
from egenmakt.apps.stories.models import Round


class Return(Written):
    """One version of a page for a group, or for all of a round's tellers, in one language.

    It holds numbers that were protected, and names stories and decisions; the words of the stories are read from them
    when the page is made, so that a story that is withdrawn is on no page that is made afterwards.
    """

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="returns")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="returns")
    """The group, or the round's own body when the page is for all who told."""
    organisation_id = models.UUIDField(db_index=True)
    language = models.CharField(max_length=20)
    version = models.PositiveIntegerField()
    figures = models.JSONField()
    """What was counted and shown: see `services.returning`."""
    greeting = models.TextField(blank=True, default="")
    renew_since = models.DateTimeField(null=True)
    """Since when it shows what should not be shown any more: a story on it was withdrawn."""

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["round", "node", "language", "version"], name="learning_return_version_once"
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="learning_return_version"),
        )

    def __str__(self) -> str:
        return f"{self.language} {self.version}"


class ReturnDecision(models.Model):
    """A decision that a group is told of."""

    id = models.BigAutoField(primary_key=True)
    page = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="decisions")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="returns")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["page", "decision"], name="learning_returndecision_once"),)

    def __str__(self) -> str:
        return f"{self.decision_id} on {self.page_id}"


class Delivery(Written):
    """That a page came back to those who told: when, how, by whom, and what they asked."""

    class How(models.TextChoices):
        READ_ALOUD = "read_aloud"
        PRINTED = "printed"
        SENT = "sent"
        PLAYED = "played"

    page = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="deliveries")
    delivered_on = models.DateField()
    how = models.CharField(max_length=12, choices=How)
    people = models.PositiveIntegerField(null=True)
    """How many were there, if anybody counted."""
    questions = models.TextField(blank=True, default="")
    """What they asked, and what they want to be told."""

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(how__in=["read_aloud", "printed", "sent", "played"]), name="learning_delivery_how"
            ),
        )

    def __str__(self) -> str:
        return f"{self.how} {self.delivered_on}"
