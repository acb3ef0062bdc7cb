"""What a group does at one ordinary meeting: who comes, saves, repays, borrows, and what else happens."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any, Final
from uuid import UUID

from egenmakt.core.lending.position import LoanPosition, position
from egenmakt.core.meetings.closing import group_position, paid_of
from egenmakt.core.meetings.state import GroupState, LoanState
from egenmakt.core.savings.exit import entry_price
from egenmakt.core.savings.loan_limits import largest_loan_minor
from egenmakt.interfaces.cli.demo_programme.forming import GroupAtWork

QUIET_MEETINGS: Final = 3
"""A new group saves a few times before it lends."""
SHARES_MOST: Final = 5
HERE: Final = ("present", "late")
LENDER: Final = "Demo: Village Bank (invented)"

Entry = dict[str, Any]


@dataclass
class Takings:
    """One meeting while it goes on: the roll call, the entries so far, and the money that should be in the boxes."""

    group: GroupAtWork
    state: GroupState
    on: date
    place: int
    """The meeting's place among the group's planned ones, from 0."""
    draw: Random
    roll_call: dict[UUID, str]
    entries: list[Entry] = field(default_factory=list)
    boxes: dict[str, int] = field(default_factory=dict)
    withdrawn: dict[UUID, int] = field(default_factory=dict)
    newcomers: tuple[UUID, ...] = ()
    leaver: UUID | None = None

    def __post_init__(self) -> None:
        self.boxes = {box: self.state.balance(box) for box in ("loan_fund_box", "social_fund_box", "bank")}

    def put(self, box: str, amount_minor: int, entry: Entry) -> None:
        """Write an entry and move the money that it moves, in or (below zero) out."""
        self.boxes[box] += amount_minor
        self.entries.append(entry)

    @property
    def here(self) -> list[UUID]:
        """Who is at the meeting."""
        return [id for id, mark in self.roll_call.items() if mark in HERE]

    @property
    def can_decide(self) -> bool:
        """Whether enough members are here."""
        rules = self.state.constitution
        return len(self.here) * rules.quorum_denominator >= len(self.roll_call) * rules.quorum_numerator

    def vote(self) -> Entry:
        """A vote that carries, nearly always not by all."""
        against = self.draw.choice((0, 0, 0, 1))
        abstained = self.draw.choice((0, 0, 1))
        return {"for": len(self.here) - against - abstained, "against": against, "abstained": abstained}

    def position_of(self, loan: LoanState) -> LoanPosition:
        """Where a loan stood when the meeting opened."""
        return position(schedule=loan.schedule, paid=self.state.paid(loan), on=self.on)


def call_roll(group: GroupAtWork, state: GroupState, place: int, draw: Random) -> dict[UUID, str]:
    """Who comes. Those who keep the book, the box and a key always do; in a group that falls apart fewer and fewer."""
    progress = place / max(1, len(group.plan.meets_on) - 1)
    steady = {*group.members[:4]}
    marks: dict[UUID, str] = {}
    for id, member in state.members.items():
        if not member.active:
            continue
        chance = group.ways[id].attends * (1 - 0.6 * progress if group.tells("falling") else 1)
        if id in steady or draw.random() < chance:
            marks[id] = "late" if draw.random() < 0.07 else "present"
        else:
            marks[id] = draw.choice(("absent", "absent", "excused", "excused", "leave"))
    return marks


def take(takings: Takings) -> list[Entry]:
    """Go through the meeting. Returns: everything that was done, in the order of the steps."""
    is_pot = takings.state.constitution.share_out.kind == "rotating_pot"
    _social_fund(takings)
    _savings(takings)
    if is_pot:
        _pot(takings)
    else:
        _repayments(takings)
    _fines(takings)
    if not is_pot:
        _loans(takings)
        _other(takings)
    _decisions(takings)
    return takings.entries


def _social_fund(day: Takings) -> None:
    agreed = day.state.constitution.social_fund_contribution_minor
    if agreed:
        for id in day.here:
            day.put("social_fund_box", agreed, {"type": "contribution", "member": str(id), "amount": agreed})
    box = day.boxes["social_fund_box"]
    if day.draw.random() < 0.04 and box > 10 * max(1, agreed) and day.can_decide:
        amount = _rounded(box * day.draw.randint(15, 40) // 100, max(1, agreed))
        entry = {"type": "social_grant", "amount": amount, "words": day.group.plan.country.relief}
        day.put("social_fund_box", -amount, {**entry, "member": str(day.draw.choice(day.here))})


def _savings(day: Takings) -> None:
    if day.state.constitution.savings_form == "shares":
        _buy_in(day)
        _shares(day)
    else:
        _amounts(day)


def _buy_in(day: Takings) -> None:
    """Who joins in mid-cycle buys three shares at the price of the day."""
    rules = day.state.constitution
    for id in day.newcomers:
        position = group_position(
            state=day.state, balances=day.state.balances, paid=paid_of(day.state), on=day.on
        )
        price = entry_price(
            group=position, share_price_minor=rules.share_price_minor, entry_value=rules.entry_value
        ).price_minor
        entry = {"type": "buy_in", "member": str(id), "shares": 3, "amount": 3 * price}
        day.put("loan_fund_box", 3 * price, entry)


def _shares(day: Takings) -> None:
    rules = day.state.constitution
    most = min(rules.shares_max, 2 if rules.share_price_minor >= 10 * day.group.unit_minor else SHARES_MOST)
    for id in day.here:
        wanted = day.group.ways[id].saves * most + day.draw.uniform(-1, 1.2)
        if day.group.tells("falling"):
            wanted *= 0.6
        shares = max(rules.shares_min, min(most, round(wanted)))
        if shares > 0:
            entry = {"type": "shares", "member": str(id), "shares": shares}
            day.put("loan_fund_box", shares * rules.share_price_minor, entry)


def _amounts(day: Takings) -> None:
    """Equal savings, those of missed meetings made up for, and voluntary ones in and out."""
    rules = day.state.constitution
    agreed = rules.compulsory_savings_minor
    for id in day.here:
        missed = day.draw.random() < 0.1 and rules.share_out.kind != "rotating_pot"
        amount = 2 * agreed if missed else agreed
        day.put("loan_fund_box", amount, {"type": "compulsory", "member": str(id), "amount": amount})
        if not rules.voluntary_savings_allowed:
            continue
        saved = day.state.balance("voluntary_savings", id)
        if day.draw.random() < 0.12 * day.group.ways[id].saves:
            amount = agreed * day.draw.randint(1, 4)
            day.put("loan_fund_box", amount, {"type": "voluntary", "member": str(id), "amount": amount})
        elif saved and day.draw.random() < 0.04 and day.boxes["loan_fund_box"] > saved:
            amount = max(1, saved // 2)
            day.withdrawn[id] = amount
            day.put("loan_fund_box", -amount, {"type": "withdrawal", "member": str(id), "amount": amount})


def _pot(day: Takings) -> None:
    """The whole pot to the next in the order of the lots, which is that of the numbers."""
    saved = sum(balance for ref, balance in day.state.balances.items() if ref.kind == "compulsory_savings")
    pot = saved + sum(entry["amount"] for entry in day.entries if entry["type"] == "compulsory")
    waiting = [m for m in day.state.members.values() if m.active and not m.has_drawn_pot]
    if waiting and pot and day.can_decide:
        entry = {"type": "pot", "member": str(waiting[0].id), "amount": pot, "vote": day.vote()}
        day.put("loan_fund_box", -pot, entry)


def _repayments(day: Takings) -> None:
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
        first = loan.schedule.rows[0].due_on
        # she begins well: the first instalment, and nothing more
        return now.due_minor if len(loan.schedule.rows) > 1 and day.on < first.replace(day=28) and is_here else 0
    if not is_here and luck < 0.7:
        return 0
    if ways.pays == "late":
        return now.due_minor if luck < 0.35 else now.due_minor // 2 if luck < 0.55 else 0
    if luck < 0.02 and now.next_due_on is not None:
        return now.settle_today_minor
    return now.due_minor if luck < 0.97 else 0


def _fines(day: Takings) -> None:
    lines = day.state.constitution.fines.lines
    by_mark = {line.trigger: line for line in lines if line.trigger}
    free = [line for line in lines if line.trigger is None]
    for id, mark in day.roll_call.items():
        due = day.state.balance("fines_due", id)
        line = by_mark.get(mark)  # type: ignore[call-overload]  # marks are words here
        if line is None and free and day.draw.random() < 0.006:
            line = free[0]
        if line is not None and day.draw.random() < 0.85:
            due += line.amount_minor
            entry = {"type": "fine", "member": str(id), "fine": line.name, "amount": line.amount_minor}
            day.put("loan_fund_box", 0, entry)
        if due and mark in HERE and day.draw.random() < 0.6:
            day.put("loan_fund_box", due, {"type": "fine_payment", "member": str(id), "amount": due})
        elif due and day.can_decide and day.draw.random() < 0.01:
            words = "Was ill that day"
            entry = {"type": "fine_waiver", "member": str(id), "amount": due, "vote": day.vote(), "words": words}
            day.put("loan_fund_box", 0, entry)


def _loans(day: Takings) -> None:
    """What is in the box is lent, to those who have waited longest and may borrow; not shortly before a share-out."""
    if not day.can_decide:
        return
    _bad_loans(day)
    if day.place < QUIET_MEETINGS and day.state.last_number < QUIET_MEETINGS + 2:
        return
    if (day.state.cycle_end_planned_on - day.on).days < 60 and day.state.constitution.share_out.kind not in (
        "no_share_out",
        "permanent_fund",
    ):
        return
    owing = {loan.borrower for loan in day.state.loans.values()}
    waiting = [id for id in day.here if id not in owing and id != day.leaver]
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
    amount = _rounded(min(wanted, day.boxes[box] * 9 // 10), step)
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
    if rules.share_out.kind not in ("no_share_out", "permanent_fund"):
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
        elif day.group.tells("new_plan") and 30 < now.days_past_due <= 60 and not now.is_restructured:
            terms = {
                **_terms(day, now.outstanding_principal_minor),
                "carried_interest_minor": now.due_interest_minor,
                "carried_fee_minor": now.due_fee_minor,
            }
            terms.pop("fees", None)
            day.put(loan.box, 0, {"type": "reschedule", "loan": str(loan.id), "terms": terms, "vote": day.vote()})


def _other(day: Takings) -> None:
    unit, draw = day.group.unit_minor, day.draw
    half = len(day.group.plan.meets_on) // 2
    if draw.random() < 0.02 and day.boxes["loan_fund_box"] > 3 * unit:
        entry = {"type": "expense", "amount": unit, "words": "A new padlock", "box": "loan_fund_box"}
        day.put("loan_fund_box", -unit, entry)
    if day.group.tells("harvest") and day.place in (half, half + 4):
        words = "Sold from the shared field"
        entry = {"type": "income", "amount": 25 * unit, "words": words, "box": "loan_fund_box"}
        day.put("loan_fund_box", 25 * unit, entry)
    if day.group.tells("grant") and day.place == half:
        words = "Revolving fund from the partner"
        day.put("bank", 100 * unit, {"type": "grant", "amount": 100 * unit, "words": words, "box": "bank"})
    _bank(day)
    _outside_loan(day)
    _owed_to_those_who_left(day)
    if day.leaver is not None:
        day.entries.append({"type": "exit", "member": str(day.leaver), "reason": "left", "words": "Moves to town"})


def _bank(day: Takings) -> None:
    box, unit = day.boxes["loan_fund_box"], day.group.unit_minor
    if not day.group.tells("bank"):
        return
    if box > 40 * unit and day.draw.random() < 0.5:
        amount = _rounded(box // 2, unit)
        day.put("loan_fund_box", -amount, {"type": "bank_deposit", "amount": amount, "words": ""})
        day.boxes["bank"] += amount
    elif box < 10 * unit and day.boxes["bank"] > 20 * unit:
        amount = _rounded(day.boxes["bank"] // 2, unit)
        day.put("loan_fund_box", amount, {"type": "bank_withdrawal", "amount": amount, "words": ""})
        day.boxes["bank"] -= amount


def _outside_loan(day: Takings) -> None:
    """In the second cycle the group borrows once, at most what it last shared out, and repays it in six parts."""
    unit = day.group.unit_minor
    for ref, owed in sorted(day.state.balances.items()):
        if ref.kind == "external_loan" and owed and day.place % 4 == 0:
            part = min(owed, -(-day.state.last_share_out_minor // 12))
            interest = max(1, owed // 100)
            if day.boxes["loan_fund_box"] >= part + interest:
                entry = {"type": "external_repayment", "loan": str(ref.owner), "principal": part}
                entry |= {"interest": interest, "box": "loan_fund_box"}
                day.put("loan_fund_box", -part - interest, entry)
    begins = (day.group.plan.shares_out_at or 0) + 2
    if day.group.tells("outside_loan") and day.place == begins and day.state.cycle_number > 1 and day.can_decide:
        amount = _rounded(day.state.last_share_out_minor // 2, unit)
        if amount:
            entry = {"type": "external_loan", "id": str(day.group.id(day.on, "outside")), "amount": amount}
            entry |= {"lender": LENDER, "box": "loan_fund_box", "vote": day.vote()}
            day.put("loan_fund_box", amount, entry)


def _owed_to_those_who_left(day: Takings) -> None:
    for ref, owed in sorted(day.state.balances.items()):
        if ref.kind == "payable" and owed and day.boxes["loan_fund_box"] + day.boxes["bank"] >= owed:
            from_box = min(owed, day.boxes["loan_fund_box"])
            day.put("loan_fund_box", -from_box, {"type": "payout", "member": str(ref.owner), "amount": owed})
            day.boxes["bank"] -= owed - from_box


def _decisions(day: Takings) -> None:
    words = ("We meet half an hour earlier in the rains", "Two of us go to the training", "We visit a sick member")
    if day.can_decide and day.draw.random() < 0.06:
        day.entries.append({"type": "decision", "words": day.draw.choice(words), "vote": day.vote()})


def _rounded(amount_minor: int, step_minor: int) -> int:
    """Down to a whole number of steps, so that amounts are those that people would agree on."""
    return amount_minor - amount_minor % step_minor if amount_minor >= step_minor else max(0, amount_minor)
