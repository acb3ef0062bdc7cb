"""`egenmakt verify FILE`: a group's export, checked by the program that shares no code with the books."""

from __future__ import annotations

import json

import click

from egenmakt.interfaces.cli.errors import fail
from egenmakt_verify import verify


@click.command()
@click.argument("file", type=click.Path(dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Print the report for programs.")
def command(file: str, as_json: bool) -> None:
    """Compute everything in a group's export again: it agrees, or the first line that does not is named.

    No database is needed. The same program runs alone: python -m egenmakt_verify FILE
    """
    report = verify(file)
    if as_json:
        click.echo(json.dumps(report.as_json()))
        raise SystemExit(0 if report.agrees else 1)
    if not report.agrees:
        fail(str(report))
    click.echo(str(report))
