"""A set of published series checked against itself: one finding for each mistake, the gravest first."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from egenmakt.core.evidence.cells import check_cells, check_falls
from egenmakt.core.evidence.equals import check_equals
from egenmakt.core.evidence.findings import Finding, Place, Said
from egenmakt.core.evidence.jumps import check_jumps
from egenmakt.core.evidence.links import Scene
from egenmakt.core.evidence.monthly import Key, MonthlyTable
from egenmakt.core.evidence.months import Month
from egenmakt.core.evidence.parts import check_parts
from egenmakt.core.evidence.sums import Event, events_of, finding_of

GRAVITY: Final = {"error": 0, "look": 1, "note": 2}
BOTH_WAYS: Final = ("exchanged", "rows_exchanged")
ROW_CODES: Final = ("rows_exchanged", "row_of_other", "row_repeated")


def check(table: MonthlyTable) -> list[Finding]:
    """Everything that does not agree in a table, with its likely cause where there is one.

    What follows from a mistake that is reported already is told there as evidence, not as a finding of its own.
    """
    scene = Scene(table)
    events = [event for series in table.series for event in events_of(scene, series)]
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
    for finding in check_equals(scene):
        free = [place for place in finding.places if not _is_told(place, touched)]
        if len(free) == len(finding.places):
            found.append(finding)
    found += check_cells(scene)
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
    """Whether a mistake in the sums is why a part is above its whole: in its row, or carried on to it."""
    if mistake.code != "sum":
        return False
    rows = {(place.region, place.indicator, place.month) for place in mistake.places}
    if any((place.region, place.indicator, place.month) in rows for place in finding.places):
        return True
    first = mistake.places[0]
    is_carried_on = first.figure == "accumulated" and any(said.code == "carried_on" for said in mistake.evidence)
    return is_carried_on and any(
        (place.region, place.indicator, place.figure) == (first.region, first.indicator, "accumulated")
        and first.month <= place.month
        for place in finding.places
    )
