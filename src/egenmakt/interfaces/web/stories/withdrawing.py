"""The slip comes back: with its code a teller sees what is kept, changes what may be done with it, or takes it back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from egenmakt.apps.stories.frameworks import framework_of
from egenmakt.apps.stories.models import Attachment, ConsentRecord, Story, StoryArrival
from egenmakt.apps.stories.services.consenting import change_consent
from egenmakt.apps.stories.services.erasing import UnknownCode, withdraw
from egenmakt.core.codes import NotACode
from egenmakt.core.signification.consent import PURPOSES, VISIBILITIES
from egenmakt.core.signification.framework import framework_json
from egenmakt.core.signification.problems import Unreadable
from egenmakt.core.signification.withdrawal import grouped, hash_of
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.stories import guessing
from egenmakt.interfaces.web.stories.consenting import NAMES, READERS, AskedPurpose
from egenmakt.interfaces.web.stories.drafting import ResumeForm

WHAT = "withdrawal code"


class CodeForm(ResumeForm):
    """The code on a slip."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["code"].label = _("The code on the slip")


@never_cache
@require_http_methods(["GET", "POST"])
def with_code(request: HttpRequest) -> HttpResponse:
    """Every step with the code; each is sent, none has an address, so that nothing stays in the phone's history."""
    form = CodeForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _ask(request, form)
    if not guessing.may_try(request, what=WHAT):
        form.add_error(None, _("Too many wrong codes from here. Wait a quarter of an hour, then try again."))
        return _ask(request, form)
    try:
        code = guessing.read_code(form.cleaned_data["code"])
    except NotACode:
        form.add_error("code", _("A letter is wrong or missing. Look at the code once more."))
        return _ask(request, form)
    stories = _stories(code)
    waiting = (
        StoryArrival.objects.filter(withdrawal_hash=hash_of(code), state__in=("quarantined", "refused"))
        .values("story_id")
        .distinct()
        .count()
    )
    if not stories and not waiting:
        guessing.wrong(request, what=WHAT)
        form.add_error("code", _("Nothing is kept under this code. Perhaps it was taken back already."))
        return _ask(request, form)
    match request.POST.get("go", "see"):
        case "withdraw":
            return _confirm(request, code, len(stories) + waiting)
        case "withdraw_yes":
            return _erase(request, code)
        case "change" if stories:
            return _change(request, code, stories)
    return _see(request, code, stories, waiting)


def _ask(request: HttpRequest, form: CodeForm) -> HttpResponse:
    context = {
        "title": _("Your slip"),
        "lead": _(
            "Type the code from your slip to see what is kept, to change what may be done with it, or to take it back."
        ),
        "deed": _("Go on"),
    }
    return _page(request, "code", {**context, "form": form}, status=422 if form.errors else 200)


def _page(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    language = translation.get_language() or ""
    shared = {"is_public": not request.user.is_authenticated, "language": language, "page_language": language}
    return render(request, f"web/stories/withdrawing/{template}.html", {**shared, **context}, status=status)


def _stories(code: str) -> list[Story]:
    found = Story.objects.select_related("round", "framework_version").filter(withdrawal_hash=hash_of(code))
    return list(found.order_by("received_at", "id"))


def _see(
    request: HttpRequest, code: str, stories: Sequence[Story], waiting: int, *, is_changed: bool = False
) -> HttpResponse:
    """What is kept: when and where it was told, never the words before they are asked for."""
    files: dict[Any, list[str]] = {}
    for attachment in Attachment.objects.filter(story__in=stories).order_by("id"):
        files.setdefault(attachment.story_id, []).append(_("a photo") if attachment.kind == "photo" else _("a voice"))
    kept = [
        {
            "round": story.round.name,
            "told_on": (story.finished_at or story.received_at).date(),
            "files": files.get(story.id, []),
            "allowed": [str(NAMES[name]) for name in PURPOSES if name == "keep" or getattr(story, f"may_{name}")],
            "readers": READERS[story.visibility],
            "story": story if request.POST.get("go") == "text" else None,
            "direction": formats.text_direction(story.language),
        }
        for story in stories
    ]
    context = {
        "title": _("What is kept under this code"),
        "code": grouped(code),
        "kept": kept,
        "waiting": waiting,
        "is_read": request.POST.get("go") == "text",
        "changed": is_changed,
        **(_asked(stories[0]) if stories else {}),
    }
    return _page(request, "kept", context)


def _asked(story: Story) -> dict[str, Any]:
    """The purposes as the framework asks for them, with what is allowed now."""
    framework = framework_json(framework_of(version=story.framework_version))
    texts = framework["consent"]["purposes"]
    has = set(Attachment.objects.filter(story=story).values_list("kind", flat=True))
    offered = [
        name
        for name, purpose in PURPOSES.items()
        if name != "keep" and name in texts and (not purpose.attachment or purpose.attachment in has)
    ]
    return {
        "languages": framework["languages"],
        "purposes": [AskedPurpose(n, texts[n], "yes" if getattr(story, f"may_{n}") else "no") for n in offered],
        "readers": list(READERS.items()),
        "visibility": story.visibility,
    }


def _change(request: HttpRequest, code: str, stories: Sequence[Story]) -> HttpResponse:
    framework = framework_of(version=stories[0].framework_version)
    latest = ConsentRecord.objects.filter(story=stories[0]).order_by("-recorded_at", "-id").first()
    visibility = request.POST.get("c.visibility", "")
    language = translation.get_language() or framework.source
    consent = {
        "version": framework.consent.version,
        "language": language if language in framework.languages else framework.source,
        "given": "tapped",
        "asked_by": "self",
        "purposes": {name: name == "keep" or request.POST.get(f"c.{name}") == "yes" for name in PURPOSES},
        "minor": latest.minor if latest else None,
        "visibility": visibility if visibility in VISIBILITIES else stories[0].visibility,
    }
    try:
        change_consent(code=code, consent=consent, at=timezone.now())
    except Unreadable:
        sentence = _(
            "To publish the text, it must also be allowed to learn from it. Say yes to both, or no to publishing."
        )
        context = {"title": _("What may be done with it"), "lead": sentence, "code": grouped(code)}
        return _page(request, "again", context, status=422)
    return _see(request, code, _stories(code), 0, is_changed=True)


def _confirm(request: HttpRequest, code: str, count: int) -> HttpResponse:
    consequences = [
        ngettext(
            "%(count)s story is erased with its answers.", "%(count)s stories are erased with their answers.", count
        )
        % {"count": count},
        _("Photos, voices, translations and notes beside it are erased too."),
        _("Whoever has received it in a file is told to erase it there."),
        _("It cannot be brought back. Only the fact that something was taken back is remembered."),
    ]
    context = {"title": _("Take it back?"), "consequences": consequences, "code": grouped(code)}
    return _page(request, "confirm", context)


def _erase(request: HttpRequest, code: str) -> HttpResponse:
    try:
        done = withdraw(code=code, at=timezone.now())
    except UnknownCode:
        return _ask(request, CodeForm())
    words = [
        ngettext("%(count)s story was erased.", "%(count)s stories were erased.", done.stories)
        % {"count": done.stories},
        _("With it went its answers, photos, voices, translations, notes, and the text that was searched."),
    ]
    words += [
        _("It had left in the file %(file)s for %(recipient)s, who is told to erase it.")
        % {"file": each.file_name, "recipient": each.recipient}
        for each in done.exports
    ]
    words.append(_("If somebody sends the same story again, it is not taken in."))
    return _page(request, "done", {"title": _("It is taken back"), "words": words, "home": reverse("story_withdraw")})


urlpatterns: list[URLPattern] = [path("slip/", with_code, name="story_withdraw")]
