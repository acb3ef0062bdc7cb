"""Story cards to cut apart and lay on a table: the covered words, and the teller's own answers to chosen questions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from egenmakt.interfaces.exports.pdf.labels import Words
from egenmakt.interfaces.exports.pdf.parts import require
from egenmakt.interfaces.exports.pdf.typesetting import Content, typeset

LAYOUTS: Final = {1: "one", 2: "two", 4: "four"}
ROOM: Final = {1: 3300, 2: 1500, 4: 800}
"""Characters that a card has room for, answers included; a longer story is cut at a word, and says so."""


@dataclass(frozen=True, slots=True)
class StoryCard:
    """One story as it may leave: its words covered, its answers the teller's own."""

    title: str
    text: str
    answers: tuple[tuple[str, str], ...] = ()
    """Question and answer."""


@dataclass(frozen=True, slots=True)
class StoryCards:
    """The cards of one workshop."""

    name: str
    cards: tuple[StoryCard, ...]
    left_out: int = 0
    """Stories on the table that have no card: their words are not covered yet, or may not be read."""
    per_page: int = 2

    def __post_init__(self) -> None:
        require(bool(self.cards), "No story can be printed: cover the names in at least one of them first.")
        require(self.per_page in LAYOUTS, f"{self.per_page} cards to a page cannot be printed; choose 1, 2 or 4.")
        room = min(ROOM[self.per_page] - _answered(card) for card in self.cards)
        require(room >= ROOM[self.per_page] // 2, "The answers leave no room for the story; choose fewer questions.")
        require(self.left_out >= 0, "The number of stories left out cannot be below zero.")


def render(data: StoryCards, *, language: str, printed_at: datetime) -> bytes:
    """The cards as PDF/UA-1, A4."""
    words = Words.of(language)
    total = len(data.cards)
    note = words.count("story_cards.count", total)
    if data.left_out:
        note = f"{note} {words.count('story_cards.left_out', data.left_out)}"
    cards: list[Content] = []
    for number, card in enumerate(data.cards, start=1):
        text, is_cut = shortened(card.text, ROOM[data.per_page] - _answered(card))
        cards.append(
            {
                "number": words.text("story_cards.number", number=words.number(number), total=words.number(total)),
                "title": card.title or words.text("story_cards.untitled"),
                "text": text,
                "cut": words.text("story_cards.cut") if is_cut else "",
                "answers": [[question, answer] for question, answer in card.answers],
            }
        )
    content: dict[str, Content] = {
        "layout": LAYOUTS[data.per_page],
        "group": {"name": data.name, "currency": "", "place": ""},
        "note": note,
        "cards": cards,
    }
    title = words.text("story_cards.title", name=data.name)
    return typeset(template="story_cards", title=title, content=content, words=words, printed_at=printed_at)


def _answered(card: StoryCard) -> int:
    """How many characters the answers of a card take."""
    return sum(len(question) + len(answer) for question, answer in card.answers)


def shortened(text: str, room: int) -> tuple[str, bool]:
    """The text where it fits, else what fits up to the end of a word; and whether it was cut."""
    if len(text) <= room:
        return text, False
    head = text[:room]
    return head.rsplit(None, 1)[0] + "…" if " " in head else head + "…", True
