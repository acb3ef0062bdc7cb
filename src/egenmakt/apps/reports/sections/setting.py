"""What a section is given to work with, and what it asks for: claims first, blocks when the claims are answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Protocol

from egenmakt.apps.reports.queries.quoting import Quotable
from egenmakt.core.canonical import JsonValue
from egenmakt.core.evidence.blocks import Block
from egenmakt.core.evidence.catalogue.catalogue import Catalogue
from egenmakt.core.evidence.claims.claim import Claim, ConsentProof
from egenmakt.core.evidence.claims.outline import Section
from egenmakt.core.evidence.claims.writing import Writer
from egenmakt.core.evidence.facts import Facts

Words = Mapping[str, str]
"""A text by language; English is always there."""


def said(words: Words, language: str) -> str:
    """The text in a language, or else in English, or else in any that there is."""
    return words.get(language) or words.get("en") or next(iter(words.values()), "")


@dataclass(frozen=True, slots=True)
class Setting:
    """What is known when a report is drawn up, whatever its language."""

    from_on: date
    until_on: date
    facts: Facts
    catalogue: Catalogue
    quotables: tuple[Quotable, ...]
    labels: Mapping[str, Mapping[str, Words]]
    """Column of facts -> code -> words, such as the kinds of change as the tellers met them."""

    def has(self, table: str) -> bool:
        """Whether there is anything at all to count in a table of facts."""
        return bool(self.facts.tables[table].num_rows)

    def values(self, table: str, column: str) -> list[str]:
        """What occurs in a column, in order."""
        found = self.facts.tables[table].column(column).unique().to_pylist()
        return sorted(str(value) for value in found if value is not None)

    def figure(self, indicator: str, **cell: JsonValue) -> dict[str, JsonValue]:
        """A figure of the report's period, as a claim asks for it."""
        asked: dict[str, JsonValue] = {
            "indicator": indicator,
            "from_on": self.from_on.isoformat(),
            "until_on": self.until_on.isoformat(),
        }
        return {**asked, "cell": cell} if cell else asked

    def counts(self, indicator: str, **cell: Any) -> bool:
        """Whether anything stands behind an indicator in the period: what nobody counted is not shown as nought."""
        from egenmakt.core.evidence.measures.evaluation import figure  # noqa: PLC0415  # loads what it counts with

        spec = self.catalogue.spec(indicator, from_on=self.from_on, until_on=self.until_on, cell=cell)
        return figure(self.facts, spec).rows > 0


@dataclass(frozen=True, slots=True)
class Ask:
    """A claim that is asked for and not answered yet."""

    code: str
    kind: str
    statement: Words
    query: Mapping[str, JsonValue]
    method: Words
    consent: ConsentProof | None = None
    """The proof, for words and pictures."""
    given: Mapping[str, JsonValue] | None = None
    """The value of words and pictures, which no facts can answer."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """The answered claims in one language: what blocks are made from."""

    language: str
    writer: Writer
    claims: Mapping[str, Claim]
    labels: Mapping[str, Mapping[str, Words]]
    quotables: Mapping[str, Quotable]
    """By the code of the claim that quotes or shows them."""
    states: frozenset[str] = frozenset()
    """Indicators of how things stand on the last day, and not of what came in the period."""

    def has(self, code: str) -> bool:
        """Whether a claim was answered: one about nothing, or about too few people, is not there."""
        return code in self.claims

    def label(self, column: str, code: object) -> str:
        """What a code of a column is called; the code itself where it has no words."""
        if code is None:
            return said(UNKNOWN, self.language)
        found = self.labels.get(column, {}).get(str(code))
        return said(found, self.language) if found else str(code).replace("_", " ")


UNKNOWN: Final[Words] = {"en": "Not known", "sv": "Ej känt"}


class SectionModule(Protocol):
    """A module of the table in `sections/__init__.py`."""

    def claims(self, setting: Setting, section: Section) -> Sequence[Ask]:
        """The claims that the section makes by itself."""

    def blocks(self, drawn: Drawn, section: Section) -> Sequence[Block]:
        """What stands below the authors' words."""
