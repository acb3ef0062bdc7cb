"""Goals: more stories like these, fewer like those."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from egenmakt.apps.people.models import Node
from egenmakt.apps.stories.models.rounds import Framework


class StoryGoal(models.Model):
    """A region of the answers to one question, of which a body wants to hear more stories, or fewer, from now on."""

    class Wanted(models.TextChoices):
        MORE = "more"
        FEWER = "fewer"

    id = models.UUIDField(primary_key=True)
    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="goals")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="story_goals")
    """Whose goal it is: it is followed in the rounds here and below."""
    region = models.JSONField()
    """As `core.patterns.regions.Region` writes it."""
    voice = models.CharField(max_length=16)
    """Whose stories are meant: voices are never pooled."""
    wanted = models.CharField(max_length=5, choices=Wanted)
    words = models.CharField(max_length=500, blank=True, default="")
    """Why, in the words of those who set it."""
    set_at = models.DateTimeField()
    set_by = models.UUIDField()
    set_by_name = models.CharField(max_length=200)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(wanted__in=["more", "fewer"]), name="stories_goal_wanted"),
            models.CheckConstraint(
                condition=Q(voice__in=["rights_holder", "partner", "staff"]), name="stories_goal_voice"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="stories_goal_ended_by_and_at",
            ),
        )
        indexes = (models.Index(fields=["framework", "node"], name="stories_goal_by_framework"),)

    def __str__(self) -> str:
        return f"{self.wanted} {self.id}"
