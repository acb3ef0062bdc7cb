"""What a group decides about a loan on the way: paid back early, another rate, a new plan, or given up as lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from egenmakt.core.ledger.chart import AccountRef
from egenmakt.core.lending import changes
from egenmakt.core.lending.allocation import ORDERS
from egenmakt.core.lending.changes import CannotChange
from egenmakt.core.lending.parts import InvalidTerms
from egenmakt.core.lending.position import position
from egenmakt.core.lending.schedule import Change, NotASchedule, schedule
from egenmakt.core.meetings.document import Entry
from egenmakt.core.meetings.entries.loans import paid_now, take_payment, terms_of
from egenmakt.core.meetings.fields import Field
from egenmakt.core.meetings.sitting import LoanChanged, Sitting
from egenmakt.core.meetings.state import LoanState

PREPAYMENT = {"loan": Field("uuid"), "amount": Field("amount"), "effect": Field("effect"), "vote": Field("vote")}
RATE_CHANGE = {"loan": Field("uuid"), "rate_percent": Field("rate"), "on": Field("date"), "vote": Field("vote")}
WRITE_OFF = {"loan": Field("uuid"), "vote": Field("vote"), "words": Field("text")}
RESCHEDULE = {"loan": Field("uuid"), "terms": Field("terms"), "vote": Field("vote")}

Plan = TypeVar("Plan")


def prepay(sitting: Sitting, entry: Entry) -> None:
    """A borrower pays more than is due; the group votes whether the loan ends earlier or its instalments get lower."""
    loan = sitting.loan(entry["loan"], f"{entry.where}/loan")
    if loan is None or not sitting.vote_carries(entry["vote"], entry.where):
        return
    if not _may_change(sitting, loan, "prepaid", entry) or not _is_between(sitting, loan, entry):
        return
    changed = _worked_out(
        sitting,
        entry,
        lambda: changes.prepay(
            schedule=loan.schedule,
            paid=paid_now(sitting, loan),
            amount_minor=entry["amount"],
            on=sitting.held_on,
            effect=entry["effect"],
            order=ORDERS[sitting.state.constitution.allocation_order],
        ),
    )
    if changed and take_payment(sitting, loan.id, loan.box, changed.allocation, entry.where):
        sitting.changed.append(LoanChanged(loan.id, "prepaid", schedule=changed.schedule))


def _is_between(sitting: Sitting, loan: LoanState, entry: Entry) -> bool:
    """A prepayment is more than what is due and less than what repays the loan; both of these are repayments."""
    now = position(schedule=loan.schedule, paid=paid_now(sitting, loan), on=sitting.held_on)
    where, given = f"{entry.where}/amount", entry["amount"]
    if given <= now.due_minor:
        sitting.refuse("prepayment_below_due", where, given_minor=given, due_minor=now.due_minor)
        return False
    if given >= now.due_minor + now.outstanding_principal_minor - now.due_principal_minor:
        sitting.refuse("prepayment_repays_all", where, given_minor=given, debt_minor=now.settle_today_minor)
        return False
    return True


def change_rate(sitting: Sitting, entry: Entry) -> None:
    """The group votes for another rate of interest from a day on; instalments that are due by then stay."""
    loan = sitting.loan(entry["loan"], f"{entry.where}/loan")
    if loan is None or not sitting.vote_carries(entry["vote"], entry.where):
        return
    if not _may_change(sitting, loan, "rate_changed", entry):
        return
    ends_on = loan.schedule.rows[-1].nominal_due_on
    if not sitting.held_on <= entry["on"] < ends_on:
        sitting.refuse(
            "rate_outside_loan",
            f"{entry.where}/on",
            given=entry["on"].isoformat(),
            held_on=sitting.held_on.isoformat(),
            ends_on=ends_on.isoformat(),
        )
        return
    plan = _worked_out(
        sitting,
        entry,
        lambda: changes.change_rate(schedule=loan.schedule, on=entry["on"], rate_percent=entry["rate_percent"]),
    )
    if plan:
        sitting.changed.append(LoanChanged(loan.id, "rate_changed", schedule=plan))


def _may_change(sitting: Sitting, loan: LoanState, kind: str, entry: Entry) -> bool:
    """A meeting changes a plan in one way once, and not any more after it has replaced the whole plan."""
    made = {change.kind for change in sitting.changed if change.loan == loan.id}
    if made & {kind, "rescheduled"}:
        sitting.refuse("loan_changed_twice", f"{entry.where}/loan")
        return False
    return True


def _worked_out(sitting: Sitting, entry: Entry, make: Callable[[], Plan]) -> Plan | None:
    try:
        return make()
    except (CannotChange, InvalidTerms, NotASchedule) as error:
        sitting.refuse("loan_terms", entry.where, problem=str(error))
        return None


def write_off(sitting: Sitting, entry: Entry) -> None:
    """The group votes that what is left of a loan will not be repaid; the loss is the loan fund's."""
    loan = sitting.loan(entry["loan"], f"{entry.where}/loan")
    if loan is None or not sitting.vote_carries(entry["vote"], entry.where):
        return
    lost = sitting.balance("loan_principal", loan.id)
    is_social = loan.box == "social_fund_box"
    sitting.move(
        debit=AccountRef("social_fund") if is_social else AccountRef("loan_losses", loan.id),
        credit=AccountRef("loan_principal", loan.id),
        amount_minor=lost,
        reason="loan_written_off",
        where=entry.where,
    )
    sitting.changed.append(LoanChanged(loan.id, "written_off", amount_minor=lost))


def reschedule(sitting: Sitting, entry: Entry) -> None:
    """The group votes for a new plan for what is left of a loan; no money moves."""
    loan = sitting.loan(entry["loan"], f"{entry.where}/loan")
    terms = terms_of(sitting, entry)
    if loan is None or terms is None or not sitting.vote_carries(entry["vote"], entry.where):
        return
    if not _may_change(sitting, loan, "rescheduled", entry):
        return
    left = sitting.balance("loan_principal", loan.id)
    if terms.principal_minor != left:
        sitting.refuse(
            "loan_terms",
            f"{entry.where}/terms/principal_minor",
            problem=f"the new plan must be for what is left of the loan, {left} minor units",
        )
        return
    sitting.changed.append(
        LoanChanged(
            loan.id,
            "rescheduled",
            # portfolio at risk counts a rescheduled loan whatever its days past due
            schedule=replace(schedule(terms), history=(Change("rescheduled", sitting.held_on, "by vote"),)),
            amount_minor=left,
            interest_before_minor=sitting.balance("loan_interest", loan.id),
            fees_before_minor=sitting.balance("loan_fees", loan.id),
        )
    )
