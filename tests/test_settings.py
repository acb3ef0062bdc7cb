"""What the environment makes of the settings: safe unless it is said to be a demonstration."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

NAMES = ["DEMO", "DEBUG", "HTTPS", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT"]
NAMES += ["SECURE_HSTS_SECONDS", "SECURE_PROXY_SSL_HEADER", "SECRET_KEY", "ALLOWED_HOSTS"]
SCRIPT = f"import json; from django.conf import settings as s; print(json.dumps({{n: getattr(s, n) for n in {NAMES}}}))"


def _settings(home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("EGENMAKT_", "DATABASE_"))}
    given = {**clean, "EGENMAKT_HOME": str(home), "DJANGO_SETTINGS_MODULE": "egenmakt.project.settings", **environment}
    return subprocess.run([sys.executable, "-c", SCRIPT], env=given, capture_output=True, text=True, check=False)


def test_a_public_name_turns_https_on_with_all_that_follows(tmp_path: Path) -> None:
    found = json.loads(_settings(tmp_path, EGENMAKT_HOSTS="egenmakt.example.org").stdout)

    assert found["ALLOWED_HOSTS"] == ["egenmakt.example.org"]
    assert [found[name] for name in NAMES[:6]] == [False, False, True, True, True, True]
    assert found["SECURE_HSTS_SECONDS"] == 31_536_000
    assert found["SECURE_PROXY_SSL_HEADER"] is None


@pytest.mark.parametrize("kind", ["EGENMAKT_DEMO", "EGENMAKT_DEBUG"])
def test_a_demonstration_promises_no_browser_that_https_will_stay(tmp_path: Path, kind: str) -> None:
    found = json.loads(_settings(tmp_path, EGENMAKT_HOSTS="egenmakt.example.org", **{kind: "1"}).stdout)

    assert (found["HTTPS"], found["SECURE_HSTS_SECONDS"]) == (False, 0)


def test_a_proxy_is_believed_only_when_it_is_ours(tmp_path: Path) -> None:
    found = json.loads(_settings(tmp_path, EGENMAKT_BEHIND_PROXY="1").stdout)

    assert found["SECURE_PROXY_SSL_HEADER"] == ["HTTP_X_FORWARDED_PROTO", "https"]


def test_the_secret_key_is_made_once_for_its_owners_eyes(tmp_path: Path) -> None:
    first, second = (json.loads(_settings(tmp_path).stdout)["SECRET_KEY"] for _ in range(2))

    assert first == second
    assert len(first) >= 50
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600


def test_an_address_of_another_database_is_refused_in_words(tmp_path: Path) -> None:
    answer = _settings(tmp_path, DATABASE_URL="mysql://somebody@localhost/egenmakt")

    assert answer.returncode == 1
    assert "DATABASE_URL is postgresql://user:password@host:port/name, or empty for SQLite." in answer.stderr


@pytest.mark.parametrize(("given", "threads"), [({}, "1"), ({"OPENBLAS_NUM_THREADS": "2"}, "2")])
def test_numpy_works_in_one_thread_unless_somebody_says_otherwise(given: dict[str, str], threads: str) -> None:
    clean = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    script = (
        "import sys, egenmakt, os\n"
        "assert 'numpy' not in sys.modules, 'it must be said before NumPy is loaded'\n"
        "print(os.environ['OPENBLAS_NUM_THREADS'])"
    )

    done = subprocess.run([sys.executable, "-c", script], env={**clean, **given}, capture_output=True, text=True)

    assert (done.stdout.strip(), done.stderr) == (threads, "")
