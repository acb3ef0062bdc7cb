"""How small a number about people may be published: set for a country, and more strictly for a body."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from egenmakt.apps.access.queries import NotAllowed, nodes_where
from egenmakt.apps.access.services import limit_country, limit_node
from egenmakt.apps.people.models import CELL_LEAST_RANGE, Country, Node
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.writing import me


class LimitForm(forms.Form):
    """One limit."""

    which = forms.CharField(widget=forms.HiddenInput)
    least = forms.IntegerField(
        label=gettext_lazy("The smallest number that is shown"),
        min_value=CELL_LEAST_RANGE[0],
        max_value=CELL_LEAST_RANGE[1],
        required=False,
    )


@login_required
@require_http_methods(["GET", "POST"])
def limits(request: HttpRequest) -> HttpResponse:
    """The limits that the reader may set. Three queries."""
    may = nodes_where(user=request.user, deed="settings.change").exclude(kind=Node.Kind.GROUP)
    nodes = list(may.select_related("country").order_by("kind", "name", "id")[:200])
    if not nodes:
        raise NotAllowed("You may not change the settings here.")
    countries = list(Country.objects.filter(nodes__in=nodes).distinct().order_by("name"))
    wrong: LimitForm | None = None
    if request.method == "POST":
        wrong = LimitForm(request.POST, auto_id=f"id_{request.POST.get('which', '')[:60]}_%s")
        if wrong.is_valid() and _set(request, wrong.cleaned_data, nodes):
            return redirect("pattern_limits")
    forms_shown = [
        (_title_of_country(country), _form(f"country:{country.code}", country.cell_least, wrong))
        for country in countries
    ]
    forms_shown += [
        (formats.isolated_text(node.name), _form(f"node:{node.id}", node.cell_least, wrong)) for node in nodes
    ]
    context = {"title": _("The smallest number that is shown"), "forms": forms_shown}
    return render(request, "web/patterns/limits.html", context, status=422 if wrong else 200)


def _title_of_country(country: Country) -> str:
    return _("Country: %(name)s") % {"name": formats.isolated_text(country.name)}


def _form(which: str, least: int | None, wrong: LimitForm | None) -> LimitForm:
    if wrong is not None and wrong.data.get("which") == which:
        return wrong
    return LimitForm(initial={"which": which, "least": least}, auto_id=f"id_{which}_%s")


def _set(request: HttpRequest, given: dict[str, Any], nodes: list[Node]) -> bool:
    kind, _colon, name = given["which"].partition(":")
    least, by, now = given["least"], me(request), timezone.now()
    if kind == "country" and least is not None:
        limit_country(country=get_object_or_404(Country, code=name), least=least, by=by, at=now)
        return True
    if kind == "node":
        node = next((node for node in nodes if str(node.id) == name), None)
        if node is None:
            raise NotAllowed("You may not change the settings of this body.")
        limit_node(node=node, least=least, by=by, at=now)
        return True
    return False


urlpatterns: list[URLPattern] = [path("settings/small-numbers/", limits, name="pattern_limits")]
