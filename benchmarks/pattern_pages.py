"""What a page of patterns costs over many stories: the kept table against reading all stories for every request.

    python benchmarks/pattern_pages.py                         # 1,200, 13,000 and 100,000 stories on SQLite
    python benchmarks/pattern_pages.py --sizes 1200

The naive way is what a first version of such a page does: load each story as a Django object, read its answers, make
the table, count. Ours reads the table once in a process and keeps it until anything is written about any story; a page
that was worked out is kept too. `first` is the first request of a process, `other` a page that nobody asked for yet
when the table is there, `again` the same page once more. A picture is drawn anew for every reader: its time is beside.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_200, 13_000, 100_000])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {
            "EGENMAKT_HOME": home,
            "EGENMAKT_SECRET_KEY": "only-for-benchmarks",
            "DJANGO_SETTINGS_MODULE": "egenmakt.project.settings",
        }
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        print("| stories | naive s | first s | other s | again ms | naive : again | drawing ms | peak MB |")
        print("|---:|---:|---:|---:|---:|---:|---:|---:|")
        for size in options.sizes:
            measure(size)


def timed(do: Callable[[], Any]) -> float:
    start = time.perf_counter()
    do()
    return time.perf_counter() - start


def measure(size: int) -> None:
    """One framework with so many stories in ten rounds, and its pages."""
    from django.test import Client
    from tests.interfaces.web.patterns.scene import framework_of_every_kind, set_scene
    from tests.support.tree import grow

    from egenmakt.apps.stories.queries.patterns import forget_tables
    from egenmakt.interfaces.web.patterns import working

    working.PATIENCE = 600.0
    tree = _tree(grow)
    scene = set_scene(tree, *[size // 10] * 10, document=framework_of_every_kind(f"size{size}"))
    client = Client()
    client.force_login(tree.monitoring)
    forget_tables()
    working.forget()
    question, triad = scene.url("pattern_question", "kind"), scene.url("pattern_question", "acted")
    naive = timed(lambda: by_hand(scene.framework_id))
    first = timed(lambda: client.get(question))
    other = timed(lambda: client.get(triad))
    again = statistics.median(timed(lambda: client.get(question)) for _ in range(7))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"| {size:,} | {naive:.2f} | {first:.2f} | {other:.2f} | {again * 1000:.0f} | {naive / again:.0f} | "
        f"{draw() * 1000:.1f} | {peak} |"
    )


_grown: list[Any] = []


def _tree(grow: Callable[[], Any]) -> Any:
    if not _grown:
        _grown.append(grow())
    return _grown[0]


def by_hand(framework_id: Any) -> Counter[tuple[str, str]]:
    """Every story as an object, counted in Python, for one page."""
    from egenmakt.apps.stories.models import Story

    counted: Counter[tuple[str, str]] = Counter()
    for story in Story.objects.filter(framework_version__framework_id=framework_id, mode="real", may_learn=True):
        answer = story.answers.get("kind", {})
        counted[story.voice, answer.get("value", answer.get("state", "not_asked"))] += 1
    return counted


def draw() -> float:
    """Drawing a triad with all its bins, a region and 2,000 dots."""
    from egenmakt.core.patterns.triads import TriadGrid
    from egenmakt.interfaces.web.patterns.pictures.base import Cell
    from egenmakt.interfaces.web.patterns.pictures.triangles import TriadPicture

    grid = TriadGrid(divisions=5)
    dots = [
        ((i % 50 / 50, (1 - i % 50 / 50) * (i // 50 / 40), (1 - i % 50 / 50) * (1 - i // 50 / 40)), "/x/")
        for i in range(2000)
    ]
    picture = TriadPicture(
        title="T", description="D", corners=("We", "They", "Chance"), place_heading="P", count_heading="N", grid=grid,
        cells=[Cell(7)] * grid.size, dots=dots, centre=(0.3, 0.4, 0.3), region=[(0.3, 0.4, 0.3)] * 72,
    )  # fmt: skip
    return statistics.median(timed(lambda: picture.draw()) for _ in range(5))


if __name__ == "__main__":
    main()
