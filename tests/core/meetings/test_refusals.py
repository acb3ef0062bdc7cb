"""Everything that a meeting can be refused for, provoked: one reason, its code, and a sentence with its numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from egenmakt.core.ledger.chart import AccountRef
from egenmakt.core.lending.schedule import schedule
from egenmakt.core.lending.terms import LoanTerms
from egenmakt.core.meetings.cut_off import SCHEMA as CUT_OFF
from egenmakt.core.meetings.cut_off import read_cut_off
from egenmakt.core.meetings.document import read_meeting
from egenmakt.core.meetings.draft import add_entries, close_document, expected_boxes, lock, open_document
from egenmakt.core.meetings.entries.table import ENTRY_FIELDS
from egenmakt.core.meetings.keys import check_keys
from egenmakt.core.meetings.meeting import work_out
from egenmakt.core.meetings.refusals import SENTENCES, MeetingRefused, Refusal
from egenmakt.core.meetings.state import GroupState, LoanNote, LoanState, Member
from egenmakt.core.savings.constitution import Constitution
from egenmakt.core.savings.loan_limits import largest_loan_minor
from egenmakt.core.savings.templates import TEMPLATES

Entry = dict[str, Any]
Change = Callable[[dict[str, Any]], dict[str, Any]]

DAY = date(2026, 3, 2)
PEOPLE = {name: uuid4() for name in ("Amina", "Beatrice", "Chipo", "Dalila", "Esther")}
KEYS = {id: name.encode() for name, id in PEOPLE.items()}
A, B, C = (str(PEOPLE[name]) for name in ("Amina", "Beatrice", "Chipo"))
LOAN, OUTSIDE = uuid4(), uuid4()
ALL_FOR = {"for": 5, "against": 0, "abstained": 0}
VILLAGE = TEMPLATES["village_savings_and_loan"]("KES", 100)
SELF_HELP = TEMPLATES["self_help_group"]("KES", 100)
COOPERATIVE = TEMPLATES["credit_cooperative"]("KES", 100)
ROTATING = TEMPLATES["rotating_pot"]("KES", 100)


def terms(amount: int = 10_000, **changes: Any) -> Entry:
    plain = {
        "currency": "KES",
        "principal_minor": amount,
        "disbursed_on": DAY.isoformat(),
        "method": "flat",
        "rate_percent": "5",
        "rate_per": "month",
        "instalments": 3,
    }
    return {**plain, **changes}


def loan(**changes: Any) -> Entry:
    return {"type": "loan", "id": str(uuid4()), "member": A, "terms": terms(), "vote": ALL_FOR, **changes}


def an_open_loan(id: UUID, borrower: UUID, lent: int, on: date) -> LoanState:
    agreed = LoanTerms.from_json(terms(lent, disbursed_on=on.isoformat()))
    return LoanState(id, borrower, "loan_fund_box", schedule(agreed).to_json(), lent, on)


def state(rules: Constitution = VILLAGE, **changes: Any) -> GroupState:
    """Five members with 1,000 shillings each in the box; Amina owes 500, and the group owes 300 outside."""
    kind = "shares" if rules.savings_form == "shares" else "compulsory_savings"
    balances = {AccountRef(kind, id): 100_000 for id in PEOPLE.values()}
    balances |= {AccountRef("loan_principal", LOAN): 50_000, AccountRef("external_loan", OUTSIDE): 30_000}
    balances |= {AccountRef("loan_fund_box"): 480_000}
    plain: dict[str, Any] = {
        "group_id": uuid4(),
        "currency": "KES",
        "cycle_id": uuid4(),
        "cycle_number": 1,
        "cycle_starts_on": date(2026, 1, 5),
        "cycle_end_planned_on": date(2027, 1, 4),
        "constitution": rules,
        "constitution_version": 1,
        "members": {id: Member(id, name, in_committee=name in "Amina Beatrice Chipo") for name, id in PEOPLE.items()},
        "loans": {
            LOAN: an_open_loan(LOAN, PEOPLE["Amina"], 50_000, date(2026, 2, 2)),
            OUTSIDE: LoanState(OUTSIDE, None, "loan_fund_box", {}, 30_000, date(2026, 2, 2)),
        },
        "loan_notes": {
            LOAN: LoanNote(PEOPLE["Amina"], "loan_fund_box"),
            OUTSIDE: LoanNote(None, "loan_fund_box"),
        },
        "balances": balances,
        "last_number": 4,
        "last_hash": "a" * 64,
        "last_held_on": date(2026, 2, 23),
    }
    return GroupState(**{**plain, **changes})


def without_debts(rules: Constitution = VILLAGE) -> GroupState:
    """The same members with all their money in the box."""
    group = state(rules)
    kept = {ref: balance for ref, balance in group.balances.items() if ref.owner not in (LOAN, OUTSIDE)}
    kept[AccountRef("loan_fund_box")] = 500_000
    return replace(group, loans={}, loan_notes={}, balances=kept)


def held(
    group: GroupState,
    *entries: Entry,
    on: date = DAY,
    change: Change = dict,
    marks: Mapping[str, str] | None = None,
    **options: Any,
) -> list[Refusal]:
    """What is said to a meeting with these entries, which is otherwise as it should be."""
    roll_call = {id: (marks or {}).get(name, "present") for name, id in PEOPLE.items()}
    draft = open_document(state=group, id=uuid4(), held_on=on, roll_call=roll_call, **options)
    draft = add_entries(draft, entries, state=group)
    counters = [PEOPLE["Amina"], PEOPLE["Beatrice"]]
    locks = {PEOPLE[name]: KEYS[PEOPLE[name]] for name in ("Amina", "Dalila", "Esther")}
    boxes = expected_boxes(draft, state=group, today=on)
    document = change(close_document(draft, boxes=boxes, counters=counters, keys=locks))
    try:
        work_out(state=group, document=read_meeting(document, ENTRY_FIELDS), today=DAY)
    except MeetingRefused as refused:
        return refused.refusals
    return []


def first(name: str, index: int = 0, **changes: Any) -> Change:
    """Change one line of a list in the document."""

    def change(document: dict[str, Any]) -> dict[str, Any]:
        lines = list(document[name])
        lines[index] = {**lines[index], **changes}
        return {**document, name: lines}

    return change


def twice(name: str) -> Change:
    return lambda document: {**document, name: [*document[name], document[name][0]]}


def counts(*lines: tuple[str, int]) -> Change:
    return first("closing", counts=[{"by": by, "amount": amount} for by, amount in lines])


def counted_too_little(document: dict[str, Any]) -> dict[str, Any]:
    return counts((A, 479_000), (B, 479_000))(document)


def closing_share_out(document: dict[str, Any]) -> dict[str, Any]:
    return {**document, "kind": "share_out"}


def locked_by(
    *names: str,
    pin: bytes | None = None,
    known: Sequence[str] = tuple(PEOPLE),
    change: Change = dict,
    waiting: Mapping[UUID, int] | None = None,
    marks: Mapping[str, str] | None = None,
) -> list[Refusal]:
    """What is said to the keys with which a meeting is locked."""
    group = state()
    roll_call = {id: (marks or {}).get(name, "present") for name, id in PEOPLE.items()}
    draft = open_document(state=group, id=uuid4(), held_on=DAY, roll_call=roll_call)
    document = change(lock(draft, keys={PEOPLE[name]: pin or KEYS[PEOPLE[name]] for name in names}))
    pins = {PEOPLE[name]: KEYS[PEOPLE[name]] for name in known}
    read = read_meeting(document, ENTRY_FIELDS)
    return check_keys(document=read, state=group, pin_keys=pins, waiting_minutes=waiting)[0]


def sheet(today: date = DAY, **balances: int) -> list[Refusal]:
    """What is said to a cut-off sheet."""
    value = {
        "schema": CUT_OFF,
        "id": str(uuid4()),
        "group": str(uuid4()),
        "cut_off_on": DAY.isoformat(),
        "balances": balances,
        "members": [{"member": A, "shares": 100_000}],
        "loans": [],
        "external": [],
    }
    with pytest.raises(MeetingRefused) as refused:
        read_cut_off(value=value, currency="KES", members=list(PEOPLE.values()), today=today)
    return refused.value.refusals


def fine(amount: int, name: str = "late") -> Entry:
    return {"type": "fine", "member": B, "fine": name, "amount": amount}


def repaid(amount: int, **parts: int) -> Entry:
    return {"type": "repayment", "loan": str(LOAN), "amount": amount, **parts}


def prepaid(amount: int, effect: str = "shorten", **changes: Any) -> Entry:
    plain = {"loan": str(LOAN), "amount": amount, "effect": effect, "vote": ALL_FOR}
    return {"type": "prepayment", **plain, **changes}


def another_rate(on: date, rate: str = "2") -> Entry:
    return {"type": "rate_change", "loan": str(LOAN), "rate_percent": rate, "on": on.isoformat(), "vote": ALL_FOR}


def saved(kind: str, amount: int) -> Entry:
    return {"type": kind, "member": A, "amount": amount}


def bought(number: int) -> Entry:
    return {"type": "shares", "member": A, "shares": number}


def pot(amount: int = 50_000) -> Entry:
    return {"type": "pot", "member": A, "amount": amount, "vote": ALL_FOR}


def shared_out(**changes: Any) -> Entry:
    return {
        "type": "share_out",
        "payouts": dict.fromkeys(map(str, PEOPLE.values()), 100_000),
        "vote": ALL_FOR,
        **changes,
    }


def borrowed(amount: int = 10_000, **changes: Any) -> Entry:
    plain = {"id": str(uuid4()), "amount": amount, "lender": "A bank", "box": "bank", "vote": ALL_FOR}
    return {"type": "external_loan", **plain, **changes}


def ousted(name: str) -> GroupState:
    """The group when one of its members has left."""
    group = state()
    gone = replace(group.members[PEOPLE[name]], active=False)
    return replace(group, members={**group.members, gone.id: gone})


def amina_saved_little() -> GroupState:
    """Amina owes more than she has saved; what she saved less is in nobody's box."""
    group = state()
    few = {AccountRef("shares", PEOPLE["Amina"]): 10_000, AccountRef("loan_fund_box"): 390_000}
    return replace(group, balances={**group.balances, **few})


def amina_owes_the_social_fund() -> GroupState:
    """Her loan came out of the social fund, and her savings in the loan fund are far above it."""
    group = state()
    return replace(
        group,
        loans={**group.loans, LOAN: replace(group.loans[LOAN], box="social_fund_box")},
        loan_notes={**group.loan_notes, LOAN: LoanNote(PEOPLE["Amina"], "social_fund_box")},
    )


def rotating(**changes: Any) -> GroupState:
    """A group whose members save for the pot, and nothing else."""
    return replace(without_debts(ROTATING), **changes)


def drawn_by_amina() -> GroupState:
    group = rotating()
    amina = replace(group.members[PEOPLE["Amina"]], has_drawn_pot=True)
    return replace(group, members={**group.members, amina.id: amina})


def with_fees(group: GroupState, needed: int) -> GroupState:
    return replace(group, constitution=replace(group.constitution, guarantors_needed=needed))


def in_cycle_two(limit_minor: int) -> GroupState:
    return replace(without_debts(), cycle_number=2, last_share_out_minor=limit_minor)


def reversed_steps(document: dict[str, Any]) -> dict[str, Any]:
    return {**document, "steps": document["steps"][::-1]}


def renamed_step(name: str) -> Change:
    return first("steps", step=name)


CASES: dict[str, Callable[[], list[Refusal]]] = {
    "wrong_group": lambda: held(state(), change=lambda d: {**d, "group": str(uuid4())}),
    "wrong_cycle": lambda: held(state(), change=lambda d: {**d, "cycle": str(uuid4())}),
    "wrong_constitution": lambda: held(state(), change=lambda d: {**d, "constitution": 2}),
    "other_rules": lambda: held(state(), change=lambda d: {**d, "rules": "b" * 64}),
    "in_the_future": lambda: held(state(), on=DAY + timedelta(days=1)),
    "before_the_last": lambda: held(state(), on=date(2026, 2, 22)),
    "before_the_cycle": lambda: held(state(last_held_on=None), on=date(2026, 1, 4)),
    "before_the_cut_off": lambda: held(state(last_held_on=None, cut_off_on=DAY + timedelta(days=1))),
    "wrong_number": lambda: held(state(), change=lambda d: {**d, "number": 7}),
    "wrong_previous": lambda: held(state(), change=lambda d: {**d, "previous": "b" * 64}),
    "member_missing": lambda: held(state(), change=lambda d: {**d, "roll_call": d["roll_call"][:-1]}),
    "member_twice": lambda: held(state(), change=twice("roll_call")),
    "not_a_member": lambda: held(state(), {**bought(1), "member": str(uuid4())}),
    "expected_disagrees": lambda: held(state(), change=first("opening", expected=1)),
    "difference_without_reason": lambda: held(state(), change=counted_too_little),
    "box_not_counted": lambda: held(state(), change=lambda d: {**d, "closing": []}),
    "box_counted_twice": lambda: held(state(), change=twice("opening")),
    "too_few_counters": lambda: held(state(), change=counts((A, 480_000))),
    "counts_differ": lambda: held(state(), change=counts((A, 480_000), (B, 470_000))),
    "counter_counts_twice": lambda: held(state(), change=counts((A, 480_000), (A, 480_000))),
    "counter_absent": lambda: held(state(), marks={"Beatrice": "excused"}),
    "step_unknown": lambda: held(state(), change=lambda d: {**d, "steps": [{"step": "dance", "entries": []}]}),
    "step_out_of_order": lambda: held(state(), bought(1), {"type": "decision", "words": "Yes"}, change=reversed_steps),
    "step_twice": lambda: held(
        state(),
        change=lambda d: {**d, "steps": [{"step": "savings", "entries": []}, {"step": "savings", "entries": []}]},
    ),
    "entry_in_wrong_step": lambda: held(state(), bought(1), change=renamed_step("loans")),
    "shares_not_used": lambda: held(state(SELF_HELP), bought(1)),
    "amounts_not_used": lambda: held(state(), saved("compulsory", 10_000)),
    "too_many_shares": lambda: held(state(), bought(6)),
    "too_few_shares": lambda: held(replace(state(), constitution=replace(VILLAGE, shares_min=2)), bought(1)),
    "compulsory_not_whole": lambda: held(state(SELF_HELP), saved("compulsory", 15_000)),
    "voluntary_not_allowed": lambda: held(state(), saved("voluntary", 1_000)),
    "withdrawal_above_savings": lambda: held(state(SELF_HELP), saved("withdrawal", 1)),
    "social_fund_amount": lambda: held(state(), saved("contribution", 1_999)),
    "loan_unknown": lambda: held(state(), {**repaid(1), "loan": str(uuid4())}),
    "repayment_above_debt": lambda: held(state(), repaid(57_501)),
    "prepayment_below_due": lambda: held(state(), prepaid(19_167)),
    "prepayment_repays_all": lambda: held(state(), prepaid(52_500)),
    "rate_outside_loan": lambda: held(state(), another_rate(DAY - timedelta(days=1))),
    "loan_changed_twice": lambda: held(state(), prepaid(20_000), prepaid(20_000)),
    "parts_disagree": lambda: held(state(), repaid(1_000, principal=900, interest=99)),
    "principal_above_debt": lambda: held(state(), repaid(50_001, principal=50_001)),
    "fine_unknown": lambda: held(state(), fine(2_000, "singing")),
    "fine_amount": lambda: held(state(), fine(1)),
    "fine_above_due": lambda: held(state(), {"type": "fine_payment", "member": B, "amount": 1}),
    "no_quorum": lambda: held(state(), loan(), marks={"Chipo": "absent", "Dalila": "excused", "Esther": "leave"}),
    "vote_lost": lambda: held(state(), loan(vote={"for": 2, "against": 3, "abstained": 0})),
    "votes_above_present": lambda: held(state(), loan(vote={"for": 6, "against": 0, "abstained": 0})),
    "loan_above_multiple": lambda: held(state(), loan(terms=terms(250_001))),
    "loan_above_most": lambda: held(replace(state(), constitution=replace(VILLAGE, loan_max_minor=9_999)), loan()),
    "box_too_small": lambda: held(state(SELF_HELP), loan(terms=terms(480_001))),
    "loan_terms": lambda: held(state(), loan(terms=terms(method="magic"))),
    "loan_currency": lambda: held(state(), loan(terms=terms(currency="USD"))),
    "loan_date": lambda: held(state(), loan(terms=terms(disbursed_on="2026-03-01"))),
    "loan_disbursed_beyond": lambda: held(state(), {"type": "disbursement", "loan": str(LOAN), "amount": 1}),
    "too_many_instalments": lambda: held(state(), loan(terms=terms(instalments=4))),
    "too_few_guarantors": lambda: held(with_fees(state(), 1), loan()),
    "guarantor_is_borrower": lambda: held(with_fees(state(), 1), loan(guarantors=[A, B])),
    "id_used": lambda: held(state(), loan(id=str(LOAN))),
    "social_fund_may_not_lend": lambda: held(
        state(balances={**state().balances, AccountRef("social_fund_box"): 20_000, AccountRef("social_fund"): 20_000}),
        loan(box="social_fund_box"),
    ),
    "external_loan_too_early": lambda: held(without_debts(), borrowed()),
    "external_loan_above_limit": lambda: held(in_cycle_two(9_999), borrowed()),
    "exit_with_debt": lambda: held(
        amina_saved_little(),
        {"type": "exit", "member": A, "reason": "left"},
    ),
    "exit_with_social_debt": lambda: held(
        amina_owes_the_social_fund(),
        {"type": "exit", "member": A, "reason": "died"},
    ),
    "buy_in_price": lambda: held(state(), {"type": "buy_in", "member": A, "shares": 2, "amount": 19_999}),
    "pot_not_used": lambda: held(state(), pot()),
    "pot_undrawn": lambda: held(rotating(), shared_out(), kind="share_out"),
    "pot_drawn": lambda: held(drawn_by_amina(), pot(500_000)),
    "payout_disagrees": lambda: held(rotating(), pot(499_999)),
    "payable_above": lambda: held(state(), saved("payout", 1)),
    "share_out_blocked": lambda: held(amina_saved_little(), shared_out(), kind="share_out"),
    "share_out_misplaced": lambda: held(without_debts(), shared_out()),
    "share_out_missing": lambda: held(without_debts(), change=closing_share_out),
    "too_few_keys": lambda: locked_by("Amina", "Dalila"),
    "keys_in_committee": lambda: locked_by("Amina", "Beatrice", "Chipo"),
    "wrong_pin": lambda: locked_by("Amina", pin=b"another"),
    "key_turned_twice": lambda: locked_by("Amina", "Dalila", "Esther", change=twice("keys")),
    "key_absent": lambda: locked_by("Amina", "Dalila", "Esther", marks={"Esther": "leave"}),
    "pin_must_wait": lambda: locked_by("Amina", known=(), waiting={PEOPLE["Amina"]: 14}),
    "no_pin": lambda: locked_by("Amina", known=("Beatrice",)),
    "below_zero": lambda: held(state(), {"type": "social_grant", "amount": 1, "words": "a funeral"}),
    "cut_off_in_the_future": lambda: sheet(DAY - timedelta(days=1), loan_fund_box=100_000),
    "cut_off_unbalanced": lambda: sheet(loan_fund_box=99_900),
}


def test_every_reason_to_refuse_can_be_provoked() -> None:
    assert sorted(CASES) == sorted(SENTENCES)


@pytest.mark.parametrize("code", CASES)
def test_a_wrong_meeting_is_refused_with_one_reason_and_a_sentence(code: str) -> None:
    refusals = CASES[code]()

    assert {refusal.code for refusal in refusals} == {code}
    for refusal in refusals:
        assert "%" not in str(refusal).replace(refusal.clause_words, "")
        assert str(refusal).startswith(SENTENCES[code].partition("%")[0])


def test_the_same_meetings_without_the_mistake_are_allowed() -> None:
    assert held(state(), bought(5), fine(2_000), repaid(57_500), loan(terms=terms(5_000))) == []
    assert held(state(last_held_on=None, cut_off_on=DAY)) == []
    assert held(state(), marks={"Beatrice": "late", "Chipo": "absent"}) == []
    assert locked_by("Amina", "Dalila", "Esther") == []
    assert locked_by("Amina", "Dalila", "Esther", marks={"Esther": "late", "Chipo": "absent"}) == []


@pytest.mark.parametrize("name", ["equal", "more"])
def test_the_largest_loan_that_is_proposed_is_granted_and_one_more_unit_is_not(name: str) -> None:
    group = state()
    largest = largest_loan_minor(constitution=group.constitution, own_savings_minor=100_000, owed_minor=50_000)
    assert largest is not None

    said = held(group, loan(member=A, terms=terms(largest + (name == "more"))))

    assert [refusal.code for refusal in said] == (["loan_above_multiple"] if name == "more" else [])


@pytest.mark.parametrize(
    "entry",
    [
        repaid(1),
        {"type": "disbursement", "loan": "", "amount": 1},
        {"type": "write_off", "loan": "", "vote": ALL_FOR, "words": "gone"},
        {"type": "reschedule", "loan": "", "terms": terms(30_000), "vote": ALL_FOR},
    ],
)
def test_what_the_group_itself_borrowed_is_no_loan_to_a_member(entry: Entry) -> None:
    assert [refusal.code for refusal in held(state(), {**entry, "loan": str(OUTSIDE)})] == ["loan_unknown"]


def test_a_loan_that_was_repaid_at_the_meeting_is_not_given_up_as_lost_as_well() -> None:
    lost = {"type": "write_off", "loan": str(LOAN), "vote": ALL_FOR, "words": "gone"}

    assert [refusal.code for refusal in held(state(), repaid(57_500), lost)] == ["loan_unknown"]


def test_interest_of_an_outside_loan_that_does_not_exist_is_not_paid() -> None:
    entry = {
        "type": "external_repayment",
        "loan": str(uuid4()),
        "principal": 0,
        "interest": 500,
        "box": "loan_fund_box",
    }

    assert [refusal.code for refusal in held(state(), entry)] == ["loan_unknown"]


def test_an_id_is_never_used_for_a_second_loan_inside_or_outside() -> None:
    closed = uuid4()
    group = replace(in_cycle_two(90_000), loan_notes={closed: LoanNote(PEOPLE["Amina"], "loan_fund_box")})
    same = borrowed()

    for entries in ([borrowed(id=str(closed))], [loan(id=str(closed))], [same, same]):
        assert [refusal.code for refusal in held(group, *entries)] == ["id_used"]


def test_a_repayment_in_agreed_parts_is_not_above_the_whole_debt_either() -> None:
    refusals = held(state(), repaid(57_501, principal=50_000, interest=7_501))

    assert [refusal.code for refusal in refusals] == ["repayment_above_debt"]


def test_a_member_who_has_left_does_not_count_the_box() -> None:
    group = ousted("Beatrice")
    rest = [{"member": str(id), "state": "present"} for id in PEOPLE.values() if id != PEOPLE["Beatrice"]]

    refusals = held(group, change=lambda document: {**document, "roll_call": rest})

    assert [refusal.code for refusal in refusals] == ["not_a_member"]


def test_a_fee_is_kept_back_once_though_a_tranche_is_handed_over_in_two_parts() -> None:
    agreed = LoanTerms.from_json(
        terms(
            60_000,
            disbursed_on="2026-02-02",
            disbursements=[
                {"on": "2026-02-02", "amount_minor": 40_000},
                {"on": DAY.isoformat(), "amount_minor": 20_000},
            ],
            fees=[{"name": "paper", "percent": "1", "when": "disbursement"}],
        )
    )
    lent = replace(state().loans[LOAN], schedule_json=schedule(agreed).to_json(), lent_minor=40_000)
    group = replace(state(), loans={LOAN: lent})
    half = {"type": "disbursement", "loan": str(LOAN), "amount": 10_000}
    document = add_entries(
        open_document(state=group, id=uuid4(), held_on=DAY, roll_call=dict.fromkeys(PEOPLE.values(), "present")),
        [half, half],
        state=group,
    )
    boxes = expected_boxes(document, state=group, today=DAY)

    assert boxes["loan_fund_box"] == 480_000 - 20_000 + 200
    counters, keys = [PEOPLE["Amina"], PEOPLE["Beatrice"]], {PEOPLE["Amina"]: KEYS[PEOPLE["Amina"]]}
    closed = close_document(document, boxes=boxes, counters=counters, keys=keys)
    (change,) = work_out(state=group, document=read_meeting(closed, ENTRY_FIELDS), today=DAY).changed
    assert (change.kind, change.amount_minor, change.fees_before_minor) == ("disbursed", 20_000, 200)
