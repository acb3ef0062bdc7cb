"""Discovery over a family of 1,054 patterns: time and memory, beside a plain loop over scipy.stats.

    python benchmarks/discovery.py                          # everything; a quarter of an hour
    python benchmarks/discovery.py --sizes 1200 13000 --runs 40 --no-facts

The family: 12 choices of 6 options and 8 scales make 66 tables, 96 histograms, 28 scatters, and of three questions
336 and 528. The loop tests the same family with chi2_contingency, kruskal, spearmanr and, for three questions, what an
analyst writes down: kruskal over the cells of two choices, and spearmanr in each group. It corrects nothing. Processor
seconds are told: they are those of the work itself on a busy machine too. Calibration: on pure noise a page shows a
discovery in at most 5 %, and a planted difference of 0.3 standard deviations is found.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
import tracemalloc
from itertools import combinations
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

import numpy as np  # noqa: E402  # after the threads and the path are set
from scipy import stats  # noqa: E402  # as above
from tests.core.patterns.invented import choice, corner_heavy, noise, scale, table, triad  # noqa: E402  # as above

from egenmakt.core.patterns.discover import discover  # noqa: E402  # as above
from egenmakt.core.patterns.table import ChoiceColumn, Labels, ScaleColumn, StoryTable  # noqa: E402  # as above

LOOP_MOST = 13_000
"""Above this many stories the loop is measured on a part of the family and told in proportion."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="*", default=[1_200, 13_000, 100_000])
    parser.add_argument("--runs", type=int, default=200, help="noise projects and planted projects; 0 for none")
    parser.add_argument("--facts", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--json", help="write the figures to this file too")
    options = parser.parse_args()
    results: dict[str, Any] = {"speed": [speed(size) for size in options.sizes]}
    if options.facts:
        results["facts"] = facts(1_000_000)
    if options.runs:
        results["calibration"] = calibration(options.runs)
    if options.json:
        Path(options.json).write_text(json.dumps(results, indent=2))


def _timed(work: Any) -> tuple[float, float]:
    wall, processor = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - processor


def speed(size: int) -> dict[str, Any]:
    """One family of 1,054 patterns, with and without tellers and facilitators, and the loop."""
    plain = noise(np.random.default_rng(1), size=size, triads=0)
    real = noise(
        np.random.default_rng(1),
        size=size,
        triads=0,
        missing=0.1,
        stories_per_teller=2,
        facilitators=max(1, size // 70),
    )
    wall, processor = _timed(lambda: discover(table=plain, seed=1))
    real_wall, real_processor = _timed(lambda: discover(table=real, seed=1))
    tracemalloc.start()
    discover(table=real, seed=1)
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    part = 1.0 if size <= LOOP_MOST else 0.05
    _, loop_processor = _timed(lambda: loop(plain, part))
    loop_processor /= part
    found = {
        "stories": size,
        "seconds": wall,
        "processor": processor,
        "with_tellers_seconds": real_wall,
        "with_tellers_processor": real_processor,
        "peak_mb": peak,
        "loop_processor": loop_processor,
        "ratio": loop_processor / processor,
    }
    print(
        f"{size:>9,} stories: {processor:6.2f} s processor ({wall:.2f} s by the clock); with tellers, facilitators and "
        f"missing answers {real_processor:.2f} s ({real_wall:.2f} s), peak {peak:.0f} MB above the table; "
        f"loop over scipy.stats {loop_processor:.1f} s: {found['ratio']:.0f} times"
        f"{'' if part == 1 else ' (from a part)'}",
        flush=True,
    )
    return found


def loop(stories: StoryTable, part: float) -> None:
    """What an analyst writes: one test after the other."""
    choices = [c.chosen for c in stories.columns.values() if isinstance(c, ChoiceColumn)]
    scales = [c.values for c in stories.columns.values() if isinstance(c, ScaleColumn)]

    def some(items: list[Any]) -> list[Any]:
        return items[: max(1, round(part * len(items)))]

    for a, b in some(list(combinations(choices, 2))):
        counts = np.zeros((6, 6))
        np.add.at(counts, (a, b), 1)
        stats.chi2_contingency(counts, correction=False)
    for a, y in some([(a, y) for a in choices for y in scales]):
        stats.kruskal(*(y[a == option] for option in range(6)))
    for x, y in some(list(combinations(scales, 2))):
        stats.spearmanr(x, y)
    for a, x, y in some([(a, x, y) for a in choices for x, y in combinations(scales, 2)]):
        for option in range(6):
            stats.spearmanr(x[a == option], y[a == option])
    for a, b, y in some([(a, b, y) for a, b in combinations(choices, 2) for y in scales]):
        cell = a * 6 + b
        stats.kruskal(*(y[cell == one] for one in range(36)))


def facts(size: int) -> dict[str, Any]:
    """A page of one triad over a million stories: zones, bins, bins by a choice, what is missing; three conditions."""
    import ibis
    import pyarrow.parquet as pq

    from egenmakt.core.patterns.facts import choice_marks, fact_table, triad_page_facts
    from egenmakt.core.patterns.triads import TriadGrid

    rng = np.random.default_rng(1)
    stories = table(
        {
            "kind": choice(rng.integers(0, 6, size), 6),
            "who": choice(rng.integers(0, 4, size), 4),
            "feel": scale(rng.uniform(0, 100, size)),
            "why": triad(corner_heavy(rng, size)),
        },
        voices=Labels(rng.integers(0, 3, size), ("partner", "rights_holder", "staff")),
    )
    where = {"kind": ["a", "b"], "feel": (20, 80)}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "facts.parquet"
        pq.write_table(fact_table(table=stories), path)
        connection = ibis.duckdb.connect(threads=2)
        rows = connection.read_parquet(path)

        def page() -> None:
            triad_page_facts(
                facts=rows,
                question="why",
                voice="rights_holder",
                grid=TriadGrid(),
                by=choice_marks(question="who", options="abcd"),
                where=where,
            )

        page()
        runs = [_timed(page) for _ in range(9)]
        wall, processor = sorted(run[0] for run in runs)[4], sorted(run[1] for run in runs)[4]
        megabytes = path.stat().st_size / 1e6
    print(
        f"A filtered triad page over {size:,} stories: {wall:.2f} s by the clock, {processor:.2f} s processor (half of "
        f"the runs), {megabytes:.0f} MB on disk",
        flush=True,
    )
    return {"stories": size, "seconds": wall, "processor": processor, "disk_mb": megabytes}


def planted(seed: int, *, halves: bool) -> StoryTable:
    """Noise with a difference of 0.3 standard deviations: between two options, or between halves of six options."""
    rng = np.random.default_rng(seed)
    stories = noise(rng)
    options = rng.integers(0, 6 if halves else 2, stories.size)
    high = options >= 3 if halves else options == 1
    moved = scale(50 + 20 * (rng.standard_normal(stories.size) + 0.3 * (high - 0.5)))
    return table({**stories.columns, "choice0": choice(options, 6 if halves else 2), "scale0": moved})


def calibration(runs: int) -> dict[str, Any]:
    """How often noise shows anything and how often a planted effect is found: 1,200 stories, 1,117 patterns."""
    results: dict[str, Any] = {"runs": runs}
    most = int(stats.binom.ppf(0.99, runs, 0.05))
    for name, kind in (
        ("noise", {}),
        ("noise, tellers and facilitators", {"missing": 0.1, "stories_per_teller": 3, "facilitators": 17}),
    ):
        shown = sum(
            bool(discover(table=noise(np.random.default_rng(s), **kind), seed=s).discoveries) for s in range(runs)
        )  # type: ignore[arg-type]  # options of noise
        print(f"{name}: a discovery on {shown} of {runs} pages (5 % allows {most} at 99 % confidence)", flush=True)
        results[name] = shown
    for name, halves, family in (
        ("d = 0.3 between two options, whole family", False, None),
        ("d = 0.3 between halves of six options, whole family", True, None),
        ("d = 0.3 between halves of six options, page of 96", True, ["scale_choice"]),
    ):
        found = 0
        for seed in range(runs):
            more = {} if family is None else {"family": family}
            page = discover(table=planted(seed, halves=halves), seed=seed, **more)  # type: ignore[arg-type]  # options
            found += any(one.questions == ("choice0", "scale0") for one in page.discoveries)
        print(f"{name}: found in {found} of {runs}", flush=True)
        results[name] = found
    return results


if __name__ == "__main__":
    main()
