"""A mistake in an old meeting is put right by reversals; everything after it shows by how much it moves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from uuid6 import uuid7

from egenmakt.apps.access.queries import NotAllowed
from egenmakt.apps.groups.models import Meeting
from egenmakt.apps.groups.services.corrections import (
    NothingChanged,
    NotThisMeeting,
    WouldFallBelowZero,
    correct_meeting,
    preview_correction,
)
from egenmakt.apps.ledger.checks import audit_books
from egenmakt.apps.ledger.models import Transfer
from egenmakt.apps.ledger.queries import balances, balances_after
from egenmakt.apps.lending.models import Loan
from egenmakt.core.ledger.chain import canonical
from egenmakt.core.ledger.chart import AccountRef
from tests.support.groups import ALL_FOR, START, Group, form_group, loan_terms
from tests.support.tree import AT, Tree

WEEK = timedelta(days=7)
LATER = AT.replace(year=2027)
BOX = AccountRef("loan_fund_box")


@pytest.fixture
def group(tree: Tree) -> Group:
    return form_group(tree)


def share(group: Group, name: str, count: int) -> dict[str, Any]:
    return {"type": "shares", "member": group.id(name), "shares": count}


def corrected(document: dict[str, Any], entries: list[dict[str, Any]], box: int) -> bytes:
    """The document with other savings and the box counted accordingly."""
    steps = [{"step": "savings", "entries": entries}]
    closing = [{**document["closing"][0], "counts": [{**c, "amount": box} for c in document["closing"][0]["counts"]]}]
    return canonical({**document, "steps": steps, "closing": closing, "keys": []})


def test_meeting_forty_differs_only_by_the_stated_amount(group: Group) -> None:
    documents = [group.meet(START + WEEK * n, [share(group, "Amina", 2), share(group, "Chipo", 1)]) for n in range(12)]
    before = {n: balances_after(book_id=group.row.book_id, position=n) for n in range(1, 13)}
    third = Meeting.objects.get(id=documents[2]["id"])
    content = corrected(documents[2], [share(group, "Amina", 3), share(group, "Chipo", 1)], 100_000)

    effect = preview_correction(meeting=third, content=content, by=group.by, at=LATER)
    correct_meeting(id=uuid7(), meeting=third, content=content, reason="one stamp too few", by=group.by, at=LATER)

    after = {n: balances_after(book_id=group.row.book_id, position=n) for n in range(1, 13)}
    amina = AccountRef("shares", group.members["Amina"].id)
    assert effect.members_touched == (group.members["Amina"].id,)
    for number in range(1, 13):
        moved = {ref: after[number][ref] - before[number][ref] for ref in after[number]}
        expected = 10_000 if number >= 3 else 0
        assert {ref: delta for ref, delta in moved.items() if delta} == (
            {BOX: expected, amina: expected} if expected else {}
        )
    assert {line.account: line.change_minor for line in effect.accounts} == {BOX: 10_000, amina: 10_000}
    assert bytes(third.arrival.content) == canonical(documents[2])
    assert audit_books() == []


def test_a_preview_changes_nothing(group: Group) -> None:
    document = group.meet(entries=[share(group, "Amina", 2)])
    meeting = Meeting.objects.get(id=document["id"])
    count = Transfer.objects.count()

    preview_correction(
        meeting=meeting, content=corrected(document, [share(group, "Amina", 1)], 10_000), by=group.by, at=LATER
    )

    assert Transfer.objects.count() == count


def test_only_what_differs_is_reversed_and_reversals_name_what_they_reverse(group: Group) -> None:
    document = group.meet(entries=[share(group, "Amina", 2), share(group, "Chipo", 1)])
    meeting = Meeting.objects.get(id=document["id"])

    correct_meeting(
        id=uuid7(),
        meeting=meeting,
        content=corrected(document, [share(group, "Amina", 1), share(group, "Chipo", 1)], 20_000),
        reason="read wrongly",
        by=group.by,
        at=LATER,
    )

    assert Transfer.objects.filter(reverses__isnull=False).count() == 1
    assert Transfer.objects.count() == 4


def test_a_correction_can_be_corrected_again(group: Group) -> None:
    document = group.meet(entries=[share(group, "Amina", 2)])
    meeting = Meeting.objects.get(id=document["id"])
    for count, reason in ((4, "first"), (3, "second")):
        content = corrected(document, [share(group, "Amina", count)], count * 10_000)
        correct_meeting(id=uuid7(), meeting=meeting, content=content, reason=reason, by=group.by, at=LATER)

    assert balances(book_id=group.row.book_id)[BOX] == 30_000
    assert [c.reason for c in meeting.corrections.order_by("corrected_at", "id")] == ["first", "second"]


def test_a_correction_that_would_empty_a_box_below_zero_is_refused(group: Group) -> None:
    first = group.meet(entries=[share(group, "Amina", 5)])
    group.meet(START + WEEK, [{"type": "expense", "amount": 45_000, "words": "a new box", "box": "loan_fund_box"}])
    meeting = Meeting.objects.get(id=first["id"])

    with pytest.raises(WouldFallBelowZero, match="loan_fund_box"):
        correct_meeting(
            id=uuid7(),
            meeting=meeting,
            content=corrected(first, [share(group, "Amina", 1)], 10_000),
            reason="four too many",
            by=group.by,
            at=LATER,
        )


def test_a_corrected_loan_has_its_new_plan(group: Group) -> None:
    group.meet(entries=[share(group, "Amina", 5)])
    loan_id = str(uuid7())
    entry = {
        "type": "loan",
        "id": loan_id,
        "member": group.id("Amina"),
        "terms": loan_terms(30_000, START + WEEK),
        "vote": ALL_FOR,
    }
    document = group.meet(START + WEEK, [entry])
    fixed = {**entry, "terms": loan_terms(20_000, START + WEEK)}
    content = corrected(document, [fixed], 30_000).replace(b'"step":"savings"', b'"step":"loans"')

    correct_meeting(
        id=uuid7(),
        meeting=Meeting.objects.get(id=document["id"]),
        content=content,
        reason="a zero misread",
        by=group.by,
        at=LATER,
    )

    loan = Loan.objects.get(id=loan_id)
    assert (loan.principal_minor, loan.lent_minor, loan.status) == (20_000, 20_000, "open")
    assert balances(book_id=group.row.book_id)[BOX] == 30_000


def test_a_correction_needs_a_difference_a_reason_the_same_meeting_and_the_right(group: Group, tree: Tree) -> None:
    document = group.meet(entries=[share(group, "Amina", 2)])
    meeting = Meeting.objects.get(id=document["id"])
    other = corrected(document, [share(group, "Amina", 1)], 10_000)

    def correct(content: bytes, reason: str = "why", by: Any = group.by) -> None:
        correct_meeting(id=uuid7(), meeting=meeting, content=content, reason=reason, by=by, at=LATER)

    with pytest.raises(NothingChanged):
        correct(canonical(document))
    with pytest.raises(NotThisMeeting):
        correct(canonical({**document, "number": 4}))
    with pytest.raises(NotThisMeeting, match="reason"):
        correct(other, reason=" ")
    with pytest.raises(NotAllowed):
        correct(other, by=tree.chipo)


def test_a_member_who_left_by_mistake_is_a_member_again(group: Group) -> None:
    group.meet(entries=[share(group, "Amina", 2), share(group, "Chipo", 2)])
    document = group.meet(START + WEEK, [{"type": "exit", "member": group.id("Chipo"), "reason": "left"}])
    content = canonical(
        {
            **document,
            "steps": [
                {"step": "other", "entries": [{"type": "exit", "member": group.id("Beatrice"), "reason": "left"}]}
            ],
            "closing": [
                {**c, "counts": [{**count, "amount": 40_000} for count in c["counts"]]} for c in document["closing"]
            ],
            "keys": [],
        }
    )

    correct_meeting(
        id=uuid7(),
        meeting=Meeting.objects.get(id=document["id"]),
        content=content,
        reason="the wrong name",
        by=group.by,
        at=LATER,
    )

    state = group.state(START + WEEK * 2)
    active = {member.label for member in state.members.values() if member.active}
    assert active == {"Amina (1)", "Chipo (3)", "Dalila (4)", "Esther (5)"}
