"""What a reader meets in every renderer alike: numbers of claims and figures, places in the text, what lacks proof."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from egenmakt.core.evidence.blocks import Block, Bullets, Direction, Inline, Note, Prose, Report, Text, claims_in
from egenmakt.interfaces.exports.pdf.labels import Words
from egenmakt.interfaces.exports.report.labels import filled

UNPROVED_MARK: Final = "[?]"
"""Stands behind a number that was typed by hand: a sign, since colour alone tells nothing on paper."""


def claim_numbers(report: Report) -> dict[str, int]:
    """The number by which readers know each claim: its place in the list at the end."""
    return {line.code: i for i, line in enumerate(report.claims, start=1)}


def places_of(report: Report) -> dict[str, int]:
    """How many places in the text stand on each claim."""
    places: dict[str, int] = defaultdict(int)
    for code in claims_in(report.blocks):
        places[code] += 1
    return dict(places)


@dataclass(slots=True)
class Counter:
    """Counts as a renderer goes along: tables, charts, and the places of each claim."""

    tables: int = 0
    charts: int = 0
    places: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def place(self, claim: str) -> int:
        self.places[claim] += 1
        return self.places[claim]

    def table(self) -> int:
        self.tables += 1
        return self.tables

    def chart(self) -> int:
        self.charts += 1
        return self.charts


def direction_of_language(language: str) -> Direction:
    return Words.of(language).direction


def edition_facts(report: Report, labels: Mapping[str, str]) -> list[str]:
    """Which edition it is and what it knows: until which day, and out of which version of the data."""
    within = report.direction
    day = Words.of(report.language).day_in_full(report.as_of)
    facts = [
        filled(labels, "edition", within=within, number=str(report.edition)),
        filled(labels, "known_until", within=within, day=day),
    ]
    if report.data_version:
        facts.append(filled(labels, "data_version", within=within, version=report.data_version))
    return facts


def unproved_texts(report: Report) -> list[str]:
    """Everything in the report that was typed by hand and stands on no claim, in its order."""
    return [
        inline.text
        for block in report.blocks
        for inline in _inlines(block)
        if isinstance(inline, Text) and inline.unproved
    ]


def _inlines(block: Block) -> Iterator[Inline]:
    match block:
        case Prose() | Note():
            yield from block.inlines
        case Bullets():
            for item in block.items:
                yield from item
        case _:
            pass
