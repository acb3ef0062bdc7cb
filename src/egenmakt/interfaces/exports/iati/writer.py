"""Write activities as IATI 2.03: the same content is the same bytes, in whatever order it came."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from lxml import etree

from egenmakt.interfaces.exports.iati.activities import (
    Activity,
    ActivityFile,
    Budget,
    Contact,
    Location,
    Part,
    PlannedDisbursement,
    Transaction,
)
from egenmakt.interfaces.exports.iati.safe_xml import Element
from egenmakt.interfaces.exports.iati.standard_files import VERSION
from egenmakt.interfaces.exports.iati.values import Party, Publisher
from egenmakt.interfaces.exports.iati.writer_parts import (
    XML_LANG,
    add,
    document,
    flag,
    instant,
    money,
    narrate,
    party,
    period,
    plain,
    reporter,
    serialised,
)
from egenmakt.interfaces.exports.iati.writer_results import write_result


def write_activities(content: ActivityFile) -> bytes:
    """The bytes of a file of activities, valid by the schema of 2.03.

    What must not be named has to be taken out before: `protection.publish_activities` does both.
    """
    root = etree.Element("iati-activities")
    root.set("version", VERSION)
    root.set("generated-datetime", instant(content.generated_at))
    for activity in sorted(content.activities, key=lambda one: content.publisher.identifier(one.code)):
        _activity(root, activity, content.publisher)
    return serialised(root)


def _activity(root: Element, one: Activity, publisher: Publisher) -> None:
    element = add(root, "iati-activity")
    element.set(XML_LANG, one.language)
    element.set("default-currency", one.currency)
    element.set("last-updated-datetime", instant(one.updated_at))
    for name, value in (
        ("hierarchy", None if one.hierarchy is None else str(one.hierarchy)),
        ("humanitarian", flag(one.humanitarian)),
    ):
        if value is not None:
            element.set(name, value)
    add(element, "iati-identifier", publisher.identifier(one.code))
    reporter(element, publisher)
    narrate(element, "title", one.title)
    for kind, text in sorted(one.descriptions, key=lambda pair: (pair[0], repr(pair[1]))):
        narrate(element, "description", text, type_=kind)
    for who in sorted(one.participants, key=lambda part: (part.role, repr(part.party))):
        _participant(element, who.role, who.party)
    for kind, identifier in sorted(one.other_identifiers):
        add(element, "other-identifier", ref=identifier, type_=kind)
    add(element, "activity-status", code=one.status)
    for day in sorted(one.dates, key=lambda date_: date_.kind):
        add(element, "activity-date", iso_date=day.on.isoformat(), type_=day.kind)
    for contact in sorted(one.contacts, key=repr):
        _contact(element, contact)
    if one.defaults.scope is not None:
        add(element, "activity-scope", code=one.defaults.scope)
    _parts(element, "recipient-country", one.countries)
    _parts(element, "recipient-region", one.regions)
    for place in sorted(one.locations, key=repr):
        _location(element, place)
    _parts(element, "sector", one.sectors)
    for marker in sorted(one.policy_markers, key=lambda each: (each.vocabulary, each.code)):
        found = add(element, "policy-marker", vocabulary=marker.vocabulary, code=marker.code,
                    significance=marker.significance)  # fmt: skip
        narrate(found, None, marker.name)
    _defaults(element, one)
    _money(element, one)
    for link in sorted(one.documents, key=repr):
        document(element, link)
    for other in sorted(one.related, key=lambda each: (each.kind, each.ref)):
        add(element, "related-activity", ref=other.ref, type_=other.kind)
    for result in one.results:
        write_result(element, result)


def _participant(parent: Element, role: str, one: Party) -> None:
    element = add(parent, "participating-org", ref=one.ref, role=role, type_=one.kind, activity_id=one.activity)
    narrate(element, None, one.name)


def _parts(parent: Element, tag: str, parts: Iterable[Part]) -> None:
    for one in sorted(parts, key=lambda part: (part.vocabulary or "", part.code)):
        share = None if one.percentage is None else plain(one.percentage)
        element = add(parent, tag, vocabulary=one.vocabulary, code=one.code, percentage=share)
        narrate(element, None, one.name)


def _contact(parent: Element, one: Contact) -> None:
    element = add(parent, "contact-info", type_=one.kind)
    narrate(element, "organisation", one.organisation)
    narrate(element, "department", one.department)
    narrate(element, "person-name", one.person)
    narrate(element, "job-title", one.job_title)
    for tag, text in (("telephone", one.telephone), ("email", one.email), ("website", one.website)):
        if text is not None:
            add(element, tag, text)
    narrate(element, "mailing-address", one.address)


def _location(parent: Element, one: Location) -> None:
    element = add(parent, "location", ref=one.ref)
    narrate(element, "name", one.name)
    narrate(element, "description", one.description)
    for vocabulary, level, code in sorted(one.administrative):
        add(element, "administrative", vocabulary=vocabulary, level=str(level), code=code)
    if one.latitude is not None and one.longitude is not None:
        point = add(element, "point", srsName="http://www.opengis.net/def/crs/EPSG/0/4326")
        add(point, "pos", f"{plain(one.latitude)} {plain(one.longitude)}")
    if one.exactness is not None:
        add(element, "exactness", code=one.exactness)


def _defaults(parent: Element, one: Activity) -> None:
    for tag, code in (
        ("collaboration-type", one.defaults.collaboration),
        ("default-flow-type", one.defaults.flow),
        ("default-finance-type", one.defaults.finance),
    ):
        if code is not None:
            add(parent, tag, code=code)
    for vocabulary, code in sorted(one.defaults.aid):
        add(parent, "default-aid-type", vocabulary=vocabulary, code=code)
    if one.defaults.tied is not None:
        add(parent, "default-tied-status", code=one.defaults.tied)


def _money(parent: Element, one: Activity) -> None:
    for budget in sorted(one.budgets, key=_by_period):
        element = add(parent, "budget", type_=budget.kind, status=budget.status)
        period(element, budget.start_on, budget.end_on)
        money(element, budget.value, budget.value_on)
    for planned in sorted(one.planned, key=_by_period):
        element = add(parent, "planned-disbursement", type_=planned.kind)
        period(element, planned.start_on, planned.end_on)
        money(element, planned.value, planned.value_on)
        party(element, "provider-org", planned.provider, "provider_activity_id")
        party(element, "receiver-org", planned.receiver, "receiver_activity_id")
    for moved in sorted(one.transactions, key=lambda each: (each.on, each.kind, repr(each))):
        _transaction(parent, moved)


def _by_period(one: Budget | PlannedDisbursement) -> tuple[date, date, str]:
    return one.start_on, one.end_on, repr(one)


def _transaction(parent: Element, one: Transaction) -> None:
    element = add(parent, "transaction", ref=one.ref)
    add(element, "transaction-type", code=one.kind)
    add(element, "transaction-date", iso_date=one.on.isoformat())
    money(element, one.value, one.value_on)
    narrate(element, "description", one.description)
    party(element, "provider-org", one.provider, "provider_activity_id")
    party(element, "receiver-org", one.receiver, "receiver_activity_id")
