"""A group with a history to read: savings, loans, fines, a correction, goals, and what the pages need."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from uuid6 import uuid7

from egenmakt.apps.groups.models import Goal
from tests.support.groups import ALL_FOR, START, Group, form_group, loan_terms
from tests.support.tree import Tree

WEEK = timedelta(days=7)
TODAY = date(2026, 5, 20)


def stand_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every page be read on the same day, whenever the tests are run."""
    noon = datetime.combine(TODAY, time(12), tzinfo=UTC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: noon)


def words_of(answer: HttpResponse) -> str:
    """What a reader reads on a page: no marks, one space between words."""
    body = re.sub(r"<(script|style|head).*?</\1>", " ", answer.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(re.sub("<[^>]+>", " ", body)).replace("\u00a0", " ").split())


def queries_of(client: Client, address: str) -> int:
    """How many queries a page takes, once the caches of a running server are warm."""
    assert client.get(address).status_code == 200
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    return len(queries)


def shares(group: Group, count: int = 3, names: tuple[str, ...] | None = None) -> list[dict[str, Any]]:
    """Everybody, or those who are named, buys shares."""
    return [
        {"type": "shares", "member": str(member.id), "shares": count}
        for name, member in group.members.items()
        if names is None or name in names
    ]


def contributions(group: Group) -> list[dict[str, Any]]:
    """Everybody pays to the social fund."""
    return [{"type": "contribution", "member": str(m.id), "amount": 2000} for m in group.members.values()]


def loan_entry(group: Group, name: str, amount_minor: int, on: date, **terms: Any) -> dict[str, Any]:
    """A loan that all voted for."""
    return {
        "type": "loan",
        "id": str(uuid7()),
        "member": group.id(name),
        "terms": loan_terms(amount_minor, on, **terms),
        "guarantors": [],
        "vote": ALL_FOR,
    }


def repayment(loan: dict[str, Any], amount_minor: int) -> dict[str, Any]:
    """A borrower repays."""
    return {"type": "repayment", "loan": loan["id"], "amount": amount_minor}


def group_with_history(tree: Tree, name: str = "Tumaini Savings", loans: int = 1, meetings: int = 4) -> Group:
    """A group that has met weekly, lent, been repaid, fined, helped and decided."""
    group = form_group(tree, name=name)
    group.meet(START, [*contributions(group), *shares(group)])
    granted = [loan_entry(group, borrower, 60_000, START + WEEK) for borrower in list(group.members)[:loans]]
    group.meet(START + WEEK, [*contributions(group), *shares(group), *granted])
    absent = {group.members["Esther"].id: "absent"}
    group.meet(
        START + 2 * WEEK,
        [
            {"type": "social_grant", "amount": 1500, "words": "medicine", "member": group.id("Dalila")},
            *shares(group, 5, ("Amina", "Beatrice")),
            repayment(granted[0], 5_000),
            {"type": "fine", "member": group.id("Esther"), "fine": "absent without a word", "amount": 5000},
            {"type": "expense", "amount": 700, "words": "a new lock", "box": "loan_fund_box"},
            {"type": "decision", "words": "We meet at the school.", "vote": {"for": 3, "against": 1, "abstained": 0}},
        ],
        marks=absent,
    )
    for week in range(3, meetings):
        group.meet(START + week * WEEK, shares(group, 1))
    Goal.objects.create(
        id=uuid7(),
        group=group.row,
        words="A maize mill",
        target_minor=500_000,
        set_on=START,
        due_on=date(2026, 12, 31),
    )
    return group
