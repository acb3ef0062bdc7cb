"""Taking stories out in a file: for which purpose, of which round, and who gets it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from egenmakt.apps.access.queries import nodes_where
from egenmakt.apps.stories.models import Round
from egenmakt.interfaces.web.learning.pages import bodies_where, home_crumbs, node_choices
from egenmakt.interfaces.web.reading import reading_page
from egenmakt.interfaces.web.writing import me

PURPOSES: dict[str, Any] = {
    "learn": _("To learn from inside: everything that you may read"),
    "partner": _("For the partner: stories whose tellers allow it, with names covered"),
    "donor": _("For donors: stories whose tellers allow it, with names covered"),
    "public_text": _("For anyone: stories whose tellers opened them, with names covered"),
}


class TakingOutForm(forms.Form):
    """What is taken out, why, and for whom."""

    node = forms.ChoiceField(label=_("Which body takes them out"))
    round = forms.ChoiceField(label=_("Of which round"), required=False)
    purpose = forms.ChoiceField(label=_("For which purpose"), choices=list(PURPOSES.items()), widget=forms.RadioSelect)
    recipient = forms.CharField(
        label=_("Who gets the file"),
        max_length=200,
        help_text=_("When a teller takes her story back, this is who must be told."),
    )


@reading_page
def take_out(request: HttpRequest) -> HttpResponse:
    """The form; the file itself comes from another address."""
    nodes = bodies_where(me(request), "story.export")
    rounds = Round.objects.filter(node_id__in=nodes_where(user=request.user, deed="story.export").values("id"))
    form = TakingOutForm(initial={"purpose": "learn", "round": request.GET.get("round", "")})
    form.fields["node"].choices = node_choices(nodes)  # type: ignore[attr-defined]  # a field of choices
    form.fields["round"].choices = [  # type: ignore[attr-defined]  # as above
        ("", say("all rounds")),
        *(
            (each.id, f"{each.name}, {each.node.name}")
            for each in rounds.select_related("node").order_by("-starts_on", "id")[:200]
        ),
    ]
    context = {
        "title": say("Take stories out in a file"),
        "crumbs": home_crumbs(),
        "form": form,
        "action": reverse("story_file_zip"),
    }
    return render(request, "web/learning/taking_out.html", context)


urlpatterns: list[URLPattern] = [path("learning/taking-out/", take_out, name="story_take_out")]
