"""What a phone is answered when it has sent a meeting."""

from __future__ import annotations

import json
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language_from_request, override
from ninja import Schema

from egenmakt.apps.groups.models import Arrival
from egenmakt.apps.groups.services.arriving import Receipt
from egenmakt.interfaces.sync.sentences import sentence

HTTP_STATUS = {"accepted": 201, "already_recorded": 200, "held": 202, "quarantined": 409, "refused": 422}


class FindingOut(Schema):
    """One reason why a meeting was not accepted."""

    code: str
    where: str
    """The place in the document, as a JSON pointer."""
    values: dict[str, Any]
    clause: str
    """The number of the clause of the group's constitution that it follows from; empty where it is not one."""
    clause_words: str
    sentence: str
    """The reason in the language that was asked for."""


class ReceiptOut(Schema):
    """What became of a meeting. All but the first two kept the document and changed nothing in the book."""

    status: str
    """accepted, already_recorded, held, quarantined, refused; in a batch also not_allowed."""
    meeting_id: UUID | None
    code: str
    """The meeting code for the passbooks, when it is recorded."""
    hash: str
    findings: list[FindingOut]
    arrival_id: UUID | None
    followed_by: list[UUID]
    """Meetings that had been held and could be accepted because this one came."""


class BatchLineOut(ReceiptOut):
    """A receipt in a batch, with the status that the meeting would have been answered with alone."""

    http_status: int


class BatchOut(Schema):
    """One receipt for each meeting of a batch, in the order in which they were sent."""

    receipts: list[BatchLineOut]


class MessageOut(Schema):
    """Why a request was not served."""

    detail: str


NOT_SERVED: Final = {401: MessageOut, 403: MessageOut, 404: MessageOut, 422: MessageOut}
"""What every address that names something may answer instead."""


def plain_receipt(receipt: Receipt) -> dict[str, Any]:
    """A receipt as it is sent when there is no finding to put into words."""
    return {
        "status": receipt.status,
        "meeting_id": str(receipt.meeting_id) if receipt.meeting_id else None,
        "code": receipt.code,
        "hash": receipt.hash,
        "findings": [],
        "arrival_id": str(receipt.arrival_id) if receipt.arrival_id else None,
        "followed_by": [str(id) for id in receipt.followed_by],
    }


def receipt_json(receipt: Receipt, request: HttpRequest) -> dict[str, Any]:
    """A receipt as it is sent, its findings in the language of the request."""
    plain = plain_receipt(receipt)
    return {**plain, "findings": _findings(receipt, request)} if receipt.findings else plain


def _findings(receipt: Receipt, request: HttpRequest) -> list[dict[str, Any]]:
    kept = Arrival.objects.filter(id__in=[receipt.arrival_id] if receipt.arrival_id else [])
    currency = kept.values_list("group__currency", flat=True).first() or ""
    with override(get_language_from_request(request)):
        return [
            {"clause": "", "clause_words": "", **finding, "sentence": sentence(finding, currency=currency)}
            for finding in receipt.findings
        ]


def answer(value: object, status: int = 200) -> HttpResponse:
    """Something as JSON."""
    return HttpResponse(json.dumps(value), content_type="application/json", status=status)


def message(detail: str, status: int) -> HttpResponse:
    """A sentence about a request that is not served."""
    return answer({"detail": detail}, status)
