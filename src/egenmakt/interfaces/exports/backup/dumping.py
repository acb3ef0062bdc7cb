"""Writing a backup: all tables as they are at one moment, into a zip of JSON lines with a manifest."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib.metadata import version
from typing import IO, Any, Final, Protocol, cast

from django.db import connection, connections, transaction
from django.db.migrations.recorder import MigrationRecorder

from egenmakt.apps.audit.services import record
from egenmakt.apps.stories.files import read_file
from egenmakt.apps.stories.models import Attachment
from egenmakt.interfaces.exports.backup.encryption import EncryptingWriter
from egenmakt.interfaces.exports.backup.tables import Model, fields, label, lines, tables

FORMAT: Final = "egenmakt/backup/2"
MANIFEST: Final = "manifest.json"
FILES: Final = "files/"
"""Before the names of attachments of stories."""
Manifest = dict[str, Any]
Steps = Callable[[Iterable[Model], int], Iterable[Model]]
"""Goes through the tables and shows how far it has come."""


class SqliteWrapper(Protocol):
    """What Django's connection to SQLite has, and its type does not say: the word after BEGIN."""

    transaction_mode: str | None


def file_of(model: Model) -> str:
    """`tables/ledger.Transfer.jsonl`."""
    return f"tables/{label(model)}.jsonl"


def migrations() -> list[str]:
    """The migrations that have run: a backup is restored into a database of the same shape."""
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


@contextmanager
def _one_moment() -> Iterator[None]:
    """A transaction that sees the database as it is now, whatever others write meanwhile, and stops nobody."""
    if connection.vendor == "sqlite":
        # the setting takes the write lock at once, for which reading has no need
        wrapper = cast("SqliteWrapper", connections[connection.alias])
        mode, wrapper.transaction_mode = wrapper.transaction_mode, "DEFERRED"
        try:
            with transaction.atomic():
                yield
        finally:
            wrapper.transaction_mode = mode
        return
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def table_summary(model: Model, into: IO[bytes] | None = None) -> dict[str, Any]:
    """A table's columns, number of rows and SHA-256; its lines are written on the way."""
    digest, count = hashlib.sha256(), 0
    for line in lines(model):
        digest.update(line)
        count += 1
        if into is not None:
            into.write(line)
    columns = [str(field.column) for field in fields(model)]
    return {"table": label(model), "columns": columns, "rows": count, "sha256": digest.hexdigest()}


def write_backup(
    *, into: IO[bytes], at: datetime, passphrase: str | None = None, steps: Steps = lambda models, _: models
) -> Manifest:
    """Write the whole database into a file, encrypted when a passphrase is given.

    Returns: the manifest, with the number of rows of each table. Raises: WeakPassphrase. An audit event is written
    after the backup, which therefore does not hold it.
    """
    target = EncryptingWriter(into, passphrase) if passphrase is not None else into
    models = tables()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive, _one_moment():
        summaries = []
        for model in steps(models, len(models)):
            with archive.open(_entry(file_of(model)), "w", force_zip64=True) as file:
                summaries.append(table_summary(model, file))
        files = list(_write_files(archive))
        manifest = {
            "format": FORMAT,
            "program": version("egenmakt"),
            "made_at": at.isoformat(),
            "database": connection.vendor,
            "migrations": migrations(),
            "tables": summaries,
            "files": files,
        }
        with archive.open(_entry(MANIFEST), "w") as file:
            file.write(json.dumps(manifest, indent=1).encode())
    if isinstance(target, EncryptingWriter):
        target.finish()
    with transaction.atomic():
        data = {"rows": sum(each["rows"] for each in summaries), "encrypted": passphrase is not None}
        record(
            by=None,
            at=at,
            deed="backup.made",
            subject_kind="installation",
            subject_id="backup",
            node_id=None,
            data=data,
        )
    return manifest


def _write_files(archive: zipfile.ZipFile) -> Iterator[dict[str, Any]]:
    """The photos and voices of stories. One whose file is not on the disk is left out; its row says that it was."""
    for id in Attachment.objects.filter(stored_at__isnull=False).order_by("id").values_list("id", flat=True).iterator():
        try:
            content = read_file(attachment_id=id)
        except FileNotFoundError:
            continue
        with archive.open(_entry(f"{FILES}{id}"), "w") as file:
            file.write(content)
        yield {"id": str(id), "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o600 << 16
    return entry
