"""Forming a group: its place, members by list, offices, PINs before witnesses, a cycle, goals, opening balances."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from egenmakt.apps.audit.models import Event
from egenmakt.apps.groups.models import CutOffSheet, Cycle, Draft, Goal, Membership, OfficeHeld, SavingsGroup
from egenmakt.apps.ledger.queries import balances
from egenmakt.core.ledger.chart import AccountRef
from tests.interfaces.web.test_recording import signed_in
from tests.support.groups import Group, form_group
from tests.support.tree import Tree

ID = "0192f0c1-2b3c-7d4e-8f90-1a2b3c4d5e6f"


@pytest.fixture
def group(tree: Tree) -> Group:
    return form_group(tree)


def settings_url(group: Group) -> str:
    return reverse("group_settings", args=[group.row.id])


def test_a_group_is_formed_below_a_partner_with_its_countrys_money(tree: Tree) -> None:
    client = signed_in(tree.facilitator)
    data = {
        "id": ID,
        "name": "Umoja wa Wanawake",
        "parent": str(tree.north.id),
        "kind": "savings",
        "country": "KE",
        "place": "Kibera",
        "currency": "",
        "formed_on": "2026-01-05",
        "language": "sw",
    }
    answer = client.post(reverse("group_new"), data)

    group = SavingsGroup.objects.get()
    assert answer.url == reverse("group_settings", args=[group.id])
    assert (str(group.id), group.currency, group.node.parent_id) == (ID, "KES", tree.north.id)
    assert group.node.place is not None
    assert group.node.place.name == "Kibera"
    assert client.post(reverse("group_new"), data).status_code == 302
    assert SavingsGroup.objects.count() == 1


def test_a_group_cannot_be_formed_where_one_has_no_role(tree: Tree) -> None:
    client = signed_in(tree.facilitator)
    data = {"id": ID, "name": "X", "parent": str(tree.far.id), "kind": "savings", "country": "KE", "language": "en"}
    answer = client.post(reverse("group_new"), {**data, "formed_on": "2026-01-05"})
    assert answer.status_code == 422
    assert ">Far<" not in answer.content.decode()
    assert signed_in(tree.monitoring).get(reverse("group_new")).status_code == 403


def test_a_pasted_list_takes_in_all_members_or_none(group: Group, tree: Tree) -> None:
    client = signed_in(tree.facilitator)
    address = reverse("member_new", args=[group.row.id])
    data = {"form": "many", "id": ID, "sex": "unknown", "joined_on": "2026-01-05"}
    wrong = client.post(address, {**data, "lines": "Mary Wanjiru; woman; 1990\nJohn; perhaps"})
    assert wrong.status_code == 422
    assert "Line 2" in wrong.content.decode()
    assert "Mary Wanjiru; woman; 1990" in wrong.content.decode()
    assert Membership.objects.count() == 5

    lines = {**data, "lines": "Mary Wanjiru; woman; 1990\nJohn\nMary Wanjiru; w"}
    client.post(address, lines)
    again = client.post(address, lines, follow=True)

    new = Membership.objects.filter(number__gt=5).order_by("number")
    assert [(m.number, m.person.name, m.person.sex, m.person.birth_year) for m in new] == [
        (6, "Mary Wanjiru", "female", 1990),
        (7, "John", "unknown", None),
        (8, "Mary Wanjiru", "female", None),
    ]
    assert "Some members have the same name: Mary Wanjiru" in again.content.decode()


def test_names_from_right_to_left_and_with_emoji_stay_as_they_were_typed(group: Group, tree: Tree) -> None:
    client = signed_in(tree.facilitator)
    names = ["أمينة محمد", "עמינה", "Amina 🐟", "आमिना", 'O\'Brien "B" <i>']
    data = {"form": "many", "id": ID, "sex": "unknown", "joined_on": "2026-01-05", "lines": "\n".join(names)}

    page = client.post(reverse("member_new", args=[group.row.id]), data, follow=True).content.decode()

    new = Membership.objects.filter(number__gt=5).order_by("number")
    assert [member.person.name for member in new] == names
    listed = client.get(reverse("group", args=[group.row.id])).content.decode()
    for name in names:
        assert escape(name) in listed
    assert re.search("<bdi>[^<]*أمينة محمد", listed)
    assert 'O\'Brien "B" <i>' not in page + listed


def test_a_new_pin_is_free_and_a_replaced_one_needs_two_witnesses(group: Group, tree: Tree) -> None:
    client = signed_in(tree.facilitator)
    ids = {name: str(member.id) for name, member in group.members.items()}
    pin = {"form": "pin", "member": ids["Amina"], "pin": "4711", "again": "4711"}
    refused = client.post(settings_url(group), pin)
    assert refused.status_code == 422
    assert sorted(refused.context["pin_form"].errors) == ["witness_1", "witness_2"]
    assert "4711" not in refused.content.decode()
    same = {**pin, "witness_1": ids["Beatrice"], "witness_2": ids["Beatrice"]}
    assert client.post(settings_url(group), same).status_code == 422

    done = client.post(settings_url(group), {**same, "witness_2": ids["Chipo"]})

    assert done.status_code == 302
    event = Event.objects.filter(deed="member.pin_set").latest("id")
    assert event.data == {"witnesses": [ids["Beatrice"], ids["Chipo"]]}


def test_offices_cycles_and_goals(group: Group, tree: Tree) -> None:
    client = signed_in(tree.facilitator)
    member = str(group.members["Dalila"].id)
    office = {"form": "office", "member": member, "office": "money_counter", "from_on": "2026-01-05"}
    client.post(settings_url(group), office)
    held = OfficeHeld.objects.get(membership_id=member)
    client.post(settings_url(group), {"form": "leave", "held": held.id, "until_on": "2026-02-05"})
    held.refresh_from_db()
    assert str(held.until_on) == "2026-02-05"

    goal = {"form": "goal", "id": ID, "words": "A well", "measure": "savings", "target": "50,000"}
    client.post(settings_url(group), {**goal, "set_on": "2026-01-05", "due_on": "2026-12-01"})
    assert [(g.words, g.target_minor) for g in Goal.objects.all()] == [("A well", 5_000_000)]

    Cycle.objects.update(closed_on="2026-03-01")
    cycle = {"form": "cycle", "id": ID, "starts_on": "2026-03-02", "end_planned_on": "2026-03-01"}
    assert client.post(settings_url(group), cycle).status_code == 422
    assert client.post(settings_url(group), {**cycle, "end_planned_on": "2027-03-01"}).status_code == 302
    assert Cycle.objects.filter(closed_on__isnull=True).count() == 1


def test_the_cut_off_sheet_shows_the_difference_until_it_balances(group: Group, tree: Tree) -> None:
    client = signed_in(tree.facilitator)
    address = reverse("group_cut_off", args=[group.row.id])
    amina = str(group.members["Amina"].id)
    client.post(address, {"add": "cut_off_loan"})
    card = Draft.objects.get().typed["sheet"]["cards"][0][0]
    typed: dict[str, Any] = {
        "cut_off_on": "2026-01-04",
        "loan_fund_box": "700",
        f"shares-{amina}": "1,000",
        f"{card}-member": amina,
        f"{card}-amount": "200",
        f"{card}-instalments": "2",
        f"{card}-count": "1",
        f"{card}-unit": "month",
        f"{card}-method": "flat",
        f"{card}-rate": "5",
        f"{card}-rate_per": "month",
        "save": "1",
    }
    wrong = client.post(address, typed)
    assert wrong.status_code == 422
    assert [figure.value for figure in wrong.context["figures"]][2] == "-KES\u00a0100.00"
    assert "a difference of -KES\u00a0100.00" in wrong.content.decode()
    assert CutOffSheet.objects.count() == 0
    assert 'value="700"' in client.get(address).content.decode()

    done = client.post(address, {**typed, "loan_fund_box": "800"})

    assert done.status_code == 302, done.context["sheet"].errors
    now = balances(group.row.id)
    assert now[AccountRef("loan_fund_box")] == 80_000
    assert now[AccountRef("shares", group.members["Amina"].id)] == 100_000
    assert Draft.objects.count() == 0


def test_an_outsider_sees_nothing(group: Group, tree: Tree) -> None:
    pages = [settings_url(group), *(reverse(name, args=[group.row.id]) for name in ("member_new", "group_cut_off"))]
    for user in (tree.chipo, tree.beatrice, tree.monitoring):
        for page in pages:
            answer = signed_in(user).get(page)
            assert answer.status_code == 403
            assert "Amina (1)" not in answer.content.decode()
    assert Client().get(pages[0]).status_code == 302
