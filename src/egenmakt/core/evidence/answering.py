"""Which findings a month's report has to answer for, and by what each is known again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from egenmakt.core.canonical import JsonValue, fingerprint
from egenmakt.core.evidence.findings import Cause, Finding, Place, Said
from egenmakt.core.evidence.months import Month


def print_of(finding: Finding) -> str:
    """The fingerprint of a finding: other figures or another diagnosis make another one, another row does not."""
    document: JsonValue = {
        "code": finding.code,
        "places": [_place(place) for place in finding.places],
        "values": dict(finding.values),
        "verdict": finding.verdict,
        "causes": [[cause.code, _place(cause.place)] for cause in finding.causes],
    }
    return fingerprint(document)


def _place(place: Place) -> JsonValue:
    return [place.region, place.month, place.indicator, place.figure]


def touches(finding: Finding, *, region: str, month: Month) -> bool:
    """Whether a finding is about a region's month, at first or as a likely cause."""
    return any(place.region == region and place.month == str(month) for place in _all_places(finding))


def _all_places(finding: Finding) -> Iterator[Place]:
    yield from finding.places
    yield from (cause.place for cause in finding.causes)


def to_answer(
    *, before: Iterable[Finding], now: Iterable[Finding], region: str, month: Month
) -> tuple[list[Finding], list[Finding]]:
    """The findings that a report has to answer for, and the others.

    Args: before, what was found in the series without the report; now, with it. A report answers for what is found at
    its own month, and for what was not found before it came, wherever the mistake may lie.
    """
    known = {_key(finding) for finding in before}
    mine: list[Finding] = []
    others: list[Finding] = []
    for finding in now:
        is_mine = touches(finding, region=region, month=month) or _key(finding) not in known
        (mine if is_mine else others).append(finding)
    return mine, others


def _key(finding: Finding) -> tuple[str, str, str, str]:
    """What stays the same when a later month makes a diagnosis better."""
    first = finding.places[0]
    return finding.code, first.region, first.indicator, first.month


def finding_to_json(finding: Finding) -> dict[str, Any]:
    """A finding as it is kept with the answer to it."""
    return asdict(finding)


def finding_from_json(document: dict[str, Any]) -> Finding:
    """A finding as it was kept. Raises: ValueError, KeyError, TypeError for what is none."""
    return Finding(
        code=document["code"],
        severity=document["severity"],
        places=tuple(Place(**place) for place in document["places"]),
        values=document["values"],
        verdict=document["verdict"],
        causes=tuple(
            Cause(
                one["code"],
                Place(**one["place"]),
                one["values"],
                one["share_percent"],
                tuple(Said(**said) for said in one["evidence"]),
            )
            for one in document["causes"]
        ),
        evidence=tuple(Said(**said) for said in document["evidence"]),
    )
