"""The constitution: rules as data, clauses that are quoted, templates that work."""

import json
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egenmakt.core.ledger.chain import canonical
from egenmakt.core.savings.constitution import (
    MID_CYCLE_FROZEN,
    RULES,
    STEPS,
    Clause,
    Constitution,
    FrozenInMidCycle,
    InvalidConstitution,
    changes,
    check_change,
)
from egenmakt.core.savings.fines import FineLine, FineTable
from egenmakt.core.savings.loan_limits import largest_loan_minor
from egenmakt.core.savings.positions import GroupPosition, MemberPosition
from egenmakt.core.savings.share_out import simulate_share_out
from egenmakt.core.savings.share_out_rule import KINDS, ShareOutRule
from egenmakt.core.savings.templates import TEMPLATES, village_savings_and_loan

GROUP = village_savings_and_loan("KES", 100)


@pytest.mark.parametrize("name", TEMPLATES)
@pytest.mark.parametrize("currency", ["KES", "UGX", "KWD"])
def test_each_template_works_in_each_currency_and_is_read_back(name, currency):
    constitution = TEMPLATES[name](currency, 100)

    assert Constitution.from_json(json.loads(canonical(constitution.to_json()))) == constitution


@pytest.mark.parametrize("name", TEMPLATES)
def test_each_template_can_share_out(name):
    constitution = TEMPLATES[name]("KES", 100)
    group = GroupPosition(
        members=(MemberPosition("Amina", shares=3, savings_minor=300, lot=1), MemberPosition("Beatrice", lot=2)),
        loan_fund_cash_minor=350,
        profit_minor=50,
    )

    result = simulate_share_out(
        rule=constitution.share_out,
        residue_rule=constitution.residue_rule,
        group=group,
        exit_value=constitution.exit_value,
    )

    assert result.may_close
    assert result.totals.difference_minor == 0


@pytest.mark.parametrize("name", TEMPLATES)
def test_each_clause_of_a_template_is_a_numbered_sentence_about_one_rule(name):
    clauses = TEMPLATES[name]("KES", 100).clauses

    assert [clause.number for clause in clauses] == [str(number) for number in range(1, len(clauses) + 1)]
    assert len({clause.rule for clause in clauses}) == len(clauses)
    for clause in clauses:
        assert clause.words[0].isupper() or clause.words[0].isdigit()
        assert clause.words.endswith(".")
        assert "_" not in clause.words.replace("sa_dhan", "")


def test_every_rule_can_be_quoted_even_where_the_group_wrote_no_clause():
    bare = Constitution(kind="savings", currency="KES", share_price_minor=5000)

    assert all(bare.clause_for(rule).words.endswith(".") for rule in RULES)
    assert bare.quote("share_price_minor") == "A share costs 50.00 KES for the whole cycle."
    with pytest.raises(ValueError, match="no rule called 'moon'"):
        bare.clause_for("moon")


def test_a_group_quotes_its_own_words():
    own = replace(GROUP, clauses=(Clause("4b", "share_price_minor", "One share is one hen: 100 shillings."),))

    assert own.clause_for("share_price_minor") == own.clauses[0]
    assert own.quote("share_price_minor") == "Clause 4b: One share is one hen: 100 shillings."


def test_changing_the_share_price_in_mid_cycle_is_refused_with_its_clause():
    dearer = replace(GROUP, share_price_minor=20000)

    with pytest.raises(FrozenInMidCycle, match=r"Clause 3: A share costs 100\.00 KES for the whole cycle") as refused:
        check_change(old=GROUP, new=dearer, is_cycle_open=True)

    assert [field for field, _ in refused.value.refusals] == ["share_price_minor"]
    assert check_change(old=GROUP, new=dearer, is_cycle_open=False) == [("share_price_minor", 10000, 20000)]


def test_a_fine_may_change_in_mid_cycle():
    milder = replace(GROUP, fines=FineTable((FineLine("late", 500, "late"),)))

    assert check_change(old=GROUP, new=milder, is_cycle_open=True) == [("fines", GROUP.fines, milder.fines)]
    assert changes(GROUP, GROUP) == []
    assert set(MID_CYCLE_FROZEN) <= set(RULES)


def test_two_rules_that_say_the_same_are_equal():
    assert ShareOutRule("proportional") == ShareOutRule("proportional", {"by": "shares", "shares_retained": True})
    assert all(ShareOutRule.from_json(ShareOutRule(kind).to_json()) == ShareOutRule(kind) for kind in KINDS)


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"kind": "pirates"}, "kind", "kind is 'pirates'; choose one of: self_help"),
        ({"currency": "XXQ"}, "currency", "currency is 'XXQ'"),
        ({"share_price_minor": 0}, "share_price_minor", "needs a price above zero"),
        ({"share_price_minor": 10.5}, "share_price_minor", "share_price_minor is 10.5; write a whole number"),
        ({"shares_max": 0, "shares_min": 0}, "shares_max", "let a member buy at least one share"),
        ({"shares_max": 0}, "shares_max", "shares_max is 0, below shares_min 1"),
        ({"shares_min": 6}, "shares_max", "shares_max is 5, below shares_min 6"),
        ({"voluntary_savings_allowed": "yes"}, "voluntary_savings_allowed", "write true or false"),
        ({"loan_multiple": "three"}, "loan_multiple", "loan_multiple is 'three'"),
        ({"loan_multiple": 1.5}, "loan_multiple", "write a number as text"),
        ({"loan_multiple": "NaN"}, "loan_multiple", "write a number from 0 to 1000"),
        ({"loan_max_minor": 0}, "loan_max_minor", "loan_max_minor is 0"),
        ({"loan_terms_default": {"rate_percent": 1.5}}, "loan_terms_default", "write the number as text"),
        ({"loan_terms_default": []}, "loan_terms_default", "write an object"),
        ({"quorum_numerator": 4}, "quorum_numerator", "The quorum is 4 of 3"),
        ({"majority": "most"}, "majority", "majority is 'most'"),
        ({"meeting_steps": ["savings", "dance"]}, "meeting_steps", "meeting_steps has 'dance'"),
        ({"meeting_steps": ["savings", "savings"]}, "meeting_steps", "each step once"),
        ({"meeting_steps": "savings"}, "meeting_steps", "write a list"),
        ({"keys_outside_committee": 4}, "keys_outside_committee", "cannot be above keys_needed 3"),
        ({"allocation_order": ""}, "allocation_order", "name an order of allocation"),
        ({"allocation_order": 5}, "allocation_order", "name an order of allocation"),
        ({"savings_form": "amounts"}, "share_out", "set its parameter by to savings"),
        ({"share_out": {"kind": "raffle"}}, "share_out", "unknown; choose one of"),
        ({"share_out": "raffle"}, "share_out", "write it like"),
        ({"fines": [{"name": "late", "amount_minor": 0}]}, "fines", "The fine late is 0"),
        ({"fines": [{"name": "late"}]}, "fines", "is not a fine; write fines like"),
        ({"clauses": [{"number": "1", "rule": "moon", "words": "Full."}]}, "clauses", "is about 'moon'"),
        ({"clauses": [{"number": "1", "rule": "kind", "words": " "}]}, "clauses", "has no words"),
        ({"clauses": [{"words": "Hi."}]}, "clauses", "is not a clause"),
        ({"clauses": [{"number": "1", "rule": x, "words": "A."} for x in ("kind", "fines")]}, "clauses", "used twice"),
        ({"colour": "red"}, "colour", "colour is not a rule of a constitution"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_by_field_value_and_remedy(change, field, sentence):
    with pytest.raises(InvalidConstitution, match=sentence) as refused:
        Constitution.from_json({**GROUP.to_json(), **change})

    assert [name for name, _ in refused.value.errors] == [field]


def test_every_fault_is_told_at_once():
    with pytest.raises(InvalidConstitution) as refused:
        Constitution.from_json({"colour": "red", "kind": "savings", "fines": 3})

    assert [name for name, _ in refused.value.errors] == ["colour", "currency", "share_out", "residue_rule", "fines"]


def test_what_is_no_constitution_is_refused():
    with pytest.raises(InvalidConstitution, match="write an object with named rules"):
        Constitution.from_json([])


def test_steps_can_be_left_out_and_reordered():
    steps = ("repayments", "savings")

    assert replace(GROUP, meeting_steps=steps).quote("meeting_steps").startswith("Clause 17")
    assert set(GROUP.meeting_steps) == set(STEPS)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 10**6),
    st.integers(0, 10**6),
    st.sampled_from([None, Decimal("1.5"), Decimal(3)]),
    st.sampled_from([None, 5000]),
)
def test_the_largest_loan_is_within_every_limit_and_one_more_unit_is_not(savings, owed, multiple, most):
    constitution = replace(GROUP, loan_multiple=multiple, loan_max_minor=most)

    largest = largest_loan_minor(constitution=constitution, own_savings_minor=savings, owed_minor=owed)

    def fits(amount):
        by_savings = multiple is None or amount + owed <= Fraction(multiple) * savings
        return by_savings and (most is None or amount <= most)

    if largest is None:
        assert (multiple, most) == (None, None)
        return
    assert largest == 0 or fits(largest)
    assert not fits(largest + 1)
