"""Most Significant Change: one level chooses a story, says why, and tells the level below."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from uuid6 import uuid7

from egenmakt.apps.access.queries import NotAllowed, Rights
from egenmakt.apps.learning.models import Feedback
from egenmakt.apps.learning.queries.outcomes import SelectionPage, chain_of_reasons, selection_page, selections_of
from egenmakt.apps.learning.services.selecting import (
    bring,
    bring_from_below,
    choose,
    open_selection,
    say_back,
    told_back,
)
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.fields import DateField
from egenmakt.interfaces.web.learning.pages import (
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
    node_choices,
    posted,
    story_field,
    story_url,
    story_words,
    writing_page,
)
from egenmakt.interfaces.web.learning.words import LEVELS
from egenmakt.interfaces.web.parts import Column, Crumb
from egenmakt.interfaces.web.reading import badge_cell, reading_page, today
from egenmakt.interfaces.web.writing import me


@reading_page
def selections(request: HttpRequest) -> HttpResponse:
    """The selections of every level that the reader may see."""
    return list_page(
        request,
        "web/learning/selections.html",
        title=say("Selections of the most significant change"),
        caption=say("Selections"),
        found=selections_of(user=request.user),
        order=("-written_at", "-id"),
        columns=[
            Column(say("Selection")),
            Column(say("Level")),
            Column(say("Body")),
            Column(say("Stories"), is_numeric=True),
            Column(say("State")),
        ],
        cells=lambda each: [
            each.name,
            LEVELS[each.node.kind],
            formats.isolated(each.node.name),
            formats.number_text(each.choices),
            badge_cell(say("Chosen"), "success") if each.chosen_at else badge_cell(say("Not chosen yet"), "info"),
        ],
        one="learning_selection",
        new="learning_selection_new",
    )


@writing_page
def new(request: HttpRequest) -> HttpResponse:
    """Begin a selection at one level."""
    nodes = bodies_where(me(request), "learning.write")

    class SelectionForm(WithId):
        node = forms.ChoiceField(
            label=_("Which body chooses"),
            choices=[(id, f"{name} ({LEVELS[nodes[id].kind]})") for id, name in node_choices(nodes)],
        )
        name = forms.CharField(label=_("Name"), max_length=200)

    form = SelectionForm(posted(request), initial={"id": uuid7()})

    def do(said: dict[str, Any]) -> str:
        made = open_selection(
            id=said["id"], node=nodes[said["node"]], name=said["name"], by=me(request), at=timezone.now()
        )
        return reverse("learning_selection", args=[made.id])

    words = {"title": say("Begin a selection"), "button": say("Begin")}
    return answer_form(request, form, crumbs=_crumbs(), do=do, **words)


def _crumbs(shown: SelectionPage | None = None) -> list[Crumb]:
    above = [Crumb(say("Selections"), reverse("learning_selections"))]
    if shown:
        above.append(Crumb(shown.selection.name, _address(shown.selection.id)))
    return home_crumbs(*above)


def _address(id: UUID) -> str:
    return reverse("learning_selection", args=[id])


@reading_page
def selection(request: HttpRequest, id: UUID) -> HttpResponse:
    """One level's choice, with its candidates, its reason and what went back."""
    shown = selection_page(user=request.user, selection_id=id)
    rights, row = Rights(request.user), shown.selection
    chosen = next((line for candidate, line in shown.candidates if candidate.id_hash == row.chosen_hash), None)
    context = {
        "title": row.name,
        "crumbs": _crumbs(),
        "shown": shown,
        "selection": row,
        "level": LEVELS[row.node.kind],
        "candidates": [
            (
                story_words(line) if line else say("A story that you may not read"),
                story_url(line.id) if line else "",
                candidate.sent_by,
                candidate.id_hash == row.chosen_hash,
            )
            for candidate, line in shown.candidates
        ],
        "chosen": story_words(chosen) if chosen else "",
        "may_write": rights.may("learning.write", row.node_id),
        "feedback": [(each, rights.may("return.deliver", each.to.node_id)) for each in shown.feedback],
        "chain": chain_of_reasons(user=request.user, selection=row) if row.chosen_at else [],
        "levels": LEVELS,
    }
    return render(request, "web/learning/selection.html", context)


@writing_page
def bring_page(request: HttpRequest, id: UUID) -> HttpResponse:
    """Bring stories to choose among."""
    shown = selection_page(user=request.user, selection_id=id)
    node = shown.selection.node
    reached = approved_stories(me(request), words=request.GET.get("q", ""))
    if node.kind == node.Kind.GROUP:
        reached = reached.filter(group_id=node.id)
    else:
        reached = reached.filter(node__above__ancestor_id=node.id)
    here = {candidate.id_hash for candidate, _line in shown.candidates}
    lines = lines_of(reached.exclude(id_hash__in=here))

    class BringForm(forms.Form):
        stories = story_field(lines, label=_("Stories"), required=True)

    form = BringForm(posted(request))

    def do(said: dict[str, Any]) -> str:
        bring(selection=shown.selection, story_ids=ids_of(said["stories"]), by=me(request), at=timezone.now())
        return _address(id)

    words = {"title": say("Bring stories"), "button": say("Bring them")}
    if not lines:
        words["lead"] = say(
            "There is no story here that could be brought: it must be approved, and open to learn from."
        )
    return answer_form(request, form, crumbs=_crumbs(shown), do=do, **words)


@deed
def send_up(request: HttpRequest, id: UUID, lower: UUID) -> HttpResponse:
    """Take over the story that a level below chose."""
    shown = selection_page(user=request.user, selection_id=id)
    below = next((each for each in shown.lower if each.id == lower), None)
    if below is None:
        raise Http404("No such level below has chosen a story.")
    bring_from_below(selection=shown.selection, lower=below, by=me(request), at=timezone.now())
    return redirect(_address(id))


@writing_page
def choose_page(request: HttpRequest, id: UUID) -> HttpResponse:
    """Choose the story of the most significant change, and say why."""
    shown = selection_page(user=request.user, selection_id=id)

    class ChooseForm(forms.Form):
        story = forms.ChoiceField(
            label=_("The most significant change"),
            choices=[(candidate.id_hash, story_words(line)) for candidate, line in shown.candidates if line],
            widget=forms.RadioSelect,
        )
        reason = long_text(
            _("Why this one?"), help_text=_("The reason goes back to those who sent the stories. Say what you weighed.")
        )

    initial = {"story": shown.selection.chosen_hash, "reason": shown.selection.reason}
    form = ChooseForm(posted(request), initial=initial)

    def do(said: dict[str, Any]) -> str:
        choose(
            selection=shown.selection, id_hash=said["story"], reason=said["reason"], by=me(request), at=timezone.now()
        )
        return _address(id)

    words = {"title": say("Choose"), "button": say("This is our choice")}
    return answer_form(request, form, crumbs=_crumbs(shown), do=do, **words)


class FeedbackForm(WithId):
    """What a level below is told."""

    words = long_text(_("What are they told?"), help_text=_("Which story was chosen, why, and thank you."))


@writing_page
def feedback_page(request: HttpRequest, id: UUID, to: UUID) -> HttpResponse:
    """Write what a level below is told about the choice."""
    shown = selection_page(user=request.user, selection_id=id)
    level = next((each for each in shown.to_tell if each.id == to), None)
    if level is None:
        raise Http404("There is nobody to be told under this address.")
    form = FeedbackForm(posted(request), initial={"id": uuid7(), "words": shown.selection.reason})

    def do(said: dict[str, Any]) -> str:
        say_back(
            id=said["id"], selection=shown.selection, to=level, words=said["words"], by=me(request), at=timezone.now()
        )
        return _address(id)

    words = {"title": say("Feedback to %(body)s") % {"body": level.node.name}, "button": say("Write it down")}
    return answer_form(request, form, crumbs=_crumbs(shown), do=do, **words)


class ToldForm(forms.Form):
    """When and how a level was told."""

    given_on = DateField(label=_("When were they told?"))
    given_how = forms.CharField(label=_("How?"), max_length=200, help_text=_("Such as: read aloud at their meeting."))


@writing_page
def told_page(request: HttpRequest, id: UUID) -> HttpResponse:
    """Write down that a level below was told."""
    feedback = Feedback.objects.filter(id=id).select_related("selection", "to__node").first()
    if feedback is None:
        raise NotAllowed("You may not see this feedback.")
    rights = Rights(request.user)
    rights.require("learning.read", feedback.to.node_id)
    form = ToldForm(posted(request), initial={"given_on": today()})

    def do(said: dict[str, Any]) -> str:
        told_back(feedback=feedback, by=me(request), at=timezone.now(), **said)
        may_see_upper = rights.may("learning.read", feedback.selection.node_id)
        return _address(feedback.selection_id if may_see_upper else feedback.to_id)

    words = {"title": say("They were told"), "button": say("Write it down")}
    return answer_form(request, form, crumbs=_crumbs(), do=do, about=[feedback.words], **words)


urlpatterns: list[URLPattern] = [
    path("learning/selections/", selections, name="learning_selections"),
    path("learning/selections/new/", new, name="learning_selection_new"),
    path("learning/selections/<uuid:id>/", selection, name="learning_selection"),
    path("learning/selections/<uuid:id>/bring/", bring_page, name="learning_bring"),
    path("learning/selections/<uuid:id>/from/<uuid:lower>/", send_up, name="learning_send_up"),
    path("learning/selections/<uuid:id>/choose/", choose_page, name="learning_choose"),
    path("learning/selections/<uuid:id>/feedback/<uuid:to>/", feedback_page, name="learning_feedback"),
    path("learning/feedback/<uuid:id>/told/", told_page, name="learning_told"),
]
