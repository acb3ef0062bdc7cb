"""The outcome harvest: what changed in what somebody does, and whether somebody else confirms it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from uuid6 import uuid7

from egenmakt.apps.access.queries import Rights
from egenmakt.apps.learning.models import Outcome
from egenmakt.apps.learning.queries.outcomes import outcome_of, outcomes_of
from egenmakt.apps.learning.services.harvesting import harvest, substantiate
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.learning.pages import (
    WithId,
    answer_form,
    approved_stories,
    bodies_where,
    home_crumbs,
    ids_of,
    lines_of,
    list_page,
    long_text,
    node_choices,
    posted,
    story_field,
    story_url,
    story_words,
    writing_page,
)
from egenmakt.interfaces.web.learning.words import VERDICTS
from egenmakt.interfaces.web.parts import Column, Crumb
from egenmakt.interfaces.web.reading import badge_cell, reading_page
from egenmakt.interfaces.web.writing import me


def _verdict(outcome: Outcome) -> tuple[Any, str]:
    found = outcome.found  # type: ignore[attr-defined]  # prefetched
    return VERDICTS[found[0].verdict if found else ""]


@reading_page
def outcomes(request: HttpRequest) -> HttpResponse:
    """The outcomes, with how far each is substantiated."""
    return list_page(
        request,
        "web/learning/outcomes.html",
        title=say("Outcomes"),
        caption=say("Outcomes"),
        found=outcomes_of(user=request.user),
        order=("-when", "-id"),
        columns=[
            Column(say("What changed")),
            Column(say("Who")),
            Column(say("When")),
            Column(say("Body")),
            Column(say("Substantiation")),
        ],
        cells=lambda each: [
            formats.isolated(each.what[:120]),
            formats.isolated(each.who[:80]),
            each.when,
            formats.isolated(each.node.name),
            badge_cell(*_verdict(each)),
        ],
        one="learning_outcome",
        new="learning_outcome_new",
    )


class OutcomeForm(WithId):
    """The six questions of an outcome harvest."""

    node = forms.ChoiceField(label=_("Which body writes it down"))
    who = long_text(_("Who does something differently?"), rows=2, help_text=_("A person's role, a group, an office."))
    what = long_text(_("What changed?"))
    when = forms.CharField(label=_("When?"), max_length=10, help_text=_("2026, 2026-03 or 2026-03-14"))
    where = forms.CharField(label=_("Where?"), max_length=200)
    contribution = long_text(_("What contributed to it?"), help_text=_("Also what others did."))
    significance = long_text(_("Why does it matter?"))


@writing_page
def new(request: HttpRequest) -> HttpResponse:
    """Write down an outcome; the address may bring stories that it stands on."""
    nodes = bodies_where(me(request), "learning.write")
    form = OutcomeForm(posted(request), initial={"id": uuid7()})
    form.fields["node"].choices = node_choices(nodes)  # type: ignore[attr-defined]  # a field of choices
    brought = ids_of(request.GET.getlist("story")[:50])
    if brought:
        lines = lines_of(approved_stories(me(request)).filter(id__in=brought))
        form.fields["stories"] = story_field(lines, label=_("Stories that it stands on"))
        form.fields["stories"].initial = [str(each) for each in brought]

    def do(said: dict[str, Any]) -> str:
        words = {key: said[key] for key in ("who", "what", "when", "where", "contribution", "significance")}
        made = harvest(
            id=said["id"], node=nodes[said["node"]], story_ids=ids_of(said.get("stories", [])), by=me(request),
            at=timezone.now(), **words,
        )  # fmt: skip
        return reverse("learning_outcome", args=[made.id])

    crumbs = home_crumbs(Crumb(say("Outcomes"), reverse("learning_outcomes")))
    words = {"title": say("Write down an outcome"), "button": say("Write it down")}
    return answer_form(request, form, crumbs=crumbs, do=do, **words)


@reading_page
def outcome(request: HttpRequest, id: UUID) -> HttpResponse:
    """One outcome, what it stands on, and what others found out about it."""
    shown, lines = outcome_of(user=request.user, outcome_id=id)
    rights, words = Rights(request.user), _verdict(shown)
    context = {
        "title": shown.what,
        "crumbs": home_crumbs(Crumb(say("Outcomes"), reverse("learning_outcomes"))),
        "outcome": shown,
        "verdict": words[0],
        "badge": words[1],
        "found": [(VERDICTS[each.verdict], each) for each in shown.found],  # type: ignore[attr-defined]  # prefetched
        "stories": [(story_words(line), story_url(line.id)) for line in lines],
        "may_write": rights.may("learning.write", shown.node_id),
        "may_substantiate": rights.may("outcome.substantiate", shown.node_id) and me(request).id != shown.written_by,
    }
    return render(request, "web/learning/outcome.html", context)


@writing_page
def substantiate_page(request: HttpRequest, id: UUID) -> HttpResponse:
    """Confirm an outcome, or say what could not be confirmed."""
    shown, _lines = outcome_of(user=request.user, outcome_id=id)

    class SubstantiationForm(WithId):
        verdict = forms.ChoiceField(
            label=_("What did you find out?"),
            choices=[(key, words) for key, (words, _badge) in VERDICTS.items() if key],
            widget=forms.RadioSelect,
        )
        source = forms.CharField(
            label=_("Whom or what did you ask?"),
            max_length=500,
            help_text=_("A role or a document. No name that could harm somebody."),
        )
        words = long_text(_("In words"), required=False, help_text=_("Needed where it is not confirmed as a whole."))

    form = SubstantiationForm(posted(request), initial={"id": uuid7()})

    def do(said: dict[str, Any]) -> str:
        substantiate(
            id=said["id"], outcome=shown, verdict=said["verdict"], source=said["source"], words=said["words"],
            by=me(request), at=timezone.now(),
        )  # fmt: skip
        return reverse("learning_outcome", args=[id])

    crumbs = home_crumbs(
        Crumb(say("Outcomes"), reverse("learning_outcomes")),
        Crumb(shown.what[:60], reverse("learning_outcome", args=[id])),
    )
    words = {"title": say("Substantiate"), "button": say("Write it down")}
    return answer_form(request, form, crumbs=crumbs, do=do, about=[shown.what], **words)


urlpatterns: list[URLPattern] = [
    path("learning/outcomes/", outcomes, name="learning_outcomes"),
    path("learning/outcomes/new/", new, name="learning_outcome_new"),
    path("learning/outcomes/<uuid:id>/", outcome, name="learning_outcome"),
    path("learning/outcomes/<uuid:id>/substantiate/", substantiate_page, name="learning_substantiate"),
]
