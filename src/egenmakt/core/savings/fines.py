"""Fines by table: what each one costs, and which are proposed from the roll call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from egenmakt.core.savings.checks import one_of, whole_number
from egenmakt.core.savings.positions import MemberKey

Attendance = Literal["present", "late", "excused", "leave", "absent"]
ATTENDANCE: tuple[Attendance, ...] = ("present", "late", "excused", "leave", "absent")
"""How a member is marked at the roll call. Source: the five states that groups keep (Apache Fineract, attendance)."""


class NotAFineTable(ValueError):
    """The table names a fine twice, or gives it no amount or an unknown trigger."""


@dataclass(frozen=True, slots=True)
class FineLine:
    """One fine: its name, its amount, and the mark at the roll call that proposes it, if any does."""

    name: str
    amount_minor: int
    trigger: Attendance | None = None

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise NotAFineTable("A fine has no name; write what it is for, such as: late.")
        try:
            whole_number(field=f"The fine {self.name}", value=self.amount_minor, minimum=1)
            if self.trigger is not None:
                one_of(field=f"The trigger of the fine {self.name}", value=self.trigger, choices=ATTENDANCE)
        except ValueError as problem:
            raise NotAFineTable(str(problem)) from None


@dataclass(frozen=True, slots=True)
class FineTable:
    """All fines of a group, each name once."""

    lines: tuple[FineLine, ...] = ()

    def __post_init__(self) -> None:
        names = [line.name for line in self.lines]
        for name in names:
            if names.count(name) > 1:
                raise NotAFineTable(f"The fine {name} stands in the table {names.count(name)} times; keep one of them.")

    def amount_minor(self, name: str) -> int:
        """What a fine costs. Raises NotAFineTable for a name that is not in the table."""
        for line in self.lines:
            if line.name == name:
                return line.amount_minor
        raise NotAFineTable(f"There is no fine called {name}; the table has: {', '.join(x.name for x in self.lines)}.")


@dataclass(frozen=True, slots=True)
class ProposedFine:
    """A fine that the roll call suggests; the group decides whether it is charged."""

    member: MemberKey
    name: str
    amount_minor: int


def proposed_fines(table: FineTable, attendance: Mapping[MemberKey, Attendance]) -> list[ProposedFine]:
    """The fines that a roll call suggests: each member in the order of the roll, each fine in that of the table.

    Raises: ValueError for a mark that is not one of ATTENDANCE.
    """
    for member, mark in attendance.items():
        one_of(field=f"The attendance of {member}", value=mark, choices=ATTENDANCE)
    return [
        ProposedFine(member, line.name, line.amount_minor)
        for member, mark in attendance.items()
        for line in table.lines
        if line.trigger == mark
    ]
