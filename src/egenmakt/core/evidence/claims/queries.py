"""What a claim asks of the facts, or whose words it repeats."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from egenmakt.core.canonical import JsonValue
from egenmakt.core.evidence.claims.values import OutsideRow

_SHA256: Final = re.compile(r"[0-9a-f]{64}")
TABLE_COLUMNS_MOST: Final = 2


class NotAQuery(ValueError):
    """A claim asks for what cannot be asked for."""


def _require(condition: bool, sentence: str) -> None:
    if not condition:
        raise NotAQuery(sentence)


@dataclass(frozen=True, slots=True)
class Asked:
    """A figure that is asked for: an indicator or a measure, for whom, and in which period (contract 6)."""

    document: Mapping[str, JsonValue]

    def __post_init__(self) -> None:
        _require(isinstance(self.document, Mapping), f"{self.document!r:.60} is no figure.")
        has = [name for name in ("indicator", "measure") if name in self.document]
        _require(len(has) == 1, "A figure names an indicator or has a measure, and not both.")
        for name in ("from_on", "until_on"):
            _require(_is_day(self.document.get(name)), f"A figure's {name} is a day, written as YYYY-MM-DD.")
        _require(self.from_on < self.until_on, "A period has at least one day, and its last day is exclusive.")

    @property
    def from_on(self) -> date:
        """The first day."""
        return date.fromisoformat(str(self.document["from_on"]))

    @property
    def until_on(self) -> date:
        """The day after the last."""
        return date.fromisoformat(str(self.document["until_on"]))

    @property
    def indicator(self) -> str:
        """The code of the indicator, or nothing for a measure of the claim's own."""
        return str(self.document.get("indicator", ""))

    @property
    def cell(self) -> dict[str, JsonValue]:
        """Whom it is about."""
        cell = self.document.get("cell", {})
        return dict(cell) if isinstance(cell, Mapping) else {}


@dataclass(frozen=True, slots=True)
class FigureQuery:
    """One figure. `sample` where its rows are a sample, as stories are, so that a share has an interval."""

    figure: Asked
    sample: bool = False


@dataclass(frozen=True, slots=True)
class FloorQuery:
    """A figure, and the step to which it is rounded down: 100 for *over 1,200*."""

    figure: Asked
    step: int

    def __post_init__(self) -> None:
        _require(self.step >= 1, "A step is 1 or more.")


@dataclass(frozen=True, slots=True)
class RangeQuery:
    """From one figure to another: the lowest and the highest of a column."""

    lowest: Asked
    highest: Asked


@dataclass(frozen=True, slots=True)
class PercentilesQuery:
    """Between two percentiles of the column that a figure's measure takes."""

    figure: Asked
    low: int
    high: int

    def __post_init__(self) -> None:
        _require(0 < self.low < self.high < 100, "Percentiles lie between 0 and 100, the lower one first.")


@dataclass(frozen=True, slots=True)
class ComparisonQuery:
    """A figure against another."""

    figure: Asked
    against: Asked
    sample: bool = False


@dataclass(frozen=True, slots=True)
class TableQuery:
    """A figure for each combination of one or two columns."""

    figure: Asked
    by: tuple[str, ...]

    def __post_init__(self) -> None:
        _require(1 <= len(self.by) <= TABLE_COLUMNS_MOST, "A table is by one or two columns.")
        _require(len(set(self.by)) == len(self.by), "A table is by different columns.")


@dataclass(frozen=True, slots=True)
class StoryQuery:
    """A story by its hash, and the fingerprint of the words or of the picture that are shown of it."""

    story: str
    sha256: str

    def __post_init__(self) -> None:
        _require(bool(_SHA256.fullmatch(self.sha256)), "Words and pictures are named by their SHA-256, in hex.")
        _require(bool(self.story.strip()), "A quotation names the story that it is from.")


@dataclass(frozen=True, slots=True)
class OutsideQuery:
    """Figures that somebody else counted, with their source."""

    source: str
    rows: tuple[OutsideRow, ...]

    def __post_init__(self) -> None:
        _require(bool(self.source.strip()), "An outside figure names its source.")
        _require(bool(self.rows), "A source gives at least one figure.")


Query = (
    FigureQuery | FloorQuery | RangeQuery | PercentilesQuery | ComparisonQuery | TableQuery | StoryQuery | OutsideQuery
)


def asked_in(query: Query) -> Iterator[Asked]:
    """The figures that a query asks for; none for words, pictures and what others counted."""
    match query:
        case FigureQuery() | FloorQuery() | PercentilesQuery() | TableQuery():
            yield query.figure
        case RangeQuery():
            yield from (query.lowest, query.highest)
        case ComparisonQuery():
            yield from (query.figure, query.against)
        case StoryQuery() | OutsideQuery():
            pass


def query_to_json(query: Query) -> dict[str, JsonValue]:
    """A query as it is written; what has its default is left out."""
    match query:
        case FigureQuery():
            return {"figure": dict(query.figure.document), **_sample(query.sample)}
        case FloorQuery():
            return {"figure": dict(query.figure.document), "step": query.step}
        case RangeQuery():
            return {"lowest": dict(query.lowest.document), "highest": dict(query.highest.document)}
        case PercentilesQuery():
            return {"figure": dict(query.figure.document), "percentiles": [query.low, query.high]}
        case ComparisonQuery():
            both: dict[str, JsonValue] = {
                "figure": dict(query.figure.document), "against": dict(query.against.document),
            }  # fmt: skip
            return {**both, **_sample(query.sample)}
        case TableQuery():
            return {"figure": dict(query.figure.document), "by": list(query.by)}
        case StoryQuery():
            return {"story": query.story, "sha256": query.sha256}
        case OutsideQuery():
            return {"source": query.source, "rows": [row.to_json() for row in query.rows]}


def _sample(sample: bool) -> dict[str, JsonValue]:
    return {"sample": True} if sample else {}


def read_query(kind: str, data: Any) -> Query:
    """A query of a kind of claim from its JSON. Raises: NotAQuery; NotAValue for rows that are none."""
    _require(isinstance(data, Mapping), f"{data!r:.60} is no query.")
    match kind:
        case "number" | "money" | "share":
            _only(data, "figure", maybe="sample")
            return FigureQuery(Asked(data["figure"]), _yes(data, "sample"))
        case "at_least":
            _only(data, "figure", "step")
            return FloorQuery(Asked(data["figure"]), _whole(data["step"]))
        case "range" if "percentiles" in data:
            _only(data, "figure", "percentiles")
            ends = data["percentiles"]
            _require(isinstance(ends, list) and len(ends) == 2, "A range has two percentiles.")
            return PercentilesQuery(Asked(data["figure"]), _whole(ends[0]), _whole(ends[1]))
        case "range":
            _only(data, "lowest", "highest")
            return RangeQuery(Asked(data["lowest"]), Asked(data["highest"]))
        case "comparison":
            _only(data, "figure", "against", maybe="sample")
            return ComparisonQuery(Asked(data["figure"]), Asked(data["against"]), _yes(data, "sample"))
        case "table":
            _only(data, "figure", "by")
            by = data["by"]
            _require(isinstance(by, list) and all(isinstance(one, str) for one in by), "A table is by columns.")
            return TableQuery(Asked(data["figure"]), tuple(by))
        case "quotation" | "picture":
            _only(data, "story", "sha256")
            _require(isinstance(data["story"], str) and isinstance(data["sha256"], str), "A story is named by a text.")
            return StoryQuery(data["story"], data["sha256"])
        case "outside":
            _only(data, "source", "rows")
            _require(isinstance(data["source"], str) and isinstance(data["rows"], list), "A source has rows.")
            return OutsideQuery(data["source"], tuple(OutsideRow.from_json(row) for row in data["rows"]))
        case _:
            raise NotAQuery(f"{kind!r} is no kind of claim.")


def _only(data: Mapping[str, Any], *needed: str, maybe: str = "") -> None:
    missing, unknown = set(needed) - set(data), set(data) - set(needed) - {maybe}
    _require(not missing, f"The query lacks {', '.join(sorted(missing))}.")
    _require(not unknown, f"The query has {', '.join(sorted(map(str, unknown)))}, which is not known there.")


def _whole(value: object) -> int:
    if type(value) is not int:
        raise NotAQuery(f"{value!r:.40} is not a whole number.")
    return value


def _yes(data: Mapping[str, Any], name: str) -> bool:
    value = data.get(name, False)
    _require(isinstance(value, bool), f"{name} is true or false.")
    return bool(value)


def _is_day(value: object) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
