"""What goes into the boxes at a meeting: the social fund, savings, the pot, and fines."""

from __future__ import annotations

from typing import Final

from egenmakt.core.meetings.closing import group_position, paid_of
from egenmakt.core.savings.exit import entry_price
from egenmakt.interfaces.cli.demo_programme.takings import HERE, Takings, rounded

SHARES_MOST: Final = 5


def social_fund(day: Takings) -> None:
    """Contributions, and now and then help for a member."""
    agreed = day.state.constitution.social_fund_contribution_minor
    if agreed:
        for id in day.here:
            day.put("social_fund_box", agreed, {"type": "contribution", "member": str(id), "amount": agreed})
    box = day.boxes["social_fund_box"]
    if day.draw.random() < 0.04 and box > 10 * max(1, agreed) and day.can_decide:
        amount = rounded(box * day.draw.randint(15, 40) // 100, max(1, agreed))
        entry = {"type": "social_grant", "amount": amount, "words": day.group.plan.country.relief}
        day.put("social_fund_box", -amount, {**entry, "member": str(day.draw.choice(day.here))})


def savings(day: Takings) -> None:
    """Shares or equal amounts, as the constitution has it."""
    if day.state.constitution.savings_form == "shares":
        _buy_in(day)
        _shares(day)
    else:
        _amounts(day)


def _buy_in(day: Takings) -> None:
    """Who joins in mid-cycle buys three shares at the price of the day."""
    rules = day.state.constitution
    for id in day.newcomers:
        position = group_position(state=day.state, balances=day.state.balances, paid=paid_of(day.state), on=day.on)
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


def pot(day: Takings) -> None:
    """The whole pot to the next in the order of the lots, which is that of the numbers."""
    saved = sum(balance for ref, balance in day.state.balances.items() if ref.kind == "compulsory_savings")
    pot = saved + sum(entry["amount"] for entry in day.entries if entry["type"] == "compulsory")
    waiting = [m for m in day.state.members.values() if m.active and not m.has_drawn_pot]
    if waiting and pot and day.can_decide:
        entry = {"type": "pot", "member": str(waiting[0].id), "amount": pot, "vote": day.vote()}
        day.put("loan_fund_box", -pot, entry)


def fines(day: Takings) -> None:
    """What the roll call costs, paid now, later or never."""
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
