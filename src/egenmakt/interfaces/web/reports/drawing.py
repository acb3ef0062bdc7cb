"""Drawing a report up for its pages: once for all who look, until something is written down anywhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as say
from django.views.decorators.cache import never_cache

from egenmakt.apps.access.queries import AnyUser
from egenmakt.apps.audit.models import Event
from egenmakt.apps.reports.composing import DrawnUp, draw_up
from egenmakt.apps.reports.models import EffectReport
from egenmakt.apps.reports.queries.kept_facts import kept_facts
from egenmakt.interfaces.web.patterns.working import StillWorking, let_go, worked_out

View = TypeVar("View", bound=Callable[..., HttpResponse])
SECONDS = "3"
"""After which the page looks again."""
DEED_PATIENCE = 600.0
"""Seconds that a deed waits: a page that looks again by itself would lose what was sent with it."""


def drawn_up(request: HttpRequest, report: EffectReport, *, is_fresh: bool = False) -> DrawnUp:
    """The report as it can be drawn up now. Whatever anybody does leaves an event: their number names the version.

    Words and claims are always those of now. Facts that take long to gather may be some minutes old, as on the pages
    of indicators, unless they are to be fresh. Raises: StillWorking when it takes longer than a reader waits.
    """
    if connection.in_atomic_block:  # another thread would not see what this transaction has written
        return draw_up(report=report)
    events, now, user = Event.objects.count(), timezone.now(), request.user
    key, patience = ("effect", report.id, events, is_fresh), DEED_PATIENCE if request.method == "POST" else None
    found = worked_out(key, lambda: _beside(report, user, now, is_fresh), patience=patience)
    # each holds a copy of the registers: of a report only the newest is kept
    let_go(lambda one: isinstance(one, tuple) and one[:2] == key[:2] and one != key)
    return found


def _beside(report: EffectReport, user: AnyUser, now: datetime, is_fresh: bool) -> DrawnUp:
    try:
        if is_fresh:
            return draw_up(report=report)
        kept = kept_facts(user=user, node_id=report.node_id, until_on=report.until_on, now=now)
        return draw_up(report=report, facts=kept.facts)
    finally:
        connection.close()  # a thread's own connection, which nobody else would close


def drawing_page(view: View) -> Any:
    """A page that needs the report drawn up: while that is done, a page that looks again by itself."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except StillWorking:
            context = {"title": say("The report is being drawn up"), "again": request.get_full_path()}
            response = render(request, "web/reports/drawing.html", context, status=202)
            response["Refresh"] = SECONDS
            return response

    return never_cache(answer)
