"""What else happens at a meeting: income and expenses, the bank, a loan from outside, leaving, decisions."""

from __future__ import annotations

from typing import Final

from egenmakt.interfaces.cli.demo_programme.takings import Takings, rounded

LENDER: Final = "Demo: Village Bank (invented)"


def other(day: Takings) -> None:
    """Everything that is neither saved, repaid nor lent."""
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
        reason, words = ("died", "") if draw.random() < 0.25 else ("left", "Moves to town")
        day.entries.append({"type": "exit", "member": str(day.leaver), "reason": reason, "words": words})


def _bank(day: Takings) -> None:
    box, unit = day.boxes["loan_fund_box"], day.group.unit_minor
    if not day.group.tells("bank"):
        return
    if box > 40 * unit and day.draw.random() < 0.5:
        amount = rounded(box // 2, unit)
        day.put("loan_fund_box", -amount, {"type": "bank_deposit", "amount": amount, "words": ""})
        day.boxes["bank"] += amount
    elif box < 10 * unit and day.boxes["bank"] > 20 * unit:
        amount = rounded(day.boxes["bank"] // 2, unit)
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
        amount = rounded(day.state.last_share_out_minor // 2, unit)
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


def decisions(day: Takings) -> None:
    """Sometimes the members decide something that costs nothing."""
    words = ("We meet half an hour earlier in the rains", "Two of us go to the training", "We visit a sick member")
    if day.can_decide and day.draw.random() < 0.06:
        day.entries.append({"type": "decision", "words": day.draw.choice(words), "vote": day.vote()})
