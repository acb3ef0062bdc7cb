"""Two calculators that are open to all: what a loan costs, and how money is shared out. Nothing is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, cast

import holidays
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from egenmakt.core.lending.calculation import calculate
from egenmakt.core.lending.cost import cost
from egenmakt.core.lending.parts import InvalidTerms
from egenmakt.core.lending.schedule import Schedule, schedule
from egenmakt.core.lending.terms import LoanTerms
from egenmakt.core.money import decimals
from egenmakt.core.savings.calculation import InvalidCalculation, calculate_share_out
from egenmakt.core.savings.positions import UnbalancedGroup
from egenmakt.core.savings.share_out_result import (
    Block,
    NegativeClaim,
    Residue,
    ShareOut,
    ShareOutLine,
    ShareOutTotals,
)
from egenmakt.core.savings.share_out_rule import NotAShareOutRule
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.calculator_forms import LoanForm, MemberFormSet, ShareOutForm
from egenmakt.interfaces.web.loans import cost_words, rows_table
from egenmakt.interfaces.web.parts import Column, Row, Table
from egenmakt.interfaces.web.reading import amount, money_text
from egenmakt.interfaces.web.reading_words import METHOD_NAMES, METHODS
from egenmakt.interfaces.web.share_out_today import block_words, figures_of, lines_table, residue_words

COMPARED = ("flat", "equal_instalments", "equal_principal")
ROWS_MOST = 60
"""Members of the largest group; more rows would be another tool."""


@dataclass(frozen=True)
class LoanAnswer:
    """What the calculator says of a loan."""

    words: list[str]
    method: str
    plan: Table
    comparison: Table | None
    per_hundred: str


@require_GET
def calc_loan(request: HttpRequest) -> HttpResponse:
    """What would this loan cost?"""
    form = LoanForm.from_address(request.GET) if "principal" in request.GET else LoanForm()
    answer = _loan_answer(form) if form.is_bound and form.is_valid() else None
    status = 422 if form.errors else 200
    return render(request, "web/calculators/loan.html", {"form": form, "answer": answer}, status=status)


def _loan_answer(form: LoanForm) -> LoanAnswer | None:
    try:
        result = calculate(form.document(), holidays=_holidays)
        plan = schedule(LoanTerms.from_json(cast("Mapping[str, object]", result["terms"])))
    except InvalidTerms as problem:
        form.add_problems(problem.problems)
        return None
    currency = plan.terms.currency
    return LoanAnswer(
        words=cost_words(cost(plan), plan, currency),
        method=str(METHODS[plan.terms.method]),
        plan=rows_table(plan, currency, is_exact=True),
        comparison=_comparison(plan, currency),
        per_hundred=_per_hundred(plan, currency),
    )


def _holidays(country: str, first: date, last: date) -> Iterable[date]:
    found = holidays.country_holidays(country, years=range(first.year, last.year + 1))
    return [day for day in found if first <= day <= last]


def _per_hundred(plan: Schedule, currency: str) -> str:
    """What is paid back for each hundred that is received, rounded half to even to the smallest unit."""
    what = cost(plan)
    if what.received_minor <= 0:
        return ""
    unit = 100 * 10 ** decimals(currency)
    back = round(Fraction(what.repaid_minor * unit, what.received_minor))
    return _("For each %(hundred)s received, %(back)s is paid back.") % {
        "hundred": money_text(unit, currency),
        "back": money_text(back, currency),
    }


def _comparison(plan: Schedule, currency: str) -> Table | None:
    """The same terms by flat and by declining balance, which is where most borrowers are misled."""
    if plan.terms.method not in COMPARED or not plan.terms.rate_percent:
        return None
    rows = []
    for method in COMPARED:
        try:
            other = schedule(LoanTerms.from_json({**plan.terms.to_json(), "method": method}))
        except InvalidTerms:
            continue
        what = cost(other)
        rate = what.effective_yearly_percent
        rows.append(
            Row(
                [
                    METHOD_NAMES[method],
                    amount(other.rows[0].payment_minor, currency),
                    amount(what.interest_minor, currency),
                    amount(what.total_minor, currency),
                    formats.percent_text(rate / 100, places=2) if rate is not None else "–",
                ]
            )
        )
    columns = [
        Column(_("How it is reckoned")),
        Column(_("First payment"), is_numeric=True),
        Column(_("Interest"), is_numeric=True),
        Column(_("Cost in all"), is_numeric=True),
        Column(_("In a year"), is_numeric=True),
    ]
    note = _("All amounts in %(currency)s.") % {"currency": currency}
    return Table(caption=_("The same rate, reckoned in three ways"), note=note, columns=columns, rows=rows)


@require_GET
def calc_share_out(request: HttpRequest) -> HttpResponse:
    """How is the money shared out?"""
    is_asked = "cash" in request.GET
    form = ShareOutForm.from_address(request.GET) if is_asked else ShareOutForm()
    data = _with_more_rows(request) if is_asked else None
    members = MemberFormSet(data, prefix="m", initial=None if is_asked else EXAMPLE)
    context: dict[str, Any] = {"form": form, "members": members, "is_full": members.total_form_count() >= ROWS_MOST}
    if is_asked and "more" not in request.GET and form.is_valid() and members.is_valid():
        context |= _share_out_answer(form, members)
    status = 422 if is_asked and (form.errors or any(members.errors) or members.non_form_errors()) else 200
    return render(request, "web/calculators/share_out.html", context, status=status)


EXAMPLE = [
    {"name": "Amina", "shares": 52, "savings": "5200"},
    {"name": "Beatrice", "shares": 104, "savings": "10400"},
    {"name": "Chipo", "shares": 30, "savings": "3000"},
]
"""Names to begin with; the cash beside them makes a profit to divide."""


def _with_more_rows(request: HttpRequest) -> Any:
    data = request.GET.copy()
    if "more" in data:
        try:
            data["m-TOTAL_FORMS"] = str(min(ROWS_MOST, int(data.get("m-TOTAL_FORMS", "0")) + 5))
        except ValueError:
            data["m-TOTAL_FORMS"] = "5"
    return data


def _share_out_answer(form: ShareOutForm, members: Any) -> dict[str, Any]:
    rows, currency = [], form.cleaned_data["currency"]
    for row in members:
        if row.cleaned_data.get("name"):
            found = row.document(currency)
            if found is None:
                return {}
            rows.append(found)
    if not rows:
        form.add_error(None, _("Write at least one member."))
        return {}
    names = {row["member"]: row["member"] for row in rows}
    if len(names) != len(rows):
        form.add_error(None, _("Two members have the same name. Write something beside it that tells them apart."))
        return {}
    document = form.document(rows)
    if document is None:
        return {}
    try:
        result = _read_share_out(calculate_share_out(document))
    except (InvalidCalculation, NotAShareOutRule, UnbalancedGroup) as problem:
        form.add_error(None, str(problem))
        return {}
    shares = {row["member"]: row["shares"] for row in rows}
    return {
        "result": result,
        "figures": figures_of(result, currency),
        "table": lines_table(result, names, currency, shares=shares),
        "residue": residue_words(result, names, currency),
        "blocks": [block_words(block, names, currency) for block in result.blocks],
    }


def _read_share_out(document: Mapping[str, Any]) -> ShareOut:
    """A calculated share-out as a value again, so that the same tables show it."""
    lines = []
    for line in document["lines"]:
        fields = {name: value for name, value in line.items() if name not in ("pay_to", "set_off_minor")}
        lines.append(ShareOutLine(**{**fields, "debts": ()}))
    residue = document["residue"]
    value = document["value_per_share"]
    return ShareOut(
        lines=tuple(lines),
        residue=Residue(**{**residue, "given_to": tuple(residue["given_to"])}),
        totals=ShareOutTotals(**document["totals"]),
        value_per_share=None if value is None else Fraction(value),
        undecided=(),
        negative_claims=tuple(NegativeClaim(**claim) for claim in document["negative_claims"]),
        shortage_minor=document["shortage_minor"],
        blocks=tuple(Block(**block) for block in document["blocks"]),
    )


urlpatterns: list[URLPattern] = [
    path("calculate/loan/", calc_loan, name="calc_loan"),
    path("calculate/share-out/", calc_share_out, name="calc_share_out"),
]
