"""What an indicator is, as data: defined once, with dated versions, and a level of the chain of change it speaks of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Literal, get_args

Level = Literal["individual", "group", "household", "community", "institution"]
Source = Literal["register", "ledger", "story", "assessment", "survey", "outside_table"]
Kind = Literal["periodic", "state", "cumulative", "share"]
"""What came in a period; how many there are at a time; how many there have been until then; a part of a whole."""
Disaggregation = Literal["sex", "age_band", "disability", "country", "partner", "group_kind"]


class NotAnIndicator(ValueError):
    """A definition lacks what it needs, or says what cannot be."""


@dataclass(frozen=True, slots=True)
class Version:
    """A definition that is in force from a day on."""

    from_on: date
    definition: str
    method: str
    breaks_series: bool = True
    """Whether figures of the version before may not stand in one line with these. A better wording breaks nothing."""

    def __post_init__(self) -> None:
        if not self.definition.strip() or not self.method.strip():
            raise NotAnIndicator("A version has a definition and a method in words.")


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator with all its versions, the oldest first."""

    code: str
    name: str
    unit: str
    level: Level
    source: Source
    kind: Kind
    versions: tuple[Version, ...]
    numerator: str = ""
    denominator: str = ""
    disaggregations: frozenset[Disaggregation] = frozenset()
    subset_of: str = ""
    """The indicator that this one is a part of: women -> members."""

    def __post_init__(self) -> None:
        for value, known in (
            (self.level, get_args(Level)), (self.source, get_args(Source)), (self.kind, get_args(Kind)),
        ):  # fmt: skip
            if value not in known:
                raise NotAnIndicator(f"{self.code}: {value!r} is none of {', '.join(known)}.")
        if not self.code or not self.name.strip() or not self.unit.strip():
            raise NotAnIndicator(f"{self.code!r}: an indicator has a code, a name and a unit.")
        if unknown := self.disaggregations - set(get_args(Disaggregation)):
            raise NotAnIndicator(f"{self.code}: {', '.join(sorted(unknown))} cannot be told apart here.")
        if (self.kind == "share") != bool(self.numerator and self.denominator):
            raise NotAnIndicator(f"{self.code}: a share names its numerator and denominator, and nothing else does.")
        if self.subset_of == self.code:
            raise NotAnIndicator(f"{self.code}: nothing is a part of itself.")
        if not self.versions or any(one.from_on >= other.from_on for one, other in pairwise(self.versions)):
            raise NotAnIndicator(f"{self.code}: its versions have different days, the oldest first.")

    def version_on(self, day: date) -> Version | None:
        """The definition in force on a day; None before the first."""
        return next((version for version in reversed(self.versions) if version.from_on <= day), None)

    def breaks(self, *, from_on: date, until_on: date) -> tuple[Version, ...]:
        """The versions that break the series between two days, the second of which is exclusive."""
        return tuple(
            version for version in self.versions[1:] if version.breaks_series and from_on < version.from_on < until_on
        )
