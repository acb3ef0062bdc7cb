"""A story names its group, and how far the group had come, when its teller wants it: in quotas, by links, on pages."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from egenmakt.apps.access.queries import NotAllowed
from egenmakt.apps.audit.models import Event
from egenmakt.apps.groups.models import StepReached
from egenmakt.apps.groups.queries.steps import step_on
from egenmakt.apps.groups.services.steps import note_step
from egenmakt.apps.stories.models import Round, RoundLink, Story, StoryArrival
from tests.interfaces.web.stories.forms import fields_of, fill
from tests.interfaces.web.stories.rounds import Running, running_round
from tests.interfaces.web.stories.test_telling import ANSWERS
from tests.interfaces.web.test_recording import signed_in
from tests.support.groups import Group, form_group
from tests.support.reading import words_of
from tests.support.tree import Tree


@pytest.fixture
def group(tree: Tree) -> Group:
    return form_group(tree)


@pytest.fixture
def running(tree: Tree, group: Group) -> Running:
    return running_round(tree)


def link_for(running: Running, group: Group, tree: Tree) -> str:
    """The address of an open link that was made for the group."""
    address = reverse("story_round_links", args=[running.round.id])
    made = signed_in(tree.amina).post(address, {"kind": "open", "group": str(group.row.id)})
    assert "Tumaini Savings" in words_of(made)
    (link,) = made.context["made"]
    return str(link["address"]).removeprefix("http://testserver")


def test_a_link_for_a_group_asks_each_teller_whether_her_story_may_name_it(
    running: Running, group: Group, tree: Tree
) -> None:
    note_step(group=group.row, step="train", from_on=date(2026, 1, 1), by=tree.facilitator, at=timezone.now())
    address = link_for(running, group, tree)
    asked = words_of(Client().get(address))
    assert "My story may say that it comes from Tumaini Savings" in asked

    for typed in ({}, {"s.group": str(group.row.id)}, {"s.group": str(group.row.id), "s.step": "yes"}):
        fill(Client(), address, {**ANSWERS, "s.text": f"Told with {len(typed)} ticks.", **typed})

    told = list(Story.objects.order_by("received_at").values_list("group_id", "step"))
    assert told == [(None, ""), (group.row.id, ""), (group.row.id, "train")]
    assert "Open link, Tumaini Savings" in words_of(
        signed_in(tree.amina).get(reverse("story_round", args=[running.round.id]))
    )


def test_a_link_names_no_other_group_whatever_is_sent(running: Running, group: Group, tree: Tree) -> None:
    assert "Tumaini" not in words_of(Client().get(running.url))
    first = Client().get(running.url)
    assert first.context["groups"] == []
    typed: dict[str, Any] = {**ANSWERS, "s.group": str(group.row.id)}

    client = Client()
    page = client.get(running.url)
    while "page" in fields_of(page).sent and page.status_code == 200:
        form = fields_of(page)
        own = {name: value for name, value in typed.items() if name in form.names or name == "s.group"}
        page = client.post(running.url, {**form.sent, **own, "go": "next"})

    assert not Story.objects.exists()
    (arrival,) = StoryArrival.objects.all()
    assert [finding["code"] for finding in arrival.findings] == ["other_group"]


def test_an_interview_names_the_step_of_the_group_on_its_day(running: Running, group: Group, tree: Tree) -> None:
    today = timezone.now().date()
    for step, from_on in (("mobilise", today - timedelta(days=90)), ("expand", today + timedelta(days=1))):
        note_step(group=group.row, step=step, from_on=from_on, by=tree.facilitator, at=timezone.now())
    address = reverse("story_interview", args=[running.round.id])

    fill(signed_in(tree.facilitator), address, {**ANSWERS, "s.group": str(group.row.id), "s.step": "yes"})

    assert list(Story.objects.values_list("group_id", "step")) == [(group.row.id, "mobilise")]


def test_without_a_group_or_a_noted_step_no_step_is_named(running: Running, group: Group, tree: Tree) -> None:
    address = reverse("story_interview", args=[running.round.id])
    client = signed_in(tree.facilitator)

    fill(client, address, {**ANSWERS, "s.step": "yes"})
    fill(client, address, {**ANSWERS, "s.text": "Another.", "s.group": str(group.row.id), "s.step": "yes"})

    assert list(Story.objects.order_by("received_at").values_list("group_id", "step")) == [
        (None, ""),
        (group.row.id, ""),
    ]


def _typed(form: Any) -> dict[str, Any]:
    return {bound.html_name: bound.value() for bound in form if bound.value() is not None}


def test_a_round_wants_stories_from_groups_and_shows_which_are_missing(
    running: Running, group: Group, tree: Tree
) -> None:
    client = signed_in(tree.amina)
    address = reverse("story_round_change", args=[running.round.id])
    data = _typed(client.get(address).context["form"])

    wrong = client.post(address, {**data, "group-1": str(group.row.id), "group-2-target": "4"})
    right = client.post(address, {**data, "group-1": str(group.row.id), "group-1-target": "5"})

    assert wrong.status_code == 422
    assert wrong.context["form"].errors == {
        "group-1-target": ["How many stories are wanted from this group?"],
        "group-2": ["From which group?"],
    }
    assert right.status_code == 302
    assert Round.objects.get().quotas == [{"by": "group", "value": str(group.row.id), "target": 5}]
    fill(client, reverse("story_interview", args=[running.round.id]), {**ANSWERS, "s.group": str(group.row.id)})
    page = words_of(client.get(reverse("story_round", args=[running.round.id])))
    assert "Tumaini Savings: 4 more" in page
    again = client.get(address).context["form"]
    assert [(a.value(), b.value()) for a, b in again.group_fields()][:2] == [(str(group.row.id), 5), ("", None)]
    assert client.post(address, {**_typed(again), "group-1": "", "group-1-target": ""}).status_code == 302
    assert Round.objects.get().quotas == []


def test_the_same_group_twice_is_said(running: Running, group: Group, tree: Tree) -> None:
    client = signed_in(tree.amina)
    address = reverse("story_round_change", args=[running.round.id])
    data = _typed(client.get(address).context["form"])
    twice = {f"group-{n}": str(group.row.id) for n in (1, 2)} | {f"group-{n}-target": "3" for n in (1, 2)}

    wrong = client.post(address, {**data, **twice})

    assert wrong.status_code == 422
    assert wrong.context["form"].non_field_errors()


def test_a_step_is_noted_in_the_settings_put_right_and_by_nobody_else(group: Group, tree: Tree) -> None:
    client = signed_in(tree.facilitator)
    address = reverse("group_settings", args=[group.row.id])

    for step in ("mobilise", "train"):
        assert client.post(address, {"form": "step", "step": step, "from_on": "2026-02-01"}).status_code == 302

    assert list(StepReached.objects.values_list("step", "from_on")) == [("train", date(2026, 2, 1))]
    assert "In training, from Feb 1, 2026" in words_of(client.get(address))
    days = (date(2026, 1, 31), date(2026, 2, 1))
    assert [step_on(group_id=group.row.id, on=day) for day in days] == ["", "train"]
    assert Event.objects.filter(deed="group.step").count() == 2
    with pytest.raises(NotAllowed):
        note_step(group=group.row, step="credit", from_on=date(2026, 3, 1), by=tree.chipo, at=timezone.now())


def test_a_link_for_a_group_of_somebody_else_is_not_made(running: Running, group: Group, tree: Tree) -> None:
    address = reverse("story_round_links", args=[running.round.id])
    before = RoundLink.objects.count()

    wrong = signed_in(tree.amina).post(address, {"kind": "open", "group": str(running.round.id)})

    assert (wrong.status_code, RoundLink.objects.count()) == (422, before)
