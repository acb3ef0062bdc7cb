"""Frameworks in their versions, and the rounds in which stories are collected with them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from egenmakt.apps.access.models import User
from egenmakt.apps.groups.models import SavingsGroup
from egenmakt.apps.people.models import Node, Place


class Framework(models.Model):
    """What tellers are asked: prompts, questions, consent. Each change is a new version."""

    id = models.UUIDField(primary_key=True)
    """The id that stands in the framework's own JSON."""
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="frameworks")
    """Who owns it: rounds at this body and below may use it."""
    code = models.CharField(max_length=60)
    created_at = models.DateTimeField()
    created_by = models.UUIDField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["node", "code"], name="stories_framework_code_once"),)

    def __str__(self) -> str:
        return self.code


class FrameworkVersion(models.Model):
    """A framework as it was asked. From its first use on it is never changed: triggers refuse it."""

    class State(models.TextChoices):
        DRAFT = "draft"
        IN_USE = "in_use"

    id = models.BigAutoField(primary_key=True)
    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.TextField()
    """The JSON as it was given, character for character."""
    fingerprint = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    written_at = models.DateTimeField()
    written_by = models.UUIDField(null=True)
    frozen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["framework", "number"], name="stories_frameworkversion_number_once"),
            models.UniqueConstraint(
                fields=["framework"], condition=Q(state="draft"), name="stories_frameworkversion_one_draft"
            ),
            models.CheckConstraint(
                condition=Q(state="draft", frozen_at__isnull=True) | Q(state="in_use", frozen_at__isnull=False),
                name="stories_frameworkversion_frozen_when_used",
            ),
        )

    def __str__(self) -> str:
        return f"version {self.number}"


class Round(models.Model):
    """A collection of stories: with which framework, where, when, by whom, and how many from whom."""

    id = models.UUIDField(primary_key=True)
    framework_version = models.ForeignKey(FrameworkVersion, on_delete=models.PROTECT, related_name="rounds")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="story_rounds")
    """The partner whose round it is; its stories are read by whoever may read stories there."""
    organisation_id = models.UUIDField(db_index=True)
    name = models.CharField(max_length=200)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, related_name="story_rounds")
    starts_on = models.DateField()
    until_on = models.DateField()
    """The day from which no story is collected any more."""
    languages = models.JSONField(default=list)
    target = models.PositiveIntegerField(default=70)
    quotas = models.JSONField(default=list)
    """How many from whom, as `core.signification.rounds` reads it."""
    keep_until_on = models.DateField()
    """The day from which the stories are erased."""
    is_moderated = models.BooleanField(default=True)
    """Whether each story waits until somebody has approved it."""
    opened_at = models.DateTimeField()
    opened_by = models.UUIDField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(until_on__gt=F("starts_on")), name="stories_round_in_order"),
            models.CheckConstraint(
                condition=Q(keep_until_on__gte=F("until_on")), name="stories_round_kept_long_enough"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="stories_round_named"),
        )

    def __str__(self) -> str:
        return self.name


class RoundFacilitator(models.Model):
    """Somebody who collects stories in a round, from a moment and until it is taken back."""

    id = models.BigAutoField(primary_key=True)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="facilitators")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="story_rounds")
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["round", "user"], condition=Q(ended_at__isnull=True), name="stories_roundfacilitator_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user_id} collects in {self.round_id}"


class RoundLink(models.Model):
    """An address at which stories can be told without signing in. The token itself is shown once and never kept."""

    class Kind(models.TextChoices):
        OPEN = "open"
        PERSONAL = "personal"

    id = models.UUIDField(primary_key=True)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="links")
    token_hash = models.CharField(max_length=64, unique=True)
    """SHA-256 of the token, in hex. The token has 256 random bits, so nothing slower is needed."""
    kind = models.CharField(max_length=10, choices=Kind)
    teller_key = models.UUIDField(null=True)
    """Of a personal link: the key under which the teller's stories stand. It names nobody."""
    group = models.ForeignKey(SavingsGroup, on_delete=models.PROTECT, null=True, related_name="story_links")
    """The group for whose members the link was made; each teller says herself whether her story names it."""
    made_at = models.DateTimeField()
    made_by = models.UUIDField(null=True)
    expires_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(kind="open", teller_key__isnull=True) | Q(kind="personal", teller_key__isnull=False),
                name="stories_roundlink_personal_has_a_key",
            ),
        )

    def __str__(self) -> str:
        return self.kind
