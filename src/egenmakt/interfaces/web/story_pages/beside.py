"""Putting something beside a story: a signed note, a translation, a consent that was said to somebody."""

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
from django.views.decorators.http import require_http_methods, require_POST
from uuid6 import uuid7

from egenmakt.apps.access.queries import NotAllowed, may, require
from egenmakt.apps.stories.frameworks import framework_of
from egenmakt.apps.stories.models import Attachment, ConsentRecord, Story
from egenmakt.apps.stories.queries.reach import require_story
from egenmakt.apps.stories.services.beside import NoConsent, add_translation, annotate
from egenmakt.apps.stories.services.consenting import change_consent_for_teller
from egenmakt.apps.stories.services.reading import read_story_page
from egenmakt.core.signification.consent import GUARDIANS, PURPOSES, VISIBILITIES
from egenmakt.core.signification.framework import framework_json
from egenmakt.core.signification.problems import Unreadable
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.stories.consenting import GIVEN_WORDS, GUARDIAN_WORDS, AskedPurpose
from egenmakt.interfaces.web.story_pages.forms import TranslationForm
from egenmakt.interfaces.web.story_pages.story import (
    new_annotation,
    shown,
    story_context,
    story_crumb,
    story_crumbs,
)
from egenmakt.interfaces.web.story_pages.words import READERS
from egenmakt.interfaces.web.writing import me


def reachable(request: HttpRequest, story_id: UUID, *, deed: str) -> Story:
    """A story with which the reader may do a deed. Raises: NotAllowed, also for one that is not there or flagged."""
    story = Story.objects.select_related("round", "node", "framework_version").filter(id=story_id).first()
    if story is None:
        raise NotAllowed("You may not read this story.")
    require_story(user=me(request), deed=deed, story=story)
    return story


@login_required
@require_POST
def note(request: HttpRequest, story_id: UUID) -> HttpResponse:
    """Write a signed and dated note beside the story."""
    story = reachable(request, story_id, deed="story.annotate")
    form = new_annotation(framework_of(version=story.framework_version), request.POST)
    if not form.is_valid():
        page = read_story_page(story_id=story_id, by=me(request), at=timezone.now())
        return render(
            request, "web/story_pages/story.html", story_context(request, page, annotation_form=form), status=422
        )
    text = form.cleaned_data["words"].strip()
    annotate(id=form.id_sent, story=story, by=me(request), at=timezone.now(), words=text, **form.what())
    messages.success(request, _("Your note stands beside the story, with your name and the day."))
    return redirect(reverse("story", args=[story.id]) + "#notes")


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def translate(request: HttpRequest, story_id: UUID) -> HttpResponse:
    """Write a translation beside the teller's own words; a better one is added, none is overwritten."""
    story = reachable(request, story_id, deed="story.translate")
    known = [*story.round.languages, formats.reader()]
    first = next((code for code in (formats.reader(), *known) if code != story.language), "")
    data = request.POST if request.method == "POST" else None
    form = TranslationForm(data, known=known, own=story.language, initial={"id": str(uuid7()), "language": first})
    if data is not None and form.is_valid():
        typed = form.cleaned_data
        text = typed["text"].replace("\r\n", "\n").strip()
        try:
            add_translation(
                id=form.id_sent,
                story=story,
                language=typed["language"],
                title=typed["title"],
                text=text,
                made_with=typed["made_with"].strip(),
                by=me(request),
                at=timezone.now(),
            )
        except NoConsent:
            form.add_error("made_with", _("The teller did not allow that a machine translates this story."))
        else:
            messages.success(request, _("The translation stands beside the teller's own words."))
            return redirect("story", story.id)
    page = read_story_page(story_id=story_id, by=me(request), at=timezone.now(), what="translation")
    context = {
        **shown(page, framework_of(version=story.framework_version)),
        "heading": _("A translation beside the story"),
        "form": form,
        "crumbs": story_crumbs(story_crumb(story)),
        "may_machine": story.may_machine_translation,
    }
    return render(request, "web/story_pages/translate.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def consent(request: HttpRequest, story_id: UUID) -> HttpResponse:
    """Write down what the teller allows from now on, as she said it to somebody. No word of the story is shown."""
    story = Story.objects.select_related("round", "node", "framework_version").filter(id=story_id).first()
    if story is None:
        raise NotAllowed("You may not read this story.")
    require(user=me(request), deed="withdrawal.handle", node_id=story.node_id)
    refuse_flagged(request, story)
    problem = ""
    if request.method == "POST":
        try:
            change_consent_for_teller(story=story, consent=_typed(request, story), by=me(request), at=timezone.now())
        except Unreadable:
            problem = _(
                "To publish the text, it must also be allowed to learn from it. Say yes to both, or no to publishing."
            )
        else:
            messages.success(
                request, _("What the teller said holds from now on. Every earlier answer stays on record.")
            )
            return redirect(after_consent(request, story))
    context = {
        "title": _("What the teller allows now"),
        "crumbs": story_crumbs(),
        "story": story,
        "problem": problem,
        "back_url": reverse("story", args=[story.id]),
        **_asked(request, story),
    }
    return render(request, "web/story_pages/consent.html", context, status=422 if problem else 200)


def refuse_flagged(request: HttpRequest, story: Story) -> None:
    """A flagged story is with the person named for it alone. Raises: NotAllowed."""
    if story.is_flagged and not may(user=me(request), deed="safeguarding.receive", node_id=story.node_id):
        # the same as for a story that is not there: that it is flagged is nobody else's business
        raise NotAllowed("You may not read this story.")


def after_consent(request: HttpRequest, story: Story) -> str:
    """The story, if it may still be read by whoever wrote the consent down; otherwise the list."""
    try:
        require_story(user=me(request), deed="story.read", story=story)
    except NotAllowed:
        return reverse("stories")
    return reverse("story", args=[story.id])


def _offered(story: Story) -> tuple[dict[str, Any], list[str]]:
    framework = framework_json(framework_of(version=story.framework_version))
    texts = framework["consent"]["purposes"]
    has = set(Attachment.objects.filter(story=story).values_list("kind", flat=True))
    names = [
        name
        for name, purpose in PURPOSES.items()
        if name != "keep" and name in texts and (not purpose.attachment or purpose.attachment in has)
    ]
    return framework, names


def _asked(request: HttpRequest, story: Story) -> dict[str, Any]:
    framework, names = _offered(story)
    texts = framework["consent"]["purposes"]
    sent = request.POST if request.method == "POST" else {}
    now = {name: "yes" if getattr(story, f"may_{name}") else "no" for name in names}
    return {
        "language": formats.reader(),
        "page_language": formats.reader(),
        "languages": framework["languages"],
        "purposes": [AskedPurpose(name, texts[name], sent.get(f"c.{name}", now[name])) for name in names],
        "readers": list(READERS.items()),
        "visibility": sent.get("c.visibility", story.visibility),
        "given_ways": [(code, words) for code, words in GIVEN_WORDS.items() if code != "tapped"],
        "given": sent.get("c.given", "spoken"),
        "is_minor": _minor(story) is not None,
        "guardians": list(GUARDIAN_WORDS.items()),
        "minor": sent.get("c.minor", (_minor(story) or {}).get("given_by", "")),
    }


def _minor(story: Story) -> dict[str, Any] | None:
    latest = ConsentRecord.objects.filter(story=story).order_by("-recorded_at", "-id").first()
    found: dict[str, Any] | None = latest.minor if latest else None
    return found


def _typed(request: HttpRequest, story: Story) -> dict[str, Any]:
    """The consent as it stands in a document; what is not offered stays as it was."""
    framework, names = _offered(story)
    sent, language = request.POST, formats.reader()
    minor, guardian = _minor(story), sent.get("c.minor", "")
    return {
        "version": framework["consent"]["version"],
        "language": language if language in framework["languages"] else framework["languages"][0],
        "given": "written" if sent.get("c.given") == "written" else "spoken",
        "asked_by": str(me(request).id),
        "purposes": {name: name == "keep" or (name in names and sent.get(f"c.{name}") == "yes") for name in PURPOSES},
        "minor": {**minor, "given_by": guardian if guardian in GUARDIANS else minor["given_by"]} if minor else None,
        "visibility": v if (v := sent.get("c.visibility", "")) in VISIBILITIES else story.visibility,
    }
