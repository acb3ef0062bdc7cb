"""The cases of spec/loans.json, each with its source, and the published schema."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator, ValidationError

from egenmakt.core.lending.calculation import calculate
from egenmakt.core.lending.methods import METHODS
from egenmakt.core.lending.parts import (
    DayCount,
    EarlierInterest,
    FirstPeriod,
    FutureInterest,
    InvalidTerms,
    Mode,
    Move,
    RatePer,
    Residue,
    Unit,
)
from egenmakt.core.lending.terms import INSTALMENTS_MAX, LoanTerms
from tests.core.lending.building import loan, loans

SPEC = Path(__file__).parents[3] / "spec"
CASES = json.loads((SPEC / "loans.json").read_text())
SCHEMA = json.loads((SPEC / "loan-calculation.schema.json").read_text())


def _validator(which: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": f"#/$defs/{which}", "$defs": SCHEMA["$defs"]})


def _found(output: dict[str, Any], expect: dict[str, Any]) -> dict[str, Any]:
    rows = output["rows"]
    pairs = [[row["principal_minor"], row["interest_minor"]] for row in rows]
    answers = {
        "rows": pairs,
        "first_rows": pairs[: len(expect.get("first_rows", []))],
        "payments": [row["payment_minor"] for row in rows],
        "due_on": [row["due_on"] for row in rows],
        "nominal_due_on": [row["nominal_due_on"] for row in rows],
        "totals": {name: output["totals"][name] for name in expect.get("totals", {})},
        "cost": {name: output["cost"][name] for name in expect.get("cost", {})},
    }
    return {name: answers[name] for name in expect}


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_case_gives_what_its_source_says(case: dict[str, Any]) -> None:
    assert case["source"]
    assert case["expect"]

    output = calculate(case["input"])

    assert _found(output, case["expect"]) == case["expect"]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_what_goes_in_and_comes_out_follows_the_schema(case: dict[str, Any]) -> None:
    _validator("input").validate(case["input"])

    for exact_as in ("decimal", "fraction"):
        _validator("output").validate(calculate({**case["input"], "exact_as": exact_as}))


@settings(max_examples=40, deadline=None)
@given(terms=loans())
def test_any_terms_written_out_follow_the_schema_and_so_does_their_result(terms: LoanTerms) -> None:
    document = {**terms.to_json(), "exact_as": "fraction"}

    _validator("input").validate(document)
    _validator("output").validate(calculate(document))


def test_every_method_has_a_case() -> None:
    assert {case["input"]["method"] for case in CASES} == set(METHODS)


def test_the_schema_is_a_schema_and_knows_every_method_and_option() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    options = SCHEMA["$defs"]["input"]["properties"]
    parts = SCHEMA["$defs"]

    assert set(options) == {*loan().to_json(), "exact_as", "changes"}
    assert set(parts["terms"]["properties"]) == set(loan().to_json())
    assert options["method"]["enum"] == parts["terms"]["properties"]["method"]["enum"] == list(METHODS)
    assert options["instalments"]["maximum"] == INSTALMENTS_MAX
    for name, words in {
        "rate_per": RatePer,
        "day_count": DayCount,
        "first_period": FirstPeriod,
        "earlier_interest": EarlierInterest,
        "future_interest": FutureInterest,
    }.items():
        assert options[name]["enum"] == list(get_args(words))
    assert parts["every"]["properties"]["unit"]["enum"] == list(get_args(Unit))
    assert parts["rounding"]["properties"]["mode"]["enum"] == list(get_args(Mode))
    assert parts["rounding"]["properties"]["residue"]["enum"] == list(get_args(Residue))
    assert parts["free_days"]["properties"]["move"]["enum"] == list(get_args(Move))


def test_the_method_of_the_guide_works_with_one_line_in_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    guide = (SPEC.parent / "docs" / "guides" / "add-a-loan-method.md").read_text()
    module: dict[str, Any] = {}
    exec(guide.split("```python\n")[1].split("```")[0], module)
    monkeypatch.setitem(METHODS, "slow_start", module["METHOD"])

    output: Any = calculate({**CASES[0]["input"], "method": "slow_start", "instalments": 4, "principal_minor": 60_000})

    assert [row["principal_minor"] for row in output["rows"]] == [10_000, 10_000, 20_000, 20_000]
    assert [row["interest_minor"] for row in output["rows"]] == [600, 500, 400, 200]


def test_the_schema_refuses_an_option_that_does_not_exist() -> None:
    with pytest.raises(ValidationError):
        _validator("input").validate({**CASES[0]["input"], "intrest": "1"})


def test_exact_amounts_stand_beside_the_rounded_ones_as_decimals_or_fractions() -> None:
    document = {
        "currency": "KES",
        "principal_minor": 100_000,
        "disbursed_on": "2026-01-15",
        "method": "interest_free",
        "instalments": 3,
    }

    decimal: Any = calculate(document)
    fraction: Any = calculate({**document, "exact_as": "fraction"})

    assert [row["principal"] for row in decimal["exact_rows"]] == ["33333.333333333333"] * 3
    assert [row["principal"] for row in fraction["exact_rows"]] == ["100000/3"] * 3
    assert [row["principal_minor"] for row in decimal["rows"]] == [33_333, 33_333, 33_334]


def test_a_country_adds_its_holidays() -> None:
    document = {
        **CASES[0]["input"],
        "disbursed_on": "2026-05-01",
        "instalments": 2,
        "free_days": {"country": "KE", "dates": ["2026-07-01"]},
    }

    output: Any = calculate(document, holidays=lambda country, first, last: [date(2026, 6, 1)])

    assert [row["due_on"] for row in output["rows"]] == ["2026-06-02", "2026-07-02"]
    assert output["terms"]["free_days"]["dates"] == ["2026-06-01", "2026-07-01"]


def test_a_country_without_a_calendar_is_refused_and_not_ignored() -> None:
    with pytest.raises(InvalidTerms, match="no calendar of holidays for 'KE' here; list the dates"):
        calculate({**CASES[0]["input"], "free_days": {"country": "KE"}})


def test_a_rate_may_be_text_or_a_number_and_means_the_same() -> None:
    outputs = [calculate({**CASES[1]["input"], "rate_percent": rate}) for rate in ("1.1", 1.1, Decimal("1.10"))]

    assert outputs[0] == outputs[1] == outputs[2]


def test_the_cost_is_said_in_words() -> None:
    output: Any = calculate(CASES[0]["input"])

    assert output["cost"]["words"] == [
        "You receive 1200.00 KES and pay back 1344.00 KES in 12 payments, the last on 2027-01-31.",
        "The loan costs 144.00 KES: 144.00 KES interest and 0.00 KES fees.",
        "That is 23.89 % a year, counting every day.",
    ]
