"""Words that groups differ by, and stories like one: against Dunning's table, SciPy, statsmodels, and by hand."""

from __future__ import annotations

import random

import numpy as np
import pytest
from scipy.stats import chi2_contingency
from statsmodels.stats.multitest import multipletests

from egenmakt.core.patterns.keyness import keyness, log_likelihood
from egenmakt.core.patterns.likeness import most_alike, runs_of_letters


@pytest.mark.parametrize(
    ("both", "first", "second", "neither", "printed"),
    [(110, 2442, 111, 29114, 270.72), (29, 13, 123, 31612, 263.90), (31, 23, 139, 31584, 256.84)],
)
def test_the_log_likelihood_is_that_of_dunnings_table(
    both: int, first: int, second: int, neither: int, printed: float
) -> None:
    sizes = np.array([both + first, second + neither], dtype=float)

    score = log_likelihood(np.array([[both, second]], dtype=float), sizes)[0]

    assert round(float(score), 2) == printed


def invented(chance: random.Random, stories: int, share: float) -> list[set[str]]:
    """Stories of common words, of which a share speaks of water."""
    words = [f"word{number}" for number in range(60)]
    return [set(chance.sample(words, 12)) | ({"water"} if chance.random() < share else set()) for _ in range(stories)]


def test_keyness_equals_scipy_and_statsmodels_on_every_word() -> None:
    chance = random.Random(7)
    here, there = invented(chance, 90, 0.5), invented(chance, 60, 0.1)

    found = {each.word: each for each in keyness(here=here, there=there, alpha=1.0)}

    p_values = []
    for each in (found[word] for word in sorted(found)):
        table = [[each.here, len(here) - each.here], [each.there, len(there) - each.there]]
        expected = chi2_contingency(table, correction=False, lambda_="log-likelihood")
        assert each.log_likelihood == pytest.approx(expected.statistic, abs=1e-9)
        p_values.append(expected.pvalue)
    adjusted = multipletests(p_values, method="fdr_bh")[1]
    assert [found[word].p_adjusted for word in sorted(found)] == pytest.approx(list(adjusted))
    assert len(found) == 61


def test_a_planted_word_is_found_and_noise_is_not() -> None:
    chance = random.Random(3)
    planted = keyness(here=invented(chance, 120, 0.5), there=invented(chance, 120, 0.1))
    noisy = sum(bool(keyness(here=invented(chance, 60, 0.3), there=invented(chance, 60, 0.3))) for _ in range(100))

    assert planted[0].word == "water"
    assert planted[0].log_ratio > 1
    # at most 5 % of pages, plus three standard errors of 100 draws
    assert noisy <= 11


def test_a_word_of_few_stories_is_not_named_and_one_story_counts_once() -> None:
    here, there = [{"secret"}] * 4 + [{"other"}] * 30, [{"common"}] * 30
    repeated = [["water"] * 50, *([["earth"]] * 30)]

    assert "secret" not in {each.word for each in keyness(here=here, there=there, alpha=1.0)}
    found = {each.word: each.here for each in keyness(here=repeated, there=[["earth"]] * 30, least=1, alpha=1.0)}
    assert found == {"water": 1, "earth": 30}
    with pytest.raises(ValueError, match="empty"):
        keyness(here=[], there=there)


TEXTS = (
    "We asked for the water that was promised, and the pipe came",
    "The water pipes were promised and we asked the office",
    "My daughter can stay in school",
    "हामीले पानी माग्यौं र पाइप आयो",
    "पानीको पाइप हामीले माग्यौं",
    "طلبنا الماء من المكتب وجاء",
    "",
)


@pytest.mark.parametrize(("query", "likest"), [(0, 1), (3, 4)])
def test_the_likest_text_is_found_in_every_script(query: int, likest: int) -> None:
    others = [text for place, text in enumerate(TEXTS) if place != query]

    found = most_alike(query=TEXTS[query], texts=others, most=1)

    assert others[found[0].place] == TEXTS[likest]


def test_likeness_is_one_for_the_same_text_and_words_without_a_letter_in_common_are_left_out() -> None:
    found = most_alike(query=TEXTS[0].upper() + "!", texts=TEXTS)

    assert (found[0].place, round(found[0].likeness, 9)) == (0, 1.0)
    assert {each.place for each in found}.isdisjoint({5, 6})
    assert most_alike(query="", texts=TEXTS) == []
    assert most_alike(query="water", texts=[]) == []


def test_the_weights_are_those_of_tf_idf_worked_out_by_hand() -> None:
    """The same formula with dictionaries and loops, run by run."""
    texts, query = ["water here", "water there water", "nothing"], "water"

    def counted(text: str) -> dict[int, int]:
        runs, counts = runs_of_letters(text)
        return dict(zip(runs.tolist(), counts.tolist(), strict=True))

    bags, asked = [counted(text) for text in texts], counted(query)

    def weight(bag: dict[int, int], run: int) -> float:
        holding = sum(run in other for other in bags)
        return float((1 + np.log(bag[run])) * (np.log((1 + len(texts)) / (1 + holding)) + 1))

    def cosine(bag: dict[int, int]) -> float:
        dot = sum(weight(bag, run) * weight(asked, run) for run in asked if run in bag)
        lengths = [sum(weight(each, run) ** 2 for run in each) ** 0.5 for each in (bag, asked)]
        return float(dot / (lengths[0] * lengths[1]))

    found = {each.place: each.likeness for each in most_alike(query=query, texts=texts)}

    assert found == pytest.approx({0: cosine(bags[0]), 1: cosine(bags[1])})


def test_another_embedder_can_be_handed_in() -> None:
    class Length:
        def embed(self, texts: list[str]) -> np.ndarray:
            return np.array([[len(text), 10.0] for text in texts])

    found = most_alike(query="12345", texts=["1", "12345", "1234567890"], most=1, embedder=Length())  # type: ignore[arg-type]  # a list is a sequence

    assert [(each.place, round(each.likeness, 9)) for each in found] == [(1, 1.0)]
