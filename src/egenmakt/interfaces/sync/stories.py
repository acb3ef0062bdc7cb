"""The door of stories: rounds and their frameworks out; stories, photos, voices and withdrawals in."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from ninja import Path, Router

from egenmakt.apps.access.devices import Device, require_device, user_of
from egenmakt.apps.access.queries import NotAllowed
from egenmakt.apps.people.models import NodeAncestor
from egenmakt.apps.stories.marks import hash_of_id
from egenmakt.apps.stories.media import AUDIO_BYTES_MAX, PHOTO_BYTES_MAX
from egenmakt.apps.stories.models import Attachment, Erased, FrameworkVersion, Round
from egenmakt.apps.stories.parsing import BYTES_MAX
from egenmakt.apps.stories.queries.rounds import progress_of, rounds_to_collect_in
from egenmakt.apps.stories.services.attachments import NoConsent, NotTaken, OtherBytes, store_attachment
from egenmakt.apps.stories.services.erasing import UnknownCode, withdraw
from egenmakt.apps.stories.services.receiving import Receipt, receive_from_device
from egenmakt.core.codes import NotACode
from egenmakt.interfaces.sync.batches import Door, many_documents, one_document
from egenmakt.interfaces.sync.bodies import body
from egenmakt.interfaces.sync.phones import phone_of
from egenmakt.interfaces.sync.receipts import NOT_SERVED, MessageOut, answer, message
from egenmakt.interfaces.sync.story_receipts import (
    HTTP_STATUS,
    AttachmentOut,
    CodeIn,
    ProgressOut,
    RoundsOut,
    StoryBatchOut,
    StoryReceiptOut,
    WithdrawnOut,
    progress_json,
    round_json,
    story_receipt_json,
)

_FRAMEWORK = {"schema": {"$ref": "#/components/schemas/FrameworkDocument"}}
_FILE = {"schema": {"type": "string", "format": "binary"}}
_BYTES_MAX = {Attachment.Kind.PHOTO: PHOTO_BYTES_MAX, Attachment.Kind.AUDIO: AUDIO_BYTES_MAX}
_UNCHANGED = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
    "description": "The ETag of the last answer: 304 without a body when nothing has changed since.",
}

router = Router(tags=["stories"])


@router.get(
    "/rounds",
    response={200: RoundsOut, 304: None, 401: MessageOut},
    openapi_extra={"parameters": [_UNCHANGED]},
    summary="The rounds in which the phone's user collects now",
)
def rounds(request: HttpRequest) -> HttpResponse:
    """With the fingerprint of each one's framework, so that a phone fetches only frameworks that it does not hold."""
    device = phone_of(request)
    found = {"rounds": [round_json(each, address=_address(each.framework_version)) for each in _rounds(device)]}
    return _unless_known(request, found, tag=sha256(json.dumps(found).encode()).hexdigest())


@router.get(
    "/frameworks/{uuid:framework_id}/{int:number}",
    response={200: dict[str, Any], 304: None, **NOT_SERVED},
    openapi_extra={
        "parameters": [_UNCHANGED],
        "responses": {200: {"description": "OK", "content": {"application/json": _FRAMEWORK}}},
    },
    summary="A framework of one of these rounds",
    url_name="story_framework_for_phone",
)
def framework(request: HttpRequest, framework_id: Path[UUID], number: Path[int]) -> HttpResponse:
    """Its JSON, character for character as it was written. A version never changes; its ETag is its fingerprint."""
    asked_in = _rounds(phone_of(request)).values("framework_version_id")
    version = FrameworkVersion.objects.filter(framework_id=framework_id, number=number, id__in=asked_in).first()
    if version is None:
        raise NotAllowed("No round in which you collect asks with this framework.")
    return _unless_known(request, version.content, tag=version.fingerprint)


@router.get(
    "/rounds/{uuid:round_id}/progress",
    response={200: ProgressOut, **NOT_SERVED},
    summary="How far a round has come, and who is missing",
)
def round_progress(request: HttpRequest, round_id: Path[UUID]) -> HttpResponse:
    """Figures without stories, for those who collect in the round."""
    device, at = phone_of(request), timezone.now()
    user = user_of(device=device)
    round = Round.objects.filter(id=round_id).first()
    if round is None:
        raise NotAllowed("You may not see this round.")
    require_device(device=device, deed="story.collect", node_id=round.node_id, on=at.date())
    return answer(progress_json(progress_of(user=user, round=round)))


STORIES = Door(
    component="StoryDocument",
    receive=receive_from_device,
    as_json=story_receipt_json,
    statuses=HTTP_STATUS,
    turned_away=lambda finding: Receipt("not_allowed", findings=[finding]),
    whose="/round",
    bytes_max=BYTES_MAX,
)


@router.post(
    "",
    response=STORIES.responses(StoryReceiptOut),
    openapi_extra=one_document(STORIES.component),
    summary="Send one story",
)
def send_story(request: HttpRequest) -> HttpResponse:
    """201 accepted, 200 already recorded, 409 kept until a person has decided (other content under the same id, or the
    same interview under another one), 410 erased earlier and never taken again, 422 refused with every reason.

    Without the teller's consent nothing of it is kept, not even that it came."""
    return STORIES.take_one(request)


@router.post(
    "/batch",
    response={200: StoryBatchOut, 401: MessageOut, 413: MessageOut},
    openapi_extra=many_documents(STORIES.component, "One story document on each line."),
    summary="Send many stories",
)
def send_stories(request: HttpRequest) -> HttpResponse:
    """The stories of days without a network, of one round or of many: a JSON list, or one on each line.

    Each is accepted or not for itself, and answered in the order in which it was sent."""
    user_of(device=phone_of(request))  # a phone that was stopped is told so, also when it sends nothing
    return STORIES.take_many(request)


@router.put(
    "/{uuid:story_id}/attachments/{uuid:attachment_id}",
    response={
        200: AttachmentOut,
        201: AttachmentOut,
        410: MessageOut,
        413: MessageOut,
        **NOT_SERVED,
    },
    openapi_extra={"requestBody": {"required": True, "content": {"application/octet-stream": _FILE}}},
    summary="Send a photo or a voice",
)
def send_attachment(request: HttpRequest, story_id: Path[UUID], attachment_id: Path[UUID]) -> HttpResponse:
    """The file that a story named, whole: 201 stored, 200 already recorded. A photo has at most 15 MB, a voice 50 MB.

    It is freed of where and with what it was made before it touches the disk, so it cannot come in pieces."""
    device = phone_of(request)
    user = user_of(device=device)
    if Erased.objects.filter(id_hash=hash_of_id(story_id)).exists():
        return message("The story was erased; nothing of it is taken any more.", 410)
    found = Attachment.objects.select_related("story").filter(id=attachment_id, story_id=story_id).first()
    if found is None:
        return message("No story that is here names this file. Send the story first.", 404)
    if not NodeAncestor.objects.filter(node_id=found.story.node_id, ancestor_id=device.node_id).exists():
        raise NotAllowed("This phone may not collect stories here. Ask the one who enrolled it.")
    content = body(request, limit=_BYTES_MAX[Attachment.Kind(found.kind)])
    try:
        status = store_attachment(attachment=found, content=content, at=timezone.now(), by=user)
    except NoConsent as error:
        return message(str(error), 403)
    except (OtherBytes, NotTaken) as error:
        return message(str(error), 422)
    return answer({"status": status, "attachment_id": str(attachment_id)}, 201 if status == "stored" else 200)


@router.post(
    "/withdrawals",
    response={200: WithdrawnOut, 400: MessageOut, 401: MessageOut, 404: MessageOut, 422: MessageOut},
    summary="Take back what was told under a code",
)
def take_back(request: HttpRequest, given: CodeIn) -> HttpResponse:
    """On the word of whoever holds the slip. 404 where nothing stands under the code, also when it is gone already."""
    user_of(device=phone_of(request))
    try:
        return answer({"stories": withdraw(code=given.code, at=timezone.now()).stories})
    except UnknownCode as error:
        return message(str(error), 404)
    except NotACode as error:
        return message(str(error), 422)


def _rounds(device: Device) -> QuerySet[Round]:
    """The open rounds of the phone's user, as far as the phone reaches."""
    found = rounds_to_collect_in(user=user_of(device=device), at=timezone.now())
    return found.filter(node__above__ancestor_id=device.node_id)


def _address(version: FrameworkVersion) -> str:
    return reverse("api:story_framework_for_phone", args=[version.framework_id, version.number])


def _unless_known(request: HttpRequest, value: object, *, tag: str) -> HttpResponse:
    """Something as JSON with its ETag; nothing but 304 when the phone holds it already."""
    etag = f'"{tag}"'
    known = [each.strip().removeprefix("W/") for each in request.headers.get("If-None-Match", "").split(",")]
    if etag in known:
        response = HttpResponse(status=304)
    elif isinstance(value, str):
        response = HttpResponse(value, content_type="application/json")
    else:
        response = answer(value)
    response["ETag"] = etag
    return response
