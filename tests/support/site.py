"""A real installation beside the tests: a database of its own, its server processes, and ways to kill them.

Run as a program (`python -m tests.support.site plant …`) it works inside that installation's own database.
"""

from __future__ import annotations

import base64
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.support.postgresql import HINT, NoPostgresql, _as_postgres, binaries

ROOT = Path(__file__).resolve().parent.parent.parent
GRANIAN = Path(sys.executable).parent / "granian"


def free_port() -> int:
    """A port that nobody listened on a moment ago."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def family(pid: int) -> list[int]:
    """A process and everything that it started, and that started, as they are now."""
    parents: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parents.setdefault(int(path.read_text().rsplit(")", 1)[1].split()[1]), []).append(int(path.parent.name))
    found = [pid]
    for member in found:  # grows while it is walked through
        found += parents.get(member, [])
    return found


def _kill_family(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL to a process and everything that it started; nothing is given time to put things in order.

    PostgreSQL's backends are no members of its process group: each must be named.
    """
    for pid in family(process.pid):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()


@dataclass
class DurablePostgresql:
    """A PostgreSQL server that waits for the disk, as a real one does, and may be killed at any moment."""

    folder: Path
    process: subprocess.Popen[bytes] | None = None
    settings: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        """Its DATABASE_URL, by a socket."""
        return f"postgresql://egenmakt@/postgres?host={quote(str(self.folder), safe='')}"

    def start(self) -> None:
        """Start it, or start it again on what is on the disk, and wait until it answers."""
        programs = binaries()
        if programs is None:
            raise NoPostgresql(f"PostgreSQL is not installed: {HINT}.")
        who = _as_postgres()
        environment = {**os.environ, "LC_ALL": "C.UTF-8"}
        common: dict[str, Any] = {"cwd": self.folder, "env": environment, **who}
        data = self.folder / "data"
        if not data.exists():
            words = [programs / "initdb", "-D", data, "-U", "egenmakt", "-A", "trust", "-E", "UTF8", "--no-sync"]
            subprocess.run(words, check=True, stdout=subprocess.DEVNULL, **common)
        command = [programs / "postgres", "-D", data, "-k", self.folder, "-c", "listen_addresses=", *self.settings]
        for _ in range(600):
            # one that finds the last process of a killed server still there ends at once, and is started again
            if self.process is None or self.process.poll() is not None:
                with (self.folder / "log").open("ab") as log:
                    self.process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True, **common)
            if not subprocess.run([programs / "pg_isready", "-q", "-h", self.folder], check=False).returncode:
                return
            time.sleep(0.05)
        raise NoPostgresql((self.folder / "log").read_text(errors="replace")[-2000:])

    def kill(self) -> None:
        """Kill the server with all its backends, as when the power goes."""
        if self.process and self.process.poll() is None:
            _kill_family(self.process)


@contextmanager
def durable_postgresql(*settings: str) -> Iterator[DurablePostgresql]:
    """A durable server for as long as the block lasts.

    Args: settings, such as "shared_buffers=256MB".
    """
    with tempfile.TemporaryDirectory(prefix="egenmakt-durable-", ignore_cleanup_errors=True) as name:
        who = _as_postgres()
        if who:
            os.chown(name, who["user"], who["group"])  # type: ignore[arg-type]  # both are int
        server = DurablePostgresql(Path(name), settings=tuple(w for s in settings for w in ("-c", s)))
        server.start()
        try:
            yield server
        finally:
            server.kill()


@dataclass
class Site:
    """An installation: its folder, its database, and its server when it runs."""

    home: Path
    database_url: str
    workers: int
    threads: int = 4
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """What its processes are given."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("EGENMAKT_")}
        return {
            **clean,
            "EGENMAKT_HOME": str(self.home),
            "EGENMAKT_SECRET_KEY": "only-for-tests",
            "DATABASE_URL": self.database_url,
            "DJANGO_SETTINGS_MODULE": "egenmakt.project.settings",
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        }

    def run(self, *words: str) -> Any:
        """Do something inside the installation's database: see `main` below. Returns: what it printed, as JSON."""
        command = [sys.executable, "-m", "tests.support.site", *words]
        done = subprocess.run(command, env=self.environment, cwd=ROOT, check=True, stdout=subprocess.PIPE)
        return json.loads(done.stdout)

    def start(self) -> None:
        """Start the server and wait until it answers."""
        command = [
            str(GRANIAN), "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port),
            "--workers", str(self.workers), "--blocking-threads", str(self.threads), "--no-ws",
            "--log-level", "critical", "egenmakt.project.wsgi:application",
        ]  # fmt: skip
        with (self.home / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                command, env=self.environment, cwd=ROOT, stdout=log, stderr=log, start_new_session=True
            )
        for _ in range(1200):
            with suppress(OSError, HTTPException):
                if self.ask("GET", "/api/v1/").status == 404:
                    return
            time.sleep(0.05)
        raise RuntimeError((self.home / "server.log").read_text(errors="replace")[-2000:])

    def ask(self, method: str, address: str) -> Any:
        """One request on a connection of its own."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, address)
            answer = connection.getresponse()
            answer.read()
            return answer
        finally:
            connection.close()

    def kill(self) -> None:
        """Kill the server with all its workers."""
        if self.process and self.process.poll() is None:
            _kill_family(self.process)


def plant(groups: int, meetings: int, members: int) -> dict[str, Any]:
    """Make the tables, a tree, a phone's token and groups; and the meetings that were held and not sent yet."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from egenmakt.apps.access.devices import enrol_device
    from tests.support.many import hold_meetings, plant_groups
    from tests.support.tree import AT, grow

    tree = grow()
    enrolled = enrol_device(user=tree.facilitator, node=tree.north, name="Phone", by=None, at=AT)
    planted = plant_groups(parent=tree.north, groups=groups, members=members)
    held = [hold_meetings(each, meetings) for each in planted]
    return {
        "secret": enrolled.secret,
        "chains": [
            [{"id": str(m.id), "content": base64.b64encode(m.content).decode()} for m in chain] for chain in held
        ],
        "balances": {str(chain[-1].group): chain[-1].balances_after for chain in held},
    }


def inspect() -> dict[str, Any]:
    """What the database holds: every meeting with its place in the chain and its document, and what is wrong."""
    import django

    django.setup()
    from django.db.models import Count

    from egenmakt.apps.groups.models import Arrival, Meeting, SavingsGroup
    from egenmakt.apps.ledger.checks import audit_books, audit_entries
    from egenmakt.apps.ledger.models import Account, JournalEntry

    broken = []
    chains: dict[str, list[str]] = {}
    for group in SavingsGroup.objects.order_by("id"):
        before, chain = "", []
        for meeting in Meeting.objects.filter(group=group).order_by("number"):
            chain.append(str(meeting.id))
            if (meeting.previous_hash, meeting.number) != (before, len(chain)):
                broken.append(f"meeting {meeting.number} of {group.id}")
            before = meeting.hash
        if (group.last_hash, group.last_number) != (before, len(chain)):
            broken.append(f"the last link of {group.id}")
        chains[str(group.id)] = chain
    twice = JournalEntry.objects.values("subject").annotate(number=Count("id")).filter(number__gt=1)
    balances: dict[str, dict[str, int]] = {}
    for account in Account.objects.all():
        balances.setdefault(str(account.book_id), {})[account.ref.key] = account.balance_minor
    return {
        "chains": chains,
        "broken": broken,
        "entries_twice": [str(row["subject"]) for row in twice],
        "entries": JournalEntry.objects.count(),
        "accepted": Arrival.objects.filter(state="accepted").count(),
        "others": list(Arrival.objects.exclude(state="accepted").values_list("state", flat=True)),
        "documents": {str(m): base64.b64encode(c).decode() for m, c in _documents(Arrival)},
        "faults": [str(fault) for fault in (*audit_books(), *audit_entries())],
        "balances": balances,
    }


def _documents(arrivals: Any) -> Iterator[tuple[object, bytes]]:
    for meeting_id, content in arrivals.objects.filter(state="accepted").values_list("meeting_id", "content"):
        yield meeting_id, bytes(content)


def main(words: list[str]) -> None:
    """`plant GROUPS MEETINGS MEMBERS` or `inspect`; answers in JSON."""
    result = plant(*map(int, words[1:])) if words[0] == "plant" else inspect()
    sys.stdout.write(json.dumps(result))


if __name__ == "__main__":
    main(sys.argv[1:])
