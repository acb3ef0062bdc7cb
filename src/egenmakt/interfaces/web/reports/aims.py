"""Setting a target or a baseline, and the tables that others have handed in."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from uuid6 import uuid7

from egenmakt.apps.access.queries import Rights, require
from egenmakt.apps.reports.models import OutsideTable
from egenmakt.apps.reports.queries.indicators import outside_tables
from egenmakt.apps.reports.services.indicators import NotAnAim, set_aim
from egenmakt.core.evidence.indicators import Indicator
from egenmakt.core.money import Money
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.fields import MoneyField
from egenmakt.interfaces.web.learning.pages import writing_page
from egenmakt.interfaces.web.parts import Column, Crumb, Row, Table
from egenmakt.interfaces.web.reading import badge_cell, reading_page, url_of
from egenmakt.interfaces.web.reports.indicator_page import opened
from egenmakt.interfaces.web.reports.indicator_words import language
from egenmakt.interfaces.web.reports.indicators import Asked, body_of, indicator_crumbs, query_of
from egenmakt.interfaces.web.writing import me

TENTHS = 1000
"""A share is aimed at in tenths of a percent: 85.5 % is 855 of 1000."""


class AimForm(forms.Form):
    """A target or a baseline for a whole year."""

    kind = forms.ChoiceField(
        label=_("What it is"),
        choices=(("target", _("A target: what is aimed at")), ("baseline", _("A baseline: how it was before"))),
        widget=forms.RadioSelect,
        initial="target",
    )
    take_back = forms.BooleanField(label=_("Take the one before back, without a new one"), required=False)
    words = forms.CharField(
        label=_("Where it comes from, or why it is changed"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, indicator: Indicator, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_share = indicator.kind == "share"
        self.fields["value"] = self._value_field(indicator, currency)
        self.order_fields(["kind", "value", "take_back", "words"])

    def _value_field(self, indicator: Indicator, currency: str) -> forms.Field:
        if indicator.is_money:
            return MoneyField(currency=currency, label=_("Amount"), required=False)
        if self.is_share:
            return forms.DecimalField(
                label=_("Percent"), min_value=0, max_value=100, decimal_places=1, required=False, localize=True
            )
        return forms.IntegerField(
            label=_("Number"),
            min_value=0,
            max_value=10**12,
            required=False,
            help_text=indicator.said("unit", language()),
        )

    def clean(self) -> dict[str, Any]:
        """A value, or that the one before is taken back; never both, and never neither."""
        data = super().clean() or {}
        if "value" not in self.errors and (data.get("value") is None) != bool(data.get("take_back")):
            self.add_error("value", say("Write a value, or take the one before back."))
        return data

    def numbers(self) -> tuple[int | None, int | None]:
        """Value and whole, as they are kept."""
        value = self.cleaned_data.get("value")
        if value is None:
            return None, None
        if isinstance(value, Money):
            return value.minor, None
        if self.is_share:
            return round(Fraction(value) * TENTHS / 100), TENTHS
        return int(value), None


@writing_page
def indicator_aim(request: HttpRequest, node_id: UUID, code: str) -> HttpResponse:
    """Set a target or a baseline of a body for a year; `?year=` and `?currency=` choose."""
    ask, one, currency = opened(request, node_id, code)
    require(user=request.user, deed="indicator.change", node_id=ask.node.id)
    if one.is_money and not currency:
        currency = ask.node.country.currency if ask.node.country else "USD"
    year = _year(request, ask)
    back = reverse("indicator", args=[ask.node.id, code])
    form = AimForm(request.POST if request.method == "POST" else None, indicator=one, currency=currency)
    if request.method == "POST" and form.is_valid():
        value, of = form.numbers()
        try:
            set_aim(
                id=uuid7(),
                node=ask.node,
                indicator=code,
                kind=form.cleaned_data["kind"],
                from_on=date(year, 1, 1),
                until_on=date(year + 1, 1, 1),
                value=value,
                of=of,
                currency=currency if one.is_money else "",
                words=form.cleaned_data["words"],
                by=me(request),
                at=timezone.now(),
            )
        except NotAnAim:
            form.add_error(None, say("This number cannot be. Look at it again."))
        else:
            return redirect(back + query_of(min(year, ask.year), currency))
    name = one.said("name", language())
    context = {
        "title": say("Target or baseline for %(year)s") % {"year": year},
        "lead": f"{name} ({currency})" if one.is_money else name,
        "button": say("Set it"),
        "crumbs": indicator_crumbs(ask.node, Crumb(name, back)),
        "form": form,
    }
    return render(request, "web/learning/form.html", context, status=422 if form.is_bound else 200)


def _year(request: HttpRequest, ask: Asked) -> int:
    """The year of the address, which may be one to come."""
    written = request.GET.get("year", "")
    if written.isascii() and written.isdecimal() and len(written) == 4:
        return max(ask.year - 10, min(int(written), ask.year + 10))
    return ask.year


@reading_page
@never_cache
def outside(request: HttpRequest, node_id: UUID) -> HttpResponse:
    """The tables that others have handed in for a body, with their sources."""
    node, _known = body_of(request, node_id)
    found = outside_tables(user=request.user, node_id=node.id)
    may_bring_in = Rights(request.user).may("indicator.change", node.id)
    context = {
        "title": say("Figures from outside"),
        "lead": node.name,
        "crumbs": indicator_crumbs(node),
        "table": _tables(found) if found else None,
        "import_url": url_of("outside_imports") if may_bring_in else "",
    }
    return render(request, "web/reports/outside.html", context)


def _tables(found: list[OutsideTable]) -> Table:
    columns = [
        Column(say("Table")),
        Column(say("Source")),
        Column(say("Received")),
        Column(say("Body")),
        Column(say("State")),
        Column(say("Entered by")),
    ]
    return Table(
        say("Tables that were handed in"),
        columns,
        [
            Row(
                [
                    each.title,
                    formats.isolated(each.source),
                    formats.date_text(each.received_on, style="medium"),
                    formats.isolated(each.node.name),
                    _state(each),
                    formats.isolated(each.entered_by_name),
                ]
            )
            for each in found
        ],
    )


def _state(each: OutsideTable) -> Any:
    if hasattr(each, "replaced_by"):
        return badge_cell(say("replaced"), "neutral")
    return badge_cell(say("counts"), "success")


urlpatterns: list[URLPattern] = [
    path("reports/indicators/<uuid:node_id>/<slug:code>/aim/", indicator_aim, name="indicator_aim"),
    path("reports/outside/<uuid:node_id>/", outside, name="outside_tables"),
]
