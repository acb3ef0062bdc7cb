"""One ordinary meeting while it goes on: who came, what was done so far, and what should be in the boxes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any, Final
from uuid import UUID

from egenmakt.core.lending.position import LoanPosition, position
from egenmakt.core.meetings.state import GroupState, LoanState
from egenmakt.interfaces.cli.demo_programme.forming import GroupAtWork

HERE: Final = ("present", "late")

Entry = dict[str, Any]


@dataclass
class Takings:
    """One meeting while it goes on: the roll call, the entries so far, and the money that should be in the boxes."""

    group: GroupAtWork
    state: GroupState
    on: date
    place: int
    """The meeting's place among the group's planned ones, from 0."""
    draw: Random
    roll_call: dict[UUID, str]
    entries: list[Entry] = field(default_factory=list)
    boxes: dict[str, int] = field(default_factory=dict)
    withdrawn: dict[UUID, int] = field(default_factory=dict)
    newcomers: tuple[UUID, ...] = ()
    leaver: UUID | None = None

    def __post_init__(self) -> None:
        self.boxes = {box: self.state.balance(box) for box in ("loan_fund_box", "social_fund_box", "bank")}

    def put(self, box: str, amount_minor: int, entry: Entry) -> None:
        """Write an entry and move the money that it moves, in or (below zero) out."""
        self.boxes[box] += amount_minor
        self.entries.append(entry)

    @property
    def here(self) -> list[UUID]:
        """Who is at the meeting."""
        return [id for id, mark in self.roll_call.items() if mark in HERE]

    @property
    def can_decide(self) -> bool:
        """Whether enough members are here."""
        rules = self.state.constitution
        return len(self.here) * rules.quorum_denominator >= len(self.roll_call) * rules.quorum_numerator

    def vote(self) -> Entry:
        """A vote that carries, nearly always not by all."""
        against = self.draw.choice((0, 0, 0, 1))
        abstained = self.draw.choice((0, 0, 1))
        return {"for": len(self.here) - against - abstained, "against": against, "abstained": abstained}

    def position_of(self, loan: LoanState) -> LoanPosition:
        """Where a loan stood when the meeting opened."""
        return position(schedule=loan.schedule, paid=self.state.paid(loan), on=self.on)


def call_roll(group: GroupAtWork, state: GroupState, place: int, draw: Random) -> dict[UUID, str]:
    """Who comes. Those who keep the book, the box and a key always do; in a group that falls apart fewer and fewer."""
    progress = place / max(1, len(group.plan.meets_on) - 1)
    steady = {*group.members[:4]}
    # who has paid one instalment, and will pay no more, does not show herself either
    gone = {
        loan.borrower
        for loan in state.loans.values()
        if loan.borrower and group.ways[loan.borrower].pays == "stops" and has_begun_to_pay(state, loan)
    }
    marks: dict[UUID, str] = {}
    for id, member in state.members.items():
        if not member.active:
            continue
        chance = group.ways[id].attends * (1 - 0.6 * progress if group.tells("falling") else 1)
        if id in gone:
            chance = 0.1
        if id in steady or draw.random() < chance:
            marks[id] = "late" if draw.random() < 0.07 else "present"
        else:
            marks[id] = draw.choice(("absent", "absent", "excused", "excused", "leave"))
    return marks


def has_begun_to_pay(state: GroupState, loan: LoanState) -> bool:
    """Whether anything has been paid on a loan."""
    paid = state.paid(loan)
    return bool(paid.principal_minor or paid.interest_minor or paid.fee_minor)


def rounded(amount_minor: int, step_minor: int) -> int:
    """Down to a whole number of steps, so that amounts are those that people would agree on."""
    return amount_minor - amount_minor % step_minor if amount_minor >= step_minor else max(0, amount_minor)
