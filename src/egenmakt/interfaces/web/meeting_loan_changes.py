"""The cards about loans on the way: paid back early, another rate, a new plan, and one that is given up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from egenmakt.core.lending import changes
from egenmakt.core.lending.allocation import ORDERS
from egenmakt.core.lending.changes import CannotChange
from egenmakt.core.lending.parts import InvalidTerms
from egenmakt.core.lending.position import position
from egenmakt.core.lending.schedule import NotASchedule, Schedule, schedule
from egenmakt.core.lending.terms import LoanTerms
from egenmakt.core.meetings.state import LoanState, paid_by
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.fields import DateField
from egenmakt.interfaces.web.meeting_loan import cost_of, loan_field
from egenmakt.interfaces.web.meeting_sheets import (
    CardKind,
    Entry,
    Setting,
    text_field,
    vote_fields,
    vote_of,
    whole_field,
)

Fields = dict[str, forms.Field]
Values = Mapping[str, Any]

EFFECTS = {
    "shorten": _("The instalments stay as they are, and the loan ends earlier"),
    "lower": _("The loan ends when it was to end, and its instalments get lower"),
}
NO_PLAN = (CannotChange, InvalidTerms, NotASchedule)
"""Why there may be no other plan; the meeting's own refusal says it beside the field."""


def _chosen(setting: Setting, v: Values) -> LoanState | None:
    return setting.state.loans.get(UUID(v["loan"])) if v.get("loan") else None


def _prepayment_fields(setting: Setting) -> Fields:
    return {
        "loan": loan_field(setting, setting.member_loans),
        "amount": setting.money_field(_("Amount paid, with what is due today")),
        "effect": forms.ChoiceField(
            label=_("What it does to the loan"),
            choices=list(EFFECTS.items()),
            widget=forms.RadioSelect,
            initial="shorten",
        ),
        **vote_fields(setting),
    }


def _prepayment_entry(_setting: Setting, _id: str, v: Values) -> list[Entry]:
    entry = {"loan": v["loan"], "amount": v["amount"].minor, "effect": v["effect"], "vote": vote_of(v)}
    return [{"type": "prepayment", **entry}]


def _prepayment_notes(setting: Setting, v: Values, _id: str) -> list[Any]:
    """What is due, and the plan after the payment."""
    loan = _chosen(setting, v)
    if loan is None:
        return []
    paid = paid_by(loan, setting.balances)
    now = position(schedule=loan.schedule, paid=paid, on=setting.held_on)
    words = say("Due today: %(due)s. The whole loan could be repaid with %(all)s.") % {
        "due": setting.words(now.due_minor),
        "all": setting.words(now.settle_today_minor),
    }
    if not v.get("amount") or not v.get("effect"):
        return [words]
    try:
        changed = changes.prepay(
            schedule=loan.schedule,
            paid=paid,
            amount_minor=v["amount"].minor,
            on=setting.held_on,
            effect=v["effect"],
            order=ORDERS[setting.state.constitution.allocation_order],
        )
    except NO_PLAN:
        return [words]
    return [words, *_plan_from_now(setting, loan, changed.schedule)]


def _plan_from_now(setting: Setting, loan: LoanState, plan: Schedule) -> list[Any]:
    """The new plan, with what it saves or adds in interest."""
    more = plan.interest_minor - loan.schedule.interest_minor
    if more <= 0:
        words = say("The borrower pays %(amount)s less interest than by the old plan.")
    else:
        words = say("The borrower pays %(amount)s more interest than by the old plan.")
    return [words % {"amount": setting.words(abs(more))}, cost_of(setting, plan)[-1]]


def _rate_fields(setting: Setting) -> Fields:
    return {
        "loan": loan_field(setting, _with_interest(setting)),
        "rate_percent": forms.DecimalField(
            label=_("New interest in percent"), min_value=Decimal(0), max_digits=8, decimal_places=4, localize=True
        ),
        "on": DateField(
            label=_("From the day"),
            initial=setting.held_on,
            help_text=_("Instalments that are due by then stay as they are. The rate is for the same time as before."),
        ),
        **vote_fields(setting),
    }


def _with_interest(setting: Setting) -> list[LoanState]:
    return [loan for loan in setting.member_loans if loan.schedule.terms.rule.interest_on != "nothing"]


def _rate_entry(_setting: Setting, _id: str, v: Values) -> list[Entry]:
    rate = {"rate_percent": f"{v['rate_percent']:f}", "on": v["on"].isoformat()}
    return [{"type": "rate_change", "loan": v["loan"], **rate, "vote": vote_of(v)}]


def _rate_notes(setting: Setting, v: Values, _id: str) -> list[Any]:
    loan = _chosen(setting, v)
    if loan is None or v.get("rate_percent") is None or not v.get("on"):
        return []
    try:
        plan = changes.change_rate(schedule=loan.schedule, on=v["on"], rate_percent=v["rate_percent"])
    except NO_PLAN:
        return []
    return _plan_from_now(setting, loan, plan)


def _write_off_fields(setting: Setting) -> Fields:
    return {
        "loan": loan_field(setting, setting.member_loans),
        "words": text_field(_("Why it will not be repaid")),
        **vote_fields(setting),
    }


def _write_off_entry(_setting: Setting, _id: str, v: Values) -> list[Entry]:
    return [{"type": "write_off", "loan": v["loan"], "words": v["words"], "vote": vote_of(v)}]


def _new_plan_fields(setting: Setting) -> Fields:
    return {
        "loan": loan_field(setting, setting.member_loans),
        "instalments": whole_field(_("Number of instalments"), least=1, most=600),
        "first_due_on": DateField(label=_("First instalment on"), required=False),
        **vote_fields(setting),
    }


def _new_plan_terms(setting: Setting, v: Values) -> dict[str, Any] | None:
    """What is left as a loan of its own; what was due, or has grown until today, goes on being owed under it."""
    loan = _chosen(setting, v)
    left = setting.balance("loan_principal", loan.id) if loan else 0
    if loan is None or not left or not v.get("instalments"):
        return None
    try:
        new = changes.reschedule(
            schedule=loan.schedule,
            paid=paid_by(loan, setting.balances),
            on=setting.held_on,
            instalments=v["instalments"],
            first_due_on=v.get("first_due_on"),
            fees=(),
        ).schedule.terms
    except NO_PLAN:
        return None
    return dict(replace(new, principal_minor=left, disbursements=()).to_json())


def _new_plan_entry(setting: Setting, _id: str, v: Values) -> list[Entry]:
    terms = _new_plan_terms(setting, v)
    if terms is None:  # the document then says what is wrong with it, in its own place
        terms = {"principal_minor": 0}
    return [{"type": "reschedule", "loan": v["loan"], "terms": terms, "vote": vote_of(v)}]


def _new_plan_notes(setting: Setting, v: Values, _id: str) -> list[Any]:
    terms = _new_plan_terms(setting, v)
    if terms is None:
        return []
    return cost_of(setting, schedule(LoanTerms.from_json(terms)))


def _borrower(setting: Setting, entry: Entry) -> str:
    return setting.label(setting.state.loans[UUID(entry["loan"])].borrower)


def _prepayment_line(setting: Setting, entry: Entry) -> str:
    if entry["effect"] == "shorten":
        words = say("%(member)s pays %(amount)s of her loan early; it ends earlier.")
    else:
        words = say("%(member)s pays %(amount)s of her loan early; its instalments get lower.")
    return words % {"member": _borrower(setting, entry), "amount": setting.words(entry["amount"])}


def _rate_line(setting: Setting, entry: Entry) -> str:
    return say("The interest on the loan of %(who)s is %(rate)s %% from %(day)s.") % {
        "who": _borrower(setting, entry),
        "rate": formats.number_text(Decimal(entry["rate_percent"])),
        "day": formats.date_text(date.fromisoformat(entry["on"])),
    }


def _new_plan_line(setting: Setting, entry: Entry) -> str:
    return say("%(member)s gets a new plan for the %(amount)s that is left of her loan.") % {
        "member": _borrower(setting, entry),
        "amount": setting.words(entry["terms"]["principal_minor"]),
    }


def _write_off_line(setting: Setting, entry: Entry) -> str:
    return say("The loan of %(member)s will not be repaid: %(words)s") % {
        "member": _borrower(setting, entry),
        "words": entry["words"],
    }


CHANGE_LINES: Mapping[str, Callable[[Setting, Entry], str]] = {
    "prepayment": _prepayment_line,
    "rate_change": _rate_line,
    "reschedule": _new_plan_line,
    "write_off": _write_off_line,
}
"""What is read aloud of each decision about a loan, before the box is locked."""

LOAN_CHANGE_CARDS = (
    CardKind(
        "prepayment",
        "repayments",
        _("A loan is paid back early"),
        _prepayment_fields,
        _prepayment_entry,
        is_used=lambda setting: bool(setting.member_loans),
        notes=_prepayment_notes,
        hint=_("More than what is due, and less than the whole loan. It needs a vote."),
    ),
    CardKind(
        "rate_change",
        "loans",
        _("Another interest for a loan"),
        _rate_fields,
        _rate_entry,
        is_used=lambda setting: bool(_with_interest(setting)),
        notes=_rate_notes,
        hint=_("It needs a vote."),
    ),
    CardKind(
        "reschedule",
        "loans",
        _("A new plan for a loan"),
        _new_plan_fields,
        _new_plan_entry,
        is_used=lambda setting: bool(setting.member_loans),
        notes=_new_plan_notes,
        hint=_("For what is left of the loan, with its present interest; what is due and unpaid goes with it."),
    ),
    CardKind(
        "write_off",
        "loans",
        _("A loan that will not be repaid"),
        _write_off_fields,
        _write_off_entry,
        is_used=lambda setting: bool(setting.member_loans),
        hint=_("The loss is borne by all. It needs a vote."),
    ),
)
