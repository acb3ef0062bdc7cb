"""What is done up here when a story is withdrawn, hidden, or allowed for less: from the table in project/jobs.py."""

from __future__ import annotations

from egenmakt.apps.audit.models import Event
from egenmakt.apps.reports.models import EditionStory
from egenmakt.apps.reports.queries.quoting import quotables
from egenmakt.apps.reports.services.effect_freezing import withdraw


def follow_story(event: Event) -> None:
    """Take a story that may not be quoted any more out of every edition, and list whom to tell."""
    id_hash = str(event.data.get("id_hash", ""))
    entries = EditionStory.objects.filter(id_hash=id_hash, withdrawn_at__isnull=True)
    waiting = list(entries.select_related("edition__report").order_by("edition_id", "id"))
    if not waiting:
        return
    one = quotables(id_hashes=[id_hash]).get(id_hash)
    gone: dict[object, list[EditionStory]] = {}
    for entry in waiting:
        # a photograph needs its own consent beside that to the words
        if one is None or (entry.kind == "picture" and not one.photographs):
            gone.setdefault(entry.edition_id, []).append(entry)
    for rows in gone.values():
        withdraw(edition=rows[0].edition, codes=[row.claim for row in rows], at=event.at)
