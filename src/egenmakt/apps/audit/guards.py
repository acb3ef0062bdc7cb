"""Guards: rules that the database itself keeps, written as triggers for SQLite and for PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


@dataclass(frozen=True, slots=True)
class Guard:
    """One trigger with its name, the table it stands before, and its SQL for each database.

    The SQL creates a trigger of exactly this name. An empty text means that this database needs no such trigger.
    """

    name: str
    table: str
    sqlite: str
    postgresql: str


def install(guards: Iterable[Guard], schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Put every guard in its place; one that stands there already is replaced."""
    vendor = schema_editor.connection.vendor
    for guard in guards:
        where = f" ON {guard.table}" if vendor == "postgresql" else ""
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {guard.name}{where}", params=None)
        if sql := guard.postgresql if vendor == "postgresql" else guard.sqlite:
            schema_editor.execute(sql, params=None)


def missing(connection: BaseDatabaseWrapper, guards: Iterable[Guard]) -> list[str]:
    """The names of the guards that do not stand in the database, or are switched off there."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        present = {name for (name,) in cursor.fetchall()}
    needed = [guard.name for guard in guards if getattr(guard, connection.vendor)]
    return [name for name in needed if name not in present]
