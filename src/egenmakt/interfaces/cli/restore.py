"""`egenmakt restore`: a backup into an empty database."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from zipfile import is_zipfile

import click

from egenmakt.interfaces.cli.backup import shown
from egenmakt.interfaces.cli.database import load_django
from egenmakt.interfaces.cli.errors import fail
from egenmakt.interfaces.cli.migrate import migrate
from egenmakt.interfaces.exports.backup.encryption import is_encrypted


@click.command()
@click.argument("file", type=click.Path(dir_okay=False))
@click.option(
    "--erased", type=click.Path(dir_okay=False, exists=True), help="erased-stories.txt of the old installation."
)
def command(file: str, erased: str | None) -> None:
    """Bring a backup into an empty database, SQLite or PostgreSQL, and verify it: all of it or nothing.

    A story that was erased after the backup was made must not come back: keep erased-stories.txt of the old
    installation with you, and name it with --erased. One in this installation's own folder is found by itself.

    The passphrase of an encrypted backup is asked for, or taken from EGENMAKT_BACKUP_PASSPHRASE.
    """
    _looks_like_a_backup(file)
    load_django()
    # models can be loaded only after load_django()
    from egenmakt.apps.stories.erased_list import read_list
    from egenmakt.interfaces.exports.backup.encryption import CannotDecrypt
    from egenmakt.interfaces.exports.backup.restoring import (
        NotEmpty,
        NotRestored,
        OtherVersion,
        open_backup,
        read_manifest,
        restore_opened,
    )
    from egenmakt.interfaces.exports.backup.tables import NotABackup

    gone = read_list(path=Path(erased)) if erased else frozenset()
    try:
        with Path(file).open("rb") as source:
            passphrase = None
            if is_encrypted(source):
                passphrase = os.environ.get("EGENMAKT_BACKUP_PASSPHRASE")
                if passphrase is None:
                    passphrase = click.prompt("Passphrase", hide_input=True, err=True)
            # opened once: a key is slow to make on purpose
            with open_backup(source, passphrase) as archive:
                read_manifest(archive)  # what it says about itself, before a database is made for it
                migrate()
                manifest = restore_opened(archive=archive, at=datetime.now(UTC), steps=shown("Restoring"), erased=gone)
    except NotEmpty as error:
        fail(str(error), remedy="restore into a new folder (EGENMAKT_HOME) or a new database (DATABASE_URL)")
    except (CannotDecrypt, NotABackup, NotRestored, OtherVersion) as error:
        fail(str(error), file=file)
    except OSError as error:
        fail(f"The file cannot be read: {error}", file=file)
    rows = sum(table["rows"] for table in manifest["tables"])
    click.echo(f"{rows} rows of {len(manifest['tables'])} tables are restored, and verified against the backup.")


def _looks_like_a_backup(file: str) -> None:
    """Refuse what is no backup at the first look, when nothing has been made or changed yet."""
    try:
        with Path(file).open("rb") as source:
            fits = is_encrypted(source) or is_zipfile(source)
    except OSError as error:
        fail(f"The file cannot be read: {error}", file=file)
    if not fits:
        fail("The file is not a backup, or is cut short.", file=file)
