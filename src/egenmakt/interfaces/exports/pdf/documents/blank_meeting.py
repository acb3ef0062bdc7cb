"""A paper form for a whole meeting: roll call and collection sheet, cash counts, decisions, closing and code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from egenmakt.interfaces.exports.pdf.documents.minutes import ATTENDANCE_STATES, BOXES
from egenmakt.interfaces.exports.pdf.labels import Words
from egenmakt.interfaces.exports.pdf.parts import Person, require
from egenmakt.interfaces.exports.pdf.typesetting import Content, typeset

LINES_MAX = 200


@dataclass(frozen=True, slots=True)
class BlankMeeting:
    """What is printed beforehand; everything that is left out becomes a line to write on."""

    group_name: str = ""
    currency: str = ""
    members: tuple[Person, ...] = ()
    empty_lines: int = 0
    """Lines without a name, after those with one."""

    def __post_init__(self) -> None:
        lines = len(self.members) + self.empty_lines
        require(0 < lines <= LINES_MAX, f"A form for {lines} members cannot be printed; ask for 1 to {LINES_MAX}.")
        require(self.empty_lines >= 0, f"empty_lines is {self.empty_lines}; it cannot be below zero.")


def render(data: BlankMeeting, *, language: str, printed_at: datetime) -> bytes:
    """A meeting form to fill in by hand, as PDF/UA-1, A4 across."""
    words = Words.of(language)
    rows: list[Content] = [
        {"name": person.name, "number": person.number or words.number(index)}
        for index, person in enumerate(data.members, start=1)
    ]
    rows += [{"name": "", "number": words.number(len(rows) + index)} for index in range(1, data.empty_lines + 1)]
    content: dict[str, Content] = {
        "group": {"name": data.group_name, "currency": data.currency, "place": ""},
        "rows": rows,
        "states": [words.text(f"attendance.{state}") for state in ATTENDANCE_STATES],
        "boxes": [words.text(f"box.{box}") for box in BOXES],
    }
    title = words.text("blank_meeting.title")
    return typeset(template="blank_meeting", title=title, content=content, words=words, printed_at=printed_at)
