"""Sections whose register does not exist here yet: figures that somebody else counted, each with its source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from egenmakt.apps.reports.sections.parts import names_of
from egenmakt.apps.reports.sections.setting import Ask, Drawn, Setting, Words, said
from egenmakt.core.canonical import JsonValue
from egenmakt.core.evidence.blocks import Block, Cell, Column, Table
from egenmakt.core.evidence.claims.outline import Section
from egenmakt.core.evidence.claims.values import OutsideValue

CAPTION: Final[Words] = {"en": "Figures from others", "sv": "Uppgifter från andra"}
HEADS: Final[tuple[Words, ...]] = (
    {"en": "What", "sv": "Vad"},
    {"en": "Figure", "sv": "Uppgift"},
    {"en": "Source", "sv": "Källa"},
)
METHOD: Final[Words] = {
    "en": "As the source gives it; it cannot be opened to rows here.",
    "sv": "Som källan anger den; den går inte att öppna till rader här.",
}


@dataclass(frozen=True, slots=True)
class Outside:
    """A section that shows what was handed in for some indicators. `code` begins its claims' codes."""

    code: str
    indicators: tuple[str, ...]

    def claims(self, setting: Setting, section: Section) -> Sequence[Ask]:
        """A claim for each indicator and source that has a figure in the period, for all people together."""
        asked: list[Ask] = []
        for indicator in self.indicators:
            found = setting.catalogue.indicator(indicator)
            for number, (source, rows) in enumerate(_by_source(setting, indicator), start=1):
                query: dict[str, JsonValue] = {"source": source, "rows": [_row(row, found.name) for row in rows]}
                code = f"{self.code}-{indicator.replace('_', '-')}-{number}"
                asked.append(Ask(code, "outside", names_of(found), query, METHOD))
        return asked

    def blocks(self, drawn: Drawn, section: Section) -> Sequence[Block]:
        """One table with the source of each figure; nothing where nobody handed in any."""
        rows = []
        for code in sorted(code for code in drawn.claims if code.startswith(f"{self.code}-")):
            claim = drawn.claims[code]
            if not isinstance(claim.value, OutsideValue):
                continue
            for row in claim.value.rows:
                written = drawn.writer.number(row.value) if row.of is None else drawn.writer.share(row.value, row.of)
                what = Cell(f"{said(claim.statement, drawn.language)}{row.label and f' ({row.label})'}")
                rows.append((what, Cell(written, code), Cell(str(claim.query.source))))  # type: ignore[union-attr]  # an outside claim has a source
        if not rows:
            return ()
        first, figure, source = (said(words, drawn.language) for words in HEADS)
        return [
            Table(said(CAPTION, drawn.language), (Column(first), Column(figure, True), Column(source)), tuple(rows))
        ]


def _by_source(setting: Setting, indicator: str) -> list[tuple[str, list[dict[str, Any]]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in setting.facts.tables["outside"].to_pylist():
        within = setting.from_on <= row["from_on"] and row["until_on"] <= setting.until_on
        # a part by sex lies within its whole, and would be counted twice beside it
        if row["indicator"] == indicator and within and row["sex"] is None:
            found.setdefault(row["source"], []).append(row)
    return sorted(found.items())


def _row(row: dict[str, Any], name: str) -> dict[str, JsonValue]:
    where = ", ".join(str(row[column]) for column in ("country", "partner") if row[column])
    when = f"{row['from_on'].isoformat()} – {row['until_on'].isoformat()}"
    return {"label": f"{where} {when}".strip() or name, "value": row["value"], "of": row["of"]}
