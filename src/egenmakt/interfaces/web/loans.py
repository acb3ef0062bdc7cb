"""A loan on its page: its terms in words, its plan, what was paid, where it stands and what it costs."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from egenmakt.apps.groups.queries.access import open_loan
from egenmakt.apps.groups.queries.loans import LoanPage, loan_page
from egenmakt.apps.groups.queries.members import member_names
from egenmakt.core.lending.cost import Cost
from egenmakt.core.lending.position import LoanPosition
from egenmakt.core.lending.schedule import Schedule
from egenmakt.core.money import decimals
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.parts import Column, Row, Table
from egenmakt.interfaces.web.reading import (
    amount,
    group_crumb,
    group_crumbs,
    link,
    member_link,
    member_text,
    money,
    money_text,
    reading_page,
    short_day,
    today,
    url_of,
)
from egenmakt.interfaces.web.reading_words import (
    BOXES,
    EVERY,
    LOAN_CHANGES,
    LOAN_STATES,
    METHODS,
    RATE_PER,
    REASONS,
    UNITS,
)

EXACT_DECIMALS = 6
"""Decimals of a unit of the currency that an exact amount is shown with; the figures behind it have no end."""


@reading_page
def loan(request: HttpRequest, id: UUID) -> HttpResponse:
    """One loan, to a member or from outside."""
    opened, found = open_loan(user=request.user, loan_id=id)
    page = loan_page(loan=found, on=today())
    names = member_names(group_id=opened.group.id)
    currency = opened.currency
    borrower = names.get(found.borrower) if found.borrower else None
    schedule = page.schedule
    guarantors = [member_link(names.get(UUID(str(guarantor)))) for guarantor in found.guarantors]
    context = {
        "opened": opened,
        "page": page,
        "crumbs": group_crumbs(opened, group_crumb(opened)),
        "title": _title(page, currency),
        "lead": member_text(borrower) if borrower else found.lender,
        "borrower": member_link(borrower) if borrower else "",
        "guarantors": guarantors,
        "state": LOAN_STATES[found.status],
        "box": BOXES[found.box],
        "terms": terms_words(schedule, currency) if schedule else [],
        "standing": standing_facts(page.position, currency) if page.position else [],
        "cost": cost_words(page.cost, schedule, currency) if page.cost and schedule else [],
        "plan": rows_table(schedule, currency, on=today(), is_exact=True) if schedule else None,
        "payments": _payments(page, currency),
        "changes": [(on, LOAN_CHANGES[kind]) for on, kind in page.changes if kind in LOAN_CHANGES],
        "agreement_url": url_of("paper_loan_agreement", found.id) if schedule and not schedule.rows_before else "",
    }
    return render(request, "web/loans/loan.html", context)


def _title(page: LoanPage, currency: str) -> str:
    values = {
        "amount": money_text(page.loan.principal_minor, currency),
        "day": formats.date_text(page.loan.granted_on),
    }
    return _("Loan of %(amount)s, %(day)s") % values


def terms_words(schedule: Schedule, currency: str) -> list[str]:
    """What was agreed, one sentence each."""
    terms = schedule.terms
    words = [str(METHODS[terms.method])]
    if terms.rate_percent:
        rate = _("The interest is %(rate)s %% %(per)s.")
        words.append(rate % {"rate": formats.number_text(terms.rate_percent), "per": RATE_PER[terms.rate_per]})
    else:
        words.append(_("There is no interest."))
    count = ngettext("%(count)s instalment", "%(count)s instalments", terms.instalments)
    once = {"count": formats.number_text(terms.instalments)}
    every = str(EVERY[terms.every.unit])
    if terms.every.count > 1:
        every = _("every %(every)s %(unit)s") % {
            "every": formats.number_text(terms.every.count),
            "unit": UNITS[terms.every.unit],
        }
    words.append(_("It is paid back in %(instalments)s, %(every)s.") % {"instalments": count % once, "every": every})
    if terms.grace_principal_periods:
        count = formats.number_text(terms.grace_principal_periods)
        words.append(_("In the first %(count)s instalments only interest is paid.") % {"count": count})
    if terms.grace_whole_periods:
        count = formats.number_text(terms.grace_whole_periods)
        words.append(_("For the first %(count)s periods nothing is paid.") % {"count": count})
    words += [
        _("From %(day)s the interest is %(rate)s %%.")
        % {"day": formats.date_text(change.on), "rate": formats.number_text(change.rate_percent)}
        for change in terms.rate_changes
    ]
    words += [
        _("On %(day)s %(amount)s of it was paid back early.")
        % {"day": formats.date_text(early.on), "amount": money_text(early.amount_minor, currency)}
        for early in terms.prepayments
    ]
    words += [_fee_words(fee.name, fee.amount_minor, fee.percent, currency) for fee in terms.fees]
    if terms.rounding.multiple_minor > 1:
        multiple = money_text(terms.rounding.multiple_minor, currency)
        words.append(_("Payments are rounded to whole %(multiple)s.") % {"multiple": multiple})
    return words


def _fee_words(name: str, amount_minor: int | None, percent: Decimal | None, currency: str) -> str:
    if amount_minor is not None:
        return _("Fee “%(name)s”: %(amount)s.") % {"name": name, "amount": money_text(amount_minor, currency)}
    return _("Fee “%(name)s”: %(percent)s %% of the loan.") % {
        "name": name,
        "percent": formats.number_text(percent or Decimal(0)),
    }


def standing_facts(place: LoanPosition, currency: str) -> list[tuple[str, object]]:
    """Where a loan stands on a day."""
    facts: list[tuple[str, object]] = [
        (_("Left of the loan"), money(place.outstanding_principal_minor, currency)),
        (_("Due now"), money(place.due_minor, currency)),
    ]
    if place.is_late:
        facts.append((_("Overdue"), money(place.overdue_minor, currency)))
        facts.append((_("Days past due"), formats.number_text(place.days_past_due)))
    if place.next_due_on:
        facts.append((_("Next due on"), short_day(place.next_due_on)))
    facts.append((_("To repay everything today"), money(place.settle_today_minor, currency)))
    return facts


def cost_words(cost: Cost, schedule: Schedule, currency: str) -> list[str]:
    """What a loan costs its borrower, in sentences."""
    rows = schedule.rows[schedule.rows_before :]
    words = [
        _("The borrower receives %(received)s and pays back %(repaid)s in %(count)s payments, the last on %(day)s.")
        % {
            "received": money_text(cost.received_minor, currency),
            "repaid": money_text(cost.repaid_minor, currency),
            "count": formats.number_text(len(rows)),
            "day": formats.date_text(rows[-1].due_on),
        },
        _("The loan costs %(total)s: %(interest)s in interest and %(fee)s in fees.")
        % {
            "total": money_text(cost.total_minor, currency),
            "interest": money_text(cost.interest_minor, currency),
            "fee": money_text(cost.fee_minor, currency),
        },
    ]
    if cost.effective_yearly_percent is None:
        return [*words, _("No yearly rate can be named, because nothing is received or nothing is paid later.")]
    rate = formats.percent_text(cost.effective_yearly_percent / 100, places=2)
    return [*words, _("That is %(rate)s a year, counting every payment and the day it is made.") % {"rate": rate}]


def exact_text(minor: Fraction, currency: str) -> str:
    """An exact amount in units of the currency, with six decimals where it does not end before."""
    major = minor / 10 ** decimals(currency)
    shown = Decimal(round(major * 10**EXACT_DECIMALS)).scaleb(-EXACT_DECIMALS)
    least = Decimal(1).scaleb(-decimals(currency))
    plain = shown.normalize()
    text = plain.quantize(least, ROUND_HALF_EVEN) if plain == plain.quantize(least, ROUND_HALF_EVEN) else shown
    return formats.number_text(text, places=max(0, -int(text.as_tuple().exponent)))


def rows_table(schedule: Schedule, currency: str, *, on: date | None = None, is_exact: bool = False) -> Table:
    """The plan: what is paid when, and, where it is asked for, the exact amounts beside the payable ones."""
    columns = [
        Column(_("No.")),
        Column(_("Due on")),
        Column(_("Of the loan"), is_numeric=True),
        Column(_("Interest"), is_numeric=True),
        Column(_("Fee"), is_numeric=True),
        Column(_("To pay"), is_numeric=True),
        Column(_("Left after"), is_numeric=True),
    ]
    if is_exact:
        columns.insert(5, Column(_("To pay, exact"), is_numeric=True))
    exact = iter(schedule.exact_rows)
    rows = []
    for row in schedule.rows:
        own = next(exact, None) if row.number > schedule.rows_before and row.kind == "instalment" else None
        cells: list[object] = [
            formats.number_text(row.number),
            short_day(row.due_on),
            amount(row.principal_minor, currency),
            amount(row.interest_minor, currency),
            amount(row.fee_minor, currency),
            amount(row.payment_minor, currency),
            amount(row.balance_after_minor, currency),
        ]
        if is_exact:
            cells.insert(5, exact_text(own.payment, currency) if own else "")
        rows.append(Row(cells))
    foot: list[object] = [
        _("Together"),
        "",
        amount(schedule.principal_minor, currency),
        amount(schedule.interest_minor, currency),
        amount(schedule.fee_minor, currency),
        amount(schedule.payment_minor, currency),
        "",
    ]
    if is_exact:
        total = sum((row.payment for row in schedule.exact_rows), Fraction(0))
        foot.insert(5, "" if schedule.rows_before else exact_text(total, currency))
    note = _("All amounts in %(currency)s.") % {"currency": currency}
    return Table(caption=_("Payment plan"), note=note, columns=columns, rows=rows, foot=Row(foot))


def _payments(page: LoanPage, currency: str) -> Table:
    columns = [
        Column(_("Date")),
        Column(_("Meeting")),
        Column(_("What")),
        Column(_("Amount"), is_numeric=True),
        Column(_("Left after"), is_numeric=True),
    ]
    rows = []
    for payment in page.payments:
        plain = payment.reason.removeprefix("reversal_of_")
        words = str(REASONS.get(plain, plain))
        url = reverse("meeting", args=[payment.meeting_id]) if payment.meeting_id else ""
        rows.append(
            Row(
                [
                    short_day(payment.on),
                    link(url, formats.number_text(payment.meeting_number)) if url else _("before the first"),
                    words if plain == payment.reason else _("Taken back: %(what)s") % {"what": words},
                    amount(payment.amount_minor, currency),
                    amount(payment.left_minor, currency),
                ]
            )
        )
    note = _("All amounts in %(currency)s.") % {"currency": currency}
    return Table(caption=_("What was paid"), note=note, columns=columns, rows=rows)


urlpatterns: list[URLPattern] = [path("loans/<uuid:id>/", loan, name="loan")]
