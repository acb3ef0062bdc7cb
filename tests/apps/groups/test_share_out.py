"""A whole cycle to its share-out, members who leave, and groups that begin in mid-cycle."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from uuid6 import uuid7

from egenmakt.apps.groups.models import Cycle, Membership
from egenmakt.apps.groups.services.cut_off import AlreadySetUp, set_up_in_mid_cycle
from egenmakt.apps.groups.services.setup import CycleOpen, adopt_constitution, start_cycle
from egenmakt.apps.ledger.queries import balances, cash_flow
from egenmakt.core.ledger.chain import canonical
from egenmakt.core.ledger.chart import AccountRef
from egenmakt.core.meetings.closing import Decisions, if_closed_today
from egenmakt.core.meetings.fields import Vote
from egenmakt.core.meetings.refusals import MeetingRefused
from egenmakt.core.savings.constitution import FrozenInMidCycle
from egenmakt.core.savings.templates import rotating_pot, village_savings_and_loan
from egenmakt.interfaces.exports.group_file import export_group
from egenmakt_verify import verify
from tests.support.groups import ALL_FOR, START, Group, form_group, loan_terms
from tests.support.tree import AT, Tree

WEEK = timedelta(days=7)


@pytest.fixture
def group(tree: Tree) -> Group:
    return form_group(tree)


def share(group: Group, name: str, count: int) -> dict[str, Any]:
    return {"type": "shares", "member": group.id(name), "shares": count}


def loan(group: Group, name: str, amount: int, on: date) -> dict[str, Any]:
    return {
        "type": "loan",
        "id": str(uuid7()),
        "member": group.id(name),
        "terms": loan_terms(amount, on),
        "vote": ALL_FOR,
    }


def payouts(group: Group, on: date, **decisions: Any) -> dict[str, int]:
    lines = if_closed_today(state=group.state(on), on=on).lines
    return {str(line.member): line.paid_now_minor for line in lines}


def closing(group: Group, on: date, paid: dict[str, int] | None = None, **more: Any) -> dict[str, Any]:
    entry = {"type": "share_out", "payouts": payouts(group, on) if paid is None else paid, "vote": ALL_FOR, **more}
    return group.document(on, [entry], kind="share_out")


def codes(receipt: Any) -> list[str]:
    return [finding["code"] for finding in receipt.findings]


def test_a_cycle_is_shared_out_to_the_last_unit_and_the_next_one_starts(group: Group) -> None:
    group.meet(entries=[share(group, "Amina", 5), share(group, "Beatrice", 3), share(group, "Chipo", 1)])
    borrowed = loan(group, "Amina", 30_000, START + WEEK)
    group.meet(START + WEEK, [borrowed])
    group.meet(START + WEEK * 6, [{"type": "repayment", "loan": borrowed["id"], "amount": 34_500}])

    receipt = group.send(closing(group, START + WEEK * 40))

    assert receipt.status == "accepted", receipt.findings
    left = balances(book_id=group.row.book_id)
    assert {ref.key: balance for ref, balance in left.items() if balance} == {}
    cycle = Cycle.objects.get(group=group.row)
    assert (cycle.closed_on, cycle.shared_out_minor) == (START + WEEK * 40, 94_500)
    assert cash_flow(book_id=group.row.book_id)["KES"].is_proved
    start_cycle(
        id=uuid7(), group=group.row, starts_on=date(2027, 1, 5), end_planned_on=date(2028, 1, 4), by=group.by, at=AT
    )
    group.meet(date(2027, 1, 11), [share(group, "Amina", 1)])


def test_a_unit_left_over_for_the_social_fund_comes_from_the_bank_when_the_box_is_empty(
    tree: Tree, tmp_path: Path
) -> None:
    rules = replace(village_savings_and_loan("KES", 100), residue_rule="social_fund", clauses=())
    group = form_group(tree, rules)
    words = "A gift from the market"
    gift = {"type": "income", "amount": 1_000, "words": words, "box": "loan_fund_box"}
    bank = {"type": "bank_deposit", "amount": 31_000, "words": ""}
    group.meet(entries=[*(share(group, name, 1) for name in ("Amina", "Beatrice", "Chipo")), gift, bank])

    receipt = group.send(closing(group, START + WEEK * 40))

    assert receipt.status == "accepted", receipt.findings
    left = {ref.key: balance for ref, balance in balances(book_id=group.row.book_id).items() if balance}
    assert left == {"social_fund_box": 1, "social_fund": 1}
    file = tmp_path / "group.zip"
    file.write_bytes(export_group(group.row.id, by=None, at=AT))
    assert verify(file).finding is None


def test_the_cycle_cannot_close_while_a_debt_has_no_decision(group: Group) -> None:
    group.meet(entries=[share(group, "Amina", 5), share(group, "Beatrice", 1)])
    borrowed = loan(group, "Beatrice", 30_000, START + WEEK)
    group.meet(START + WEEK, [borrowed])
    on = START + WEEK * 40

    blocked = group.send(closing(group, on))
    state = group.state(on)
    simulated = if_closed_today(state=state, on=on)

    assert set(codes(blocked)) == {"share_out_blocked"}
    assert [str(debt.loan) for debt in simulated.undecided] == [borrowed["id"]]

    decided = if_closed_today(state=state, on=on, decisions=Decisions({UUID(borrowed["id"]): "write_off"}, {}, {}))
    paid = {str(line.member): line.paid_now_minor for line in decided.lines}
    receipt = group.send(closing(group, on, paid, decisions={borrowed["id"]: "write_off"}))

    assert receipt.status == "accepted", receipt.findings
    assert {ref.key: b for ref, b in balances(book_id=group.row.book_id).items() if b} == {}


def test_a_debt_can_be_carried_over_into_the_next_cycle(group: Group) -> None:
    group.meet(entries=[share(group, "Amina", 5), share(group, "Beatrice", 1)])
    borrowed = loan(group, "Beatrice", 30_000, START + WEEK)
    group.meet(START + WEEK, [borrowed])
    on = START + WEEK * 40
    decided = if_closed_today(
        state=group.state(on), on=on, decisions=Decisions({UUID(borrowed["id"]): "carry_over"}, {}, {})
    )
    paid = {str(line.member): line.paid_now_minor for line in decided.lines}
    receipt = group.send(closing(group, on, paid, decisions={borrowed["id"]: "carry_over"}))
    assert receipt.status == "accepted", receipt.findings

    start_cycle(id=uuid7(), group=group.row, starts_on=on, end_planned_on=date(2028, 1, 4), by=group.by, at=AT)
    left = {ref.kind: b for ref, b in balances(book_id=group.row.book_id).items() if b}
    owed = left["loan_principal"]
    assert left == {"loan_principal": owed, "payable": owed}
    group.meet(on + WEEK, [{"type": "repayment", "loan": borrowed["id"], "amount": owed}])
    promised = {ref.owner: b for ref, b in balances(book_id=group.row.book_id).items() if ref.kind == "payable" and b}
    group.meet(
        on + WEEK * 2,
        [{"type": "payout", "member": str(owner), "amount": amount} for owner, amount in promised.items()],
    )
    assert {ref.kind: b for ref, b in balances(book_id=group.row.book_id).items() if b} == {}


def test_payouts_that_are_not_the_rules_are_refused(group: Group) -> None:
    group.meet(entries=[share(group, "Amina", 5), share(group, "Beatrice", 1)])
    on = START + WEEK * 40
    wrong = payouts(group, on)
    wrong[group.id("Amina")] -= 100
    wrong[group.id("Beatrice")] += 100

    receipt = group.send(closing(group, on, wrong))

    assert codes(receipt) == ["payout_disagrees", "payout_disagrees"]


def test_the_social_fund_is_never_shared_out(group: Group) -> None:
    group.meet(
        entries=[share(group, "Amina", 5), {"type": "contribution", "member": group.id("Amina"), "amount": 2_000}]
    )

    group.send(closing(group, START + WEEK * 40))

    left = {ref.kind: b for ref, b in balances(book_id=group.row.book_id).items() if b}
    assert left == {"social_fund_box": 2_000, "social_fund": 2_000}


def test_a_member_leaves_with_her_savings_and_no_debt(group: Group) -> None:
    group.meet(entries=[share(group, "Amina", 5), share(group, "Beatrice", 2)])

    group.meet(START + WEEK, [{"type": "exit", "member": group.id("Beatrice"), "reason": "left"}])

    beatrice = Membership.objects.get(id=group.members["Beatrice"].id)
    assert (beatrice.status, beatrice.left_on) == ("left", START + WEEK)
    assert balances(book_id=group.row.book_id)[AccountRef("loan_fund_box")] == 50_000
    refused = group.send(group.document(START + WEEK * 2, [share(group, "Beatrice", 1)]))
    assert "not_a_member" in codes(refused)


def test_a_member_who_owes_more_than_she_saved_cannot_leave(group: Group) -> None:
    group.meet(entries=[share(group, "Amina", 5), share(group, "Beatrice", 1)])
    group.meet(START + WEEK, [loan(group, "Beatrice", 30_000, START + WEEK)])

    receipt = group.send(
        group.document(START + WEEK * 2, [{"type": "exit", "member": group.id("Beatrice"), "reason": "left"}])
    )

    assert codes(receipt) == ["exit_with_debt"]


def test_a_member_who_owes_the_social_fund_leaves_only_when_it_is_repaid(tree: Tree, tmp_path: Path) -> None:
    group = form_group(tree, replace(village_savings_and_loan("KES", 100), social_fund_may_lend=True))
    paid_in = [{"type": "contribution", "member": group.id(name), "amount": 2_000} for name in ("Amina", "Beatrice")]
    group.meet(entries=[*paid_in, share(group, "Amina", 5), share(group, "Beatrice", 5)])
    lent = {**loan(group, "Beatrice", 4_000, START + WEEK), "box": "social_fund_box"}
    lent["terms"] = {**lent["terms"], "method": "interest_free", "rate_percent": "0"}
    group.meet(START + WEEK, [lent])
    leaves = {"type": "exit", "member": group.id("Beatrice"), "reason": "died"}

    refused = group.send(group.document(START + WEEK * 2, [leaves]))
    group.meet(START + WEEK * 2, [{"type": "repayment", "loan": lent["id"], "amount": 4_000}, leaves])

    assert codes(refused) == ["exit_with_social_debt"]
    assert Membership.objects.get(id=group.members["Beatrice"].id).status == "died"
    assert balances(book_id=group.row.book_id)[AccountRef("social_fund_box")] == 4_000
    file = tmp_path / "group.zip"
    file.write_bytes(export_group(group.row.id, by=group.by, at=AT))
    assert verify(file).agrees


def test_in_a_rotating_group_each_has_the_pot_once(tree: Tree) -> None:
    group = form_group(tree, rotating_pot("KES", 100))
    saving = group.state().constitution.compulsory_savings_minor
    everybody = [{"type": "compulsory", "member": group.id(name), "amount": saving} for name in group.members]

    def pot(name: str) -> dict[str, Any]:
        return {"type": "pot", "member": group.id(name), "amount": 5 * saving, "vote": ALL_FOR}

    group.meet(entries=[*everybody, pot("Amina")])
    again = group.send(group.document(START + WEEK, [*everybody, pot("Amina")]))
    group.meet(START + WEEK, [*everybody, pot("Beatrice")])

    assert codes(again) == ["pot_drawn"]
    assert {ref.key: b for ref, b in balances(book_id=group.row.book_id).items() if b} == {}


def test_the_share_price_cannot_change_in_mid_cycle_and_the_refusal_quotes_the_clause(group: Group) -> None:
    group.meet(entries=[share(group, "Amina", 5)])
    dearer = village_savings_and_loan("KES", 200).to_json()

    with pytest.raises(FrozenInMidCycle, match="share"):
        adopt_constitution(
            id=uuid7(),
            group=group.row,
            rules=dearer,
            adopted_on=START + WEEK,
            vote=Vote(5, 0, 0),
            by=group.by,
            at=AT,
        )


def test_a_second_cycle_cannot_start_before_the_first_is_closed(group: Group) -> None:
    with pytest.raises(CycleOpen):
        start_cycle(id=uuid7(), group=group.row, starts_on=START, end_planned_on=date(2028, 1, 4), by=group.by, at=AT)


def cut_off(group: Group, box: int = 80_000) -> bytes:
    return canonical(
        {
            "schema": "egenmakt/cut-off-sheet/1",
            "id": str(uuid7()),
            "group": str(group.row.id),
            "cut_off_on": START.isoformat(),
            "balances": {"loan_fund_box": box, "social_fund_box": 5_000, "social_fund": 5_000, "other_income": 10_000},
            "members": [
                {"member": group.id("Amina"), "shares": 60_000, "fines_due": 1_000},
                {"member": group.id("Beatrice"), "shares": 40_000},
            ],
            "loans": [
                {"id": str(uuid7()), "member": group.id("Amina"), "terms": loan_terms(30_000, START)},
            ],
            "external": [],
        }
    )


def test_a_cut_off_sheet_that_balances_opens_the_book(group: Group) -> None:
    content = cut_off(group)

    set_up_in_mid_cycle(group=group.row, content=content, by=group.by, at=AT)
    set_up_in_mid_cycle(group=group.row, content=content, by=group.by, at=AT)
    group.meet(START + WEEK, [share(group, "Amina", 1)])

    state = group.state(START + WEEK * 2)
    assert state.balance("loan_fund_box") == 90_000
    assert [loan.lent_minor for loan in state.loans.values()] == [30_000]
    # savings 110,000 and income 10,000, and Amina's old fine of 1,000 when it is set off
    assert sum(line.claim_minor for line in if_closed_today(state=state, on=START + WEEK * 2).lines) == 121_000
    with pytest.raises(AlreadySetUp):
        set_up_in_mid_cycle(group=group.row, content=cut_off(group), by=group.by, at=AT)


def test_a_cut_off_sheet_that_does_not_balance_is_refused_with_the_difference(group: Group) -> None:
    with pytest.raises(MeetingRefused) as refused:
        set_up_in_mid_cycle(group=group.row, content=cut_off(group, box=79_000), by=group.by, at=AT)

    assert refused.value.refusals[0].values["difference_minor"] == -1_000
