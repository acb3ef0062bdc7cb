"""The table of stories: one row for each story, one column for each question, and why an answer is not there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

IntArray: TypeAlias = npt.NDArray[np.int64]
FloatArray: TypeAlias = npt.NDArray[np.float64]
BoolArray: TypeAlias = npt.NDArray[np.bool_]
StateArray: TypeAlias = npt.NDArray[np.int8]

ANSWERED, DOES_NOT_APPLY, SKIPPED, NOT_ASKED = range(4)
STATES = ("answered", "does_not_apply", "skipped", "not_asked")
"""What a cell of the table is; zero is an answer, the other three are not."""

TRIAD_SUM_TOLERANCE = 1e-6


class NotATable(ValueError):
    """What was given cannot be a table of stories; the sentence says which column and why."""


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """Who or when, as whole numbers with their names; -1 is not known."""

    codes: IntArray
    names: tuple[str, ...]

    def __post_init__(self) -> None:
        codes = self.codes
        if codes.ndim != 1 or (codes.size and (codes.min() < -1 or codes.max() >= len(self.names))):
            raise NotATable(f"Codes must run from -1 to {len(self.names) - 1}, one for each story.")
        if len(set(self.names)) != len(self.names):
            raise NotATable("Two of the names are the same.")

    def take(self, rows: npt.NDArray[np.intp]) -> Labels:
        """The same names for some of the stories."""
        return Labels(self.codes[rows], self.names)

    def present(self) -> tuple[str, ...]:
        """The names that occur, in their order."""
        return tuple(self.names[code] for code in np.unique(self.codes[self.codes >= 0]))

    @classmethod
    def of(cls, values: Sequence[str | None]) -> Labels:
        """Labels from a list of names; None or an empty name is not known."""
        names = tuple(sorted({value for value in values if value}))
        place = {name: code for code, name in enumerate(names)}
        return cls(np.array([place[value] if value else -1 for value in values], dtype=np.int64), names)


def _check_states(states: StateArray, rows: int) -> None:
    if states.shape != (rows,):
        raise NotATable(f"There are {rows} values and {states.shape} states.")
    if rows and (states.min() < ANSWERED or states.max() > NOT_ASKED):
        raise NotATable("A state is 0 answered, 1 does not apply, 2 skipped or 3 not asked.")


def _finite(values: FloatArray, states: StateArray, what: str) -> FloatArray:
    answered: FloatArray = values[states == ANSWERED]
    if not np.isfinite(answered).all():
        raise NotATable(f"An answered {what} has no number.")
    return answered


@dataclass(frozen=True, slots=True, eq=False)
class ChoiceColumn:
    """One option for each story; `chosen` is the option's place, -1 where there is no answer."""

    states: StateArray
    options: tuple[str, ...]
    chosen: IntArray

    def __post_init__(self) -> None:
        _check_states(self.states, self.chosen.shape[0])
        if ((self.chosen >= 0) != (self.states == ANSWERED)).any() or (
            self.chosen.size and self.chosen.max() >= len(self.options)
        ):
            raise NotATable("An answered choice names one of its options, any other names none.")

    def take(self, rows: npt.NDArray[np.intp]) -> ChoiceColumn:
        """The column for some of the stories."""
        return ChoiceColumn(self.states[rows], self.options, self.chosen[rows])


@dataclass(frozen=True, slots=True, eq=False)
class SeveralColumn:
    """Any number of options for each story: `chosen` is n x k. Answered with none chosen is an answer."""

    states: StateArray
    options: tuple[str, ...]
    chosen: BoolArray

    def __post_init__(self) -> None:
        _check_states(self.states, self.chosen.shape[0])
        if self.chosen.shape != (self.states.shape[0], len(self.options)):
            raise NotATable("There must be one yes or no for each story and option.")
        if self.chosen[self.states != ANSWERED].any():
            raise NotATable("An option is chosen where there is no answer.")

    def take(self, rows: npt.NDArray[np.intp]) -> SeveralColumn:
        """The column for some of the stories."""
        return SeveralColumn(self.states[rows], self.options, self.chosen[rows])


@dataclass(frozen=True, slots=True, eq=False)
class ScaleColumn:
    """A number from `low` to `high` for each story: a slider, a dyad (its right part) or a number; NaN is none."""

    states: StateArray
    values: FloatArray
    low: float
    high: float

    def __post_init__(self) -> None:
        _check_states(self.states, self.values.shape[0])
        answered = _finite(self.values, self.states, "scale")
        if not self.low < self.high:
            raise NotATable("A scale's low end must lie below its high end.")
        if answered.size and (answered.min() < self.low or answered.max() > self.high):
            raise NotATable(f"A value lies outside {self.low:g} to {self.high:g}.")
        if not np.isnan(self.values[self.states != ANSWERED]).all():
            raise NotATable("There is a value where there is no answer: it could be counted as one.")

    def take(self, rows: npt.NDArray[np.intp]) -> ScaleColumn:
        """The column for some of the stories."""
        return ScaleColumn(self.states[rows], self.values[rows], self.low, self.high)


@dataclass(frozen=True, slots=True, eq=False)
class TriadColumn:
    """Three parts that add to 1 for each story: `parts` is n x 3; NaN is none."""

    states: StateArray
    corners: tuple[str, str, str]
    parts: FloatArray

    def __post_init__(self) -> None:
        _check_states(self.states, self.parts.shape[0])
        if self.parts.shape != (self.states.shape[0], 3) or len(self.corners) != 3:
            raise NotATable("A triad has three corners and three parts for each story.")
        answered = _finite(self.parts, self.states, "triad")
        if answered.size and (
            answered.min() < 0 or np.abs(answered.sum(axis=1) - 1).max(initial=0) > TRIAD_SUM_TOLERANCE
        ):
            raise NotATable("The parts of a triad are not negative and add to 1.")
        if not np.isnan(self.parts[self.states != ANSWERED]).all():
            raise NotATable("There are parts where there is no answer.")

    def take(self, rows: npt.NDArray[np.intp]) -> TriadColumn:
        """The column for some of the stories."""
        return TriadColumn(self.states[rows], self.corners, self.parts[rows])


@dataclass(frozen=True, slots=True, eq=False)
class StonesColumn:
    """Where each stone lies on the canvas: `points` is n x k x 2 from 0 to 1; NaN is a stone not laid."""

    states: StateArray
    stones: tuple[str, ...]
    points: FloatArray

    def __post_init__(self) -> None:
        _check_states(self.states, self.points.shape[0])
        if self.points.shape != (self.states.shape[0], len(self.stones), 2):
            raise NotATable("Each stone of each story has two numbers.")
        laid = self.points[~np.isnan(self.points)]
        if laid.size and (laid.min() < 0 or laid.max() > 1):
            raise NotATable("A stone lies outside the canvas.")
        if not np.isnan(self.points[self.states != ANSWERED]).all():
            raise NotATable("There is a stone where there is no answer.")

    def take(self, rows: npt.NDArray[np.intp]) -> StonesColumn:
        """The column for some of the stories."""
        return StonesColumn(self.states[rows], self.stones, self.points[rows])


Column: TypeAlias = ChoiceColumn | SeveralColumn | ScaleColumn | TriadColumn | StonesColumn


@dataclass(frozen=True, slots=True, eq=False)
class StoryTable:
    """All stories of a page, question by question.

    `left_out` names the questions that have no column and why (a text, a photo), so that none is lost in silence.
    """

    ids: tuple[str, ...]
    tellers: Labels
    facilitators: Labels
    voices: Labels
    rounds: Labels
    columns: Mapping[str, Column]
    left_out: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for what in ("tellers", "facilitators", "voices", "rounds"):
            if getattr(self, what).codes.shape != (self.size,):
                raise NotATable(f"There are {self.size} stories and {getattr(self, what).codes.size} {what}.")
        for code, column in self.columns.items():
            if column.states.shape != (self.size,):
                raise NotATable(f"There are {self.size} stories and {column.states.size} answers to {code}.")

    @property
    def size(self) -> int:
        """How many stories there are."""
        return len(self.ids)

    def take(self, mask: BoolArray | IntArray) -> StoryTable:
        """The table of some of the stories: a yes or no for each, or their places."""
        rows = np.flatnonzero(mask) if mask.dtype == np.bool_ else np.asarray(mask, dtype=np.intp)
        return StoryTable(
            ids=tuple(self.ids[row] for row in rows),
            tellers=self.tellers.take(rows),
            facilitators=self.facilitators.take(rows),
            voices=self.voices.take(rows),
            rounds=self.rounds.take(rows),
            columns={code: column.take(rows) for code, column in self.columns.items()},
            left_out=self.left_out,
        )

    def column(self, code: str) -> Column:
        """The column of a question. Raises: NotATable, with the questions that there are."""
        if code not in self.columns:
            raise NotATable(f"There is no question {code}; there are {', '.join(sorted(self.columns)) or 'none'}.")
        return self.columns[code]


def states_of(column: Column) -> dict[str, int]:
    """How many stories answered, and how many did not and why; the four add up to all."""
    counts = np.bincount(column.states, minlength=len(STATES))
    return {name: int(count) for name, count in zip(STATES, counts, strict=True)}
