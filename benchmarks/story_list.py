"""What a page of the list of stories costs with 1,000 and 100,000 stories, beside the list of all that may be read.

    python benchmarks/story_list.py                       # SQLite, then PostgreSQL (a throwaway server)
    python benchmarks/story_list.py --only sqlite --sizes 1000 100000

The plain list, `visible_stories(…)[:26]`, is what one would write first: the circles of readers are an OR, and every
story that can be reached is sorted before the first is shown. Stories lie in rounds of 500 at forty partners of one
organisation. Milliseconds of the clock, half of the runs needing less; the list is right when the last
column is near 1.
"As before" is the plain list without the indexes that the list goes along.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from tests.support.site import Site, durable_postgresql  # noqa: E402  # after the path is set

RUNS = 7
PARTNERS = 40
IN_A_ROUND = 500


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 100_000])
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        print(json.dumps(measure(options.sizes)))
        return
    results = {}
    with tempfile.TemporaryDirectory() as home:
        if options.only != "postgresql":
            results["SQLite"] = _in_a_process(Site(Path(home), "", workers=1), options.sizes)
        if options.only != "sqlite":
            with durable_postgresql() as server:
                results["PostgreSQL"] = _in_a_process(Site(Path(home), server.url, workers=1), options.sizes)
    show(results)


def _in_a_process(site: Site, sizes: list[int]) -> list[dict[str, Any]]:
    """Measure with the settings of one database, which a process has only once."""
    (site.home / "static").mkdir(exist_ok=True)
    words = [sys.executable, __file__, "--inside", "--sizes", *map(str, sizes)]
    done = subprocess.run(words, env=site.environment, check=True, stdout=subprocess.PIPE)
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def show(results: dict[str, list[dict[str, Any]]]) -> None:
    for database, rows in results.items():
        print(f"\n{database}: milliseconds")
        first: dict[str, float] = {}
        for row in rows:
            base = first.setdefault(row["what"], row["ms"])
            print(f"  {row['stories']:>8,}  {row['what']:<56}{row['ms']:>9.1f}{row['ms'] / base:>8.2f}")


def measure(sizes: list[int]) -> list[dict[str, Any]]:
    """Fill up to each size and ask for pages of the list."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from django.db import connection
    from tests.support.tree import grow

    tree, filled, results = grow(), 0, []
    filler = Filler(tree)
    for size in sizes:
        filler.fill(filled, size)
        filled = size
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        for what, deed in _deeds(tree, filler).items():
            results.append({"stories": size, "what": what, "ms": _milliseconds(deed)})
    with connection.cursor() as cursor:
        for index in ("stories_story_listed", "stories_story_by_org", "stories_story_by_node"):
            cursor.execute(f"DROP INDEX {index}")
        cursor.execute("CREATE INDEX by_node ON stories_story (node_id, received_at)")
        cursor.execute("ANALYZE")
    what, deed = next(iter(_deeds(tree, filler).items()))
    return [*results, {"stories": sizes[-1], "what": f"{what}, as before", "ms": _milliseconds(deed)}]


def _milliseconds(deed: Callable[[], object]) -> float:
    deed()
    spent = []
    for _ in range(RUNS):
        began = time.perf_counter()
        deed()
        spent.append(time.perf_counter() - began)
    return statistics.median(spent) * 1000


def _deeds(tree: Any, filler: Any) -> dict[str, Callable[[], object]]:
    from django.http import QueryDict

    from egenmakt.apps.stories.models import Story
    from egenmakt.apps.stories.queries.listing import StoryFilter, listed_stories, whole_stories
    from egenmakt.apps.stories.queries.stories import visible_stories
    from egenmakt.interfaces.web.paging import keyset_page, page_link

    order = ("-received_at", "-id")
    middle = Story.objects.order_by("received_at")[Story.objects.count() // 2]

    def listed(user: Any, query: str = "", **chosen: Any) -> Callable[[], object]:
        def ask() -> object:
            found = listed_stories(user=user, chosen=StoryFilter(**chosen))
            page = keyset_page(found, order=order, query=QueryDict(query))
            return whole_stories(ids=[story.id for story in page.rows])

        return ask

    deep = page_link(QueryDict(), "after", middle, order)[1:]
    rare = {"kind": ("kind", "worse"), "language": "ne"}
    return {
        "plain list, officer of the organisation": lambda: list(visible_stories(user=tree.officer)[:26]),
        "plain list, staff of one partner": lambda: list(visible_stories(user=tree.amina)[:26]),
        "list, officer of the organisation": listed(tree.officer),
        "list, officer, a page in the middle": listed(tree.officer, deep),
        "list, staff of one partner": listed(tree.amina),
        "list, facilitator's own": listed(tree.facilitator),
        "list, officer, one round": listed(tree.officer, round_id=filler.rounds[0]),
        "list, officer, one voice": listed(tree.officer, voice="staff"),
        "list, officer, a type of change and a rare language": listed(tree.officer, **rare),
        "list, officer, a word that all have": listed(tree.officer, words="water"),
        "list, officer, a rare word": listed(tree.officer, words="elephant"),
    }


class Filler:
    """Writes stories in bulk, as wide as real ones."""

    def __init__(self, tree: Any) -> None:
        from tests.support.stories import begin_round
        from tests.support.tree import AT, _node
        from uuid6 import uuid7

        self.tree, self.at = tree, AT
        self.nodes = [tree.north, tree.south] + [_node("partner", f"P{n}", tree.umoja) for n in range(PARTNERS - 2)]
        self.telling = begin_round(tree)
        self.rounds = [self.telling.round.id]
        self.new = uuid7
        self.round_by_place: dict[int, Any] = {0: self.telling.round}

    def round(self, place: int) -> Any:
        """The round in which a story at this place lies."""
        from egenmakt.apps.stories.models import Round

        if place not in self.round_by_place:
            first = Round.objects.get(id=self.rounds[0])
            first.id, first.node, first.name = self.new(), self.nodes[place % PARTNERS], f"Round {place}"
            first.save(force_insert=True)
            self.round_by_place[place] = first
        return self.round_by_place[place]

    def fill(self, first: int, last: int) -> None:
        """Add the stories from the first to the last."""
        from django.db import transaction

        from egenmakt.apps.stories.models import SearchText, Story
        from egenmakt.apps.stories.words import fold

        documents = [self.telling.document() for _ in range(200)]
        for start in range(first, last, 5000):
            stories = [self._story(n, documents[n % 200]) for n in range(start, min(start + 5000, last))]
            with transaction.atomic():
                Story.objects.bulk_create(stories)
                SearchText.objects.bulk_create(SearchText(story=s, words=fold(f"{s.title} {s.text}")) for s in stories)

    def _story(self, n: int, document: dict[str, Any]) -> Any:
        from egenmakt.apps.stories.marks import hash_of_id
        from egenmakt.apps.stories.models import Story

        id, round = self.new(), self.round(n // IN_A_ROUND)
        text = f"{document['text']} The water came at last. " * 12 + ("An elephant. " if n % 20_000 == 7 else "")
        return Story(
            id=id,
            id_hash=hash_of_id(id),
            round=round,
            framework_version_id=round.framework_version_id,
            node_id=round.node_id,
            organisation_id=round.organisation_id,
            mode="real",
            state="approved",
            teller_key=self.new(),
            voice=("rights_holder", "rights_holder", "partner", "staff")[n % 4],
            collected_by="facilitator",
            facilitator=self.tree.facilitator.id,
            received_at=self.at + timedelta(minutes=n),
            received_by=self.tree.facilitator.id,
            language="ne" if n % 1000 == 3 else "en",
            prompt=document["prompt"],
            told_of="2026-02",
            visibility=("anyone", "organisation", "partner", "team")[n % 7 % 4],
            **{f"may_{name}": True for name in document["consent"]["purposes"] if name != "keep"},
            content_hash=hash_of_id(id),
            interview_hash=hash_of_id(id),
            answers=document["answers"],
            title=document["title"],
            text=text,
        )


if __name__ == "__main__":
    main()
