"""Steps of migrations that Django takes slowly otherwise: `egenmakt migrate` of a new database took four times as long.

What Django spends there is not the database's time: it builds a class for each table as it was at that moment, and
builds anew, at each change, all that hang together with it, which are nearly all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.exceptions import IrreversibleError
from django.db.migrations.operations import CreateModel
from django.db.migrations.operations.base import Operation, OperationCategory
from django.db.migrations.state import ProjectState


class CreateModels(Operation):
    """Make several tables at once, in any order, also where they point at each other: the classes are built once."""

    category = OperationCategory.ADDITION

    def __init__(self, models: Sequence[CreateModel]) -> None:
        self.models = models

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        state.__dict__.pop("apps", None)  # whoever asks for the classes next has them built, with the new ones
        for each in self.models:
            each.state_forwards(app_label, state)

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for each in self.models:
            each.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for each in reversed(self.models):
            each.database_backwards(app_label, schema_editor, from_state, to_state)

    def references_model(self, name: str, app_label: str) -> bool:
        return any(each.references_model(name, app_label) for each in self.models)

    def describe(self) -> str:
        return f"Create models {', '.join(each.name for each in self.models)}"

    @property
    def migration_name_fragment(self) -> str:
        return "_".join(each.name_lower for each in self.models)


OnEditor = Callable[[BaseDatabaseSchemaEditor], None]


class OnDatabase(Operation):
    """Run what asks the database alone, such as guards and functions: no class is built for it, as RunPython would.

    Args: forwards and backwards, called with the schema editor; a step without a way back cannot be undone.
    """

    category = OperationCategory.PYTHON
    reduces_to_sql = False

    def __init__(self, forwards: OnEditor, backwards: OnEditor | None = None) -> None:
        self.forwards, self.backwards = forwards, backwards

    @property
    def reversible(self) -> bool:  # type: ignore[override]  # as in RunPython
        return self.backwards is not None

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Nothing that models say has changed."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        self.forwards(schema_editor)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        if self.backwards is None:
            raise IrreversibleError("This step has no way back.")
        self.backwards(schema_editor)

    def describe(self) -> str:
        return "Guards and functions of the database"


def leave(schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The way back of a step that does no harm when it stays."""
