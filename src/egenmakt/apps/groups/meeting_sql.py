# ruff: noqa: S608  the SQL is put together from this file's own words and marks for values only
"""How a meeting is read and written in a few statements, the same text for SQLite and PostgreSQL.

Recording a meeting is the one thing that every phone asks for at once, when the network comes back. Through models each
thing read or written is a statement of its own; here it is two for all. The first locks the group and reads everything
that decides about the meeting, with who sends it; the second writes the document, the meeting, the group's new last
link, the event and its jobs. On PostgreSQL each is one call of a function inside the database, for as many meetings as
came at the same moment: every value is a list, `the_hash[i]`, and a statement writes the rows of all. On SQLite,
where a statement costs no journey, the same texts are run one after the other for one meeting. This file has the texts;
`meeting_calls.py` runs them. `docs/decisions/meeting-write-path.md` says why, `docs/benchmarks.md` what it costs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from egenmakt.apps.groups.models import OfficeHeld
from egenmakt.apps.ledger.guards import PLAN_FOR_LARGE_TABLES
from egenmakt.apps.ledger.posting import ENTRY_COLUMNS

# What the two databases call the same thing, as far as we use it.
_ON_POSTGRESQL: Final = {
    "row": "json_build_array",
    "rows": "json_agg",
    "hex": "encode(m.pin_key, 'hex')",
    "plan": "CASE WHEN l.status = 'open' THEN l.schedule END",
    "is_role": "= ANY (asked.roles)",
    "is_key": "= ANY (asked.keys)",
    "no_findings": "'[]'::jsonb",
    "of_each": "FROM generate_series(1, cardinality(the_meeting)) AS each (i)",
    "jobs_of_each": "FROM generate_series(1, cardinality(the_meeting)) AS each (i), unnest(the_jobs) AS j (value)",
}
_ON_SQLITE: Final = {
    "row": "json_array",
    "rows": "json_group_array",
    "hex": "hex(m.pin_key)",
    "plan": "json(CASE WHEN l.status = 'open' THEN l.schedule END)",
    "is_role": "IN (SELECT value FROM json_each(%(roles)s))",
    "is_key": "IN (SELECT value FROM json_each(%(keys)s))",
    "no_findings": "'[]'",
    "of_each": "",
    "jobs_of_each": "FROM json_each(%(jobs)s) AS j",
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
SELECT {arrival}, {group}, {meeting}, {previous}, {content}, {fingerprint}, {time}, {user}, 'accepted',
    {no_findings}, '' {of_each} WHERE true
ON CONFLICT (meeting_id, content_hash) DO UPDATE
    SET state = 'accepted', findings = {no_findings}, group_id = excluded.group_id
RETURNING id, meeting_id
"""

_MEETING: Final = """
INSERT INTO groups_meeting (id, group_id, organisation_id, cycle_id, number, kind, source, held_on,
    constitution_number, previous_hash, hash, code, arrival_id, members_active, present, late, excused, on_leave,
    absent, recorded_at)
SELECT {meeting}, {group}, {organisation}, {cycle}, {number}, {kind}, {source}, {day}, {constitution}, {previous},
    {hash}, {code}, {arrival}, {active}, {present}, {late}, {excused}, {on_leave}, {absent}, {time} {of_each}
"""

_LAST_LINK: Final = """
UPDATE groups_savingsgroup SET last_number = {number}, last_hash = {hash}, last_held_on = {day}
{of_each} WHERE id = {group}
"""

# As `apps.audit.services.record` writes it.
_EVENT: Final = """
INSERT INTO audit_event (id, at, actor_id, actor_name, deed, subject_kind, subject_id, node_id, data)
SELECT {event}, {time}, {user}, {user_name}, 'meeting.recorded', 'meeting', {subject}, {group}, {data} {of_each}
"""

_JOBS: Final = """
INSERT INTO audit_job (event_id, name, state, tries, not_before, error)
SELECT {event}, j.value, 'waiting', 0, {time}, '' {jobs_of_each}
"""

ASKED: Final = {
    "group": "uuid",
    "user": "uuid",
    "token": "uuid",
    "roles": "text",
    "meeting": "uuid",
    "previous": "text",
    "hash": "text",
    "day": "date",
    "time": "timestamptz",
    "keys": "text",
}
"""Of each meeting that is opened, what is asked with; `roles` and `keys` are lists in PostgreSQL's own writing."""
RECORDED: Final = {
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
}
"""Of each meeting that is recorded, what is written; on PostgreSQL lists of these, on SQLite values by name."""
_RECORDED_WITH_JOBS: Final = {**RECORDED, "jobs": "text"}
"""With the jobs, which are the same for all."""


def _for_postgresql(text: str, names: Iterable[str]) -> str:
    """A statement for all the meetings of a call: each value is the one at the place `i` of its list."""
    return text.format_map({**_ON_POSTGRESQL, **{name: f"the_{name}[i]" for name in names}}).strip()


def _for_sqlite(text: str, names: Iterable[str]) -> str:
    return text.format_map({**_ON_SQLITE, **{name: f"%({name})s" for name in names}}).strip()


def _signature(columns: Mapping[str, str]) -> str:
    return ", ".join(f"the_{name} {kind}[]" for name, kind in columns.items())


def _marks(columns: Iterable[str]) -> str:
    return ", ".join(f"%({name})b" for name in columns)


def _opening(name: str, state: str) -> str:
    """The function that opens meetings, with what it reads of each group when the meeting is the group's next."""
    return f"""
-- The lock is a statement of its own: the next one then sees what whoever held it before has written.
CREATE OR REPLACE FUNCTION {name}({_signature(ASKED)})
    RETURNS TABLE (the_sender text, the_state text) LANGUAGE plpgsql {PLAN_FOR_LARGE_TABLES} AS $$
BEGIN
    PERFORM 1 FROM groups_savingsgroup WHERE id = ANY (the_group) ORDER BY id FOR NO KEY UPDATE;
    RETURN QUERY SELECT ({_for_postgresql(_SENDER, ASKED)})::text,
        CASE WHEN ({_for_postgresql(_IS_NEXT, ASKED)}) THEN ({_for_postgresql(state, ASKED)})::text END
    FROM generate_series(1, cardinality(the_group)) AS each (i),
        LATERAL (SELECT the_roles[i]::text[] AS roles, the_keys[i]::uuid[] AS keys OFFSET 0) AS asked
    ORDER BY i;
END $$;
"""


CREATE_FUNCTIONS: Final = f"""
CREATE OR REPLACE FUNCTION groups_state({_signature({"group": "uuid", "day": "date"})}) RETURNS json
    LANGUAGE plpgsql STABLE {PLAN_FOR_LARGE_TABLES} AS $$
DECLARE
    i integer := 1;
BEGIN
    RETURN ({_for_postgresql(_STATE, ("group", "day"))});
END $$;

{_opening("groups_open_meetings", _STATE)}
{_opening("groups_open_usual_meetings", _USUAL)}

CREATE OR REPLACE FUNCTION groups_record_meetings({_signature(_RECORDED_WITH_JOBS)}) RETURNS uuid[] LANGUAGE plpgsql
    {PLAN_FOR_LARGE_TABLES} AS $$
BEGIN
    WITH kept AS ({_for_postgresql(_ARRIVAL, RECORDED)})
        SELECT array_agg((SELECT kept.id FROM kept WHERE kept.meeting_id = the_meeting[i]) ORDER BY i)
        INTO the_arrival FROM generate_series(1, cardinality(the_meeting)) AS each (i);
    {_for_postgresql(_MEETING, RECORDED)};
    {_for_postgresql(_LAST_LINK, RECORDED)};
    {_for_postgresql(_EVENT, RECORDED)};
    {_for_postgresql(_JOBS, RECORDED)};
    RETURN the_arrival;
END $$;

CREATE OR REPLACE FUNCTION groups_accept_meetings(
    {_signature(_RECORDED_WITH_JOBS)}, {_signature(ENTRY_COLUMNS)}
) RETURNS uuid[] LANGUAGE plpgsql AS $$
DECLARE
    outcome text := ledger_post_entries({", ".join(f"the_{name}" for name in ENTRY_COLUMNS)});
BEGIN
    IF outcome <> 'recorded' THEN
        RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'not_recorded: ' || outcome;
    END IF;
    RETURN groups_record_meetings({", ".join(f"the_{name}" for name in _RECORDED_WITH_JOBS)});
END $$;
"""
DROP_FUNCTIONS: Final = "".join(
    f"DROP FUNCTION IF EXISTS {name};"
    for name in (
        "groups_accept_meetings",
        "groups_record_meetings",
        "groups_open_usual_meetings",
        "groups_open_meetings",
        "groups_state",
    )
)

CALL_STATE: Final = f"SELECT groups_state({_marks(('group', 'day'))})::text"
CALL_OPEN: Final = f"SELECT the_sender, the_state FROM groups_open_meetings({_marks(ASKED)})"
CALL_OPEN_USUAL: Final = CALL_OPEN.replace("groups_open_meetings", "groups_open_usual_meetings")
CALL_RECORD: Final = f"SELECT unnest(groups_record_meetings({_marks(_RECORDED_WITH_JOBS)}))"
CALL_ACCEPT: Final = f"SELECT unnest(groups_accept_meetings({_marks((*_RECORDED_WITH_JOBS, *ENTRY_COLUMNS))}))"

SQLITE_STATE: Final = _for_sqlite(_STATE, ASKED)
SQLITE_USUAL: Final = _for_sqlite(_USUAL, ASKED)
SQLITE_SENDER: Final = _for_sqlite(_SENDER, ASKED)
SQLITE_IS_NEXT: Final = _for_sqlite(_IS_NEXT, ASKED)
SQLITE_ARRIVAL: Final = _for_sqlite(_ARRIVAL, RECORDED)
SQLITE_REST: Final = [_for_sqlite(text, RECORDED) for text in (_MEETING, _LAST_LINK, _EVENT, _JOBS)]
