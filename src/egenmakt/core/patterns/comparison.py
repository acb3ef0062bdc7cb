"""What a test between questions says, and what all of them share: who answered, chance by re-ordering, Holm."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from egenmakt.core.patterns.design import Design, orders_at_once
from egenmakt.core.patterns.effects import Effect
from egenmakt.core.patterns.table import BoolArray, ChoiceColumn, FloatArray, IntArray
from egenmakt.core.patterns.triad_tests import TriadComparison
from egenmakt.core.words import _

PERMUTATIONS = 4_999

NOTES = {
    "permuted_for_tellers": _("Tellers told several stories or facilitators differ: chance was made by re-ordering."),
    "permuted_for_small_counts": _("Some expected counts are small: chance was made by re-ordering."),
    "options_left_out": _("Options with too few stories were left out of the test; they are counted above."),
    "parts_left_out": _("Parts with too few stories were left out where spread and any difference are compared."),
    "cells_left_out": _("Combinations with too few stories were left out of the test; they are counted above."),
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
class Ready:
    """The stories that answered both questions."""

    mask: BoolArray
    design: Design
    missing: dict[str, dict[str, int]]
    rng: np.random.Generator

    @property
    def resembling(self) -> bool:
        """Whether tellers told several stories, or there is more than one facilitator."""
        return self.design.clustered or self.design.blocked


def holm(*, p: Sequence[float]) -> list[float]:
    """Probabilities corrected for their number. Source: Holm (1979)."""
    order = sorted(range(len(p)), key=lambda place: p[place])
    found, reached = [0.0] * len(p), 0.0
    for step, place in enumerate(order):
        reached = max(reached, min(1.0, p[place] * (len(p) - step)))
        found[place] = reached
    return found


def grouped(
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


def by_permutation(ready: Ready, inside: BoolArray, statistic: Callable[[IntArray], FloatArray], seen: float) -> float:
    """How often re-ordered stories show as much; the order seen counts as one.

    Args: statistic, of each row of a table of orders x stories.
    """
    design = ready.design.take(inside)
    further = sum(
        int((statistic(orders) >= seen * (1 - 1e-9)).sum())
        for orders in orders_at_once(design=design, times=PERMUTATIONS, rng=ready.rng)
    )
    return (further + 1) / (PERMUTATIONS + 1)


def too_few(
    questions: tuple[str, str], test: str, n: int, ready: Ready, groups: tuple[tuple[str, int], ...] = ()
) -> Comparison:
    """What is said where a test is not made."""
    nan = float("nan")
    return Comparison(questions, test, n, ready.missing, nan, 0, 1.0, 0, None, groups=groups, notes=("too_few",))
