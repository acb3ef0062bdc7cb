"""What a report is made of, in one language and without a form: every renderer draws the same blocks.

Texts are already written in the report's language: numbers have their spaces, dates their words. A number that stands
on a claim says which; a number typed by hand is marked, and every renderer shows the mark while the report is a draft.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

Direction = Literal["ltr", "rtl"]
ChartKind = Literal["bars", "lines", "shares", "intervals", "map"]
CHART_KINDS: Final[tuple[ChartKind, ...]] = ("bars", "lines", "shares", "intervals", "map")


class NotABlock(ValueError):
    """A block contradicts itself, or lacks what a reader needs: a title, a description, an alternative text."""


def _require(condition: bool, sentence: str) -> None:
    if not condition:
        raise NotABlock(sentence)


@dataclass(frozen=True, slots=True)
class Text:
    """Words. `language` where it is not the report's own; `unproved` for a number that was typed by hand."""

    text: str
    language: str = ""
    strong: bool = False
    unproved: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """A claim where it stands in a sentence, as it is written there."""

    claim: str
    text: str

    def __post_init__(self) -> None:
        _require(bool(self.claim and self.text), "A placed claim has a code and a text.")


Inline = Text | Placed


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: 1 for a part, 2 and 3 for what is inside it."""

    level: int
    text: str
    anchor: str

    def __post_init__(self) -> None:
        _require(1 <= self.level <= 3, f"A heading of level {self.level} is none of 1, 2, 3.")
        _require(bool(self.text.strip() and self.anchor), "A heading has a text and an anchor.")


@dataclass(frozen=True, slots=True)
class Prose:
    """One paragraph."""

    inlines: tuple[Inline, ...]
    language: str = ""


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of short paragraphs."""

    items: tuple[tuple[Inline, ...], ...]


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A number that is shown large: what it counts, how many stand behind it, and when that was."""

    label: str
    value: str
    n: str
    as_of: str
    claim: str

    def __post_init__(self) -> None:
        _require(bool(self.label and self.value and self.as_of and self.claim), "A figure has a label, day and claim.")


@dataclass(frozen=True, slots=True)
class KeyFigures:
    """A row of numbers."""

    figures: tuple[KeyFigure, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. Numbers stand at its end, under each other."""

    label: str
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell, as it is written, and the claim that it stands on."""

    text: str
    claim: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose first column names its rows."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""

    def __post_init__(self) -> None:
        _require(bool(self.caption.strip()), "A table has a caption.")
        _require(bool(self.columns), f"{self.caption}: a table has columns.")
        wrong = [number for number, row in enumerate(self.rows, start=1) if len(row) != len(self.columns)]
        _require(not wrong, f"{self.caption}: rows {wrong} do not have {len(self.columns)} cells.")


@dataclass(frozen=True, slots=True)
class Series:
    """Whole numbers for each category; None where nothing is shown. `low` and `high` bound an interval.

    For money they are minor units, for shares they are parts of ten thousand.
    """

    name: str
    values: tuple[int | None, ...]
    low: tuple[int | None, ...] = ()
    high: tuple[int | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart or a map, with the table that says the same: for a map, `keys` are ISO 3166-1 codes of countries."""

    kind: ChartKind
    title: str
    description: str
    """What it shows, for whoever does not see it: it becomes the alternative text."""
    keys: tuple[str, ...]
    series: tuple[Series, ...]
    table: Table
    """Its first column names the categories, in the order of `keys`."""
    claims: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _require(self.kind in CHART_KINDS, f"{self.kind!r} is none of {', '.join(CHART_KINDS)}.")
        _require(bool(self.title.strip() and self.description.strip()), "A chart has a title and a description.")
        _require(len(self.table.rows) == len(self.keys), f"{self.title}: its table has not a row for each category.")
        for series in self.series:
            for values in (series.values, series.low or series.values, series.high or series.values):
                _require(len(values) == len(self.keys), f"{self.title}: {series.name} has not a value for each key.")


@dataclass(frozen=True, slots=True)
class Picture:
    """A photograph that may be shown, named by the fingerprint of its bytes."""

    sha256: str
    media_type: str
    alternative: str
    caption: str
    claim: str

    def __post_init__(self) -> None:
        _require(bool(self.alternative.strip()), "A picture has an alternative text.")
        _require(bool(self.claim), "A picture stands on a claim: the consent to show it.")


@dataclass(frozen=True, slots=True)
class Quotation:
    """What somebody said, in her language, with a translation and by whom; it stands on her consent."""

    text: str
    language: str
    translation: str
    translated_by: str
    attribution: str
    claim: str

    def __post_init__(self) -> None:
        _require(bool(self.text.strip() and self.language), "A quotation has words in a language.")
        _require(bool(self.claim), "A quotation stands on a claim: the consent to publish it.")


@dataclass(frozen=True, slots=True)
class Note:
    """Said beside the text: how something was counted, or what to be careful about."""

    kind: Literal["method", "caution", "empty"]
    inlines: tuple[Inline, ...]


Block = Heading | Prose | Bullets | KeyFigures | Table | Chart | Picture | Quotation | Note


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """A claim as the reader meets it at the end of a report."""

    code: str
    statement: str
    value: str
    n: str
    period: str
    method: str
    source: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report in one language."""

    title: str
    subtitle: str
    organisation: str
    language: str
    direction: Direction
    period: str
    as_of: date
    """The day until which it knows: also the date that is written into files, so that their bytes do not change."""
    edition: int
    is_draft: bool
    blocks: tuple[Block, ...]
    claims: tuple[ClaimLine, ...]
    labels: tuple[tuple[str, str], ...]
    """The renderers' own few words in the report's language: contents, claims, note, translated by …"""
    data_version: str = ""

    def __post_init__(self) -> None:
        _require(bool(self.title.strip() and self.language), "A report has a title and a language.")
        level = 0
        anchors: set[str] = set()
        for block in self.blocks:
            if isinstance(block, Heading):
                _require(block.level <= level + 1, f"{block.text}: a heading of level {block.level} after {level}.")
                _require(block.anchor not in anchors, f"{block.anchor}: two headings have this anchor.")
                level = block.level
                anchors.add(block.anchor)
        known = {line.code for line in self.claims}
        lost = sorted(set(claims_in(self.blocks)) - known)
        _require(not lost, f"No claim is listed for {', '.join(lost)}.")

    def label(self, code: str) -> str:
        """A word of the renderers, in the report's language. Raises: KeyError."""
        return dict(self.labels)[code]


def claims_in(blocks: tuple[Block, ...]) -> Iterator[str]:
    """The codes of all claims that blocks stand on, in the order in which a reader meets them, repeated if so."""
    for block in blocks:
        match block:
            case Prose() | Note():
                yield from _of(block.inlines)
            case Bullets():
                for item in block.items:
                    yield from _of(item)
            case KeyFigures():
                yield from (figure.claim for figure in block.figures)
            case Table():
                yield from _of_table(block)
            case Chart():
                yield from block.claims
                yield from _of_table(block.table)
            case Picture() | Quotation():
                yield block.claim
            case Heading():
                pass


def _of(inlines: tuple[Inline, ...]) -> Iterator[str]:
    return (inline.claim for inline in inlines if isinstance(inline, Placed))


def _of_table(table: Table) -> Iterator[str]:
    return (cell.claim for row in table.rows for cell in row if cell.claim)
