"""Putting something beside a story: a translation, an annotation, masks. The teller's own words stay as they are."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import NotAllowed
from egenmakt.apps.stories.marks import note
from egenmakt.apps.stories.models import Annotation, Masking, Story, Translation
from egenmakt.apps.stories.queries.reach import require_story
from egenmakt.apps.stories.services.searching import index_story


class NoConsent(PermissionError):
    """The teller did not allow this; the sentence says what."""


class NotAMask(ValueError):
    """A mask lies outside the text, or over another one."""


def add_translation(
    *,
    id: UUID,
    story: Story,
    language: str,
    text: str,
    by: User,
    at: datetime,
    title: str = "",
    made_with: str = "",
) -> Translation:
    """Put a translation beside a story.

    Args: made_with, the program and version when a machine made it, empty when a person did; only with the teller's
    consent to machine translation. The same id again returns what is there. Raises: NoConsent, NotAllowed.
    """
    require_story(user=by, deed="story.translate", story=story)
    if made_with and not story.may_machine_translation:
        raise NoConsent("The teller did not allow that a machine translates this story.")
    if known := Translation.objects.filter(id=id, story=story).first():
        return known
    with transaction.atomic():
        made = Translation.objects.create(
            id=id,
            story=story,
            language=language,
            title=title,
            text=text,
            made=Translation.Made.MACHINE if made_with else Translation.Made.HUMAN,
            made_with=made_with,
            added_by=by.id,
            added_by_name=by.name,
            added_at=at,
        )
        index_story(story_id=story.id)
        data = {"language": language, "made": made.made}
        note(deed="story.translated", id_hash=story.id_hash, node_id=story.node_id, by=by, at=at, data=data)
    return made


def annotate(
    *,
    id: UUID,
    story: Story,
    by: User,
    at: datetime,
    words: str = "",
    question: str = "",
    answer: Mapping[str, Any] | None = None,
) -> Annotation:
    """Write a signed and dated note beside a story, or how one would have answered a question oneself.

    The same id again returns what is there. Raises: NotAllowed.
    """
    require_story(user=by, deed="story.annotate", story=story)
    if known := Annotation.objects.filter(id=id, story=story).first():
        return known
    with transaction.atomic():
        written = Annotation.objects.create(
            id=id,
            story=story,
            question=question,
            answer=dict(answer) if answer is not None else None,
            words=words,
            written_by=by.id,
            written_by_name=by.name,
            written_at=at,
        )
        note(deed="story.annotated", id_hash=story.id_hash, node_id=story.node_id, by=by, at=at)
    return written


def text_in(*, story: Story, language: str) -> tuple[str, str]:
    """Title and text of a story in a language: the teller's own, or the latest translation. Raises: LookupError."""
    if language == story.language:
        return story.title, story.text
    found = Translation.objects.filter(story=story, language=language).order_by("-added_at", "-id").first()
    if found is None:
        raise LookupError(f"The story has no translation into {language}.")
    return found.title, found.text


def text_sha256(*, title: str, text: str) -> str:
    """By which a masking knows the text that it was made for."""
    return hashlib.sha256(f"{title}\0{text}".encode()).hexdigest()


def accept_masks(
    *, id: UUID, story: Story, language: str, masks: Sequence[Mapping[str, Any]], by: User, at: datetime
) -> Masking:
    """Keep which words are covered before a story leaves; none is an answer too: it was looked at.

    Args: masks, each with `field` (title or text), `start`, `end` (exclusive) and `replacement`.
    Raises: NotAMask, NotAllowed, LookupError when there is no text in the language.
    """
    require_story(user=by, deed="story.moderate", story=story)
    if known := Masking.objects.filter(id=id, story=story).first():
        return known
    title, text = text_in(story=story, language=language)
    kept = _checked(masks, {"title": len(title), "text": len(text)})
    with transaction.atomic():
        masking = Masking.objects.create(
            id=id,
            story=story,
            language=language,
            text_sha256=text_sha256(title=title, text=text),
            masks=kept,
            accepted_by=by.id,
            accepted_by_name=by.name,
            accepted_at=at,
        )
        data = {"masks": len(kept), "language": language}
        note(deed="story.masked", id_hash=story.id_hash, node_id=story.node_id, by=by, at=at, data=data)
    return masking


def _checked(masks: Sequence[Mapping[str, Any]], lengths: Mapping[str, int]) -> list[dict[str, Any]]:
    kept = [{key: mask[key] for key in ("field", "start", "end", "replacement")} for mask in masks]
    kept.sort(key=lambda mask: (mask["field"], mask["start"]))
    reached: dict[str, int] = {}
    for mask in kept:
        field, start, end = mask["field"], mask["start"], mask["end"]
        if field not in lengths or not reached.get(field, 0) <= start < end <= lengths[field]:
            raise NotAMask(f"The mask from {start} to {end} of {field} lies outside the text or over another one.")
        reached[field] = end
    return kept


__all__ = [
    "NoConsent",
    "NotAMask",
    "NotAllowed",
    "accept_masks",
    "add_translation",
    "annotate",
    "text_in",
    "text_sha256",
]
