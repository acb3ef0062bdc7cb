"""What may be quoted and shown: words and photographs that their tellers opened to everybody, with the proof of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from egenmakt.apps.learning.queries.stories import for_all_to_hear
from egenmakt.apps.people.models import NodeAncestor
from egenmakt.apps.stories.files import read_file
from egenmakt.apps.stories.models import Attachment, ConsentRecord, Story
from egenmakt.apps.stories.services.reading import Wording, masked_wordings
from egenmakt.core.canonical import JsonValue, fingerprint


@dataclass(frozen=True, slots=True)
class Photograph:
    """A photograph that may be shown, without place, camera and date."""

    attachment_id: UUID
    sha256: str
    media_type: str

    def content(self) -> bytes:
        """Its bytes. Raises: FileNotFoundError."""
        return read_file(attachment_id=self.attachment_id)


@dataclass(frozen=True, slots=True)
class Quotable:
    """A story that may be quoted now: its covered words in each language there is, and what its teller allowed."""

    id_hash: str
    country: str
    voice: str
    told_of: str
    language: str
    wordings: tuple[Wording, ...]
    """The teller's own first."""
    consent: Mapping[str, JsonValue]
    """The proof: purpose, version and language of the text, how and when it was given, the record's fingerprint."""
    photographs: tuple[Photograph, ...] = ()

    def wording(self, language: str) -> Wording | None:
        """A translation into a language that somebody made; None where there is none, or it is the teller's own."""
        return next((each for each in self.wordings[1:] if each.language == language), None)


def quotable_in(*, node_id: UUID, from_on: date, until_on: date, limit: int = 500) -> list[Quotable]:
    """The stories of a body and all below it that may be quoted, told in a period, the latest first."""
    below = NodeAncestor.objects.filter(ancestor_id=node_id).values("node_id")
    months = Story.objects.filter(node_id__in=below, received_at__date__gte=from_on, received_at__date__lt=until_on)
    open_now = for_all_to_hear(id_hashes=months.values_list("id_hash", flat=True)) if months.exists() else None
    if open_now is None:
        return []
    return _quotables(open_now.order_by("-received_at", "id")[:limit])


def quotables(*, id_hashes: Iterable[str]) -> dict[str, Quotable]:
    """Those of the stories that may be quoted now, by the hash of their ids; what is missing may not be."""
    return {each.id_hash: each for each in _quotables(for_all_to_hear(id_hashes=id_hashes))}


def _quotables(stories: QuerySet[Story]) -> list[Quotable]:
    listed = list(stories.select_related("node").defer("answers"))
    if not listed:
        return []
    wordings = masked_wordings(stories=listed)
    proofs = _proofs(listed)
    photographs: dict[UUID, list[Photograph]] = {}
    shown = Attachment.objects.filter(story__in=[each.id for each in listed if each.may_photo], kind="photo")
    for each in shown.exclude(stored_sha256="").order_by("id"):
        photographs.setdefault(each.story_id, []).append(Photograph(each.id, each.stored_sha256, each.media_type))
    return [
        Quotable(
            id_hash=story.id_hash,
            country=story.node.country_id or "",
            voice=story.voice,
            told_of=story.told_of,
            language=story.language,
            wordings=wordings[story.id],
            consent=proofs[story.id],
            photographs=tuple(photographs.get(story.id, ())),
        )
        for story in listed
        # words that nobody has looked through for names never leave; without a proof nothing does
        if wordings[story.id] and wordings[story.id][0].made == "told" and story.id in proofs
    ]


def _proofs(stories: Iterable[Story]) -> dict[UUID, Mapping[str, JsonValue]]:
    """The last consent of each story, as proof: no name, and no word of the story."""
    found: dict[UUID, Mapping[str, JsonValue]] = {}
    records = ConsentRecord.objects.filter(story__in=[story.id for story in stories]).order_by("recorded_at", "id")
    for record in records:
        purposes: dict[str, JsonValue] = dict(record.purposes)
        proof: dict[str, JsonValue] = {
            "version": record.version,
            "language": record.language,
            "given": record.given,
            "purposes": purposes,
            "visibility": record.visibility,
            "minor": record.minor,
            "recorded_at": record.recorded_at.isoformat(),
        }
        found[record.story_id] = {**proof, "fingerprint": fingerprint({"id": str(record.id), **proof})}
    return found
