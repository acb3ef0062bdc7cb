"""Which stories something stands on."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from egenmakt.apps.learning.models.harvesting import Outcome
from egenmakt.apps.learning.models.returning import Return
from egenmakt.apps.learning.models.workshops import Decision, Observation, Workshop

USERS = ("workshop", "observation", "decision", "outcome", "page")
"""What a story can be used by: exactly one of these columns is filled."""


def _exactly_one() -> Q:
    found = Q()
    for user in USERS:
        found |= Q(**{f"{each}__isnull": each != user for each in USERS})
    return found


class StoryUse(models.Model):
    """One story that something stands on, by the hash of its id: so that a withdrawal finds it, and leaves nothing.

    There is no foreign key to the story: nothing up here may keep a story from being forgotten.
    """

    id = models.BigAutoField(primary_key=True)
    id_hash = models.CharField(max_length=64, db_index=True)
    workshop = models.ForeignKey(Workshop, on_delete=models.PROTECT, null=True, related_name="stories")
    """A card on the table of a workshop."""
    observation = models.ForeignKey(Observation, on_delete=models.PROTECT, null=True, related_name="stories")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, null=True, related_name="stories")
    outcome = models.ForeignKey(Outcome, on_delete=models.PROTECT, null=True, related_name="stories")
    page = models.ForeignKey(Return, on_delete=models.PROTECT, null=True, related_name="stories")
    added_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=_exactly_one(), name="learning_storyuse_by_one_thing"),
            *(
                models.UniqueConstraint(fields=["id_hash", user], name=f"learning_storyuse_{user}_once")
                for user in USERS
            ),
        )

    def __str__(self) -> str:
        return self.id_hash
