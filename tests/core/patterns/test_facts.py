"""Counted over facts by DuckDB, the numbers are the same as in memory, cell by cell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ibis
import numpy as np
import pyarrow.parquet as pq
import pytest

from egenmakt.core.patterns.axes import Axis, axis_of
from egenmakt.core.patterns.describe import count
from egenmakt.core.patterns.facts import (
    Marks,
    choice_marks,
    count_facts,
    fact_table,
    missing_facts,
    scale_marks,
    triad_marks,
    triad_page_facts,
)
from egenmakt.core.patterns.table import Labels, NotATable, StoryTable, TriadColumn, states_of
from egenmakt.core.patterns.triads import TriadGrid, triad_axis
from egenmakt.core.patterns.voices import TOGETHER, heard
from tests.core.patterns.invented import everything

GRID = TriadGrid(divisions=7, border=150)


@pytest.fixture(scope="module")
def stories() -> StoryTable:
    found = everything(np.random.default_rng(1), 3_000)
    voices = Labels(np.random.default_rng(2).integers(0, 2, 3_000), ("partner", "rights_holder"))
    return StoryTable(found.ids, found.tellers, found.facilitators, voices, found.rounds, found.columns)


@pytest.fixture(scope="module")
def facts(stories: StoryTable, tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = Path(tmp_path_factory.mktemp("facts")) / "facts.parquet"
    pq.write_table(fact_table(table=stories), path)
    return ibis.duckdb.connect().read_parquet(path)


def _axis(stories: StoryTable, marks: Marks) -> Axis:
    column = stories.columns[marks.question]
    if isinstance(column, TriadColumn):
        return triad_axis(question=marks.question, column=column, grid=marks.grid)
    return axis_of(question=marks.question, column=column, bins=marks.size)


CASES = [
    [choice_marks(question="kind", options="abcd")],
    [scale_marks(question="feel", bins=4)],
    [scale_marks(question="power")],
    [triad_marks(question="why")],
    [triad_marks(question="why", grid=GRID)],
    [triad_marks(question="why", grid=TriadGrid(divisions=1, border=0))],
    [choice_marks(question="kind", options="abcd"), choice_marks(question="who", options="abc")],
    [choice_marks(question="who", options="abc"), triad_marks(question="why", grid=GRID)],
    [
        choice_marks(question="kind", options="abcd"),
        scale_marks(question="feel", bins=5),
        scale_marks(question="power", bins=3),
    ],
]


@pytest.mark.parametrize("marks", CASES, ids=lambda marks: "-".join(one.question for one in marks))
@pytest.mark.parametrize("voice", ["partner", TOGETHER])
def test_facts_and_memory_count_alike(stories: StoryTable, facts: Any, marks: list[Marks], voice: str) -> None:
    some = heard(table=stories, voice=voice)
    memory = count(axes=[_axis(some, one) for one in marks])

    found = count_facts(facts=facts, marks=marks, voice=voice)

    assert (found.counts == memory.counts).all()
    assert (found.n, found.size) == (memory.n, memory.size)


def test_conditions_choose_the_same_stories(stories: StoryTable, facts: Any) -> None:
    kind, power = stories.columns["kind"], stories.columns["power"]
    mask = (kind.chosen == 1) & (power.values >= 20) & (power.values <= 60)  # type: ignore[union-attr]  # a choice and a scale
    memory = count(axes=[_axis(stories.take(mask), CASES[4][0])])

    found = count_facts(facts=facts, marks=CASES[4], voice=TOGETHER, where={"kind": "b", "power": (20, 60)})

    assert (found.counts == memory.counts).all()
    assert found.size == mask.sum()


def test_what_is_missing_adds_up_to_all(stories: StoryTable, facts: Any) -> None:
    for code, column in stories.columns.items():
        assert missing_facts(facts=facts, question=code, voice=TOGETHER) == states_of(column)


def test_a_triads_page_in_one_pass_is_what_its_parts_are(facts: Any) -> None:
    common = {"facts": facts, "voice": "partner", "where": {"kind": ["a", "b"]}}
    zones, bins = triad_marks(question="why"), triad_marks(question="why", grid=GRID)
    who = choice_marks(question="who", options="abc")

    page = triad_page_facts(question="why", grid=GRID, by=who, **common)

    assert page.by is not None
    for ours, marks in ((page.zones, [zones]), (page.bins, [bins]), (page.by, [who, bins])):
        part = count_facts(marks=marks, **common)
        assert (ours.counts == part.counts).all()
        assert (ours.n, ours.size) == (part.n, part.size)
    assert page.missing == missing_facts(question="why", **common)


def test_nothing_to_count_by_is_refused(facts: Any) -> None:
    with pytest.raises(NotATable, match="at least one"):
        count_facts(facts=facts, marks=[], voice=TOGETHER)
