"""The tables of facts as data: their names, columns and types, and what a cell may hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    import pyarrow as pa

ColumnType = Literal["text", "whole", "day", "yes"]
"""Words or a code; a whole number; a day of the calendar; true or false. Each may be empty where nothing is known."""
Value = str | int | date | bool | None

EXACT: Final = 2**53
"""Whole numbers below it are the same in every program that reads JSON or a spreadsheet."""


class NotFacts(ValueError):
    """Rows are not what the tables of facts hold. It names table, row and column, and says what to write instead."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, its type, and whether every row has it."""

    name: str
    type: ColumnType
    filled: bool = False


@dataclass(frozen=True, slots=True)
class TableOfFacts:
    """One table: what its rows are, whom they count, and when they were.

    Rows happen on a day (`on`), last for a time (`starts` until `ends`, the day it was over), or are a state that was
    written down on the last day of each month (`on`, `is_state`).
    """

    name: str
    about: str
    columns: tuple[Column, ...]
    who: str
    """The column of which different values are counted as the people, groups or stories behind a figure."""
    on: str = ""
    starts: str = ""
    ends: str = ""
    is_state: bool = False
    parts: tuple[str, ...] = ()
    """Columns that make a row a part of another row: who does not ask for them gets the rows where they are empty."""

    def column(self, name: str) -> Column:
        """A column by its name. Raises: NotFacts."""
        found = next((column for column in self.columns if column.name == name), None)
        if found is None:
            known = ", ".join(column.name for column in self.columns)
            raise NotFacts(f"The table {self.name} has no column {name!r}. It has {known}.")
        return found

    @property
    def day(self) -> str:
        """The column by which rows are placed in time."""
        return self.on or self.starts


def _columns(written: str) -> tuple[Column, ...]:
    """Columns as they are listed below: `name:type`, with a `!` where every row has it."""
    made = []
    for one in written.split():
        name, kind = one.rstrip("!").split(":")
        made.append(Column(name, kind, one.endswith("!")))  # type: ignore[arg-type]  # the lists below are tested
    return tuple(made)


_GROUP = "group:text! country:text! partner:text group_kind:text!"

TABLES: Final[Mapping[str, TableOfFacts]] = MappingProxyType(
    {
        table.name: table
        for table in (
            TableOfFacts(
                "groups",
                "A group, from the day it was formed until it was closed.",
                _columns(f"{_GROUP} formed_on:day! support_ended_on:day closed_on:day"),
                who="group",
                starts="formed_on",
                ends="closed_on",
            ),
            TableOfFacts(
                "members",
                "A person in a group, from joining until leaving. The age is that at joining.",
                _columns(
                    f"{_GROUP} member:text! sex:text! age_band:text disability:yes joined_on:day! left_on:day"
                    " status:text!"
                ),
                who="member",
                starts="joined_on",
                ends="left_on",
            ),
            TableOfFacts(
                "meetings",
                "A meeting with a roll call: how many members it had, and how many of them came.",
                _columns(f"{_GROUP} meeting:text! held_on:day! present:whole! active:whole! after_support:yes!"),
                who="group",
                on="held_on",
            ),
            TableOfFacts(
                "money",
                "What a group's book moved on a day, summed by what it was for.",
                _columns(f"{_GROUP} on:day! what:text! currency:text! amount_minor:whole!"),
                who="group",
                on="on",
            ),
            TableOfFacts(
                "loans",
                "An open loan to a member on the last day of a month: what is owed, and how late it is.",
                _columns(
                    f"{_GROUP} loan:text! sex:text! currency:text! on:day! outstanding_minor:whole! days_late:whole!"
                    " rescheduled:yes!"
                ),
                who="loan",
                on="on",
                is_state=True,
            ),
            TableOfFacts(
                "survival",
                "A group that was left by its partner: whether it met again so many months afterwards.",
                _columns(f"{_GROUP} months:whole! known_on:day! met:yes!"),
                who="group",
                on="known_on",
            ),
            TableOfFacts(
                "stories",
                "A kind of change that a teller chose for a story; a story with several kinds has several rows.",
                _columns(
                    "story:text! country:text partner:text! voice:text! round:text! kind:text direction:text area:text"
                    " told_on:day! by_teller:yes!"
                ),
                who="story",
                on="told_on",
            ),
            TableOfFacts(
                "outside",
                "A figure that somebody else counted, with its source.",
                _columns(
                    "indicator:text! country:text partner:text sex:text currency:text from_on:day! until_on:day!"
                    " value:whole! of:whole source:text!"
                ),
                who="source",
                starts="from_on",
                ends="until_on",
                parts=("sex",),
            ),
        )
    }
)


def known_table(name: str) -> TableOfFacts:
    """A table by its name. Raises: NotFacts."""
    if name not in TABLES:
        raise NotFacts(f"There is no table of facts {name!r}. There are {', '.join(TABLES)}.")
    return TABLES[name]


def schema_of(table: TableOfFacts) -> pa.Schema:
    """The columns of a table as Arrow has them."""
    import pyarrow as pa  # noqa: PLC0415  # a large library that a page without facts does not need

    types = {"text": pa.string(), "whole": pa.int64(), "day": pa.date32(), "yes": pa.bool_()}
    return pa.schema([(column.name, types[column.type]) for column in table.columns])


_PYTHON: Final[Mapping[ColumnType, type]] = {"text": str, "whole": int, "day": date, "yes": bool}


def is_of(column: Column, value: Value) -> bool:
    """Whether a value that is not empty can stand in a column."""
    if isinstance(value, (bool, datetime)):
        return column.type == "yes" and isinstance(value, bool)
    return isinstance(value, _PYTHON[column.type])


REMEDIES: Final[Mapping[ColumnType, str]] = {
    "text": "Write a text of one line, without control characters, or leave the cell empty",
    "whole": "Write a whole number below 2^53 in digits alone, such as 1200 or -5",
    "day": "Write a day as YYYY-MM-DD",
    "yes": "Write true or false, or leave the cell empty where it is not known",
}


def not_in_column(table: str, row: int, column: Column, value: object) -> NotFacts:
    """The refusal of one cell, with its place and what to write there."""
    return NotFacts(f"{table}, row {row}, column {column.name}: {value!r} cannot stand there. {REMEDIES[column.type]}.")
