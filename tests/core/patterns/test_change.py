"""Change over rounds: known mixes have known answers, planted shifts are found, renamed questions stay one series."""

from __future__ import annotations

import inspect
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from egenmakt.core import patterns
from egenmakt.core.patterns.change import Mix, goal_moved, mix_of, movement, series
from egenmakt.core.patterns.reading import table_of
from egenmakt.core.patterns.regions import Goal, Region, inside
from egenmakt.core.patterns.table import ChoiceColumn, Labels, NotATable, ScaleColumn, StoryTable, TriadColumn
from egenmakt.core.patterns.voices import TOGETHER, VoicesPooled, heard, side_by_side
from tests.core.patterns.invented import choice, everything, scale, table, triad


def _rounds(first: int, second: int) -> Labels:
    return Labels(np.repeat([0, 1], [first, second]), ("2025", "2026"))


def test_a_known_mix_has_a_known_answer() -> None:
    # women say 80 and men 20 in both rounds; the first round heard 3 women of 4, the second 1 of 4
    women = np.array([1] * 30 + [0] * 10 + [1] * 10 + [0] * 30)
    stories = table({"sex": choice(women, 2), "feel": scale(20 + 60.0 * women)}, rounds=_rounds(40, 40))

    found = series(table=stories, what="feel", mix=Mix("sex", (("a", 0.5), ("b", 0.5))))

    assert [figure.raw.value for figure in found] == [65, 35]
    assert [figure.standardised.value for figure in found if figure.standardised] == [50, 50]
    assert movement(figures=found, from_round="2025", to_round="2026").moved == "not_shown"
    raw = series(table=stories, what="feel")
    assert movement(figures=raw, from_round="2025", to_round="2026").moved == "down"
    assert mix_of(table=stories, question="sex").shares == (("a", 0.5), ("b", 0.5))


def test_a_class_of_the_mix_that_nobody_belongs_to_is_named() -> None:
    stories = table(
        {"sex": choice(np.zeros(20, dtype=int), 2), "feel": scale(np.full(20, 30.0))}, rounds=_rounds(10, 10)
    )

    found = series(table=stories, what="feel", mix=Mix("sex", (("a", 0.4), ("b", 0.6))))

    assert found[0].left_out == ("b",)
    assert found[0].standardised is not None
    assert found[0].standardised.value == 30


def test_the_interval_of_a_share_is_wilsons() -> None:
    kind = np.array([1] * 7 + [0] * 33)
    stories = table({"kind": choice(kind, 2)}, rounds=Labels(np.zeros(40, dtype=np.int64), ("2026",)))

    (found,) = series(table=stories, what=Region("kind", options=("b",)))

    low, high = proportion_confint(7, 40, method="wilson")
    assert (found.raw.low, found.raw.high) == pytest.approx((low, high), abs=0.002)


def test_intervals_of_a_round_cover_the_truth_and_tellers_are_units() -> None:
    held = {"tellers": 0, "stories": 0}
    runs = 300
    for seed in range(runs):
        rng = np.random.default_rng(seed)
        own = np.repeat(rng.normal(50, 12, 40), 5)
        rounds = Labels(np.zeros(200, dtype=np.int64), ("2026",))
        column = {"feel": scale(own)}
        tellers = Labels(np.arange(200) // 5, tuple(f"t{n}" for n in range(40)))
        for name, who in (("tellers", {"tellers": tellers}), ("stories", {})):
            (figure,) = series(table=table(dict(column), rounds=rounds, **who), what="feel")
            held[name] += figure.raw.low <= 50 <= figure.raw.high

    assert held["tellers"] >= stats.binom.ppf(0.005, runs, 0.95) - 6  # normal reach for 40 tellers
    assert held["stories"] < 0.75 * runs


def _moved(shift: float, seed: int) -> str | None:
    rng = np.random.default_rng(seed)
    share = np.repeat([0.3, 0.3 + shift], 140)
    kind = (rng.random(280) < share).astype(int)
    stories = table({"kind": choice(kind, 2)}, rounds=_rounds(140, 140))
    return goal_moved(
        table=stories, goal=Goal(Region("kind", options=("b",)), "more"), from_round="2025", to_round="2026"
    ).answer


def test_a_planted_shift_is_found_and_none_is_not() -> None:
    planted = [_moved(0.2, seed) for seed in range(100)]
    nothing = [_moved(0.0, seed) for seed in range(300)]

    assert planted.count("towards") >= 85
    assert planted.count("away") == 0
    assert len(nothing) - nothing.count("not_shown") <= stats.binom.ppf(0.995, 300, 0.05) + 3


def test_regions_of_every_kind_hold_their_stories_and_travel_as_data() -> None:
    stories = everything(np.random.default_rng(1))
    cases = [
        Region("kind", options=("a", "c")),
        Region("help", options=("q",)),
        Region("feel", low=50),
        Region("power", low=20, high=40),
        Region("why", zones=("a", "ab")),
    ]

    for region in cases:
        answered, within = inside(table=stories, region=region)
        assert Region.from_json(region.as_json()) == region
        assert not within[~answered].any()
        assert 0 < within.sum() < answered.sum()
    kind, why = stories.columns["kind"], stories.columns["why"]
    assert isinstance(kind, ChoiceColumn)
    assert isinstance(why, TriadColumn)
    assert (inside(table=stories, region=cases[0])[1] == np.isin(kind.chosen, [0, 2])).all()
    corner = inside(table=stories, region=Region("why", zones=("a",)))[1]
    assert (corner == (np.nan_to_num(why.parts[:, 0]) >= 0.6)).all()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Region("kind"), "one of the three"),
        (lambda: Region("kind", options=("a",), low=3), "one of the three"),
        (lambda: Region("feel", low=3, high=2), "from low to high"),
        (lambda: Region("why", zones=("top",)), "has the zones"),
        (lambda: Region.from_json({"question": "a", "where": 1}), "not where"),
        (lambda: inside(table=everything(np.random.default_rng(1)), region=Region("kind", low=3)), "does not fit"),
        (
            lambda: inside(table=everything(np.random.default_rng(1)), region=Region("kind", options=("z",))),
            "no option z",
        ),
        (lambda: Mix("sex", (("a", 0.4), ("b", 0.4))), "add to 1"),
        (lambda: series(table=everything(np.random.default_rng(1)), what="kind"), "name a region"),
    ],
)
def test_a_wrong_region_or_mix_is_refused(make: Any, message: str) -> None:
    with pytest.raises(NotATable, match=message):
        make()


FRAMEWORK = {
    "questions": [
        {"code": "kind", "type": "change_type", "options": [{"code": "better"}, {"code": "worse"}]},
        {"code": "help", "type": "several", "options": [{"code": "p"}, {"code": "q"}]},
        {"code": "feel", "type": "slider"},
        {"code": "lean", "type": "dyad"},
        {"code": "age", "type": "number", "least": 0, "most": 120},
        {"code": "why", "type": "triad", "corners": [{"code": "a"}, {"code": "b"}, {"code": "c"}]},
        {"code": "map", "type": "stones", "stones": [{"code": "us"}, {"code": "them"}]},
        {"code": "words", "type": "text"},
    ],
    "mapping": {"mood": "feel", "feeling": "mood", "kind/good": "kind/better"},
}


def _story(number: int, answers: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "id": f"s{number}", "round": "2025" if number % 2 else "2026", "mode": "real", "answers": answers,
        "teller": {"key": f"t{number // 2}", "role": "rights_holder"}, "collected": {"facilitator": None}, **more,
    }  # fmt: skip


def test_a_table_is_made_from_documents_and_nothing_is_lost() -> None:
    whole = {
        "kind": {"value": ["better"]}, "help": {"value": ["p", "q"]}, "feel": {"value": 0},
        "lean": {"value": [2500, 7500]}, "age": {"value": "34"}, "why": {"value": [10000, 0, 0]},
        "map": {"value": {"us": [0, 10000]}}, "words": {"value": "x"},
    }  # fmt: skip
    stories = [
        _story(1, whole),
        _story(2, {"kind": {"state": "does_not_apply"}, "feel": {"state": "skipped"}}),
        _story(3, {"feeling": {"value": 80}, "kind": {"value": ["only_in_version_1"]}, "gone": {"value": 1}}),
        _story(4, whole, mode="test"),
        _story(5, {"kind": {"value": ["good"]}}),
    ]

    found = table_of(FRAMEWORK, stories)

    assert found.ids == ("s1", "s2", "s3", "s5")
    kind, feel, lean, why = (found.columns[code] for code in ("kind", "feel", "lean", "why"))
    assert isinstance(kind, ChoiceColumn)
    assert (kind.options, kind.chosen.tolist(), kind.states.tolist()) == (
        ("better", "worse", "only_in_version_1"), [0, -1, 2, 0], [0, 1, 0, 0],
    )  # fmt: skip
    assert isinstance(feel, ScaleColumn)
    assert (feel.values[[0, 2]].tolist(), feel.states.tolist()) == ([0.0, 80.0], [0, 2, 0, 3])
    assert isinstance(lean, ScaleColumn)
    assert (lean.values[0], lean.states.tolist()) == (0.75, [0, 3, 3, 3])
    assert isinstance(why, TriadColumn)
    assert why.parts[0].tolist() == [1, 0, 0]
    assert found.left_out == {"gone": "not_in_framework", "words": "text"}
    assert [figure.raw.value for figure in series(table=found, what="feel")] == pytest.approx([40, np.nan], nan_ok=True)


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"why": {"value": [13000, 0, 0]}}, "Story s1, question why.*add to 10000"),
        ({"why": {"value": [0, 0, 0]}}, "add to 10000"),
        ({"feel": {"value": "many"}}, "Story s1, question feel: 'many' cannot be read"),
        ({"feel": {"value": 101}}, "101 lies outside"),
        ({"kind": {"value": ["better", "worse"]}}, "2 options where there must be one"),
        ({"map": {"value": {"nobody": [0, 0]}}}, "not on the canvas"),
        ({"feel": {}}, "neither a value nor a known state"),
    ],
)
def test_a_wrong_answer_is_refused_with_its_place(answers: dict[str, Any], message: str) -> None:
    with pytest.raises(NotATable, match=message):
        table_of(FRAMEWORK, [_story(1, answers)])


def _mixed() -> StoryTable:
    stories = everything(np.random.default_rng(8))
    voices = Labels.of(["staff", "partner", "rights_holder"] * 100)
    return StoryTable(stories.ids, stories.tellers, stories.facilitators, voices, stories.rounds, stories.columns)


def test_voices_stand_side_by_side() -> None:
    found = side_by_side(table=_mixed(), read=lambda part, voice: (voice, part.size))

    assert found == {voice: (voice, 100) for voice in ("partner", "rights_holder", "staff")}
    with pytest.raises(VoicesPooled):
        heard(table=_mixed(), voice=None)
    with pytest.raises(VoicesPooled, match="no voice donor"):
        heard(table=_mixed(), voice="donor")
    assert heard(table=_mixed(), voice=TOGETHER).size == 300


HELPERS = {"heard", "side_by_side", "design_of", "inside", "mix_of", "analyse", "named_column"}
"""`analyse` and `side_by_side` part the voices themselves; the others are called by functions that have heard one."""


def test_every_function_that_reads_a_table_asks_whose_voice_it_is() -> None:
    asked = set()
    for module in iter_modules(patterns.__path__):
        for name, function in inspect.getmembers(
            import_module(f"egenmakt.core.patterns.{module.name}"), inspect.isfunction
        ):
            if not name.startswith("_") and "table" in inspect.signature(function).parameters and name not in HELPERS:
                assert "voice" in inspect.signature(function).parameters, name
                asked.add(name)

    assert {"table_by", "correlation_map", "compare", "compare_three", "discover", "series", "goal_moved"} <= asked


@pytest.mark.parametrize("seed", range(3))
def test_a_triad_region_follows_a_planted_corner(seed: int) -> None:
    rng = np.random.default_rng(seed)
    parts = np.concatenate([rng.dirichlet((2, 2, 2), 150), rng.dirichlet((5, 2, 2), 150)])
    stories = table({"why": triad(parts)}, rounds=_rounds(150, 150))

    found = goal_moved(
        table=stories, goal=Goal(Region("why", zones=("a",)), "fewer"), from_round="2025", to_round="2026"
    )

    assert found.answer == "away"
    assert found.low < found.difference < found.high
