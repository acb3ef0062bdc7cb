"""What claims hold: whole numbers and words, and nothing that two machines could write in two ways."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final, Literal, Self

from egenmakt.core.canonical import JsonValue
from egenmakt.core.evidence.claims.intervals import WHOLE

Hidden = Literal["primary", "complementary", "withheld"]
"""Why a cell of a table shows no number: it is small, it would give a small one away, or it could not be checked."""
HIDDEN: Final[tuple[Hidden, ...]] = ("primary", "complementary", "withheld")


class NotAValue(ValueError):
    """A claim's value lacks a number, has one too many, or contradicts itself."""


def _require(condition: bool, sentence: str) -> None:
    if not condition:
        raise NotAValue(sentence)


class _Plain:
    """Reading and writing of values whose fields are all whole numbers, texts or nothing."""

    __slots__ = ()

    def to_json(self) -> dict[str, JsonValue]:
        """As it is written in claims.json."""
        return {field.name: getattr(self, field.name) for field in fields(self)}  # type: ignore[arg-type]  # a dataclass

    @classmethod
    def from_json(cls, data: object) -> Self:
        """From what is written. Raises: NotAValue."""
        kinds = {field.name: str(field.type) for field in fields(cls)}  # type: ignore[arg-type]  # likewise
        return cls(**_fields(data, kinds))


@dataclass(frozen=True, slots=True)
class FigureValue(_Plain):
    """A number, a share or an amount. A share of a sample has the ends of its interval, in parts of ten thousand."""

    value: int
    of: int | None
    low: int | None
    high: int | None
    n: int

    def __post_init__(self) -> None:
        _require(self.n >= 0, "Nobody counts fewer than none.")
        _require(self.of is None or 0 <= self.value <= self.of, f"{self.value} is no part of {self.of}.")
        _interval(self.low, self.high)
        _require(self.low is None or self.of is not None, "Only a share of a sample has an interval.")


@dataclass(frozen=True, slots=True)
class FloorValue(_Plain):
    """A number and the round number below it."""

    value: int
    at_least: int
    n: int

    def __post_init__(self) -> None:
        _require(0 <= self.at_least <= self.value, f"{self.value} is not at least {self.at_least}.")


@dataclass(frozen=True, slots=True)
class RangeValue(_Plain):
    """From the lowest to the highest, or between two percentiles."""

    low: int
    high: int
    n: int

    def __post_init__(self) -> None:
        _require(self.low <= self.high, f"{self.low} is not below {self.high}.")


@dataclass(frozen=True, slots=True)
class ComparisonValue(_Plain):
    """Two figures and their difference, first less second. For shares it is in parts of ten thousand."""

    value: int
    of: int | None
    n: int
    against: int
    against_of: int | None
    against_n: int
    difference: int
    low: int | None
    high: int | None

    def __post_init__(self) -> None:
        _require((self.of is None) == (self.against_of is None), "A share is compared with a share.")
        _interval(self.low, self.high)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table: the categories that it is about, and its number or why there is none."""

    key: tuple[str | int | bool | None, ...]
    value: int | None
    of: int | None = None
    hidden: Hidden | None = None

    def __post_init__(self) -> None:
        _require((self.value is None) == (self.hidden is not None), "A cell has a number, or says why it has none.")
        _require(self.hidden is None or self.hidden in HIDDEN, f"{self.hidden!r} is no reason to hide a number.")


@dataclass(frozen=True, slots=True)
class TableValue:
    """A number for each cell, and how many stand behind them all."""

    cells: tuple[Cell, ...]
    n: int

    def __post_init__(self) -> None:
        keys = [cell.key for cell in self.cells]
        _require(len(set(keys)) == len(keys), "A table has each of its cells once.")

    def to_json(self) -> dict[str, JsonValue]:
        """As it is written in claims.json."""
        cells: list[JsonValue] = [
            {"key": list(cell.key), "value": cell.value, "of": cell.of, "hidden": cell.hidden} for cell in self.cells
        ]
        return {"cells": cells, "n": self.n}

    @classmethod
    def from_json(cls, data: object) -> Self:
        """From what is written. Raises: NotAValue."""
        read = _fields(data, {"cells": "list", "n": "int"})
        cells = []
        for row in read["cells"]:
            kinds = {"key": "list", "value": "int | None", "of": "int | None", "hidden": "str | None"}
            one = _fields(row, kinds)
            _require(all(part is None or isinstance(part, (str, int)) for part in one["key"]), f"{row!r} has no key.")
            cells.append(Cell(tuple(one["key"]), one["value"], one["of"], one["hidden"]))
        return cls(tuple(cells), read["n"])


@dataclass(frozen=True, slots=True)
class WordsValue(_Plain):
    """What somebody said, in her language."""

    words: str
    language: str

    def __post_init__(self) -> None:
        _require(bool(self.words.strip() and self.language), "A quotation has words in a language.")


@dataclass(frozen=True, slots=True)
class PictureValue(_Plain):
    """A picture: its kind, and what whoever does not see it is told."""

    media_type: str
    alternative: str

    def __post_init__(self) -> None:
        _require(self.media_type.startswith("image/"), f"{self.media_type!r} is no picture.")
        _require(bool(self.alternative.strip()), "A picture has an alternative text.")


@dataclass(frozen=True, slots=True)
class OutsideRow(_Plain):
    """A figure as somebody else gives it."""

    label: str
    value: int
    of: int | None


@dataclass(frozen=True, slots=True)
class OutsideValue:
    """The figures of a source, as given."""

    rows: tuple[OutsideRow, ...]

    def __post_init__(self) -> None:
        _require(bool(self.rows), "A source gives at least one figure.")

    def to_json(self) -> dict[str, JsonValue]:
        """As it is written in claims.json."""
        return {"rows": [row.to_json() for row in self.rows]}

    @classmethod
    def from_json(cls, data: object) -> Self:
        """From what is written. Raises: NotAValue."""
        return cls(tuple(OutsideRow.from_json(row) for row in _fields(data, {"rows": "list"})["rows"]))


ClaimValue = (
    FigureValue | FloorValue | RangeValue | ComparisonValue | TableValue | WordsValue | PictureValue | OutsideValue
)


def _interval(low: int | None, high: int | None) -> None:
    _require((low is None) == (high is None), "An interval has two ends.")
    if low is not None and high is not None:
        _require(-WHOLE <= low <= high <= WHOLE, f"{low} to {high} is no interval of shares.")


_TYPES: Final[Mapping[str, type]] = {"int": int, "str": str, "list": list}


def _fields(data: object, kinds: Mapping[str, str]) -> dict[str, Any]:
    """The fields of an object, each of its kind and none besides. Raises: NotAValue."""
    if not isinstance(data, Mapping) or set(data) != set(kinds):
        raise NotAValue(f"{data!r:.80} is no object of {', '.join(kinds)}.")
    for name, kind in kinds.items():
        value = data[name]
        fits = (value is None and kind.endswith("None")) or type(value) is _TYPES[kind.split(" ")[0]]
        _require(fits, f"{name} is {value!r:.40}; it should be {kind}.")
    return dict(data)
