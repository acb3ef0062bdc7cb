"""A group that does anything a group may do, and now and then something it may not."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from egenmakt.core.lending.methods import METHODS
from egenmakt.core.lending.position import position
from egenmakt.core.meetings.closing import Decisions, group_position, if_closed_today, paid_of
from egenmakt.core.meetings.draft import add_entries, close_document, expected_boxes, open_document
from egenmakt.core.meetings.state import GroupState
from egenmakt.core.savings.exit import entry_price

Entry = dict[str, Any]


def new_id(rng: random.Random) -> str:
    """A random id that is the same in every run with the same seed."""
    return str(UUID(int=rng.getrandbits(128), version=4))


class RandomGroup:
    """Writes random meetings of a group from its state; what it writes is mostly, but not always, allowed."""

    def __init__(self, rng: random.Random, keys: Mapping[UUID, bytes]) -> None:
        self.rng = rng
        self.keys = keys
        self.touched: set[UUID] = set()
        """The loans on which something is paid at the meeting that is being written."""

    def meeting(self, state: GroupState, on: date) -> Entry:
        """An ordinary meeting with random savings, repayments, fines, loans and other money."""
        rng = self.rng
        active = [m for m in state.members.values() if m.active]
        marks = {
            m.id: rng.choices(("present", "late", "excused", "leave", "absent"), (80, 8, 5, 2, 5))[0] for m in active
        }
        for id in list(self.keys)[:5]:
            if id in marks:
                marks[id] = "present"
        here = [m.id for m in active if marks[m.id] in ("present", "late")]
        counted = {}
        if rng.random() < 0.1 and state.balance("loan_fund_box") > 100:
            counted["loan_fund_box"] = (
                state.balance("loan_fund_box") + rng.randint(-50, 50),
                "counted again, no cause",
            )
        draft = open_document(state=state, id=UUID(new_id(rng)), held_on=on, roll_call=marks, counted=counted)
        self.touched = set()
        if not counted:
            draft = add_entries(draft, self._newcomer(state, here, on), state=state)
        for make in (
            self._social,
            self._savings,
            self._repayments,
            self._fines,
            self._loans,
            self._old_loans,
            self._outside,
            self._other,
            self._decide,
        ):
            draft = add_entries(draft, make(state, here, on), state=state)
        return self.close(draft, state, on)

    def share_out(self, state: GroupState, on: date) -> Entry:
        """A share-out meeting at which each debt that is left is written off or carried over, by chance."""
        rng = self.rng
        choice: dict[UUID, Any] = {
            loan.id: rng.choice(("write_off", "carry_over")) for loan in state.loans.values() if loan.borrower
        }
        claims: dict[UUID, Any] = {m: rng.choice(("write_off", "carry_over")) for m in state.members}
        lots = dict(zip(state.members, rng.sample(range(1, 1000), len(state.members)), strict=True))
        result = if_closed_today(state=state, on=on, decisions=Decisions(choice, claims, lots))
        entry = {
            "type": "share_out",
            "payouts": {str(line.member): line.paid_now_minor for line in result.lines},
            "decisions": {str(loan): decision for loan, decision in choice.items()},
            "claims": {str(member): decision for member, decision in claims.items()},
            "lots": {str(member): lot for member, lot in lots.items()},
            "vote": self._vote(sum(m.active for m in state.members.values())),
        }
        marks = {m.id: "present" for m in state.members.values() if m.active}
        draft = open_document(state=state, id=UUID(new_id(rng)), held_on=on, roll_call=marks, kind="share_out")
        return self.close(add_entries(draft, [entry], state=state), state, on)

    def close(self, draft: Entry, state: GroupState, on: date) -> Entry:
        """Count the boxes, now and then wrongly with a reason, and lock."""
        rng = self.rng
        boxes = expected_boxes(draft, state=state, today=on)
        reasons = {}
        if rng.random() < 0.05 and boxes.get("loan_fund_box", 0) > 100:
            boxes["loan_fund_box"] += rng.choice((-7, 3, 11))
            reasons["loan_fund_box"] = "a coin was lost or found"
        keys = list(self.keys)
        return close_document(
            draft,
            boxes=boxes,
            counters=keys[:2],
            keys={key: self.keys[key] for key in (keys[0], keys[3], keys[4])},
            reasons=reasons,
        )

    def _vote(self, present: int) -> Entry:
        return {"for": present, "against": 0, "abstained": 0}

    def _social(self, state: GroupState, here: list[UUID], on: date) -> list[Entry]:
        agreed = state.constitution.social_fund_contribution_minor
        if not agreed:
            return []
        entries = [{"type": "contribution", "member": str(m), "amount": agreed} for m in here]
        if self.rng.random() < 0.1 and state.balance("social_fund_box") > agreed:
            amount = self.rng.randint(1, state.balance("social_fund_box"))
            entries.append({"type": "social_grant", "amount": amount, "words": "a funeral"})
        return entries

    def _newcomer(self, state: GroupState, here: list[UUID], on: date) -> list[Entry]:
        """Somebody buys what the others have already, at the price of the day, before anybody else saves."""
        rules = state.constitution
        if rules.savings_form != "shares" or self.rng.random() > 0.05:
            return []
        group = group_position(state=state, balances=state.balances, paid=paid_of(state), on=on)
        price = entry_price(group=group, share_price_minor=rules.share_price_minor, entry_value=rules.entry_value)
        number = self.rng.randint(1, 3)
        who = str(self.rng.choice(here))
        return [{"type": "buy_in", "member": who, "shares": number, "amount": number * price.price_minor}]

    def _savings(self, state: GroupState, here: list[UUID], on: date) -> list[Entry]:
        rng, rules = self.rng, state.constitution
        entries: list[Entry] = []
        for member in here:
            if rules.savings_form == "shares":
                most = rules.shares_max + (rng.random() < 0.01)
                entries.append({"type": "shares", "member": str(member), "shares": rng.randint(1, most)})
            elif rules.compulsory_savings_minor:
                times = rng.choice((1, 1, 1, 2))
                amount = times * rules.compulsory_savings_minor
                entries.append({"type": "compulsory", "member": str(member), "amount": amount})
            if rules.voluntary_savings_allowed and rng.random() < 0.2:
                entries.append({"type": "voluntary", "member": str(member), "amount": rng.randint(1, 5000)})
            had = state.balance("voluntary_savings", member)
            if had and rng.random() < 0.1:
                entries.append({"type": "withdrawal", "member": str(member), "amount": rng.randint(1, had)})
        if rules.share_out.kind == "rotating_pot":
            entries += self._pot(state, entries)
        return entries

    def _pot(self, state: GroupState, entries: list[Entry]) -> list[Entry]:
        saved = sum(e["amount"] for e in entries if e["type"] == "compulsory")
        saved += sum(b for ref, b in state.balances.items() if ref.kind == "compulsory_savings")
        active = [m for m in state.members.values() if m.active]
        waiting = [m for m in active if not m.has_drawn_pot] or active
        present = len({e["member"] for e in entries})
        if not saved:
            return []
        who = self.rng.choice(waiting)
        return [{"type": "pot", "member": str(who.id), "amount": saved, "vote": self._vote(present)}]

    def _repayments(self, state: GroupState, here: list[UUID], on: date) -> list[Entry]:
        rng = self.rng
        entries: list[Entry] = []
        for loan in state.loans.values():
            if loan.borrower is None or rng.random() < 0.3:
                continue
            now = position(schedule=loan.schedule, paid=state.paid(loan), on=on)
            if now.settle_today_minor == 0:
                continue
            most = now.due_minor + now.outstanding_principal_minor - now.due_principal_minor - 1
            if most > now.due_minor and rng.random() < 0.1 and self._has_quorum(state, here):
                self.touched.add(loan.id)
                paid = {"amount": rng.randint(now.due_minor + 1, most), "effect": rng.choice(("shorten", "lower"))}
                entries.append({"type": "prepayment", "loan": str(loan.id), **paid, "vote": self._vote(len(here))})
                continue
            amount = rng.choice((now.due_minor, now.settle_today_minor, rng.randint(1, now.settle_today_minor)))
            if rng.random() < 0.02:
                amount = now.settle_today_minor + 1
            if amount:
                self.touched.add(loan.id)
                entries.append({"type": "repayment", "loan": str(loan.id), "amount": amount})
        return entries

    def _fines(self, state: GroupState, here: list[UUID], on: date) -> list[Entry]:
        rng = self.rng
        entries: list[Entry] = []
        lines = state.constitution.fines.lines
        for member in here:
            if lines and rng.random() < 0.1:
                line = rng.choice(lines)
                entries.append({"type": "fine", "member": str(member), "fine": line.name, "amount": line.amount_minor})
            due = state.balance("fines_due", member)
            if due and rng.random() < 0.1 and self._has_quorum(state, here):
                waived = {"amount": rng.randint(1, due), "vote": self._vote(len(here)), "words": "she was ill"}
                entries.append({"type": "fine_waiver", "member": str(member), **waived})
            elif due and rng.random() < 0.5:
                entries.append({"type": "fine_payment", "member": str(member), "amount": rng.randint(1, due)})
        return entries

    def _loans(self, state: GroupState, here: list[UUID], on: date) -> list[Entry]:
        rng, rules = self.rng, state.constitution
        is_social = rules.social_fund_may_lend and rng.random() < 0.3
        box = "social_fund_box" if is_social else "loan_fund_box"
        room = state.balance(box) // 3
        if not self._has_quorum(state, here) or room < 2000 or rng.random() < 0.5:
            return []
        member = rng.choice(here)
        method = rng.choice(list(METHODS))
        terms: Entry = {
            "currency": state.currency,
            "principal_minor": rng.randint(1000, room),
            "disbursed_on": on.isoformat(),
            "method": method,
            "rate_percent": rng.choice(("1", "5", "2.5", "10")),
            "rate_per": "month",
            "instalments": rng.randint(1, rules.loan_instalments_max or 6),
            "every": rng.choice(({"count": 1, "unit": "month"}, {"count": 2, "unit": "week"})),
        }
        if rng.random() < 0.2:
            first_part = terms["principal_minor"] // 2
            parts = ((on, first_part), (on + timedelta(days=7), terms["principal_minor"] - first_part))
            terms["disbursements"] = [{"on": day.isoformat(), "amount_minor": part} for day, part in parts]
        if method == "interest_free":
            terms["rate_percent"] = "0"
            terms["fees"] = [{"name": "access fee", "amount_minor": rng.randint(1, 500), "when": "disbursement"}]
        if method == "own_percentages":
            first = rng.randint(1, 99)
            terms["instalments"] = 2
            terms["percentages"] = [str(first), str(100 - first)]
        if method == "balloon":
            terms["balloon_percent"] = "40"
        guarantors = [str(m) for m in rng.sample(here, min(len(here), 3)) if m != member][: rules.guarantors_needed]
        return [
            {
                "type": "loan",
                "id": new_id(rng),
                "member": str(member),
                "terms": terms,
                "guarantors": guarantors,
                "vote": self._vote(len(here)),
                "box": box,
            }
        ]

    def _has_quorum(self, state: GroupState, here: list[UUID]) -> bool:
        return len(here) * 3 >= 2 * sum(m.active for m in state.members.values())

    def _old_loans(self, state: GroupState, here: list[UUID], on: date) -> list[Entry]:
        """Loans from before on which nothing is paid today: a further tranche, another plan, or given up as lost."""
        rng = self.rng
        entries: list[Entry] = []
        for loan in state.loans.values():
            left = state.balance("loan_principal", loan.id)
            if loan.borrower is None or loan.id in self.touched or not left or not self._has_quorum(state, here):
                continue
            to_come = loan.schedule.terms.principal_minor - loan.lent_minor
            room = state.balance(loan.box) // 20
            if to_come and room and rng.random() < 0.5:
                entries.append({"type": "disbursement", "loan": str(loan.id), "amount": min(to_come, room)})
            elif not to_come and rng.random() < 0.03:
                vote = self._vote(len(here))
                entries.append({"type": "write_off", "loan": str(loan.id), "vote": vote, "words": "she moved away"})
            elif not to_come and rng.random() < 0.05:
                entries.append(self._reschedule(state, loan.id, left, len(here), on))
            elif loan.schedule.terms.rule.interest_on != "nothing" and rng.random() < 0.05:
                rate = {"rate_percent": rng.choice(("0", "1.5", "4")), "on": on.isoformat()}
                vote = self._vote(len(here))
                entries.append({"type": "rate_change", "loan": str(loan.id), **rate, "vote": vote})
        return entries

    def _reschedule(self, state: GroupState, loan: UUID, left: int, votes: int, on: date) -> Entry:
        terms = {
            "currency": state.currency,
            "principal_minor": left,
            "disbursed_on": on.isoformat(),
            "method": "equal_principal",
            "rate_percent": "1",
            "rate_per": "month",
            "instalments": self.rng.randint(1, 6),
        }
        return {"type": "reschedule", "loan": str(loan), "terms": terms, "vote": self._vote(votes)}

    def _outside(self, state: GroupState, here: list[UUID], on: date) -> list[Entry]:
        """The group's own dealings: a gift, a loan from outside, and paying it back."""
        rng, rules = self.rng, state.constitution
        entries: list[Entry] = []
        if rng.random() < 0.03:
            entries.append({"type": "grant", "amount": rng.randint(1, 9999), "words": "a gift", "box": "bank"})
        owed = {ref.owner: balance for ref, balance in state.balances.items() if ref.kind == "external_loan"}
        may_borrow = rules.external_loan_limit == "none" or state.last_share_out_minor > 50_000 + sum(owed.values())
        is_time = state.cycle_number >= rules.external_loan_from_cycle and rng.random() < 0.05
        if is_time and may_borrow and self._has_quorum(state, here):
            loan = {"id": new_id(rng), "amount": rng.randint(1, 50_000), "lender": "A bank", "box": "bank"}
            entries.append({"type": "external_loan", **loan, "vote": self._vote(len(here))})
        for id, balance in owed.items():
            most = min(balance, state.balance("bank") // (2 * len(owed)))
            if most > 1 and rng.random() < 0.3:
                paid = {"principal": most, "interest": rng.randint(0, most // 2), "box": "bank"}
                entries.append({"type": "external_repayment", "loan": str(id), **paid})
        return entries

    def _other(self, state: GroupState, here: list[UUID], on: date) -> list[Entry]:
        rng = self.rng
        entries: list[Entry] = []
        room = state.balance("loan_fund_box") // 10
        if room > 10 and rng.random() < 0.1:
            words = {"amount": rng.randint(1, room), "words": "soap", "box": "loan_fund_box"}
            entries.append({"type": rng.choice(("income", "expense")), **words})
        if room > 10 and rng.random() < 0.1:
            entries.append({"type": "bank_deposit", "amount": rng.randint(1, room)})
        owes_outside = any(loan.borrower is None for loan in state.loans.values())
        if state.balance("bank") and not owes_outside and rng.random() < 0.2:
            entries.append({"type": "bank_withdrawal", "amount": rng.randint(1, state.balance("bank"))})
        waiting = {ref.owner: balance for ref, balance in state.balances.items() if ref.kind == "payable" and balance}
        for who, balance in waiting.items():
            if room > 10 and rng.random() < 0.6:
                entries.append({"type": "payout", "member": str(who), "amount": min(balance, room)})
        leavers = [m for m in state.members.values() if m.active and m.id not in list(self.keys)[:5]]
        if leavers and rng.random() < 0.01:
            who = rng.choice(leavers)
            entries.append({"type": "exit", "member": str(who.id), "reason": rng.choice(("left", "died"))})
        return entries

    def _decide(self, state: GroupState, here: list[UUID], on: date) -> list[Entry]:
        return [{"type": "decision", "words": "We meet again next week."}] if self.rng.random() < 0.3 else []
