"""Reading one story. What could tell who told it is shown only to those who may see it, and each reading is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import NotAllowed, require
from egenmakt.apps.stories.frameworks import framework_of
from egenmakt.apps.stories.models import Annotation, Attachment, Masking, ReadingLog, Story, Translation
from egenmakt.apps.stories.queries.reach import stories_reached
from egenmakt.apps.stories.services.beside import text_sha256


@dataclass(frozen=True, slots=True)
class Wording:
    """A story's title and text in one language."""

    language: str
    title: str
    text: str
    made: str
    """`told` for the teller's own, otherwise human or machine."""
    is_masked: bool
    """Whether words are covered that could tell who told it."""


@dataclass(frozen=True, slots=True)
class StoryPage:
    """A story as one reader may see it."""

    story: Story
    wordings: tuple[Wording, ...]
    """The teller's own first. Empty when the reader may not see names and nobody has covered them yet."""
    answers: Mapping[str, Any]
    annotations: tuple[Annotation, ...]
    attachments: tuple[Attachment, ...]
    is_personal: bool
    """Whether it shows what could tell who told it; that it was read is then written down."""


def read_story_page(*, story_id: UUID, by: User, at: datetime, what: str = "page") -> StoryPage:
    """Open a story to read. Raises: NotAllowed, also for a story that is not there, or flagged."""
    story = _found(stories_reached(user=by).filter(id=story_id).select_related("round", "node", "framework_version"))
    may_see_all = stories_reached(user=by, deed="story.read_personal").filter(id=story_id).exists()
    # who collected a story has heard it already
    is_personal = may_see_all or by.id in (story.facilitator, story.received_by)
    if not is_personal:
        return _page(story, masked_only=True)
    with transaction.atomic():
        _log(story, by, at, what)
        return _page(story, masked_only=False)


def read_flagged_story(*, story_id: UUID, by: User, at: datetime) -> StoryPage:
    """Open a flagged story as the person named for it, whatever its teller chose. Raises: NotAllowed."""
    story = _found(Story.objects.filter(id=story_id, is_flagged=True).select_related("round", "node"))
    require(user=by, deed="safeguarding.receive", node_id=story.node_id)
    with transaction.atomic():
        _log(story, by, at, "safeguarding")
        return _page(story, masked_only=False)


def note_readings(*, stories: Sequence[Story], by: User, at: datetime, what: str) -> None:
    """Write down that many stories were read at once, such as on cards or in a file."""
    ReadingLog.objects.bulk_create(
        [ReadingLog(story=story, read_by=by.id, read_by_name=by.name, read_at=at, what=what) for story in stories],
        batch_size=1000,
    )


def _found(rows: Any) -> Story:
    story: Story | None = rows.first()
    if story is None:
        raise NotAllowed("You may not read this story.")
    return story


def _log(story: Story, by: User, at: datetime, what: str) -> None:
    ReadingLog.objects.create(story=story, read_by=by.id, read_by_name=by.name, read_at=at, what=what)


def _page(story: Story, *, masked_only: bool) -> StoryPage:
    latest: dict[str, Translation] = {}
    for translation in story.translations.order_by("added_at", "id"):
        latest[translation.language] = translation
    wordings = [Wording(story.language, story.title, story.text, "told", is_masked=False)]
    wordings += [Wording(each.language, each.title, each.text, each.made, is_masked=False) for each in latest.values()]
    if masked_only:
        wordings = [masked for each in wordings if (masked := _masked(story, each)) is not None]
    return StoryPage(
        story=story,
        wordings=tuple(wordings),
        answers=_closed(story) if masked_only else story.answers,
        annotations=tuple(story.annotations.order_by("written_at", "id")) if not masked_only else (),
        attachments=tuple(story.attachments.order_by("id")) if not masked_only else (),
        is_personal=not masked_only,
    )


def _closed(story: Story) -> dict[str, Any]:
    """The answers without words that the teller wrote herself, in which a name may stand."""
    framework = framework_of(version=story.framework_version)
    closed = {each.code for each in framework.questions if each.type not in ("text", "place", "audio", "photo")}
    return {
        code: {key: value for key, value in answer.items() if key != "own_words"}
        for code, answer in story.answers.items()
        if code in closed
    }


def masked_wording(*, story: Story, language: str) -> Wording | None:
    """A story as it may leave: with the masks that somebody accepted for just this text, or None without them."""
    page = _page(story, masked_only=True)
    return next((each for each in page.wordings if each.language == language), None)


def masked_wordings(*, stories: Sequence[Story]) -> dict[UUID, tuple[Wording, ...]]:
    """Many stories as they may leave, each in the languages in which somebody accepted the masks; two queries.

    The teller's own words come first. A story without accepted masks has no wording here.
    """
    ids = [story.id for story in stories]
    wordings = {
        story.id: {story.language: Wording(story.language, story.title, story.text, "told", False)} for story in stories
    }
    for each in Translation.objects.filter(story_id__in=ids).order_by("added_at", "id"):
        if wordings[each.story_id].get(each.language, each).made != "told":
            wordings[each.story_id][each.language] = Wording(each.language, each.title, each.text, each.made, False)
    maskings: dict[tuple[UUID, str], Masking] = {}
    for masking in Masking.objects.filter(story_id__in=ids).order_by("accepted_at", "id"):
        maskings[masking.story_id, masking.language] = masking
    return {
        id: tuple(
            covered
            for language, wording in found.items()
            if (covered := _covered(maskings.get((id, language)), wording)) is not None
        )
        for id, found in wordings.items()
    }


def _masked(story: Story, wording: Wording) -> Wording | None:
    masking = Masking.objects.filter(story=story, language=wording.language).order_by("-accepted_at", "-id").first()
    return _covered(masking, wording)


def _covered(masking: Masking | None, wording: Wording) -> Wording | None:
    if masking is None or masking.text_sha256 != text_sha256(title=wording.title, text=wording.text):
        return None
    parts = {"title": wording.title, "text": wording.text}
    for mask in sorted(masking.masks, key=lambda each: -int(each["start"])):
        before = parts[mask["field"]]
        parts[mask["field"]] = before[: mask["start"]] + mask["replacement"] + before[mask["end"] :]
    return Wording(wording.language, parts["title"], parts["text"], wording.made, is_masked=True)
