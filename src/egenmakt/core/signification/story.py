"""A story document: accepted whole or refused whole with every reason and its place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from egenmakt.core.signification.answers import Answer, is_minor, read_answers
from egenmakt.core.signification.consent import Consent, attachment_problems, consent_to_nothing, keeps, read_consent
from egenmakt.core.signification.framework import Framework
from egenmakt.core.signification.problems import Problem
from egenmakt.core.signification.question_types import QUESTION_TYPES
from egenmakt.core.signification.question_types.date import date_problems
from egenmakt.core.signification.question_types.place import place_problems
from egenmakt.core.signification.reading import HASH, NO_ID, Reading
from egenmakt.core.signification.story_document import (
    SCHEMA,
    Attachment,
    Collected,
    Place,
    StoryDocument,
    content_hash,
    story_json,
)

__all__ = [
    "Attachment",
    "Collected",
    "Place",
    "StoryDocument",
    "StoryRefused",
    "content_hash",
    "read_story",
    "story_json",
]

MODES: Final = ("real", "test")
ROLES: Final = ("rights_holder", "partner", "staff")
"""The three voices, never pooled in silence."""
COLLECTED_BY: Final = ("self", "facilitator", "paper")
STEPS: Final = ("mobilise", "train", "credit", "expand")
LEVELS: Final = ("country", "province", "district", "municipality")
"""How coarse a place is; nothing finer than a municipality is kept with a story."""
ATTACHMENT_KINDS: Final = ("photo", "audio")
TITLE_MAX: Final = 200
TEXT_MAX: Final = 50_000
ATTACHMENTS_MAX: Final = 20
BYTES_MAX: Final = 100_000_000
FORBIDS_KEEPING: Final = ("no_consent_to_keep", "no_assent", "minor_without_consent")
"""Reasons for which nothing of the document may be stored, not even in quarantine."""
MEDIA_TYPE: Final = r"^(image|audio)/[a-z0-9][a-z0-9.+-]{0,59}$"

FIELDS: Final = (
    "schema",
    "id",
    "framework",
    "framework_version",
    "round",
    "mode",
    "teller",
    "collected",
    "language",
    "prompt",
    "title",
    "text",
    "when",
    "where",
    "group",
    "step",
    "answers",
    "consent",
    "withdrawal",
    "attachments",
)
"""All are there in every document; what is not known is null."""


class StoryRefused(ValueError):
    """The story is refused whole; every reason is listed.

    When `may_keep` is false nothing of the document may be stored, not even to look at it later.
    """

    def __init__(self, problems: list[Problem], *, may_keep: bool) -> None:
        super().__init__("\n".join(str(each) for each in problems))
        self.problems = problems
        self.may_keep = may_keep


_HARMLESS: Final[dict[str, object]] = {
    "schema": SCHEMA,
    "id": str(NO_ID),
    "mode": "real",
    "teller": {"key": str(NO_ID), "role": "staff"},
    "collected": {"by": "paper", "facilitator": None, "started_at": None, "finished_at": None},
    "language": "en",
    "title": "",
    "text": "-",
    "attachments": [],
}
"""Stands in for a field that is missing, so that it is named once and everything else is read all the same."""


def read_story(data: object, *, framework: Framework) -> StoryDocument:
    """Read a story document. Raises: StoryRefused, with every problem, its place and the remedy."""
    reading = Reading()
    given = reading.fields(data, "", required=FIELDS)
    whole = {**dict.fromkeys(FIELDS), **_HARMLESS, **given}
    if whole["schema"] != SCHEMA:
        reading.note("wrong_schema", "/schema", given=whole["schema"], known=SCHEMA)
    attachments = _attachments(reading, whole["attachments"])
    answers = _answers(reading, given, framework, attachments)
    consent = _consent(reading, given, framework, answers, attachments)
    key, role = _teller(reading, whole["teller"])
    story = StoryDocument(
        id=reading.id(whole["id"], "/id"),
        framework=framework.id,
        framework_version=framework.version,
        round=_id_or_none(reading, whole["round"], "/round"),
        mode=reading.one_of(whole["mode"], "/mode", MODES),
        teller=key,
        role=role,
        collected=_collected(reading, whole["collected"]),
        language=reading.language(whole["language"], "/language"),
        prompt=_prompt(reading, given, framework),
        title=reading.text(whole["title"], "/title", most=TITLE_MAX, may_be_empty=True),
        text=_text(reading, whole["text"], attachments),
        when=_when(reading, whole["when"]),
        where=_where(reading, whole["where"]),
        group=_id_or_none(reading, whole["group"], "/group"),
        step=None if whole["step"] is None else reading.one_of(whole["step"], "/step", STEPS),
        answers=answers,
        consent=consent,
        withdrawal=_hash_or_none(reading, whole["withdrawal"]),
        attachments=attachments,
    )
    refused = [each for each in reading.problems if each.code in FORBIDS_KEEPING]
    if refused or not keeps(data):
        # what is wrong elsewhere would quote from a story of which nothing may be kept, not even in a log
        raise StoryRefused([each for each in reading.problems if each.where.startswith("/consent")], may_keep=False)
    if reading.problems:
        raise StoryRefused(reading.problems, may_keep=True)
    return story


def _answers(
    reading: Reading, given: Mapping[str, object], framework: Framework, attachments: tuple[Attachment, ...]
) -> Mapping[str, Answer]:
    is_same = _is_same_framework(reading, given, framework)
    if "answers" not in given:
        return {}
    answers, faults = read_answers(given["answers"], framework=framework)
    # by another framework, or another version of it, the answers cannot be judged
    if not is_same:
        return {}
    reading.problems.extend(faults)
    kinds = {str(attachment.id): attachment.kind for attachment in attachments}
    for code, answer in answers.items():
        needed = QUESTION_TYPES[framework.question(code).type].attachment
        if not needed or answer.state != "answered":
            continue
        place, kind = f"/answers/{code}/value", kinds.get(str(answer.value))
        if kind is None:
            reading.note("attachment_unknown", place, given=answer.value)
        elif kind != needed:
            reading.note("attachment_other_kind", place, given=answer.value, kind=kind, needed=needed)
    return answers


def _is_same_framework(reading: Reading, given: Mapping[str, object], framework: Framework) -> bool:
    before = len(reading.problems)
    if "framework" in given:
        told_by = reading.id(given["framework"], "/framework")
        if told_by not in (framework.id, NO_ID):
            reading.note("other_framework", "/framework", expected=framework.id)
    if "framework_version" in given:
        version = reading.whole(given["framework_version"], "/framework_version", least=1)
        if version != framework.version:
            expected = framework.version
            reading.note("other_version", "/framework_version", given=version, expected=expected)
    return len(reading.problems) == before


def _consent(
    reading: Reading,
    given: Mapping[str, object],
    framework: Framework,
    answers: Mapping[str, Answer],
    attachments: tuple[Attachment, ...],
) -> Consent:
    asked, version = tuple(framework.consent.purposes), framework.consent.version
    before = len(reading.problems)
    # a consent that is missing agrees to nothing, and is refused as that
    value = given.get("consent", consent_to_nothing(version))
    consent = read_consent(reading, value, "/consent", version=version, asked=asked)
    if len(reading.problems) == before:
        reading.problems.extend(attachment_problems(consent, [attachment.kind for attachment in attachments]))
        if consent.minor is None and is_minor(framework, answers):
            reading.note("minor_without_consent", "/consent/minor")
    return consent


def _teller(reading: Reading, value: object) -> tuple[UUID, str]:
    given = {"key": str(NO_ID), "role": "staff"} | dict(reading.fields(value, "/teller", required=("key", "role")))
    return reading.id(given["key"], "/teller/key"), reading.one_of(given["role"], "/teller/role", ROLES)


def _collected(reading: Reading, value: object) -> Collected:
    names = ("by", "facilitator", "started_at", "finished_at")
    given = {**dict.fromkeys(names), "by": "paper", **reading.fields(value, "/collected", required=names)}
    collected = Collected(
        by=reading.one_of(given["by"], "/collected/by", COLLECTED_BY),
        facilitator=_id_or_none(reading, given["facilitator"], "/collected/facilitator"),
        started_at=reading.instant(given["started_at"], "/collected/started_at"),
        finished_at=reading.instant(given["finished_at"], "/collected/finished_at"),
    )
    if collected.by == "facilitator" and collected.facilitator is None:
        reading.note("no_facilitator", "/collected/facilitator")
    if collected.by == "self" and collected.facilitator is not None:
        reading.note("facilitator_not_expected", "/collected/facilitator")
    start, finish = collected.started_at, collected.finished_at
    if start and finish and finish < start:
        reading.note("ends_before_start", "/collected/finished_at")
    return collected


def _id_or_none(reading: Reading, value: object, where: str) -> UUID | None:
    return None if value is None else reading.id(value, where)


def _hash_or_none(reading: Reading, value: object) -> str | None:
    return None if value is None else reading.formed(value, "/withdrawal", HASH, "not_a_hash")


def _prompt(reading: Reading, given: Mapping[str, object], framework: Framework) -> str:
    known = [prompt.code for prompt in framework.prompts]
    prompt = given.get("prompt")
    if "prompt" in given and prompt not in known:
        reading.note("unknown_prompt", "/prompt", given=prompt, known=", ".join(known))
    return str(prompt)


def _text(reading: Reading, value: object, attachments: tuple[Attachment, ...]) -> str:
    text = reading.text(value, "/text", most=TEXT_MAX, may_be_empty=True)
    spoken = any(attachment.kind == "audio" for attachment in attachments)
    if isinstance(value, str) and not value.strip() and not spoken:
        reading.note("no_story", "/text")
    return text


def _when(reading: Reading, value: object) -> str | None:
    if value is None:
        return None
    # the day of an event can give its teller away
    reading.add(date_problems(value, ("month", "year")), "/when")
    return str(value)


def _where(reading: Reading, value: object) -> Place | None:
    if value is None:
        return None
    problems = place_problems(value, LEVELS)
    reading.add(problems, "/where")
    return Place(**value) if isinstance(value, dict) and not problems else None


def _attachments(reading: Reading, value: object) -> tuple[Attachment, ...]:
    made = []
    names = ("id", "kind", "sha256", "bytes", "media_type")
    for index, item in enumerate(reading.items(value, "/attachments", most=ATTACHMENTS_MAX)):
        where = f"/attachments/{index}"
        given = reading.fields(item, where, required=names)
        if not set(names) <= set(given):
            continue
        kind = reading.one_of(given["kind"], f"{where}/kind", ATTACHMENT_KINDS)
        made.append(
            Attachment(
                id=reading.id(given["id"], f"{where}/id"),
                kind=kind,
                sha256=reading.formed(given["sha256"], f"{where}/sha256", HASH, "not_a_hash"),
                bytes=reading.whole(given["bytes"], f"{where}/bytes", least=1, most=BYTES_MAX),
                media_type=reading.formed(given["media_type"], f"{where}/media_type", MEDIA_TYPE, "not_a_media_type"),
            )
        )
    reading.no_repeats([str(each.id) for each in made], [f"/attachments/{index}/id" for index in range(len(made))])
    return tuple(made)
