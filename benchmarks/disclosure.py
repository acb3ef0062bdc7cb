"""How many numbers of a page stay visible when no small one can be found out, and how long it takes.

    python benchmarks/disclosure.py              # pages of 5 and 30 tables; small pages against the exact optimum

Beside it: what one would do instead, hiding the numbers under k and no others, and how many of those a reader then
works out. For small pages the smallest number of hidden cells that is safe is found by an exact integer program, to say
how far from it we are. Processor time, so that other work on the machine counts less.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from egenmakt.core.disclosure import CountTable, Protected, Suppressed, protect

K = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", type=int, default=8, help="small pages that are solved exactly (default 8)")
    parser.add_argument("--repeat", type=int, default=3, help="pages of each size (default 3)")
    options = parser.parse_args()
    protect([crossed(np.random.default_rng(0), stories=50, rows=3, columns=3)])  # SciPy is loaded

    print(f"Pages of tables of 10 × 10, one question by each of the others, k = {K}")
    print("tables  stories  seconds  cells shown: ours  under k only  (found out)  margins shown")
    for tables in (5, 30):
        for stories in (200, 1_200, 13_000):
            print(page_line(tables=tables, stories=stories, repeat=options.repeat))

    print(f"\nSmall pages of 4 × 4 to 5 × 5 with k = {K}: numbers hidden beyond the small ones")
    print("table   small  ours  optimum")
    ours, best = 0, 0
    for seed in range(options.small):
        rng = np.random.default_rng(seed)
        table = crossed(rng, stories=int(rng.integers(60, 200)), rows=4 + seed % 2, columns=4 + seed // 2 % 2)
        small = sum(0 < count < K for count in table.numbers.values())
        hidden = sum(isinstance(value, Suppressed) for value in protect([table], k=K).tables[0].values.values())
        least = optimum(table)
        print(
            f"{seed:5d}  {small:6d}  {hidden - small:4d}  {'not found in time' if least is None else least - small:>7}"
        )
        if least is not None:
            ours, best = ours + hidden, best + least
    if best:
        print(f"hidden in all: ours {ours}, optimum {best}: {ours / best:.2f} times")


def page_line(*, tables: int, stories: int, repeat: int) -> str:
    seconds, shown, naive, inner, found, margins, margins_shown = 0.0, 0, 0, 0, 0, 0, 0
    for seed in range(repeat):
        page = star(np.random.default_rng(seed), stories=stories, tables=tables)
        began = time.process_time()
        protected = protect(page, k=K)
        seconds += time.process_time() - began
        for position, count, value in numbers(page, protected):
            if None in position:
                margins += 1
                margins_shown += not isinstance(value, Suppressed)
            else:
                inner += 1
                shown += not isinstance(value, Suppressed)
                naive += not 0 < count < K
        found += sum(alone_in_a_line(table) for table in page)
    return (
        f"{tables:6d}  {stories:7d}  {seconds / repeat:7.2f}  {shown / inner:17.1%}  {naive / inner:12.1%}"
        f"  {found / repeat:11.0f}  {margins_shown / margins:13.1%}"
    )


def numbers(page: list[CountTable], protected: Protected) -> list[tuple[tuple[str | None, ...], int, int | Suppressed]]:
    return [
        (position, count, shown.values[position])
        for table, shown in zip(page, protected.tables, strict=True)
        for position, count in table.numbers.items()
    ]


def alone_in_a_line(table: CountTable) -> int:
    """Small cells that plain subtraction gives away if only small numbers are hidden: alone in a line with a sum."""
    small = {position for position, count in table.numbers.items() if 0 < count < K}
    inner = [position for position in small if None not in position]
    rows, columns = Counter(a for a, _ in inner), Counter(b for _, b in inner)
    return sum(
        (rows[a] == 1 and (a, None) not in small) or (columns[b] == 1 and (None, b) not in small) for a, b in inner
    )


def counted(
    name: str, first: np.ndarray, second: np.ndarray, codes: tuple[str, str], sizes: tuple[int, int]
) -> CountTable:
    counts = np.zeros(sizes, dtype=np.int64)
    np.add.at(counts, (first, second), 1)
    names = [tuple(f"c{number}" for number in range(size)) for size in sizes]
    return CountTable(
        name=name,
        dimensions=tuple(zip(codes, names, strict=True)),
        counts={(names[0][i], names[1][j]): int(counts[i, j]) for i, j in np.ndindex(sizes)},
    )


def star(rng: np.random.Generator, *, stories: int, tables: int) -> list[CountTable]:
    """One question by each of the others, with uneven answers."""
    columns = [rng.choice(10, size=stories, p=rng.dirichlet(np.ones(10))) for _ in range(tables + 1)]
    return [counted(f"t{n}", columns[0], columns[n], ("q0", f"q{n}"), (10, 10)) for n in range(1, tables + 1)]


def crossed(rng: np.random.Generator, *, stories: int, rows: int, columns: int) -> CountTable:
    first, second = (rng.choice(size, size=stories, p=rng.dirichlet(np.ones(size) * 2)) for size in (rows, columns))
    return counted("t", first, second, ("a", "b"), (rows, columns))


def optimum(table: CountTable) -> int | None:
    """The least number of hidden numbers with which each small one can reach k and moves by k − 1 at least.

    One binary number for each place (hidden or not), and two worlds for each small number, the most and the least.
    """
    places = list(table.numbers)
    counts = np.array([table.numbers[place] for place in places], dtype=float)
    inner = [number for number, place in enumerate(places) if None not in place]
    members = np.array(
        [[all(p in (None, q) for p, q in zip(place, places[one], strict=True)) for one in inner] for place in places],
        dtype=float,
    )
    small = [number for number, count in enumerate(counts) if 0 < count < K]
    size, cells, worlds = len(places), len(inner), 2 * len(small)
    width = size + worlds * cells
    limit = np.full(size, 200.0)
    rows, low = [], []
    for world in range(worlds):
        at = slice(size + world * cells, size + (world + 1) * cells)
        for sign in (1, -1):  # |number in the world − number| ≤ limit · hidden
            block = np.zeros((size, width))
            block[:, at] = -sign * members
            block[:, :size] = np.diag(limit if sign > 0 else counts)
            rows.append(block)
            low.append(-sign * counts)
    for order, one in enumerate(small):
        most, least = (slice(size + (2 * order + w) * cells, size + (2 * order + w + 1) * cells) for w in (0, 1))
        reach, apart = np.zeros((1, width)), np.zeros((1, width))
        reach[0, most] = members[one]
        apart[0, most], apart[0, least] = members[one], -members[one]
        rows += [reach, apart]
        low += [np.array([float(K)]), np.array([float(K - 1)])]
    hidden_least = np.zeros(width)
    hidden_least[small] = 1
    solved = milp(
        np.concatenate([np.ones(size), np.zeros(width - size)]),
        constraints=LinearConstraint(sparse.csr_array(np.vstack(rows)), np.concatenate(low), np.inf),
        bounds=Bounds(hidden_least, np.concatenate([np.ones(size), np.full(width - size, np.inf)])),
        integrality=np.concatenate([np.ones(size), np.zeros(width - size)]),
        options={"time_limit": 60},
    )
    return round(solved.fun) if solved.status == 0 else None


if __name__ == "__main__":
    main()
