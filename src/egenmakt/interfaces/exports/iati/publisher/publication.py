"""A publisher's document together with what the database has: both files, checked, and compared with the last ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as say

from egenmakt.core.evidence.catalogue.catalogue import shipped
from egenmakt.interfaces.exports.iati import reading
from egenmakt.interfaces.exports.iati.activities import Activity, ActivityFile
from egenmakt.interfaces.exports.iati.difference import Difference, difference
from egenmakt.interfaces.exports.iati.exclusions import Exclusions
from egenmakt.interfaces.exports.iati.protection import (
    NameWouldLeak,
    Published,
    publish_activities,
    publish_organisation,
)
from egenmakt.interfaces.exports.iati.publisher.activities import activity_of
from egenmakt.interfaces.exports.iati.publisher.exclusions import exclusions_of, policy_of
from egenmakt.interfaces.exports.iati.publisher.form import DocumentRefused, Fault, Row
from egenmakt.interfaces.exports.iati.publisher.organisation import organisation_of
from egenmakt.interfaces.exports.iati.publisher.parts import Making
from egenmakt.interfaces.exports.iati.publisher.registers import Registers
from egenmakt.interfaces.exports.iati.publisher.results import Ground as ResultsGround
from egenmakt.interfaces.exports.iati.publisher.results import Wanted, results_of
from egenmakt.interfaces.exports.iati.results import Result
from egenmakt.interfaces.exports.iati.rule_kinds import Ground
from egenmakt.interfaces.exports.iati.safe_xml import Source
from egenmakt.interfaces.exports.iati.validate import Checked, validate
from egenmakt.interfaces.exports.iati.values import NotPublishable, Publisher


@dataclass(frozen=True, slots=True)
class Written:
    """One file: its bytes, what the check found, what it changes against the last one, what is in it."""

    data: bytes
    checked: Checked
    against: Difference | None
    counts: reading.Counts


@dataclass(frozen=True, slots=True)
class Publication:
    """Both files, and what whoever publishes should know, which is in neither."""

    activities: Written
    organisation: Written
    notes: tuple[str, ...]
    activities_left_out: int
    withdrawn: tuple[str, ...] = ()
    """Identifiers that were published, are gone, and were not left out for safety."""

    @property
    def errors(self) -> int:
        """How many errors the checks have found in both files."""
        return self.activities.checked.errors + self.organisation.checked.errors


@dataclass(frozen=True, slots=True)
class Last:
    """The files that were published last, where there are any."""

    activities: Source | None = None
    organisation: Source | None = None


def publication_of(
    document: Row,
    *,
    year: int,
    registers: Registers,
    at: datetime,
    last_on: date | None = None,
    exclusions: Row | None = None,
    last: Last | None = None,
) -> Publication:
    """Both files of a publisher. Nothing is written to disk.

    Args: document, as `read_document` gives it; year, the last one whose results are told; last_on, its last day
    that is told, the year's own when left out; exclusions, from a file of their own, beside those of the document;
    last, the files that were published last.
    Raises: DocumentRefused with every fault; NameWouldLeak; NotXml, UnsafeXml for a last file that is none.
    """
    left_out = exclusions_of([document["exclusions"], exclusions])
    making = _making(document, at)
    languages = frozenset(language for language, _ in document["publisher"]["name"].parts)
    policy = policy_of([document["exclusions"], exclusions], languages)
    until_on = date(year + 1, 1, 1) if last_on is None else last_on + timedelta(days=1)
    results, notes = _results(document, year, until_on, registers, left_out, making, at, languages)
    reports = registers.effect_report(document, year=year, faults=making.faults)
    for_activities = [one.as_document("A08") for one in reports]
    activities = [
        activity_of(
            row, among=document, making=making, results=results.get(row["code"], ()), reports=for_activities, at=at
        )
        for row in document["activities"]
    ]
    own = document["organisation"]
    papers = [one.as_document("B01") for one in reports] if own is not None and own["effect_report"] else []
    organisation = organisation_of(
        own, among=document, making=making, documents=[*papers, *([policy] if policy else [])], at=at
    )
    if making.faults or organisation is None:
        raise DocumentRefused(making.faults)
    made = [one for one in activities if one is not None]
    found = _published(made, making.publisher, left_out, at)
    about = publish_organisation(organisation, exclusions=left_out)
    last = last or Last()
    written = _written(found.data, at, last.activities), _written(about.data, at, last.organisation)
    hidden = {making.publisher.identifier(code) for code in left_out.activities}
    gone = tuple(one for each in written if each.against for one in each.against.removed if one not in hidden)
    return Publication(
        *written, (*notes, *_notes(left_out, policy is not None, found, about)), found.activities_left_out, gone
    )


def _making(document: Row, at: datetime) -> Making:
    said = document["publisher"]
    try:
        publisher = Publisher(
            said["ref"], said["name"], said["type"], said["pattern"] or "{ref}-{code}", said["secondary"]
        )
    except NotPublishable as error:
        raise DocumentRefused([Fault("publisher", str(error), say("Correct it here."))]) from None
    return Making(publisher, document["organisations"], document["currency"], at.date())


def _results(
    document: Row,
    year: int,
    until_on: date,
    registers: Registers,
    left_out: Exclusions,
    making: Making,
    at: datetime,
    languages: frozenset[str],
) -> tuple[Mapping[str, tuple[Result, ...]], list[str]]:
    """The results of every activity that has some and is not left out, and what could not be told."""
    wanted = []
    for row in document["activities"]:
        if not row["results"] or row["code"] in left_out.activities:
            continue
        body = registers.body_of(row, document, making.faults)
        first = year if row["first_year"] is None else row["first_year"]
        if first > year:
            sentence = say("The first year is later than %(year)s.") % {"year": year}
            making.faults.append(Fault(row.at("first_year"), sentence, say("Write that year or an earlier one.")))
        elif body is not None:
            years = range(first, year + 1)
            wanted.append(Wanted(row, body.partner, years, registers.aims_of(body)))
    if not wanted or making.faults:
        return {}, []
    facts = registers.facts(min(until_on, at.date()))
    ground = ResultsGround(shipped(), facts, until_on, at.date(), languages, document["indicators_uri"])
    return results_of(wanted, ground, making.faults), ground.notes


def _published(activities: list[Activity], publisher: Publisher, left_out: Exclusions, at: datetime) -> Published:
    try:
        return publish_activities(ActivityFile(publisher, tuple(activities), at), exclusions=left_out)
    except NotPublishable as error:
        raise DocumentRefused([Fault("activities", str(error), say("Correct it here."))]) from None


def _written(data: bytes, at: datetime, last: Source | None) -> Written:
    against = None if last is None else difference(last, data)
    return Written(data, validate(data, ground=Ground(now=at)), against, reading.count(data))


def _notes(left_out: Exclusions, has_policy: bool, found: Published, about: Published) -> list[str]:
    notes = []
    nowhere = sorted(set(found.met_nowhere) & (set(about.met_nowhere) | left_out.activities | left_out.country_only))
    if nowhere:
        notes.append(say("Left out, and met nowhere: %(names)s. Look at the spelling.") % {"names": ", ".join(nowhere)})
    if (left_out.names or left_out.activities) and not has_policy:
        notes.append(say("Names are left out, and no exclusion policy is named: add its address under exclusions."))
    return notes


__all__ = ["DocumentRefused", "Last", "NameWouldLeak", "Publication", "Written", "publication_of"]
