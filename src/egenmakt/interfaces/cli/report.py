"""`egenmakt report`: reports as files."""

from __future__ import annotations

import click

from egenmakt.interfaces.cli import report_monthly


@click.group()
def command() -> None:
    """Write reports into files."""


command.add_command(report_monthly.command)
