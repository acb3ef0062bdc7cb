"""Meetings that arrived and were not accepted: why, beside what is recorded, and what the group decided."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import may
from egenmakt.apps.groups.models import Arrival, Meeting, SavingsGroup
from egenmakt.apps.groups.services.meetings import settle_arrival
from egenmakt.apps.lending.models import Loan
from egenmakt.core.meetings.document import parse_json
from egenmakt.core.meetings.fields import Unreadable
from egenmakt.core.money import Money
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.meeting_words import BOXES, ENTRIES, MARKS, STEPS, finding_text
from egenmakt.interfaces.web.parts import Column, Crumb, Row, Table
from egenmakt.interfaces.web.setting_up_forms import label
from egenmakt.interfaces.web.writing import address, crumbs, group_of, me

STATES: dict[str, Any] = {
    Arrival.State.HELD.value: _("Waits for the meeting before it"),
    Arrival.State.QUARANTINED.value: _("In conflict"),
    Arrival.State.REFUSED.value: _("Refused"),
    Arrival.State.SETTLED.value: _("Decided"),
}
BADGES = {"held": "info", "quarantined": "error", "refused": "warning", "settled": "success"}


class SettleForm(forms.Form):
    """What the group decided."""

    words = forms.CharField(
        label=_("What did the group decide?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Such as: the meeting was recorded anew on the second phone. The document itself is never removed."
        ),
    )


def open_arrivals(group: SavingsGroup) -> list[Arrival]:
    """What still needs a decision: a refused try that was accepted later does not."""
    accepted = Meeting.objects.filter(id=OuterRef("meeting_id"))
    rows = Arrival.objects.filter(group=group, state__in=["refused", "held", "quarantined"])
    rows = rows.exclude(Exists(accepted), state="refused") if rows.exists() else rows
    return list(rows.order_by("-received_at", "-id")[:200])


@never_cache
@login_required
@require_GET
def quarantine(request: HttpRequest, group_id: UUID) -> HttpResponse:
    """Everything that arrived for the group and is not recorded."""
    group = group_of(request, group_id, deed="group.read")
    names = _names(group)
    settled = Arrival.objects.filter(group=group, state="settled").order_by("-settled_at")[:50]
    context = {
        "group": group,
        "title": _("Meetings that need a decision"),
        "crumbs": crumbs(group),
        "arrivals": [_line(group, arrival, names) for arrival in open_arrivals(group)],
        "settled": [_line(group, arrival, names) for arrival in settled],
    }
    return render(request, "web/quarantine/quarantine.html", context)


def _names(group: SavingsGroup) -> dict[str, str]:
    rows = group.memberships.select_related("person", "member_group__node")
    members = {str(member.id): label(member) for member in rows}
    loans = Loan.objects.filter(book_id=group.book_id).values_list("id", "borrower")
    return members | {str(id): members.get(str(borrower), say("from outside")) for id, borrower in loans}


def _line(group: SavingsGroup, arrival: Arrival, names: Mapping[str, str]) -> dict[str, Any]:
    reasons = [finding_text(finding, currency=group.currency, names=names) for finding in arrival.findings]
    if arrival.state == Arrival.State.HELD:
        reasons = [say("The meeting before it has not arrived yet. It is recorded by itself when that one comes.")]
    document = _read(arrival)
    return {
        "arrival": arrival,
        "state": STATES[arrival.state],
        "badge": BADGES[arrival.state],
        "reasons": reasons,
        "number": document.get("number") if document else None,
        "url": reverse("quarantine_arrival", args=[group.id, arrival.id]),
    }


def _read(arrival: Arrival) -> dict[str, Any] | None:
    try:
        return parse_json(bytes(arrival.content))
    except Unreadable:
        return None


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, group_id: UUID, arrival_id: UUID) -> HttpResponse:
    """One document: why it was not accepted, beside the meeting that is recorded, and the group's decision."""
    group = group_of(request, group_id, deed="group.read")
    arrival = get_object_or_404(Arrival.objects.exclude(state="accepted"), id=arrival_id, group=group)
    by = me(request)
    may_settle = may(user=by, deed="quarantine.resolve", node_id=group.id)
    form = SettleForm(data=request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and arrival.state != Arrival.State.SETTLED:
        settle_arrival(arrival=arrival, words=form.cleaned_data["words"].strip(), by=by, at=timezone.now())
        messages.success(request, _("The decision is written down. The document stays readable."))
        return redirect("quarantine", group.id)
    names, document = _names(group), _read(arrival)
    recorded = _recorded(group, arrival, document)
    context = {
        "group": group,
        "title": _("A meeting that is not recorded"),
        "crumbs": crumbs(group, Crumb(say("Meetings that need a decision"), reverse("quarantine", args=[group.id]))),
        "line": _line(group, arrival, names),
        "sender": _user_name(arrival.received_by),
        "settler": _user_name(arrival.settled_by),
        "recorded": recorded,
        "recorded_url": address("meeting", recorded.id) if recorded else "",
        "table": _comparison(group, document, recorded, names) if document else None,
        "raw": "" if document else bytes(arrival.content[:4000]).decode("utf-8", "replace"),
        "form": form if may_settle and arrival.state != Arrival.State.SETTLED else None,
    }
    return render(request, "web/quarantine/arrival.html", context, status=422 if form.errors else 200)


def _user_name(id: UUID | None) -> str:
    return User.objects.filter(id=id).values_list("name", flat=True).first() or "" if id else ""


def _recorded(group: SavingsGroup, arrival: Arrival, document: dict[str, Any] | None) -> Meeting | None:
    """The recorded meeting to compare it with: the same one, or the one that stands in its place."""
    rows = Meeting.objects.filter(group=group).select_related("arrival")
    same = rows.filter(id=arrival.meeting_id).first() if arrival.meeting_id else None
    number = document.get("number") if document else None
    return same or (rows.filter(number=number).first() if isinstance(number, int) else None)


def _comparison(
    group: SavingsGroup, document: dict[str, Any], recorded: Meeting | None, names: Mapping[str, str]
) -> Table:
    """The two documents line by line; lines that differ say so."""
    new = lines_of(document, group.currency, names)
    old = lines_of(parse_json(bytes(recorded.arrival.content)), group.currency, names) if recorded else {}
    columns = [Column(say("What")), Column(say("Recorded")), Column(say("This document")), Column(say("Comparison"))]
    rows = []
    for name in dict.fromkeys((*old, *new)):
        is_same = old.get(name) == new.get(name)
        mark = "" if not recorded else say("the same") if is_same else say("differs")
        rows.append(Row([name, old.get(name, "–") if recorded else "–", new.get(name, "–"), mark]))
    return Table(caption=say("Side by side"), columns=columns, rows=rows, narrow="cards")


def lines_of(document: dict[str, Any], currency: str, names: Mapping[str, str]) -> dict[str, str]:
    """A meeting document as lines that people can compare: what, and how much."""
    found: dict[str, str] = {}

    def add(name: str, value: str) -> None:
        number, key = 2, name
        while key in found:
            key, number = f"{name} ({number})", number + 1
        found[key] = value

    def money(minor: object) -> str:
        is_amount = isinstance(minor, int) and not isinstance(minor, bool)
        return formats.money_text(Money(minor, currency)) if is_amount else str(minor)  # type: ignore[arg-type]  # checked

    add(say("Day of the meeting"), _day(document.get("held_on")))
    add(say("Number"), str(document.get("number", "")))
    for line in _objects(document.get("opening")):
        add(f"{STEPS['opening']}: {BOXES.get(str(line.get('box')), line.get('box'))}", money(line.get("counted")))
    for line in _objects(document.get("roll_call")):
        mark = str(line.get("state"))
        add(f"{STEPS['roll_call']}: {names.get(str(line.get('member')), '?')}", str(MARKS.get(mark, mark)))
    for step in _objects(document.get("steps")):
        for entry in _objects(step.get("entries")):
            kind = str(entry.get("type"))
            who = names.get(str(entry.get("member") or entry.get("loan") or ""), "")
            add(f"{ENTRIES.get(kind, kind)}{': ' if who else ''}{who}", _entry_words(entry, money))
    for line in _objects(document.get("closing")):
        counts = [money(count.get("amount")) for count in _objects(line.get("counts"))]
        add(f"{STEPS['closing']}: {BOXES.get(str(line.get('box')), line.get('box'))}", ", ".join(counts))
    if document.get("notes"):
        add(say("Note to the minutes"), str(document["notes"]))
    return found


def _objects(value: object) -> list[dict[str, Any]]:
    """The objects of a list; a document that was refused may hold anything."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _day(value: object) -> str:
    """A day as it is read; as it was sent where it is no day."""
    try:
        return formats.date_text(date.fromisoformat(str(value)))
    except ValueError:
        return str(value)


def _shares(count: object) -> str:
    if not isinstance(count, int):
        return str(count)
    return ngettext("%(count)s share", "%(count)s shares", count) % {"count": formats.number_text(count)}


def _entry_words(entry: dict[str, Any], money: Any) -> str:
    parts = []
    if "amount" in entry:
        parts.append(money(entry["amount"]))
    if "shares" in entry:
        parts.append(_shares(entry["shares"]))
    terms = entry.get("terms")
    if isinstance(terms, dict) and "principal_minor" in terms:
        parts.append(money(terms["principal_minor"]))
    for name in ("fine", "lender", "words"):
        if entry.get(name):
            parts.append(str(entry[name]))
    if isinstance(entry.get("payouts"), dict):
        parts.append(money(sum(value for value in entry["payouts"].values() if isinstance(value, int))))
    return ", ".join(parts) or json.dumps({k: v for k, v in entry.items() if k != "type"}, ensure_ascii=False)


urlpatterns: list[URLPattern] = [
    path("groups/<uuid:group_id>/quarantine/", quarantine, name="quarantine"),
    path("groups/<uuid:group_id>/quarantine/<uuid:arrival_id>/", one, name="quarantine_arrival"),
]
