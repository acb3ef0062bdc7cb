"""Grading a group: proposed from the books, marked line by line, kept with its card, own cards checked."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from egenmakt.apps.groups.measures import measures_of
from egenmakt.apps.groups.models import Grading, OwnGradingCard
from egenmakt.core.savings.grading import shipped_document
from tests.interfaces.web.test_recording import signed_in
from tests.support.groups import Group, form_group, loan_terms
from tests.support.tree import Tree

ID = "0192f0c1-2b3c-7d4e-8f90-1a2b3c4d5e6f"


@pytest.fixture
def group(tree: Tree) -> Group:
    """Three meetings in the last quarter; everybody saves each time, Esther is absent once, Amina has a loan."""
    group = form_group(tree)
    today = timezone.localdate()
    shares = [{"type": "shares", "member": group.id(name), "shares": 5} for name in group.members]
    vote = {"for": 5, "against": 0, "abstained": 0}
    first = today - timedelta(days=75)
    loan = {"type": "loan", "id": ID, "member": group.id("Amina"), "terms": loan_terms(30_000, first), "vote": vote}
    group.meet(first, [*shares, loan])
    group.meet(today - timedelta(days=40), [*shares, {"type": "repayment", "loan": ID, "amount": 11_500}])
    absent = {group.members["Esther"].id: "absent"}
    group.meet(today - timedelta(days=5), shares[:4], marks=absent)
    return group


def url(group: Group, card: str = "") -> str:
    return reverse("grading", args=[group.row.id]) + (f"?card={card}" if card else "")


def test_the_measures_are_read_from_the_books(group: Group) -> None:
    found = measures_of(group=group.row, on=timezone.localdate())
    assert {name: str(value.value) for name, value in found.items()} == {
        "meetings_a_month": "1",
        "attendance_percent": "280/3",  # 14 of 15
        "members_saving_percent": "80",
        "members_with_internal_loan_percent": "20",
        "recovery_percent": "50",  # two instalments of 115 fell due, one was paid
    }


def test_a_group_is_graded_line_by_line_and_the_grading_is_kept(group: Group, tree: Tree) -> None:
    client = signed_in(tree.facilitator)
    page = client.get(url(group, "panchsutra"))
    text = page.content.decode()
    assert "From the roll calls" not in text
    assert "From the ledger: who saved" in text
    data: dict[str, Any] = {bound.name: bound.value() for bound in page.context["form"] if bound.value() is not None}
    data |= {"measure-books": "kept properly", "id": ID}

    shown = client.post(url(group, "panchsutra"), data)
    assert "Grade not ready: 1 of 5 marks." in shown.content.decode()
    assert Grading.objects.count() == 0
    kept = client.post(url(group, "panchsutra"), {**data, "keep": "1"})

    grading = Grading.objects.get()
    assert kept.url == reverse("grading_result", args=[grading.id])
    assert (grading.total, grading.grade, grading.graded_by) == ("1", "not ready", tree.facilitator.id)
    result = client.get(kept.url).content.decode()
    assert "Books of account: kept properly" in result
    assert client.post(url(group, "panchsutra"), {**data, "keep": "1"}).status_code == 302
    assert Grading.objects.count() == 1
    assert "not ready" in client.get(url(group)).content.decode()


def test_a_measure_outside_its_limits_is_named_beside_its_field(group: Group, tree: Tree) -> None:
    client = signed_in(tree.facilitator)
    page = client.get(url(group, "panchsutra"))
    data = {bound.name: bound.value() for bound in page.context["form"] if bound.value() is not None}

    wrong = client.post(
        url(group, "panchsutra"), {**data, "measure-books": "kept properly", "measure-recovery_percent": "140"}
    )

    assert wrong.status_code == 422
    assert list(wrong.context["form"].errors) == ["measure-recovery_percent"]


def test_a_card_with_a_hole_is_refused_by_name_and_a_whole_one_is_used(group: Group, tree: Tree) -> None:
    client = signed_in(tree.facilitator)
    address = reverse("grading_card", args=[group.row.id])
    card: Any = shipped_document("panchsutra")
    card["name"] = "Our own"
    card["criteria"][2]["bands"][0]["from"] = 60
    file = SimpleUploadedFile("card.json", json.dumps(card).encode())
    wrong = client.post(address, {"id": ID, "file": file})
    assert wrong.status_code == 422
    assert "Internal lending" in str(wrong.context["form"].errors)
    assert "Our own" in wrong.content.decode()  # the card can be put right on the page

    card["criteria"][2]["bands"][1]["to"] = 60
    right = client.post(address, {"id": ID, "text": json.dumps(card)})

    assert right.url == url(group, ID)
    assert OwnGradingCard.objects.get().name == "Our own"
    assert "Our own" in client.get(url(group)).content.decode()


def test_an_outsider_sees_nothing_and_a_reader_does_not_grade(group: Group, tree: Tree) -> None:
    for user in (tree.chipo, tree.beatrice, tree.nobody):
        assert signed_in(user).get(url(group)).status_code == 403
        assert signed_in(user).get(reverse("grading_card", args=[group.row.id])).status_code == 403
    reader = signed_in(tree.monitoring).get(url(group, "panchsutra"))
    assert reader.status_code == 200
    assert "form" not in reader.context
