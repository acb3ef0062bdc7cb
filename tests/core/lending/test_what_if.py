"""What would become of a loan: changes on the way, calculated without a database."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from egenmakt.core.lending.calculation import calculate
from egenmakt.core.lending.parts import InvalidTerms
from egenmakt.core.lending.what_if import KINDS

SPEC = json.loads((Path(__file__).parents[3] / "spec" / "loan-calculation.schema.json").read_text())
LOAN: dict[str, Any] = {
    "currency": "KES",
    "principal_minor": 120_000,
    "disbursed_on": "2026-01-31",
    "method": "equal_principal",
    "rate_percent": "1",
    "instalments": 12,
}


def changed(*changes: dict[str, Any], **terms: Any) -> list[dict[str, Any]]:
    document = {**LOAN, **terms, "changes": list(changes)}
    output: Any = calculate(document)
    for which, value in (("input", document), ("output", output)):
        Draft202012Validator({"$ref": f"#/$defs/{which}", "$defs": SPEC["$defs"]}).validate(value)
    found: list[dict[str, Any]] = output["changes"]
    return found


def parts(row: dict[str, Any]) -> list[Any]:
    return [row["due_on"], row["principal_minor"], row["interest_minor"]]


def test_a_prepayment_that_lowers_the_instalments_gives_the_annuity_of_what_is_left() -> None:
    (found,) = changed(
        {"kind": "prepay", "on": "2026-03-31", "amount_minor": 40_662, "effect": "lower"},
        method="equal_instalments",
        rounding={"multiple_minor": 1, "residue": "last"},
    )

    # the instalment is 10,662; March's has 1,105 interest, and 30,000 more is repaid with it
    rate, left = Fraction(1, 100), found["rows"][2]["balance_after_minor"]
    assert found["amounts"] == {
        "principal_minor": 39_557,
        "interest_minor": 1_105,
        "fee_minor": 0,
        "left_over_minor": 0,
    }
    annuity = left * rate / (1 - (1 + rate) ** -10)
    assert [row["payment_minor"] for row in found["rows"][3:-1]] == [round(annuity)] * 9
    assert [row["kind"] for row in found["rows"][:4]] == ["instalment", "instalment", "prepayment", "instalment"]


def test_one_change_follows_the_other() -> None:
    rate, plan = changed(
        {"kind": "change_rate", "on": "2026-03-31", "rate_percent": "2"},
        {"kind": "reschedule", "on": "2026-04-30", "instalments": 3, "unpaid_instalments": 1},
    )

    assert rate["words"] == "The rate changed from 1 to 2 percent a month."
    assert rate["amounts"] == {"interest_more_minor": 1_000 + 900 + 800 + 700 + 600 + 500 + 400 + 300 + 200 + 100}
    # January to March was paid but for the last instalment; April's is due on the day
    assert plan["paid_before"] == {"principal_minor": 10_000, "interest_minor": 1_200, "fee_minor": 0}
    assert plan["amounts"]["carried_interest_minor"] == 1_100 + 2_000
    assert [row["principal_minor"] for row in plan["rows"]] == [10_000, 36_667, 36_666, 36_667]


def test_a_loan_is_settled_or_given_up() -> None:
    (settled,) = changed({"kind": "settle", "on": "2026-02-28"})
    (lost,) = changed({"kind": "write_off", "on": "2026-07-01", "unpaid_instalments": 4})

    assert settled["amounts"] == {
        "principal_minor": 120_000,
        "interest_minor": 1_200,
        "fee_minor": 0,
        "left_over_minor": 0,
    }
    assert [parts(row) for row in settled["rows"]] == [["2026-02-28", 120_000, 1_200]]
    assert lost["amounts"] == {"principal_minor": 110_000, "interest_minor": 1_100 + 1_000 + 900 + 800, "fee_minor": 0}


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"kind": "forgive", "on": "2026-03-31"}, "changes[0].kind", "'forgive' is not known; choose one of prepay,"),
        ({"kind": "settle", "on": "soon"}, "changes[0].on", "'soon' is not a date"),
        ({"kind": "settle", "on": "2026-03-31", "amount_minor": 5}, "changes[0]", "5 is less than the"),
        ({"kind": "settle", "on": "2026-03-31", "amount": 5}, "changes[0].amount", "This field is not known"),
        ({"kind": "change_rate", "on": "2026-03-31"}, "changes[0].rate_percent", "This is missing"),
        ({"kind": "change_rate", "on": "2026-03-31", "rate_percent": -1}, "changes[0].", "-1 is negative"),
        (
            {"kind": "prepay", "on": "2026-03-31", "amount_minor": 5},
            "changes[0]",
            "not more than the 11100 that is due",
        ),
        ({"kind": "prepay", "on": "2026-03-31", "effect": "both"}, "changes[0].effect", "'both' is not known"),
        ({"kind": "prepay", "on": "2026-03-31", "order": "mine"}, "changes[0].order", "'mine' is not known"),
        ({"kind": "write_off", "on": "2026-03-31", "unpaid_instalments": 2}, "changes[0].unpaid_instalments", "1 fell"),
        ({"kind": "reschedule", "on": "2026-03-31", "instalments": 0}, "changes[0].instalments", "0"),
    ],
)
def test_a_change_that_cannot_be_made_is_named_with_its_field(change: dict[str, Any], field: str, words: str) -> None:
    with pytest.raises(InvalidTerms) as refused:
        calculate({**LOAN, "changes": [change]})

    assert any(name.startswith(field) and words in text for name, text in refused.value.problems), str(refused.value)


def test_nothing_is_said_of_changes_when_none_were_asked_for() -> None:
    assert "changes" not in calculate(LOAN)


def test_the_schema_knows_every_kind_of_change() -> None:
    kinds = SPEC["$defs"]["change"]["oneOf"]

    assert [kind["properties"]["kind"]["const"] for kind in kinds] == list(KINDS)
    assert SPEC["$defs"]["output"]["properties"]["changes"]["items"]["properties"]["kind"]["enum"] == list(KINDS)
