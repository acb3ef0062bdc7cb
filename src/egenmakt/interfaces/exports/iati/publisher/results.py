"""The results of activities: indicators as they are defined, with targets, baselines and what was reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as say

from egenmakt.core.evidence.catalogue.catalogue import Catalogue
from egenmakt.core.evidence.facts import Facts, Value
from egenmakt.core.evidence.indicators import Indicator as Defined
from egenmakt.core.evidence.indicators import NotAnIndicator
from egenmakt.core.evidence.measures.measure import NotAMeasure
from egenmakt.core.money import Money
from egenmakt.interfaces.exports.iati.publisher.figures import Asked, Told, tell
from egenmakt.interfaces.exports.iati.publisher.form import Fault, Row
from egenmakt.interfaces.exports.iati.publisher.sentences import FEW, NO_FIGURE, UNEQUAL, about, joined
from egenmakt.interfaces.exports.iati.results import (
    Baseline,
    Indicator,
    IndicatorPeriod,
    Measured,
    Reference,
    Result,
)
from egenmakt.interfaces.exports.iati.values import NotPublishable, Words

HUNDREDTH = Decimal("0.01")
SIGNS: Mapping[str, Mapping[Value, str]] = {
    "disability": {True: "yes", False: "no"},
}
"""What a value of the facts is called in a file, where it is no word already."""
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Aimed:
    """A target or a baseline that is kept in the database, for a body."""

    indicator: str
    kind: str
    currency: str
    from_on: date
    until_on: date
    value: int
    of: int | None = None


@dataclass(slots=True)
class Wanted:
    """What one activity reports of its results: whose, and in which years."""

    activity: Row
    partner: str | None
    """As the facts have it."""
    years: range
    aims: Sequence[Aimed] = ()


@dataclass(slots=True)
class Ground:
    """What results are made from."""

    catalogue: Catalogue
    facts: Facts
    until_on: date
    """The day after the last that is told: the end of a year, or an earlier day of the last one."""
    today: date
    """A period that ends later is not over: it has targets and no figures yet."""
    languages: frozenset[str]
    list_uri: str | None = None
    notes: list[str] = field(default_factory=list)


def results_of(wanted: Sequence[Wanted], ground: Ground, faults: list[Fault]) -> dict[str, tuple[Result, ...]]:
    """The results of each activity, by its code; what is wrong is added to the faults."""
    asked: list[Asked] = []
    for one in wanted:
        for indicator in _indicators(one.activity):
            if _known(indicator, ground.catalogue, faults):
                asked += _asked(one, indicator, ground, faults)
    if faults:
        return {}
    try:
        told = tell(asked=asked, facts=ground.facts, catalogue=ground.catalogue)
    except (NotAMeasure, ValueError) as error:
        faults.append(Fault("", str(error), say("Ask for other figures.")))
        return {}
    found = {}
    for one in wanted:
        results = [_result(result, one, told, ground, faults) for result in one.activity["results"]]
        found[one.activity["code"]] = tuple(result for result in results if result is not None)
    return found


def _indicators(activity: Row) -> list[Row]:
    return [indicator for result in activity["results"] for indicator in result["indicators"]]


def _known(row: Row, catalogue: Catalogue, faults: list[Fault]) -> bool:
    """Whether the indicator is there and can be told as the document asks."""
    if row["indicator"] not in catalogue.indicators:
        sentence = say("There is no indicator “%(code)s”.") % {"code": row["indicator"]}
        remedy = say("Use one of: %(codes)s.") % {"codes": ", ".join(catalogue.indicators)}
        faults.append(Fault(row.at("indicator"), sentence, remedy))
        return False
    defined, before = catalogue.indicators[row["indicator"]], len(faults)
    if defined.needs_currency and row["currency"] is None:
        sentence = say("Amounts of several currencies are never added.")
        faults.append(Fault(row.at("currency"), sentence, say("Name the currency, such as KES.")))
    known = defined.disaggregations if defined.kind != "share" else frozenset()
    for by in row["by"]:
        if by not in known or (by == "country" and row["country"] is not None):
            sentence = say("“%(code)s” is not told apart by %(by)s.") % {"code": defined.code, "by": by}
            ways = sorted(known & {"sex", "age_band", "disability", "country"})
            remedy = say("Leave it out, or use one of: %(names)s.") % {"names": ", ".join(ways) or "–"}
            faults.append(Fault(row.at("by"), sentence, remedy))
    return len(faults) == before


def _cell(row: Row, partner: str | None) -> dict[str, Value]:
    said = {"country": row["country"], "currency": row["currency"], "partner": partner}
    return {name: value for name, value in said.items() if value is not None}


def _key(row: Row, year: int) -> str:
    return f"{row.place}|{year}"


def _asked(one: Wanted, row: Row, ground: Ground, faults: list[Fault]) -> list[Asked]:
    found = []
    for year in one.years:
        until_on = min(date(year + 1, 1, 1), ground.until_on)
        if until_on > ground.today:
            continue
        try:
            spec = ground.catalogue.spec(
                row["indicator"], from_on=date(year, 1, 1), until_on=until_on, cell=_cell(row, one.partner)
            )
            found.append(Asked(_key(row, year), row["indicator"], spec, row["by"]))
        except (NotAnIndicator, NotAMeasure, ValueError) as error:
            faults.append(Fault(row.at("indicator"), str(error), say("Report it in another way, or leave it out.")))
    return found


def _result(row: Row, one: Wanted, told: Mapping[str, Told], ground: Ground, faults: list[Fault]) -> Result | None:
    indicators = []
    for indicator in row["indicators"]:
        try:
            indicators.append(_indicator(indicator, one, told, ground))
        except NotPublishable as error:
            faults.append(Fault(indicator.place, str(error), say("Correct what it reports.")))
    return Result(row["type"], row["title"], tuple(indicators), row["description"]) if indicators else None


def _indicator(row: Row, one: Wanted, told: Mapping[str, Told], ground: Ground) -> Indicator:
    defined = ground.catalogue.indicators[row["indicator"]]
    periods, unsaid = [], []
    for year in one.years:
        periods += _periods(row, one, year, told.get(_key(row, year)), defined, ground)
        small = told.get(_key(row, year))
        if small is not None and small.is_small:
            unsaid.append(about(NO_FIGURE, str(year), ground.languages))
            ground.notes.append(say("%(place)s: no figure for %(year)s, it would be about few people.") % {
                "place": row.place, "year": year})  # fmt: skip
    uri = ground.list_uri
    return Indicator(
        measure="2" if defined.kind == "share" else "1",
        title=row["title"] or _said(defined, "name", ground.languages, row["currency"]),
        description=joined([row["description"] or _definition(defined, one.years[-1], ground.languages), *unsaid]),
        ascending=row["ascending"],
        references=(Reference("99", defined.code, uri),) if uri else (),
        baselines=_baselines(row, one, defined),
        periods=tuple(periods),
    )


def _said(defined: Defined, name: Any, languages: frozenset[str], currency: str | None) -> Words:
    ending = f" ({currency})" if currency else ""
    known = [one for one in sorted(languages) if one == "en" or one in defined.words] or ["en"]
    return Words(tuple((one, f"{defined.said(name, one)}{ending}") for one in known))


def _definition(defined: Defined, year: int, languages: frozenset[str]) -> Words | None:
    version = defined.version_on(date(year, 12, 31))
    if version is None:
        return None
    known = [one for one in sorted(languages) if one == "en" or one in version.words] or ["en"]
    return Words(tuple((one, version.said("definition", one)) for one in known))


def _periods(
    row: Row, one: Wanted, year: int, told: Told | None, defined: Defined, ground: Ground
) -> list[IndicatorPeriod]:
    """A year with its targets and figures; targets by themselves where the figures end before the year does."""
    start, end = date(year, 1, 1), date(year, 12, 31)
    last = min(end, ground.until_on - timedelta(days=1))
    targets = tuple(
        Measured(aim["value"], tuple((aim["dimensions"] or {}).items()), aim["comment"])
        for aim in row["targets"]
        if aim["year"] == year
    )
    targets = targets or _kept_targets(row, one, year, defined)
    actuals = _actuals(told, defined, row["currency"], ground.languages) if told is not None else ()
    if targets and actuals and last == end:
        return [IndicatorPeriod(start, end, targets, actuals)]
    found = [IndicatorPeriod(start, end, targets)] if targets else []
    return [*found, IndicatorPeriod(start, last, (), actuals)] if actuals else found


def _actuals(told: Told, defined: Defined, currency: str | None, languages: frozenset[str]) -> tuple[Measured, ...]:
    if told.figure is None or told.figure.value is None or (defined.kind == "share" and not told.figure.of):
        return ()
    sentences = {"few": FEW, "unequal": UNEQUAL}
    comment = joined(about(sentences[why], by, languages) for by, why in sorted(told.left_out.items()))
    whole = Measured(_number(told.figure.value, told.figure.of, defined, currency), comment=comment)
    parts = [
        Measured(_number(part, None, defined, currency), ((by, SIGNS.get(by, {}).get(value, str(value or UNKNOWN))),))
        for by, cells in told.parts.items()
        for value, part in cells.items()
    ]
    return (whole, *parts)


def _number(value: int, of: int | None, defined: Defined, currency: str | None) -> Decimal:
    """A figure as a file has it: a percentage with two decimals, half to even; money in major units."""
    if defined.kind == "share" and of:
        share = Fraction(value * 100, of)
        return (Decimal(share.numerator) / Decimal(share.denominator)).quantize(HUNDREDTH, ROUND_HALF_EVEN)
    if defined.is_money and currency is not None:
        return Money(value, currency).major()
    return Decimal(value)


def _kept(row: Row, one: Wanted, kind: str) -> list[Aimed]:
    """What the database has for the indicator; for a country alone it has nothing."""
    if row["country"] is not None:
        return []
    return [
        aim
        for aim in one.aims
        if (aim.indicator, aim.kind, aim.currency) == (row["indicator"], kind, row["currency"] or "")
    ]


def _kept_targets(row: Row, one: Wanted, year: int, defined: Defined) -> tuple[Measured, ...]:
    for aim in _kept(row, one, "target"):
        if (aim.from_on, aim.until_on) == (date(year, 1, 1), date(year + 1, 1, 1)):
            return (Measured(_number(aim.value, aim.of, defined, row["currency"])),)
    return ()


def _baselines(row: Row, one: Wanted, defined: Defined) -> tuple[Baseline, ...]:
    if (said := row["baseline"]) is not None:
        return (Baseline(said["year"], Measured(said["value"], comment=said["comment"]), said["on"]),)
    kept = sorted(_kept(row, one, "baseline"), key=lambda aim: (aim.until_on, aim.from_on))
    if not kept:
        return ()
    last = kept[0].until_on - timedelta(days=1)
    return (Baseline(last.year, Measured(_number(kept[0].value, kept[0].of, defined, row["currency"])), last),)
