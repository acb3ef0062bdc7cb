"""The way of a monthly report from draft to published, by two different people; and back, with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import NotAllowed, Rights, require
from egenmakt.apps.learning.services.common import known, note, said, signed
from egenmakt.apps.reports.models import MonthlyAnswer, MonthlyReport, MonthlyReturn
from egenmakt.apps.reports.queries.monthly_series import check_of
from egenmakt.apps.reports.services.monthly import WrongStep, locked
from egenmakt.core.evidence.answering import finding_to_json, print_of
from egenmakt.core.evidence.findings import Finding

State = MonthlyReport.State


class SamePerson(NotAllowed):
    """Who wrote or checked a report does not approve it."""


class OpenFindings(ValueError):
    """Something was found that nobody has answered for. `findings` has it."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(f"{len(findings)} findings are open.")
        self.findings = tuple(findings)


class NothingFound(ValueError):
    """An answer to something that is not found, or no longer."""


class NothingReported(ValueError):
    """A report without a single figure says nothing that could be checked."""


def check_report(*, report: MonthlyReport, by: User, at: datetime) -> None:
    """Say that a draft was checked. Raises: WrongStep, NothingReported, NotAllowed."""
    require(user=by, deed="report.check", node_id=report.node_id)
    with transaction.atomic():
        now = locked(report, State.DRAFT)
        if not now.lines.exclude(flow=None, accumulated=None).exists():
            raise NothingReported("No figure has been written.")
        _step(now, State.CHECKED, by, at, checked_by=by.id, checked_by_name=by.name, checked_at=at)


def approve(*, report: MonthlyReport, by: User, at: datetime) -> None:
    """Approve a report that others wrote and checked. Raises: SamePerson, WrongStep, NotAllowed."""
    require(user=by, deed="report.approve", node_id=report.node_id)
    with transaction.atomic():
        now = locked(report, State.CHECKED)
        if not may_approve(report=now, by=by):
            raise SamePerson("Somebody else approves than who wrote or checked it.")
        _step(now, State.APPROVED, by, at, approved_by=by.id, approved_by_name=by.name, approved_at=at)


def may_approve(*, report: MonthlyReport, by: User) -> bool:
    """Whether somebody had no part in writing or checking."""
    return by.id not in (report.written_by, report.checked_by) and not report.lines.filter(written_by=by.id).exists()


def publish(*, report: MonthlyReport, by: User, at: datetime) -> None:
    """Publish an approved report; from then on it is locked.

    Raises: OpenFindings when something was found and nobody has written why it stays; WrongStep, NotAllowed.
    """
    require(user=by, deed="report.approve", node_id=report.node_id)
    with transaction.atomic():
        now = locked(report, State.APPROVED)
        if found := check_of(now).open:
            raise OpenFindings(found)
        _step(now, State.PUBLISHED, by, at, published_by=by.id, published_by_name=by.name, published_at=at)


def return_for_changes(*, id: UUID, report: MonthlyReport, words: str, by: User, at: datetime) -> MonthlyReturn:
    """Send a checked or approved report back to be changed: it is a draft again.

    Raises: ReasonMissing, WrongStep, NotAllowed.
    """
    rights = Rights(by)
    if not rights.may("report.approve", report.node_id):
        rights.require("report.check", report.node_id)
    if found := known(MonthlyReturn, id):
        return found
    why = said(words, "Say what is to be changed.")
    with transaction.atomic():
        now = locked(report, State.CHECKED, State.APPROVED)
        made = MonthlyReturn.objects.create(id=id, report=now, from_state=now.state, words=why, **signed(by, at))
        nobody: dict[str, object] = {}
        for step in ("checked", "approved"):
            nobody |= {f"{step}_by": None, f"{step}_by_name": "", f"{step}_at": None}
        _step(now, State.DRAFT, by, at, **nobody)
    return made


def answer_finding(
    *, id: UUID, report: MonthlyReport, fingerprint: str, words: str, by: User, at: datetime
) -> MonthlyAnswer:
    """Write why a report may be published although something was found. The same id returns what is there.

    Raises: NothingFound, ReasonMissing, WrongStep, NotAllowed.
    """
    rights = Rights(by)
    if not rights.may("report.check", report.node_id):
        rights.require("report.write", report.node_id)
    if found := known(MonthlyAnswer, id):
        return found
    why = said(words, "Say why the figures are right, or why they stay.")
    with transaction.atomic():
        now = locked(report, State.DRAFT, State.CHECKED, State.APPROVED)
        finding = next((one for one in check_of(now).mine if print_of(one) == fingerprint), None)
        if finding is None:
            raise NothingFound("This is not found any more: the figures have changed.")
        made = MonthlyAnswer.objects.create(
            id=id,
            report=now,
            fingerprint=fingerprint,
            finding=finding_to_json(finding),
            words=why,
            **signed(by, at),
        )
        note("monthly.answered", now, now.node_id, by, at, finding=finding.code, fingerprint=fingerprint)
    return made


def _step(report: MonthlyReport, to: str, by: User, at: datetime, **columns: object) -> None:
    """Write a step and who took it."""
    changed = MonthlyReport.objects.filter(id=report.id, state=report.state).update(state=to, **columns)
    if not changed:
        raise WrongStep(f"The report is not {report.state} any more.")
    note(f"monthly.{'returned' if to == State.DRAFT else to}", report, report.node_id, by, at, was=report.state)
