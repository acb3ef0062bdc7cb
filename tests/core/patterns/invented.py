"""Invented tables of stories: noise, clusters and planted effects, all from a seed."""

from __future__ import annotations

import numpy as np

from egenmakt.core.patterns.table import (
    ChoiceColumn,
    Column,
    Labels,
    ScaleColumn,
    SeveralColumn,
    StonesColumn,
    StoryTable,
    TriadColumn,
)


def states(rng: np.random.Generator, size: int, missing: float) -> np.ndarray:
    """States of which about `missing` are not answers, all three kinds."""
    return np.where(rng.random(size) < missing, rng.integers(1, 4, size), 0).astype(np.int8)


def choice(chosen: np.ndarray, options: int, missing: np.ndarray | None = None) -> ChoiceColumn:
    gone = np.zeros(chosen.size, dtype=np.int8) if missing is None else missing
    return ChoiceColumn(gone, tuple("abcdefghijkl"[:options]), np.where(gone == 0, chosen, -1).astype(np.int64))


def scale(values: np.ndarray, missing: np.ndarray | None = None) -> ScaleColumn:
    gone = np.zeros(values.size, dtype=np.int8) if missing is None else missing
    return ScaleColumn(gone, np.where(gone == 0, np.clip(np.round(values), 0, 100), np.nan), 0.0, 100.0)


def triad(parts: np.ndarray, missing: np.ndarray | None = None) -> TriadColumn:
    gone = np.zeros(parts.shape[0], dtype=np.int8) if missing is None else missing
    return TriadColumn(gone, ("left", "top", "right"), np.where(gone[:, None] == 0, parts, np.nan))


def corner_heavy(rng: np.random.Generator, size: int) -> np.ndarray:
    """Parts as people give them: a third in corners, a third on edges, the rest inside."""
    parts = rng.dirichlet((1.0, 1.0, 1.0), size)
    kind = rng.integers(0, 3, size)
    corner = np.eye(3)[rng.integers(0, 3, size)]
    edge = parts.copy()
    edge[np.arange(size), rng.integers(0, 3, size)] = 0
    edge /= edge.sum(axis=1, keepdims=True)
    found = np.where((kind == 0)[:, None], corner, np.where((kind == 1)[:, None], edge, parts))
    found = np.round(found * 100) / 100
    found[:, 2] = 1 - found[:, 0] - found[:, 1]
    return np.abs(np.round(found, 6))


def table(columns: dict[str, Column], **who: Labels) -> StoryTable:
    """A table of these columns; one voice and nobody known unless said."""
    size = next(iter(columns.values())).states.size
    nobody = Labels(np.full(size, -1, dtype=np.int64), ())
    one = Labels(np.zeros(size, dtype=np.int64), ("rights_holder",))
    given = {"tellers": nobody, "facilitators": nobody, "voices": one, "rounds": nobody, **who}
    return StoryTable(ids=tuple(f"s{number}" for number in range(size)), columns=columns, **given)


def everything(rng: np.random.Generator, size: int = 300, missing: float = 0.15) -> StoryTable:
    """A table with every kind of column, and something missing in each."""
    gone = states(rng, size, missing)
    several = rng.random((size, 4)) < 0.4
    points = rng.random((size, 2, 2))
    points[rng.random(size) < 0.1, 1] = np.nan
    return table(
        {
            "kind": choice(rng.integers(0, 4, size), 4, states(rng, size, missing)),
            "who": choice(rng.integers(0, 3, size), 3, states(rng, size, missing)),
            "help": SeveralColumn(gone, ("p", "q", "r", "s"), several & (gone == 0)[:, None]),
            "feel": scale(rng.integers(0, 5, size) * 25.0, states(rng, size, missing)),
            "power": scale(rng.uniform(0, 100, size), states(rng, size, missing)),
            "why": triad(corner_heavy(rng, size), states(rng, size, missing)),
            "place": StonesColumn(gone, ("us", "them"), np.where((gone == 0)[:, None, None], points, np.nan)),
        },
        rounds=Labels(rng.integers(0, 3, size), ("2024", "2025", "2026")),
    )


def noise(
    rng: np.random.Generator,
    *,
    size: int = 1_200,
    choices: int = 12,
    options: int = 6,
    scales: int = 8,
    triads: int = 3,
    missing: float = 0.0,
    stories_per_teller: int = 1,
    facilitators: int = 0,
) -> StoryTable:
    """A project in which nothing goes together.

    With several stories for each teller her answers resemble each other (correlation a half); each facilitator
    moves every answer a little (a fifth of the variance). Both act on each question on their own.
    """
    tellers = np.arange(size) // stories_per_teller
    rounds = np.arange(size) * facilitators // size if facilitators else np.zeros(size, dtype=np.int64)

    def answers(width: int) -> np.ndarray:
        own = rng.standard_normal((size, width))
        if stories_per_teller > 1:
            own = np.sqrt(0.5) * own + np.sqrt(0.5) * rng.standard_normal((tellers.max() + 1, width))[tellers]
        if facilitators:
            own = np.sqrt(0.8) * own + np.sqrt(0.2) * rng.standard_normal((facilitators, width))[rounds]
        return own

    def gone() -> np.ndarray:
        return states(rng, size, missing)

    columns: dict[str, Column] = {}
    for number in range(choices):
        columns[f"choice{number}"] = choice(np.argmax(answers(options), axis=1), options, gone())
    for number in range(scales):
        columns[f"scale{number}"] = scale(50 + 25 * answers(1)[:, 0], gone())
    for number in range(triads):
        weights = np.exp(1.5 * answers(3))
        parts = np.round(weights / weights.sum(axis=1, keepdims=True), 2)
        parts[:, 2] = np.clip(1 - parts[:, 0] - parts[:, 1], 0, 1)
        columns[f"triad{number}"] = triad(parts / parts.sum(axis=1, keepdims=True), gone())
    who: dict[str, Labels] = {}
    if stories_per_teller > 1:
        who["tellers"] = Labels(tellers, tuple(f"t{number}" for number in range(tellers.max() + 1)))
    if facilitators:
        who["facilitators"] = Labels(rounds, tuple(f"f{number}" for number in range(facilitators)))
    return table(columns, **who)
