"""The group after a meeting: the state that the next meeting finds, without any database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

from egenmakt.core.meetings.document import MeetingDocument
from egenmakt.core.meetings.meeting import Outcome
from egenmakt.core.meetings.sitting import LoanChanged
from egenmakt.core.meetings.state import GroupState, LoanNote, LoanState, Member


def after(*, state: GroupState, document: MeetingDocument, outcome: Outcome) -> GroupState:
    """The group as the next meeting of the same cycle finds it.

    After a share-out the cycle is closed: use `next_cycle` before the next meeting.
    """
    loans = dict(state.loans)
    notes = dict(state.loan_notes)
    for granted in outcome.granted:
        notes[granted.id] = LoanNote(granted.member, granted.box)
        loans[granted.id] = LoanState(
            id=granted.id,
            borrower=granted.member,
            box=granted.box,
            schedule_json=granted.schedule.to_json() if granted.schedule else {},
            lent_minor=granted.lent_minor,
            granted_on=document.held_on,
            fees_before_minor=granted.fees_before_minor,
        )
    for change in outcome.changed:
        changed = _changed(loans[change.loan], change)
        if changed is None:
            del loans[change.loan]
        else:
            loans[change.loan] = changed
    return replace(
        state,
        members=_members(state, outcome),
        loans=loans,
        loan_notes=notes,
        balances=dict(outcome.balances),
        last_number=document.number,
        last_hash=document.hash,
        last_held_on=document.held_on,
        last_share_out_minor=outcome.shared_out_minor if outcome.closes_cycle else state.last_share_out_minor,
    )


def _changed(loan: LoanState, change: LoanChanged) -> LoanState | None:
    """The loan after a change; None when it is closed."""
    match change.kind:
        case "disbursed":
            return replace(
                loan,
                lent_minor=loan.lent_minor + change.amount_minor,
                fees_before_minor=loan.fees_before_minor + change.fees_before_minor,
            )
        case "rescheduled" if change.schedule is not None:
            return replace(
                loan,
                schedule_json=change.schedule.to_json(),
                lent_minor=change.amount_minor,
                interest_before_minor=change.interest_before_minor,
                fees_before_minor=change.fees_before_minor,
            )
        case "prepaid" | "rate_changed" if change.schedule is not None:
            return replace(loan, schedule_json=change.schedule.to_json())
        case "carried_over":
            return replace(
                loan,
                interest_before_minor=change.interest_before_minor,
                fees_before_minor=change.fees_before_minor,
            )
    return None


def _members(state: GroupState, outcome: Outcome) -> dict[UUID, Member]:
    round_is_over = outcome.closes_cycle
    return {
        id: replace(
            member,
            active=member.active and id not in outcome.left,
            has_drawn_pot=not round_is_over and (member.has_drawn_pot or id in outcome.drew_pot),
        )
        for id, member in state.members.items()
    }


def next_cycle(*, state: GroupState, id: UUID, starts_on: date, end_planned_on: date) -> GroupState:
    """The group in its next cycle, after the share-out of the last one."""
    return replace(
        state,
        cycle_id=id,
        cycle_number=state.cycle_number + 1,
        cycle_starts_on=starts_on,
        cycle_end_planned_on=end_planned_on,
    )
