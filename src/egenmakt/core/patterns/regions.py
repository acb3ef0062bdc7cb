"""A region of answers, saved as data: what a goal wants more or fewer stories of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from egenmakt.core.patterns.table import (
    ANSWERED,
    BoolArray,
    ChoiceColumn,
    NotATable,
    ScaleColumn,
    SeveralColumn,
    StoryTable,
    TriadColumn,
)
from egenmakt.core.patterns.triads import ZONES, whole_parts, zones

Wanted = Literal["more", "fewer"]


@dataclass(frozen=True, slots=True)
class Region:
    """Some of the answers to one question: options, or a scale from..to (both in it), or zones of a triad."""

    question: str
    options: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    zones: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        kinds = [bool(self.options), self.low is not None or self.high is not None, bool(self.zones)]
        if sum(kinds) != 1:
            raise NotATable("A region is options, or a part of a scale, or zones of a triad: one of the three.")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise NotATable("A part of a scale runs from low to high.")
        if not set(self.zones) <= set(ZONES):
            raise NotATable(f"A triad has the zones {', '.join(ZONES)}.")

    def as_json(self) -> dict[str, object]:
        """The region as data, only what it uses."""
        found: dict[str, object] = {"question": self.question}
        for name in ("options", "zones"):
            if getattr(self, name):
                found[name] = list(getattr(self, name))
        for name in ("low", "high"):
            if getattr(self, name) is not None:
                found[name] = getattr(self, name)
        return found

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Region:
        """A region from its data. Raises: NotATable."""
        unknown = set(data) - {"question", "options", "low", "high", "zones"}
        if unknown or "question" not in data:
            raise NotATable(
                f"A region has a question and options, low, high or zones; not {', '.join(sorted(unknown))}."
            )
        return cls(
            str(data["question"]),
            tuple(data.get("options", ())),
            data.get("low"),
            data.get("high"),
            tuple(data.get("zones", ())),
        )


@dataclass(frozen=True, slots=True)
class Goal:
    """More stories like these, or fewer like those."""

    region: Region
    wanted: Wanted

    def __post_init__(self) -> None:
        if self.wanted not in ("more", "fewer"):
            raise NotATable("A goal wants more or fewer.")


def inside(*, table: StoryTable, region: Region) -> tuple[BoolArray, BoolArray]:
    """For each story whether it answered, and whether its answer lies in the region. Raises: NotATable."""
    column = table.column(region.question)
    answered = np.asarray(column.states == ANSWERED)
    if isinstance(column, (ChoiceColumn, SeveralColumn)) and region.options:
        missing = set(region.options) - set(column.options)
        if missing:
            raise NotATable(f"{region.question} has no option {', '.join(sorted(missing))}.")
        places = [column.options.index(option) for option in region.options]
        if isinstance(column, ChoiceColumn):
            return answered, np.asarray(np.isin(column.chosen, places) & answered)
        return answered, np.asarray(column.chosen[:, places].any(axis=1))
    if isinstance(column, ScaleColumn) and not region.options and not region.zones:
        low = column.low if region.low is None else region.low
        high = column.high if region.high is None else region.high
        found = answered.copy()
        found[answered] = (column.values[answered] >= low) & (column.values[answered] <= high)
        return answered, found
    if isinstance(column, TriadColumn) and region.zones:
        found = answered.copy()
        wanted = [ZONES.index(zone) for zone in region.zones]
        found[answered] = np.isin(zones(whole=whole_parts(parts=column.parts[answered])), wanted)
        return answered, found
    raise NotATable(f"The region does not fit the question {region.question}.")
