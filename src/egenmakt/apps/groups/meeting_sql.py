# ruff: noqa: S608  the SQL is put together from this file's own words and marks for values only
"""How a meeting is read and written in a few statements, the same text for SQLite and PostgreSQL.

Recording a meeting is the one thing that every phone asks for at once, when the network comes back. Through models each
thing read or written is a statement of its own; here it is two statements for all. `open_meeting` locks the group and
reads everything that decides about the meeting, with who sends it; `record_meeting` writes the document, the meeting,
the group's new last link, the event and its jobs. On PostgreSQL each is one call of a function inside the database, so
that its statements are planned once for each connection; on SQLite, where a statement costs no journey, the same texts
are run one after the other. `docs/decisions/meeting-write-path.md` says why, `docs/benchmarks.md` what it costs.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction

from egenmakt.apps.groups.models import OfficeHeld
from egenmakt.apps.ledger.guards import PLAN_FOR_LARGE_TABLES

# What the two databases call the same thing, as far as we use it.
_ON_POSTGRESQL: Final = {
    "row": "json_build_array",
    "rows": "json_agg",
    "hex": "encode(m.pin_key, 'hex')",
    "plan": "CASE WHEN l.status = 'open' THEN l.schedule END",
    "is_role": "= ANY (the_roles)",
    "is_key": "= ANY (the_keys)",
    "no_findings": "'[]'::jsonb",
    "jobs_as_j": "unnest(the_jobs) AS j (value)",
}
_ON_SQLITE: Final = {
    "row": "json_array",
    "rows": "json_group_array",
    "hex": "hex(m.pin_key)",
    "plan": "json(CASE WHEN l.status = 'open' THEN l.schedule END)",
    "is_role": "IN (SELECT value FROM json_each(%(roles)s))",
    "is_key": "IN (SELECT value FROM json_each(%(keys)s))",
    "no_findings": "'[]'",
    "jobs_as_j": "json_each(%(jobs)s) AS j",
}
_COMMITTEE: Final = ", ".join(f"'{office}'" for office in OfficeHeld.COMMITTEE)

_STATE: Final = f"""
SELECT {{row}}(
    (SELECT {{row}}(currency, last_number, last_hash, last_held_on) FROM groups_savingsgroup WHERE id = {{group}}),
    (SELECT {{row}}(c.id, c.number, c.starts_on, c.end_planned_on, (
        SELECT p.shared_out_minor FROM groups_cycle p WHERE p.group_id = c.group_id AND p.number = c.number - 1
    )) FROM groups_cycle c WHERE c.group_id = {{group}} AND c.closed_on IS NULL),
    (SELECT v.id FROM groups_constitutionversion v WHERE v.group_id = {{group}} AND v.adopted_on <= {{day}}
        ORDER BY v.adopted_on DESC, v.number DESC LIMIT 1),
    (SELECT {{rows}}({{row}}(
        m.id, m.number, coalesce(p.name, n.name), m.joined_on, m.left_on, m.has_drawn_pot, EXISTS (
            SELECT 1 FROM groups_officeheld o WHERE o.membership_id = m.id AND o.office IN ({_COMMITTEE})
            AND o.from_on <= {{day}} AND (o.until_on IS NULL OR o.until_on > {{day}})
        )
    )) FROM groups_membership m LEFT JOIN people_person p ON p.id = m.person_id
        LEFT JOIN people_node n ON n.id = m.member_group_id WHERE m.group_id = {{group}}),
    (SELECT {{rows}}({{row}}(
        l.id, l.borrower, l.box, l.status = 'open', {{plan}}, l.lent_minor, l.granted_on, l.interest_before_minor,
        l.fees_before_minor
    )) FROM lending_loan l WHERE l.book_id = {{group}}),
    (SELECT {{rows}}({{row}}(a.kind, a.owner, a.balance_minor)) FROM ledger_account a WHERE a.book_id = {{group}}),
    (SELECT s.cut_off_on FROM groups_cutoffsheet s WHERE s.group_id = {{group}})
)
"""

_SENDER: Final = """
SELECT {row}(
    (SELECT {row}(
        u.name,
        u.is_active AND ({token} IS NULL OR EXISTS (
            SELECT 1 FROM access_devicetoken t
            WHERE t.id = {token} AND t.user_id = u.id AND t.revoked_at IS NULL
        )),
        EXISTS (
            SELECT 1 FROM access_grant g JOIN people_nodeancestor a ON a.ancestor_id = g.node_id
            WHERE g.user_id = u.id AND g.revoked_at IS NULL AND g.role {is_role} AND a.node_id = {group}
        ) AND ({token} IS NULL OR EXISTS (
            SELECT 1 FROM access_devicetoken t JOIN people_nodeancestor a ON a.ancestor_id = t.node_id
            WHERE t.id = {token} AND a.node_id = {group}
        )),
        (SELECT t.last_used_on FROM access_devicetoken t WHERE t.id = {token})
    ) FROM access_user u WHERE u.id = {user}),
    (SELECT {row}(g.organisation_id, g.last_hash) FROM groups_savingsgroup g WHERE g.id = {group}),
    (SELECT {row}(m.hash, m.number, m.code) FROM groups_meeting m WHERE m.id = {meeting}),
    (SELECT {rows}({row}(m.id, {hex}, m.pin_failures)) FROM groups_membership m
        WHERE m.group_id = {group} AND m.id {is_key} AND m.pin_key IS NOT NULL
        AND (m.pin_locked_until IS NULL OR m.pin_locked_until <= {time})),
    EXISTS (SELECT 1 FROM groups_arrival w
        WHERE w.group_id = {group} AND w.previous_hash = {hash} AND w.state = 'held')
)
"""

_IS_NEXT: Final = """
SELECT EXISTS (SELECT 1 FROM groups_savingsgroup WHERE id = {group} AND last_hash = {previous})
    AND NOT EXISTS (SELECT 1 FROM groups_meeting WHERE id = {meeting})
"""

_ARRIVAL: Final = """
INSERT INTO groups_arrival (id, group_id, meeting_id, previous_hash, content, content_hash, received_at, received_by,
    state, findings, settled_words)
VALUES ({arrival}, {group}, {meeting}, {previous}, {content}, {fingerprint}, {time}, {user}, 'accepted',
    {no_findings}, '')
ON CONFLICT (meeting_id, content_hash) DO UPDATE
    SET state = 'accepted', findings = {no_findings}, group_id = excluded.group_id
RETURNING id
"""

_MEETING: Final = """
INSERT INTO groups_meeting (id, group_id, organisation_id, cycle_id, number, kind, source, held_on,
    constitution_number, previous_hash, hash, code, arrival_id, members_active, present, late, excused, on_leave,
    absent, recorded_at)
VALUES ({meeting}, {group}, {organisation}, {cycle}, {number}, {kind}, {source}, {day}, {constitution}, {previous},
    {hash}, {code}, {arrival}, {active}, {present}, {late}, {excused}, {on_leave}, {absent}, {time})
"""

_LAST_LINK: Final = """
UPDATE groups_savingsgroup SET last_number = {number}, last_hash = {hash}, last_held_on = {day} WHERE id = {group}
"""

# As `apps.audit.services.record` writes it.
_EVENT: Final = """
INSERT INTO audit_event (id, at, actor_id, actor_name, deed, subject_kind, subject_id, node_id, data)
VALUES ({event}, {time}, {user}, {user_name}, 'meeting.recorded', 'meeting', {subject}, {group}, {data})
"""

_JOBS: Final = """
INSERT INTO audit_job (event_id, name, state, tries, not_before, error)
SELECT {event}, j.value, 'waiting', 0, {time}, '' FROM {jobs_as_j}
"""

_OPENING: Final = {
    "group": "uuid",
    "user": "uuid",
    "token": "uuid",
    "roles": "text[]",
    "meeting": "uuid",
    "previous": "text",
    "hash": "text",
    "day": "date",
    "time": "timestamptz",
    "keys": "uuid[]",
}
_RECORDING: Final = {
    "arrival": "uuid",
    "group": "uuid",
    "organisation": "uuid",
    "cycle": "uuid",
    "meeting": "uuid",
    "number": "integer",
    "kind": "text",
    "source": "text",
    "day": "date",
    "constitution": "integer",
    "previous": "text",
    "hash": "text",
    "code": "text",
    "content": "bytea",
    "fingerprint": "text",
    "active": "integer",
    "present": "integer",
    "late": "integer",
    "excused": "integer",
    "on_leave": "integer",
    "absent": "integer",
    "time": "timestamptz",
    "user": "uuid",
    "user_name": "text",
    "event": "uuid",
    "subject": "text",
    "data": "jsonb",
    "jobs": "text[]",
}
"""The values of each function, with their types on PostgreSQL; SQLite is given the same by name."""


def _for_postgresql(text: str, values: Mapping[str, str]) -> str:
    return text.format_map({**_ON_POSTGRESQL, **{name: f"the_{name}" for name in values}}).strip()


def _for_sqlite(text: str, values: Mapping[str, str]) -> str:
    return text.format_map({**_ON_SQLITE, **{name: f"%({name})s" for name in values}}).strip()


def _signature(values: Mapping[str, str]) -> str:
    return ", ".join(f"the_{name} {kind}" for name, kind in values.items())


_READING: Final = {"group": "uuid", "day": "date"}

CREATE_FUNCTIONS: Final = f"""
CREATE OR REPLACE FUNCTION groups_state({_signature(_READING)}) RETURNS json LANGUAGE plpgsql STABLE
    {PLAN_FOR_LARGE_TABLES} AS $$
BEGIN
    RETURN ({_for_postgresql(_STATE, _READING)});
END $$;

-- The lock is a statement of its own: the next one then sees what whoever held it before has written.
CREATE OR REPLACE FUNCTION groups_open_meeting({_signature(_OPENING)}, OUT the_sender json, OUT the_state json)
    LANGUAGE plpgsql {PLAN_FOR_LARGE_TABLES} AS $$
BEGIN
    PERFORM 1 FROM groups_savingsgroup WHERE id = the_group FOR NO KEY UPDATE;
    the_sender := ({_for_postgresql(_SENDER, _OPENING)});
    IF ({_for_postgresql(_IS_NEXT, _OPENING)}) THEN
        the_state := ({_for_postgresql(_STATE, _OPENING)});
    END IF;
END $$;

CREATE OR REPLACE FUNCTION groups_record_meeting({_signature(_RECORDING)}) RETURNS uuid LANGUAGE plpgsql
    {PLAN_FOR_LARGE_TABLES} AS $$
BEGIN
    {_for_postgresql(_ARRIVAL, _RECORDING)} INTO the_arrival;
    {_for_postgresql(_MEETING, _RECORDING)};
    {_for_postgresql(_LAST_LINK, _RECORDING)};
    {_for_postgresql(_EVENT, _RECORDING)};
    {_for_postgresql(_JOBS, _RECORDING)};
    RETURN the_arrival;
END $$;
"""
DROP_FUNCTIONS: Final = "".join(
    f"DROP FUNCTION IF EXISTS {name};" for name in ("groups_record_meeting", "groups_open_meeting", "groups_state")
)

_CALL_STATE: Final = "SELECT groups_state(%(group)s, %(day)s)::text"
_CALL_OPEN: Final = (
    "SELECT the_sender::text, the_state::text FROM groups_open_meeting("
    + ", ".join(f"%({name})s" for name in _OPENING)
    + ")"
)
_CALL_RECORD: Final = f"SELECT groups_record_meeting({', '.join(f'%({name})s' for name in _RECORDING)})"

_SQLITE_STATE: Final = _for_sqlite(_STATE, _OPENING)
_SQLITE_SENDER: Final = _for_sqlite(_SENDER, _OPENING)
_SQLITE_IS_NEXT: Final = _for_sqlite(_IS_NEXT, _OPENING)
_SQLITE_ARRIVAL: Final = _for_sqlite(_ARRIVAL, _RECORDING)
_SQLITE_REST: Final = [_for_sqlite(text, _RECORDING) for text in (_MEETING, _LAST_LINK, _EVENT, _JOBS)]


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


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if value else None


_write_lock = threading.Lock()


@contextmanager
def writing() -> Iterator[None]:
    """One transaction. On SQLite, which has one writer, our own threads queue up here.

    SQLite itself makes a writer that finds the database locked sleep and try again, longer each time, so that some
    would wait for seconds while others pass them.
    """
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with _write_lock, transaction.atomic():
            yield
    else:
        with transaction.atomic():
            yield


def _ids(values: Sequence[UUID]) -> str:
    if connection.vendor == "postgresql":
        return "{" + ",".join(map(str, values)) + "}"
    return json.dumps([value.hex for value in values])


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as the database's driver takes them."""
    if connection.vendor == "postgresql":
        return dict(values)
    return {name: _for_sqlites_driver(value) for name, value in values.items()}


def _for_sqlites_driver(value: Any) -> Any:
    match value:
        case UUID():
            return value.hex
        case datetime():
            return connection.ops.adapt_datetimefield_value(value)
        case date():
            return value.isoformat()
        case list():
            return json.dumps(value)
    return value


def _one(sql: str, values: Mapping[str, Any]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()


def write(sql: str, values: Mapping[str, Any]) -> None:
    """Run one statement with its values by name, which more values than it uses may stand among."""
    with connection.cursor() as cursor:
        cursor.execute(sql, _plain(values))


def object_words() -> dict[str, str]:
    """How each database says "a JSON object" and "this column, which is JSON"."""
    if connection.vendor == "postgresql":
        return {"object": "jsonb_build_object", "plan": "schedule"}
    return {"object": "json_object", "plan": "json(schedule)"}


def read_state(*, group_id: UUID, on: date) -> Rows:
    """Everything that a meeting on a day finds in a group, in one statement."""
    values = _plain({"group": group_id, "day": on})
    return _rows(_one(_CALL_STATE if connection.vendor == "postgresql" else _SQLITE_STATE, values)[0])


def _rows(text: str) -> Rows:
    rows: Rows = json.loads(text)
    return rows


def open_meeting(
    *,
    group_id: UUID,
    user_id: UUID | None,
    token_id: UUID | None,
    roles: Sequence[str],
    meeting_id: UUID,
    previous: str,
    hash: str,
    held_on: date,
    keys: Sequence[UUID],
    at: datetime,
) -> Opened:
    """Lock the group and read what decides about a meeting of it. The caller is inside `writing()`.

    Args: user_id and token_id, who sends it with which phone; roles, those that may; previous, the hash of the
    meeting before; keys, the members who locked it.
    """
    values = _plain(
        {
            "group": group_id,
            "user": user_id,
            "token": token_id,
            "roles": list(roles),
            "meeting": meeting_id,
            "previous": previous,
            "hash": hash,
            "day": held_on,
            "time": at,
        }
    )
    values["keys"] = _ids(keys)
    if connection.vendor == "postgresql":
        front, state = _one(_CALL_OPEN, values)
    else:
        front = _one(_SQLITE_SENDER, values)[0]
        state = _one(_SQLITE_STATE, values)[0] if _one(_SQLITE_IS_NEXT, values)[0] else None
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

    Args: a value for each name in the table above. Returns: the id of the document's row, which is an older one when
    the same document had come before and was held or refused.
    """
    plain = _plain(values)
    if connection.vendor == "postgresql":
        arrival: UUID = _one(_CALL_RECORD, plain)[0]
        return arrival
    plain["arrival"] = _one(_SQLITE_ARRIVAL, plain)[0]
    with connection.cursor() as cursor:
        for text in _SQLITE_REST:
            cursor.execute(text, plain)
    return UUID(plain["arrival"])
