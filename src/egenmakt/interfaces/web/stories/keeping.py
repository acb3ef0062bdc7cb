"""The last page came back: the story is kept, its files are cleaned and kept, and the slip is shown."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

import segno
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from uuid6 import uuid7

from egenmakt.apps.groups.queries.steps import step_on
from egenmakt.apps.stories.models import Attachment
from egenmakt.apps.stories.refusals import sentence_of
from egenmakt.apps.stories.services.attachments import NoConsent, NotTaken, OtherBytes, store_attachment
from egenmakt.apps.stories.services.receiving import Receipt, receive_from_link, receive_story
from egenmakt.interfaces.web.stories import consenting, showing
from egenmakt.interfaces.web.stories.controls.base import first
from egenmakt.interfaces.web.stories.places import Place
from egenmakt.interfaces.web.stories.telling import Telling

FILE_MAX = 30_000_000


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that came with the last page, as the document lists it, and its bytes."""

    entry: dict[str, Any]
    content: bytes


def keep(request: HttpRequest, place: Place, telling: Telling, files: Mapping[str, Any]) -> HttpResponse:
    """Keep a story and show the slip; sending the page twice shows the same slip again."""
    sent, dropped = _sent(telling, files)
    receipt = send(place, telling, sent)
    if receipt.status not in ("accepted", "already_recorded"):
        return not_kept(request, place, telling, receipt)
    dropped += _store(place, sent)
    return slip(request, place, telling, dropped)


def send(place: Place, telling: Telling, sent: list[Sent]) -> Receipt:
    """Hand the story over, the way that it came."""
    asker = str(place.user.id) if place.user else ""
    document = telling.document(files=[each.entry for each in sent], asker=asker, step=_step_of(place, telling))
    content = json.dumps(document, ensure_ascii=False).encode("utf-8", "surrogatepass")
    now = timezone.now()
    if place.user is None:
        return receive_from_link(content=content, token=place.token, at=now)
    return receive_story(content=content, by=place.user, at=now)


def _step_of(place: Place, telling: Telling) -> str:
    """The step that the named group had reached when the story was told; on paper, by now."""
    group = first(telling.typed, "s.group")
    if not telling.names_step or group not in dict(place.groups()):
        return ""
    told_on = telling.start.finished_at[:10] or telling.start.started_at[:10]
    return step_on(group_id=UUID(group), on=date.fromisoformat(told_on) if told_on else timezone.now().date())


def _sent(telling: Telling, files: Mapping[str, Any]) -> tuple[list[Sent], list[str]]:
    """The files that the teller agrees to, and what is said about the others."""
    sent, dropped = [], []
    for question in telling.file_questions:
        file: UploadedFile | None = files.get(f"q.{question['code']}")
        if file is None:
            continue
        is_photo = question["type"] == "photo"
        if not consenting.is_yes(telling, "photo" if is_photo else "voice"):
            dropped.append(_("The file was not kept, since you did not say yes to that."))
        elif (file.size or 0) > FILE_MAX:
            dropped.append(_("The file is too large and was not kept."))
        else:
            content = file.read()
            media = file.content_type or ("image/jpeg" if is_photo else "audio/webm")
            entry = {
                "question": question["code"],
                # the same file of the same story has the same id, however often it is sent
                "id": str(uuid7()) if not content else _id_of(telling, question["code"]),
                "kind": "photo" if is_photo else "audio",
                "sha256": hashlib.sha256(content).hexdigest(),
                "bytes": len(content),
                "media_type": media.split(";")[0].strip(),
            }
            sent.append(Sent(entry, content))
    return sent, dropped


def _id_of(telling: Telling, code: str) -> str:
    digest = bytearray(hashlib.sha256(f"{telling.start.story} {code}".encode()).digest()[:16])
    digest[6], digest[8] = digest[6] & 0x0F | 0x80, digest[8] & 0x3F | 0x80
    text = digest.hex()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def _store(place: Place, sent: list[Sent]) -> list[str]:
    """Keep the files of an accepted story; one that cannot be kept is named, and the story stays."""
    problems = []
    for each in sent:
        attachment = Attachment.objects.select_related("story").filter(id=each.entry["id"]).first()
        if attachment is None:
            continue
        try:
            store_attachment(
                attachment=attachment, content=each.content, at=timezone.now(), by=place.user, link=place.link
            )
        except (NotTaken, NoConsent, OtherBytes) as problem:
            problems.append(_("A file could not be kept: %(why)s") % {"why": problem})
    return problems


def not_kept(request: HttpRequest, place: Place, telling: Telling, receipt: Receipt) -> HttpResponse:
    """The story was not accepted: why, and what to do."""
    with translation.override(telling.language):
        waits = receipt.status == "quarantined"
        context = {
            "title": _("The story waits for a person to look at it") if waits else _("The story was not taken in"),
            "lead": _("It looks like one that is here already, with other answers. Nothing is lost.")
            if waits
            else _("Here is why:"),
            "further": [sentence_of(finding) for finding in receipt.findings],
            "buttons": [(place.url, _("Begin anew"))],
        }
    return showing.say(request, place, telling, context, status=409)


def slip(request: HttpRequest, place: Place, telling: Telling, dropped: list[str]) -> HttpResponse:
    """Thanks, the slip with the code, and the way to another story."""
    address = request.build_absolute_uri(reverse("story_withdraw"))
    with translation.override(telling.language):
        again = replace(telling.start, code="", role=telling.role) if place.by != "paper" else None
        context: dict[str, Any] = {
            "title": _("Thank you"),
            "lead": _("Your story is kept as you told it, with your own answers. Nobody can change them.")
            if place.is_public
            else _("The story is kept. Give the teller the slip: on paper, or copied by hand."),
            "further": dropped,
            "code": telling.start.code,
            "kept_on": timezone.now().date(),
            "withdraw_address": address,
            "withdraw_qr": qr(address, title=_("The address of the page for this code")),
            "again": again.signed() if again else "",
            "action": place.url,
            "next_url": "" if place.is_public else place.url,
            "round_url": "" if place.is_public else reverse("story_round", args=[place.round.id]),
        }
    return showing.say(request, place, telling, context, template="kept")


def qr(address: str, *, title: str) -> SafeString:
    """An address as a QR code, drawn into the page."""
    out = io.BytesIO()
    segno.make(address, error="m").save(
        out, kind="svg", xmldecl=False, svgns=False, nl=False, omitsize=True, title=title, border=2, svgclass="qr"
    )
    return mark_safe(out.getvalue().decode())
