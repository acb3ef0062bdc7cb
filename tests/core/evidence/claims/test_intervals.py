"""Intervals of shares, held against statsmodels: they cover its ends, and go hardly beyond them."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from egenmakt.core.evidence.claims.intervals import WHOLE, NotAShare, newcombe, parts, wilson


@st.composite
def shares(draw: st.DrawFn) -> tuple[int, int]:
    of = draw(st.integers(1, 5000))
    return draw(st.integers(0, of)), of


def outwards(low: float, high: float) -> set[tuple[int, int]]:
    """The ends in parts of ten thousand, rounded outwards; a whole number may be a breath away in floating point."""
    return {
        (floor(low * WHOLE + breath_low), ceil(high * WHOLE + breath_high))
        for breath_low in (-1e-7, 1e-7)
        for breath_high in (-1e-7, 1e-7)
    }


@given(shares())
def test_wilsons_interval_is_that_of_statsmodels(share: tuple[int, int]) -> None:
    value, of = share
    low, high = proportion_confint(value, of, method="wilson")

    assert wilson(value=value, of=of) in outwards(max(low, 0), min(high, 1))


@given(shares(), shares())
def test_newcombes_interval_is_that_of_statsmodels(first: tuple[int, int], second: tuple[int, int]) -> None:
    low, high = confint_proportions_2indep(*first, *second, method="newcomb", compare="diff")

    found = newcombe(value=first[0], of=first[1], against=second[0], against_of=second[1])

    assert found in outwards(low, high)


def test_the_published_example_comes_out() -> None:
    # Newcombe (1998), table II, example (a): 56/70 − 48/80, 95 %, method 10: 0.0524 to 0.3339
    low, high = newcombe(value=56, of=70, against=48, against_of=80)

    assert (low, high) == (524, 3339)


@given(shares())
def test_an_interval_holds_its_share_and_never_leaves_the_scale(share: tuple[int, int]) -> None:
    value, of = share
    low, high = wilson(value=value, of=of)

    assert 0 <= low <= Fraction(value * WHOLE, of) <= high <= WHOLE
    assert (low == 0) or value > 0


@given(shares(), shares())
def test_a_difference_turned_around_has_its_interval_turned_around(
    first: tuple[int, int], second: tuple[int, int]
) -> None:
    low, high = newcombe(value=first[0], of=first[1], against=second[0], against_of=second[1])

    assert newcombe(value=second[0], of=second[1], against=first[0], against_of=first[1]) == (-high, -low)


def test_parts_are_rounded_half_to_even() -> None:
    assert [parts(1, 3), parts(2, 3), parts(1, 20000), parts(3, 20000)] == [3333, 6667, 0, 2]


@pytest.mark.parametrize(("value", "of"), [(1, 0), (-1, 5), (6, 5)])
def test_what_is_no_share_has_no_interval(value: int, of: int) -> None:
    with pytest.raises(NotAShare):
        wilson(value=value, of=of)
