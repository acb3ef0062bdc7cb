"""What a meeting that arrives is made of: who sends it, what is asked of the database, and what is written there."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError
from uuid6 import uuid7

from egenmakt.apps.access.devices import Device
from egenmakt.apps.access.roles import roles_with
from egenmakt.apps.audit.services import record
from egenmakt.apps.groups.meeting_calls import Opened
from egenmakt.apps.ledger.posting import EntryRow
from egenmakt.apps.ledger.services import LedgerRefused
from egenmakt.core.ledger.transfers import BelowZero
from egenmakt.core.meetings.document import MeetingDocument
from egenmakt.core.meetings.state import GroupState

CONTRADICTIONS = (IntegrityError, LedgerRefused, BelowZero)
"""What the database's own guards say when a meeting passed every rule and yet cannot be true."""

_ROLES = {deed: roles_with(deed) for deed in ("meeting.record", "import.data")}

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


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it, as the trail writes it down."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Sender:
    """Whose name a meeting comes in, and with which phone."""

    id: UUID | None
    name: str = ""
    """Empty until it has been read."""
    device: Device | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """A meeting that could be read, with who sent it when, and the deed that she must be allowed to do."""

    content: bytes
    document: MeetingDocument
    sender: Sender
    at: datetime

    @property
    def deed(self) -> str:
        """Bringing in a paper book is another deed than recording a meeting."""
        return "import.data" if self.document.source == "paper" else "meeting.record"

    def question(self) -> dict[str, Any]:
        """What `open_meeting` asks with."""
        document, sender = self.document, self.sender
        return {
            "group": document.group,
            "user": sender.id,
            "token": sender.device.id if sender.device else None,
            "roles": _ROLES[self.deed],
            "meeting": document.id,
            "previous": document.previous,
            "hash": document.hash,
            "day": document.held_on,
            "time": self.at,
            "keys": [key.member for key in document.keys],
        }


def entry_of(sent: Sent) -> EntryRow:
    """What the ledger's entry says of its transfers."""
    document = sent.document
    return EntryRow(
        id=document.id,
        book_id=document.group,
        kind=document.kind if document.kind == "share_out" else "meeting",
        position=document.number,
        effective_on=document.held_on,
        posted_at=sent.at,
        posted_by=sent.sender.id,
        subject=document.id,
    )


def values_of(
    *, sent: Sent, opened: Opened, state: GroupState, attendance: Mapping[str, int], sender_name: str
) -> dict[str, Any]:
    """What is written of an accepted meeting, beside its entry in the ledger."""
    document, here = sent.document, attendance
    return {
        "arrival": uuid7(),
        "group": document.group,
        "organisation": opened.organisation_id,
        "cycle": state.cycle_id,
        "meeting": document.id,
        "number": document.number,
        "kind": document.kind,
        "source": document.source,
        "day": document.held_on,
        "constitution": document.constitution,
        "previous": document.previous,
        "hash": document.hash,
        "code": document.code,
        "content": sent.content,
        "fingerprint": hashlib.sha256(sent.content).hexdigest(),
        "active": sum(member.active for member in state.members.values()),
        "present": here.get("present", 0),
        "late": here.get("late", 0),
        "excused": here.get("excused", 0),
        "on_leave": here.get("leave", 0),
        "absent": here.get("absent", 0),
        "time": sent.at,
        "user": sent.sender.id,
        "user_name": sender_name,
        "event": uuid7(),
        "subject": str(document.id),
        "data": json.dumps({"number": document.number, "code": document.code}),
        "jobs": list(settings.JOBS.get("meeting.recorded", ())),
    }


def note(deed: str, subject: UUID, group_id: UUID | None, by: Sender, at: datetime, data: dict[str, Any]) -> None:
    actor = Actor(by.id, by.name) if by.id else None
    record(by=actor, at=at, deed=deed, subject_kind="meeting", subject_id=subject, node_id=group_id, data=data)
