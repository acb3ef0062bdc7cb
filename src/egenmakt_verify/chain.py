"""The chain of meetings: each document's fingerprint, its code, and its link to the meeting before."""

from __future__ import annotations

import base64
import hashlib
import json

from egenmakt_verify.reading import WHOLE_MAX, parse
from egenmakt_verify.report import Json, Place

LETTERS = "34679ACDEFGHJKMNPQRTWXY"


def content_of(record: dict[str, Json], place: Place) -> bytes:
    """The bytes of a document as they were sent."""
    if "document" in record:
        try:
            return str(record["document"]).encode("utf-8")
        except UnicodeEncodeError:
            raise place.stop("holds half a character.", field="document") from None
    try:
        return base64.b64decode(record["document_base64"], validate=True)
    except ValueError:
        raise place.stop("is not base64.", field="document_base64") from None


def document_of(record: dict[str, Json], place: Place) -> dict[str, Json]:
    """The document as JSON."""
    return parse(content_of(record, place), place / "document")


def fingerprint(document: dict[str, Json], place: Place) -> str:
    """SHA-256 of the document without its keys, written in the one way of RFC 8785."""
    body = {name: value for name, value in document.items() if name != "keys"}
    try:
        return hashlib.sha256(_written(body).encode("utf-8")).hexdigest()
    except (ValueError, RecursionError):
        raise place.stop("has no single way to be written, so it has no fingerprint.", field="document") from None


def _written(value: Json) -> str:
    if isinstance(value, dict):
        if not all(name.isascii() for name in value):
            raise ValueError
        return "{" + ",".join(f"{json.dumps(name)}:{_written(value[name])}" for name in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_written(item) for item in value) + "]"
    if type(value) is int and abs(value) > WHOLE_MAX:
        raise ValueError
    return json.dumps(value, ensure_ascii=False)


def code_of(fingerprint_: str) -> str:
    """Seven letters of the fingerprint, read as a number with the lowest digit first, and one that checks them."""
    number, digits = int(fingerprint_, 16), []
    for _ in range(7):
        digits.append(number % 23)
        number //= 23
    digits.append(sum((place + 2) * digit for place, digit in enumerate(digits)) % 23)
    return "".join(LETTERS[digit] for digit in digits)


def check_chain(data: dict[str, Json]) -> dict[str, dict[str, Json]]:
    """Check every link. Returns: each meeting's document by the meeting's id."""
    documents: dict[str, dict[str, Json]] = {}
    previous, last_on, number = "", None, 0
    for number, meeting in enumerate(data["meetings"], start=1):
        place = Place(words="meetings", meeting=number)
        place.same("number", number, meeting["number"], "does not follow the meeting before.")
        place.same("content_hash", hashlib.sha256(content_of(meeting, place)).hexdigest(), meeting["content_hash"],
                   "is not the fingerprint of the document's own text.")  # fmt: skip
        document = document_of(meeting, place)
        place.same("hash", fingerprint(document, place), meeting["hash"], "is not the fingerprint of the document.")
        place.same("code", code_of(meeting["hash"]), meeting["code"], "is not the code of the fingerprint.")
        place.same("previous_hash", previous, meeting["previous_hash"], "is not the fingerprint of the meeting before.")
        place.same("group", data["group"]["id"], document.get("group"), "is another group.")
        pairs = {"id": "id", "number": "number", "cycle": "cycle", "kind": "kind", "source": "source",
                 "held_on": "held_on", "constitution": "constitution", "previous": "previous_hash"}  # fmt: skip
        for inside, outside in pairs.items():
            place.same(outside, document.get(inside), meeting[outside], "is not what the document says.")
        if last_on is not None and meeting["held_on"] < last_on:
            raise place.stop("is before the meeting before.", field="held_on", found=meeting["held_on"])
        previous, last_on = meeting["hash"], meeting["held_on"]
        if meeting["id"] in documents:
            raise place.stop("stands twice.", field="id", found=meeting["id"])
        documents[meeting["id"]] = document
    group = Place(words="group")
    group.same("last_number", number, data["group"]["last_number"], "is not the number of the last meeting.")
    group.same("last_hash", previous, data["group"]["last_hash"], "is not the fingerprint of the last meeting.")
    group.same("last_held_on", last_on, data["group"]["last_held_on"], "is not the day of the last meeting.")
    for number, arrival in enumerate(data["quarantine"], start=1):
        place = Place(words=f"quarantine line {number}")
        found = hashlib.sha256(content_of(arrival, place)).hexdigest()
        place.same("content_hash", found, arrival["content_hash"], "is not the fingerprint of what arrived.")
    return documents
