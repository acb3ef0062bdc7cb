"""The command line, as it is called: what it prints, where, and how it ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from importlib import import_module
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import grants_of, may
from egenmakt.apps.audit.models import Event
from egenmakt.apps.audit.services import record
from egenmakt.apps.people.models import Node
from egenmakt.interfaces.cli.errors import CommandError, fail, sentence
from egenmakt.interfaces.cli.main import COMMANDS, group
from egenmakt.interfaces.cli.progress import progress
from tests.support.tree import AT, Tree

PASSWORD = "kuku wa kienyeji 7"


def _run(*words: str, **more):
    return CliRunner().invoke(group, list(words), **more)


def test_help_names_every_command_without_loading_one() -> None:
    script = (
        "import sys; from egenmakt.interfaces.cli.main import group; group(['--help'], standalone_mode=False); "
        "sys.exit('django' in sys.modules)"
    )

    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)

    assert answer.returncode == 0, answer.stderr
    for name, (_, words) in COMMANDS.items():
        assert name in answer.stdout
        assert words.split()[0] in answer.stdout


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_each_line_of_the_table_leads_to_a_command(name: str) -> None:
    module, attribute = COMMANDS[name][0].split(":")

    assert isinstance(getattr(import_module(module), attribute), click.Command)


def test_no_line_of_any_help_is_cut_off() -> None:
    for name in COMMANDS:
        found = _run(name, "--help")

        assert found.exit_code == 0
        assert "..." not in found.output.replace("COMMAND [ARGS]...", "").replace("FILES...", ""), name


def test_an_unknown_command_is_a_wrong_call() -> None:
    assert _run("fly").exit_code == 2


def test_a_fault_names_file_row_field_and_remedy() -> None:
    with pytest.raises(CommandError) as caught:
        fail("1890 is too early", file=Path("members.csv"), row=3, field="born", remedy="write a year after 1900")

    assert caught.value.message == "members.csv, row 3, field born: 1890 is too early — write a year after 1900"
    assert caught.value.exit_code == 1
    assert sentence("Nothing to do") == "Nothing to do"


def test_progress_is_silent_away_from_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with progress(range(3), label="Reading") as steps:
        seen = list(steps)

    assert (seen, capsys.readouterr()) == ([0, 1, 2], ("", ""))


def test_setup_makes_an_organisation_and_an_administrator(db: None) -> None:
    answer = _run(
        "setup", "--organisation", "Umoja", "--country", "ke", "--email", "a@example.org", "--name", "Adhiambo",
        env={"EGENMAKT_PASSWORD": PASSWORD},
    )  # fmt: skip

    assert answer.exit_code == 0, answer.output
    user, node = User.objects.get(), Node.objects.get()
    assert (node.name, node.country.currency) == ("Umoja", "KES")
    assert user.check_password(PASSWORD)
    assert may(user=user, deed="grant.give", node_id=node.id)


@pytest.mark.parametrize(
    ("country", "password", "complaint"),
    [("XX", PASSWORD, "field country: 'XX' is not a country code"), ("KE", "short", "field password: ")],
)
def test_setup_that_fails_leaves_nothing_behind(db: None, country: str, password: str, complaint: str) -> None:
    answer = _run(
        "setup", "--organisation", "Umoja", "--country", country, "--email", "a@example.org", "--name", "A",
        env={"EGENMAKT_PASSWORD": password},
    )  # fmt: skip

    assert answer.exit_code == 1
    assert complaint in answer.stderr
    assert (User.objects.count(), Node.objects.count(), Event.objects.count()) == (0, 0, 0)


def test_a_user_is_added_given_a_role_and_loses_it(tree: Tree) -> None:
    env = {"EGENMAKT_PASSWORD": PASSWORD}
    where = ["--email", "neema@example.org", "--role", "facilitator", "--node", "north"]

    assert _run("user", "create", "--email", "Neema@example.org", "--name", "Neema", env=env).exit_code == 0
    assert _run("user", "grant", *where).output == "Neema is facilitator at North.\n"
    neema = User.objects.get(email="neema@example.org")
    assert [(grant.role, grant.node) for grant in grants_of(user=neema)] == [("facilitator", tree.north)]
    assert "neema@example.org\tNeema\tfacilitator at North" in _run("user", "list").output.splitlines()
    assert _run("user", "revoke", *where).exit_code == 0
    assert list(grants_of(user=neema)) == []
    assert _run("user", "revoke", *where).exit_code == 1


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--email", "x@example.org", "--role", "member", "--node", "North"], "Nobody signs in as x@example.org."),
        (["--email", "amina@example.org", "--role", "king", "--node", "North"], "'king' is not a role"),
        (["--email", "amina@example.org", "--role", "member", "--node", "Nowhere"], "There is no organisation"),
    ],
)
def test_a_role_that_cannot_be_given_is_said_in_words(tree: Tree, words: list[str], complaint: str) -> None:
    answer = _run("user", "grant", *words)

    assert (answer.exit_code, answer.stdout) == (1, "")
    assert complaint in answer.stderr


def test_a_forgotten_password_is_set_anew(tree: Tree) -> None:
    answer = _run("user", "password", "--email", "amina@example.org", env={"EGENMAKT_PASSWORD": PASSWORD})

    assert answer.exit_code == 0
    assert User.objects.get(email="amina@example.org").check_password(PASSWORD)
    assert _run("user", "codes-off", "--email", "amina@example.org").exit_code == 0


def _job(event: Event) -> None:
    record(by=None, at=AT, deed="noted", subject_kind="event", subject_id=event.id, node_id=None)


def test_work_does_what_is_waiting_and_stops(db: None, settings) -> None:
    settings.JOBS = {"meeting.recorded": (f"{__name__}._job",)}
    record(by=None, at=AT, deed="meeting.recorded", subject_kind="meeting", subject_id=1, node_id=None)

    assert _run("work", "--once").output == "Done: 1. To be tried again or looked at: 0.\n"
    assert _run("work", "--once").output == ""
    assert Event.objects.filter(deed="noted").count() == 1


@pytest.fixture
def installation(tmp_path: Path) -> dict[str, str]:
    """The environment of a fresh demonstration on SQLite, in a folder of its own."""
    keep = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "EGENMAKT_SECRET_KEY")}
    return {**keep, "EGENMAKT_HOME": str(tmp_path), "EGENMAKT_DEMO": "1", "EGENMAKT_PASSWORD": PASSWORD}


def _call(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "egenmakt.interfaces.cli.main", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)


def test_a_fresh_installation_is_served_and_let_into_by_one_click(installation: dict[str, str]) -> None:
    assert "run: egenmakt migrate" in _call(installation, "serve").stderr
    ready = _call(
        installation, "setup", "--organisation", "U", "--country", "KE", "--email", "a@example.org", "--name", "A"
    )
    assert ready.returncode == 0, ready.stderr
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "egenmakt.interfaces.cli.main", "serve", "--port", str(port)]
    server = subprocess.Popen(command, env=installation, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        lines = [server.stdout.readline().strip() for _ in range(3)]
        assert lines[0].startswith(f"Egenmakt is at http://localhost:{port}/")
        assert lines[2].startswith("A (administrator): http://localhost:")
        link = lines[2].split(": ", 1)[1].replace("localhost", "127.0.0.1")
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        with opener.open(_when_it_answers(f"http://127.0.0.1:{port}/sign-in/")) as page:
            assert page.headers["Content-Security-Policy"].startswith("default-src 'self'")
        with opener.open(f"{link}?next=/account/") as page:
            assert "a@example.org" in page.read().decode()
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=30)


@pytest.mark.once
def test_a_port_that_is_in_use_is_refused_with_another_one(db: None) -> None:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)  # as the server itself does
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        answer = _run("serve", "--port", str(port))

    assert (answer.exit_code, answer.stdout) == (1, "")
    assert f"Port {port} is in use already." in answer.stderr
    assert f"--port {port + 1}" in answer.stderr


@pytest.mark.once
def test_sqlite_is_served_by_one_process(db: None) -> None:
    answer = _run("serve", "--workers", "2")

    assert (answer.exit_code, answer.stdout) == (1, "")
    assert "SQLite is written by one process" in answer.stderr


def _when_it_answers(address: str) -> str:
    for _ in range(200):
        try:
            urllib.request.urlopen(address).close()
        except OSError:
            time.sleep(0.1)
        else:
            break
    return address
