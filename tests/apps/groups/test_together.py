"""Meetings that come at the same moment: recorded together, each whole or not at all, as if each had come alone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction
from uuid6 import uuid7

from egenmakt.apps.groups.meeting_calls import open_meeting, open_usual
from egenmakt.apps.groups.models import Arrival, Meeting
from egenmakt.apps.groups.services.arriving import Sender, Sent
from egenmakt.apps.groups.services.meetings import receive_meeting
from egenmakt.apps.groups.services.together import Brought, record_together
from egenmakt.apps.groups.state import state_of, usual_state_of
from egenmakt.apps.ledger.checks import audit_books, audit_entries
from egenmakt.core.ledger.chain import canonical
from egenmakt.core.meetings.document import parse_json, read_meeting
from egenmakt.core.meetings.entries.table import ENTRY_FIELDS
from egenmakt.core.meetings.meeting import work_out
from egenmakt.core.meetings.state import latest_day
from tests.support.groups import ALL_FOR, START, Group, form_group, loan_terms
from tests.support.many import WEEK, hold_meetings, plant_groups
from tests.support.tree import Tree

pytestmark = pytest.mark.django_db

AT = datetime(2026, 6, 1, 9, tzinfo=UTC)


def sent(content: bytes, tree: Tree) -> Sent:
    return Sent(content, read_meeting(parse_json(content), ENTRY_FIELDS), Sender(tree.facilitator.id), AT)


def shares(group: Group, **bought: int) -> list[dict[str, Any]]:
    return [{"type": "shares", "member": group.id(name), "shares": count} for name, count in bought.items()]


def test_meetings_of_several_groups_are_recorded_together(tree: Tree) -> None:
    planted = plant_groups(parent=tree.north, groups=3, members=6)
    held = [hold_meetings(each, 2) for each in planted]

    for place in (0, 1):
        brought = [Brought(sent(chain[place].content, tree)) for chain in held]
        record_together(brought)
        assert [each.receipt and each.receipt.status for each in brought] == ["accepted"] * 3

    assert Meeting.objects.count() == 6
    kept = {arrival.meeting_id: bytes(arrival.content) for arrival in Arrival.objects.filter(state="accepted")}
    assert kept == {meeting.id: meeting.content for chain in held for meeting in chain}
    assert audit_books() + audit_entries() == []


def test_those_that_cannot_be_accepted_as_they_stand_do_not_hold_up_the_others(tree: Tree) -> None:
    planted = plant_groups(parent=tree.north, groups=3, members=6)
    first, second, third = (hold_meetings(each, 2) for each in planted)
    broken = canonical({**parse_json(second[0].content), "number": 7})
    brought = [Brought(sent(content, tree)) for content in (first[0].content, broken, third[1].content)]

    record_together(brought)

    assert [each.receipt and each.receipt.status for each in brought] == ["accepted", None, None]
    assert Arrival.objects.count() == 1
    fates = [receive_meeting(content=content, by=tree.facilitator, at=AT) for content in (broken, third[1].content)]
    assert [fate.status for fate in fates] == ["refused", "held"]


def test_when_the_database_refuses_one_of_them_nothing_is_half_written_and_each_goes_its_own_way(tree: Tree) -> None:
    lender, other, third = (form_group(tree, name=name) for name in ("One", "Two", "Three"))
    loan_id = str(uuid7())
    for each in (lender, other, third):
        each.meet(entries=shares(each, Amina=5))

    def content(each: Group, *entries: dict[str, Any]) -> bytes:
        return canonical(each.document(START + WEEK, list(entries)))

    def loan(each: Group) -> dict[str, Any]:
        terms = loan_terms(10_000, START + WEEK)
        return {"type": "loan", "id": loan_id, "member": each.id("Amina"), "terms": terms, "vote": ALL_FOR}

    contents = [content(lender, loan(lender)), content(other, loan(other)), content(third, *shares(third, Amina=1))]
    brought = [Brought(sent(each, tree)) for each in contents]
    before = Meeting.objects.count()

    record_together(brought)

    assert ([each.receipt for each in brought], Meeting.objects.count()) == ([None] * 3, before)
    fates = [receive_meeting(content=each, by=tree.facilitator, at=AT).status for each in contents]
    assert fates == ["accepted", "refused", "accepted"]
    assert audit_books() + audit_entries() == []


def test_what_is_read_of_a_usual_meetings_group_leads_to_the_same_as_all_of_it(tree: Tree) -> None:
    (planted,) = plant_groups(parent=tree.north, groups=1, members=8)

    for held in hold_meetings(planted, 7):
        each = sent(held.content, tree)
        document = each.document
        with transaction.atomic():
            whole, usual = open_meeting(each.question()), open_usual([each.question()])[0]
        assert whole.state is not None
        assert usual.state is not None
        all_of_it = state_of(whole.state, group_id=document.group, on=document.held_on)
        part = usual_state_of(usual.state, group_id=document.group, on=document.held_on)
        outcomes = [work_out(state=state, document=document, today=latest_day(AT)) for state in (all_of_it, part)]

        assert outcomes[0].transfers == outcomes[1].transfers
        assert (outcomes[0].granted, outcomes[0].changed) == (outcomes[1].granted, outcomes[1].changed)
        assert (whole.sender, whole.pin_keys) == (usual.sender, usual.pin_keys)
        locked_by = {key.member for key in document.keys}
        assert {id for id in locked_by if all_of_it.members[id].in_committee} == {
            id for id in locked_by if part.members[id].in_committee
        }
        not_empty = {ref: balance for ref, balance in all_of_it.balances.items() if balance}
        assert part.balances == not_empty
        assert receive_meeting(content=held.content, by=tree.facilitator, at=AT).status == "accepted"
