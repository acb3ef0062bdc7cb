"""`egenmakt serve`: the site, by granian."""

from __future__ import annotations

import errno
import os
import shutil
import socket
import sys
from pathlib import Path

import click

from egenmakt.interfaces.cli.database import load_django, require_migrated
from egenmakt.interfaces.cli.errors import fail


def _chosen(*, is_sqlite: bool, processors: int) -> tuple[int, int]:
    """How many processes, and threads of each: measured in docs/benchmarks.md.

    With threads that wait for the database, more meetings are recorded together. Each may hold a connection of its own,
    each process two more that write, and PostgreSQL as it is installed takes a hundred in all.
    """
    if is_sqlite:
        return 1, 8
    processes = min(processors, 16)
    return processes, min(16, 70 // processes - 2)


def _arguments(*, host: str, port: int, workers: int, threads: int) -> list[str]:
    # not "warning": granian warns of more threads than twice the processors, and ours are there to wait
    return [
        "--interface", "wsgi", "--host", host, "--port", str(port), "--workers", str(workers),
        "--blocking-threads", str(threads), "--no-ws", "--log-level", "error", "egenmakt.project.wsgi:application",
    ]  # fmt: skip


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="0.0.0.0 to be reached from other machines.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Where it listens.")
@click.option("--workers", default=0, help="Processes; 0 chooses: 1 for SQLite, else one for each processor, up to 16.")
@click.option("--threads", default=0, help="Threads of each process; 0 chooses: 8 for SQLite, else 2 to 16.")
def command(host: str, port: int, workers: int, threads: int) -> None:
    """Serve the site until it is stopped by Ctrl+C."""
    load_django()
    require_migrated()
    from django.conf import settings
    from django.db import connection

    is_sqlite = connection.vendor == "sqlite"
    if is_sqlite and workers > 1:
        fail("SQLite is written by one process.", field="workers", remedy="use PostgreSQL (DATABASE_URL), or 1")
    connection.close()
    _require_free(host=host, port=port)
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    address = f"http://{'localhost' if host in ('127.0.0.1', '0.0.0.0') else host}:{port}"
    click.echo(f"Egenmakt is at {address}/ (stop it by Ctrl+C)")
    if settings.HTTPS and not settings.BEHIND_PROXY:
        hint = "Pages are given by https only: put a proxy in front that speaks it, and set EGENMAKT_BEHIND_PROXY=1."
        click.echo(hint, err=True)
    if settings.DEMO:
        _print_links(address)
    processes, threads_each = _chosen(is_sqlite=is_sqlite, processors=os.cpu_count() or 1)
    arguments = _arguments(host=host, port=port, workers=workers or processes, threads=threads or threads_each)
    program = shutil.which("granian", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    if program is None:
        fail("granian is not installed.", remedy="install the packages of requirements.lock")
    sys.stdout.flush()
    os.execv(program, [program, *arguments])  # the server takes this process's place, and gets its signals


def _require_free(*, host: str, port: int) -> None:
    """Go on only where nobody listens: the server shares a port, and readers would meet two databases by turns."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(*found[:3]) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # what was closed just now is free
            probe.bind(found[4])
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            remedy = f"stop that server, or choose another port: --port {port + 1} (make demo PORT={port + 1})"
            fail(f"Port {port} is in use already.", field="port", remedy=remedy)
        fail(f"{host} port {port} cannot be listened on: {error.strerror}", remedy="choose another --host or --port")


def _print_links(address: str) -> None:
    # models can be loaded only after load_django()
    from egenmakt.interfaces.cli.demo import lines_to_try

    click.echo("This is a demonstration. Sign in by one click as:")
    for line in lines_to_try(address):
        click.echo(line)
