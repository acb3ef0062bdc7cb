"""The words of the papers for what the book and the meetings keep as codes."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = Mapping[str, Promise]

OFFICES: Words = {
    "chair": _("Chair"),
    "record_keeper": _("Record-keeper"),
    "box_keeper": _("Box-keeper"),
    "money_counter": _("Money-counter"),
    "key_holder": _("Key-holder"),
}

STEPS: Words = {
    "social_fund": _("Social fund"),
    "savings": _("Savings"),
    "repayments": _("Repayments"),
    "fines": _("Fines"),
    "loans": _("New loans"),
    "other": _("Other money"),
    "decisions": _("Decisions"),
    "share_out": _("Share-out"),
}

ENTRIES: Words = {
    "contribution": _("Social fund"),
    "social_grant": _("Help from the social fund"),
    "shares": _("Shares bought"),
    "compulsory": _("Saved"),
    "voluntary": _("Saved of own will"),
    "withdrawal": _("Savings taken out"),
    "buy_in": _("Bought in as a new member"),
    "pot": _("The pot drawn"),
    "repayment": _("Repaid of the loan"),
    "fine": _("Fined"),
    "fine_payment": _("Fine paid"),
    "fine_waiver": _("Fine waived by vote"),
    "prepayment": _("Loan paid back early"),
    "loan": _("Loan paid out"),
    "disbursement": _("A further part of the loan"),
    "write_off": _("Loan written off"),
    "reschedule": _("A new plan for the loan"),
    "rate_change": _("Another interest for the loan"),
    "income": _("Income of the group"),
    "expense": _("Expense of the group"),
    "grant": _("Grant to the group"),
    "bank_deposit": _("Taken to the bank"),
    "bank_withdrawal": _("Fetched from the bank"),
    "external_loan": _("Borrowed outside"),
    "external_repayment": _("Repaid outside"),
    "exit": _("Paid out on leaving"),
    "payout": _("Paid out"),
    "decision": _("Decided"),
    "share_out": _("Share-out"),
}
"""What each type of entry is called in a column; a new type gets its line here."""

METHODS: Words = {
    "flat": _("Equal parts of the loan, and interest on the whole loan for every period until the end."),
    "equal_instalments": _("The same payment every time, with interest on what is still owed."),
    "equal_principal": _("Equal parts of the loan, and interest on what is still owed, so that payments fall."),
    "bullet": _("Only interest every time, and the whole loan with the last instalment."),
    "balloon": _("The same payment every time, and a large last one that repays the part left for the end."),
    "interest_free": _("Equal parts of the loan without interest; what it costs are its fees."),
    "own_percentages": _(
        "The parts of the loan that were agreed for each instalment, and interest on what is still owed."
    ),
}

BLOCKS: Words = {
    "undecided_debt": _(
        "%(who)s still owes %(amount)s of a loan after setting off: decide by vote whether it is repaid, carried over "
        "or written off."
    ),
    "undecided_claim": _("%(who)s has less than nothing coming (%(amount)s): decide by vote what is done about it."),
    "to_be_repaid_first": _("%(who)s is to repay %(amount)s before the cycle can close."),
    "lot_not_drawn": _("%(amount)s is left over, and no lot has been drawn for it."),
    "cash_lacking": _("%(amount)s is lacking to pay everybody today."),
    "insolvent": _("The fund has lost more than its members saved: %(amount)s is not covered."),
}
