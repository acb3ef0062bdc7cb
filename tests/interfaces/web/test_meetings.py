"""Meetings, minutes, loans, the book and the share-out of today: said in words, exact, and only to insiders."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client
from django.utils import timezone
from uuid6 import uuid7

from egenmakt.apps.groups.models import Meeting
from egenmakt.apps.groups.services.corrections import correct_meeting
from egenmakt.apps.ledger.models import Account
from egenmakt.apps.lending.models import Loan
from egenmakt.core.ledger.chain import canonical
from tests.support.groups import START, Group
from tests.support.reading import (
    WEEK,
    contributions,
    group_with_history,
    loan_entry,
    queries_of,
    shares,
    stand_still,
    words_of,
)
from tests.support.tree import Tree


@pytest.fixture(autouse=True)
def _a_day_in_may(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_still(monkeypatch)


def meeting_page(client: Client, group: Group, number: int, query: str = ""):
    return client.get(f"/meetings/{Meeting.objects.get(group=group.row, number=number).id}/{query}")


def test_the_minutes_tell_the_meeting_in_sentences(client: Client, tree: Tree) -> None:
    group = group_with_history(tree)
    client.force_login(tree.amina)

    words = words_of(meeting_page(client, group, 3))

    for sentence in (
        "Held on Monday, January 19, 2026. Recorded at the meeting.",
        "Present 4 Absent 1",
        "Dalila (4) got KES 15.00 from the social fund: medicine",
        "Amina (1) bought 5 shares for KES 500.00.",
        "Amina (1) repaid KES 50.00: KES 20.00 of the loan, KES 30.00 interest.",
        "Esther (5) was fined KES 50.00: absent without a word.",
        "The group spent KES 7.00 (Loan fund box): a new lock",
        "The group decided: We meet at the school. Votes: 3 for, 1 against, 0 abstained.",
        "Loan fund box 3,443.00 3,443.00 0.00",
        "Loan fund box: Amina (1) KES 3,443.00, Beatrice (2) KES 3,443.00",
        "Amina (1) , in the committee",
        "Dalila (4) , outside the committee",
    ):
        assert sentence in words
    code = Meeting.objects.get(group=group.row, number=3).code
    assert f"{code[:4]} {code[4:]}" in words
    assert "Amina (1) got a loan of KES 600.00, to be repaid in 3 instalments." in words_of(
        meeting_page(client, group, 2)
    )


def test_every_type_of_entry_is_told_without_a_code_showing_through(client: Client, tree: Tree) -> None:
    group = group_with_history(tree, loans=2)
    vote = {"for": 5, "against": 0, "abstained": 0}
    first, second = Loan.objects.filter(book_id=group.row.book_id).order_by("id")
    terms = {**first.schedule["terms"], "principal_minor": 58_000, "disbursed_on": (START + 5 * WEEK).isoformat()}
    plan = {
        key: terms[key]
        for key in ("currency", "principal_minor", "disbursed_on", "method", "rate_percent", "instalments")
    }
    group.meet(
        START + 5 * WEEK,
        [
            {"type": "fine_payment", "member": group.id("Esther"), "amount": 2000},
            {"type": "fine_waiver", "member": group.id("Esther"), "amount": 3000, "vote": vote, "words": "she was ill"},
            {"type": "write_off", "loan": str(second.id), "vote": vote, "words": "the goat died"},
            {"type": "reschedule", "loan": str(first.id), "terms": plan, "vote": vote},
            {"type": "income", "amount": 9000, "words": "the feast", "box": "loan_fund_box"},
            {"type": "grant", "amount": 10000, "words": "from the district", "box": "loan_fund_box"},
            {"type": "bank_deposit", "amount": 50000},
            {"type": "bank_withdrawal", "amount": 10000},
            {"type": "exit", "member": group.id("Chipo"), "reason": "left", "words": "She moves away."},
        ],
    )
    client.force_login(tree.amina)

    words = words_of(meeting_page(client, group, 5))

    for sentence in (
        "Esther (5) paid KES 20.00 of her fines.",
        "The group waived a fine of KES 30.00 for Esther (5): she was ill",
        "The group wrote off KES 600.00 of the loan of Beatrice (2): the goat died",
        "The group gave Amina (1) a new plan for the KES 580.00 that is left of her loan.",
        "The group earned KES 90.00 (Loan fund box): the feast",
        "The group was given KES 100.00 (Loan fund box): from the district",
        "KES 500.00 was taken to the bank.",
        "KES 100.00 was fetched from the bank.",
        "Chipo (3) left the group and was paid KES 700.00. She moves away.",
    ):
        assert sentence in words
    assert not re.search(r"[a-z]+_[a-z]+", words)
    ours = words_of(client.get(f"/loans/{first.id}/"))
    assert "The group voted for a new plan." in ours


def test_a_correction_is_shown_beside_what_is_in_force_and_the_original_stays(client: Client, tree: Tree) -> None:
    group = group_with_history(tree)
    meeting = Meeting.objects.get(group=group.row, number=4)
    document = json.loads(bytes(meeting.arrival.content))
    entry = next(e for s in document["steps"] for e in s["entries"] if e["member"] == group.id("Chipo"))
    entry["shares"] = 2
    for count in document["closing"][0]["counts"]:
        count["amount"] += 10_000
    correct_meeting(
        id=uuid7(),
        meeting=meeting,
        content=canonical(document),
        reason="Chipo bought two shares; only one was written.",
        by=tree.facilitator,
        at=timezone.now(),
    )
    client.force_login(tree.amina)

    now, then = words_of(meeting_page(client, group, 4)), words_of(meeting_page(client, group, 4, "?as=recorded"))

    assert "Chipo (3) bought 2 shares for KES 200.00." in now
    assert "Chipo bought two shares; only one was written." in now
    assert "Shares: Chipo (3): from KES 700.00 to KES 800.00" in now
    assert "Taken back: Shares bought Shares: Chipo (3) Loan fund box 100.00" in now
    assert "Chipo (3) bought 1 share for KES 100.00." in then
    assert "You read the meeting as it was first recorded." in then


def test_the_list_of_meetings_and_the_minutes_cost_the_same_for_one_entry_and_for_many(
    client: Client, tree: Tree
) -> None:
    group = group_with_history(tree)
    large = group_with_history(tree, name="Amani", loans=3, meetings=6)
    client.force_login(tree.amina)

    def minutes(of: Group, number: int) -> str:
        return f"/meetings/{Meeting.objects.get(group=of.row, number=number).id}/"

    assert queries_of(client, minutes(group, 4)) == queries_of(client, minutes(large, 3))
    assert queries_of(client, minutes(group, 4)) == queries_of(client, minutes(large, 6))
    listed = queries_of(client, f"/groups/{group.row.id}/meetings/")
    group.meet(START + 4 * WEEK, shares(group, 1))
    assert queries_of(client, f"/groups/{group.row.id}/meetings/") == listed


def test_a_loans_page_shows_terms_plan_payments_and_cost(client: Client, tree: Tree) -> None:
    group_with_history(tree)
    client.force_login(tree.amina)

    words = words_of(client.get(f"/loans/{Loan.objects.get().id}/"))

    for sentence in (
        "Loan of KES 600.00, January 12, 2026 Amina (1)",
        "The interest is 5 % a month.",
        "It is paid back in 3 instalments, every month.",
        "Overdue KES 640.00 Days past due 97",
        "The borrower receives KES 600.00 and pays back KES 690.00 in 3 payments, the last on April 12, 2026.",
        "The loan costs KES 90.00: KES 90.00 in interest and KES 0.00 in fees.",
        "1 Feb 12, 2026 200.00 30.00 0.00 230.00 230.00 400.00",
        "Jan 19, 2026 3 Repaid of the loan 20.00 580.00",
        "Jan 19, 2026 3 Interest paid 30.00 580.00",
    ):
        assert sentence in words


def test_the_exact_amount_stands_beside_the_rounded_one(client: Client, tree: Tree) -> None:
    group = group_with_history(tree)
    group.meet(START + 4 * WEEK, [loan_entry(group, "Chipo", 10_000, START + 4 * WEEK)])
    client.force_login(tree.amina)

    words = words_of(client.get(f"/loans/{Loan.objects.get(principal_minor=10_000).id}/"))

    # a third of 100.00, and 5.00 interest; the last instalment takes the cent that rounding left over
    assert "33.33 5.00 0.00 38.333333 38.33 66.67" in words
    assert "33.34 5.00 0.00 38.333333 38.34 0.00" in words
    assert "Together 100.00 15.00 0.00 115.00 115.00" in words


def test_the_book_is_proved_and_each_account_opens_to_its_history(client: Client, tree: Tree) -> None:
    group = group_with_history(tree)
    client.force_login(tree.amina)
    book = f"/groups/{group.row.id}/book/"

    words = words_of(client.get(book))

    assert "Money in KES 4,750.00" in words
    assert "Money out KES 622.00" in words
    assert "Money held KES 4,128.00" in words
    assert "The book is right" in words
    assert "Together 4,765.00 4,765.00" in words
    account = words_of(client.get(f"{book}shares/{group.id('Amina')}/"))
    assert "Jan 19, 2026 Shares bought Loan fund box +500.00 1,100.00" in account
    assert client.get(f"{book}gold/").status_code == 404
    assert client.get(f"{book}shares/").status_code == 404
    assert client.get(f"{book}loan_fund_box/?before=x").status_code == 404


def test_a_book_that_is_not_right_says_so_and_does_not_look_right(client: Client, tree: Tree, monkeypatch) -> None:
    from egenmakt.apps.groups.queries import ledger
    from egenmakt.apps.ledger.queries import CashFlow

    group = group_with_history(tree)
    monkeypatch.setattr(ledger, "cash_flow", lambda **_: {"KES": CashFlow(100, 50, 49)})
    client.force_login(tree.amina)

    words = words_of(client.get(f"/groups/{group.row.id}/book/"))

    assert "The book is not right" in words
    assert "The book is right" not in words


def test_a_long_history_is_read_page_by_page(client: Client, tree: Tree) -> None:
    group = group_with_history(tree, meetings=14)
    client.force_login(tree.amina)
    address = f"/groups/{group.row.id}/book/loan_fund_box/"

    first = client.get(address)
    second = client.get(address + first.context["older_url"])

    lines = [*first.context["lines"], *second.context["lines"]]
    box = Account.objects.get(book_id=group.row.book_id, kind="loan_fund_box")
    assert len(first.context["lines"]) == 50
    assert lines[0].balance_minor == box.balance_minor
    assert sum(line.change_minor for line in lines) == box.balance_minor
    assert second.context["older_url"] == ""


def test_the_share_out_of_today_names_every_part_and_what_blocks_it(client: Client, tree: Tree) -> None:
    group = group_with_history(tree)
    group.meet(START + 4 * WEEK, [*contributions(group)])
    client.force_login(tree.amina)

    words = words_of(client.get(f"/groups/{group.row.id}/share-out-today/"))

    # 133 of profit on 45 shares: 12 of them are 35.47, 7 are 20.69
    assert "Amina (1) 12 1,200.00 35.47 1,235.47 640.00 0.00 595.47 0.00" in words
    assert "Esther (5) 7 700.00 20.69 720.69 0.00 50.00 670.69 0.00" in words
    assert "Together 45 4,500.00 133.00 4,633.00 640.00 50.00 3,943.00 0.00" in words
    assert "Nothing is in the way of the share-out." in words
    assert "What is left of her debt when her claim is used up." in words


def test_a_debt_above_the_claim_blocks_and_is_named(client: Client, tree: Tree) -> None:
    group = group_with_history(tree)
    group.meet(START + 4 * WEEK, [loan_entry(group, "Chipo", 210_000, START + 4 * WEEK)])
    client.force_login(tree.amina)

    words = words_of(client.get(f"/groups/{group.row.id}/share-out-today/"))

    assert "Chipo (3) still owes KES" in words
    assert "Members who owe more than they have coming Chipo (3) has KES" in words
    assert "Cash lacking KES 1,645.31" in words


@pytest.mark.parametrize("kind", ["meeting", "loan"])
def test_an_outsider_reads_no_minutes_and_no_loan(client: Client, tree: Tree, kind: str) -> None:
    group_with_history(tree)
    id = Meeting.objects.first().id if kind == "meeting" else Loan.objects.get().id
    for user in (tree.chipo, tree.beatrice, tree.nobody):
        client.force_login(user)
        answer = client.get(f"/{kind}s/{id}/")
        assert answer.status_code == 403
        assert "Tumaini" not in answer.content.decode()

    assert client.get(f"/{kind}s/{uuid7()}/").status_code == 404
