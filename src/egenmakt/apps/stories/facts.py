"""Facts about stories as Parquet files: one folder for each organisation and month, without a word that was told.

Only stories whose tellers allow learning. Texts, titles, own words, places and attachments never get here; what leaves
the organisation goes through `core/disclosure.py` on top. A file is made anew, whole, whenever one of its stories
changes, so that an erased story is in no file.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db.models.functions import TruncMonth

from egenmakt.apps.stories.frameworks import framework_of
from egenmakt.apps.stories.models import FrameworkVersion, Story
from egenmakt.apps.stories.queries.table import iterate_rows

CLOSED: Final = frozenset(
    {"change_type", "single", "several", "picture", "slider", "dyad", "triad", "stones", "number", "date"}
)
"""Types of question whose answers hold no words of the teller's own."""


LINES_AT_ONCE: Final = 100_000


def facts_folder() -> Path:
    """Where the files lie."""
    return Path(settings.HOME) / "facts" / "stories"


def month_of(at: datetime) -> str:
    """The month in which a story stands: that of its arrival, which never changes."""
    return at.astimezone(UTC).strftime("%Y-%m")


def path_of(*, organisation_id: UUID, month: str) -> Path:
    """The file of an organisation's month; ibis and DuckDB read the folder names as columns."""
    return facts_folder() / f"organisation={organisation_id}" / f"month={month}" / "answers.parquet"


def drop_facts(*, organisation_id: UUID, month: str) -> bool:
    """Remove a month's file at once. Returns: whether there was one, which is then to be written anew."""
    path = path_of(organisation_id=organisation_id, month=month)
    if not path.exists():
        return False
    path.unlink()
    return True


def write_facts(*, organisation_id: UUID, month: str) -> int:
    """Write the file of an organisation's month anew, or remove it when no story is left. Returns: stories in it."""
    # loaded here: pyarrow takes a fifth of a second, and a page of stories needs none of it
    import pyarrow as pa  # noqa: PLC0415  see above
    import pyarrow.parquet as parquet  # noqa: PLC0415  see above

    stories = _stories(organisation_id, month)
    versions = sorted(stories.values_list("framework_version_id", flat=True).distinct())
    path = path_of(organisation_id=organisation_id, month=month)
    if not versions:
        path.unlink(missing_ok=True)
        return 0
    schema = _schema(pa)
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f"{path.name}.part")
    with parquet.ParquetWriter(half, schema, compression="zstd") as writer:
        for version_id in versions:
            lines = _lines(version_id, stories.filter(framework_version_id=version_id))
            while portion := list(islice(lines, LINES_AT_ONCE)):
                columns = [
                    pa.array(column, field.type)
                    for column, field in zip(zip(*portion, strict=True), schema, strict=True)
                ]
                writer.write_table(pa.Table.from_arrays(columns, schema=schema))
    os.chmod(half, 0o600)
    half.replace(path)
    return int(stories.count())


def write_missing_facts() -> int:
    """Write the file of every month that has stories and no file. Returns: how many files."""
    months = (
        Story.objects.filter(mode=Story.Mode.REAL, may_learn=True)
        .annotate(month=TruncMonth("received_at", tzinfo=UTC))
        .values_list("organisation_id", "month")
        .distinct()
    )
    written = 0
    for organisation_id, first in sorted(months):
        month = month_of(first)
        # the month that goes on is written each time, an earlier one only when it is missing
        latest = (
            Story.objects.filter(organisation_id=organisation_id).order_by("-received_at").values_list("received_at")
        )
        if not path_of(organisation_id=organisation_id, month=month).exists() or month_of(latest[0][0]) == month:
            written += bool(write_facts(organisation_id=organisation_id, month=month))
    return written


def _stories(organisation_id: UUID, month: str) -> Any:
    year, number = (int(part) for part in month.split("-"))
    starts = datetime(year, number, 1, tzinfo=UTC)
    until = datetime(year + number // 12, number % 12 + 1, 1, tzinfo=UTC)
    return Story.objects.filter(
        organisation_id=organisation_id,
        received_at__gte=starts,
        received_at__lt=until,
        mode=Story.Mode.REAL,
        is_flagged=False,
        may_learn=True,
    ).exclude(state=Story.State.SET_ASIDE)


def _schema(pa: Any) -> Any:  # Any: the library has no types
    text, small = pa.string(), pa.dictionary(pa.int32(), pa.string())
    return pa.schema(
        [
            ("story", text),
            ("framework", small),
            ("version", pa.int32()),
            ("round", small),
            ("teller", text),
            ("facilitator", small),
            ("voice", small),
            ("language", small),
            ("told_of", small),
            ("question", small),
            ("state", small),
            ("part", small),
            ("option", small),
            ("number", pa.float64()),
        ]
    )


def _lines(version_id: int, stories: Any) -> Iterator[tuple[Any, ...]]:
    """A line for each part of each closed answer: an option that was chosen, a corner of a triad, a mark's x and y."""
    version = FrameworkVersion.objects.get(id=version_id)
    framework_id = str(version.framework_id)
    closed = [each.code for each in framework_of(version=version).questions if each.type in CLOSED]
    for row in iterate_rows(stories):
        teller, facilitator = row["teller"], row["collected"]["facilitator"]
        who = (teller["key"], facilitator, teller["role"])
        head = (row["id"], framework_id, version.number, row["round"], *who, row["language"], row["when"])
        for code in closed:
            for part in _parts(row["answers"].get(code)):
                yield (*head, code, *part)


def _parts(answer: Mapping[str, Any] | None) -> list[tuple[str, str | None, str | None, float | None]]:
    """State, part, option and number."""
    if answer is None or "value" not in answer:
        return [((answer or {}).get("state", "not_asked"), None, None, None)]
    match answer["value"]:
        case int() as number:
            return [("answered", None, None, float(number))]
        case str() as option:
            return [("answered", None, option, None)]
        case dict() as marks:
            return [
                ("answered", axis, mark, float(number))
                for mark, point in sorted(marks.items())
                for axis, number in zip(("x", "y"), point, strict=True)
            ]
        case list() as several if several and not isinstance(several[0], str):
            return [("answered", str(place), None, float(number)) for place, number in enumerate(several)]
        case several:
            return [("answered", None, option, None) for option in several] or [("answered", None, None, None)]
