"""The group's other money: income, expenses, the bank, grants, loans from outside, and decisions in words."""

from __future__ import annotations

from uuid import UUID

from egenmakt.core.ledger.chart import AccountRef
from egenmakt.core.meetings.document import Entry
from egenmakt.core.meetings.entries.savings import LOAN_FUND
from egenmakt.core.meetings.fields import Field
from egenmakt.core.meetings.sitting import LoanChanged, LoanGranted, Sitting

WORDS = {"amount": Field("amount"), "words": Field("text"), "box": Field("cash_box")}
BANK = {"amount": Field("amount"), "words": Field("text", required=False, default="")}
DECISION = {"words": Field("text"), "vote": Field("vote", required=False)}
EXTERNAL_LOAN = {
    "id": Field("uuid"),
    "amount": Field("amount"),
    "lender": Field("text"),
    "box": Field("cash_box"),
    "vote": Field("vote"),
}
EXTERNAL_REPAYMENT = {
    "loan": Field("uuid"),
    "principal": Field("balance"),
    "interest": Field("balance"),
    "box": Field("cash_box"),
}


def income(sitting: Sitting, entry: Entry) -> None:
    """Money the group earned together, such as from a shared field or a feast."""
    sitting.move(
        debit=AccountRef(entry["box"]),
        credit=AccountRef("other_income"),
        amount_minor=entry["amount"],
        reason="other_income",
        where=entry.where,
    )


def expense(sitting: Sitting, entry: Entry) -> None:
    """Money the group spent together, such as on a new lock or a passbook."""
    sitting.move(
        debit=AccountRef("expenses"),
        credit=AccountRef(entry["box"]),
        amount_minor=entry["amount"],
        reason="expense",
        where=entry.where,
    )


def grant(sitting: Sitting, entry: Entry) -> None:
    """Money given to the group for its fund, such as a revolving fund; it belongs to the group, not to a member."""
    sitting.move(
        debit=AccountRef(entry["box"]),
        credit=AccountRef("grants"),
        amount_minor=entry["amount"],
        reason="grant_received",
        where=entry.where,
    )


def deposit(sitting: Sitting, entry: Entry) -> None:
    """Money goes from the box to the bank or the mobile wallet."""
    sitting.move(
        debit=AccountRef("bank"),
        credit=LOAN_FUND,
        amount_minor=entry["amount"],
        reason="bank_deposit",
        where=entry.where,
    )


def withdrawal(sitting: Sitting, entry: Entry) -> None:
    """Money comes from the bank or the mobile wallet into the box."""
    sitting.move(
        debit=LOAN_FUND,
        credit=AccountRef("bank"),
        amount_minor=entry["amount"],
        reason="bank_withdrawal",
        where=entry.where,
    )


def decide(sitting: Sitting, entry: Entry) -> None:
    """The group decides something that moves no money; a vote, where there is one, must carry."""
    if entry["vote"] is not None:
        sitting.vote_carries(entry["vote"], entry.where)


def borrow_outside(sitting: Sitting, entry: Entry) -> None:
    """The group itself borrows, not before the cycle and not above the amount that its constitution allows.

    Source: VSLA practice: no outside loan in the first cycle, later at most the last share-out.
    """
    rules, state = sitting.state.constitution, sitting.state
    if not sitting.is_new_loan(entry["id"], f"{entry.where}/id"):
        return
    if not sitting.vote_carries(entry["vote"], entry.where):
        return
    if state.cycle_number < rules.external_loan_from_cycle:
        sitting.refuse(
            "external_loan_too_early",
            entry.where,
            rule="external_loan_from_cycle",
            from_cycle=rules.external_loan_from_cycle,
            cycle=state.cycle_number,
        )
        return
    owed = sum(balance for ref, balance in sitting.balances.items() if ref.kind == "external_loan")
    if rules.external_loan_limit == "last_share_out" and owed + entry["amount"] > state.last_share_out_minor:
        sitting.refuse(
            "external_loan_above_limit",
            f"{entry.where}/amount",
            rule="external_loan_limit",
            limit_minor=max(0, state.last_share_out_minor - owed),
            given_minor=entry["amount"],
        )
        return
    received = sitting.move(
        debit=AccountRef(entry["box"]),
        credit=AccountRef("external_loan", entry["id"]),
        amount_minor=entry["amount"],
        reason="external_loan_received",
        where=entry.where,
    )
    if received:
        sitting.granted[entry["id"]] = LoanGranted(
            id=entry["id"],
            member=None,
            box=entry["box"],
            principal_minor=entry["amount"],
            lent_minor=entry["amount"],
            lender=entry["lender"],
        )


def repay_outside(sitting: Sitting, entry: Entry) -> None:
    """The group repays its outside loan; what the lender takes as interest is an expense."""
    loan: UUID = entry["loan"]
    box = AccountRef(entry["box"])
    if AccountRef("external_loan", loan) not in sitting.balances:
        sitting.refuse("loan_unknown", f"{entry.where}/loan")
        return
    owed = sitting.balance("external_loan", loan)
    if entry["principal"] > owed:
        sitting.refuse(
            "repayment_above_debt",
            f"{entry.where}/principal",
            given_minor=entry["principal"],
            debt_minor=owed,
            left_over_minor=entry["principal"] - owed,
        )
        return
    sitting.move(
        debit=AccountRef("external_loan", loan),
        credit=box,
        amount_minor=entry["principal"],
        reason="external_loan_repaid",
        where=entry.where,
    )
    sitting.move(
        debit=AccountRef("expenses"),
        credit=box,
        amount_minor=entry["interest"],
        reason="external_loan_interest",
        where=entry.where,
    )
    if entry["principal"] and entry["principal"] == owed and sitting.balance("external_loan", loan) == 0:
        sitting.changed.append(LoanChanged(loan, "repaid"))
