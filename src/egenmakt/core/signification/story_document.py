"""A story as it was told: its parts, how it is written as JSON, and the hash that tells two sendings apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from egenmakt.core import canonical
from egenmakt.core.signification.answers import Answer, answers_json
from egenmakt.core.signification.consent import Consent

SCHEMA: Final = "egenmakt.story.1"


@dataclass(frozen=True, slots=True)
class Collected:
    """Who wrote the story down, and when the interview began and ended."""

    by: str
    facilitator: UUID | None
    started_at: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Place:
    """A coarse place."""

    level: str
    name: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A photo or a recording that is sent beside the document."""

    id: UUID
    kind: str
    sha256: str
    bytes: int
    media_type: str


@dataclass(frozen=True, slots=True)
class StoryDocument:
    """One story with its teller's own answers. The texts are kept letter by letter as they were written."""

    id: UUID
    framework: UUID
    framework_version: int
    round: UUID | None
    mode: str
    teller: UUID
    """A key that names nobody; several stories of one teller share it."""
    role: str
    collected: Collected
    language: str
    prompt: str
    title: str
    text: str
    when: str | None
    where: Place | None
    group: UUID | None
    step: str | None
    answers: Mapping[str, Answer]
    """Every question of the framework, in its order, also those that were not asked."""
    consent: Consent
    withdrawal: str | None
    """The hash of the code on the teller's slip; none when no slip was given, as with stories from elsewhere."""
    attachments: tuple[Attachment, ...]

    @property
    def is_counted(self) -> bool:
        """Whether it counts: what is told to try the form out never does."""
        return self.mode == "real"


def story_json(story: StoryDocument) -> dict[str, Any]:
    """The story as JSON: the document that was read, field by field."""
    consent, collected = story.consent, story.collected
    return {
        "schema": SCHEMA,
        "id": str(story.id),
        "framework": str(story.framework),
        "framework_version": story.framework_version,
        "round": _text_or_none(story.round),
        "mode": story.mode,
        "teller": {"key": str(story.teller), "role": story.role},
        "collected": {
            "by": collected.by,
            "facilitator": _text_or_none(collected.facilitator),
            "started_at": _instant(collected.started_at),
            "finished_at": _instant(collected.finished_at),
        },
        "language": story.language,
        "prompt": story.prompt,
        "title": story.title,
        "text": story.text,
        "when": story.when,
        "where": None if story.where is None else {"level": story.where.level, "name": story.where.name},
        "group": _text_or_none(story.group),
        "step": story.step,
        "answers": answers_json(story.answers),
        "consent": {
            "version": consent.version,
            "language": consent.language,
            "given": consent.given,
            "asked_by": consent.asked_by,
            "purposes": dict(consent.purposes),
            "minor": None
            if consent.minor is None
            else {"given_by": consent.minor.given_by, "assent": consent.minor.assent},
            "visibility": consent.visibility,
            **({"documented": consent.documented} if consent.documented else {}),
        },
        "withdrawal": story.withdrawal,
        "attachments": [
            {
                "id": str(each.id),
                "kind": each.kind,
                "sha256": each.sha256,
                "bytes": each.bytes,
                "media_type": each.media_type,
            }
            for each in story.attachments
        ],
    }


def _text_or_none(value: UUID | None) -> str | None:
    return None if value is None else str(value)


def _instant(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat().replace("+00:00", "Z")


def content_hash(story: StoryDocument) -> str:
    """SHA-256, in hex, of all that a story says: two sendings of the same story have the same.

    Raises nothing for a story that was read: what has no canonical form is refused before.
    """
    return canonical.fingerprint(story_json(story))
