"""Meetings that were refused or are in conflict: why, beside the recorded one, and the group's decision."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from egenmakt.apps.groups.models import Arrival, Meeting
from tests.interfaces.web.test_recording import signed_in
from tests.support.groups import Group, form_group
from tests.support.tree import Tree


@pytest.fixture
def group(tree: Tree) -> Group:
    """One meeting recorded, the same one sent with other content, and one that was refused."""
    group = form_group(tree)
    shares = {"type": "shares", "member": group.id("Amina"), "shares": 3}
    other = group.document(date(2026, 1, 5), [{**shares, "shares": 2}])
    group.send(group.document(date(2026, 1, 5), [shares], id=other["id"]))
    group.send(other)
    group.send(group.document(date(2026, 1, 12), [{**shares, "shares": 9}]))
    return group


def url(group: Group) -> str:
    return reverse("quarantine", args=[group.row.id])


def one(group: Group, state: str) -> str:
    return reverse("quarantine_arrival", args=[group.row.id, Arrival.objects.get(state=state).id])


def test_each_reason_is_a_sentence_with_its_clause(group: Group, tree: Tree) -> None:
    text = signed_in(tree.facilitator).get(url(group)).content.decode()
    assert "Amina (1) buys 9 shares; at most 5 may be bought at a meeting." in text
    assert "Meeting 1 has been recorded already, with other content." in text


def test_the_two_documents_stand_side_by_side(group: Group, tree: Tree) -> None:
    page = signed_in(tree.facilitator).get(one(group, "quarantined"))
    rows = {row.cells[0]: list(row.cells[1:]) for row in page.context["table"].rows}
    assert rows["Shares: Amina (1)"] == ["3 shares", "2 shares", "differs"]
    assert rows["Roll call: Amina (1)"] == ["Present", "Present", "the same"]
    assert "form" not in page.context or page.context["form"] is None  # the facilitator does not decide


def test_what_the_group_decided_is_written_down_and_the_document_stays(group: Group, tree: Tree) -> None:
    address = one(group, "quarantined")
    client = signed_in(tree.amina)
    assert client.post(address, {"words": " "}).status_code == 422

    done = client.post(address, {"words": "Three shares were right."})

    assert done.url == url(group)
    assert Arrival.objects.filter(state="settled", settled_by=tree.amina.id).count() == 1
    assert "Three shares were right." in client.get(url(group)).content.decode()
    assert Meeting.objects.count() == 1


def test_whoever_may_not_decide_is_refused(group: Group, tree: Tree) -> None:
    answer = signed_in(tree.facilitator).post(one(group, "quarantined"), {"words": "Mine"})
    assert answer.status_code == 403
    assert not Arrival.objects.filter(state="settled").exists()


def test_a_try_that_was_accepted_later_is_not_shown(group: Group, tree: Tree) -> None:
    refused = Arrival.objects.get(state="refused")
    right = group.document(date(2026, 1, 12), [], id=refused.meeting_id)
    group.send(right)
    text = signed_in(tree.facilitator).get(url(group)).content.decode()
    assert "buys 9 shares" not in text


def test_an_outsider_sees_nothing(group: Group, tree: Tree) -> None:
    for user in (tree.chipo, tree.beatrice, tree.nobody):
        for address in (url(group), one(group, "quarantined")):
            answer = signed_in(user).get(address)
            assert answer.status_code == 403
            assert "Amina (1)" not in answer.content.decode()


def test_three_documents_cost_as_many_queries_as_one(
    group: Group, tree: Tree, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in(tree.facilitator)
    with CaptureQueriesContext(connection) as before:
        client.get(url(group))
    for shares in (7, 8):
        entry = {"type": "shares", "member": group.id("Amina"), "shares": shares}
        group.send(group.document(date(2026, 1, 12), [entry]))
    with django_assert_num_queries(len(before)):
        client.get(url(group))
