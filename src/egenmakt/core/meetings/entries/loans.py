"""Loans inside the group: decided by vote, paid out of the box, repaid in the order the group chose."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from egenmakt.core.ledger.chart import AccountRef
from egenmakt.core.lending.allocation import ORDERS, Allocation, allocate
from egenmakt.core.lending.position import Paid, position
from egenmakt.core.lending.schedule import Schedule, schedule
from egenmakt.core.lending.terms import InvalidTerms, LoanTerms
from egenmakt.core.meetings.document import Entry
from egenmakt.core.meetings.fields import Field
from egenmakt.core.meetings.sitting import LoanChanged, LoanGranted, Sitting
from egenmakt.core.meetings.state import LoanState, Member, paid_by

LOAN = {
    "id": Field("uuid"),
    "member": Field("uuid"),
    "terms": Field("terms"),
    "guarantors": Field("uuids", required=False, default=()),
    "vote": Field("vote"),
    "box": Field("loan_box", required=False, default="loan_fund_box"),
}
DISBURSEMENT = {"loan": Field("uuid"), "amount": Field("amount")}
REPAYMENT = {
    "loan": Field("uuid"),
    "amount": Field("amount"),
    "principal": Field("balance", required=False),
    "interest": Field("balance", required=False),
    "fee": Field("balance", required=False),
}


def lend(sitting: Sitting, entry: Entry) -> None:
    """A member gets a loan that the members voted for, within the limits of the constitution and of the box."""
    member = sitting.member(entry["member"], f"{entry.where}/member")
    terms = terms_of(sitting, entry)
    if member is None or terms is None:
        return
    if not sitting.is_new_loan(entry["id"], f"{entry.where}/id"):
        return
    if terms.disbursed_on != sitting.held_on:
        sitting.refuse(
            "loan_date",
            f"{entry.where}/terms/disbursed_on",
            given=terms.disbursed_on.isoformat(),
            held_on=sitting.held_on.isoformat(),
        )
        return
    before = len(sitting.refusals)
    _check_box(sitting, entry)
    _check_limits(sitting, entry, member, terms)
    _check_guarantors(sitting, entry, member)
    sitting.vote_carries(entry["vote"], entry.where)
    if len(sitting.refusals) > before:
        return
    plan = schedule(terms)
    today = sum(tranche.amount_minor for tranche in terms.disbursements if tranche.on <= sitting.held_on)
    if _pay_out(sitting, entry["id"], entry["box"], today, entry.where):
        withheld = _withhold(sitting, entry["id"], entry["box"], plan, (0, today), entry.where)
        sitting.granted[entry["id"]] = LoanGranted(
            id=entry["id"],
            member=member.id,
            box=entry["box"],
            principal_minor=terms.principal_minor,
            lent_minor=today,
            fees_before_minor=withheld,
            schedule=plan,
            guarantors=tuple(entry["guarantors"]),
        )


def terms_of(sitting: Sitting, entry: Entry) -> LoanTerms | None:
    """The terms of an entry, in the group's own currency; others are refused."""
    try:
        terms = LoanTerms.from_json(entry["terms"])
    except InvalidTerms as error:
        sitting.refuse("loan_terms", f"{entry.where}/terms", problem=str(error))
        return None
    if terms.currency != sitting.state.currency:
        sitting.refuse(
            "loan_currency", f"{entry.where}/terms/currency", given=terms.currency, currency=sitting.state.currency
        )
        return None
    return terms


def _check_box(sitting: Sitting, entry: Entry) -> None:
    if entry["box"] == "social_fund_box" and not sitting.state.constitution.social_fund_may_lend:
        sitting.refuse("social_fund_may_not_lend", f"{entry.where}/box", rule="social_fund_may_lend")


def _check_limits(sitting: Sitting, entry: Entry, member: Member, terms: LoanTerms) -> None:
    """The loan against the member's savings, the most that is lent, and the longest term."""
    rules, asked = sitting.state.constitution, terms.principal_minor
    where = f"{entry.where}/terms/principal_minor"
    if rules.loan_max_minor is not None and asked > rules.loan_max_minor:
        sitting.refuse(
            "loan_above_most", where, rule="loan_max_minor", given_minor=asked, limit_minor=rules.loan_max_minor
        )
    if rules.loan_multiple is not None:
        savings, owed = sitting.own_savings(member.id), _owed(sitting, member.id)
        limit = int(Decimal(rules.loan_multiple) * savings) - owed
        if asked > limit:
            sitting.refuse(
                "loan_above_multiple",
                where,
                rule="loan_multiple",
                member=member.label,
                given_minor=asked,
                limit_minor=max(0, limit),
                multiple=str(rules.loan_multiple),
                savings_minor=savings,
                owed_minor=owed,
            )
    if rules.loan_instalments_max is not None and terms.instalments > rules.loan_instalments_max:
        sitting.refuse(
            "too_many_instalments",
            f"{entry.where}/terms/instalments",
            rule="loan_instalments_max",
            given=terms.instalments,
            most=rules.loan_instalments_max,
        )


def _owed(sitting: Sitting, member: UUID) -> int:
    old = sum(sitting.balance("loan_principal", loan.id) for loan in sitting.owed_by(member))
    new = sum(sitting.balance("loan_principal", g.id) for g in sitting.granted.values() if g.member == member)
    return old + new


def _check_guarantors(sitting: Sitting, entry: Entry, member: Member) -> None:
    guarantors, needed = set(entry["guarantors"]), sitting.state.constitution.guarantors_needed
    where = f"{entry.where}/guarantors"
    if member.id in guarantors:
        sitting.refuse("guarantor_is_borrower", where, rule="guarantors_needed", member=member.label)
    for guarantor in guarantors - {member.id}:
        sitting.member(guarantor, where)
    if len(guarantors - {member.id}) < needed:
        sitting.refuse("too_few_guarantors", where, rule="guarantors_needed", given=len(guarantors), needed=needed)


def _pay_out(sitting: Sitting, loan: UUID, box: str, amount_minor: int, where: str) -> bool:
    return sitting.move(
        debit=AccountRef("loan_principal", loan),
        credit=AccountRef(box),
        amount_minor=amount_minor,
        reason="loan_disbursed",
        where=where,
    )


def _withhold(sitting: Sitting, loan: UUID, box: str, plan: Schedule, paid_out: tuple[int, int], where: str) -> int:
    """Keep back the fees of the tranches that are begun now, whether they are paid out on their day or on another.

    Args: what had been paid out of the loan before and after this payment, in minor units. Returns: how much.
    """
    before, after = (_days_begun(plan, amount) for amount in paid_out)
    fee = sum(fee.amount_minor for fee in plan.disbursement_fees if fee.on in after - before)
    take_payment(
        sitting,
        loan,
        box,
        Allocation(principal_minor=0, interest_minor=0, fee_minor=fee, left_over_minor=0),
        where,
    )
    return fee


def _days_begun(plan: Schedule, paid_out_minor: int) -> set[date]:
    """The planned days of the tranches of which something has been paid out."""
    days, begins = set(), 0
    for tranche in plan.terms.disbursements:
        if begins < paid_out_minor:
            days.add(tranche.on)
        begins += tranche.amount_minor
    return days


def disburse(sitting: Sitting, entry: Entry) -> None:
    """A further part of a loan that was agreed earlier is paid out."""
    loan = sitting.loan(entry["loan"], f"{entry.where}/loan")
    if loan is None:
        return
    already = loan.lent_minor + sum(
        change.amount_minor for change in sitting.changed if change.loan == loan.id and change.kind == "disbursed"
    )
    left = loan.schedule.terms.principal_minor - already
    if entry["amount"] > left:
        sitting.refuse("loan_disbursed_beyond", f"{entry.where}/amount", given_minor=entry["amount"], left_minor=left)
    elif _pay_out(sitting, loan.id, loan.box, entry["amount"], entry.where):
        paid_out = (already, already + entry["amount"])
        fee = _withhold(sitting, loan.id, loan.box, loan.schedule, paid_out, entry.where)
        _note_disbursed(sitting, loan.id, entry["amount"], fee)


def _note_disbursed(sitting: Sitting, loan: UUID, amount_minor: int, fee_minor: int) -> None:
    """One change for each loan and meeting, though the tranche is handed over in several parts."""
    for change in [each for each in sitting.changed if each.loan == loan and each.kind == "disbursed"]:
        sitting.changed.remove(change)
        amount_minor, fee_minor = amount_minor + change.amount_minor, fee_minor + change.fees_before_minor
    sitting.changed.append(LoanChanged(loan, "disbursed", amount_minor=amount_minor, fees_before_minor=fee_minor))


def repay(sitting: Sitting, entry: Entry) -> None:
    """A borrower repays. The money is divided by the group's order, or as the borrower and the group agreed."""
    loan = sitting.loan(entry["loan"], f"{entry.where}/loan", even_repaid=True)
    if loan is None:
        return
    if entry["principal"] is None and entry["interest"] is None and entry["fee"] is None:
        parts = _by_order(sitting, loan, entry)
    else:
        parts = _as_agreed(sitting, loan, entry)
    if parts is not None and take_payment(sitting, loan.id, loan.box, parts, entry.where):
        _note_if_repaid(sitting, loan, parts)


def paid_now(sitting: Sitting, loan: LoanState) -> Paid:
    """What has been paid so far under the loan's present schedule, this meeting included."""
    tranches = [change for change in sitting.changed if change.loan == loan.id and change.kind == "disbursed"]
    return paid_by(
        loan,
        sitting.balances,
        lent_now=sum(change.amount_minor for change in tranches),
        withheld_now=sum(change.fees_before_minor for change in tranches),
    )


def all_paid_now(sitting: Sitting) -> dict[UUID, Paid]:
    """What has been paid on every open loan to a member, those granted at this meeting included."""
    loans = sitting.state_with_new_loans().loans.values()
    return {loan.id: paid_now(sitting, loan) for loan in loans if loan.borrower is not None}


def _by_order(sitting: Sitting, loan: LoanState, entry: Entry) -> Allocation | None:
    parts = allocate(
        schedule=loan.schedule,
        paid=paid_now(sitting, loan),
        amount_minor=entry["amount"],
        on=sitting.held_on,
        order=ORDERS[sitting.state.constitution.allocation_order],
    )
    if parts.left_over_minor:
        _refuse_above_debt(sitting, entry, entry["amount"] - parts.left_over_minor)
        return None
    return parts


def _refuse_above_debt(sitting: Sitting, entry: Entry, debt_minor: int) -> None:
    sitting.refuse(
        "repayment_above_debt",
        f"{entry.where}/amount",
        given_minor=entry["amount"],
        debt_minor=debt_minor,
        left_over_minor=entry["amount"] - debt_minor,
    )


def _as_agreed(sitting: Sitting, loan: LoanState, entry: Entry) -> Allocation | None:
    principal, interest, fee = (entry[name] or 0 for name in ("principal", "interest", "fee"))
    if principal + interest + fee != entry["amount"]:
        sitting.refuse(
            "parts_disagree", entry.where, parts_minor=principal + interest + fee, given_minor=entry["amount"]
        )
        return None
    debt = sitting.balance("loan_principal", loan.id)
    if principal > debt:
        sitting.refuse("principal_above_debt", f"{entry.where}/principal", given_minor=principal, debt_minor=debt)
        return None
    settles = position(schedule=loan.schedule, paid=paid_now(sitting, loan), on=sitting.held_on).settle_today_minor
    # a paper book says what was taken, whatever should have been
    if entry["amount"] > settles and sitting.document.source == "meeting":
        _refuse_above_debt(sitting, entry, settles)
        return None
    return Allocation(principal_minor=principal, interest_minor=interest, fee_minor=fee, left_over_minor=0)


def take_payment(sitting: Sitting, loan: UUID, box: str, parts: Allocation, where: str) -> bool:
    """Principal, interest and fee go into the box the loan came from, each in a transfer of its own."""
    legs = (
        ("loan_principal", parts.principal_minor, "repayment_principal"),
        ("loan_interest", parts.interest_minor, "repayment_interest"),
        ("loan_fees", parts.fee_minor, "repayment_fee"),
    )
    return all(
        sitting.move(
            debit=AccountRef(box), credit=AccountRef(kind, loan), amount_minor=amount, reason=reason, where=where
        )
        for kind, amount, reason in legs
    )


def _note_if_repaid(sitting: Sitting, loan: LoanState, parts: Allocation) -> None:
    if sitting.balance("loan_principal", loan.id):
        return
    paid = replace(paid_now(sitting, loan), principal_repaid_on=sitting.held_on)
    now = position(schedule=loan.schedule, paid=paid, on=sitting.held_on)
    if parts.repays_all or now.is_repaid:
        sitting.changed.append(LoanChanged(loan.id, "repaid"))
