"""Stories that were not accepted: why, both versions side by side, and what was decided about them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import NotAllowed, Rights, require, roles_anywhere
from egenmakt.apps.access.roles import roles_with
from egenmakt.apps.stories.frameworks import framework_of
from egenmakt.apps.stories.models import Story, StoryArrival
from egenmakt.apps.stories.parsing import parse
from egenmakt.apps.stories.queries.listing import arrivals_waiting
from egenmakt.apps.stories.refusals import sentence_of
from egenmakt.apps.stories.services.erasing import erase_arrival
from egenmakt.apps.stories.services.quarantine import (
    ArrivalPage,
    NotForYou,
    accept_quarantined,
    read_arrival,
    settle_arrival,
)
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.paging import keyset_page
from egenmakt.interfaces.web.parts import Column, Crumb, Row, Table
from egenmakt.interfaces.web.reading import badge_cell, reading_page
from egenmakt.interfaces.web.story_pages.comparing import compared
from egenmakt.interfaces.web.story_pages.forms import SettleForm
from egenmakt.interfaces.web.story_pages.waiting import story_tabs
from egenmakt.interfaces.web.templatetags import formats as filters
from egenmakt.interfaces.web.writing import me


@never_cache
@reading_page
def arrivals(request: HttpRequest) -> HttpResponse:
    """What arrived and was not accepted, with the reasons, the oldest first. Raises: NotAllowed."""
    if not roles_anywhere(user=request.user) & set(roles_with("quarantine.resolve")):
        raise NotAllowed("You may not decide about stories in conflict. Ask the one who gives the roles.")
    page = keyset_page(arrivals_waiting(user=request.user), order=("received_at", "id"), query=request.GET)
    columns = [Column(_("Arrived")), Column(_("Round")), Column(_("At")), Column(_("State")), Column(_("Why"))]
    rows = [
        Row(
            [
                filters.moment(each.received_at),
                formats.isolated(each.round.name),
                formats.isolated(each.round.node.name),
                state_cell(each),
                " ".join(sentence_of(finding) for finding in each.findings[:3]),
            ],
            url=reverse("story_arrival", args=[each.id]),
        )
        for each in page.rows
    ]
    context = {
        "title": _("Stories in conflict"),
        "tabs": story_tabs(request),
        "page": page,
        "table": Table(caption=_("Waiting, the oldest first"), columns=columns, rows=rows),
    }
    return render(request, "web/story_pages/arrivals.html", context)


def state_cell(arrival: StoryArrival) -> object:
    """Whether it contradicts something or breaks a rule."""
    if arrival.state == StoryArrival.State.QUARANTINED:
        return badge_cell(_("In conflict"), "error")
    return badge_cell(_("Refused"), "warning")


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def arrival(request: HttpRequest, arrival_id: UUID) -> HttpResponse:
    """One document beside the recorded story, and the decision about it. Raises: NotAllowed."""
    found = (
        StoryArrival.objects.select_related("round__framework_version", "round__node")
        .filter(id=arrival_id, state__in=("quarantined", "refused"))
        .first()
    )
    if found is None:
        raise NotAllowed("This document is decided about already, or is not there.")
    by = me(request)
    require(user=by, deed="quarantine.resolve", node_id=found.round.node_id)
    try:
        page = read_arrival(arrival=found, by=by, at=timezone.now())
    except NotForYou:
        return render(request, "web/story_pages/arrival.html", {**_about(found), "is_hidden": True})
    form = SettleForm(request.POST if request.POST.get("go") == "settle" else None)
    if request.method == "POST" and (answer := _decided(request, page, form, by)):
        return answer
    return render(request, "web/story_pages/arrival.html", _context(page, form, by), status=422 if form.errors else 200)


def _decided(request: HttpRequest, page: ArrivalPage, form: SettleForm, by: User) -> HttpResponse | None:
    """Carry out what was chosen; nothing when the form must be shown again."""
    found, now = page.arrival, timezone.now()
    match request.POST.get("go"):
        case "accept":
            receipt = accept_quarantined(arrival=found, by=by, at=now)
            if receipt.status == "accepted":
                messages.success(request, _("It is taken in as a story of its own."))
                return redirect("story_arrivals")
            messages.warning(request, _("It still cannot be taken in; the reasons stand below."))
            return redirect("story_arrival", found.id)
        case "erase" if may_erase(page, by):
            erase_arrival(arrival=found, by=by, at=now)
            messages.success(request, _("The document is erased. It cannot be brought back."))
            return redirect("story_arrivals")
        case "settle" if form.is_valid():
            settle_arrival(arrival=found, words=form.cleaned_data["words"].strip(), by=by, at=now)
            messages.success(request, _("Your decision is written down. The recorded story stays as it is."))
            return redirect("story_arrivals")
    return None


def may_erase(page: ArrivalPage, by: User) -> bool:
    """Only a document without a recorded story under its id: erasing it would take that story along."""
    has_story = page.recorded is not None and page.recorded.id == page.arrival.story_id
    return not has_story and Rights(by).may("withdrawal.handle", page.arrival.round.node_id)


def _about(found: StoryArrival) -> dict[str, Any]:
    return {
        "title": _("A story that was not taken in"),
        "crumbs": [Crumb(_("Stories in conflict"), reverse("story_arrivals"))],
        "arrival": found,
        "state": state_cell(found),
        "reasons": [sentence_of(finding) for finding in found.findings],
        "sender": user_name(found.received_by),
    }


def _context(page: ArrivalPage, form: SettleForm, by: User) -> dict[str, Any]:
    found, recorded = page.arrival, page.recorded
    is_same_id = recorded is not None and recorded.id == found.story_id
    framework = framework_of(version=found.round.framework_version)
    lines = compared(document_of(recorded) if recorded else None, page.document, framework=framework)
    return {
        **_about(found),
        "lines": lines,
        "differing": sum(line.differs for line in lines),
        "recorded": recorded,
        "is_same_id": is_same_id,
        "is_same_interview": recorded is not None and not is_same_id,
        "recorded_by": user_name(recorded.facilitator) if recorded else "",
        "may_accept": not is_same_id,
        "may_erase": may_erase(page, by),
        "form": form,
    }


def document_of(story: Story) -> dict[str, Any]:
    """A recorded story as the document that it came in."""
    accepted = StoryArrival.objects.filter(story_id=story.id, state=StoryArrival.State.ACCEPTED).first()
    return parse(bytes(accepted.content)) if accepted else {}


def user_name(id: UUID | None) -> str:
    """Who somebody is, or nothing for what came by a link."""
    return User.objects.filter(id=id).values_list("name", flat=True).first() or "" if id else ""
