"""`egenmakt work`: what a server's worker runs."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import click

from egenmakt.interfaces.cli.database import load_django, require_migrated


@click.command()
@click.option("--once", is_flag=True, help="Stop when nothing is left to do, instead of waiting for more.")
@click.option("--limit", default=1000, show_default=True, help="At most so many jobs in one round.")
@click.option("--pause", default=2.0, show_default=True, help="Seconds to wait when nothing is left to do.")
def command(once: bool, limit: int, pause: float) -> None:
    """Work off the jobs that events have left, each one once. Several workers may run side by side."""
    load_django()
    require_migrated()
    from egenmakt.apps.audit.queue import work_off

    while True:
        result = work_off(limit=limit, now=lambda: datetime.now(UTC))
        if result.done or result.failed:
            click.echo(f"Done: {result.done}. To be tried again or looked at: {result.failed}.")
        if once and result.done + result.failed < limit:
            return
        if not once and not result.done:
            time.sleep(pause)
