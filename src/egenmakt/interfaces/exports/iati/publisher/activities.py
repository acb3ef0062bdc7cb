"""The activities of a publisher's document: programmes and agreements with their money, results and documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext as say

from egenmakt.interfaces.exports.iati.activities import (
    Activity,
    ActivityDate,
    Budget,
    Location,
    Participant,
    PlannedDisbursement,
    PolicyMarker,
    Related,
    Transaction,
)
from egenmakt.interfaces.exports.iati.publisher.document import DATES, DESCRIPTIONS
from egenmakt.interfaces.exports.iati.publisher.form import Fault, Row
from egenmakt.interfaces.exports.iati.publisher.parts import Making, contact, defaults, document, part
from egenmakt.interfaces.exports.iati.results import Result
from egenmakt.interfaces.exports.iati.values import Document

RECEIVING = ("1", "11")
"""Transactions of which the publisher is the receiver where the document names none."""


def activity_of(
    row: Row,
    *,
    among: Row,
    making: Making,
    results: Sequence[Result],
    reports: Sequence[Document],
    at: datetime,
) -> Activity | None:
    """One activity; None where something of it is refused, which is then among the faults.

    Args: among, the whole document; reports, the effect report in its languages, for activities that point to it.
    """
    before, currency = len(making.faults), row["currency"] or among["currency"]
    own = making.made(row.at("code"), making.publisher.identifier, row["code"])
    budgets = [making.made(one.place, _budget, one, making, currency) for one in row["budgets"]]
    planned = [making.made(one.place, _planned, one, making, currency, own) for one in row["instalments"]]
    moved = [making.made(one.place, _transaction, one, making, currency, own) for one in row["transactions"]]
    links = [making.made(one.place, document, one, with_countries=False) for one in row["documents"]]
    places = [making.made(one.place, _place, one) for one in row["places"]]
    markers = [making.made(one.place, _marker, one) for one in row["policy_markers"]]
    making.not_later(row["dates"], "actual_start", "actual_end")
    if not any((row["contacts"], among["contacts"])):
        sentence = say("Nobody can be asked about the activity.")
        making.faults.append(
            Fault(row.at("contacts"), sentence, say("Write contacts here, or for the whole document."))
        )
    if len(making.faults) > before:
        return None
    return making.made(
        row.place,
        lambda: Activity(
            code=row["code"],
            title=row["title"],
            descriptions=tuple(
                (kind, row["descriptions"][name]) for name, kind in DESCRIPTIONS.items() if row["descriptions"][name]
            ),
            status=row["status"],
            dates=tuple(ActivityDate(kind, row["dates"][name]) for name, kind in DATES.items() if row["dates"][name]),
            participants=tuple(
                Participant(one["role"], found)
                for one in row["participants"]
                if (found := making.party(one["organisation"], one["activity"])) is not None
            ),
            countries=tuple(map(part, row["countries"])),
            regions=tuple(map(part, row["regions"])),
            sectors=tuple(map(part, row["sectors"])),
            language=among["language"],
            currency=currency,
            updated_at=at,
            hierarchy=row["hierarchy"] or _level(row, among),
            humanitarian=row["humanitarian"],
            other_identifiers=tuple((one["type"], one["ref"]) for one in row["other_identifiers"]),
            contacts=tuple(map(contact, row["contacts"] or among["contacts"])),
            locations=tuple(one for one in places if one is not None),
            policy_markers=tuple(one for one in markers if one is not None),
            defaults=defaults(row["defaults"], among["defaults"]),
            budgets=tuple(one for one in budgets if one is not None),
            planned=tuple(one for one in planned if one is not None),
            transactions=tuple(one for one in moved if one is not None),
            documents=(*(one for one in links if one is not None), *(reports if row["effect_report"] else ())),
            related=tuple(_related(row, among, making)),
            results=tuple(results),
        ),
    )


def _level(row: Row, among: Row) -> int:
    """1 for a programme, one more for each activity above."""
    parents: Mapping[str, str | None] = {one["code"]: one["parent"] for one in among["activities"]}
    level, above = 1, row["parent"]
    while above is not None:
        level, above = level + 1, parents[above]
    return level


def _related(row: Row, among: Row, making: Making) -> list[Related]:
    found = [Related("1", making.publisher.identifier(row["parent"]))] if row["parent"] else []
    below = [one["code"] for one in among["activities"] if one["parent"] == row["code"]]
    return [*found, *(Related("2", making.publisher.identifier(code)) for code in below)]


def _budget(row: Row, making: Making, currency: str) -> Budget:
    value_on = row["value_on"] or row["first"]
    return Budget(row["first"], row["last"], making.money(row, currency), value_on, row["type"], row["status"])


def _planned(row: Row, making: Making, currency: str, own: str | None) -> PlannedDisbursement:
    return PlannedDisbursement(
        row["first"],
        row["last"],
        making.money(row, currency),
        row["value_on"] or row["first"],
        row["type"],
        making.party(row["from"] or "publisher", None, own),
        making.party(row["to"], row["to_activity"], own),
    )


def _transaction(row: Row, making: Making, currency: str, own: str | None) -> Transaction:
    making.not_later(row, "on", "value_on")
    receives = row["type"] in RECEIVING
    giver = row["from"] or (None if receives else "publisher")
    taker = row["to"] or ("publisher" if receives else None)
    return Transaction(
        row["type"],
        row["on"],
        making.money(row, currency),
        row["value_on"] or row["on"],
        row["text"],
        making.party(giver, row["from_activity"], own),
        making.party(taker, row["to_activity"], own),
        row["ref"],
    )


def _place(row: Row) -> Location:
    exactness = "1" if row["latitude"] is not None else None
    return Location(row["name"], row["description"], row["latitude"], row["longitude"], exactness, row["code"])


def _marker(row: Row) -> PolicyMarker:
    return PolicyMarker(row["code"], row["significance"], row["vocabulary"] or "1", row["name"])
