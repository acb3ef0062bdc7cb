"""What is aimed at and what others counted: targets, baselines, and tables from outside with their source."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from egenmakt.apps.people.models import Country, Node


class Aim(models.Model):
    """A target or a baseline of an indicator for a body and a period. Never changed: a new row stands for the old."""

    class Kind(models.TextChoices):
        TARGET = "target"
        BASELINE = "baseline"

    id = models.UUIDField(primary_key=True)
    """Given by whoever sets it, so that sending twice sets it once."""
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="aims")
    indicator = models.CharField(max_length=60)
    """Its code in the catalogue."""
    kind = models.CharField(max_length=8, choices=Kind)
    currency = models.CharField(max_length=3, blank=True, default="")
    """For amounts, and shares of amounts."""
    from_on = models.DateField()
    until_on = models.DateField()
    """The day after the period's last."""
    value = models.BigIntegerField(null=True)
    """Null when the one before was taken back and nothing stands in its place."""
    of = models.BigIntegerField(null=True)
    """For a share: of how many the value is a part, such as 85 of 100."""
    words = models.CharField(max_length=500, blank=True, default="")
    """Where it comes from, or why it was changed."""
    set_at = models.DateTimeField()
    set_by = models.UUIDField()
    set_by_name = models.CharField(max_length=200)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=["target", "baseline"]), name="reports_aim_kind"),
            models.CheckConstraint(condition=Q(until_on__gt=F("from_on")), name="reports_aim_in_order"),
            models.CheckConstraint(
                condition=Q(of__isnull=True) | Q(of__gt=0, value__isnull=False, value__lte=F("of")),
                name="reports_aim_part_of_its_whole",
            ),
            models.CheckConstraint(condition=~Q(indicator=""), name="reports_aim_of_an_indicator"),
        )
        indexes = (models.Index(fields=["node", "indicator", "set_at"], name="reports_aim_by_indicator"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.indicator} {self.value}"


class OutsideTable(models.Model):
    """Figures that somebody else counted, as they were handed in: never changed, only replaced by a later table."""

    id = models.UUIDField(primary_key=True)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="outside_tables")
    """For whom it was handed in: it counts here and above."""
    title = models.CharField(max_length=200)
    source = models.CharField(max_length=500)
    """Who counted, and how that is known: the letter, the register, the report."""
    received_on = models.DateField()
    file_name = models.CharField(max_length=200, blank=True, default="")
    file_sha256 = models.CharField(max_length=64, blank=True, default="")
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    """The table that counts no more because of this one. A table without rows takes the one before back."""
    entered_at = models.DateTimeField()
    entered_by = models.UUIDField()
    entered_by_name = models.CharField(max_length=200)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(title=""), name="reports_outside_titled"),
            models.CheckConstraint(condition=~Q(source=""), name="reports_outside_with_a_source"),
            models.CheckConstraint(
                condition=Q(file_name="", file_sha256="") | (~Q(file_name="") & Q(file_sha256__length=64)),
                name="reports_outside_file_with_its_fingerprint",
            ),
        )
        indexes = (models.Index(fields=["node", "entered_at"], name="reports_outside_by_node"),)

    def __str__(self) -> str:
        return self.title


class OutsideFigure(models.Model):
    """One figure of a table from outside."""

    id = models.BigAutoField(primary_key=True)
    table = models.ForeignKey(OutsideTable, on_delete=models.PROTECT, related_name="figures")
    indicator = models.CharField(max_length=60)
    country = models.ForeignKey(Country, on_delete=models.PROTECT, null=True, related_name="outside_figures")
    partner = models.ForeignKey(Node, on_delete=models.PROTECT, null=True, related_name="outside_figures")
    sex = models.CharField(max_length=10, blank=True, default="")
    """Of whom alone it is; empty for everybody, of whom the figures by sex are parts."""
    currency = models.CharField(max_length=3, blank=True, default="")
    from_on = models.DateField()
    until_on = models.DateField()
    value = models.BigIntegerField()
    of = models.BigIntegerField(null=True)
    row = models.PositiveIntegerField(null=True)
    """Its row in the file."""

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(until_on__gt=F("from_on")), name="reports_outsidefigure_in_order"),
            models.CheckConstraint(
                condition=Q(of__isnull=True) | Q(value__gte=0, of__gte=F("value")),
                name="reports_outsidefigure_part_of_its_whole",
            ),
            models.CheckConstraint(
                condition=Q(sex__in=["", "female", "male", "other", "unknown"]), name="reports_outsidefigure_sex"
            ),
        )
        indexes = (models.Index(fields=["indicator", "until_on"], name="reports_outside_by_indicator"),)

    def __str__(self) -> str:
        return f"{self.indicator} {self.value}"
