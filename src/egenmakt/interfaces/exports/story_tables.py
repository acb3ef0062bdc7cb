"""Counts that go along with stories: people, not stories, and no small number that could be found out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final
from uuid import UUID

from egenmakt.apps.stories.models import Story
from egenmakt.core.disclosure import CountTable, Suppressed, protect
from egenmakt.core.signification.framework import Framework
from egenmakt.core.signification.question import words
from egenmakt.interfaces.exports.cells import Cell, Table

COLUMNS: Final = ("question", "option", "label", "voice", "people", "why_not")
CHOICES: Final = ("change_type", "single", "several", "picture")


def counts_table(stem: str) -> Table:
    """The table of counts."""
    return Table(f"counts-{stem}.csv", COLUMNS, frozenset({"people"}))


def protected_counts(framework: Framework, stories: Sequence[Story], *, k: int) -> Iterator[dict[str, Cell]]:
    """How many people chose each option of each choice about the story, by voice; hidden where it must be.

    A teller with several stories is one person, in the voice in which she told first.
    """
    voice_of: dict[UUID, str] = {}
    chosen: dict[UUID, set[tuple[str, str]]] = {}
    questions = [each for each in framework.about("story") if each.type in CHOICES]
    for story in stories:
        voice_of.setdefault(story.teller_key, story.voice)
        said = chosen.setdefault(story.teller_key, set())
        for question in questions:
            value = story.answers.get(question.code, {}).get("value", ())
            said |= {(question.code, option) for option in ([value] if isinstance(value, str) else value)}
    voices = tuple(sorted(set(voice_of.values())))
    tables = [
        CountTable(name="people", dimensions=(("voice", voices),), counts=Counter((v,) for v in voice_of.values()))
    ]
    for question in questions:
        for option in question.options:
            name = f"{question.code}/{option.code}"
            counts: Counter[tuple[str, ...]] = Counter(
                (voice, "yes" if (question.code, option.code) in chosen[teller] else "no")
                for teller, voice in voice_of.items()
            )
            tables.append(CountTable(name=name, dimensions=(("voice", voices), (name, ("yes", "no"))), counts=counts))
    safe = protect(tables, k=k)
    for voice in (*voices, None):
        yield _line("", "", "", voice, safe["people"].at(voice))
    for question in questions:
        for option in question.options:
            label = words(option.text, framework.source, framework.source)
            for voice in (*voices, None):
                count = safe[f"{question.code}/{option.code}"].at(voice, "yes")
                yield _line(question.code, option.code, label, voice, count)


def _line(question: str, option: str, label: str, voice: str | None, count: int | Suppressed) -> dict[str, Cell]:
    is_hidden = isinstance(count, Suppressed)
    return {
        "question": question,
        "option": option,
        "label": label,
        "voice": voice or "all",
        "people": None if isinstance(count, Suppressed) else count,
        "why_not": count.value if isinstance(count, Suppressed) and is_hidden else None,
    }
