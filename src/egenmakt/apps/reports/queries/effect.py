"""What can be read of effect reports: which there are, their newest texts and claims, and their editions."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from egenmakt.apps.access.queries import AnyUser, NotAllowed, nodes_where
from egenmakt.apps.reports.models import ClaimVersion, Edition, EditionStory, EffectReport, FindingAnswer, SectionText


def effect_reports_of(*, user: AnyUser) -> QuerySet[EffectReport]:
    """The reports that a user may see, the latest period first."""
    nodes = nodes_where(user=user, deed="report.read").values("id")
    return EffectReport.objects.filter(node__in=nodes).select_related("node").order_by("-until_on", "-written_at")


def open_effect_report(*, user: AnyUser, report_id: UUID) -> EffectReport:
    """A report by its id. Raises: NotAllowed, also for one that is not there."""
    found = effect_reports_of(user=user).filter(id=report_id).first()
    if found is None:
        raise NotAllowed("You may not see this report.")
    return found


def latest_texts(*, report: EffectReport) -> dict[tuple[str, str], SectionText]:
    """The newest text of each section and language."""
    return {
        (row.section, row.language): row for row in SectionText.objects.filter(report=report).order_by("number", "id")
    }


def text_versions(*, report: EffectReport, section: str, language: str) -> list[SectionText]:
    """All that was ever saved in a section, the newest first."""
    rows = SectionText.objects.filter(report=report, section=section, language=language)
    return list(rows.order_by("-number"))


def latest_claims(*, report: EffectReport) -> dict[str, ClaimVersion]:
    """The newest version of each claim that is not taken away, by its code."""
    newest = {row.code: row for row in ClaimVersion.objects.filter(report=report).order_by("number")}
    return {code: row for code, row in sorted(newest.items()) if row.document is not None}


def answers_of(*, report: EffectReport) -> dict[str, FindingAnswer]:
    """Why what was found may stay: the newest answer to each finding, by its fingerprint."""
    return {row.finding: row for row in FindingAnswer.objects.filter(report=report).order_by("written_at", "id")}


def editions_of(*, report: EffectReport) -> list[Edition]:
    """The frozen editions, the newest first."""
    return list(Edition.objects.filter(report=report).order_by("-number"))


def open_edition(*, user: AnyUser, edition_id: UUID) -> Edition:
    """An edition: for everybody once it is published, before for those who may see the report. Raises: NotAllowed."""
    found = Edition.objects.filter(id=edition_id).select_related("report__node").first()
    if found is None:
        raise NotAllowed("You may not see this report.")
    if found.published_at is None:
        open_effect_report(user=user, report_id=found.report_id)
    return found


def notices_of(*, user: AnyUser) -> QuerySet[EditionStory]:
    """Stories that were withdrawn after an edition quoted them, and of which nobody was told yet."""
    nodes = nodes_where(user=user, deed="report.write").values("id")
    waiting = EditionStory.objects.filter(
        withdrawn_at__isnull=False, told_at__isnull=True, edition__report__node__in=nodes
    )
    return waiting.select_related("edition__report__node").order_by("withdrawn_at", "id")
