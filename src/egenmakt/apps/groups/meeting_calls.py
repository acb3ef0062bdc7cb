"""Running what `meeting_sql.py` says: reading groups as meetings find them, and writing meetings that are accepted."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Any, Final
from uuid import UUID

import uuid6
from django.db import connection

from egenmakt.apps.audit.arrays import array
from egenmakt.apps.audit.driver import Statement, run
from egenmakt.apps.groups.meeting_sql import (
    ASKED,
    CALL_ACCEPT,
    CALL_OPEN,
    CALL_OPEN_USUAL,
    CALL_RECORD,
    CALL_STATE,
    RECORDED,
    SQLITE_ARRIVAL,
    SQLITE_IS_NEXT,
    SQLITE_REST,
    SQLITE_SENDER,
    SQLITE_STATE,
    SQLITE_USUAL,
)
from egenmakt.apps.ledger.posting import EntryRow, entry_lists, write_on_sqlite
from egenmakt.core.ledger.transfers import Transfer


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends, as the database knows her at this moment."""

    name: str
    is_known: bool
    """She may sign in, and the token of her phone was not revoked."""
    may: bool
    """She holds a role there that may do it, and her phone was enrolled there or above."""
    last_used_on: date | None
    """When the phone's token was last used before now."""


@dataclass(frozen=True, slots=True)
class Known:
    """A meeting of this id that is recorded already."""

    hash: str
    number: int
    code: str


@dataclass(frozen=True, slots=True)
class Opened:
    """What there is to know when a meeting arrives, read under the group's lock."""

    sender: Sender | None
    organisation_id: UUID | None
    """None when there is no such group."""
    last_hash: str
    known: Known | None
    pin_keys: dict[UUID, bytes]
    """The secrets of those members who locked the meeting, have a PIN and need not wait."""
    pins_failed: frozenset[UUID]
    """Those of them who entered a wrong PIN since the last right one."""
    is_awaited: bool
    """Whether meetings are held that follow this one."""
    state: Rows | None
    """The group as the meeting finds it; None when the meeting is not the group's next."""


Rows = list[Any]  # Any: JSON as the database put it together; `state.py` reads it


Named = tuple[str, Mapping[str, Any]]
"""A statement with its values by name, which are still Python's own."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """All that is written of one meeting: its entry and transfers, its rows by name, and what else it changes."""

    entry: EntryRow
    transfers: Sequence[Transfer]
    values: Mapping[str, Any]
    others: Sequence[Named] = ()


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if value else None


def _as_json(values: list[Any]) -> str:
    return json.dumps([item.hex if isinstance(item, UUID) else item for item in values])


_ID: Final = attrgetter("hex")
_FORMS: Final[Mapping[str, Mapping[type, Callable[[Any], Any]]]] = {
    "postgresql": {UUID: _ID, uuid6.UUID: _ID},
    "sqlite": {
        UUID: _ID,
        uuid6.UUID: _ID,
        datetime: lambda at: connection.ops.adapt_datetimefield_value(at),
        date: date.isoformat,
        list: _as_json,
    },
}
"""How a value of each type is given to each database's driver; every other type goes as it is."""


def _plain(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Values as the database's driver takes them."""
    forms = _FORMS[connection.vendor]
    return {
        name: forms[type(value)](value) if type(value) in forms else value  # there are fifty in a meeting
        for name, value in values.items()
    }


def _lists(columns: Mapping[str, str], meetings: Sequence[Mapping[str, Any]]) -> dict[str, bytes]:
    """What PostgreSQL is given of some meetings: a list of each value, in the meetings' order."""
    return {name: array(kind, [meeting[name] for meeting in meetings]) for name, kind in columns.items()}


def write(statements: Sequence[Named]) -> None:
    """Run statements in one journey."""
    if statements:
        run(_all_plain(statements))


def _all_plain(statements: Sequence[Named]) -> list[Statement]:
    return [(sql, _plain(values)) for sql, values in statements]


def object_words() -> dict[str, str]:
    """How each database says "a JSON object" and "this column, which is JSON"."""
    if connection.vendor == "postgresql":
        return {"object": "jsonb_build_object", "plan": "schedule"}
    return {"object": "json_object", "plan": "json(schedule)"}


def read_state(*, group_id: UUID, on: date) -> Rows:
    """Everything that a meeting on a day finds in a group, in one statement."""
    values = {"group": group_id, "day": on}
    if connection.vendor == "postgresql":
        [[(text,)]] = run([(CALL_STATE, _lists({"group": "uuid", "day": "date"}, [values]))])
    else:
        [[(text,)]] = run([(SQLITE_STATE, _plain(values))])
    return _rows(text)


def _rows(text: str) -> Rows:
    rows: Rows = json.loads(text)
    return rows


def open_meeting(question: Mapping[str, Any]) -> Opened:
    """Lock a meeting's group and read what decides about it. The caller is inside `writing.writing()`.

    Args: the meeting's `group`, `user` and `token` (who sends it with which phone), the `roles` that may, its id as
    `meeting`, its `hash`, that of the meeting before as `previous`, its `day`, the `time` at which it came, and as
    `keys` the members who locked it.
    """
    return _open([question], CALL_OPEN, SQLITE_STATE)[0]


def open_usual(questions: Sequence[Mapping[str, Any]]) -> list[Opened]:
    """Open several meetings in one journey, with as much of each group as `state.usual_state_of` needs.

    Args: as of `open_meeting`, for each; the groups are locked in the order of their ids.
    """
    return _open(questions, CALL_OPEN_USUAL, SQLITE_USUAL)


def _open(questions: Sequence[Mapping[str, Any]], call: str, state: str) -> list[Opened]:
    if connection.vendor == "postgresql":
        asked = [{**each, "roles": _as_texts(each["roles"]), "keys": _as_ids(each["keys"])} for each in questions]
        return [_opened(*row) for row in run([(call, _lists(ASKED, asked))])[0]]
    return [_opened(*_open_on_sqlite(_plain(question), state)) for question in questions]


def _as_texts(values: Iterable[str]) -> str:
    return "{" + ",".join([f'"{value}"' for value in values]) + "}"


def _as_ids(values: Iterable[UUID]) -> str:
    return "{" + ",".join([value.hex for value in values]) + "}"


def _open_on_sqlite(values: Mapping[str, Any], state: str) -> tuple[str, str | None]:
    [[(sender,)], [(is_next,)]] = run([(SQLITE_SENDER, values), (SQLITE_IS_NEXT, values)])
    return sender, run([(state, values)])[0][0][0] if is_next else None


def _opened(front: str, state: str | None) -> Opened:
    sender, group, known, pins, is_awaited = json.loads(front)
    return Opened(
        sender=Sender(sender[0], bool(sender[1]), bool(sender[2]), _day(sender[3])) if sender else None,
        organisation_id=UUID(group[0]) if group else None,
        last_hash=group[1] if group else "",
        known=Known(*known) if known else None,
        pin_keys={UUID(member): bytes.fromhex(key) for member, key, _ in pins or ()},
        pins_failed=frozenset(UUID(member) for member, _, failures in pins or () if failures),
        is_awaited=bool(is_awaited),
        state=_rows(state) if state else None,
    )


def record_meeting(values: Mapping[str, Any]) -> UUID:
    """Write the document as accepted, the meeting, the group's last link and the event.

    Args: a value for each name in the table of `meeting_sql`. Returns: the id of the document's row, which is an
    older one when the same document had come before and was held or refused.
    """
    if connection.vendor == "postgresql":
        return UUID(run([(CALL_RECORD, _recorded([values]))])[0][0][0])
    return _record_on_sqlite(_plain(values))


def _recorded(meetings: Sequence[Mapping[str, Any]]) -> dict[str, bytes]:
    return {**_lists(RECORDED, meetings), "jobs": array("text", meetings[0]["jobs"])}  # the same for all


def _record_on_sqlite(plain: Mapping[str, Any]) -> UUID:
    [[(arrival, _)]] = run([(SQLITE_ARRIVAL, plain)])
    run([(text, {**plain, "arrival": arrival}) for text in SQLITE_REST])
    return UUID(arrival)


class NotWritten(Exception):
    """The ledger has no book for a meeting's entry, or has its entry already; nothing of it is written."""


def accept_meetings(meetings: Sequence[Accepted], *, is_outermost: bool) -> list[UUID]:
    """Write accepted meetings whole, with their entries, in one journey. Returns: the ids of the documents' rows.

    Args: is_outermost, whether the caller's transaction is the outermost, which then ends with this journey. Raises
    what the database's guards say, without naming which meeting it was; and NotWritten.
    """
    if connection.vendor == "postgresql":
        ledger = entry_lists([(meeting.entry, meeting.transfers) for meeting in meetings])
        written = (CALL_ACCEPT, {**_recorded([meeting.values for meeting in meetings]), **ledger})
        others = [other for meeting in meetings for other in meeting.others]
        rows, *_ = run([written, *_all_plain(others)], then_commit=is_outermost)
        return [UUID(arrival) for (arrival,) in rows]
    arrivals = []
    for meeting in meetings:
        if write_on_sqlite(meeting.entry, meeting.transfers) != "recorded":
            raise NotWritten
        arrivals.append(_record_on_sqlite(_plain(meeting.values)))
        write(meeting.others)
    return arrivals
