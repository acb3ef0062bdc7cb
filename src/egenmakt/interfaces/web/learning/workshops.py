"""Workshops: the list, planning one, its page, and its record."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from uuid6 import uuid7

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import nodes_where
from egenmakt.apps.learning.models import Workshop
from egenmakt.apps.learning.queries.workshops import open_workshop_of, workshop_page, workshops_of
from egenmakt.apps.learning.services.workshops import lay_out, open_workshop, take_away, write_record
from egenmakt.apps.stories.models import Round
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.fields import DateField
from egenmakt.interfaces.web.learning.pages import (
    STORIES_MOST,
    WithId,
    answer_form,
    approved_stories,
    bodies_where,
    deed,
    home_crumbs,
    ids_of,
    lines_of,
    list_page,
    long_text,
    may_anywhere,
    node_choices,
    posted,
    story_field,
    story_url,
    story_words,
    ticks,
    writing_page,
)
from egenmakt.interfaces.web.learning.words import CLUSTERS, FOLLOW_UPS, KINDS, STATES, STRENGTHS, THINGS
from egenmakt.interfaces.web.parts import Column, Crumb
from egenmakt.interfaces.web.reading import reading_page, short_day
from egenmakt.interfaces.web.templatetags.parts import own_name
from egenmakt.interfaces.web.writing import address, me


@reading_page
def workshops(request: HttpRequest) -> HttpResponse:
    """The workshops that the reader may see."""
    return list_page(
        request,
        "web/learning/workshops.html",
        title=say("Learning"),
        caption=say("Workshops"),
        found=workshops_of(user=request.user),
        order=("-starts_on", "-id"),
        columns=[
            Column(say("Workshop")),
            Column(say("Body")),
            Column(say("Day")),
            Column(say("Seen"), is_numeric=True),
            Column(say("Open decisions"), is_numeric=True),
        ],
        cells=lambda each: [
            each.name,
            formats.isolated(each.node.name),
            short_day(each.starts_on),
            formats.number_text(each.seen),
            formats.number_text(each.open_decisions),
        ],
        one="learning_workshop",
        new="learning_workshop_new",
        take_out_url=reverse("story_take_out") if may_anywhere(me(request), "story.export") else "",
    )


class WorkshopForm(WithId):
    """Where, when, with whom and about which rounds."""

    node = forms.ChoiceField(label=_("Which body holds it"))
    name = forms.CharField(label=_("Name"), max_length=200)
    place = forms.CharField(label=_("Place"), max_length=200, required=False)
    starts_on = DateField(label=_("First day"))
    ends_on = DateField(label=_("Last day"))
    kinds = ticks(KINDS.items(), label=_("Who takes part"))
    languages = forms.CharField(
        label=_("Languages"), max_length=200, required=False, help_text=_("Codes with commas between, such as en, sw.")
    )
    plan = long_text(_("Plan"), required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.nodes = bodies_where(user, "learning.write")
        rounds = Round.objects.filter(node__in=nodes_where(user=user, deed="learning.write").values("id"))
        self.rounds = {str(each.id): each for each in rounds.select_related("node").order_by("-starts_on", "id")[:200]}
        self.fields["node"].choices = node_choices(self.nodes)  # type: ignore[attr-defined]  # a field of choices
        names = [(id, f"{each.name}, {each.node.name}") for id, each in self.rounds.items()]
        self.fields["rounds"] = ticks(names, label=_("Whose stories are looked at"))

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if said.get("starts_on") and said.get("ends_on") and said["ends_on"] < said["starts_on"]:
            raise ValidationError(say("The last day does not come before the first."))
        return said


@writing_page
def new(request: HttpRequest) -> HttpResponse:
    """Plan a workshop."""
    form = WorkshopForm(posted(request), user=me(request), initial={"id": uuid7()})

    def do(said: dict[str, Any]) -> str:
        made = open_workshop(
            id=said["id"],
            node=form.nodes[said["node"]],
            name=said["name"],
            place=said["place"],
            starts_on=said["starts_on"],
            until_on=said["ends_on"] + timedelta(days=1),
            kinds=said["kinds"],
            languages=[code for word in said["languages"].split(",") if (code := word.strip())],
            rounds=[form.rounds[id] for id in said["rounds"]],
            plan=said["plan"],
            by=me(request),
            at=timezone.now(),
        )
        messages.success(request, _("The workshop is planned. Lay stories on the table, or write down what is seen."))
        return reverse("learning_workshop", args=[made.id])

    words = {"title": say("Plan a workshop"), "button": say("Plan the workshop")}
    return answer_form(request, form, crumbs=home_crumbs(), do=do, **words)


@reading_page
def workshop(request: HttpRequest, id: UUID) -> HttpResponse:
    """A workshop with all that was seen, understood, thought and decided."""
    shown = workshop_page(user=request.user, workshop_id=id)
    last = shown.workshop.until_on - timedelta(days=1)
    stories = {
        thing: [(story_words(line), story_url(line.id)) for line in found] for thing, found in shown.stories.items()
    }
    context = {
        "shown": shown,
        "workshop": shown.workshop,
        "title": shown.workshop.name,
        "crumbs": home_crumbs(),
        "last_day": last if last != shown.workshop.starts_on else None,
        "kinds": [KINDS.get(each, each) for each in shown.workshop.kinds],
        "languages": ", ".join(own_name(code) for code in shown.workshop.languages),
        "may_write": shown.may("learning.write"),
        "may_decide": shown.may("learning.decide"),
        "observations": [
            {"row": each, "strength": STRENGTHS[each.strength], "stories": stories.get(each.id, [])}
            for each in shown.observations
        ],
        "clusters": [
            {
                "row": each,
                "kind": CLUSTERS[each.kind],
                "held": [(item.observation or item.interpretation).words for item in each.held],  # type: ignore[attr-defined]  # prefetched
            }
            for each in shown.clusters
        ],
        "decisions": [decision_shown(each, stories.get(each.id, [])) for each in shown.decisions],
        "removed": [(THINGS[type(each)], each, each._meta.model_name) for each in shown.removed],
        "cards": [(story_words(line), story_url(line.id), line.id_hash) for line in shown.cards],
        "cards_url": address("story_cards", id) if shown.cards else "",
    }
    return render(request, "web/learning/workshop.html", context)


def decision_shown(decision: Any, stories: list[tuple[str, str]]) -> dict[str, Any]:
    """A decision with the words for its state and for what came of it."""
    state, badge = STATES[decision.state]
    is_late = decision.state == "open" and decision.due_on < timezone.now().date()
    return {
        "row": decision,
        "state": say("Overdue") if is_late else state,
        "badge": "warning" if is_late else badge,
        "stories": stories,
        "came": [(FOLLOW_UPS[each.outcome], each) for each in decision.came],
    }


@writing_page
def record(request: HttpRequest, id: UUID) -> HttpResponse:
    """Write down how it went."""
    shown = open_workshop_of(user=request.user, workshop_id=id)

    class RecordForm(forms.Form):
        record = long_text(_("How it went"), required=False, rows=12)

    form = RecordForm(posted(request), initial={"record": shown.record})

    def do(said: dict[str, Any]) -> str:
        write_record(workshop=shown, record=said["record"], by=me(request), at=timezone.now())
        return reverse("learning_workshop", args=[id])

    lead = say("What happened, what was hard, what surprised. No names: what somebody said is enough.")
    words = {"title": say("Record of the workshop"), "button": say("Keep the record"), "lead": lead}
    return answer_form(request, form, crumbs=workshop_crumbs(shown), do=do, **words)


def workshop_crumbs(shown: Workshop) -> list[Crumb]:
    """The pages above a page about a workshop."""
    return home_crumbs(Crumb(shown.name, reverse("learning_workshop", args=[shown.id])))


@writing_page
def stories(request: HttpRequest, id: UUID) -> HttpResponse:
    """Lay stories on the table: those of the workshop's rounds, or those in which a word occurs."""
    shown = open_workshop_of(user=request.user, workshop_id=id)
    found = offered(me(request), shown, request.GET.get("q", ""))

    class StoriesForm(forms.Form):
        stories = story_field(found, label=_("Stories"), required=True)

    form = StoriesForm(posted(request))

    def do(said: dict[str, Any]) -> str:
        lay_out(workshop=shown, story_ids=ids_of(said["stories"]), by=me(request), at=timezone.now())
        return reverse("learning_workshop", args=[id]) + "#table"

    context: dict[str, Any] = {"title": say("Lay stories on the table"), "crumbs": workshop_crumbs(shown), "form": form}
    if request.method == "POST":
        return answer_form(
            request, form, do=do, button=say("Lay them out"), title=context["title"], crumbs=context["crumbs"]
        )
    context |= {"found": found, "words": request.GET.get("q", ""), "most": STORIES_MOST, "workshop": shown}
    return render(request, "web/learning/stories.html", context)


def offered(user: User, workshop: Workshop, words: str = "") -> list[Any]:
    """Stories that can be laid on the table of a workshop, the latest first."""
    rounds = workshop.rounds.values("round_id")
    return lines_of(approved_stories(user, words=words).filter(round_id__in=rounds))


@deed
def away(request: HttpRequest, id: UUID, id_hash: str) -> HttpResponse:
    """Take a story from the table."""
    shown = open_workshop_of(user=request.user, workshop_id=id)
    take_away(workshop=shown, id_hash=id_hash, by=me(request), at=timezone.now())
    return redirect(reverse("learning_workshop", args=[id]) + "#table")


urlpatterns: list[URLPattern] = [
    path("learning/", workshops, name="learning"),
    path("learning/workshops/new/", new, name="learning_workshop_new"),
    path("learning/workshops/<uuid:id>/", workshop, name="learning_workshop"),
    path("learning/workshops/<uuid:id>/record/", record, name="learning_record"),
    path("learning/workshops/<uuid:id>/stories/", stories, name="learning_stories"),
    path("learning/workshops/<uuid:id>/stories/<slug:id_hash>/away/", away, name="learning_story_away"),
]
