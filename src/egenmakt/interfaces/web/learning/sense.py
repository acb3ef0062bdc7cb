"""What is seen, how it may be understood, what belongs together, what could be done."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from uuid6 import uuid7

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import NotAllowed, nodes_where
from egenmakt.apps.learning.models import Cluster, Decision, Interpretation, Observation, Outcome, Selection, Workshop
from egenmakt.apps.learning.queries.stories import lines_by_hash, story_lines
from egenmakt.apps.learning.queries.workshops import open_workshop_of, workshop_page, workshops_of
from egenmakt.apps.learning.services.clustering import gather, have_idea
from egenmakt.apps.learning.services.observing import NotOurPage, interpret, observe, own_page, publish, take_back
from egenmakt.apps.learning.services.reviewing import look_again, node_of, put_back, remove
from egenmakt.apps.stories.queries.stories import visible_stories
from egenmakt.interfaces.web.learning.pages import (
    TextForm,
    WithId,
    answer_form,
    deed,
    ids_of,
    long_text,
    posted,
    refused,
    story_field,
    ticks,
    writing_page,
)
from egenmakt.interfaces.web.learning.words import REFUSALS, STRENGTHS, THINGS
from egenmakt.interfaces.web.learning.workshops import workshop_crumbs
from egenmakt.interfaces.web.reading import reading_page
from egenmakt.interfaces.web.writing import me

THING: dict[str, Any] = {model.__name__.lower(): model for model in THINGS}
"""What can be taken away, put back or looked at again, by its name in an address."""


@reading_page
def observe_where(request: HttpRequest) -> HttpResponse:
    """From a pattern or a story: choose the workshop in which it was seen."""
    nodes = nodes_where(user=request.user, deed="learning.write").values("id")
    query = urlencode([(key, value) for key in ("from", "words", "story") for value in request.GET.getlist(key)])
    found = workshops_of(user=request.user).filter(node_id__in=nodes)[:50]
    context = {
        "title": say("Write down what you see"),
        "workshops": [(each, f"{reverse('learning_observe', args=[each.id])}?{query}") for each in found],
        "new_url": reverse("learning_workshop_new"),
    }
    return render(request, "web/learning/observe_where.html", context)


class ObservationForm(WithId):
    """What was seen, how strongly, and where."""

    words = long_text(_("What do you see?"), help_text=_("Only what is there, before anybody says why."))
    strength = forms.TypedChoiceField(
        label=_("How strong is it?"), coerce=int, choices=list(STRENGTHS.items()), widget=forms.RadioSelect, initial=2
    )
    reference = forms.CharField(
        label=_("Where it was seen"),
        max_length=2000,
        required=False,
        help_text=_("The address of the pattern or the stories, as the browser shows it after the name of the site."),
    )
    reference_words = forms.CharField(label=_("What is seen there, in words"), max_length=500, required=False)


@writing_page
def observe_page(request: HttpRequest, id: UUID) -> HttpResponse:
    """Write down an observation; the address may bring the page and the stories in which it was seen."""
    shown = open_workshop_of(user=request.user, workshop_id=id)
    initial = {
        "id": uuid7(),
        "strength": 2,
        "reference": _ours(request.GET.get("from", "")),
        "reference_words": request.GET.get("words", "")[:500],
    }
    form = ObservationForm(posted(request), initial=initial)
    brought = ids_of(request.GET.getlist("story")[:50])
    lines = _stories(me(request), shown, brought)
    if lines:
        form.fields["stories"] = story_field(lines, label=_("Stories in which it is seen"))
        form.fields["stories"].initial = [str(each) for each in brought]

    def do(said: dict[str, Any]) -> str:
        made = observe(
            id=said["id"],
            workshop=shown,
            words=said["words"],
            strength=said["strength"],
            reference=said["reference"],
            reference_words=said["reference_words"],
            story_ids=ids_of(said.get("stories", [])),
            by=me(request),
            at=timezone.now(),
        )
        return f"{reverse('learning_workshop', args=[id])}#o{made.id}"

    words = {"title": say("Write down what you see"), "button": say("Write it down")}
    return answer_form(request, form, crumbs=workshop_crumbs(shown), do=do, **words)


def _ours(reference: str) -> str:
    try:
        return own_page(reference)
    except NotOurPage:
        return ""


def _stories(user: User, workshop: Workshop, brought: list[UUID]) -> list[Any]:
    """The stories on the table, and those that the address brings."""
    on_table = lines_by_hash(user=user, id_hashes=workshop.stories.values_list("id_hash", flat=True))
    known = {line.id for line in on_table.values()}
    more = [id for id in brought if id not in known]
    if not more:
        return list(on_table.values())
    reached = visible_stories(user=user, purpose="learn").filter(id__in=more).defer(None).defer("answers")
    return [*story_lines(reached), *on_table.values()]


def _observation(request: HttpRequest, id: UUID) -> Observation:
    nodes = nodes_where(user=request.user, deed="learning.read").values("id")
    found = Observation.objects.filter(id=id, workshop__node_id__in=nodes).select_related("workshop").first()
    if found is None:
        raise NotAllowed("You may not see this observation.")
    return found


def _back(observation: Observation) -> str:
    return f"{reverse('learning_workshop', args=[observation.workshop_id])}#o{observation.id}"


@writing_page
def interpret_page(request: HttpRequest, id: UUID) -> HttpResponse:
    """Write down one way to understand an observation."""
    seen = _observation(request, id)
    form = TextForm(posted(request), initial={"id": uuid7()})
    form.fields["words"].label = _("How may it be understood?")
    said_already = list(seen.interpretations.filter(removed_at__isnull=True).order_by("written_at", "id"))

    def do(said: dict[str, Any]) -> str:
        interpret(id=said["id"], observation=seen, words=said["words"], by=me(request), at=timezone.now())
        return _back(seen)

    lead = say("What would somebody say who disagrees? Two that compete keep us from seeing what we hoped for.")
    return answer_form(
        request, form, title=say("Interpret"), button=say("Write it down"), crumbs=workshop_crumbs(seen.workshop),
        do=do, lead=lead, about=[seen.words, *(f"– {each.words}" for each in said_already)],
    )  # fmt: skip


@writing_page
def publish_page(request: HttpRequest, id: UUID) -> HttpResponse:
    """Publish an observation with its interpretations."""
    seen = _observation(request, id)
    standing = [
        each.words for each in seen.interpretations.filter(removed_at__isnull=True).order_by("written_at", "id")
    ]

    class PublishForm(forms.Form):
        lone_reason = long_text(
            _("Why there is only one interpretation"), required=False, help_text=_("Leave it empty when there are two.")
        )

    form = PublishForm(posted(request)) if len(standing) < 2 else forms.Form(posted(request))

    def do(said: dict[str, Any]) -> str:
        publish(observation=seen, lone_reason=said.get("lone_reason", ""), by=me(request), at=timezone.now())
        return _back(seen)

    return answer_form(
        request, form, title=say("Publish an observation"), button=say("Publish it"), do=do,
        crumbs=workshop_crumbs(seen.workshop), about=[seen.words, *(f"– {each}" for each in standing)],
    )  # fmt: skip


@deed
def take_back_page(request: HttpRequest, id: UUID) -> HttpResponse:
    """Undo the publishing of an observation."""
    seen = _observation(request, id)
    take_back(observation=seen, by=me(request), at=timezone.now())
    return redirect(_back(seen))


@writing_page
def gather_page(request: HttpRequest, id: UUID, kind: str) -> HttpResponse:
    """Put observations together as a theme, or interpretations as a perspective."""
    if kind not in Cluster.Kind.values:
        raise Http404("There are themes and perspectives.")
    shown = workshop_page(user=request.user, workshop_id=id)
    is_theme = kind == Cluster.Kind.THEME
    things = [(each.id, each.words) for each in shown.observations]
    if not is_theme:
        things = [(one.id, one.words) for each in shown.observations for one in each.said]  # type: ignore[attr-defined]  # prefetched

    class GatherForm(WithId):
        name = forms.CharField(label=_("What they have in common"), max_length=200)
        items = ticks(things, label=_("Observations") if is_theme else _("Interpretations"), required=True)

    form = GatherForm(posted(request), initial={"id": uuid7()})

    def do(said: dict[str, Any]) -> str:
        gather(
            id=said["id"], workshop=shown.workshop, kind=kind, name=said["name"], item_ids=ids_of(said["items"]),
            by=me(request), at=timezone.now(),
        )  # fmt: skip
        return reverse("learning_workshop", args=[id]) + "#together"

    title = say("Put observations together") if is_theme else say("Put interpretations together")
    return answer_form(request, form, title=title, button=title, crumbs=workshop_crumbs(shown.workshop), do=do)


@writing_page
def idea_page(request: HttpRequest, id: UUID) -> HttpResponse:
    """Write down what could be done."""
    shown = workshop_page(user=request.user, workshop_id=id)
    said_here = {str(one.id): one for each in shown.observations for one in each.said}  # type: ignore[attr-defined]  # prefetched
    together = {str(each.id): each for each in shown.clusters}
    none = [("", say("nothing in particular"))]

    class IdeaForm(WithId):
        words = long_text(_("What could be done?"))
        because = forms.ChoiceField(
            label=_("Because of"),
            required=False,
            choices=[*none, *((k, v.words) for k, v in said_here.items()), *((k, v.name) for k, v in together.items())],
        )

    form = IdeaForm(posted(request), initial={"id": uuid7()})

    def do(said: dict[str, Any]) -> str:
        chosen = said["because"]
        have_idea(
            id=said["id"], workshop=shown.workshop, words=said["words"], interpretation=said_here.get(chosen),
            cluster=together.get(chosen), by=me(request), at=timezone.now(),
        )  # fmt: skip
        return reverse("learning_workshop", args=[id]) + "#ideas"

    words = {"title": say("Have an idea"), "button": say("Write it down")}
    return answer_form(request, form, crumbs=workshop_crumbs(shown.workshop), do=do, **words)


def _thing(request: HttpRequest, kind: str, id: UUID) -> Any:
    """Something of this wing that the reader may see. Raises: Http404, NotAllowed."""
    model = THING.get(kind)
    row = model.objects.filter(id=id).first() if model else None
    if row is None:
        raise Http404("There is nothing under this address.")
    if not nodes_where(user=request.user, deed="learning.read").filter(id=node_of(row)).exists():
        raise NotAllowed("You may not see this.")
    return row


def _home_of(row: Any) -> str:
    match row:
        case Interpretation():
            return _back(row.observation)
        case Outcome():
            return reverse("learning_outcomes")
        case Selection():
            return reverse("learning_selections")
    return reverse("learning_workshop", args=[row.workshop_id])


@deed
def remove_page(request: HttpRequest, kind: str, id: UUID) -> HttpResponse:
    """Take something away; the page that follows offers to put it back."""
    row = _thing(request, kind, id)
    if isinstance(row, Decision):
        raise Http404("A decision is not taken away: write down that it was dropped.")
    try:
        remove(row=row, by=me(request), at=timezone.now())
    except tuple(REFUSALS) as refusal:
        messages.error(request, refused(refusal))
        return redirect(_home_of(row))
    return render(
        request,
        "web/learning/removed.html",
        {
            "title": say("It is taken away"),
            "row": row,
            "kind": kind,
            "thing": THINGS[type(row)],
            "back_url": _home_of(row),
            "crumbs": [],
        },
    )


@deed
def put_back_page(request: HttpRequest, kind: str, id: UUID) -> HttpResponse:
    """Put back what was taken away."""
    row = _thing(request, kind, id)
    if isinstance(row, Decision):
        raise Http404("A decision is not taken away.")
    put_back(row=row, by=me(request), at=timezone.now())
    messages.success(request, _("It is put back."))
    return redirect(_home_of(row))


@writing_page
def review_page(request: HttpRequest, kind: str, id: UUID) -> HttpResponse:
    """Look again at words that stood on a story which is gone."""
    row = _thing(request, kind, id)
    if not isinstance(row, Observation | Decision | Outcome | Selection):
        raise Http404("Nothing here stands on stories.")
    now = row.what if isinstance(row, Outcome) else row.reason if isinstance(row, Selection) else row.words
    form = TextForm(posted(request), initial={"words": now, "id": uuid7()})

    def do(said: dict[str, Any]) -> str:
        look_again(row=row, words=said["words"], by=me(request), at=timezone.now())
        return _home_of(row)

    lead = say(
        "A story that this stood on was withdrawn. If the words repeat what it told, write them otherwise; "
        "if they do not, keep them as they are."
    )
    return answer_form(
        request,
        form,
        title=say("Look at the words again"),
        button=say("They may stand so"),
        crumbs=[],
        do=do,
        lead=lead,
    )


urlpatterns: list[URLPattern] = [
    path("learning/observe/", observe_where, name="learning_observe_where"),
    path("learning/workshops/<uuid:id>/observe/", observe_page, name="learning_observe"),
    path("learning/observations/<uuid:id>/interpret/", interpret_page, name="learning_interpret"),
    path("learning/observations/<uuid:id>/publish/", publish_page, name="learning_publish"),
    path("learning/observations/<uuid:id>/take-back/", take_back_page, name="learning_take_back"),
    path("learning/workshops/<uuid:id>/together/<slug:kind>/", gather_page, name="learning_gather"),
    path("learning/workshops/<uuid:id>/idea/", idea_page, name="learning_idea"),
    path("learning/<slug:kind>/<uuid:id>/remove/", remove_page, name="learning_remove"),
    path("learning/<slug:kind>/<uuid:id>/put-back/", put_back_page, name="learning_put_back"),
    path("learning/<slug:kind>/<uuid:id>/look-again/", review_page, name="learning_review"),
]
