"""A figure that is asked for, as data: a measure, for whom, and in which period; and the answer to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from egenmakt.core.canonical import JsonValue
from egenmakt.core.evidence.facts import Value, is_of
from egenmakt.core.evidence.measures.measure import Measure, NotAMeasure, value_of

Cell = tuple[tuple[str, Value], ...]
"""Whom a figure is about: columns with the value that they have, None for empty, in the order of their names."""


@dataclass(frozen=True, slots=True)
class FigureSpec:
    """A figure that is asked for. The last day of its period is exclusive; a share says of what it is a part."""

    measure: Measure
    from_on: date
    until_on: date
    cell: Cell = ()
    of: Measure | None = None

    def __post_init__(self) -> None:
        if self.from_on >= self.until_on:
            raise NotAMeasure("A period has at least one day, and its last day is exclusive.")
        names = [name for name, _ in self.cell]
        if names != sorted(set(names)):
            raise NotAMeasure("A cell names each column once, in the order of their names.")
        for measure in self.measures:
            for name, value in self.cell:
                column = measure.of_table.column(name)
                if value is not None and not is_of(column, value):
                    raise NotAMeasure(f"{value!r} cannot stand in the column {name} of {measure.table}.")

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The measure, and for a share the one that it is a part of."""
        return (self.measure,) if self.of is None else (self.measure, self.of)

    @property
    def lacks_currency(self) -> bool:
        """Whether amounts of several currencies would be put together."""
        return any(measure.is_money for measure in self.measures) and dict(self.cell).get("currency") is None

    def about(self, **more: Value) -> FigureSpec:
        """The same for a smaller cell."""
        return replace(self, cell=cell_of({**dict(self.cell), **more}))

    def during(self, from_on: date, until_on: date) -> FigureSpec:
        """The same in another period."""
        return replace(self, from_on=from_on, until_on=until_on)

    def to_json(self) -> dict[str, JsonValue]:
        """As it is written; spec/measure.schema.json."""
        made: dict[str, JsonValue] = {
            "measure": self.measure.to_json(),
            "from_on": self.from_on.isoformat(),
            "until_on": self.until_on.isoformat(),
        }
        if self.of is not None:
            made["of"] = self.of.to_json()
        if self.cell:
            made["cell"] = {name: value.isoformat() if isinstance(value, date) else value for name, value in self.cell}
        return made

    @staticmethod
    def from_json(data: Any) -> FigureSpec:
        """From what is written with a measure; one of an indicator is read by its catalogue. Raises: NotAMeasure."""
        if not isinstance(data, Mapping) or set(data) - {"measure", "of", "cell", "from_on", "until_on"}:
            raise NotAMeasure(f"{data!r} is no figure: it has measure, from_on and until_on, and may have of and cell.")
        if "measure" not in data:
            raise NotAMeasure("A figure has a measure.")
        measure = Measure.from_json(data["measure"])
        return FigureSpec(
            measure=measure,
            of=Measure.from_json(data["of"]) if "of" in data else None,
            cell=read_cell(data.get("cell", {}), measure),
            from_on=read_day(data, "from_on"),
            until_on=read_day(data, "until_on"),
        )


def cell_of(said: Mapping[str, Value]) -> Cell:
    """A cell in the order of its names."""
    return tuple(sorted(said.items()))


def read_cell(said: Any, measure: Measure) -> Cell:
    """A cell from JSON. Raises: NotAMeasure."""
    if not isinstance(said, Mapping):
        raise NotAMeasure(f'{said!r} is no cell. Write it as {{"country": "KE"}}.')
    return cell_of({name: value_of(measure.of_table.column(name), value) for name, value in said.items()})


def read_day(data: Mapping[str, Any], name: str) -> date:
    """A day of a figure from JSON. Raises: NotAMeasure."""
    try:
        return date.fromisoformat(data[name])
    except (KeyError, TypeError, ValueError):
        raise NotAMeasure(f"{name} is a day, written as YYYY-MM-DD.") from None


@dataclass(frozen=True, slots=True)
class Figure:
    """The answer: whole numbers, exact.

    `value` is None where nothing is there of which a lowest, highest or median could be taken. `of` is there for a
    share alone; `n` and `rows` are then those of the whole.
    """

    value: int | None
    of: int | None
    n: int
    """How many different people, groups or stories stand behind."""
    rows: int
    """How many rows of facts stand behind."""

    @property
    def share(self) -> Fraction | None:
        """The share, exactly; None where there is no whole, or nothing in it."""
        return Fraction(self.value or 0, self.of) if self.of else None

    def to_json(self) -> dict[str, JsonValue]:
        """As it is written."""
        return {"value": self.value, "of": self.of, "n": self.n, "rows": self.rows}
