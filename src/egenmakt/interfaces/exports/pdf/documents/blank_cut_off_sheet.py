"""A paper form for a group that starts with the system in mid-cycle: where everyone and every box stands that day."""

from __future__ import annotations

from datetime import datetime

from egenmakt.interfaces.exports.pdf.labels import Words
from egenmakt.interfaces.exports.pdf.parts import BlankList
from egenmakt.interfaces.exports.pdf.typesetting import typeset


def render(data: BlankList, *, language: str, printed_at: datetime) -> bytes:
    """A cut-off sheet to fill in by hand, as PDF/UA-1, A4 across."""
    words = Words.of(language)
    title = words.text("blank_cut_off.title")
    content = data.content(words)
    return typeset(template="blank_cut_off_sheet", title=title, content=content, words=words, printed_at=printed_at)
