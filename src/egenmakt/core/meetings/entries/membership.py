"""Joining in mid-cycle, leaving, dying, and what is owed to those who left; and the turn to the rotating pot."""

from __future__ import annotations

from uuid import UUID

from egenmakt.core.ledger.chart import AccountRef
from egenmakt.core.meetings.closing import group_position, social_debt
from egenmakt.core.meetings.document import Entry
from egenmakt.core.meetings.entries.loans import all_paid_now
from egenmakt.core.meetings.entries.savings import LOAN_FUND
from egenmakt.core.meetings.fields import Field
from egenmakt.core.meetings.sitting import LoanChanged, Sitting
from egenmakt.core.savings.exit import ExitSettlement, Weight, entry_price, settle_exit
from egenmakt.core.savings.positions import GroupPosition

BUY_IN = {"member": Field("uuid"), "shares": Field("count"), "amount": Field("amount")}
POT = {"member": Field("uuid"), "amount": Field("amount"), "vote": Field("vote")}
EXIT = {"member": Field("uuid"), "reason": Field("exit_reason"), "words": Field("text", required=False, default="")}


def _position(sitting: Sitting) -> GroupPosition:
    return group_position(
        state=sitting.state_with_new_loans(),
        balances=sitting.balances,
        paid=all_paid_now(sitting),
        on=sitting.held_on,
    )


def _weight(sitting: Sitting) -> Weight:
    return "shares" if sitting.state.constitution.savings_form == "shares" else "savings"


def buy_in(sitting: Sitting, entry: Entry) -> None:
    """Who joins in mid-cycle buys the shares that the others already have, at par or at the value of the day.

    What is paid above par belongs to the fund; the shares themselves count as everybody's.
    """
    member, rules = sitting.member(entry["member"], f"{entry.where}/member"), sitting.state.constitution
    if member is None:
        return
    if rules.savings_form != "shares":
        sitting.refuse("shares_not_used", entry.where, rule="savings_form")
        return
    price = entry_price(
        group=_position(sitting), share_price_minor=rules.share_price_minor, entry_value=rules.entry_value
    )
    due, par = price.price_minor * entry["shares"], price.par_minor * entry["shares"]
    if entry["amount"] != due:
        sitting.refuse(
            "buy_in_price",
            f"{entry.where}/amount",
            rule="entry_value",
            member=member.label,
            price_minor=price.price_minor,
            shares=entry["shares"],
            due_minor=due,
            given_minor=entry["amount"],
        )
        return
    shares, income = AccountRef("shares", member.id), AccountRef("other_income")
    sitting.move(debit=LOAN_FUND, credit=shares, amount_minor=min(due, par), reason="buy_in", where=entry.where)
    if due >= par:
        sitting.move(debit=LOAN_FUND, credit=income, amount_minor=due - par, reason="buy_in_premium", where=entry.where)
    else:  # a share is worth less than its price: those who were there before bear the difference, as they do already
        sitting.move(debit=income, credit=shares, amount_minor=par - due, reason="buy_in_discount", where=entry.where)


def leave(sitting: Sitting, entry: Entry) -> None:
    """A member leaves, or has died: savings back by the constitution's rule, debts and fines set off first.

    What the box cannot pay today is owed, and paid out at a later meeting. A debt to the social fund must be repaid,
    or written off by vote, before: the savings lie in another box.
    """
    member = sitting.member(entry["member"], f"{entry.where}/member")
    if member is None:
        return
    if owed := social_debt(sitting.state_with_new_loans(), sitting.balances, member.id):
        sitting.refuse("exit_with_social_debt", entry.where, member=member.label, owed_minor=owed)
        return
    settled = settle_exit(
        member=member.id,
        group=_position(sitting),
        exit_value=sitting.state.constitution.exit_value,
        by=_weight(sitting),
    )
    if settled.still_owed_minor:
        sitting.refuse(
            "exit_with_debt", entry.where, rule="exit_value", member=member.label, owed_minor=settled.still_owed_minor
        )
        return
    _settle_exit(sitting, member.id, settled, entry.where)
    sitting.pay_owed(member.id, settled.payout_minor - settled.shortage_minor, reason="paid_out", where=entry.where)
    sitting.left[member.id] = entry["reason"]


def _settle_exit(sitting: Sitting, member: UUID, settled: ExitSettlement, where: str) -> None:
    owed, retained = AccountRef("payable", member), AccountRef("retained")

    def move(debit: AccountRef, credit: AccountRef, amount_minor: int, reason: str) -> None:
        sitting.move(debit=debit, credit=credit, amount_minor=amount_minor, reason=reason, where=where)

    for kind in ("shares", "compulsory_savings", "voluntary_savings"):
        move(AccountRef(kind, member), owed, sitting.balance(kind, member), "exit_savings")
    if settled.profit_part_minor > 0:
        move(retained, owed, settled.profit_part_minor, "exit_profit")
    else:
        move(owed, retained, -settled.profit_part_minor, "exit_loss")
    for debt in settled.debts:
        loan = UUID(str(debt.loan))
        move(owed, AccountRef("loan_interest", loan), debt.interest_set_off_minor, "set_off_interest")
        move(owed, AccountRef("loan_principal", loan), debt.principal_set_off_minor, "set_off_principal")
        sitting.changed.append(LoanChanged(loan, "repaid"))
    move(owed, AccountRef("fines", member), settled.fines_deducted_minor, "set_off_fine")
    # a fine that the savings could not pay goes with the member: it was never money
    due = sitting.balance("fines_due", member)
    move(AccountRef("fines_charged"), AccountRef("fines_due", member), due, "fine_cleared")


def pay_out(sitting: Sitting, entry: Entry) -> None:
    """Pay what is still owed to a member from a share-out, or to somebody who has left."""
    member = sitting.state.members.get(entry["member"])
    if member is None:
        sitting.refuse("not_a_member", f"{entry.where}/member", member=str(entry["member"]))
        return
    owed = sitting.balance("payable", member.id)
    if entry["amount"] > owed:
        sitting.refuse(
            "payable_above",
            f"{entry.where}/amount",
            member=member.label,
            balance_minor=owed,
            given_minor=entry["amount"],
        )
        return
    sitting.pay_owed(member.id, entry["amount"], reason="paid_out", where=entry.where)


def draw_pot(sitting: Sitting, entry: Entry) -> None:
    """In a rotating group one member takes all that was saved; each has the pot once in a round.

    Source: rotating savings and credit associations (Geertz, 1962).
    """
    member = sitting.member(entry["member"], f"{entry.where}/member")
    if member is None:
        return
    if sitting.state.constitution.share_out.kind != "rotating_pot":
        sitting.refuse("pot_not_used", entry.where, rule="share_out")
        return
    waiting = [m for m in sitting.state.members.values() if m.active and not m.has_drawn_pot]
    if member.has_drawn_pot and waiting:
        sitting.refuse(
            "pot_drawn", f"{entry.where}/member", rule="share_out", member=member.label, waiting=len(waiting)
        )
        return
    if not sitting.vote_carries(entry["vote"], entry.where):
        return
    savings = {
        ref: balance for ref, balance in sitting.balances.items() if ref.kind == "compulsory_savings" and balance
    }
    if sum(savings.values()) != entry["amount"]:
        sitting.refuse(
            "payout_disagrees",
            f"{entry.where}/amount",
            rule="share_out",
            member=member.label,
            expected_minor=sum(savings.values()),
            given_minor=entry["amount"],
        )
        return
    for ref, balance in savings.items():
        sitting.move(
            debit=ref,
            credit=AccountRef("payable", member.id),
            amount_minor=balance,
            reason="pot_drawn",
            where=entry.where,
        )
    sitting.pay_owed(member.id, entry["amount"], reason="paid_out", where=entry.where)
    sitting.drew_pot.append(member.id)
