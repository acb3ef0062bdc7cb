"""Marks to count by: options, bins of a scale, zones of a dyad, rounds, voices; every answered story has its mark."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from egenmakt.core.patterns.table import (
    ANSWERED,
    STATES,
    BoolArray,
    ChoiceColumn,
    Column,
    IntArray,
    Labels,
    NotATable,
    ScaleColumn,
    SeveralColumn,
    StateArray,
    StonesColumn,
)

DYAD_ZONES = ("left", "rather_left", "between", "rather_right", "right")
"""Fifths of a dyad or a scale; both ends and the middle own their borders, so that a mirrored scale mirrors."""


@dataclass(frozen=True, slots=True, eq=False)
class Axis:
    """What stories are counted by: for each story its mark (-1: none), or, for several, a yes or no for each mark."""

    question: str
    marks: tuple[str, ...]
    states: StateArray
    codes: IntArray | None = None
    chosen: BoolArray | None = None

    def __post_init__(self) -> None:
        if (self.codes is None) == (self.chosen is None):
            raise NotATable("An axis has one mark for each story, or a yes or no for each mark.")

    @property
    def answered(self) -> BoolArray:
        """Which stories have an answer here."""
        return np.asarray(self.states == ANSWERED)

    def has(self, mark: int) -> BoolArray:
        """Which stories stand behind a mark."""
        if self.codes is not None:
            return np.asarray(self.codes == mark)
        assert self.chosen is not None
        return np.asarray(self.chosen[:, mark])

    def indicators(self) -> BoolArray:
        """One yes or no for each story and mark."""
        if self.chosen is not None:
            return self.chosen
        assert self.codes is not None
        return np.asarray(self.codes[:, None] == np.arange(len(self.marks)))

    def missing(self) -> dict[str, int]:
        """How many have no answer here, and why."""
        counts = np.bincount(self.states, minlength=len(STATES))
        return {name: int(count) for name, count in zip(STATES[1:], counts[1:], strict=True)}


def scale_bin(*, values: ScaleColumn, bins: int) -> IntArray:
    """The bin of each value, bins of equal width; the high end belongs to the last. -1 is no answer."""
    answered = values.states == ANSWERED
    found = np.full(values.values.shape, -1, dtype=np.int64)
    place = (values.values[answered] - values.low) * bins / (values.high - values.low)
    found[answered] = np.minimum(place.astype(np.int64), bins - 1)
    return found


def _edges(column: ScaleColumn, bins: int) -> tuple[str, ...]:
    edges = np.linspace(column.low, column.high, bins + 1)
    return tuple(f"{a:g}–{b:g}" for a, b in pairwise(edges))


def dyad_zone(*, column: ScaleColumn) -> IntArray:
    """The fifth in which each value lies: up to 20 % left, 80 % and more right. -1 is no answer."""
    answered = column.states == ANSWERED
    found = np.full(column.values.shape, -1, dtype=np.int64)
    share = (column.values[answered] - column.low) / (column.high - column.low)
    found[answered] = (share > 0.2).astype(np.int64) + (share >= 0.4) + (share > 0.6) + (share >= 0.8)
    return found


def axis_of(*, question: str, column: Column, bins: int = 10, zones: bool = False, stone: str = "") -> Axis:
    """The axis of a question: its options, bins or zones of its scale, or squares where one of its stones lies.

    Args: bins of a scale, and along each side of a canvas; `zones` for the fifths of a dyad; which stone.
    Triads have axes of their own: see `triads.triad_axis`. Raises: NotATable.
    """
    if isinstance(column, ChoiceColumn):
        return Axis(question, column.options, column.states, codes=column.chosen)
    if isinstance(column, SeveralColumn):
        return Axis(question, column.options, column.states, chosen=column.chosen)
    if isinstance(column, ScaleColumn):
        if zones:
            return Axis(question, DYAD_ZONES, column.states, codes=dyad_zone(column=column))
        return Axis(question, _edges(column, bins), column.states, codes=scale_bin(values=column, bins=bins))
    if isinstance(column, StonesColumn):
        return _stone_axis(question, column, stone, bins)
    raise NotATable(f"{question} is a triad: count it by triad_axis.")


def _stone_axis(question: str, column: StonesColumn, stone: str, bins: int) -> Axis:
    """Squares of the canvas from lower left, row by row; a stone not laid is skipped, not a zero."""
    if stone not in column.stones:
        raise NotATable(f"{question} has the stones {', '.join(column.stones)}, not {stone!r}.")
    points = column.points[:, column.stones.index(stone), :]
    laid = ~np.isnan(points).any(axis=1)
    states = np.where(laid | (column.states != ANSWERED), column.states, np.int8(2)).astype(np.int8)
    codes = np.full(points.shape[0], -1, dtype=np.int64)
    square = np.minimum((points[laid] * bins).astype(np.int64), bins - 1)
    codes[laid] = square[:, 1] * bins + square[:, 0]
    marks = tuple(f"{x + 1},{y + 1}" for y in range(bins) for x in range(bins))
    return Axis(f"{question}.{stone}", marks, states, codes=codes)


def label_axis(*, name: str, labels: Labels) -> Axis:
    """An axis of voices, rounds or facilitators; not known counts as skipped."""
    states = np.where(labels.codes < 0, 2, 0).astype(np.int8)
    return Axis(name, labels.names, states, codes=labels.codes)
