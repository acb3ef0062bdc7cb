"""The words of the reading pages for what the book and the meetings keep as codes."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

Words = Mapping[str, Promise]

GROUP_KINDS: Words = {
    "self_help": _("Self-help group"),
    "savings": _("Savings group"),
    "credit": _("Credit group"),
    "cooperative": _("Credit co-operative"),
    "youth": _("Youth group"),
    "farmers": _("Farmers' group"),
    "disability": _("Group of persons with disabilities"),
    "network": _("Network of groups"),
}

OFFICES: Words = {
    "chair": _("Chair"),
    "record_keeper": _("Record-keeper"),
    "box_keeper": _("Box-keeper"),
    "money_counter": _("Money-counter"),
    "key_holder": _("Key-holder"),
}

MEMBER_STATES: Words = {"active": _("Active"), "left": _("Has left"), "died": _("Has died")}

ATTENDANCE: Words = {
    "present": _("Present"),
    "late": _("Late"),
    "excused": _("Excused"),
    "leave": _("On leave"),
    "absent": _("Absent"),
}

BOXES: Words = {
    "loan_fund_box": _("Loan fund box"),
    "social_fund_box": _("Social fund box"),
    "bank": _("Bank or mobile money"),
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

SOURCES: Words = {"meeting": _("Recorded at the meeting"), "paper": _("Brought in from the paper book")}

MEETING_KINDS: Words = {"ordinary": _("Meeting"), "share_out": _("Share-out meeting")}

MEETING_EVERY: Words = {"week": _("every week"), "fortnight": _("every second week"), "month": _("every month")}

ACCOUNTS: Words = {
    **BOXES,
    "loan_principal": _("Loan, what is left"),
    "shares": _("Shares"),
    "compulsory_savings": _("Compulsory savings"),
    "voluntary_savings": _("Voluntary savings"),
    "payable": _("Promised to be paid out"),
    "external_loan": _("Loan from outside"),
    "social_fund": _("Social fund"),
    "grants": _("Grants to the group"),
    "retained": _("Profit kept from earlier cycles"),
    "loan_interest": _("Interest"),
    "loan_fees": _("Loan fees"),
    "fines": _("Fines paid"),
    "other_income": _("Other income"),
    "cash_difference": _("Differences at the counting"),
    "expenses": _("Expenses"),
    "loan_losses": _("Losses on loans"),
    "fines_due": _("Fines not paid yet"),
    "fines_charged": _("Fines charged and not paid yet"),
}

REASONS: Words = {
    "opening_balance": _("Brought in from the paper book"),
    "share_purchase": _("Shares bought"),
    "compulsory_saving": _("Saved"),
    "voluntary_saving": _("Saved of own will"),
    "withdrawal": _("Savings taken out"),
    "social_fund_contribution": _("Paid to the social fund"),
    "social_fund_grant": _("Help from the social fund"),
    "loan_disbursed": _("Loan paid out"),
    "repayment_principal": _("Repaid of the loan"),
    "repayment_interest": _("Interest paid"),
    "repayment_fee": _("Loan fee paid"),
    "loan_written_off": _("Loan written off"),
    "fine_charged": _("Fined"),
    "fine_paid": _("Fine paid"),
    "fine_cleared": _("Fine no longer due"),
    "fine_waived": _("Fine waived by vote"),
    "cash_difference": _("Difference at the counting"),
    "other_income": _("Income of the group"),
    "expense": _("Expense of the group"),
    "grant_received": _("Grant to the group"),
    "bank_deposit": _("Taken to the bank"),
    "bank_withdrawal": _("Fetched from the bank"),
    "external_loan_received": _("Borrowed outside"),
    "external_loan_repaid": _("Repaid outside"),
    "external_loan_interest": _("Interest paid outside"),
    "buy_in": _("Bought in as a new member"),
    "buy_in_premium": _("Paid above the price of a share"),
    "buy_in_discount": _("Paid below the price of a share"),
    "exit_savings": _("Savings on leaving"),
    "exit_profit": _("Part of the profit on leaving"),
    "exit_loss": _("Part of the loss on leaving"),
    "set_off_interest": _("Interest set off"),
    "set_off_principal": _("Loan set off"),
    "set_off_fine": _("Fine set off"),
    "paid_out": _("Paid out"),
    "pot_drawn": _("The pot drawn"),
    "share_out_savings": _("Savings at the share-out"),
    "share_out_profit": _("Part of the profit"),
    "share_out_loss": _("Part of the loss"),
    "share_out_paid": _("Paid out at the share-out"),
    "share_out_residue": _("Left over at the share-out"),
    "cycle_closed": _("Closing of the cycle"),
}

LOAN_STATES: Words = {
    "open": _("Running"),
    "repaid": _("Repaid"),
    "written_off": _("Written off"),
    "reversed": _("Taken back by a correction"),
}

LOAN_CHANGES: Words = {
    "disbursed": _("A further part was paid out."),
    "prepaid": _("Paid back early; the group voted for what it does to the plan."),
    "rate_changed": _("The group voted for another interest."),
    "rescheduled": _("The group voted for a new plan."),
    "carried_over": _("Carried over into the next cycle."),
    "repaid": _("The last of it was repaid."),
    "written_off": _("The group voted to write it off."),
}

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

METHOD_NAMES: Words = {
    "flat": _("Flat"),
    "equal_instalments": _("Equal instalments (declining balance)"),
    "equal_principal": _("Equal parts (declining balance)"),
    "bullet": _("All at the end"),
    "balloon": _("Large last payment"),
    "interest_free": _("Without interest"),
    "own_percentages": _("Own percentages"),
}

RATE_PER: Words = {
    "year": _("a year"),
    "month": _("a month"),
    "week": _("a week"),
    "period": _("a period"),
}

EVERY: Words = {
    "day": _("every day"),
    "week": _("every week"),
    "fortnight": _("every second week"),
    "month": _("every month"),
}

UNITS: Words = {"day": _("days"), "week": _("weeks"), "fortnight": _("fortnights"), "month": _("months")}

SHARE_OUT_KINDS: Words = {
    "proportional": _("By shares or savings"),
    "profit_equally": _("Savings back, profit equally"),
    "savings_and_borrowing": _("Part of the profit by interest paid"),
    "brackets": _("By brackets of shares"),
    "permanent_fund": _("Permanent fund with a dividend"),
    "rotating_pot": _("Rotating pot"),
    "no_share_out": _("No share-out"),
}

RESIDUE_RULES: Words = {
    "largest_remainder": _("Each unit left over goes to the member with the largest fraction."),
    "social_fund": _("What is left over goes to the social fund."),
    "lot": _("Each unit left over goes to the member with the lowest lot."),
}

BLOCKS: Words = {
    "undecided_debt": _(
        "%(who)s still owes %(amount)s of a loan after setting off: decide by vote whether it is "
        "repaid, carried over or written off."
    ),
    "undecided_claim": _("%(who)s has less than nothing coming (%(amount)s): decide by vote what is done about it."),
    "to_be_repaid_first": _("%(who)s is to repay %(amount)s before the cycle can close."),
    "lot_not_drawn": _("%(amount)s is left over, and no lot has been drawn for it."),
    "cash_lacking": _("%(amount)s is lacking to pay everybody today."),
    "insolvent": _("The fund has lost more than its members saved: %(amount)s is not covered."),
}

SEVERITIES: Mapping[str, tuple[str, Promise]] = {
    "alarm": ("error", _("Act now")),
    "warning": ("warning", _("Look at this")),
    "notice": ("info", _("Good to know")),
}

WARNINGS: Mapping[str, tuple[Promise, Promise]] = {
    "falling_attendance": (
        _("Attendance fell from %(before_percent)s to %(now_percent)s percent in %(meetings)s meetings."),
        _("Ask those who stay away why. Often it is the day, the hour, or a debt they are ashamed of."),
    ),
    "few_borrowers": (
        _("%(borrowers)s of %(members)s members have borrowed in this cycle."),
        _("Ask the others whether they were refused, afraid, or had no need; money in the box earns nothing."),
    ),
    "loans_among_few": (
        ngettext_lazy(
            "%(largest)s member holds %(part_percent)s percent of all loans.",
            "%(largest)s members hold %(part_percent)s percent of all loans.",
            "largest",
        ),
        _("Read the rule about the largest loan aloud, and ask whether all who wanted a loan could get one."),
    ),
    "idle_cash": (
        _("%(part_percent)s percent of the fund has lain in the box for %(meetings)s meetings."),
        _("Lend it, or take it to a bank before it is lost or stolen."),
    ),
    "loan_beyond_cycle": (
        _("The loan of %(loan)s falls due on %(last_due_on)s, after the cycle ends on %(cycle_ends_on)s."),
        _("Agree on a plan that ends before the share-out, or vote to carry the loan over."),
    ),
    "loan_too_slow": (
        _("The loan of %(loan)s cannot be repaid in time: %(outstanding_minor)s left, %(expected_minor)s expected."),
        _("Visit the borrower with the guarantors and agree on payments that she can make."),
    ),
    "unpaid_fines": (
        _("%(part_percent)s percent of the fines charged in this cycle are unpaid."),
        _("Collect them, waive them by vote, or change the rule: fines that nobody pays teach that rules do not hold."),
    ),
    "counts_always_equal": (
        _("In %(meetings)s meetings running the count was exactly what the book expected."),
        _("Come to a meeting and watch the counting: perhaps the expected amount is copied."),
    ),
    "counts_too_round": (
        _("In %(meetings)s meetings running a round amount was counted."),
        _("Count the box together once, coin by coin, before anybody reads the expected amount aloud."),
    ),
    "repeated_differences": (
        _("In %(differences)s of the last %(meetings)s meetings the box did not agree with the book."),
        _("Count at the end of the next meeting with all members watching, and check who holds the keys."),
    ),
}
"""What each early warning of core/savings/warnings.py says, and what to do about it."""
