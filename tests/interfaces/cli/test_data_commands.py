"""`egenmakt export`, `verify` and `check`, as they are called."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.db import connection
from uuid6 import uuid7

from egenmakt.apps.audit.guards import all_guards, remove
from egenmakt.apps.audit.models import Event
from egenmakt.apps.groups.models import Arrival, Meeting
from egenmakt.apps.ledger.models import Account
from egenmakt.interfaces.cli.main import group as program
from egenmakt_verify import verify
from tests.support.groups import START, Group, form_group
from tests.support.tree import Tree

EMPTY_ZIP = b"PK\x05\x06" + bytes(18)
"""A zip file in which there is nothing."""


def run(*words: str) -> Result:
    return CliRunner().invoke(program, list(words))


@pytest.fixture
def saving(tree: Tree) -> Group:
    group = form_group(tree)
    group.meet(START, [{"type": "shares", "member": group.id("Amina"), "shares": 3}])
    return group


def test_a_group_is_exported_and_verified(saving: Group, tmp_path: Path) -> None:
    file = str(tmp_path / "group.zip")

    exported, verified, coded = (
        run("export", str(saving.row.id), "--out", file),
        run("verify", file),
        run("verify", file, "--json"),
    )

    assert exported.exit_code == 0, exported.output
    assert Path(file).stat().st_mode & 0o777 == 0o600
    assert verified.output.startswith("agrees: 5 members, 1 meetings")
    assert json.loads(coded.output)["agrees"] is True
    assert Event.objects.get(deed="group.exported").node_id == saving.row.id


def test_a_file_that_is_there_is_not_written_over_by_accident(saving: Group, tmp_path: Path) -> None:
    file = tmp_path / "group.zip"
    file.write_bytes(b"precious")

    refused = run("export", str(saving.row.id), "--out", str(file))

    assert (refused.exit_code, file.read_bytes()) == (1, b"precious")
    assert run("export", str(saving.row.id), "--out", str(file), "--force").exit_code == 0
    assert verify(file).agrees


def test_all_groups_below_a_partner_are_exported(tree: Tree, saving: Group, tmp_path: Path) -> None:
    form_group(tree, name="Tumaini Savings")
    refused = run("export", "South", "--out", str(tmp_path / "x"))

    exported = run("export", str(saving.row.id), "--all", "--out", str(tmp_path / "one"))

    assert "South is no group" in refused.output
    assert exported.exit_code == 0
    assert all(verify(file).agrees for file in (tmp_path / "one").iterdir())


def test_what_cannot_be_exported_says_so(tree: Tree, tmp_path: Path) -> None:
    out = str(tmp_path / "x.zip")

    assert "has no book yet" in run("export", "Tumaini", "--out", out).output
    assert "There is no organisation" in run("export", str(uuid7()), "--out", out).output
    assert not list(tmp_path.iterdir())


def test_verify_ends_with_one_and_names_the_line(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"no zip")

    answer = run("verify", str(tmp_path / "x.zip"))

    assert answer.exit_code == 1
    assert "does not agree: x.zip" in answer.output


def test_check_says_how_much_is_right(saving: Group) -> None:
    answer = run("check")

    assert (answer.exit_code, answer.output) == (0, "All is right: 2 balances, 1 groups, 1 meetings.\n")


def _without_guards(sql: str, parameters: list[Any]) -> None:
    """What somebody with the database's own password could do."""
    with connection.schema_editor() if connection.vendor == "postgresql" else _no_editor() as editor:
        remove(all_guards(), editor)
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


class _no_editor:  # noqa: N801  stands in for SQLite's schema editor, which cannot run inside a transaction
    connection = connection

    def __enter__(self) -> _no_editor:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def execute(self, sql: str, params: object = None) -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql)


def test_check_finds_a_balance_that_was_changed_by_hand(saving: Group) -> None:
    account = Account.objects.get(kind="shares")
    _without_guards("UPDATE ledger_account SET balance_minor = 99999 WHERE kind = %s", ["shares"])

    answer = run("check")

    assert answer.exit_code == 1
    assert f"account {account.ref.key}: the balance is 99999, but its transfers add up to 30000." in answer.output
    assert "lacks its guard ledger_account_by_transfer_only" in answer.output


def test_check_finds_a_document_that_was_changed_by_hand(saving: Group) -> None:
    arrival = Arrival.objects.get()
    changed = bytes(arrival.content).replace(b'"shares":3', b'"shares":4')
    _without_guards("UPDATE groups_arrival SET content = %s", [changed])

    answer = run("check")

    assert answer.exit_code == 1
    assert f"Group {saving.row.id}, meeting 1: the document is not the one that was recorded." in answer.output


def test_check_finds_a_broken_link(saving: Group) -> None:
    saving.meet(START, [])
    _without_guards("UPDATE groups_meeting SET previous_hash = %s WHERE number = 2", ["0" * 64])

    answer = run("check")

    assert "meeting 2: the chain is broken before it" in answer.output
    assert Meeting.objects.count() == 2


@pytest.mark.once
@pytest.mark.parametrize("content", [b"", b"no backup at all", b"PK\x03\x04 cut short", EMPTY_ZIP])
def test_restoring_what_is_no_backup_leaves_no_database_behind(content: bytes, tmp_path: Path) -> None:
    file, home = tmp_path / "backup.zip", tmp_path / "home"
    file.write_bytes(content)
    environment = {
        **os.environ,
        "EGENMAKT_HOME": str(home),
        "DATABASE_URL": "",
        "EGENMAKT_SECRET_KEY": "only-for-tests",
    }

    command = [sys.executable, "-m", "egenmakt.interfaces.cli.main", "restore", str(file)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "not a backup" in done.stderr or "no manifest of a backup" in done.stderr
    assert list(home.glob("*.sqlite3*")) == []
