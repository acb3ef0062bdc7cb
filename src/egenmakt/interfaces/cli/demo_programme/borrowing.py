"""Repayments, new loans, and loans that will not be repaid as agreed."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from egenmakt.core.meetings.state import LoanState
from egenmakt.core.savings.loan_limits import largest_loan_minor
from egenmakt.interfaces.cli.demo_programme.takings import HERE, Entry, Takings, has_begun_to_pay, rounded

QUIET_MEETINGS: Final = 3
"""A new group saves a few times before it lends."""
ENDLESS: Final = ("no_share_out", "permanent_fund")
"""Rules under which the fund goes on, so that a loan need not be repaid before a cycle ends."""


def repayments(day: Takings) -> None:
    """What borrowers bring, according to their ways."""
    for loan in _open_loans(day):
        amount = _repaid_today(day, loan)
        if amount:
            day.put(loan.box, amount, {"type": "repayment", "loan": str(loan.id), "amount": amount})


def _open_loans(day: Takings) -> list[LoanState]:
    loans = [loan for loan in day.state.loans.values() if loan.borrower is not None]
    return sorted(loans, key=lambda loan: (loan.granted_on, str(loan.id)))


def _repaid_today(day: Takings, loan: LoanState) -> int:
    assert loan.borrower is not None
    now, ways = day.position_of(loan), day.group.ways[loan.borrower]
    luck, is_here = day.draw.random(), day.roll_call.get(loan.borrower) in HERE
    if ways.pays == "stops":
        return 0 if has_begun_to_pay(day.state, loan) or len(loan.schedule.rows) == 1 else now.due_minor
    if not is_here and luck < 0.7:
        return 0
    if ways.pays == "late":
        return now.due_minor if luck < 0.35 else now.due_minor // 2 if luck < 0.55 else 0
    if luck < 0.02 and now.next_due_on is not None:
        return now.settle_today_minor
    return now.due_minor if luck < 0.97 else 0


def loans(day: Takings) -> None:
    """What is in the box is lent, to those who have waited longest and may borrow; not shortly before a share-out."""
    if not day.can_decide:
        return
    _bad_loans(day)
    if day.place < QUIET_MEETINGS and day.state.last_number < QUIET_MEETINGS + 2:
        return
    if (day.state.cycle_end_planned_on - day.on).days < 60 and day.state.constitution.share_out.kind not in ENDLESS:
        return
    owing = {loan.borrower for loan in day.state.loans.values()}
    early = day.place < len(day.group.plan.meets_on) * 2 // 5
    waiting = [
        id
        for id in day.here
        # who will not pay has saved for a while first, so that others trust her
        if id not in owing and id != day.leaver and not (early and day.group.ways[id].pays == "stops")
    ]
    waiting.sort(key=lambda id: (day.group.ways[id].pays != "stops", day.draw.random()))
    for id in waiting[: 1 if day.state.constitution.meeting_every == "week" else 3]:
        _lend(day, id)
    if day.group.tells("social_loans") and day.draw.random() < 0.1 and len(waiting) > 3:
        _lend(day, waiting[-1], box="social_fund_box")


def _lend(day: Takings, id: UUID, box: str = "loan_fund_box") -> None:
    rules = day.state.constitution
    saved = sum(day.state.balance(kind, id) for kind in ("shares", "compulsory_savings", "voluntary_savings"))
    saved -= day.withdrawn.get(id, 0)
    limit = largest_loan_minor(constitution=rules, own_savings_minor=max(0, saved), owed_minor=0)
    stops = day.group.ways[id].pays == "stops"
    part = 100 if stops else day.draw.randint(25, 85)
    wanted = (limit if limit is not None else 4 * saved) * part // 100
    if box == "social_fund_box":
        wanted = wanted // 4
    step = max(1, day.group.unit_minor)
    amount = rounded(min(wanted, day.boxes[box] * 9 // 10), step)
    if amount < 2 * step:
        return
    entry = {
        "type": "loan",
        "id": str(day.group.id(day.on, "loan", day.place, id)),
        "member": str(id),
        "terms": _terms(day, amount),
        "guarantors": [str(other) for other in day.here if other != id][: rules.guarantors_needed],
        "vote": day.vote(),
        "box": box,
    }
    day.put(box, -amount, entry)


def _terms(day: Takings, amount: int) -> Entry:
    rules = day.state.constitution
    instalments = min(rules.loan_instalments_max, day.draw.choice((2, 3, 3, 4, 6, 10)))
    left = (day.state.cycle_end_planned_on - day.on).days // 31
    if rules.share_out.kind not in ENDLESS:
        instalments = max(1, min(instalments, left))
    return {
        "currency": day.state.currency,
        "principal_minor": amount,
        "disbursed_on": day.on.isoformat(),
        **rules.loan_terms_default,
        "instalments": instalments,
    }


def _bad_loans(day: Takings) -> None:
    """A new plan for somebody who is behind; and, when nothing has come for three months, the loss is voted."""
    if not (day.group.tells("written_off") or day.group.tells("new_plan")):
        return
    for loan in _open_loans(day):
        now = day.position_of(loan)
        repaid = any(entry.get("loan") == str(loan.id) for entry in day.entries)
        if repaid or now.outstanding_principal_minor == 0:
            continue
        if day.group.tells("written_off") and now.days_past_due > 90:
            words = "Moved away; nobody knows where"
            day.put(loan.box, 0, {"type": "write_off", "loan": str(loan.id), "vote": day.vote(), "words": words})
        elif (
            day.group.tells("new_plan")
            and 30 < now.days_past_due <= 60
            and loan.borrower
            and day.group.ways[loan.borrower].pays == "late"
        ):
            terms = {
                **_terms(day, now.outstanding_principal_minor),
                "carried_interest_minor": now.due_interest_minor,
                "carried_fee_minor": now.due_fee_minor,
            }
            terms.pop("fees", None)
            day.put(loan.box, 0, {"type": "reschedule", "loan": str(loan.id), "terms": terms, "vote": day.vote()})
