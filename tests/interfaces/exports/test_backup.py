"""A whole installation in one file and back: the same rows, under the same guards, on both databases."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

import psycopg
import pytest
from django.db import transaction

from egenmakt.apps.audit.models import Event
from egenmakt.apps.groups.models import Meeting
from egenmakt.apps.ledger.models import Account, Transfer
from egenmakt.apps.ledger.queries import cash_flow
from egenmakt.interfaces.exports.backup import encryption
from egenmakt.interfaces.exports.backup.dumping import write_backup
from egenmakt.interfaces.exports.backup.encryption import (
    CHUNK,
    CannotDecrypt,
    DecryptingReader,
    EncryptingWriter,
    WeakPassphrase,
)
from egenmakt.interfaces.exports.backup.restoring import NotEmpty, NotRestored, OtherVersion, read_manifest, restore
from egenmakt.interfaces.exports.backup.tables import NotABackup, label, tables
from tests.support.tree import Tree, grow
from tests.verify.example import busy_group

pytestmark = pytest.mark.django_db  # so that the database is there for the one backup

AT = datetime(2026, 6, 1, 8, tzinfo=UTC)
PASSPHRASE = "kuku wa kienyeji saba"


@pytest.fixture(autouse=True)
def _cheap_scrypt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encryption, "SCRYPT_COST", 6)


@pytest.fixture(scope="module")
def backup(django_db_setup: None, django_db_blocker: Any) -> bytes:
    """The backup of a database with a tree, users and a busy group; the database is empty again afterwards."""
    buffer = io.BytesIO()
    with django_db_blocker.unblock(), transaction.atomic():
        busy_group(grow())
        write_backup(into=buffer, at=AT)
        transaction.set_rollback(True)
    return buffer.getvalue()


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: dict[str, bytes]) -> io.BytesIO:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    buffer.seek(0)
    return buffer


def summaries(content: bytes) -> dict[str, tuple[int, str]]:
    """Rows and SHA-256 by table, without the trail, to which a restore adds its own line."""
    manifest = json.loads(parts_of(content)["manifest.json"])
    return {t["table"]: (t["rows"], t["sha256"]) for t in manifest["tables"] if not t["table"].startswith("audit.")}


def test_everything_comes_back_and_is_verified(backup: bytes) -> None:
    manifest = restore(file=io.BytesIO(backup), at=AT)

    assert sum(t["rows"] for t in manifest["tables"]) > 200
    assert Meeting.objects.count() == 5
    assert all(flow.is_proved for flow in cash_flow().values())
    assert Account.objects.get(kind="bank").balance_minor == 20_000
    again = io.BytesIO()
    write_backup(into=again, at=AT)
    assert summaries(again.getvalue()) == summaries(backup)
    assert Event.objects.filter(deed="backup.restored").count() == 1


def test_a_restored_group_goes_on(backup: bytes) -> None:
    restore(file=io.BytesIO(backup), at=AT)
    from egenmakt.apps.groups.models import OfficeHeld, SavingsGroup
    from egenmakt.apps.groups.state import state_now

    group = SavingsGroup.objects.get()
    member = group.memberships.get(number=5)
    # the next number of a table that counts by itself follows the restored ones
    office = OfficeHeld.objects.create(membership=member, office="key_holder", from_on=AT.date())

    assert office.id > max(OfficeHeld.objects.exclude(id=office.id).values_list("id", flat=True))
    assert state_now(group=group, on=AT.date()).last_number == 5


def test_the_guards_stand_after_a_restore(backup: bytes) -> None:
    from django.db import IntegrityError

    restore(file=io.BytesIO(backup), at=AT)

    with pytest.raises(IntegrityError), transaction.atomic():
        Transfer.objects.update(amount_minor=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.update(balance_minor=1)


def test_every_table_is_in_the_backup_but_those_that_are_made_anew() -> None:
    from django.apps import apps

    every = {label(m) for m in apps.get_models(include_auto_created=True) if m._meta.managed and not m._meta.proxy}
    kept = {label(model) for model in tables()}

    assert every - kept == {
        "auth.Group", "auth.Group_permissions", "auth.Permission", "contenttypes.ContentType", "sessions.Session",
    }  # fmt: skip


def test_a_database_that_is_not_empty_is_refused(backup: bytes, tree: Tree) -> None:
    before = Event.objects.count()

    with pytest.raises(NotEmpty, match="there are rows in"):
        restore(file=io.BytesIO(backup), at=AT)

    assert Event.objects.count() == before


def edited(parts: dict[str, bytes], table: str, change: Callable[[list[Any]], None]) -> dict[str, bytes]:
    """The same backup with the first row of a table changed, and the manifest as it was."""
    name = f"tables/{table}.jsonl"
    first, *others = parts[name].splitlines(keepends=True)
    row = json.loads(first)
    change(row)
    return {**parts, name: b"".join([json.dumps(row, separators=(",", ":")).encode() + b"\n", *others])}


@pytest.mark.parametrize(
    ("table", "column", "value", "says"),
    [
        ("ledger.Account", 4, 7, "rows of ledger.Account were changed"),
        ("ledger.Transfer", 6, 1, "rows of ledger.Transfer were changed"),
        ("people.Person", 2, "Somebody else", "rows of people.Person were changed"),
    ],
)
def test_a_changed_row_is_found_and_nothing_is_kept(
    backup: bytes, table: str, column: int, value: object, says: str
) -> None:
    changed = edited(parts_of(backup), table, lambda row: row.__setitem__(column, value))

    with pytest.raises(NotABackup, match=says):
        restore(file=zipped(changed), at=AT)

    assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("table", "column", "value", "says"),
    [
        ("ledger.Account", 4, 7, "ledger.Account is not what was backed up"),
        ("ledger.Transfer", 6, 1, "miscounted"),
        ("groups.Meeting", 1, "0192f0c1-2b3c-7d4e-8f90-1a2b3c4d5e6f", "refused"),
    ],
)
def test_a_change_whose_hash_is_made_to_fit_is_refused_by_the_guards(
    backup: bytes, table: str, column: int, value: object, says: str
) -> None:
    changed = edited(parts_of(backup), table, lambda row: row.__setitem__(column, value))
    manifest = json.loads(changed["manifest.json"])
    for each in manifest["tables"]:
        each["sha256"] = hashlib.sha256(changed[f"tables/{each['table']}.jsonl"]).hexdigest()

    with pytest.raises(NotRestored, match=says):
        restore(file=zipped({**changed, "manifest.json": json.dumps(manifest).encode()}), at=AT)

    assert not Event.objects.exists()


def test_a_missing_row_and_a_missing_table_are_found(backup: bytes) -> None:
    parts = parts_of(backup)
    name = "tables/axes.AccessLog.jsonl"
    people = "tables/groups.Goal.jsonl"
    offices = "tables/groups.OfficeHeld.jsonl"

    with pytest.raises(NotABackup, match=r"rows of groups\.OfficeHeld were changed"):
        restore(file=zipped({**parts, offices: b"".join(parts[offices].splitlines(keepends=True)[1:])}), at=AT)
    with pytest.raises(NotABackup, match="is missing in the backup"):
        restore(file=zipped({key: value for key, value in parts.items() if key != name}), at=AT)
    with pytest.raises(NotABackup, match="row 1 cannot be read"):
        restore(file=zipped({**parts, people: b"[1, 2]\n"}), at=AT)
    assert not Event.objects.exists()


def test_the_backup_of_another_version_is_refused(backup: bytes) -> None:
    parts = parts_of(backup)
    manifest = json.loads(parts["manifest.json"])
    manifest["migrations"].append("groups.0099_later")

    with pytest.raises(OtherVersion, match=r"it has groups\.0099_later"):
        restore(file=zipped({**parts, "manifest.json": json.dumps(manifest).encode()}), at=AT)


@pytest.mark.parametrize("content", [b"", b"no", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_backup_is_refused(content: bytes) -> None:
    with pytest.raises(NotABackup):
        restore(file=io.BytesIO(content), at=AT)


def test_a_damaged_backup_is_refused(backup: bytes) -> None:
    broken = bytearray(backup)
    broken[200:260] = bytes(60)

    with pytest.raises((NotABackup, NotRestored)):
        restore(file=io.BytesIO(bytes(broken)), at=AT)

    assert not Event.objects.exists()


def encrypted(content: bytes) -> bytes:
    buffer = io.BytesIO()
    writer = EncryptingWriter(buffer, PASSPHRASE)
    writer.write(content)
    writer.finish()
    return buffer.getvalue()


def opened(secret: IO[bytes]) -> IO[bytes]:
    return io.BufferedReader(DecryptingReader(secret, PASSPHRASE))


def test_an_encrypted_backup_holds_nothing_readable_and_comes_back(tree: Tree) -> None:
    secret = io.BytesIO()
    write_backup(into=secret, at=AT, passphrase=PASSPHRASE)

    assert b"Tumaini" not in secret.getvalue()
    assert b"tables/" not in secret.getvalue()
    with zipfile.ZipFile(opened(secret)) as archive:
        rows = {t["table"]: t["rows"] for t in read_manifest(archive)["tables"]}
        assert archive.testzip() is None
    assert rows["people.Node"] == 9
    assert Event.objects.get(deed="backup.made").data == {"rows": sum(rows.values()), "encrypted": True}


def test_an_encrypted_backup_is_restored(backup: bytes) -> None:
    restore(file=io.BytesIO(encrypted(backup)), at=AT, passphrase=PASSPHRASE)

    assert Meeting.objects.count() == 5


def test_a_wrong_or_missing_passphrase_says_so(backup: bytes) -> None:
    secret = encrypted(backup)

    with pytest.raises(CannotDecrypt, match="The passphrase is wrong"):
        restore(file=io.BytesIO(secret), at=AT, passphrase="something else entirely")
    with pytest.raises(CannotDecrypt, match="give its passphrase"):
        restore(file=io.BytesIO(secret), at=AT)
    with pytest.raises(WeakPassphrase, match="at least 12"):
        EncryptingWriter(io.BytesIO(), "short")


@pytest.mark.parametrize("length", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 17])
def test_what_is_encrypted_is_read_back_from_any_place(length: int) -> None:
    content = os.urandom(length)
    reader = opened(io.BytesIO(encrypted(content)))

    assert reader.read() == content
    for place in (0, length // 2, max(0, length - 3)):
        reader.seek(place)
        assert reader.read(5) == content[place : place + 5]


def test_every_cut_change_and_swap_of_an_encrypted_file_is_noticed() -> None:
    content = os.urandom(3 * CHUNK + 100)
    secret = encrypted(content)
    chunk, header = CHUNK + 16, len(secret) - (3 * (CHUNK + 16) + 116)
    first, second = secret[header : header + chunk], secret[header + chunk : header + 2 * chunk]
    damaged = [
        secret[:-1],
        secret[:-116],  # cut at the border of a chunk
        secret[: header + chunk],
        secret[:header],
        secret[:10],
        secret + b"x",
        secret[:header] + second + first + secret[header + 2 * chunk :],
        secret[:header] + second + secret[header + 2 * chunk :],
        *(_flipped(secret, place) for place in (30, 40, 60, header + 5, header + chunk + 9, len(secret) - 3)),
    ]
    for broken in damaged:
        with pytest.raises(CannotDecrypt):
            DecryptingReader(io.BytesIO(broken), PASSPHRASE).read()


def _flipped(content: bytes, place: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


EACH = """
import json, sys
from click.testing import CliRunner
from egenmakt.interfaces.cli.main import group
done = [CliRunner().invoke(group, words) for words in json.loads(sys.argv[1])]
print(json.dumps([[each.exit_code, each.stdout, each.stderr] for each in done]))
"""


def _commands(home: Path, url: str, *calls: list[str]) -> list[tuple[int, str, str]]:
    """Commands one after the other in an installation of its own, and how each ended and what it said.

    In one process: to start it costs more than most of them.
    """
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL",)}
    environment |= {"EGENMAKT_HOME": str(home), "EGENMAKT_BACKUP_PASSPHRASE": PASSPHRASE}
    environment |= {"DATABASE_URL": url} if url else {}
    program = [sys.executable, "-c", EACH, json.dumps(calls)]
    done = subprocess.run(program, env=environment, stdout=subprocess.PIPE, text=True, check=True, timeout=240)
    return [tuple(each) for each in json.loads(done.stdout)]


def _new_database(server: str, name: str) -> str:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    address, _, query = server.partition("?")
    return f"{address.rpartition('/')[0]}/{quote(name)}?{query}"


@pytest.mark.once
@pytest.mark.postgresql
def test_a_backup_goes_to_sqlite_to_postgresql_and_back(backup: bytes, postgresql_url: str, tmp_path: Path) -> None:
    """By the commands themselves, encrypted on the way, and checked on each database."""
    start = tmp_path / "start.zip"
    start.write_bytes(backup)
    stations = [("", "one"), (_new_database(postgresql_url, "restored"), "two"), ("", "three")]
    file = start
    for url, name in stations:
        home = tmp_path / name
        home.mkdir()
        out = home / "next.backup"
        steps = [["restore", str(file)], ["check"], ["backup", "--encrypt", "--out", str(out)], ["restore", str(start)]]

        restored, checked, written, again = _commands(home, url, *steps)

        assert (restored[0], restored[2]) == (0, "")
        assert checked[0] == 0, checked[2]
        assert "All is right: 20 balances, 1 groups, 5 meetings." in checked[1]
        assert written[0] == 0, written[2]
        assert out.stat().st_mode & 0o777 == 0o600
        assert again[0] == 1
        assert "The database is not empty" in again[2]
        file = out

    with zipfile.ZipFile(opened(file.open("rb"))) as archive:
        last = zipped({name: archive.read(name) for name in archive.namelist()}).getvalue()
    assert summaries(last) == summaries(backup)
