"""What a phone is answered about stories: rounds to collect in, receipts, and how far a round has come."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import get_language_from_request, override
from ninja import Schema

from egenmakt.apps.stories.models import Attachment, Round
from egenmakt.apps.stories.refusals import sentence_of
from egenmakt.apps.stories.services.receiving import Receipt
from egenmakt.core.signification.rounds import Cell, Progress

HTTP_STATUS: Final = {"accepted": 201, "already_recorded": 200, "quarantined": 409, "erased": 410, "refused": 422}


class FrameworkNamed(Schema):
    """Which framework a round asks with, and where to fetch it."""

    id: UUID
    version: int
    fingerprint: str
    """SHA-256 of its content: a phone that holds it already need not fetch it again."""
    address: str


class RoundOut(Schema):
    """A round in which the phone's user collects now."""

    id: UUID
    name: str
    partner: str
    starts_on: date
    until_on: date
    """The day from which no story is collected any more."""
    languages: list[str]
    target: int
    framework: FrameworkNamed


class RoundsOut(Schema):
    """The rounds to collect in, those that began first at the top."""

    rounds: list[RoundOut]


class StoryFindingOut(Schema):
    """One reason why a story was not accepted."""

    code: str
    where: str
    """The place in the document, as a JSON pointer."""
    values: dict[str, Any]
    sentence: str
    """The reason in the language that was asked for."""


class StoryReceiptOut(Schema):
    """What became of a story."""

    status: str
    """accepted, already_recorded, quarantined, refused, erased; in a batch also not_allowed."""
    story_id: UUID | None
    is_kept: bool
    """Whether anything of the document is stored. Without consent, or once erased, nothing is."""
    findings: list[StoryFindingOut]
    wanted: list[UUID]
    """Attachments of the story that have not arrived yet."""


class StoryLineOut(StoryReceiptOut):
    """A receipt in a batch, with the status that the story would have been answered with alone."""

    http_status: int


class StoryBatchOut(Schema):
    """One receipt for each story of a batch, in the order in which they were sent."""

    receipts: list[StoryLineOut]


class AttachmentOut(Schema):
    """What became of a photo or a voice: stored, or already_recorded."""

    status: str
    attachment_id: UUID


class CodeIn(Schema):
    """The code on a teller's slip, however it was typed or read aloud."""

    code: str


class WithdrawnOut(Schema):
    """How many stories were erased."""

    stories: int


class CellOut(Schema):
    """How far one quota has come."""

    by: str
    value: str
    target: int
    collected: int
    missing: int


class ProgressOut(Schema):
    """How far a round has come. Stories that were told to try the form out, or set aside, do not count."""

    target: int
    collected: int
    missing: int
    still_needed: int
    """With how many more stories the round can be complete, at the least."""
    is_complete: bool
    cells: list[CellOut]
    unknown: dict[str, int]
    """For each kind of quota, of how many stories it is not known."""


def round_json(round: Round, *, address: str) -> dict[str, Any]:
    """A round as it is sent. Args: address, of its framework."""
    version = round.framework_version
    return {
        "id": str(round.id),
        "name": round.name,
        "partner": round.node.name,
        "starts_on": round.starts_on.isoformat(),
        "until_on": round.until_on.isoformat(),
        "languages": list(round.languages),
        "target": round.target,
        "framework": {
            "id": str(version.framework_id),
            "version": version.number,
            "fingerprint": version.fingerprint,
            "address": address,
        },
    }


def story_receipt_json(receipt: Receipt, request: HttpRequest) -> dict[str, Any]:
    """A receipt as it is sent, its findings in the language of the request."""
    with override(get_language_from_request(request)):
        findings = [{**finding, "sentence": sentence_of(finding)} for finding in receipt.findings]
    return {
        "status": receipt.status,
        "story_id": str(receipt.story_id) if receipt.story_id else None,
        "is_kept": receipt.is_kept,
        "findings": findings,
        "wanted": [str(id) for id in _wanted(receipt)],
    }


def _wanted(receipt: Receipt) -> Iterable[UUID]:
    if receipt.story_id is None or receipt.status not in ("accepted", "already_recorded"):
        return ()
    missing = Attachment.objects.filter(story_id=receipt.story_id, stored_at__isnull=True)
    return missing.order_by("id").values_list("id", flat=True)


def progress_json(progress: Progress) -> dict[str, Any]:
    """How far a round has come, as it is sent."""
    return {
        "target": progress.target,
        "collected": progress.collected,
        "missing": progress.missing,
        "still_needed": progress.still_needed,
        "is_complete": progress.is_complete,
        "cells": [_cell(cell) for cell in progress.cells],
        "unknown": dict(progress.unknown),
    }


def _cell(cell: Cell) -> dict[str, Any]:
    quota = cell.quota
    return {
        "by": quota.by,
        "value": quota.value,
        "target": quota.target,
        "collected": cell.collected,
        "missing": cell.missing,
    }
