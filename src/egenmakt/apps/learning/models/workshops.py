"""Workshops: what people saw in the stories, how it may be understood, what could be done, and what was decided."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from egenmakt.apps.learning.models.base import Removable, Reviewed, Written
from egenmakt.apps.people.models import Node
from egenmakt.apps.stories.models import Round


class Workshop(Written):
    """A meeting, of a day or of some, at which people make sense of stories together."""

    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="workshops")
    organisation_id = models.UUIDField(db_index=True)
    name = models.CharField(max_length=200)
    place = models.CharField(max_length=200, blank=True, default="")
    starts_on = models.DateField()
    until_on = models.DateField()
    """The day after the last."""
    kinds = models.JSONField(default=list)
    """Who takes part, in kinds and never by name."""
    languages = models.JSONField(default=list)
    plan = models.TextField(blank=True, default="")
    record = models.TextField(blank=True, default="")

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(until_on__gt=F("starts_on")), name="learning_workshop_in_order"),
            models.CheckConstraint(condition=~Q(name=""), name="learning_workshop_named"),
        )
        indexes = (models.Index(fields=["node", "starts_on"], name="learning_workshop_by_node"),)

    def __str__(self) -> str:
        return self.name


class WorkshopRound(models.Model):
    """A round whose stories are looked at in a workshop."""

    id = models.BigAutoField(primary_key=True)
    workshop = models.ForeignKey(Workshop, on_delete=models.PROTECT, related_name="rounds")
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="workshops")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["workshop", "round"], name="learning_workshopround_once"),)

    def __str__(self) -> str:
        return f"{self.round_id} in {self.workshop_id}"


class Observation(Written, Removable, Reviewed):
    """What somebody saw in a pattern or in some stories, before anybody says what it means."""

    class Strength(models.IntegerChoices):
        WEAK = 1
        MEDIUM = 2
        STRONG = 3

    workshop = models.ForeignKey(Workshop, on_delete=models.PROTECT, related_name="observations")
    words = models.TextField()
    strength = models.PositiveSmallIntegerField(choices=Strength)
    reference = models.CharField(max_length=2000, blank=True, default="")
    """The address of the pattern or of the stories where it was seen, within this installation."""
    reference_words = models.CharField(max_length=500, blank=True, default="")
    lone_reason = models.CharField(max_length=2000, blank=True, default="")
    """Why there is only one interpretation, when it is published with one."""
    published_at = models.DateTimeField(null=True)
    published_by = models.UUIDField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(words=""), name="learning_observation_says_something"),
            models.CheckConstraint(condition=Q(strength__in=[1, 2, 3]), name="learning_observation_strength"),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True, published_by__isnull=True)
                | Q(published_at__isnull=False, published_by__isnull=False),
                name="learning_observation_published_by_and_at",
            ),
            models.CheckConstraint(
                condition=Q(reference="") | (Q(reference__startswith="/") & ~Q(reference__startswith="//")),
                name="learning_observation_refers_to_our_own_pages",
            ),
        )
        indexes = (models.Index(fields=["workshop", "written_at"], name="learning_observation_listed"),)

    def __str__(self) -> str:
        return self.words[:60]


class Interpretation(Written, Removable):
    """One way to understand an observation; there should be another that competes with it."""

    observation = models.ForeignKey(Observation, on_delete=models.PROTECT, related_name="interpretations")
    words = models.TextField()

    class Meta:
        constraints = (models.CheckConstraint(condition=~Q(words=""), name="learning_interpretation_says_something"),)

    def __str__(self) -> str:
        return self.words[:60]


class Cluster(Written, Removable):
    """What belongs together: interpretations become a perspective, observations a theme."""

    class Kind(models.TextChoices):
        PERSPECTIVE = "perspective"
        THEME = "theme"

    workshop = models.ForeignKey(Workshop, on_delete=models.PROTECT, related_name="clusters")
    kind = models.CharField(max_length=12, choices=Kind)
    name = models.CharField(max_length=200)

    class Meta:
        constraints = (models.CheckConstraint(condition=~Q(name=""), name="learning_cluster_named"),)

    def __str__(self) -> str:
        return self.name


class ClusterItem(models.Model):
    """One observation in a theme, or one interpretation in a perspective."""

    id = models.BigAutoField(primary_key=True)
    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="items")
    observation = models.ForeignKey(Observation, on_delete=models.PROTECT, null=True, related_name="themes")
    interpretation = models.ForeignKey(Interpretation, on_delete=models.PROTECT, null=True, related_name="perspectives")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(observation__isnull=False, interpretation__isnull=True)
                | Q(observation__isnull=True, interpretation__isnull=False),
                name="learning_clusteritem_is_one_thing",
            ),
            models.UniqueConstraint(fields=["cluster", "observation"], name="learning_clusteritem_observation_once"),
            models.UniqueConstraint(
                fields=["cluster", "interpretation"], name="learning_clusteritem_interpretation_once"
            ),
        )

    def __str__(self) -> str:
        return f"in {self.cluster_id}"


class Idea(Written, Removable):
    """What could be done, because of an interpretation, a cluster, or neither."""

    workshop = models.ForeignKey(Workshop, on_delete=models.PROTECT, related_name="ideas")
    interpretation = models.ForeignKey(Interpretation, on_delete=models.PROTECT, null=True, related_name="ideas")
    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, null=True, related_name="ideas")
    words = models.TextField()

    class Meta:
        constraints = (models.CheckConstraint(condition=~Q(words=""), name="learning_idea_says_something"),)

    def __str__(self) -> str:
        return self.words[:60]


class Decision(Written, Reviewed):
    """What was decided, who sees to it and by when, and what came of it."""

    class State(models.TextChoices):
        OPEN = "open"
        DONE = "done"
        DROPPED = "dropped"

    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="learning_decisions")
    workshop = models.ForeignKey(Workshop, on_delete=models.PROTECT, related_name="decisions")
    idea = models.ForeignKey(Idea, on_delete=models.PROTECT, null=True, related_name="decisions")
    words = models.TextField()
    responsible = models.CharField(max_length=200)
    due_on = models.DateField()
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(words=""), name="learning_decision_says_something"),
            models.CheckConstraint(condition=~Q(responsible=""), name="learning_decision_somebody_sees_to_it"),
            models.CheckConstraint(condition=Q(state__in=["open", "done", "dropped"]), name="learning_decision_state"),
        )
        indexes = (models.Index(fields=["node", "due_on"], condition=Q(state="open"), name="learning_decision_open"),)

    def __str__(self) -> str:
        return self.words[:60]


class DecisionGround(models.Model):
    """An observation that a decision stands on."""

    id = models.BigAutoField(primary_key=True)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="grounds")
    observation = models.ForeignKey(Observation, on_delete=models.PROTECT, related_name="decisions")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["decision", "observation"], name="learning_decisionground_once"),
        )

    def __str__(self) -> str:
        return f"{self.decision_id} on {self.observation_id}"


class FollowUp(Written):
    """What came of a decision, so far. Never changed: what comes later is a new row."""

    class Outcome(models.TextChoices):
        UNDER_WAY = "under_way"
        DONE = "done"
        DROPPED = "dropped"

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="follow_ups")
    outcome = models.CharField(max_length=10, choices=Outcome)
    words = models.TextField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(words=""), name="learning_followup_says_something"),
            models.CheckConstraint(
                condition=Q(outcome__in=["under_way", "done", "dropped"]), name="learning_followup_outcome"
            ),
        )

    def __str__(self) -> str:
        return self.outcome
