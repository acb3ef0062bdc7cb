"""Effect reports: their texts and claims version by version, and the editions that were frozen from them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from egenmakt.apps.people.models import Node


class Signed(models.Model):
    """A row that somebody wrote, under an id made where it was written: sending twice records it once."""

    id = models.UUIDField(primary_key=True)
    written_by = models.UUIDField(null=True)
    """Null when it came by the command line, which is nobody."""
    written_by_name = models.CharField(max_length=200)
    written_at = models.DateTimeField()

    class Meta:
        abstract = True


class EffectReport(Signed):
    """What an organisation reports of its effect over a time, by an outline, in one or more languages."""

    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="effect_reports")
    organisation_id = models.UUIDField()
    outline = models.CharField(max_length=40)
    """The code of the outline, which is data in core/evidence."""
    from_on = models.DateField()
    until_on = models.DateField()
    """The day after the last."""
    languages = models.JSONField()
    """The first is the one in which the work is done."""
    titles = models.JSONField()
    """Language -> title."""
    discarded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(until_on__gt=F("from_on")), name="reports_effect_period_in_order"),
        )
        indexes = (models.Index(fields=["node", "from_on"], name="reports_effect_by_node"),)

    def __str__(self) -> str:
        return f"{self.outline} {self.from_on} – {self.until_on}"


class SectionText(Signed):
    """What the authors wrote in a section, in a language: each saving is a row, the last one counts."""

    report = models.ForeignKey(EffectReport, on_delete=models.PROTECT, related_name="texts")
    section = models.CharField(max_length=80)
    language = models.CharField(max_length=20)
    number = models.PositiveIntegerField()
    text = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["report", "section", "language", "number"], name="reports_text_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="reports_text_numbered_from_one"),
        )

    def __str__(self) -> str:
        return f"{self.section} {self.language} {self.number}"


class ClaimVersion(Signed):
    """A claim that authors made, as it was at one time; the last one counts. No word of a story stands in it."""

    report = models.ForeignKey(EffectReport, on_delete=models.PROTECT, related_name="claims")
    section = models.CharField(max_length=80)
    code = models.CharField(max_length=80)
    number = models.PositiveIntegerField()
    document = models.JSONField(null=True)
    """Kind, statement, query and method; null when the claim was taken away."""

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["report", "code", "number"], name="reports_claim_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="reports_claim_numbered_from_one"),
            models.CheckConstraint(condition=Q(code__regex=r"^[a-z][a-z0-9-]*$"), name="reports_claim_code"),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.number}"


class FindingAnswer(Signed):
    """Why something that was found in a draft may stay as it is."""

    report = models.ForeignKey(EffectReport, on_delete=models.PROTECT, related_name="answers")
    finding = models.CharField(max_length=64)
    """The fingerprint of the finding: its code, section, language and words. Another text is another finding."""
    sentence = models.CharField(max_length=1000)
    reason = models.CharField(max_length=2000)

    class Meta:
        constraints = (models.CheckConstraint(condition=~Q(reason=""), name="reports_answer_with_a_reason"),)
        indexes = (models.Index(fields=["report", "finding"], name="reports_answer_by_finding"),)

    def __str__(self) -> str:
        return self.reason


class Edition(Signed):
    """A report as it was frozen: its pack lies in the file store, and proves every claim in it."""

    report = models.ForeignKey(EffectReport, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField()
    data_version = models.CharField(max_length=64)
    pack_sha256 = models.CharField(max_length=64)
    """Of the pack as it was frozen. When a story was withdrawn since, `redacted_sha256` is that of what is kept now."""
    redacted_sha256 = models.CharField(max_length=64, blank=True, default="")
    pack_bytes = models.PositiveBigIntegerField()
    claims = models.PositiveIntegerField()
    published_by = models.UUIDField(null=True)
    published_by_name = models.CharField(max_length=200, blank=True, default="")
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["report", "number"], name="reports_edition_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="reports_edition_numbered_from_one"),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True)
                | Q(published_by__isnull=True)
                | Q(written_by__isnull=True)
                | ~Q(published_by=F("written_by")),
                name="reports_edition_published_by_another",
            ),
        )

    def __str__(self) -> str:
        return f"edition {self.number}"


class EditionStory(models.Model):
    """A story that an edition quotes or shows, by the hash of its id: when it is withdrawn, people are told."""

    id = models.BigAutoField(primary_key=True)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="stories")
    claim = models.CharField(max_length=80)
    id_hash = models.CharField(max_length=64, db_index=True)
    withdrawn_at = models.DateTimeField(null=True)
    """Since when it may not be quoted any more."""
    told_at = models.DateTimeField(null=True)
    """When those who have the report were told."""
    told_by = models.UUIDField(null=True)
    told_words = models.CharField(max_length=2000, blank=True, default="")
    """Who was told, and how."""

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["edition", "claim", "id_hash"], name="reports_editionstory_once"),
            models.CheckConstraint(
                condition=Q(told_at__isnull=True) | (Q(withdrawn_at__isnull=False) & ~Q(told_words="")),
                name="reports_editionstory_told_of_a_withdrawal",
            ),
        )

    def __str__(self) -> str:
        return f"{self.claim} {self.id_hash}"
