"""A member's page: her passbook to the last coin, what she would get, and the code of her paper book."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone
from uuid6 import uuid7

from egenmakt.apps.groups.models import Goal, Meeting
from egenmakt.apps.groups.queries.passbook import passbook_of
from egenmakt.apps.groups.services.corrections import correct_meeting
from egenmakt.core.ledger.chain import canonical
from tests.support.reading import TODAY, group_with_history, queries_of, stand_still, words_of
from tests.support.tree import Tree


@pytest.fixture(autouse=True)
def _a_day_in_may(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_still(monkeypatch)


def test_a_members_page_shows_every_line_of_her_passbook(client: Client, tree: Tree) -> None:
    group = group_with_history(tree)
    amina = group.members["Amina"]
    client.force_login(tree.amina)

    answer = client.get(f"/members/{amina.id}/")
    words = words_of(answer)

    assert [
        (line.kind, line.reason, line.amount_minor, line.balance_minor) for line in answer.context["page"].lines
    ] == [
        ("social_fund", "social_fund_contribution", 2_000, None),
        ("shares", "share_purchase", 30_000, 30_000),
        ("social_fund", "social_fund_contribution", 2_000, None),
        ("shares", "share_purchase", 30_000, 60_000),
        ("loan_principal", "loan_disbursed", 60_000, 60_000),
        ("shares", "share_purchase", 50_000, 110_000),
        ("loan_principal", "repayment_principal", -2_000, 58_000),
        ("loan_interest", "repayment_interest", 3_000, None),
        ("shares", "share_purchase", 10_000, 120_000),
    ]
    assert "Shares 12 in this cycle Savings KES 1,200.00 Loan left KES 580.00 Fines due KES 0.00" in words
    assert "KES 640.00 is overdue, the oldest part since 97 days." in words
    assert "Taken for loans -KES 640.00" in words
    assert "Groups Network Umoja North Tumaini Savings" in words


def test_a_member_who_owes_a_fine_sees_it(client: Client, tree: Tree) -> None:
    group = group_with_history(tree)
    client.force_login(tree.amina)

    words = words_of(client.get(f"/members/{group.members['Esther'].id}/"))

    assert "Fines due KES 50.00" in words
    assert "Taken for fines -KES 50.00" in words
    assert "No loan is running." in words


def test_a_members_own_goal_is_read_from_the_ledger(client: Client, tree: Tree) -> None:
    group = group_with_history(tree)
    Goal.objects.create(
        id=uuid7(),
        group=group.row,
        membership=group.members["Chipo"],
        words="A bicycle",
        target_minor=70_000,
        set_on=TODAY,
        due_on=TODAY,
    )
    client.force_login(tree.amina)

    assert "A bicycle KES 700.00 of KES 700.00 Reached." in words_of(
        client.get(f"/members/{group.members['Chipo'].id}/")
    )
    assert "A bicycle" not in words_of(client.get(f"/members/{group.members['Amina'].id}/"))


def test_a_code_from_the_paper_passbook_is_told_right_from_wrong(client: Client, tree: Tree) -> None:
    group = group_with_history(tree)
    other = group_with_history(tree, name="Amani")
    client.force_login(tree.amina)
    page = f"/members/{group.members['Amina'].id}/"
    code = Meeting.objects.get(group=group.row, number=2).code
    foreign = Meeting.objects.get(group=other.row, number=2).code
    swapped = code[1] + code[0] + code[2:] if code[0] != code[1] else code[:-1] + ("A" if code[-1] != "A" else "C")

    def says(text: str) -> str:
        return words_of(client.get(page, {"code": text}))

    spoken = f"{code[:4].lower()}-{code[4:].lower()} "
    assert "It is the code of meeting 2, held on January 12, 2026." in says(spoken)
    assert "No meeting of this group has this code" in says(foreign)
    assert "one character is wrong, or two are swapped" in says(swapped)
    assert "A meeting code has eight characters." in says("APK3")
    assert "There is a character that no meeting code has." in says("0" + code[1:])
    assert "This field is required." in says("")


def test_a_correction_stands_in_the_passbook_as_a_line_of_its_own(client: Client, tree: Tree) -> None:
    group = group_with_history(tree)
    meeting = Meeting.objects.get(group=group.row, number=4)
    document = _with_shares(meeting, group.id("Amina"), 2)
    correct_meeting(
        id=uuid7(),
        meeting=meeting,
        content=canonical(document),
        reason="One was forgotten.",
        by=tree.facilitator,
        at=timezone.now(),
    )
    client.force_login(tree.amina)

    page = client.get(f"/members/{group.members['Amina'].id}/")

    last = page.context["page"].lines[-3:]
    assert [(line.reason, line.amount_minor, line.balance_minor, line.is_correction) for line in last] == [
        ("share_purchase", 10_000, 120_000, False),
        ("reversal_of_share_purchase", -10_000, 110_000, True),
        ("share_purchase", 20_000, 130_000, True),
    ]
    words = words_of(page)
    assert "Taken back: Shares bought -100.00 1,100.00" in words
    assert "Corrected: Shares bought +200.00 1,300.00" in words


def _with_shares(meeting: Meeting, member: str, count: int) -> dict:
    import json

    from egenmakt.core.meetings.document import parse_json

    document = json.loads(json.dumps(parse_json(bytes(meeting.arrival.content))))
    for step in document["steps"]:
        for entry in step["entries"]:
            if entry["type"] == "shares" and entry["member"] == member:
                entry["shares"] = count
    document["closing"][0]["counts"] = [
        {**item, "amount": item["amount"] + (count - 1) * 10_000} for item in document["closing"][0]["counts"]
    ]
    return document


def test_the_last_balances_of_the_passbook_are_those_of_the_ledger(tree: Tree) -> None:
    from egenmakt.apps.ledger.queries import balances
    from egenmakt.core.ledger.chart import AccountRef

    group = group_with_history(tree, loans=3, meetings=6)

    now = balances(book_id=group.row.book_id)
    for member in group.members.values():
        lines = passbook_of(group_id=group.row.id, member_id=member.id)
        shares = [line.balance_minor for line in lines if line.kind == "shares"][-1]
        assert shares == now[AccountRef("shares", member.id)]


def test_a_members_page_is_the_same_number_of_queries_for_one_and_for_three_loans_and_for_more_meetings(
    client: Client, tree: Tree
) -> None:
    small = group_with_history(tree, loans=1, meetings=4)
    large = group_with_history(tree, name="Amani", loans=3, meetings=9)
    client.force_login(tree.amina)

    one = queries_of(client, f"/members/{small.members['Amina'].id}/")

    assert queries_of(client, f"/members/{large.members['Amina'].id}/") == one


def test_an_outsider_sees_no_member_and_a_missing_one_is_not_found(client: Client, tree: Tree) -> None:
    group = group_with_history(tree)
    for user in (tree.chipo, tree.beatrice, tree.nobody):
        client.force_login(user)
        answer = client.get(f"/members/{group.members['Amina'].id}/")
        assert answer.status_code == 403
        assert "Tumaini Savings" not in answer.content.decode()

    assert client.get(f"/members/{uuid7()}/").status_code == 404
