"""A meeting told again: the document in force, what each entry did to the boxes, and what was corrected since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from egenmakt.apps.groups.models import Correction, Meeting, SavingsGroup
from egenmakt.apps.groups.queries.members import MemberName, member_names
from egenmakt.apps.groups.state import state_before
from egenmakt.core.ledger.chain import NotAMeetingCode, read_code
from egenmakt.core.ledger.chart import CHART, AccountRef
from egenmakt.core.ledger.transfers import Transfer
from egenmakt.core.meetings.document import MeetingDocument, parse_json, read_meeting
from egenmakt.core.meetings.entries.table import ENTRY_FIELDS, ENTRY_TYPES
from egenmakt.core.meetings.fields import BOXES
from egenmakt.core.meetings.sitting import Sitting
from egenmakt.core.meetings.state import GroupState


@dataclass(frozen=True, slots=True)
class ToldEntry:
    """One entry of a meeting with its fields, and the transfers that it made."""

    type: str
    fields: Mapping[str, Any]
    made: tuple[Transfer, ...]

    @property
    def paid_in_minor(self) -> int:
        """Money that came into a box; what moves between two boxes counts on both sides."""
        return sum(transfer.amount_minor for transfer in self.made if CHART[transfer.debit.kind].is_box)

    @property
    def paid_out_minor(self) -> int:
        """Money that left a box."""
        return sum(transfer.amount_minor for transfer in self.made if CHART[transfer.credit.kind].is_box)


@dataclass(frozen=True, slots=True)
class ToldStep:
    """One step of the meeting."""

    name: str
    entries: tuple[ToldEntry, ...]


@dataclass(frozen=True)
class Minutes:
    """A meeting with everything that its minutes show."""

    meeting: Meeting
    document: MeetingDocument
    state: GroupState
    """The group as the meeting found it."""
    steps: tuple[ToldStep, ...]
    expected: Mapping[str, int]
    """What each box should have held at the end."""
    names: Mapping[UUID, MemberName]
    borrowers: Mapping[UUID, UUID | None]
    """Whose each loan is, those granted at the meeting included."""
    corrections: tuple[Correction, ...]
    is_original: bool
    """Whether it is shown as it was recorded, although it was corrected later."""

    @property
    def committee(self) -> frozenset[UUID]:
        """The members who sat on the committee on the day."""
        return frozenset(id for id, member in self.state.members.items() if member.in_committee)


def minutes_of(*, meeting: Meeting, group: SavingsGroup, original: bool = False) -> Minutes:
    """The minutes of a meeting, as it is in force or as it was recorded. The queries do not depend on its length."""
    corrections = tuple(
        Correction.objects.filter(meeting=meeting).select_related("decided_in").order_by("corrected_at", "id")
    )
    content = meeting.arrival.content if original or not corrections else corrections[-1].content
    document = read_meeting(parse_json(bytes(content)), ENTRY_FIELDS)
    state = state_before(group=group, meeting=meeting)
    sitting = Sitting(state=state, document=document, balances=dict(state.balances))
    for count in document.opening:
        sitting.balances[AccountRef(count.box)] = count.counted_minor
    steps = tuple(
        ToldStep(step.name, tuple(_told(sitting, entry) for entry in step.entries)) for step in document.steps
    )
    borrowers: dict[UUID, UUID | None] = {loan: note.borrower for loan, note in state.loan_notes.items()}
    borrowers.update({loan: granted.member for loan, granted in sitting.granted.items()})
    return Minutes(
        meeting=meeting,
        document=document,
        state=state,
        steps=steps,
        expected={box: sitting.balance(box) for box in BOXES},
        names=member_names(group_id=group.id),
        borrowers=borrowers,
        corrections=corrections,
        is_original=original and bool(corrections),
    )


def _told(sitting: Sitting, entry: Any) -> ToldEntry:
    before = len(sitting.transfers)
    ENTRY_TYPES[entry.type].post(sitting, entry)
    return ToldEntry(entry.type, entry.fields, tuple(sitting.transfers[before:]))


@dataclass(frozen=True, slots=True)
class CodeAnswer:
    """What a code that somebody typed turned out to be."""

    code: str
    meeting: Meeting | None
    problem: str = ""
    """Why it is no code at all: length, character or check; empty for a proper code."""


def check_passbook_code(*, group_id: UUID, text: str) -> CodeAnswer:
    """Whether a code from a paper passbook belongs to a meeting of the group, and to which. One query."""
    try:
        code = read_code(text)
    except NotAMeetingCode as problem:
        return CodeAnswer(text, None, _which(str(problem)))
    return CodeAnswer(code, Meeting.objects.filter(group_id=group_id, code=code).order_by("-number").first())


def _which(sentence: str) -> str:
    if "has 8 characters" in sentence:
        return "length"
    return "character" if "never used" in sentence else "check"


__all__ = ["CodeAnswer", "Minutes", "ToldEntry", "ToldStep", "check_passbook_code", "minutes_of"]
