"""Loading Django for the commands that need the database."""

from __future__ import annotations

import os

import django

from egenmakt.interfaces.cli.errors import fail


def load_django() -> None:
    """Load settings and models. Call it first in a command; import models after it, and say so there."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "egenmakt.project.settings")
    try:
        django.setup()
    except ValueError as error:
        fail(str(error), remedy="correct the environment variable that it names")


def require_migrated() -> None:
    """Go on only with a database that fits this version. Call it after load_django()."""
    # after load_django(): these need the settings
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        fail(f"The database does not answer: {error}", remedy="start it, or look at DATABASE_URL")
    if waiting:
        fail("The database is not up to date with this version.", remedy="run: egenmakt migrate")
