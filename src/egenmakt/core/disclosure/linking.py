"""How the tables of a page hang together: the smallest set of finer tables that contains all of them.

What a reader can work out from several tables follows from all of them being margins of one large table that nobody
sees. That table has too many cells to write down, and need not be: it is enough to look at one table for each clique
of the triangulated graph whose points are the dimensions and whose lines join dimensions that occur in one table.
Whole-numbered clique tables that agree where they overlap always come from one large whole-numbered table (Vorob'ev
1962; Lauritzen and Spiegelhalter 1988), so nothing is lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from math import prod

import numpy as np

from egenmakt.core.disclosure.tables import CountTable, Key, TablesDisagree

OTHER = ""
"""Everybody who meets none of the categories that the filters name."""


def blocks_of(tables: Sequence[CountTable], keys: Iterable[Key]) -> dict[str, tuple[str, ...]]:
    """For each code the categories that divide people: a dimension's own, or those that filters name and OTHER."""
    blocks: dict[str, tuple[str, ...]] = {}
    for table in tables:
        for code, categories in table.dimensions:
            if set(blocks.setdefault(code, categories)) != set(categories):
                raise TablesDisagree(
                    f"{table.name}: {code} has other categories than in another table of the page; "
                    "give it the same ones everywhere, with one for those who did not answer"
                )
    conditions = [condition for table in tables for condition in table.where]
    conditions += [(code, tuple(categories)) for key in keys for code, categories in key]
    named: dict[str, set[str]] = {}
    for code, chosen in conditions:
        if code not in blocks:
            named.setdefault(code, set()).update(chosen)
        elif not set(chosen) <= set(blocks[code]):
            raise TablesDisagree(f"the filter {code} = {sorted(chosen)} names a category that {code} does not have")
    return blocks | {code: (*sorted(categories), OTHER) for code, categories in named.items()}


def cliques_of(groups: Iterable[frozenset[str]], blocks: Mapping[str, tuple[str, ...]]) -> list[frozenset[str]]:
    """The cliques of the triangulated graph, by taking out the point that makes the smallest new table."""
    neighbours: dict[str, set[str]] = {}
    for group in groups:
        for code in group:
            neighbours.setdefault(code, set()).update(group - {code})
    found: list[frozenset[str]] = []
    while neighbours:

        def cost(code: str) -> tuple[int, int, str]:
            near = neighbours[code]
            missing = sum(1 for a, b in combinations(sorted(near), 2) if b not in neighbours[a])
            return missing, prod(len(blocks[other]) for other in near), code

        code = min(neighbours, key=cost)
        near = neighbours.pop(code)
        clique = frozenset(near | {code})
        if not any(clique <= other for other in found):
            found.append(clique)
        for other in near:
            neighbours[other] |= near - {other}
            neighbours[other].discard(code)
    return found or [frozenset()]


def joints_of(cliques: Sequence[frozenset[str]]) -> list[tuple[int, int]]:
    """Which cliques must agree: the edges of a heaviest tree over them (Prim)."""
    outside = dict.fromkeys(range(1, len(cliques)), 0)
    edges = []
    while outside:
        nearest = max(outside, key=lambda one: (len(cliques[one] & cliques[outside[one]]), -one))
        edges.append((outside.pop(nearest), nearest))
        for one, other in outside.items():
            if len(cliques[one] & cliques[nearest]) > len(cliques[one] & cliques[other]):
                outside[one] = nearest
    return edges


class Universe:
    """Every combination of categories that a reader could reckon with, numbered, clique by clique."""

    def __init__(self, cliques: Sequence[frozenset[str]], blocks: Mapping[str, tuple[str, ...]]) -> None:
        self.blocks = blocks
        self.cliques = [tuple(sorted(clique)) for clique in cliques]
        sizes = [prod(len(blocks[code]) for code in clique) for clique in self.cliques]
        self.starts = [sum(sizes[:number]) for number in range(len(sizes))]
        self.sizes = sizes
        self.size = sum(sizes)
        self._place = {code: {name: i for i, name in enumerate(names)} for code, names in blocks.items()}

    def home(self, key: Key) -> int:
        """The smallest clique that holds a cell."""
        codes = {code for code, _ in key}
        return min(
            (number for number, clique in enumerate(self.cliques) if codes <= set(clique)), key=self.sizes.__getitem__
        )

    def atoms(self, key: Key, clique: int) -> np.ndarray:
        """Which combinations of one clique make up a cell."""
        codes = self.cliques[clique]
        if not codes:
            return np.array([self.starts[clique]])
        chosen = dict(key)
        axes = [
            [self._place[code][name] for name in (chosen[code] if code in chosen else self.blocks[code])]
            for code in codes
        ]
        shape = tuple(len(self.blocks[code]) for code in codes)
        return np.asarray(np.ravel_multi_index(np.ix_(*axes), shape)).ravel() + self.starts[clique]

    def seams(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Pairs of sets of combinations that hold the same people, seen from two neighbouring cliques."""
        pairs = []
        for one, other in joints_of([frozenset(clique) for clique in self.cliques]):
            shared = sorted(set(self.cliques[one]) & set(self.cliques[other]))
            shape = tuple(len(self.blocks[code]) for code in shared)
            for place in np.ndindex(*shape):
                key: Key = frozenset(
                    (code, frozenset((self.blocks[code][index],))) for code, index in zip(shared, place, strict=True)
                )
                pairs.append((self.atoms(key, one), self.atoms(key, other)))
        return pairs
