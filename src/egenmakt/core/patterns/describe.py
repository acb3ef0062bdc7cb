"""Describe: counts, histograms, cross tables, scatters; always with n, what is missing and the stories behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from egenmakt.core.patterns.axes import Axis, axis_of
from egenmakt.core.patterns.table import ANSWERED, FloatArray, IntArray, NotATable, ScaleColumn, StoryTable
from egenmakt.core.patterns.voices import heard


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """Counts by one or more axes.

    `counts` has one dimension for each axis. `n` stories answered all of them; `size` were there. With one mark for
    each story the counts add up to n; with a question of several answers a story may stand behind many marks.
    """

    axes: tuple[Axis, ...]
    counts: IntArray
    n: int
    size: int

    def __post_init__(self) -> None:
        if self.counts.shape != tuple(len(axis.marks) for axis in self.axes):
            raise NotATable("The counts do not fit their axes.")
        if not self.overlapping and int(self.counts.sum()) != self.n:
            raise NotATable(f"The counts add to {int(self.counts.sum())}, not to n = {self.n}.")

    @property
    def overlapping(self) -> bool:
        """Whether a story can stand behind more than one mark."""
        return any(axis.chosen is not None for axis in self.axes)

    @property
    def missing(self) -> dict[str, dict[str, int]]:
        """For each question, how many have no answer and why; a story may be missing in more than one."""
        return {axis.question: axis.missing() for axis in self.axes}

    @property
    def answered(self) -> IntArray:
        """The places of the n stories that are counted."""
        return np.flatnonzero(_complete(self.axes, self.size))

    def members(self, *cell: int) -> IntArray:
        """The places of the stories behind a mark; as many as its count."""
        if len(cell) != len(self.axes):
            raise NotATable(f"A mark here has {len(self.axes)} numbers.")
        mask = _complete(self.axes, self.size)
        for axis, mark in zip(self.axes, cell, strict=True):
            mask &= axis.has(mark)
        return np.flatnonzero(mask)


def _complete(axes: Sequence[Axis], size: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    mask = np.ones(size, dtype=np.bool_)
    for axis in axes:
        mask &= axis.answered
    return mask


def count(*, axes: Sequence[Axis]) -> Counted:
    """Count stories by any axes, those with all answers; what is missing is told beside, never counted as zero."""
    if not axes:
        raise NotATable("Name at least one thing to count by.")
    size = axes[0].states.shape[0]
    mask = _complete(axes, size)
    shape = tuple(len(axis.marks) for axis in axes)
    if all(axis.codes is not None for axis in axes):
        key = np.zeros(int(mask.sum()), dtype=np.int64)
        for axis in axes:
            assert axis.codes is not None
            key = key * len(axis.marks) + axis.codes[mask]
        counts = np.bincount(key, minlength=int(np.prod(shape))).reshape(shape)
    else:
        # several answers: a story counts once in every combination of its marks
        letters = "abcdefgh"[: len(axes)]
        script = ",".join(f"n{letter}" for letter in letters) + "->" + letters
        counts = np.einsum(script, *(axis.indicators()[mask].astype(np.int64) for axis in axes), optimize=True)
    return Counted(tuple(axes), counts.astype(np.int64), int(mask.sum()), size)


def table_by(
    *, table: StoryTable, questions: Sequence[str], bins: int = 10, zones: bool = False, voice: str | None = None
) -> Counted:
    """Count the stories by one, two or three questions: bars, histograms, cross tables, scatters.

    Args: a voice by name or TOGETHER where there is more than one; bins of scales; fifths instead with `zones`.
    Triads and stones have axes of their own; `count` takes any mixture of axes.
    """
    some = heard(table=table, voice=voice)
    return count(axes=[axis_of(question=code, column=some.column(code), bins=bins, zones=zones) for code in questions])


@dataclass(frozen=True, slots=True, eq=False)
class ScaleSummary:
    """A scale in a few numbers; None where there is nothing to tell."""

    n: int
    mean: float | None
    median: float | None
    quarter: float | None
    three_quarters: float | None
    deviation: float | None


def summary(*, values: FloatArray) -> ScaleSummary:
    """Mean, quartiles and standard deviation (n - 1) of what was answered."""
    if not values.size:
        return ScaleSummary(0, None, None, None, None, None)
    low, middle, high = (float(value) for value in np.quantile(values, [0.25, 0.5, 0.75]))
    deviation = float(values.std(ddof=1)) if values.size > 1 else None
    return ScaleSummary(int(values.size), float(values.mean()), middle, low, high, deviation)


@dataclass(frozen=True, slots=True, eq=False)
class CorrelationMap:
    """Spearman's rho between all scales, each pair by the stories that answered both; NaN where it does not exist."""

    questions: tuple[str, ...]
    rho: FloatArray
    n: IntArray


def correlation_map(*, table: StoryTable, voice: str | None = None) -> CorrelationMap:
    """How all scales go together, two by two; ties share their ranks and each pair is ranked among its own stories."""
    some = heard(table=table, voice=voice)
    scales = {code: column for code, column in some.columns.items() if isinstance(column, ScaleColumn)}
    codes = tuple(scales)
    rho, n = np.full((len(codes), len(codes)), np.nan), np.zeros((len(codes), len(codes)), dtype=np.int64)
    for i, first in enumerate(codes):
        for j, second in enumerate(codes[: i + 1]):
            both = (scales[first].states == ANSWERED) & (scales[second].states == ANSWERED)
            rho[i, j] = rho[j, i] = spearman_rho(x=scales[first].values[both], y=scales[second].values[both])
            n[i, j] = n[j, i] = int(both.sum())
    return CorrelationMap(codes, rho, n)


def midranks(*, values: FloatArray) -> FloatArray:
    """Ranks from 1; ties share the mean of their ranks."""
    _, level, counts = np.unique(values, return_inverse=True, return_counts=True)
    upper = np.cumsum(counts)
    ranks: FloatArray = ((upper - counts + 1 + upper) / 2.0)[level]
    return ranks


def spearman_rho(*, x: FloatArray, y: FloatArray) -> float:
    """Spearman's rank correlation with ties; NaN when one of them never varies: no correlation is not a perfect one."""
    if x.size < 2:
        return float("nan")
    a, b = midranks(values=x), midranks(values=y)
    a, b = a - a.mean(), b - b.mean()
    size = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / size if size > 0 else float("nan")
