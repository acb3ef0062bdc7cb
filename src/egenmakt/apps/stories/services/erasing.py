"""Forgetting a story: every copy that this installation holds is found and removed, and only the fact stays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Model

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import require
from egenmakt.apps.stories.erased_list import keep_list
from egenmakt.apps.stories.facts import drop_facts
from egenmakt.apps.stories.files import remove_files
from egenmakt.apps.stories.marks import hash_of_id, note, place_in_facts
from egenmakt.apps.stories.models import (
    Annotation,
    Attachment,
    ConsentRecord,
    Draft,
    Erased,
    ExportedStory,
    FileToRemove,
    Masking,
    ModerationDecision,
    ReadingLog,
    Round,
    SafeguardingFlag,
    SearchText,
    Story,
    StoryArrival,
    Translation,
)
from egenmakt.core.signification.withdrawal import hash_of

HANGING_ON_A_STORY: Sequence[type[Model]] = (
    Annotation,
    Attachment,
    ConsentRecord,
    Masking,
    ModerationDecision,
    ReadingLog,
    SafeguardingFlag,
    SearchText,
    Translation,
)
"""Every table whose rows belong to one story; a test compares it with the models."""


ASKED: Final = ("in_person", "by_phone", "in_writing", "through_somebody", "by_guardian")
"""How a teller can ask somebody to take her story back."""


class UnknownCode(LookupError):
    """No story stands under this withdrawal code; perhaps it was mistyped, or the story is gone already."""


@dataclass(frozen=True, slots=True)
class ExportToRecall:
    """A file that left the system with a story that is withdrawn: who is to be told."""

    export_id: UUID
    file_name: str
    recipient: str
    made_at: datetime
    made_by_name: str


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What an erasure did."""

    stories: int
    exports: tuple[ExportToRecall, ...]


def withdraw(*, code: str, at: datetime) -> Forgotten:
    """Erase everything that was told under a withdrawal code, on the word of whoever holds the slip.

    Raises: UnknownCode; NotACode from core when the code was misread.
    """
    slip = hash_of(code)
    found: dict[UUID, UUID] = dict(
        StoryArrival.objects.filter(withdrawal_hash=slip).values_list("story_id", "round_id")
    )
    found.update(Story.objects.filter(withdrawal_hash=slip).values_list("id", "round_id"))
    if not found:
        raise UnknownCode("No story stands under this code. Look at each letter again, or ask the one who gave it.")
    return _erase(found, Erased.Reason.WITHDRAWN, None, at)


def withdraw_for_teller(*, story: Story, by: User, at: datetime, asked: str = "") -> Forgotten:
    """Erase a story because its teller asked somebody for it.

    Args: asked, how, as one of ASKED: the trail keeps it for ever, so words that could name somebody are no choice.
    Raises: NotAllowed.
    """
    require(user=by, deed="withdrawal.handle", node_id=story.node_id)
    if asked and asked not in ASKED:
        raise ValueError(f"{asked!r} is not one of {', '.join(ASKED)}.")
    return _erase({story.id: story.round_id}, Erased.Reason.WITHDRAWN, by, at, {"asked": asked} if asked else {})


def erase_arrival(*, arrival: StoryArrival, by: User, at: datetime) -> Forgotten:
    """Erase a document in quarantine for good, with every other copy under its id. Raises: NotAllowed."""
    require(user=by, deed="withdrawal.handle", node_id=arrival.round.node_id)
    return _erase({arrival.story_id: arrival.round_id}, Erased.Reason.OFFICE, by, at)


def erase_expired(*, today: date, at: datetime, limit: int = 1000) -> int:
    """Erase the stories of rounds whose date has come, and drafts that expired. Returns: how many stories.

    In portions of one transaction each, so that others can write in between.
    """
    Draft.objects.filter(expires_at__lte=at).delete()
    total = 0
    while True:
        over = Round.objects.filter(keep_until_on__lte=today).values("id")
        found: dict[UUID, UUID] = dict(
            Story.objects.filter(round_id__in=over).order_by("id").values_list("id", "round_id")[:limit]
        )
        if len(found) < limit:
            arrivals = StoryArrival.objects.filter(round_id__in=over).exclude(story_id__in=found)
            found.update(arrivals.order_by("id").values_list("story_id", "round_id")[: limit - len(found)])
        if not found:
            return total
        total += _erase(found, Erased.Reason.RETENTION, None, at).stories


def erase_again(*, id_hashes: Iterable[str], at: datetime) -> int:
    """Erase what an old backup has brought back although it was erased since. Returns: how many stories."""
    wanted = set(id_hashes) - set(Erased.objects.values_list("id_hash", flat=True))
    found: dict[UUID, UUID] = {}
    portion = sorted(wanted)
    for start in range(0, len(portion), 500):
        some = portion[start : start + 500]
        found.update(StoryArrival.objects.filter(id_hash__in=some).values_list("story_id", "round_id"))
        found.update(Story.objects.filter(id_hash__in=some).values_list("id", "round_id"))
    with transaction.atomic():
        done = _erase(found, Erased.Reason.OFFICE, None, at).stories if found else 0
        rest = wanted - {hash_of_id(id) for id in found}
        Erased.objects.bulk_create(
            Erased(id_hash=each, reason=Erased.Reason.OFFICE, erased_at=at) for each in sorted(rest)
        )
    return done


def _erase(
    stories: dict[UUID, UUID],
    reason: Erased.Reason,
    by: User | None,
    at: datetime,
    said: Mapping[str, object] | None = None,
) -> Forgotten:
    """Remove the stories with these ids and everything that hangs on them; then clean up outside the transaction."""
    ids, hashes = list(stories), {hash_of_id(id): round_id for id, round_id in stories.items()}
    with transaction.atomic():
        nodes = dict(Round.objects.filter(id__in=stories.values()).values_list("id", "node"))
        known = set(Erased.objects.filter(id_hash__in=hashes).values_list("id_hash", flat=True))
        Erased.objects.bulk_create(
            Erased(id_hash=id_hash, round_id=round_id, reason=reason, erased_at=at, erased_by=by.id if by else None)
            for id_hash, round_id in hashes.items()
            if id_hash not in known
        )
        rows = Story.objects.filter(id__in=ids).values_list("id_hash", "organisation_id", "received_at")
        places = {
            id_hash: place_in_facts(organisation_id=organisation_id, received_at=received_at)
            for id_hash, organisation_id, received_at in rows
        }
        files = Attachment.objects.filter(story_id__in=ids).values_list("id", flat=True)
        FileToRemove.objects.bulk_create([FileToRemove(id=id, since=at) for id in files], ignore_conflicts=True)
        # one statement for each table: Django's collector would look for what hangs on each row
        for model in HANGING_ON_A_STORY:
            _delete(model._base_manager.filter(story_id__in=ids))
        _delete(StoryArrival.objects.filter(story_id__in=ids))
        _delete(Draft.objects.filter(id_hash__in=hashes))
        _delete(Story.objects.filter(id__in=ids))
        _forget_words()
        exports = _recall(list(hashes), at)
        for id_hash, round_id in hashes.items():
            note(
                deed="story.erased",
                id_hash=id_hash,
                node_id=nodes.get(round_id),
                by=by,
                at=at,
                data={"reason": reason, "round": str(round_id), **(said or {}), **places.get(id_hash, {})},
            )
        months = {(UUID(str(each["organisation"])), str(each["month"])) for each in places.values()}
        transaction.on_commit(lambda: _drop(months))
        transaction.on_commit(clean_up)
    return Forgotten(len(ids), exports)


def _drop(months: Iterable[tuple[UUID, str]]) -> None:
    for organisation_id, month in months:
        drop_facts(organisation_id=organisation_id, month=month)


def _delete(rows: object) -> None:
    rows._raw_delete(rows.db)  # type: ignore[attr-defined]  # a query set's own, which its type leaves out


def _forget_words() -> None:
    """SQLite's full-text index marks words as deleted and keeps them until its parts are merged: merge them now."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO stories_search(stories_search) VALUES ('optimize')")


def _recall(id_hashes: list[str], at: datetime) -> tuple[ExportToRecall, ...]:
    """Mark the story in every file that it left in."""
    entries = ExportedStory.objects.filter(id_hash__in=id_hashes, recalled_at__isnull=True)
    exports = {entry.export_id: entry.export for entry in entries.select_related("export").order_by("export__made_at")}
    entries.update(recalled_at=at)
    return tuple(
        ExportToRecall(each.id, each.file_name, each.recipient, each.made_at, each.made_by_name)
        for each in exports.values()
    )


def clean_up() -> None:
    """What an erasure leaves to do when its transaction is through; doing it twice does no harm.

    Files are removed, the list of what was erased is written beside the database, and SQLite's log, which holds pages
    as they were before, is emptied. What PostgreSQL needs is done by `give_back_space`.
    """
    waiting = list(FileToRemove.objects.values_list("id", flat=True))
    remove_files(attachment_ids=waiting)
    FileToRemove.objects.filter(id__in=waiting).delete()
    keep_list(id_hashes=Erased.objects.values_list("id_hash", flat=True).iterator())
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def give_back_space() -> None:
    """Overwrite what PostgreSQL only marks as deleted: each table of stories is written anew (VACUUM FULL).

    It locks each table while it is at it, so it is run at night by `egenmakt nightly`, never inside a transaction.
    """
    clean_up()
    if connection.vendor != "postgresql":
        return
    models: tuple[type[Model], ...] = (*HANGING_ON_A_STORY, Story, StoryArrival, Draft)
    tables = [model._meta.db_table for model in models]
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"VACUUM FULL {connection.ops.quote_name(table)}")
        cursor.execute("CHECKPOINT")
