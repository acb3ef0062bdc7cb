"""The stories that wait: one after the other, each with a decision and its reason, by keyboard alone if one likes."""

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
from uuid6 import uuid7

from egenmakt.apps.access.queries import AnyUser, Rights, nodes_where
from egenmakt.apps.stories.frameworks import framework_of
from egenmakt.apps.stories.models import Story
from egenmakt.apps.stories.queries.listing import whole_stories
from egenmakt.apps.stories.queries.stories import moderation_queue
from egenmakt.apps.stories.services.moderating import ReasonMissing, moderate
from egenmakt.apps.stories.services.reading import read_story_page
from egenmakt.interfaces.web.paging import keyset_page
from egenmakt.interfaces.web.parts import Crumb
from egenmakt.interfaces.web.reading import reading_page
from egenmakt.interfaces.web.story_pages.beside import reachable
from egenmakt.interfaces.web.story_pages.forms import DecisionForm
from egenmakt.interfaces.web.story_pages.listing import table_of
from egenmakt.interfaces.web.story_pages.story import facts_of, shown, story_crumbs
from egenmakt.interfaces.web.story_pages.waiting import story_tabs
from egenmakt.interfaces.web.writing import me


@never_cache
@reading_page
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for this reader's decision, the oldest first."""
    found = moderation_queue(user=request.user).order_by().only("id", "received_at").select_related(None)
    page = keyset_page(found, order=("received_at", "id"), query=request.GET)
    rows = whole_stories(ids=[story.id for story in page.rows])
    context = {
        "title": _("Stories to look at"),
        "tabs": story_tabs(request),
        "page": page,
        "table": table_of(rows, caption=_("The oldest first"), url="story_decide"),
        "first_url": reverse("story_decide", args=[rows[0].id]) if rows else "",
        "decides": nodes_where(user=request.user, deed="story.moderate").exists(),
    }
    return render(request, "web/story_pages/queue.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, story_id: UUID) -> HttpResponse:
    """One story with the decision below it; after deciding, the next one that waits is shown at once."""
    story = reachable(request, story_id, deed="story.moderate")
    form = DecisionForm(request.POST if request.method == "POST" else None, initial={"id": str(uuid7())})
    if form.is_bound and form.is_valid():
        decision, reason = form.cleaned_data["decision"], form.cleaned_data["reason"]
        try:
            moderate(id=form.id_sent, story=story, decision=decision, reason=reason, by=me(request), at=timezone.now())
        except ReasonMissing:
            form.add_error("reason", _("Say why: whoever collected the story should be able to learn from it."))
        else:
            messages.success(request, _done(decision))
            following = next_waiting(request.user, after=story)
            return redirect("story_decide", following.id) if following else redirect("story_moderation")
    page = read_story_page(story_id=story_id, by=me(request), at=timezone.now(), what="moderation")
    following = next_waiting(request.user, after=story)
    context = {
        **shown(page, framework_of(version=story.framework_version), rights=Rights(request.user)),
        "form": form,
        "facts": facts_of(page),
        "crumbs": story_crumbs(Crumb(_("Stories to look at"), reverse("story_moderation"))),
        "skip_url": reverse("story_decide", args=[following.id]) if following else "",
        "story_url": reverse("story", args=[story.id]),
        "flag_url": reverse("story_flag", args=[story.id]),
        "earlier": list(story.decisions.order_by("-decided_at", "-id")[:5]),
    }
    return render(request, "web/story_pages/decide.html", context, status=422 if form.errors else 200)


def _done(decision: str) -> str:
    """What is said after a decision."""
    words = {
        "approve": _("Approved."),
        "set_aside": _("Set aside."),
        "wait": _("It goes on waiting, and your reason stands beside it."),
    }
    return words[decision]


def next_waiting(user: AnyUser, *, after: Story) -> Story | None:
    """The story that waits after this one, in the order of the queue."""
    waiting = moderation_queue(user=user).filter(received_at__gte=after.received_at).exclude(id=after.id)
    later = waiting.exclude(received_at=after.received_at, id__lt=after.id)
    return later.only("id", "received_at").select_related(None).first()
