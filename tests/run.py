"""Run the whole suite twice: on SQLite, then on a throwaway PostgreSQL. Say at the end what was left out.

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
from pathlib import Path

from tests.support.postgresql import HINT, binaries, throwaway_server
from tests.support.tools import CHROMIUM, REQUIRED

ROOT = Path(__file__).resolve().parent.parent
ON_POSTGRESQL = ["tests/apps", "tests/interfaces", "tests/journeys"]
"""Where the tests are that touch the database; conftest.py leaves out those among them that do not."""


def _pytest(words: list[str], environment: dict[str, str]) -> int:
    command = [sys.executable, "-m", "pytest", "-q", *words]
    if not any(word.startswith("-n") for word in words):
        command[4:4] = ["-n", "2", "--dist", "loadgroup"]  # what shares a costly fixture shares a process
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, check=False).returncode


def _paths(words: list[str]) -> bool:
    return any(Path(ROOT, word.split("::")[0]).exists() for word in words if not word.startswith("-"))


def _on_sqlite(words: list[str], environment: dict[str, str]) -> int:
    return _pytest(words if _paths(words) else ["tests", *words], {**environment, "DATABASE_URL": ""})


def _on_postgresql(words: list[str], environment: dict[str, str]) -> int:
    chosen = words if _paths(words) else [*(path for path in ON_POSTGRESQL if Path(ROOT, path).exists()), *words]
    with throwaway_server() as url:
        code = _pytest(chosen, {**environment, "DATABASE_URL": url})
    return 0 if code == 5 and _paths(words) else code  # 5: what was asked for needs no database


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
    codes: list[int] = []
    with tempfile.TemporaryDirectory(prefix="egenmakt-test-") as home:
        environment = {"EGENMAKT_HOME": home, "EGENMAKT_SECRET_KEY": "only-for-tests"}
        for name in ("EGENMAKT_DEMO", "EGENMAKT_DEBUG", "EGENMAKT_HOSTS", "EGENMAKT_HTTPS", "EGENMAKT_BEHIND_PROXY"):
            os.environ.pop(name, None)
        if only in ("", "sqlite"):
            print("On SQLite", flush=True)
            codes.append(_on_sqlite(words, environment))
        if only in ("", "postgresql") and binaries():
            print("On PostgreSQL", flush=True)
            codes.append(_on_postgresql(words, environment))
    print(f"Both runs took {time.monotonic() - began:.0f} seconds.")
    for line in left_out:
        print(f"LEFT OUT  {line}")
    if left_out and REQUIRED:
        print("CI=true: leaving something out is an error.")
        return 1
    return max(codes, default=1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
