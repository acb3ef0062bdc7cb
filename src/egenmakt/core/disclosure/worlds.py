"""Other worlds: whole-numbered tables that agree with everything published and differ where it matters.

That a hidden number cannot be found out is proved by showing two possible worlds in which it differs enough. A world
is checked here in whole numbers, so a proof does not rest on the solver's rounding, and it holds against any attacker,
whatever his method.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from egenmakt.core.disclosure.linking import Universe
from egenmakt.core.disclosure.tables import Key, Secret

MUST = 1000
"""What it is worth to bring a number one nearer to its aim: more than any change of published cells costs."""
MAY = 0.01
"""What it is worth where it costs nothing."""
FREE = 0.001
"""What a change of a hidden number costs: next to nothing, so that it changes only for a purpose."""
NODES = 500
"""Branches that are tried where whole numbers do not come by themselves; counted, not timed, so that answers repeat."""


class Worlds:
    """Everything a reader could believe about the people of a page."""

    def __init__(self, universe: Universe, counts: Mapping[Key, int], secrets: Sequence[Secret]) -> None:
        homes: dict[frozenset[str], int] = {}

        def atoms(key: Key) -> np.ndarray:
            codes = frozenset(code for code, _ in key)
            if codes not in homes:
                homes[codes] = universe.home(key)
            return universe.atoms(key, homes[codes])

        self.counts = np.array(list(counts.values()), dtype=np.int64)
        self.cells = _rows([(atoms(key), None) for key in counts], universe.size)
        self.seams = _rows(universe.seams(), universe.size)
        self.secrets = _rows(
            [(atoms(one.key), None) if one.within is None else (atoms(one.within), atoms(one.key)) for one in secrets],
            universe.size,
        )

    def values(self, world: np.ndarray) -> np.ndarray:
        """The secrets' numbers in a world."""
        return np.asarray(self.secrets @ world)

    def changed(self, world: np.ndarray) -> np.ndarray:
        """Which cells have another number than the true one."""
        return np.asarray(self.cells @ world != self.counts)

    def raised(
        self, *, cost: np.ndarray, aims: Mapping[int, tuple[int, int]], may: Mapping[int, int]
    ) -> list[np.ndarray]:
        """Worlds in which the numbered secrets are larger, with as little change of what is published as possible.

        `cost` is what one person's change costs in each cell: infinite where the number is fixed, 0 where it is hidden.
        `aims` are (must reach, may reach); `may` is for secrets that are raised only where it costs nothing.
        """
        steps: list[tuple[int, int, float]] = [(one, must, MUST) for one, (must, _) in aims.items()]
        steps += [(one, most - must, MAY) for one, (must, most) in aims.items() if most > must]
        steps += [(one, most, MAY) for one, most in may.items() if one not in aims]
        return self._found(cost, steps, sign=1, alone=list(aims))

    def lowered(self, *, cost: np.ndarray, aims: Mapping[int, int]) -> list[np.ndarray]:
        """Worlds in which the numbered secrets are as small as `aims` says."""
        return self._found(cost, [(one, least, MUST) for one, least in aims.items()], sign=-1, alone=list(aims))

    def _found(
        self, cost: np.ndarray, steps: list[tuple[int, int, float]], *, sign: int, alone: list[int]
    ) -> list[np.ndarray]:
        world = self._world(cost, steps, sign, whole=False)
        if world is not None:
            return [world]
        if len(alone) > 1:
            apart = [[step for step in steps if step[0] == one] for one in alone]
            return [world for some in apart for world in self._found(cost, some, sign=sign, alone=alone[:1])]
        world = self._world(cost, steps, sign, whole=True)
        return [] if world is None else [world]

    def _world(
        self, cost: np.ndarray, steps: list[tuple[int, int, float]], sign: int, *, whole: bool
    ) -> np.ndarray | None:
        fixed = np.isinf(cost)
        loose = np.flatnonzero(~fixed)
        chosen = list(dict.fromkeys(one for one, _, _ in steps))
        size, free, aims = self.cells.shape[1], len(loose), len(steps)
        unit = sparse.identity(free, format="csr")
        step_rows = sparse.csr_array(
            (np.ones(aims), ([chosen.index(one) for one, _, _ in steps], range(aims))), shape=(len(chosen), aims)
        )
        # columns: people in each combination, more and fewer in each loose cell, steps towards the aims
        matrix = sparse.block_array(
            [
                [self.cells[np.flatnonzero(fixed)], None, None, None],
                [self.cells[loose], -unit, unit, None],
                [self.seams, None, None, sparse.csr_array((self.seams.shape[0], aims))],
                [sign * self.secrets[chosen], None, None, -step_rows],
            ],
            format="csc",
        )
        equal = np.concatenate([self.counts[fixed], self.counts[loose], np.zeros(self.seams.shape[0])])
        low = np.concatenate([equal, np.zeros(len(chosen))])
        high = np.concatenate([equal, np.full(len(chosen), np.inf)])
        price = np.maximum(cost[loose], FREE)
        if sign > 0:
            least, most = np.zeros(aims), np.array([aim for _, aim, _ in steps], dtype=float)
        else:  # a secret is at most −step, and a step may not go below its aim
            least, most = np.full(aims, -np.inf), np.array([-aim for _, aim, _ in steps], dtype=float)
        solved = milp(
            np.concatenate([np.zeros(size), price, price, [-worth for _, _, worth in steps]]),
            constraints=LinearConstraint(matrix, low, high),
            bounds=Bounds(
                np.concatenate([np.zeros(size + 2 * free), least]),
                np.concatenate([np.full(size + free, np.inf), self.counts[loose], most]),
            ),
            integrality=np.concatenate([np.full(size, int(whole)), np.zeros(2 * free + aims)]),
            options={"node_limit": NODES} if whole else {},
        )
        if solved.x is None:
            return None
        world = np.rint(solved.x[:size]).astype(np.int64)
        return world if self._is_possible(world, fixed) else None

    def _is_possible(self, world: np.ndarray, fixed: np.ndarray) -> bool:
        return bool((world >= 0).all() and not self.changed(world)[fixed].any() and not (self.seams @ world).any())


def _rows(pairs: Sequence[tuple[np.ndarray, np.ndarray | None]], size: int) -> sparse.csr_array:
    """One row for each pair: the sum over the first set of combinations less the sum over the second."""
    columns, signs, ends = [], [], [0]
    for plus, minus in pairs:
        columns.append(plus)
        signs.append(np.ones(len(plus), dtype=np.int64))
        if minus is not None:
            columns.append(minus)
            signs.append(-np.ones(len(minus), dtype=np.int64))
        ends.append(ends[-1] + len(plus) + (0 if minus is None else len(minus)))
    if not pairs:
        return sparse.csr_array((0, size), dtype=np.int64)
    rows = sparse.csr_array((np.concatenate(signs), np.concatenate(columns), ends), shape=(len(pairs), size))
    rows.sum_duplicates()
    return rows
