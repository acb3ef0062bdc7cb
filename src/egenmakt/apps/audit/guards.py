"""Guards: rules that the database itself keeps by triggers, the same on SQLite and PostgreSQL.

A wing lists its own in `guards.py` as GUARDS and installs them in a migration. SQLite drops a table's triggers in
silence whenever Django rebuilds that table, so `project/apps.py` puts all guards back after every migrate.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


class NotAGuard(ValueError):
    """A guard's statement does not create the trigger that the guard is named after."""


@dataclass(frozen=True, slots=True)
class Guard:
    """One trigger on one table: its whole CREATE statement for each database, empty where there is nothing to guard.

    The PostgreSQL text may hold several statements: CREATE OR REPLACE FUNCTION first, CREATE TRIGGER last.
    """

    name: str
    table: str
    sqlite: str
    postgresql: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,62}", self.name) or not re.fullmatch(r"[a-z][a-z0-9_]*", self.table):
            raise NotAGuard(f"The guard {self.name!r} on {self.table!r}: names are small letters, digits and _.")
        for vendor, text in (("sqlite", self.sqlite), ("postgresql", self.postgresql)):
            if text and not re.search(rf'CREATE (OR REPLACE )?(CONSTRAINT )?TRIGGER "?{self.name}"?\s', text, re.I):
                raise NotAGuard(f"The {vendor} text of the guard {self.name} has no CREATE TRIGGER {self.name}.")

    def statement(self, vendor: str) -> str:
        """The CREATE statement for "sqlite" or "postgresql"; empty where the database needs none."""
        return {"sqlite": self.sqlite, "postgresql": self.postgresql}[vendor]


_REFUSE = """
CREATE OR REPLACE FUNCTION egenmakt_append_only() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  RAISE EXCEPTION '% is append-only: a mistake is corrected by a new row.', TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation';
END $body$;
"""


def append_only(table: str) -> list[Guard]:
    """The guards of a table whose rows are never changed or removed."""
    guards = []
    for deed in ("update", "delete"):
        name = f"{table}_no_{deed}"
        # SQLite carries out INSERT OR REPLACE as a delete, which fires triggers when recursive_triggers is on: it is.
        sqlite = (
            f"CREATE TRIGGER {name} BEFORE {deed.upper()} ON {table} BEGIN "
            f"SELECT RAISE(ABORT, '{table} is append-only: a mistake is corrected by a new row.'); END"
        )
        postgresql = (
            f"{_REFUSE} CREATE TRIGGER {name} BEFORE {deed.upper()} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION egenmakt_append_only()"
        )
        guards.append(Guard(name=name, table=table, sqlite=sqlite, postgresql=postgresql))
    truncate = f"{table}_no_truncate"
    guards.append(
        Guard(
            name=truncate,
            table=table,
            sqlite="",  # SQLite has no TRUNCATE: it is a DELETE
            postgresql=f"{_REFUSE} CREATE TRIGGER {truncate} BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION egenmakt_append_only()",
        )
    )
    return guards


def refuse_when(name: str, table: str, when: str, condition: str, message: str) -> Guard:
    """A trigger that refuses a row where a condition holds that both databases read alike.

    Args: when, INSERT, UPDATE or DELETE; condition, SQL on OLD and NEW.
    """
    text = message.replace("'", "''")
    row = "OLD" if when == "DELETE" else "NEW"  # what PostgreSQL goes on with; NULL would drop the deed in silence
    return Guard(
        name=name,
        table=table,
        sqlite=f"CREATE TRIGGER {name} BEFORE {when} ON {table} WHEN {condition} "
        f"BEGIN SELECT RAISE(ABORT, '{text}'); END",
        postgresql=f"CREATE OR REPLACE FUNCTION {name}_refuse() RETURNS trigger LANGUAGE plpgsql AS $body$ "
        f"BEGIN IF {condition} THEN RAISE EXCEPTION '{text}' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
        f"RETURN {row}; END $body$; "
        f"CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}_refuse()",
    )


def _drop(guard: Guard, vendor: str) -> str:
    return f"DROP TRIGGER IF EXISTS {guard.name}" + (f" ON {guard.table}" if vendor == "postgresql" else "")


def _statements(guards: Iterable[Guard], vendor: str) -> Iterator[str]:
    for guard in guards:
        if statement := guard.statement(vendor):
            yield _drop(guard, vendor)
            yield statement


def install(guards: Iterable[Guard], schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Put guards in place inside a migration; once more changes nothing."""
    for statement in _statements(guards, schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


def remove(guards: Iterable[Guard], schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take guards away inside a migration that is being undone."""
    vendor = schema_editor.connection.vendor
    for guard in guards:
        schema_editor.execute(_drop(guard, vendor), params=None)


def reinstall(guards: Iterable[Guard], connection: BaseDatabaseWrapper) -> None:
    """Put back the guards of those tables that exist, after a migrate."""
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for statement in _statements([guard for guard in guards if guard.table in tables], connection.vendor):
            cursor.execute(statement)


def missing(connection: BaseDatabaseWrapper, guards: Iterable[Guard]) -> list[str]:
    """The names of guards that are not in place, are switched off, or (SQLite) differ from their text."""
    wanted = [guard for guard in guards if guard.statement(connection.vendor)]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")
            found = {(name, table): sql for name, table, sql in cursor.fetchall()}
            return [g.name for g in wanted if _squeezed(found.get((g.name, g.table), "")) != _squeezed(g.sqlite)]
        cursor.execute(
            "SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE NOT t.tgisinternal AND t.tgenabled <> 'D'"
        )
        present = set(cursor.fetchall())
        return [g.name for g in wanted if (g.name, g.table) not in present]


def _squeezed(sql: str) -> str:
    return " ".join(sql.replace('"', "").rstrip().rstrip(";").split())


GUARDS = append_only("audit_event")
"""The audit trail's own."""


def all_guards() -> list[Guard]:
    """The GUARDS of every installed wing that has a guards.py."""
    found: list[Guard] = []
    for config in apps.get_app_configs():
        name = f"{config.name}.guards"
        if config.name.startswith("egenmakt.apps.") and find_spec(name):
            found.extend(import_module(name).GUARDS)
    return found
