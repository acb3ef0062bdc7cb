"""A triad with a scale and with another triad: against statsmodels, scikit-bio, SciPy and plain re-ordering."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats
from skbio.stats.ordination import rda

from egenmakt.core.patterns.compare import compare
from egenmakt.core.patterns.comparison import Comparison
from egenmakt.core.patterns.discover import discover
from egenmakt.core.patterns.place_tests import explained_by, explained_interval
from egenmakt.core.patterns.table import Labels, StoryTable, TriadColumn
from egenmakt.core.patterns.triads import in_plane, parts_axis
from tests.core.patterns.invented import corner_heavy, everything, scale, states, table, triad


def _one(stories: StoryTable, first: str, second: str) -> Comparison:
    (found,) = compare(table=stories, first=first, second=second, seed=1)
    return found


def leaning(rng: np.random.Generator, by: np.ndarray, strength: float) -> np.ndarray:
    """Parts that lean to the first corner the more, the higher a value from 0 to 1 is."""
    parts = rng.dirichlet((1.0, 1.0, 1.0), by.size)
    lean = strength * by[:, None]
    return np.asarray(parts * (1 - lean) + np.array([1.0, 0.0, 0.0]) * lean)


@pytest.mark.parametrize("seed", range(3))
def test_a_triad_with_a_scale_explains_what_statsmodels_and_scikit_bio_explain(seed: int) -> None:
    stories = everything(np.random.default_rng(seed), 200)
    feel, why = stories.columns["feel"], stories.columns["why"]
    both = (feel.states == 0) & (why.states == 0)
    ranks = stats.rankdata(feel.values[both])  # type: ignore[union-attr]  # feel is a scale, with many ties
    places = in_plane(parts=why.parts[both])  # type: ignore[union-attr]  # why is a triad

    found = _one(stories, "why", "feel")

    fits = [sm.OLS(places[:, axis], sm.add_constant(ranks)).fit() for axis in (0, 1)]
    rest, total = sum(fit.ssr for fit in fits), sum(fit.centered_tss for fit in fits)
    # scikit-bio tells singular values, the explained one first
    values = rda(places, ranks[:, None]).eigvals.to_numpy() ** 2
    assert found.questions == ("feel", "why")
    assert found.n == both.sum()
    assert found.effect is not None
    assert found.effect.size == pytest.approx(1 - rest / total)
    assert found.statistic == pytest.approx((total - rest) / (rest / (found.n - 2)))
    assert found.effect.size == pytest.approx(values[0] / values.sum())
    assert found.effect.low <= found.effect.size <= found.effect.high


def test_two_triads_explain_what_statsmodels_explains_and_are_found_by_re_ordering() -> None:
    rng = np.random.default_rng(4)
    first = corner_heavy(rng, 150)
    second = leaning(rng, first[:, 2], 0.25)
    stories = table({"one": triad(first, states(rng, 150, 0.1)), "other": triad(second)})
    there = stories.columns["one"].states == 0
    own, places = in_plane(parts=first[there]), in_plane(parts=second[there])

    found = _one(stories, "one", "other")

    fits = [sm.OLS(places[:, axis], sm.add_constant(own)).fit() for axis in (0, 1)]
    share = 1 - sum(fit.ssr for fit in fits) / sum(fit.centered_tss for fit in fits)
    drawn = []
    away = places - places.mean(axis=0)
    for _ in range(2_000):
        again = np.column_stack([own[rng.permutation(there.sum())], np.ones(there.sum())])
        drawn.append((away**2).sum() - np.linalg.lstsq(again, away)[1].sum())
    seen = sum(fit.ess for fit in fits)
    assert found.effect is not None
    assert (found.effect.size, found.degrees) == (pytest.approx(share), 2)
    assert found.p == pytest.approx(np.mean([one >= seen * (1 - 1e-9) for one in drawn]), abs=0.02)


def test_a_page_and_discovery_say_the_same_of_a_triad() -> None:
    rng = np.random.default_rng(5)
    feel = rng.uniform(0, 100, 400)
    one = leaning(rng, feel / 100, 0.15)
    stories = table({"feel": scale(feel), "one": triad(one), "other": triad(leaning(rng, one[:, 0], 0.3))})

    patterns = {each.questions: each for each in discover(table=stories, seed=1).patterns}

    for pair, numbers in ((("feel", "one"), 1), (("feel", "other"), 1), (("one", "other"), 2)):
        page, listed = _one(stories, *pair), patterns[pair]
        assert page.effect is not None
        adjusted = max(0.0, 1 - (1 - page.effect.size) * (page.n - 1) / (page.n - numbers - 1))
        assert (listed.n, listed.effect) == (page.n, pytest.approx(adjusted))
        assert listed.p == pytest.approx(page.p, abs=0.02)


def test_tellers_who_repeat_themselves_make_no_relation_and_facilitators_none() -> None:
    alone, told = [], []
    for seed in range(9):
        rng = np.random.default_rng(seed)
        place = np.repeat(corner_heavy(rng, 25), 6, axis=0)
        feel = np.repeat(rng.uniform(0, 100, 25), 6)
        columns = {"feel": scale(feel), "why": triad(place)}
        tellers = Labels(np.repeat(np.arange(25), 6), tuple(f"t{n:02}" for n in range(25)))
        alone.append(_one(table(dict(columns)), "feel", "why").p)
        told.append(_one(table(dict(columns), tellers=tellers), "feel", "why").p)
    rounds = np.repeat(np.arange(8), 60)
    rng = np.random.default_rng(40)
    mood = rng.random(8)[rounds]
    stories = table(
        {"feel": scale(100 * (0.7 * mood + 0.3 * rng.random(480))), "why": triad(leaning(rng, mood, 0.6))},
        facilitators=Labels(rounds, tuple("abcdefgh")),
    )

    assert np.mean(np.array(alone) < 0.05) > 0.3
    assert np.mean(np.array(told) < 0.05) <= 2 / 9
    assert _one(stories, "feel", "why").p > 0.01
    assert _one(table(dict(stories.columns)), "feel", "why").p < 0.001


def test_the_interval_of_what_is_explained_holds_the_truth_in_about_19_of_20_cases() -> None:
    def drawn(rng: np.random.Generator, size: int) -> tuple[np.ndarray, np.ndarray]:
        x = rng.random(size)
        return x[:, None], in_plane(parts=leaning(rng, x, 0.5))

    whole = explained_by(numbers=(large := drawn(np.random.default_rng(99), 400_000))[0], points=large[1])
    assert whole is not None
    held, runs = 0, 150
    for seed in range(runs):
        rng = np.random.default_rng(seed)
        numbers, points = drawn(rng, 150)
        low, high = explained_interval(numbers=numbers, points=points, units=np.arange(150), rng=rng, times=400)
        held += low <= whole.r_squared <= high

    assert held >= stats.binom.ppf(0.005, runs, 0.95) - 3


def test_whether_a_triad_applies_is_looked_at_by_parts_of_the_other_question() -> None:
    rng = np.random.default_rng(8)
    feel = rng.uniform(0, 100, 300)
    gone = np.where((feel > 66) & (rng.random(300) < 0.6), 1, 0).astype(np.int8)
    stories = table({"feel": scale(feel), "why": triad(corner_heavy(rng, 300), gone), "other": triad(
        np.tile([0.2, 0.3, 0.5], (300, 1)))})  # fmt: skip

    found = _one(stories, "why", "feel")

    counts = np.array([[((np.floor(np.round(feel) * 3 / 100).clip(0, 2) == part) & (gone == state)).sum()
                        for state in (0, 1)] for part in range(3)])  # fmt: skip
    assert found.applies_p == pytest.approx(stats.chi2_contingency(counts, correction=False).pvalue)
    assert "applies_differs" in found.notes
    assert [name for name, _ in found.groups] == ["low", "middle", "high"]
    assert sum(n for _, n in found.groups) == found.n == (gone == 0).sum()
    assert _one(stories, "feel", "other").notes == ("too_few",)


def test_each_story_lies_in_one_part_of_what_is_laid_side_by_side() -> None:
    rng = np.random.default_rng(9)
    stories = everything(rng, 200)

    for code in ("power", "why"):
        column = stories.columns[code]
        axis = parts_axis(question=code, column=column)  # type: ignore[arg-type]  # a scale and a triad
        assert axis.codes is not None
        assert ((axis.codes >= 0) == (column.states == 0)).all()
        assert set(axis.codes[column.states == 0]) <= set(range(len(axis.marks)))
    assert len(parts_axis(question="why", column=TriadColumn(np.zeros(1, dtype=np.int8), ("a", "b", "c"),
                                                             np.array([[1.0, 0, 0]]))).marks) == 7  # fmt: skip
