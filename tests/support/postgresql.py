"""A PostgreSQL server for the length of a test run: in a temporary folder, reached by a socket, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

HINT = "apt-get install postgresql (or put the folder of `postgres` and `initdb` into PATH)"


class NoPostgresql(RuntimeError):
    """The server's programs are not installed."""


def binaries() -> Path | None:
    """The folder with `postgres` and `initdb`: the newest of Debian's, or the one in PATH."""
    versions = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if versions:
        return max(versions, key=lambda path: int(path.parent.name.split(".")[0]))
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def _as_postgres() -> dict[str, object]:
    """The server refuses to be run by root: as root we let the user `postgres` run it."""
    if os.geteuid() != 0:
        return {}
    entry = pwd.getpwnam("postgres")
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


@contextmanager
def throwaway_server() -> Iterator[str]:
    """Start a server and give its DATABASE_URL; stop it and remove everything at the end."""
    programs = binaries()
    if programs is None:
        raise NoPostgresql(f"PostgreSQL is not installed: {HINT}.")
    who = _as_postgres()
    with tempfile.TemporaryDirectory(prefix="egenmakt-pg-", ignore_cleanup_errors=True) as folder:
        if who:
            os.chown(folder, who["user"], who["group"])  # type: ignore[arg-type]  # both are int
        data = Path(folder, "data")
        environment = {**os.environ, "LC_ALL": "C.UTF-8"}
        common = {"cwd": folder, "env": environment, **who}
        subprocess.run(
            [programs / "initdb", "-D", data, "-U", "egenmakt", "-A", "trust", "-E", "UTF8", "--no-sync"],
            check=True,
            stdout=subprocess.DEVNULL,
            **common,
        )
        fast = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "jit=off", "max_connections=60"]
        options = [word for setting in fast for word in ("-c", setting)]
        with Path(folder, "log").open("wb") as log:
            server = subprocess.Popen(
                [programs / "postgres", "-D", data, "-k", folder, "-c", "listen_addresses=", *options],
                stdout=log,
                stderr=log,
                **common,
            )
            try:
                _wait(programs, folder, server)
                yield f"postgresql://egenmakt@/postgres?host={quote(folder, safe='')}"
            finally:
                server.terminate()
                try:
                    server.wait(timeout=20)
                except subprocess.TimeoutExpired:
                    server.kill()
                    server.wait()


def _wait(programs: Path, folder: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        ready = subprocess.run([programs / "pg_isready", "-q", "-h", folder], check=False)
        if ready.returncode == 0:
            return
        if server.poll() is not None:
            break
        time.sleep(0.1)
    raise NoPostgresql("PostgreSQL did not start:\n" + Path(folder, "log").read_text(errors="replace")[-2000:])
