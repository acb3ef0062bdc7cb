"""Correcting an old meeting: what should have been written, what that changes, and only then the deed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods
from uuid6 import uuid7

from egenmakt.apps.access.queries import require
from egenmakt.apps.groups.models import Correction, Meeting
from egenmakt.apps.groups.services.corrections import (
    CycleClosed,
    Effect,
    NothingChanged,
    NotThisMeeting,
    WouldFallBelowZero,
    correct_meeting,
    preview_correction,
)
from egenmakt.apps.groups.services.loans import LoanInUse
from egenmakt.apps.groups.state import state_before
from egenmakt.core.ledger.chain import canonical
from egenmakt.core.ledger.transfers import Transfer
from egenmakt.core.meetings.document import parse_json, read_meeting
from egenmakt.core.meetings.entries.table import ENTRY_FIELDS
from egenmakt.core.meetings.fields import Unreadable
from egenmakt.core.meetings.refusals import MeetingRefused
from egenmakt.core.money import Money
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.meeting_cards import CARDS
from egenmakt.interfaces.web.meeting_correction import CorrectionSheet
from egenmakt.interfaces.web.meeting_sheets import Card, Setting
from egenmakt.interfaces.web.meeting_words import account_text, reason_text, refusal_text
from egenmakt.interfaces.web.parts import Column, Crumb, Row, Table
from egenmakt.interfaces.web.writing import address, crumbs, me

Document = dict[str, Any]


class ReasonForm(forms.Form):
    """Why it is corrected, and where that was decided."""

    reason = forms.CharField(
        label=_("Why is it corrected?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("In words that every member understands. It stays readable beside the meeting."),
    )
    decided_in = forms.ChoiceField(label=_("Decided in which meeting"), required=False)

    def __init__(self, *, meeting: Meeting, **options: Any) -> None:
        super().__init__(**options)
        later = Meeting.objects.filter(group_id=meeting.group_id, number__gte=meeting.number).order_by("-number")
        listed = [
            (str(m.id), say("Meeting %(number)s, %(day)s") % {"number": m.number, "day": formats.date_text(m.held_on)})
            for m in later[:50]
        ]
        self.fields["decided_in"].choices = [("", say("Not in a meeting")), *listed]  # type: ignore[attr-defined]  # a ChoiceField


def in_force(meeting: Meeting) -> Document:
    """The meeting as it stands now: as it was last corrected, or as it was recorded."""
    last = Correction.objects.filter(meeting=meeting).order_by("corrected_at", "id").last()
    return parse_json(bytes(last.content if last else meeting.arrival.content))


def _setting(meeting: Meeting) -> Setting:
    state = state_before(group=meeting.group, meeting=meeting)
    marks = {UUID(line["member"]): line["state"] for line in in_force(meeting)["roll_call"]}
    return Setting(state, meeting.held_on, marks, state.balances)


def _posted(request: HttpRequest, name: str, meeting: Meeting) -> Document:
    """A document that the page carried along; the one in force when it cannot be read."""
    try:
        value = parse_json(request.POST.get(name, "").encode())
        read_meeting(value, ENTRY_FIELDS)
    except Unreadable:
        return in_force(meeting)
    return value


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """Edit the meeting as it should have been; see what that changes; confirm."""
    meeting = get_object_or_404(
        Meeting.objects.select_related("group__node", "group__book", "cycle", "arrival"), id=meeting_id
    )
    require(user=me(request), deed="meeting.correct", node_id=meeting.group_id)
    if meeting.kind == "share_out" or meeting.cycle.closed_on is not None:
        return render(request, "web/correcting/closed.html", _base(meeting), status=409)
    deed = request.POST.get("deed", "")
    if deed == "confirm":
        return _confirm(request, meeting)
    base = _posted(request, "content", meeting) if request.method == "POST" else in_force(meeting)
    if deed == "edit":
        return _edit(request, meeting, _sheet(meeting, base), base)
    if request.method == "POST":
        return _look(request, meeting, base)
    return _edit(request, meeting, _sheet(meeting, base), base)


def _sheet(meeting: Meeting, base: Document, *, data: Any = None, cards: list[Card] | None = None) -> CorrectionSheet:
    return CorrectionSheet(
        base=base, setting=_setting(meeting), cards=cards or [], kinds=CARDS, data=data, auto_id="id_%s"
    )


def _base(meeting: Meeting) -> dict[str, Any]:
    return {
        "meeting": meeting,
        "group": meeting.group,
        "title": _("Correct a meeting"),
        "crumbs": crumbs(
            meeting.group, Crumb(say("Meeting %(number)s") % {"number": meeting.number}, address("meeting", meeting.id))
        ),
        "day": formats.date_text(meeting.held_on),
    }


def _edit(
    request: HttpRequest, meeting: Meeting, sheet: CorrectionSheet, base: Document, status: int = 200
) -> HttpResponse:
    context = {
        **_base(meeting),
        "sheet": sheet,
        "content": canonical(base).decode(),
        "cards": [f"{id}:{kind}" for id, kind in sheet.cards],
    }
    return render(request, "web/correcting/edit.html", context, status=status)


def _cards(request: HttpRequest) -> list[Card]:
    pairs = [text.partition(":") for text in request.POST.getlist("card")]
    return [(id, kind) for id, _colon, kind in pairs if kind in CARDS]


def _look(request: HttpRequest, meeting: Meeting, base: Document) -> HttpResponse:
    """Add or remove a line, or work out what the correction would do."""
    cards = _cards(request)
    data = request.POST.copy()
    if data.get("remove"):
        cards = [card for card in cards if card[0] != data["remove"]]
    added = request.POST.get("add", "")
    if added in CARDS:
        cards.append((str(uuid7()), added))
    if data.get("remove") or data.get("add"):
        sheet = _sheet(meeting, base, data=data, cards=cards)
        return _edit(request, meeting, sheet.unchecked(), base)
    sheet = _sheet(meeting, base, data=data, cards=cards)
    if not sheet.is_valid():
        return _edit(request, meeting, sheet, base, 422)
    document = sheet.document(today=timezone.localdate())
    try:
        effect = preview_correction(meeting=meeting, content=canonical(document), by=me(request), at=timezone.now())
    except MeetingRefused as error:
        names = _names(meeting)
        for refusal in error.refusals:
            text = refusal_text(refusal, currency=meeting.group.currency, names=names)
            sheet.add_error(sheet.place(document, refusal.where), text)
    except Unreadable as error:
        for problem in error.problems:
            sheet.add_error(
                sheet.place(document, problem.where), f"{problem.message[:1].upper()}{problem.message[1:]}."
            )
    except NothingChanged:
        sheet.add_error(None, _("This says the same as the meeting that stands. Change what was wrong."))
    except (NotThisMeeting, CycleClosed, LoanInUse) as error:
        sheet.add_error(None, str(error))
    else:
        return _show_effect(request, meeting, document, effect, ReasonForm(meeting=meeting), str(uuid7()))
    return _edit(request, meeting, sheet, base, 422)


def _names(meeting: Meeting) -> dict[str, str]:
    state = state_before(group=meeting.group, meeting=meeting)
    known = {str(member.id): formats.isolated_text(member.label) for member in state.members.values()}
    return known | {
        str(id): known.get(str(note.borrower), say("from outside")) for id, note in state.loan_notes.items()
    }


def _show_effect(
    request: HttpRequest, meeting: Meeting, document: Document, effect: Effect, form: ReasonForm, id: str
) -> HttpResponse:
    names = _names(meeting)
    context = {
        **_base(meeting),
        "content": canonical(document).decode(),
        "correction_id": id,
        "form": form,
        "reversed": _transfers(meeting, effect.reversed, say("What is taken back"), names),
        "added": _transfers(meeting, effect.added, say("What is written instead"), names),
        "effects": _effects(meeting, effect, names),
        "members": [names[str(member)] for member in effect.members_touched],
        "below": [account_text(ref, names) for ref in effect.below_zero_today],
        "below_then": [
            say("%(account)s would have been below zero after meeting %(numbers)s.")
            % {
                "account": account_text(line.account, names),
                "numbers": ", ".join(str(number) for number in line.falls_below_zero_after),
            }
            for line in effect.accounts
            if line.falls_below_zero_after
        ],
    }
    return render(request, "web/correcting/effect.html", context, status=422 if form.errors else 200)


def _transfers(meeting: Meeting, transfers: tuple[Transfer, ...], caption: str, names: dict[str, str]) -> Table:
    currency = meeting.group.currency
    columns = [
        Column(say("What")),
        Column(say("From")),
        Column(say("To")),
        Column(say("Amount (%(currency)s)") % {"currency": currency}, is_numeric=True),
    ]
    rows = [
        Row(
            [
                reason_text(transfer.reason),
                account_text(transfer.credit, names),
                account_text(transfer.debit, names),
                formats.amount_text(Money(transfer.amount_minor, currency)),
            ]
        )
        for transfer in transfers
    ]
    return Table(caption=caption, columns=columns, rows=rows)


def _effects(meeting: Meeting, effect: Effect, names: dict[str, str]) -> Table:
    """Each touched account after each later meeting, before and after the correction."""
    currency = meeting.group.currency

    def change(before: int, after: int) -> str:
        return f"{formats.amount_text(Money(before, currency))} → {formats.amount_text(Money(after, currency))}"

    columns = [
        Column(say("After meeting")),
        *(Column(account_text(line.account, names), is_numeric=True) for line in effect.accounts),
    ]
    numbers = [later.meeting_number for later in effect.accounts[0].later] if effect.accounts else []
    rows = [
        Row(
            [
                formats.number_text(number),
                *(change(line.later[i].before_minor, line.later[i].after_minor) for line in effect.accounts),
            ]
        )
        for i, number in enumerate(numbers)
    ]
    return Table(
        caption=say("What every later balance becomes"),
        note=say("Before → after, in %(currency)s.") % {"currency": currency},
        columns=columns,
        rows=rows,
        narrow="scroll",
    )


def _confirm(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    document = _posted(request, "content", meeting)
    form = ReasonForm(meeting=meeting, data=request.POST)
    try:
        id = UUID(request.POST.get("correction", ""))
    except ValueError:
        id = uuid7()
    content, by, at = canonical(document), me(request), timezone.now()
    if known := Correction.objects.filter(id=id, meeting=meeting).first():
        return redirect("meeting_corrected", known.id)
    try:
        if form.is_valid():
            chosen = form.cleaned_data["decided_in"]
            decided_in = Meeting.objects.get(id=chosen) if chosen else None
            reason = form.cleaned_data["reason"]
            made = correct_meeting(
                id=id, meeting=meeting, content=content, reason=reason, by=by, at=at, decided_in=decided_in
            )
            return redirect("meeting_corrected", made.id)
        effect = preview_correction(meeting=meeting, content=content, by=by, at=at)
    except WouldFallBelowZero:
        form.add_error(None, _("An account would stand below zero today. Correct that first."))
        effect = preview_correction(meeting=meeting, content=content, by=by, at=at)
    except (MeetingRefused, Unreadable, NothingChanged, NotThisMeeting, CycleClosed, LoanInUse):
        # something was recorded or corrected meanwhile: look at it again, with all that was typed
        return _edit(request, meeting, _sheet(meeting, document), document, 409)
    return _show_effect(request, meeting, document, effect, form, str(id))


@never_cache
@login_required
@require_GET
def corrected(request: HttpRequest, correction_id: UUID) -> HttpResponse:
    """What was corrected; the original stays where it was."""
    correction = get_object_or_404(
        Correction.objects.select_related("meeting__group__node", "decided_in"), id=correction_id
    )
    meeting = correction.meeting
    require(user=me(request), deed="group.read", node_id=meeting.group_id)
    names = _names(meeting)
    context = {
        **_base(meeting),
        "correction": correction,
        "members": [names.get(member, "") for member in correction.effect["members"]],
        "meeting_url": address("meeting", meeting.id),
        "again_url": reverse("meeting_correct", args=[meeting.id]),
    }
    return render(request, "web/correcting/done.html", context)


urlpatterns: list[URLPattern] = [
    path("meetings/<uuid:meeting_id>/correct/", correct, name="meeting_correct"),
    path("corrections/<uuid:correction_id>/", corrected, name="meeting_corrected"),
]
