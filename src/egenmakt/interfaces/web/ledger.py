"""The group's book: the trial balance, the proof that no money was lost, and the history of each account."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from egenmakt.apps.groups.queries.access import NotFound, open_group
from egenmakt.apps.groups.queries.ledger import Owners, UnknownAccount, account_of, account_page, book_page
from egenmakt.apps.ledger.queries import HistoryKey
from egenmakt.core.ledger.chart import AccountRef
from egenmakt.interfaces.web.paging import UnknownPage
from egenmakt.interfaces.web.parts import Column, Crumb, KeyFigure, Row, Table
from egenmakt.interfaces.web.reading import (
    amount,
    group_crumb,
    group_crumbs,
    group_tabs,
    member_text,
    money_text,
    reading_page,
    short_day,
    signed_amount,
)
from egenmakt.interfaces.web.reading_words import ACCOUNTS, REASONS


def account_text(account: AccountRef, owners: Owners, currency: str) -> str:
    """An account in words: what it is, and whose."""
    words = str(ACCOUNTS[account.kind])
    if account.owner is None:
        return words
    if account.owner in owners.members:
        return f"{words}: {member_text(owners.members[account.owner])}"
    loan = owners.loans.get(account.owner)
    if loan is None:
        return words
    who = member_text(owners.members.get(loan.borrower)) if loan.borrower else loan.lender
    return f"{words}: {who}, {money_text(loan.principal_minor, currency)}"


def account_url(group_id: UUID, account: AccountRef) -> str:
    """The address of an account's history."""
    parts = [group_id, account.kind] if account.owner is None else [group_id, account.kind, account.owner]
    return reverse("account_history", args=parts)


@reading_page
def ledger(request: HttpRequest, id: UUID) -> HttpResponse:
    """The book of a group, with its proof."""
    opened = open_group(user=request.user, group_id=id)
    page = book_page(group=opened.group)
    currency = opened.currency
    rows = [
        Row(
            [
                account_text(line.account, page.owners, currency),
                amount(line.debit_minor, currency) if line.debit_minor else "",
                amount(line.credit_minor, currency) if line.credit_minor else "",
            ],
            url=account_url(id, line.account),
        )
        for line in page.lines
    ]
    foot = Row([_("Together"), amount(page.debit_minor, currency), amount(page.credit_minor, currency)])
    note = _("All amounts in %(currency)s.") % {"currency": currency}
    table = Table(
        caption=_("Trial balance"),
        note=note,
        columns=[Column(_("Account")), Column(_("Debit"), is_numeric=True), Column(_("Credit"), is_numeric=True)],
        rows=rows,
        foot=foot,
    )
    context = {
        "opened": opened,
        "crumbs": group_crumbs(opened),
        "tabs": group_tabs(opened),
        "page": page,
        "table": table,
        "proof": [
            KeyFigure(_("Money in"), money_text(page.flow.in_minor, currency), _("all that ever came into the boxes")),
            KeyFigure(_("Money out"), money_text(page.flow.out_minor, currency), _("all that ever left them")),
            KeyFigure(_("Money held"), money_text(page.flow.held_minor, currency), _("in the boxes and at the bank")),
        ],
        "sum": money_text(page.flow.out_minor + page.flow.held_minor, currency),
        "in": money_text(page.flow.in_minor, currency),
        "is_proved": page.flow.is_proved and page.debit_minor == page.credit_minor,
    }
    return render(request, "web/ledger/book.html", context)


@reading_page
def account_history(request: HttpRequest, id: UUID, kind: str, owner: UUID | None = None) -> HttpResponse:
    """What happened on one account, the latest first."""
    opened = open_group(user=request.user, group_id=id)
    try:
        account = account_of(kind=kind, owner=owner)
    except UnknownAccount as problem:
        raise NotFound(str(problem)) from problem
    before = _read_key(request.GET.get("before", ""))
    page = account_page(group=opened.group, account=account, before=before)
    currency = opened.currency
    title = account_text(account, page.owners, currency)
    rows = [
        Row(
            [
                short_day(line.transfer.effective_on),
                _what(line.transfer.reason),
                account_text(_other(line.transfer.debit, line.transfer.credit, account), page.owners, currency),
                signed_amount(line.change_minor, currency),
                amount(line.balance_minor, currency),
            ]
        )
        for line in page.lines
    ]
    columns = [
        Column(_("Date")),
        Column(_("What")),
        Column(_("To or from")),
        Column(_("Amount"), is_numeric=True),
        Column(_("Balance"), is_numeric=True),
    ]
    note = _("The latest first. All amounts in %(currency)s.") % {"currency": currency}
    context = {
        "opened": opened,
        "crumbs": group_crumbs(opened, group_crumb(opened), Crumb(_("The book"), reverse("ledger", args=[id]))),
        "title": title,
        "table": Table(caption=title, note=note, columns=columns, rows=rows),
        "lines": page.lines,
        "older_url": _older(page.before),
        "is_first": before is None,
    }
    return render(request, "web/ledger/account.html", context)


def _what(reason: str) -> str:
    plain = reason.removeprefix("reversal_of_")
    words = str(REASONS.get(plain, plain))
    return words if plain == reason else _("Taken back: %(what)s") % {"what": words}


def _other(debit: AccountRef, credit: AccountRef, account: AccountRef) -> AccountRef:
    return credit if debit == account else debit


def _older(key: HistoryKey | None) -> str:
    if key is None:
        return ""
    return "?" + urlencode({"before": f"{key.effective_on.isoformat()}_{key.entry_id}_{key.sequence}"})


def _read_key(text: str) -> HistoryKey | None:
    if not text:
        return None
    try:
        day, entry, sequence = text.split("_")
        return HistoryKey(date.fromisoformat(day), UUID(entry), int(sequence))
    except ValueError:
        raise UnknownPage("The address of this page of the book cannot be read; go back to its beginning.") from None


urlpatterns: list[URLPattern] = [
    path("groups/<uuid:id>/book/", ledger, name="ledger"),
    path("groups/<uuid:id>/book/<slug:kind>/", account_history, name="account_history"),
    path("groups/<uuid:id>/book/<slug:kind>/<uuid:owner>/", account_history, name="account_history"),
]
