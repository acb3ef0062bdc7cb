"""Back to the tellers: who has a page and who waits, making one, reading it aloud, and that it was delivered."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, override
from uuid6 import uuid7

from egenmakt.apps.access.queries import Rights, nodes_where
from egenmakt.apps.learning.queries.returns import (
    ToldBack,
    bodies_of,
    decisions_for,
    return_of,
    returns_of,
    tellable_stories,
    told_back,
)
from egenmakt.apps.learning.services.returning import TooFew, deliver, make_return
from egenmakt.apps.people.models import Node
from egenmakt.apps.stories.frameworks import framework_of
from egenmakt.apps.stories.models import Round
from egenmakt.interfaces import web
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.fields import DateField
from egenmakt.interfaces.web.learning.pages import (
    WithId,
    answer_form,
    home_crumbs,
    ids_of,
    learning_tabs,
    long_text,
    posted,
    story_field,
    ticks,
    writing_page,
)
from egenmakt.interfaces.web.learning.words import HOW
from egenmakt.interfaces.web.parts import Column, Crumb, Row, Table
from egenmakt.interfaces.web.reading import badge_cell, link, reading_page, short_day, today
from egenmakt.interfaces.web.templatetags.parts import own_name
from egenmakt.interfaces.web.writing import address, me

LOCALES = Path(web.__file__).parent.parent.parent / "locale"
"""The languages of this program: those in which people work, and those of the tellers' own pages."""


@reading_page
def rounds(request: HttpRequest) -> HttpResponse:
    """The rounds, each with the pages that were made and how many of them came back to their tellers."""
    nodes = nodes_where(user=request.user, deed="learning.read").values("id")
    found = list(Round.objects.filter(node_id__in=nodes).select_related("node").order_by("-starts_on", "-id")[:100])
    pages: dict[UUID, list[Any]] = {}
    for page in returns_of(user=request.user).filter(round__in=found):
        pages.setdefault(page.round_id, []).append(page)
    columns = [
        Column(say("Round")),
        Column(say("Body")),
        Column(say("Until")),
        Column(say("Pages"), is_numeric=True),
        Column(say("Came back"), is_numeric=True),
        Column(say("To be made anew"), is_numeric=True),
    ]
    rows = []
    for each in found:
        made = pages.get(each.id, [])
        counts = (len(made), sum(bool(page.came) for page in made), sum(bool(page.renew_since) for page in made))
        cells = [each.name, formats.isolated(each.node.name), short_day(each.until_on)]
        url = reverse("learning_return_round", args=[each.id])
        rows.append(Row([*cells, *(formats.number_text(count) for count in counts)], url=url))
    context = {
        "title": say("Back to the tellers"),
        "tabs": learning_tabs(),
        "table": Table(say("Rounds"), columns, rows),
    }
    return render(request, "web/learning/return_rounds.html", context)


def _round(request: HttpRequest, id: UUID) -> Round:
    rights = Rights(request.user)
    round = Round.objects.filter(id=id).select_related("node", "framework_version").first()
    rights.require("learning.read", round.node_id if round else id)
    assert round is not None  # nobody has a role at an id that is no body
    return round


def _crumbs(*more: Crumb) -> list[Crumb]:
    return home_crumbs(Crumb(say("Back to the tellers"), reverse("learning_returns")), *more)


def _round_crumb(round: Round) -> Crumb:
    return Crumb(round.name, reverse("learning_return_round", args=[round.id]))


@reading_page
def round_page(request: HttpRequest, id: UUID) -> HttpResponse:
    """Every group of a round that is large enough, with its pages."""
    round = _round(request, id)
    bodies, rights = bodies_of(user=request.user, round=round), Rights(request.user)
    columns = [Column(say("For")), Column(say("People"), is_numeric=True), Column(say("Pages")), Column(say("State"))]
    rows = []
    for body in bodies:
        links = [
            link(reverse("learning_return", args=[p.id]), f"{own_name(p.language)} {p.version}") for p in body.pages
        ]
        state = badge_cell(say("No page yet"), "neutral")
        if any(page.renew_since for page in body.pages[:1]):
            state = badge_cell(say("To be made anew"), "warning")
        elif any(page.came for page in body.pages):  # type: ignore[attr-defined]  # prefetched
            state = badge_cell(say("Came back"), "success")
        elif body.pages:
            state = badge_cell(say("Not delivered yet"), "info")
        name = say("All who told") if body.node.id == round.node_id else body.node.name
        url = (
            reverse("learning_return_new", args=[id, body.node.id])
            if rights.may("learning.write", round.node_id)
            else ""
        )
        rows.append(Row([name, formats.number_text(body.people), _joined(links), state], url=url))
    context = {
        "title": round.name,
        "crumbs": _crumbs(),
        "round": round,
        "table": Table(
            say("Who has a page"), columns, rows,
            note=say("Groups of which too few told, or that subtraction would give away, have no page of their own."),
        ),
        "has_rows": bool(rows),
    }  # fmt: skip
    return render(request, "web/learning/return_round.html", context)


def _joined(links: list[Any]) -> Any:
    # one thing in the card that a row becomes on a narrow screen
    return format_html("<span>{}</span>", format_html_join(", ", "{}", ((each,) for each in links)) or "–")


@writing_page
def new(request: HttpRequest, id: UUID, node_id: UUID) -> HttpResponse:
    """Make a version of the page for a group or for all who told."""
    round = _round(request, id)
    body = next((each for each in bodies_of(user=request.user, round=round) if each.node.id == node_id), None)
    node = body.node if body else Node.objects.filter(id=node_id).first()
    framework = framework_of(version=round.framework_version)
    decisions = list(decisions_for(round=round))

    class ReturnForm(WithId):
        language = forms.ChoiceField(
            label=_("Language"),
            choices=[(code, own_name(code)) for code in dict.fromkeys([*round.languages, *framework.languages])],
        )
        greeting = long_text(_("A greeting, in that language"), required=False, rows=3)

    form = ReturnForm(posted(request), initial={"id": uuid7()})
    if body:
        form.fields["stories"] = story_field(
            tellable_stories(round=round, node=body.node), label=_("Stories that their tellers opened to anyone")
        )
        form.fields["decisions"] = ticks(
            [(each.id, each.words) for each in decisions], label=_("Decisions that they are told of")
        )
        for name in ("stories", "decisions"):
            if not form.fields[name].choices:  # type: ignore[attr-defined]  # a field of choices
                del form.fields[name]

    def do(said: dict[str, Any]) -> str:
        if node is None:
            raise TooFew
        made = make_return(
            id=said["id"],
            round=round,
            node=node,
            language=said["language"],
            greeting=said["greeting"],
            story_ids=ids_of(said.get("stories", [])),
            decision_ids=ids_of(said.get("decisions", [])),
            by=me(request),
            at=timezone.now(),
        )
        return reverse("learning_return", args=[made.id])

    lead = say("How many told what is put on the page by itself, protected so that nobody can be pointed at.")
    words = {"title": say("Make a page"), "button": say("Make the page"), "lead": lead}
    return answer_form(request, form, crumbs=_crumbs(_round_crumb(round)), do=do, **words)


def framed(told: ToldBack) -> dict[str, Any]:
    """The words around a page, in its own language where this program has it."""
    language = told.page.language.partition("-")[0]
    spoken = language if (LOCALES / language).is_dir() else "en"
    with override(spoken):
        people = ngettext("%(people)s person told a story.", "%(people)s people told a story.", told.people)
        return {
            "frame_language": spoken,
            "headline": say("What you told us, and what came of it"),
            "people": people % {"people": formats.number_text(told.people)},
            "options": [(formats.number_text(number), text) for text, number in told.options],
            "hidden": say("Small numbers are left out, so that nobody can be pointed at.") if told.is_hidden else "",
            "stories_heading": say("Stories that their tellers opened to anyone"),
            "decided_heading": say("What was decided because of it"),
            "decisions": [
                say("%(what)s Who sees to it: %(who)s. By when: %(when)s.")
                % {"what": _sentence(each.words), "who": each.responsible, "when": formats.date_text(each.due_on)}
                for each in told.decisions
            ],
            "nothing_decided": say("Nothing has been decided yet. We will come back and say so when it is."),
            "closing": say("What is wrong here? What do you want to ask? Tell the one who reads this to you."),
        }


def _sentence(text: str) -> str:
    stripped = text.strip()
    return stripped if stripped.endswith((".", "!", "?", "।", "؟", "。")) else f"{stripped}."


@reading_page
def page(request: HttpRequest, id: UUID) -> HttpResponse:
    """A page as its tellers get it, to print or to read aloud, with its deliveries below."""
    shown = return_of(user=request.user, return_id=id)
    told, rights = told_back(page=shown), Rights(request.user)
    context = {
        "title": shown.node.name,
        "crumbs": _crumbs(_round_crumb(shown.round)),
        "page": shown,
        "told": told,
        "direction": formats.text_direction(framed(told)["frame_language"]),
        "frame": framed(told),
        "text_url": reverse("learning_return_text", args=[id]),
        "pdf_url": address("paper_return", id),
        "new_url": reverse("learning_return_new", args=[shown.round_id, shown.node_id])
        if rights.may("learning.write", shown.round.node_id)
        else "",
        "deliver_url": reverse("learning_deliver", args=[id])
        if rights.may("return.deliver", shown.round.node_id)
        else "",
        "came": [(HOW[each.how], each) for each in shown.came],  # type: ignore[attr-defined]  # prefetched
    }
    return render(request, "web/learning/return.html", context)


@reading_page
def text(request: HttpRequest, id: UUID) -> HttpResponse:
    """The same page as plain text, to read aloud: a sentence on each line, and no table."""
    shown = return_of(user=request.user, return_id=id)
    told = told_back(page=shown)
    frame = framed(told)
    lines = [frame["headline"], f"{shown.node.name}, {shown.round.name}", ""]
    lines += [shown.greeting, ""] if shown.greeting else []
    lines += [frame["people"]]
    lines += [told.question] if told.options else []
    lines += [f"{number}: {words}" for number, words in frame["options"]]
    lines += [frame["hidden"]] if frame["hidden"] else []
    if told.stories:
        lines += ["", frame["stories_heading"]]
        for story in told.stories:
            lines += ["", *([story.title] if story.title else []), story.text]
    lines += [
        "",
        frame["decided_heading"],
        *(frame["decisions"] or [frame["nothing_decided"]]),
        "",
        frame["closing"],
        "",
    ]
    answer = HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
    answer["Content-Language"] = shown.language
    answer["Cache-Control"] = "private, no-store"
    return answer


class DeliveryForm(WithId):
    """When, how and to how many a page came back, and what they asked."""

    delivered_on = DateField(label=_("When?"))
    how = forms.ChoiceField(label=_("How?"), choices=list(HOW.items()), widget=forms.RadioSelect)
    people = forms.IntegerField(label=_("How many were there?"), min_value=0, max_value=100_000, required=False)
    questions = long_text(_("What did they ask or say?"), required=False)


@writing_page
def deliver_page(request: HttpRequest, id: UUID) -> HttpResponse:
    """Write down that a page came back to its tellers."""
    shown = return_of(user=request.user, return_id=id)
    form = DeliveryForm(posted(request), initial={"id": uuid7(), "delivered_on": today()})

    def do(said: dict[str, Any]) -> str:
        deliver(
            id=said["id"], page=shown, delivered_on=said["delivered_on"], how=said["how"], people=said["people"],
            questions=said["questions"], by=me(request), at=timezone.now(),
        )  # fmt: skip
        return reverse("learning_return", args=[id])

    crumbs = _crumbs(_round_crumb(shown.round), Crumb(shown.node.name, reverse("learning_return", args=[id])))
    words = {"title": say("It came back"), "button": say("Write it down")}
    return answer_form(request, form, crumbs=crumbs, do=do, **words)


urlpatterns: list[URLPattern] = [
    path("learning/returns/", rounds, name="learning_returns"),
    path("learning/returns/rounds/<uuid:id>/", round_page, name="learning_return_round"),
    path("learning/returns/rounds/<uuid:id>/<uuid:node_id>/new/", new, name="learning_return_new"),
    path("learning/returns/<uuid:id>/", page, name="learning_return"),
    path("learning/returns/<uuid:id>/aloud.txt", text, name="learning_return_text"),
    path("learning/returns/<uuid:id>/deliver/", deliver_page, name="learning_deliver"),
]
