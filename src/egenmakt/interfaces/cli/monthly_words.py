"""What a self-check of figures found, in words and numbers of the language that is active, for people and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from babel.numbers import format_decimal
from django.utils.translation import get_language, gettext

from egenmakt.core.evidence.findings import Finding, Place
from egenmakt.core.evidence.wording import SEVERITIES, VERDICTS, Wording


def _number(value: int) -> str:
    return str(format_decimal(value, locale=get_language() or "en"))


WORDS = Wording(gettext, _number)
"""The language that is active, whichever that is when something is said."""


def lines(findings: Sequence[Finding]) -> Iterator[str]:
    """The findings for people, grouped by region."""
    regions = sorted({finding.places[0].region for finding in findings})
    for region in regions:
        yield region or gettext("The whole file")
        for finding in findings:
            if finding.places[0].region == region:
                yield from _one(finding)
        yield ""


def _one(finding: Finding) -> Iterator[str]:
    yield f"  {WORDS.where(finding.places[0])}: {gettext(SEVERITIES[finding.severity])}"
    yield f"    {WORDS.sentence(finding)}"
    if finding.verdict:
        yield f"    {gettext(VERDICTS[finding.verdict])}"
    for cause in finding.causes:
        at = "" if cause.place == finding.places[0] else f" [{WORDS.where(cause.place)}]"
        yield f"      {WORDS.sentence(cause)}{at}"
    for said in finding.evidence:
        yield f"      {WORDS.sentence(said)}"
    others = finding.places[1:] if not finding.causes or len(finding.causes) == 1 else ()
    if others:
        also = "; ".join(
            f"{place.region}, {WORDS.where(place)}" if place.region else WORDS.where(place) for place in others
        )
        yield "      " + gettext("See also: %(places)s") % {"places": also}


def summary(findings: Sequence[Finding], *, series: int, rows: int) -> str:
    """One line that says how much was checked and what came of it."""
    checked = gettext("Checked: %(series)s series in %(rows)s rows.")
    counts = {kind: sum(finding.severity == kind for finding in findings) for kind in SEVERITIES}
    said = checked % WORDS.shown({"series": series, "rows": rows})
    if not findings:
        return said + " " + gettext("All agree.")
    text = gettext("Contradicting other figures: %(error)s; to look at once more: %(look)s; notes: %(note)s.")
    return said + " " + text % WORDS.shown(counts)


def as_json(finding: Finding) -> dict[str, Any]:
    """A finding as spec/monthly-check.schema.json has it."""
    return {
        "code": finding.code,
        "severity": finding.severity,
        "sentence": WORDS.sentence(finding),
        "places": [_place(place) for place in finding.places],
        "values": dict(finding.values),
        "verdict": finding.verdict or None,
        "causes": [
            {
                "code": cause.code,
                "share_percent": cause.share_percent,
                "sentence": WORDS.sentence(cause),
                "place": _place(cause.place),
                "values": dict(cause.values),
            }
            for cause in finding.causes
        ],
        "evidence": [
            {"code": said.code, "sentence": WORDS.sentence(said), "values": dict(said.values)}
            for said in finding.evidence
        ],
    }


def _place(place: Place) -> dict[str, Any]:
    return {
        "row": place.row,
        "month": place.month or None,
        "region": place.region or None,
        "indicator": place.indicator or None,
        "figure": place.figure or None,
    }
