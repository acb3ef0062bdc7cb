"""Closing a cycle: tried out, decided, then held as a share-out meeting with counts and keys."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from uuid import UUID

import pytest
from django.urls import reverse

from egenmakt.apps.groups.models import Cycle, Draft, Meeting
from egenmakt.apps.ledger.queries import balances
from egenmakt.core.ledger.chart import AccountRef
from egenmakt.interfaces.web.reading import exact_money_text
from tests.interfaces.web.test_recording import keys, save, signed_in
from tests.support.groups import Group, form_group, loan_terms
from tests.support.tree import Tree

LOAN = "0192f0c1-2b3c-7d4e-8f90-1a2b3c4d5e6f"
DAY = "2026-02-05"


@pytest.fixture
def group(tree: Tree) -> Group:
    """Five members with five shares of 100; Amina borrowed 900 and has 500."""
    group = form_group(tree)
    shares = [{"type": "shares", "member": group.id(name), "shares": 5} for name in group.members]
    vote = {"for": 5, "against": 0, "abstained": 0}
    terms = loan_terms(90_000, date(2026, 1, 5))
    loan = {"type": "loan", "id": LOAN, "member": group.id("Amina"), "terms": terms, "vote": vote}
    group.meet(date(2026, 1, 5), [*shares, loan])
    return group


def page_url(group: Group) -> str:
    return reverse("share_out", args=[group.row.id])


def step_url(group: Group, step: str) -> str:
    return reverse("share_out_record_step", args=[group.row.id, step])


def test_a_debt_blocks_the_share_out_until_it_is_decided(group: Group, tree: Tree) -> None:
    client = signed_in(tree.facilitator)
    page = client.get(page_url(group))
    assert page.status_code == 200
    assert "Amina (1) still owes" in page.content.decode()
    assert list(page.context["form"].fields) == [f"debt-{LOAN}"]

    client.post(page_url(group), {f"debt-{LOAN}": "write_off"})

    after = client.get(page_url(group))
    assert after.context["blocks"] == []
    assert Draft.objects.get().typed["share_out"]["data"] == {f"debt-{LOAN}": ["write_off"]}
    assert balances(group.row.id)[AccountRef("loan_principal", UUID(LOAN))] == 90_000


def test_a_share_is_worth_the_same_on_every_page(group: Group, tree: Tree) -> None:
    lock = {"type": "expense", "amount": 710, "words": "a new lock", "box": "loan_fund_box"}
    group.meet(date(2026, 1, 12), [lock])  # 25 shares do not divide what is left evenly
    client = signed_in(tree.facilitator)
    names = ("share_out", "share_out_today")

    pages = [client.get(reverse(name, args=[group.row.id])) for name in names]

    worth = {figure.value for page in pages for figure in page.context["figures"] if "share" in str(figure.label)}
    exact = client.get(reverse("share_out", args=[group.row.id])).context["form"].share_out.value_per_share
    assert exact - int(exact) > Fraction(1, 2)  # so that cutting it off would show
    assert worth == {exact_money_text(exact, "KES")}


def test_the_share_out_meeting_is_recorded_by_the_same_steps_and_closes_the_cycle(group: Group, tree: Tree) -> None:
    client = signed_in(tree.facilitator)
    client.post(page_url(group), {f"debt-{LOAN}": "write_off"})
    assert save(client, step_url(group, "start"), held_on=DAY).status_code == 302
    assert save(client, step_url(group, "roll_call")).status_code == 302
    assert save(client, step_url(group, "opening"), **{"counted-loan_fund_box": "1600"}).status_code == 302
    nothing = {f"contribution-{member.id}": None for member in group.members.values()}
    assert save(client, step_url(group, "social_fund"), **nothing).status_code == 302
    assert (
        save(client, step_url(group, "savings"), **{f"shares-{m.id}": None for m in group.members.values()}).status_code
        == 302
    )
    assert save(client, step_url(group, "repayments"), **{f"repayment-{LOAN}": None}).status_code == 302
    for step in ("fines", "loans", "other", "decisions"):
        assert save(client, step_url(group, step)).status_code == 302, step
    shown = client.get(step_url(group, "share_out"))
    assert "Amina (1)" in shown.content.decode()
    assert save(client, step_url(group, "share_out")).status_code == 302
    first, second = (group.members[name].id for name in ("Amina", "Beatrice"))
    counts = {"counter-1": str(first), "counter-2": str(second)}
    counts |= {"count-loan_fund_box-1": "0", "count-loan_fund_box-2": "0"}
    assert save(client, step_url(group, "closing"), **counts).status_code == 302

    locked = client.post(step_url(group, "keys"), keys(group))

    assert locked.status_code == 302, locked.context["findings"]
    assert Meeting.objects.get(number=2).kind == "share_out"
    assert Cycle.objects.get().closed_on == date(2026, 2, 5)
    now = balances(group.row.id)
    assert {ref.kind: balance for ref, balance in now.items() if balance} == {}


def test_an_undecided_debt_is_said_in_the_step_too(group: Group, tree: Tree) -> None:
    client = signed_in(tree.facilitator)
    save(client, step_url(group, "start"), held_on=DAY)
    answer = save(client, step_url(group, "share_out"))
    assert answer.status_code == 422
    assert list(answer.context["sheet"].errors) == [f"debt-{LOAN}"]


def test_an_outsider_sees_nothing(group: Group, tree: Tree) -> None:
    for user in (tree.chipo, tree.beatrice, tree.monitoring, tree.administrator):
        for address in (page_url(group), step_url(group, "share_out")):
            answer = signed_in(user).get(address)
            assert answer.status_code == 403
            assert "Amina (1)" not in answer.content.decode()
