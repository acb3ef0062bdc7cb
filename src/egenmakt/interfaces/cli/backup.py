"""`egenmakt backup`: everything in one file."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from egenmakt.interfaces.cli.database import load_django, require_migrated
from egenmakt.interfaces.cli.errors import fail
from egenmakt.interfaces.cli.progress import progress


def shown(label: str) -> Any:
    """Goes through tables with a bar."""

    def steps(models: Iterable[Any], length: int) -> Iterator[Any]:
        with progress(models, label=label, length=length) as bar:
            yield from bar

    return steps


@click.command()
@click.option("--out", required=True, type=click.Path(dir_okay=False), help="The file to write.")
@click.option(
    "--encrypt", is_flag=True, help="Encrypt it by a passphrase: asked for, or in EGENMAKT_BACKUP_PASSPHRASE."
)
def command(out: str, encrypt: bool) -> None:
    """Write the whole database into one file, the same for SQLite and PostgreSQL, while the site goes on.

    The file holds everything about everybody: encrypt it when it leaves this machine. A passphrase that is lost cannot
    be found again. To bring it back: egenmakt restore FILE
    """
    load_django()
    require_migrated()
    from egenmakt.interfaces.exports.backup.dumping import write_backup
    from egenmakt.interfaces.exports.backup.encryption import WeakPassphrase, check_passphrase

    file = Path(out)
    if file.exists():
        fail("The file is there already.", file=file, remedy="choose another name")
    passphrase = os.environ.get("EGENMAKT_BACKUP_PASSPHRASE") if encrypt else None
    if encrypt and passphrase is None:
        passphrase = click.prompt("Passphrase", hide_input=True, confirmation_prompt=True, err=True)
    unfinished = file.with_name(f"{file.name}.unfinished")
    try:
        if passphrase is not None:
            check_passphrase(passphrase)
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as into:
            manifest = write_backup(into=into, at=datetime.now(UTC), passphrase=passphrase, steps=shown("Writing"))
            into.flush()
            os.fsync(into.fileno())
        unfinished.replace(file)
    except WeakPassphrase as error:
        fail(str(error), field="passphrase")
    except OSError as error:
        fail(f"The file cannot be written: {error}", file=file)
    finally:
        unfinished.unlink(missing_ok=True)
    rows = sum(table["rows"] for table in manifest["tables"])
    click.echo(f"{rows} rows of {len(manifest['tables'])} tables are in {out}{', encrypted' if encrypt else ''}.")
