"""Laws that hold after every meeting, whatever the group does."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egenmakt.core.ledger.chart import CHART, AccountRef
from egenmakt.core.ledger.transfers import Transfer, post, signed, trial_balance
from egenmakt.core.meetings.closing import is_social
from egenmakt.core.meetings.document import read_meeting
from egenmakt.core.meetings.entries.table import ENTRY_FIELDS, ENTRY_TYPES
from egenmakt.core.meetings.following import after, next_cycle
from egenmakt.core.meetings.meeting import Outcome, work_out
from egenmakt.core.meetings.refusals import MeetingRefused
from egenmakt.core.meetings.state import GroupState, Member
from egenmakt.core.savings.constitution import Constitution
from egenmakt.core.savings.templates import TEMPLATES
from tests.support.random_cycle import RandomGroup

START = date(2026, 1, 5)


def a_group(rng: random.Random, rules: Constitution, members: int = 9) -> GroupState:
    people = [
        Member(id=UUID(int=rng.getrandbits(128), version=4), label=f"Member {n}", in_committee=n < 3)
        for n in range(members)
    ]
    return GroupState(
        group_id=UUID(int=rng.getrandbits(128), version=4),
        currency=rules.currency,
        cycle_id=UUID(int=rng.getrandbits(128), version=4),
        cycle_number=1,
        cycle_starts_on=START,
        cycle_end_planned_on=START + timedelta(days=364),
        constitution=rules,
        constitution_version=1,
        members={person.id: person for person in people},
        loans={},
        balances={},
    )


def held(state: GroupState, value: dict[str, object], on: date) -> tuple[GroupState, Outcome] | None:
    document = read_meeting(value, ENTRY_FIELDS)  # type: ignore[arg-type]  # JSON made by the draft
    try:
        outcome = work_out(state=state, document=document, today=on)
    except MeetingRefused:
        return None
    return after(state=state, document=document, outcome=outcome), outcome


def conserved(
    transfers: Sequence[Transfer], balances: Mapping[AccountRef, int], before: Mapping[AccountRef, int]
) -> None:
    """Money in = money out + what is held more than before, from the transfers alone; and the books balance."""
    came_in = sum(t.amount_minor for t in transfers if CHART[t.debit.kind].is_box and not CHART[t.credit.kind].is_box)
    went_out = sum(t.amount_minor for t in transfers if CHART[t.credit.kind].is_box and not CHART[t.debit.kind].is_box)
    in_hand, had = (sum(b for ref, b in each.items() if CHART[ref.kind].is_box) for each in (balances, before))
    assert came_in == went_out + in_hand - had
    lines = trial_balance(balances)
    assert sum(line.debit_minor for line in lines) == sum(line.credit_minor for line in lines)
    assert all(balance >= 0 or CHART[ref.kind].may_go_below_zero for ref, balance in balances.items())


@pytest.mark.parametrize("template", TEMPLATES)
@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_nothing_is_lost_or_made_in_a_random_cycle(template: str, seed: int) -> None:
    rng = random.Random(seed)
    state = a_group(rng, TEMPLATES[template]("KES", 100))
    group = RandomGroup(rng, {member: bytes(32) for member in state.members})
    transfers: list[Transfer] = []
    kinds: Counter[str] = Counter()

    for week in range(1, 26):
        on = START + timedelta(days=7 * week)
        result = held(state, group.meeting(state, on), on)
        if result is None:
            continue
        before, (state, outcome) = state, result
        transfers += outcome.transfers
        kinds.update(transfer.reason for transfer in outcome.transfers)
        assert post(before.balances, outcome.transfers, guard=False) == state.balances
        conserved(transfers, state.balances, {})

    assert kinds, "not one meeting was accepted"


def test_random_cycles_have_every_type_of_entry_in_meetings_that_are_accepted() -> None:
    seen: set[str] = set()
    accepted = tried = 0
    for number, template in enumerate(TEMPLATES):
        # in these cycles somebody also leaves when the box cannot pay her out
        rng = random.Random(200 + number)
        state = a_group(rng, TEMPLATES[template]("KES", 100))
        group = RandomGroup(rng, {member: bytes(32) for member in state.members})
        for week in range(1, 61):
            on = START + timedelta(days=7 * week)
            closes = week == 40 and template != "rotating_pot"
            document = group.share_out(state, on) if closes else group.meeting(state, on)
            result = held(state, document, on)
            tried += 1
            if result:
                accepted += 1
                state = result[0]
                seen |= {entry["type"] for step in document["steps"] for entry in step["entries"]}
                if closes:
                    new = UUID(int=rng.getrandbits(128), version=4)
                    state = next_cycle(state=state, id=new, starts_on=on, end_planned_on=on + timedelta(days=364))

    assert seen == set(ENTRY_TYPES)
    assert accepted > tried * 0.8


@pytest.mark.parametrize("template", [name for name in TEMPLATES if name not in ("rotating_pot",)])
@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_a_share_out_pays_exactly_what_there_is(template: str, seed: int) -> None:
    rng = random.Random(seed)
    state = a_group(rng, TEMPLATES[template]("KES", 100))
    group = RandomGroup(rng, {member: bytes(32) for member in state.members})
    for week in range(1, 13):
        on = START + timedelta(days=7 * week)
        result = held(state, group.meeting(state, on), on)
        state = result[0] if result else state
    on = START + timedelta(days=7 * 40)

    result = held(state, group.share_out(state, on), on)

    assert result is not None, "the share-out was refused"
    closed, outcome = result
    assert outcome.closes_cycle
    conserved(outcome.transfers, closed.balances, state.balances)
    # what is found or lost when the box is counted after the share-out belongs to the next cycle
    late = outcome.transfers[-1] if outcome.transfers[-1].reason == "cash_difference" else None
    found = signed(late, AccountRef("cash_difference")) if late else 0
    results = {ref: b for ref, b in closed.balances.items() if b and CHART[ref.kind].nature in ("income", "expense")}
    assert results == ({AccountRef("cash_difference"): found} if found else {})
    if state.constitution.share_out.closes_fund:
        gone = ("shares", "compulsory_savings", "voluntary_savings")
        assert not any(balance for ref, balance in closed.balances.items() if ref.kind in gone)
        money = closed.balance("loan_fund_box") + closed.balance("bank")
        lent = {ref.owner: b for ref, b in closed.balances.items() if ref.kind == "loan_principal" and ref.owner}
        owed = sum(balance for loan, balance in lent.items() if not is_social(closed, loan))
        others = ("payable", "grants", "external_loan")
        promised = sum(b for ref, b in closed.balances.items() if ref.kind in others)
        assert money + owed == promised + closed.balance("retained") + found
