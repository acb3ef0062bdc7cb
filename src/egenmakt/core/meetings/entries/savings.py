"""Savings and the social fund: shares, compulsory and voluntary savings, contributions and grants."""

from __future__ import annotations

from egenmakt.core.ledger.chart import AccountRef, account_of
from egenmakt.core.meetings.document import Entry
from egenmakt.core.meetings.fields import Field
from egenmakt.core.meetings.sitting import Sitting

LOAN_FUND = AccountRef("loan_fund_box")
SOCIAL_BOX = AccountRef("social_fund_box")

SHARES = {"member": Field("uuid"), "shares": Field("count")}
MEMBER_AMOUNT = {"member": Field("uuid"), "amount": Field("amount")}
SOCIAL_GRANT = {"amount": Field("amount"), "words": Field("text"), "member": Field("uuid", required=False)}


def buy_shares(sitting: Sitting, entry: Entry) -> None:
    """A member buys whole shares at the price of the cycle, within the group's limits for one meeting."""
    member = sitting.member(entry["member"], f"{entry.where}/member")
    rules = sitting.state.constitution
    if member is None:
        return
    if rules.savings_form != "shares":
        sitting.refuse("shares_not_used", entry.where, rule="savings_form")
        return
    bought = sitting.shares_bought.get(member.id, 0) + entry["shares"]
    if bought > rules.shares_max and sitting.document.source == "meeting":
        sitting.refuse(
            "too_many_shares",
            f"{entry.where}/shares",
            rule="shares_max",
            member=member.label,
            given=bought,
            most=rules.shares_max,
        )
        return
    sitting.shares_bought[member.id] = bought
    sitting.move(
        debit=LOAN_FUND,
        credit=account_of("shares", member.id),
        amount_minor=entry["shares"] * rules.share_price_minor,
        reason="share_purchase",
        where=entry.where,
    )


def save_compulsory(sitting: Sitting, entry: Entry) -> None:
    """A member pays the compulsory saving: the agreed amount, or several times it for meetings that were missed."""
    member = sitting.member(entry["member"], f"{entry.where}/member")
    rules = sitting.state.constitution
    if member is None:
        return
    amount, agreed = entry["amount"], rules.compulsory_savings_minor
    if agreed == 0:
        sitting.refuse("amounts_not_used", entry.where, rule="savings_form")
        return
    if amount % agreed and sitting.document.source == "meeting":
        sitting.refuse(
            "compulsory_not_whole",
            f"{entry.where}/amount",
            rule="compulsory_savings_minor",
            member=member.label,
            given_minor=amount,
            amount_minor=agreed,
        )
        return
    sitting.move(
        debit=LOAN_FUND,
        credit=AccountRef("compulsory_savings", member.id),
        amount_minor=amount,
        reason="compulsory_saving",
        where=entry.where,
    )


def save_voluntary(sitting: Sitting, entry: Entry) -> None:
    """A member saves more than must be, in an account of its own that may be withdrawn from."""
    member = sitting.member(entry["member"], f"{entry.where}/member")
    if member is None:
        return
    if not sitting.state.constitution.voluntary_savings_allowed:
        sitting.refuse("voluntary_not_allowed", entry.where, rule="voluntary_savings_allowed")
        return
    sitting.move(
        debit=LOAN_FUND,
        credit=AccountRef("voluntary_savings", member.id),
        amount_minor=entry["amount"],
        reason="voluntary_saving",
        where=entry.where,
    )


def withdraw(sitting: Sitting, entry: Entry) -> None:
    """A member takes out voluntary savings. Compulsory savings and shares stay until the member leaves."""
    member = sitting.member(entry["member"], f"{entry.where}/member")
    if member is None:
        return
    balance = sitting.balance("voluntary_savings", member.id)
    if entry["amount"] > balance:
        sitting.refuse(
            "withdrawal_above_savings",
            f"{entry.where}/amount",
            rule="voluntary_savings_allowed",
            member=member.label,
            given_minor=entry["amount"],
            balance_minor=balance,
        )
        return
    sitting.move(
        debit=AccountRef("voluntary_savings", member.id),
        credit=LOAN_FUND,
        amount_minor=entry["amount"],
        reason="withdrawal",
        where=entry.where,
    )


def contribute(sitting: Sitting, entry: Entry) -> None:
    """A member pays into the social fund, which has its own box and is never shared out."""
    member = sitting.member(entry["member"], f"{entry.where}/member")
    if member is None:
        return
    agreed = sitting.state.constitution.social_fund_contribution_minor
    if agreed and entry["amount"] % agreed and sitting.document.source == "meeting":
        sitting.refuse(
            "social_fund_amount",
            f"{entry.where}/amount",
            rule="social_fund_contribution_minor",
            member=member.label,
            given_minor=entry["amount"],
            amount_minor=agreed,
        )
        return
    sitting.move(
        debit=SOCIAL_BOX,
        credit=AccountRef("social_fund"),
        amount_minor=entry["amount"],
        reason="social_fund_contribution",
        where=entry.where,
    )


def grant_from_social_fund(sitting: Sitting, entry: Entry) -> None:
    """The social fund pays for a funeral, an illness or a feast, and the money is not paid back."""
    if entry["member"] is not None and sitting.member(entry["member"], f"{entry.where}/member") is None:
        return
    sitting.move(
        debit=AccountRef("social_fund"),
        credit=SOCIAL_BOX,
        amount_minor=entry["amount"],
        reason="social_fund_grant",
        where=entry.where,
    )
