"""Everything about one group in one file, which the group owns and anybody can check: JSON and CSV in a zip."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import IO, Any, Final
from uuid import UUID

from django.db import transaction

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import require
from egenmakt.apps.audit.services import record
from egenmakt.apps.groups.models import SavingsGroup
from egenmakt.interfaces.exports import group_tables as tables
from egenmakt.interfaces.exports.cells import csv_lines
from egenmakt.interfaces.exports.group_records import (
    account_balances,
    constitution_records,
    correction_records,
    cut_off_record,
    cycle_records,
    entry_records,
    goal_records,
    group_record,
    loan_records,
    meeting_records,
    member_records,
    quarantine_records,
)

SCHEMA: Final = "egenmakt/group-export/1"
EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The time of every file in the zip: the same data give the same bytes."""


class NoSuchGroup(ValueError):
    """There is no group of this id."""


def export_group(group_id: UUID, *, by: User | None, at: datetime) -> bytes:
    """Everything about a group as one zip. The same data give the same bytes, whoever exports them and when.

    Args: by, a user, or None for the command line of the server, where nobody is asked for permission.
    Raises: NotAllowed; NoSuchGroup. For a very large group, `write_group` needs less memory.
    """
    buffer = io.BytesIO()
    write_group(group_id, into=buffer, by=by, at=at)
    return buffer.getvalue()


def write_group(group_id: UUID, *, into: IO[bytes], by: User | None, at: datetime) -> None:
    """Write a group's export into a file, meeting by meeting. Raises: as `export_group`."""
    if by is not None:
        require(user=by, deed="export.group", node_id=group_id)
    with transaction.atomic():
        # a meeting that arrives while we read waits for this lock, so that all parts tell of one moment
        locked = SavingsGroup.objects.select_for_update().filter(id=group_id).exists()
        if not locked:
            raise NoSuchGroup(f"There is no group {group_id}.")
        group = SavingsGroup.objects.select_related("node__place").get(id=group_id)
        hashed = _Hashed(into)
        # the file may be a stream that cannot be wound back, such as an answer to a browser
        with zipfile.ZipFile(hashed, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            _write_all(archive, group)
        data = {"sha256": hashed.digest.hexdigest(), "bytes": hashed.length}
        record(
            by=by, at=at, deed="group.exported", subject_kind="group", subject_id=group_id, node_id=group_id, data=data
        )


class _Hashed(io.RawIOBase):
    """Passes bytes on, and knows how many they were and their SHA-256."""

    def __init__(self, into: IO[bytes]) -> None:
        self.into, self.digest, self.length = into, hashlib.sha256(), 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.into.write(data)
        self.digest.update(data)
        self.length += len(data)
        return len(data)


def _write_all(archive: zipfile.ZipFile, group: SavingsGroup) -> None:
    members, cycles = member_records(group.id), cycle_records(group.id)
    corrections, loans = correction_records(group.id), loan_records(group.book_id)
    balances, currency = account_balances(group.book_id), group.currency
    sections: dict[str, Any] = {
        "schema": SCHEMA,
        "group": group_record(group),
        "members": members,
        "constitutions": constitution_records(group.id),
        "cycles": cycles,
        "goals": goal_records(group.id),
        "cut_off_sheet": cut_off_record(group.id),
        "meetings": meeting_records(group.id),
        "corrections": corrections,
        "loans": loans,
        "accounts": [{"account": key, "balance_minor": minor} for key, minor in balances.items()],
        "entries": entry_records(group.book_id),
        "quarantine": quarantine_records(group.id),
    }
    names = tables.Names(members, loans)
    corrected = Counter(correction["meeting"] for correction in corrections)
    numbers = {cycle["id"]: cycle["number"] for cycle in cycles}
    _write(archive, "group.json", _json_lines(sections))
    for table, rows in (
        (tables.TRANSFERS, tables.transfer_rows(entry_records(group.book_id), names, currency)),
        (tables.MEMBERS, tables.member_rows(members, balances, currency)),
        (tables.MEETINGS, tables.meeting_rows(meeting_records(group.id), corrected, numbers)),
        (tables.LOANS, tables.loan_rows(loans, balances, names, currency)),
        (tables.BALANCES, tables.balance_rows(balances, names, currency)),
    ):
        _write(archive, table.name, csv_lines(table, rows))


def _write(archive: zipfile.ZipFile, name: str, parts: Iterable[bytes]) -> None:
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
    with archive.open(entry, "w", force_zip64=True) as file:
        for part in parts:
            file.write(part)


def _json_lines(sections: dict[str, Any]) -> Iterator[bytes]:
    """One JSON object with each record on a line of its own, so that a line number names a record."""
    opening = "{\n"
    for name, value in sections.items():
        yield f"{opening}{json.dumps(name)}: ".encode()
        opening = ",\n"
        if value is None or isinstance(value, (str, dict)):
            yield _json(value)
            continue
        between = "[\n"
        for item in value:
            yield between.encode() + _json(item)
            between = ",\n"
        yield b"[]" if between == "[\n" else b"\n]"
    yield b"\n}\n"


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
