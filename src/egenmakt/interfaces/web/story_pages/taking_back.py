"""A story is taken back for its teller; who else is to be told; and what is erased when by itself."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from egenmakt.apps.access.queries import NotAllowed, require, roles_anywhere
from egenmakt.apps.access.roles import roles_with
from egenmakt.apps.stories.models import ExportedStory, Story
from egenmakt.apps.stories.queries.listing import rounds_by_end
from egenmakt.apps.stories.queries.stories import recipients_to_tell
from egenmakt.apps.stories.services.erasing import withdraw_for_teller
from egenmakt.apps.stories.services.exporting import mark_told
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.paging import keyset_page
from egenmakt.interfaces.web.parts import Column, Row, Table
from egenmakt.interfaces.web.reading import badge_cell, reading_page, short_day, today
from egenmakt.interfaces.web.stories.consenting import NAMES
from egenmakt.interfaces.web.story_pages.beside import refuse_flagged
from egenmakt.interfaces.web.story_pages.forms import TakeBackForm
from egenmakt.interfaces.web.story_pages.waiting import story_tabs
from egenmakt.interfaces.web.writing import me

SOON_DAYS = 30
RECIPIENTS_SHOWN = 500


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def take_back(request: HttpRequest, story_id: UUID) -> HttpResponse:
    """Erase a story because its teller asked for it, after saying what that means. Raises: NotAllowed."""
    story = Story.objects.select_related("round").filter(id=story_id).first()
    if story is None:
        raise NotAllowed("There is no such story, or it is gone already.")
    require(user=me(request), deed="withdrawal.handle", node_id=story.node_id)
    refuse_flagged(request, story)
    form = TakeBackForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        done = withdraw_for_teller(story=story, by=me(request), at=timezone.now(), asked=form.cleaned_data["asked"])
        messages.success(request, _("The story is erased everywhere here. It cannot be brought back."))
        if done.exports:
            messages.warning(request, _to_tell(len(done.exports)))
            return redirect("story_recipients")
        return redirect("stories")
    context = {
        "title": _("Take the story back for its teller?"),
        "lead": _("Only if the teller asked for it, or somebody who may speak for her."),
        "consequences": [
            _("The story is erased with its answers, photos, voices, translations and notes."),
            _("It counts in no pattern and no figure any more."),
            _("If somebody sends the same story again, it is not taken in."),
            _("Whoever received it in a file stands on a list until somebody has told them."),
            _("It cannot be brought back. Only the fact that something was taken back is remembered."),
        ],
        "form": form,
        "deed": _("Erase the story"),
        "back_url": reverse("story", args=[story.id]),
    }
    return render(request, "web/confirm.html", context, status=422 if form.errors else 200)


def _to_tell(count: int) -> str:
    return ngettext(
        "It had left in %(count)s file. Tell whoever has it to erase it there.",
        "It had left in %(count)s files. Tell whoever has them to erase it there.",
        count,
    ) % {"count": formats.number_text(count)}


def _require_anywhere(request: HttpRequest) -> None:
    if not roles_anywhere(user=request.user) & set(roles_with("withdrawal.handle")):
        raise NotAllowed("You may not handle what tellers take back. Ask the one who gives the roles.")


@never_cache
@reading_page
def recipients(request: HttpRequest) -> HttpResponse:
    """Files that left with a story that was taken back since: whom to tell, until somebody has."""
    _require_anywhere(request)
    found = list(recipients_to_tell(user=request.user)[:RECIPIENTS_SHOWN])
    context = {
        "title": _("Recipients to tell"),
        "tabs": story_tabs(request),
        "entries": [
            {
                "entry": each,
                "mark": each.id_hash[:12],
                "purpose": NAMES.get(each.export.purpose, _("the organisation's own keeping")),
                "told_url": reverse("story_recipient_told", args=[each.id]),
            }
            for each in found
        ],
    }
    return render(request, "web/story_pages/recipients.html", context)


@login_required
@require_POST
def told(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Write down that a recipient was told. Raises: NotAllowed."""
    entry = get_object_or_404(ExportedStory.objects.select_related("export"), id=entry_id, recalled_at__isnull=False)
    mark_told(entry=entry, by=me(request), at=timezone.now())
    messages.success(request, _("Written down: they were told, by you, today."))
    return redirect("story_recipients")


@never_cache
@reading_page
def retention(request: HttpRequest) -> HttpResponse:
    """What is erased by itself, and when: each round with its day."""
    _require_anywhere(request)
    found = rounds_by_end(user=request.user).annotate(kept=Count("stories"))
    page = keyset_page(found, order=("keep_until_on", "id"), query=request.GET)
    columns = [
        Column(_("Round")),
        Column(_("At")),
        Column(_("Stories"), is_numeric=True),
        Column(_("Last day")),
        Column(_("State")),
    ]
    rows = [
        Row(
            [
                each.name,
                formats.isolated(each.node.name),
                formats.number_text(each.kept),  # type: ignore[attr-defined]  # counted above
                short_day(each.keep_until_on - timedelta(days=1)),
                _when(each.keep_until_on, each.kept),  # type: ignore[attr-defined]  # counted above
            ],
            url=reverse("story_round", args=[each.id]),
        )
        for each in page.rows
    ]
    context = {
        "title": _("What is erased when"),
        "tabs": story_tabs(request),
        "page": page,
        "table": Table(caption=_("Rounds, the next to be erased first"), columns=columns, rows=rows),
    }
    return render(request, "web/story_pages/retention.html", context)


def _when(keep_until_on: date, kept: int) -> object:
    days = (keep_until_on - today()).days
    if days <= 0:
        return badge_cell(_("Erased tonight"), "error") if kept else badge_cell(_("Erased"), "neutral")
    if days <= SOON_DAYS:
        return badge_cell(
            ngettext("In %(days)s day", "In %(days)s days", days) % {"days": formats.number_text(days)}, "warning"
        )
    return badge_cell(_("Kept"), "success")
