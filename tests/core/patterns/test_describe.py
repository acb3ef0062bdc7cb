"""What is counted: by hand, by pandas-free loops and by SciPy; nothing is lost on the way."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy import stats

from egenmakt.core.patterns.axes import axis_of, dyad_zone, label_axis
from egenmakt.core.patterns.describe import Counted, correlation_map, count, spearman_rho, summary, table_by
from egenmakt.core.patterns.table import ChoiceColumn, NotATable, ScaleColumn, SeveralColumn, states_of
from tests.core.patterns.invented import choice, everything, scale, states, table


def _by_hand(found: Counted) -> np.ndarray:
    """The same counts story by story, in plain loops."""
    counts = np.zeros(found.counts.shape, dtype=np.int64)
    for story in range(found.size):
        if all(axis.states[story] == 0 for axis in found.axes):
            marks = [[mark for mark in range(len(axis.marks)) if axis.has(mark)[story]] for axis in found.axes]
            for cell in itertools.product(*marks):
                counts[cell] += 1
    return counts


@pytest.mark.parametrize(
    "questions",
    [["kind"], ["feel"], ["help"], ["kind", "who"], ["kind", "feel"], ["help", "who"], ["kind", "who", "feel"]],
)
def test_counts_equal_those_made_by_hand(questions: list[str]) -> None:
    stories = everything(np.random.default_rng(1))

    found = table_by(table=stories, questions=questions, bins=5)

    assert (found.counts == _by_hand(found)).all()


@pytest.mark.parametrize("seed", range(5))
def test_counts_and_what_is_missing_add_up_to_all_stories(seed: int) -> None:
    stories = everything(np.random.default_rng(seed))

    for questions in (["kind"], ["power"], ["kind", "who"], ["kind", "feel", "power"]):
        found = table_by(table=stories, questions=questions)
        assert found.counts.sum() == found.n == found.answered.size
    for code, column in stories.columns.items():
        assert sum(states_of(column).values()) == stories.size
        if not code.startswith(("why", "place")):
            found = table_by(table=stories, questions=[code])
            assert found.n + sum(found.missing[code].values()) == stories.size == found.size


def test_behind_each_mark_stand_exactly_its_stories() -> None:
    stories = everything(np.random.default_rng(2))
    found = table_by(table=stories, questions=["kind", "feel"], bins=4)
    behind = {cell: found.members(*cell) for cell in itertools.product(range(4), range(4))}

    assert all(behind[cell].size == found.counts[cell] for cell in behind)
    assert sorted(np.concatenate(list(behind.values()))) == sorted(found.answered)
    kinds = stories.columns["kind"]
    assert isinstance(kinds, ChoiceColumn)
    assert all((kinds.chosen[rows] == cell[0]).all() for cell, rows in behind.items())


def test_answered_with_no_option_is_an_answer_and_zero_is_a_value() -> None:
    gone = np.array([0, 0, 1, 2, 3], dtype=np.int8)
    several = SeveralColumn(gone, ("a", "b"), np.array([[1, 1], [0, 0], [0, 0], [0, 0], [0, 0]], dtype=bool))
    stories = table({"help": several, "feel": scale(np.zeros(5), gone)})

    found = table_by(table=stories, questions=["help"])
    bars = table_by(table=stories, questions=["feel"], bins=2)

    assert (found.n, found.counts.tolist()) == (2, [1, 1])
    assert found.missing == {"help": {"does_not_apply": 1, "skipped": 1, "not_asked": 1}}
    assert (bars.n, bars.counts.tolist()) == (2, [2, 0])


def test_the_high_end_of_a_scale_lies_in_its_last_bin() -> None:
    stories = table({"feel": scale(np.array([0.0, 9, 10, 99, 100]))})

    assert table_by(table=stories, questions=["feel"]).counts.tolist() == [2, 1, 0, 0, 0, 0, 0, 0, 0, 2]


def test_a_mirrored_dyad_has_mirrored_zones() -> None:
    values = np.arange(101.0)
    there = ScaleColumn(np.zeros(101, dtype=np.int8), values, 0.0, 100.0)
    back = ScaleColumn(np.zeros(101, dtype=np.int8), 100 - values, 0.0, 100.0)

    zones = dyad_zone(column=there)

    assert (dyad_zone(column=back) == 4 - zones).all()
    assert zones[[0, 20, 21, 39, 40, 50, 60, 61, 79, 80, 100]].tolist() == [0, 0, 1, 1, 2, 2, 2, 3, 3, 4, 4]


def test_a_stone_that_was_not_laid_is_skipped_and_not_in_a_corner() -> None:
    stories = everything(np.random.default_rng(3))
    column = stories.columns["place"]

    axis = axis_of(question="place", column=column, stone="them", bins=3)
    found = count(axes=[axis, label_axis(name="round", labels=stories.rounds)])

    not_laid = np.isnan(column.points[:, 1, 0])  # type: ignore[union-attr]  # place has stones
    assert found.n == int((~not_laid).sum())
    assert found.missing["place.them"]["skipped"] == int((not_laid & (column.states % 2 == 0)).sum())


@pytest.mark.parametrize("seed", range(4))
def test_the_correlation_map_equals_scipy_with_ties_and_missing(seed: int) -> None:
    stories = everything(np.random.default_rng(seed), size=80)

    found = correlation_map(table=stories)

    feel, power = (stories.columns[code].values for code in ("feel", "power"))  # type: ignore[union-attr]  # scales
    both = ~np.isnan(feel) & ~np.isnan(power)
    assert found.n[0, 1] == both.sum()
    assert found.rho[0, 1] == pytest.approx(stats.spearmanr(feel[both], power[both]).statistic, abs=1e-12)


def test_a_constant_column_has_no_correlation_rather_than_a_perfect_one() -> None:
    assert np.isnan(spearman_rho(x=np.ones(50), y=np.ones(50)))


def test_a_summary_of_nothing_tells_nothing() -> None:
    assert summary(values=np.array([])).mean is None
    assert summary(values=np.array([1.0, 2.0, 3.0, 10.0])).deviation == pytest.approx(np.std([1, 2, 3, 10], ddof=1))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: choice(np.array([0, 3]), 3), "names one of its options"),
        (lambda: ScaleColumn(np.zeros(1, np.int8), np.array([101.0]), 0.0, 100.0), "outside 0 to 100"),
        (lambda: ScaleColumn(np.ones(1, np.int8), np.array([0.0]), 0.0, 100.0), "could be counted"),
        (lambda: ScaleColumn(np.zeros(1, np.int8), np.array([np.nan]), 0.0, 100.0), "has no number"),
        (lambda: everything(np.random.default_rng(0)).column("nothing"), "There is no question nothing"),
    ],
)
def test_a_column_cannot_be_wrong(make: object, message: str) -> None:
    with pytest.raises(NotATable, match=message):
        make()  # type: ignore[operator]  # the cases are functions


def test_some_of_the_stories_keep_their_answers() -> None:
    stories = everything(np.random.default_rng(4))
    some = states(np.random.default_rng(5), stories.size, 0.5) == 0

    part = stories.take(some)

    whole = table_by(table=stories, questions=["kind", "feel"])
    kept = table_by(table=part, questions=["kind", "feel"])
    rest = table_by(table=stories.take(~some), questions=["kind", "feel"])
    assert (kept.counts + rest.counts == whole.counts).all()
    assert part.ids == tuple(np.array(stories.ids)[some])
