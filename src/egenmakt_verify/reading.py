"""Opening the file: a zip of known parts, none too large, with every field there and of its kind."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from egenmakt_verify.report import Disagrees, Json, Place

SCHEMA = "egenmakt/group-export/1"
PART_BYTES_MAX = 256 * 1024 * 1024
"""A group of 200 members makes some 10 MB in ten years: a part that unpacks to more than this is not an export."""
TABLES = ("transfers.csv", "members.csv", "meetings.csv", "loans.csv", "balances.csv")
PARTS = ("group.json", *TABLES)
WHOLE_MAX = 2**53 - 1

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_HASH = re.compile(r"[0-9a-f]{64}")
_DAY = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


def _text(pattern: re.Pattern[str]) -> Callable[[Json], bool]:
    return lambda value: isinstance(value, str) and bool(pattern.fullmatch(value))


KINDS: dict[str, Callable[[Json], bool]] = {
    "text": lambda value: isinstance(value, str),
    "whole": lambda value: type(value) is int and abs(value) <= WHOLE_MAX,
    "yes": lambda value: isinstance(value, bool),
    "list": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
    "uuid": _text(_UUID),
    "hash": _text(_HASH),
    "link": lambda value: value == "" or _text(_HASH)(value),
    "day": _text(_DAY),
    "time": _text(_TIME),
}

# One word for each field: name:kind, with ? where it may be null. A document is text, or base64 of other bytes.
_FIELDS = {
    "group": "id:uuid name:text kind:text currency:text language:text formed_on:day is_training:yes "
    "support_ended_on:day? closed_on:day? last_number:whole last_hash:link last_held_on:day? country:text? place:text? "
    "above:list",
    "members": "id:uuid number:whole symbol:text joined_on:day left_on:day? status:text has_drawn_pot:yes person:uuid? "
    "member_group:uuid? name:text sex:text? birth_year:whole? has_disability:yes? phone:text offices:list",
    "constitutions": "id:uuid number:whole adopted_on:day votes_for:whole votes_against:whole votes_abstained:whole "
    "rules:object",
    "cycles": "id:uuid number:whole starts_on:day end_planned_on:day closed_on:day? shared_out_minor:whole",
    "goals": "id:uuid words:text measure:text target_minor:whole set_on:day due_on:day given_up_on:day? member:uuid?",
    "cut_off_sheet": "id:uuid cut_off_on:day entered_by:uuid entered_at:time +document",
    "meetings": "id:uuid number:whole kind:text source:text held_on:day previous_hash:link hash:hash code:text "
    "members_active:whole present:whole late:whole excused:whole on_leave:whole absent:whole recorded_at:time "
    "cycle:uuid constitution:whole content_hash:hash +document",
    "corrections": "id:uuid reason:text corrected_by:uuid corrected_at:time effect:object meeting:uuid "
    "meeting_number:whole decided_in:uuid? +document",
    "loans": "id:uuid borrower:uuid? lender:text box:text schedule:object? principal_minor:whole lent_minor:whole "
    "interest_before_minor:whole fees_before_minor:whole guarantors:list granted_on:day meeting:uuid status:text "
    "closed_on:day? changes:list",
    "accounts": "account:text balance_minor:whole",
    "entries": "id:uuid kind:text position:whole effective_on:day posted_at:time posted_by:uuid? subject:uuid "
    "transfer_count:whole amount_total_minor:whole transfers:list",
    "quarantine": "id:uuid meeting_id:uuid? previous_hash:link content_hash:hash received_at:time received_by:uuid? "
    "state:text findings:list settled_by:uuid? settled_at:time? settled_words:text +document",
}
_INSIDE = {
    ("group", "above"): "id:uuid kind:text name:text",
    ("members", "offices"): "office:text from_on:day until_on:day?",
    ("loans", "changes"): "kind:text on:day meeting:uuid before:object",
    ("entries", "transfers"): "sequence:whole id:uuid amount_minor:whole reason:text effective_on:day debit:text "
    "credit:text reverses:uuid?",
}
_SINGLE = ("group", "cut_off_sheet")


@dataclass(frozen=True)
class Export:
    """What the file holds: the data of group.json, and each CSV file as rows of cells."""

    data: dict[str, Json]
    tables: dict[str, list[list[str]]]


def read_export(path: str | Path) -> Export:
    """Open the file, whatever it is. Raises: Disagrees, when it is not a whole and readable export."""
    name = Path(path).name
    try:
        with zipfile.ZipFile(path) as archive:
            names = [entry.filename for entry in archive.infolist()]
            if sorted(names) != sorted(PARTS):
                raise Place(name).stop(
                    "does not hold the parts of an export.", expected=sorted(PARTS), found=sorted(names)[:20]
                )
            content = {part: _unpack(archive, part) for part in PARTS}
    except (OSError, zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, ValueError) as error:
        raise Place(name).stop(f"cannot be read as the export of a group ({error}).") from None
    data = _shaped(parse(content["group.json"], Place()))
    return Export(data, {part: _rows(content[part], part) for part in TABLES})


def _unpack(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as file:  # never trust the size that the zip states: stop while reading
        content = file.read(PART_BYTES_MAX + 1)
    if len(content) > PART_BYTES_MAX:
        raise Place(name).stop(f"unpacks to more than {PART_BYTES_MAX} bytes; that is not the export of a group.")
    return content


def parse(content: bytes, place: Place) -> dict[str, Json]:
    """JSON in UTF-8, strictly: an object, no field twice, no fractions."""

    def once(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise ValueError("a field stands twice in one object")
        return found

    def refuse(text: str) -> None:
        raise ValueError(f"{text[:40]} is not a whole number")

    try:
        value = json.loads(content, object_pairs_hook=once, parse_constant=refuse, parse_float=refuse)
    except (ValueError, RecursionError) as error:
        raise place.stop(f"is not JSON that can be read ({str(error)[:200]}).") from None
    if not isinstance(value, dict):
        raise place.stop("is not a JSON object.")
    return value


def _shaped(data: dict[str, Json]) -> dict[str, Json]:
    Place().same("schema", SCHEMA, data.get("schema"), "is another format, or another version of it.")
    if set(data) != {"schema", *_FIELDS}:
        raise Place().stop(
            "does not have the sections of an export.", expected=sorted(_FIELDS), found=sorted(data)[:30]
        )
    for section, fields in _FIELDS.items():
        if section == "cut_off_sheet" and data[section] is None:
            continue
        if section not in _SINGLE and not isinstance(data[section], list):
            raise Place(words=section).stop("must be a list.")
        records = [data[section]] if section in _SINGLE else data[section]
        for number, item in enumerate(records, start=1):
            place = Place(words=section if section in _SINGLE else f"{section} line {number}")
            _check_fields(item, fields, place)
            for (outer, inner), inner_fields in _INSIDE.items():
                for index, part in enumerate(item[inner] if outer == section else [], start=1):
                    _check_fields(part, inner_fields, place / f"{inner} line {index}")
    return data


def _check_fields(item: Json, fields: str, place: Place) -> None:
    if not isinstance(item, dict):
        raise place.stop("must be an object.", found=item)
    kinds = dict(word.split(":") for word in fields.split() if word != "+document")
    if "+document" in fields:
        kinds |= {"document": "text"} if "document" in item else {"document_base64": "text"}
    if set(item) != set(kinds):
        odd = sorted(set(item) ^ set(kinds))[0]
        raise place.stop("is not a field of this record." if odd in item else "is missing.", field=odd)
    for name, kind in kinds.items():
        if not (kind.endswith("?") and item[name] is None) and not KINDS[kind.rstrip("?")](item[name]):
            raise place.stop(f"must be of the kind {kind.rstrip('?')}.", field=name, found=item[name])


def _rows(content: bytes, name: str) -> list[list[str]]:
    try:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise Place(name).stop(f"is not CSV in UTF-8 that can be read ({error}).") from None
    return rows


__all__ = ["Disagrees", "Export", "parse", "read_export"]
