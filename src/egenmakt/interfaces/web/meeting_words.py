"""The words of a meeting: steps, boxes, marks, accounts, and why something is refused, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from egenmakt.core.ledger.chart import AccountRef
from egenmakt.core.meetings.refusals import SENTENCES, Refusal
from egenmakt.core.money import Money
from egenmakt.interfaces.web import formats

MARKS = {
    "present": _("Present"),
    "late": _("Late"),
    "excused": _("Excused"),
    "leave": _("On leave"),
    "absent": _("Absent"),
}
BOXES = {
    "loan_fund_box": _("The loan fund"),
    "social_fund_box": _("The social fund"),
    "bank": _("The bank account"),
}
STEPS = {
    "start": _("Date"),
    "roll_call": _("Roll call"),
    "opening": _("Opening count"),
    "social_fund": _("Social fund"),
    "savings": _("Savings"),
    "repayments": _("Repayments"),
    "fines": _("Fines"),
    "loans": _("New loans"),
    "other": _("Other money"),
    "decisions": _("Decisions"),
    "share_out": _("Share-out"),
    "closing": _("Closing count"),
    "summary": _("Read aloud"),
    "keys": _("Keys"),
}
ACCOUNTS = {
    **BOXES,
    "loan_principal": _("Loan"),
    "shares": _("Shares"),
    "compulsory_savings": _("Savings"),
    "voluntary_savings": _("Voluntary savings"),
    "payable": _("To be paid out"),
    "external_loan": _("Loan from outside"),
    "social_fund": _("Social fund"),
    "grants": _("Grants"),
    "retained": _("Kept profit"),
    "loan_interest": _("Interest"),
    "loan_fees": _("Loan fees"),
    "fines": _("Fines paid"),
    "other_income": _("Other income"),
    "cash_difference": _("Difference in the count"),
    "expenses": _("Expenses"),
    "loan_losses": _("Lost on loans"),
    "fines_due": _("Fines not paid yet"),
    "fines_charged": _("Fines charged"),
}
ENTRIES = {
    "contribution": _("Contributions"),
    "social_grant": _("Help from the social fund"),
    "shares": _("Shares"),
    "compulsory": _("Compulsory savings"),
    "voluntary": _("Voluntary savings"),
    "withdrawal": _("Withdrawals"),
    "buy_in": _("Shares of a member who joins late"),
    "pot": _("The pot"),
    "repayment": _("Repayments"),
    "prepayment": _("Loans paid back early"),
    "fine": _("Fines charged"),
    "fine_payment": _("Fines paid"),
    "fine_waiver": _("Fines that need not be paid"),
    "loan": _("New loans"),
    "disbursement": _("Further parts of loans"),
    "write_off": _("Loans that will not be repaid"),
    "reschedule": _("New plans for loans"),
    "rate_change": _("Another interest for loans"),
    "income": _("Income of the group"),
    "expense": _("Expenses of the group"),
    "grant": _("Grants to the group"),
    "bank_deposit": _("From the box to the bank"),
    "bank_withdrawal": _("From the bank to the box"),
    "external_loan": _("Loans from outside"),
    "external_repayment": _("Repayments to outside"),
    "exit": _("Members who leave"),
    "payout": _("Paid out of what was owed"),
    "decision": _("Decisions"),
    "share_out": _("Share-out"),
}
FIELDS = {
    "member": _("Member"),
    "loan": _("Loan"),
    "amount": _("Amount"),
    "shares": _("Shares"),
    "words": _("Words"),
    "fine": _("Fine"),
    "principal": _("Of the loan"),
    "interest": _("Interest"),
    "fee": _("Fee"),
    "box": _("Box"),
    "lender": _("Who lends to the group"),
    "principal_minor": _("Amount of the loan"),
    "instalments": _("Number of instalments"),
    "rate_percent": _("Interest in percent"),
    "effect": _("What it does to the loan"),
    "on": _("From the day"),
}
REASONS = {
    "share_purchase": _("Shares bought"),
    "compulsory_saving": _("Compulsory saving"),
    "voluntary_saving": _("Voluntary saving"),
    "withdrawal": _("Withdrawal"),
    "buy_in": _("Shares of a member who joins late"),
    "buy_in_premium": _("Paid above the price of a share"),
    "buy_in_discount": _("A share below its price"),
    "social_fund_contribution": _("Payment to the social fund"),
    "social_fund_grant": _("Help from the social fund"),
    "repayment_principal": _("Repayment of a loan"),
    "repayment_interest": _("Interest paid"),
    "repayment_fee": _("Loan fee paid"),
    "fine_charged": _("Fine charged"),
    "fine_cleared": _("Fine no longer due"),
    "fine_paid": _("Fine paid"),
    "fine_waived": _("Fine that need not be paid"),
    "loan_disbursed": _("Loan paid out"),
    "loan_written_off": _("Loan written off"),
    "cash_difference": _("Difference in the count"),
    "other_income": _("Other income"),
    "expense": _("Expense"),
    "grant_received": _("Grant"),
    "bank_deposit": _("From the box to the bank"),
    "bank_withdrawal": _("From the bank to the box"),
    "external_loan_received": _("Loan from outside"),
    "external_loan_repaid": _("Outside loan repaid"),
    "external_loan_interest": _("Interest to outside"),
    "pot_drawn": _("The pot"),
    "paid_out": _("Paid out"),
    "set_off_interest": _("Interest taken off the savings"),
    "set_off_principal": _("Loan taken off the savings"),
    "set_off_fine": _("Fine taken off the savings"),
    "exit_savings": _("Savings of a member who leaves"),
    "exit_profit": _("Profit of a member who leaves"),
    "exit_loss": _("Loss of a member who leaves"),
}
MORE_SENTENCES = {
    "unreadable": _("The document cannot be read at %(where)s: %(problem)s."),
    "unknown_group": _("The document names a group that is not known here."),
    "other_content": _("Meeting %(number)s has been recorded already, with other content."),
    "second_child": _("It follows the same meeting as meeting %(number)s does, which has been recorded already."),
    "not_ready": _("The group cannot hold a meeting yet: %(problem)s"),
}
_TRANSLATED = ("box", "thing")


def finding_text(finding: Mapping[str, Any], *, currency: str, names: Mapping[str, str] | None = None) -> str:
    """Why a meeting is refused, in a sentence, with the clause that forbids it.

    Args: finding, a refusal as it is kept; names, members and loans by id, for accounts that are named by theirs.
    """
    code, values = finding["code"], dict(finding["values"])
    for key, value in values.items():
        if key.endswith("_minor") and isinstance(value, int):
            values[key] = formats.money_text(Money(value, currency))
        elif key in _TRANSLATED:
            values[key] = gettext(str(value))
        elif key == "account":
            values[key] = account_text(AccountRef.parse(str(value)), names or {})
        elif key == "step":
            values[key] = STEPS.get(str(value), value)
        elif key == "order":
            values[key] = ", ".join(str(STEPS.get(step, step)) for step in str(value).split(", "))
    if code in SENTENCES:
        sentence = gettext(SENTENCES[code]) % values
    else:
        sentence = gettext(str(MORE_SENTENCES.get(code, code))) % {"where": finding.get("where", ""), **values}
    if not finding.get("clause_words"):
        return sentence
    if finding.get("clause"):
        clause = {"number": finding["clause"], "words": finding["clause_words"]}
        return f"{sentence} {gettext('Clause %(number)s: “%(words)s”') % clause}"
    return f"{sentence} {gettext('The rules say: “%(words)s”') % {'words': finding['clause_words']}}"


def refusal_text(refusal: Refusal, *, currency: str, names: Mapping[str, str] | None = None) -> str:
    """The same for a refusal that has just been found."""
    finding = {
        "code": refusal.code,
        "where": refusal.where,
        "values": refusal.values,
        "clause": refusal.clause,
        "clause_words": refusal.clause_words,
    }
    return finding_text(finding, currency=currency, names=names)


def account_text(account: AccountRef, names: Mapping[str, str]) -> str:
    """An account in words: "Shares: Amina (1)"."""
    kind = str(ACCOUNTS[account.kind])
    if account.owner is None:
        return kind
    return f"{kind}: {names.get(str(account.owner), str(account.owner)[-4:])}"


def reason_text(reason: str) -> str:
    """What a transfer was for."""
    return str(REASONS.get(reason, reason.replace("_", " ")))


def choices(names: Iterable[tuple[UUID, str]], *, empty: object = "") -> list[tuple[str, object]]:
    """Members or loans as the choices of a field."""
    listed: list[tuple[str, object]] = [(str(id), label) for id, label in names]
    return [("", empty or _("Choose")), *listed]
