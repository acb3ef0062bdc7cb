"""A meeting arrives: accepted whole, refused whole, held, or shown to people."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from django.db import transaction
from uuid6 import uuid7

from egenmakt.apps.access.queries import NotAllowed
from egenmakt.apps.groups.models import Arrival, Meeting, Membership
from egenmakt.apps.groups.services.meetings import receive_meeting
from egenmakt.apps.ledger.queries import balances, cash_flow
from egenmakt.core.ledger.chain import canonical
from egenmakt.core.ledger.chart import AccountRef
from egenmakt.core.meetings.draft import lock
from tests.support.groups import ALL_FOR, START, Group, form_group, loan_terms
from tests.support.tree import Tree

WEEK = timedelta(days=7)


@pytest.fixture
def group(tree: Tree) -> Group:
    return form_group(tree)


def shares(group: Group, **bought: int) -> list[dict[str, Any]]:
    return [{"type": "shares", "member": group.id(name), "shares": count} for name, count in bought.items()]


def codes(receipt: Any) -> list[str]:
    return [finding["code"] for finding in receipt.findings]


def box(group: Group, kind: str = "loan_fund_box") -> int:
    return balances(book_id=group.row.book_id).get(AccountRef(kind), 0)


def test_an_accepted_meeting_is_one_entry_with_its_transfers(group: Group) -> None:
    document = group.meet(entries=shares(group, Amina=3, Beatrice=1))

    assert box(group) == 40_000
    meeting = Meeting.objects.get(id=document["id"])
    assert (meeting.number, meeting.present, meeting.code) == (1, 5, group.send(document).code)
    assert cash_flow(book_id=group.row.book_id)["KES"].is_proved


def test_sending_a_meeting_twice_changes_nothing(group: Group) -> None:
    document = group.meet(entries=shares(group, Amina=3))

    again = group.send(document)

    assert again.status == "already_recorded"
    assert box(group) == 30_000


def test_the_same_id_with_other_content_is_kept_in_quarantine(group: Group) -> None:
    document = group.meet(entries=shares(group, Amina=3))
    other = {**document, "notes": "changed afterwards"}

    receipt = group.send(other)

    assert (receipt.status, codes(receipt)) == ("quarantined", ["other_content"])
    assert Arrival.objects.get(id=receipt.arrival_id).state == "quarantined"
    assert box(group) == 30_000


def test_a_second_child_of_the_same_parent_is_kept_in_quarantine(group: Group) -> None:
    one = group.document(entries=shares(group, Amina=1))
    other = group.document(entries=shares(group, Beatrice=2))
    group.send(one)

    receipt = group.send(other)

    assert (receipt.status, codes(receipt)) == ("quarantined", ["second_child"])
    assert box(group) == 10_000


def test_a_meeting_that_comes_too_early_is_held_until_its_parent_comes(group: Group, tree: Tree) -> None:
    documents = _held_elsewhere(group, 3)

    receipts = [group.send(documents[n], at=_noon()) for n in (2, 1, 0)]

    assert [receipt.status for receipt in receipts] == ["held", "held", "accepted"]
    assert receipts[2].followed_by == tuple(
        Meeting.objects.filter(group=group.row, number__gt=1).order_by("number").values_list("id", flat=True)
    )
    assert box(group) == 30_000


def test_any_order_of_arrival_gives_the_same_state(group: Group) -> None:
    documents = _held_elsewhere(group, 4)
    states = set()

    for order in permutations(documents):
        with suppress(Undone), transaction.atomic():
            for document in order:
                group.send(document, at=_noon())
            group.row.refresh_from_db()
            states.add((group.row.last_hash, tuple(sorted(balances(book_id=group.row.book_id).items()))))
            raise Undone

    assert len(states) == 1


class Undone(Exception):
    """Raised to take back what was tried."""


def _held_elsewhere(group: Group, count: int) -> list[dict[str, Any]]:
    """The documents of the group's next meetings, as its phone has them before any was sent."""
    documents: list[dict[str, Any]] = []
    with suppress(Undone), transaction.atomic():
        documents += [group.meet(START + WEEK * n, shares(group, Amina=1)) for n in range(count)]
        raise Undone
    return documents


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"held_on": "2031-01-01"}, "in_the_future"),
        ({"group": str(uuid7())}, "unknown_group"),
        ({"cycle": str(uuid7())}, "wrong_cycle"),
        ({"constitution": 7}, "wrong_constitution"),
        ({"number": 9}, "wrong_number"),
        ({"schema": "something"}, "unreadable"),
        ({"keys": []}, "too_few_keys keys_in_committee"),
    ],
)
def test_bad_meetings_are_refused_and_kept(group: Group, change: dict[str, Any], code: str) -> None:
    document = group.document(entries=shares(group, Amina=3))
    names = ("Amina", "Dalila", "Esther")
    changed = {**document, **change}
    if "keys" not in change:
        changed = lock(changed, keys={group.members[n].id: group.keys[group.members[n].id] for n in names})

    receipt = group.send({**changed, "held_on": changed["held_on"]}, at=_noon())

    assert receipt.status == "refused"
    assert codes(receipt) == code.split()
    assert bytes(Arrival.objects.get(id=receipt.arrival_id).content)
    assert box(group) == 0


def _noon() -> datetime:
    return datetime(2026, 2, 1, 12, tzinfo=UTC)


def test_a_changed_sealed_meeting_is_refused_by_its_keys(group: Group) -> None:
    document = group.document(entries=shares(group, Amina=3))
    document["steps"][0]["entries"][0]["shares"] = 2

    receipt = group.send(document)

    assert codes(receipt) == ["wrong_pin", "wrong_pin", "wrong_pin"]


def test_a_share_too_many_is_refused_with_its_clause(group: Group) -> None:
    receipt = group.send(_unchecked(group, shares(group, Amina=6)))

    (finding,) = receipt.findings
    assert finding["code"] == "too_many_shares"
    assert finding["values"] == {"member": "Amina (1)", "given": 6, "most": 5}
    assert finding["clause_words"]


def _unchecked(group: Group, entries: list[dict[str, Any]], on: date = START) -> dict[str, Any]:
    """A meeting that breaks a rule: its closing counts cannot be worked out, so it is closed as it opened."""
    return group.document(on, entries)


def test_a_member_of_another_group_is_refused(group: Group, tree: Tree) -> None:
    other = form_group(tree, name="Another", names=("Zainab", "Yusra", "Xenia", "Wema", "Vumilia"))

    receipt = group.send(_unchecked(group, [{"type": "shares", "member": other.id("Zainab"), "shares": 1}]))

    assert codes(receipt) == ["not_a_member"]


def test_a_loan_needs_a_quorum_a_majority_and_room_in_the_box(group: Group) -> None:
    group.meet(entries=shares(group, Amina=5, Beatrice=5))
    loan = {
        "type": "loan",
        "id": str(uuid7()),
        "member": group.id("Amina"),
        "terms": loan_terms(200_000, START + WEEK),
        "vote": ALL_FOR,
    }
    absent = {group.members[name].id: "absent" for name in ("Chipo", "Dalila")}

    too_large = group.send(_unchecked(group, [loan], START + WEEK))
    lost = {**loan, "terms": loan_terms(50_000, START + WEEK), "vote": {"for": 2, "against": 3, "abstained": 0}}
    outvoted = group.send(_unchecked(group, [lost], START + WEEK))
    few = {**loan, "terms": loan_terms(50_000, START + WEEK), "vote": {"for": 2, "against": 0, "abstained": 0}}
    no_quorum = group.send(group.document(START + WEEK, [few], marks=absent))

    assert codes(too_large) == ["loan_above_multiple"]
    assert codes(outvoted) == ["vote_lost"]
    assert codes(no_quorum) == ["no_quorum"]


def test_a_loan_is_paid_out_repaid_in_order_and_closed(group: Group) -> None:
    group.meet(entries=shares(group, Amina=5, Beatrice=5))
    loan_id = str(uuid7())
    loan = {
        "type": "loan",
        "id": loan_id,
        "member": group.id("Amina"),
        "terms": loan_terms(60_000, START + WEEK),
        "vote": ALL_FOR,
    }
    group.meet(START + WEEK, [loan])
    assert box(group) == 40_000

    too_much = group.send(
        _unchecked(group, [{"type": "repayment", "loan": loan_id, "amount": 70_000}], START + WEEK * 5)
    )
    group.meet(START + WEEK * 6, [{"type": "repayment", "loan": loan_id, "amount": 23_000}])
    group.meet(START + WEEK * 10, [{"type": "repayment", "loan": loan_id, "amount": 23_000}])
    group.meet(START + WEEK * 14, [{"type": "repayment", "loan": loan_id, "amount": 23_000}])

    assert codes(too_much) == ["repayment_above_debt"]
    assert box(group) == 109_000
    assert group.state(START + WEEK * 15).loans == {}


def test_cash_that_does_not_agree_needs_a_reason_and_is_a_line_of_its_own(group: Group) -> None:
    entries = shares(group, Amina=3)

    refused = group.send(group.document(entries=entries, boxes={"loan_fund_box": 29_900}))
    group.meet(entries=entries, boxes={"loan_fund_box": 29_900}, reasons={"loan_fund_box": "a torn note"})

    assert codes(refused) == ["difference_without_reason"]
    assert refused.findings[0]["values"]["difference_minor"] == -100
    assert box(group) == 29_900
    assert balances(book_id=group.row.book_id)[AccountRef("cash_difference")] == -100


def test_five_wrong_pins_make_a_member_wait(group: Group) -> None:
    document = group.document(entries=shares(group, Amina=3))
    document["keys"][0]["proof"] = "0" * 64

    for n in range(5):
        group.send({**document, "notes": str(n), "id": str(uuid7())})
    member = group.members["Amina"]
    member.refresh_from_db()

    assert member.pin_locked_until is not None
    right = group.document(entries=shares(group, Amina=3))
    soon, later = (datetime(2026, 1, 5, 12, minute, tzinfo=UTC) for minute in (1, 15))
    waits = group.send(right, at=soon)
    assert codes(waits) == ["pin_must_wait"] * 3
    assert waits.findings[0]["values"]["minutes"] == 14
    assert group.send(right, at=later).status == "accepted"


def test_a_right_pin_forgives_the_wrong_ones_before_it(group: Group) -> None:
    wrong = group.document(entries=shares(group, Amina=3))
    wrong["keys"][0]["proof"] = "0" * 64
    member = group.members["Amina"]
    for n in range(4):
        group.send({**wrong, "notes": str(n), "id": str(uuid7())})
    member.refresh_from_db()
    assert member.pin_failures == 4

    assert group.send(group.document(entries=shares(group, Amina=3))).status == "accepted"

    member.refresh_from_db()
    assert (member.pin_failures, member.pin_locked_until) == (0, None)


def test_one_document_tries_one_pin_of_a_member_and_no_more(group: Group) -> None:
    document = group.document(entries=shares(group, Amina=3))
    guesses = [{"member": group.id("Amina"), "proof": f"{n:064x}"} for n in range(1, 6)]

    receipt = group.send({**document, "keys": [*guesses, *document["keys"]]})

    assert codes(receipt) == ["wrong_pin", *["key_turned_twice"] * 5]
    assert Membership.objects.get(id=group.members["Amina"].id).pin_failures == 1


def test_an_outsider_can_neither_send_nor_see(group: Group, tree: Tree) -> None:
    document = group.document(entries=shares(group, Amina=3))
    group.by = tree.chipo

    with pytest.raises(NotAllowed):
        group.send(document)
    assert not Arrival.objects.exists()


def test_a_truncated_and_an_enormous_upload_are_kept_and_named(group: Group, tree: Tree) -> None:
    content = canonical(group.document(entries=shares(group, Amina=3)))

    cut = receive_meeting(content=content[:-40], by=group.by, at=_noon())
    huge = receive_meeting(content=b" " * 1_000_001, by=group.by, at=_noon())

    other = receive_meeting(content=content.decode().encode("utf-16"), by=group.by, at=_noon())
    assert codes(cut) == ["unreadable"]
    assert "UTF-8" in other.findings[0]["values"]["problem"]
    assert codes(huge) == ["unreadable"]
    assert "1000001 bytes" in huge.findings[0]["values"]["problem"]


def test_rules_that_were_changed_behind_the_groups_back_are_refused(group: Group) -> None:
    names = ("Amina", "Dalila", "Esther")
    keys = {group.members[name].id: group.keys[group.members[name].id] for name in names}
    document = lock({**group.document(entries=shares(group, Amina=1)), "rules": "0" * 64}, keys=keys)

    assert codes(group.send(document)) == ["other_rules"]
