"""The meetings of a group, and the minutes of one in words, with the lines of the book that came of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from egenmakt.apps.groups.models import Correction, Meeting
from egenmakt.apps.groups.queries.access import OpenedGroup, open_group, open_meeting
from egenmakt.apps.groups.queries.ledger import Owners, owners_of, transfers_of_meeting
from egenmakt.apps.groups.queries.minutes import Minutes, minutes_of
from egenmakt.core.ledger.chart import AccountRef
from egenmakt.core.meetings.document import ClosingCount
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.group_page import meetings_table
from egenmakt.interfaces.web.ledger import account_text
from egenmakt.interfaces.web.members import what_words
from egenmakt.interfaces.web.minutes_words import Teller, sentence, vote_of
from egenmakt.interfaces.web.paging import keyset_page
from egenmakt.interfaces.web.parts import Column, Crumb, Row, Table
from egenmakt.interfaces.web.reading import (
    amount,
    group_crumb,
    group_crumbs,
    group_tabs,
    money_text,
    reading_page,
    url_of,
)
from egenmakt.interfaces.web.reading_words import ATTENDANCE, BOXES, MEETING_KINDS, SOURCES, STEPS


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """A sentence of the minutes, and how the group voted about it."""

    text: str
    vote: str


@dataclass(frozen=True, slots=True)
class ShownStep:
    """One step of the meeting: its name, its sentences and the money that moved in it."""

    name: object
    entries: tuple[ShownEntry, ...]
    paid_in_minor: int
    paid_out_minor: int


@dataclass(frozen=True, slots=True)
class ShownCorrection:
    """A correction with its reason and what it changed."""

    correction: Correction
    effects: tuple[str, ...]


@reading_page
def meetings(request: HttpRequest, id: UUID) -> HttpResponse:
    """All meetings of a group, the latest first."""
    opened = open_group(user=request.user, group_id=id)
    page = keyset_page(Meeting.objects.filter(group=opened.group), order=("-number",), query=request.GET)
    context = {
        "opened": opened,
        "crumbs": group_crumbs(opened),
        "tabs": group_tabs(opened),
        "page": page,
        "table": meetings_table(page.rows, caption=_("Meetings of %(group)s") % {"group": opened.name}),
        "may_record": opened.may("meeting.record"),
    }
    return render(request, "web/meetings/list.html", context)


@reading_page
def meeting(request: HttpRequest, id: UUID) -> HttpResponse:
    """The minutes of one meeting: as it is in force, or as it was recorded before it was corrected."""
    opened, found = open_meeting(user=request.user, meeting_id=id)
    told = minutes_of(meeting=found, group=opened.group, original=request.GET.get("as") == "recorded")
    currency = opened.currency
    teller = Teller(told, currency)
    owners = owners_of(group=opened.group)
    everything = Crumb(_("Meetings"), reverse("meetings", args=[opened.group.id]))
    correct_url = url_of("meeting_correct", found.id) if opened.may("meeting.correct") else ""
    context = {
        "opened": opened,
        "crumbs": group_crumbs(opened, group_crumb(opened), everything),
        "title": _title(found, opened),
        "lead": _lead(found),
        "told": told,
        "meeting": found,
        "attendance": _attendance(told),
        "roll": _roll(told, teller),
        "opening": _opening(told, currency),
        "steps": [_step(step, teller) for step in told.steps],
        "closing": _closing(told, teller, currency),
        "counters": [_counters(count, teller) for count in told.document.closing],
        "keys": [(teller.who(key.member), key.member in told.committee) for key in told.document.keys],
        "corrections": [_correction(correction, owners, currency) for correction in told.corrections],
        "transfers": _transfers(found, owners, currency),
        "currency": currency,
        "minutes_url": url_of("paper_minutes", found.id) if told.document.closing and told.document.keys else "",
        "correct_url": correct_url if found.cycle.closed_on is None else "",
    }
    return render(request, "web/meetings/meeting.html", context)


def _title(found: Meeting, opened: OpenedGroup) -> str:
    return _("%(kind)s %(number)s") % {"kind": MEETING_KINDS[found.kind], "number": formats.number_text(found.number)}


def _lead(found: Meeting) -> str:
    day = formats.date_text(found.held_on, style="full")
    return _("Held on %(day)s. %(source)s.") % {"day": day, "source": SOURCES[found.source]}


def _attendance(told: Minutes) -> list[tuple[Any, str]]:
    counted = Counter(state for _member, state in told.document.roll_call)
    return [(ATTENDANCE[state], formats.number_text(counted[state])) for state in ATTENDANCE if counted[state]]


def _roll(told: Minutes, teller: Teller) -> Table:
    rows = [Row([teller.who(member), ATTENDANCE[state]]) for member, state in told.document.roll_call]
    return Table(caption=_("Roll call"), columns=[Column(_("Member")), Column(_("Attendance"))], rows=rows)


def _opening(told: Minutes, currency: str) -> Table:
    columns = [
        Column(_("Box")),
        Column(_("Expected"), is_numeric=True),
        Column(_("Counted"), is_numeric=True),
        Column(_("Difference"), is_numeric=True),
        Column(_("Reason")),
    ]
    rows = [
        Row(
            [
                BOXES[count.box],
                amount(count.expected_minor, currency),
                amount(count.counted_minor, currency),
                amount(count.counted_minor - count.expected_minor, currency),
                count.reason,
            ]
        )
        for count in told.document.opening
    ]
    note = _("All amounts in %(currency)s.") % {"currency": currency}
    return Table(caption=_("Counted when the meeting opened"), note=note, columns=columns, rows=rows)


def _step(step: Any, teller: Teller) -> ShownStep:
    return ShownStep(
        name=STEPS[step.name],
        entries=tuple(ShownEntry(sentence(entry, teller), vote_of(entry)) for entry in step.entries),
        paid_in_minor=sum(entry.paid_in_minor for entry in step.entries),
        paid_out_minor=sum(entry.paid_out_minor for entry in step.entries),
    )


def _closing(told: Minutes, teller: Teller, currency: str) -> Table:
    columns = [
        Column(_("Box")),
        Column(_("Expected"), is_numeric=True),
        Column(_("Counted"), is_numeric=True),
        Column(_("Difference"), is_numeric=True),
        Column(_("Reason")),
    ]
    rows = []
    for count in told.document.closing:
        agreed = agreed_count(count)
        expected = told.expected[count.box]
        rows.append(
            Row(
                [
                    BOXES[count.box],
                    amount(expected, currency),
                    amount(agreed, currency),
                    amount(agreed - expected, currency),
                    count.reason,
                ]
            )
        )
    note = _("All amounts in %(currency)s.") % {"currency": currency}
    return Table(caption=_("Counted when the meeting closed"), note=note, columns=columns, rows=rows)


def agreed_count(count: ClosingCount) -> int:
    """What the most counters found, the last of them where none agree, as for a period from a paper book."""
    amounts = [amount for _by, amount in count.counts]
    best, times = Counter(amounts).most_common(1)[0] if amounts else (0, 0)
    return best if times > 1 or not amounts else amounts[-1]


def _counters(count: ClosingCount, teller: Teller) -> str:
    each = ", ".join(
        _("%(who)s %(amount)s") % {"who": teller.who(by), "amount": money_text(found, teller.currency)}
        for by, found in count.counts
    )
    return _("%(box)s: %(each)s") % {"box": BOXES[count.box], "each": each}


def _correction(correction: Correction, owners: Owners, currency: str) -> ShownCorrection:
    effects = [
        _("%(account)s: from %(before)s to %(after)s")
        % {
            "account": account_text(AccountRef.parse(line["account"]), owners, currency),
            "before": money_text(line["before_minor"], currency),
            "after": money_text(line["after_minor"], currency),
        }
        for line in correction.effect["accounts"]
    ]
    return ShownCorrection(correction, tuple(effects))


def _transfers(found: Meeting, owners: Owners, currency: str) -> Table:
    lines = transfers_of_meeting(meeting=found)
    columns = [
        Column(_("What")),
        Column(_("Debit")),
        Column(_("Credit")),
        Column(_("Amount"), is_numeric=True),
    ]
    rows = [
        Row(
            [
                what_words(line.transfer.reason, is_correction=line.is_correction),
                account_text(line.transfer.debit, owners, currency),
                account_text(line.transfer.credit, owners, currency),
                amount(line.transfer.amount_minor, currency),
            ]
        )
        for line in lines
    ]
    count = ngettext("%(count)s line.", "%(count)s lines.", len(lines)) % {"count": formats.number_text(len(lines))}
    note = _("%(lines)s All amounts in %(currency)s.") % {"lines": count, "currency": currency}
    return Table(caption=_("Lines of the book"), note=note, columns=columns, rows=rows, is_tall=True)


urlpatterns: list[URLPattern] = [
    path("groups/<uuid:id>/meetings/", meetings, name="meetings"),
    path("meetings/<uuid:id>/", meeting, name="meeting"),
]
