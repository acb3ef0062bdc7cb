"""Every test against SciPy, statsmodels or its own law, with ties and missing answers."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy import stats
from statsmodels.formula.api import ols
from statsmodels.stats.anova import anova_lm
from statsmodels.stats.multitest import multipletests

from egenmakt.core.patterns.compare import compare
from egenmakt.core.patterns.compare_three import compare_three
from egenmakt.core.patterns.comparison import Comparison, holm
from egenmakt.core.patterns.describe import table_by
from egenmakt.core.patterns.design import ORDERS_AT_ONCE, Design, permutations
from egenmakt.core.patterns.effects import cliffs_delta, corrected_v, spearman_effect
from egenmakt.core.patterns.laws import mixture_tail
from egenmakt.core.patterns.table import Labels, NotATable, StoryTable
from tests.core.patterns.invented import choice, everything, scale, states, table


def _one(stories: StoryTable, first: str, second: str, **more: int) -> Comparison:
    (found,) = compare(table=stories, first=first, second=second, seed=1, **more)
    return found


def _answers(stories: StoryTable, *codes: str) -> list[np.ndarray]:
    columns = [stories.columns[code] for code in codes]
    mask = np.all([column.states == 0 for column in columns], axis=0)
    return [getattr(column, "chosen", getattr(column, "values", None))[mask] for column in columns]


@pytest.mark.parametrize("seed", range(4))
def test_two_choices_equal_scipy(seed: int) -> None:
    stories = everything(np.random.default_rng(seed))
    kind, who = _answers(stories, "kind", "who")

    found = _one(stories, "kind", "who")

    counts = table_by(table=stories, questions=["kind", "who"]).counts
    scipy = stats.chi2_contingency(counts, correction=False)
    assert (found.statistic, found.p, found.degrees) == pytest.approx((scipy.statistic, scipy.pvalue, scipy.dof))
    assert found.n == kind.size == who.size
    assert found.effect is not None
    assert found.effect.low <= found.effect.size <= found.effect.high


def test_two_choices_with_small_counts_are_read_by_re_ordering_as_scipy_does() -> None:
    rng = np.random.default_rng(1)
    a, b = rng.integers(0, 3, 24), np.minimum(rng.integers(0, 6, 24), 3)
    found = _one(table({"a": choice(a, 3), "b": choice(b, 4)}), "a", "b")

    counts = np.zeros((3, 4), dtype=int)
    np.add.at(counts, (a, b), 1)
    scipy = stats.chi2_contingency(
        counts, correction=False, method=stats.PermutationMethod(20_000, rng=np.random.default_rng(2))
    )
    assert found.notes == ("permuted_for_small_counts",)
    assert found.p == pytest.approx(scipy.pvalue, abs=0.03)


@pytest.mark.parametrize(("seed", "code"), itertools.product(range(3), ("feel", "power")))
def test_a_scale_by_a_choice_equals_scipy_with_ties_and_missing(seed: int, code: str) -> None:
    stories = everything(np.random.default_rng(seed))
    kind, values = _answers(stories, "kind", code)

    found = _one(stories, code, "kind")

    scipy = stats.kruskal(*(values[kind == option] for option in range(4)))
    assert (found.statistic, found.p) == pytest.approx((scipy.statistic, scipy.pvalue))
    assert found.questions == ("kind", code)
    assert sum(n for _, n in found.groups) == found.n == values.size


@pytest.mark.parametrize("seed", range(3))
def test_a_scale_by_two_options_is_two_sided_and_equals_scipy(seed: int) -> None:
    rng = np.random.default_rng(seed)
    yes, values = rng.integers(0, 2, 90), rng.integers(0, 6, 90) * 20.0
    stories = table({"yes": choice(yes, 2, states(rng, 90, 0.1)), "feel": scale(values, states(rng, 90, 0.2))})
    group, own = _answers(stories, "yes", "feel")

    found = _one(stories, "yes", "feel")

    scipy = stats.mannwhitneyu(own[group == 0], own[group == 1], alternative="two-sided", method="asymptotic")
    assert (found.statistic, found.p) == pytest.approx((scipy.statistic, scipy.pvalue))
    m, n = (group == 0).sum(), (group == 1).sum()
    assert found.effect is not None
    assert found.effect.size == pytest.approx(2 * scipy.statistic / (m * n) - 1)


@pytest.mark.parametrize("seed", range(3))
def test_two_scales_equal_scipy_with_ties_and_missing(seed: int) -> None:
    stories = everything(np.random.default_rng(seed))
    feel, power = _answers(stories, "feel", "power")

    found = _one(stories, "feel", "power")

    scipy = stats.spearmanr(feel, power)
    assert (found.statistic, found.p) == pytest.approx((scipy.statistic, scipy.pvalue))


def test_pairs_come_only_after_the_omnibus_and_are_corrected() -> None:
    rng = np.random.default_rng(5)
    kind = rng.integers(0, 3, 300)
    stories = table(
        {
            "kind": choice(kind, 3),
            "same": scale(rng.uniform(0, 100, 300)),
            "more": scale(40 + 15 * kind + rng.uniform(0, 30, 300)),
        }
    )
    more = _answers(stories, "more")[0]

    nothing, found = _one(stories, "kind", "same"), _one(stories, "kind", "more")

    assert nothing.p > 0.05
    assert nothing.pairs == ()
    alone = [
        stats.mannwhitneyu(more[kind == a], more[kind == b], method="asymptotic").pvalue
        for a, b in itertools.combinations(range(3), 2)
    ]
    assert [pair.p for pair in found.pairs] == pytest.approx(list(multipletests(alone, method="holm")[1]))
    assert holm(p=[0.01, 0.04, 0.03]) == pytest.approx(list(multipletests([0.01, 0.04, 0.03], method="holm")[1]))


def test_several_answers_are_tested_option_by_option_and_corrected() -> None:
    rng = np.random.default_rng(6)
    stories = everything(rng, 400)
    column = stories.columns["help"]
    planted = column.chosen.copy()  # type: ignore[union-attr]  # help has options
    kind = stories.columns["kind"].chosen  # type: ignore[union-attr]  # kind has options
    planted[:, 2] = (kind == 1) & (column.states == 0)
    stories = table({"kind": stories.columns["kind"], "help": type(column)(column.states, column.options, planted)})  # type: ignore[call-arg,arg-type]  # the same column, planted

    found = compare(table=stories, first="help", second="kind", seed=1)

    assert [one.questions[0] for one in found] == ["help.p", "help.q", "help.r", "help.s"]
    assert found[2].p < 1e-10
    assert all(one.p >= one.extra["p_alone"] for one in found)


def test_the_interaction_of_two_choices_equals_statsmodels() -> None:
    import pandas as pd

    rng = np.random.default_rng(7)
    stories = everything(rng, 500)
    kind, who, power = _answers(stories, "kind", "who", "power")

    found = compare_three(table=stories, first="kind", second="who", third="power", seed=1)

    frame = pd.DataFrame({"a": kind, "b": who, "y": power})
    anova = anova_lm(ols("y ~ C(a) * C(b)", data=frame).fit())
    assert (found.statistic, found.p) == pytest.approx(
        (anova.loc["C(a):C(b)", "F"], anova.loc["C(a):C(b)", "PR(>F)"]), rel=1e-6
    )
    assert found.n == power.size


def test_a_triad_is_compared_after_looking_at_who_it_applies_to() -> None:
    rng = np.random.default_rng(8)
    stories = everything(rng, 400)
    why, kind = stories.columns["why"], stories.columns["kind"]
    gone = np.where((kind.chosen == 2) & (rng.random(400) < 0.6), 1, why.states).astype(np.int8)  # type: ignore[union-attr]  # kind has options
    column = type(why)(gone, why.corners, np.where((gone == 0)[:, None], np.nan_to_num(why.parts, nan=1 / 3), np.nan))  # type: ignore[call-arg,arg-type,union-attr]  # the same triad

    found = _one(table({"kind": kind, "why": column}), "why", "kind")

    assert found.questions == ("kind", "why")
    assert "applies_differs" in found.notes
    assert found.applies_p is not None
    assert found.applies_p < 0.001
    assert found.triad is not None
    assert found.n == int(((gone == 0) & (kind.states == 0)).sum())


def test_what_never_varies_or_is_not_there_is_said_to_be_too_few() -> None:
    stories = table(
        {
            "kind": choice(np.zeros(30, dtype=int), 2),
            "feel": scale(np.full(30, 50.0)),
            "who": choice(np.arange(30) % 2, 2),
        }
    )

    assert [_one(stories, a, b).notes for a, b in (("kind", "who"), ("kind", "feel"), ("who", "feel"))] == [
        ("too_few",)
    ] * 3
    with pytest.raises(NotATable, match="cannot be compared"):
        compare(table=everything(np.random.default_rng(1)), first="place", second="kind", seed=1)


def test_tellers_who_repeat_themselves_are_no_evidence() -> None:
    share = []
    for seed in range(30):
        rng = np.random.default_rng(seed)
        own = rng.integers(0, 2, 30)
        feel = rng.uniform(0, 100, 30)
        tellers = Labels(np.repeat(np.arange(30), 8), tuple(f"t{n}" for n in range(30)))
        columns = {"kind": choice(np.repeat(own, 8), 2), "feel": scale(np.repeat(feel, 8))}
        naive = _one(table(dict(columns)), "kind", "feel").p
        honest = stats.mannwhitneyu(feel[own == 0], feel[own == 1], method="asymptotic").pvalue
        if seed < 2:
            assert _one(table(dict(columns), tellers=tellers), "kind", "feel").p == pytest.approx(honest, abs=0.06)
        share.append(naive < 0.05)

    assert np.mean(share) > 0.3  # what stories taken for tellers would have told of nothing


def test_re_ordering_keeps_tellers_together_and_facilitators_apart() -> None:
    rng = np.random.default_rng(9)
    units = np.sort(rng.integers(0, 25, 80))
    blocks = (units % 3).astype(np.int64)
    design = Design(blocks, np.unique(units, return_inverse=True)[1].astype(np.int64))

    for order in permutations(design=design, times=20, rng=rng):
        assert sorted(order) == list(range(80))
        assert (blocks[order] == blocks).all()
        for unit in np.unique(design.units):
            assert np.unique(design.units[order[design.units == unit]]).size == 1


@pytest.mark.parametrize("seed", range(8))
def test_orders_made_many_at_once_are_those_made_one_by_one(seed: int) -> None:
    rng = np.random.default_rng(seed)
    size = int(rng.integers(2, 70))
    units = np.unique(rng.integers(0, 40, size), return_inverse=True)[1].astype(np.int64)
    blocks = rng.integers(0, 1 + seed % 4, size)
    own = np.unique(blocks * size + units, return_inverse=True)[1]  # a teller is another with each facilitator
    stratum = blocks * size + np.bincount(own)[own]
    places = np.lexsort((np.arange(size), own, stratum))
    one_by_one, expected = np.random.default_rng(seed), []
    for _ in range(ORDERS_AT_ONCE + 3):
        drawn = one_by_one.permutation(int(own.max()) + 1)
        order = np.empty(size, dtype=np.int64)
        order[places] = np.lexsort((one_by_one.permutation(size), drawn[own], stratum))
        expected.append(order)

    found = permutations(design=Design(blocks, units), times=ORDERS_AT_ONCE + 3, rng=np.random.default_rng(seed))

    assert np.array_equal(list(found), expected)


@pytest.mark.parametrize("seed", range(3))
def test_cliffs_delta_is_what_counting_pairs_gives_and_its_interval_holds_it(seed: int) -> None:
    rng = np.random.default_rng(seed)
    a, b = rng.integers(0, 8, 30) * 1.0, rng.integers(1, 9, 41) * 1.0

    found = cliffs_delta(first=a, second=b, units=np.arange(71))

    assert found.size == pytest.approx(np.sign(a[:, None] - b[None, :]).mean())
    assert -1 <= found.low < found.size < found.high <= 1


def test_intervals_cover_the_truth_in_about_19_of_20_cases() -> None:
    runs, held = 300, [0, 0]
    for seed in range(runs):
        rng = np.random.default_rng(seed)
        a, b = rng.standard_normal(40), rng.standard_normal(50) + 0.5
        delta = cliffs_delta(first=a, second=b, units=np.arange(90))
        x = rng.standard_normal(60)
        y = 0.5 * x + np.sqrt(0.75) * rng.standard_normal(60)
        rho = spearman_effect(x=x, y=y, units=np.arange(60), rng=rng)
        held[0] += delta.low <= 1 - 2 * stats.norm.cdf(0.5 / np.sqrt(2)) <= delta.high
        held[1] += rho.low <= 6 / np.pi * np.arcsin(0.25) <= rho.high

    assert min(held) >= stats.binom.ppf(0.005, runs, 0.95) - 3


def test_cramers_v_of_noise_is_near_nothing() -> None:
    assert corrected_v(phi2=4 / 100, n=100, rows=3, columns=3) == pytest.approx(0, abs=0.01)
    assert corrected_v(phi2=2.0, n=10_000, rows=3, columns=3) == pytest.approx(1, abs=0.001)


@pytest.mark.parametrize("weights", [[1.0, 1, 1], [1.0, 0.4, 0.1], [3.0, 2, 2, 1, 0.5, 0.01], [1.0, 1e-15]])
def test_the_tail_of_a_mixture_is_that_of_drawn_sums(weights: list[float]) -> None:
    rng = np.random.default_rng(1)
    drawn = rng.chisquare(1, (400_000, len(weights))) @ np.array(weights)

    for share in (0.5, 0.1, 0.01, 0.001):
        x = float(np.quantile(drawn, 1 - share))
        assert mixture_tail(x, np.array(weights)) == pytest.approx(share, rel=0.2)
