"""Correcting an old meeting: the effect first, then the deed; the original stays."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from uuid6 import uuid7

from egenmakt.apps.groups.models import Correction, Meeting
from egenmakt.apps.ledger.queries import balances
from egenmakt.core.ledger.chart import AccountRef
from tests.interfaces.web.test_recording import signed_in
from tests.support.groups import ALL_FOR, Group, form_group, loan_terms
from tests.support.tree import Tree


@pytest.fixture
def group(tree: Tree) -> Group:
    group = form_group(tree)
    shares = [{"type": "shares", "member": group.id(name), "shares": 3} for name in ("Amina", "Beatrice")]
    group.meet(date(2026, 1, 5), shares)
    group.meet(date(2026, 1, 12), [{"type": "shares", "member": group.id("Amina"), "shares": 2}])
    return group


def address(number: int = 1) -> str:
    return reverse("meeting_correct", args=[Meeting.objects.get(number=number).id])


def shown(page: Any) -> dict[str, Any]:
    """What the form holds, as a browser would send it."""
    data: dict[str, Any] = {"content": page.context["content"], "card": page.context["cards"]}
    for bound in page.context["sheet"]:
        value = bound.value()
        if value is None or value is False or value in ("", []):
            continue
        widget = bound.field.widget
        data[bound.name] = widget.format_value(value) if hasattr(widget, "format_value") else value
        if isinstance(data[bound.name], list) and len(data[bound.name]) == 1:
            data[bound.name] = data[bound.name][0]
    return data


def look(client: Client, number: int = 1, **changes: Any) -> Any:
    return client.post(address(number), {**shown(client.get(address(number))), **changes, "deed": "look"})


def test_a_wrong_number_of_shares_is_put_right_after_its_effect_was_seen(group: Group, tree: Tree) -> None:
    client = signed_in(tree.facilitator)
    page = look(client, **{"entry-0-0-shares": "1"})
    assert page.status_code == 200
    text = page.content.decode()
    assert "300.00 → 100.00" in text  # Amina's shares after the first meeting
    assert "500.00 → 300.00" in text  # and after the second
    assert Correction.objects.count() == 0

    content, id = page.context["content"], page.context["correction_id"]
    confirm = {"content": content, "correction": id, "deed": "confirm", "reason": "Amina bought one share"}
    done = client.post(address(), confirm)

    assert done.url == reverse("meeting_corrected", args=[id])
    assert "Amina bought one share" in client.get(done.url).content.decode()
    assert balances(group.row.id)[AccountRef("shares", group.members["Amina"].id)] == 30_000
    assert balances(group.row.id)[AccountRef("loan_fund_box")] == 60_000
    assert client.post(address(), confirm).url == done.url
    assert Correction.objects.count() == 1


def test_without_a_reason_nothing_is_corrected_and_nothing_typed_is_lost(group: Group, tree: Tree) -> None:
    client = signed_in(tree.facilitator)
    page = look(client, **{"entry-0-0-shares": "1"})
    content = page.context["content"]

    again = client.post(address(), {"content": content, "correction": page.context["correction_id"], "deed": "confirm"})

    assert again.status_code == 422
    assert again.context["content"] == content
    assert Correction.objects.count() == 0
    edit = client.post(address(), {"content": content, "deed": "edit"})
    assert shown(edit)["entry-0-0-shares"] == "1"


def test_a_forbidden_correction_is_refused_beside_its_field(group: Group, tree: Tree) -> None:
    page = look(signed_in(tree.facilitator), **{"entry-0-0-shares": "9"})

    assert page.status_code == 422
    assert list(page.context["sheet"].errors) == ["entry-0-0-shares"]
    assert "At each meeting a member buys from 1 to 5 shares." in page.content.decode()


def test_a_forgotten_entry_is_added_and_a_wrong_one_taken_out(group: Group, tree: Tree) -> None:
    client = signed_in(tree.facilitator)
    first = client.post(address(), {**shown(client.get(address())), "add": "expense"})
    card = first.context["cards"][0].partition(":")[0]
    filled = {
        f"{card}-amount": "50",
        f"{card}-words": "A new lock",
        f"{card}-box": "loan_fund_box",
        "entry-0-1-out": "on",
    }

    page = client.post(address(), {**shown(first), **filled, "deed": "look"})

    assert page.status_code == 200, page.context["sheet"].errors
    changed = {row.cells[0]: row.cells[1:] for row in page.context["effects"].rows}
    assert [column.heading for column in page.context["effects"].columns] == [
        "After meeting",
        "The loan fund",
        "Shares: Beatrice (2)",
        "Expenses",
    ]
    assert changed["1"] == ["600.00 → 250.00", "300.00 → 0.00", "0.00 → 50.00"]


def test_a_loan_that_was_written_off_since_is_not_changed_before_that_is(group: Group, tree: Tree) -> None:
    loan, days = str(uuid7()), [date(2026, 1, day) for day in (19, 20, 21)]
    terms = loan_terms(10_000, days[0])
    lent = {"type": "loan", "id": loan, "member": group.id("Amina"), "terms": terms, "vote": ALL_FOR}
    group.meet(days[0], [lent])
    group.meet(days[1], [{"type": "repayment", "loan": loan, "amount": 4_000}])
    group.meet(days[2], [{"type": "write_off", "loan": loan, "vote": ALL_FOR, "words": "she has died"}])
    client = signed_in(tree.facilitator)

    page = look(client, 4, **{"entry-0-0-amount": "10.00"})

    assert page.status_code == 422
    assert "Correct the later meeting first" in page.content.decode()


def test_nothing_changed_is_said(group: Group, tree: Tree) -> None:
    page = look(signed_in(tree.facilitator))
    assert page.status_code == 422
    assert "Change what was wrong" in page.content.decode()


def test_an_outsider_sees_nothing(group: Group, tree: Tree) -> None:
    for user in (tree.chipo, tree.monitoring, tree.beatrice):
        answer = signed_in(user).get(address())
        assert answer.status_code == 403
        assert "Amina (1)" not in answer.content.decode()
