"""The share-out: the cycle's money divided by the group's own rule, to the last unit."""

from __future__ import annotations

from uuid import UUID

from egenmakt.core.ledger.chart import CHART, AccountRef
from egenmakt.core.meetings.closing import RESULT_KINDS, Decisions, group_position, is_social
from egenmakt.core.meetings.document import Entry
from egenmakt.core.meetings.entries.loans import all_paid_now
from egenmakt.core.meetings.fields import Field
from egenmakt.core.meetings.sitting import LoanChanged, Sitting
from egenmakt.core.savings.share_out import close_share_out
from egenmakt.core.savings.share_out_result import ShareOut, ShareOutBlocked, ShareOutLine

SHARE_OUT = {
    "payouts": Field("payouts"),
    "decisions": Field("decisions", required=False, default={}),
    "claims": Field("decisions", required=False, default={}),
    "lots": Field("lots", required=False, default={}),
    "vote": Field("vote"),
}
RETAINED = AccountRef("retained")


def share_out(sitting: Sitting, entry: Entry) -> None:
    """Close the cycle: every claim paid, every debt decided, and what the members read out equal to the rule's."""
    if sitting.document.kind != "share_out" or sitting.share_out_done:
        sitting.refuse("share_out_misplaced", entry.where, rule="share_out")
        return
    if not sitting.vote_carries(entry["vote"], entry.where) or sitting.refusals:
        return
    if sitting.state.constitution.share_out.kind == "rotating_pot" and _undrawn(sitting):
        sitting.refuse("pot_undrawn", entry.where, rule="share_out", amount_minor=_undrawn(sitting))
        return
    result = _result(sitting, entry)
    if result is None or not _payouts_agree(sitting, entry, result):
        return
    # before the payouts, which may empty the box
    _to_social_fund(sitting, result.residue.to_social_fund_minor, entry.where)
    for line in result.lines:
        _settle(sitting, line, entry.where)
    _close_results(sitting, entry.where)
    sitting.share_out_done = True
    sitting.shared_out_minor = sum(line.claim_minor for line in result.lines)


def _undrawn(sitting: Sitting) -> int:
    """What the members of a rotating group have saved and nobody has drawn."""
    return sum(balance for ref, balance in sitting.balances.items() if ref.kind == "compulsory_savings")


def _result(sitting: Sitting, entry: Entry) -> ShareOut | None:
    rules = sitting.state.constitution
    group = group_position(
        state=sitting.state_with_new_loans(),
        balances=sitting.balances,
        paid=all_paid_now(sitting),
        on=sitting.held_on,
        decisions=Decisions(entry["decisions"], entry["claims"], entry["lots"]),
    )
    try:
        return close_share_out(
            rule=rules.share_out, residue_rule=rules.residue_rule, group=group, exit_value=rules.exit_value
        )
    except ShareOutBlocked as blocked:
        for block in blocked.blocks:
            sitting.refuse(
                "share_out_blocked",
                entry.where,
                rule="share_out",
                problem=_named(sitting, block.sentence),
                kind=block.code,
                amount_minor=block.amount_minor,
            )
        return None


def _named(sitting: Sitting, sentence: str) -> str:
    for member in sitting.state.members.values():
        sentence = sentence.replace(str(member.id), member.label)
    return sentence


def _payouts_agree(sitting: Sitting, entry: Entry, result: ShareOut) -> bool:
    """The payouts that were read aloud are those that the rule gives, for every member."""
    given: dict[UUID, int] = entry["payouts"]
    by_rule = {UUID(str(line.member)): line.paid_now_minor for line in result.lines}
    agree = True
    for member in given.keys() | by_rule.keys():
        expected = by_rule.get(member, 0)
        if given.get(member, 0) != expected:
            sitting.refuse(
                "payout_disagrees",
                f"{entry.where}/payouts/{member}",
                rule="share_out",
                member=sitting.label(member),
                expected_minor=expected,
                given_minor=given.get(member, 0),
            )
            agree = False
    return agree


def _settle(sitting: Sitting, line: ShareOutLine, where: str) -> None:
    """One member: savings and profit become what is owed to her; debts and fines come off; the rest is paid out."""
    member = UUID(str(line.member))
    owed = AccountRef("payable", member)

    def move(debit: AccountRef, credit: AccountRef, amount_minor: int, reason: str) -> None:
        sitting.move(debit=debit, credit=credit, amount_minor=amount_minor, reason=reason, where=where)

    if line.savings_back_minor:
        for kind in ("shares", "compulsory_savings"):
            move(AccountRef(kind, member), owed, sitting.balance(kind, member), "share_out_savings")
    move(AccountRef("voluntary_savings", member), owed, line.voluntary_back_minor, "share_out_savings")
    if line.profit_part_minor >= 0:
        move(RETAINED, owed, line.profit_part_minor, "share_out_profit")
    else:
        move(owed, RETAINED, min(-line.profit_part_minor, sitting.balance("payable", member)), "share_out_loss")
    for debt in line.debts:
        loan = UUID(str(debt.loan))
        principal = AccountRef("loan_principal", loan)
        move(owed, AccountRef("loan_interest", loan), debt.interest_set_off_minor, "set_off_interest")
        move(owed, principal, debt.principal_set_off_minor, "set_off_principal")
        move(AccountRef("loan_losses", loan), principal, debt.written_off_minor, "loan_written_off")
        if debt.written_off_minor:
            sitting.changed.append(LoanChanged(loan, "written_off", amount_minor=debt.written_off_minor))
        elif debt.left_minor == 0:
            sitting.changed.append(LoanChanged(loan, "repaid"))
    move(owed, AccountRef("fines", member), line.fines_deducted_minor, "set_off_fine")
    move(AccountRef("fines_charged"), AccountRef("fines_due", member), line.fines_deducted_minor, "fine_cleared")
    sitting.pay_owed(member, line.paid_now_minor, reason="share_out_paid", where=where)


def _to_social_fund(sitting: Sitting, amount_minor: int, where: str) -> None:
    """The units that could not be divided go to the social fund, where the constitution says so."""
    social_box = AccountRef("social_fund_box")
    from_box = min(amount_minor, sitting.balance("loan_fund_box"))
    for debit, credit, amount in (
        (RETAINED, AccountRef("social_fund"), amount_minor),
        (social_box, AccountRef("loan_fund_box"), from_box),
        (social_box, AccountRef("bank"), amount_minor - from_box),
    ):
        sitting.move(debit=debit, credit=credit, amount_minor=amount, reason="share_out_residue", where=where)


def _close_results(sitting: Sitting, where: str) -> None:
    """Income, expenses and losses of the cycle go into the retained profit, out of which the parts were paid.

    Interest on loans of the social fund goes to the social fund. A loan that runs on into the next cycle remembers
    how much of its interest has been taken up.
    """
    for ref in sorted(sitting.balances, key=lambda ref: (ref.kind, str(ref.owner))):
        balance = sitting.balances[ref]
        if ref.kind not in RESULT_KINDS or balance == 0:
            continue
        target = AccountRef("social_fund") if ref.owner and is_social(sitting.state, ref.owner) else RETAINED
        is_income = (CHART[ref.kind].side == "credit") == (balance > 0)
        sitting.move(
            debit=ref if is_income else target,
            credit=target if is_income else ref,
            amount_minor=abs(balance),
            reason="cycle_closed",
            where=where,
        )
    closed = {change.loan for change in sitting.changed if change.kind in ("repaid", "written_off")}
    for loan in sitting.state_with_new_loans().loans.values():
        if loan.borrower is not None and loan.id not in closed:
            sitting.changed.append(
                LoanChanged(
                    loan.id,
                    "carried_over",
                    interest_before_minor=loan.interest_before_minor - _taken_up(sitting, "loan_interest", loan.id),
                    fees_before_minor=loan.fees_before_minor - _taken_up(sitting, "loan_fees", loan.id),
                )
            )


def _taken_up(sitting: Sitting, kind: str, loan: UUID) -> int:
    """How much of a loan's interest or fees the closing of the cycle has taken up."""
    return sum(
        transfer.amount_minor
        for transfer in sitting.transfers
        if transfer.reason == "cycle_closed" and transfer.debit == AccountRef(kind, loan)
    )
