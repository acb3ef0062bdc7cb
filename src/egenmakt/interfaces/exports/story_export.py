"""Stories in one file: CSV and JSON with the same content, a code book, protected tables, and a page that explains it.

What is in it depends on the purpose. Inside (`learn`) everything that the one who takes it out may read; for a partner,
a donor or the public only stories whose tellers allow just that, with the words that somebody covered, without what
the tellers said of themselves, and without ids by which two files could be joined.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO, Any, Final
from uuid import UUID

from egenmakt.apps.access.models import User
from egenmakt.apps.people.models import Node, NodeAncestor
from egenmakt.apps.stories.frameworks import framework_of, json_of
from egenmakt.apps.stories.models import Round, Story
from egenmakt.apps.stories.queries.reach import stories_reached, with_purpose
from egenmakt.apps.stories.services.exporting import mark_in_file, record_export
from egenmakt.apps.stories.services.reading import Wording, masked_wordings, note_readings
from egenmakt.core.signification.framework import Framework
from egenmakt.interfaces.exports.cells import csv_lines
from egenmakt.interfaces.exports.story_columns import codebook, codebook_table, row_of, stories_table
from egenmakt.interfaces.exports.story_tables import counts_table, protected_counts

PURPOSES: Final = ("learn", "partner", "donor", "public_text")
"""For whom stories are taken out: for learning inside, or for others."""
SEES: Final[dict[str, tuple[str, ...]]] = {
    "learn": ("team", "partner", "organisation", "anyone"),
    "partner": ("partner", "organisation", "anyone"),
    "donor": ("organisation", "anyone"),
    "public_text": ("anyone",),
}
"""Whose words leave for a purpose, by the readers that the teller chose. Answers are counted anyway."""
SCHEMA: Final = "egenmakt.stories-export.1"
EPOCH: Final = (1980, 1, 1, 0, 0, 0)


class NothingToExport(ValueError):
    """No story may be taken out for this purpose."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What is in a file of stories."""

    stories: int
    with_words: int
    """Of these, with title and text; the others have their answers only."""


def write_stories(
    *,
    id: UUID,
    node: Node,
    into: IO[bytes],
    purpose: str,
    recipient: str,
    file_name: str,
    by: User,
    at: datetime,
    round: Round | None = None,
    k: int = 5,
) -> Exported:
    """Write the stories of a body, or of one of its rounds, and write down that they left.

    Raises: NothingToExport, NotAllowed; ValueError for an unknown purpose.
    """
    if purpose not in PURPOSES:
        raise ValueError(f"{purpose!r} is no purpose of an export; there are {', '.join(PURPOSES)}.")
    stories = _stories(node, round, purpose, by)
    if not stories:
        raise NothingToExport("No story may be taken out for this purpose: its teller, or the moderation, says no.")
    record_export(
        id=id,
        node=node,
        story_ids=[story.id for story in stories],
        purpose=purpose,
        format="zip",
        file_name=file_name,
        recipient=recipient,
        by=by,
        at=at,
    )
    personal = _personal(stories, by) if purpose == "learn" else set()
    note_readings(stories=[story for story in stories if story.id in personal], by=by, at=at, what="file")
    words = _words(stories, purpose, personal)
    frameworks = _frameworks(stories)
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        rows = list(_rows(id, stories, frameworks, words, purpose, personal))
        documents: list[dict[str, Any]] = []
        for version_id, framework in frameworks.items():
            is_inside = purpose == "learn"
            stem = f"{framework.code}-{framework.version}"
            own = [row for story, row in zip(stories, rows, strict=True) if story.framework_version_id == version_id]
            _write(archive, f"stories-{stem}.csv", csv_lines(stories_table(framework, stem, is_inside), own))
            _write(archive, f"codebook-{stem}.csv", csv_lines(codebook_table(stem), codebook(framework, is_inside)))
            counted = protected_counts(framework, [s for s in stories if s.framework_version_id == version_id], k=k)
            _write(archive, f"counts-{stem}.csv", csv_lines(counts_table(stem), counted))
            documents += [
                _document(story, row, framework, purpose, personal) for story, row in _pairs(stories, rows, version_id)
            ]
        head = {"schema": SCHEMA, "purpose": purpose, "recipient": recipient, "made_at": _instant(at)}
        _write(archive, "stories.json", _json({**head, "frameworks": _versions(stories), "stories": documents}))
        _write(archive, "READ-ME.txt", [_explained(purpose, recipient, at, len(stories), k).encode()])
    return Exported(len(stories), sum(bool(found) for found in words.values()))


def _stories(node: Node, round: Round | None, purpose: str, by: User) -> list[Story]:
    below = NodeAncestor.objects.filter(ancestor=node).values("node_id")
    reached = with_purpose(stories_reached(user=by, deed="story.export"), purpose).filter(
        node_id__in=below, mode=Story.Mode.REAL, state=Story.State.APPROVED
    )
    if round is not None:
        reached = reached.filter(round=round)
    return list(reached.select_related("round", "framework_version", "node").order_by("received_at", "id"))


def _personal(stories: Sequence[Story], by: User) -> set[UUID]:
    """Those that this user may read with everything in them."""
    reached = stories_reached(user=by, deed="story.read_personal").filter(
        round_id__in={story.round_id for story in stories}
    )
    return set(reached.values_list("id", flat=True)) & {story.id for story in stories}


def _words(stories: Sequence[Story], purpose: str, personal: set[UUID]) -> dict[UUID, Wording | None]:
    """The words of each story as they leave; None where they stay."""
    covered = masked_wordings(stories=stories)
    found: dict[UUID, Wording | None] = {}
    for story in stories:
        if story.id in personal:
            found[story.id] = Wording(story.language, story.title, story.text, "told", is_masked=False)
        elif story.visibility in SEES[purpose]:
            found[story.id] = next(iter(covered[story.id]), None)
        else:
            found[story.id] = None
    return found


def _frameworks(stories: Sequence[Story]) -> dict[int, Framework]:
    versions = {story.framework_version_id: story.framework_version for story in stories}
    return {id: framework_of(version=versions[id]) for id in sorted(versions)}


def _versions(stories: Sequence[Story]) -> list[dict[str, Any]]:
    versions = {story.framework_version_id: story.framework_version for story in stories}
    return [json_of(versions[id]) for id in sorted(versions)]


def _rows(
    id: UUID,
    stories: Sequence[Story],
    frameworks: Mapping[int, Framework],
    words: Mapping[UUID, Wording | None],
    purpose: str,
    personal: set[UUID],
) -> Iterator[dict[str, Any]]:
    tellers: dict[UUID, str] = {}
    for story in stories:
        framework = frameworks[story.framework_version_id]
        # a number within this file: nobody can join two files by it, and stories of one teller stay together
        teller = tellers.setdefault(story.teller_key, f"T{len(tellers) + 1}")
        yield row_of(
            story,
            framework,
            words[story.id],
            name=str(story.id) if purpose == "learn" else mark_in_file(export_id=id, id_hash=story.id_hash),
            teller=teller,
            is_inside=purpose == "learn",
            is_personal=story.id in personal,
        )


def _pairs(stories: Sequence[Story], rows: Sequence[Any], version_id: int) -> Iterator[tuple[Story, Any]]:
    return ((s, row) for s, row in zip(stories, rows, strict=True) if s.framework_version_id == version_id)


def _document(
    story: Story, row: Mapping[str, Any], framework: Framework, purpose: str, personal: set[UUID]
) -> dict[str, Any]:
    """A story as JSON: the answers in the form in which they were given."""
    open_types = () if story.id in personal else ("text", "place", "audio", "photo")
    shown = {
        question.code: question
        for question in framework.questions
        if question.type not in open_types and (purpose == "learn" or question.about == "story")
    }
    answers = {
        code: {key: value for key, value in answer.items() if key != "own_words" or story.id in personal}
        for code, answer in story.answers.items()
        if code in shown
    }
    facts = {key: row[key] for key in ("story", "round", "teller", "voice", "collected_by", "language", "told_of")}
    words = {key: row[key] for key in ("title", "text", "words", "words_language")}
    return {
        **facts,
        "framework": str(framework.id),
        "framework_version": framework.version,
        **words,
        "answers": answers,
    }


def _write(archive: zipfile.ZipFile, name: str, parts: Iterable[bytes]) -> None:
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o600 << 16
    with archive.open(entry, "w", force_zip64=True) as file:
        for part in parts:
            file.write(part)


def _json(value: Any) -> list[bytes]:
    return [json.dumps(value, ensure_ascii=False, indent=1).encode(), b"\n"]


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _explained(purpose: str, recipient: str, at: datetime, stories: int, k: int) -> str:
    return f"""Stories taken out of Egenmakt

Purpose: {purpose}    Recipient: {recipient}    Made: {_instant(at)}    Stories: {stories}

stories-….csv   a line for each story, a column for each part of an answer
codebook-….csv  what each column and each code means, and in which unit
counts-….csv    how many people told what; numbers of fewer than {k}, and those that would give one away, are left out
stories.json    the same stories, with the answers in the form in which they were given, and the frameworks

Each question has a column ending in "/state": answered, does_not_apply, skipped or not_asked. Zero is an answer.
An empty cell is never zero. Text cells that a spreadsheet could take for a formula begin with an apostrophe;
a program takes one apostrophe off a text cell that begins with one.

Every teller can take a story back at any time. When one does, you are told what stands in the column "story";
remove that line, and whatever you made of it.
Use the stories for the purpose above and for nothing else, and do not try to find out who told them.
"""
