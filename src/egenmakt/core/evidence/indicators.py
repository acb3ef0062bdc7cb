"""What an indicator is, as data: defined once, with dated versions, and a level of the chain of change it speaks of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from types import MappingProxyType
from typing import Final, Literal, get_args

from egenmakt.core.evidence.measures.measure import Measure

Level = Literal["individual", "group", "household", "community", "institution"]
Source = Literal["register", "ledger", "story", "assessment", "survey", "outside_table"]
Kind = Literal["periodic", "state", "cumulative", "share"]
"""What came in a period; how many there are at a time; how many there have been until then; a part of a whole."""
Disaggregation = Literal[
    "sex", "age_band", "disability", "country", "partner", "group_kind", "voice", "change", "area", "direction"
]
COLUMNS: Final[Mapping[str, str]] = MappingProxyType(
    {name: "kind" if name == "change" else name for name in get_args(Disaggregation)}
)
"""In which column of the tables of facts each is told apart."""
Words = Mapping[str, Mapping[str, str]]
"""What is said in other languages: by language, then by the name of the field."""


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
    measure: Measure | None = None
    """What is counted, where it can be counted here."""
    of: Measure | None = None
    """For a share: what it is a part of."""
    words: Words = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        if not self.definition.strip() or not self.method.strip():
            raise NotAnIndicator("A version has a definition and a method in words.")
        if self.of is not None and self.measure is None:
            raise NotAnIndicator("What is a part of a whole is counted too: a version with a whole has a measure.")

    def said(self, name: Literal["definition", "method"], language: str) -> str:
        """The definition or the method in a language; in English where it is not translated."""
        return self.words.get(language, {}).get(name) or str(getattr(self, name))


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
    words: Words = field(default_factory=dict, hash=False)

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
        for version in self.versions:
            self._counted_as_said(version)

    def _counted_as_said(self, version: Version) -> None:
        """Whether what is counted is of the kind that the indicator says. Raises: NotAnIndicator."""
        if version.measure is None:
            return
        if (version.of is not None) != (self.kind == "share"):
            raise NotAnIndicator(f"{self.code}: a share counts a whole too, and nothing else does.")
        if self.kind != "share" and version.measure.time != self.kind:
            raise NotAnIndicator(f"{self.code} is {self.kind}, and its measure is {version.measure.time}.")
        if self.kind != "share" and version.measure.is_money != self.is_money:
            raise NotAnIndicator(f"{self.code}: amounts have the unit money, and nothing else has.")
        for measure in (version.measure, version.of):
            known = {column.name for column in measure.of_table.columns} if measure else set(COLUMNS.values())
            if unknown := {name for name in self.disaggregations if COLUMNS[name] not in known}:
                raise NotAnIndicator(f"{self.code}: what is counted does not tell {', '.join(sorted(unknown))}.")

    @property
    def is_money(self) -> bool:
        """Whether its figures are amounts, each in a currency."""
        return self.unit == "money"

    @property
    def needs_currency(self) -> bool:
        """Whether its figures are, or are shares of, amounts."""
        return self.is_money or any(
            version.measure is not None and version.measure.is_money for version in self.versions
        )

    def said(self, name: Literal["name", "unit", "numerator", "denominator"], language: str) -> str:
        """A word of it in a language; in English where it is not translated."""
        return self.words.get(language, {}).get(name) or str(getattr(self, name))

    def version_on(self, day: date) -> Version | None:
        """The definition in force on a day; None before the first."""
        return next((version for version in reversed(self.versions) if version.from_on <= day), None)

    def breaks(self, *, from_on: date, until_on: date) -> tuple[Version, ...]:
        """The versions that break the series between two days, the second of which is exclusive."""
        return tuple(
            version for version in self.versions[1:] if version.breaks_series and from_on < version.from_on < until_on
        )
