"""Triads: where three parts that add to 1 lie, their centre and how sure it is; no point dropped, none clipped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from egenmakt.core.patterns.axes import Axis, scale_bin
from egenmakt.core.patterns.design import resample_weights, unit_sums
from egenmakt.core.patterns.table import ANSWERED, FloatArray, IntArray, NotATable, ScaleColumn, TriadColumn

WHOLE = 10_000
RESOLUTION = 0.01
"""How finely a finger points: one part in a hundred."""

ZERO_SHARE = 0.65
"""What a zero is taken for, in parts of the resolution. Source: Martín-Fernández et al. (2003)."""

BAND = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0)
"""The zero rule is tried at so many times its delta, to show what hangs on it."""

UNIT_PLANE = np.array([[-(3**0.5) / 2, -0.5], [0.0, 1.0], [3**0.5 / 2, -0.5]]) / 1.5**0.5
"""The three corners in the plane, as far from each other as in space (the square root of 2): distances stay."""

ILR = np.array([[1 / 2**0.5, -1 / 2**0.5, 0.0], [1 / 6**0.5, 1 / 6**0.5, -2 / 6**0.5]])
"""One basis of log-ratios: z1 = ln(a/b)/sqrt 2, z2 = ln(ab/c^2)/sqrt 6. No result hangs on the choice."""

Point: TypeAlias = tuple[float, float, float]


def in_plane(*, parts: FloatArray) -> FloatArray:
    """Points of the triangle in the plane, n x 2; the distances are those between the parts themselves."""
    return np.asarray(parts @ UNIT_PLANE)


def ilr(*, parts: FloatArray, basis: FloatArray = ILR) -> FloatArray:
    """Isometric log-ratios of parts without zeros, n x 2. Source: Egozcue et al. (2003)."""
    return np.asarray(np.log(parts) @ basis.T)


def ilr_back(*, coordinates: FloatArray, basis: FloatArray = ILR) -> FloatArray:
    """The parts of log-ratios, n x 3, adding to 1."""
    grown = np.exp(coordinates @ basis)
    return np.asarray(grown / grown.sum(axis=1, keepdims=True))


def without_zeros(*, parts: FloatArray, delta: float) -> FloatArray:
    """Parts whose zeros are `delta` and whose others give way in proportion (multiplicative replacement).

    Source: Martín-Fernández, Barceló-Vidal & Pawlowsky-Glahn (2003).
    """
    if not 0 < delta < 1 / 3:
        raise NotATable("A zero is replaced by more than 0 and less than a third.")
    zero = parts == 0
    return np.asarray(np.where(zero, delta, parts * (1 - delta * zero.sum(axis=1, keepdims=True))))


@dataclass(frozen=True, slots=True, eq=False)
class Centre:
    """The centre of a triad, told with everything it hangs on.

    `gravity` is the mean of the dots; `ilr` the centre of log-ratios when each of the `zeros` stories with a zero
    part has it replaced by `delta`; `band` the same centre for other deltas. `region` is a 95 % region of the mean
    and `ilr_region` of the log-ratio centre: corners of a polygon, or empty where there are too few units.
    """

    n: int
    units: int
    zeros: int
    gravity: Point
    ilr: Point
    delta: float
    band: tuple[tuple[float, Point], ...]
    region: tuple[Point, ...]
    ilr_region: tuple[Point, ...]
    resamples: int


def _point(parts: FloatArray) -> Point:
    a, b, c = (float(part) for part in parts)
    return a, b, c


def ilr_centre(*, parts: FloatArray, delta: float) -> Point:
    """The closed geometric mean, zeros replaced by delta."""
    z = ilr(parts=without_zeros(parts=parts, delta=delta))
    return _point(ilr_back(coordinates=z.mean(axis=0, keepdims=True))[0])


def centre(
    *,
    parts: FloatArray,
    units: IntArray,
    rng: np.random.Generator,
    resolution: float = RESOLUTION,
    resamples: int = 2_000,
    confidence: float = 0.95,
    least_units: int = 10,
) -> Centre | None:
    """The centre of answered triads and its region by a bootstrap of whole units; None when nobody answered.

    Args: parts n x 3; for each its unit: the teller, or the facilitator to see what hangs on who asked; a generator;
    the pointer's resolution, from which the delta follows. Fewer units than `least_units` get no region: it would
    promise what it cannot know.
    """
    if not parts.shape[0]:
        return None
    unit = np.unique(units, return_inverse=True)[1].astype(np.int64)
    many = int(unit.max()) + 1
    delta = ZERO_SHARE * resolution
    z = ilr(parts=without_zeros(parts=parts, delta=delta))
    regions: list[tuple[Point, ...]] = [(), ()]
    if many >= least_units:
        weights = resample_weights(units=unit, times=resamples, rng=rng)
        told = unit_sums(values=np.ones((parts.shape[0], 1)), units=unit)
        means = weights @ unit_sums(values=parts, units=unit) / (weights @ told)
        log_means = weights @ unit_sums(values=z, units=unit) / (weights @ told)
        # both regions are drawn in log-ratios, so that no part of them lies outside the triangle
        mean_z = ilr(parts=without_zeros(parts=means, delta=min(delta, 1e-6)))
        regions = [_region(mean_z, confidence), _region(log_means, confidence)]
    return Centre(
        n=parts.shape[0],
        units=many,
        zeros=int((parts == 0).any(axis=1).sum()),
        gravity=_point(parts.mean(axis=0)),
        ilr=ilr_centre(parts=parts, delta=delta),
        delta=delta,
        band=tuple((delta * times, ilr_centre(parts=parts, delta=delta * times)) for times in BAND),
        region=regions[0],
        ilr_region=regions[1],
        resamples=resamples if many >= least_units else 0,
    )


def _region(cloud: FloatArray, confidence: float, corners: int = 72) -> tuple[Point, ...]:
    """The ellipse in log-ratios that holds this share of the resampled centres, as parts."""
    middle = cloud.mean(axis=0)
    size, vectors = np.linalg.eigh(np.cov(cloud.T))
    half = vectors * np.sqrt(np.maximum(size, 0.0))
    if size.min() <= 1e-18:
        return ()
    away = (cloud - middle) @ (vectors / np.sqrt(size))
    reach = float(np.sqrt(np.quantile((away**2).sum(axis=1), confidence)))
    turn = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    ring = middle + reach * np.column_stack([np.cos(turn), np.sin(turn)]) @ half.T
    return tuple(_point(parts) for parts in ilr_back(coordinates=ring))


def whole_parts(*, parts: FloatArray) -> IntArray:
    """Parts as whole ten-thousandths that add to 10,000, so that borders are met exactly."""
    whole = np.rint(parts[:, :2] * WHOLE).astype(np.int64)
    rest = WHOLE - whole.sum(axis=1, keepdims=True)
    whole[:, 1:2] += np.minimum(rest, 0)
    return np.concatenate([whole, np.maximum(rest, 0)], axis=1)


@dataclass(frozen=True, slots=True)
class TriadGrid:
    """Bins of a triangle: three corners, pieces of three edges, and small triangles inside; every point in one.

    A corner holds the points with a part of at least 10,000 - `border`; an edge those, further, with a part of at
    most `border`, cut into `divisions` pieces; the rest is cut into divisions squared triangles of equal size.
    """

    divisions: int = 10
    border: int = 100

    def __post_init__(self) -> None:
        if self.divisions < 1 or not 0 <= self.border < WHOLE // 3:
            raise NotATable("A grid has at least one division, and borders of less than a third.")

    @property
    def size(self) -> int:
        """How many bins there are."""
        return 3 + 3 * self.divisions + self.divisions**2

    def marks(self) -> tuple[str, ...]:
        """The bins' names: corner:a, edge:ab:0 (from a to b), cell:row:place."""
        edges = [f"edge:{side}:{piece}" for side in ("bc", "ca", "ab") for piece in range(self.divisions)]
        cells = [
            f"cell:{row}:{place}" for row in range(self.divisions) for place in range(2 * (self.divisions - row) - 1)
        ]
        return ("corner:a", "corner:b", "corner:c", *edges, *cells)

    def codes(self, *, whole: IntArray) -> IntArray:
        """The bin of each point, given in ten-thousandths.

        Inside, row is the first part's step, and in it places alternate between triangles that point up and down.
        """
        m, a = self.divisions, whole
        step = a * m // WHOLE
        # a point where lines of the grid cross would be one step beyond: it goes to the triangle below its first part
        over = step.sum(axis=1) == m
        first = np.where(step[:, 0] > 0, 0, np.where(step[:, 1] > 0, 1, 2))
        step[np.flatnonzero(over), first[over]] -= 1
        row, second = step[:, 0], step[:, 1]
        down = step.sum(axis=1) == m - 2
        # rows before hold 2(m - r) - 1 triangles each: m^2 - (m - row)^2 in all
        cell = m * m - (m - row) ** 2 + 2 * second + down
        found = 3 + 3 * m + cell
        along = np.empty_like(found)
        for side in (2, 1, 0):
            start, end = (side + 1) % 3, (side + 2) % 3
            both = a[:, start] + a[:, end]
            along = np.minimum(a[:, end] * m // np.maximum(both, 1), m - 1)
            found = np.where(a[:, side] <= self.border, 3 + side * m + along, found)
        for corner in (2, 1, 0):
            found = np.where(a[:, corner] >= WHOLE - self.border, corner, found)
        return np.asarray(found)

    def polygon(self, *, mark: int) -> tuple[Point, ...]:
        """What to draw for a bin, as parts: a point for a corner, a line for a piece of an edge, a triangle inside."""
        m = self.divisions
        if mark < 3:
            return (_point(np.eye(3)[mark]),)
        if mark < 3 + 3 * m:
            side, piece = divmod(mark - 3, m)
            start, end = np.eye(3)[(side + 1) % 3], np.eye(3)[(side + 2) % 3]
            return tuple(_point(start + (end - start) * place / m) for place in (piece, piece + 1))
        cell = mark - 3 - 3 * m
        row = next(r for r in range(m) if cell < m * m - (m - r - 1) ** 2)
        second, down = divmod(cell - (m * m - (m - row) ** 2), 2)
        third = m - 1 - row - second - down
        base = np.array([row, second, third])
        steps = 1 - np.eye(3, dtype=np.int64) if down else np.eye(3, dtype=np.int64)
        return tuple(_point((base + step) / m) for step in steps)


ZONES = ("a", "b", "c", "ab", "bc", "ca", "middle")
"""Seven zones: a part of at least 60 %; else a part of at most 20 % leaves the two others; else the middle."""


def zones(*, whole: IntArray) -> IntArray:
    """The zone of each point, given in ten-thousandths."""
    found = np.full(whole.shape[0], 6, dtype=np.int64)
    for side, zone in ((0, 4), (1, 5), (2, 3)):
        found[whole[:, side] <= WHOLE // 5] = zone
    for corner in range(3):
        found[whole[:, corner] >= WHOLE * 3 // 5] = corner
    return found


def triad_axis(*, question: str, column: TriadColumn, grid: TriadGrid | None = None) -> Axis:
    """An axis of a triad's bins, or, without a grid, of its seven zones."""
    answered = column.states == ANSWERED
    whole = whole_parts(parts=column.parts[answered])
    codes = np.full(column.states.shape, -1, dtype=np.int64)
    codes[answered] = zones(whole=whole) if grid is None else grid.codes(whole=whole)
    return Axis(question, ZONES if grid is None else grid.marks(), column.states, codes=codes)


THIRDS = ("low", "middle", "high")


def parts_axis(*, question: str, column: ScaleColumn | TriadColumn) -> Axis:
    """What is laid side by side where a triad is compared: the thirds of a scale, the seven zones of another triad."""
    if isinstance(column, TriadColumn):
        return triad_axis(question=question, column=column)
    return Axis(question, THIRDS, column.states, codes=scale_bin(values=column, bins=len(THIRDS)))
