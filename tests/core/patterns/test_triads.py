"""Triads against scikit-bio and SciPy, and laws that hold for every triangle."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats
from scipy.spatial.distance import pdist, squareform
from skbio.stats.composition import ilr as skbio_ilr
from skbio.stats.composition import multi_replace
from skbio.stats.distance import DistanceMatrix, permanova, permdisp

from egenmakt.core.patterns.design import Design
from egenmakt.core.patterns.triad_tests import (
    against_uniform,
    compare_triads,
    energy_between,
    permanova_f,
    permdisp_f,
)
from egenmakt.core.patterns.triads import (
    ILR,
    TriadGrid,
    centre,
    ilr,
    ilr_back,
    ilr_centre,
    in_plane,
    whole_parts,
    without_zeros,
    zones,
)
from tests.core.patterns.invented import corner_heavy

wholes = st.integers(0, 10_000).flatmap(lambda a: st.integers(0, 10_000 - a).map(lambda b: (a, b, 10_000 - a - b)))


def _everyone(size: int) -> Design:
    return Design(np.zeros(size, dtype=np.int64), np.arange(size))


@pytest.mark.parametrize("seed", range(4))
def test_zeros_are_replaced_and_ratios_taken_as_scikit_bio_does(seed: int) -> None:
    parts = corner_heavy(np.random.default_rng(seed), 60)

    ours = without_zeros(parts=parts, delta=0.0065)

    assert ours == pytest.approx(multi_replace(parts, delta=0.0065), abs=1e-12)
    assert np.abs(ilr(parts=ours)) == pytest.approx(np.abs(skbio_ilr(ours, basis=ILR)), abs=1e-10)
    assert ilr_back(coordinates=ilr(parts=ours)) == pytest.approx(ours, abs=1e-12)


@settings(max_examples=50, deadline=None)
@given(angle=st.floats(0, 6.28), flip=st.booleans(), seed=st.integers(0, 1_000))
def test_no_result_of_log_ratios_hangs_on_the_basis(angle: float, flip: bool, seed: int) -> None:
    rng = np.random.default_rng(seed)
    parts = without_zeros(parts=corner_heavy(rng, 40), delta=0.0065)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    basis = (turn * ([[1.0], [-1.0]] if flip else 1.0)) @ ILR
    labels = rng.integers(0, 2, 40)

    there = ilr_back(coordinates=ilr(parts=parts, basis=basis).mean(axis=0, keepdims=True), basis=basis)[0]

    assert there == pytest.approx(ilr_centre(parts=parts, delta=0.0065), abs=1e-10)
    assert permanova_f(points=ilr(parts=parts, basis=basis), labels=labels) == pytest.approx(
        permanova_f(points=ilr(parts=parts), labels=labels), rel=1e-8
    )


@settings(max_examples=40, deadline=None)
@given(hnp.arrays(np.int64, (st.integers(12, 40)).map(lambda n: (n, 2)), elements=st.integers(0, 100)))
def test_the_centre_its_band_and_its_region_lie_in_the_triangle(steps: np.ndarray) -> None:
    low, high = np.sort(steps, axis=1).T
    parts = np.column_stack([low, high - low, 100 - high]) / 100

    found = centre(parts=parts, units=np.arange(len(parts)), rng=np.random.default_rng(0), resamples=200)

    assert found is not None
    points = [found.gravity, found.ilr, *(point for _, point in found.band), *found.region, *found.ilr_region]
    assert all(min(point) >= 0 and sum(point) == pytest.approx(1) for point in points)
    assert found.n == len(parts)
    assert found.zeros == (parts == 0).any(axis=1).sum()


def test_the_band_shows_what_hangs_on_the_zero_rule() -> None:
    parts = corner_heavy(np.random.default_rng(8), 1_200)

    found = centre(parts=parts, units=np.arange(1_200), rng=np.random.default_rng(0), resamples=100)

    assert found is not None
    assert found.delta == pytest.approx(0.0065)
    assert dict(found.band)[found.delta] == found.ilr
    assert found.gravity == pytest.approx(tuple(parts.mean(axis=0)))


def test_the_region_covers_the_true_mean_in_19_of_20_projects_and_tellers_widen_it() -> None:
    runs, covered, tellers, each = 100, {1: 0, 5: 0}, 60, 5
    for seed in range(runs):
        rng = np.random.default_rng(seed)
        own = rng.dirichlet((2.0, 3.0, 4.0), tellers)
        parts = np.repeat(own, each, axis=0)  # every teller says the same each time
        truth = ilr(parts=np.array([[2 / 9, 3 / 9, 4 / 9]]))[0]
        for stories, units in ((1, np.arange(tellers * each)), (each, np.arange(tellers * each) // each)):
            found = centre(parts=parts, units=units, rng=rng, resamples=200)
            assert found is not None
            ring = ilr(parts=np.array(found.region))
            middle = ring.mean(axis=0)
            size, vectors = np.linalg.eigh(np.cov(ring.T))
            reach = (((ring - middle) @ (vectors / np.sqrt(size))) ** 2).sum(axis=1).mean()
            covered[stories] += bool((((truth - middle) @ (vectors / np.sqrt(size))) ** 2).sum() <= reach)

    assert covered[5] >= stats.binom.ppf(0.005, runs, 0.93)
    assert covered[1] < covered[5] - runs // 10  # stories taken for tellers promise too much


@given(st.lists(wholes, min_size=1, max_size=60), st.integers(1, 12), st.integers(0, 300))
def test_every_point_lies_in_exactly_one_bin_that_holds_it(
    points: list[tuple[int, int, int]], divisions: int, border: int
) -> None:
    grid = TriadGrid(divisions=divisions, border=border)
    whole = np.array(points)

    codes = grid.codes(whole=whole)

    assert len(grid.marks()) == grid.size
    for code, point in zip(codes, points, strict=True):
        mark = grid.marks()[code]
        if max(point) >= 10_000 - border:
            assert mark == f"corner:{'abc'[int(np.argmax(point))]}"
        elif min(point) <= border:
            assert mark.startswith("edge:")
        else:
            corners = np.array(grid.polygon(mark=int(code)))
            inside = np.linalg.solve(corners.T, np.array(point) / 10_000)
            assert inside.min() >= -1e-9


def test_the_triangles_of_a_grid_tile_the_whole() -> None:
    for divisions in (1, 2, 3, 7):
        grid = TriadGrid(divisions=divisions, border=0)
        centres = [np.array(grid.polygon(mark=mark)).mean(axis=0) for mark in range(3 + 3 * divisions, grid.size)]
        whole = whole_parts(parts=np.array(centres))

        assert grid.codes(whole=whole).tolist() == list(range(3 + 3 * divisions, grid.size))


def test_pieces_of_an_edge_run_along_it() -> None:
    grid = TriadGrid(divisions=4, border=100)
    points = np.array([[0, 9_000, 1_000], [0, 1_000, 9_000], [5_000, 0, 5_000], [8_000, 2_000, 0], [10_000, 0, 0]])

    marks = [grid.marks()[code] for code in grid.codes(whole=points)]

    assert marks == ["edge:bc:0", "edge:bc:3", "edge:ca:2", "edge:ab:0", "corner:a"]


def test_zones_are_cut_at_sixty_and_twenty_per_cent() -> None:
    points = [(6_000, 2_000, 2_000), (5_999, 2_001, 2_000), (4_000, 4_000, 2_000)]
    points += [(2_000, 4_000, 4_000), (4_000, 2_000, 4_000), (3_333, 3_333, 3_334)]

    assert zones(whole=np.array(points)).tolist() == [0, 3, 3, 4, 5, 6]


CASES = list(itertools.product(range(3), (2, 4)))


@pytest.mark.parametrize(("seed", "groups"), CASES)
def test_permanova_and_permdisp_equal_scikit_bio(seed: int, groups: int) -> None:
    rng = np.random.default_rng(seed)
    parts = corner_heavy(rng, 70)
    labels = np.concatenate([np.arange(groups), rng.integers(0, groups, 70 - groups)])
    matrix = DistanceMatrix(squareform(pdist(parts)))

    place = permanova_f(points=in_plane(parts=parts), labels=labels)
    spread = permdisp_f(points=in_plane(parts=parts), labels=labels)

    assert place == pytest.approx(permanova(matrix, labels, permutations=0)["test statistic"], rel=1e-8)
    assert spread == pytest.approx(
        permdisp(matrix, labels, test="centroid", permutations=0)["test statistic"], rel=1e-6
    )


@pytest.mark.parametrize("seed", range(3))
def test_the_energy_of_two_groups_on_a_line_equals_scipy(seed: int) -> None:
    rng = np.random.default_rng(seed)
    a, b = rng.integers(0, 20, 30) / 20.0, rng.integers(5, 25, 45) / 20.0
    where = np.unique(np.concatenate([a, b]))
    counts = np.array([(a[:, None] == where).sum(axis=0), (b[:, None] == where).sum(axis=0)]).astype(float)

    ours = energy_between(distances=np.abs(where[:, None] - where[None, :]), counts=counts)

    # SciPy's is the root of 2 E|X-Y| - E|X-X'| - E|Y-Y'|
    assert ours == pytest.approx(30 * 45 / (2 * 75) * stats.energy_distance(a, b) ** 2, rel=1e-9)


def test_groups_that_differ_are_told_apart_and_equal_ones_are_not() -> None:
    rng = np.random.default_rng(3)
    labels = np.repeat([0, 1], 150)
    same = corner_heavy(rng, 300)
    moved = np.concatenate([rng.dirichlet((4, 2, 2), 150), rng.dirichlet((2, 4, 2), 150)])
    wider = np.concatenate([rng.dirichlet((1, 1, 1), 150), rng.dirichlet((9, 9, 9), 150)])

    found = [
        compare_triads(parts=p, points=in_plane(parts=p), labels=labels, design=_everyone(300), rng=rng, times=199)
        for p in (same, moved, wider)
    ]

    assert min(found[0].permanova.p, found[0].energy.p, found[0].dispersion.p) > 0.01
    assert (found[1].permanova.p, found[1].energy.p) == (0.005, 0.005)
    assert found[1].r_squared_interval[0] < found[1].r_squared < found[1].r_squared_interval[1]
    assert found[2].dispersion.p == found[2].energy.p == 0.005
    assert found[2].permanova.p > 0.01


def test_the_energy_of_many_stories_on_a_grid_is_that_of_their_points() -> None:
    rng = np.random.default_rng(4)
    parts = np.concatenate([rng.dirichlet((4, 3, 3), 1_100), rng.dirichlet((3, 4, 3), 1_100)])
    points, labels = in_plane(parts=parts), np.repeat([0, 1], 1_100)
    exact = energy_between(distances=squareform(pdist(parts)), counts=np.eye(2)[labels].T)

    found = compare_triads(parts=parts, points=points, labels=labels, design=_everyone(2_200), rng=rng, times=19)

    assert not found.energy_exact
    assert found.energy.statistic == pytest.approx(exact, rel=0.01)


def test_random_dots_look_random_and_real_ones_do_not() -> None:
    p = [
        against_uniform(parts=np.random.default_rng(seed).dirichlet((1, 1, 1), 150), units=np.arange(150))
        for seed in range(300)
    ]
    share = np.mean([found.p < 0.05 for found in p if found is not None])

    assert 0.05 - 0.035 < share < 0.05 + 0.035
    real = against_uniform(parts=corner_heavy(np.random.default_rng(1), 150), units=np.arange(150))
    assert real is not None
    assert real.p < 1e-6
    assert against_uniform(parts=np.full((3, 3), 1 / 3), units=np.arange(3)) is None
