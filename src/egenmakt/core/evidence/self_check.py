"""A set of published series checked against itself: one finding for each mistake, the gravest first."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from egenmakt.core.evidence.cells import check_cells, check_falls
from egenmakt.core.evidence.equals import check_equals
from egenmakt.core.evidence.findings import Finding, Place, Said
from egenmakt.core.evidence.jumps import check_jumps
from egenmakt.core.evidence.links import Scene
from egenmakt.core.evidence.monthly import FIGURES, Key, MonthlyTable
from egenmakt.core.evidence.months import Month
from egenmakt.core.evidence.parts import check_parts
from egenmakt.core.evidence.sums import Event, events_of, finding_of

GRAVITY: Final = {"error": 0, "look": 1, "note": 2}
BOTH_WAYS: Final = ("exchanged", "rows_exchanged")
ROW_CODES: Final = ("rows_exchanged", "row_of_other", "row_repeated")


def check(table: MonthlyTable, *, about: str = "") -> list[Finding]:
    """Everything that does not agree in a table, with its likely cause where there is one.

    What follows from a mistake that is reported already is told there as evidence, not as a finding of its own.
    Args: about, the only region of which something is to be told; the others are there to be compared with it.
    """
    scene = Scene(table)
    told_of = [series for series in table.series if about in ("", series.key.region)]
    events = [event for series in told_of for event in events_of(scene, series)]
    sums = [finding_of(event) for event in _without_counterparts(events)]
    touched = _touched(events)
    found = list(sums)
    for finding in check_falls(scene):
        if not _is_told(finding.places[0], touched):
            found.append(finding)
    for finding in check_parts(scene):
        number = next((i for i, one in enumerate(found) if _is_behind(one, finding)), None)
        if number is None:
            found.append(finding)
        else:
            names = ("part", "part_count", "whole", "whole_count")
            said = Said("part_above", {name: finding.values[name] for name in names})
            found[number] = replace(found[number], evidence=(*found[number].evidence, said))
    found += [finding for finding in check_jumps(scene) if not _is_told(finding.places[0], touched)]
    for finding in check_equals(scene, about=about):
        free = [place for place in finding.places if not _is_told(place, touched)]
        if len(free) == len(finding.places):
            found.append(finding)
    found += check_cells(scene)
    if about:
        found = [finding for finding in found if any(place.region == about for place in finding.places)]
    return sorted(found, key=_order)


def _order(finding: Finding) -> tuple[int, str, str, str, int]:
    first = finding.places[0]
    return GRAVITY[finding.severity], first.region, first.indicator, first.month, first.row


def _without_counterparts(events: list[Event]) -> list[Event]:
    """Two figures that changed places are one mistake: the second series' finding is left out."""
    told: set[tuple[Key, Month]] = set()
    for event in events:
        verdict, weighed = event.weighed()
        way = weighed[0][0] if verdict == "named" else None
        here = event.problem.key, event.problem.link.after.month
        if way is not None and way.code in BOTH_WAYS and way.partner is not None and here not in told:
            told.add((way.partner[0], way.partner[1].month))
    return [event for event in events if (event.problem.key, event.problem.link.after.month) not in told]


def _touched(events: list[Event]) -> set[tuple[str, str, str]]:
    """Region, indicator and month of every row that a finding about sums tells of."""
    found = set()
    for event in events:
        key = event.problem.key
        months = {event.problem.link.after.month, *(point.month for point in event.problem.link.flows)}
        if event.problem.put_right is not None:
            months.add(event.problem.put_right.month)
        if event.problem.is_first:
            months.add(event.problem.link.before.month)
        if event.ways and event.ways[0].code in ROW_CODES:
            months.add(event.problem.link.after.month.later(1))
        found |= {(key.region, key.indicator, str(month)) for month in months}
    return found


def _is_told(place: Place, touched: set[tuple[str, str, str]]) -> bool:
    return (place.region, place.indicator, place.month) in touched


def _is_behind(mistake: Finding, finding: Finding) -> bool:
    """Whether a mistake in the sums is why a part is above its whole: with what fits, it no longer would be."""
    if mistake.code != "sum":
        return False
    part, whole = finding.places[0], finding.places[1]
    counts = int(finding.values["part_count"]), int(finding.values["whole_count"])
    for place, fits in _put_right(mistake):
        if _is_same(place, part) and (fits is None or fits <= counts[1]):
            return True
        if _is_same(place, whole) and (fits is None or fits >= counts[0]):
            return True
    first, above = mistake.places[0], int(mistake.values["difference"])
    is_carried_on = first.figure == "accumulated" and any(said.code == "carried_on" for said in mistake.evidence)
    if not is_carried_on or part.figure != "accumulated" or first.month > part.month:
        return False
    if (first.region, first.indicator) == (part.region, part.indicator):
        return counts[0] - above <= counts[1]
    return (first.region, first.indicator) == (whole.region, whole.indicator) and counts[0] <= counts[1] - above


def _put_right(mistake: Finding) -> list[tuple[Place, int | None]]:
    """The cells that a finding blames, with what would fit; None where a whole row stands in the wrong place."""
    if not mistake.causes:
        return [(mistake.places[0], int(mistake.values["expected"]))]
    found: list[tuple[Place, int | None]] = []
    for cause in mistake.causes:
        if "fits" in cause.values:
            found.append((cause.place, int(cause.values["fits"])))
        if cause.code == "rebased":
            found.append((cause.place, int(mistake.values["expected"])))
        if cause.code in BOTH_WAYS:
            other = int(cause.values["shown"]) if "fits" in cause.values else None
            found += [(place, other) for place in mistake.places[1:]]
        if cause.code in ROW_CODES:
            found += [(replace(cause.place, figure=figure), None) for figure in FIGURES]
    return found


def _is_same(place: Place, other: Place) -> bool:
    return (place.region, place.indicator, place.month, place.figure) == (
        other.region,
        other.indicator,
        other.month,
        other.figure,
    )
