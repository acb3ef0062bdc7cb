"""Many stories at once for patterns: rows as `core.patterns.reading.table_of` takes them, without an object each."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from egenmakt.apps.access.queries import AnyUser, NotAllowed, nodes_where
from egenmakt.apps.stories.frameworks import json_of
from egenmakt.apps.stories.models import FrameworkVersion, Story
from egenmakt.apps.stories.queries.reach import with_purpose

Row = dict[str, Any]  # Any: answers are JSON

_COLUMNS = ("id", "teller_key", "voice", "facilitator", "round_id", "group_id", "language", "told_of", "answers")


def pattern_stories(
    *,
    user: AnyUser,
    framework_id: UUID,
    round_ids: Sequence[UUID] | None = None,
    purpose: str = "learn",
    filters: Q | None = None,
) -> QuerySet[Story]:
    """The stories that count in the patterns of a framework: real, for this purpose, not flagged, not set aside.

    Those whose tellers let only few read them are counted like all others; their texts are not shown. Args: filters,
    further conditions on a story's own columns. Raises: NotAllowed when the user may see patterns nowhere.
    """
    nodes = nodes_where(user=user, deed="pattern.read")
    if not nodes.exists():
        raise NotAllowed("You may not see patterns. Ask the one who gives the roles in your organisation.")
    found = Story.objects.filter(
        node_id__in=nodes.values("id"),
        framework_version__framework_id=framework_id,
        mode=Story.Mode.REAL,
        is_flagged=False,
    ).exclude(state=Story.State.SET_ASIDE)
    if round_ids is not None:
        found = found.filter(round_id__in=list(round_ids))
    return with_purpose(found.filter(filters) if filters is not None else found, purpose)


def story_rows(stories: QuerySet[Story]) -> list[Row]:
    """The rows of these stories for `table_of`, in the order of their ids: no text, no title, nothing that names.

    One query that is read as it comes; each row a small dictionary that shares what is the same in many.
    """
    # millions of small objects are made here, none of them garbage: the collector would look at all again and again
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        return list(iterate_rows(stories))
    finally:
        if was_collecting:
            gc.enable()


def iterate_rows(stories: QuerySet[Story]) -> Iterator[Row]:
    """The same, one by one, for what writes them down again at once."""
    # the databases' own text of the JSON, which is read here faster than by Django's field row by row
    sql, params = stories.order_by("id").values_list(*_COLUMNS).query.sql_with_params()
    tellers: dict[tuple[Any, str], dict[str, str]] = {}
    collected: dict[Any, dict[str, str | None]] = {}
    shared = _Shared()
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        while portion := cursor.fetchmany(2000):
            for id, teller, voice, facilitator, round, group, language, told_of, answers in portion:
                yield {
                    "id": _text(id),
                    "teller": tellers.setdefault((teller, voice), {"key": _text(teller) or "", "role": voice}),
                    "collected": collected.setdefault(facilitator, {"facilitator": _text(facilitator)}),
                    "round": shared.text(_text(round)),
                    "group": shared.text(_text(group)),
                    "language": shared.text(language),
                    "when": shared.text(told_of or None),
                    "answers": shared.read(answers),
                }


class _Shared:
    """Answers of which equal ones are one object: most are an option that thousands of others chose too."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._answers: dict[str, Any] = {}
        self._read = json.JSONDecoder(object_hook=self._once).decode

    def text(self, value: str | None) -> str | None:
        return None if value is None else self._texts.setdefault(value, value)

    def read(self, answers: Any) -> Any:
        """Answers from their text; or as they are, where the database driver has read them already."""
        return self._read(answers) if isinstance(answers, str) else answers

    def _once(self, read: dict[str, Any]) -> dict[str, Any]:
        if len(read) != 1:
            return read
        (name, value), *_ = read.items()
        if not isinstance(value, (str, int)):
            return read
        return self._answers.setdefault(f"{name}={value!r}", read)  # type: ignore[no-any-return]  # what was put there


def _text(value: Any) -> str | None:
    """An id as text: PostgreSQL gives it as a UUID, SQLite as 32 digits."""
    if value is None:
        return None
    text = str(value)
    return text if len(text) == 36 else f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def newest_framework(*, framework_id: UUID) -> dict[str, Any]:
    """The latest version of a framework that was used, as JSON: the one whose `mapping` names the older questions."""
    version = (
        FrameworkVersion.objects.filter(framework_id=framework_id, state=FrameworkVersion.State.IN_USE)
        .order_by("-number")
        .first()
    )
    if version is None:
        raise LookupError("No version of this framework has been used yet.")
    return json_of(version)
