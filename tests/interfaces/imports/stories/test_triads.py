"""Triads from exports: whole parts that close, points that lie where they should, and which export a file is."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egenmakt.interfaces.imports.stories.triads import (
    AmbiguousTriads,
    TriadRow,
    find_geometry,
    parts_of,
    parts_of_point,
)
from egenmakt.interfaces.imports.values import NotRead

WEIGHTS = st.tuples(st.integers(0, 1000), st.integers(0, 1000), st.integers(0, 1000)).map(
    lambda weights: weights if any(weights) else (1, 0, 0)
)
HIGH = WEIGHTS.map(lambda weights: (weights[1] + weights[2] + 1 + weights[0], weights[1], weights[2]))
"""With more than half in the top corner, where y tells the two exports apart."""
calm = settings(max_examples=60, deadline=None)


def _parts(weights: tuple[int, int, int], whole: int) -> tuple[Decimal, Decimal, Decimal]:
    total = sum(weights)
    first, second, third = (Decimal(w * whole) / total for w in weights)
    return first, second, third


def _row(weights: tuple[int, int, int], *, whole: int = 1, factor: str = "1", parts: bool = True) -> TriadRow:
    top, left, right = _parts(weights, whole)
    return TriadRow(right + top / 2, top * Decimal(factor), (top, left, right) if parts else None)


@calm
@given(WEIGHTS, st.sampled_from([1, 100]), st.integers(2, 12))
def test_parts_that_were_rounded_still_close_to_ten_thousand(
    weights: tuple[int, int, int], whole: int, decimals: int
) -> None:
    rounded = [round(part, decimals) for part in _parts(weights, whole)]

    parts = parts_of(rounded)

    assert sum(parts) == 10_000
    exact = [Fraction(w * 10_000, sum(weights)) for w in weights]
    slack = 1 + Fraction(10_000 * 3, whole * 10**decimals)
    assert all(abs(part - value) <= slack for part, value in zip(parts, exact, strict=True))


@calm
@given(WEIGHTS, st.sampled_from([(1, "1", "full"), (100, "0.8660254", "0.866"), (1, "0.8660254", "0.866")]))
def test_a_point_gives_the_parts_that_it_was_made_of(
    weights: tuple[int, int, int], export: tuple[int, str, str]
) -> None:
    whole, factor, height = export
    row = _row(weights, whole=whole, factor=factor)
    assert row.x is not None
    assert row.y is not None

    parts = parts_of_point(row.x, row.y, whole=Decimal(whole), height=height)

    assert sum(parts) == 10_000
    exact = [w * 10_000 / sum(weights) for w in weights]
    assert parts == pytest.approx(exact, abs=1.5)


@calm
@given(st.lists(HIGH, min_size=1, max_size=20), st.sampled_from([
    (1, "1", "full"), (100, "1", "full"), (100, "0.8660254", "0.866"), (100, "0.866", "0.866"),
    (1, "0.8660254", "0.866"),
]))  # fmt: skip
def test_which_export_it_is_follows_from_parts_and_points_together(
    weights: list[tuple[int, int, int]], export: tuple[int, str, str]
) -> None:
    whole, factor, height = export

    found = find_geometry([_row(w, whole=whole, factor=factor) for w in weights])

    assert (found.whole, found.height, found.has_parts) == (str(whole), height, True)
    assert str(len(weights)) in found.reasons[0]


def test_points_alone_prove_the_newer_export_only_where_they_stand_too_high_for_the_older() -> None:
    high = [_row((95, 3, 2), parts=False), _row((1, 1, 1), parts=False)]

    assert find_geometry(high).height == "full"


@pytest.mark.parametrize("factor", ["1", "0.866"])
def test_points_alone_that_fit_both_exports_are_refused(factor: str) -> None:
    with pytest.raises(AmbiguousTriads, match="every one of them fits both"):
        find_geometry([_row((1, 1, 1), factor=factor, parts=False), _row((1, 2, 2), factor=factor, parts=False)])


def test_a_file_of_two_exports_is_refused() -> None:
    with pytest.raises(AmbiguousTriads, match="two exports"):
        find_geometry([_row((3, 1, 1)), _row((3, 1, 1), whole=100)])


def test_parts_and_points_that_contradict_each_other_are_refused() -> None:
    swapped = TriadRow(Decimal("0.5"), Decimal("0.2"), (Decimal("0.6"), Decimal("0.2"), Decimal("0.2")))

    with pytest.raises(AmbiguousTriads, match="contradict"):
        find_geometry([swapped])


def test_heights_of_both_kinds_in_one_file_are_refused() -> None:
    with pytest.raises(AmbiguousTriads, match="contradict"):
        find_geometry([_row((3, 1, 1)), _row((3, 1, 1), factor="0.866")])


def test_a_point_outside_every_triangle_is_named() -> None:
    with pytest.raises(AmbiguousTriads, match="outside any triangle"):
        find_geometry([TriadRow(Decimal("0.1"), Decimal("0.9"), None)])
    with pytest.raises(NotRead, match="outside the triangle"):
        parts_of_point(Decimal("0.1"), Decimal("0.9"), whole=Decimal(1), height="full")
