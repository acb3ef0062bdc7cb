"""Saving half a story with a code, after asking for it, and going on with it another day."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

from cryptography.fernet import Fernet
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from egenmakt.apps.stories.services.drafts import DraftGone, discard_draft, resume_draft, save_draft
from egenmakt.core.codes import NotACode
from egenmakt.core.signification.withdrawal import grouped, withdrawal_code
from egenmakt.interfaces.web.stories import guessing, showing
from egenmakt.interfaces.web.stories.places import Place, new_start, place_of_start
from egenmakt.interfaces.web.stories.start import Start
from egenmakt.interfaces.web.stories.telling import Page, Telling, kept_text

WHAT = "story draft"


def save(request: HttpRequest, place: Place, telling: Telling, page: Page) -> HttpResponse:
    """Ask whether half a story may be kept for some days; then keep it and show its code."""
    if request.POST.get("go") != "save_yes":
        with translation.override(telling.language):
            context: dict[str, Any] = {
                "title": _("Keep it for some days?"),
                "lead": _("So that you can go on later, what you have told so far is kept for seven days."),
                "further": [
                    _("Nobody reads it, and it is not counted. After seven days it is forgotten by itself."),
                    _("You get a code. Without the code nobody can open it, and it cannot be found again."),
                ],
                "action": place.url,
                "start": telling.start.signed(),
                "page": page,
                "kept": kept_text(telling.typed, without=()),
            }
        return showing.say(request, place, telling, context, template="save")
    code = telling.start.draft or guessing.read_code(withdrawal_code(secrets.token_bytes(16)))
    content = {
        "typed": {name: list(values) for name, values in telling.typed.items()},
        "language": telling.language,
        "page": page.code,
        "start": asdict(replace(telling.start, code="", draft="")),
        "token": place.token,
    }
    # the code is kept nowhere, so what is sealed with it is read by nobody else, in the database neither
    kept = {"consent": {"purposes": {"keep": True}, "minor": None}, "sealed": seal(content, code=code)}
    save_draft(
        id=UUID(telling.start.story), round=place.round, typed=kept, at=timezone.now(), link=place.link, code=code
    )
    with translation.override(telling.language):
        context = {
            "title": _("It is kept for seven days"),
            "lead": _("Write the code down. With it you go on where you stopped, on this phone or another."),
            "code": grouped(code),
            "code_title": _("The code to go on with"),
            "further": [_("The page where you type it: %(address)s") % {"address": _address(request)}],
            "buttons": [(reverse("story_resume"), _("Go on now"))],
        }
    return showing.say(request, place, telling, context)


def _lock(code: str) -> Fernet:
    # 67 random bits: no slow derivation is needed, as with the tokens of links
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"egenmakt.draft {code}".encode()).digest()))


def seal(content: dict[str, Any], *, code: str) -> str:
    """What was typed, so that only the code opens it."""
    return _lock(code).encrypt(json.dumps(content).encode()).decode()


def unseal(sealed: str, *, code: str) -> dict[str, Any]:
    """What was typed."""
    content: dict[str, Any] = json.loads(_lock(code).decrypt(sealed.encode()))
    return content


def _address(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("story_resume"))


def throw_away(telling: Telling) -> None:
    """Forget the draft of a story, if there was one."""
    if telling.start.draft:
        discard_draft(code=telling.start.draft)


class ResumeForm(forms.Form):
    """The code of a story that was begun."""

    code = forms.CharField(
        label=gettext_lazy("The code"),
        help_text=gettext_lazy("Sixteen letters and digits in groups of four; small letters are fine too."),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


@never_cache
@require_http_methods(["GET", "POST"])
def resume(request: HttpRequest) -> HttpResponse:
    """Go on with a story that was saved under a code."""
    form = ResumeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not guessing.may_try(request, what=WHAT):
            form.add_error(None, _("Too many wrong codes from here. Wait a quarter of an hour, then try again."))
        else:
            try:
                return _go_on(request, guessing.read_code(form.cleaned_data["code"]))
            except NotACode:
                form.add_error("code", _("A letter is wrong or missing. Look at the code once more."))
            except DraftGone:
                guessing.wrong(request, what=WHAT)
                form.add_error("code", _("Nothing is kept under this code. After seven days it is forgotten."))
    context = {"form": form, "is_public": not request.user.is_authenticated, "title": _("Go on with your story")}
    context |= {"lead": _("Type the code that you were shown when you stopped."), "deed": _("Go on")}
    return render(request, "web/stories/withdrawing/code.html", context, status=422 if form.errors else 200)


def _go_on(request: HttpRequest, code: str) -> HttpResponse:
    draft = resume_draft(code=code, at=timezone.now())
    kept = unseal(draft.typed["sealed"], code=code)
    started = Start(**kept["start"])
    place = place_of_start(request, started, draft.round, token=kept["token"])
    start = replace(started, code=new_start(place).code, draft=code)
    telling = Telling(place.framework, start, kept["language"], typed=kept["typed"])
    return showing.show(request, place, telling, telling.page(kept["page"]), {})


urlpatterns: list[URLPattern] = [path("tell/", resume, name="story_resume")]
