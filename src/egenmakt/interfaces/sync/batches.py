"""One document or many: how the door describes what is sent, and how it answers each of a batch in its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Schema

from egenmakt.apps.access.queries import NotAllowed
from egenmakt.interfaces.sync.bodies import BATCH_BYTES_MAX, body, documents_in
from egenmakt.interfaces.sync.phones import phone_of
from egenmakt.interfaces.sync.receipts import MessageOut, answer


class HasStatus(Protocol):
    """What every receipt has: what became of the document, in one word."""

    @property
    def status(self) -> str: ...


Receipt = TypeVar("Receipt", bound=HasStatus)


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


@dataclass(frozen=True, slots=True)
class Door(Generic[Receipt]):
    """How one kind of document comes in: alone or many at once, each with its receipt and its status."""

    component: str
    """The document's name in the specification."""
    receive: Callable[..., Receipt]
    """Takes content, device and at."""
    as_json: Callable[[Receipt, HttpRequest], dict[str, Any]]
    statuses: Mapping[str, int]
    """With which status each fate of a document is answered."""
    turned_away: Callable[[dict[str, Any]], Receipt]
    """The receipt of a document whose place the phone may not reach, from the finding that says so."""
    whose: str
    """The place in the document that names whose it is."""
    bytes_max: int
    """More bytes than this are no document."""

    def responses(self, out: type[Schema]) -> dict[int, type[Schema]]:
        """What may be answered to one document. Args: out, the receipt."""
        return {**dict.fromkeys(sorted(self.statuses.values()), out), 401: MessageOut, 403: MessageOut, 413: MessageOut}

    def take_one(self, request: HttpRequest) -> HttpResponse:
        """Take in the one document that a request holds."""
        return answer(*self._take(request, body(request, limit=self.bytes_max)))

    def take_many(self, request: HttpRequest) -> HttpResponse:
        """Take in a batch, each document for itself, and answer in the order in which they were sent."""
        lines = []
        for content in documents_in(body(request, limit=BATCH_BYTES_MAX)):
            try:
                receipt, status = self._take(request, content)
            except NotAllowed as error:
                finding = {"code": "not_allowed", "where": self.whose, "values": {"problem": str(error)}}
                receipt, status = self.as_json(self.turned_away(finding), request), 403
            lines.append({**receipt, "http_status": status})
        return answer({"receipts": lines})

    def _take(self, request: HttpRequest, content: bytes) -> tuple[dict[str, Any], int]:
        receipt = self.receive(content=content, device=phone_of(request), at=timezone.now())
        return self.as_json(receipt, request), self.statuses[receipt.status]
