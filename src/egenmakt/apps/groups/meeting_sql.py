# ruff: noqa: S608  the SQL is put together from this file's own words and marks for values only
"""How a meeting is read and written in a few statements, the same text for SQLite and PostgreSQL.

Recording a meeting is the one thing that every phone asks for at once, when the network comes back. Through models each
thing read or written is a statement of its own; here it is two for all. The first locks the group and reads everything
that decides about the meeting, with who sends it; the second writes the document, the meeting, the group's new last
link, the event and its jobs. On PostgreSQL each is one call of a function inside the database, so that its statements
are planned once for each connection; on SQLite, where a statement costs no journey, the same texts are run one after
the other. This file has the texts; `meeting_calls.py` runs them. `docs/decisions/meeting-write-path.md` says why,
`docs/benchmarks.md` what it costs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from egenmakt.apps.groups.models import OfficeHeld
from egenmakt.apps.ledger.guards import PLAN_FOR_LARGE_TABLES
from egenmakt.apps.ledger.posting import ENTRY_ARRAYS

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

# The group itself, its open cycle, and the rules in force.
_HEAD: Final = """
    (SELECT {row}(currency, last_number, last_hash, last_held_on) FROM groups_savingsgroup WHERE id = {group}),
    (SELECT {row}(c.id, c.number, c.starts_on, c.end_planned_on, (
        SELECT p.shared_out_minor FROM groups_cycle p WHERE p.group_id = c.group_id AND p.number = c.number - 1
    )) FROM groups_cycle c WHERE c.group_id = {group} AND c.closed_on IS NULL),
    (SELECT v.id FROM groups_constitutionversion v WHERE v.group_id = {group} AND v.adopted_on <= {day}
        ORDER BY v.adopted_on DESC, v.number DESC LIMIT 1)
"""

_STATE: Final = f"""
SELECT {{row}}(
    {_HEAD.strip()},
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

# What is enough for a meeting that can be accepted as it stands: no names, for nothing is refused by it; only members
# who are active, loans that are open and accounts that are not empty; and of the committee those who locked it.
_USUAL: Final = f"""
SELECT {{row}}(
    {_HEAD.strip()},
    (SELECT {{rows}}(m.id) FROM groups_membership m WHERE m.group_id = {{group}} AND m.joined_on <= {{day}}
        AND (m.left_on IS NULL OR m.left_on >= {{day}})),
    (SELECT {{rows}}(o.membership_id) FROM groups_officeheld o WHERE o.membership_id {{is_key}}
        AND o.office IN ({_COMMITTEE}) AND o.from_on <= {{day}} AND (o.until_on IS NULL OR o.until_on > {{day}})),
    (SELECT {{rows}}({{row}}(l.id, l.borrower, l.box, true, {{plan}}, l.lent_minor, l.granted_on,
        l.interest_before_minor, l.fees_before_minor
    )) FROM lending_loan l WHERE l.book_id = {{group}} AND l.status = 'open'),
    (SELECT {{row}}({{rows}}(a.kind), {{rows}}(a.owner), {{rows}}(a.balance_minor))
        FROM ledger_account a WHERE a.book_id = {{group}} AND a.balance_minor <> 0),
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
_ACCEPTING: Final = {**_RECORDING, **ENTRY_ARRAYS}


def _for_postgresql(text: str, values: Mapping[str, str]) -> str:
    return text.format_map({**_ON_POSTGRESQL, **{name: f"the_{name}" for name in values}}).strip()


def _for_sqlite(text: str, values: Mapping[str, str]) -> str:
    return text.format_map({**_ON_SQLITE, **{name: f"%({name})s" for name in values}}).strip()


def _signature(values: Mapping[str, str]) -> str:
    return ", ".join(f"the_{name} {kind}" for name, kind in values.items())


def _marks(values: Mapping[str, str]) -> str:
    """A mark for each value; a document goes as it is, without being written out in digits."""
    return ", ".join(f"%({name})b" if kind == "bytea" else f"%({name})s" for name, kind in values.items())


_READING: Final = {"group": "uuid", "day": "date"}


def _opening(name: str, state: str) -> str:
    """The function that opens a meeting, with what it reads of the group when the meeting is the group's next."""
    return f"""
-- The lock is a statement of its own: the next one then sees what whoever held it before has written.
CREATE OR REPLACE FUNCTION {name}({_signature(_OPENING)}, OUT the_sender json, OUT the_state json)
    LANGUAGE plpgsql {PLAN_FOR_LARGE_TABLES} AS $$
BEGIN
    PERFORM 1 FROM groups_savingsgroup WHERE id = the_group FOR NO KEY UPDATE;
    the_sender := ({_for_postgresql(_SENDER, _OPENING)});
    IF ({_for_postgresql(_IS_NEXT, _OPENING)}) THEN
        the_state := ({_for_postgresql(state, _OPENING)});
    END IF;
END $$;
"""


CREATE_FUNCTIONS: Final = f"""
CREATE OR REPLACE FUNCTION groups_state({_signature(_READING)}) RETURNS json LANGUAGE plpgsql STABLE
    {PLAN_FOR_LARGE_TABLES} AS $$
BEGIN
    RETURN ({_for_postgresql(_STATE, _READING)});
END $$;

{_opening("groups_open_meeting", _STATE)}

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

# The entry and the meeting have one id, so that what the ledger says of its entry is known from the meeting.
CREATE_USUAL: Final = f"""
{_opening("groups_open_usual", _USUAL)}
CREATE OR REPLACE FUNCTION groups_accept_meeting({_signature(_ACCEPTING)}) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
    outcome text := ledger_post_entry(the_meeting, the_group,
        CASE the_kind WHEN 'share_out' THEN 'share_out' ELSE 'meeting' END, the_number, the_day, the_time, the_user,
        the_meeting, {", ".join(f"the_{name}" for name in ENTRY_ARRAYS)});
BEGIN
    IF outcome <> 'recorded' THEN
        RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'not_recorded: ' || outcome;
    END IF;
    RETURN groups_record_meeting({", ".join(f"the_{name}" for name in _RECORDING)});
END $$;
"""
DROP_USUAL: Final = "DROP FUNCTION IF EXISTS groups_accept_meeting; DROP FUNCTION IF EXISTS groups_open_usual;"
DROP_FUNCTIONS: Final = "".join(
    f"DROP FUNCTION IF EXISTS {name};" for name in ("groups_record_meeting", "groups_open_meeting", "groups_state")
)

CALL_STATE: Final = "SELECT groups_state(%(group)s, %(day)s)::text"
CALL_OPEN: Final = f"SELECT the_sender::text, the_state::text FROM groups_open_meeting({_marks(_OPENING)})"
CALL_OPEN_USUAL: Final = CALL_OPEN.replace("groups_open_meeting", "groups_open_usual")
CALL_RECORD: Final = f"SELECT groups_record_meeting({_marks(_RECORDING)})"
CALL_ACCEPT: Final = f"SELECT groups_accept_meeting({_marks(_ACCEPTING)})"

SQLITE_STATE: Final = _for_sqlite(_STATE, _OPENING)
SQLITE_USUAL: Final = _for_sqlite(_USUAL, _OPENING)
SQLITE_SENDER: Final = _for_sqlite(_SENDER, _OPENING)
SQLITE_IS_NEXT: Final = _for_sqlite(_IS_NEXT, _OPENING)
SQLITE_ARRIVAL: Final = _for_sqlite(_ARRIVAL, _RECORDING)
SQLITE_REST: Final = [_for_sqlite(text, _RECORDING) for text in (_MEETING, _LAST_LINK, _EVENT, _JOBS)]
