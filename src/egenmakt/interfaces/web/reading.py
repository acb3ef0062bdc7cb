"""What the reading pages share: opening what the reader may read, the way down to it, amounts and names in cells."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from egenmakt.apps.groups.queries.access import NotFound, OpenedGroup
from egenmakt.apps.groups.queries.members import MemberName
from egenmakt.core.money import Money
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.paging import UnknownPage
from egenmakt.interfaces.web.parts import Crumb, Tab
from egenmakt.interfaces.web.templatetags import formats as filters

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def reading_page(view: View) -> Any:
    """A page to read: for who is signed in, by GET only; what is not there is answered with 404."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except (NotFound, UnknownPage) as problem:
            raise Http404(str(problem)) from problem

    return require_GET(login_required(answer))


def today() -> date:
    """The day on which a page is read, by universal time, which is nobody's own and the same for all."""
    return timezone.now().date()


def url_of(name: str, *args: object) -> str:
    """The address of a page, or "" where this installation has no such page."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def group_crumbs(opened: OpenedGroup, *more: Crumb) -> list[Crumb]:
    """All groups, then each body above the group, then the group where the page is deeper than its own."""
    listed = reverse("groups")
    crumbs = [Crumb(_("Groups"), listed)]
    crumbs += [Crumb(node.name, f"{listed}?{urlencode({'under': node.id})}") for node in opened.above]
    return [*crumbs, *more]


def group_crumb(opened: OpenedGroup) -> Crumb:
    """The group itself, above a page about something in it."""
    return Crumb(opened.name, reverse("group", args=[opened.group.id]))


def group_tabs(opened: OpenedGroup) -> list[Tab]:
    """The pages of one group, those that this installation has and this reader may open."""
    id = opened.group.id
    named = [
        (_("Overview"), "group", "group.read"),
        (_("Meetings"), "meetings", "group.read"),
        (_("Share-out today"), "share_out_today", "group.read"),
        (_("The book"), "ledger", "group.read"),
        (_("Rules"), "constitution", "group.read"),
        (_("Grading"), "grading", "group.read"),
        (_("Papers"), "papers", "group.read"),
        (_("Waiting documents"), "quarantine", "quarantine.resolve"),
        (_("Settings"), "group_settings", "group.update"),
    ]
    return [Tab(name, url) for name, page, deed in named if opened.may(deed) and (url := url_of(page, id))]


def amount(minor: int | None, currency: str) -> SafeString | str:
    """An amount in a cell of a column whose heading names the currency."""
    return filters.amount_of(minor, currency)


def money(minor: int | None, currency: str) -> SafeString | str:
    """An amount with its currency."""
    return filters.money_of(minor, currency)


def money_text(minor: int, currency: str) -> str:
    """An amount with its currency as plain text, for a sentence."""
    return formats.money_text(Money(minor, currency))


def exact_money_text(minor: Fraction, currency: str) -> str:
    """An exact amount as it is read: rounded half to even to the smallest unit, which only the page does."""
    return formats.money_text(Money(round(minor), currency))


def signed_amount(minor: int, currency: str) -> SafeString | str:
    """A change in a cell, with its sign: +200.00, −50.00."""
    text = formats.amount_text(Money(minor, currency))
    return format_html('<bdi class="money">{}{}</bdi>', "+" if minor > 0 else "", text)


def short_day(value: date | None) -> SafeString | str:
    """A day in a cell of a table."""
    return filters.day(value, "medium")


def link(url: str, text: object) -> SafeString | str:
    """A link in a cell, or the text alone where there is no such page."""
    return format_html('<a class="row-link" href="{}">{}</a>', url, text) if url else format_html("{}", text)


def badge_cell(text: object, kind: str) -> SafeString:
    """A state in a cell, as a word and a shape."""
    return render_to_string("web/parts/badge.html", {"text": text, "kind": kind})


def member_text(member: MemberName | None) -> str:
    """A member's name with her number, which tells two of the same name apart."""
    if member is None:
        return _("somebody who is not a member")
    return formats.isolated_text(f"{member.name} ({formats.number_text(member.number)})")


def member_link(member: MemberName | None) -> SafeString | str:
    """A member's name as a link to her page."""
    if member is None:
        return member_text(member)
    return link(reverse("member", args=[member.id]), formats.isolated(member_text(member)))


def read_uuid(text: str) -> UUID | None:
    """An id from an address, or None when it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
