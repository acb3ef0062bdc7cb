"""The groups in a list, a page at a time, and one group on its page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from egenmakt.apps.access.queries import roles_anywhere
from egenmakt.apps.access.roles import roles_with
from egenmakt.apps.groups.models import SavingsGroup
from egenmakt.apps.groups.queries.access import open_group
from egenmakt.apps.groups.queries.listing import (
    FilterChoices,
    GroupFigures,
    GroupFilter,
    figures_of,
    filter_choices,
    groups_to_read,
    with_names,
)
from egenmakt.apps.stories.queries.rounds import rounds_about
from egenmakt.core.money import Money
from egenmakt.interfaces.web import formats, group_page
from egenmakt.interfaces.web.paging import keyset_page
from egenmakt.interfaces.web.parts import Column, Row, Table
from egenmakt.interfaces.web.reading import (
    badge_cell,
    group_crumbs,
    group_tabs,
    read_uuid,
    reading_page,
    short_day,
    today,
    url_of,
)
from egenmakt.interfaces.web.reading_words import GROUP_KINDS

ROUNDS_SHOWN = 5
ORDERS = {
    "name": ("node__name", "id"),
    "-name": ("-node__name", "-id"),
    "last": ("last_on", "id"),
    "-last": ("-last_on", "-id"),
}


class GroupFilterForm(forms.Form):
    """What the list is narrowed to."""

    name = forms.CharField(
        label=gettext_lazy("Name"), required=False, max_length=200, widget=forms.TextInput(attrs={"type": "search"})
    )
    under = forms.ChoiceField(label=gettext_lazy("Partner"), required=False)
    country = forms.ChoiceField(label=gettext_lazy("Country"), required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), required=False, choices=[("", gettext_lazy("All")), *GROUP_KINDS.items()]
    )

    def __init__(self, choices: FilterChoices, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = [("", _("All"))]
        bodies = [(str(id), name) for id, name in choices.bodies]
        asked = self.data.get("under", "")
        if read_uuid(asked) and asked not in dict(bodies):
            # a body above the reader's own, reached by the way down on a group's page
            bodies.append((asked, _("As in the address")))
        self.fields["under"].choices = everything + bodies  # type: ignore[attr-defined]  # a choice field
        self.fields["country"].choices = [*everything, *choices.countries]  # type: ignore[attr-defined]  # as above

    def asked(self) -> GroupFilter:
        """The filter; what cannot be read does not narrow the list."""
        self.is_valid()
        found = self.cleaned_data
        under = read_uuid(found.get("under") or "")
        return GroupFilter(
            name=(found.get("name") or "").strip(),
            under=under,
            country=found.get("country") or "",
            kind=found.get("kind") or "",
        )


@reading_page
def groups(request: HttpRequest) -> HttpResponse:
    """The groups that the reader may see, a page at a time."""
    form = GroupFilterForm(filter_choices(user=request.user), request.GET)
    asked = form.asked()
    sort = request.GET.get("sort", "name")
    page = keyset_page(
        groups_to_read(user=request.user, chosen=asked), order=ORDERS.get(sort, ORDERS["name"]), query=request.GET
    )
    rows = with_names(page.rows)
    figures = figures_of(groups=rows, on=today())
    roles = roles_anywhere(user=request.user)
    query = request.GET.copy()
    for name in ("after", "before"):
        query.pop(name, None)
    context = {
        "form": form,
        "page": page,
        "table": _table(rows, figures),
        "is_narrowed": not asked.is_empty,
        "is_further_narrowed": bool(asked.under or asked.country or asked.kind),
        "csv_url": f"{csv_url}?{query.urlencode()}" if (csv_url := url_of("groups_csv")) else "",
        "new_url": url_of("group_new") if roles.intersection(roles_with("group.create")) else "",
        "import_url": url_of("imports") if roles.intersection(roles_with("import.data")) else "",
    }
    return render(request, "web/groups/list.html", context)


def _table(rows: list[SavingsGroup], figures: dict[UUID, GroupFigures]) -> Table:
    columns = [
        Column(_("Group"), sort_key="name"),
        Column(_("Partner")),
        Column(_("Kind")),
        Column(_("Members"), is_numeric=True),
        Column(_("Savings"), is_numeric=True),
        Column(_("Loans out"), is_numeric=True),
        Column(_("Last meeting"), sort_key="last"),
        Column(_("To look at")),
    ]
    return Table(
        caption=_("Groups"),
        note=_("Amounts are in each group's own currency."),
        columns=columns,
        rows=[_row(group, figures[group.id]) for group in rows],
    )


def _row(group: SavingsGroup, figures: GroupFigures) -> Row:
    parent = group.node.parent
    return Row(
        [
            group.node.name,
            formats.isolated(parent.name) if parent else "",
            GROUP_KINDS[group.kind],
            formats.number_text(figures.members),
            _with_currency(figures.savings_minor, group.currency),
            _with_currency(figures.loans_minor, group.currency),
            short_day(group.last_held_on) if group.last_held_on else _("None yet"),
            _badge(group, figures),
        ],
        url=reverse("group", args=[group.id]),
    )


def _with_currency(minor: int, currency: str) -> str:
    return formats.isolated(formats.money_text(Money(minor, currency)))


def _badge(group: SavingsGroup, figures: GroupFigures) -> Any:
    """The one thing that is most urgent; the group's own page says all."""
    if group.closed_on:
        return badge_cell(_("Closed"), "neutral")
    if figures.documents_waiting:
        return badge_cell(_("Document waiting"), "error")
    if figures.late_loans:
        late = figures.late_loans
        return badge_cell(ngettext("%(count)s late loan", "%(count)s late loans", late) % {"count": late}, "warning")
    if figures.is_silent:
        return badge_cell(_("Has not met lately"), "warning")
    if group.is_training:
        return badge_cell(_("For training"), "info")
    return badge_cell(_("Nothing"), "success")


@reading_page
def group(request: HttpRequest, id: UUID) -> HttpResponse:
    """One group: what it has, where it is in its cycle, what to do next and what to look at."""
    opened = open_group(user=request.user, group_id=id)
    context = group_page.context_of(opened, on=today())
    context |= {"opened": opened, "crumbs": group_crumbs(opened), "tabs": group_tabs(opened)}
    context["rounds"] = rounds_about(user=request.user, node_id=id, on=today())[:ROUNDS_SHOWN]
    return render(request, "web/groups/group.html", context)


urlpatterns: list[URLPattern] = [
    path("groups/", groups, name="groups"),
    path("groups/<uuid:id>/", group, name="group"),
]
