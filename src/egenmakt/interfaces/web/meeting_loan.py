"""The cards about new loans: a loan with its limits and its cost, and a further part of one that was agreed."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from egenmakt.core.lending.methods import METHODS
from egenmakt.core.lending.parts import InvalidTerms
from egenmakt.core.lending.schedule import Schedule, schedule
from egenmakt.core.lending.terms import LoanTerms
from egenmakt.core.meetings.state import LoanState
from egenmakt.core.savings.loan_limits import largest_loan_minor
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.fields import DateField
from egenmakt.interfaces.web.meeting_sheets import (
    CardKind,
    Entry,
    Setting,
    vote_fields,
    vote_of,
    whole_field,
)
from egenmakt.interfaces.web.meeting_words import BOXES, choices
from egenmakt.interfaces.web.parts import Column, Row, Table

Fields = dict[str, forms.Field]
Values = Mapping[str, Any]

METHOD_WORDS = {
    "flat": _("Flat: interest on the whole loan, all the time"),
    "equal_instalments": _("Equal instalments, interest on what is left"),
    "equal_principal": _("Equal parts of the loan, interest on what is left"),
    "bullet": _("All at the end, interest on the way"),
    "balloon": _("A large part at the end"),
    "interest_free": _("Without interest"),
    "own_percentages": _("The group's own parts"),
}
PER_WORDS = {"month": _("month"), "week": _("week"), "year": _("year"), "period": _("instalment")}
UNIT_WORDS = {"week": _("weeks"), "month": _("months")}
FORM_METHODS = [name for name in METHODS if name not in ("balloon", "own_percentages")]


def own_savings(setting: Setting, member: UUID) -> int:
    """What a member has saved, this meeting included."""
    kinds = ("shares", "compulsory_savings", "voluntary_savings")
    return sum(setting.balance(kind, member) for kind in kinds)


def owed(setting: Setting, member: UUID) -> int:
    """What a member still owes on all loans."""
    loans = (loan for loan in setting.member_loans if loan.borrower == member)
    return sum(setting.balance("loan_principal", loan.id) for loan in loans)


def limit_of(setting: Setting, member: UUID) -> int | None:
    """The largest loan that the rules allow a member now; None without a limit."""
    return largest_loan_minor(
        constitution=setting.state.constitution,
        own_savings_minor=own_savings(setting, member),
        owed_minor=owed(setting, member),
    )


def _loan_fields(setting: Setting) -> Fields:
    rules = setting.state.constitution
    terms = rules.loan_terms_default
    said = terms.get("every")
    every = said if isinstance(said, dict) else {}
    listed = choices((member.id, member.label) for member in setting.active)
    fields: Fields = {
        "member": setting.member_field(label=_("Who borrows")),
        "amount": setting.money_field(_("Amount")),
        "instalments": whole_field(
            _("Number of instalments"), least=1, most=600, initial=min(3, rules.loan_instalments_max)
        ),
        "count": whole_field(_("One instalment every"), least=1, most=120, initial=every.get("count", 1)),
        "unit": forms.ChoiceField(
            label=_("Weeks or months"), choices=list(UNIT_WORDS.items()), initial=every.get("unit", "month")
        ),
        "method": forms.ChoiceField(
            label=_("How interest is counted"),
            choices=[(name, METHOD_WORDS[name]) for name in FORM_METHODS],
            initial=terms.get("method", "flat"),
        ),
        "rate": forms.DecimalField(
            label=_("Interest in percent"),
            min_value=Decimal(0),
            max_digits=8,
            decimal_places=4,
            localize=True,
            initial=Decimal(str(terms.get("rate_percent", "0"))),
        ),
        "rate_per": forms.ChoiceField(
            label=_("Interest for each"), choices=list(PER_WORDS.items()), initial=terms.get("rate_per", "month")
        ),
        "first_due_on": DateField(
            label=_("First instalment on"), required=False, help_text=_("Left empty: one interval after today.")
        ),
        "guarantors": forms.MultipleChoiceField(
            label=_("Who answers for the loan"),
            choices=listed[1:],
            required=False,
            widget=forms.CheckboxSelectMultiple,
            help_text=rules.clause_for("guarantors_needed").words,
        ),
    }
    if rules.social_fund_may_lend:
        boxes = [(name, BOXES[name]) for name in ("loan_fund_box", "social_fund_box")]
        fields["box"] = forms.ChoiceField(label=_("Out of which box"), choices=boxes)
    return {**fields, **vote_fields(setting)}


def loan_terms(setting: Setting, v: Values) -> dict[str, Any]:
    """The terms that the card says, with the rest as the constitution has it."""
    terms: dict[str, Any] = {
        **setting.state.constitution.loan_terms_default,
        "currency": setting.currency,
        "principal_minor": v["amount"].minor,
        "disbursed_on": setting.held_on.isoformat(),
        "instalments": v["instalments"],
        "every": {"count": v["count"], "unit": v["unit"]},
        "method": v["method"],
        "rate_percent": f"{v['rate']:f}",
        "rate_per": v["rate_per"],
    }
    if v["method"] == "interest_free":
        terms["rate_percent"] = "0"
    if v.get("first_due_on"):
        terms["first_due_on"] = v["first_due_on"].isoformat()
    return terms


def _loan_entry(setting: Setting, id: str, v: Values) -> list[Entry]:
    return [
        {
            "type": "loan",
            "id": id,
            "member": v["member"],
            "terms": loan_terms(setting, v),
            "guarantors": v["guarantors"],
            "vote": vote_of(v),
            "box": v.get("box") or "loan_fund_box",
        }
    ]


def _loan_notes(setting: Setting, v: Values, _id: str) -> list[Any]:
    """The limits of the chosen member, and what the loan costs, before it is decided."""
    notes: list[Any] = []
    if v.get("member"):
        notes.append(limit_words(setting, UUID(v["member"])))
    wanted = ("amount", "instalments", "count", "unit", "method", "rate", "rate_per")
    if all(v.get(name) is not None for name in wanted):
        try:
            plan = schedule(LoanTerms.from_json(loan_terms(setting, v)))
        except InvalidTerms as error:
            notes.append(str(error))
        else:
            notes += cost_of(setting, plan)
    return notes


def limit_words(setting: Setting, member: UUID) -> str:
    """How much a member may borrow, in a sentence with its numbers."""
    limit = limit_of(setting, member)
    values = {
        "member": setting.label(member),
        "savings": setting.words(own_savings(setting, member)),
        "owed": setting.words(owed(setting, member)),
        "box": setting.words(setting.balance("loan_fund_box")),
        "limit": "" if limit is None else setting.words(limit),
    }
    if limit is None:
        return say("%(member)s has saved %(savings)s and owes %(owed)s. The box holds %(box)s.") % values
    return (
        say("%(member)s has saved %(savings)s, owes %(owed)s and may borrow at most %(limit)s. The box holds %(box)s.")
        % values
    )


def cost_of(setting: Setting, plan: Schedule) -> list[Any]:
    """What a loan costs: one sentence, and when how much is paid."""
    cost = plan.interest_minor + plan.fee_minor + plan.disbursement_fee_minor
    values = {
        "loan": setting.words(plan.principal_minor),
        "cost": setting.words(cost),
        "total": setting.words(plan.principal_minor + cost),
    }
    amount = formats.amount_text
    rows = [
        Row(
            [
                formats.date_text(row.due_on, style="medium"),
                amount(setting.money(row.principal_minor)),
                amount(setting.money(row.interest_minor + row.fee_minor)),
                amount(setting.money(row.payment_minor)),
            ]
        )
        for row in plan.rows
    ]
    columns = [
        Column(say("Day")),
        Column(say("Of the loan"), is_numeric=True),
        Column(say("Interest and fees"), is_numeric=True),
        Column(say("To pay"), is_numeric=True),
    ]
    caption = say("What is paid when (%(currency)s)") % {"currency": setting.currency}
    return [
        say("Borrowed: %(loan)s. It costs %(cost)s. In all %(total)s is paid.") % values,
        Table(caption=caption, columns=columns, rows=rows, narrow="scroll"),
    ]


def loan_field(setting: Setting, loans: list[LoanState]) -> forms.ChoiceField:
    """A field that chooses one of these loans."""
    listed = choices((loan.id, setting.loan_label(loan)) for loan in loans)
    return forms.ChoiceField(label=_("Which loan"), choices=listed)


def _not_all_paid_out(setting: Setting) -> list[LoanState]:
    return [loan for loan in setting.member_loans if loan.lent_minor < loan.schedule.terms.principal_minor]


def _tranche_fields(setting: Setting) -> Fields:
    return {
        "loan": loan_field(setting, _not_all_paid_out(setting)),
        "amount": setting.money_field(_("Amount paid out")),
    }


def _tranche_entry(_setting: Setting, _id: str, v: Values) -> list[Entry]:
    return [{"type": "disbursement", "loan": v["loan"], "amount": v["amount"].minor}]


LOAN_CARDS = (
    CardKind("loan", "loans", _("A new loan"), _loan_fields, _loan_entry, notes=_loan_notes),
    CardKind(
        "disbursement",
        "loans",
        _("A further part of a loan"),
        _tranche_fields,
        _tranche_entry,
        is_used=lambda setting: bool(_not_all_paid_out(setting)),
    ),
)
