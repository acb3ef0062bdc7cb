"""A meeting arrives: it is kept word for word, and accepted whole, refused whole, held, or shown to people."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from uuid6 import uuid7

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import require
from egenmakt.apps.audit.services import record
from egenmakt.apps.groups.models import Arrival, Cycle, Meeting, Membership, SavingsGroup
from egenmakt.apps.groups.services.loans import write_changes, write_loans
from egenmakt.apps.groups.state import NotReady, state_now
from egenmakt.apps.ledger.services import post_entry
from egenmakt.core.meetings.document import MeetingDocument, parse_json, read_meeting
from egenmakt.core.meetings.entries.table import ENTRY_FIELDS
from egenmakt.core.meetings.fields import Unreadable
from egenmakt.core.meetings.keys import check_keys
from egenmakt.core.meetings.meeting import Outcome, work_out
from egenmakt.core.meetings.refusals import MeetingRefused, Refusal
from egenmakt.core.meetings.state import GroupState

PIN_TRIES = 5
PIN_PAUSE = timedelta(minutes=15)

Finding = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a meeting that was sent.

    `status` is accepted, already_recorded, held, quarantined or refused. All but the first two keep the document and
    change nothing in the book.
    """

    status: str
    meeting_id: UUID | None = None
    code: str = ""
    hash: str = ""
    findings: list[Finding] = field(default_factory=list)
    arrival_id: UUID | None = None
    followed_by: tuple[UUID, ...] = ()
    """Held meetings that could be accepted because this one came."""


def receive_meeting(*, content: bytes, by: User, at: datetime) -> Receipt:
    """Take in a meeting document as it was sent.

    Sending the same document again changes nothing. Nothing that arrives is lost: what is refused, held or in
    conflict is kept and shown. Raises: NotAllowed when the sender may not record meetings of that group.
    """
    try:
        document = read_meeting(parse_json(content), ENTRY_FIELDS)
    except Unreadable as error:
        return _keep_unreadable(content, error, by, at)
    deed = "import.data" if document.source == "paper" else "meeting.record"
    with transaction.atomic():
        group = SavingsGroup.objects.select_for_update().filter(id=document.group).first()
        if group is None:
            finding = {"code": "unknown_group", "where": "/group", "values": {"group": str(document.group)}}
            return _keep(content, document, None, Arrival.State.REFUSED, [finding], by, at)
        require(user=by, deed=deed, node_id=group.id)
        receipt = _receive(group, document, content, by, at)
        if receipt.status != "accepted":
            return receipt
        followed = _accept_held(group, document.hash, at)
    return Receipt("accepted", document.id, receipt.code, receipt.hash, [], receipt.arrival_id, tuple(followed))


def _receive(group: SavingsGroup, document: MeetingDocument, content: bytes, by: User | None, at: datetime) -> Receipt:
    known = Meeting.objects.filter(id=document.id).first()
    if known is not None:
        if known.hash == document.hash:
            return Receipt("already_recorded", known.id, known.code, known.hash)
        finding = {"code": "other_content", "where": "", "values": {"number": known.number}}
        return _keep(content, document, group, Arrival.State.QUARANTINED, [finding], by, at)
    if document.previous != group.last_hash:
        return _out_of_order(group, document, content, by, at)
    try:
        state = state_now(group=group, on=document.held_on)
        _check_pins(group, state, document, at)
        outcome = work_out(state=state, document=document, today=(at + timedelta(hours=14)).date())
    except NotReady as error:
        finding = {"code": "not_ready", "where": "", "values": {"problem": str(error)}}
        return _keep(content, document, group, Arrival.State.REFUSED, [finding], by, at)
    except MeetingRefused as error:
        return _keep(content, document, group, Arrival.State.REFUSED, findings(error.refusals), by, at)
    return _accept(group, state, document, outcome, content, by, at)


def _out_of_order(
    group: SavingsGroup, document: MeetingDocument, content: bytes, by: User | None, at: datetime
) -> Receipt:
    """Hold a meeting until its parent comes; but a second child of one parent is a question for people."""
    parent = Meeting.objects.filter(group=group, hash=document.previous).first() if document.previous else None
    if parent is None and document.previous:
        return _keep(content, document, group, Arrival.State.HELD, [], by, at)
    sibling = Meeting.objects.get(group=group, previous_hash=document.previous)
    values = {"number": sibling.number, "other": str(sibling.id)}
    finding = {"code": "second_child", "where": "/previous", "values": values}
    return _keep(content, document, group, Arrival.State.QUARANTINED, [finding], by, at)


def findings(refusals: list[Refusal]) -> list[Finding]:
    """Refusals as they are kept and sent."""
    return [{**asdict(refusal), "values": dict(refusal.values)} for refusal in refusals]


def _keep_unreadable(content: bytes, error: Unreadable, by: User, at: datetime) -> Receipt:
    problems = [{"code": "unreadable", "where": p.where, "values": {"problem": p.message}} for p in error.problems[:50]]
    with transaction.atomic():
        return _keep(content, None, None, Arrival.State.REFUSED, problems, by, at)


def _keep(
    content: bytes,
    document: MeetingDocument | None,
    group: SavingsGroup | None,
    state: Arrival.State,
    reasons: list[Finding],
    by: User | None,
    at: datetime,
) -> Receipt:
    """Keep a document that is not accepted, once for each different content, with why."""
    fingerprint = hashlib.sha256(content).hexdigest()
    meeting_id = document.id if document else None
    arrival = Arrival.objects.filter(meeting_id=meeting_id, content_hash=fingerprint).first()
    if arrival is None:
        arrival = Arrival.objects.create(
            id=uuid7(),
            group=group,
            meeting_id=meeting_id,
            previous_hash=document.previous if document else "",
            content=content,
            content_hash=fingerprint,
            received_at=at,
            received_by=by.id if by else None,
            state=state,
            findings=reasons,
        )
        _note(f"meeting.{state}", arrival.id, group, by, at, {"reasons": [reason["code"] for reason in reasons]})
    elif arrival.state != Arrival.State.SETTLED:
        arrival.state, arrival.findings = state, reasons
        arrival.save(update_fields=["state", "findings"])
    return Receipt(state.value, meeting_id, findings=reasons, arrival_id=arrival.id)


def _note(
    deed: str, subject: UUID, group: SavingsGroup | None, by: User | None, at: datetime, data: dict[str, Any]
) -> None:
    record(
        by=by,
        at=at,
        deed=deed,
        subject_kind="meeting",
        subject_id=subject,
        node_id=group.id if group else None,
        data=data,
    )


def _check_pins(group: SavingsGroup, state: GroupState, document: MeetingDocument, at: datetime) -> None:
    """Check the keys that lock the meeting; five wrong PINs of one member make her wait a quarter of an hour."""
    turned = [key.member for key in document.keys]
    rows = Membership.objects.filter(group=group, id__in=turned).values_list("id", "pin_key", "pin_locked_until")
    keys = {id: bytes(key) for id, key, locked in rows if key and not (locked and locked > at)}
    refusals, wrong = check_keys(document=document, state=state, pin_keys=keys)
    if wrong:
        Membership.objects.filter(id__in=wrong).update(pin_failures=F("pin_failures") + 1)
        Membership.objects.filter(id__in=wrong, pin_failures__gte=PIN_TRIES).update(
            pin_locked_until=at + PIN_PAUSE, pin_failures=0
        )
    if refusals:
        raise MeetingRefused(refusals)


def _accept(
    group: SavingsGroup,
    state: GroupState,
    document: MeetingDocument,
    outcome: Outcome,
    content: bytes,
    by: User | None,
    at: datetime,
) -> Receipt:
    """Write an allowed meeting: its transfers, the meeting, its loans, and the group's new last link."""
    post_entry(
        book_id=group.book_id,
        entry_id=document.id,
        kind=document.kind if document.kind == "share_out" else "meeting",
        position=document.number,
        effective_on=document.held_on,
        transfers=outcome.transfers,
        subject=document.id,
        by=by.id if by else None,
        at=at,
    )
    arrival = _keep_accepted(group, document, content, by, at)
    _write_meeting(group, state, document, outcome, arrival, at)
    write_loans(book_id=group.book_id, meeting_id=document.id, granted=outcome.granted, on=document.held_on)
    write_changes(meeting_id=document.id, changed=outcome.changed, on=document.held_on)
    for membership, reason in outcome.left.items():
        Membership.objects.filter(id=membership).update(status=reason, left_on=document.held_on)
    if outcome.drew_pot:
        Membership.objects.filter(id__in=outcome.drew_pot).update(has_drawn_pot=True)
    if outcome.closes_cycle:
        Cycle.objects.filter(id=state.cycle_id).update(
            closed_on=document.held_on, shared_out_minor=outcome.shared_out_minor
        )
        Membership.objects.filter(group=group).update(has_drawn_pot=False)
        _note("cycle.closed", document.id, group, by, at, {"cycle": state.cycle_number})
    group.last_number, group.last_hash, group.last_held_on = document.number, document.hash, document.held_on
    group.save(update_fields=["last_number", "last_hash", "last_held_on"])
    _note("meeting.recorded", document.id, group, by, at, {"number": document.number, "code": document.code})
    return Receipt("accepted", document.id, document.code, document.hash, [], arrival.id)


def _keep_accepted(
    group: SavingsGroup, document: MeetingDocument, content: bytes, by: User | None, at: datetime
) -> Arrival:
    fingerprint = hashlib.sha256(content).hexdigest()
    arrival, is_new = Arrival.objects.get_or_create(
        meeting_id=document.id,
        content_hash=fingerprint,
        defaults={
            "id": uuid7(),
            "group": group,
            "previous_hash": document.previous,
            "content": content,
            "received_at": at,
            "received_by": by.id if by else None,
            "state": Arrival.State.ACCEPTED,
        },
    )
    if not is_new:
        arrival.state, arrival.findings, arrival.group = Arrival.State.ACCEPTED, [], group
        arrival.save(update_fields=["state", "findings", "group"])
    return arrival


def _write_meeting(
    group: SavingsGroup,
    state: GroupState,
    document: MeetingDocument,
    outcome: Outcome,
    arrival: Arrival,
    at: datetime,
) -> None:
    here = outcome.attendance
    Meeting.objects.create(
        id=document.id,
        group=group,
        organisation_id=group.organisation_id,
        cycle_id=state.cycle_id,
        number=document.number,
        kind=document.kind,
        source=document.source,
        held_on=document.held_on,
        constitution_number=document.constitution,
        previous_hash=document.previous,
        hash=document.hash,
        code=document.code,
        arrival=arrival,
        members_active=sum(member.active for member in state.members.values()),
        present=here.get("present", 0),
        late=here.get("late", 0),
        excused=here.get("excused", 0),
        on_leave=here.get("leave", 0),
        absent=here.get("absent", 0),
        recorded_at=at,
    )


def _accept_held(group: SavingsGroup, parent_hash: str, at: datetime) -> list[UUID]:
    """Take in the meetings that waited for this one, and those that waited for them, in the order of the chain."""
    followed: list[UUID] = []
    while True:
        waiting = list(
            Arrival.objects.filter(group=group, previous_hash=parent_hash, state=Arrival.State.HELD).order_by(
                "received_at", "id"
            )
        )
        accepted = ""
        for arrival in waiting:
            by = User.objects.filter(id=arrival.received_by).first() if arrival.received_by else None
            content = bytes(arrival.content)
            document = read_meeting(parse_json(content), ENTRY_FIELDS)
            receipt = _receive(group, document, content, by, at)
            if receipt.status == "accepted":
                followed.append(document.id)
                accepted = document.hash
        if not accepted:
            return followed
        parent_hash = accepted


def settle_arrival(*, arrival: Arrival, words: str, by: User, at: datetime) -> None:
    """The group has decided what to do about a meeting that was refused or in conflict; the document stays."""
    if arrival.group_id is not None:
        require(user=by, deed="quarantine.resolve", node_id=arrival.group_id)
    with transaction.atomic():
        arrival.state, arrival.settled_by, arrival.settled_at = Arrival.State.SETTLED, by.id, at
        arrival.settled_words = words
        arrival.save(update_fields=["state", "settled_by", "settled_at", "settled_words"])
        _note("meeting.settled", arrival.id, arrival.group, by, at, {"words": words})
