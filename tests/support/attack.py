"""Somebody who tries to find out hidden numbers from everything on a page, with all the arithmetic there is.

He writes down the one large table of all dimensions and filters together, which the protection never does, and asks a
solver in whole numbers for the least and the most that each hidden number can be. He knows nothing but what is shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np
from scipy.optimize import LinearConstraint, milp

from egenmakt.core.disclosure import ProtectedTable, Suppressed

Conditions = tuple[tuple[str, tuple[str, ...]], ...]


class Attacker:
    """All that is shown, as equations over the people of the large table."""

    def __init__(self, tables: Sequence[ProtectedTable], known: Mapping[Conditions, int] | None = None) -> None:
        categories: dict[str, list[str]] = {}
        for table in tables:
            for code, names in table.dimensions:
                categories.setdefault(code, list(names))
        filters = [condition for table in tables for condition in table.where]
        filters += [condition for conditions in known or {} for condition in conditions]
        divided = set(categories)
        for code, names in filters:
            if code not in divided:
                seen = categories.setdefault(code, ["(somebody else)"])
                seen += [name for name in names if name not in seen]
        self.codes = list(categories)
        self.people = list(product(*categories.values()))
        equations, numbers = [], []
        self.hidden: dict[Conditions, np.ndarray] = {}
        self.shown: dict[Conditions, np.ndarray] = {}
        for table in tables:
            for position, value in table.values.items():
                conditions = self.conditions(table, position)
                row = self.row(conditions)
                if isinstance(value, Suppressed):
                    self.hidden[conditions] = row
                else:
                    self.shown[conditions] = row
                    equations.append(row)
                    numbers.append(value)
        for conditions, count in (known or {}).items():
            equations.append(self.row(conditions))
            numbers.append(count)
        self.equations, self.numbers = np.array(equations).reshape(-1, len(self.people)), np.array(numbers)

    @staticmethod
    def conditions(table: ProtectedTable, position: tuple[str | None, ...]) -> Conditions:
        chosen = [
            (code, (category,))
            for (code, _), category in zip(table.dimensions, position, strict=True)
            if category is not None
        ]
        return tuple(sorted([*chosen, *((code, tuple(sorted(names))) for code, names in table.where)]))

    def row(self, conditions: Conditions) -> np.ndarray:
        wanted = [(self.codes.index(code), set(names)) for code, names in conditions]
        return np.array([all(person[at] in names for at, names in wanted) for person in self.people], dtype=float)

    def most(self, row: np.ndarray) -> float:
        """The most that a number can be."""
        return -self.least(-row)

    def least(self, row: np.ndarray) -> float:
        """The least that a number can be."""
        solved = milp(
            row,
            constraints=LinearConstraint(self.equations, self.numbers, self.numbers) if len(self.numbers) else (),
            integrality=np.ones(len(self.people)),
        )
        if solved.status not in (0, 3, 4):
            raise AssertionError(f"the page contradicts itself: {solved.message}")
        return -np.inf if solved.x is None else round(solved.fun)  # 3 and 4: without bound

    def bounds(self, row: np.ndarray) -> tuple[float, float]:
        """The least and the most that a number can be."""
        return self.least(row), self.most(row)


def attack(
    tables: Sequence[ProtectedTable], *, known: Mapping[Conditions, int] | None = None
) -> dict[Conditions, tuple[float, float]]:
    """What can be found out about each hidden number: the least and the most that it can be."""
    attacker = Attacker(tables, known)
    return {conditions: attacker.bounds(row) for conditions, row in attacker.hidden.items()}
