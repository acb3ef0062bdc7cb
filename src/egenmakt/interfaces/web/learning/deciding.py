"""Decisions, and what came of them."""

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

from egenmakt.apps.access.queries import NotAllowed
from egenmakt.apps.learning.queries.workshops import decisions_of, workshop_page
from egenmakt.apps.learning.services.deciding import decide, follow_up
from egenmakt.interfaces.web.fields import DateField
from egenmakt.interfaces.web.learning.pages import (
    WithId,
    answer_form,
    home_crumbs,
    ids_of,
    learning_tabs,
    long_text,
    may_anywhere,
    posted,
    story_field,
    ticks,
    writing_page,
)
from egenmakt.interfaces.web.learning.words import FOLLOW_UPS
from egenmakt.interfaces.web.learning.workshops import decision_shown, workshop_crumbs
from egenmakt.interfaces.web.paging import keyset_page
from egenmakt.interfaces.web.reading import reading_page
from egenmakt.interfaces.web.writing import me


@reading_page
def decisions(request: HttpRequest) -> HttpResponse:
    """What was decided and is not done yet; `?all=1` shows the others too."""
    is_all = request.GET.get("all") == "1"
    found = decisions_of(user=request.user, only_open=not is_all)
    page = keyset_page(found, order=("due_on", "id"), query=request.GET)
    context = {
        "title": say("All decisions") if is_all else say("Open decisions"),
        "tabs": learning_tabs(),
        "page": page,
        "decisions": [decision_shown(each, []) for each in page.rows],
        "is_all": is_all,
        "may_write": may_anywhere(me(request), "learning.write"),
    }
    return render(request, "web/learning/decisions.html", context)


@writing_page
def decide_page(request: HttpRequest, id: UUID) -> HttpResponse:
    """Decide something in a workshop."""
    shown = workshop_page(user=request.user, workshop_id=id)
    ideas = {str(each.id): each for each in shown.ideas}

    class DecisionForm(WithId):
        words = long_text(_("What is decided?"))
        responsible = forms.CharField(label=_("Who sees to it"), max_length=200)
        due_on = DateField(label=_("By when"))
        idea = forms.ChoiceField(
            label=_("From which idea"),
            required=False,
            choices=[("", say("none")), *((key, each.words) for key, each in ideas.items())],
        )
        observations = ticks(
            [(each.id, each.words) for each in shown.observations], label=_("Observations that it stands on")
        )
        stories = story_field(shown.cards, label=_("Stories that it stands on"))

    form = DecisionForm(posted(request), initial={"id": uuid7()})
    for name in ("observations", "stories"):
        if not form.fields[name].choices:  # type: ignore[attr-defined]  # a field of choices
            del form.fields[name]

    def do(said: dict[str, Any]) -> str:
        decide(
            id=said["id"],
            workshop=shown.workshop,
            words=said["words"],
            responsible=said["responsible"],
            due_on=said["due_on"],
            idea=ideas.get(said["idea"]),
            observation_ids=ids_of(said.get("observations", [])),
            story_ids=ids_of(said.get("stories", [])),
            by=me(request),
            at=timezone.now(),
        )
        return reverse("learning_workshop", args=[id]) + "#decisions"

    words = {"title": say("Decide"), "button": say("Write down the decision")}
    return answer_form(request, form, crumbs=workshop_crumbs(shown.workshop), do=do, **words)


@writing_page
def follow_up_page(request: HttpRequest, id: UUID) -> HttpResponse:
    """Write down what came of a decision."""
    decision = decisions_of(user=request.user, only_open=False).filter(id=id).first()
    if decision is None:
        raise NotAllowed("You may not see this decision.")

    class FollowUpForm(WithId):
        outcome = forms.ChoiceField(
            label=_("How far has it come?"), choices=list(FOLLOW_UPS.items()), widget=forms.RadioSelect
        )
        words = long_text(_("What came of it?"))

    form = FollowUpForm(posted(request), initial={"id": uuid7()})

    def do(said: dict[str, Any]) -> str:
        follow_up(
            id=said["id"], decision=decision, outcome=said["outcome"], words=said["words"], by=me(request),
            at=timezone.now(),
        )  # fmt: skip
        return reverse("learning_workshop", args=[decision.workshop_id]) + "#decisions"

    words = {"title": say("Follow up"), "button": say("Write it down")}
    crumbs = home_crumbs(*workshop_crumbs(decision.workshop)[1:])
    return answer_form(request, form, crumbs=crumbs, do=do, about=[decision.words], **words)


urlpatterns: list[URLPattern] = [
    path("learning/decisions/", decisions, name="learning_decisions"),
    path("learning/workshops/<uuid:id>/decide/", decide_page, name="learning_decide"),
    path("learning/decisions/<uuid:id>/follow-up/", follow_up_page, name="learning_follow_up"),
]
