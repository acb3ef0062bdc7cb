"""Recording a meeting: step by step, kept as it is typed, refused with the clause, locked by three keys."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from egenmakt.apps.access.models import User
from egenmakt.apps.groups.models import Arrival, Cycle, Draft, Meeting
from egenmakt.apps.ledger.queries import balances
from egenmakt.core.ledger.chart import AccountRef
from tests.support.groups import Group, form_group, loan_terms
from tests.support.tree import Tree

DAY = "2026-01-12"
STEPS = ("social_fund", "savings", "fines", "loans", "other", "decisions")


def signed_in(user: User, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(user)
    return client


def url(group: Group, step: str = "") -> str:
    if not step:
        return reverse("meeting_record", args=[group.row.id])
    return reverse("meeting_record_step", args=[group.row.id, step])


def proposed(client: Client, address: str) -> dict[str, Any]:
    """What a step's form proposes, as a browser would send it."""
    form = client.get(address).context["sheet"]
    data: dict[str, Any] = {}
    for bound in form:
        value = bound.value()
        if value is not None and value is not False and value not in ("", []):
            widget = bound.field.widget
            shown = widget.format_value(value) if hasattr(widget, "format_value") else value
            data[bound.name] = (
                "on" if value is True else shown[0] if isinstance(shown, list) and len(shown) == 1 else shown
            )
    return data


def save(client: Client, address: str, **changes: Any) -> Any:
    """Send what the step proposes, with changes."""
    data = {**proposed(client, address), **changes, "save": "1"}
    return client.post(address, {name: value for name, value in data.items() if value is not None})


def begin(client: Client, group: Group, **start: Any) -> None:
    assert save(client, url(group, "start"), held_on=start.get("held_on", DAY)).status_code == 302
    assert save(client, url(group, "roll_call")).status_code == 302
    assert (
        save(client, url(group, "opening"), **{"counted-loan_fund_box": start.get("opening", "0")}).status_code == 302
    )


def close(client: Client, group: Group, loan_fund: str, social_fund: str) -> Any:
    names = list(group.members.values())
    return save(
        client,
        url(group, "closing"),
        **{
            "counter-1": str(names[0].id),
            "counter-2": str(names[1].id),
            "count-loan_fund_box-1": loan_fund,
            "count-loan_fund_box-2": loan_fund,
            "count-social_fund_box-1": social_fund,
            "count-social_fund_box-2": social_fund,
        },
    )


def keys(group: Group, **changes: str) -> dict[str, str]:
    found = {}
    for number, name in enumerate(("Amina", "Dalila", "Esther"), start=1):
        member = group.members[name]
        found |= {f"member-{number}": str(member.id), f"pin-{number}": f"12{member.number:02d}"}
    return {**found, **changes}


@pytest.fixture
def group(tree: Tree) -> Group:
    return form_group(tree)


def test_a_whole_meeting_is_recorded_step_by_step(group: Group, tree: Tree) -> None:
    client = signed_in(tree.facilitator)
    begin(client, group)
    for step in STEPS:
        assert save(client, url(group, step)).status_code == 302, step
    assert close(client, group, "500", "100").status_code == 302
    summary = client.get(url(group, "summary"))
    assert "KES\u00a0500.00" in summary.content.decode()

    locked = client.post(url(group, "keys"), keys(group))

    meeting = Meeting.objects.get()
    assert locked.url == reverse("meeting_recorded", args=[meeting.id])
    assert meeting.code[:4] in client.get(locked.url).content.decode()
    assert balances(group.row.id)[AccountRef("loan_fund_box")] == 50_000
    assert balances(group.row.id)[AccountRef("social_fund_box")] == 10_000
    assert Draft.objects.count() == 0


def test_an_outsider_sees_nothing(group: Group, tree: Tree) -> None:
    for user in (tree.chipo, tree.beatrice, tree.nobody, tree.monitoring):
        for address in (
            url(group),
            url(group, "start"),
            url(group, "keys"),
            reverse("meeting_record_discard", args=[group.row.id]),
        ):
            answer = signed_in(user).get(address)
            assert answer.status_code == 403
            assert "Tumaini Savings" not in answer.content.decode()
    assert Client().get(url(group)).status_code == 302


def test_what_was_typed_is_there_again_later_also_when_it_is_wrong(group: Group, tree: Tree) -> None:
    client = signed_in(tree.facilitator)
    begin(client, group)
    amina = group.members["Amina"].id
    answer = save(client, url(group, "savings"), **{f"shares-{amina}": "9"})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Amina (1) buys 9 shares; at most 5 may be bought at a meeting." in text
    assert "At each meeting a member buys from 1 to 5 shares." in text
    assert 'value="9"' in text

    again = signed_in(tree.facilitator).get(url(group, "savings")).content.decode()

    assert 'value="9"' in again


def test_a_missing_coin_needs_a_reason_and_the_difference_is_said(group: Group, tree: Tree) -> None:
    group.meet(entries=[{"type": "shares", "member": group.id("Amina"), "shares": 2}])
    client = signed_in(tree.facilitator)
    save(client, url(group, "start"), held_on=DAY)
    save(client, url(group, "roll_call"))

    answer = save(client, url(group, "opening"), **{"counted-loan_fund_box": "180"})

    assert answer.status_code == 422
    assert "KES\u00a020.00 is missing" in answer.content.decode()
    reason = {"counted-loan_fund_box": "180", "reason-loan_fund_box": "A coin fell on the way"}
    assert save(client, url(group, "opening"), **reason).status_code == 302


def test_fines_are_proposed_from_the_roll_call(group: Group, tree: Tree) -> None:
    client = signed_in(tree.facilitator)
    save(client, url(group, "start"), held_on=DAY)
    save(client, url(group, "roll_call"), **{f"mark-{group.members['Chipo'].id}": "late"})
    save(client, url(group, "opening"), **{"counted-loan_fund_box": "0"})

    page = client.get(url(group, "fines"))

    assert [row.label for block in page.context["sheet"].blocks for row in block.rows] == ["Chipo (3)"]
    assert save(client, url(group, "fines")).status_code == 302
    draft = Draft.objects.get()
    assert draft.typed["fines"]["data"] == {f"proposed-0-{group.members['Chipo'].id}": ["paid"]}


def test_a_loan_shows_limit_and_cost_and_is_refused_above_the_limit_with_its_clause(group: Group, tree: Tree) -> None:
    group.meet(entries=[{"type": "shares", "member": group.id(name), "shares": 5} for name in group.members])
    client = signed_in(tree.facilitator)
    begin(client, group, opening="2500")
    address = url(group, "loans")
    client.post(address, {"add": "loan"})
    card = Draft.objects.get().typed["loans"]["cards"][0][0]
    amina = str(group.members["Amina"].id)
    filled = {f"{card}-member": amina, f"{card}-amount": "1600"}
    client.post(address, {**proposed(client, address), **filled, "show": "1"})
    shown = client.get(address).content.decode()
    assert "may borrow at most KES\u00a01,500.00" in shown
    assert "It costs KES\u00a0240.00" in shown

    refused = save(client, address)

    assert refused.status_code == 422
    assert "above the limit of KES\u00a01,500.00" in refused.content.decode()
    assert "A loan is at most 3 times the borrower&#x27;s own savings." in refused.content.decode()
    assert save(client, address, **{f"{card}-amount": "1500"}).status_code == 302


def test_repayments_propose_what_is_due(group: Group, tree: Tree) -> None:
    loan = "0192f0c1-2b3c-7d4e-8f90-1a2b3c4d5e6f"
    start = date(2026, 1, 5)
    group.meet(entries=[{"type": "shares", "member": group.id(name), "shares": 5} for name in group.members])
    terms = loan_terms(90_000, start)
    vote = {"for": 5, "against": 0, "abstained": 0}
    group.meet(start, [{"type": "loan", "id": loan, "member": group.id("Amina"), "terms": terms, "vote": vote}])
    client = signed_in(tree.facilitator)
    begin(client, group, held_on="2026-02-05", opening="1600")

    assert proposed(client, url(group, "repayments")) == {f"repayment-{loan}": "345.00"}


def test_a_wrong_pin_is_said_and_nothing_else_is_lost(group: Group, tree: Tree) -> None:
    client = signed_in(tree.facilitator)
    begin(client, group)
    for step in STEPS:
        save(client, url(group, step))
    close(client, group, "500", "100")

    answer = client.post(url(group, "keys"), keys(group, **{"pin-2": "9876"}))

    assert answer.status_code == 422
    assert "The PIN of Dalila (4) is wrong." in answer.content.decode()
    assert "9876" not in answer.content.decode()
    assert "9876" not in str(Draft.objects.get().typed)
    assert client.post(url(group, "keys"), keys(group)).status_code == 302
    assert Meeting.objects.count() == 1
    assert Arrival.objects.filter(state="refused").count() == 1


def test_counters_who_differ_are_asked_for_a_third(group: Group, tree: Tree) -> None:
    client = signed_in(tree.facilitator)
    begin(client, group)
    for step in STEPS:
        save(client, url(group, step))
    close(client, group, "500", "100")

    answer = save(client, url(group, "closing"), **{"count-loan_fund_box-2": "510"})

    assert answer.status_code == 422
    assert "The counters found different amounts" in answer.content.decode()
    third = {"counter-3": str(group.members["Chipo"].id), "count-loan_fund_box-3": "500"}
    assert save(client, url(group, "closing"), **third).status_code == 302


def test_a_draft_is_thrown_away_after_asking(group: Group, tree: Tree) -> None:
    client = signed_in(tree.facilitator)
    save(client, url(group, "start"), held_on=DAY)
    address = reverse("meeting_record_discard", args=[group.row.id])
    assert "Everything that was typed" in client.get(address).content.decode()
    assert Draft.objects.count() == 1

    client.post(address)

    assert Draft.objects.count() == 0


def test_amounts_typed_in_swedish_stay_what_they_are_in_english(group: Group, tree: Tree) -> None:
    swedish = signed_in(tree.facilitator, "sv")
    save(swedish, url(group, "start"), held_on=DAY)
    save(swedish, url(group, "roll_call"))
    typed = {"counted-loan_fund_box": "1 250,50", "reason-loan_fund_box": "En gåva"}
    assert save(swedish, url(group, "opening"), **typed).status_code == 302

    english = proposed(signed_in(tree.facilitator, "en"), url(group, "opening"))

    assert english["counted-loan_fund_box"] == "1,250.50"


def test_a_group_without_rules_is_told_what_to_do(tree: Tree, group: Group) -> None:
    Cycle.objects.update(closed_on=date(2026, 1, 6))
    answer = signed_in(tree.facilitator).get(url(group))
    assert answer.status_code == 409
    assert "Start a cycle first" in answer.content.decode()


def test_a_day_before_the_rules_is_refused_at_the_date_and_can_be_put_right(group: Group, tree: Tree) -> None:
    client = signed_in(tree.facilitator)

    answer = save(client, url(group, "start"), held_on="2025-01-01")

    assert answer.status_code == 422
    assert list(answer.context["sheet"].errors) == ["held_on"]
    assert client.get(url(group, "start")).status_code == 200
    assert save(client, url(group, "start"), held_on=DAY).status_code == 302


def test_a_day_in_the_future_is_refused_at_the_date(group: Group, tree: Tree) -> None:
    answer = save(signed_in(tree.facilitator), url(group, "start"), held_on="2999-01-01")
    assert answer.status_code == 422
    assert list(answer.context["sheet"].errors) == ["held_on"]


def test_nothing_is_sent_before_every_step_is_finished(group: Group, tree: Tree) -> None:
    client = signed_in(tree.facilitator)
    begin(client, group)
    assert client.post(url(group, "keys"), keys(group)).url == url(group, "summary")
    assert "Not finished yet" in client.get(url(group, "summary")).content.decode()
    assert Arrival.objects.count() == 0
