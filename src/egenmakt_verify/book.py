"""The book: the kinds of account, and what a transfer does to two of them."""

from __future__ import annotations

from egenmakt_verify.reading import WHOLE_MAX
from egenmakt_verify.report import Json, Place

# kind: (the side that makes it grow, whose it is, whether it may fall below zero)
ACCOUNTS = {
    "loan_fund_box": ("debit", "", False),
    "social_fund_box": ("debit", "", False),
    "bank": ("debit", "", False),
    "loan_principal": ("debit", "loan", False),
    "shares": ("credit", "member", False),
    "compulsory_savings": ("credit", "member", False),
    "voluntary_savings": ("credit", "member", False),
    "payable": ("credit", "member", False),
    "external_loan": ("credit", "loan", False),
    "social_fund": ("credit", "", False),
    "grants": ("credit", "", False),
    "retained": ("credit", "", True),
    "loan_interest": ("credit", "loan", True),
    "loan_fees": ("credit", "loan", True),
    "fines": ("credit", "member", True),
    "other_income": ("credit", "", True),
    "cash_difference": ("credit", "", True),
    "expenses": ("debit", "", True),
    "loan_losses": ("debit", "loan", True),
    "fines_due": ("debit", "member", False),
    "fines_charged": ("credit", "", False),
}
BOXES = ("loan_fund_box", "social_fund_box", "bank")
RESULTS = ("loan_interest", "loan_fees", "fines", "other_income", "cash_difference", "expenses", "loan_losses")

Balances = dict[str, int]
Transfer = dict[str, Json]


def kind_of(account: str) -> str:
    """`shares` of `shares/0192f0c1-…`."""
    return account.partition("/")[0]


def post(balances: Balances, debit: str, credit: str, amount: int) -> None:
    """Add a transfer to balances, each on the side that makes the account grow."""
    for account, side in ((debit, "debit"), (credit, "credit")):
        grows = ACCOUNTS[kind_of(account)][0] == side
        balances[account] = balances.get(account, 0) + (amount if grows else -amount)


def check_transfer(transfer: Transfer, owners: dict[str, str], place: Place) -> None:
    """A positive amount between two different accounts of this book. `owners`: which ids are members', which loans'."""
    if not 0 < transfer["amount_minor"] <= WHOLE_MAX:
        raise place.stop("must be above zero.", field="amount_minor", found=transfer["amount_minor"])
    if transfer["debit"] == transfer["credit"]:
        raise place.stop("goes from an account to itself.", field="credit", found=transfer["credit"])
    for side in ("debit", "credit"):
        kind, _, owner = transfer[side].partition("/")
        if kind not in ACCOUNTS or owners.get(owner, "nobody") != ACCOUNTS[kind][1]:
            raise place.stop("is not an account of this book.", field=side, found=transfer[side])


def check_not_below_zero(balances: Balances, place: Place) -> None:
    """No box, saving or debt is below zero."""
    for account, balance in balances.items():
        if balance < 0 and not ACCOUNTS[kind_of(account)][2]:
            raise place.stop(f"{account} is below zero.", field="balance", expected=0, found=balance)
