"""Many stories at once, such as those of a file: the same rules as for one, and a few statements for hundreds."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from uuid6 import uuid7

from egenmakt.apps.access.models import User
from egenmakt.apps.stories.frameworks import framework_of
from egenmakt.apps.stories.marks import hash_of_id, note_many
from egenmakt.apps.stories.models import ConsentRecord, Erased, Round, SearchText, Story, StoryArrival
from egenmakt.apps.stories.parsing import id_in
from egenmakt.apps.stories.services.receiving import (
    Arrived,
    Receipt,
    Sender,
    consent_row,
    interview_hash,
    misplaced,
    receive_arrived,
    receive_story,
    signed_in,
    story_row,
)
from egenmakt.apps.stories.words import fold
from egenmakt.core.signification.consent import keeps
from egenmakt.core.signification.story import StoryDocument, StoryRefused, content_hash, read_story


def receive_stories(*, documents: Sequence[Mapping[str, Any]], round: Round, by: User, at: datetime) -> list[Receipt]:
    """Take in documents of stories of one round, as if each were sent by itself; the receipts are in their order.

    A document that is sound and new is written together with the others. Whatever is not as simple goes the way of a
    single story. All in one transaction: give some hundreds at a time. Raises: NotAllowed.
    """
    sender = signed_in(by, round)
    try:
        return _all(documents, round, sender, by, at)
    except IntegrityError:
        # another process wrote one of these interviews at the same moment: now it is there to compare
        return _all(documents, round, sender, by, at)


def _all(documents: Sequence[Mapping[str, Any]], round: Round, sender: Sender, by: User, at: datetime) -> list[Receipt]:
    receipts: list[Receipt | None] = [None] * len(documents)
    with transaction.atomic():
        sound = _sound(documents, round, sender, at)
        here = _here(each for each in sound if each is not None)
        new = _new_ones(sound, here)
        _write([each for each in new if each is not None], round, sender, by, at)
        for index, (document, read, written) in enumerate(zip(documents, sound, new, strict=True)):
            if written is not None:
                receipts[index] = Receipt("accepted", written.story.id, is_kept=True)
            elif read is not None and here.get(read.story.id) == read.content_hash:
                receipts[index] = Receipt("already_recorded", read.story.id, is_kept=True)
            else:
                receipts[index] = _one(document, round, sender, by, at)
    return [receipt for receipt in receipts if receipt is not None]


class _Sound:
    """A story that can be written with many others."""

    def __init__(self, arrived: Arrived, story: StoryDocument, interview: str) -> None:
        self.arrived, self.story, self.interview = arrived, story, interview
        self.content_hash = content_hash(story)


def _one(document: Mapping[str, Any], round: Round, sender: Sender, by: User, at: datetime) -> Receipt:
    content = _bytes_of(document)
    story_id = id_in(dict(document), "id")
    if document.get("round") != str(round.id) or story_id is None or not keeps(document):
        return receive_story(content=content, by=by, at=at)
    return receive_arrived(Arrived(content, dict(document), story_id, hash_of_id(story_id), round, at), sender)


def _bytes_of(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")


def _sound(documents: Sequence[Mapping[str, Any]], round: Round, sender: Sender, at: datetime) -> list[_Sound | None]:
    """Those that are new and allowed; None for each that needs a closer look."""
    framework = framework_of(version=round.framework_version)
    found: list[_Sound | None] = []
    for document in documents:
        story_id = id_in(dict(document), "id")
        if story_id is None or document.get("round") != str(round.id) or not keeps(document):
            found.append(None)
            continue
        try:
            story = read_story(document, framework=framework)
        except StoryRefused:
            found.append(None)
            continue
        arrived = Arrived(_bytes_of(document), dict(document), story_id, hash_of_id(story_id), round, at)
        is_plain = not story.attachments and not any(misplaced(story, arrived, sender))
        found.append(_Sound(arrived, story, interview_hash(story)) if is_plain else None)
    return found


def _here(sound: Iterable[_Sound]) -> dict[UUID, str]:
    """The stories that are in the database, with the hash of their content."""
    return dict(Story.objects.filter(id__in=[each.story.id for each in sound]).values_list("id", "content_hash"))


def _new_ones(found: Sequence[_Sound | None], known: Mapping[UUID, str]) -> list[_Sound | None]:
    """Leave out what is here, was erased, or looks like an interview that is here or stands earlier in the list."""
    sound = [each for each in found if each is not None]
    ids = [each.story.id for each in sound]
    hashes = [each.arrived.id_hash for each in sound]
    here = set(known) | set(StoryArrival.objects.filter(story_id__in=ids).values_list("story_id", flat=True))
    erased = set(Erased.objects.filter(id_hash__in=hashes).values_list("id_hash", flat=True))
    told = Story.objects.filter(interview_hash__in=[each.interview for each in sound])
    interviews = set(told.values_list("interview_hash", "mode"))
    result: list[_Sound | None] = []
    for each in found:
        if each is not None:
            interview = (each.interview, each.story.mode)
            is_new = each.story.id not in here and each.arrived.id_hash not in erased and interview not in interviews
            here.add(each.story.id)
            interviews.add(interview)
            if not is_new:
                result.append(None)
                continue
        result.append(each)
    return result


def _write(sound: Sequence[_Sound], round: Round, sender: Sender, by: User, at: datetime) -> None:
    if not sound:
        return
    StoryArrival.objects.bulk_create(
        StoryArrival(
            id=uuid7(),
            story_id=each.story.id,
            id_hash=each.arrived.id_hash,
            round=round,
            withdrawal_hash=each.story.withdrawal or "",
            content=each.arrived.content,
            content_hash=each.arrived.content_hash,
            received_at=at,
            received_by=sender.id,
            state=StoryArrival.State.ACCEPTED,
        )
        for each in sound
    )
    Story.objects.bulk_create(
        story_row(arrived=each.arrived, story=each.story, interview=each.interview, sender=sender) for each in sound
    )
    ConsentRecord.objects.bulk_create(
        consent_row(each.story.id, each.story.consent, ConsentRecord.Channel.STORY, sender.id, at) for each in sound
    )
    SearchText.objects.bulk_create(
        SearchText(story_id=each.story.id, words=fold(f"{each.story.title}\n{each.story.text}")) for each in sound
    )
    data = [(each.arrived.id_hash, {"round": str(round.id), "mode": each.story.mode}) for each in sound]
    note_many(deed="story.received", stories=data, node_id=round.node_id, by=by, at=at)


def recorded(*, ids: Sequence[UUID]) -> frozenset[UUID]:
    """Which of some stories are here."""
    return frozenset(Story.objects.filter(id__in=ids).values_list("id", flat=True))
