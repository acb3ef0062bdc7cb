"""`egenmakt nightly`: what is done once a night."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from egenmakt.interfaces.cli.database import load_django, require_migrated


@click.command()
def command() -> None:
    """Erase the stories whose date has come, overwrite what was erased, and write the facts for analysis.

    On PostgreSQL each table of stories is locked while it is written anew, so run it when nobody works.
    """
    load_django()
    require_migrated()
    from egenmakt.apps.stories.facts import write_missing_facts
    from egenmakt.apps.stories.services.erasing import erase_expired, give_back_space

    now = datetime.now(UTC)
    erased = erase_expired(today=now.date(), at=now)
    give_back_space()
    files = write_missing_facts()
    click.echo(f"Stories erased because their date has come: {erased}. Files of facts written: {files}.")
