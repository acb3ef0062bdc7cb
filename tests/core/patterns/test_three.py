"""Three questions: the interaction on scales, choices, options and parts of triads, with its size and its interval."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats
from statsmodels.formula.api import ols
from statsmodels.stats.anova import anova_lm

from egenmakt.core.patterns.compare_three import compare_three
from egenmakt.core.patterns.comparison import Comparison
from egenmakt.core.patterns.design import design_of
from egenmakt.core.patterns.naming import named_column
from egenmakt.core.patterns.scores import centred
from egenmakt.core.patterns.search import Search
from egenmakt.core.patterns.table import ChoiceColumn, Labels, NotATable, ScaleColumn, StoryTable
from egenmakt.core.patterns.threes import without_own
from tests.core.patterns.invented import choice, everything, scale, table


def _three(stories: StoryTable, third: str, first: str = "a", second: str = "b") -> Comparison:
    return compare_three(table=stories, first=first, second=second, third=third, seed=1, re_ordered=299)


def _frame(stories: StoryTable, *names: str) -> pd.DataFrame:
    columns = {name: named_column(table=stories, name=name) for name in names}
    there = np.all([column.states == 0 for column in columns.values()], axis=0)
    return pd.DataFrame(
        {
            name.replace(".", "_"): (c.chosen if isinstance(c, ChoiceColumn) else c.values)[there]  # type: ignore[union-attr]  # a choice or a scale
            for name, c in columns.items()
        }
    )


@pytest.mark.parametrize("third", ["power", "why.left"])
def test_a_scale_and_a_part_of_a_triad_equal_statsmodels(third: str) -> None:
    stories = everything(np.random.default_rng(7), 500)

    found = _three(stories, third, "kind", "who")

    frame = _frame(stories, "kind", "who", third).rename(columns={third.replace(".", "_"): "y"})
    anova = anova_lm(ols("y ~ C(kind) * C(who)", data=frame).fit())
    line, rest = anova.loc["C(kind):C(who)"], anova.loc["Residual"]
    assert (found.statistic, found.p) == pytest.approx((line["F"], line["PR(>F)"]), rel=1e-6)
    assert found.n == len(frame)
    assert found.effect is not None
    mean = rest["sum_sq"] / rest["df"]
    share = (line["sum_sq"] - line["df"] * mean) / (line["sum_sq"] + rest["sum_sq"])
    assert found.effect.size == pytest.approx(max(0.0, share))
    assert 0 <= found.effect.low <= found.effect.size <= found.effect.high <= 1


@pytest.mark.parametrize("third", ["other", "help.p"])
def test_a_choice_explains_what_statsmodels_explains_of_the_shares_of_its_options(third: str) -> None:
    rng = np.random.default_rng(8)
    stories = everything(rng, 500)
    stories = table({**stories.columns, "other": choice(rng.integers(0, 3, 500), 3)})

    found = _three(stories, third, "kind", "who")

    frame = _frame(stories, "kind", "who", third)
    y = frame[third.replace(".", "_")]
    between, rest, degrees, left = 0.0, 0.0, 0.0, 0.0
    for option in sorted(set(y)):
        fit = ols("y ~ C(kind) * C(who)", data=frame.assign(y=(y == option).astype(float))).fit()
        anova = anova_lm(fit)
        between, rest = between + anova.loc["C(kind):C(who)", "sum_sq"], rest + fit.ssr
        degrees, left = anova.loc["C(kind):C(who)", "df"], fit.df_resid
    assert found.statistic == pytest.approx((between / degrees) / (rest / left))
    assert found.degrees == degrees
    assert found.n == len(frame)
    assert found.effect is not None
    assert found.effect.low <= found.effect.size <= found.effect.high


def planted(rng: np.random.Generator, size: int, together: float, repeats: int = 1) -> StoryTable:
    """A yes whose share rises with both of two choices, and beyond that where they meet; tellers repeat themselves."""
    a, b = rng.integers(0, 3, size), rng.integers(0, 2, size)
    share = 0.15 + 0.2 * a + 0.25 * b - together * ((a == 2) & (b == 1))
    own = rng.random(size)
    tellers = Labels(np.repeat(np.arange(size), repeats), tuple(f"t{n:04}" for n in range(size)))
    return table(
        {
            "a": choice(np.repeat(a, repeats), 3),
            "b": choice(np.repeat(b, repeats), 2),
            "yes": choice(np.repeat((own < share).astype(int), repeats), 2),
        },
        tellers=tellers,
    )


def test_two_plain_effects_on_a_choice_are_no_interaction() -> None:
    p = [_three(planted(np.random.default_rng(seed), 200, 0.0), "yes").p for seed in range(40)]

    assert sum(value <= 0.05 for value in p) <= stats.binom.ppf(0.995, 40, 0.05)
    assert _three(planted(np.random.default_rng(1), 400, 0.5), "yes").p < 0.01


def test_tellers_who_repeat_themselves_make_no_interaction() -> None:
    stories = [planted(np.random.default_rng(seed), 60, 0.0, repeats=5) for seed in range(20)]

    told = [_three(one, "yes").p for one in stories]
    alone = [_three(table(dict(one.columns)), "yes").p for one in stories]

    assert np.mean(np.array(told) < 0.05) <= 0.2
    assert np.mean(np.array(alone) < 0.05) >= 0.35


def test_an_interaction_on_a_share_is_found_like_the_likelihood_ratio_finds_it() -> None:
    rng = np.random.default_rng(12)
    stories = planted(rng, 500, 0.35)
    frame = _frame(stories, "a", "b", "yes")
    full = sm.GLM.from_formula("yes ~ C(a) * C(b)", data=frame, family=sm.families.Binomial()).fit()
    plain = sm.GLM.from_formula("yes ~ C(a) + C(b)", data=frame, family=sm.families.Binomial()).fit()

    found = _three(stories, "yes")

    ratio = stats.chi2.sf(plain.deviance - full.deviance, plain.df_resid - full.df_resid)
    assert found.p < 0.05
    assert ratio < 0.05


def test_the_interval_of_an_interaction_holds_the_truth_in_about_19_of_20_cases() -> None:
    def drawn(rng: np.random.Generator, size: int) -> StoryTable:
        a, b = rng.integers(0, 2, size), rng.integers(0, 2, size)
        y = 50 + 8 * a + 4 * b + 12 * (a * b) + 15 * rng.standard_normal(size)
        return table({"a": choice(a, 2), "b": choice(b, 2), "y": scale(y)})

    # four cells of the same size: the interaction explains (12 / 4) squared beside 15 squared
    truth = 9 / (9 + 15**2)
    held, runs = 0, 40
    for seed in range(runs):
        effect = _three(drawn(np.random.default_rng(seed), 250), "y").effect
        assert effect is not None
        held += effect.low <= truth <= effect.high

    assert held >= stats.binom.ppf(0.005, runs, 0.95) - 2


def test_a_page_and_discovery_say_the_same_of_three() -> None:
    stories = everything(np.random.default_rng(9), 500)
    search = Search(stories, design_of(table=stories), 20, 1, 0.05)

    listed = dict(search.choice_choice_scale())

    for names in (("kind", "who", "power"), ("kind", "help.q", "feel")):
        page, found = (
            compare_three(table=stories, first=names[0], second=names[1], third=names[2], seed=1),
            listed[names],
        )
        assert not isinstance(found, str)
        assert page.effect is not None
        assert (found.n, found.p, found.effect) == pytest.approx((page.n, page.p, page.effect.size))


def test_what_cannot_be_compared_by_three_says_so() -> None:
    stories = everything(np.random.default_rng(10), 60)

    for first, second, third in (
        ("kind", "who", "place"), ("kind", "feel", "power"), ("kind", "kind", "power"), ("help.p", "help.q", "power"),
        ("kind", "who", "why"), ("kind", "who", "help"), ("kind", "who", "why.nothing"),
        ("kind", "help.nothing", "feel"),
    ):  # fmt: skip
        with pytest.raises(NotATable):
            _three(stories, third, first, second)
    few = _three(everything(np.random.default_rng(11), 30), "power", "kind", "who")
    assert (few.notes, few.effect, few.p) == (("too_few",), None, 1.0)


def test_a_part_of_a_question_is_what_was_chosen_or_how_much() -> None:
    stories = everything(np.random.default_rng(12), 80)
    help_, why = stories.columns["help"], stories.columns["why"]

    yes, left = named_column(table=stories, name="help.q"), named_column(table=stories, name="why.left")

    assert isinstance(yes, ChoiceColumn)
    assert isinstance(left, ScaleColumn)
    assert ((yes.chosen == 1) == help_.chosen[:, 1]).all()  # type: ignore[union-attr]  # help has options
    assert left.values == pytest.approx(100 * why.parts[:, 0], nan_ok=True)  # type: ignore[union-attr]  # why is a triad


def test_what_others_say_of_a_story_is_a_fit_without_its_teller() -> None:
    rng = np.random.default_rng(14)
    size = 240
    a, b, blocks = rng.integers(0, 3, size), rng.integers(0, 2, size), np.sort(rng.integers(0, 4, size))
    units = np.arange(size) // 3
    cell = (a * 2 + b).astype(np.int64)
    values = centred(rng.standard_normal((size, 1)), blocks)
    own = centred(np.eye(6)[cell], blocks)
    basis = np.linalg.svd(own, full_matrices=False)[0][:, :5]
    residual = values[:, 0] - basis @ (basis.T @ values[:, 0])

    found = without_own(residual=residual, basis=basis, blocks=blocks, units=units)

    dummies = np.concatenate([np.eye(4)[blocks], np.eye(6)[cell][:, 1:]], axis=1)
    for teller in (0, 7, 40, 79):
        mine = units == teller
        fit = sm.OLS(values[~mine, 0], dummies[~mine]).fit()
        assert found[mine] == pytest.approx(values[mine, 0] - fit.predict(dummies[mine]))
