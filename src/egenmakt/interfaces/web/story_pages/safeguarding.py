"""Somebody may come to harm: the flag on every story's page, and the queue of the one person who is named for it."""

from __future__ import annotations

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

from egenmakt.apps.access.queries import NotAllowed, Rights, require, roles_anywhere
from egenmakt.apps.access.roles import roles_with
from egenmakt.apps.stories.frameworks import framework_of
from egenmakt.apps.stories.models import SafeguardingFlag, Story
from egenmakt.apps.stories.queries.stories import safeguarding_queue
from egenmakt.apps.stories.services.moderating import NotFlagged, flag_safeguarding, lift_flag
from egenmakt.apps.stories.services.reading import read_flagged_story
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.parts import Column, Crumb, Row, Table
from egenmakt.interfaces.web.reading import reading_page
from egenmakt.interfaces.web.story_pages.beside import reachable
from egenmakt.interfaces.web.story_pages.forms import FlagForm, OutcomeForm
from egenmakt.interfaces.web.story_pages.story import facts_of, shown
from egenmakt.interfaces.web.story_pages.waiting import story_tabs
from egenmakt.interfaces.web.templatetags import formats as filters
from egenmakt.interfaces.web.writing import me

SHOWN_MAX = 200


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def flag(request: HttpRequest, story_id: UUID) -> HttpResponse:
    """Say that somebody may come to harm. The story is gone from every page at once, for the one who flags it too."""
    story = reachable(request, story_id, deed="story.read")
    form = FlagForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        flag_safeguarding(story=story, concern=form.cleaned_data["concern"].strip(), by=me(request), at=timezone.now())
        messages.success(
            request,
            _("Thank you. The story is out of every page now, and with the person named for safeguarding."),
        )
        return redirect("stories")
    context = {
        "title": _("May somebody come to harm?"),
        "lead": _("Somebody in the story, the teller, or whoever reads it aloud. You need not be sure."),
        "consequences": [
            _("The story leaves every list, page, pattern and file at once, also for you."),
            _("The person named for safeguarding reads it, whatever the teller chose, and decides what is done."),
            _("It is seen again when she has written down what was done."),
        ],
        "form": form,
        "deed": _("Flag the story"),
        "back_url": reverse("story", args=[story.id]),
    }
    return render(request, "web/confirm.html", context, status=422 if form.errors else 200)


@never_cache
@reading_page
def queue(request: HttpRequest) -> HttpResponse:
    """What was flagged, for the person named for it alone. Raises: NotAllowed for everybody else."""
    if not roles_anywhere(user=request.user) & set(roles_with("safeguarding.receive")):
        raise NotAllowed("Only the person named for safeguarding sees what was flagged.")
    flags = list(safeguarding_queue(user=request.user)[:SHOWN_MAX])
    columns = [Column(_("Flagged")), Column(_("Round")), Column(_("At")), Column(_("Why"))]
    rows = [
        Row(
            [
                filters.moment(each.raised_at),
                formats.isolated(each.story.round.name),
                formats.isolated(each.story.node.name),
                each.concern[:200],
            ],
            url=reverse("story_flagged", args=[each.story_id]),
        )
        for each in flags
    ]
    context = {
        "title": _("Somebody may come to harm"),
        "tabs": story_tabs(request),
        "table": Table(caption=_("Waiting, the oldest first"), columns=columns, rows=rows),
        "waiting": len(flags),
    }
    return render(request, "web/story_pages/safeguarding.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def flagged(request: HttpRequest, story_id: UUID) -> HttpResponse:
    """One flagged story, why it was flagged, and what was done before it is seen again. Raises: NotAllowed."""
    story = Story.objects.filter(id=story_id, is_flagged=True).first()
    if story is None:
        raise NotAllowed("This story is not flagged, or is not there.")
    by = me(request)
    require(user=by, deed="safeguarding.receive", node_id=story.node_id)
    form = OutcomeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            lift_flag(story=story, outcome=form.cleaned_data["outcome"], by=by, at=timezone.now())
        except NotFlagged:
            messages.info(request, _("Somebody else has lifted the flag meanwhile."))
        else:
            messages.success(request, _("The story is seen again as before. What was done stays on record."))
        return redirect("story_safeguarding")
    page = read_flagged_story(story_id=story_id, by=by, at=timezone.now())
    flags = SafeguardingFlag.objects.filter(story=story).order_by("-raised_at", "-id")
    rights = Rights(by)
    context = {
        **shown(page, framework_of(version=page.story.framework_version)),
        "facts": facts_of(page),
        "flags": list(flags[:20]),
        "form": form,
        "crumbs": [Crumb(_("Somebody may come to harm"), reverse("story_safeguarding"))],
        "may_take_back": rights.may("withdrawal.handle", story.node_id),
        "take_back_url": reverse("story_take_back", args=[story.id]),
    }
    return render(request, "web/story_pages/flagged.html", context, status=422 if form.errors else 200)
