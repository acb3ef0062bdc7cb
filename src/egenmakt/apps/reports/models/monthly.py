"""Monthly reports: the figures of a country or partner for a month, who checked and approved them, and corrections."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from egenmakt.apps.learning.models.base import Removable, Written
from egenmakt.apps.people.models import Node

FIGURE_MOST = 10**15
REASON_LENGTH_MAX = 2000


class MonthlyReport(Written, Removable):
    """One edition of the figures of a body for a month. Once it is published, only a new edition corrects it."""

    class State(models.TextChoices):
        DRAFT = "draft"
        CHECKED = "checked"
        APPROVED = "approved"
        PUBLISHED = "published"

    class Origin(models.TextChoices):
        OWN = "own"
        IMPORTED = "imported"
        """It was published before, elsewhere, and brought in from a file."""

    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="monthly_reports")
    organisation_id = models.UUIDField(db_index=True)
    month = models.DateField()
    """The first day of the month."""
    edition = models.PositiveSmallIntegerField(default=1)
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="corrections")
    reason = models.CharField(max_length=REASON_LENGTH_MAX, blank=True, default="")
    """Why the edition before is corrected."""
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.OWN)
    source = models.CharField(max_length=300, blank=True, default="")
    """From which file it was brought in, with its fingerprint."""
    changes = models.PositiveIntegerField(default=0)
    """How often its figures were written: who writes says upon which state, so that nobody overwrites another's."""
    checked_by = models.UUIDField(null=True)
    checked_by_name = models.CharField(max_length=200, blank=True, default="")
    checked_at = models.DateTimeField(null=True)
    approved_by = models.UUIDField(null=True)
    approved_by_name = models.CharField(max_length=200, blank=True, default="")
    approved_at = models.DateTimeField(null=True)
    published_by = models.UUIDField(null=True)
    published_by_name = models.CharField(max_length=200, blank=True, default="")
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=["draft", "checked", "approved", "published"]), name="reports_monthly_state"
            ),
            models.CheckConstraint(condition=Q(origin__in=["own", "imported"]), name="reports_monthly_origin"),
            models.CheckConstraint(condition=Q(month__day=1), name="reports_monthly_month_by_its_first_day"),
            models.CheckConstraint(
                condition=Q(corrects__isnull=True, edition=1, reason="")
                | (Q(corrects__isnull=False, edition__gt=1) & ~Q(reason="")),
                name="reports_monthly_correction_has_a_reason",
            ),
            models.CheckConstraint(condition=~Q(id=F("corrects_id")), name="reports_monthly_corrects_another"),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True) | Q(state="draft"), name="reports_monthly_only_drafts_go_away"
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{step}_at__isnull": True, f"{step}_by__isnull": True})
                    | Q(**{f"{step}_at__isnull": False, f"{step}_by__isnull": False}),
                    name=f"reports_monthly_{step}_by_and_at",
                )
                for step in ("checked", "approved", "published")
            ),
            models.CheckConstraint(
                condition=Q(state="draft", checked_at__isnull=True, approved_at__isnull=True)
                | Q(state="checked", checked_at__isnull=False, approved_at__isnull=True)
                | Q(state__in=["approved", "published"], checked_at__isnull=False, approved_at__isnull=False)
                | Q(state="published", origin="imported"),
                name="reports_monthly_steps_in_order",
            ),
            models.CheckConstraint(
                condition=Q(state="published", published_at__isnull=False)
                | (~Q(state="published") & Q(published_at__isnull=True)),
                name="reports_monthly_published",
            ),
            models.UniqueConstraint(
                fields=["node", "month", "edition"],
                condition=Q(removed_at__isnull=True),
                name="reports_monthly_edition_once",
            ),
        )
        indexes = (models.Index(fields=["organisation_id", "month"], name="reports_monthly_by_month"),)

    def __str__(self) -> str:
        return f"{self.node_id} {self.month:%Y-%m} edition {self.edition} ({self.state})"


class MonthlyLine(models.Model):
    """One indicator of a report: the figure of the month and the accumulated one, as written and as understood."""

    class Source(models.TextChoices):
        TYPED = "typed"
        OWN = "own"
        """Counted in our own registers."""
        IMPORTED = "imported"

    id = models.BigAutoField(primary_key=True)
    report = models.ForeignKey(MonthlyReport, on_delete=models.PROTECT, related_name="lines")
    indicator = models.CharField(max_length=40)
    """A code of core/evidence/monthly_lines.json."""
    flow = models.BigIntegerField(null=True)
    flow_written = models.CharField(max_length=200, blank=True, default="")
    accumulated = models.BigIntegerField(null=True)
    accumulated_written = models.CharField(max_length=200, blank=True, default="")
    note = models.CharField(max_length=REASON_LENGTH_MAX, blank=True, default="")
    source = models.CharField(max_length=10, choices=Source, default=Source.TYPED)
    written_by = models.UUIDField(null=True)
    """Who wrote the figures that stand here; empty while nobody has."""
    written_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["report", "indicator"], name="reports_monthlyline_once"),
            models.CheckConstraint(
                condition=Q(source__in=["typed", "own", "imported"]), name="reports_monthlyline_source"
            ),
            models.CheckConstraint(
                condition=Q(written_by__isnull=True, written_at__isnull=True)
                | Q(written_by__isnull=False, written_at__isnull=False),
                name="reports_monthlyline_written_by_and_at",
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{figure}__isnull": True}) | Q(**{f"{figure}__range": (-FIGURE_MOST, FIGURE_MOST)}),
                    name=f"reports_monthlyline_{figure}_in_range",
                )
                for figure in ("flow", "accumulated")
            ),
        )

    def __str__(self) -> str:
        return f"{self.indicator}: {self.flow}, {self.accumulated}"


class MonthlyAnswer(Written):
    """Why a report is published although something was found in it. The latest answer to a finding counts."""

    report = models.ForeignKey(MonthlyReport, on_delete=models.PROTECT, related_name="answers")
    fingerprint = models.CharField(max_length=64)
    """Of the finding: when figures or diagnosis change, it is another one, and the answer counts no more."""
    finding = models.JSONField()
    """What was found, as it was when it was answered: core/evidence/answering.py reads it again in any language."""
    words = models.CharField(max_length=REASON_LENGTH_MAX)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(words=""), name="reports_monthlyanswer_says_something"),
            models.CheckConstraint(
                condition=Q(fingerprint__regex=r"^[0-9a-f]{64}$"), name="reports_monthlyanswer_to_a_finding"
            ),
        )

    def __str__(self) -> str:
        return self.words[:60]


class MonthlyReturn(Written):
    """A report that was sent back to be changed, and why."""

    report = models.ForeignKey(MonthlyReport, on_delete=models.PROTECT, related_name="returns")
    from_state = models.CharField(max_length=10, choices=MonthlyReport.State)
    words = models.CharField(max_length=REASON_LENGTH_MAX)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(words=""), name="reports_monthlyreturn_has_a_reason"),
            models.CheckConstraint(
                condition=Q(from_state__in=["checked", "approved"]), name="reports_monthlyreturn_from_state"
            ),
        )

    def __str__(self) -> str:
        return self.words[:60]
