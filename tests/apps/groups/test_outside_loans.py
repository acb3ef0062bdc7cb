"""What the group itself borrows: within its rules, repaid to the last unit, and open again when that was wrong."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from uuid6 import uuid7

from egenmakt.apps.groups.models import Arrival, Meeting
from egenmakt.apps.groups.services.corrections import correct_meeting
from egenmakt.apps.ledger.queries import balances
from egenmakt.apps.lending.models import Loan
from egenmakt.core.ledger.chain import canonical
from egenmakt.core.ledger.chart import AccountRef
from egenmakt.core.savings.templates import self_help_group
from tests.support.groups import START, Group, form_group
from tests.support.tree import Tree

WEEK = timedelta(days=7)
OUTSIDE = str(uuid7())


@pytest.fixture
def group(tree: Tree) -> Group:
    """A self-help group that has borrowed 1,000 shillings from a bank."""
    group = form_group(tree, self_help_group("KES", 100))
    vote = {"for": 5, "against": 0, "abstained": 0}
    entry = {"type": "external_loan", "id": OUTSIDE, "amount": 100_000, "lender": "A bank", "vote": vote}
    group.meet(entries=[{**entry, "box": "loan_fund_box"}])
    return group


def repayment(principal: int, interest: int = 0) -> dict[str, Any]:
    paid = {"principal": principal, "interest": interest, "box": "loan_fund_box"}
    return {"type": "external_repayment", "loan": OUTSIDE, **paid}


def owed(group: Group) -> tuple[int, str]:
    loan = Loan.objects.get(book_id=group.row.book_id, borrower__isnull=True)
    return balances(book_id=group.row.book_id).get(AccountRef("external_loan", loan.id), 0), loan.status


def test_it_is_closed_by_its_last_repayment(group: Group) -> None:
    assert owed(group) == (100_000, "open")

    group.meet(START + WEEK, [repayment(60_000)])
    assert owed(group) == (40_000, "open")

    group.meet(START + WEEK * 2, [repayment(40_000)])
    assert owed(group) == (0, "repaid")


def test_it_is_open_again_when_less_was_repaid_than_was_written(group: Group) -> None:
    document = group.meet(START + WEEK, [repayment(100_000)])
    (step,) = document["steps"]
    less = {**document, "steps": [{**step, "entries": [repayment(90_000)]}], "keys": []}
    less["closing"] = [{**less["closing"][0], "reason": "ten notes were still in the box"}]

    correct_meeting(
        id=uuid7(),
        meeting=Meeting.objects.get(number=2),
        content=canonical(less),
        reason="less was repaid",
        by=group.by,
        at=datetime(2026, 2, 1, 12, tzinfo=UTC),
    )

    assert owed(group) == (10_000, "open")


def test_its_id_is_used_once_and_its_money_is_never_lent_to_a_member_by_it(group: Group) -> None:
    repaid_as_a_member_would = {"type": "repayment", "loan": OUTSIDE, "amount": 1_000}

    receipt = group.send(group.document(START + WEEK, [repaid_as_a_member_would]))

    assert [finding["code"] for finding in receipt.findings] == ["loan_unknown"]
    kept = Arrival.objects.get(id=receipt.arrival_id)
    assert json.loads(bytes(kept.content))["id"] == str(receipt.meeting_id)
    assert owed(group) == (100_000, "open")
