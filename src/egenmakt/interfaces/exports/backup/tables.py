"""Which tables a backup holds, in which order they are loaded, and how a row becomes a line of JSON and back."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.apps import apps
from django.db import connection, models
from django.db.models import Case, IntegerField, QuerySet, Value, When

LEFT_OUT: Final = frozenset({"contenttypes.ContentType", "auth.Permission", "auth.Group", "sessions.Session"})
"""What `egenmakt migrate` makes anew, and who is signed in at the moment: after a restore everybody signs in again."""

LEFT_OUT_FIELDS: Final = {"ledger.Account": frozenset({"last_transfer"})}
"""What the database keeps for its own guards and sets again by itself."""

KEPT_BY_GUARDS: Final = {"ledger.Account": {"balance_minor": 0}}
"""What is dumped, is loaded as this, and must then be as it was dumped, because the guards have added it up again."""

AFTER: Final = {
    "ledger.JournalEntry": frozenset({"ledger.Transfer"}),
    "learning.Observation": frozenset({"learning.Interpretation"}),
    "reports.MonthlyReport": frozenset({"reports.MonthlyLine", "reports.MonthlyAnswer"}),
}
"""What seals others, or is published because of them, is loaded after them, although they point to it."""

ORDER: Final = {"reports.MonthlyReport": ("edition", "pk")}
"""A correction comes after what it corrects, whatever their ids."""

Model = type[models.Model]


class NotABackup(ValueError):
    """The file is not a backup, or its contents are not what its manifest says."""


def label(model: Model) -> str:
    """`ledger.Transfer`."""
    return model._meta.label


def tables() -> list[Model]:
    """Every table of the installation in the order in which it is loaded: what is pointed to comes first."""
    every = sorted(
        (
            model
            for model in apps.get_models(include_auto_created=True)
            if model._meta.managed and not model._meta.proxy and label(model) not in LEFT_OUT
            and not any(field.related_model and label(field.related_model) in LEFT_OUT for field in model._meta.fields)
        ),
        key=label,
    )  # fmt: skip
    waits_for = {label(model): _needs(model) for model in every}
    known, ordered = {label(model): model for model in every}, []
    while waits_for:
        ready = next(name for name, needs in waits_for.items() if not needs & waits_for.keys())
        del waits_for[ready]
        ordered.append(known[ready])
    return ordered


def _needs(model: Model) -> set[str]:
    name = label(model)
    needs = {label(field.related_model) for field in model._meta.fields if field.related_model} - {name}
    needs -= {later for later, first in AFTER.items() if name in first}
    return needs | AFTER.get(name, frozenset())


def fields(model: Model) -> list[models.Field[Any, Any]]:
    """The columns that are kept."""
    left_out = LEFT_OUT_FIELDS.get(label(model), frozenset())
    return [field for field in model._meta.concrete_fields if field.name not in left_out and not field.generated]


def in_order(model: Model) -> QuerySet[Any]:
    """All rows in an order that is the same on every database.

    Transfers come book by book, and in a book as they were recorded: so that a reversal comes after what it reverses,
    and a book can be loaded at once.
    """
    rows = model._base_manager.all()
    if label(model) != "ledger.Transfer":
        return rows.order_by(*ORDER.get(label(model), ("pk",)))
    is_correction = Case(When(entry__kind="correction", then=Value(1)), default=Value(0), output_field=IntegerField())
    return rows.order_by("book_id", "entry__posted_at", is_correction, "entry__position", "entry_id", "sequence")


def lines(model: Model) -> Iterator[bytes]:
    """The rows of a table as lines of JSON, each a list of the columns' values."""
    names = [field.attname for field in fields(model)]
    for row in in_order(model).values_list(*names).iterator(chunk_size=2000):
        yield (
            json.dumps(
                [_plain(value) for value in row], ensure_ascii=False, sort_keys=True, separators=(",", ":")
            ).encode()
            + b"\n"
        )


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, (UUID, Decimal)):
        return str(value)
    if isinstance(value, (bytes, memoryview)):
        return base64.b64encode(bytes(value)).decode()
    return value


def read_lines(model: Model, content: Iterable[bytes]) -> Iterator[list[Any]]:
    """The rows of a table from lines of JSON, as the database takes them. Raises: NotABackup."""
    columns = fields(model)
    replaced = KEPT_BY_GUARDS.get(label(model), {})
    for number, line in enumerate(content, start=1):
        try:
            values = json.loads(line)
            if len(values) != len(columns):
                raise ValueError(f"{len(values)} values for {len(columns)} columns")
            yield [
                _prepared(field, replaced.get(field.name, value)) for field, value in zip(columns, values, strict=True)
            ]
        except (ValueError, TypeError, ArithmeticError) as error:
            raise NotABackup(f"{label(model)}, row {number} cannot be read: {error}") from None


def _prepared(field: models.Field[Any, Any], value: Any) -> Any:
    if value is not None and isinstance(field, models.BinaryField):
        value = base64.b64decode(value, validate=True)
    elif value is not None and not isinstance(field, models.JSONField):
        target = field.target_field if isinstance(field, models.ForeignKey) else field
        value = target.to_python(value)
    return field.get_db_prep_save(value, connection)


def column_names(model: Model) -> Sequence[str]:
    """The names of the columns in the database, quoted."""
    return [connection.ops.quote_name(str(field.column)) for field in fields(model)]
