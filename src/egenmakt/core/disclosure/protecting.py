"""Hide as few numbers as possible so that no small one can be found out from a whole page.

Every number under k is hidden (primary). For each of them, and for each small difference between two published
numbers, a possible world is then looked for in which it is larger, and one in which it is smaller, that differs from
the truth in as few published numbers as can be; these are hidden too (complementary). The worlds are the proof, and
what no proof needs is shown again. Linear programming for complementary suppression: Kelly, Golden and Assad (1992);
linked tables: de Wolf and Giessing (2009).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import chain, product
from math import inf, prod

import numpy as np

from egenmakt.core.disclosure.linking import Universe, blocks_of, cliques_of
from egenmakt.core.disclosure.tables import (
    CountTable,
    Key,
    Position,
    Protected,
    ProtectedTable,
    Secret,
    Suppressed,
    TablesDisagree,
    Where,
)

COMBINATIONS_MOST = 20_000
"""The largest finer table that linked tables may need. A table that would need a larger one is withheld."""
CELL, ZERO, MARGIN, TOTAL = 1, 3, 10, 60
"""What it costs to hide one number: a margin serves many tables, a zero is often known, a total everybody asks for."""

ABREAST = 3
"""Secrets of one table that are looked after at once. More is faster and hides a little more."""

Published = tuple[Sequence[CountTable], Protected]
"""What was published before: the tables as they are, and what was shown of them."""


Proof = tuple[np.ndarray, np.ndarray]
"""A possible world: the secrets' numbers in it, and which cells it changes."""
Lack = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Which secrets have no proof yet, and the most and the least that was seen of each."""


class CannotProtect(ValueError):
    """What is known already gives a small number away, whatever is hidden now."""


def protect(
    tables: Sequence[CountTable],
    *,
    k: int = 5,
    known_totals: Mapping[Where, int] | None = None,
    also_published: Sequence[Published] = (),
    sensitive: Collection[str] = (),
) -> Protected:
    """Decide for each number of a page whether it may be shown.

    Afterwards, for every number of 1 to k − 1 people in a table, and for every such difference between two numbers of
    the page, the possible values reach k at least and lie k − 1 apart at least.

    `known_totals` are numbers that readers know from elsewhere, by their conditions: {(): 1200} is the total. With 0
    they name combinations that cannot occur. `also_published` are pages that were published before and can be laid
    beside this one. `sensitive` are dimensions of which a reader may not learn that a whole group of k or more is in
    one category; none by default, since a zero is shown like any other number.

    Raises TablesDisagree where two tables, or a table and a known total, count the same people differently, and
    CannotProtect where what is known already gives a number away.
    """
    if k < 2:
        raise ValueError(f"k is {k}: a number is small if fewer than k people are behind it, so k is 2 or more")
    earlier = [table for tables_before, _ in also_published for table in tables_before]
    known = {
        frozenset((code, frozenset(categories)) for code, categories in where): count
        for where, count in (known_totals or {}).items()
    }
    blocks = blocks_of([*earlier, *tables], known)
    kept, cliques = _kept(tables, earlier, known, blocks)
    costs: dict[Key, float] = dict.fromkeys(known, inf)
    for before, protected in also_published:
        for table in before:
            for position, value in protected[table.name].values.items():
                key = table.key(position)
                if isinstance(value, Suppressed):  # hidden wherever it stood, and so still free to be another number
                    costs.setdefault(key, 0)
                else:
                    costs[key] = inf
    for table in kept:
        for position, count in table.numbers.items():
            key = table.key(position)
            costs[key] = max(costs.get(key, 0), _cost(position, count)) if costs.get(key, 1) else 0
    counts = _counts([*earlier, *kept], known)
    secrets = [
        secret
        for secret in chain(_small(counts, k, [*kept, *earlier]), _uniform(kept, k, frozenset(sensitive)))
        if not all(costs[key] == inf for key in (secret.key, secret.within) if key is not None)
    ]
    hidden = _hidden(Universe(cliques, blocks), counts, costs, secrets)
    return Protected(k=k, tables=tuple(_shown(table, table in kept, counts, hidden, k) for table in tables))


def _kept(
    tables: Sequence[CountTable],
    earlier: Sequence[CountTable],
    known: Collection[Key],
    blocks: Mapping[str, tuple[str, ...]],
) -> tuple[list[CountTable], list[frozenset[str]]]:
    """The tables that can be checked together, in the order of the page, and the cliques they make."""

    def size(groups: Collection[frozenset[str]]) -> int:
        return max(prod(len(blocks[code]) for code in clique) for clique in cliques_of(groups, blocks))

    groups = {frozenset(code for code, _ in key) for key in known} | {frozenset(table.codes) for table in earlier}
    if size(groups) > COMBINATIONS_MOST:
        raise CannotProtect(
            "what was published before is linked too closely to be checked: publish fewer tables together"
        )
    kept = []
    for table in tables:
        group = frozenset(table.codes)
        if any(group <= other for other in groups) or size(groups | {group}) <= COMBINATIONS_MOST:
            groups.add(group)
            kept.append(table)
    return kept, cliques_of(groups, blocks)


def _cost(position: Position, count: int) -> float:
    margins = sum(1 for category in position if category is None)
    if position and margins == len(position):
        return TOTAL
    if margins:
        return MARGIN * margins
    return ZERO if count == 0 else CELL + count / (count + 100)  # of two, rather the smaller


def _counts(tables: Sequence[CountTable], known: Mapping[Key, int]) -> dict[Key, int]:
    counts = dict(known)
    for table in tables:
        for position, count in table.numbers.items():
            key = table.key(position)
            if counts.setdefault(key, count) != count:
                where = ", ".join(f"{code} = {'/'.join(sorted(names))}" for code, names in sorted(key)) or "the total"
                raise TablesDisagree(
                    f"{table.name} counts {count} for {where}, another table or a known total counts {counts[key]}; "
                    "a table of a part of the people needs a category for the others, or a condition in `where`"
                )
    return counts


def _small(counts: Mapping[Key, int], k: int, tables: Sequence[CountTable]) -> Iterator[Secret]:
    """Small cells, and small differences between a cell and a wider one."""
    first: dict[Key, int] = {}
    for number, table in enumerate(tables):
        for position in table.positions():
            first.setdefault(table.key(position), number)
    wider: dict[str, dict[frozenset[str], None]] = {}
    for key in counts:
        for code, categories in key:
            if len(categories) > 1:
                wider.setdefault(code, {})[categories] = None
    for key, count in counts.items():
        place = first.get(key, 0)
        if 0 < count < k:
            yield Secret(key=key, within=None, count=count, most_at_least=k, width=k - 1, table=place)
        choices = [
            ((code, categories), None, *((code, more) for more in wider.get(code, ()) if more > categories))
            for code, categories in sorted(key, key=_by_code)  # a set's own order changes from run to run
        ]
        for conditions in product(*choices):
            other = frozenset(condition for condition in conditions if condition is not None)
            less = counts.get(other, 0) - count
            if 0 < less < k:
                yield Secret(key=key, within=other, count=less, most_at_least=k, width=k - 1, table=place)


def _by_code(condition: tuple[str, frozenset[str]]) -> str:
    return condition[0]


def _uniform(tables: Sequence[CountTable], k: int, sensitive: frozenset[str]) -> Iterator[Secret]:
    """Groups of k or more that are all in one category of a sensitive dimension, where not everybody is."""
    for number, table in enumerate(tables):
        codes = [code for code, _ in table.dimensions]
        everybody = table.numbers[(None,) * len(codes)]
        for axis in (axis for axis, code in enumerate(codes) if code in sensitive):
            for position, count in table.numbers.items():
                if position[axis] is None or count < k:
                    continue
                group = (*position[:axis], None, *position[axis + 1 :])
                alone = (*(None for _ in codes[:axis]), position[axis], *(None for _ in codes[axis + 1 :]))
                if table.numbers[group] == count and table.numbers[alone] != everybody:
                    yield Secret(
                        key=table.key(position),
                        within=table.key(group),
                        count=0,
                        most_at_least=1,
                        width=1,
                        table=number,
                    )


def _hidden(
    universe: Universe, counts: Mapping[Key, int], costs: Mapping[Key, float], secrets: Sequence[Secret]
) -> set[Key]:
    from egenmakt.core.disclosure.worlds import Worlds  # noqa: PLC0415 - SciPy takes a second to start

    keys = list(counts)
    worlds = Worlds(universe, counts, secrets)
    cost = np.array([costs[key] for key in keys], dtype=float)
    small = {secret.key for secret in secrets if secret.within is None}
    primary = np.array([key in small for key in keys], dtype=bool)
    cost[primary] = 0
    truth = np.array([secret.count for secret in secrets], dtype=np.int64)
    needed = np.array([secret.most_at_least for secret in secrets], dtype=np.int64)
    width = np.array([secret.width for secret in secrets], dtype=np.int64)
    proofs: list[Proof] = []
    tried: set[tuple[str, int]] = set()

    def lacking(rows: Sequence[np.ndarray]) -> Lack:
        most, least = np.max([truth, *rows], axis=0), np.min([truth, *rows], axis=0)
        return (most < needed) | (most - least < width), most, least

    def batch(step: str, among: np.ndarray) -> list[int]:
        """Some secrets of each table that share no condition, so that they do not stand in each other's way."""
        taken: dict[int, list[Key]] = {}
        chosen: list[int] = []
        for one in map(int, np.flatnonzero(among)):
            others = taken.setdefault(secrets[one].table, [])
            if len(others) < ABREAST and (step, one) not in tried and not any(secrets[one].key & key for key in others):
                others.append(secrets[one].key)
                chosen.append(one)
        tried.update((step, one) for one in chosen)
        return chosen

    while secrets:
        open_, most, _ = lacking([values for values, _ in proofs])
        if not open_.any():
            break
        goal = {int(one): int(truth[one] + width[one]) for one in np.flatnonzero(open_)}
        if up := batch("up", open_ & (most < needed)):
            found = worlds.raised(
                cost=cost, aims={one: (int(needed[one]), max(goal[one], int(needed[one]))) for one in up}, may=goal
            )
        elif down := batch("down", open_ & (most >= needed)):
            found = worlds.lowered(cost=cost, aims={one: int(most[one] - width[one]) for one in down})
        elif further := batch("further", open_):
            found = worlds.raised(cost=cost, aims={one: (goal[one], goal[one]) for one in further}, may={})
        else:
            one = secrets[int(np.flatnonzero(open_)[0])]
            raise CannotProtect(
                f"what is known already gives away how many meet {sorted((c, *sorted(n)) for c, n in one.key)}"
            )
        for world in found:
            changed = worlds.changed(world)
            proofs.append((worlds.values(world), changed))
            cost[changed] = 0
    return {keys[one] for one in np.flatnonzero(primary | _needed(proofs, lacking, len(keys)))} | {
        key for key in keys if costs[key] == 0
    }


def _needed(proofs: list[Proof], lacking: Callable[[Sequence[np.ndarray]], Lack], size: int) -> np.ndarray:
    """The cells that differ in the worlds that are needed, after those are left out that prove nothing of their own."""
    kept = list(proofs)
    for proof in sorted(proofs, key=lambda one: -int(one[1].sum())):
        without = [one for one in kept if one is not proof]
        if not lacking([values for values, _ in without])[0].any():
            kept = without
    return np.any([changed for _, changed in kept], axis=0) if kept else np.zeros(size, dtype=bool)


def _shown(table: CountTable, kept: bool, counts: Mapping[Key, int], hidden: set[Key], k: int) -> ProtectedTable:
    values: dict[Position, int | Suppressed] = {}
    for position, count in table.numbers.items():
        key = table.key(position)
        if key not in counts:
            values[position] = Suppressed.WITHHELD
        elif key in hidden:
            values[position] = Suppressed.PRIMARY if 0 < count < k else Suppressed.COMPLEMENTARY
        else:
            values[position] = count
    return ProtectedTable(name=table.name, dimensions=table.dimensions, where=table.where, values=values)
