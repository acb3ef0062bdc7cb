"""Run the whole suite twice: on SQLite, and beside it on a throwaway PostgreSQL. Say at the end what was left out.

The two share nothing, so each fills the moments in which the other waits: for a browser, a disk or a server. What they
print comes one after the other.

python -m tests.run                         everything
python -m tests.run tests/apps -k trail     the words go to pytest, both times
python -m tests.run --only postgresql …     one database
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from tests.support.postgresql import HINT, binaries, throwaway_server
from tests.support.tools import CHROMIUM, REQUIRED

ROOT = Path(__file__).resolve().parent.parent
ON_POSTGRESQL = ["tests/apps", "tests/interfaces", "tests/journeys"]
"""Where the tests are that touch the database; conftest.py leaves out those among them that do not."""


def _pytest(words: list[str], environment: dict[str, str], *, processes: int, out: IO[bytes] | None) -> int:
    command = [sys.executable, "-m", "pytest", "-q", *words]
    if not any(word.startswith("-n") for word in words):
        command[4:4] = ["-n", str(processes), "--dist", "loadgroup"]  # what shares a costly fixture shares a process
    given = {**os.environ, **environment}
    return subprocess.run(command, cwd=ROOT, env=given, check=False, stdout=out, stderr=out).returncode


def _paths(words: list[str]) -> bool:
    return any(Path(ROOT, word.split("::")[0]).exists() for word in words if not word.startswith("-"))


def _on_sqlite(words: list[str], *, processes: int, out: IO[bytes] | None) -> int:
    chosen = words if _paths(words) else ["tests", *words]
    with _environment("") as environment:
        return _pytest(chosen, environment, processes=processes, out=out)


def _on_postgresql(words: list[str], *, processes: int, out: IO[bytes] | None) -> int:
    chosen = words if _paths(words) else [*(path for path in ON_POSTGRESQL if Path(ROOT, path).exists()), *words]
    with throwaway_server() as url, _environment(url) as environment:
        code = _pytest(chosen, environment, processes=processes, out=out)
    return 0 if code == 5 and _paths(words) else code  # 5: what was asked for needs no database


@contextmanager
def _environment(url: str) -> Iterator[dict[str, str]]:
    """What a run is given: a database, and a home of its own."""
    with tempfile.TemporaryDirectory(prefix="egenmakt-test-") as home:
        yield {"EGENMAKT_HOME": home, "EGENMAKT_SECRET_KEY": "only-for-tests", "DATABASE_URL": url}


def _on_both(words: list[str]) -> list[int]:
    """Both at once; the second's words are kept until the first has said all of its own."""
    with ThreadPoolExecutor(1) as beside, tempfile.TemporaryFile() as kept:
        second = beside.submit(_on_postgresql, words, processes=1, out=kept)
        print("On SQLite", flush=True)
        codes = [_on_sqlite(words, processes=2, out=None)]
        codes.append(second.result())
        print("On PostgreSQL", flush=True)
        kept.seek(0)
        print(kept.read().decode(errors="replace"), flush=True)
    return codes


def main(words: list[str]) -> int:
    only = ""
    if words[:1] == ["--only"]:
        only, words = words[1], words[2:]
    left_out = []
    if not CHROMIUM:
        left_out.append("browser tests: Chromium is not installed; get it by: apt-get install chromium")
    if not binaries():
        left_out.append(f"tests on PostgreSQL: it is not installed; get it by: {HINT}")
    began = time.monotonic()
    for name in ("EGENMAKT_DEMO", "EGENMAKT_DEBUG", "EGENMAKT_HOSTS", "EGENMAKT_HTTPS", "EGENMAKT_BEHIND_PROXY"):
        os.environ.pop(name, None)
    codes: list[int] = []
    if only == "" and binaries():
        codes = _on_both(words)
    elif only in ("", "sqlite"):
        print("On SQLite", flush=True)
        codes = [_on_sqlite(words, processes=2, out=None)]
    elif only == "postgresql" and binaries():
        print("On PostgreSQL", flush=True)
        codes = [_on_postgresql(words, processes=2, out=None)]
    print(f"Both runs took {time.monotonic() - began:.0f} seconds.")
    for line in left_out:
        print(f"LEFT OUT  {line}")
    if left_out and REQUIRED:
        print("CI=true: leaving something out is an error.")
        return 1
    return max(codes, default=1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
