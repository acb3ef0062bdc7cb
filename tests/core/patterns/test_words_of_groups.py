"""Words that groups of tellers differ by: against SciPy and statsmodels, tellers once, noise silent."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests

from egenmakt.core.patterns.keyness import TellerWords, fisher_exact, teller_words, words_of_groups

NUMBERS = st.integers(0, 60)


@given(NUMBERS, NUMBERS, NUMBERS, NUMBERS)
def test_fishers_exact_test_is_that_of_scipy(a: int, b: int, c: int, d: int) -> None:
    expected = stats.fisher_exact([[a, c], [b, d]]).pvalue

    assert fisher_exact(here=a, there=b, m=a + c, n=b + d) == pytest.approx(expected, rel=1e-6, abs=1e-12)


def drawn(rng: np.random.Generator, *, water: tuple[float, ...] = (0.2, 0.2, 0.2), tellers: int = 120) -> TellerWords:
    """Three groups of tellers with forty words of which nothing hangs on the group, and water, on which it may."""
    group = rng.integers(0, 3, tellers)
    share = rng.uniform(0.05, 0.6, 40)
    used = rng.random((tellers, 40)) < share
    said = [{f"w{place:02}" for place in np.flatnonzero(row)} for row in used]
    for teller, words in enumerate(said):
        if rng.random() < water[group[teller]]:
            words.add("water")
    return teller_words(
        words=said, tellers=np.arange(tellers), groups=("a", "b", "c"), group=group.astype(np.int64), least=5
    )


def test_all_words_of_all_groups_are_corrected_together_as_statsmodels_does() -> None:
    rng = np.random.default_rng(1)
    parts = {"one": drawn(rng), "two": drawn(rng)}

    found, many = words_of_groups(parts=parts, alpha=1.0)

    p = []
    for each in found:
        inside = parts[each.part].group == "abc".index(each.group)
        table = [[each.here, inside.sum() - each.here], [each.there, (~inside).sum() - each.there]]
        p.append(stats.fisher_exact(table).pvalue)
    assert many == len(found) == 3 * sum(len(one.words) for one in parts.values())
    assert [each.p for each in found] == pytest.approx(p)
    assert [each.p_adjusted for each in found] == pytest.approx(list(multipletests(p, method="fdr_bh")[1]))


def test_a_planted_word_is_found_in_its_group_and_noise_stays_silent() -> None:
    planted, _ = words_of_groups(parts={"": drawn(np.random.default_rng(2), water=(0.7, 0.1, 0.1))})
    noisy = sum(bool(words_of_groups(parts={"": drawn(np.random.default_rng(seed))})[0]) for seed in range(60))

    assert (planted[0].group, planted[0].word) == ("a", "water")
    assert planted[0].log_ratio > 1
    assert noisy <= stats.binom.ppf(0.99, 60, 0.05)


def test_a_teller_counts_once_in_the_group_of_most_of_her_stories() -> None:
    words = [{"water", "road"}, {"water"}, {"school"}, {"water"}, {"road"}, {"gone"}]
    tellers = np.array([0, 0, 0, 1, -1, -1])
    group = np.array([0, 0, 1, 1, 1, -1])

    found = teller_words(words=words, tellers=tellers, groups=("a", "b"), group=group, least=1)

    assert found.words == ("road", "water")
    assert sorted((int(g), *row) for g, row in zip(found.group, found.used.tolist(), strict=True)) == [
        (0, True, True), (1, False, True), (1, True, False),
    ]  # fmt: skip


def test_a_word_of_few_tellers_is_never_named_however_often_they_say_it() -> None:
    words = [{"secret", "water"} if story < 12 else {"water"} for story in range(60)]
    tellers = np.array([story // 3 if story < 12 else story for story in range(60)])
    group = np.array([int(story >= 12) for story in range(60)])

    found = teller_words(words=words, tellers=tellers, groups=("a", "b"), group=group, least=5)

    assert found.words == ("water",)
    assert words_of_groups(parts={"": found}) == ([], 1)
    none = np.zeros(0, dtype=np.int64)
    nobody = teller_words(words=[], tellers=none, groups=("a",), group=none, least=5)
    assert words_of_groups(parts={"": nobody}) == ([], 0)
