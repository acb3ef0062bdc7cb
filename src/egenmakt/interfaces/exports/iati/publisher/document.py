"""What a publisher writes down for its IATI files: itself, organisations, activities, money, results, exclusions.

Run as a module it prints the published schema: `> spec/iati-publisher.schema.json` writes that anew.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from typing import Any, Final

from django.utils.translation import gettext as say

from egenmakt.interfaces.exports.iati.publisher.form import (
    DocumentRefused,
    Fault,
    Fields,
    JsonSchema,
    Kind,
    Listed,
    Named,
    Row,
)
from egenmakt.interfaces.exports.iati.publisher.kinds import (
    WORDS_SCHEMA,
    Choice,
    Day,
    Excluded,
    InLanguages,
    Number,
    Text,
    Whole,
    Yes,
)

SCHEMA: Final = "egenmakt.iati-publisher.1"
EXCLUSIONS_SCHEMA: Final = "egenmakt.iati-exclusions.1"

CODE = Text(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$", "KE-1", 60)
IDENTIFIER = Text(r"^[^/&|?\s]+$", "XI-IATI-INVENTED", 200)
LIST_CODE = Text(r"^[A-Za-z0-9][A-Za-z0-9._-]*$", "15150", 60)
COUNTRY = Text(r"^[A-Z]{2}$", "KE", 2)
CURRENCY = Text(r"^[A-Z]{3}$", "SEK", 3)
LANGUAGE = Text(r"^[a-z]{2}$", "sv", 2)
URL = Text(r"^https?://\S+$", "https://example.org/report", 500)
WORDS = InLanguages()
AMOUNT = Number()
YEAR = Whole(1990, 2200)
NODE = Text(example="Northern Light")

ROLES: Final = {"funding": "1", "accountable": "2", "extending": "3", "implementing": "4"}
DATES: Final = {"planned_start": "1", "actual_start": "2", "planned_end": "3", "actual_end": "4"}
DESCRIPTIONS: Final = {"general": "1", "objectives": "2", "target_groups": "3", "other": "4"}
STATUSES: Final = {
    "pipeline": "1", "implementation": "2", "finalisation": "3", "closed": "4", "cancelled": "5", "suspended": "6",
}  # fmt: skip
MOVES: Final = {
    "received": "1", "agreement_signed": "2", "instalment_paid": "3", "spent": "4", "agreement_received": "11",
}  # fmt: skip
"""What a transaction is: money received, an agreement signed, an instalment paid, own spending, a promise received."""
RESULTS: Final = {"output": "1", "outcome": "2", "impact": "3", "other": "9"}
BUDGETS: Final = {"original": "1", "revised": "2"}
BUDGET_STATUSES: Final = {"indicative": "1", "committed": "2"}
CONTACTS: Final = {"general": "1", "management": "2", "finance": "3", "communication": "4"}
DIMENSIONS: Final = ("sex", "age_band", "disability", "country")
PLACES: Final = ("exact", "area", "country")

PARTY = Fields({"name": WORDS}, {"ref": IDENTIFIER, "type": LIST_CODE})
DOCUMENT = Fields(
    {"url": URL, "format": Text(r"^[a-z]+/[a-z0-9.+-]+$", "application/pdf", 100), "title": WORDS,
     "categories": Listed(LIST_CODE, least=1)},
    {"description": WORDS, "languages": Listed(LANGUAGE), "on": Day(), "countries": Listed(COUNTRY)},
)  # fmt: skip
CONTACT = Fields(
    {},
    {"type": Choice(CONTACTS, "1"), "organisation": WORDS, "department": WORDS, "person": WORDS, "job_title": WORDS,
     "telephone": Text(), "email": Text(r"^\S+@\S+$", "iati@example.org", 200), "website": URL, "address": WORDS},
)  # fmt: skip
_SHARE: dict[str, Kind] = {"percentage": Number(0, 100), "name": WORDS}
PLACE = Fields(
    {}, {"code": CODE, "name": WORDS, "description": WORDS, "latitude": Number(-90, 90), "longitude": Number(-180, 180)}
)
DEFAULTS = Fields(
    {},
    {"scope": LIST_CODE, "collaboration": LIST_CODE, "flow": LIST_CODE, "finance": LIST_CODE, "tied": LIST_CODE,
     "aid": Listed(Fields({"vocabulary": LIST_CODE, "code": LIST_CODE}))},
)  # fmt: skip
_MONEY: dict[str, Kind] = {"currency": CURRENCY, "value_on": Day()}
_PERIOD: dict[str, Kind] = {"first": Day(), "last": Day(), "value": AMOUNT}
BUDGET = Fields(_PERIOD, {**_MONEY, "type": Choice(BUDGETS, "1"), "status": Choice(BUDGET_STATUSES, "1")})
INSTALMENT = Fields(
    _PERIOD, {**_MONEY, "type": Choice(BUDGETS, "1"), "from": CODE, "to": CODE, "to_activity": IDENTIFIER}
)
TRANSACTION = Fields(
    {"type": Choice(MOVES), "on": Day(), "value": AMOUNT},
    {**_MONEY, "from": CODE, "to": CODE, "from_activity": IDENTIFIER, "to_activity": IDENTIFIER, "text": WORDS,
     "ref": Text(most=100)},
)  # fmt: skip
_AIM: dict[str, Kind] = {"year": YEAR, "value": Number()}
_PART_OF = Named(Text(r"^[a-z0-9_A-Z]{1,40}$", "female", 40))
INDICATOR = Fields(
    {"indicator": Text(r"^[a-z][a-z0-9_]{1,59}$", "members", 60)},
    {"title": WORDS, "description": WORDS, "ascending": Yes(True), "country": COUNTRY, "currency": CURRENCY,
     "by": Listed(Choice({name: name for name in DIMENSIONS})),
     "baseline": Fields(_AIM, {"on": Day(), "comment": WORDS}),
     "targets": Listed(Fields(_AIM, {"dimensions": _PART_OF, "comment": WORDS}))},
)  # fmt: skip
MARKER = Fields({"code": LIST_CODE}, {"significance": LIST_CODE, "vocabulary": LIST_CODE, "name": WORDS})
RESULT = Fields(
    {"type": Choice(RESULTS), "title": WORDS, "indicators": Listed(INDICATOR, least=1)}, {"description": WORDS}
)
ACTIVITY = Fields(
    {"code": CODE, "title": WORDS,
     "descriptions": Fields({"general": WORDS}, {name: WORDS for name in DESCRIPTIONS if name != "general"}),
     "status": Choice(STATUSES), "dates": Fields({}, {name: Day() for name in DATES}),
     "participants": Listed(Fields({"role": Choice(ROLES), "organisation": CODE}, {"activity": IDENTIFIER}), least=1),
     "sectors": Listed(Fields({"code": LIST_CODE}, {"vocabulary": LIST_CODE, **_SHARE}), least=1)},
    {"parent": CODE, "hierarchy": Whole(1, 9), "humanitarian": Yes(None), "currency": CURRENCY,
     "countries": Listed(Fields({"code": COUNTRY}, _SHARE)),
     "regions": Listed(Fields({"code": LIST_CODE}, {"vocabulary": LIST_CODE, **_SHARE})),
     "places": Listed(PLACE), "contacts": Listed(CONTACT), "defaults": DEFAULTS,
     "policy_markers": Listed(MARKER),
     "other_identifiers": Listed(Fields({"type": LIST_CODE, "ref": Text(most=200)})),
     "budgets": Listed(BUDGET), "instalments": Listed(INSTALMENT), "transactions": Listed(TRANSACTION),
     "documents": Listed(DOCUMENT), "effect_report": Yes(), "partner": NODE, "first_year": YEAR,
     "results": Listed(RESULT)},
)  # fmt: skip
_LINE = Fields({"value": AMOUNT, "text": WORDS}, {**_MONEY, "ref": Text(most=100)})
YEARLY = {**_MONEY, "status": Choice(BUDGET_STATUSES, "1"), "lines": Listed(_LINE)}
ORGANISATION = Fields(
    {},
    {"total_budgets": Listed(Fields(_PERIOD, YEARLY)),
     "recipient_budgets": Listed(Fields({"organisation": CODE, **_PERIOD}, YEARLY)),
     "country_budgets": Listed(Fields({"country": COUNTRY, **_PERIOD}, YEARLY)),
     "expenditures": Listed(Fields(_PERIOD, {**_MONEY, "lines": Listed(_LINE)})),
     "documents": Listed(DOCUMENT), "effect_report": Yes()},
)  # fmt: skip
POLICY = Fields(
    {"url": URL}, {"format": Text(r"^[a-z]+/[a-z0-9.+-]+$", "text/html", 100), "title": WORDS, "text": WORDS}
)
_EXCLUDED: dict[str, Kind] = {
    "names": Listed(Excluded()), "activities": Listed(CODE), "country_only": Listed(CODE),
    "places": Choice({name: name for name in PLACES}), "together": CODE, "policy": POLICY,
}  # fmt: skip
EXCLUSIONS = Fields({}, _EXCLUDED)
EXCLUSIONS_FILE = Fields({"schema": Choice({EXCLUSIONS_SCHEMA: EXCLUSIONS_SCHEMA})}, _EXCLUDED)
FORM = Fields(
    {"schema": Choice({SCHEMA: SCHEMA}),
     "publisher": Fields({"ref": IDENTIFIER, "type": LIST_CODE, "name": WORDS},
                         {"pattern": Text(r"^\{ref\}-.*\{code\}", "{ref}-{code}", 100), "secondary": Yes()}),
     "language": LANGUAGE, "currency": CURRENCY, "activities": Listed(ACTIVITY, least=1)},
    {"node": NODE, "site": URL, "indicators_uri": URL, "organisations": Named(PARTY), "contacts": Listed(CONTACT),
     "defaults": DEFAULTS, "organisation": ORGANISATION, "exclusions": EXCLUSIONS},
)  # fmt: skip


def read_document(data: bytes) -> Row:
    """A publisher's document. Raises: DocumentRefused with every fault that was found."""
    faults: list[Fault] = []
    row = FORM.read(_json(data, faults), "", faults)
    if not faults:
        faults += _codes(row)
    if faults:
        raise DocumentRefused(faults)
    read: Row = row
    return read


def read_exclusions(data: bytes) -> Row:
    """Exclusions in a file of their own. Raises: DocumentRefused."""
    faults: list[Fault] = []
    row = EXCLUSIONS_FILE.read(_json(data, faults), "", faults)
    if faults:
        raise DocumentRefused(faults)
    read: Row = row
    return read


def _json(data: bytes, faults: list[Fault]) -> Any:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        for name, number in Counter(name for name, _ in pairs).items():
            if number > 1:
                sentence = say("An object has the field “%(name)s” twice.") % {"name": name}
                faults.append(Fault("", sentence, say("Keep one of them.")))
        return dict(pairs)

    try:
        return json.loads(data.decode("utf-8-sig"), object_pairs_hook=once)
    except (ValueError, RecursionError) as error:
        sentence = say("This is no JSON in UTF-8: %(why)s.") % {"why": error}
        raise DocumentRefused(
            [Fault("", sentence, say("Mend it there; an editor for JSON shows the place."))]
        ) from None


def _codes(row: Row) -> list[Fault]:
    """Codes that occur twice, and codes of organisations and activities that are nowhere explained."""
    faults = []
    seen: dict[str, Row] = {}
    for activity in row["activities"]:
        if activity["code"] in seen:
            faults.append(
                Fault(activity.at("code"), say("Another activity has this code."), say("Give each a code of its own."))
            )
        seen[activity["code"]] = activity
    known = {"publisher", *row["organisations"]}
    if "publisher" in row["organisations"]:
        sentence = say("“publisher” is the publisher itself.")
        faults.append(Fault("organisations, publisher", sentence, say("Give the organisation another key.")))
    for activity in row["activities"]:
        faults += _parents(activity, seen)
        named = [(part, "organisation") for part in activity["participants"]]
        named += [
            (move, end) for move in (*activity["instalments"], *activity["transactions"]) for end in ("from", "to")
        ]
        faults += _organisations(named, known)
    if row["organisation"] is not None:
        faults += _organisations([(one, "organisation") for one in row["organisation"]["recipient_budgets"]], known)
    return faults


def _organisations(named: list[tuple[Row, str]], known: set[str]) -> list[Fault]:
    remedy = say("Use one of: %(codes)s.") % {"codes": ", ".join(sorted(known))}
    return [
        Fault(row.at(end), say("There is no organisation “%(code)s”.") % {"code": row[end]}, remedy)
        for row, end in named
        if row[end] is not None and row[end] not in known
    ]


def _parents(activity: Row, known: dict[str, Row]) -> list[Fault]:
    above, code = {activity["code"]}, activity["parent"]
    while code is not None:
        if code not in known:
            sentence = say("There is no activity “%(code)s”.") % {"code": code}
            return [Fault(activity.at("parent"), sentence, say("Give the code of another activity."))]
        if code in above:
            sentence = say("The activity stands above itself.")
            return [Fault(activity.at("parent"), sentence, say("Give the code of another activity."))]
        above.add(code)
        code = known[code]["parent"]
    return []


def publisher_schema() -> JsonSchema:
    """The published JSON Schema (draft 2020-12), out of the same table that reads."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://egenmakt.example/spec/iati-publisher.schema.json",
        "title": "Egenmakt IATI publisher, version 1",
        "description": "What a publisher's IATI files say. Amounts are texts in major units; days are YYYY-MM-DD; "
        "`first` and `last` of a period belong to it; texts stand by language; organisations are named by their "
        "key, and `publisher` is the publisher itself.",
        **FORM.schema(),
        "$defs": {"words": WORDS_SCHEMA},
    }


if __name__ == "__main__":
    json.dump(publisher_schema(), sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")
