"""The part of a file that says what changed: results, indicators, and values by dimension."""

from __future__ import annotations

from egenmakt.interfaces.exports.iati.results import Baseline, Indicator, IndicatorPeriod, Measured, Reference, Result
from egenmakt.interfaces.exports.iati.safe_xml import Element
from egenmakt.interfaces.exports.iati.writer_parts import add, document, flag, narrate, period, plain


def write_result(parent: Element, one: Result) -> None:
    """A result with its indicators, in the order that they were given: it is the order in which they are read."""
    element = add(parent, "result", type_=one.kind, aggregation_status=flag(one.aggregates))
    narrate(element, "title", one.title)
    narrate(element, "description", one.description)
    for link in sorted(one.documents, key=repr):
        document(element, link)
    _references(element, one.references, uri_as="vocabulary_uri")
    for indicator in one.indicators:
        _indicator(element, indicator)


def _references(parent: Element, references: tuple[Reference, ...], *, uri_as: str) -> None:
    for one in sorted(references, key=lambda each: (each.vocabulary, each.code)):
        add(parent, "reference", vocabulary=one.vocabulary, code=one.code, **{uri_as: one.uri})


def _indicator(parent: Element, one: Indicator) -> None:
    element = add(
        parent, "indicator", measure=one.measure, ascending=flag(one.ascending), aggregation_status=flag(one.aggregates)
    )
    narrate(element, "title", one.title)
    narrate(element, "description", one.description)
    for link in sorted(one.documents, key=repr):
        document(element, link)
    _references(element, one.references, uri_as="indicator_uri")
    for baseline in sorted(one.baselines, key=lambda each: (each.year, _order(each.measured))):
        _baseline(element, baseline)
    for each in sorted(one.periods, key=lambda each: (each.start_on, each.end_on, repr(each))):
        _period(element, each)


def _order(one: Measured) -> tuple[int, str, str]:
    # the total first, then its parts, those by one dimension beside each other
    return len(one.dimensions) + len(one.locations), repr((one.dimensions, one.locations)), repr(one)


def _baseline(parent: Element, one: Baseline) -> None:
    element = add(
        parent, "baseline", year=str(one.year), iso_date=None if one.on is None else one.on.isoformat(),
        value=None if one.measured.value is None else plain(one.measured.value),
    )  # fmt: skip
    _about(element, one.measured)
    for link in sorted(one.measured.documents, key=repr):
        document(element, link)
    narrate(element, "comment", one.measured.comment)


def _period(parent: Element, one: IndicatorPeriod) -> None:
    element = add(parent, "period")
    period(element, one.start_on, one.end_on)
    for tag, row in (("target", one.targets), ("actual", one.actuals)):
        for measured in sorted(row, key=_order):
            found = add(element, tag, value=None if measured.value is None else plain(measured.value))
            _about(found, measured)
            narrate(found, "comment", measured.comment)
            for link in sorted(measured.documents, key=repr):
                document(found, link)


def _about(parent: Element, one: Measured) -> None:
    for ref in sorted(one.locations):
        add(parent, "location", ref=ref)
    for name, value in sorted(one.dimensions):
        add(parent, "dimension", name=name, value=value)
