"""A set of indicators as data: read, written, and turned into figures that can be counted."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Final

from egenmakt.core.canonical import JsonValue
from egenmakt.core.evidence.facts import NotFacts, Value
from egenmakt.core.evidence.indicators import Indicator, NotAnIndicator, Version, Words
from egenmakt.core.evidence.measures.figure import FigureSpec, cell_of, read_cell, read_day
from egenmakt.core.evidence.measures.measure import Condition, Measure, NotAMeasure

SOURCE_LANGUAGE: Final = "en"
SCHEMA: Final = "egenmakt.indicators.1"
THEMES: Final = ("groups", "members", "money", "lasting", "stories", "outside")
"""The files that ship, in the order in which they are shown."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Indicators by their code, in the order in which they are shown."""

    indicators: Mapping[str, Indicator]

    def __post_init__(self) -> None:
        for code, indicator in self.indicators.items():
            if code != indicator.code:
                raise NotAnIndicator(f"{indicator.code} is listed as {code}.")
            if indicator.subset_of and indicator.subset_of not in self.indicators:
                raise NotAnIndicator(f"{code} is a part of {indicator.subset_of}, which is not in the catalogue.")

    def indicator(self, code: str) -> Indicator:
        """An indicator by its code. Raises: NotAnIndicator."""
        if code not in self.indicators:
            raise NotAnIndicator(f"There is no indicator {code!r}.")
        return self.indicators[code]

    def spec(
        self, code: str, *, from_on: date, until_on: date, cell: Mapping[str, Value] = MappingProxyType({})
    ) -> FigureSpec:
        """The figure of an indicator, by the definition in force on the last day of the period, which is exclusive.

        Raises: NotAnIndicator for one that is not there or was not defined yet, and where its definition changed
        within the period, so that no figure would be right for all of it.
        """
        indicator = self.indicator(code)
        version = version_for(indicator, from_on=from_on, until_on=until_on)
        if version.measure is None:
            raise NotAnIndicator(f"{indicator.name} is not counted here: its figures come from outside.")
        return FigureSpec(version.measure, from_on, until_on, cell_of(cell), version.of)

    def outside_spec(
        self, code: str, *, from_on: date, until_on: date, cell: Mapping[str, Value] = MappingProxyType({})
    ) -> FigureSpec:
        """The same of what others have counted and handed in for the indicator."""
        indicator = self.indicator(code)
        if indicator.is_money and not cell.get("currency"):
            raise NotAnIndicator(f"{indicator.name} is money: name the currency in the cell.")
        measure, of = outside_measures(indicator)
        return FigureSpec(measure, from_on, until_on, cell_of(cell), of)

    def read_spec(self, data: Any) -> FigureSpec:
        """A figure from JSON, of a measure or of an indicator. Raises: NotAMeasure, NotAnIndicator, NotFacts."""
        if not isinstance(data, Mapping) or "indicator" not in data:
            return FigureSpec.from_json(data)
        if unknown := set(data) - {"indicator", "cell", "from_on", "until_on"}:
            raise NotAMeasure(f"A figure of an indicator has no {', '.join(sorted(unknown))}.")
        plain = self.spec(data["indicator"], from_on=read_day(data, "from_on"), until_on=read_day(data, "until_on"))
        try:
            cell = read_cell(data.get("cell", {}), plain.measure)
            return plain.about(**dict(cell))
        except NotFacts as error:
            raise NotAMeasure(str(error)) from None

    def parts_of(self, code: str) -> tuple[Indicator, ...]:
        """The indicators that are a part of this one."""
        return tuple(one for one in self.indicators.values() if one.subset_of == code)

    def to_json(self) -> dict[str, JsonValue]:
        """As it is written, such as beside a report, so that its figures can be counted again."""
        return {"schema": SCHEMA, "indicators": [_to_json(one) for one in self.indicators.values()]}

    @staticmethod
    def from_json(data: Any) -> Catalogue:
        """From what `to_json` wrote. Raises: NotAnIndicator, NotAMeasure."""
        if (
            not isinstance(data, Mapping)
            or data.get("schema") != SCHEMA
            or not isinstance(data.get("indicators"), list)
        ):
            raise NotAnIndicator(f"This is no list of indicators of the form {SCHEMA}.")
        return _listed([_from_json(one) for one in data["indicators"]])


def version_for(indicator: Indicator, *, from_on: date, until_on: date) -> Version:
    """The version by which a period is counted. Raises: NotAnIndicator."""
    version = indicator.version_on(until_on - timedelta(days=1))
    if version is None:
        raise NotAnIndicator(f"{indicator.name} was not defined before {indicator.versions[0].from_on}.")
    if indicator.kind in ("periodic", "share") and (breaks := indicator.breaks(from_on=from_on, until_on=until_on)):
        days = ", ".join(str(one.from_on) for one in breaks)
        raise NotAnIndicator(f"{indicator.name}: the definition changed on {days}. Ask for each side of it.")
    return version


def outside_measures(indicator: Indicator) -> tuple[Measure, Measure | None]:
    """What is counted of an indicator among the figures from outside: the sum, and for a share that of the wholes."""
    only = (Condition("indicator", "is", (indicator.code,)),)
    time = "periodic" if indicator.kind == "share" else indicator.kind
    if indicator.kind != "share":
        return Measure("outside", "sum", "value", only, time), None
    return Measure("outside", "sum", "value", only, time), Measure("outside", "sum", "of", only, time)


@cache
def shipped() -> Catalogue:
    """The indicators that ship with the program."""
    read = []
    for theme in THEMES:
        file = resources.files("egenmakt.core.evidence.catalogue") / f"{theme}.json"
        read += [_from_json(one) for one in json.loads(file.read_text(encoding="utf-8"))]
    return _listed(read)


def _listed(indicators: Sequence[Indicator]) -> Catalogue:
    by_code = {indicator.code: indicator for indicator in indicators}
    if len(by_code) != len(indicators):
        raise NotAnIndicator("An indicator is listed twice.")
    return Catalogue(MappingProxyType(by_code))


_TEXTS: Final = ("name", "unit", "numerator", "denominator")
_VERSION_TEXTS: Final = ("definition", "method")


def _from_json(data: Any) -> Indicator:
    try:
        made = Indicator(
            code=data["code"],
            level=data["level"],
            source=data["source"],
            kind=data["kind"],
            subset_of=data.get("subset_of", ""),
            disaggregations=frozenset(data.get("disaggregations", ())),
            versions=tuple(_version(one) for one in data["versions"]),
            words=_words(data, _TEXTS),
            **{name: data.get(name, {}).get(SOURCE_LANGUAGE, "") for name in _TEXTS},
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise NotAnIndicator(f"{data!r} lacks {error} of an indicator.") from None
    if made.source == "outside_table":
        return _with_outside(made)
    return made


def _with_outside(indicator: Indicator) -> Indicator:
    """An indicator that only others count yet: each version counts what they handed in."""
    measure, of = outside_measures(indicator)
    versions = tuple(
        version if version.measure else replace(version, measure=measure, of=of) for version in indicator.versions
    )
    return replace(indicator, versions=versions)


def _version(data: Any) -> Version:
    return Version(
        from_on=date.fromisoformat(data["from_on"]),
        breaks_series=data.get("breaks_series", True),
        measure=Measure.from_json(data["measure"]) if "measure" in data else None,
        of=Measure.from_json(data["of"]) if "of" in data else None,
        words=_words(data, _VERSION_TEXTS),
        **{name: data[name][SOURCE_LANGUAGE] for name in _VERSION_TEXTS},
    )


def _words(data: Any, names: Sequence[str]) -> Words:
    languages = {language for name in names for language in data.get(name, {})} - {SOURCE_LANGUAGE}
    return {
        language: {name: data[name][language] for name in names if language in data.get(name, {})}
        for language in sorted(languages)
    }


def _to_json(one: Indicator) -> dict[str, JsonValue]:
    made: dict[str, JsonValue] = {"code": one.code, "level": one.level, "source": one.source, "kind": one.kind}
    made |= _said(one, one.words, _TEXTS)
    if one.subset_of:
        made["subset_of"] = one.subset_of
    if one.disaggregations:
        made["disaggregations"] = list[JsonValue](sorted(one.disaggregations))
    made["versions"] = [_version_to_json(version) for version in one.versions]
    return made


def _version_to_json(version: Version) -> dict[str, JsonValue]:
    made: dict[str, JsonValue] = {"from_on": version.from_on.isoformat(), "breaks_series": version.breaks_series}
    made |= _said(version, version.words, _VERSION_TEXTS)
    if version.measure is not None:
        made["measure"] = version.measure.to_json()
    if version.of is not None:
        made["of"] = version.of.to_json()
    return made


def _said(one: object, words: Words, names: Sequence[str]) -> dict[str, JsonValue]:
    made: dict[str, JsonValue] = {}
    for name in names:
        if source := getattr(one, name):
            others = {language: said[name] for language, said in words.items() if name in said}
            made[name] = {SOURCE_LANGUAGE: source, **others}
    return made
