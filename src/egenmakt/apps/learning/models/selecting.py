"""Most Significant Change: at each level one story is chosen, with a reason that goes back to the level below.

Source: Davies and Dart, "The 'Most Significant Change' (MSC) Technique" (2005).
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from egenmakt.apps.learning.models.base import Removable, Reviewed, Written
from egenmakt.apps.people.models import Node
from egenmakt.apps.stories.models import Round


class Selection(Written, Removable, Reviewed):
    """One level's choice: a group, a partner, an organisation or a network among the stories that came to it."""

    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="selections")
    """The body that chooses; its kind is the level."""
    organisation_id = models.UUIDField(db_index=True)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, null=True, related_name="selections")
    name = models.CharField(max_length=200)
    chosen_hash = models.CharField(max_length=64, blank=True, default="")
    """Of the chosen story's id."""
    reason = models.TextField(blank=True, default="")
    chosen_at = models.DateTimeField(null=True)
    chosen_by = models.UUIDField(null=True)
    chosen_by_name = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(name=""), name="learning_selection_named"),
            # when the chosen story is withdrawn, that there was a choice, and why, stays
            models.CheckConstraint(
                condition=Q(chosen_at__isnull=True, chosen_by__isnull=True, chosen_hash="")
                | (Q(chosen_at__isnull=False, chosen_by__isnull=False) & ~Q(reason="")),
                name="learning_selection_has_a_reason",
            ),
        )

    def __str__(self) -> str:
        return self.name


class Candidate(models.Model):
    """A story that a level chooses among, and the level below that sent it."""

    id = models.BigAutoField(primary_key=True)
    selection = models.ForeignKey(Selection, on_delete=models.PROTECT, related_name="candidates")
    id_hash = models.CharField(max_length=64, db_index=True)
    sent_by = models.ForeignKey(Selection, on_delete=models.PROTECT, null=True, related_name="sent_up")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["selection", "id_hash"], name="learning_candidate_once"),)

    def __str__(self) -> str:
        return self.id_hash


class Feedback(Written):
    """What a level says to one below about its choice and the reason, and whether it was told there."""

    selection = models.ForeignKey(Selection, on_delete=models.PROTECT, related_name="feedback")
    to = models.ForeignKey(Selection, on_delete=models.PROTECT, related_name="feedback_heard")
    words = models.TextField()
    given_on = models.DateField(null=True)
    given_how = models.CharField(max_length=200, blank=True, default="")
    given_by_name = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(words=""), name="learning_feedback_says_something"),
            models.CheckConstraint(
                condition=Q(given_on__isnull=True, given_how="", given_by_name="")
                | (Q(given_on__isnull=False) & ~Q(given_how="") & ~Q(given_by_name="")),
                name="learning_feedback_given_when_how_by",
            ),
        )

    def __str__(self) -> str:
        return self.words[:60]
