"""Work out a meeting: whether the group's rules allow it, and every transfer it makes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from egenmakt.core.ledger.chart import AccountRef
from egenmakt.core.ledger.transfers import Transfer
from egenmakt.core.meetings.closing import Decisions, group_position
from egenmakt.core.meetings.document import ClosingCount, MeetingDocument, Step
from egenmakt.core.meetings.entries.loans import all_paid_now
from egenmakt.core.meetings.entries.table import ENTRY_TYPES
from egenmakt.core.meetings.fields import BOXES
from egenmakt.core.meetings.refusals import MeetingRefused, Refusal
from egenmakt.core.meetings.sitting import BOX_WORDS, LoanChanged, LoanGranted, Sitting
from egenmakt.core.meetings.state import GroupState
from egenmakt.core.savings.share_out import simulate_share_out
from egenmakt.core.savings.share_out_result import ShareOut

# A difference in the social fund's box is the social fund's own; the loan fund's is income or loss of the cycle.
_DIFFERENCE = {
    "loan_fund_box": AccountRef("cash_difference"),
    "bank": AccountRef("cash_difference"),
    "social_fund_box": AccountRef("social_fund"),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an allowed meeting does."""

    transfers: tuple[Transfer, ...]
    balances: Mapping[AccountRef, int]
    granted: tuple[LoanGranted, ...]
    changed: tuple[LoanChanged, ...]
    left: Mapping[UUID, str]
    drew_pot: tuple[UUID, ...]
    attendance: Mapping[str, int]
    closes_cycle: bool
    shared_out_minor: int


def work_out(*, state: GroupState, document: MeetingDocument, today: date, amends: bool = False) -> Outcome:
    """Hold a meeting against the group's rules and turn it into transfers. It is accepted whole or refused whole.

    Args: state, the group as the meeting opens; document, the meeting; today, where it is received; amends, whether
    this replaces an old meeting, whose place in the chain is then taken as given.
    Returns: the outcome. Raises: MeetingRefused with every reason, each with its place, its numbers and its clause.
    """
    sitting = Sitting(state=state, document=document, balances=dict(state.balances))
    _check_place(sitting, today, amends)
    _check_roll_call(sitting)
    _open(sitting)
    _take_steps(sitting)
    _close(sitting)
    if (document.kind == "share_out") != sitting.share_out_done and not sitting.refusals:
        sitting.refuse("share_out_missing", "/kind", rule="share_out")
    if sitting.refusals:
        raise MeetingRefused(sitting.refusals)
    return Outcome(
        transfers=tuple(sitting.transfers),
        balances=sitting.balances,
        granted=tuple(sitting.granted.values()),
        changed=tuple(sitting.changed),
        left=sitting.left,
        drew_pot=tuple(sitting.drew_pot),
        attendance=Counter(state for _, state in document.roll_call),
        closes_cycle=sitting.share_out_done,
        shared_out_minor=sitting.shared_out_minor,
    )


@dataclass(frozen=True, slots=True)
class Preview:
    """A meeting as it stands before it is closed: what every account holds, and what would be refused."""

    balances: Mapping[AccountRef, int]
    refusals: tuple[Refusal, ...]
    transfers: tuple[Transfer, ...]

    def box(self, name: str) -> int:
        """What a box should hold when it is counted at the end, in minor units."""
        return self.balances.get(AccountRef(name), 0)


def preview(*, state: GroupState, document: MeetingDocument, today: date) -> Preview:
    """Work out a meeting that is still going on, without its closing counts and keys; nothing is raised."""
    sitting = _under_way(state, document, today)
    return Preview(sitting.balances, tuple(sitting.refusals), tuple(sitting.transfers))


def share_out_so_far(*, state: GroupState, document: MeetingDocument, today: date, decisions: Decisions) -> ShareOut:
    """The share-out with which a meeting that is still going on would close the cycle, after all that was done in it.

    Args: document, without its share-out. Raises: UnbalancedGroup, which would be a fault in the book.
    """
    sitting = _under_way(state, document, today)
    rules = state.constitution
    return simulate_share_out(
        rule=rules.share_out,
        residue_rule=rules.residue_rule,
        group=group_position(
            state=sitting.state_with_new_loans(),
            balances=sitting.balances,
            paid=all_paid_now(sitting),
            on=document.held_on,
            decisions=decisions,
        ),
        exit_value=rules.exit_value,
    )


def _under_way(state: GroupState, document: MeetingDocument, today: date) -> Sitting:
    sitting = Sitting(state=state, document=document, balances=dict(state.balances))
    _check_place(sitting, today, amends=False)
    _check_roll_call(sitting)
    _open(sitting)
    _take_steps(sitting)
    return sitting


def _check_place(sitting: Sitting, today: date, amends: bool) -> None:
    """The meeting's group, cycle, rules, number, date and place in the chain."""
    state, document = sitting.state, sitting.document
    if document.group != state.group_id:
        sitting.refuse("wrong_group", "/group")
    if document.cycle != state.cycle_id:
        sitting.refuse("wrong_cycle", "/cycle")
    if document.constitution != state.constitution_version:
        sitting.refuse(
            "wrong_constitution", "/constitution", given=document.constitution, current=state.constitution_version
        )
    elif document.rules != state.rules_hash:
        sitting.refuse("other_rules", "/rules", number=state.constitution_version)
    if document.held_on > today:
        sitting.refuse("in_the_future", "/held_on", held_on=document.held_on.isoformat(), today=today.isoformat())
    if document.held_on < state.cycle_starts_on:
        sitting.refuse(
            "before_the_cycle",
            "/held_on",
            held_on=document.held_on.isoformat(),
            starts_on=state.cycle_starts_on.isoformat(),
        )
    if state.cut_off_on is not None and document.held_on < state.cut_off_on:
        sitting.refuse(
            "before_the_cut_off",
            "/held_on",
            held_on=document.held_on.isoformat(),
            cut_off_on=state.cut_off_on.isoformat(),
        )
    if state.last_held_on is not None and document.held_on < state.last_held_on:
        sitting.refuse(
            "before_the_last",
            "/held_on",
            held_on=document.held_on.isoformat(),
            last_held_on=state.last_held_on.isoformat(),
        )
    if document.number != state.last_number + 1:
        sitting.refuse("wrong_number", "/number", given=document.number, next=state.last_number + 1)
    if document.previous != state.last_hash and not amends:
        sitting.refuse("wrong_previous", "/previous")


def _check_roll_call(sitting: Sitting) -> None:
    """Every active member once, and nobody else. A period from a paper book may have no roll call at all."""
    called: set[UUID] = set()
    for index, (id, _) in enumerate(sitting.document.roll_call):
        where = f"/roll_call/{index}/member"
        if id in called:
            sitting.refuse("member_twice", where, member=sitting.label(id))
        called.add(id)
        sitting.member(id, where)
    if sitting.document.source == "paper" and not called:
        return
    missing = sitting.state.members.keys() - called
    for member in sitting.state.members.values() if missing else ():
        if member.active and member.id in missing:
            sitting.refuse("member_missing", "/roll_call", member=member.label)


def _open(sitting: Sitting) -> None:
    """The boxes are counted against the ledger; a difference is a line of its own, and needs a reason."""
    counted: set[str] = set()
    for index, count in enumerate(sitting.document.opening):
        where = f"/opening/{index}"
        expected = sitting.balance(count.box)
        if count.box in counted:
            sitting.refuse("box_counted_twice", where, box=BOX_WORDS[count.box])
            continue
        counted.add(count.box)
        if count.expected_minor != expected:
            sitting.refuse(
                "expected_disagrees",
                f"{where}/expected",
                box=BOX_WORDS[count.box],
                expected_minor=expected,
                given_minor=count.expected_minor,
            )
        else:
            _difference(sitting, count.box, count.counted_minor, count.reason, where)
    _all_counted(sitting, counted, "/opening")


def _all_counted(sitting: Sitting, counted: set[str], where: str) -> None:
    if sitting.document.source == "paper":
        return
    for box in BOXES:
        if box not in counted and sitting.balance(box):
            sitting.refuse("box_not_counted", where, box=BOX_WORDS[box], expected_minor=sitting.balance(box))


def _difference(sitting: Sitting, box: str, counted: int, reason: str, where: str) -> None:
    difference = counted - sitting.balance(box)
    if difference == 0:
        return
    if not reason.strip():
        sitting.refuse(
            "difference_without_reason",
            where,
            box=BOX_WORDS[box],
            counted_minor=counted,
            expected_minor=sitting.balance(box),
            difference_minor=difference,
        )
        return
    more = difference > 0
    sitting.move(
        debit=AccountRef(box) if more else _DIFFERENCE[box],
        credit=_DIFFERENCE[box] if more else AccountRef(box),
        amount_minor=abs(difference),
        reason="cash_difference",
        where=where,
    )


def _take_steps(sitting: Sitting) -> None:
    order = (*sitting.state.constitution.meeting_steps, "share_out")
    _take_each(sitting, order)
    _check_fewest_shares(sitting)


def _check_fewest_shares(sitting: Sitting) -> None:
    """Who buys shares buys at least the fewest of the constitution; who cannot buy any today is not refused."""
    fewest = sitting.state.constitution.shares_min
    for member, bought in sitting.shares_bought.items():
        if bought < fewest and sitting.document.source == "meeting":
            sitting.refuse(
                "too_few_shares",
                "/steps",
                rule="shares_min",
                member=sitting.label(member),
                given=bought,
                least=fewest,
            )


def _take_each(sitting: Sitting, order: tuple[str, ...]) -> None:
    reached = -1
    seen: set[str] = set()
    for step in sitting.document.steps:
        if step.name not in order:
            sitting.refuse("step_unknown", step.where, rule="meeting_steps", step=step.name)
            continue
        if step.name in seen:
            sitting.refuse("step_twice", step.where, step=step.name)
            continue
        seen.add(step.name)
        if order.index(step.name) < reached:
            sitting.refuse(
                "step_out_of_order", step.where, rule="meeting_steps", step=step.name, order=", ".join(order[:-1])
            )
            continue
        reached = order.index(step.name)
        _take_step(sitting, step)


def _take_step(sitting: Sitting, step: Step) -> None:
    for entry in step.entries:
        kind = ENTRY_TYPES[entry.type]
        if kind.step != step.name:
            sitting.refuse("entry_in_wrong_step", entry.where, type=entry.type, step=step.name)
        else:
            kind.post(sitting, entry)


def _close(sitting: Sitting) -> None:
    """The boxes are counted by two members, who must find the same; the ledger must agree, or a reason be written."""
    closed: set[str] = set()
    # a meeting that is refused already has balances that mean nothing: do not blame the counters for them
    if sitting.refusals:
        return
    for index, closing in enumerate(sitting.document.closing):
        where = f"/closing/{index}"
        if closing.box in closed:
            sitting.refuse("box_counted_twice", where, box=BOX_WORDS[closing.box])
            continue
        closed.add(closing.box)
        amount = _agreed_count(sitting, closing, where)
        if amount is not None:
            _difference(sitting, closing.box, amount, closing.reason, where)
    _all_counted(sitting, closed, "/closing")


def _is_active(sitting: Sitting, id: UUID) -> bool:
    member = sitting.state.members.get(id)
    return member is not None and member.active


def _agreed_count(sitting: Sitting, closing: ClosingCount, where: str) -> int | None:
    """The amount that two counters found, each for themselves."""
    box, needed = BOX_WORDS[closing.box], sitting.state.constitution.counters_needed
    counters = [by for by, _ in closing.counts]
    if len(set(counters)) != len(counters):
        sitting.refuse("counter_counts_twice", f"{where}/counts", rule="counters_needed", box=box)
        return None
    # active when the meeting opened: who leaves the group today may still count
    strangers = [by for by in counters if not _is_active(sitting, by)]
    if strangers:
        for by in strangers:
            sitting.member(by, f"{where}/counts")
        return None
    away = [by for by in counters if by in sitting.document.away]
    if away:
        for by in away:
            sitting.refuse("counter_absent", f"{where}/counts", box=box, member=sitting.label(by))
        return None
    if sitting.document.source == "paper" and closing.counts:
        return closing.counts[-1][1]
    if len(counters) < needed:
        sitting.refuse(
            "too_few_counters", f"{where}/counts", rule="counters_needed", box=box, given=len(counters), needed=needed
        )
        return None
    amount, times = Counter(amount for _, amount in closing.counts).most_common(1)[0]
    if times < needed:
        sitting.refuse("counts_differ", f"{where}/counts", rule="counters_needed", box=box)
        return None
    return amount
