"""Compare: two or three questions, tested and sized; the omnibus before pairs, missing left out, always two-sided."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

import numpy as np

from egenmakt.core.patterns.describe import spearman_rho
from egenmakt.core.patterns.design import Design, design_of, permutations
from egenmakt.core.patterns.effects import (
    Effect,
    chi_squared,
    cliffs_delta,
    cramers_v,
    design_effect,
    epsilon_interval,
    epsilon_squared,
    kruskal_h,
    mann_whitney,
    spearman_effect,
)
from egenmakt.core.patterns.laws import chi2_tail, normal_tail, t_two_sided
from egenmakt.core.patterns.table import (
    ANSWERED,
    DOES_NOT_APPLY,
    BoolArray,
    ChoiceColumn,
    Column,
    FloatArray,
    IntArray,
    NotATable,
    ScaleColumn,
    SeveralColumn,
    StoryTable,
    TriadColumn,
    states_of,
)
from egenmakt.core.patterns.triad_tests import TriadComparison, compare_triads
from egenmakt.core.patterns.triads import in_plane
from egenmakt.core.patterns.voices import heard
from egenmakt.core.words import _

PERMUTATIONS = 4_999

NOTES = {
    "permuted_for_tellers": _("Tellers told several stories or facilitators differ: chance was made by re-ordering."),
    "permuted_for_small_counts": _("Some expected counts are small: chance was made by re-ordering."),
    "options_left_out": _("Options with too few stories were left out of the test; they are counted above."),
    "applies_differs": _("Whether the question applies differs by group: read the answers with that in mind."),
    "too_few": _("There are too few stories to compare."),
}
"""What must be known to read a test: code -> words, to be translated where they are shown."""


@dataclass(frozen=True, slots=True)
class PairOf:
    """Two groups compared after the omnibus; `p` is corrected for the number of pairs (Holm)."""

    first: str
    second: str
    p: float
    effect: Effect


@dataclass(frozen=True, slots=True)
class Comparison:
    """A test between questions: n stories used, what is missing in each, statistic, probability, size, notes."""

    questions: tuple[str, ...]
    test: str
    n: int
    missing: dict[str, dict[str, int]]
    statistic: float
    degrees: int
    p: float
    permutations: int
    effect: Effect | None
    groups: tuple[tuple[str, int], ...] = ()
    pairs: tuple[PairOf, ...] = ()
    notes: tuple[str, ...] = ()
    triad: TriadComparison | None = None
    applies_p: float | None = None
    extra: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class _Ready:
    """The stories that answered both questions."""

    mask: BoolArray
    design: Design
    missing: dict[str, dict[str, int]]
    rng: np.random.Generator

    @property
    def resembling(self) -> bool:
        return self.design.clustered or self.design.blocked


def compare(
    *,
    table: StoryTable,
    first: str,
    second: str,
    seed: int,
    voice: str | None = None,
    least: int = 5,
    alpha: float = 0.05,
    by_facilitator: bool = True,
    by_teller: bool = True,
) -> tuple[Comparison, ...]:
    """Compare two questions by the test that fits them; a question of several answers gives one test for each option.

    Args: two questions; a seed; a voice or TOGETHER; the least stories an option needs to take part.
    With several options tested, their probabilities are corrected for their number (Holm). Raises: NotATable.
    """
    some = heard(table=table, voice=voice)
    design = design_of(table=some, by_facilitator=by_facilitator, by_teller=by_teller)
    left, right = _options(first, some.column(first)), _options(second, some.column(second))
    found = []
    for number, ((a, x), (b, y)) in enumerate((one, other) for one in left for other in right):
        if RANK.get(type(x), 9) > RANK.get(type(y), 9):
            (a, x), (b, y) = (b, y), (a, x)
        test = TESTS.get((type(x), type(y)))
        if test is None:
            raise NotATable(f"{a} and {b} cannot be compared by a test; look at their counts.")
        mask = np.asarray((x.states == ANSWERED) & (y.states == ANSWERED))
        missing = {
            code: {k: v for k, v in states_of(column).items() if k != "answered"} for code, column in ((a, x), (b, y))
        }
        ready = _Ready(mask, design, missing, np.random.default_rng((seed, number)))
        found.append(test((a, b), x, y, ready, least, alpha))
    return tuple(found) if len(found) == 1 else _holm_over(found)


def _holm_over(found: Sequence[Comparison]) -> tuple[Comparison, ...]:
    p = holm(p=[one.p for one in found])
    return tuple(
        replace(one, p=value, extra={**one.extra, "p_alone": one.p}) for one, value in zip(found, p, strict=True)
    )


def holm(*, p: Sequence[float]) -> list[float]:
    """Probabilities corrected for their number. Source: Holm (1979)."""
    order = sorted(range(len(p)), key=lambda place: p[place])
    found, reached = [0.0] * len(p), 0.0
    for step, place in enumerate(order):
        reached = max(reached, min(1.0, p[place] * (len(p) - step)))
        found[place] = reached
    return found


def _options(code: str, column: Column) -> list[tuple[str, Column]]:
    if not isinstance(column, SeveralColumn):
        return [(code, column)]
    answered = column.states == ANSWERED
    return [
        (
            f"{code}.{option}",
            ChoiceColumn(column.states, ("no", "yes"), np.where(answered, column.chosen[:, i], -1).astype(np.int64)),
        )
        for i, option in enumerate(column.options)
    ]


def _grouped(
    column: ChoiceColumn, mask: BoolArray, least: int
) -> tuple[BoolArray, IntArray, tuple[str, ...], tuple[tuple[str, int], ...]]:
    """The stories of large enough options, their groups from 0, and how many stories every option has."""
    counts = np.bincount(column.chosen[mask], minlength=len(column.options))
    kept = counts >= least
    inside = mask.copy()
    inside[mask] = kept[column.chosen[mask]]
    labels = (np.cumsum(kept) - 1)[column.chosen[inside]]
    names = tuple(option for option, keep in zip(column.options, kept, strict=True) if keep)
    return inside, labels.astype(np.int64), names, tuple(zip(column.options, (int(n) for n in counts), strict=True))


def _by_permutation(ready: _Ready, inside: BoolArray, statistic: Callable[[IntArray], float], seen: float) -> float:
    """How often re-ordered stories show as much; the order seen counts as one."""
    design = ready.design.take(inside)
    further = sum(
        statistic(order) >= seen * (1 - 1e-9)
        for order in permutations(design=design, times=PERMUTATIONS, rng=ready.rng)
    )
    return (further + 1) / (PERMUTATIONS + 1)


def _too_few(
    questions: tuple[str, str], test: str, n: int, ready: _Ready, groups: tuple[tuple[str, int], ...] = ()
) -> Comparison:
    nan = float("nan")
    return Comparison(questions, test, n, ready.missing, nan, 0, 1.0, 0, None, groups=groups, notes=("too_few",))


def _choice_choice(
    questions: tuple[str, str], x: Column, y: Column, ready: _Ready, least: int, alpha: float
) -> Comparison:
    assert isinstance(x, ChoiceColumn)
    assert isinstance(y, ChoiceColumn)
    n = int(ready.mask.sum())
    rows, columns = len(x.options), len(y.options)
    counts = np.bincount(x.chosen[ready.mask] * columns + y.chosen[ready.mask], minlength=rows * columns).reshape(
        rows, columns
    )
    used = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    if min(used.shape, default=0) < 2 or n < 2:
        return _too_few(questions, "chi_squared", n, ready)
    statistic, degrees, large = chi_squared(counts=used)
    a, b = x.chosen[ready.mask], y.chosen[ready.mask]
    notes: tuple[str, ...] = ()
    p, times, growth = chi2_tail(statistic, degrees), 0, 1.0
    if ready.resembling or not large:
        expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / n
        safe = np.where(expected > 0, expected, 1)

        def again(order: IntArray) -> float:
            drawn = np.bincount(a[order] * columns + b, minlength=rows * columns).reshape(rows, columns)
            return float(((drawn - expected) ** 2 / safe).sum())

        p, times = _by_permutation(ready, ready.mask, again, statistic), PERMUTATIONS
        notes = ("permuted_for_tellers" if ready.resembling else "permuted_for_small_counts",)
        own, other = np.eye(rows)[a] - counts.sum(axis=1) / n, np.eye(columns)[b] - counts.sum(axis=0) / n
        weigh = np.sqrt(np.outer(np.maximum(counts.sum(axis=1), 1), np.maximum(counts.sum(axis=0), 1))).ravel()
        products = (own[:, :, None] * other[:, None, :]).reshape(n, -1) / weigh
        growth = design_effect(products=products, units=ready.design.take(ready.mask).units)
    effect = cramers_v(counts=used, statistic=statistic, growth=growth)
    groups = tuple(zip(x.options, (int(c) for c in counts.sum(axis=1)), strict=True))
    return Comparison(
        questions, "chi_squared", n, ready.missing, statistic, degrees, p, times, effect, groups=groups, notes=notes
    )


def _choice_scale(
    questions: tuple[str, str], x: Column, y: Column, ready: _Ready, least: int, alpha: float
) -> Comparison:
    assert isinstance(x, ChoiceColumn)
    assert isinstance(y, ScaleColumn)
    inside, labels, names, groups = _grouped(x, ready.mask, least)
    values, many = y.values[inside], len(names)
    if many < 2:
        return _too_few(questions, "kruskal_wallis", int(inside.sum()), ready, groups)
    notes = ("options_left_out",) if any(0 < n < least for _, n in groups) else ()
    h = kruskal_h(values=values, labels=labels)
    if not np.isfinite(h):
        return _too_few(questions, "kruskal_wallis", values.size, ready, groups)
    p, times = chi2_tail(h, many - 1), 0
    if many == 2:
        u, z = mann_whitney(first=values[labels == 0], second=values[labels == 1])
        p = min(1.0, 2 * normal_tail(abs(z)))
    if ready.resembling:
        p = _by_permutation(ready, inside, lambda order: kruskal_h(values=values, labels=labels[order]), h)
        times, notes = PERMUTATIONS, (*notes, "permuted_for_tellers")
    units = ready.design.take(inside).units
    if many == 2:
        effect = _delta(values, labels, units, 0, 1)
        return Comparison(
            questions, "mann_whitney", values.size, ready.missing, u, 1, p, times, effect, groups=groups, notes=notes
        )
    pairs = _pairs(values, labels, names, ready, inside, units) if p <= alpha else ()
    size = epsilon_squared(h=h, n=values.size, groups=many)
    effect = Effect(
        "epsilon_squared", size, *epsilon_interval(values=values, labels=labels, units=units, rng=ready.rng, seen=size)
    )
    return Comparison(
        questions, "kruskal_wallis", values.size, ready.missing, h, many - 1, p, times, effect,
        groups=groups, pairs=pairs, notes=notes,
    )  # fmt: skip


def _delta(values: FloatArray, labels: IntArray, units: IntArray, i: int, j: int) -> Effect:
    one, other = labels == i, labels == j
    return cliffs_delta(first=values[one], second=values[other], units=np.concatenate([units[one], units[other]]))


def _pair_by_permutation(
    values: FloatArray, labels: IntArray, pair: tuple[int, int], ready: _Ready, inside: BoolArray
) -> float:
    chosen = (labels == pair[0]) | (labels == pair[1])
    part = inside.copy()
    part[inside] = chosen
    own, group = values[chosen], (labels[chosen] == pair[0]).astype(np.int64)
    h = kruskal_h(values=own, labels=group)
    if not np.isfinite(h):
        return 1.0
    return _by_permutation(ready, part, lambda order: kruskal_h(values=own, labels=group[order]), h)


def _pairs(
    values: FloatArray, labels: IntArray, names: tuple[str, ...], ready: _Ready, inside: BoolArray, units: IntArray
) -> tuple[PairOf, ...]:
    couples = list(combinations(range(len(names)), 2))
    p = []
    for i, j in couples:
        _, z = mann_whitney(first=values[labels == i], second=values[labels == j])
        probability = min(1.0, 2 * normal_tail(abs(z)))
        if ready.resembling:
            probability = _pair_by_permutation(values, labels, (i, j), ready, inside)
        p.append(probability)
    return tuple(
        PairOf(names[i], names[j], value, _delta(values, labels, units, i, j))
        for (i, j), value in zip(couples, holm(p=p), strict=True)
    )


def _scale_scale(
    questions: tuple[str, str], x: Column, y: Column, ready: _Ready, least: int, alpha: float
) -> Comparison:
    assert isinstance(x, ScaleColumn)
    assert isinstance(y, ScaleColumn)
    a, b = x.values[ready.mask], y.values[ready.mask]
    effect = spearman_effect(x=a, y=b, units=ready.design.take(ready.mask).units, rng=ready.rng)
    if a.size < 5 or not np.isfinite(effect.size):
        return _too_few(questions, "spearman", a.size, ready)
    rho, times = effect.size, 0
    notes: tuple[str, ...] = ()
    degrees = a.size - 2
    p = t_two_sided(rho * np.sqrt(degrees / max(1 - rho**2, 1e-300)), degrees)
    if ready.resembling:
        p = _by_permutation(ready, ready.mask, lambda order: abs(spearman_rho(x=a[order], y=b)), abs(rho))
        times, notes = PERMUTATIONS, ("permuted_for_tellers",)
    return Comparison(questions, "spearman", a.size, ready.missing, rho, degrees, p, times, effect, notes=notes)


def _choice_triad(
    questions: tuple[str, str], x: Column, y: Column, ready: _Ready, least: int, alpha: float
) -> Comparison:
    assert isinstance(x, ChoiceColumn)
    assert isinstance(y, TriadColumn)
    inside, labels, names, groups = _grouped(x, ready.mask, least)
    n = int(inside.sum())
    if len(names) < 2 or n <= len(names):
        return _too_few(questions, "permanova", n, ready, groups)
    parts = y.parts[inside]
    found = compare_triads(
        parts=parts, points=in_plane(parts=parts), labels=labels, design=ready.design.take(inside), rng=ready.rng
    )
    applies = _applies(x, y, ready)
    notes = tuple(
        note
        for note, holds in (
            ("options_left_out", any(0 < count < least for _, count in groups)),
            ("permuted_for_tellers", ready.resembling),
            ("applies_differs", applies is not None and applies <= alpha),
        )
        if holds
    )
    effect = Effect("r_squared", found.r_squared, *found.r_squared_interval)
    return Comparison(
        questions, "permanova", n, ready.missing, found.permanova.statistic, len(names) - 1, found.permanova.p,
        found.permanova.times, effect, groups=groups, notes=notes, triad=found, applies_p=applies,
    )  # fmt: skip


def _applies(x: ChoiceColumn, y: Column, ready: _Ready) -> float | None:
    """Whether 'does not apply' differs by group: looked at before the answers are read. None when nobody said so."""
    asked = (x.states == ANSWERED) & ((y.states == ANSWERED) | (y.states == DOES_NOT_APPLY))
    if not (y.states[asked] == DOES_NOT_APPLY).any() or (y.states[asked] == DOES_NOT_APPLY).all():
        return None
    states = np.where(asked, 0, 3).astype(np.int8)
    said = ChoiceColumn(
        states, ("applies", "does_not"), np.where(asked, y.states == DOES_NOT_APPLY, -1).astype(np.int64)
    )
    group = ChoiceColumn(states, x.options, np.where(asked, x.chosen, -1).astype(np.int64))
    again = _Ready(np.asarray(asked), ready.design, ready.missing, ready.rng)
    return _choice_choice(("group", "applies"), group, said, again, 0, 0.05).p


RANK: dict[type, int] = {ChoiceColumn: 0, ScaleColumn: 1, TriadColumn: 2, SeveralColumn: 3}
TESTS: dict[tuple[type, type], Callable[[tuple[str, str], Column, Column, _Ready, int, float], Comparison]] = {
    (ChoiceColumn, ChoiceColumn): _choice_choice,
    (ChoiceColumn, ScaleColumn): _choice_scale,
    (ScaleColumn, ScaleColumn): _scale_scale,
    (ChoiceColumn, TriadColumn): _choice_triad,
}
"""Kinds of two questions -> the test that fits them."""
