"""A paper form for a whole meeting: roll call and collection sheet, cash counts, decisions, closing and code."""

from __future__ import annotations

from datetime import datetime

from egenmakt.interfaces.exports.pdf.documents.minutes import ATTENDANCE_STATES, BOXES
from egenmakt.interfaces.exports.pdf.labels import Words
from egenmakt.interfaces.exports.pdf.parts import BlankList
from egenmakt.interfaces.exports.pdf.typesetting import Content, typeset


def render(data: BlankList, *, language: str, printed_at: datetime) -> bytes:
    """A meeting form to fill in by hand, as PDF/UA-1, A4 across."""
    words = Words.of(language)
    content: dict[str, Content] = {
        **data.content(words),
        "states": [words.text(f"attendance.{state}") for state in ATTENDANCE_STATES],
        "boxes": [words.text(f"box.{box}") for box in BOXES],
    }
    title = words.text("blank_meeting.title")
    return typeset(template="blank_meeting", title=title, content=content, words=words, printed_at=printed_at)
