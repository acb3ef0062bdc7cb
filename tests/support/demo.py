"""A small demo programme, made once for all tests that ask whether another one is the same."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from io import BytesIO
from typing import Any

from django.db import transaction

from egenmakt.apps.access.models import User
from egenmakt.apps.groups.models import SavingsGroup
from egenmakt.apps.stories.models import Annotation, Erased, Masking, ModerationDecision, Round, Story, Translation
from egenmakt.interfaces.cli.demo import make
from egenmakt.interfaces.cli.demo_programme.programme import Programme, Wanted
from egenmakt.interfaces.exports.group_file import export_group

UNTIL = date(2026, 10, 31)
SMALL = Wanted(groups=3, months=2, seed=1, until=UNTIL)
OPTIONS = ("demo", "--groups", "3", "--months", "2")
"""The same programme as the command is asked for it."""


@contextmanager
def undone() -> Iterator[None]:
    """Do something in the database and keep nothing of it."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@dataclass(frozen=True, slots=True)
class Made:
    """What a programme holds, without the ids of what arrived and of the trail."""

    groups: list[dict[str, Any]]
    """Every group as it is exported."""
    users: list[Any]
    told: list[Any]


def made_now() -> Made:
    """The programme that is in the database."""
    users = list(User.objects.order_by("id").values_list("id", "email", "name"))
    groups = [_exported(group) for group in SavingsGroup.objects.order_by("id")]
    for arrival in (arrival for group in groups for arrival in group["quarantine"]):
        del arrival["id"]
    return Made(groups, users, told_now())


@cache
def first_made() -> Made:
    """The small programme as it was when it was made first, in a database that held nothing and holds nothing again."""
    with undone():
        make(Programme(SMALL))
        return made_now()


def _exported(group: SavingsGroup) -> dict[str, Any]:
    content = export_group(group.id, by=None, at=datetime(2026, 11, 1, tzinfo=UTC))
    with zipfile.ZipFile(BytesIO(content)) as archive:
        document: dict[str, Any] = json.loads(archive.read("group.json"))
    return document


def told_now() -> list[Any]:
    """The stories that are in the database, with what stands beside them and what was taken back."""
    fields = ("id", "content_hash", "interview_hash", "state", "is_flagged", "visibility", "received_at", "received_by")
    stories = list(Story.objects.order_by("id").values_list(*fields))
    beside = [
        list(model._default_manager.order_by("id").values_list("id", "story_id"))
        for model in (Translation, Annotation, ModerationDecision, Masking)
    ]
    rounds = list(Round.objects.order_by("id").values_list("id", "name", "closed_at"))
    return [*stories, *beside, rounds, sorted(Erased.objects.values_list("id_hash", "reason", "erased_at"))]
