"""The share-out as a step of its meeting: what each gets, what must be decided first, and the vote."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from django import forms
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from egenmakt.core.meetings.closing import NONE_YET, Decisions
from egenmakt.core.savings.positions import Decision
from egenmakt.core.savings.share_out_result import Block as Blocked
from egenmakt.core.savings.share_out_result import ShareOut
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.meeting_sheets import Block, Entry, Setting, Sheet, vote_fields, vote_of, whole_field
from egenmakt.interfaces.web.parts import Column, Row, Table

Simulate = Callable[[Decisions], ShareOut]

DEBT_CHOICES = [
    ("", _("Not decided yet")),
    ("repay", _("It is repaid before closing")),
    ("carry_over", _("It is carried over to the next cycle")),
    ("write_off", _("It is written off; all bear the loss")),
]
CLAIM_CHOICES = [
    ("", _("Not decided yet")),
    ("repay", _("The member brings the money before closing")),
    ("carry_over", _("It is carried over to the next cycle")),
    ("write_off", _("The others bear it")),
]


def block_text(setting: Setting, block: Blocked) -> str:
    """What stops the cycle from being closed, in a sentence."""
    values = {"member": setting.label(cast("UUID | None", block.member)), "amount": setting.words(block.amount_minor)}
    sentences = {
        "undecided_debt": _(
            "%(member)s still owes %(amount)s after the savings are set off. Decide: is it repaid, carried over or "
            "written off?"
        ),
        "undecided_claim": _("The claim of %(member)s is %(amount)s below zero. Decide who bears it."),
        "to_be_repaid_first": _(
            "%(member)s is to bring %(amount)s. Record the money in the step of repayments, or decide otherwise."
        ),
        "lot_not_drawn": _("%(amount)s is left over and waits for a lot. Let the members draw, and write the numbers."),
        "cash_lacking": _("%(amount)s in cash is lacking to pay everybody. Wait until loans have been repaid."),
        "insolvent": _(
            "The losses are larger than what those who would bear them have. Decide about them in another way."
        ),
    }
    return str(sentences[block.code]) % values


def share_out_table(setting: Setting, share_out: ShareOut) -> Table:
    """What each member gets, to the last unit."""
    headings = [
        say("Savings back"),
        say("Part of the profit"),
        say("Debts taken off"),
        say("Fines taken off"),
        say("To be paid out"),
        say("Still owed"),
    ]
    columns = [Column(say("Member")), *(Column(heading, is_numeric=True) for heading in headings)]

    def amounts(*minor: int) -> list[str]:
        return [formats.amount_text(setting.money(amount)) for amount in minor]

    rows = [
        Row(
            [
                setting.label(cast("UUID", line.member)),
                *amounts(
                    line.savings_back_minor + line.voluntary_back_minor,
                    line.profit_part_minor,
                    line.set_off_minor,
                    line.fines_deducted_minor,
                    line.payout_minor,
                    line.still_owed_minor,
                ),
            ]
        )
        for line in share_out.lines
    ]
    total = share_out.totals
    foot = Row(
        [
            say("Together"),
            *amounts(
                total.savings_back_minor + total.voluntary_back_minor,
                total.profit_parts_minor,
                total.set_off_interest_minor + total.set_off_principal_minor,
                total.fines_deducted_minor,
                total.payouts_minor,
                sum(line.still_owed_minor for line in share_out.lines),
            ),
        ]
    )
    caption = say("If the cycle is closed on %(day)s") % {"day": formats.date_text(setting.held_on)}
    note = say("All amounts in %(currency)s.") % {"currency": setting.currency}
    return Table(caption=caption, columns=columns, rows=rows, foot=foot, note=note, narrow="cards")


def decision_fields(setting: Setting, simulate: Simulate, decided: Decisions) -> dict[str, forms.Field]:
    """A field for each debt, claim and lot that somebody must decide; those decided already stay."""
    first, now = simulate(NONE_YET), simulate(decided)
    fields: dict[str, forms.Field] = {}
    for debt in first.undecided:
        label = say("%(member)s owes %(amount)s after setting off") % {
            "member": setting.label(cast("UUID", debt.member)),
            "amount": setting.words(debt.left_minor),
        }
        fields[f"debt-{debt.loan}"] = forms.ChoiceField(label=label, choices=DEBT_CHOICES, required=False)
    for claim in (*first.negative_claims, *now.negative_claims):
        if claim.claim_minor < 0:
            label = say("The claim of %(member)s is %(amount)s below zero") % {
                "member": setting.label(cast("UUID", claim.member)),
                "amount": setting.words(-claim.claim_minor),
            }
            fields[f"claim-{claim.member}"] = forms.ChoiceField(label=label, choices=CLAIM_CHOICES, required=False)
    if setting.state.constitution.residue_rule == "lot" and (first.residue.amount_minor or now.residue.amount_minor):
        for member in setting.active:
            label = say("Lot of %(member)s") % {"member": member.label}
            fields[f"lot-{member.id}"] = whole_field(label, least=1, required=False)
    return fields


def decisions_in(values: dict[str, Any]) -> Decisions:
    """The decisions in a form's values, typed or cleaned; what cannot be read is left out."""
    debts: dict[UUID, Decision] = {}
    claims: dict[UUID, Decision] = {}
    lots: dict[UUID, int] = {}
    for name, value in values.items():
        kind, _dash, id = name.partition("-")
        if not value or kind not in ("debt", "claim", "lot"):
            continue
        if kind == "lot":
            lots |= {UUID(id): int(value)} if str(value).isdigit() and int(value) > 0 else {}
        elif value in ("repay", "carry_over", "write_off"):
            (debts if kind == "debt" else claims)[UUID(id)] = cast("Decision", value)
    twice = [lot for lot in lots.values() if list(lots.values()).count(lot) > 1]
    return Decisions(debts, claims, {member: lot for member, lot in lots.items() if lot not in twice})


class ShareOutSheet(Sheet):
    """Close the cycle: decide what must be decided, read the payouts aloud, and vote."""

    lead = _("Read aloud what each member gets. The cycle closes when the members have voted for it.")
    simulate: Simulate

    def build(self) -> None:
        raw = self.data if self.is_bound else self.initial
        decided = decisions_in({name: raw.get(name) for name in raw})
        fields = decision_fields(self.setting, self.simulate, decided)
        self.share_out = self.simulate(decided)
        if fields:
            block = Block("fields", _("What the members decide first"))
            self.blocks.append(block)
            for name, new in fields.items():
                self.add(name, new, block)
        table = Block("notes", notes=[share_out_table(self.setting, self.share_out)])
        self.blocks.append(table)
        vote = Block("fields", _("The vote to close the cycle"))
        self.blocks.append(vote)
        for name, new in vote_fields(self.setting).items():
            self.add(name, new, vote)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        lots = [value for name, value in cleaned.items() if name.startswith("lot-") and value]
        for name, value in cleaned.items():
            if name.startswith("lot-") and value and lots.count(value) > 1:
                self.add_error(name, _("Two members cannot have drawn the same number."))
        for block in self.share_out.blocks:
            name = f"debt-{block.loan}" if block.loan else f"claim-{block.member}"
            self.add_error(name if name in self.fields else None, block_text(self.setting, block))
        return cleaned

    def own_entries(self) -> list[tuple[Entry, str]]:
        decided = decisions_in(self.cleaned_data)
        entry: Entry = {
            "type": "share_out",
            "payouts": {str(line.member): line.paid_now_minor for line in self.share_out.lines if line.paid_now_minor},
            "vote": vote_of(self.cleaned_data),
        }
        for name, values in (("decisions", decided.debts), ("claims", decided.claims), ("lots", decided.lots)):
            if values:
                entry[name] = {str(id): value for id, value in values.items()}
        return [(entry, "votes_for")]
