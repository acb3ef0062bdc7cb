"""Meetings that come at the same moment are recorded together: one transaction, one waiting for the disk.

Each is still accepted whole or not at all, and answered only when it is on the disk. This is the way of a meeting that
can be accepted as it stands. Whatever else may become of one (held, refused, in conflict, recorded already, a wrong
PIN, the end of a cycle) is left to the long way in `meetings.py`, which begins anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import connection

from egenmakt.apps.groups.gathering import Gathering
from egenmakt.apps.groups.meeting_calls import Accepted, Opened, accept_meetings, open_usual
from egenmakt.apps.groups.services.arriving import Receipt, Sent, entry_of, values_of
from egenmakt.apps.groups.services.loans import loans_changed, loans_granted
from egenmakt.apps.groups.state import NotReady, usual_state_of
from egenmakt.apps.groups.writing import writing
from egenmakt.apps.ledger.services import check_entry
from egenmakt.core.meetings.keys import check_keys
from egenmakt.core.meetings.meeting import work_out
from egenmakt.core.meetings.refusals import MeetingRefused
from egenmakt.core.meetings.state import latest_day


@dataclass(eq=False, slots=True)
class Brought:
    """A meeting that one thread brought, and its receipt once it is recorded."""

    sent: Sent
    receipt: Receipt | None = None


def accept_with_others(sent: Sent) -> Receipt | None:
    """Record a meeting, with those that come at the same moment. Returns: None when it must go the long way."""
    brought = Brought(sent)
    _GATHERING.bring(brought)
    return brought.receipt


def record_together(brought: Sequence[Brought]) -> None:
    """Record those that can be accepted as they stand, or, when the database refuses one of them, none."""
    in_order = sorted(brought, key=lambda each: each.sent.document.group)  # else two servers could wait for each other
    try:
        receipts = _accept_all([each.sent for each in in_order])
    except Exception:  # a fault in one must not become the fault of those that came with it
        # each goes the long way by itself, which says what is wrong with it, and looks whether it is recorded after all
        return
    for each, receipt in zip(in_order, receipts, strict=True):
        each.receipt = receipt


_GATHERING: Final = Gathering(
    do=record_together,
    place=lambda brought: brought.sent.document.group,
    at_once=1 if connection.vendor == "sqlite" else 2,  # SQLite has one writer
)


def _accept_all(meetings: Sequence[Sent]) -> list[Receipt | None]:
    is_outermost = not connection.in_atomic_block
    with writing(is_alive=True):  # the long way asks
        opened = open_usual([sent.question() for sent in meetings])
        found = [_acceptable(sent, before) for sent, before in zip(meetings, opened, strict=True)]
        accepted = [each for each in found if each is not None]
        arrivals = iter(accept_meetings(accepted, is_outermost=is_outermost) if accepted else ())
    return [_receipt(sent, next(arrivals)) if each else None for sent, each in zip(meetings, found, strict=True)]


def _acceptable(sent: Sent, opened: Opened) -> Accepted | None:
    """What is written of a meeting that can be accepted as it stands; None of any other."""
    document, sender = sent.document, opened.sender
    if sender is None or opened.state is None or opened.known is not None or not _is_as_usual(sent, opened):
        return None
    try:
        state = usual_state_of(opened.state, group_id=document.group, on=document.held_on)
        refusals, _, _ = check_keys(document=document, state=state, pin_keys=opened.pin_keys)
        if refusals:
            return None
        outcome = work_out(state=state, document=document, today=latest_day(sent.at))
    except (NotReady, MeetingRefused):
        return None
    if outcome.closes_cycle or outcome.left or outcome.drew_pot:
        return None
    entry = entry_of(sent)
    check_entry(entry, outcome.transfers)
    return Accepted(
        entry=entry,
        transfers=outcome.transfers,
        values=values_of(sent=sent, opened=opened, state=state, attendance=outcome.attendance, sender_name=sender.name),
        others=[
            *loans_granted(
                book_id=document.group, meeting_id=document.id, granted=outcome.granted, on=document.held_on
            ),
            *loans_changed(meeting_id=document.id, changed=outcome.changed, on=document.held_on),
        ],
    )


def _is_as_usual(sent: Sent, opened: Opened) -> bool:
    """Whether the sender may do it, and nothing but the meeting itself has to be written."""
    sender = opened.sender
    return (
        sender is not None
        and sender.is_known
        and sender.may
        and (sent.sender.device is None or sender.last_used_on == sent.at.date())
        and not opened.pins_failed
        and not opened.is_awaited
    )


def _receipt(sent: Sent, arrival: UUID) -> Receipt:
    return Receipt("accepted", sent.document.id, sent.document.code, sent.document.hash, [], arrival)
