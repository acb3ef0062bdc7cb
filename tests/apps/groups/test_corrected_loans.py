"""An old meeting is corrected, and what later meetings decided about its loans still holds."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from uuid6 import uuid7

from egenmakt.apps.audit.models import Event
from egenmakt.apps.groups.models import Meeting
from egenmakt.apps.groups.services.corrections import correct_meeting
from egenmakt.apps.groups.services.loans import LoanInUse
from egenmakt.apps.lending.models import Loan
from egenmakt.core.ledger.chain import canonical
from tests.support.groups import ALL_FOR, START, Group, form_group, loan_terms
from tests.support.tree import Tree

WEEK = timedelta(days=7)
LOAN = str(uuid7())


def lent(group: Group, amount: int) -> list[dict[str, Any]]:
    """Everybody buys a share, and Amina borrows."""
    saved = [{"type": "shares", "member": group.id(name), "shares": 1} for name in ("Beatrice", "Chipo", "Dalila")]
    terms = loan_terms(amount, START + WEEK)
    loan = {"type": "loan", "id": LOAN, "member": group.id("Amina"), "terms": terms, "vote": ALL_FOR}
    return [*saved, loan]


def repayment(amount: int) -> dict[str, Any]:
    return {"type": "repayment", "loan": LOAN, "amount": amount}


@pytest.fixture
def group(tree: Tree) -> Group:
    """A group that has lent Amina 60,000 at its second meeting."""
    group = form_group(tree)
    group.meet(entries=[{"type": "shares", "member": group.id("Amina"), "shares": 5}])
    group.meet(START + WEEK, lent(group, 50_000))
    return group


def corrected(group: Group, number: int, entries: list[dict[str, Any]], day: date) -> bytes:
    """The document of an old meeting with other entries, by which the box holds what was counted all the same."""
    meeting = Meeting.objects.get(group=group.row, number=number)
    document = json.loads(bytes(meeting.arrival.content))
    steps: dict[str, list[dict[str, Any]]] = {}
    for entry in entries:
        step = {"shares": "savings", "loan": "loans", "repayment": "repayments"}[entry["type"]]
        steps.setdefault(step, []).append(entry)
    order = ("savings", "repayments", "loans")
    document["steps"] = [{"step": name, "entries": steps[name]} for name in order if name in steps]
    for closing in document["closing"]:
        closing["reason"] = "the count stands"
    return canonical({**document, "held_on": day.isoformat(), "keys": []})


def correct(group: Group, number: int, entries: list[dict[str, Any]], day: date) -> None:
    correct_meeting(
        id=uuid7(),
        meeting=Meeting.objects.get(group=group.row, number=number),
        content=corrected(group, number, entries, day),
        reason="it was written wrongly",
        by=group.by,
        at=datetime(2026, 6, 1, 12, tzinfo=UTC),
    )


def stands() -> tuple[str, int]:
    loan = Loan.objects.get(id=LOAN)
    return loan.status, loan.principal_minor


def test_a_write_off_stands_when_something_else_of_the_loans_meeting_is_corrected(group: Group) -> None:
    group.meet(START + WEEK * 2, [{"type": "write_off", "loan": LOAN, "vote": ALL_FOR, "words": "she has died"}])

    correct(group, 2, lent(group, 50_000)[1:], START + WEEK)

    assert stands() == ("written_off", 50_000)


def test_a_repayment_before_a_write_off_is_corrected_after_the_write_off(group: Group) -> None:
    group.meet(START + WEEK * 2, [repayment(10_000)])
    group.meet(START + WEEK * 3, [{"type": "write_off", "loan": LOAN, "vote": ALL_FOR, "words": "she has died"}])

    with pytest.raises(LoanInUse, match="Correct the later meeting first"):
        correct(group, 3, [repayment(5_000)], START + WEEK * 2)

    assert stands() == ("written_off", 50_000)
    assert not Event.objects.filter(deed="meeting.corrected").exists()


def test_a_loan_that_was_higher_is_open_again_though_it_had_been_repaid_and_lower_again_repaid(group: Group) -> None:
    group.meet(START + WEEK * 2, [repayment(57_500)])
    assert stands() == ("repaid", 50_000)

    correct(group, 2, lent(group, 60_000), START + WEEK)
    assert stands() == ("open", 60_000)

    correct(group, 2, lent(group, 50_000), START + WEEK)
    assert stands() == ("repaid", 50_000)
    assert Loan.objects.get(id=LOAN).closed_on == START + WEEK * 2
