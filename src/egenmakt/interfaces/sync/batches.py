"""One document or many: how the door describes what is sent, and how it answers each of a batch in its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from egenmakt.apps.access.queries import NotAllowed
from egenmakt.interfaces.sync.bodies import BATCH_BYTES_MAX, body, documents_in
from egenmakt.interfaces.sync.receipts import answer

Answered = tuple[dict[str, Any], int]
"""A receipt as JSON, and the status with which it is answered when it was sent alone."""


def one_document(component: str) -> dict[str, Any]:
    """What OpenAPI says of a request that holds one document of the specification."""
    one = {"schema": {"$ref": f"#/components/schemas/{component}"}}
    return {"requestBody": {"required": True, "content": {"application/json": one}}}


def many_documents(component: str, words: str) -> dict[str, Any]:
    """The same of one that holds many. Args: words, about a batch by lines."""
    many = {"schema": {"type": "array", "items": {"$ref": f"#/components/schemas/{component}"}}}
    lines = {"schema": {"type": "string", "description": words}}
    content = {"application/json": many, "application/x-ndjson": lines}
    return {"requestBody": {"required": True, "content": content}}


def not_allowed(error: NotAllowed, where: str) -> dict[str, Any]:
    """Why one document of a batch was not looked at, as a finding. Args: where, the place that names whose it is."""
    return {"code": "not_allowed", "where": where, "values": {"problem": str(error)}}


def answer_each(
    request: HttpRequest,
    *,
    send: Callable[[bytes], Answered],
    forbidden: Callable[[NotAllowed], dict[str, Any]],
) -> HttpResponse:
    """Take in a batch, each document for itself, and answer in the order in which they were sent.

    Args: forbidden, the receipt of a document whose place the phone may not reach.
    """
    lines = []
    for content in documents_in(body(request, limit=BATCH_BYTES_MAX)):
        try:
            receipt, status = send(content)
        except NotAllowed as error:
            receipt, status = forbidden(error), 403
        lines.append({**receipt, "http_status": status})
    return answer({"receipts": lines})
