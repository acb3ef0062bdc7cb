"""The steps of a meeting as forms: the roll call, and what each member does; the counts stand beside this file."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from egenmakt.core.lending.position import position
from egenmakt.core.meetings.state import LoanState, Member
from egenmakt.core.savings.fines import proposed_fines
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.fields import DateField
from egenmakt.interfaces.web.meeting_counts import ClosingSheet, OpeningSheet
from egenmakt.interfaces.web.meeting_sheets import Block, Entry, GridRow, Sheet, text_field, whole_field
from egenmakt.interfaces.web.meeting_words import MARKS

Entries = list[tuple[Entry, str]]


class StartSheet(Sheet):
    """The day of the meeting."""

    lead = _("When did the group meet?")

    def build(self) -> None:
        block = Block("fields")
        self.blocks.append(block)
        self.add("held_on", DateField(label=_("Day of the meeting"), initial=self.setting.held_on), block)
        self.add("notes", text_field(_("Note to the minutes"), required=False, rows=3), block)

    def clean_held_on(self) -> date:
        held_on: date = self.cleaned_data["held_on"]
        if self.setting.date_problem:
            raise forms.ValidationError(self.setting.date_problem)
        last = self.setting.state.last_held_on
        if last and held_on < last:
            raise forms.ValidationError(
                say("The last meeting was held on %(last)s. Choose that day or a later one.")
                % {"last": formats.date_text(last)}
            )
        return held_on


class RollCallSheet(Sheet):
    """Every member called by name."""

    lead = _("Call each member by name. Everybody is marked as present until you say otherwise.")

    def build(self) -> None:
        block = Block("roll_call")
        self.blocks.append(block)
        for member in self.setting.active:
            mark = forms.ChoiceField(
                label=member.label, choices=list(MARKS.items()), widget=forms.RadioSelect, initial="present"
            )
            self.add(f"mark-{member.id}", mark, block)

    def marks(self) -> dict[UUID, str]:
        """Each member with her mark."""
        return {UUID(name[5:]): mark for name, mark in self.cleaned_data.items() if name.startswith("mark-")}


class SocialFundSheet(Sheet):
    """What each member pays into the social fund."""

    lead = _("What each member pays into the social fund today.")

    def build(self) -> None:
        agreed = self.setting.state.constitution.social_fund_contribution_minor
        if not agreed:
            return
        grid = self.grid(_("Contributions"), [_("Member"), _("Amount")])
        here = {member.id for member in self.setting.here}
        for member in self.setting.active:
            name = f"contribution-{member.id}"
            initial = self.setting.money(agreed) if member.id in here else None
            amount = self.setting.money_field(_("Amount"), required=False, least=0, initial=initial)
            self.fields[name] = amount
            grid.rows.append(GridRow(member.label, (), (name,)))

    def own_entries(self) -> Entries:
        return _amounts(self, "contribution")


def _amounts(sheet: Sheet, kind: str) -> Entries:
    """One entry for each amount above zero in the fields of a kind."""
    found: Entries = []
    for name, value in sheet.cleaned_data.items():
        if name.startswith(f"{kind}-") and value:
            found.append(({"type": kind, "member": name[len(kind) + 1 :], "amount": value.minor}, name))
    return found


class SavingsSheet(Sheet):
    """What each member saves."""

    lead = _(
        "What each member saves today. The smallest saving is proposed for those who are here; change what differs."
    )

    def build(self) -> None:
        rules = self.setting.state.constitution
        columns: list[object] = [_("Member")]
        if rules.savings_form == "shares":
            columns.append(_("Shares"))
        if rules.savings_form == "amounts":
            columns.append(_("Compulsory saving"))
        if rules.voluntary_savings_allowed:
            columns += [_("Voluntary saving"), _("Withdrawal")]
        grid = self.grid(_("Savings"), columns, self._hint())
        here = {member.id for member in self.setting.here}
        for member in self.setting.active:
            names = self._fields_of(member, member.id in here)
            grid.rows.append(GridRow(member.label, (), names))

    def _hint(self) -> str:
        rules = self.setting.state.constitution
        if rules.savings_form == "shares":
            values = {"price": self.setting.words(rules.share_price_minor), "most": rules.shares_max}
            return say("One share costs %(price)s. At most %(most)s shares each.") % values
        if rules.savings_form == "amounts":
            return say("Each saves %(amount)s.") % {"amount": self.setting.words(rules.compulsory_savings_minor)}
        return ""

    def _fields_of(self, member: Member, is_here: bool) -> list[str]:
        rules, names = self.setting.state.constitution, []

        def add(kind: str, field: forms.Field) -> None:
            names.append(f"{kind}-{member.id}")
            self.fields[names[-1]] = field

        if rules.savings_form == "shares":
            proposed = rules.shares_min if is_here else None
            add("shares", whole_field(_("Shares"), required=False, initial=proposed or None))
        if rules.savings_form == "amounts":
            agreed = self.setting.money(rules.compulsory_savings_minor) if is_here else None
            compulsory = self.setting.money_field(_("Compulsory saving"), required=False, least=0, initial=agreed)
            add("compulsory", compulsory)
        if rules.voluntary_savings_allowed:
            for kind, label in (("voluntary", _("Voluntary saving")), ("withdrawal", _("Withdrawal"))):
                add(kind, self.setting.money_field(label, required=False, least=0))
        return names

    def own_entries(self) -> Entries:
        shares: Entries = [
            ({"type": "shares", "member": name[7:], "shares": value}, name)
            for name, value in self.cleaned_data.items()
            if name.startswith("shares-") and value
        ]
        return shares + [pair for kind in ("compulsory", "voluntary", "withdrawal") for pair in _amounts(self, kind)]


class RepaymentsSheet(Sheet):
    """What each borrower pays back."""

    lead = _("What falls due today is proposed. Write what was really paid; leave empty what was not.")

    def build(self) -> None:
        loans = self.setting.member_loans
        columns = [_("Borrower"), _("Left of the loan"), _("Due today"), _("To settle it all"), _("Paid today")]
        grid = self.grid(_("Loans"), columns)
        for loan in loans:
            name = f"repayment-{loan.id}"
            due, left, settle = self._now(loan)
            initial = self.setting.money(due) if due else None
            self.fields[name] = self.setting.money_field(_("Paid today"), required=False, least=0, initial=initial)
            words = self.setting.words
            label = f"{self.setting.label(loan.borrower)}, {formats.date_text(loan.granted_on, style='medium')}"
            grid.rows.append(GridRow(label, (words(left), words(due), words(settle)), (name,)))

    def clean(self) -> dict[str, Any]:
        """What is due is part of a prepayment: it is not taken a second time in the list above it."""
        cleaned = super().clean() or self.cleaned_data
        for id, kind in self.cards:
            name = f"repayment-{cleaned.get(f'{id}-loan')}"
            if kind == "prepayment" and cleaned.get(name):
                self.add_error(name, _("This loan is paid back early, below. Leave this empty."))
        return cleaned

    def _now(self, loan: LoanState) -> tuple[int, int, int]:
        state = self.setting.state
        now = position(schedule=loan.schedule, paid=state.paid(loan), on=self.setting.held_on)
        return now.due_minor, now.outstanding_principal_minor, now.settle_today_minor

    def own_entries(self) -> Entries:
        return [
            ({"type": "repayment", "loan": name[10:], "amount": value.minor}, name)
            for name, value in self.cleaned_data.items()
            if name.startswith("repayment-") and value
        ]


class FinesSheet(Sheet):
    """Fines of today, as the roll call proposes them, and fines that are still unpaid."""

    lead = _("Fines that the roll call proposes, and fines from before that are not paid yet.")
    ANSWERS = (
        ("paid", _("Charged and paid")),
        ("later", _("Charged, to be paid later")),
        ("none", _("Not charged")),
    )

    def build(self) -> None:
        state = self.setting.state
        here = {member.id for member in self.setting.here}
        marks: dict[Any, Any] = {
            member.id: self.setting.marks.get(member.id, "present") for member in self.setting.active
        }
        self.proposed = proposed_fines(state.constitution.fines, marks)
        if self.proposed:
            grid = self.grid(
                _("Proposed by the roll call"), [_("Member"), _("Fine"), _("Amount"), _("What the group says")]
            )
            for index, fine in enumerate(self.proposed):
                member, name = UUID(str(fine.member)), f"proposed-{index}-{fine.member}"
                initial = "paid" if member in here else "later"
                self.fields[name] = forms.ChoiceField(
                    label=_("What the group says"), choices=self.ANSWERS, initial=initial
                )
                known = (fine.name, self.setting.words(fine.amount_minor))
                grid.rows.append(GridRow(self.setting.label(member), known, (name,)))
        self._unpaid()

    def _unpaid(self) -> None:
        unpaid = [(m, self.setting.balance("fines_due", m.id)) for m in self.setting.active]
        unpaid = [(member, due) for member, due in unpaid if due]
        if not unpaid:
            return
        grid = self.grid(_("Not paid yet"), [_("Member"), _("Owed from before"), _("Paid today")])
        for member, due in unpaid:
            name = f"fine_payment-{member.id}"
            self.fields[name] = self.setting.money_field(_("Paid today"), required=False, least=0)
            grid.rows.append(GridRow(member.label, (self.setting.words(due),), (name,)))

    def own_entries(self) -> Entries:
        charged: Entries = []
        paid: Entries = []
        for index, fine in enumerate(self.proposed):
            name = f"proposed-{index}-{fine.member}"
            if self.cleaned_data[name] == "none":
                continue
            member = str(fine.member)
            charged.append(({"type": "fine", "member": member, "fine": fine.name, "amount": fine.amount_minor}, name))
            if self.cleaned_data[name] == "paid":
                paid.append(({"type": "fine_payment", "member": member, "amount": fine.amount_minor}, name))
        return charged + paid + _amounts(self, "fine_payment")


class CardsSheet(Sheet):
    """A step that is made of cards alone."""


class LoansSheet(CardsSheet):
    """New loans, each decided by vote."""

    lead = _("Read each request aloud with its cost, and let the members vote. Leave the step empty if nobody borrows.")


class OtherSheet(CardsSheet):
    """Other money, and members who leave."""

    lead = _("Other money that came in or went out, and members who leave. Leave the step empty if there is nothing.")


class DecisionsSheet(CardsSheet):
    """Decisions in words."""

    lead = _("What the group decided, in its own words. Leave the step empty if there is nothing.")


SHEETS: dict[str, type[Sheet]] = {
    "start": StartSheet,
    "roll_call": RollCallSheet,
    "opening": OpeningSheet,
    "social_fund": SocialFundSheet,
    "savings": SavingsSheet,
    "repayments": RepaymentsSheet,
    "fines": FinesSheet,
    "loans": LoansSheet,
    "other": OtherSheet,
    "decisions": DecisionsSheet,
    "closing": ClosingSheet,
}
