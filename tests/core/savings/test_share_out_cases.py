"""The share-outs of spec/share-outs.json: worked examples of the field, published ones and hand-made ones."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from egenmakt.core.ledger.chain import canonical
from egenmakt.core.savings.calculation import InvalidCalculation, calculate_share_out
from egenmakt.core.savings.positions import UnbalancedGroup
from egenmakt.core.savings.share_out_rule import KINDS, NotAShareOutRule

SPEC = Path(__file__).parents[3] / "spec"
CASES = json.loads((SPEC / "share-outs.json").read_text("utf-8"))["cases"]
SCHEMA = json.loads((SPEC / "share-out-calculation.schema.json").read_text("utf-8"))
BY_MEMBER = {
    "payouts": "payout_minor",
    "claims": "claim_minor",
    "profit_parts": "profit_part_minor",
    "paid_now": "paid_now_minor",
    "still_owed": "still_owed_minor",
    "written_off": "written_off_minor",
    "pay_to": "pay_to",
}


def validator(part):
    return Draft202012Validator({"$ref": f"#/$defs/{part}", "$defs": SCHEMA["$defs"]})


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_each_case_comes_out_as_it_is_written(case):
    result = calculate_share_out(case["input"])

    expected = dict(case["expect"])
    for name, field in BY_MEMBER.items():
        if name in expected:
            assert {line["member"]: line[field] for line in result["lines"]} == expected.pop(name)
    totals = {name: result["totals"][name] for name in ("to_social_fund_minor", "kept_minor")}
    found = {
        **totals,
        "residue_minor": result["residue"]["amount_minor"],
        "value_per_share": result["value_per_share"],
        "shortage_minor": result["shortage_minor"],
        "may_close": result["may_close"],
        "blocks": [block["code"] for block in result["blocks"]],
    }
    assert {name: found[name] for name in expected} == expected


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_each_case_keeps_the_published_schema_on_the_way_in_and_out(case):
    result = calculate_share_out(case["input"])

    assert [error.message for error in validator("input").iter_errors(case["input"])] == []
    assert [error.message for error in validator("output").iter_errors(result)] == []
    canonical(result)  # whole numbers and text only: raises otherwise


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_answer_is_the_same_when_the_profit_is_left_to_be_found(case):
    group = {name: value for name, value in case["input"]["group"].items() if name != "profit_minor"}

    assert calculate_share_out({**case["input"], "group": group}) == calculate_share_out(case["input"])


def test_every_kind_of_share_out_has_a_case_and_its_place_in_the_schema():
    in_schema = [rule["properties"]["kind"]["const"] for rule in SCHEMA["$defs"]["rule"]["oneOf"]]

    assert sorted({case["input"]["rule"]["kind"] for case in CASES}) == sorted(KINDS)
    assert sorted(in_schema) == sorted(KINDS)


def test_the_schema_names_the_parameters_of_each_kind_and_no_other():
    for rule in SCHEMA["$defs"]["rule"]["oneOf"]:
        kind = KINDS[rule["properties"]["kind"]["const"]]
        assert sorted(rule["properties"]["parameters"]["properties"]) == sorted(x.name for x in kind.parameters)


def test_the_schema_is_a_schema():
    Draft202012Validator.check_schema(SCHEMA)


SMALL = {
    "currency": "KES",
    "rule": {"kind": "proportional"},
    "group": {"loan_fund_cash_minor": 10, "members": [{"member": "Amina", "shares": 1, "savings_minor": 10}]},
}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"currency": "XXQ"}, "XXQ"),
        ({"residue_rule": "finders keepers"}, "residue_rule is 'finders keepers'; choose one of"),
        ({"exit_value": ["par"]}, "exit_value is"),
        ({"colour": "red"}, "the document has the field colour"),
        ({"group": {"members": []}}, "lacks the field loan_fund_cash_minor"),
        ({"group": []}, "the group is"),
        ({"group": {"loan_fund_cash_minor": 1.5, "members": []}}, "loan_fund_cash_minor is 1.5"),
        ({"group": {"loan_fund_cash_minor": 1, "members": {}}}, "members is"),
        ({"group": {"loan_fund_cash_minor": 1, "members": [{"member": 7}]}}, "A member is called 7"),
        ({"group": {"loan_fund_cash_minor": 1, "members": [{"member": "A", "shares": -1}]}}, "shares is -1"),
        ({"group": {"loan_fund_cash_minor": 1, "members": [{"member": "A"}, {"member": "A"}]}}, "A is there twice"),
    ],
)
def test_a_document_that_cannot_be_calculated_is_refused_with_a_sentence(change, sentence):
    with pytest.raises(InvalidCalculation, match=sentence):
        calculate_share_out({**SMALL, **change})

    assert not validator("input").is_valid({**SMALL, **change}) or change.get("currency") or "twice" in sentence


def test_a_sheet_that_does_not_balance_is_refused_with_the_difference():
    group = {**SMALL["group"], "profit_minor": 3}

    with pytest.raises(UnbalancedGroup, match="3 less") as refused:
        calculate_share_out({**SMALL, "group": group})

    assert refused.value.difference_minor == -3


def test_an_unknown_rule_or_parameter_is_refused():
    with pytest.raises(NotAShareOutRule, match="unknown; choose one of"):
        calculate_share_out({**SMALL, "rule": {"kind": "by the moon"}})
    with pytest.raises(NotAShareOutRule, match="has no parameter moon"):
        calculate_share_out({**SMALL, "rule": {"kind": "proportional", "parameters": {"moon": "full"}}})
