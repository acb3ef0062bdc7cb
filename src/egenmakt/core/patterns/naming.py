"""Questions and parts of them by name: `feel.glad` is whether glad was chosen, `acted.we` how much of it we did."""

from __future__ import annotations

import numpy as np

from egenmakt.core.patterns.table import (
    ANSWERED,
    ChoiceColumn,
    Column,
    NotATable,
    ScaleColumn,
    SeveralColumn,
    StoryTable,
    TriadColumn,
)


def named_column(*, table: StoryTable, name: str) -> Column:
    """The answers to a question, to one of its several options (no or yes), or one part of a triad (0 to 100 %).

    Raises: NotATable.
    """
    if name in table.columns:
        return table.columns[name]
    code, _dot, part = name.partition(".")
    column = table.column(code)
    if isinstance(column, SeveralColumn) and part in column.options:
        chosen = column.chosen[:, column.options.index(part)]
        codes = np.where(column.states == ANSWERED, chosen, -1).astype(np.int64)
        return ChoiceColumn(column.states, ("no", "yes"), codes)
    if isinstance(column, TriadColumn) and part in column.corners:
        return ScaleColumn(column.states, 100 * np.clip(column.parts[:, column.corners.index(part)], 0, 1), 0.0, 100.0)
    raise NotATable(f"{code} has no part {part}.")
