"""A story arrives: it is accepted whole, refused whole, or shown to people; without consent nothing of it stays."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from uuid6 import uuid7

from egenmakt.apps.access.devices import Device, user_of
from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import NotAllowed, deeds_at, require
from egenmakt.apps.groups.models import SavingsGroup
from egenmakt.apps.people.models import NodeAncestor
from egenmakt.apps.stories.frameworks import framework_of
from egenmakt.apps.stories.languages import other_language
from egenmakt.apps.stories.marks import hash_of_id, note
from egenmakt.apps.stories.models import (
    Attachment,
    ConsentRecord,
    Draft,
    Erased,
    Round,
    RoundFacilitator,
    RoundLink,
    Story,
    StoryArrival,
)
from egenmakt.apps.stories.parsing import NotADocument, id_in, parse
from egenmakt.apps.stories.services.rounds import hash_of_token
from egenmakt.apps.stories.services.searching import index_story
from egenmakt.core.canonical import fingerprint
from egenmakt.core.signification.answers import answers_json
from egenmakt.core.signification.consent import Consent, keeps
from egenmakt.core.signification.story import StoryDocument, StoryRefused, content_hash, read_story

Finding = dict[str, Any]  # Any: a finding's values are JSON


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a story that was sent.

    `status` is accepted, already_recorded, quarantined, refused or erased. `is_kept` says whether anything of the
    document is stored: what came without consent, or was erased before, is not.
    """

    status: str
    story_id: UUID | None = None
    findings: list[Finding] = field(default_factory=list)
    is_kept: bool = False


@dataclass(frozen=True, slots=True)
class Sender:
    """Whose name a story comes in: somebody who is signed in, or a link, which names nobody."""

    user: User | None
    link: RoundLink | None = None
    may_stand_in: bool = False
    """Whether stories that others collected may come from this sender: paper, files from elsewhere."""

    @property
    def id(self) -> UUID | None:
        return self.user.id if self.user else None


@dataclass(frozen=True, slots=True)
class Arrived:
    """A document on its way, and all that is known of it so far."""

    content: bytes
    document: dict[str, Any]  # Any: JSON nests without end
    story_id: UUID
    id_hash: str
    round: Round
    at: datetime

    @property
    def content_hash(self) -> str:
        try:
            return fingerprint(self.document)
        except ValueError:  # a number with a fraction has no single way to be written; it is refused anyway
            return hashlib.sha256(self.content).hexdigest()


def receive_story(*, content: bytes, by: User, at: datetime) -> Receipt:
    """Take in a story from somebody who is signed in: interview, paper, or a file from elsewhere.

    Sending the same story again changes nothing. Raises: NotAllowed.
    """
    return _take_in(content, lambda round: signed_in(by, round), at)


def receive_from_device(*, content: bytes, device: Device, at: datetime) -> Receipt:
    """Take in a story from a phone, which may do what its user may, as far as it was enrolled.

    Raises: UnknownDevice when the phone was stopped; NotAllowed.
    """
    user = user_of(device=device)

    def sender(round: Round) -> Sender:
        if not NodeAncestor.objects.filter(node_id=round.node_id, ancestor_id=device.node_id).exists():
            raise NotAllowed("This phone may not collect stories here. Ask the one who enrolled it.")
        return signed_in(user, round)

    return _take_in(content, sender, at)


def receive_from_link(*, content: bytes, token: str, at: datetime) -> Receipt:
    """Take in a story that its teller told alone, by an open or a personal link. Raises: NotAllowed."""
    link = open_link(token=token, at=at)

    def sender(round: Round) -> Sender:
        if link.round_id != round.id:
            raise NotAllowed("This link belongs to another round.")
        return Sender(None, link)

    return _take_in(content, sender, at)


def open_link(*, token: str, at: datetime) -> RoundLink:
    """The link of a token, if stories may come by it now. Raises: NotAllowed."""
    link = (
        RoundLink.objects.select_related("round__framework_version", "group__node")
        .filter(token_hash=hash_of_token(token))
        .first()
    )
    if link is None or link.stopped_at is not None or link.expires_at <= at or link.round.closed_at is not None:
        raise NotAllowed("This link is not open. Ask the one who gave it to you for another.")
    return link


def signed_in(user: User, round: Round) -> Sender:
    """Somebody with a role that collects, in a round of hers; whoever may change the round stands in for others."""
    require(user=user, deed="story.collect", node_id=round.node_id)
    if "round.change" in deeds_at(user=user, node_id=round.node_id):
        return Sender(user, may_stand_in=True)
    if not RoundFacilitator.objects.filter(round=round, user=user, ended_at__isnull=True).exists():
        raise NotAllowed("You do not collect stories in this round. Ask the one who opened it.")
    return Sender(user)


def _take_in(content: bytes, sender_in: Callable[[Round], Sender], at: datetime) -> Receipt:
    try:
        document = parse(content)
    except NotADocument as error:
        return Receipt("refused", findings=[_finding("unreadable", problem=str(error))])
    if not keeps(document):
        # not even that it came is written down
        return Receipt("refused", findings=[_finding("no_consent_to_keep", "/consent/purposes/keep")])
    story_id, round_id = id_in(document, "id"), id_in(document, "round")
    if story_id is None:
        return Receipt("refused", findings=[_finding("not_an_id", "/id")])
    round = Round.objects.select_related("framework_version").filter(id=round_id).first() if round_id else None
    if round is None:
        return Receipt("refused", story_id, [_finding("unknown_round", "/round")])
    arrived = Arrived(content, document, story_id, hash_of_id(story_id), round, at)
    sender = sender_in(round)
    try:
        return receive_arrived(arrived, sender)
    except IntegrityError:
        # another process wrote the same story, or the same interview, at the same moment: now it is there to compare
        return receive_arrived(arrived, sender)


def _finding(code: str, where: str = "", **values: object) -> Finding:
    return {"code": code, "where": where, "values": values}


def receive_arrived(arrived: Arrived, sender: Sender, ignored: Sequence[str] = ()) -> Receipt:
    """Decide about a document that is read so far. Args: ignored, codes of findings that do not count this time."""
    with transaction.atomic():
        if Erased.objects.filter(id_hash=arrived.id_hash).exists():
            return Receipt("erased", arrived.story_id)
        known = Story.objects.filter(id=arrived.story_id).first()
        try:
            story = read_story(arrived.document, framework=framework_of(version=arrived.round.framework_version))
        except StoryRefused as error:
            reasons = [_finding(each.code, each.where, **each.values) for each in error.problems[:50]]
            if not error.may_keep:
                return Receipt("refused", arrived.story_id, reasons)
            if known is not None:
                reasons = [_finding("other_content"), *reasons]
                return _keep(arrived, StoryArrival.State.QUARANTINED, reasons, sender)
            return _keep(arrived, StoryArrival.State.REFUSED, reasons, sender)
        if known is not None:
            if known.content_hash == content_hash(story):
                return Receipt("already_recorded", known.id, is_kept=True)
            return _keep(arrived, StoryArrival.State.QUARANTINED, [_finding("other_content")], sender)
        if reasons := list(misplaced(story, arrived, sender)):
            return _keep(arrived, StoryArrival.State.REFUSED, reasons, sender)
        interview = interview_hash(story)
        is_twin = Story.objects.filter(interview_hash=interview, mode=story.mode).exists()
        if is_twin and "same_interview" not in ignored:
            reasons = [_finding("same_interview")]
            return _keep(arrived, StoryArrival.State.QUARANTINED, reasons, sender)
        _accept(arrived, story, interview, sender, arrived.at if is_twin else None)
        return Receipt("accepted", story.id, is_kept=True)


def misplaced(story: StoryDocument, arrived: Arrived, sender: Sender) -> Iterable[Finding]:
    """What is wrong with a sound story in this round."""
    round = arrived.round
    told_at = story.collected.finished_at or story.collected.started_at or arrived.at
    if not round.starts_on <= told_at.astimezone(UTC).date() < round.until_on:
        yield _finding("outside_round", "/collected", starts_on=str(round.starts_on), until_on=str(round.until_on))
    elif round.closed_at is not None and told_at >= round.closed_at:
        yield _finding("round_closed", "/round")
    link = sender.link
    if link is not None:
        if story.collected.by != "self":
            yield _finding("not_told_alone", "/collected/by")
        if link.teller_key is not None and link.teller_key != story.teller:
            yield _finding("other_teller", "/teller/key")
        if story.group is not None and story.group != link.group_id:
            yield _finding("other_group", "/group")
    elif story.collected.facilitator is not None and not sender.may_stand_in:
        collects = RoundFacilitator.objects.filter(round=round, user_id=story.collected.facilitator)
        if not collects.exists():
            yield _finding("not_a_facilitator", "/collected/facilitator")
    if story.group is not None:
        ours = SavingsGroup.objects.filter(id=story.group, organisation_id=round.organisation_id)
        if not ours.exists():
            yield _finding("unknown_group", "/group")
    ids = [each.id for each in story.attachments]
    if ids and Attachment.objects.filter(id__in=ids).exists():
        yield _finding("attachment_taken", "/attachments")


def interview_hash(story: StoryDocument) -> str:
    """The same for one interview that two phones have sent under two ids."""
    return fingerprint(
        {
            "round": str(story.round),
            "teller": str(story.teller),
            "title": story.title,
            "text": story.text,
            "answers": answers_json(story.answers),
            "attachments": [*sorted(each.sha256 for each in story.attachments)],
        }
    )


def _keep(arrived: Arrived, state: StoryArrival.State, reasons: list[Finding], sender: Sender) -> Receipt:
    """Keep a document that is not accepted, once for each different content, with why."""
    slip = arrived.document.get("withdrawal")
    arrival, is_new = StoryArrival.objects.get_or_create(
        story_id=arrived.story_id,
        content_hash=arrived.content_hash,
        defaults={
            "id": uuid7(),
            "id_hash": arrived.id_hash,
            "round": arrived.round,
            "withdrawal_hash": slip if isinstance(slip, str) and len(slip) == 64 else "",
            "content": arrived.content,
            "received_at": arrived.at,
            "received_by": sender.id,
            "state": state,
            "findings": reasons,
        },
    )
    if is_new:
        codes = sorted({reason["code"] for reason in reasons})
        _note(f"story.{state}", arrived, sender, {"reasons": codes})
    elif arrival.state in (StoryArrival.State.REFUSED, StoryArrival.State.QUARANTINED):
        arrival.state, arrival.findings = state, reasons
        arrival.save(update_fields=["state", "findings"])
    return Receipt(state.value, arrived.story_id, reasons, is_kept=True)


def _note(deed: str, arrived: Arrived, sender: Sender, data: dict[str, object]) -> None:
    data = {"round": str(arrived.round.id), **data}
    note(deed=deed, id_hash=arrived.id_hash, node_id=arrived.round.node_id, by=sender.user, at=arrived.at, data=data)


def _accept(
    arrived: Arrived, story: StoryDocument, interview: str, sender: Sender, twin_let_in_at: datetime | None
) -> None:
    """Write an allowed story: the story, its document, its consent, and what is attached."""
    slip = story.withdrawal or ""
    StoryArrival.objects.update_or_create(
        story_id=story.id,
        content_hash=arrived.content_hash,
        create_defaults={
            "id": uuid7(),
            "id_hash": arrived.id_hash,
            "round": arrived.round,
            "withdrawal_hash": slip,
            "content": arrived.content,
            "received_at": arrived.at,
            "received_by": sender.id,
            "state": StoryArrival.State.ACCEPTED,
        },
        defaults={"state": StoryArrival.State.ACCEPTED, "findings": []},
    )
    row = story_row(arrived=arrived, story=story, interview=interview, sender=sender)
    row.twin_let_in_at = twin_let_in_at
    row.save(force_insert=True)
    record_consent(story.id, story.consent, ConsentRecord.Channel.STORY, sender.id, arrived.at)
    Attachment.objects.bulk_create(
        Attachment(
            id=each.id,
            story_id=story.id,
            kind=each.kind,
            media_type=each.media_type,
            sent_sha256=each.sha256,
            sent_bytes=each.bytes,
        )
        for each in story.attachments
    )
    index_story(story_id=story.id)
    Draft.objects.filter(id_hash=arrived.id_hash).delete()
    _note("story.received", arrived, sender, {"mode": story.mode})


def story_row(*, arrived: Arrived, story: StoryDocument, interview: str, sender: Sender) -> Story:
    """The row of an allowed story, not written yet."""
    round = arrived.round
    return Story(
        id=story.id,
        id_hash=arrived.id_hash,
        round=round,
        framework_version_id=round.framework_version_id,
        node_id=round.node_id,
        organisation_id=round.organisation_id,
        mode=story.mode,
        state=Story.State.WAITING if round.is_moderated else Story.State.APPROVED,
        teller_key=story.teller,
        voice=story.role,
        collected_by=story.collected.by,
        facilitator=story.collected.facilitator,
        started_at=story.collected.started_at,
        finished_at=story.collected.finished_at,
        received_at=arrived.at,
        received_by=sender.id,
        link=sender.link,
        group_id=story.group,
        step=story.step or "",
        language=story.language,
        prompt=story.prompt,
        told_of=story.when or "",
        withdrawal_hash=story.withdrawal or "",
        content_hash=content_hash(story),
        interview_hash=interview,
        warnings=_warnings(story, round),
        where={"level": story.where.level, "name": story.where.name} if story.where else None,
        answers=answers_json(story.answers),
        title=story.title,
        text=story.text,
        **allowed(story.consent),
    )


def allowed(consent: Consent) -> dict[str, Any]:
    """The columns of a story that follow its consent."""
    purposes = {f"may_{name}": consent.allows(name) for name in consent.purposes if name != "keep"}
    return {**purposes, "visibility": consent.visibility}


def record_consent(
    story_id: UUID, consent: Consent, channel: ConsentRecord.Channel, by: UUID | None, at: datetime
) -> None:
    """Write down what a teller allowed, beside every earlier answer."""
    consent_row(story_id, consent, channel, by, at).save(force_insert=True)


def consent_row(
    story_id: UUID, consent: Consent, channel: ConsentRecord.Channel, by: UUID | None, at: datetime
) -> ConsentRecord:
    """The row of a consent, not written yet."""
    minor = consent.minor
    return ConsentRecord(
        id=uuid7(),
        story_id=story_id,
        version=consent.version,
        language=consent.language,
        given=consent.given,
        documented=consent.documented,
        asked_by=consent.asked_by,
        purposes=dict(consent.purposes),
        minor={"given_by": minor.given_by, "assent": minor.assent} if minor else None,
        visibility=consent.visibility,
        channel=channel,
        recorded_by=by,
        recorded_at=at,
    )


def _warnings(story: StoryDocument, round: Round) -> list[Finding]:
    found = []
    if round.languages and story.language not in round.languages:
        found.append(_finding("language_not_of_round", "/language", language=story.language))
    if guess := other_language(text=story.text, language=story.language, known=round.languages):
        found.append(_finding("looks_like", "/language", language=story.language, guess=guess))
    return found
