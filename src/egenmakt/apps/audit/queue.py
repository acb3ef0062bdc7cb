"""Working off the jobs: each one once, in the transaction that also marks it as done."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils.module_loading import import_string

from egenmakt.apps.audit.models import Event, Job

TRIES_MAX = 6
"""Waits of 1, 4, 16, 64 and 256 minutes lie between them: some six hours before a person must look."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WorkedOff:
    """How many jobs ended well, and how many did not this time."""

    done: int
    failed: int


def work_off(*, limit: int, now: Callable[[], datetime]) -> WorkedOff:
    """Do the jobs whose time has come, the oldest first, until none is left or the limit is reached.

    Each job's changes to the database and its mark "done" are one transaction: all of it happens once, or nothing
    does and it is tried again. A job that reaches outside the database must itself bear being repeated.
    """
    done = failed = 0
    while done + failed < limit:
        outcome = _work_off_one(now)
        if outcome is None:
            break
        done, failed = (done + 1, failed) if outcome else (done, failed + 1)
    return WorkedOff(done=done, failed=failed)


def _work_off_one(now: Callable[[], datetime]) -> bool | None:
    with transaction.atomic():
        job = _take(now())
        if job is None:
            return None
        try:
            with transaction.atomic():
                perform: Callable[[Event], None] = import_string(job.name)
                perform(job.event)
        except Exception as error:  # any fault of a job is written down and must not stop the others
            log.exception("The job %s about the event %s failed.", job.name, job.event_id)
            _put_off(job, error, now())
            return False
        job.state, job.ended_at, job.tries, job.error = Job.State.DONE, now(), job.tries + 1, ""
        job.save(update_fields=["state", "ended_at", "tries", "error"])
        return True


def _take(now: datetime) -> Job | None:
    waiting = Job.objects.filter(state=Job.State.WAITING, not_before__lte=now).order_by("not_before", "id")
    if connection.features.has_select_for_update_skip_locked:
        waiting = waiting.select_for_update(skip_locked=True, of=("self",))
    return waiting.select_related("event").first()


def _put_off(job: Job, error: Exception, now: datetime) -> None:
    job.tries += 1
    job.error = f"{type(error).__name__}: {error}"[:2000]
    job.not_before = now + timedelta(minutes=4 ** (job.tries - 1))
    if job.tries >= TRIES_MAX:
        job.state, job.ended_at = Job.State.FAILED, now
    job.save(update_fields=["tries", "error", "not_before", "state", "ended_at"])
