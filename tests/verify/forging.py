"""Taking an export apart, changing it, and putting it together again as a careful forger would."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections import Counter
from typing import Any

from egenmakt.core.ledger.chain import canonical, meeting_code, meeting_hash
from egenmakt.interfaces.exports import group_tables as tables
from egenmakt.interfaces.exports.cells import csv_lines

Data = dict[str, Any]


def taken_apart(content: bytes) -> tuple[Data, dict[str, bytes]]:
    """The JSON of an export, and its other parts as they are."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return json.loads(parts.pop("group.json")), parts


def put_together(data: Data, parts: dict[str, bytes]) -> bytes:
    """An export of these parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("group.json", json.dumps(data, ensure_ascii=False))
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def fitting_tables(data: Data) -> dict[str, bytes]:
    """The CSV files that the exporter would make of the changed data, so that they do not give a forger away."""
    balances = {line["account"]: line["balance_minor"] for line in data["accounts"]}
    names = tables.Names(data["members"], data["loans"])
    corrected = Counter(correction["meeting"] for correction in data["corrections"])
    cycles = {cycle["id"]: cycle["number"] for cycle in data["cycles"]}
    currency = data["group"]["currency"]
    made = {
        tables.TRANSFERS: tables.transfer_rows(data["entries"], names, currency),
        tables.MEMBERS: tables.member_rows(data["members"], balances, currency),
        tables.MEETINGS: tables.meeting_rows(data["meetings"], corrected, cycles),
        tables.LOANS: tables.loan_rows(data["loans"], balances, names, currency),
        tables.BALANCES: tables.balance_rows(balances, names, currency),
    }
    return {table.name: b"".join(csv_lines(table, rows)) for table, rows in made.items()}


def rewrite(data: Data, number: int, change: Any) -> None:
    """Change the document of a meeting, and everything that is computed from its text, in it and in all after it."""
    for meeting in data["meetings"]:
        document = json.loads(meeting["document"])
        if meeting["number"] == number:
            change(document)
        if meeting["number"] > 1:
            document["previous"] = data["meetings"][meeting["number"] - 2]["hash"]
        seal(meeting, document)
    last = data["meetings"][-1]
    data["group"].update(last_hash=last["hash"])
    for correction in data["corrections"]:
        document = json.loads(correction["document"])
        document["previous"] = data["meetings"][correction["meeting_number"] - 1]["previous_hash"]
        correction["document"] = canonical(document).decode()


def seal(meeting: Data, document: Data) -> None:
    """Write a document into a meeting with a hash and a code that fit."""
    content = canonical(document)
    meeting["document"] = content.decode()
    meeting["content_hash"] = hashlib.sha256(content).hexdigest()
    meeting["hash"] = meeting_hash(document)
    meeting["code"] = meeting_code(meeting["hash"])
    meeting["previous_hash"] = document["previous"]
