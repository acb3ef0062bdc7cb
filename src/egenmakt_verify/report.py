"""What the check says: it agrees, or the first line that does not."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

Json = Any


@dataclass(frozen=True)
class Finding:
    """The first line that does not agree: where it stands, what was expected there, and what was found."""

    file: str
    place: str
    problem: str
    meeting: int | None = None
    field: str = ""
    expected: Json = None
    found: Json = None

    def __str__(self) -> str:
        parts = [self.file, f"meeting {self.meeting}" if self.meeting is not None else "", self.place]
        where = ", ".join(part for part in (*parts, f"field {self.field}" if self.field else "") if part)
        values = ""
        if (self.expected, self.found) != (None, None):
            values = f" Expected: {_short(self.expected)}; found: {_short(self.found)}."
        return f"{where}: {self.problem}{values}"


def _short(value: Json) -> str:
    text = "nothing" if value is None else repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 200 else text[:200] + "…"


@dataclass(frozen=True)
class Report:
    """Whether the file agrees with itself, what was counted, and the last meeting's code for the passbook."""

    agrees: bool
    finding: Finding | None = None
    counts: dict[str, int] = field(default_factory=dict)
    money: dict[str, Json] = field(default_factory=dict)
    last_code: str = ""

    def as_json(self) -> dict[str, Json]:
        """The report for programs."""
        return asdict(self)

    def __str__(self) -> str:
        if self.finding is not None:
            return f"does not agree: {self.finding}"
        counted = ", ".join(f"{number} {name}" for name, number in self.counts.items())
        lines = [f"agrees: {counted}."]
        if self.money:
            m = self.money
            lines.append(f"Money in {m['in']} = money out {m['out']} + money held {m['held']} {m['currency']}.")
        if self.last_code:
            code = f"{self.last_code[:4]} {self.last_code[4:]}"
            lines.append(f"Code of the last meeting: {code}. It must be the one in the passbooks.")
        return "\n".join(lines)


class Disagrees(Exception):
    """The check stops at the first line that does not agree."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(str(finding))
        self.finding = finding


@dataclass(frozen=True)
class Place:
    """Where the check is, so that every complaint can say it."""

    file: str = "group.json"
    words: str = ""
    meeting: int | None = None

    def __truediv__(self, words: str) -> Place:
        return Place(self.file, f"{self.words}, {words}" if self.words else words, self.meeting)

    def stop(self, problem: str, *, field: str = "", expected: Json = None, found: Json = None) -> Disagrees:
        """The error to raise here."""
        return Disagrees(Finding(self.file, self.words, problem, self.meeting, field, expected, found))

    def same(self, field: str, expected: Json, found: Json, problem: str = "is not what it must be.") -> None:
        """Stop unless two values are equal, and of the same type: 1 is not True."""
        if type(expected) is not type(found) or expected != found:
            raise self.stop(problem, field=field, expected=expected, found=found)
