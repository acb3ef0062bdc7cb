"""What a self-check of figures found, in words and numbers of the language that is active, for people and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from babel.numbers import format_decimal
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _

from egenmakt.core.evidence.findings import (
    CAUSES,
    EVIDENCE,
    FIGURE_WORDS,
    SENTENCES,
    Cause,
    Finding,
    Place,
    Said,
    Value,
)

VERDICTS = {
    "named": _("Likely:"),
    "several": _("One of these, equally likely:"),
    "unexplained": _("Unexplained:"),
}
SEVERITIES = {
    "error": _("contradicts other figures"),
    "look": _("look once more"),
    "note": _("note"),
}


def sentence(said: Finding | Cause | Said) -> str:
    """The sentence with its numbers as they are written in the language."""
    table = SENTENCES if isinstance(said, Finding) else CAUSES if isinstance(said, Cause) else EVIDENCE
    return gettext(table[said.code]) % shown(said.values)


def shown(values: Mapping[str, Value]) -> dict[str, str]:
    """The values of a sentence: numbers with the separators of the language, but rows and months as they are."""
    plain = ("row", "used")
    return {
        name: format_decimal(value, locale=get_language() or "en")
        if isinstance(value, int) and name not in plain
        else str(value)
        for name, value in values.items()
    }


def where(place: Place) -> str:
    """women, 2024-03, accumulated figure (row 57)."""
    figure = gettext(FIGURE_WORDS[place.figure]) if place.figure else ""
    named = ", ".join(part for part in (place.indicator, place.month, figure) if part)
    row = gettext("row %(row)s") % {"row": place.row}
    return f"{named} ({row})" if named else row


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
    yield f"  {where(finding.places[0])}: {gettext(SEVERITIES[finding.severity])}"
    yield f"    {sentence(finding)}"
    if finding.verdict:
        yield f"    {gettext(VERDICTS[finding.verdict])}"
    for cause in finding.causes:
        at = "" if cause.place == finding.places[0] else f" [{where(cause.place)}]"
        yield f"      {sentence(cause)}{at}"
    for said in finding.evidence:
        yield f"      {sentence(said)}"
    others = finding.places[1:] if not finding.causes or len(finding.causes) == 1 else ()
    if others:
        also = "; ".join(f"{place.region}, {where(place)}" if place.region else where(place) for place in others)
        yield "      " + gettext("See also: %(places)s") % {"places": also}


def summary(findings: Sequence[Finding], *, series: int, rows: int) -> str:
    """One line that says how much was checked and what came of it."""
    checked = gettext("Checked: %(series)s series in %(rows)s rows.")
    counts = {kind: sum(finding.severity == kind for finding in findings) for kind in SEVERITIES}
    said = checked % shown({"series": series, "rows": rows})
    if not findings:
        return said + " " + gettext("All agree.")
    text = gettext("Contradicting other figures: %(error)s; to look at once more: %(look)s; notes: %(note)s.")
    return said + " " + text % shown(counts)


def as_json(finding: Finding) -> dict[str, Any]:
    """A finding as spec/monthly-check.schema.json has it."""
    return {
        "code": finding.code,
        "severity": finding.severity,
        "sentence": sentence(finding),
        "places": [_place(place) for place in finding.places],
        "values": dict(finding.values),
        "verdict": finding.verdict or None,
        "causes": [
            {
                "code": cause.code,
                "share_percent": cause.share_percent,
                "sentence": sentence(cause),
                "place": _place(cause.place),
                "values": dict(cause.values),
            }
            for cause in finding.causes
        ],
        "evidence": [
            {"code": said.code, "sentence": sentence(said), "values": dict(said.values)} for said in finding.evidence
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
