"""The constitution: clauses in words, versions, what differs, and adopting rules by vote."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from egenmakt.apps.groups.models import ConstitutionVersion, Cycle
from egenmakt.core.savings.constitution import Constitution
from egenmakt.core.savings.templates import TEMPLATES
from tests.interfaces.web.test_recording import signed_in
from tests.support.groups import Group, form_group
from tests.support.tree import Tree


@pytest.fixture
def group(tree: Tree) -> Group:
    return form_group(tree)


def page(group: Group) -> str:
    return reverse("constitution", args=[group.row.id])


def adopt(group: Group, start: str = "present") -> str:
    return reverse("constitution_adopt", args=[group.row.id]) + f"?start={start}&scale=100"


def shown(client: Client, address: str) -> dict[str, Any]:
    context = client.get(address).context
    data: dict[str, Any] = {"id": context["id"]}
    for form in (context["rules"], context["vote"]):
        for bound in form:
            value = bound.value()
            if value is None or value is False or value == "":
                continue
            widget = bound.field.widget
            text = widget.format_value(value) if hasattr(widget, "format_value") else value
            data[bound.name] = "on" if value is True else text[0] if isinstance(text, list) else text
    return data


def test_the_clauses_are_read_in_words_with_the_vote(group: Group, tree: Tree) -> None:
    text = signed_in(tree.facilitator).get(page(group)).content.decode()
    assert "A share costs 100.00 KES for the whole cycle." in text
    assert "5 voted for it" in text


def test_a_new_version_is_adopted_from_the_present_one_and_the_difference_is_shown(group: Group, tree: Tree) -> None:
    client = signed_in(tree.facilitator)
    data = shown(client, adopt(group))

    answer = client.post(adopt(group), {**data, "shares_max": "4", "votes_for": "5", "adopted_on": "2026-01-02"})

    assert answer.status_code == 302, (answer.context["rules"].errors, answer.context["vote"].errors)
    new = Constitution.from_json(ConstitutionVersion.objects.get(number=2).rules)
    old = Constitution.from_json(ConstitutionVersion.objects.get(number=1).rules)
    assert (old.shares_max, new.shares_max) == (5, 4)
    assert {name for name in new.to_json() if new.to_json()[name] != old.to_json()[name]} == {"shares_max", "clauses"}
    text = client.get(page(group)).content.decode()
    assert "At each meeting a member buys from 1 to 5 shares.</del>" in text
    assert "At each meeting a member buys from 1 to 4 shares.</ins>" in text


@pytest.mark.parametrize("template", list(TEMPLATES))
def test_every_template_comes_through_the_form_unchanged(group: Group, tree: Tree, template: str) -> None:
    Cycle.objects.all().delete()
    client = signed_in(tree.facilitator)
    data = shown(client, adopt(group, template))

    answer = client.post(adopt(group, template), {**data, "adopted_on": "2026-01-02"})

    assert answer.status_code == 302, (answer.context["rules"].errors, answer.context["vote"].errors)
    kept = ConstitutionVersion.objects.get(number=2).rules
    assert kept == TEMPLATES[template]("KES", 100).to_json()


def test_what_stands_until_the_cycle_closes_is_refused_with_its_clause(group: Group, tree: Tree) -> None:
    group.meet()
    client = signed_in(tree.facilitator)
    data = shown(client, adopt(group))

    answer = client.post(adopt(group), {**data, "share_price_minor": "200"})

    assert answer.status_code == 422
    assert list(answer.context["rules"].errors) == ["share_price_minor"]
    assert "A share costs 100.00 KES for the whole cycle." in answer.content.decode()
    assert 'value="200"' in answer.content.decode()
    assert ConstitutionVersion.objects.count() == 1


def test_rules_that_do_not_go_together_are_named_beside_their_field(group: Group, tree: Tree) -> None:
    client = signed_in(tree.facilitator)
    data = shown(client, adopt(group))

    answer = client.post(adopt(group), {**data, "shares_min": "7", "quorum_numerator": "4"})

    assert sorted(answer.context["rules"].errors) == ["quorum_numerator", "shares_max"]


def test_a_vote_that_is_lost_adopts_nothing(group: Group, tree: Tree) -> None:
    client = signed_in(tree.facilitator)
    data = {**shown(client, adopt(group)), "shares_max": "4", "votes_for": "2", "votes_against": "3"}
    answer = client.post(adopt(group), data)
    assert answer.status_code == 422
    assert ConstitutionVersion.objects.count() == 1


def test_own_words_and_fines_are_kept(group: Group, tree: Tree) -> None:
    client = signed_in(tree.facilitator)
    data = shown(client, adopt(group))
    mine = {
        "words-loan_multiple": "We lend three times what she has put in.",
        "fine-3-name": "chatting",
        "fine-3-amount": "5",
    }

    client.post(adopt(group), {**data, **mine, "adopted_on": "2026-01-02"})

    rules = Constitution.from_json(ConstitutionVersion.objects.get(number=2).rules)
    assert rules.clause_for("loan_multiple").words == "We lend three times what she has put in."
    assert rules.fines.amount_minor("chatting") == 500
    again = shown(client, adopt(group))
    assert again["words-loan_multiple"] == "We lend three times what she has put in."


def test_an_outsider_sees_nothing_and_a_record_keeper_does_not_change_the_rules(group: Group, tree: Tree) -> None:
    for user in (tree.chipo, tree.beatrice, tree.nobody):
        assert signed_in(user).get(page(group)).status_code == 403
        assert signed_in(user).get(adopt(group)).status_code == 403
    assert signed_in(tree.monitoring).get(page(group)).status_code == 200
    assert signed_in(tree.monitoring).get(adopt(group)).status_code == 403
