"""What others put beside a story: translations, annotations, masks, decisions. None of it replaces the teller's own."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from egenmakt.apps.stories.models.telling import Story


class Translation(models.Model):
    """A story in another language, beside the teller's own words. A better one is a new row."""

    class Made(models.TextChoices):
        HUMAN = "human"
        MACHINE = "machine"

    id = models.UUIDField(primary_key=True)
    story = models.ForeignKey(Story, on_delete=models.PROTECT, related_name="translations")
    language = models.CharField(max_length=20)
    title = models.CharField(max_length=500, blank=True, default="")
    text = models.TextField()
    made = models.CharField(max_length=8, choices=Made)
    made_with = models.CharField(max_length=200, blank=True, default="")
    """Which program and version, when a machine made it."""
    added_by = models.UUIDField()
    added_by_name = models.CharField(max_length=200)
    added_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(made="human", made_with="") | (Q(made="machine") & ~Q(made_with="")),
                name="stories_translation_machine_is_named",
            ),
        )
        indexes = (models.Index(fields=["story", "language", "added_at"], name="stories_translation_latest"),)

    def __str__(self) -> str:
        return f"{self.language} by {self.made}"


class Annotation(models.Model):
    """What somebody else thinks about a story, signed and dated, beside the teller's own answer."""

    id = models.UUIDField(primary_key=True)
    story = models.ForeignKey(Story, on_delete=models.PROTECT, related_name="annotations")
    question = models.CharField(max_length=60, blank=True, default="")
    """The question of the framework that it speaks of; empty for a note about the whole story."""
    answer = models.JSONField(null=True)
    """How the annotator would have answered it, in the same form as the teller's answer."""
    words = models.TextField(blank=True, default="")
    written_by = models.UUIDField()
    written_by_name = models.CharField(max_length=200)
    written_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(words="") | (Q(answer__isnull=False) & ~Q(question="")),
                name="stories_annotation_says_something",
            ),
            models.CheckConstraint(condition=~Q(written_by_name=""), name="stories_annotation_signed"),
        )
        indexes = (models.Index(fields=["story", "written_at"], name="stories_annotation_by_story"),)

    def __str__(self) -> str:
        return f"{self.question} by {self.written_by_name}"


class Masking(models.Model):
    """Which words of a text are covered before it leaves, as somebody accepted it. The latest of a language counts."""

    id = models.UUIDField(primary_key=True)
    story = models.ForeignKey(Story, on_delete=models.PROTECT, related_name="maskings")
    language = models.CharField(max_length=20)
    text_sha256 = models.CharField(max_length=64)
    """Of the title and text that were masked: masks of an older translation do not fit a newer one."""
    masks = models.JSONField(default=list)
    """Each with `field` (title or text), `start`, `end` (exclusive, in characters) and `replacement`."""
    accepted_by = models.UUIDField()
    accepted_by_name = models.CharField(max_length=200)
    accepted_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["story", "language", "accepted_at"], name="stories_masking_latest"),)

    def __str__(self) -> str:
        return f"{len(self.masks)} masks in {self.language}"


class ModerationDecision(models.Model):
    """What was decided about a story before others could read it, and why."""

    class Decision(models.TextChoices):
        APPROVE = "approve"
        SET_ASIDE = "set_aside"
        WAIT = "wait"

    id = models.UUIDField(primary_key=True)
    story = models.ForeignKey(Story, on_delete=models.PROTECT, related_name="decisions")
    decision = models.CharField(max_length=10, choices=Decision)
    reason = models.CharField(max_length=2000, blank=True, default="")
    decided_by = models.UUIDField()
    decided_by_name = models.CharField(max_length=200)
    decided_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(decision="approve") | ~Q(reason=""), name="stories_decision_against_has_a_reason"
            ),
        )
        indexes = (models.Index(fields=["story", "decided_at"], name="stories_decision_by_story"),)

    def __str__(self) -> str:
        return self.decision


class SafeguardingFlag(models.Model):
    """Somebody may come to harm: the story goes to the person named for it and out of every view at once."""

    id = models.UUIDField(primary_key=True)
    story = models.ForeignKey(Story, on_delete=models.PROTECT, related_name="flags")
    concern = models.CharField(max_length=4000)
    raised_by = models.UUIDField(null=True)
    """Null when the teller raised it by a link."""
    raised_at = models.DateTimeField()
    lifted_by = models.UUIDField(null=True)
    lifted_by_name = models.CharField(max_length=200, blank=True, default="")
    lifted_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=4000, blank=True, default="")
    """What was done about it."""

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(lifted_by__isnull=True, lifted_at__isnull=True, outcome="")
                | (Q(lifted_by__isnull=False, lifted_at__isnull=False) & ~Q(outcome="")),
                name="stories_flag_lifted_with_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True) | Q(lifted_at__gte=F("raised_at")), name="stories_flag_in_order"
            ),
            models.UniqueConstraint(
                fields=["story"], condition=Q(lifted_at__isnull=True), name="stories_flag_one_open"
            ),
        )

    def __str__(self) -> str:
        return "lifted" if self.lifted_at else "open"


class SearchText(models.Model):
    """The words of a story and its translations as they are searched: folded, without accents, in small letters."""

    id = models.BigAutoField(primary_key=True)
    """Also the row's number in the full-text index of SQLite."""
    story = models.OneToOneField(Story, on_delete=models.PROTECT, related_name="search_text")
    words = models.TextField()

    def __str__(self) -> str:
        return f"{len(self.words.split())} words"
