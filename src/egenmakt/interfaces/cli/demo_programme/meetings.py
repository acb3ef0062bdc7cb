"""Letting a group meet: documents written as the phone writes them, and sent through the service that takes them in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from egenmakt.apps.access.models import User
from egenmakt.apps.groups.services.arriving import Receipt
from egenmakt.apps.groups.services.meetings import receive_meeting
from egenmakt.apps.groups.services.setup import adopt_constitution, start_cycle
from egenmakt.apps.groups.state import state_now
from egenmakt.core.ledger.chain import canonical
from egenmakt.core.meetings.closing import Decisions, if_closed_today
from egenmakt.core.meetings.draft import add_entries, close_document, expected_boxes, open_document
from egenmakt.core.meetings.fields import Vote
from egenmakt.core.meetings.state import GroupState
from egenmakt.core.savings.positions import Decision
from egenmakt.interfaces.cli.demo_programme.forming import LOCKING, GroupAtWork, instant, join
from egenmakt.interfaces.cli.demo_programme.plans import add_months
from egenmakt.interfaces.cli.demo_programme.steps import take
from egenmakt.interfaces.cli.demo_programme.takings import Takings, call_roll

Document = dict[str, Any]

SHORT: Final = ("Change was given wrongly", "A note was torn", "Not found; we counted three times")
OVER: Final = ("Somebody paid twice and had left", "Found under the cloth of the box")


class NotAsPlanned(RuntimeError):
    """A meeting that the programme made was not accepted: a fault in the programme, not in the data of anybody."""


def state_of(group: GroupAtWork, on: date) -> GroupState:
    """The group as a meeting on a day finds it."""
    group.row.refresh_from_db()
    return state_now(group=group.row, on=on)


def write_meeting(group: GroupAtWork, place: int, *, version: str = "") -> Document:
    """The document of the planned meeting at a place (from 0).

    Args: version, another word gives what a second phone would have written about the same meeting.
    """
    on = group.plan.meets_on[place]
    changed = _members_change(group, place) if not version else None
    state = state_of(group, on)
    draw = group.random("meeting", place, version)
    takings = Takings(
        group=group,
        state=state,
        on=on,
        place=place,
        draw=draw,
        roll_call=call_roll(group, state, place, draw),
        newcomers=(changed,) if changed else (),
        leaver=_leaver(group, state, place),
    )
    for id in takings.newcomers:
        takings.roll_call[id] = "present"
    is_paper = group.tells("paper") and place < len(group.plan.meets_on) // 4
    draft = open_document(
        state=state,
        id=group.id(on, "meeting", place, version),
        held_on=on,
        roll_call=takings.roll_call,
        source="paper" if is_paper else "meeting",
    )
    return count_and_lock(group, add_entries(draft, take(takings), state=state), state, takings.here)


def count_and_lock(
    group: GroupAtWork, draft: Document, state: GroupState, here: Sequence[UUID], *, is_exact: bool = False
) -> Document:
    """Count the boxes, now and then with a difference that has its reason, and lock the document with three keys."""
    held_on = date.fromisoformat(draft["held_on"])
    boxes = expected_boxes(draft, state=state, today=held_on)
    draw = group.random("count", draft["id"])
    reasons: dict[str, str] = {}
    if not is_exact and draw.random() < 0.03 and boxes.get("loan_fund_box", 0) > group.unit_minor:
        off = max(1, group.unit_minor * draw.randint(1, 10) // 20)
        is_short = draw.random() < 0.7
        boxes["loan_fund_box"] += -off if is_short else off
        reasons["loan_fund_box"] = draw.choice(SHORT if is_short else OVER)
    counters = [id for id in group.counters if id in here][:2]
    keys = {} if draft["source"] == "paper" else {id: group.keys[id] for id in _locking(group)}
    return close_document(draft, boxes=boxes, counters=counters, keys=keys, reasons=reasons)


def _locking(group: GroupAtWork) -> tuple[UUID, ...]:
    """Two of the committee and one from outside, who always come."""
    return group.members[0], group.members[2], group.members[LOCKING - 2]


def send(group: GroupAtWork, document: Mapping[str, Any], *, by: User | None = None, hour: int = 15) -> Receipt:
    """Send a document as the phone does, on the day of the meeting; a paper book is brought in by the office."""
    sender = by or (group.branch.officer if document["source"] == "paper" else group.by)
    on = date.fromisoformat(document["held_on"])
    return receive_meeting(content=canonical(dict(document)), by=sender, at=instant(on, hour))


def meet(group: GroupAtWork, place: int) -> Document:
    """Hold a planned meeting, which must be accepted. Raises: NotAsPlanned."""
    document = write_meeting(group, place)
    must_be_accepted(group, send(group, document), place)
    return document


def must_be_accepted(group: GroupAtWork, receipt: Receipt, place: int) -> None:
    """Raises: NotAsPlanned, with everything that the service found."""
    if receipt.status != "accepted":
        raise NotAsPlanned(
            f"Group {group.plan.index} ({group.plan.recipe}), meeting {place}: {receipt.status} {receipt.findings}"
        )


def _members_change(group: GroupAtWork, place: int) -> UUID | None:
    """In the middle of the time somebody joins, where people and shares are what a group is made of."""
    plan = group.plan
    due = group.tells("members_change") and place == len(plan.meets_on) // 2
    if not due or plan.member_groups or plan.rules.savings_form != "shares":
        return None
    return join(group, on=plan.meets_on[place])[0]


def _leaver(group: GroupAtWork, state: GroupState, place: int) -> UUID | None:
    """Two thirds through somebody leaves who owes nothing and holds no office."""
    if not group.tells("members_change") or place != len(group.plan.meets_on) * 2 // 3:
        return None
    owing = {loan.borrower for loan in state.loans.values()}
    free = [id for id in group.members[LOCKING + 2 :] if id not in owing and state.members[id].active]
    return free[0] if free else None


def change_rules(group: GroupAtWork, on: date) -> None:
    """The members vote for one more guarantor and a larger table, which the rules allow in mid-cycle."""
    document: Document = group.plan.rules.to_json()
    needed = group.plan.rules.guarantors_needed + 1
    document["guarantors_needed"] = needed
    document["clauses"] = [
        {"number": clause.number, "rule": clause.rule, "words": clause.words}
        for clause in group.plan.rules.clauses
        if clause.rule != "guarantors_needed"
    ] + [{"number": "A1", "rule": "guarantors_needed", "words": f"A loan needs {needed} guarantors."}]
    adopt_constitution(
        id=group.id(on, "rules", 2),
        group=group.row,
        rules=document,
        adopted_on=on,
        vote=Vote(group.plan.members - 3, 2, 1),
        by=group.by,
        at=instant(on, 8),
    )


def share_out(group: GroupAtWork, on: date) -> None:
    """Close the cycle in a share-out meeting, with a decision about every debt, and begin the next one."""
    state = state_of(group, on)
    roll_call = {id: "present" for id, member in state.members.items() if member.active}
    decisions = _decided(group, state, on)
    result = if_closed_today(state=state, on=on, decisions=decisions)
    draft = open_document(state=state, id=group.id(on, "share-out"), held_on=on, roll_call=roll_call, kind="share_out")
    entry = {
        "type": "share_out",
        "payouts": {str(line.member): line.paid_now_minor for line in result.lines},
        "decisions": {str(loan): decision for loan, decision in decisions.debts.items()},
        "claims": {str(member): decision for member, decision in decisions.claims.items()},
        "lots": {str(member): lot for member, lot in decisions.lots.items()},
        "vote": {"for": len(roll_call) - 1, "against": 0, "abstained": 1},
    }
    document = count_and_lock(group, add_entries(draft, [entry], state=state), state, list(roll_call), is_exact=True)
    must_be_accepted(group, send(group, document, hour=17), -1)
    start_cycle(
        id=group.id(on, "cycle", state.cycle_number + 1),
        group=group.row,
        starts_on=on,
        end_planned_on=add_months(on, group.plan.rules.cycle_months) + timedelta(days=3),
        by=group.by,
        at=instant(on, 18),
    )


def _decided(group: GroupAtWork, state: GroupState, on: date) -> Decisions:
    """What the members decide: late payers carry their debt over, what will never come is written off."""
    debts: dict[UUID, Decision] = {}
    claims: dict[UUID, Decision] = {}
    lots: dict[UUID, int] = {}
    for block in if_closed_today(state=state, on=on).blocks:
        member, loan = (UUID(str(key)) if key else None for key in (block.member, block.loan))
        if block.code == "undecided_debt" and member and loan:
            debts[loan] = "write_off" if group.ways[member].pays == "stops" else "carry_over"
        elif block.code == "undecided_claim" and member:
            claims[member] = "write_off"
        elif block.code == "lot_not_drawn":
            lots = {id: place for place, id in enumerate(state.members, start=1)}
    return Decisions(debts, claims, lots)
