"""`egenmakt migrate`: bring the database up to date."""

from __future__ import annotations

import click
from django.core.management import call_command

from egenmakt.interfaces.cli.database import load_django
from egenmakt.interfaces.cli.errors import fail


def migrate() -> None:
    """Run all migrations and check that every guard of the database stands."""
    load_django()
    # models can be loaded only after load_django()
    from django.db import DatabaseError, connection

    from egenmakt.apps.audit.guards import all_guards, missing

    try:
        call_command("migrate", verbosity=0, interactive=False)
        if absent := missing(connection, all_guards()):
            fail(f"The database lacks its guards {', '.join(absent)}", remedy="restore a backup and write to us")
    except DatabaseError as error:
        fail(f"The database could not be brought up to date: {error}", remedy="look at DATABASE_URL or EGENMAKT_HOME")


@click.command()
def command() -> None:
    """Bring the database up to date with this version of the program. Once more changes nothing."""
    migrate()
    click.echo("The database is up to date.")
