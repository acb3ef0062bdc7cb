"""What may be added to the steps of a meeting: one line of the table each, with its fields and its entries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from egenmakt.core.meetings.closing import group_position, paid_of
from egenmakt.core.meetings.state import LoanState
from egenmakt.core.savings.exit import entry_price
from egenmakt.interfaces.web.meeting_loan import LOAN_CARDS
from egenmakt.interfaces.web.meeting_loan_changes import LOAN_CHANGE_CARDS
from egenmakt.interfaces.web.meeting_sheets import (
    CardKind,
    Entry,
    Setting,
    text_field,
    vote_fields,
    vote_of,
    whole_field,
)
from egenmakt.interfaces.web.meeting_words import BOXES, choices

Fields = dict[str, forms.Field]
Values = Mapping[str, Any]


def _cash_box() -> forms.ChoiceField:
    listed = [(name, BOXES[name]) for name in ("loan_fund_box", "bank")]
    return forms.ChoiceField(label=_("In which box"), choices=listed, initial="loan_fund_box")


def _money_and_words(setting: Setting) -> Fields:
    return {
        "amount": setting.money_field(_("Amount")),
        "words": text_field(_("What for")),
        "box": _cash_box(),
    }


def _in_words(kind: str) -> Any:
    def entries(_setting: Setting, _id: str, v: Values) -> list[Entry]:
        return [{"type": kind, "amount": v["amount"].minor, "words": v["words"], "box": v["box"]}]

    return entries


def _bank(setting: Setting) -> Fields:
    return {"amount": setting.money_field(_("Amount")), "words": text_field(_("Note"), required=False)}


def _bank_entry(kind: str) -> Any:
    def entries(_setting: Setting, _id: str, v: Values) -> list[Entry]:
        return [{"type": kind, "amount": v["amount"].minor, "words": v["words"]}]

    return entries


def _social_grant(setting: Setting) -> Fields:
    return {
        "member": setting.member_field(required=False, label=_("To whom")),
        "amount": setting.money_field(_("Amount")),
        "words": text_field(_("What for, such as a funeral or an illness")),
    }


def _social_grant_entry(_setting: Setting, _id: str, v: Values) -> list[Entry]:
    entry: Entry = {"type": "social_grant", "amount": v["amount"].minor, "words": v["words"]}
    return [{**entry, "member": v["member"]} if v["member"] else entry]


def _buy_in(setting: Setting) -> Fields:
    return {
        "member": setting.member_field(),
        "shares": whole_field(_("Shares for the time before"), least=1),
        "amount": setting.money_field(_("Amount paid")),
    }


def _buy_in_notes(setting: Setting, _values: Values, _id: str) -> list[str]:
    state = setting.state
    position = group_position(state=state, balances=setting.balances, paid=paid_of(state), on=setting.held_on)
    price = entry_price(
        group=position,
        share_price_minor=state.constitution.share_price_minor,
        entry_value=state.constitution.entry_value,
    )
    return [say("A share costs who joins now %(price)s.") % {"price": setting.words(price.price_minor)}]


def _pot(setting: Setting) -> Fields:
    waiting = [member for member in setting.active if not member.has_drawn_pot] or setting.active
    listed = choices((member.id, member.label) for member in waiting)
    return {
        "member": forms.ChoiceField(label=_("Who has the pot today"), choices=listed),
        "amount": setting.money_field(_("The whole pot")),
        **vote_fields(setting),
    }


def _pot_notes(setting: Setting, _values: Values, _id: str) -> list[str]:
    before = sum(minor for ref, minor in setting.balances.items() if ref.kind == "compulsory_savings")
    return [say("Saved before today: %(amount)s. Add what is saved today.") % {"amount": setting.words(before)}]


def _fine(setting: Setting) -> Fields:
    lines = [(line.name, line.name) for line in setting.state.constitution.fines.lines]
    return {
        "member": setting.member_field(),
        "fine": forms.ChoiceField(label=_("Fine"), choices=[("", _("Choose")), *lines]),
        "paid": forms.BooleanField(label=_("Paid today"), required=False),
    }


def _fine_entries(setting: Setting, _id: str, v: Values) -> list[Entry]:
    amount = setting.state.constitution.fines.amount_minor(v["fine"])
    charged: Entry = {"type": "fine", "member": v["member"], "fine": v["fine"], "amount": amount}
    paid: Entry = {"type": "fine_payment", "member": v["member"], "amount": amount}
    return [charged, paid] if v["paid"] else [charged]


def _waiver(setting: Setting) -> Fields:
    return {
        "member": setting.member_field(),
        "amount": setting.money_field(_("Amount that need not be paid")),
        "words": text_field(_("Why")),
        **vote_fields(setting),
    }


def _waiver_entry(_setting: Setting, _id: str, v: Values) -> list[Entry]:
    return [
        {
            "type": "fine_waiver",
            "member": v["member"],
            "amount": v["amount"].minor,
            "words": v["words"],
            "vote": vote_of(v),
        }
    ]


def _external_loan(setting: Setting) -> Fields:
    return {
        "lender": text_field(_("Who lends to the group")),
        "amount": setting.money_field(_("Amount")),
        "box": _cash_box(),
        **vote_fields(setting),
    }


def _external_loan_entry(_setting: Setting, id: str, v: Values) -> list[Entry]:
    loan: Entry = {"type": "external_loan", "id": id, "lender": v["lender"], "amount": v["amount"].minor}
    return [{**loan, "box": v["box"], "vote": vote_of(v)}]


def _outside(setting: Setting) -> list[tuple[Any, str]]:
    def label(loan: LoanState) -> str:
        return setting.loan_label(loan)

    return [(loan.id, label(loan)) for loan in setting.outside_loans]


def _external_repayment(setting: Setting) -> Fields:
    return {
        "loan": forms.ChoiceField(label=_("Which loan"), choices=choices(_outside(setting))),
        "principal": setting.money_field(_("Paid back"), least=0),
        "interest": setting.money_field(_("Interest"), least=0),
        "box": _cash_box(),
    }


def _external_repayment_entry(_setting: Setting, _id: str, v: Values) -> list[Entry]:
    paid: Entry = {"type": "external_repayment", "loan": v["loan"], "box": v["box"]}
    return [{**paid, "principal": v["principal"].minor, "interest": v["interest"].minor}]


def _exit(setting: Setting) -> Fields:
    reasons = [("left", _("She leaves the group")), ("died", _("She has died; her heirs are paid"))]
    return {
        "member": setting.member_field(),
        "reason": forms.ChoiceField(label=_("Why"), choices=reasons),
        "words": text_field(_("In the group's words"), required=False),
    }


def _exit_entry(_setting: Setting, _id: str, v: Values) -> list[Entry]:
    return [{"type": "exit", "member": v["member"], "reason": v["reason"], "words": v["words"]}]


def _owed(setting: Setting) -> list[tuple[Any, str]]:
    return [
        (member.id, f"{member.label}: {setting.words(setting.balance('payable', member.id))}")
        for member in setting.state.members.values()
        if setting.balance("payable", member.id)
    ]


def _payout(setting: Setting) -> Fields:
    return {
        "member": forms.ChoiceField(label=_("To whom"), choices=choices(_owed(setting))),
        "amount": setting.money_field(_("Amount")),
    }


def _payout_entry(_setting: Setting, _id: str, v: Values) -> list[Entry]:
    return [{"type": "payout", "member": v["member"], "amount": v["amount"].minor}]


def _decision(setting: Setting) -> Fields:
    return {
        "words": text_field(_("What was decided"), rows=3),
        "is_voted": forms.BooleanField(label=_("It was voted on"), required=False, initial=True),
        **vote_fields(setting),
    }


def _decision_entry(_setting: Setting, _id: str, v: Values) -> list[Entry]:
    entry: Entry = {"type": "decision", "words": v["words"]}
    return [{**entry, "vote": vote_of(v)} if v["is_voted"] else entry]


def _buy_in_entry(_setting: Setting, _id: str, v: Values) -> list[Entry]:
    return [{"type": "buy_in", "member": v["member"], "shares": v["shares"], "amount": v["amount"].minor}]


def _pot_entry(_setting: Setting, _id: str, v: Values) -> list[Entry]:
    return [{"type": "pot", "member": v["member"], "amount": v["amount"].minor, "vote": vote_of(v)}]


def _saves_in_shares(setting: Setting) -> bool:
    return setting.state.constitution.savings_form == "shares"


def _has_pot(setting: Setting) -> bool:
    return setting.state.constitution.share_out.kind == "rotating_pot"


_TABLE = (
    CardKind("social_grant", "social_fund", _("Help from the social fund"), _social_grant, _social_grant_entry),
    CardKind(
        "buy_in",
        "savings",
        _("Shares of a member who joins late"),
        _buy_in,
        _buy_in_entry,
        is_used=_saves_in_shares,
        notes=_buy_in_notes,
    ),
    CardKind("pot", "savings", _("The pot"), _pot, _pot_entry, is_used=_has_pot, notes=_pot_notes),
    CardKind(
        "fine",
        "fines",
        _("A fine"),
        _fine,
        _fine_entries,
        is_used=lambda setting: bool(setting.state.constitution.fines.lines),
    ),
    CardKind("fine_waiver", "fines", _("A fine that need not be paid"), _waiver, _waiver_entry),
    *LOAN_CARDS,
    *LOAN_CHANGE_CARDS,
    CardKind("income", "other", _("Income of the group"), _money_and_words, _in_words("income")),
    CardKind("expense", "other", _("Expense of the group"), _money_and_words, _in_words("expense")),
    CardKind("grant", "other", _("Grant to the group"), _money_and_words, _in_words("grant")),
    CardKind("bank_deposit", "other", _("From the box to the bank"), _bank, _bank_entry("bank_deposit")),
    CardKind("bank_withdrawal", "other", _("From the bank to the box"), _bank, _bank_entry("bank_withdrawal")),
    CardKind("external_loan", "other", _("Loan to the group from outside"), _external_loan, _external_loan_entry),
    CardKind(
        "external_repayment",
        "other",
        _("The group repays an outside loan"),
        _external_repayment,
        _external_repayment_entry,
        is_used=lambda setting: bool(setting.outside_loans),
    ),
    CardKind(
        "exit",
        "other",
        _("A member leaves"),
        _exit,
        _exit_entry,
        hint=_("Her savings are paid back by the constitution's rule; debts and fines are taken off first."),
    ),
    CardKind(
        "payout",
        "other",
        _("Pay what is owed to a member"),
        _payout,
        _payout_entry,
        is_used=lambda setting: bool(_owed(setting)),
    ),
    CardKind("decision", "decisions", _("A decision"), _decision, _decision_entry),
)

CARDS: dict[str, CardKind] = {kind.name: kind for kind in _TABLE}
"""Every kind of card by name."""


def cards_of(step: str) -> dict[str, CardKind]:
    """The kinds of card that belong to a step."""
    return {name: kind for name, kind in CARDS.items() if kind.step == step}
