"""Working off jobs inside the web server: in a demonstration, and on SQLite, which one process writes."""

from __future__ import annotations

import logging
import threading
import time
from datetime import UTC, datetime

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection

from egenmakt.apps.audit.queue import work_off

PAUSE_SECONDS = 2.0
log = logging.getLogger(__name__)


def start_beside_the_server() -> None:
    """Start the thread where it is wanted; a server with PostgreSQL runs `egenmakt work` instead."""
    if settings.DEMO or connection.vendor == "sqlite":
        threading.Thread(target=_work_for_ever, name="egenmakt-jobs", daemon=True).start()


def _work_for_ever() -> None:
    while True:
        try:
            done = work_off(limit=100, now=lambda: datetime.now(UTC)).done
        except DatabaseError:  # such as one that is being restarted: the next round tries again
            log.exception("The queue of jobs could not be read.")
            close_old_connections()
            done = 0
        if not done:
            time.sleep(PAUSE_SECONDS)
