"""The addresses of the door: meetings in, the group's state out; those of stories stand in a table of their own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import NinjaAPI, Path, Query
from ninja.errors import AuthenticationError, ValidationError

from egenmakt.apps.access.devices import UnknownDevice, require_device
from egenmakt.apps.access.queries import NotAllowed
from egenmakt.apps.groups.services.arriving import Receipt
from egenmakt.apps.groups.services.meetings import receive_from_device
from egenmakt.apps.groups.state import NotReady
from egenmakt.core.meetings.document import BYTES_MAX
from egenmakt.core.meetings.schema import meeting_schema
from egenmakt.core.signification.schema import framework_schema, story_schema
from egenmakt.interfaces.sync.batches import Door, many_documents, one_document
from egenmakt.interfaces.sync.bodies import TooLarge
from egenmakt.interfaces.sync.groups import MeetingsOut, StateOut, meetings_json, state_json
from egenmakt.interfaces.sync.phones import PhoneToken, phone_of
from egenmakt.interfaces.sync.receipts import (
    HTTP_STATUS,
    NOT_SERVED,
    BatchOut,
    MessageOut,
    ReceiptOut,
    answer,
    message,
    receipt_json,
)
from egenmakt.interfaces.sync.stories import router as stories


def _components() -> dict[str, Any]:
    """The documents as the specification has them, with their parts where OpenAPI wants them."""
    return {
        **_component("MeetingDocument", "entry", meeting_schema()),
        **_component("StoryDocument", "story", story_schema()),
        **_component("FrameworkDocument", "framework", framework_schema()),
    }


def _component(name: str, parts: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    text = json.dumps(schema).replace("#/$defs/", f"#/components/schemas/{parts}_")
    made = json.loads(text.replace('{"$ref": "loan-calculation.schema.json#/$defs/terms"}', '{"type": "object"}'))
    found = {f"{parts}_{part}": value for part, value in made.pop("$defs").items()}
    return {name: {key: value for key, value in made.items() if key not in ("$schema", "$id")}, **found}


api = NinjaAPI(
    title="Egenmakt, the phone's door",
    version="1",
    description="A phone sends the meetings that it has recorded and the stories that were told to it, and fetches "
    "what it needs for the next ones without a network. Sending the same again changes nothing.",
    auth=PhoneToken(),
    urls_namespace="api",
    openapi_extra={"components": {"schemas": _components()}},
)
api.add_router("/stories", stories)


@api.exception_handler(UnknownDevice)
@api.exception_handler(AuthenticationError)
def _unknown(request: HttpRequest, error: Exception) -> HttpResponse:
    response = message(str(UnknownDevice()), 401)
    response["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(NotAllowed)
def _not_allowed(request: HttpRequest, error: Exception) -> HttpResponse:
    return message(str(error), 403)


@api.exception_handler(TooLarge)
def _too_large(request: HttpRequest, error: Exception) -> HttpResponse:
    return message(str(error), 413)


@api.exception_handler(NotReady)
def _not_ready(request: HttpRequest, error: Exception) -> HttpResponse:
    return message(str(error), 409)


@api.exception_handler(ValidationError)
def _not_valid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return message("; ".join(f"{part['loc'][-1]}: {part['msg']}" for part in error.errors), 422)


MEETINGS = Door(
    component="MeetingDocument",
    receive=receive_from_device,
    as_json=receipt_json,
    statuses=HTTP_STATUS,
    turned_away=lambda finding: Receipt("not_allowed", findings=[finding]),
    whose="/group",
    bytes_max=BYTES_MAX,
)


@api.post(
    "/meetings",
    response=MEETINGS.responses(ReceiptOut),
    openapi_extra=one_document(MEETINGS.component),
    summary="Send one meeting",
)
def send_meeting(request: HttpRequest) -> HttpResponse:
    """201 accepted, 200 already recorded, 202 held until the meeting before it comes, 409 in conflict with one that
    is recorded, 422 refused with every reason. Whatever is answered, the document is kept as it came."""
    return MEETINGS.take_one(request)


@api.post(
    "/meetings/batch",
    response={200: BatchOut, 401: MessageOut, 413: MessageOut},
    openapi_extra=many_documents(MEETINGS.component, "One meeting document on each line."),
    summary="Send many meetings",
)
def send_meetings(request: HttpRequest) -> HttpResponse:
    """The meetings of days or weeks without a network, of one group or of many: a JSON list, or one on each line.

    Each is accepted or not for itself, and answered in the order in which it was sent."""
    return MEETINGS.take_many(request)


@api.get(
    "/groups/{uuid:group_id}/state",
    response={200: StateOut, 409: MessageOut, **NOT_SERVED},
    summary="What a phone needs to hold the group's next meeting",
)
def group_state(request: HttpRequest, group_id: Path[UUID]) -> HttpResponse:
    """The secrets of the members' PINs are among it only for a phone that was enrolled for this group alone."""
    device, today = phone_of(request), timezone.now().date()
    require_device(device=device, deed="group.read", node_id=group_id, on=today)
    return answer(state_json(group_id=group_id, on=today, with_pin_keys=device.node_id == group_id))


@api.get(
    "/groups/{uuid:group_id}/meetings",
    response={200: MeetingsOut, **NOT_SERVED},
    summary="The group's recorded meetings",
)
def group_meetings(
    request: HttpRequest,
    group_id: Path[UUID],
    after: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    documents: bool = False,
) -> HttpResponse:
    """In the order of their numbers, from the one after `after`."""
    require_device(device=phone_of(request), deed="group.read", node_id=group_id, on=timezone.now().date())
    return answer(meetings_json(group_id=group_id, after=after, limit=limit, with_documents=documents))
