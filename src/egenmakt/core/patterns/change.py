"""Change over rounds: each round's figure with its interval, raw and for a fixed mix of people; goals that moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from egenmakt.core.patterns.design import unit_sums
from egenmakt.core.patterns.laws import normal_quantile, normal_tail
from egenmakt.core.patterns.regions import Goal, Region, inside
from egenmakt.core.patterns.table import (
    ANSWERED,
    BoolArray,
    ChoiceColumn,
    FloatArray,
    IntArray,
    NotATable,
    ScaleColumn,
    StoryTable,
)
from egenmakt.core.patterns.voices import heard


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share or a mean with its 95 % interval; `n` stories from `units` tellers. NaN where nobody answered."""

    value: float
    low: float
    high: float
    error: float
    n: int
    units: int


@dataclass(frozen=True, slots=True)
class RoundFigure:
    """One round: the raw figure, and the figure for the reference mix beside it (None without a mix).

    `left_out` are the classes of the mix that nobody of the round belongs to; their weight goes to the others.
    """

    round: str
    raw: Estimate
    standardised: Estimate | None
    left_out: tuple[str, ...]
    not_in_mix: int


@dataclass(frozen=True, slots=True)
class Movement:
    """From one round to another: the difference with its interval, two-sided. `moved`: up, down or not_shown."""

    from_round: str
    to_round: str
    difference: float
    low: float
    high: float
    p: float
    moved: str
    wanted: str | None = None
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class Mix:
    """A reference mix: a question (or a teller's profile) of one choice and the share of each of its options."""

    question: str
    shares: tuple[tuple[str, float], ...]

    def __post_init__(self) -> None:
        if not self.shares or min(share for _, share in self.shares) < 0:
            raise NotATable("A mix has shares, none of them negative.")
        if abs(sum(share for _, share in self.shares) - 1) > 1e-6:
            raise NotATable("The shares of a mix add to 1.")


def mix_of(*, table: StoryTable, question: str) -> Mix:
    """The mix of a whole table, to hold every round against the same people."""
    column = table.column(question)
    if not isinstance(column, ChoiceColumn):
        raise NotATable("A mix is made from a question of one choice.")
    counts = np.bincount(column.chosen[column.states == ANSWERED], minlength=len(column.options))
    shares = counts / max(int(counts.sum()), 1)
    return Mix(question, tuple((o, float(s)) for o, s in zip(column.options, shares, strict=True) if s > 0))


def series(
    *, table: StoryTable, what: str | Region, mix: Mix | None = None, voice: str | None = None
) -> tuple[RoundFigure, ...]:
    """The figure of every round in the order of their names: a scale's mean, or the share of answers in a region.

    Questions renamed between versions are one series already: the table was made by the framework's mapping.
    Tellers are units in every interval. Standardised: each class of the mix is averaged by itself and the averages
    weighted by the mix (post-stratification). Raises: NotATable, VoicesPooled.
    """
    some = heard(table=table, voice=voice)
    answered, values, bounded = _values(some, what)
    classes, names, shares = _classes(some, mix)
    units = _units(some)
    found = []
    for code, name in enumerate(some.rounds.names):
        mask = answered & (some.rounds.codes == code)
        if not (some.rounds.codes == code).any():
            continue
        raw = _estimate(values[mask], np.zeros(int(mask.sum()), dtype=np.int64), np.ones(1), units[mask], bounded)
        if mix is None:
            found.append(RoundFigure(name, raw, None, (), 0))
            continue
        known = mask & (classes >= 0)
        there = np.bincount(classes[known], minlength=len(names)) > 0
        weight = np.where(there, shares, 0.0)
        gone = tuple(
            one for one, is_there, share in zip(names, there, shares, strict=True) if not is_there and share > 0
        )
        fixed = (
            _estimate(values[known], classes[known], weight / weight.sum(), units[known], bounded)
            if weight.sum() > 0
            else Estimate(float("nan"), float("nan"), float("nan"), float("nan"), 0, 0)
        )
        found.append(RoundFigure(name, raw, fixed, gone, int((mask & ~known).sum())))
    return tuple(found)


def _values(table: StoryTable, what: str | Region) -> tuple[BoolArray, FloatArray, tuple[float, float]]:
    if isinstance(what, Region):
        answered, within = inside(table=table, region=what)
        return answered, within.astype(np.float64), (0.0, 1.0)
    column = table.column(what)
    if not isinstance(column, ScaleColumn):
        raise NotATable(f"{what} is not a scale: name a region of its answers.")
    return np.asarray(column.states == ANSWERED), np.nan_to_num(column.values), (column.low, column.high)


def _classes(table: StoryTable, mix: Mix | None) -> tuple[IntArray, tuple[str, ...], FloatArray]:
    if mix is None:
        return np.zeros(table.size, dtype=np.int64), (), np.ones(1)
    column = table.column(mix.question)
    if not isinstance(column, ChoiceColumn):
        raise NotATable("A mix is made from a question of one choice.")
    names = tuple(name for name, _ in mix.shares)
    place = np.array([names.index(option) if option in names else -1 for option in column.options], dtype=np.int64)
    codes = np.where(column.chosen >= 0, place[np.maximum(column.chosen, 0)], -1)
    return codes, names, np.array([share for _, share in mix.shares])


def _units(table: StoryTable) -> IntArray:
    units = table.tellers.codes.copy()
    unknown = units < 0
    units[unknown] = len(table.tellers.names) + np.arange(int(unknown.sum()))
    return units


def _estimate(
    values: FloatArray, classes: IntArray, shares: FloatArray, units: IntArray, bounds: tuple[float, float]
) -> Estimate:
    """The weighted mean of class means; its error by the sums of each teller's influence."""
    nan = float("nan")
    if not values.size:
        return Estimate(nan, nan, nan, nan, 0, 0)
    n = np.bincount(classes, minlength=shares.size)
    means = np.bincount(classes, weights=values, minlength=shares.size) / np.maximum(n, 1)
    value = float((shares * means).sum())
    unit = np.unique(units, return_inverse=True)[1].astype(np.int64)
    many = int(unit.max()) + 1
    influence = shares[classes] * (values - means[classes]) / n[classes]
    squares = float((unit_sums(values=influence[:, None], units=unit) ** 2).sum())
    low, high = bounds
    if many < 2:
        return Estimate(value, low, high, nan, values.size, many)
    error = float(np.sqrt(squares * many / (many - 1)))
    # Wilson's interval on the whole range: right at the ends, where all say the same; n is what the error is worth
    share = (value - low) / (high - low)
    plain = share * (1 - share) * (high - low) ** 2
    if np.isin(values, bounds).all():
        worth = min(float(many), plain / squares if squares > 0 else float(many))
        z2 = normal_quantile(0.975) ** 2
        middle = (share + z2 / (2 * worth)) / (1 + z2 / worth)
        half = float(np.sqrt(z2 * (share * (1 - share) / worth + z2 / (4 * worth**2)))) / (1 + z2 / worth)
        return Estimate(
            value, low + (middle - half) * (high - low), low + (middle + half) * (high - low), error, values.size, many
        )
    reach = normal_quantile(0.975) * error
    return Estimate(value, max(low, value - reach), min(high, value + reach), error, values.size, many)


def movement(*, figures: Sequence[RoundFigure], from_round: str, to_round: str, goal: Goal | None = None) -> Movement:
    """Whether the figure moved between two rounds: standardised where there is a mix, else raw.

    Rounds are taken as told by different tellers. With a goal the answer is `towards`, `away` or `not_shown`:
    that nothing is shown does not say that nothing moved; the interval says how much could have.
    """
    by_name: Mapping[str, RoundFigure] = {figure.round: figure for figure in figures}
    for name in (from_round, to_round):
        if name not in by_name:
            raise NotATable(f"There is no round {name}; there are {', '.join(by_name)}.")
    first, second = (by_name[name].standardised or by_name[name].raw for name in (from_round, to_round))
    difference = second.value - first.value
    error = float(np.sqrt(_error(first) ** 2 + _error(second) ** 2))
    reach = normal_quantile(0.975) * error
    z = difference / error if error > 0 else 0.0
    p = 2 * normal_tail(abs(z)) if np.isfinite(z) else 1.0
    moved = "not_shown" if not p < 0.05 else ("up" if difference > 0 else "down")
    answer = None
    if goal is not None:
        towards = {"more": "up", "fewer": "down"}[goal.wanted]
        answer = "not_shown" if moved == "not_shown" else ("towards" if moved == towards else "away")
    wanted = goal.wanted if goal else None
    return Movement(from_round, to_round, difference, difference - reach, difference + reach, p, moved, wanted, answer)


def _error(figure: Estimate) -> float:
    """The error of a figure; where all say the same, that of its interval: nobody's silence is certainty."""
    if np.isfinite(figure.error) and figure.error > 0:
        return figure.error
    return (figure.high - figure.low) / (2 * normal_quantile(0.975)) if np.isfinite(figure.low) else float("nan")


def goal_moved(
    *, table: StoryTable, goal: Goal, from_round: str, to_round: str, mix: Mix | None = None, voice: str | None = None
) -> Movement:
    """More like these, fewer like those: did the share of such stories move from one round to the other?"""
    figures = series(table=table, what=goal.region, mix=mix, voice=voice)
    return movement(figures=figures, from_round=from_round, to_round=to_round, goal=goal)
