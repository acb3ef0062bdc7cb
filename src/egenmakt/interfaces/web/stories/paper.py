"""Paper forms: everything on one page for the keyboard, entered twice by two people, and compared."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from egenmakt.apps.stories.services.drafts import DraftGone, resume_draft, save_draft
from egenmakt.core.codes import NotACode
from egenmakt.core.signification.withdrawal import grouped, withdrawal_code
from egenmakt.interfaces.web.stories import consenting, guessing, keeping, showing
from egenmakt.interfaces.web.stories.asking import names_of
from egenmakt.interfaces.web.stories.consenting import NAMES
from egenmakt.interfaces.web.stories.drafting import WHAT, ResumeForm, seal, unseal
from egenmakt.interfaces.web.stories.places import Place, new_start, place_of_round
from egenmakt.interfaces.web.stories.showing import ROLE_WORDS
from egenmakt.interfaces.web.stories.start import StaleStart, Start, read_start
from egenmakt.interfaces.web.stories.telling import Page, Telling, kept_text, merged, read_kept
from egenmakt.interfaces.web.stories.telling_views import forget, stale
from egenmakt.interfaces.web.wording import language_of, said

FIRST, SECOND = "first", "second"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that two people read differently from the same paper."""

    name: str
    label: str
    first: str
    second: str
    picked: str = ""


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def paper(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Enter a paper form for the first time."""
    place = place_of_round(request, round_id, name="story_paper", by="paper")
    if request.method == "GET":
        return _blank(request, place, new_start(place))
    return _sent(request, place)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def second(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Enter a paper form for the second time, without seeing the first."""
    place = place_of_round(request, round_id, name="story_paper_second", by="paper")
    if "start" in request.POST:
        return _sent(request, place)
    form = ResumeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not guessing.may_try(request, what=WHAT):
            form.add_error(None, _("Too many wrong codes from here. Wait a quarter of an hour, then try again."))
        else:
            try:
                code = guessing.read_code(form.cleaned_data["code"])
                kept = _first_entry(code)
            except NotACode:
                form.add_error("code", _("A letter is wrong or missing. Look at the code once more."))
            except (DraftGone, KeyError):
                guessing.wrong(request, what=WHAT)
                form.add_error("code", _("No paper form waits under this code. After seven days it is forgotten."))
            else:
                if kept["entered_by"] == str(request.user.pk):
                    form.add_error("code", _("You entered this form yourself. Somebody else must read it too."))
                else:
                    start = replace(Start(**kept["start"]), code=new_start(place).code, draft=code)
                    return _blank(request, place, start, kept["language"])
    context = {"form": form, "title": _("Second entry"), "deed": _("Go on")}
    context["lead"] = _("Type the code that the first person wrote on the paper. What was entered is not shown.")
    return render(request, "web/stories/withdrawing/code.html", context, status=422 if form.errors else 200)


def _first_entry(code: str) -> dict[str, Any]:
    """What the first person entered. Raises: DraftGone; KeyError for a draft that is no paper form."""
    kept = unseal(resume_draft(code=code, at=timezone.now()).typed["sealed"], code=code)
    return {**kept, "entered_by": kept["entered_by"]}


def _blank(request: HttpRequest, place: Place, start: Start, language: str = "") -> HttpResponse:
    wanted = language or request.GET.get("lang") or translation.get_language() or ""
    spoken = language_of({"languages": place.languages}, wanted)
    telling = Telling(place.framework, start, spoken, is_one_page=True)
    return showing.show(request, place, telling, telling.pages[0], {})


def _sent(request: HttpRequest, place: Place) -> HttpResponse:
    try:
        start = read_start(request.POST.get("start", ""))
        if (start.round, start.by) != (str(place.round.id), "paper"):
            raise StaleStart("This page belongs to another form.")
    except StaleStart:
        return stale(request, place)
    language = language_of({"languages": place.languages}, request.POST.get("language", ""))
    empty = Telling(place.framework, start, language, is_one_page=True)
    page = empty.pages[0]
    kept = read_kept(request.POST.get("kept", ""), known=empty.known_fields())
    go = request.POST.get("go", "next")
    if go in ("once", "settle"):
        telling = replace(empty, typed=kept)
        return _settle(request, place, telling, page) if go == "settle" else _keep(request, place, telling, page)
    posted = {name: request.POST.getlist(name) for name in request.POST}
    telling = replace(empty, typed=merged(kept, posted, fields=empty.fields(page)))
    if go == "language":
        wanted = language_of({"languages": place.languages}, request.POST.get("language_to", ""))
        return showing.show(request, place, replace(telling, language=wanted), page, {})
    if consenting.refuses_to_keep(telling):
        return forget(request, place, telling)
    if mistakes := telling.mistakes(page):
        return showing.show(request, place, telling, page, mistakes, status=422)
    return _compare(request, place, telling, page) if start.draft else _entered_once(request, place, telling)


def _entered_once(request: HttpRequest, place: Place, telling: Telling) -> HttpResponse:
    """Keep the first entry for the second person, sealed with a code that stands on the paper alone."""
    code = guessing.read_code(withdrawal_code(secrets.token_bytes(16)))
    content = {
        "typed": {name: list(values) for name, values in telling.typed.items()},
        "language": telling.language,
        "start": asdict(replace(telling.start, code="")),
        "entered_by": str(request.user.pk),
    }
    typed = {"consent": {"purposes": {"keep": True}, "minor": None}, "sealed": seal(content, code=code)}
    save_draft(id=UUID(telling.start.story), round=place.round, typed=typed, at=timezone.now(), code=code)
    start = replace(telling.start, draft=code)
    context = {
        "title": _("Entered once"),
        "code": grouped(code),
        "second_url": request.build_absolute_uri(reverse("story_paper_second", args=[place.round.id])),
        "start": start.signed(),
        "kept": kept_text(telling.typed, without=()),
        "action": place.url,
        "next_url": place.url,
        "crumbs": [],
    }
    return showing.say(request, place, telling, context, template="entered")


def _groups(telling: Telling) -> list[tuple[str, str, list[str]]]:
    """Everything on the paper, thing by thing: a name, its label, and its fields."""
    language = telling.language
    things = [
        ("s.role", _("Who is telling"), ["s.role"]),
        ("s.group", _("Group"), ["s.group", "s.step"]),
        ("s.prompt", _("What the story is about"), ["s.prompt"]),
        ("s.text", _("The story"), ["s.text"]),
        ("s.title", _("Title"), ["s.title"]),
        ("s.when", _("When"), ["s.year", "s.month"]),
        ("s.where", _("Where"), ["s.level", "s.where"]),
    ]
    things += [
        (q["code"], said(q["text"], language=language, languages=telling.framework["languages"]).text, names_of(q))
        for q in telling.in_pages
    ]
    things += [(f"c.{n}", str(words), [f"c.{n}"]) for n, words in NAMES.items()]
    things += [
        ("c.visibility", _("Who may read it"), ["c.visibility"]),
        ("c.given", _("How the teller agreed"), ["c.given"]),
        ("c.minor", _("For a child: who agreed"), ["c.minor", "c.assent"]),
    ]
    return things


def differences(telling: Telling, before: Mapping[str, Sequence[str]]) -> list[Difference]:
    """What two entries of one paper do not share, thing by thing. Blanks around a text make no difference."""
    found = []
    for name, label, fields in _groups(telling):
        values = [
            [[each.strip() for each in typed.get(field, ()) if each.strip()] for field in fields]
            for typed in (before, telling.typed)
        ]
        if values[0] != values[1]:
            first, second = (_read_out(telling, name, value) for value in values)
            found.append(Difference(name, label, first, second))
    return found


def _read_out(telling: Telling, name: str, values: list[list[str]]) -> str:
    """What was typed, with the words of the options instead of their codes."""
    words = {code: str(pair[1]) for code, pair in ROLE_WORDS.items()} if name == "s.role" else {}
    words |= {"yes": _("Yes"), "no": _("No")} if name.startswith("c.") else {}
    for question in telling.in_pages:
        if question["code"] == name:
            languages = telling.framework["languages"]
            words = {
                option["code"]: said(option["text"], language=telling.language, languages=languages).text
                for option in question.get("options", ())
            } | {"does_not_apply": _("Does not apply")}
    texts = [", ".join(words.get(each, each) for each in value) for value in values if value]
    return " · ".join(texts) or _("nothing")


def _compare(request: HttpRequest, place: Place, telling: Telling, page: Page) -> HttpResponse:
    """Two entries side by side; where they agree the story is kept at once."""
    try:
        before = _first_entry(telling.start.draft)
    except (DraftGone, KeyError):
        return _keep(request, place, telling, page)
    found = differences(telling, before["typed"])
    if not found:
        return _keep(request, place, telling, page)
    return _show_differences(request, place, telling, found)


def _show_differences(
    request: HttpRequest, place: Place, telling: Telling, found: list[Difference], status: int = 200
) -> HttpResponse:
    context = {
        "title": _("The two entries differ"),
        "differences": found,
        "is_open": status != 200,
        "start": telling.start.signed(),
        "kept": kept_text(telling.typed, without=()),
        "action": place.url,
    }
    return showing.say(request, place, telling, context, template="differences", status=status)


def _settle(request: HttpRequest, place: Place, telling: Telling, page: Page) -> HttpResponse:
    """For each difference the one that stands on the paper; then the story is kept."""
    try:
        before = _first_entry(telling.start.draft)
    except (DraftGone, KeyError):
        return _keep(request, place, telling, page)
    found = [replace(d, picked=request.POST.get(f"pick.{d.name}", "")) for d in differences(telling, before["typed"])]
    if any(each.picked not in (FIRST, SECOND) for each in found):
        return _show_differences(request, place, telling, found, status=422)
    from_first = {each.name for each in found if each.picked == FIRST}
    typed = dict(telling.typed)
    for name, _label, fields in _groups(telling):
        if name in from_first:
            for field in fields:
                typed[field] = list(before["typed"].get(field, ()))
    return _keep(request, place, replace(telling, typed=typed), page)


def _keep(request: HttpRequest, place: Place, telling: Telling, page: Page) -> HttpResponse:
    if consenting.refuses_to_keep(telling):
        return forget(request, place, telling)
    if mistakes := telling.mistakes(page):
        return showing.show(request, place, telling, page, mistakes, status=422)
    return keeping.keep(request, place, telling, {})


urlpatterns: list[URLPattern] = [
    path("rounds/<uuid:round_id>/paper/", paper, name="story_paper"),
    path("rounds/<uuid:round_id>/paper/second/", second, name="story_paper_second"),
]
