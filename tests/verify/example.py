"""A group with a bit of everything in its book: the export that the tests mutate."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

from uuid6 import uuid7

from egenmakt.apps.groups.models import Meeting
from egenmakt.apps.groups.services.corrections import correct_meeting
from egenmakt.core.ledger.chain import canonical
from tests.support.groups import ALL_FOR, START, Group, form_group, loan_terms
from tests.support.tree import Tree

WEEK = timedelta(days=7)


def busy_group(tree: Tree) -> tuple[Group, dict[str, str]]:
    """Five meetings: savings, fines, loans, repayments, income, the bank, a count that differs, and a correction.

    Returns: the group, and the ids of its loans by name.
    """
    group = form_group(tree, name="=Tumaini")
    ids = {"agreed": str(uuid7()), "divided": str(uuid7())}
    member = group.id

    def entry(type_: str, **fields: Any) -> dict[str, Any]:
        return {"type": type_, **fields}

    def loan(id: str, name: str, amount: int, **fields: Any) -> dict[str, Any]:
        terms = loan_terms(amount, START + WEEK)
        return entry("loan", id=id, member=member(name), terms=terms, vote=ALL_FOR, **fields)

    first = group.meet(
        START,
        [
            *(entry("contribution", member=member(name), amount=2_000) for name in ("Amina", "Beatrice", "Chipo")),
            *(entry("shares", member=member(name), shares=5) for name in ("Amina", "Beatrice", "Chipo", "Dalila")),
            entry("fine", member=member("Esther"), fine="late", amount=2_000),
        ],
        marks={group.members["Esther"].id: "late"},
    )
    group.meet(
        START + WEEK,
        [
            entry("shares", member=member("Esther"), shares=2),
            entry("fine_payment", member=member("Esther"), amount=1_000),
            loan(ids["divided"], "Amina", 60_000),
            loan(ids["agreed"], "Chipo", 45_000, guarantors=[member("Dalila")]),
            entry("income", amount=5_000, words="a shared field", box="loan_fund_box"),
        ],
    )  # fmt: skip
    group.meet(
        START + 5 * WEEK,
        [
            entry("social_grant", member=member("Chipo"), amount=1_500, words="school uniform"),
            entry("repayment", loan=ids["divided"], amount=23_000),
            entry("repayment", loan=ids["agreed"], amount=16_000, principal=14_000, interest=2_000),
            entry("fine_waiver", member=member("Esther"), amount=500, vote=ALL_FOR, words="she was ill"),
            entry("expense", amount=700, words="a new lock", box="loan_fund_box"),
            entry("bank_deposit", amount=20_000),
            entry("decision", words="We meet at the school.", vote=ALL_FOR),
        ],
    )
    short = group.document(START + 6 * WEEK, [entry("shares", member=member("Beatrice"), shares=1)])
    counted = next(box for box in short["closing"] if box["box"] == "loan_fund_box")["counts"][0]["amount"] - 300
    group.meet(
        START + 6 * WEEK,
        [
            entry("shares", member=member("Beatrice"), shares=1),
            entry("write_off", loan=ids["agreed"], vote=ALL_FOR, words="moved"),
        ],
        boxes={"loan_fund_box": counted},
        reasons={"loan_fund_box": "a coin was lost"},
    )
    put_right(group, first)
    group.meet(START + 7 * WEEK, [entry("repayment", loan=ids["divided"], amount=23_000)])
    return group, ids


def put_right(group: Group, document: dict[str, Any]) -> None:
    """Correct the first meeting: Dalila bought three shares, not five; the money is found in the box as it was."""
    corrected = json.loads(json.dumps(document))
    for step in corrected["steps"]:
        for entry in step["entries"]:
            if entry["type"] == "shares" and entry["member"] == group.id("Dalila"):
                entry["shares"] = 3
    for box in corrected["closing"]:
        for count in box["counts"]:
            count["amount"] -= 20_000 if box["box"] == "loan_fund_box" else 0
    correct_meeting(
        id=uuid7(),
        meeting=Meeting.objects.get(id=document["id"]),
        content=canonical(corrected),
        reason="Dalila bought three shares",
        by=group.by,
        at=datetime(2026, 2, 17, 12, tzinfo=UTC),
    )


def close_cycle(group: Group, on: date) -> None:
    """The share-out, with the payouts that the rule gives."""
    from egenmakt.core.meetings.closing import if_closed_today

    result = if_closed_today(state=group.state(on), on=on)
    payouts = {str(line.member): line.paid_now_minor for line in result.lines}
    group.meet(on, [{"type": "share_out", "payouts": payouts, "vote": ALL_FOR}], kind="share_out")
