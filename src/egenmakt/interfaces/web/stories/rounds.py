"""Rounds in a list, and one round: how far it has come, who is missing, its links, and closing it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from egenmakt.apps.access.queries import Rights, require
from egenmakt.apps.groups.models import SavingsGroup
from egenmakt.apps.stories.frameworks import framework_of
from egenmakt.apps.stories.models import Round, RoundLink
from egenmakt.apps.stories.queries.collecting import collectors_of, groups_below, partners_for_rounds
from egenmakt.apps.stories.queries.rounds import links_of, open_round_of, progress_of, rounds_of
from egenmakt.apps.stories.services.rounds import close_round, make_link, stop_link
from egenmakt.core.signification.framework import Framework
from egenmakt.core.signification.rounds import Cell, Progress
from egenmakt.interfaces.web import charts, formats
from egenmakt.interfaces.web.paging import keyset_page
from egenmakt.interfaces.web.parts import Column, Crumb, KeyFigure, Row, Table
from egenmakt.interfaces.web.reading import badge_cell, reading_page, short_day
from egenmakt.interfaces.web.stories.keeping import qr
from egenmakt.interfaces.web.stories.quota_words import quota_value, quota_word
from egenmakt.interfaces.web.templatetags.parts import own_name
from egenmakt.interfaces.web.writing import me

ORDERS = {
    "starts": ("starts_on", "id"),
    "-starts": ("-starts_on", "-id"),
    "name": ("name", "id"),
    "-name": ("-name", "-id"),
}
PERSONAL_MAX = 100


@reading_page
def rounds(request: HttpRequest) -> HttpResponse:
    """The rounds that the reader changes, reads or collects in."""
    order = ORDERS.get(request.GET.get("sort", ""), ORDERS["-starts"])
    page = keyset_page(rounds_of(user=request.user), order=order, query=request.GET)
    columns = [
        Column(_("Round"), sort_key="name"),
        Column(_("Partner")),
        Column(_("From"), sort_key="starts"),
        Column(_("To")),
        Column(_("Stories"), is_numeric=True),
        Column(_("Target"), is_numeric=True),
        Column(_("State")),
    ]
    rows = [
        Row(
            [
                round.name,
                formats.isolated(round.node.name),
                short_day(round.starts_on),
                short_day(round.until_on - timedelta(days=1)),
                formats.number_text(round.told),  # type: ignore[attr-defined]  # counted by rounds_of
                formats.number_text(round.target),
                _state(round),
            ],
            url=reverse("story_round", args=[round.id]),
        )
        for round in page.rows
    ]
    table = Table(caption=_("Rounds"), columns=columns, rows=rows)
    context = {"page": page, "table": table, "title": _("Rounds of stories"), "new_url": _new_url(request)}
    return render(request, "web/stories/rounds/list.html", context)


def _new_url(request: HttpRequest) -> str:
    return reverse("story_round_new") if partners_for_rounds(user=request.user).exists() else ""


def _state(round: Round) -> Any:
    today = timezone.now().date()
    if round.closed_at is not None:
        return badge_cell(_("Closed"), "neutral")
    if today < round.starts_on:
        return badge_cell(_("Not begun"), "info")
    if today >= round.until_on:
        return badge_cell(_("Time is over"), "warning")
    return badge_cell(_("Collecting"), "success")


def round_crumbs(round: Round | None = None) -> list[Crumb]:
    """All rounds, and the round where the page is deeper than its own."""
    found = [Crumb(_("Rounds of stories"), reverse("story_rounds"))]
    return [*found, Crumb(round.name, reverse("story_round", args=[round.id]))] if round else found


@never_cache
@reading_page
def round_page(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """One round: how far it has come and who is missing."""
    round = open_round_of(user=request.user, round_id=round_id)
    rights = Rights(request.user)
    framework = framework_of(version=round.framework_version)
    progress = progress_of(user=request.user, round=round)
    may_change = rights.may("round.change", round.node_id)
    may_collect = rights.may("story.collect", round.node_id)
    context = {
        "title": round.name,
        "round": round,
        "last_on": round.until_on - timedelta(days=1),
        "crumbs": round_crumbs(),
        "framework": framework,
        "framework_url": reverse(
            "story_framework", args=[round.framework_version.framework_id, round.framework_version.number]
        ),
        "state": _state(round),
        "is_open": round.closed_at is None,
        "is_running": round.closed_at is None and round.starts_on <= timezone.now().date() < round.until_on,
        "figures": _figures(progress),
        "progress": _progress_bar(request, progress),
        "cells": _cells(progress, framework),
        "missing": [_missing(cell, framework) for cell in progress.gaps],
        "unknown": [(quota_word(by), count) for by, count in progress.unknown.items() if count],
        "collectors": _collectors(round),
        "may_change": may_change,
        "may_collect": may_collect,
        "may_read": any(rights.may(deed, round.node_id) for deed in ("story.read", "story.read_own")),
        "may_moderate": rights.may("story.moderate", round.node_id),
        "links": _links(request, round) if may_change else [],
        "link_form": LinkForm(node_id=round.node_id) if may_change else None,
        "language": formats.reader(),
        "paper_languages": [(code, own_name(code)) for code in round.languages if code != formats.reader()],
    }
    return render(request, "web/stories/rounds/round.html", context)


def _links(request: HttpRequest, round: Round) -> list[RoundLink]:
    """The latest links, each with how many stories have come by it."""
    told = Count("stories", filter=Q(stories__mode="real"))
    return list(links_of(user=request.user, round=round).annotate(told=told)[:50])


def _figures(progress: Progress) -> list[KeyFigure]:
    return [
        KeyFigure(_("Stories"), formats.number_text(progress.collected), _("that count")),
        KeyFigure(_("Target"), formats.number_text(progress.target)),
        KeyFigure(
            _("Still needed"), formats.number_text(progress.still_needed), _("at least, so that every quota is met")
        ),
    ]


def _progress_bar(request: HttpRequest, progress: Progress) -> Any:
    words = _("%(reached)s of %(goal)s stories") % {
        "reached": formats.number_text(progress.collected),
        "goal": formats.number_text(progress.target),
    }
    direction: charts.Direction = "rtl" if formats.text_direction(formats.reader()) == "rtl" else "ltr"
    return charts.progress_bar(reached=progress.collected, goal=progress.target, label=words, direction=direction)


def _missing(cell: Cell, framework: Framework) -> str:
    return _("%(who)s: %(count)s more") % {
        "who": quota_value(cell.quota, framework),
        "count": formats.number_text(cell.missing),
    }


def _cells(progress: Progress, framework: Framework) -> Table:
    columns = [
        Column(_("Who")),
        Column(_("By")),
        Column(_("Wanted"), is_numeric=True),
        Column(_("Collected"), is_numeric=True),
        Column(_("Missing"), is_numeric=True),
    ]
    rows = [
        Row(
            [
                quota_value(cell.quota, framework),
                quota_word(cell.quota.by),
                formats.number_text(cell.quota.target),
                formats.number_text(cell.collected),
                formats.number_text(cell.missing),
            ]
        )
        for cell in progress.cells
    ]
    note = _("Only for those who run the round: these figures leave the organisation nowhere.")
    return Table(caption=_("Quotas"), note=note, columns=columns, rows=rows)


def _collectors(round: Round) -> Table:
    columns = [Column(_("Collected by")), Column(_("Stories"), is_numeric=True), Column(_("Last story"))]
    rows = [
        Row(
            [
                formats.isolated(each.name)
                if each.name
                else (_("Somebody else") if each.user_id else _("Told alone, by a link")),
                formats.number_text(each.stories),
                short_day(each.last_on) if each.last_on else _("None yet"),
            ]
        )
        for each in collectors_of(round=round)
    ]
    return Table(caption=_("By facilitator"), columns=columns, rows=rows)


class LinkForm(forms.Form):
    """Which links to make."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What kind of link?"),
        widget=forms.RadioSelect,
        initial="open",
        choices=[
            ("open", gettext_lazy("Open: one address for all, to be put up on a wall")),
            ("personal", gettext_lazy("Personal: one for each teller, on slips of paper")),
        ],
    )
    count = forms.IntegerField(
        label=gettext_lazy("How many personal links?"), min_value=1, max_value=PERSONAL_MAX, required=False, initial=10
    )
    group = forms.ChoiceField(
        label=gettext_lazy("For the members of one group?"),
        required=False,
        help_text=gettext_lazy("Each teller says herself whether her story may name the group."),
    )

    def __init__(self, *, node_id: UUID, **options: Any) -> None:
        super().__init__(**options)
        none = ("", _("For anybody"))
        self.fields["group"].choices = [none, *groups_below(node_id=node_id)]  # type: ignore[attr-defined]  # a choice field


@never_cache
@login_required
@require_POST
def make_links(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Make links and show them this one time, with their codes to print."""
    round = get_object_or_404(Round.objects.select_related("node"), id=round_id)
    require(user=me(request), deed="round.change", node_id=round.node_id)
    form = LinkForm(node_id=round.node_id, data=request.POST)
    if not form.is_valid():
        context = {"title": _("Links"), "form": form, "round": round, "crumbs": round_crumbs(round)}
        return render(request, "web/stories/rounds/links.html", context, status=422)
    kind, now = form.cleaned_data["kind"], timezone.now()
    count = (form.cleaned_data["count"] or 1) if kind == RoundLink.Kind.PERSONAL else 1
    over = datetime.combine(round.until_on, time(), tzinfo=UTC)
    chosen = form.cleaned_data["group"]
    group = SavingsGroup.objects.select_related("node").get(id=chosen) if chosen else None
    made = [
        make_link(round=round, kind=kind, expires_at=over, by=me(request), at=now, group=group) for _n in range(count)
    ]
    addresses = [request.build_absolute_uri(reverse("story_by_link", args=[each.token])) for each in made]
    context = {
        "title": _("Links to print"),
        "round": round,
        "crumbs": round_crumbs(round),
        "made": [{"address": a, "qr": qr(a, title=_("The address of the form"))} for a in addresses],
        "is_personal": kind == RoundLink.Kind.PERSONAL,
        "for_group": group.node.name if group else "",
    }
    return render(request, "web/stories/rounds/links.html", context)


@login_required
@require_POST
def stop(request: HttpRequest, link_id: UUID) -> HttpResponse:
    """Let no more stories come by a link."""
    link = get_object_or_404(RoundLink.objects.select_related("round"), id=link_id)
    stop_link(link=link, by=me(request), at=timezone.now())
    return redirect("story_round", link.round_id)


@login_required
@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Close a round, after saying what that means."""
    round = get_object_or_404(Round, id=round_id)
    require(user=me(request), deed="round.change", node_id=round.node_id)
    back = reverse("story_round", args=[round.id])
    if request.method == "POST":
        close_round(round=round, by=me(request), at=timezone.now())
        return redirect(back)
    context = {
        "title": _("Close the round %(name)s?") % {"name": round.name},
        "consequences": [
            _("Nobody collects in it any more, and its links stop at once."),
            _("Stories that were told before and are still on a phone without network are taken in."),
            _("The stories that are here stay until the day on which the round said they are erased."),
        ],
        "deed": _("Close the round"),
        "back_url": back,
    }
    return render(request, "web/confirm.html", context)


urlpatterns: list[URLPattern] = [
    path("rounds/", rounds, name="story_rounds"),
    path("rounds/<uuid:round_id>/", round_page, name="story_round"),
    path("rounds/<uuid:round_id>/links/", make_links, name="story_round_links"),
    path("rounds/<uuid:round_id>/close/", close, name="story_round_close"),
    path("rounds/links/<uuid:link_id>/stop/", stop, name="story_link_stop"),
]
