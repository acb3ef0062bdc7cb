"""What was done, and what is to be done about it."""

from __future__ import annotations

import uuid6
from django.db import models


class Event(models.Model):
    """A deed that was done. Written once: triggers refuse every change and removal."""

    id = models.UUIDField(primary_key=True, default=uuid6.uuid7, editable=False)
    at = models.DateTimeField()
    # No foreign keys: the trail must outlive what it tells about, and it lies below every other wing.
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=200)
    deed = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=60)
    node_id = models.UUIDField(null=True)
    data = models.JSONField(default=dict)

    class Meta:
        indexes = (
            models.Index(fields=["node_id", "at"], name="audit_event_by_node"),
            models.Index(fields=["subject_kind", "subject_id", "at"], name="audit_event_by_subject"),
        )

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_name}: {self.deed} {self.subject_kind} {self.subject_id}"


class Job(models.Model):
    """One thing to be done about one event, once."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        FAILED = "failed"

    id = models.BigAutoField(primary_key=True)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="jobs")
    name = models.CharField(max_length=200)
    """The full name of the function that does it, as in the table of project/jobs.py."""
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField()
    """When it may be tried: later and later after each failure."""
    error = models.TextField(blank=True, default="")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["event", "name"], name="audit_job_once_per_event"),
            models.CheckConstraint(condition=models.Q(state__in=["waiting", "done", "failed"]), name="audit_job_state"),
            models.CheckConstraint(
                condition=models.Q(state="waiting", ended_at__isnull=True)
                | models.Q(state__in=["done", "failed"], ended_at__isnull=False),
                name="audit_job_ended",
            ),
        )
        indexes = (models.Index(fields=["not_before"], condition=models.Q(state="waiting"), name="audit_job_waiting"),)

    def __str__(self) -> str:
        return f"{self.name} ({self.state})"
