"""A member on her page: her passbook, her loans, her goals, and whether a code in her paper book is real."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from egenmakt.apps.groups.queries.access import open_member
from egenmakt.apps.groups.queries.loans import LoanLine
from egenmakt.apps.groups.queries.member_page import MemberPage, member_page
from egenmakt.apps.groups.queries.minutes import CodeAnswer, check_passbook_code
from egenmakt.apps.groups.queries.passbook import PassbookLine
from egenmakt.core.savings.share_out_result import ShareOutLine
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.group_page import code_cell, shown_goal
from egenmakt.interfaces.web.loans import rows_table
from egenmakt.interfaces.web.parts import Column, KeyFigure, Row, Table
from egenmakt.interfaces.web.reading import (
    amount,
    group_crumb,
    group_crumbs,
    link,
    money,
    money_text,
    reading_page,
    short_day,
    signed_amount,
    today,
    url_of,
)
from egenmakt.interfaces.web.reading_words import ACCOUNTS, LOAN_STATES, MEMBER_STATES, OFFICES, REASONS

LINES_SHOWN = 200
"""Four years of weekly savings; the whole book is on the page of the account."""

CODE_PROBLEMS = {
    "length": gettext_lazy("A meeting code has eight characters. Look at the passbook, and type all of them."),
    "character": gettext_lazy(
        "There is a character that no meeting code has. Codes have no 0, O, 1, I, L, 2, Z, 5, S, 8, B, U or V, because "
        "they are easily taken for each other."
    ),
    "check": gettext_lazy("This is no meeting code: one character is wrong, or two are swapped. Compare it once more."),
}


class CodeForm(forms.Form):
    """A code from the paper passbook."""

    code = forms.CharField(
        label=gettext_lazy("Meeting code"),
        max_length=40,
        help_text=gettext_lazy(
            "The eight characters that were read aloud when the meeting was closed. Spaces do not matter."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}),
    )


@dataclass(frozen=True, slots=True)
class CodeWords:
    """What is said about a code: how serious, and in which words."""

    kind: str
    title: Promise | str
    text: Promise | str
    url: str = ""


@dataclass(frozen=True, slots=True)
class ShownLoan:
    """A loan of the member with its plan."""

    line: LoanLine
    url: str
    rows: Table
    next_words: str


@reading_page
def member(request: HttpRequest, id: UUID) -> HttpResponse:
    """One member: what she has, what she owes, every line of her passbook, and what she would get today."""
    opened, membership = open_member(user=request.user, member_id=id)
    page = member_page(group=opened.group, membership=membership, on=today())
    currency = opened.currency
    form = CodeForm(request.GET) if "code" in request.GET else CodeForm()
    answer = _check(form, opened.group.id)
    context = {
        "opened": opened,
        "page": page,
        "name": page.name.name,
        "crumbs": group_crumbs(opened, group_crumb(opened)),
        "lead": _lead(page, opened.name),
        "figures": _figures(page, currency),
        "loans": [_loan(line, currency) for line in page.loans],
        "old_loans": _old_loans(page, currency),
        "goals": [shown_goal(goal, currency) for goal in page.goals],
        "today": _today(page.share_out_line, currency),
        "passbook": _passbook(page.lines, currency),
        "is_cut": len(page.lines) > LINES_SHOWN,
        "form": form,
        "answer": answer,
        "passbook_url": url_of("paper_passbook", membership.id) if page.lines else "",
        "currency": currency,
    }
    return render(request, "web/members/member.html", context)


def _lead(page: MemberPage, group: str) -> str:
    offices = ", ".join(str(OFFICES[office]) for office in page.standing.offices)
    words = _("Member %(number)s of %(group)s since %(day)s.") % {
        "number": formats.number_text(page.name.number),
        "group": group,
        "day": formats.date_text(page.name.joined_on),
    }
    if page.name.left_on:
        words += f" {MEMBER_STATES[page.name.status]}: {formats.date_text(page.name.left_on)}."
    return f"{words} {offices}." if offices else words


def _figures(page: MemberPage, currency: str) -> list[KeyFigure]:
    standing = page.standing
    figures = []
    if page.shares is not None:
        figures.append(KeyFigure(_("Shares"), formats.number_text(page.shares), _("in this cycle")))
    figures += [
        KeyFigure(_("Savings"), money_text(standing.savings_minor, currency)),
        KeyFigure(_("Loan left"), money_text(standing.loans_minor, currency)),
        KeyFigure(_("Fines due"), money_text(standing.fines_due_minor, currency)),
    ]
    if standing.payable_minor:
        figures.append(KeyFigure(_("Promised to be paid out"), money_text(standing.payable_minor, currency)))
    figures.append(
        KeyFigure(
            _("Paid to the social fund"), money_text(page.contributed_minor, currency), _("helps all, is not paid back")
        )
    )
    return figures


def _loan(line: LoanLine, currency: str) -> ShownLoan:
    place = line.position
    if place.is_late:
        words = _("%(amount)s is overdue, the oldest part since %(days)s days.") % {
            "amount": money_text(place.overdue_minor, currency),
            "days": formats.number_text(place.days_past_due),
        }
    elif place.next_due_on:
        words = _("Next: %(amount)s on %(day)s.") % {
            "amount": money_text(line.next_due_minor, currency),
            "day": formats.date_text(place.next_due_on),
        }
    else:
        words = _("All instalments have fallen due.")
    return ShownLoan(line, reverse("loan", args=[line.id]), rows_table(line.schedule, currency, on=place.on), words)


def _old_loans(page: MemberPage, currency: str) -> Table | None:
    if not page.old_loans:
        return None
    columns = [Column(_("Given on")), Column(_("Lent"), is_numeric=True), Column(_("State")), Column(_("Closed on"))]
    rows = [
        Row(
            [
                short_day(loan.granted_on),
                amount(loan.principal_minor, currency),
                LOAN_STATES[loan.status],
                short_day(loan.closed_on),
            ],
            url=reverse("loan", args=[loan.id]),
        )
        for loan in page.old_loans
    ]
    return Table(caption=_("Earlier loans"), columns=columns, rows=rows)


def _today(line: ShareOutLine | None, currency: str) -> list[tuple[str, object]]:
    """What she would get if the group shared out today, line by line."""
    if line is None:
        return []
    parts: list[tuple[str, object]] = [(_("Savings back"), money(line.savings_back_minor, currency))]
    if line.voluntary_back_minor:
        parts.append((_("Voluntary savings back"), money(line.voluntary_back_minor, currency)))
    label = _("Part of the profit") if line.profit_part_minor >= 0 else _("Part of the loss")
    parts.append((label, money(line.profit_part_minor, currency)))
    if line.set_off_minor:
        parts.append((_("Taken for loans"), money(-line.set_off_minor, currency)))
    if line.fines_deducted_minor:
        parts.append((_("Taken for fines"), money(-line.fines_deducted_minor, currency)))
    parts.append((_("Paid out to her"), money(line.payout_minor, currency)))
    if line.still_owed_minor:
        parts.append((_("Still owed by her afterwards"), money(line.still_owed_minor, currency)))
    return parts


def _passbook(lines: tuple[PassbookLine, ...], currency: str) -> Table:
    columns = [
        Column(_("Date")),
        Column(_("Meeting")),
        Column(_("Code")),
        Column(_("What")),
        Column(_("Amount"), is_numeric=True),
        Column(_("Balance"), is_numeric=True),
    ]
    rows = [_passbook_row(line, currency) for line in reversed(lines[-LINES_SHOWN:])]
    note = _("The latest first. All amounts in %(currency)s.") % {"currency": currency}
    return Table(caption=_("Passbook"), note=note, columns=columns, rows=rows, is_tall=True)


def _passbook_row(line: PassbookLine, currency: str) -> Row:
    number = formats.number_text(line.meeting_number)
    meeting = reverse("meeting", args=[line.meeting_id]) if line.meeting_id else ""
    account = str(ACCOUNTS[line.kind])
    balance: object = ""
    if line.balance_minor is not None:
        balance = format_html('{} <span class="small soft">{}</span>', amount(line.balance_minor, currency), account)
    return Row(
        [
            short_day(line.on),
            link(meeting, number) if meeting else _("before the first"),
            code_cell(line.code) if line.code else "",
            what_words(line.reason, is_correction=line.is_correction),
            signed_amount(line.amount_minor, currency),
            balance,
        ]
    )


def what_words(reason: str, *, is_correction: bool) -> str:
    """What a line of the book is, and whether it puts a mistake right."""
    plain = reason.removeprefix("reversal_of_")
    words = str(REASONS.get(plain, plain))
    if plain != reason:
        return _("Taken back: %(what)s") % {"what": words}
    return _("Corrected: %(what)s") % {"what": words} if is_correction else words


def _check(form: CodeForm, group_id: UUID) -> CodeWords | None:
    if not form.is_bound or not form.is_valid():
        return None
    found = check_passbook_code(group_id=group_id, text=form.cleaned_data["code"])
    if found.problem:
        form.add_error("code", str(CODE_PROBLEMS[found.problem]))
        return None
    return _code_words(found)


def _code_words(found: CodeAnswer) -> CodeWords:
    if found.meeting is None:
        return CodeWords(
            "error",
            _("No meeting of this group has this code"),
            _(
                "The code is well formed, and it is not in this group's book. Bring the passbook and your note to the "
                "next meeting, and ask about it before the box is opened."
            ),
        )
    values = {
        "number": formats.number_text(found.meeting.number),
        "day": formats.date_text(found.meeting.held_on),
    }
    return CodeWords(
        "success",
        _("The code is right"),
        _(
            "It is the code of meeting %(number)s, held on %(day)s. Nothing in that meeting, or in any before it, was "
            "changed since: corrections are lines of their own."
        )
        % values,
        reverse("meeting", args=[found.meeting.id]),
    )


urlpatterns: list[URLPattern] = [path("members/<uuid:id>/", member, name="member")]
