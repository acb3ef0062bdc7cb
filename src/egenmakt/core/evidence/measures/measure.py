"""What is counted, as data: a table of facts, which of its rows, what is taken of them, and how time is understood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal, get_args

from egenmakt.core.canonical import JsonValue
from egenmakt.core.evidence.facts import Column, NotFacts, TableOfFacts, Value, is_of, known_table

Take = Literal["rows", "distinct", "sum", "lowest", "highest", "median"]
Time = Literal["periodic", "state", "cumulative"]
"""What came in the period; how it stood at its end; all there has been until its end."""
Operator = Literal["is", "is_not", "in", "at_least", "at_most", "empty", "filled"]
NUMBERS: Final = ("sum", "lowest", "highest", "median")
SCHEMA: Final = "egenmakt.measure.1"


class NotAMeasure(ValueError):
    """A measure counts what is not there, or says what cannot be counted in that way."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Which rows count: those whose column is, is not, is one of, is at least or at most, is empty or is filled.

    `is_not` is everything that `is` leaves out, what is empty included.
    """

    column: str
    operator: Operator
    values: tuple[Value, ...] = ()

    def checked(self, table: TableOfFacts) -> None:
        """Whether the table can be asked that. Raises: NotAMeasure."""
        if self.operator not in get_args(Operator):
            raise NotAMeasure(f"{self.operator!r} is none of {', '.join(get_args(Operator))}.")
        column = _column(table, self.column)
        wanted = {"empty": 0, "filled": 0}.get(self.operator, 1)
        if self.operator == "in":
            if not self.values or len(set(self.values)) != len(self.values):
                raise NotAMeasure(f"{self.column} in …: name at least one value, and each once.")
        elif len(self.values) != wanted:
            raise NotAMeasure(f"{self.column} {self.operator}: give {wanted or 'no'} value.")
        if self.operator in ("at_least", "at_most") and column.type not in ("whole", "day"):
            raise NotAMeasure(f"{self.column} is neither a number nor a day: nothing is {self.operator} of it.")
        for value in self.values:
            if value is None or not is_of(column, value):
                raise NotAMeasure(f"{value!r} cannot stand in the column {self.column} of {table.name}.")

    def __str__(self) -> str:
        said = " or ".join("empty" if value is None else str(_plain(value)) for value in self.values)
        return f"{self.column} {self.operator.replace('_', ' ')} {said}".rstrip()

    def to_json(self) -> list[JsonValue]:
        """As it is written: ["sex", "is", "female"]."""
        said: list[JsonValue] = [_plain(value) for value in self.values]
        start: list[JsonValue] = [self.column, self.operator]
        return start if not said else [*start, said if self.operator == "in" else said[0]]

    @staticmethod
    def from_json(data: Any, table: TableOfFacts) -> Condition:
        """From what is written. Raises: NotAMeasure."""
        if not isinstance(data, list) or not 2 <= len(data) <= 3 or not all(isinstance(one, str) for one in data[:2]):
            raise NotAMeasure(f'{data!r} is no condition. Write it as ["sex", "is", "female"].')
        column = _column(table, data[0])
        said = [] if len(data) == 2 else data[2] if isinstance(data[2], list) else [data[2]]
        return Condition(data[0], data[1], tuple(value_of(column, one) for one in said))


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Rows of which at least one of several conditions is true."""

    conditions: tuple[Condition, ...]

    def checked(self, table: TableOfFacts) -> None:
        """Whether the table can be asked that. Raises: NotAMeasure."""
        if len(self.conditions) < 2:
            raise NotAMeasure("One of several conditions needs at least two.")
        for condition in self.conditions:
            condition.checked(table)

    def __str__(self) -> str:
        return f"({' or '.join(map(str, self.conditions))})"

    def to_json(self) -> dict[str, JsonValue]:
        """As it is written: {"any": [[…], […]]}."""
        return {"any": [condition.to_json() for condition in self.conditions]}


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing that is counted. It checks itself: what is made can be counted."""

    table: str
    take: Take
    column: str = ""
    where: tuple[Condition | AnyOf, ...] = ()
    time: Time = "periodic"
    day: str = ""
    """The column that places a row in time, where it is not the table's own."""

    def __post_init__(self) -> None:
        table = self.of_table
        for value, known in ((self.take, get_args(Take)), (self.time, get_args(Time))):
            if value not in known:
                raise NotAMeasure(f"{value!r} is none of {', '.join(known)}.")
        if (self.take == "rows") == bool(self.column):
            raise NotAMeasure("Rows are counted without a column, and everything else is taken of one.")
        if self.take in NUMBERS and _column(table, self.column).type != "whole":
            raise NotAMeasure(f"{self.column} is not a whole number: there is no {self.take} of it.")
        if self.take == "distinct":
            _column(table, self.column)
        if self.day and (_column(table, self.day).type != "day" or self.time == "state"):
            raise NotAMeasure(f"{self.day!r} cannot place a row in time here. Name a column of days, and no state.")
        if table.is_state != (self.time == "state") and not table.ends:
            raise NotAMeasure(
                f"{table.name} holds states at ends of months, which are never put together over time: use state."
                if table.is_state
                else f"{table.name} holds what happened on days, and no states: use periodic or cumulative."
            )
        for condition in self.where:
            condition.checked(table)

    def __str__(self) -> str:
        """The formula: sum of amount_minor in money where what is savings, periodic."""
        what = "rows" if self.take == "rows" else f"{self.take} of {self.column}"
        where = f" where {' and '.join(map(str, self.where))}" if self.where else ""
        return f"{what} in {self.table}{where}, {self.time}" + (f" by {self.day}" if self.day else "")

    @property
    def of_table(self) -> TableOfFacts:
        """The table that is counted. Raises: NotAMeasure."""
        try:
            return known_table(self.table)
        except NotFacts as error:
            raise NotAMeasure(str(error)) from None

    @property
    def is_money(self) -> bool:
        """Whether the answer is an amount in a currency."""
        return self.take in NUMBERS and self.column.endswith("_minor")

    def to_json(self) -> dict[str, JsonValue]:
        """As it is written, without what is left out; spec/measure.schema.json."""
        made: dict[str, JsonValue] = {"table": self.table, "take": self.take, "time": self.time}
        if self.column:
            made["column"] = self.column
        if self.where:
            made["where"] = [condition.to_json() for condition in self.where]
        if self.day:
            made["day"] = self.day
        return made

    @staticmethod
    def from_json(data: Any) -> Measure:
        """From what is written. Raises: NotAMeasure, as a sentence that says what is wrong."""
        _only(data, {"table", "take", "column", "where", "time", "day"}, needed={"table", "take"})
        if not all(isinstance(data.get(name, ""), str) for name in ("table", "take", "column", "time", "day")):
            raise NotAMeasure("The table, what is taken, the column, the time and the day are texts.")
        try:
            table = known_table(data["table"])
        except NotFacts as error:
            raise NotAMeasure(str(error)) from None
        where = data.get("where", [])
        if not isinstance(where, list):
            raise NotAMeasure("`where` is a list of conditions.")
        return Measure(
            table=table.name,
            take=data["take"],
            column=data.get("column", ""),
            where=tuple(_condition(one, table) for one in where),
            time=data.get("time", "periodic"),
            day=data.get("day", ""),
        )


def _condition(data: Any, table: TableOfFacts) -> Condition | AnyOf:
    if isinstance(data, dict):
        _only(data, {"any"}, needed={"any"})
        if not isinstance(data["any"], list):
            raise NotAMeasure("`any` is a list of conditions.")
        return AnyOf(tuple(Condition.from_json(one, table) for one in data["any"]))
    return Condition.from_json(data, table)


def _only(data: Any, known: set[str], *, needed: set[str]) -> None:
    if not isinstance(data, Mapping) or (unknown := set(data) - known) or needed - set(data):
        raise NotAMeasure(
            f"{data!r} is no JSON object with {', '.join(sorted(needed))}"
            + (
                f"; {', '.join(sorted(map(str, unknown)))} is not known."
                if isinstance(data, Mapping) and unknown
                else "."
            )
        )


def _column(table: TableOfFacts, name: str) -> Column:
    try:
        return table.column(name)
    except NotFacts as error:
        raise NotAMeasure(str(error)) from None


def value_of(column: Column, said: Any) -> Value:
    """A value of a column from JSON, where a day is a text. Raises: NotAMeasure."""
    if column.type == "day" and isinstance(said, str):
        try:
            return date.fromisoformat(said)
        except ValueError:
            raise NotAMeasure(f"{said!r} is no day. Write it as YYYY-MM-DD.") from None
    if said is not None and not is_of(column, said):
        raise NotAMeasure(f"{said!r} cannot stand in the column {column.name}.")
    return said  # type: ignore[no-any-return]  # is_of has looked at it


def _plain(value: Value) -> JsonValue:
    return value.isoformat() if isinstance(value, date) else value
