"""Writing an effect report: starting it, its texts and claims version by version, and answers to what was found."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import uuid6
from django.db import transaction
from django.db.models import Max, Q

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import require
from egenmakt.apps.audit.services import SYSTEM, record
from egenmakt.apps.people.models import Node, NodeAncestor
from egenmakt.apps.reports.models import ClaimVersion, EffectReport, FindingAnswer, SectionText

MOST_LETTERS = 50_000
"""More than a whole report has: a text of this length in one section was pasted by mistake."""


class NotAReport(ValueError):
    """A report cannot be begun like this. It reads as a sentence with the remedy."""


class ChangedMeanwhile(RuntimeError):
    """Somebody else saved the same text since it was opened. Nothing was overwritten."""


class ReasonMissing(ValueError):
    """What was found may stay only with a reason in words."""


def signed(by: User | None, at: datetime) -> dict[str, object]:
    """Who writes a row, and when; the command line signs as the system."""
    return {"written_by": by.id if by else None, "written_by_name": by.name if by else SYSTEM, "written_at": at}


def allowed(by: User | None, deed: str, node_id: UUID) -> None:
    """Raises: NotAllowed. The command line is run by whoever holds the machine, and is not asked."""
    if by is not None:
        require(user=by, deed=deed, node_id=node_id)


def start_report(
    *,
    id: UUID,
    node: Node,
    outline: str,
    from_on: date,
    until_on: date,
    titles: Mapping[str, str],
    by: User | None,
    at: datetime,
) -> EffectReport:
    """Begin a report; the same id returns what is there. Args: until_on, the day after the last; titles, by language.

    Raises: NotAReport, NotAllowed.
    """
    allowed(by, "report.write", node.id)
    if found := EffectReport.objects.filter(id=id).first():
        return found
    if node.kind == Node.Kind.GROUP:
        raise NotAReport("A report is of a partner, an organisation or a network; choose one of them.")
    if from_on >= until_on:
        raise NotAReport("The last day lies before the first; put the period right.")
    given = {language: title.strip() for language, title in titles.items()}
    if not given or not all(given.values()):
        raise NotAReport("Give the report a title in each of its languages.")
    above = NodeAncestor.objects.filter(node=node, ancestor__kind=Node.Kind.ORGANISATION).order_by("depth")
    with transaction.atomic():
        made = EffectReport.objects.create(
            id=id,
            node=node,
            organisation_id=above.values_list("ancestor_id", flat=True).first() or node.id,
            outline=outline,
            from_on=from_on,
            until_on=until_on,
            languages=list(given),
            titles=given,
            **signed(by, at),
        )
        _note("effect.started", made, by, at, outline=outline)
    return made


def write_text(
    *, report: EffectReport, section: str, language: str, text: str, after: int, by: User | None, at: datetime
) -> SectionText:
    """Save what the authors wrote in a section. Args: after, the number of the version that the writer had before her.

    Saving the same words again changes nothing. Raises: ChangedMeanwhile, NotAReport, NotAllowed.
    """
    allowed(by, "report.write", report.node_id)
    text = text.replace("\r\n", "\n").strip()
    if len(text) > MOST_LETTERS:
        raise NotAReport(f"The text has {len(text)} letters; a section holds {MOST_LETTERS}.")
    with transaction.atomic():
        EffectReport.objects.select_for_update().get(id=report.id)
        last = SectionText.objects.filter(report=report, section=section, language=language).order_by("-number").first()
        if last is not None and last.text == text:
            return last
        number = last.number if last else 0
        if number != after:
            who = last.written_by_name if last else ""
            raise ChangedMeanwhile(
                f"{who} saved this section while you wrote. Your words are still in the form: "
                "look at both, put them together, and save again."
            )
        made = SectionText.objects.create(
            id=uuid6.uuid7(), report=report, section=section, language=language, number=number + 1, text=text,
            **signed(by, at),
        )  # fmt: skip
        _note("effect.text_written", report, by, at, section=section, language=language, number=made.number)
    return made


def take_up_text(*, report: EffectReport, version: SectionText, by: User | None, at: datetime) -> SectionText:
    """Go back to an earlier version of a text: it becomes the newest one, and nothing is lost. Raises: NotAllowed."""
    last = SectionText.objects.filter(report=report, section=version.section, language=version.language)
    number = last.aggregate(last=Max("number"))["last"] or 0
    return write_text(
        report=report, section=version.section, language=version.language, text=version.text, after=number, by=by, at=at
    )


def put_claim(
    *, report: EffectReport, section: str, code: str, document: Mapping[str, Any] | None, by: User | None, at: datetime
) -> ClaimVersion:
    """Save a claim, or take it away with None. Args: document, as contract 7 says, without value.

    Whoever calls this has read the document by core/evidence, so that it is a claim. Raises: NotAllowed.
    """
    allowed(by, "report.write", report.node_id)
    with transaction.atomic():
        EffectReport.objects.select_for_update().get(id=report.id)
        last = ClaimVersion.objects.filter(report=report, code=code).order_by("-number").first()
        kept = dict(document) if document is not None else None
        if last is not None and (last.document, last.section) == (kept, section):
            return last
        made = ClaimVersion.objects.create(
            id=uuid6.uuid7(), report=report, section=section, code=code, number=(last.number if last else 0) + 1,
            document=kept, **signed(by, at),
        )  # fmt: skip
        _note("effect.claim_written" if kept else "effect.claim_removed", report, by, at, code=code)
    return made


def answer_finding(
    *, report: EffectReport, finding: str, sentence: str, reason: str, by: User | None, at: datetime
) -> FindingAnswer:
    """Say why something that was found may stay. Raises: ReasonMissing, NotAllowed."""
    allowed(by, "report.check", report.node_id)
    if not reason.strip():
        raise ReasonMissing("Write why this may stay as it is, or put it right.")
    with transaction.atomic():
        made = FindingAnswer.objects.create(
            id=uuid6.uuid7(), report=report, finding=finding, sentence=sentence[:1000], reason=reason.strip(),
            **signed(by, at),
        )  # fmt: skip
        _note("effect.finding_answered", report, by, at, finding=finding)
    return made


def discard(*, report: EffectReport, by: User | None, at: datetime, is_back: bool = False) -> EffectReport:
    """Lay a report aside, or take it up again. What was frozen stays. Raises: NotAllowed."""
    allowed(by, "report.write", report.node_id)
    with transaction.atomic():
        wanted = Q(discarded_at__isnull=not is_back)
        if EffectReport.objects.filter(wanted, id=report.id).update(discarded_at=None if is_back else at):
            _note("effect.taken_up" if is_back else "effect.discarded", report, by, at)
    report.refresh_from_db()
    return report


def _note(deed: str, report: EffectReport, by: User | None, at: datetime, **data: object) -> None:
    record(
        by=by, at=at, deed=deed, subject_kind="effect_report", subject_id=report.id, node_id=report.node_id, data=data
    )
