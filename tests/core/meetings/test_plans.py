"""A plan that was agreed is kept in memory under its own words, and is what reading those words would give."""

from __future__ import annotations

import json
from datetime import date
from uuid import UUID

from egenmakt.core.lending.schedule import Schedule, schedule
from egenmakt.core.lending.terms import LoanTerms
from egenmakt.core.meetings import state
from egenmakt.core.meetings.state import LoanState, plan_json
from tests.support.groups import loan_terms

DAY = date(2026, 1, 5)


def _loan(text: str) -> LoanState:
    # as the database gives it back: with its keys in another order
    words = dict(reversed(json.loads(text).items()))
    return LoanState(
        id=UUID(int=1), borrower=UUID(int=2), box="loan_fund_box", schedule_json=words, lent_minor=1, granted_on=DAY
    )


def test_a_plan_that_was_agreed_is_not_worked_out_again() -> None:
    plan = schedule(LoanTerms.from_json(loan_terms(30_000, DAY)))

    text = plan_json(plan)

    assert _loan(text).schedule is plan
    assert Schedule.from_json(json.loads(text)) == plan


def test_other_words_are_another_plan() -> None:
    plans = [schedule(LoanTerms.from_json(loan_terms(amount, DAY))) for amount in (30_000, 31_000)]

    texts = [plan_json(plan) for plan in plans]

    assert [_loan(text).schedule for text in texts] == plans


def test_the_oldest_plans_make_room_and_are_worked_out_again_when_they_are_asked_for() -> None:
    plan = schedule(LoanTerms.from_json(loan_terms(32_000, DAY)))
    text = plan_json(plan)
    for number in range(state._PLANS_MOST):
        plan_json(schedule(LoanTerms.from_json(loan_terms(40_000 + number, DAY, instalments=1))))

    assert len(state._plans) <= state._PLANS_MOST
    assert text not in state._plans
    assert _loan(text).schedule == plan
