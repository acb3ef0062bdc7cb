"""Bringing a backup into an empty database, under all of its guards, and proving that it is the same."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import IO, Any, Final
from uuid import UUID

from django.core.management.color import no_style
from django.db import DatabaseError, connection, transaction

from egenmakt.apps.audit.guards import all_guards, missing
from egenmakt.apps.audit.services import record
from egenmakt.apps.ledger.checks import audit_books, audit_entries
from egenmakt.apps.stories.erased_list import read_list
from egenmakt.apps.stories.files import remove_files, write_file
from egenmakt.apps.stories.models import Attachment
from egenmakt.apps.stories.services.erasing import erase_again
from egenmakt.interfaces.exports.backup.dumping import (
    FILES,
    FORMAT,
    MANIFEST,
    Manifest,
    Steps,
    file_of,
    migrations,
    table_summary,
)
from egenmakt.interfaces.exports.backup.encryption import CannotDecrypt, DecryptingReader, is_encrypted
from egenmakt.interfaces.exports.backup.tables import (
    Model,
    NotABackup,
    column_names,
    fields,
    label,
    read_lines,
    tables,
)

MANIFEST_BYTES_MAX: Final = 10_000_000
BATCH: Final = 500


class NotEmpty(ValueError):
    """A backup is restored into an empty database only."""


class OtherVersion(ValueError):
    """The backup was made by another version of the program."""


class NotRestored(ValueError):
    """The database refused a row, or what was restored is not what was backed up. Nothing was kept."""


def open_backup(file: IO[bytes], passphrase: str | None) -> zipfile.ZipFile:
    """The backup as a zip. Raises: NotABackup; CannotDecrypt, also when a passphrase is needed and none was given."""
    source: IO[bytes] = file
    if is_encrypted(file):
        if passphrase is None:
            raise CannotDecrypt("The backup is encrypted: give its passphrase.")
        source = io.BufferedReader(DecryptingReader(file, passphrase), 1 << 16)
    try:
        return zipfile.ZipFile(source)
    except zipfile.BadZipFile:
        raise NotABackup("The file is not a backup, or is cut short.") from None


def read_manifest(archive: zipfile.ZipFile) -> Manifest:
    """What the backup says about itself. Raises: NotABackup."""
    try:
        with archive.open(MANIFEST) as file:
            manifest: Manifest = json.loads(file.read(MANIFEST_BYTES_MAX))
        known = {"format", "program", "made_at", "database", "migrations", "tables", "files"}
        if set(manifest) != known or manifest["format"] != FORMAT:
            raise ValueError("it is of another format")
        for each in manifest["tables"]:
            if not isinstance(each["rows"], int) or not isinstance(each["sha256"], str):
                raise TypeError("a table is not described")
        for each in manifest["files"]:
            if str(UUID(each["id"])) != each["id"] or not isinstance(each["sha256"], str):
                raise TypeError("a file is not described")
    except (KeyError, TypeError, ValueError, zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise NotABackup(f"The file has no manifest of a backup: {error}") from None
    return manifest


def restore(
    *,
    file: IO[bytes],
    at: datetime,
    passphrase: str | None = None,
    steps: Steps = lambda models, _: models,
    erased: Iterable[str] = (),
) -> Manifest:
    """Bring a backup into this database, as `restore_opened` does."""
    with open_backup(file, passphrase) as archive:
        return restore_opened(archive=archive, at=at, steps=steps, erased=erased)


def restore_opened(
    *,
    archive: zipfile.ZipFile,
    at: datetime,
    steps: Steps = lambda models, _: models,
    erased: Iterable[str] = (),
) -> Manifest:
    """Bring a backup into this database: all of it, or nothing. The guards stay in force.

    Args: erased, hashes of the ids of stories that were erased after the backup was made; they are erased again before
    anybody can read them, beside those on the list of this installation.

    Afterwards each table is read back and its SHA-256 compared with the one in the manifest, and all balances are added
    up again. Raises: NotABackup, CannotDecrypt, NotEmpty, OtherVersion, NotRestored.
    """
    models = tables()
    gone = read_list() | set(erased)
    written: list[UUID] = []
    manifest = read_manifest(archive)
    _check_fits(manifest, models)
    described = {each["table"]: each["sha256"] for each in manifest["tables"]}
    try:
        with transaction.atomic():
            for model in models:
                if model._base_manager.exists():
                    raise NotEmpty(f"The database is not empty: there are rows in {label(model)}.")
            for model in steps(models, len(models)):
                _load(archive, model, described[label(model)])
            _verify(manifest, models)
            erase_again(id_hashes=gone, at=at)
            _load_files(archive, manifest, written)
            data = {"made_at": manifest["made_at"], "rows": sum(each["rows"] for each in manifest["tables"])}
            record(
                by=None, at=at, deed="backup.restored", subject_kind="installation", subject_id="backup",
                node_id=None, data=data,
            )  # fmt: skip
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        remove_files(attachment_ids=written)
        raise NotABackup(f"The backup is damaged: {error}") from None
    except (NotABackup, NotRestored):
        remove_files(attachment_ids=written)
        raise
    except DatabaseError as error:
        remove_files(attachment_ids=written)
        raise NotRestored(f"The database refused the backup: {str(error).strip()}") from error
    return manifest


def _load_files(archive: zipfile.ZipFile, manifest: Manifest, written: list[UUID]) -> None:
    """Write the files whose attachments are there after what was erased is gone; each is compared with its row."""
    wanted = dict(Attachment.objects.filter(stored_at__isnull=False).values_list("id", "stored_sha256"))
    for each in manifest["files"]:
        id = UUID(each["id"])
        if id not in wanted:
            continue
        try:
            content = archive.read(f"{FILES}{id}")
        except KeyError:
            raise NotABackup(f"The file {id} is missing in the backup.") from None
        if hashlib.sha256(content).hexdigest() != wanted[id]:
            raise NotABackup(f"The file {id} was changed after the backup was made: its SHA-256 differs.")
        written.append(id)
        write_file(attachment_id=id, content=content)


def _check_fits(manifest: Manifest, models: list[Model]) -> None:
    here, there = set(migrations()), set(manifest["migrations"])
    if here != there:
        missing_here, more_here = sorted(there - here), sorted(here - there)
        which = f"it has {missing_here[0]}" if missing_here else f"it lacks {more_here[0]}"
        raise OtherVersion(
            f"The backup was made by version {manifest['program']} with other tables ({which}). "
            "Restore it with that version, and then run: egenmakt migrate"
        )
    expected = {label(model): [str(field.column) for field in fields(model)] for model in models}
    if {each["table"]: each["columns"] for each in manifest["tables"]} != expected:
        raise NotABackup("The tables of the backup are not those of this version.")


def _load(archive: zipfile.ZipFile, model: Model, expected: str) -> None:
    digest = hashlib.sha256()

    def hashed(lines: Iterable[bytes]) -> Iterator[bytes]:
        for line in lines:
            digest.update(line)
            yield line

    try:
        file = archive.open(file_of(model))
    except KeyError:
        raise NotABackup(f"The table {label(model)} is missing in the backup.") from None
    with file:
        for batch in _batches(model, read_lines(model, hashed(file))):
            _insert(model, batch)
    if digest.hexdigest() != expected:
        raise NotABackup(f"The rows of {label(model)} were changed after the backup was made: their SHA-256 differs.")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), [model]):
                cursor.execute(statement)


def _batches(model: Model, rows: Iterator[list[Any]]) -> Iterator[list[list[Any]]]:
    """Rows in portions. Transfers by whole books, because the guards look at a book after each statement."""
    book = None
    if label(model) == "ledger.Transfer":
        book = [field.name for field in fields(model)].index("book")
    batch: list[list[Any]] = []
    for row in rows:
        if len(batch) >= BATCH and (book is None or row[book] != batch[-1][book]):
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def _insert(model: Model, rows: list[list[Any]]) -> None:
    table, columns = connection.ops.quote_name(model._meta.db_table), ", ".join(column_names(model))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Django turns the errors of execute into its own, but not those of COPY
            with connection.wrap_database_errors, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(rows[0]))
        in_turn = _reversed_first(model, rows) if label(model) == "ledger.Transfer" else rows
        statement = f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608  the models' own names only
        cursor.executemany(statement, list(in_turn))


def _reversed_first(model: Model, rows: list[list[Any]]) -> Iterable[list[Any]]:
    """Transfers in their order, but none before the one that it reverses: SQLite looks at each row by itself.

    Entries that were recorded at the very same moment have no order of their own.
    """
    names = [field.name for field in fields(model)]
    id_, reverses = names.index("id"), names.index("reverses")
    here, done, waiting = {row[id_] for row in rows}, set(), {}
    for row in rows:
        if row[reverses] in here and row[reverses] not in done:
            waiting[row[reverses]] = row
            continue
        following: list[Any] | None = row
        while following is not None:
            done.add(following[id_])
            yield following
            following = waiting.pop(following[id_], None)
    yield from waiting.values()  # a circle: the guards refuse it


def _verify(manifest: Manifest, models: list[Model]) -> None:
    """What is now in the database is what was dumped, and it adds up."""
    connection.check_constraints()
    described = {each["table"]: each for each in manifest["tables"]}
    for model in models:
        wanted, found = described[label(model)], table_summary(model)
        if found["rows"] != wanted["rows"]:
            raise NotRestored(f"{label(model)} has {found['rows']} rows; the backup should hold {wanted['rows']}.")
        if found["sha256"] != wanted["sha256"]:
            raise NotRestored(f"{label(model)} is not what was backed up: its SHA-256 differs from the manifest's.")
    if faults := audit_books():
        raise NotRestored(f"{len(faults)} balances are not the sum of their transfers, such as {faults[0].account}.")
    if broken := audit_entries():
        raise NotRestored(f"{len(broken)} entries are not as they were sealed, such as {broken[0].entry_id}.")
    if absent := missing(connection, all_guards()):
        raise NotRestored(f"The database lacks its guards {', '.join(absent)}.")
