"""Freezing a report into an edition with its pack, publishing it, and taking a withdrawn story out of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from egenmakt.apps.access.models import User
from egenmakt.apps.audit.services import record
from egenmakt.apps.reports import files
from egenmakt.apps.reports.composing import (
    DrawnUp,
    compose,
    draw_up,
    finding_fingerprint,
    findings_of,
    said_title,
)
from egenmakt.apps.reports.models import Edition, EditionStory, EffectReport
from egenmakt.apps.reports.queries.effect import answers_of
from egenmakt.apps.reports.services.effect_writing import NotAReport, allowed, signed
from egenmakt.core.canonical import JsonValue
from egenmakt.core.evidence.blocks import Block, Bullets, Inline, Note, Picture, Placed, Prose, Quotation, Report, Text
from egenmakt.core.evidence.claims.honesty.findings import HonestyFinding
from egenmakt.core.evidence.claims.outline import outline_document
from egenmakt.core.evidence.claims.pack import PackContent, pack_bytes
from egenmakt.core.evidence.claims.prose import PLACE
from egenmakt.core.evidence.claims.queries import StoryQuery
from egenmakt.core.evidence.claims.verify import Pack, read_pack

WITHDRAWN: Mapping[str, str] = {
    "en": "What stood here was withdrawn by the one who told it.",
    "sv": "Det som stod här har tagits tillbaka av den som berättade.",
}


@dataclass(frozen=True, slots=True)
class Open:
    """Something that was found in a draft and is neither put right nor answered."""

    language: str
    fingerprint: str
    finding: HonestyFinding


class NotReady(ValueError):
    """A report cannot be frozen yet: claims that cannot be made, and findings without an answer."""

    def __init__(self, refused: Mapping[str, str], found: Sequence[Open]) -> None:
        sentences = [*refused.values(), *(f"{one.finding}" for one in found)]
        super().__init__(" ".join(sentences))
        self.refused = dict(refused)
        self.found = tuple(found)


class SamePerson(PermissionError):
    """Who froze an edition does not publish it: another person has looked at it first."""


class Blocked(ValueError):
    """An edition quotes a story that was withdrawn since it was frozen: it is not published; freeze a new one."""


def open_findings(*, drawn_up: DrawnUp) -> list[Open]:
    """What was found in all languages and has no answer; what stops a report has none that would do."""
    answers = answers_of(report=drawn_up.report)
    found = []
    for language in drawn_up.report.languages:
        for finding in findings_of(drawn_up, language):
            mark = finding_fingerprint(finding, language)
            if finding.severity == "stops" or mark not in answers:
                found.append(Open(language, mark, finding))
    return found


def freeze(
    *,
    id: UUID,
    report: EffectReport,
    by: User | None,
    at: datetime,
    drawn_up: DrawnUp | None = None,
) -> Edition:
    """Freeze a report as it is now: its claims, its words, the facts behind them, and a pack that proves them.

    The same id returns what is there. Raises: NotReady with all reasons, NotAReport for one that was laid aside,
    NotAllowed.
    """
    allowed(by, "report.write", report.node_id)
    if found := Edition.objects.filter(id=id).first():
        return found
    if report.discarded_at is not None:
        raise NotAReport("This report was laid aside. Take it up again before it is frozen.")
    drawn = drawn_up or draw_up(report=report)
    still_open = open_findings(drawn_up=drawn)
    if drawn.refused or still_open:
        raise NotReady(drawn.refused, still_open)
    with transaction.atomic():
        EffectReport.objects.select_for_update().get(id=report.id)
        last = Edition.objects.filter(report=report).aggregate(last=Max("number"))["last"] or 0
        number = last + 1
        content = pack_content(drawn, number=number)
        data = pack_bytes(content)
        pictures = photographs_of(drawn)
        for name, photograph in files.photograph_names(pictures).items():
            files.write(edition_id=id, name=name, content=photograph)
        sha256 = files.write(edition_id=id, name=files.PACK, content=data)
        made = Edition.objects.create(
            id=id,
            report=report,
            number=number,
            data_version=drawn.facts.data_version,
            pack_sha256=sha256,
            pack_bytes=len(data),
            claims=len(drawn.claims),
            **signed(by, at),
        )
        EditionStory.objects.bulk_create(
            EditionStory(edition=made, claim=claim.code, kind=claim.kind, id_hash=claim.query.story)
            for claim in drawn.claims.values()
            if isinstance(claim.query, StoryQuery)
        )
        _note("effect.frozen", made, report, by, at, number=number, claims=len(drawn.claims))
    return made


def pack_content(drawn: DrawnUp, *, number: int) -> PackContent:
    """Everything that a pack holds."""
    report = drawn.report
    edition: dict[str, JsonValue] = {
        "report": str(report.id),
        "number": number,
        "organisation": drawn.organisation,
        "titles": {language: said_title(report, language) for language in report.languages},
        "languages": list(report.languages),
        "from_on": report.from_on.isoformat(),
        "until_on": report.until_on.isoformat(),
    }
    return PackContent(
        edition=edition,
        outline=outline_document(drawn.outline.code),
        seed=0,
        k=drawn.k,
        facts=drawn.facts,
        catalogue=drawn.catalogue,
        claims=list(drawn.claims.values()),
        texts=drawn.texts,
        reports={language: compose(drawn, language, edition=number, is_draft=False) for language in report.languages},
    )


def photographs_of(drawn: DrawnUp) -> dict[str, bytes]:
    """The photographs that a report shows, by the SHA-256 of their bytes."""
    found: dict[str, bytes] = {}
    for code, claim in drawn.claims.items():
        if claim.kind == "picture" and isinstance(claim.query, StoryQuery):
            for photograph in drawn.quotables[code].photographs:
                if photograph.sha256 == claim.query.sha256:
                    found[photograph.sha256] = photograph.content()
    return found


def publish(*, edition: Edition, by: User | None, at: datetime) -> Edition:
    """Publish an edition that somebody else has frozen. Raises: SamePerson, Blocked, NotAllowed."""
    allowed(by, "report.approve", edition.report.node_id)
    with transaction.atomic():
        current = Edition.objects.select_for_update().get(id=edition.id)
        if current.published_at is not None:
            return current
        if by is not None and by.id == current.written_by:
            raise SamePerson("Whoever froze an edition does not publish it. Ask somebody else to look at it.")
        if EditionStory.objects.filter(edition=current, withdrawn_at__isnull=False).exists():
            raise Blocked("A story that this edition quotes was withdrawn. Freeze a new edition without it.")
        current.published_by = by.id if by else None
        current.published_by_name = str(signed(by, at)["written_by_name"])
        current.published_at = at
        current.save(update_fields=["published_by", "published_by_name", "published_at"])
        _note("effect.published", current, edition.report, by, at, number=current.number)
    return current


def say_told(*, entry: EditionStory, words: str, by: User, at: datetime) -> None:
    """Write down that those who have a report were told of a withdrawal. Raises: NotAReport, NotAllowed."""
    report = entry.edition.report
    allowed(by, "report.write", report.node_id)
    if not words.strip():
        raise NotAReport("Write who was told, and how.")
    with transaction.atomic():
        waiting = EditionStory.objects.filter(id=entry.id, withdrawn_at__isnull=False, told_at__isnull=True)
        if waiting.update(told_at=at, told_by=by.id, told_words=words.strip()):
            _note("effect.told", entry.edition, report, by, at, claim=entry.claim)


def withdraw(*, edition: Edition, codes: Sequence[str], at: datetime) -> None:
    """Take claims whose stories were withdrawn out of an edition's pack, and remove all that was drawn with them.

    What is left is still a pack, and still proves what is left. The database keeps the seal of the first one.
    """
    with transaction.atomic():
        locked = Edition.objects.select_for_update().get(id=edition.id)
        EditionStory.objects.filter(edition=locked, claim__in=codes, withdrawn_at__isnull=True).update(withdrawn_at=at)
        data = files.read(edition_id=locked.id, name=files.PACK)
        if data is not None:
            pack = read_pack(data)
            gone = set(codes)
            shown = {
                claim.query.sha256
                for claim in pack.claims
                if claim.code in gone and isinstance(claim.query, StoryQuery)
            }
            files.remove(
                edition_id=locked.id,
                names=[*files.drawn_names(edition_id=locked.id), *(f"{one}.photo" for one in shown)],
            )
            left = _without(pack, gone, at)
            files.remove(edition_id=locked.id, names=[files.PACK])
            locked.redacted_sha256 = files.write(edition_id=locked.id, name=files.PACK, content=pack_bytes(left))
            locked.save(update_fields=["redacted_sha256"])
        _note("effect.story_withdrawn", locked, edition.report, None, at, claims=list(codes))


def _without(pack: Pack, gone: set[str], at: datetime) -> PackContent:
    edition, languages = dict(pack.manifest["edition"]), pack.reports
    listed = [*edition.get("withdrawn", ()), *({"claim": code, "on": at.date().isoformat()} for code in sorted(gone))]
    return PackContent(
        edition={**edition, "withdrawn": listed},
        outline=pack.manifest["outline"],
        seed=pack.manifest["seed"],
        k=pack.manifest["k"],
        facts=pack.facts,
        catalogue=pack.catalogue,
        claims=[claim for claim in pack.claims if claim.code not in gone],
        texts={
            language: {code: _text_without(text, gone, language) for code, text in texts.items()}
            for language, texts in pack.texts.items()
        },
        reports={language: _report_without(report, gone) for language, report in languages.items()},
    )


def _sentence(language: str) -> str:
    return WITHDRAWN.get(language, WITHDRAWN["en"])


def _text_without(text: str, gone: set[str], language: str) -> str:
    return PLACE.sub(lambda match: _sentence(language) if match["code"] in gone else match[0], text)


def _report_without(report: Report, gone: set[str]) -> Report:
    sentence = _sentence(report.language)
    return replace(
        report,
        blocks=tuple(_block_without(block, gone, sentence) for block in report.blocks),
        claims=tuple(line for line in report.claims if line.code not in gone),
    )


def _block_without(block: Block, gone: set[str], sentence: str) -> Block:
    match block:
        case Quotation(claim=claim) | Picture(claim=claim) if claim in gone:
            return Note("caution", (Text(sentence),))
        case Prose() | Note():
            return replace(block, inlines=_inlines(block.inlines, gone, sentence))
        case Bullets():
            return Bullets(tuple(_inlines(item, gone, sentence) for item in block.items))
        case _:
            return block


def _inlines(inlines: tuple[Inline, ...], gone: set[str], sentence: str) -> tuple[Inline, ...]:
    return tuple(Text(sentence) if isinstance(one, Placed) and one.claim in gone else one for one in inlines)


def pack_of(*, edition: Edition) -> bytes:
    """The pack of an edition as it is kept now. Raises: FileNotFoundError, ValueError when the file was altered."""
    data = files.read(edition_id=edition.id, name=files.PACK)
    if data is None:
        raise FileNotFoundError(f"The pack of {edition} is not in the file store; bring it back from a backup.")
    if hashlib.sha256(data).hexdigest() != (edition.redacted_sha256 or edition.pack_sha256):
        raise ValueError(f"The pack of {edition} is not the one that was frozen; bring it back from a backup.")
    return data


def _note(deed: str, edition: Edition, report: EffectReport, by: User | None, at: datetime, **data: object) -> None:
    record(by=by, at=at, deed=deed, subject_kind="edition", subject_id=edition.id, node_id=report.node_id, data=data)
