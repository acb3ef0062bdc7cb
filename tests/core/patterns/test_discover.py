"""Discovery keeps its promise: noise stays silent, planted effects are found, and every number can be had otherwise."""

from __future__ import annotations

import time

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests

from egenmakt.core.patterns.discover import KINDS, LEFT_OUT, NotAFamily, adjusted, discover
from egenmakt.core.patterns.table import Labels, StoryTable
from egenmakt.core.patterns.voices import TOGETHER, VoicesPooled
from tests.core.patterns.invented import choice, corner_heavy, everything, noise, scale, table, triad


def _by_name(stories: StoryTable, **more: object) -> dict[tuple[str, ...], object]:
    found = discover(table=stories, seed=1, **more)  # type: ignore[arg-type]  # options of discover
    return {pattern.questions: pattern for pattern in found.patterns}


def test_pairs_equal_scipy_where_nobody_told_twice() -> None:
    rng = np.random.default_rng(1)
    size = 400
    kind, who = rng.integers(0, 4, size), rng.integers(0, 3, size)
    feel, power = np.round(rng.integers(0, 5, size) * 25.0 + kind), np.round(rng.uniform(0, 100, size))
    found = _by_name(
        table({"kind": choice(kind, 4), "who": choice(who, 3), "feel": scale(feel), "power": scale(power)})
    )

    counts = np.zeros((4, 3))
    np.add.at(counts, (kind, who), 1)
    chi = stats.chi2_contingency(counts, correction=False)
    feel = np.clip(feel, 0, 100)
    kruskal = stats.kruskal(*(feel[kind == option] for option in range(4)))
    spearman = stats.spearmanr(feel, power)
    # the law of re-ordering has n - 1 where Pearson's has n
    assert found["kind", "who"].p == pytest.approx(stats.chi2.sf(chi.statistic * (size - 1) / size, chi.dof))
    assert (found["kind", "feel"].statistic, found["kind", "feel"].p) == pytest.approx(
        (kruskal.statistic, kruskal.pvalue)
    )
    assert found["feel", "power"].effect == pytest.approx(spearman.statistic)
    assert found["feel", "power"].p == pytest.approx(stats.chi2.sf(spearman.statistic**2 * (size - 1), 1))


def test_within_facilitators_two_choices_are_the_test_of_cochran_mantel_and_haenszel() -> None:
    from statsmodels.stats.contingency_tables import StratifiedTable

    rng = np.random.default_rng(2)
    rounds = np.repeat(np.arange(6), 60)
    a = (rng.random(360) < 0.2 + 0.1 * rounds).astype(int)
    b = (rng.random(360) < 0.8 - 0.1 * rounds + 0.1 * a).astype(int)
    stories = table({"a": choice(a, 2), "b": choice(b, 2)}, facilitators=Labels(rounds, tuple("uvwxyz")))
    tables = [
        np.array([[((a == i) & (b == j) & (rounds == f)).sum() for j in (0, 1)] for i in (0, 1)]) for f in range(6)
    ]

    found = _by_name(stories)["a", "b"]

    assert found.p == pytest.approx(StratifiedTable(tables).test_null_odds(correction=False).pvalue, rel=1e-6)


def test_a_triad_by_a_choice_has_the_probability_of_permuted_permanova() -> None:
    from egenmakt.core.patterns.triad_tests import permanova_f
    from egenmakt.core.patterns.triads import in_plane

    rng = np.random.default_rng(3)
    parts, kind = corner_heavy(rng, 240), rng.integers(0, 3, 240)
    parts[kind == 1] = parts[kind == 1] * 0.85 + np.array([0.15, 0, 0])
    found = _by_name(table({"why": triad(parts), "kind": choice(kind, 3)}))["kind", "why"]

    points = in_plane(parts=parts)
    seen = permanova_f(points=points, labels=kind)
    drawn = [permanova_f(points=points, labels=rng.permutation(kind)) for _ in range(4_000)]
    assert found.p == pytest.approx(np.mean([f >= seen for f in drawn]), abs=0.015)


def test_the_family_is_corrected_as_statsmodels_does() -> None:
    rng = np.random.default_rng(4)
    p = rng.random(200) ** 3

    for rule, theirs in (("bh", "fdr_bh"), ("by", "fdr_by")):
        ours = adjusted(p=p, weights=np.ones(200), rule=rule)  # type: ignore[arg-type]  # the two rules
        assert ours == pytest.approx(multipletests(p, method=theirs)[1])


def test_the_same_seed_gives_the_same_page() -> None:
    stories = everything(np.random.default_rng(5))

    assert discover(table=stories, seed=3) == discover(table=stories, seed=3)


def test_every_pattern_of_the_family_is_tested_or_left_out_with_its_reason() -> None:
    rng = np.random.default_rng(6)
    stories = everything(rng, 300)
    rare = choice((rng.random(300) < 0.02).astype(int), 2)
    constant = scale(np.full(300, 50.0))
    stories = table({**stories.columns, "rare": rare, "constant": constant})

    found = discover(table=stories, seed=1)

    choices, scales, triads = 7, 3, 1
    pairs = choices * (choices - 1) // 2
    expected = pairs + choices * scales + 3 + triads * (choices + scales) + choices * 3 + pairs * scales
    everyone = [p.questions for p in found.patterns] + [p.questions for p in found.not_tested]
    assert len(everyone) == len(set(everyone)) == expected
    assert {one.reason for one in found.not_tested} == {"too_few_options", "does_not_vary", "parts_of_one"}
    assert {one.reason for one in found.not_tested} <= set(LEFT_OUT)
    assert all(one.reason == "too_few_options" for one in found.not_tested if "rare" in one.questions)
    assert sum(found.tested.values()) == len(found.patterns)


def test_what_only_facilitators_explain_is_not_discovered() -> None:
    rng = np.random.default_rng(7)
    rounds = np.repeat(np.arange(10), 100)
    mood = rng.integers(0, 2, 10)[rounds]
    kind = (rng.random(1_000) < 0.2 + 0.6 * mood).astype(int)
    feel = np.clip(40 + 20 * mood + rng.standard_normal(1_000) * 20, 0, 100)
    stories = table({"kind": choice(kind, 2), "feel": scale(feel)}, facilitators=Labels(rounds, tuple("abcdefghij")))

    assert _by_name(stories)["kind", "feel"].p > 0.01
    assert _by_name(stories, by_facilitator=False)["kind", "feel"].p < 1e-6


def test_a_family_that_does_not_exist_is_refused() -> None:
    with pytest.raises(NotAFamily, match="choice_choice"):
        discover(table=everything(np.random.default_rng(1)), seed=1, family=["stars"])


def test_voices_are_not_pooled_in_silence() -> None:
    stories = everything(np.random.default_rng(8))
    mixed = StoryTable(
        stories.ids,
        stories.tellers,
        stories.facilitators,
        Labels.of(["staff", "partner", "partner"] * 100),
        stories.rounds,
        stories.columns,
    )

    with pytest.raises(VoicesPooled, match="partner, staff"):
        discover(table=mixed, seed=1)
    assert discover(table=mixed, seed=1, voice="staff").stories == 100
    assert discover(table=mixed, seed=1, voice=TOGETHER).voice == TOGETHER


def _any_discovery(seeds: range, **kind: object) -> int:
    return sum(
        bool(discover(table=noise(np.random.default_rng(seed), **kind), seed=seed).discoveries)  # type: ignore[arg-type]  # options of noise
        for seed in seeds
    )


def _most(runs: int) -> int:
    """So many pages with a discovery are still five per cent, at 99 % confidence."""
    return int(stats.binom.ppf(0.99, runs, 0.05))


def test_small_noise_projects_stay_silent() -> None:
    assert _any_discovery(range(60), size=400, choices=6, options=4, scales=4, triads=2) <= _most(60)


def test_noise_of_tellers_and_facilitators_stays_silent_too() -> None:
    kind = {
        "size": 600,
        "choices": 5,
        "options": 3,
        "scales": 3,
        "triads": 1,
        "stories_per_teller": 3,
        "facilitators": 8,
    }

    assert _any_discovery(range(40), missing=0.1, **kind) <= _most(40)


def test_tellers_taken_for_stories_would_cry_wolf() -> None:
    loud = 0
    for seed in range(15):
        stories = noise(
            np.random.default_rng(seed), size=900, choices=4, options=3, scales=4, triads=1, stories_per_teller=9
        )
        loud += bool(discover(table=stories, seed=seed, by_teller=False).discoveries)

    assert loud > _most(15)


def planted(seed: int, d: float = 0.3, **kind: object) -> StoryTable:
    """Noise, with half of the stories higher on one scale by d standard deviations."""
    rng = np.random.default_rng(seed)
    stories = noise(rng, **kind)  # type: ignore[arg-type]  # options of noise
    half = rng.integers(0, 2, stories.size)
    moved = scale(50 + 20 * (rng.standard_normal(stories.size) + d * (half - 0.5)))
    return table({**stories.columns, "choice0": choice(half, 2), "scale0": moved})


def test_a_planted_difference_of_three_tenths_is_found_in_four_of_five_projects() -> None:
    runs = 8
    found = sum(
        any(p.questions == ("choice0", "scale0") for p in discover(table=planted(seed), seed=seed).discoveries)
        for seed in range(runs)
    )

    assert found >= stats.binom.ppf(0.01, runs, 0.85)


@pytest.mark.nightly
def test_two_hundred_noise_projects_show_a_discovery_in_at_most_five_per_cent() -> None:
    assert _any_discovery(range(200)) <= _most(200)
    assert _any_discovery(range(100), missing=0.1, stories_per_teller=3, facilitators=17) <= _most(100)


@pytest.mark.nightly
def test_a_planted_difference_is_found_in_more_than_eighty_of_a_hundred_projects() -> None:
    found = sum(
        any(p.questions == ("choice0", "scale0") for p in discover(table=planted(seed), seed=seed).discoveries)
        for seed in range(100)
    )

    assert found >= 80


def test_all_kinds_of_pattern_are_found_when_they_are_there() -> None:
    rng = np.random.default_rng(9)
    size = 1_500
    a, b = rng.integers(0, 2, size), rng.integers(0, 2, size)
    base = rng.standard_normal(size)
    together = scale(50 + 15 * (np.where(a == b, 0.6, -0.6) + base))
    turning = scale(50 + 15 * (np.where(a == 1, 1, -1) * 0.5 * base + rng.standard_normal(size)))
    weights = np.exp(np.column_stack([a + 0.5 * base, b, np.zeros(size)]) + 0.5 * rng.standard_normal((size, 3)))
    why = triad(weights / weights.sum(axis=1, keepdims=True))
    other = triad(np.roll(why.parts, 1, axis=1) * 0.5 + rng.dirichlet((1, 1, 1), size) * 0.5)
    echo = choice(np.where(rng.random(size) < 0.2, a, rng.integers(0, 2, size)), 2)
    stories = table(
        {
            "a": choice(a, 2),
            "b": choice(b, 2),
            "e": echo,
            "s": together,
            "t": turning,
            "why": why,
            "other": other,
            "u": scale(together.values + 10 * a + 20 * rng.standard_normal(size)),
        }
    )

    found = {pattern.kind for pattern in discover(table=stories, seed=1).discoveries}

    assert found == set(KINDS)


def test_a_page_of_a_thousand_patterns_at_thirteen_thousand_stories_takes_seconds() -> None:
    stories = noise(np.random.default_rng(1), size=13_000, triads=0)
    start = time.process_time()

    found = discover(table=stories, seed=1)

    assert len(found.patterns) == 66 + 96 + 28 + 336 + 528
    assert time.process_time() - start < 6


def test_rare_combinations_are_read_by_drawn_tables() -> None:
    rng = np.random.default_rng(10)
    small = []
    for _ in range(150):
        a, b = (rng.choice(5, 300, p=[0.7, 0.09, 0.07, 0.07, 0.07]) for _ in "ab")
        (pattern,) = discover(table=table({"a": choice(a, 5), "b": choice(b, 5)}), seed=1, least=10).patterns
        small.append(pattern.p)

    assert stats.kstest(small, "uniform").pvalue > 0.001
    assert min(small) > 0
