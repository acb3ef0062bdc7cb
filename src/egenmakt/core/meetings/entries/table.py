"""Every type of entry a meeting may hold: its fields, the step it belongs to, and what it does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from egenmakt.core.meetings.document import Entry
from egenmakt.core.meetings.entries import fines, loan_changes, loans, membership, other, savings, share_out
from egenmakt.core.meetings.fields import Field
from egenmakt.core.meetings.sitting import Sitting


@dataclass(frozen=True, slots=True)
class EntryType:
    """One line of the table."""

    step: str
    fields: Mapping[str, Field]
    post: Callable[[Sitting, Entry], None]


ENTRY_TYPES: dict[str, EntryType] = {
    "contribution": EntryType("social_fund", savings.MEMBER_AMOUNT, savings.contribute),
    "social_grant": EntryType("social_fund", savings.SOCIAL_GRANT, savings.grant_from_social_fund),
    "shares": EntryType("savings", savings.SHARES, savings.buy_shares),
    "compulsory": EntryType("savings", savings.MEMBER_AMOUNT, savings.save_compulsory),
    "voluntary": EntryType("savings", savings.MEMBER_AMOUNT, savings.save_voluntary),
    "withdrawal": EntryType("savings", savings.MEMBER_AMOUNT, savings.withdraw),
    "buy_in": EntryType("savings", membership.BUY_IN, membership.buy_in),
    "pot": EntryType("savings", membership.POT, membership.draw_pot),
    "repayment": EntryType("repayments", loans.REPAYMENT, loans.repay),
    "prepayment": EntryType("repayments", loan_changes.PREPAYMENT, loan_changes.prepay),
    "fine": EntryType("fines", fines.CHARGE, fines.charge),
    "fine_payment": EntryType("fines", savings.MEMBER_AMOUNT, fines.pay),
    "fine_waiver": EntryType("fines", fines.WAIVE, fines.waive),
    "loan": EntryType("loans", loans.LOAN, loans.lend),
    "disbursement": EntryType("loans", loans.DISBURSEMENT, loans.disburse),
    "write_off": EntryType("loans", loan_changes.WRITE_OFF, loan_changes.write_off),
    "reschedule": EntryType("loans", loan_changes.RESCHEDULE, loan_changes.reschedule),
    "rate_change": EntryType("loans", loan_changes.RATE_CHANGE, loan_changes.change_rate),
    "income": EntryType("other", other.WORDS, other.income),
    "expense": EntryType("other", other.WORDS, other.expense),
    "grant": EntryType("other", other.WORDS, other.grant),
    "bank_deposit": EntryType("other", other.BANK, other.deposit),
    "bank_withdrawal": EntryType("other", other.BANK, other.withdrawal),
    "external_loan": EntryType("other", other.EXTERNAL_LOAN, other.borrow_outside),
    "external_repayment": EntryType("other", other.EXTERNAL_REPAYMENT, other.repay_outside),
    "exit": EntryType("other", membership.EXIT, membership.leave),
    "payout": EntryType("other", savings.MEMBER_AMOUNT, membership.pay_out),
    "decision": EntryType("decisions", other.DECISION, other.decide),
    "share_out": EntryType("share_out", share_out.SHARE_OUT, share_out.share_out),
}

ENTRY_FIELDS: dict[str, Mapping[str, Field]] = {name: kind.fields for name, kind in ENTRY_TYPES.items()}
