"""Marks in addresses: which stories a mark of a picture stands for, written and read back.

`kind:worse` is an option, `kind:!worse` not that one, `significance:b2of5` a bin of a scale, `who_acted:t17of5` a bin
of a triad, `who_acted:z3of7` one of its seven zones, `place.us:s3of6` a square of a canvas, `kind:~skipped` a reason
for no answer. Several marks mean stories behind all of them.
"""

from __future__ import annotations

import re

import numpy as np

from egenmakt.core.patterns.axes import Axis, axis_of
from egenmakt.core.patterns.table import (
    ANSWERED,
    STATES,
    BoolArray,
    ChoiceColumn,
    ScaleColumn,
    SeveralColumn,
    StonesColumn,
    StoryTable,
    TriadColumn,
)
from egenmakt.core.patterns.triads import THIRDS, ZONES, TriadGrid, triad_axis

_NUMBERED = re.compile(r"^([btsz])(\d{1,4})of(\d{1,2})$")


class UnknownMark(ValueError):
    """The address names a mark that the framework does not have."""


def scale_axis(code: str, column: ScaleColumn, bins: int) -> Axis:
    """A scale in so many bins of equal width."""
    return axis_of(question=code, column=column, bins=bins)


def option_mark(code: str, option: str) -> str:
    """The mark of an option of a choice."""
    return f"{code}:{option}"


def not_mark(code: str, option: str) -> str:
    """The mark of those who answered and did not choose an option."""
    return f"{code}:!{option}"


def group_mark(code: str, option: str, mark: str) -> str:
    """The mark of a group of a comparison: an option, or whether one of several was chosen."""
    if not option:
        return option_mark(code, mark)
    return option_mark(code, option) if mark == "yes" else not_mark(code, option)


def state_mark(code: str, state: str) -> str:
    """The mark of those without an answer, by reason."""
    return f"{code}:~{state}"


def bin_mark(code: str, place: int, bins: int) -> str:
    """The mark of a bin of a scale."""
    return f"{code}:b{place}of{bins}"


def triad_mark(code: str, place: int, divisions: int) -> str:
    """The mark of a bin of a triad."""
    return f"{code}:t{place}of{divisions}"


def part_mark(code: str, column: ScaleColumn | TriadColumn, place: int) -> str:
    """The mark of a part that is laid beside others: a third of a scale, a zone of a triad."""
    if isinstance(column, TriadColumn):
        return f"{code}:z{place}of{len(ZONES)}"
    return bin_mark(code, place, len(THIRDS))


def stone_mark(code: str, stone: str, place: int, squares: int) -> str:
    """The mark of a square of a canvas, for one stone."""
    return f"{code}.{stone}:s{place}of{squares}"


def behind(table: StoryTable, mark: str) -> BoolArray:
    """Which stories stand behind a mark. Raises: UnknownMark."""
    code, colon, name = mark.partition(":")
    question, _dot, stone = code.partition(".")
    column = table.columns.get(question)
    if not colon or column is None:
        raise UnknownMark(f"There is no mark {mark!r}.")
    if name.startswith("~") and name[1:] in STATES:
        return np.asarray(column.states == STATES.index(name[1:]))
    if isinstance(column, SeveralColumn) and name[:1] == "!" and name[1:] in column.options:
        return np.asarray((column.states == ANSWERED) & ~column.chosen[:, column.options.index(name[1:])])
    if isinstance(column, (ChoiceColumn, SeveralColumn)) and name in column.options:
        return axis_of(question=code, column=column).has(column.options.index(name))
    if numbered := _NUMBERED.match(name):
        kind, place, many = numbered[1], int(numbered[2]), int(numbered[3])
        if axis := _axis(kind, question, stone, column, many):
            return axis.has(place)
    raise UnknownMark(f"There is no mark {mark!r}.")


def _axis(kind: str, question: str, stone: str, column: object, many: int) -> Axis | None:
    if not 1 <= many <= 20:
        return None
    if kind == "b" and isinstance(column, ScaleColumn):
        return scale_axis(question, column, many)
    if kind == "t" and isinstance(column, TriadColumn):
        return triad_axis(question=question, column=column, grid=TriadGrid(divisions=many))
    if kind == "z" and isinstance(column, TriadColumn) and many == len(ZONES):
        return triad_axis(question=question, column=column)
    if kind == "s" and isinstance(column, StonesColumn) and stone in column.stones:
        return axis_of(question=question, column=column, stone=stone, bins=many)
    return None
