"""Telling a story in the browser: by a link, or to somebody who is signed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from egenmakt.apps.access.queries import NotAllowed
from egenmakt.interfaces.web.stories import consenting, drafting, keeping, showing
from egenmakt.interfaces.web.stories.places import Place, new_start, place_of_link, place_of_round
from egenmakt.interfaces.web.stories.start import StaleStart, Start, read_start
from egenmakt.interfaces.web.stories.telling import Page, Telling, merged, read_kept
from egenmakt.interfaces.web.wording import language_of


@never_cache
@require_http_methods(["GET", "POST"])
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """A story told alone, by an open or a personal link."""
    try:
        place = place_of_link(token)
    except NotAllowed:
        context = {"is_public": True, "title": _("This link is not open"), "scripts": []}
        context["lead"] = _("Perhaps it was only for some weeks, or a letter is wrong. Ask the one who gave it to you.")
        return render(
            request, "web/stories/telling/said.html", {**context, "language": "", "languages": []}, status=404
        )
    return answer(request, place)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def interview(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """A story told to somebody who is signed in and writes it down."""
    return answer(request, place_of_round(request, round_id, name="story_interview", by="facilitator"))


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def trial(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """The form to be tried out: marked as a test from the beginning, and never counted."""
    return answer(request, place_of_round(request, round_id, name="story_trial", by="facilitator", mode="test"))


def answer(request: HttpRequest, place: Place) -> HttpResponse:
    """A page of the form: the first one, or what comes after the one that was sent."""
    if request.method == "GET":
        language = language_of(
            {"languages": place.languages}, request.GET.get("lang") or translation.get_language() or ""
        )
        telling = Telling(place.framework, new_start(place), language)
        return showing.show(request, place, telling, telling.pages[0], {})
    try:
        start = read_start(request.POST.get("start", ""))
        if (start.round, start.mode, start.by) != (str(place.round.id), place.mode, place.by):
            raise StaleStart("This page belongs to another form.")
    except StaleStart:
        return stale(request, place)
    telling, page = _brought_back(request, place, start)
    match request.POST.get("go", "next"):
        case "again":
            return _again(request, place, telling)
        case "language":
            wanted = language_of({"languages": place.languages}, request.POST.get("language_to", ""))
            return showing.show(request, place, replace(telling, language=wanted), page, {})
        case "back":
            before = telling.pages[max(0, telling.place(page) - 2)]
            return showing.show(request, place, telling, before, {})
        case "save" | "save_yes":
            return drafting.save(request, place, telling, page)
        case "return":
            return showing.show(request, place, telling, page, {})
    return _go_on(request, place, telling, page)


def _brought_back(request: HttpRequest, place: Place, start: Start) -> tuple[Telling, Page]:
    """The telling with what stood on the page that was sent, and that page."""
    language = language_of({"languages": place.languages}, request.POST.get("language", ""))
    empty = Telling(place.framework, start, language)
    kept = read_kept(request.POST.get("kept", ""), known=empty.known_fields())
    before = replace(empty, typed=kept)
    page = before.page(request.POST.get("page", ""))
    if request.POST.get("go") in ("save_yes", "return"):
        return before, page  # asked whether to save: everything travels in what is kept
    posted = {name: request.POST.getlist(name) for name in request.POST}
    return replace(empty, typed=merged(kept, posted, fields=before.fields(page))), page


def _go_on(request: HttpRequest, place: Place, telling: Telling, page: Page) -> HttpResponse:
    if page.kind == "consent" and consenting.refuses_to_keep(telling):
        return forget(request, place, telling)
    # a file stands in the form as the word that it came
    telling = replace(telling, typed={**telling.typed, **{name: ["sent"] for name in request.FILES}})
    mistakes = telling.mistakes(page)
    if mistakes:
        return showing.show(request, place, telling, page, mistakes, status=422)
    if page.kind == "consent":
        for earlier in telling.pages:
            if found := telling.mistakes(earlier):
                return showing.show(request, place, telling, earlier, found, status=422)
        return keeping.keep(request, place, telling, request.FILES)
    after = telling.pages[telling.place(page)]
    if after.kind == "consent":
        telling = replace(telling, start=telling.start.finished(timezone.now()))
    return showing.show(request, place, telling, after, {})


def forget(request: HttpRequest, place: Place, telling: Telling) -> HttpResponse:
    """The teller did not agree: nothing is kept, not even a draft of it."""
    drafting.throw_away(telling)
    with translation.override(telling.language):
        context = {
            "title": _("Nothing is kept"),
            "lead": _("You said no, and that is respected. Everything that was told here is forgotten."),
            "further": [_("A no changes nothing for you: not your place in a group, a loan or a training.")],
            "buttons": [(place.url, _("Begin anew") if place.is_public else _("The next interview"))],
        }
    return showing.say(request, place, telling, context)


def _again(request: HttpRequest, place: Place, telling: Telling) -> HttpResponse:
    """Another story of the same teller, who is not asked about herself again."""
    old = telling.start
    start = new_start(place, teller=old.teller, role=old.role, is_first=False)
    fresh = Telling(place.framework, start, telling.language)
    return showing.show(request, place, fresh, fresh.pages[0], {})


def stale(request: HttpRequest, place: Place) -> HttpResponse:
    """The page that came back is too old or not ours."""
    language = language_of({"languages": place.languages}, request.POST.get("language", ""))
    telling = Telling(place.framework, new_start(place), language)
    with translation.override(language):
        context: Mapping[str, Any] = {
            "title": _("This page is too old"),
            "lead": _("It was open for so long that it cannot be sent any more. Nothing of it was kept."),
            "buttons": [(place.url, _("Begin anew"))],
        }
    return showing.say(request, place, telling, dict(context), status=410)


urlpatterns: list[URLPattern] = [
    path("tell/<str:token>/", by_link, name="story_by_link"),
    path("rounds/<uuid:round_id>/interview/", interview, name="story_interview"),
    path("rounds/<uuid:round_id>/trial/", trial, name="story_trial"),
]
