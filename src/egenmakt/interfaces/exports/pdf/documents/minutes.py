"""Minutes of a meeting: who came, what was counted, paid, lent and decided, who locked the box, and the code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from egenmakt.core.ledger.chain import read_code
from egenmakt.interfaces.exports.pdf.labels import Words
from egenmakt.interfaces.exports.pdf.parts import (
    Group,
    Person,
    Vote,
    require,
    require_amounts,
    require_text,
    shown_code,
)
from egenmakt.interfaces.exports.pdf.typesetting import Content, typeset

ATTENDANCE_STATES: Final = ("present", "late", "excused", "on_leave", "absent")
BOXES: Final = ("loan_fund_box", "social_fund_box", "bank")
KEYS_TO_LOCK: Final = 3


@dataclass(frozen=True, slots=True)
class RollLine:
    """How one member attended."""

    member: Person
    state: str

    def __post_init__(self) -> None:
        require(
            self.state in ATTENDANCE_STATES, f"{self.state!r} is no attendance; use {', '.join(ATTENDANCE_STATES)}."
        )


@dataclass(frozen=True, slots=True)
class OpeningCount:
    """One box as it was opened: what should be in it, what was counted, and why they differ."""

    box: str
    expected_minor: int
    counted_minor: int
    reason: str = ""

    def __post_init__(self) -> None:
        require(self.box in BOXES, f"{self.box!r} is no box; use {', '.join(BOXES)}.")
        require_amounts(expected_minor=self.expected_minor, counted_minor=self.counted_minor)
        differs = self.expected_minor != self.counted_minor
        require(bool(self.reason.strip()) or not differs, f"The {self.box} differs from the books without a reason.")


@dataclass(frozen=True, slots=True)
class StepEntry:
    """Money that one person gave or got in a step, or a line without money."""

    who: str
    what: str = ""
    paid_in_minor: int = 0
    paid_out_minor: int = 0

    def __post_init__(self) -> None:
        require_amounts(paid_in_minor=self.paid_in_minor, paid_out_minor=self.paid_out_minor)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the meeting under the group's own heading."""

    title: str
    entries: tuple[StepEntry, ...] = ()

    def __post_init__(self) -> None:
        require_text(self.title, "A step's title")


@dataclass(frozen=True, slots=True)
class LoanGranted:
    """A loan that the group decided on: to whom, what for, and how it was voted."""

    borrower: Person
    amount_minor: int
    due_on: date
    vote: Vote
    purpose: str = ""
    guarantors: tuple[Person, ...] = ()

    def __post_init__(self) -> None:
        require_amounts(amount_minor=self.amount_minor)


@dataclass(frozen=True, slots=True)
class Decision:
    """Anything else that the group decided, in its own words."""

    text: str
    vote: Vote

    def __post_init__(self) -> None:
        require_text(self.text, "A decision")


@dataclass(frozen=True, slots=True)
class ClosingCount:
    """One box as it was closed, counted twice; a third count settles it when the two differ."""

    box: str
    expected_minor: int
    first_count_minor: int
    second_count_minor: int
    third_count_minor: int | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        require(self.box in BOXES, f"{self.box!r} is no box; use {', '.join(BOXES)}.")
        require_amounts(
            expected_minor=self.expected_minor,
            first_count_minor=self.first_count_minor,
            second_count_minor=self.second_count_minor,
            third_count_minor=self.third_count_minor or 0,
        )
        agree = self.first_count_minor == self.second_count_minor
        require(agree or self.third_count_minor is not None, f"The two counts of the {self.box} differ; count again.")
        differs = self.counted_minor != self.expected_minor
        require(bool(self.reason.strip()) or not differs, f"The {self.box} differs from the books without a reason.")

    @property
    def counted_minor(self) -> int:
        """What holds: the third count where there is one."""
        return self.first_count_minor if self.third_count_minor is None else self.third_count_minor


@dataclass(frozen=True, slots=True)
class KeyTurn:
    """One of the keys that locked the box."""

    holder: Person
    is_outside_committee: bool


@dataclass(frozen=True, slots=True)
class CorrectionNote:
    """A line of this meeting that was corrected in a later one, or an earlier one corrected here."""

    recorded_on: date
    text: str
    amount_minor: int = 0
    decided_in_meeting: int | None = None

    def __post_init__(self) -> None:
        require_text(self.text, "A correction")
        require_amounts(negative_allowed=True, amount_minor=self.amount_minor)


@dataclass(frozen=True, slots=True)
class Minutes:
    """A closed meeting as it is put on paper."""

    group: Group
    meeting_number: int
    held_on: date
    code: str
    roll: tuple[RollLine, ...]
    opening: tuple[OpeningCount, ...]
    steps: tuple[Step, ...]
    closing: tuple[ClosingCount, ...]
    first_counter: Person
    second_counter: Person
    keys: tuple[KeyTurn, ...]
    signatories: tuple[Person, ...]
    loans: tuple[LoanGranted, ...] = ()
    decisions: tuple[Decision, ...] = ()
    corrections: tuple[CorrectionNote, ...] = ()

    def __post_init__(self) -> None:
        read_code(self.code)
        require(bool(self.roll), "Minutes need a roll call; the meeting has no member.")
        require(bool(self.opening) and bool(self.closing), "Minutes need the box counted at the start and at the end.")
        require(len(self.keys) >= KEYS_TO_LOCK, f"{len(self.keys)} keys were turned; a box is locked with three.")
        opened = sum(count.counted_minor for count in self.opening)
        expected = opened + self.paid_in_minor - self.paid_out_minor
        closing = sum(count.expected_minor for count in self.closing)
        require(
            expected == closing,
            f"Counted at the start {opened}, paid in {self.paid_in_minor}, paid out {self.paid_out_minor}: the boxes "
            f"should hold {expected} at the end, but the minutes expect {closing}.",
        )

    @property
    def paid_in_minor(self) -> int:
        return sum(entry.paid_in_minor for step in self.steps for entry in step.entries)

    @property
    def paid_out_minor(self) -> int:
        return sum(entry.paid_out_minor for step in self.steps for entry in step.entries)


def render(data: Minutes, *, language: str, printed_at: datetime) -> bytes:
    """The minutes of a meeting as PDF/UA-1, A4."""
    words = Words.of(language)
    number = words.number(data.meeting_number)
    content: dict[str, Content] = {
        "group": data.group.content(),
        "heading": words.text("minutes.heading", number=number),
        "held_on": words.day_in_full(data.held_on),
        "code": shown_code(data.code),
        "roll": _roll(data, words),
        "attendance": _attendance(data, words),
        "opening": [_opening(count, data.group.currency, words) for count in data.opening],
        "steps": [_step(step, data.group.currency, words) for step in data.steps],
        "flow": _flow(data, words),
        "loans": [_loan(loan, data.group.currency, words) for loan in data.loans],
        "decisions": [{"text": item.text, "vote": item.vote.content(words)} for item in data.decisions],
        "closing": [_closing(count, data.group.currency, words) for count in data.closing],
        "has_third_count": any(count.third_count_minor is not None for count in data.closing),
        "first_counter": data.first_counter.content(),
        "second_counter": data.second_counter.content(),
        "keys": [
            {**key.holder.content(), "place": words.text(f"key.{'outside' if key.is_outside_committee else 'inside'}")}
            for key in data.keys
        ],
        "signatories": [person.content() for person in data.signatories],
        "corrections": [_correction(note, data.group.currency, words) for note in data.corrections],
    }
    title = words.text("minutes.title_of", number=number, group=data.group.name)
    return typeset(template="minutes", title=title, content=content, words=words, printed_at=printed_at)


def _roll(data: Minutes, words: Words) -> list[Content]:
    return [{**line.member.content(), "state": words.text(f"attendance.{line.state}")} for line in data.roll]


def _attendance(data: Minutes, words: Words) -> list[Content]:
    states = [line.state for line in data.roll]
    return [
        {"state": words.text(f"attendance.{state}"), "count": words.number(states.count(state))}
        for state in ATTENDANCE_STATES
    ]


def _opening(count: OpeningCount, currency: str, words: Words) -> Content:
    return {
        "box": words.text(f"box.{count.box}"),
        "expected": words.amount(count.expected_minor, currency),
        "counted": words.amount(count.counted_minor, currency),
        "difference": words.amount(count.counted_minor - count.expected_minor, currency),
        "reason": count.reason,
    }


def _step(step: Step, currency: str, words: Words) -> Content:
    def shown(minor: int) -> str:
        return words.amount(minor, currency) if minor else ""

    return {
        "title": step.title,
        "entries": [
            {
                "who": entry.who,
                "what": entry.what,
                "paid_in": shown(entry.paid_in_minor),
                "paid_out": shown(entry.paid_out_minor),
            }
            for entry in step.entries
        ],
        "paid_in": words.amount(sum(entry.paid_in_minor for entry in step.entries), currency),
        "paid_out": words.amount(sum(entry.paid_out_minor for entry in step.entries), currency),
    }


def _flow(data: Minutes, words: Words) -> Content:
    currency = data.group.currency
    return {
        "opened": words.amount(sum(count.counted_minor for count in data.opening), currency),
        "paid_in": words.amount(data.paid_in_minor, currency),
        "paid_out": words.amount(data.paid_out_minor, currency),
        "expected": words.amount(sum(count.expected_minor for count in data.closing), currency),
        "counted": words.amount(sum(count.counted_minor for count in data.closing), currency),
    }


def _loan(loan: LoanGranted, currency: str, words: Words) -> Content:
    return {
        "borrower": loan.borrower.name,
        "amount": words.amount(loan.amount_minor, currency),
        "due_on": words.day(loan.due_on),
        "purpose": loan.purpose,
        "guarantors": [person.name for person in loan.guarantors],
        "vote": loan.vote.content(words),
    }


def _closing(count: ClosingCount, currency: str, words: Words) -> Content:
    third = count.third_count_minor
    return {
        "box": words.text(f"box.{count.box}"),
        "expected": words.amount(count.expected_minor, currency),
        "first": words.amount(count.first_count_minor, currency),
        "second": words.amount(count.second_count_minor, currency),
        "third": "" if third is None else words.amount(third, currency),
        "difference": words.amount(count.counted_minor - count.expected_minor, currency),
        "reason": count.reason,
    }


def _correction(note: CorrectionNote, currency: str, words: Words) -> Content:
    meeting = note.decided_in_meeting
    return {
        "recorded_on": words.day(note.recorded_on),
        "text": note.text,
        "amount": words.amount(note.amount_minor, currency) if note.amount_minor else "",
        "meeting": "" if meeting is None else words.number(meeting),
    }
