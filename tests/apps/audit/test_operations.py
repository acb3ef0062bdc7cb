"""The steps of migrations that are our own: what they make stands, and is gone when they are undone."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.db import ConnectionHandler, connection, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations import CreateModel, Migration
from django.db.migrations.exceptions import IrreversibleError
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from egenmakt.apps.audit.operations import CreateModels, OnDatabase

TWO = CreateModels(
    [
        CreateModel(
            "Hen", [("id", models.UUIDField(primary_key=True)), ("egg", models.ForeignKey("audit.Egg", models.PROTECT))]
        ),
        CreateModel(
            "Egg",
            [("id", models.UUIDField(primary_key=True)), ("number", models.IntegerField())],
            options={"constraints": [models.CheckConstraint(condition=models.Q(number__gt=0), name="egg_numbered")]},
        ),
    ]
)


@pytest.fixture
def database(db: None) -> Iterator[BaseDatabaseWrapper]:
    """The tests' own PostgreSQL, whose tables a test can take back; SQLite's cannot be changed in a transaction."""
    if connection.vendor == "postgresql":
        yield connection
        return
    fresh = ConnectionHandler({"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}})["default"]
    yield fresh
    fresh.close()


def _migration(*operations: Operation) -> Migration:
    made = Migration("0001_hens", "audit")
    made.operations = list(operations)
    return made


def _hens(database: BaseDatabaseWrapper) -> set[str]:
    return {name for name in database.introspection.table_names() if name in ("audit_hen", "audit_egg")}


@pytest.fixture
def step(database: BaseDatabaseWrapper) -> Callable[[Migration, str], ProjectState]:
    """Do or undo a migration, as `egenmakt migrate` does."""

    def taken(migration: Migration, deed: str) -> ProjectState:
        state = ProjectState()
        state.apps  # noqa: B018  # as Django does before it begins: the classes are built
        with database.schema_editor() as editor:
            return getattr(migration, deed)(state, editor)

    return taken


def test_tables_that_point_at_each_other_are_made_at_once_and_taken_away(database, step) -> None:
    migration = _migration(TWO)

    state = step(migration, "apply")

    hen, egg = state.apps.get_model("audit", "Hen"), state.apps.get_model("audit", "Egg")
    assert hen._meta.get_field("egg").related_model is egg
    assert _hens(database) == {"audit_hen", "audit_egg"}
    with database.cursor() as cursor:
        kept = database.introspection.get_constraints(cursor, "audit_hen").values()
        assert [each["foreign_key"] for each in kept if each["foreign_key"]] == [("audit_egg", "id")]
        assert "egg_numbered" in database.introspection.get_constraints(cursor, "audit_egg")
    step(migration, "unapply")
    assert _hens(database) == set()


def test_what_the_database_alone_is_asked_is_done_and_undone(database, step) -> None:
    migration = _migration(
        OnDatabase(
            lambda editor: editor.execute("CREATE TABLE audit_egg (id integer)"),
            lambda editor: editor.execute("DROP TABLE audit_egg"),
        )
    )

    step(migration, "apply")

    assert _hens(database) == {"audit_egg"}
    step(migration, "unapply")
    assert _hens(database) == set()


def test_a_step_without_a_way_back_is_not_undone(database, step) -> None:
    done = []
    migration = _migration(OnDatabase(done.append))

    step(migration, "apply")

    assert len(done) == 1
    with pytest.raises(IrreversibleError):
        step(migration, "unapply")


def test_what_is_said_of_several_tables_names_them() -> None:
    assert TWO.describe() == "Create models Hen, Egg"
    assert _migration(TWO).suggest_name() == "hen_egg"
    assert TWO.references_model("Egg", "audit")
    assert not TWO.references_model("Cock", "audit")
