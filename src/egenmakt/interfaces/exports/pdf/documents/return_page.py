"""The page that goes back to those who told: what many said, stories open to anyone, and what was decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from egenmakt.interfaces.exports.pdf.labels import Words
from egenmakt.interfaces.exports.pdf.parts import require
from egenmakt.interfaces.exports.pdf.typesetting import Content, typeset


@dataclass(frozen=True, slots=True)
class ReturnPage:
    """What stands on it. The numbers were protected before they came here."""

    body: str
    round: str
    people: int
    least: int
    """Fewer people than this have no page."""
    greeting: str = ""
    question: str = ""
    options: tuple[tuple[str, int], ...] = ()
    is_hidden: bool = False
    stories: tuple[tuple[str, str], ...] = ()
    """Title and text."""
    decisions: tuple[tuple[str, str, date], ...] = ()
    """What, who sees to it, by when."""

    def __post_init__(self) -> None:
        require(self.people >= self.least, f"{self.people} people are too few for a page; {self.least} is the least.")
        small = [number for _label, number in self.options if 0 < number < self.least]
        require(not small, "A number below the least is among the answers; protect them first.")


def render(data: ReturnPage, *, language: str, printed_at: datetime) -> bytes:
    """The page as PDF/UA-1, A4, in letters that can be read on a wall."""
    words = Words.of(language, for_tellers=True)
    content: dict[str, Content] = {
        "group": {"name": data.body, "currency": "", "place": data.round},
        "greeting": _paragraphs(data.greeting),
        "people": words.count("return_page.people", data.people),
        "question": data.question,
        "options": [[words.number(number), label] for label, number in data.options],
        "hidden": words.text("return_page.hidden") if data.is_hidden else "",
        "stories": [{"title": title, "text": _paragraphs(text)} for title, text in data.stories],
        "decisions": [
            words.text("return_page.decision", what=what, who=who, when=words.day_in_full(when))
            for what, who, when in data.decisions
        ],
    }
    title = words.text("return_page.title")
    return typeset(template="return_page", title=title, content=content, words=words, printed_at=printed_at)


def _paragraphs(text: str) -> list[Content]:
    return [line.strip() for line in text.splitlines() if line.strip()]
