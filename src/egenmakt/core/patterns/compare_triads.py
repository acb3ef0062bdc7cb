"""Triads by a choice, with a scale, with another triad; whether the question applies is looked at first."""

from __future__ import annotations

import numpy as np

from egenmakt.core.patterns.compare_choices import choice_choice
from egenmakt.core.patterns.comparison import PERMUTATIONS, Comparison, Ready, by_permutation, grouped, too_few
from egenmakt.core.patterns.effects import Effect
from egenmakt.core.patterns.place_tests import explained_by, explained_interval, numbers_of
from egenmakt.core.patterns.table import (
    ANSWERED,
    DOES_NOT_APPLY,
    ChoiceColumn,
    Column,
    ScaleColumn,
    TriadColumn,
)
from egenmakt.core.patterns.triad_tests import TriadComparison, compare_triads
from egenmakt.core.patterns.triads import in_plane, parts_axis


def choice_triad(
    questions: tuple[str, str], x: Column, y: Column, ready: Ready, least: int, alpha: float
) -> Comparison:
    """The place in a triad by a choice: PERMANOVA, with spread and energy beside it."""
    assert isinstance(x, ChoiceColumn)
    assert isinstance(y, TriadColumn)
    inside, labels, names, groups = grouped(x, ready.mask, least)
    n = int(inside.sum())
    if len(names) < 2 or n <= len(names):
        return too_few(questions, "permanova", n, ready, groups)
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


def with_triad(questions: tuple[str, str], x: Column, y: Column, ready: Ready, least: int, alpha: float) -> Comparison:
    """The place in a triad with a scale or with the place in another triad.

    The test is of a straight relation, by the scale's ranks or by the other place; beside it the parts of the first
    question (thirds, zones) are laid side by side for spread and for any difference at all.
    """
    assert isinstance(x, (ScaleColumn, TriadColumn))
    assert isinstance(y, TriadColumn)
    parts_of_x = parts_axis(question=questions[0], column=x)
    assert parts_of_x.codes is not None
    own = ChoiceColumn(x.states, parts_of_x.marks, parts_of_x.codes)
    inside, n = ready.mask, int(ready.mask.sum())
    groups = tuple(zip(own.options, np.bincount(own.chosen[inside], minlength=len(own.options)).tolist(), strict=True))
    numbers, points = numbers_of(column=x, mask=inside), in_plane(parts=y.parts[inside])
    found = explained_by(numbers=numbers, points=points)
    if found is None or n <= found.degrees + 2 or n < least:
        return too_few(questions, "place_regression", n, ready, groups)
    p = by_permutation(ready, inside, found.again, found.explained)
    units = ready.design.take(inside).units
    interval = explained_interval(numbers=numbers, points=points, units=units, rng=ready.rng)
    beside, applies = _parts_beside(own, y, ready, least), _applies(own, y, ready)
    notes = tuple(
        note
        for note, holds in (
            ("parts_left_out", beside is not None and beside.n < n),
            ("permuted_for_tellers", ready.resembling),
            ("applies_differs", applies is not None and applies <= alpha),
        )
        if holds
    )
    return Comparison(
        questions, "place_regression", n, ready.missing, found.f, found.degrees, p, PERMUTATIONS,
        Effect("r_squared", found.r_squared, *interval), groups=groups, notes=notes, triad=beside, applies_p=applies,
    )  # fmt: skip


def _parts_beside(own: ChoiceColumn, y: TriadColumn, ready: Ready, least: int) -> TriadComparison | None:
    inside, labels, names, _groups = grouped(own, ready.mask, least)
    if len(names) < 2 or labels.size <= len(names):
        return None
    parts = y.parts[inside]
    return compare_triads(
        parts=parts, points=in_plane(parts=parts), labels=labels, design=ready.design.take(inside), rng=ready.rng
    )


def _applies(x: ChoiceColumn, y: Column, ready: Ready) -> float | None:
    """Whether 'does not apply' differs by group: looked at before the answers are read. None when nobody said so."""
    asked = (x.states == ANSWERED) & ((y.states == ANSWERED) | (y.states == DOES_NOT_APPLY))
    if not (y.states[asked] == DOES_NOT_APPLY).any() or (y.states[asked] == DOES_NOT_APPLY).all():
        return None
    states = np.where(asked, 0, 3).astype(np.int8)
    said = ChoiceColumn(
        states, ("applies", "does_not"), np.where(asked, y.states == DOES_NOT_APPLY, -1).astype(np.int64)
    )
    group = ChoiceColumn(states, x.options, np.where(asked, x.chosen, -1).astype(np.int64))
    again = Ready(np.asarray(asked), ready.design, ready.missing, ready.rng)
    return choice_choice(("group", "applies"), group, said, again, 0, 0.05).p
