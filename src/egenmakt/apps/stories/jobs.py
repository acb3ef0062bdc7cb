"""What is done about events of stories, from the table in project/jobs.py."""

from __future__ import annotations

from uuid import UUID

from egenmakt.apps.audit.models import Event
from egenmakt.apps.stories.facts import write_facts
from egenmakt.apps.stories.services.erasing import clean_up


def rebuild_facts(event: Event) -> None:
    """Write the facts of the month anew in which the story stands or stood."""
    if {"organisation", "month"} <= event.data.keys():
        write_facts(organisation_id=UUID(str(event.data["organisation"])), month=str(event.data["month"]))


def finish_erasure(event: Event) -> None:
    """Do once more what follows an erasure, in case the process ended before it was through."""
    clean_up()
