"""What a meeting decides about a loan on the way: paid back early, and another rate of interest."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from egenmakt.core.ledger.chart import AccountRef
from egenmakt.core.lending.position import position
from egenmakt.core.lending.schedule import Schedule
from egenmakt.core.meetings.document import read_meeting
from egenmakt.core.meetings.draft import add_entries, close_document, expected_boxes, open_document
from egenmakt.core.meetings.entries.table import ENTRY_FIELDS
from egenmakt.core.meetings.fields import Unreadable
from egenmakt.core.meetings.following import after
from egenmakt.core.meetings.meeting import Outcome, work_out
from egenmakt.core.meetings.state import GroupState
from tests.core.meetings.test_refusals import (
    ALL_FOR,
    DAY,
    KEYS,
    LOAN,
    PEOPLE,
    another_rate,
    held,
    prepaid,
    repaid,
    state,
    terms,
)

APRIL = date(2026, 4, 2)


def worked_out(group: GroupState, *entries: dict[str, Any]) -> tuple[Outcome, GroupState]:
    """A meeting with these entries, and the group that the next one finds."""
    roll_call = dict.fromkeys(PEOPLE.values(), "present")
    draft = add_entries(open_document(state=group, id=uuid4(), held_on=DAY, roll_call=roll_call), entries, state=group)
    boxes = expected_boxes(draft, state=group, today=DAY)
    document = read_meeting(
        close_document(draft, boxes=boxes, counters=list(PEOPLE.values())[:2], keys=KEYS), ENTRY_FIELDS
    )
    outcome = work_out(state=group, document=document, today=DAY)
    return outcome, after(state=group, document=document, outcome=outcome)


def lent_by_balance(**changes: Any) -> GroupState:
    """Amina's 500 with interest of 5 % a month on what is left, in three equal parts of the loan from February on."""
    from egenmakt.core.lending.schedule import schedule
    from egenmakt.core.lending.terms import LoanTerms

    group = state()
    agreed = terms(50_000, disbursed_on="2026-02-02", method="equal_principal", instalments=5, **changes)
    plan = schedule(LoanTerms.from_json(agreed)).to_json()
    return replace(group, loans={**group.loans, LOAN: replace(group.loans[LOAN], schedule_json=plan)})


def rows(plan: Schedule) -> list[tuple[str, str, int, int]]:
    return [(row.kind, row.due_on.isoformat(), row.principal_minor, row.interest_minor) for row in plan.rows]


def test_a_loan_paid_back_early_ends_earlier_with_the_same_instalments() -> None:
    # due on 2 March: 10,000 of the loan and 5 % of 50,000; 20,000 more is paid
    outcome, following = worked_out(lent_by_balance(), prepaid(32_500, "shorten"))

    assert rows(following.loans[LOAN].schedule) == [
        ("instalment", "2026-03-02", 10_000, 2_500),
        ("prepayment", "2026-03-02", 20_000, 0),
        ("instalment", "2026-04-02", 10_000, 1_000),
        ("instalment", "2026-05-02", 10_000, 500),
    ]
    assert [(transfer.reason, transfer.amount_minor) for transfer in outcome.transfers] == [
        ("repayment_principal", 30_000),
        ("repayment_interest", 2_500),
    ]


def test_a_loan_paid_back_early_keeps_its_end_with_lower_instalments() -> None:
    _, following = worked_out(lent_by_balance(), prepaid(32_500, "lower"))

    assert rows(following.loans[LOAN].schedule) == [
        ("instalment", "2026-03-02", 10_000, 2_500),
        ("prepayment", "2026-03-02", 20_000, 0),
        ("instalment", "2026-04-02", 5_000, 1_000),
        ("instalment", "2026-05-02", 5_000, 750),
        ("instalment", "2026-06-02", 5_000, 500),
        ("instalment", "2026-07-02", 5_000, 250),
    ]
    loan = following.loans[LOAN]
    now = position(schedule=loan.schedule, paid=following.paid(loan), on=DAY)
    assert (now.due_minor, now.outstanding_principal_minor, now.next_due_on) == (0, 20_000, APRIL)
    assert not now.is_restructured


def test_another_rate_holds_for_the_instalments_after_its_day_and_moves_no_money() -> None:
    outcome, following = worked_out(lent_by_balance(), another_rate(DAY, "1"))

    assert [row[3] for row in rows(following.loans[LOAN].schedule)] == [2_500, 400, 300, 200, 100]
    assert outcome.transfers == ()


def test_a_rate_may_begin_later_than_the_meeting() -> None:
    _, following = worked_out(lent_by_balance(), another_rate(APRIL, "1"))

    assert [row[3] for row in rows(following.loans[LOAN].schedule)] == [2_500, 2_000, 300, 200, 100]


def test_what_is_decided_later_in_the_meeting_goes_on_from_the_new_plan() -> None:
    """A prepayment, then another rate, then a further repayment of what is left: all by the plan of that moment."""
    group = lent_by_balance()

    _, following = worked_out(group, prepaid(32_500, "lower"), another_rate(DAY, "1"))

    assert [row[2:] for row in rows(following.loans[LOAN].schedule)] == [
        (10_000, 2_500),
        (20_000, 0),
        (5_000, 200),
        (5_000, 150),
        (5_000, 100),
        (5_000, 50),
    ]
    outcome, following = worked_out(group, prepaid(32_500), repaid(20_000))
    assert [change.kind for change in outcome.changed] == ["prepaid", "repaid"]
    assert following.balances[AccountRef("loan_principal", LOAN)] == 0


def test_a_prepayment_needs_the_vote_of_the_members_and_the_refusal_names_the_clause() -> None:
    lost = prepaid(32_500, vote={"for": 2, "against": 3, "abstained": 0})

    refusals = held(lent_by_balance(), lost)

    clause = state().constitution.clause_for("majority")
    assert [(each.code, each.clause, each.clause_words) for each in refusals] == [
        ("vote_lost", clause.number, clause.words)
    ]


def test_a_new_plan_is_the_last_change_that_a_meeting_makes_to_a_loan() -> None:
    new = {"type": "reschedule", "loan": str(LOAN), "terms": terms(50_000), "vote": ALL_FOR}

    for second in (another_rate(DAY), new):
        assert [each.code for each in held(state(), new, second)] == ["loan_changed_twice"]


def test_interest_is_not_given_to_a_loan_without_interest() -> None:
    free = lent_by_balance()
    agreed = {**terms(50_000, disbursed_on="2026-02-02"), "method": "interest_free", "rate_percent": "0"}
    from egenmakt.core.lending.schedule import schedule
    from egenmakt.core.lending.terms import LoanTerms

    plan = schedule(LoanTerms.from_json(agreed)).to_json()
    free = replace(free, loans={**free.loans, LOAN: replace(free.loans[LOAN], schedule_json=plan)})

    assert [each.code for each in held(free, another_rate(DAY))] == ["loan_terms"]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("rate_percent", 2, "must be a percentage as text"),
        ("rate_percent", "-1", "must be a percentage as text"),
        ("rate_percent", "2,5", "must be a percentage as text"),
        ("on", "soon", "must be a date"),
    ],
)
def test_a_rate_that_cannot_be_read_is_named_with_its_place(field: str, value: object, words: str) -> None:
    group = state()
    draft = open_document(state=group, id=uuid4(), held_on=DAY, roll_call=dict.fromkeys(PEOPLE.values(), "present"))

    with pytest.raises(Unreadable, match=words) as refused:
        read_meeting(add_entries(draft, [{**another_rate(DAY), field: value}], state=group), ENTRY_FIELDS)

    assert [problem.where for problem in refused.value.problems] == [f"/steps/0/entries/0/{field}"]
