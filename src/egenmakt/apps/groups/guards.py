"""What the database itself keeps of a group's history: meetings and their documents are never changed or removed."""

from __future__ import annotations

from egenmakt.apps.audit.guards import Guard, append_only

_KEEP = """
CREATE OR REPLACE FUNCTION groups_keep() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  RAISE EXCEPTION '% keeps what the group recorded: a mistake is corrected, never overwritten.', TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation';
END $body$;
"""


def _never_removed(table: str) -> list[Guard]:
    return [guard for guard in append_only(table) if not guard.name.endswith("_no_update")]


def _unchanging(table: str, columns: tuple[str, ...]) -> Guard:
    """These columns of a row stay as they were written; the others may follow what happens."""
    name = f"{table}_unchanging"
    message = f"{table} keeps what the group recorded: a mistake is corrected, never overwritten."
    sqlite_changes = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in columns)
    postgresql_changes = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns)
    return Guard(
        name=name,
        table=table,
        sqlite=(
            f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} WHEN {sqlite_changes} "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        ),
        postgresql=(
            f"{_KEEP} CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({postgresql_changes}) "
            "EXECUTE FUNCTION groups_keep()"
        ),
    )


GUARDS: list[Guard] = [
    *append_only("groups_constitutionversion"),
    *append_only("groups_correction"),
    *append_only("groups_cutoffsheet"),
    *_never_removed("groups_meeting"),
    _unchanging(
        "groups_meeting",
        ("id", "group_id", "cycle_id", "number", "kind", "held_on", "previous_hash", "hash", "code", "arrival_id"),
    ),
    *_never_removed("groups_arrival"),
    _unchanging("groups_arrival", ("id", "meeting_id", "content", "content_hash", "received_at")),
]
