"""Showing a page of the form, with everything that its templates need."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from egenmakt.core.signification.story import LEVELS
from egenmakt.interfaces.web.stories import consenting
from egenmakt.interfaces.web.stories.asking import Mistake, scripts_of
from egenmakt.interfaces.web.stories.controls.base import first
from egenmakt.interfaces.web.stories.places import Place
from egenmakt.interfaces.web.stories.telling import Page, Telling, kept_text
from egenmakt.interfaces.web.templatetags.parts import own_name

ROLE_WORDS: dict[str, tuple[Any, Any]] = {
    "rights_holder": (gettext_lazy("I take part in a group or live here"), gettext_lazy("A member or neighbour")),
    "partner": (gettext_lazy("I work for the local organisation"), gettext_lazy("Somebody at the local organisation")),
    "staff": (
        gettext_lazy("I work for the organisation that gives support"),
        gettext_lazy("Somebody at the supporting organisation"),
    ),
}
"""Whose voice it is, as the teller says it herself and as somebody else says it of her."""
LEVEL_WORDS: dict[str, Any] = {
    "country": gettext_lazy("Country"),
    "province": gettext_lazy("Province"),
    "district": gettext_lazy("District"),
    "municipality": gettext_lazy("Municipality"),
}


def show(
    request: HttpRequest, place: Place, telling: Telling, page: Page, mistakes: Mapping[str, Mistake], status: int = 200
) -> HttpResponse:
    """One page of the form, in the teller's language and direction."""
    with translation.override(telling.language):
        return _render(
            request, place, "web/stories/telling/page.html", {**_form(place, telling, page, mistakes)}, telling, status
        )


def _form(place: Place, telling: Telling, page: Page, mistakes: Mapping[str, Mistake]) -> dict[str, Any]:
    typed = telling.typed
    labels = {question["code"]: question["text"] for question in telling.questions}
    purposes = telling.framework["consent"]["purposes"]
    titles = {
        "begin": _("Tell a story"),
        "story": _("Your story"),
        "consent": _("You decide"),
        "all": _("A paper form"),
    }
    return {
        "title": titles.get(page.kind, _("About your story") if _is_about_story(page) else _("About you")),
        "lead": "",
        "page": page,
        "place": telling.place(page),
        "pages": len(telling.pages),
        "minutes": telling.minutes_left(page),
        "start": telling.start.signed(),
        "kept": kept_text(typed, without=telling.fields(page)),
        "is_one_page": telling.is_one_page,
        "deed": _("Compare and keep")
        if telling.is_one_page
        else _("I am done")
        if page.kind == "consent"
        else _("Go on"),
        "has_files": any(question["type"] in ("audio", "photo") for question in page.questions),
        "may_save": not telling.is_one_page and page.kind != "begin",
        "action": place.url,
        "asked": telling.asked(page, mistakes),
        "mistakes": [
            {"sentence": m.sentence, "field": m.field, "label": labels.get(code) or purposes.get(code[2:])}
            for code, m in mistakes.items()
        ],
        "errors": {code[2:]: m.sentence for code, m in mistakes.items() if code[:2] in ("s.", "c.")},
        "scripts": scripts_of(page.questions),
        "is_told_to": place.user is not None,
        "explains": place.user is None,
        "roles": [(code, words[place.user is not None]) for code, words in ROLE_WORDS.items()],
        "role": telling.role,
        "groups": place.groups() if page.kind in ("begin", "all") else [],
        "typed_group": first(typed, "s.group"),
        "typed_step": first(typed, "s.step"),
        "prompts": telling.framework["prompts"],
        "may_speak": any(question["type"] == "audio" for question in telling.questions),
        "story": {
            name[2:]: first(typed, name) for name in ("s.prompt", "s.text", "s.title", "s.year", "s.month", "s.where")
        }
        | {"level": first(typed, "s.level") or LEVELS[-1]},
        "levels": [(code, LEVEL_WORDS[code]) for code in LEVELS],
        **(_consent(telling, mistakes) if page.kind in ("consent", "all") else {}),
    }


def _is_about_story(page: Page) -> bool:
    return page.questions[0].get("about", "story") == "story" if page.questions else True


def _consent(telling: Telling, mistakes: Mapping[str, Mistake]) -> dict[str, Any]:
    return {
        "consent_intro": telling.framework["consent"]["intro"],
        "purposes": consenting.asked(telling, mistakes),
        "readers": list(consenting.READERS.items()),
        "visibility": first(telling.typed, "c.visibility"),
        "is_minor": telling.is_one_page or consenting.is_minor(telling),
        "guardians": list(consenting.GUARDIAN_WORDS.items()),
        "minor": first(telling.typed, "c.minor"),
        "assent": first(telling.typed, "c.assent"),
        "given_ways": list(consenting.GIVEN_WORDS.items()),
        "given": first(telling.typed, "c.given") or ("written" if telling.start.by == "paper" else "spoken"),
    }


def say(
    request: HttpRequest,
    place: Place,
    telling: Telling,
    context: dict[str, Any],
    *,
    template: str = "said",
    status: int = 200,
) -> HttpResponse:
    """A page after or beside the form: kept, forgotten, saved."""
    with translation.override(telling.language):
        # what is said about it is written lazily, so that it comes in the teller's language
        return _render(request, place, f"web/stories/telling/{template}.html", context, telling, status)


def _render(
    request: HttpRequest, place: Place, template: str, context: dict[str, Any], telling: Telling, status: int
) -> HttpResponse:
    languages = place.languages
    shared = {
        "language": telling.language,
        "languages": languages,
        "page_language": telling.language,
        "language_name": own_name(telling.language),
        "language_choices": [(code, own_name(code)) for code in languages],
        "is_public": place.is_public,
        "is_test": telling.start.mode == "test",
    }
    return render(request, template, {**shared, **context}, status=status)
