"""A meeting arrives: it is kept word for word, and accepted whole, refused whole, held, or shown to people."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F
from uuid6 import uuid7

from egenmakt.apps.access.devices import Device, UnknownDevice, note_use, user_of
from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import NotAllowed, require
from egenmakt.apps.access.roles import DEEDS
from egenmakt.apps.groups.meeting_calls import Opened, open_meeting, record_meeting
from egenmakt.apps.groups.models import Arrival, Cycle, Meeting, Membership
from egenmakt.apps.groups.services.arriving import (
    CONTRADICTIONS,
    Finding,
    Receipt,
    Sender,
    Sent,
    entry_of,
    note,
    values_of,
)
from egenmakt.apps.groups.services.loans import write_changes, write_loans
from egenmakt.apps.groups.services.together import accept_with_others
from egenmakt.apps.groups.state import NotReady, state_of
from egenmakt.apps.groups.writing import writing
from egenmakt.apps.ledger.services import post_entry
from egenmakt.core.meetings.document import MeetingDocument, parse_json, read_meeting
from egenmakt.core.meetings.entries.table import ENTRY_FIELDS
from egenmakt.core.meetings.fields import Unreadable
from egenmakt.core.meetings.keys import check_keys
from egenmakt.core.meetings.meeting import Outcome, work_out
from egenmakt.core.meetings.refusals import MeetingRefused, Refusal
from egenmakt.core.meetings.state import GroupState, latest_day

PIN_TRIES = 5
PIN_PAUSE = timedelta(minutes=15)


def receive_meeting(*, content: bytes, by: User, at: datetime) -> Receipt:
    """Take in a meeting document as it was sent.

    Sending the same document again changes nothing. Nothing that arrives is lost: what is refused, held or in
    conflict is kept and shown. Raises: NotAllowed when the sender may not record meetings of that group.
    """
    return _take_in(content, Sender(by.id, by.name), at)


def receive_from_device(*, content: bytes, device: Device, at: datetime) -> Receipt:
    """Take in a meeting document from a phone, which may do what its user may, as far as it was enrolled.

    Raises: UnknownDevice when the phone was stopped; otherwise as `receive_meeting`.
    """
    return _take_in(content, Sender(device.user_id, device=device), at)


def accept_from_device(*, content: bytes, device: Device, at: datetime) -> Receipt | None:
    """Accept a meeting document from a phone that can be accepted as it stands.

    Returns: None for any other, of which nothing was done or kept: that is what `receive_from_device` is for.
    """
    try:
        document = read_meeting(parse_json(content), ENTRY_FIELDS)
    except Unreadable:
        return None
    return accept_with_others(Sent(content, document, Sender(device.user_id, device=device), at))


def _take_in(content: bytes, sender: Sender, at: datetime) -> Receipt:
    try:
        document = read_meeting(parse_json(content), ENTRY_FIELDS)
    except Unreadable as error:
        return _keep_unreadable(content, error, _verified(sender), at)
    sent = Sent(content, document, sender, at)
    return accept_with_others(sent) or _take_in_alone(sent)


def _take_in_alone(sent: Sent) -> Receipt:
    """Everything that may become of a meeting, in a transaction of its own."""
    document, at = sent.document, sent.at
    try:
        with writing():
            opened = open_meeting(sent.question())
            by = _checked(sent.sender, opened, sent.deed, at)
            sent = replace(sent, sender=by)
            if opened.organisation_id is None:
                finding = {"code": "unknown_group", "where": "/group", "values": {"group": str(document.group)}}
                return _keep(sent.content, document, None, Arrival.State.REFUSED, [finding], by, at)
            receipt = _receive(opened, sent)
            if receipt.status != "accepted" or not opened.is_awaited:
                return receipt
            followed = _accept_held(document.group, document.hash, at)
            return replace(receipt, followed_by=tuple(followed))
    except CONTRADICTIONS as error:
        return _keep_contradiction(sent.content, document, error, _verified(sent.sender), at)


def _checked(sender: Sender, opened: Opened, deed: str, at: datetime) -> Sender:
    """The sender with her name, if she may do it. Raises: UnknownDevice, NotAllowed."""
    found = opened.sender
    if found is None or not found.is_known:
        raise UnknownDevice if sender.device else NotAllowed("You may not sign in any more.")
    if opened.organisation_id is not None and not found.may:
        raise NotAllowed(f"You may not {DEEDS[deed]} here. Ask the one who gives the roles in your organisation.")
    if sender.device:
        note_use(device=sender.device, last_used_on=found.last_used_on, on=at.date())
    return replace(sender, name=found.name)


def _verified(sender: Sender) -> Sender:
    """The sender of something that belongs to no group. Raises: UnknownDevice."""
    return replace(sender, name=user_of(device=sender.device).name) if sender.device else sender


def _receive(opened: Opened, sent: Sent) -> Receipt:
    document, content, by, at = sent.document, sent.content, sent.sender, sent.at
    known, group_id = opened.known, document.group
    if known is not None:
        if known.hash == document.hash:
            return Receipt("already_recorded", document.id, known.code, known.hash)
        finding = {"code": "other_content", "where": "", "values": {"number": known.number}}
        return _keep(content, document, group_id, Arrival.State.QUARANTINED, [finding], by, at)
    if opened.state is None:
        return _out_of_order(document, content, by, at)
    try:
        state = state_of(opened.state, group_id=group_id, on=document.held_on)
        _check_pins(opened, state, document, at)
        outcome = work_out(state=state, document=document, today=latest_day(at))
    except NotReady as error:
        finding = {"code": "not_ready", "where": "", "values": {"problem": str(error)}}
        return _keep(content, document, group_id, Arrival.State.REFUSED, [finding], by, at)
    except MeetingRefused as error:
        return _keep(content, document, group_id, Arrival.State.REFUSED, findings(error.refusals), by, at)
    return _accept(opened, state, sent, outcome)


def _out_of_order(document: MeetingDocument, content: bytes, by: Sender, at: datetime) -> Receipt:
    """Hold a meeting until its parent comes; but a second child of one parent is a question for people."""
    group = document.group
    parent = Meeting.objects.filter(group_id=group, hash=document.previous).first() if document.previous else None
    if parent is None and document.previous:
        return _keep(content, document, group, Arrival.State.HELD, [], by, at)
    sibling = Meeting.objects.get(group_id=group, previous_hash=document.previous)
    values = {"number": sibling.number, "other": str(sibling.id)}
    finding = {"code": "second_child", "where": "/previous", "values": values}
    return _keep(content, document, group, Arrival.State.QUARANTINED, [finding], by, at)


def findings(refusals: list[Refusal]) -> list[Finding]:
    """Refusals as they are kept and sent."""
    return [{**asdict(refusal), "values": dict(refusal.values)} for refusal in refusals]


def _keep_unreadable(content: bytes, error: Unreadable, by: Sender, at: datetime) -> Receipt:
    problems = [{"code": "unreadable", "where": p.where, "values": {"problem": p.message}} for p in error.problems[:50]]
    with writing():
        return _keep(content, None, None, Arrival.State.REFUSED, problems, by, at)


def _keep_contradiction(
    content: bytes, document: MeetingDocument, error: Exception, by: Sender, at: datetime
) -> Receipt:
    """The rules allowed it and the database did not, such as a loan under the id of another group's loan."""
    finding = {"code": "contradiction", "where": "", "values": {"problem": str(error).splitlines()[0]}}
    with writing():
        return _keep(content, document, document.group, Arrival.State.REFUSED, [finding], by, at)


def _keep(
    content: bytes,
    document: MeetingDocument | None,
    group_id: UUID | None,
    state: Arrival.State,
    reasons: list[Finding],
    by: Sender,
    at: datetime,
) -> Receipt:
    """Keep a document that is not accepted, once for each different content, with why."""
    fingerprint = hashlib.sha256(content).hexdigest()
    meeting_id = document.id if document else None
    arrival = Arrival.objects.filter(meeting_id=meeting_id, content_hash=fingerprint).first()
    if arrival is None:
        arrival = Arrival.objects.create(
            id=uuid7(),
            group_id=group_id,
            meeting_id=meeting_id,
            previous_hash=document.previous if document else "",
            content=content,
            content_hash=fingerprint,
            received_at=at,
            received_by=by.id,
            state=state,
            findings=reasons,
        )
        note(f"meeting.{state}", arrival.id, group_id, by, at, {"reasons": [reason["code"] for reason in reasons]})
    elif arrival.state != Arrival.State.SETTLED:
        arrival.state, arrival.findings = state, reasons
        arrival.save(update_fields=["state", "findings"])
    return Receipt(state.value, meeting_id, findings=reasons, arrival_id=arrival.id)


def _waiting(members: set[UUID], at: datetime) -> dict[UUID, int]:
    """Which of these members wait after wrong PINs, and for how many minutes more."""
    if not members:
        return {}
    rows = Membership.objects.filter(id__in=members, pin_locked_until__gt=at).values_list("id", "pin_locked_until")
    return {id: -(-(until - at) // timedelta(minutes=1)) for id, until in rows if until}


def _check_pins(opened: Opened, state: GroupState, document: MeetingDocument, at: datetime) -> None:
    """Check the keys that lock the meeting; five wrong PINs of one member make her wait a quarter of an hour."""
    unread = {key.member for key in document.keys} - opened.pin_keys.keys()
    refusals, wrong, right = check_keys(
        document=document, state=state, pin_keys=opened.pin_keys, waiting_minutes=_waiting(unread, at)
    )
    if wrong:
        Membership.objects.filter(id__in=wrong).update(pin_failures=F("pin_failures") + 1)
        Membership.objects.filter(id__in=wrong, pin_failures__gte=PIN_TRIES).update(
            pin_locked_until=at + PIN_PAUSE, pin_failures=0
        )
    if forgiven := right & opened.pins_failed:
        Membership.objects.filter(id__in=forgiven).update(pin_failures=0)
    if refusals:
        raise MeetingRefused(refusals)


def _accept(opened: Opened, state: GroupState, sent: Sent, outcome: Outcome) -> Receipt:
    """Write an allowed meeting: its transfers, the meeting, its loans, and the group's new last link."""
    document, by, at = sent.document, sent.sender, sent.at
    entry = entry_of(sent)
    post_entry(
        book_id=entry.book_id,
        entry_id=entry.id,
        kind=entry.kind,
        position=entry.position,
        effective_on=entry.effective_on,
        transfers=outcome.transfers,
        subject=entry.subject,
        by=entry.posted_by,
        at=entry.posted_at,
    )
    values = values_of(sent=sent, opened=opened, state=state, attendance=outcome.attendance, sender_name=by.name)
    arrival_id = record_meeting(values)
    if outcome.granted:
        write_loans(book_id=document.group, meeting_id=document.id, granted=outcome.granted, on=document.held_on)
    write_changes(meeting_id=document.id, changed=outcome.changed, on=document.held_on)
    for membership, reason in outcome.left.items():
        Membership.objects.filter(id=membership).update(status=reason, left_on=document.held_on)
    if outcome.drew_pot:
        Membership.objects.filter(id__in=outcome.drew_pot).update(has_drawn_pot=True)
    if outcome.closes_cycle:
        Cycle.objects.filter(id=state.cycle_id).update(
            closed_on=document.held_on, shared_out_minor=outcome.shared_out_minor
        )
        Membership.objects.filter(group_id=document.group).update(has_drawn_pot=False)
        note("cycle.closed", document.id, document.group, by, at, {"cycle": state.cycle_number})
    return Receipt("accepted", document.id, document.code, document.hash, [], arrival_id)


def _accept_held(group_id: UUID, parent_hash: str, at: datetime) -> list[UUID]:
    """Take in the meetings that waited for this one, and those that waited for them, in the order of the chain."""
    followed: list[UUID] = []
    while True:
        waiting = list(
            Arrival.objects.filter(group_id=group_id, previous_hash=parent_hash, state=Arrival.State.HELD).order_by(
                "received_at", "id"
            )
        )
        accepted = ""
        for arrival in waiting:
            content = bytes(arrival.content)
            document = read_meeting(parse_json(content), ENTRY_FIELDS)
            # who sent it was asked when it came
            sent = Sent(content, document, Sender(arrival.received_by), at)
            opened = open_meeting(sent.question())
            by = replace(sent.sender, name=opened.sender.name if opened.sender else "")
            try:
                with transaction.atomic():
                    receipt = _receive(opened, replace(sent, sender=by))
            except CONTRADICTIONS as error:
                receipt = _keep_contradiction(content, document, error, by, at)
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
        note("meeting.settled", arrival.id, arrival.group_id, Sender(by.id, by.name), at, {"words": words})
