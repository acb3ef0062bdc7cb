"""The whole analysis as data: from no figure of it can a hidden number be worked out."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from jsonschema import Draft202012Validator

from egenmakt.core.patterns.analysis import analyse
from tests.core.patterns.invented import choice, scale, table

SCHEMA = json.loads((Path(__file__).resolve().parents[3] / "spec" / "patterns.schema.json").read_text(encoding="utf-8"))
FIGURES = ("statistic", "degrees", "p", "q", "effect")


def patterns_of(rare: int) -> tuple[dict[str, object], dict[str, dict[str, object]]]:
    """An analysis of 400 stories where two choices go together, and `rare` stories alone make one of the four cells."""
    rng = np.random.default_rng(4)
    first = np.repeat([0, 1], 200)
    second = np.concatenate([np.repeat([0, 1], [200 - rare, rare]), np.repeat([0, 1], [60, 140])])
    columns = {
        "who": choice(first, 2),
        "what": choice(second, 2),
        "much": scale(40 + 20 * first + rng.normal(0, 9, 400)),
    }
    found = analyse(table=table(columns), seed=1)
    (voice,) = found["voices"]
    return found, {"|".join(sorted(one["questions"])): one for one in voice["discovery"]["patterns"]}


def test_the_figures_of_a_pattern_that_rests_on_few_stories_are_left_out() -> None:
    found, patterns = patterns_of(rare=3)

    Draft202012Validator(SCHEMA).validate(json.loads(json.dumps(found)))
    assert [patterns["what|who"][name] for name in FIGURES] == [None] * 5
    assert patterns["what|who"]["found"] is True
    assert all(patterns["much|who"][name] is not None for name in FIGURES)


def test_where_every_number_may_be_shown_so_may_the_figures() -> None:
    _, patterns = patterns_of(rare=5)

    assert all(patterns["what|who"][name] is not None for name in FIGURES)
