"""Figures of one set of facts, each worked out once: the claims of an edition ask for many of them more than once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from egenmakt.core.evidence.facts import Facts, Value
from egenmakt.core.evidence.measures.evaluation import figure, table
from egenmakt.core.evidence.measures.figure import Figure, FigureSpec
from egenmakt.core.evidence.measures.measure import Measure


class Counted:
    """Facts with what was counted of them so far."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self._figures: dict[FigureSpec, Figure] = {}
        self._tables: dict[tuple[FigureSpec, tuple[str, ...]], Mapping[tuple[Value, ...], Figure]] = {}

    def figure(self, spec: FigureSpec) -> Figure:
        """The answer to a figure. Raises: NotAMeasure, NotFacts."""
        if spec not in self._figures:
            self._figures[spec] = figure(self.facts, spec)
        return self._figures[spec]

    def table(self, spec: FigureSpec, by: Sequence[str]) -> Mapping[tuple[Value, ...], Figure]:
        """A figure for each combination of one or two columns that occurs. Raises: NotAMeasure, NotFacts."""
        asked = spec, tuple(by)
        if asked not in self._tables:
            self._tables[asked] = table(self.facts, spec, by)
        return self._tables[asked]

    def number(self, spec: FigureSpec) -> int:
        """How many it is; none where nothing is there."""
        return self.figure(spec).value or 0


def behind(spec: FigureSpec) -> FigureSpec:
    """How many different people, groups or stories stand behind a figure, as a figure: those of its whole."""
    measure = spec.of or spec.measure
    who = measure.of_table.who
    counted = Measure(measure.table, "distinct", who, measure.where, measure.time, measure.day)
    return FigureSpec(counted, spec.from_on, spec.until_on, spec.cell)
