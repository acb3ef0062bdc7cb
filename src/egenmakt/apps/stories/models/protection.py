"""What a teller allowed, who read it, where it went, and that it was forgotten."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from egenmakt.apps.people.models import Node
from egenmakt.apps.stories.models.rounds import Round
from egenmakt.apps.stories.models.telling import Story


class ConsentRecord(models.Model):
    """What a teller allowed, purpose by purpose, on one occasion. Never changed: a change of mind is a new row."""

    class Given(models.TextChoices):
        TAPPED = "tapped"
        SPOKEN = "spoken"
        WRITTEN = "written"
        DOCUMENTED = "documented"
        """Outside this system, and written down there."""

    class Channel(models.TextChoices):
        STORY = "story"
        """Together with the story."""
        CODE = "code"
        """Later, with the code on the slip."""
        STAFF = "staff"
        """Later, written down by somebody for the teller."""

    id = models.UUIDField(primary_key=True)
    story = models.ForeignKey(Story, on_delete=models.PROTECT, related_name="consents")
    version = models.CharField(max_length=40)
    """Of the text that the teller was shown or read."""
    language = models.CharField(max_length=20)
    given = models.CharField(max_length=10, choices=Given)
    documented = models.CharField(max_length=500, blank=True, default="")
    """Where a consent that was given elsewhere is written down, as whoever brought the story in has stated."""
    asked_by = models.CharField(max_length=60)
    """`self`, or the id of whoever asked."""
    purposes = models.JSONField()
    minor = models.JSONField(null=True)
    """For a minor: who allowed it, as the consent form says it."""
    visibility = models.CharField(max_length=12, choices=Story.Visibility)
    channel = models.CharField(max_length=6, choices=Channel)
    recorded_by = models.UUIDField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=(Q(given="documented") & ~Q(documented="")) | (~Q(given="documented") & Q(documented="")),
                name="stories_consent_documented_somewhere",
            ),
        )
        indexes = (models.Index(fields=["story", "recorded_at"], name="stories_consent_by_story"),)

    def __str__(self) -> str:
        return ", ".join(sorted(purpose for purpose, is_given in self.purposes.items() if is_given))


class ReadingLog(models.Model):
    """Somebody read a story together with what could tell who told it."""

    id = models.BigAutoField(primary_key=True)
    story = models.ForeignKey(Story, on_delete=models.PROTECT, related_name="readings")
    read_by = models.UUIDField()
    read_by_name = models.CharField(max_length=200)
    read_at = models.DateTimeField()
    what = models.CharField(max_length=40)
    """A page, a card, an attachment, a file."""

    class Meta:
        indexes = (
            models.Index(fields=["story", "read_at"], name="stories_readinglog_by_story"),
            models.Index(fields=["read_by", "read_at"], name="stories_readinglog_by_reader"),
        )

    def __str__(self) -> str:
        return f"{self.read_by_name} {self.read_at:%Y-%m-%d}"


class ExportMade(models.Model):
    """A file with stories that left the system: who took it out, for what, and for whom."""

    id = models.UUIDField(primary_key=True)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="story_exports")
    purpose = models.CharField(max_length=30)
    """The purpose of consent under which its stories were chosen."""
    format = models.CharField(max_length=20)
    file_name = models.CharField(max_length=200)
    recipient = models.CharField(max_length=200)
    """Who is to be told when a story in it is withdrawn."""
    stories = models.PositiveIntegerField()
    made_by = models.UUIDField()
    made_by_name = models.CharField(max_length=200)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.file_name


class ExportedStory(models.Model):
    """One story in one file, by the hash of its id: so that a withdrawal can name the file after all else is gone."""

    id = models.BigAutoField(primary_key=True)
    export = models.ForeignKey(ExportMade, on_delete=models.PROTECT, related_name="entries")
    id_hash = models.CharField(max_length=64)
    recalled_at = models.DateTimeField(null=True)
    """When the story was withdrawn: the recipient is to be told."""
    told_at = models.DateTimeField(null=True)
    told_by = models.UUIDField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["export", "id_hash"], name="stories_exportedstory_once"),
            models.CheckConstraint(
                condition=Q(told_at__isnull=True, told_by__isnull=True)
                | Q(told_at__isnull=False, told_by__isnull=False, recalled_at__isnull=False),
                name="stories_exportedstory_told_after_recall",
            ),
        )
        indexes = (models.Index(fields=["id_hash"], name="stories_exportedstory_by_hash"),)

    def __str__(self) -> str:
        return self.id_hash


class Erased(models.Model):
    """Only the fact that there was a story: it can never come back. Nothing of it can be read from this row."""

    class Reason(models.TextChoices):
        WITHDRAWN = "withdrawn"
        RETENTION = "retention"
        OFFICE = "office"
        """Somebody in charge decided it, such as after a mistake."""

    id_hash = models.CharField(primary_key=True, max_length=64)
    """SHA-256 of the story's id, which holds 74 random bits: it cannot be guessed back."""
    round = models.ForeignKey(Round, on_delete=models.PROTECT, null=True, related_name="erased")
    reason = models.CharField(max_length=10, choices=Reason)
    erased_at = models.DateTimeField()
    erased_by = models.UUIDField(null=True)
    """Null when the teller did it with her code, or the system by its date."""

    def __str__(self) -> str:
        return f"{self.reason} {self.erased_at:%Y-%m-%d}"


class FileToRemove(models.Model):
    """A file of an erased story that is to be removed from the disk, until it has been."""

    id = models.UUIDField(primary_key=True)
    """The attachment's id, which is the file's name."""
    since = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.id)
