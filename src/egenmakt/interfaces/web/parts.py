"""What the parts of a page are made of: small values that a view fills and a template tag draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

Kind = Literal["neutral", "info", "success", "warning", "error"]
KINDS: tuple[Kind, ...] = ("neutral", "info", "success", "warning", "error")


class Crumb(NamedTuple):
    """One page above this one."""

    name: str
    url: str


class Tab(NamedTuple):
    """One view of the same thing, with an address of its own."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A number that the reader came for, with what it counts."""

    label: object
    value: object
    note: object = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, whether it holds numbers, and the key it can be sorted by ("" for none)."""

    heading: str
    is_numeric: bool = False
    sort_key: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its cells as they are to be read; the first is the row's heading, a link where `url` is given."""

    cells: Sequence[object]
    url: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a caption. On a narrow screen each row becomes a card, or the table scrolls in its own region.

    Raises: ValueError when a row has more or fewer cells than there are columns.
    """

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    foot: Row | None = None
    note: str = ""
    narrow: Literal["cards", "scroll"] = "cards"
    is_tall: bool = False

    def __post_init__(self) -> None:
        for row in (*self.rows, *((self.foot,) if self.foot else ())):
            if len(row.cells) != len(self.columns):
                raise ValueError(
                    f"The table {str(self.caption)!r} has {len(self.columns)} columns, "
                    f"and a row of {len(row.cells)} cells; give one cell for each column."
                )


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the meeting: its name, its address where it can be opened, and whether it is done."""

    name: str
    url: str = ""
    is_done: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened: when, as the reader reads it, what, and more about it."""

    when: object
    title: object
    text: object = ""
